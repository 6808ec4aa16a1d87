"""The use cases that are broken at every call: what stands before, what is asked, what must come of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from chalicelib import events
from infra.local.testing import context
from tests.app.portal import ANSWERS
from tests.faults.wire import Crash, Fault, Plan
from tests.faults.world import Request, World

ASK: dict[str, Any] = {
    "papers": {"identity": "Ảnh mờ."},
    "fields": {"copies": "Ghi lại số bản."},
    "note": "Vui lòng bổ sung.",
}


@dataclass(frozen=True)
class Case:
    """`prepare` brings a dossier (its id is given back) to where the request may be made."""

    name: str
    action: str
    before: str
    after: str
    prepare: Callable[[World], str]
    who: str
    path: str
    body: dict[str, Any]
    backlog: bool = False  # the relay has not seen the stream since the dossier was filed

    def request(self, dossier: str) -> Request:
        return Request(self.who, self.path.format(dossier), self.body, f"the-key-of-one-{self.action}")


def _draft(world: World) -> str:
    dossier = world.portal.draft(answers={**ANSWERS, "subject_name": "CANARYNAME"})
    world.portal.upload(dossier)
    return dossier


def _filed(world: World) -> str:
    dossier = _draft(world)
    answer = world.portal.citizen.post(f"/dossiers/{dossier}/submission", {"declaration": True})
    assert answer.status == 200, answer.body
    return dossier


def _asked_at_intake(world: World) -> str:
    dossier = _filed(world)
    world.portal.step(world.portal.reception, dossier, "supplement-request", ASK)
    world.portal.upload(dossier)
    return dossier


def _asked_in_review(world: World) -> str:
    dossier = _filed(world)
    world.portal.step(world.portal.reception, dossier, "receive", {})
    world.portal.step(world.portal.appraiser, dossier, "claim", {})
    world.portal.step(world.portal.appraiser, dossier, "supplement-request", ASK)
    world.portal.upload(dossier)
    return dossier


def _proposed(world: World) -> str:
    dossier = _filed(world)
    world.portal.step(world.portal.reception, dossier, "receive", {})
    world.portal.step(world.portal.appraiser, dossier, "claim", {})
    world.portal.step(world.portal.appraiser, dossier, "proposal", {"opinion": "Đủ điều kiện."})
    return dossier


def _owing(world: World) -> str:
    """The result is issued and its fee is due."""
    dossier = _proposed(world)
    world.portal.step(world.portal.approver, dossier, "approval", {})
    world.portal.step(world.portal.clerk, dossier, "result", {"number": "12/TL", "title": "Trích lục khai sinh"})
    return dossier


def _complained(world: World) -> str:
    """Refused, its review over, and complained of."""
    dossier = _filed(world)
    world.stream()
    world.portal.step(world.portal.reception, dossier, "refusal", _REASON)
    answer = world.portal.citizen.post(f"/dossiers/{dossier}/complaint", {"text": "CANARYNOTE"})
    assert answer.status == 200, answer.body
    return dossier


def _half_started(world: World) -> str:
    """As `_unannounced`, and the review waits already."""
    dossier = _unannounced(world)
    world.review.play()
    return dossier


def _unannounced(world: World) -> str:
    """The relay died after it had started the review and before it could say so."""
    dossier = _filed(world)
    world.wire.reset(Plan("SFN.StartExecution", Fault.CRASH_AFTER))
    records = world.cloud.records()
    try:
        world.around("relay", lambda: events.relay({"Records": records}, context("relay")))
    except Crash:
        return dossier
    raise AssertionError("the relay started no review")


_FILE: dict[str, Any] = {"declaration": True}
_SUPPLY: dict[str, Any] = {"answers": {"copies": 5}, "note": "CANARYNOTE"}
_REASON: dict[str, Any] = {"reason": "CANARYNOTE"}
_SUBMISSION, _SUPPLEMENT, _WITHDRAWAL = (
    f"/dossiers/{{}}/{name}" for name in ("submission", "supplement", "withdrawal")
)
_RECEPTION = "/desk/dossiers/{}/receive"
_APPROVAL = "/desk/dossiers/{}/approval"
SUBMIT = Case("submit", "submit", "draft", "submitted", _draft, "citizen", _SUBMISSION, _FILE)
AT_INTAKE = Case(
    name="supplement at intake",
    action="supplement",
    before="intake_supplement",
    after="submitted",
    prepare=_asked_at_intake,
    who="citizen",
    path=_SUPPLEMENT,
    body=_SUPPLY,
)
IN_REVIEW = Case(
    name="supplement in review",
    action="supplement",
    before="review_supplement",
    after="appraisal",
    prepare=_asked_in_review,
    who="citizen",
    path=_SUPPLEMENT,
    body=_SUPPLY,
)
RECEPTION = Case("reception", "receive", "submitted", "received", _filed, "reception", _RECEPTION, {})
APPROVAL = Case("approval", "approve", "approval", "issuing", _proposed, "approver", _APPROVAL, {})
APOLOGY = Case(
    name="apology and new date",
    action="reappoint",
    before="approval",
    after="approval",
    prepare=_proposed,
    who="approver",
    path="/desk/dossiers/{}/appointment",
    body={"reason": "CANARYNOTE", "working_days": 3},
)
FEE = Case(
    name="fee at the counter",
    action="pay",
    before="result_fee_due",
    after="ready",
    prepare=_owing,
    who="cashier",
    path="/desk/dossiers/{}/fee",
    body={"amount": 24_000, "means": "cash"},
)
WITHDRAWAL = Case(
    name="withdrawal, relay behind",
    action="withdraw",
    before="submitted",
    after="withdrawn",
    prepare=_half_started,
    who="citizen",
    path=_WITHDRAWAL,
    body=_REASON,
    backlog=True,
)
UNANNOUNCED = replace(WITHDRAWAL, name="withdrawal, review slow", prepare=_unannounced)
REOPENING = Case(
    name="complaint upheld",
    action="reopen",
    before="not_received",
    after="submitted",
    prepare=_complained,
    who="administrator",
    path="/desk/dossiers/{}/complaint-answer",
    body={"outcome": "reopened", "answer": "CANARYNOTE"},
)
CASES = (SUBMIT, RECEPTION, AT_INTAKE, IN_REVIEW, APPROVAL, APOLOGY, FEE, WITHDRAWAL, UNANNOUNCED, REOPENING)
