"""Dossiers of level 4 whose papers come by post and whose results go by post, and the post's other side."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from chalicelib.services import publishing
from infra.local.sandboxes.post import PostOffice
from tests.app.portal import AGENCY, PROCEDURE, Answer, Person, Portal

POSTAL = "2.000637"
TRACKING = "EB123456789VN"
ADDRESS = {"name": "Nguyễn Thị Thử", "line": "12 Trần Phú, Kon Tum", "phone": "0912345678"}
HEADER = "tracking,status,at,recipient,signature,reason"
LIST = f"/desk/parcels/{AGENCY}"


def postal() -> dict[str, Any]:
    """The portal's procedure at level 4, free of charge."""
    document = deepcopy(PROCEDURE)
    return document | {"code": POSTAL, "level": 4, "delivery": ["counter", "online", "post"], "fees": []}


def certified(note: str = "") -> dict[str, Any]:
    by = "UBND phường Quyết Thắng"
    return {"finding": "certified", "certified_by": by, "certified_on": "2026-11-20", "note": note}


class MailRoom:
    """A portal with a postal procedure."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        publishing.publish([publishing.Sourced("test", postal())])

    def waiting(self, **changes: Any) -> str:
        """A dossier filed that waits for its parcel."""
        return self.portal.filed(procedure=POSTAL, **changes)[0]

    def full(self, dossier: str) -> dict[str, Any]:
        body: dict[str, Any] = self.portal.citizen.get(f"/dossiers/{dossier}").body
        return body

    def announce(self, dossier: str, tracking: str = TRACKING, day: str = "2026-11-23") -> Answer:
        return self.portal.citizen.post(f"/dossiers/{dossier}/parcel", {"tracking": tracking, "posted_on": day})

    def step(self, dossier: str, step: str, body: dict[str, Any], who: Person | None = None) -> dict[str, Any]:
        moved: dict[str, Any] = self.portal.step(who or self.portal.reception, dossier, step, body)
        return moved

    def arrived(self, **changes: Any) -> str:
        dossier = self.waiting(**changes)
        self.step(dossier, "parcel", {"sender": "Nguyễn Thị Thử"})
        return dossier

    def opened(self, **changes: Any) -> str:
        dossier = self.arrived(**changes)
        self.step(dossier, "parcel/opening", {})
        return dossier

    def complete(self, **changes: Any) -> str:
        dossier = self.opened(**changes)
        self.step(dossier, "parcel/checks", {"checks": {"identity": certified()}})
        return dossier

    def ready(self, delivery: str = "post") -> str:
        dossier = self.complete(delivery=delivery)
        portal = self.portal
        self.step(dossier, "receive", {})
        self.step(dossier, "claim", {}, portal.appraiser)
        self.step(dossier, "proposal", {"opinion": "Đủ điều kiện."}, portal.appraiser)
        self.step(dossier, "approval", {}, portal.approver)
        self.step(dossier, "result", {"number": "12/TL", "title": "Trích lục"}, portal.clerk)
        return dossier

    def posted(self, tracking: str = TRACKING) -> str:
        dossier = self.ready()
        self.step(dossier, "posting", {"tracking": tracking, "address": ADDRESS}, self.portal.clerk)
        return dossier

    # The post's side, without a network.

    @property
    def office(self) -> PostOffice:
        office: PostOffice = self.portal.cloud.town.post
        return office

    def call(self, word: dict[str, Any], **headers: str) -> Answer:
        """A call of the post; `headers` over those that it signs with."""
        body, signed = self.office.signed(word)
        return self.portal.nobody.call("POST", "/post/vnpost", body, **{**signed, **headers})

    def told(self, status: str, tracking: str = TRACKING, **fields: str) -> str:
        """What was answered to a word of the post."""
        answer = self.call({**self.office._word(tracking, status), **fields})
        return str(answer.body["result"])

    def rows(self, *rows: str, header: str = HEADER, who: Person | None = None) -> Answer:
        """Rows of a file of the post, read at the desk."""
        return (who or self.portal.clerk).post(f"{LIST}/reports", {"header": header, "rows": list(rows)})
