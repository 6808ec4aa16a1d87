"""The signature under the proof of a dossier (domain/proof.py): one, of its closing, by the key of an agency.

Whether the records are what the closing says is not looked at here: that needs no certificate, and `proof.examine`
names each.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from chalicelib.domain import proof
from chalicelib.domain.signature import Signature, Verdict
from chalicelib.services.verification import certificate, describing
from chalicelib.services.verification.chain import Others, Trust

Found = tuple[Verdict, tuple[Signature, ...]]


def verify(content: bytes, trust: Trust) -> Found:
    """The verdict of a proof's signature. Anything may be raised: the file is bad then."""
    document = proof.read(content)
    closing, signer = document["closing"], document["closing"]["signer"]
    ders = [_exactly(text) for text in signer["chain"]]
    leaf = asn1_x509.Certificate.load(ders[0], strict=True)
    others = Others(certificates=[asn1_x509.Certificate.load(der, strict=True) for der in ders])
    if not _signed(ders[0], signer["algorithm"], proof.message(closing), _exactly(document["signature"])):
        verdict, reasons = Verdict.TAMPERED, ["Tampered"]
    else:
        reasons = certificate.problems(leaf, others, trust)
        verdict = Verdict.VALID
        if reasons:
            verdict = Verdict.REVOKED if "Revoked" in reasons else Verdict.UNTRUSTED
    said: dict[str, Any] = {"algorithm": signer["algorithm"], "claimed_at": str(closing["made_at"])}
    return verdict, (Signature(verdict, tuple(reasons), **said, **describing.about(leaf)),)


def _exactly(text: str) -> bytes:
    """Bytes of base64, written in the one way there is: the last letter has bits that decoders pass over."""
    content = base64.b64decode(text, validate=True)
    if base64.b64encode(content).decode() != text:
        raise binascii.Error("written in another way")
    return content


def _signed(der: bytes, algorithm: str, message: bytes, signature: bytes) -> bool:
    key = x509.load_der_x509_certificate(der).public_key()
    try:
        if algorithm == "ECDSA_SHA_256" and isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, message, ec.ECDSA(hashes.SHA256()))
        elif algorithm == "RSASSA_PKCS1_V1_5_SHA_256" and isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
        else:
            return False
    except InvalidSignature:
        return False
    return True
