"""Agencies that are asked about a dossier, for tests of handlers: the tree, the procedure, the officers."""

from __future__ import annotations

from typing import Any

from chalicelib.services import publishing
from tests.app.portal import AGENCY, ELSEWHERE, PROCEDURE, TREE, Answer, Person, Portal

POLICE, HEALTH = "H34.13", "H34.10"
FOUR = {POLICE: "Công an tỉnh", HEALTH: "Sở Y tế"}
WITHIN_12 = {"amount": 12, "unit": "calendar days"}
LAW: dict[str, Any] = {"within": WITHIN_12, "silence": "agreed", "clock": "counted", "source": "NP 1.013225"}


def tree() -> dict[str, Any]:
    plain = TREE["agencies"][1]
    more = [
        {**plain, "code": code, "name": {"vi": vi, "en": code}, "email": f"{code.lower()}@example.invalid"}
        for code, vi in FOUR.items()
    ]
    return {"agencies": [*TREE["agencies"], *more]}


def publish(**rules: Any) -> None:
    """The tree with two more agencies, and a version of the procedure that has these rules besides."""
    publishing.publish_agencies(tree())
    if rules:
        publishing.publish([publishing.Sourced("test", {**PROCEDURE, "agencies": [AGENCY, ELSEWHERE], **rules})])


class Consulting:
    """Asks and answers, through the API."""

    def __init__(self, portal: Portal, version: int = 1) -> None:
        self.portal, self.version = portal, version
        self.police = portal.officer("police", "appraiser", agency=POLICE)
        self.health = portal.officer("health", "reception", agency=HEALTH)
        self.builders = portal.elsewhere

    def claimed(self) -> str:
        dossier, _ = self.portal.filed(procedure_version=self.version)
        self.portal.step(self.portal.reception, dossier, "receive", {})
        self.portal.step(self.portal.appraiser, dossier, "claim", {})
        return dossier

    def ask(self, dossier: str, *agencies: str, key: str | None = None, **more: Any) -> Answer:
        questions = [{"agency": one, "question": f"Đề nghị {one} cho ý kiến.", **more} for one in agencies]
        return self.portal.appraiser.post(f"/desk/dossiers/{dossier}/consultation", {"questions": questions}, key)

    def asked(self, *agencies: str, **more: Any) -> str:
        dossier = self.claimed()
        answer = self.ask(dossier, *agencies, **more)
        assert answer.status == 200, answer.body
        return dossier

    def answer(self, who: Person, agency: str, dossier: str, said: str = "agree", key: str | None = None) -> Answer:
        body = {"answer": said, "opinion": "Ý kiến của cơ quan.", "number": "15/CV"}
        return who.post(f"/desk/consultations/{agency}/{dossier}/answer", body, key)

    def take_back(self, dossier: str, *agencies: str) -> Answer:
        body = {"agencies": list(agencies), "reason": "Không cần nữa."}
        return self.portal.appraiser.post(f"/desk/dossiers/{dossier}/consultation/withdrawal", body)

    def seen(self, dossier: str) -> Any:
        return self.portal.appraiser.get(f"/desk/dossiers/{dossier}").body

    def questions(self, dossier: str) -> dict[str, Any]:
        """By agency; the last of each."""
        return {one["agency"]["code"]: one for one in self.seen(dossier)["questions"]}

    def queue(self, who: Person, agency: str) -> list[str]:
        return [one["id"] for one in who.get(f"/desk/consultations/{agency}").body["items"]]
