"""Signing in two phases: what comes out is valid in pyHanko and in our verifier, and nothing else goes in."""

from __future__ import annotations

import io
import json
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from chalicelib.domain.sheet import Form, Letterhead, Sheet, begins_with
from chalicelib.domain.signature import Belongs, Verdict
from chalicelib.services import embedding, sheet_paper
from chalicelib.services.verification.running import Verifier
from tests.files import make as files
from tests.signing.make import beside
from tests.signing.pki import Party, World

pytestmark = pytest.mark.clause("A11")
NOW = datetime.now(UTC)


def form() -> bytes:
    """A form as the portal issues it."""
    head = Letterhead("Sở Tư pháp", "Ủy ban nhân dân tỉnh", "Kon Tum")
    return sheet_paper.document(Sheet(Form.FILED, "", "", head, NOW, (), (), link="http://127.0.0.1/x"))


def prepare(*given: Any) -> embedding.Room:
    room: embedding.Room = beside(embedding.prepare, *given)
    return room


def embed(*given: Any) -> bytes:
    signed: bytes = beside(embedding.embed, *given)
    return signed


def chain(party: Party) -> tuple[bytes, ...]:
    return (party.der, *([party.issuer.der] if party.issuer else []))


def phone(party: Party, digest: bytes) -> bytes:
    """What a provider does: it signs a hash and never sees a file."""
    value: bytes = party.key.sign(digest, padding.PKCS1v15(), Prehashed(hashes.SHA256()))
    return value


def sha256(content: bytes) -> bytes:
    hashed = hashes.Hash(hashes.SHA256())
    hashed.update(content)
    return hashed.finalize()


@pytest.mark.parametrize("make", [form, files.pdf], ids=["form", "another file"])
def test_what_a_phone_signs_is_valid(make: Any, world: World, verifier: Verifier, trust: Path, tmp_path: Path) -> None:
    content = make()
    room = prepare(content, chain(world.an), "Ký tờ khai")
    kept = json.loads(json.dumps({**asdict(room), "content": room.content.hex(), "attrs": room.attrs.hex()}))
    room = embedding.Room(bytes.fromhex(kept["content"]), kept["start"], kept["end"], bytes.fromhex(kept["attrs"]))
    signed = embed(room, chain(world.an), phone(world.an, sha256(room.attrs)))
    assert begins_with(signed, len(content), sha256(content).hex())
    path = tmp_path / "signed.pdf"
    path.write_bytes(signed)
    report = verifier.verify(path, trust, NOW).report
    assert report.verdict is Verdict.VALID, report
    assert report.belongs_to(number(world.an)) is Belongs.OURS
    (one,) = report.signatures
    assert (one.algorithm, one.field) == ("RSA-2048 SHA256", "Nguoi-nop-ho-so")
    (embedded,) = PdfFileReader(io.BytesIO(signed)).embedded_signatures
    assert embedded.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    context = ValidationContext(trust_roots=[world.root.asn1], other_certs=[world.sub.asn1], allow_fetching=False)
    assert beside(validate_pdf_signature, embedded, context).bottom_line


def test_nothing_but_the_signature_that_was_asked_for_goes_in(world: World) -> None:
    room = prepare(form(), chain(world.an), "Ký")
    good = phone(world.an, sha256(room.attrs))
    other = prepare(files.pdf(), chain(world.an), "Ký")
    for value in (
        phone(world.binh, sha256(room.attrs)),  # another key
        phone(world.an, sha256(other.attrs)),  # of another file
        phone(world.an, sha256(room.content)),  # of the file rather than its attributes
        good[:-1],
        bytes(256),
        b"",
        bytes([good[0] ^ 1]) + good[1:],
    ):
        with pytest.raises(embedding.NotASignature):
            embed(room, chain(world.an), value)
    with pytest.raises(embedding.NotASignature):
        embed(replace(room, attrs=other.attrs), chain(world.an), good)
    with pytest.raises(embedding.NotASignature):
        embed(room, chain(world.firm), good)  # whose key is none of RSA
    assert embed(room, chain(world.an), good)


def test_the_same_value_twice_makes_the_same_file(world: World) -> None:
    room = prepare(form(), chain(world.an), "Ký")
    value = phone(world.an, sha256(room.attrs))
    assert embed(room, chain(world.an), value) == embed(room, chain(world.an), value)


def number(party: Party) -> str:
    from asn1crypto import x509

    from chalicelib.services.verification.describing import signer

    return signer(x509.Certificate.load(party.der)).identity


def test_the_certificate_is_the_accounts_own(world: World) -> None:
    mine = number(world.an)
    offered = [("b", chain(world.binh)), ("a", chain(world.an))]
    assert embedding.choose(offered, mine, NOW) == ("a", chain(world.an))
    longer = world.sub.issue("Trần Thị Thử", [f"CCCD:{mine}"], valid=(NOW - timedelta(1), NOW + timedelta(900)))
    assert embedding.choose([*offered, ("c", chain(longer))], mine, NOW)[0] == "c"


def test_why_there_is_no_certificate_is_said(world: World) -> None:
    mine = number(world.an)
    nameless = world.sub.issue("Trần Thị Thử")
    for offered, why in (
        ([], "NoCertificate"),
        ([("x", [b"no certificate"]), ("y", [])], "NoCertificate"),
        (
            [("old", [world.sub.issue("Cũ", [f"CCCD:{mine}"], valid=(NOW - timedelta(9), NOW - timedelta(1))).der])],
            None,
        ),
        ([("ec", [world.sub.issue("Đường cong", [f"CCCD:{mine}"], kind="p256").der])], None),
        ([("key", [world.sub.issue("Mã hóa", [f"CCCD:{mine}"], usage={"key_encipherment": True}).der])], None),
        ([("b", chain(world.binh))], "WrongPerson"),
        ([("n", chain(nameless))], "WrongPerson"),
    ):
        with pytest.raises(embedding.Unusable) as caught:
            embedding.choose(offered, mine, NOW)
        assert caught.value.why == (why or "NoCertificate"), offered
