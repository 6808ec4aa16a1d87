"""What people can do to a dossier of level 3 with a fee at acceptance, and what must be true of it whatever was done.

For the machine in test_life_machine.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.dossier import Dossier
from chalicelib.domain.event import Event, iso
from chalicelib.domain.life import TRANSITIONS, State
from chalicelib.domain.money import balances
from chalicelib.domain.proof import chain_is_whole
from chalicelib.services import publishing
from chalicelib.storage import dossiers as kept
from chalicelib.storage import ledger
from tests.app.portal import AGENCY, PROCEDURE
from tests.faults.invariants import review_agrees, rows_of, undone
from tests.faults.world import World

CODE = "2.000691"
FEE, KEPT = 24_000, 5_000
REASON = {"reason": "CANARYNOTE"}
Body = Callable[[Dossier], dict[str, Any]]


def publish() -> None:
    """A procedure whose fee is due at acceptance: 24.000 đồng that come back and 5.000 that do not."""
    fee = {**PROCEDURE["fees"][0], "per": None, "moment": "acceptance"}
    fees = [{**fee, "amount": FEE}, {**fee, "code": "kept", "amount": KEPT, "refundable": False}]
    publishing.publish([publishing.Sourced("test", {**PROCEDURE, "code": CODE, "fees": fees})])


@dataclass(frozen=True)
class Act:
    """A request: the `action` of the table that it asks for, by `who` of the portal."""

    action: str
    who: str
    path: str
    body: Body


def _plain(**body: Any) -> Body:
    return lambda dossier: body


def _desk(action: str, who: str, step: str, body: Body | None = None) -> Act:
    return Act(action, who, f"/desk/dossiers/{{}}/{step}", body or _plain())


def _ask(dossier: Dossier) -> dict[str, Any]:
    return {"papers": {}, "fields": {"copies": "Ghi lại."}, "note": "", "exception": "Vẫn chưa đúng."}


def _copies(dossier: Dossier) -> dict[str, Any]:
    return {"answers": {"copies": int(dossier.answers["copies"]) % 50 + 1}}


def _originals(dossier: Dossier) -> dict[str, Any]:
    finding = "matches" if dossier.version % 3 else "differs"
    return {"originals": dict.fromkeys(dossier.papers, finding), "form_signed": True}


ACTS: tuple[Act, ...] = (
    Act("withdraw", "citizen", "/dossiers/{}/withdrawal", _plain(**REASON)),
    Act("supplement", "citizen", "/dossiers/{}/supplement", _copies),
    Act("complain", "citizen", "/dossiers/{}/complaint", _plain(text="CANARYNOTE")),
    _desk("receive", "reception", "receive"),
    _desk("refuse", "reception", "refusal", _plain(**REASON)),
    _desk("request_supplement", "reception", "supplement-request", _ask),
    _desk("request_supplement", "appraiser", "supplement-request", _ask),
    _desk("pay", "cashier", "fee", _plain(amount=FEE + KEPT, means="cash")),
    _desk("claim", "appraiser", "claim"),
    _desk("propose", "appraiser", "proposal", _plain(opinion="Đủ điều kiện.")),
    _desk("send_back", "approver", "return", _plain(**REASON)),
    _desk("approve", "approver", "approval"),
    _desk("stop", "approver", "stop", _plain(**REASON)),
    _desk("enter_result", "clerk", "result", _plain(number="12/TL", title="Trích lục")),
    _desk("compare", "clerk", "originals", _originals),
    _desk("deliver", "clerk", "hand-over", _plain(recipient="CANARYNAME", signed=True)),
    _desk("close", "clerk", "archive"),
    _desk("answer_complaint", "administrator", "complaint-answer", _plain(outcome="rejected", answer="CANARYNOTE")),
    _desk("answer_complaint", "administrator", "complaint-answer", _plain(outcome="upheld", answer="CANARYNOTE")),
    _desk("reopen", "administrator", "complaint-answer", _plain(outcome="reopened", answer="CANARYNOTE")),
)
"""Whoever adds a step to the life of a dossier adds a line here."""

ROLES = {"citizen": "applicant"}


def fitting(state: State) -> list[Act]:
    """The acts that the table has for this state; guards may still refuse them."""
    known = {(rule.before, rule.action.value, rule.role.value) for rule in TRANSITIONS}
    return [act for act in ACTS if (state, act.action, ROLES.get(act.who, act.who)) in known]


_STEPS = {(rule.before.value, rule.action.value, rule.after.value, rule.role.value) for rule in TRANSITIONS}


def wrong_always(dossier_id: str) -> Iterator[str]:
    """What must be true after every step, whoever has not been told of it yet."""
    bundle = kept.load(dossier_id)
    dossier, events = bundle.dossier, bundle.events
    state = State.DRAFT.value
    for event in events:
        step = (event.before, event.action, event.after, event.actor["role"])
        if event.before != state or step not in _STEPS:
            yield f"event {event.number} {step} does not follow from {state}"
        state = event.after
    if state != dossier.state.value or not chain_is_whole(events, dossier.last_hash):
        yield f"the events end in {state}, the dossier is in {dossier.state}"
    if len({event.id for event in events}) != len(events):
        yield "a request stands twice on the timeline"
    yield from _queue(dossier_id, dossier)
    yield from _due(dossier, events)
    yield from _money(dossier, events)
    open_ones = [one.ending for one in bundle.complaints if one.open]
    if open_ones != ([dossier.complaint["ending"]] if dossier.complaint and dossier.complaint["open"] else []):
        yield f"open complaints {open_ones}, the head says {dossier.complaint}"


def _queue(dossier_id: str, dossier: Dossier) -> Iterator[str]:
    (row,) = (r for r in rows_of("DOSSIERS_TABLE") if (r["pk"], r["sk"]) == (f"D#{dossier_id}", "HEAD"))
    name = dossier.state.about.queue
    if row.get("queue") != (f"{AGENCY}#{name}" if name else None):
        yield f"in the queue {row.get('queue')} while {dossier.state}"


def _due(dossier: Dossier, events: tuple[Event, ...]) -> Iterator[str]:
    """The date is the one that was explained last, and nobody has one before the agency accepted."""
    since = max((e.number for e in events if e.action == "reopen"), default=0)
    explained = [e for e in events if "due_explanation" in e.detail and e.number > since]
    said = explained[-1].detail["due_at"] if explained else None
    if (iso(dossier.due_at) if dossier.due_at else None) != said:
        yield f"due at {dossier.due_at}, explained {said}"
    if explained and explained[-1].detail["due_explanation"][-1]["kind"] != "due":
        yield "the explanation does not end with the day"


def _money(dossier: Dossier, events: tuple[Event, ...]) -> Iterator[str]:
    """Paid and not performed comes back, once; the books balance."""
    account = ledger.account(dossier.id)
    at = balances(account.journals)
    if sum(at.values()):
        yield f"the books do not balance: {at}"
    endings = [e for e in events if e.after in ("withdrawn", "stopped", "not_received") and e.before != e.after]
    issued = dossier.result is not None
    paid = sum(payment.amount for payment in account.payments)
    owed = sum(refund.amount for refund in account.refunds)
    expected = FEE if paid and endings and not issued else 0
    if owed != expected or (dossier.refund or {}).get("amount", 0) != owed:
        yield f"{paid} paid, {len(endings)} endings, result: {issued}; owed back {owed}, the head says {dossier.refund}"


def wrong_at_rest(world: World, dossier_id: str) -> Iterator[str]:
    """What must be true once everybody was told: one review, which waits where the dossier is, and nothing undone."""
    mine = [row for row in rows_of("DOSSIERS_TABLE") if row["pk"] == f"D#{dossier_id}"]
    (head,) = (row for row in mine if row["sk"] == "HEAD")
    yield from review_agrees(world, dossier_id, head, mine)
    if left := undone(mine):
        yield f"left in the outbox: {left}"
