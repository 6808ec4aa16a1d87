"""A signature that somebody else makes, in two phases: room is made in a PDF and a hash of it, later a value is put in.

Between the two lies a phone, or a crash: everything that the second needs is what the first gave, plain bytes. PAdES
(ETSI.CAdES.detached, baseline B-B), RSA PKCS#1 v1.5 with SHA-256, which is what hash-signing providers do. The file is
written behind what it was (an incremental update), so that it begins with exactly the bytes that were issued.

The PDF is done by `verification.preparing`, as for results; only the function that signs imports this.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import datetime

from asn1crypto import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509 import load_der_x509_certificate
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from chalicelib.domain.signature import Belongs
from chalicelib.services.verification import preparing
from chalicelib.services.verification.chain import LEAST_RSA_BITS, may_sign
from chalicelib.services.verification.describing import signer as holder_of
from chalicelib.values import dataclass

FIELD = "Nguoi-nop-ho-so"
"""The name of the signature's field in the file."""


class Unusable(Exception):
    """Nothing here can be signed with; `why` is "NoCertificate" or "WrongPerson"."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class NotASignature(Exception):
    """The value is no signature of what was prepared by the certificate that it was prepared for."""


@dataclass(frozen=True)
class Room:
    """A file with room for a signature between `start` and `end`, and the attributes that are to be signed (DER)."""

    content: bytes
    start: int
    end: int
    attrs: bytes


def choose(offered: Iterable[tuple[str, Sequence[bytes]]], number: str, now: datetime) -> tuple[str, tuple[bytes, ...]]:
    """Of a provider's certificates (its name of the key, the certificate and those above it in DER) one of `number`'s.

    One that is valid now and may sign documents; of several the one that is valid longest. Raises Unusable.
    """
    usable = []
    for credential, ders in offered:
        try:
            certificate = x509.Certificate.load(ders[0], strict=True)
            good = _can_sign(certificate, now)
        except Exception:  # what another system calls a certificate may be anything
            continue
        if good:
            usable.append((certificate, credential, tuple(ders)))
    ours = [one for one in usable if holder_of(one[0]).belongs_to(number) is Belongs.OURS]
    if not ours:
        raise Unusable("WrongPerson" if usable else "NoCertificate")
    _, credential, ders = max(ours, key=lambda one: one[0].not_valid_after)
    return credential, ders


def _can_sign(certificate: x509.Certificate, now: datetime) -> bool:
    key = certificate.public_key
    strong = key.algorithm == "rsa" and key.bit_size >= LEAST_RSA_BITS
    return strong and may_sign(certificate) and certificate.not_valid_before <= now <= certificate.not_valid_after


def prepare(content: bytes, certificates: Sequence[bytes], reason: str) -> Room:
    """Make room for a signature by the first of `certificates` (DER) in a PDF without signatures."""
    out = io.BytesIO()
    room = preparing.make_room(IncrementalPdfFileWriter(io.BytesIO(content)), out, certificates, FIELD, reason=reason)
    return Room(out.getvalue(), room.start, room.end, room.attributes)


def embed(room: Room, certificates: Sequence[bytes], value: bytes) -> bytes:
    """The signed file. Raises NotASignature when `value` is none of `room.attrs` by the first certificate."""
    key = load_der_x509_certificate(certificates[0]).public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        raise NotASignature
    try:
        key.verify(value, room.attrs, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature as error:
        raise NotASignature from error
    out = io.BytesIO(room.content)
    preparing.fill(out, certificates, preparing.Room(room.attrs, room.start, room.end), value)
    return out.getvalue()
