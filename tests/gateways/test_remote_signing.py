"""The providers of remote signing and their other side over HTTP: every verb, every deed, every way to say no."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.x509 import load_der_x509_certificate

from chalicelib.errors import UpstreamFailed
from chalicelib.gateways.remote_signing.contract import Order, Outcome, Provider
from chalicelib.gateways.remote_signing.viettel import MySign
from chalicelib.gateways.remote_signing.vnpt import SmartCA
from chalicelib.services import present
from infra.local.sandboxes.phones import Phones
from tests.gateways.stage import stage
from tests.signing.holders import issuer
from tests.signing.pki import World

pytestmark = pytest.mark.clause("A11")
AN, FIRM = "062190000123", "6100000009"
DIGEST = "ab" * 32
OLD, NEW = "old-secret", "new-secret"


@dataclass
class Line:
    """The phones on a line; `saying` puts words into the providers' mouth, `heard` is what was asked."""

    phones: Phones
    saying: bytes | None = None
    heard: list[tuple[str, Any]] = field(default_factory=list)
    hints: list[tuple[str, bytes]] = field(default_factory=list)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path.startswith("/hints/"):
            body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
            self.hints.append((path.removeprefix("/hints/"), body))
            start_response("200 OK", [("Content-Type", "application/json")])
            return [b"{}"]
        self.heard.append((path, environ.get("HTTP_AUTHORIZATION")))
        if self.saying is not None:
            start_response("200 OK", [("Content-Type", "application/json")])
            return [self.saying]
        status, headers, answer = self.phones.answer(path, environ)
        start_response(f"{status} {HTTPStatus(status).phrase}", list(headers.items()))
        return [answer]


@contextmanager
def _line(world: World) -> Iterator[tuple[Line, str]]:
    house = stage("phones")
    line = Line(Phones(f"{house.url}/hints", issuer(world), {"vnpt": OLD, "viettel": OLD}))
    with house.showing(line):
        yield line, house.url


@pytest.fixture(scope="module")
def world() -> World:
    return World()


@pytest.fixture
def line(world: World) -> Iterator[Line]:
    with _line(world) as (opened, _):
        yield opened


@pytest.fixture(params=["vnpt", "viettel"])
def provider(request: pytest.FixtureRequest, line: Line) -> Provider:
    url = stage("phones").url
    # The new secret is not known there yet: a rotation is under way, and every verb must get through all the same.
    if request.param == "vnpt":
        return SmartCA("motcua", [NEW, OLD], f"{url}/vnpt")
    return MySign("motcua", "adss:ras:profile:001", [NEW, OLD], f"{url}/viettel")


def order(provider: Provider, identity: str = AN, reference: str = "r" * 32, **changes: Any) -> Order:
    found = provider.certificates(identity, reference)
    credential = found[0].credential if found else "none"
    said = {"credential": credential, "digest": DIGEST, "title": "To khai", "description": "Ky to khai, ma 1A2B-3C4D"}
    return Order(reference=reference, identity=identity, **{**said, **changes})


def taken(provider: Provider, one: Order) -> str:
    word = provider.sign(one)
    assert word.outcome is Outcome.PENDING and word.transaction, word
    return word.transaction


def test_certificates_come_with_those_above_them(provider: Provider, line: Line) -> None:
    (found,) = provider.certificates(AN, "r" * 32)
    subject = load_der_x509_certificate(found.ders[0])
    assert "UID=CCCD:062190000123" in subject.subject.rfc4514_string().replace("0.9.2342.19200300.100.1.1", "UID")
    assert load_der_x509_certificate(found.ders[1]).subject == subject.issuer
    (firm,) = provider.certificates(FIRM, "r" * 32)
    assert firm.credential != found.credential
    line.phones.kinds[AN] = "none"
    assert list(provider.certificates(AN, "r" * 32)) == []


def test_what_was_agreed_to_is_a_signature_of_the_hash(provider: Provider, line: Line) -> None:
    one = order(provider)
    transaction = taken(provider, one)
    assert provider.ask(one, transaction).outcome is Outcome.PENDING
    assert "1A2B-3C4D" in line.phones.requests[transaction].shown
    line.phones.happen(transaction, "approve")
    word = provider.ask(one, transaction)
    assert word.outcome is Outcome.SIGNED and word.signature
    key = line.phones.requests[transaction].holder.key.public_key()
    key.verify(word.signature, bytes.fromhex(DIGEST), padding.PKCS1v15(), Prehashed(hashes.SHA256()))
    ((name, body),) = line.hints
    assert (name, provider.read_hint(body)) == (provider.name, transaction)


@pytest.mark.parametrize(
    ("deed", "outcome", "hints"),
    [
        ("refuse", Outcome.REFUSED, 1),
        ("expire", Outcome.EXPIRED, 0),
        ("twice", Outcome.SIGNED, 2),
        ("quiet", Outcome.SIGNED, 0),
        ("silence", Outcome.UNKNOWN, 0),
        ("forged", Outcome.SIGNED, 1),
    ],
)
def test_every_deed_has_its_word(deed: str, outcome: Outcome, hints: int, provider: Provider, line: Line) -> None:
    one = order(provider)
    transaction = taken(provider, one)
    line.phones.happen(transaction, deed)
    word = provider.ask(one, transaction)
    assert (word.outcome, len(line.hints)) == (outcome, hints)
    if deed == "forged":
        key = line.phones.requests[transaction].holder.key.public_key()
        with pytest.raises(InvalidSignature):
            key.verify(word.signature or b"", bytes.fromhex(DIGEST), padding.PKCS1v15(), Prehashed(hashes.SHA256()))


def test_a_phone_that_nobody_touches_lets_the_request_expire(provider: Provider, line: Line) -> None:
    one = order(provider)
    transaction = taken(provider, one)
    present.freeze(present.now() + timedelta(minutes=6))
    try:
        assert provider.ask(one, transaction).outcome is Outcome.EXPIRED
        line.phones.happen(transaction, "late")
        assert provider.ask(one, transaction).outcome is Outcome.SIGNED
    finally:
        present.freeze(None)


def test_smartca_takes_the_same_request_once_and_mysign_anew(line: Line) -> None:
    url = stage("phones").url
    smart, mine = SmartCA("motcua", [OLD], f"{url}/vnpt"), MySign("motcua", "p", [OLD], f"{url}/viettel")
    once = order(smart)
    assert taken(smart, once) == taken(smart, once)
    anew = order(mine)
    assert taken(mine, anew) != taken(mine, anew)


def test_a_request_with_a_key_that_is_not_theirs_is_turned_down(provider: Provider) -> None:
    assert provider.sign(order(provider, credential="another")).outcome is Outcome.TURNED_DOWN


def test_wrong_secrets_are_our_trouble_and_not_the_citizens(line: Line) -> None:
    url = stage("phones").url
    for one in (SmartCA("motcua", ["x"], f"{url}/vnpt"), MySign("motcua", "p", ["x", "y"], f"{url}/viettel")):
        with pytest.raises(UpstreamFailed):
            one.certificates(AN, "r" * 32)
        asked = Order("r" * 32, AN, "k", DIGEST, "t", "d")
        assert one.sign(asked).outcome is Outcome.UNKNOWN
        assert one.ask(asked, "no such").outcome is Outcome.UNKNOWN
    for secrets in ([], [""], ["x", ""]):
        with pytest.raises(ValueError, match="every door"):
            SmartCA("motcua", secrets, url)
        with pytest.raises(ValueError, match="every door"):
            MySign("motcua", "p", secrets, url)
    assert "x" not in repr(SmartCA("motcua", ["x"], "")) and "xy" not in repr(MySign("motcua", "p", ["xy"], ""))


NONSENSE: list[Any] = [
    {},
    {"status_code": "200", "message": "SUCCESS", "data": []},
    {
        "status_code": 200,
        "message": "SUCCESS",
        "data": {"signatures": [{"doc_id": "another", "signature_value": "AA=="}]},
    },
    {"status_code": 200, "message": "SUCCESS", "data": {"signatures": [{"doc_id": "r" * 32, "signature_value": "%"}]}},
    {
        "status_code": 200,
        "message": "SUCCESS",
        "data": {"signatures": [{"doc_id": "r" * 32, "signature_value": "QQ=="}] * 2},
    },
    {"status": "1"},
    {"status": "1", "signatures": []},
    {"status": "1", "signatures": ["AA==", "AA=="]},
    {"status": "1", "signatures": [7]},
    {"status": True, "message": ["SUCCESS"]},
    {"access_token": 5},
    {"access_token": "t", "status": "99"},
]


@pytest.mark.parametrize("said", [*map(json.dumps, NONSENSE), "[]", "no json", '{"a":1,"a":2}'])
def test_nonsense_is_no_word(said: str, provider: Provider, line: Line) -> None:
    one = order(provider)
    line.saying = said.encode()
    word = provider.ask(one, "T-1")
    assert word.outcome is Outcome.UNKNOWN and word.signature is None
    assert provider.sign(one).outcome in {Outcome.UNKNOWN, Outcome.TURNED_DOWN}
    assert (
        provider.read_hint(b"\xff") is None and provider.read_hint(b'{"transaction_id":[1],"transactionId":{}}') is None
    )


def test_certificates_that_are_none_are_left_out(provider: Provider, line: Line) -> None:
    if provider.name == "vnpt":
        odd = [
            {"serial_number": "1", "cert_data": "%"},
            {"cert_data": "AAAA"},
            5,
            {"serial_number": [], "cert_data": "AA=="},
        ]
        line.saying = json.dumps({"status_code": 200, "data": {"user_certificates": odd}}).encode()
    else:
        line.saying = json.dumps(
            {"access_token": "t", "credentialIDs": ["a"], "cert": {"certificates": ["%"]}}
        ).encode()
    assert list(provider.certificates(AN, "r" * 32)) == []
