"""Revocation lists are fetched ahead of time; of each the last good one is kept, whatever comes."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from chalicelib import verifying
from chalicelib.domain.signature import Verdict
from chalicelib.gateways import revocation
from chalicelib.services import present
from chalicelib.storage import trust
from infra.local import authorities
from infra.local.testing import run
from tests.app.portal import Portal
from tests.app.signing import OWN, Signing
from tests.files import make
from tests.signing import pki

pytestmark = pytest.mark.clause("A11")


@dataclass
class Host:
    """An authority's web server: what it answers by path, and what it was asked."""

    url: str = ""
    answers: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def host() -> Iterator[Host]:
    made = Host()

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked.append(self.path)
            status, headers, body = made.answers.get(self.path, (404, {}, b""))
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    made.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def bench(portal: Portal, host: Host) -> Signing:
    """The local authorities trusted, with lists that this host offers; the portal lives now, as the lists do."""
    made = Signing(portal)
    authorities.register(portal.cloud.client("ssm"), made.s3, os.environ["TRUST_BUCKET"], host.url)
    present.freeze(pki.NOW)
    for side, one in authorities.authorities().items():
        for name, crl in one.crls().items():
            host.answers[f"/sandbox/crl/{side}/{name}.crl"] = (200, {}, crl)
    return made


def fetched() -> dict[str, int]:
    done: dict[str, int] = run(verifying.fetch_crls, {"source": "schedule"}, "fetch-crls")
    return done


def issuing(*, days: float = 0, revoked: Any = None, **wrong: Any) -> bytes:
    """A list of the citizens' issuing authority, later than the first by so many days after ten years back."""
    one = authorities.authorities()["citizen"].issuing
    party = pki.Party("CA", one.key, one.certificate)
    if revoked is not None:
        party.revoked.append((revoked, pki.NOW - pki.DAY, None))
    return party.crl(**{"issued": pki.NOW - pki.DAY + timedelta(days=days), **wrong})


WHERE = "/sandbox/crl/citizen/issuing.crl"


def test_lists_are_fetched_once_from_the_manifests_addresses_alone(bench: Signing, host: Host) -> None:
    assert fetched() == {"new": 0, "same": 4, "failed": 0}
    assert sorted(host.asked) == sorted(host.answers)
    host.answers[WHERE] = (200, {}, pki.pem(issuing(), crl=True))
    assert fetched() == {"new": 1, "same": 3, "failed": 0}
    assert trust.crl("citizen", "issuing") == host.answers[WHERE][2]
    host.answers[WHERE] = (200, {}, issuing(days=-1))
    assert fetched() == {"new": 0, "same": 4, "failed": 0}  # older than what is there


@pytest.mark.parametrize(
    "what",
    ["gone", "redirect", "forged", "out of date", "of the future", "nobody's", "no list", "cut off", "too large"],
)
def test_whatever_else_comes_the_last_good_list_stays(
    bench: Signing, host: Host, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = trust.crl("citizen", "issuing")
    if what == "too large":
        monkeypatch.setattr(revocation, "MAX_BYTES", 100)
    other = pki.root("Khác")
    answers: dict[str, tuple[int, dict[str, str], bytes]] = {
        "gone": (404, {}, b""),
        "redirect": (302, {"Location": f"{host.url}/elsewhere.crl"}, b""),
        "forged": (200, {}, issuing(signed_by=pki.key("p256", "forger"))),
        "out of date": (200, {}, issuing(until=pki.NOW - timedelta(hours=1))),
        "of the future": (200, {}, issuing(days=2)),
        "nobody's": (200, {}, other.crl()),
        "no list": (200, {}, b"<html>"),
        "cut off": (200, {"Content-Length": "99999"}, issuing()),
        "too large": (200, {}, issuing()),
    }
    host.answers[WHERE] = answers[what]
    host.answers["/elsewhere.crl"] = (200, {}, issuing())
    assert fetched()["failed"] == (4 if what == "too large" else 1)
    assert trust.crl("citizen", "issuing") == good and "/elsewhere.crl" not in host.asked


def test_who_is_revoked_by_a_list_that_was_fetched_signs_no_more(bench: Signing, host: Host) -> None:
    name = "Nguyễn Thị Thu Hồi"
    content = authorities.sign(make.pdf(), name, OWN)
    before = bench.send_pdf(content)
    bench.verify()
    host.answers[WHERE] = (200, {}, issuing(revoked=authorities.holder("citizen", name, OWN).certificate))
    assert fetched()["new"] == 1
    bench.portal.later(minutes=6)  # the folder is looked at anew
    after = bench.send_pdf(content)
    bench.verify()
    assert [bench.check(one).verdict for one in (before, after)] == [Verdict.VALID, Verdict.REVOKED]
