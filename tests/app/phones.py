"""Forms signed from afar on the embedded cloud: the providers over HTTP, the function called as the relay asks."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from chalicelib import settings, signing_remotely
from chalicelib.domain.form_paper import FORM
from chalicelib.gateways import parameters
from chalicelib.services import present, remote_signing
from infra.local.calls import made_by
from infra.local.payments import Town
from infra.local.sandboxes.phones import Asked
from infra.local.testing import run
from tests.app.counterparts import served
from tests.app.portal import Answer, Portal, new_id
from tests.app.signing import Signing
from tests.app.treasury import LEVEL_4, Treasury


class Line:
    """What lies between portal and providers. `clear`; `cut`: done, the answer never comes; `dead`: nobody is reached.

    Hints are kept, for the test to deliver, twice, late or never.
    """

    def __init__(self, town: Town) -> None:
        self.town = town
        self.state = "clear"
        self.hints: list[tuple[str, bytes]] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path.startswith("/api/signing-hints/"):
            self.hints.append((path.rpartition("/")[2], environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))))
            start_response("200 OK", [("Content-Length", "2")])
            return [b"{}"]
        if self.state == "dead":
            start_response("503 Service Unavailable", [("Content-Length", "0")])
            return [b""]
        status, headers, body = self.town.phones.answer(path.removeprefix("/sandbox/sign"), environ)
        if self.state == "cut":
            status, body = 502, b""
        start_response(f"{status} {HTTPStatus(status).phrase}", list(headers.items()))
        return [body]


class Phone:
    """A citizen's draft of level 4 with its papers, and their phone."""

    def __init__(self, portal: Portal, line: Line) -> None:
        Treasury(portal)
        self.portal, self.line, self.phones = portal, line, line.town.phones
        self.dossier = portal.draft(procedure=LEVEL_4)
        portal.upload(self.dossier)
        self.bench = Signing(portal, self.dossier)

    def issue(self) -> dict[str, Any]:
        """The form as it is now, ready to be signed."""
        answer = self.portal.citizen.put(f"/dossiers/{self.dossier}/form", {})
        assert answer.status == 200, answer.body
        issued: dict[str, Any] = answer.body
        return issued

    def ask(self, provider: str = "vnpt", id: str = "", who: Any = None) -> Answer:
        body = {"id": id or new_id(), "provider": provider}
        answer: Answer = (who or self.portal.citizen).post(f"/dossiers/{self.dossier}/signing", body)
        return answer

    def work(self) -> int:
        """Let the relay hand on what the stream tells of, and the function do it, until all is quiet; the steps."""
        steps = 0
        while True:
            self.portal.relay()
            asked, self.portal.cloud.invoked[:] = list(self.portal.cloud.invoked), []
            if not asked:
                return steps
            for name, event in asked:
                assert name == settings.sign_remotely_function()
                run(signing_remotely.sign, event, "sign-remotely")
                steps += 1

    def waiting(self, provider: str = "vnpt") -> Asked:
        """A request that lies on the phone."""
        self.issue()
        answer = self.ask(provider)
        assert answer.status == 201, answer.body
        self.work()
        return self.asked

    @property
    def asked(self) -> Asked:
        """The newest request on the phone."""
        return list(self.phones.requests.values())[-1]

    def check(self, language: str = "en") -> dict[str, Any]:
        answer = self.portal.citizen.call(
            "PUT", f"/dossiers/{self.dossier}/signing/check", {}, **{"Accept-Language": language}
        )
        assert answer.status == 200, answer.body
        found: dict[str, Any] = answer.body
        return found

    def cancel(self, id: str) -> Answer:
        return self.portal.citizen.delete(f"/dossiers/{self.dossier}/signing/{id}")

    def tell(self, provider: str, body: bytes) -> Answer:
        """A call of a provider, or of somebody who says so."""
        return self.portal.nobody.call("POST", f"/signing-hints/{provider}", body)

    def hear(self) -> None:
        """Deliver the hints that the providers sent."""
        for provider, body in self.line.hints:
            assert self.tell(provider, body).status == 200
        self.line.hints.clear()

    def sweep(self, **later: float) -> dict[str, int]:
        self.portal.later(**later)
        parameters.forget()  # the sweeper has a memory of its own
        with made_by("motcua-local-sweep"):
            return remote_signing.sweep(present.now(), range(4))

    def arrive(self) -> None:
        """S3 tells of what the function uploaded; the signatures of what is kept are verified."""
        bucket = os.environ["QUARANTINE_BUCKET"]
        there = self.portal.cloud.client("s3").list_objects_v2(Bucket=bucket).get("Contents", ())
        for one in there:
            self.portal.arrived(bucket, one["Key"], one["Size"])
        self.bench.verify()

    def forms(self) -> list[str]:
        """The statuses of the signed forms that there are."""
        papers = self.portal.citizen.get(f"/dossiers/{self.dossier}").body["papers"]
        return [paper["status"] for paper in papers if paper["component"] == FORM]


@contextmanager
def phone(portal: Portal) -> Iterator[Phone]:
    with served(portal, Line) as line:
        yield Phone(portal, line)
