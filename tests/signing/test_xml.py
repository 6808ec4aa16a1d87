"""XML signatures: digest and signature by signxml, chain and revocation by our own rules, all of the document."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from lxml import etree
from signxml import DigestAlgorithm, SignatureMethod, XMLSigner
from signxml.algorithms import CanonicalizationMethod

from chalicelib.domain.signature import Verdict
from tests.signing import pki
from tests.signing.conftest import Look
from tests.signing.corpus import Case
from tests.signing.pki import DAY, NOW, Party, World

pytestmark = pytest.mark.clause("A11")

PAPER = "<don xmlns='urn:thu' Id='d'><ten Id='t'>Trần Thị Thử</ten><so>12</so></don>".encode()


def _pem(party: Party) -> list[Any]:
    return [party.certificate, *([party.issuer.certificate] if party.issuer else [])]


@cache
def signed(by: Party, reference: str | None = None) -> bytes:
    signer = XMLSigner(
        signature_algorithm=SignatureMethod.RSA_SHA256,
        digest_algorithm=DigestAlgorithm.SHA256,
        c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    key = by.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    tree = signer.sign(etree.fromstring(PAPER), key=key, cert=_pem(by), reference_uri=reference)
    return bytes(etree.tostring(tree))


def case(content: bytes, verdict: Verdict, crls: list[bytes] | None = None, at: datetime | None = None) -> Case:
    return Case("", content, verdict, crls=crls, at=at)


def test_verdicts(world: World, look: Look) -> None:
    good, value = signed(world.an), "12"
    wrapped = b"<vo>" + signed(world.an, "#d") + b"</vo>"  # what is signed is still there, one level down
    moved = b"<don xmlns='urn:thu'><so>9999</so>" + good + b"</don>"
    two = good.replace(b"</don>", good[good.index(b"<ds:Signature") : good.index(b"</don>")] + b"</don>")
    cases = {
        "good": case(good, Verdict.VALID),
        "with a prolog": case(b'<?xml version="1.0" encoding="UTF-8"?>\n' + good, Verdict.VALID),
        "changed": case(good.replace(f"<so>{value}".encode(), b"<so>99"), Verdict.TAMPERED),
        "a part only": case(signed(world.an, "#t"), Verdict.MODIFIED),
        "wrapped": case(wrapped, Verdict.MODIFIED),
        "by its id": case(signed(world.an, "#d"), Verdict.VALID),
        "beside another": case(moved, Verdict.MODIFIED),
        "revoked": case(signed(world.revoked), Verdict.REVOKED),
        "no list": case(good, Verdict.UNTRUSTED, crls=[]),
        "expired by then": case(good, Verdict.UNTRUSTED, at=NOW + 400 * DAY),
        "self-signed": case(signed(pki.root("Tự Ký", usage={"digital_signature": True})), Verdict.UNTRUSTED),
        "two signatures": case(two, Verdict.UNSUPPORTED),
        "unsigned": case(PAPER, Verdict.UNSIGNED),
        "entities": case(b"<!DOCTYPE don [<!ENTITY a 'b'>]>" + good, Verdict.MALFORMED),
        "a bomb": case(_bomb(), Verdict.MALFORMED),
        "cut": case(good[:-20], Verdict.MALFORMED),
    }
    found = {name: look(one).report.verdict for name, one in cases.items()}
    assert found == {name: one.verdict for name, one in cases.items()}


def test_the_signer_is_named(world: World, look: Look) -> None:
    (one,) = look(case(signed(world.an), Verdict.VALID)).report.signatures
    assert one.signer is not None and one.signer.identity == "062120000017" and one.algorithm == "rsa-sha256"


def _bomb() -> bytes:
    levels = "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12))
    return f"<!DOCTYPE a [<!ENTITY a0 'ha'>{levels}]><a>&a11;</a>".encode()
