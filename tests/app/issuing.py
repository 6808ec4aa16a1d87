"""Results of dossiers for tests: a file uploaded by the clerk, entered, signed, locked, handed over or fetched."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.domain.result import Result
from chalicelib.domain.upload import PDF, PNG
from chalicelib.services import present, publishing
from chalicelib.storage import dossiers
from tests.app.bench import Bench, described
from tests.app.portal import Answer, Person, Portal, new_id
from tests.app.treasury import level_4
from tests.files import make

ONLINE = "2.000642"


@dataclass
class Issuing:
    portal: Portal

    def __post_init__(self) -> None:
        free = {**level_4(code=ONLINE), "fees": []}
        publishing.publish([publishing.Sourced("test", level_4()), publishing.Sourced("test", free)])

    def approved(self, level: int = 3, **changes: Any) -> str:
        """A dossier that waits for its result; of level 4 without a fee, to be delivered online."""
        portal = self.portal
        if level == 3:
            dossier = portal.appraised()
        else:
            dossier, _ = portal.filed(procedure=ONLINE, delivery=changes.pop("delivery", "online"), **changes)
            portal.papers_came(dossier)
            portal.step(portal.reception, dossier, "receive", {})
            portal.step(portal.appraiser, dossier, "claim", {})
            portal.step(portal.appraiser, dossier, "proposal", {"opinion": "Đủ điều kiện."})
        portal.step(portal.approver, dossier, "approval", {})
        return dossier

    def file(self, dossier: str, content: bytes, name: str = "Trích lục.pdf") -> str:
        """The file of a result, uploaded and inspected."""
        bench = Bench(self.portal, dossier)
        paper = new_id()
        body = {"id": paper, "files": described([content], PDF, name)}
        answer = self.portal.clerk.post(f"/desk/dossiers/{dossier}/result-file", body)
        assert answer.status == 201, answer.body
        bench.put(paper, 1, content)
        bench.arrive(paper)
        return paper

    def enter(self, dossier: str, content: bytes | None = None, **more: Any) -> Any:
        content = make.pdf(1) if content is None else content
        body = {"number": "12/TL", "title": "Trích lục khai sinh", "paper": self.file(dossier, content), **more}
        return self.portal.step(self.portal.clerk, dossier, "result", body)

    def signed_elsewhere(self, dossier: str, content: bytes) -> Any:
        """A file that the agency signed with a device of its own, entered as such, and looked at."""
        self.enter(dossier, content, way="signed")
        self.portal.relay()
        return self.portal.clerk.get(f"/desk/dossiers/{dossier}").body["results"][-1]

    def ask_signature(self, dossier: str, who: Person | None = None, content: bytes = b"x" * 10) -> Answer:
        body = {"id": new_id(), "drawn": True, "files": described([content], PNG, "chu-ky.png")}
        return (who or self.portal.clerk).post(f"/desk/dossiers/{dossier}/signature-file", body)

    def signature(self, dossier: str) -> str:
        """A signature drawn on the clerk's screen, sent and inspected."""
        content = make.png((600, 300))
        answer = self.ask_signature(dossier, content=content)
        assert answer.status == 201, answer.body
        bench = Bench(self.portal, dossier)
        paper = str(answer.body["paper"]["id"])
        bench.put(paper, 1, content)
        bench.arrive(paper)
        return paper

    def issued(self, level: int = 4, **changes: Any) -> str:
        dossier = self.approved(level, **changes)
        self.enter(dossier)
        self.portal.relay()
        return dossier

    def results(self, dossier: str) -> tuple[Result, ...]:
        return dossiers.load(dossier).results

    def kept(self, result: Result) -> bytes:
        assert result.file is not None
        found = self.portal.cloud.client("s3").get_object(
            Bucket=os.environ["RESULTS_BUCKET"], Key=result.file.key, VersionId=result.file.version
        )
        content: bytes = found["Body"].read()
        return content

    def versions(self, dossier: str) -> list[str]:
        """The versions kept of a dossier's results: one key for each."""
        listed = self.portal.cloud.client("s3").list_object_versions(
            Bucket=os.environ["RESULTS_BUCKET"], Prefix=f"results/{dossier}/"
        )
        return [version["Key"] for version in listed.get("Versions", ())]

    def fetch(self, dossier: str, minutes: float | None = 0) -> Answer:
        """As the applicant, who gave the password so many minutes ago; None: nobody knows when."""
        citizen = self.portal.citizen
        if minutes is not None:
            at = present.now().timestamp() - 60 * minutes
            citizen = replace(citizen, claims={"auth_time": str(int(at))})
        return citizen.post(f"/dossiers/{dossier}/result", {})

    def check(self, result: Result, **changes: Any) -> Answer:
        return self.portal.nobody.post("/results/check", {"code": result.code, "secret": result.secret, **changes})
