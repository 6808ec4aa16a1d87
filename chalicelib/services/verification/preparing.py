"""Signing a PDF in two steps: the document is made ready, somebody signs, the signature is put in.

The key is never here. Whoever has it signs the DER of the signed attributes; PAdES baseline B-B, SHA-256.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from asn1crypto import cms, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter, append_signature_field
from pyhanko.sign.signers import ExternalSigner, PdfSignatureMetadata, PdfSigner
from pyhanko.sign.signers.pdf_byterange import PreparedByteRangeDigest
from pyhanko_certvalidator.registry import SimpleCertificateStore

from chalicelib.services.verification.pdf import LIMITS
from chalicelib.values import dataclass

DIGEST = "sha256"
_ROOM = 4096  # bytes of a signature's container besides its certificates


def prepare(
    path: Path, out: Path, chain: Sequence[bytes], field: str, when: datetime, *, final: bool, name: str = ""
) -> dict[str, Any]:
    """Write the file with room for a signature to `out`; what is to be signed, and where the signature goes.

    `chain` is the signer's certificate and those above it, DER. With `final` nothing may be changed afterwards (a
    certification): then the file must hold no signature yet. {"attributes": hexadecimal DER, "start", "end"}, or
    {"problem": a key of "signatures"}. What cannot be parsed raises anything.
    """
    with path.open("rb") as file:
        reader = PdfFileReader(file, strict=True, decode_limits=LIMITS)
        if reader.encrypted:
            return {"problem": "Encrypted"}
        if final and reader.embedded_signatures:
            return {"problem": "AlreadySigned"}
        writer = IncrementalPdfFileWriter.from_reader(reader)
        with out.open("w+b") as written:
            room = make_room(writer, written, chain, field, when=when, final=final, name=name)
    return {"attributes": room.attributes.hex(), "start": room.start, "end": room.end}


@dataclass(frozen=True)
class Room:
    """Where in a file a signature goes, and what is to be signed: the DER of the attributes."""

    attributes: bytes
    start: int
    end: int


def make_room(
    writer: IncrementalPdfFileWriter,
    out: IO[bytes],
    chain: Sequence[bytes],
    field: str,
    *,
    when: datetime | None = None,
    final: bool = False,
    name: str = "",
    reason: str = "",
) -> Room:
    """Write a file without signatures of that name to `out`, with room for one; see `prepare`. `when`: not now."""
    append_signature_field(writer, SigFieldSpec(field))
    signer = _signer(chain)
    meta = PdfSignatureMetadata(
        field_name=field,
        md_algorithm=DIGEST,
        subfilter=SigSeedSubFilter.PADES,
        certify=final,
        docmdp_permissions=MDPPerm.NO_CHANGES if final else MDPPerm.FILL_FORMS,
        name=name or None,
        reason=reason or None,
    )
    session = PdfSigner(meta, signer=signer).init_signing_session(writer)
    session.system_time = when or session.system_time  # the portal's time, not this machine's
    reserved = 2 * (sum(map(len, chain)) + _ROOM)  # as hexadecimal
    document = session.prepare_tbs_document(validation_info=None, bytes_reserved=reserved)
    digest, _ = document.digest_tbs_document(output=out)
    attributes = asyncio.run(signer.signed_attrs(digest.document_digest, DIGEST, use_pades=True))
    return Room(attributes.dump(), digest.reserved_region_start, digest.reserved_region_end)


def complete(out: Path, chain: Sequence[bytes], attributes: bytes, start: int, end: int, signature: bytes) -> None:
    """Put the signature over `attributes` into the prepared file, in place."""
    with out.open("r+b") as file:
        fill(file, chain, Room(attributes, start, end), signature)


def fill(file: IO[bytes], chain: Sequence[bytes], room: Room, signature: bytes) -> None:
    """Put a signature of the room's attributes into the room."""
    signed = cms.CMSAttributes.load(room.attributes, strict=True)
    made = asyncio.run(_signer(chain, signature).async_sign_prescribed_attributes(DIGEST, signed))
    # Of the prepared bytes only where the room is matters here; what was hashed stands in the attributes.
    PreparedByteRangeDigest(b"", room.start, room.end).fill_with_cms(file, made)


def _signer(chain: Sequence[bytes], signature: bytes | None = None) -> ExternalSigner:
    """Signs with a value from elsewhere, by the mechanism that goes with its certificate's key."""
    certificate, *above = [x509.Certificate.load(der, strict=True) for der in chain]
    store = SimpleCertificateStore()
    store.register_multiple(above)
    return ExternalSigner(certificate, store, signature, embed_roots=False)
