"""What people can do to a dossier of level 3 with a fee at acceptance, asked about by two others, perhaps sent on to a
third; and what must be true of it whatever was done.

For the machine in test_life_machine.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.domain.access import Post
from chalicelib.domain.bundle import Bundle
from chalicelib.domain.dossier import Dossier
from chalicelib.domain.event import Event, iso
from chalicelib.domain.life import TRANSITIONS, State
from chalicelib.domain.money import balances
from chalicelib.domain.proof import chain_is_whole
from chalicelib.services import appointments, publishing, teams
from chalicelib.storage import dossiers as kept
from chalicelib.storage import ledger
from tests.app import consulting
from tests.app.consulting import HEALTH, POLICE
from tests.app.portal import AGENCY, ELSEWHERE, PROCEDURE, Person, Portal
from tests.faults.invariants import Row, loads, review_agrees, rows_of, undone
from tests.faults.world import World

CODE = "2.000691"
FEE, KEPT = 24_000, 5_000
REASON = {"reason": "CANARYNOTE"}
ASKED = {"police": POLICE, "health": HEALTH}
HOLDER = "its appraiser"
Body = Callable[[Dossier], dict[str, Any]]


def people(portal: Portal) -> None:
    """Everybody has the same post at both agencies, so that one that was sent on has its officers; two appraise."""
    for name in ("reception", "appraiser", "second", "approver", "cashier", "clerk", "administrator"):
        role = "appraiser" if name == "second" else name
        posts = f"{AGENCY}:{role} {ELSEWHERE}:{role}"
        one = Person(portal.client, name, f"Cán bộ {name}", "officer", posts)
        setattr(portal, name, one)
        teams.enrol(one.sub, one.name, [Post.parse(post) for post in posts.split()])
    for name, agency in ASKED.items():
        setattr(portal, name, portal.officer(name, "appraiser", agency=agency))


def publish(clock: str, silence: str) -> None:
    """A procedure whose fee is due at acceptance: 24.000 đồng that come back and 5.000 that do not. Other agencies are
    asked for 12 days, in which the time runs or not, and whose silence is an agreement or not."""
    publishing.publish_agencies(consulting.tree())
    fee = {**PROCEDURE["fees"][0], "per": None, "moment": "acceptance"}
    fees = [{**fee, "amount": FEE}, {**fee, "code": "kept", "amount": KEPT, "refundable": False}]
    rules = {"consultation": {**consulting.LAW, "clock": clock, "silence": silence}, "agencies": [AGENCY, ELSEWHERE]}
    publishing.publish([publishing.Sourced("test", {**PROCEDURE, "code": CODE, "fees": fees, **rules})])


@dataclass(frozen=True)
class Act:
    """A request: the `action` of the table that it asks for, by `who` of the portal, or by the dossier's appraiser."""

    action: str
    who: str
    path: str
    body: Body

    def by(self, dossier: Dossier) -> str:
        return self.who if self.who != HOLDER else dossier.assignee or "appraiser"


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


def _question(*agencies: str) -> Body:
    return _plain(questions=[{"agency": one, "question": "CANARYNOTE"} for one in agencies])


def _opinion(who: str, said: str) -> Act:
    path = f"/desk/consultations/{ASKED[who]}/{{}}/answer"
    return Act("give_opinion", who, path, _plain(answer=said, opinion="CANARYNOTE"))


def _other_appraiser(dossier: Dossier) -> dict[str, Any]:
    return {"to": "second" if dossier.assignee == "appraiser" else "appraiser", **REASON}


def _other_agency(dossier: Dossier) -> dict[str, Any]:
    return {"agency": ELSEWHERE if dossier.agency == AGENCY else AGENCY, **REASON}


ACTS: tuple[Act, ...] = (
    Act("withdraw", "citizen", "/dossiers/{}/withdrawal", _plain(**REASON)),
    Act("supplement", "citizen", "/dossiers/{}/supplement", _copies),
    Act("complain", "citizen", "/dossiers/{}/complaint", _plain(text="CANARYNOTE")),
    _desk("receive", "reception", "receive"),
    _desk("refuse", "reception", "refusal", _plain(**REASON)),
    _desk("request_supplement", "reception", "supplement-request", _ask),
    _desk("request_supplement", HOLDER, "supplement-request", _ask),
    _desk("transfer", "reception", "transfer", _other_agency),
    _desk("transfer", "administrator", "transfer", _other_agency),
    _desk("pay", "cashier", "fee", _plain(amount=FEE + KEPT, means="cash")),
    _desk("claim", "appraiser", "claim"),
    _desk("claim", "second", "claim"),
    _desk("reassign", "administrator", "assignment", _other_appraiser),
    _desk("hand_over", HOLDER, "passing", _other_appraiser),
    _desk("consult", HOLDER, "consultation", _question(POLICE, HEALTH)),
    _desk("consult", HOLDER, "consultation", _question(HEALTH)),
    _opinion("police", "agree"),
    _opinion("health", "disagree"),
    _desk("withdraw_question", HOLDER, "consultation/withdrawal", _plain(agencies=[POLICE], **REASON)),
    _desk("withdraw_question", HOLDER, "consultation/withdrawal", _plain(agencies=[], **REASON)),
    _desk("reappoint", "approver", "appointment", _plain(working_days=3, **REASON)),
    _desk("propose", HOLDER, "proposal", _plain(opinion="Đủ điều kiện.")),
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

ENDINGS = {"withdraw", "refuse", "stop", "close"}
_CLAIMED = ("receive", "pay", "claim")
BEGUN: tuple[tuple[str, ...], ...] = (
    (),
    _CLAIMED,
    (*_CLAIMED, "consult"),
    (*_CLAIMED, "request_supplement"),
    (*_CLAIMED, "propose"),
    (*_CLAIMED, "propose", "approve", "enter_result"),
    ("refuse", "complain"),
)
"""How far a life may be when the machine begins: most of what goes wrong does so late."""

ROLES = {"citizen": "applicant", "second": "appraiser", HOLDER: "appraiser", **dict.fromkeys(ASKED, "consultant")}


def fitting(state: State) -> list[Act]:
    """The acts that the table has for this state; guards may still refuse them."""
    known = {(rule.before, rule.action.value, rule.role.value) for rule in TRANSITIONS}
    return [act for act in ACTS if (state, act.action, ROLES.get(act.who, act.who)) in known]


def chosen(state: State, choice: int) -> Act | None:
    """One of the fitting acts; of ten choices nine let the dossier live on, where there is a way."""
    acts = fitting(state)
    lively = [act for act in acts if act.action not in ENDINGS]
    if lively and choice % 10:
        acts = lively
    return acts[choice // 10 % len(acts)] if acts else None


_STEPS = {(rule.before.value, rule.action.value, rule.after.value, rule.role.value) for rule in TRANSITIONS}


def wrong_always(bundle: Bundle) -> Iterator[str]:
    """What must be true after every step, whoever has not been told of it yet."""
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
    rows = rows_of("DOSSIERS_TABLE")
    yield from _queue(rows, dossier)
    yield from loads(rows)
    yield from _due(dossier, events)
    open_questions = {one.agency: one.due_at for one in bundle.questions if one.open}
    if {agency: at for agency, at in dossier.consulted.items() if at} != open_questions:
        yield f"open questions {open_questions}, the head says {dossier.consulted}"
    if bool(open_questions) != (dossier.state is State.CONSULTATION):
        yield f"open questions {open_questions} of a dossier in {dossier.state}"
    yield from _money(dossier, events)
    open_ones = [one.ending for one in bundle.complaints if one.open]
    if open_ones != ([dossier.complaint["ending"]] if dossier.complaint and dossier.complaint["open"] else []):
        yield f"open complaints {open_ones}, the head says {dossier.complaint}"


def _queue(rows: list[Row], dossier: Dossier) -> Iterator[str]:
    (row,) = (row for row in rows if (row["pk"], row["sk"]) == (f"D#{dossier.id}", "HEAD"))
    name = dossier.state.about.queue
    if row.get("queue") != (f"{dossier.agency}#{name}" if name else None):
        yield f"in the queue {row.get('queue')} while {dossier.state}"


def _due(dossier: Dossier, events: tuple[Event, ...]) -> Iterator[str]:
    """The date is the one that was explained last, and never comes earlier; its parts are the time since the receipt.
    Nobody has one before the agency accepted."""
    since = _reopened(events)
    explained = [e for e in events if "due_explanation" in e.detail and e.number > since]
    said = explained[-1].detail["due_at"] if explained else None
    if (iso(dossier.due_at) if dossier.due_at else None) != said:
        yield f"due at {dossier.due_at}, explained {said}"
    dates = [e.detail["due_at"] for e in explained]
    if dates != sorted(dates):
        yield f"a date came earlier: {dates}"
    received = [e for e in events if e.number > since and e.after == "received" != e.before]
    for event in explained:
        last = event.detail["due_explanation"][-1]
        if (last["kind"], _second(last["at"])) != ("due", _second(event.detail["due_at"])):
            yield f"the explanation of event {event.number} ends with {last}, due {event.detail['due_at']}"
        took = _second(event.detail["due_at"]) - _second(received[0].at)
        if sum(part["seconds"] for part in event.detail["due_parts"]) != took.total_seconds():
            yield f"the parts of event {event.number} are not {took}: {event.detail['due_parts']}"


def _reopened(events: tuple[Event, ...]) -> int:
    return max((e.number for e in events if e.action == "reopen"), default=0)


def _second(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(microsecond=0)


def _money(dossier: Dossier, events: tuple[Event, ...]) -> Iterator[str]:
    """Paid and not performed comes back, once; the books balance."""
    account = ledger.account(dossier.id)
    at = balances(account.journals)
    if sum(at.values()):
        yield f"the books do not balance: {at}"
    over = [e for e in events if e.number >= _reopened(events) and e.before != e.after]
    endings = [e for e in over if e.after in ("withdrawn", "stopped", "not_received")]
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
    if again := appointments.counted_again(kept.load(dossier_id)):
        yield f"the calendar makes it another date: {again[1]}"
