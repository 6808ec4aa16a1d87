"""A dossier and its whole life.

`TRANSITIONS` (in `life`) says every step there is; `apply` is the only writer of state. Everything else here is what
the guards need to know. Sources: statuses of the national portal (1–10), Decision 08/2018/QĐ-UBND of Kon Tum for who
pays, compares and collects when.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime
from typing import Any

from chalicelib.domain.access import Actor, Role, roles_on
from chalicelib.domain.event import Event, iso
from chalicelib.domain.life import TRANSITIONS, Action, Rule, State, is_assignee
from chalicelib.domain.refund import Owed
from chalicelib.domain.refund import Rule as Why
from chalicelib.errors import NotFound, TransitionRefused
from chalicelib.values import dataclass


@dataclass(frozen=True)
class Fee:
    """What one fee comes to, in đồng; the procedure knows its name. `moment`: filing, acceptance or result.

    `refundable` when the procedure was not performed; `exception` also when it was and the result is not collected.
    `count` times the procedure's rule; `waiver` is the code of what reduced it, perhaps to nought. `payment` is the id
    of what paid it, `via` the channel of that.
    """

    code: str
    amount: int
    moment: str
    refundable: bool
    exception: bool = False
    payment: str | None = None
    via: str | None = None
    count: int = 1
    waiver: str | None = None

    @property
    def paid(self) -> bool:
        return self.payment is not None


@dataclass(frozen=True)
class Held:
    """Money received that does not yet pay what is due, in đồng; `into` the payment that completed it later."""

    payment: str
    via: str
    amount: int
    into: str | None = None


@dataclass(frozen=True)
class Dossier:
    """The head of a dossier. Moments are aware datetimes; `pauses` are (from, to) while the citizen held it, or other
    agencies did whose time the law does not count."""

    id: str
    owner: str
    agency: str
    procedure_code: str
    procedure_version: int
    procedure_name: str
    level: int
    state: State
    created_at: datetime
    applicant: Mapping[str, Any]
    channel: str = "online"
    version: int = 0
    event_count: int = 0
    last_hash: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    code: str | None = None
    receipt_secret: str | None = None
    draft_expires_at: datetime | None = None
    state_since: datetime | None = None
    submitted_at: datetime | None = None
    received_at: datetime | None = None
    reply_due_at: datetime | None = None
    due_at: datetime | None = None
    assignee: str | None = None
    assignee_name: str | None = None
    fees: tuple[Fee, ...] = ()
    held: tuple[Held, ...] = ()
    parts: tuple[Held, ...] = ()  # what was held once, and paid fees together with the payment that completed it
    papers: Mapping[str, str] = field(default_factory=dict)  # component -> id of the paper that counts
    signed: bool = False
    parcel: int | None = None  # the one under way, lying here, or last sent
    certified: bool = False  # every paper came by post as a certified copy
    delivery: str = "counter"
    appraised_by: str | None = None  # who proposed last
    appraisers: tuple[str, ...] = ()  # who else had a hand in this round's appraisal
    supplement: Mapping[str, Any] | None = None  # the open request
    supplements: int = 0
    pauses: tuple[tuple[datetime, datetime], ...] = ()
    originals: Mapping[str, str] = field(default_factory=dict)  # component -> matches | differs | not_shown
    form_signed: bool = False
    reappointed: bool = False
    counted_late: str | None = None  # why it counts as late whatever its date: second_supplement | late_apology
    result: Mapping[str, Any] | None = None
    refund: Mapping[str, Any] | None = None
    consulted: Mapping[str, str] = field(default_factory=dict)  # agency asked -> until when (ISO), "" once it is closed
    consult_pauses: bool = False  # the law does not count the time of this consultation against the agency
    passed_on: Mapping[str, str] = field(default_factory=dict)  # agency that had it before -> when it was transferred
    complaint: Mapping[str, Any] | None = None  # {ending: number of its event, open}; of the ending that stands

    def owes(self, moment: str) -> int:
        """Đồng still to be paid at `moment`."""
        return sum(f.amount for f in self.fees if f.moment == moment and not f.paid)

    def owes_now(self) -> tuple[str | None, int]:
        """The moment that waits for money now, if any, and the đồng still to come for it after what is held."""
        moment = FEE_DUE.get(self.state)
        return (moment, self.owes(moment) - sum(h.amount for h in self.held)) if moment else (None, 0)

    @property
    def hands(self) -> frozenset[str]:
        """Everybody who appraised in this round: since the dossier was received, whoever holds it by now."""
        return frozenset({*self.appraisers, *([self.appraised_by] if self.appraised_by else [])})

    @property
    def originals_match(self) -> bool:
        """All papers matched their originals and the form was signed (Decision 08/2018, level 3)."""
        return self.form_signed and all(self.originals.get(c) == "matches" for c in self.papers)


FEE_DUE = {
    State.FILING_FEE_DUE: "filing",
    State.ACCEPTANCE_FEE_DUE: "acceptance",
    State.RESULT_FEE_DUE: "result",
}
"""The states that wait for money, and the moment whose fees they wait for."""

_WRITTEN_BY_APPLY = frozenset(
    {
        "refund",
        "complaint",
        "appraisers",
        "id",
        "owner",
        "agency",
        "state",
        "version",
        "event_count",
        "last_hash",
        "passed_on",
    }
)


def apply(
    dossier: Dossier,
    action: Action,
    actor: Actor,
    now: datetime,
    *,
    event_id: str,
    detail: Mapping[str, Any] | None = None,
    changes: Mapping[str, Any] | None = None,
    surplus: Sequence[Owed] = (),
) -> tuple[Dossier, Event]:
    """The dossier after `action`, and the event that records it.

    `changes` are the facts that come with the action (a fee paid, originals compared); guards see them. `surplus` is
    what of the money that came with it goes back, `refunded` in `detail` what of an obligation was paid. Raises
    NotFound when the actor is nothing to this dossier, TransitionRefused when the table has no such step for any of
    the actor's roles or a guard holds it back (the error's code is the guard's), ValueError when `changes` would
    write what only the table decides, or what the actor's roles were asked by; a transfer alone names a new agency.
    """
    mine = _WRITTEN_BY_APPLY - {"agency"} if action is Action.TRANSFER else _WRITTEN_BY_APPLY
    if smuggled := mine & set(changes or ()):
        raise ValueError(f"changes must not carry {', '.join(sorted(smuggled))}")
    roles = roles_on(actor, owner=dossier.owner, agency=dossier.agency, consulted=dossier.consulted)
    if not roles:
        raise NotFound("DossierNotFound")
    changed = replace(dossier, **(changes or {}))
    # Whose the dossier is, is no fact that a request brings: guards ask who had it before.
    rule = _decide(replace(changed, assignee=dossier.assignee), action, actor, roles)
    after = rule.after
    event = Event(
        id=event_id,
        number=dossier.event_count + 1,
        action=action,
        before=dossier.state,
        after=after,
        at=iso(now),
        actor=_said_by(dossier, rule, actor),
        detail=dict(detail or {}),
        previous_hash=dossier.last_hash,
    ).sealed()
    moved = replace(
        _appraised(dossier, changed, rule, actor),
        state=after,
        version=dossier.version + 1,
        event_count=event.number,
        last_hash=event.hash,
        state_since=now if after is not dossier.state or dossier.state_since is None else dossier.state_since,
        refund=_refund(changed, (*owed_back(changed, after, action), *surplus), event),
        held=() if after in _ENDED else changed.held,
        parcel=None if action is Action.RETURN_PARCEL else changed.parcel,
        reappointed=changed.reappointed or action is Action.REAPPOINT,
        passed_on={**dossier.passed_on, dossier.agency: iso(now)} if action is Action.TRANSFER else dossier.passed_on,
        complaint=_complaint(changed, event),
    )
    return moved, event


# Guards of these look at facts that only the request brings.
_DECIDED_BY_FACTS = frozenset({Action.SUBMIT, Action.PAY, Action.COMPARE, Action.CHECK_PARCEL})
# Steps of money follow from payments and refunds, those of tracking from the post, those of a revocation from the
# result: they have places of their own.
_REVOCATION = (Action.ASK_REVOCATION, Action.KEEP_RESULT, Action.REVOKE_RESULT)
_NOT_OFFERED = frozenset({Action.SURPLUS, Action.REFUND, Action.TRACK, *_REVOCATION})


def possible_actions(dossier: Dossier, actor: Actor) -> tuple[Action, ...]:
    """What this actor can do now, as far as the dossier alone can tell."""
    roles = roles_on(actor, owner=dossier.owner, agency=dossier.agency, consulted=dossier.consulted)
    found = (
        rule.action
        for rule in TRANSITIONS
        if rule.before is dossier.state
        and rule.role in roles
        and rule.action not in _NOT_OFFERED
        and (rule.guard is None or rule.action in _DECIDED_BY_FACTS or rule.guard.allows(dossier, actor))
    )
    return tuple(dict.fromkeys(found))


def _said_by(dossier: Dossier, rule: Rule, actor: Actor) -> dict[str, str]:
    """Who did it, in which role; `for` names the absent officer whose dossier it is when a substitute acted."""
    said = {"id": actor.id, "name": actor.name, "role": rule.role.value}
    if rule.guard is is_assignee and dossier.assignee != actor.id:
        said["for"] = dossier.assignee_name or ""
    return said


def _appraised(before: Dossier, changed: Dossier, rule: Rule, actor: Actor) -> Dossier:
    """`changed` with who had a hand in the appraisal; a dossier that is received begins a round of its own.

    Whoever acted as its appraiser counts, handing it over included, and the officer in whose place a substitute
    proposed. An officer who was only assigned it, and from whom the administrator took it untouched, does not.
    """
    if rule.after is State.RECEIVED and before.state is not State.RECEIVED:
        return replace(changed, assignee=None, assignee_name=None, appraised_by=None, appraisers=())
    seen = {*changed.appraisers, before.appraised_by}
    if rule.role is Role.APPRAISER:
        seen.add(actor.id)
    if rule.action is Action.PROPOSE:
        seen.add(before.assignee)
    others = {one for one in seen if one and one != changed.appraised_by}
    return replace(changed, appraisers=tuple(sorted(others)))


def _decide(dossier: Dossier, action: Action, actor: Actor, roles: frozenset[Role]) -> Rule:
    held_back: str | None = None
    for rule in TRANSITIONS:
        if rule.before is not dossier.state or rule.action is not action or rule.role not in roles:
            continue
        if rule.guard is None or rule.guard.allows(dossier, actor):
            return rule
        held_back = held_back or rule.guard.code
    raise TransitionRefused(held_back or "TransitionRefused", action=action.value, state=dossier.state.value)


_ENDED = {State.NOT_RECEIVED: Why.REFUSED, State.WITHDRAWN: Why.WITHDRAWN, State.STOPPED: Why.STOPPED}


def owed_back(dossier: Dossier, after: State, action: Action) -> tuple[Owed, ...]:
    """What falls due to the payer when `action` leads `dossier` (with the facts of the action) to `after`.

    Fees paid for a procedure that was not performed, and what was held (A15). Once there is a result it was
    performed: nothing, also when the hand-over is stopped (A16), but for fees whose own law gives them back.
    """
    if action is Action.CLAIM_REFUND:
        return _by_payment(dossier, (f for f in dossier.fees if f.exception), Why.EXCEPTION)
    if after not in _ENDED or dossier.state in _ENDED:
        return ()
    held = tuple(Owed(h.payment, h.via, h.amount, _ENDED[after], "held") for h in dossier.held)
    if dossier.result is not None:
        return held
    return (*_by_payment(dossier, (f for f in dossier.fees if f.refundable), _ENDED[after]), *held)


def _by_payment(dossier: Dossier, fees: Iterable[Fee], why: Why) -> tuple[Owed, ...]:
    """What of each payment goes back: of several that paid together each its own, the earliest first."""
    totals: dict[tuple[str, str], int] = {}
    for fee in fees:
        if fee.payment and fee.via and fee.amount:
            totals[fee.payment, fee.via] = totals.get((fee.payment, fee.via), 0) + fee.amount
    found = []
    for (payment, via), amount in totals.items():
        for part in dossier.parts:
            if part.into == payment and (back := min(part.amount, amount)):
                found.append(Owed(part.payment, part.via, back, why, "due"))
                amount -= back
        if amount:
            found.append(Owed(payment, via, amount, why, "due"))
    return tuple(found)


def _complaint(dossier: Dossier, event: Event) -> Mapping[str, Any] | None:
    """A complaint that was answered is forgotten with the ending that it was about: the next ending may have one."""
    now = dossier.complaint
    if event.action == Action.COMPLAIN:
        now = {"ending": event.detail.get("ending"), "open": True}
    elif now and event.action in (Action.ANSWER_COMPLAINT, Action.REOPEN):
        now = {**now, "open": False}
    return None if now and not now["open"] and not State(event.after).is_over else now


def _refund(dossier: Dossier, opened: Sequence[Owed], event: Event) -> Mapping[str, Any] | None:
    """The head's summary: {amount: opened in all, open: đồng still owed, reason, opened_at, event, paid_at}."""
    before = dict(dossier.refund or {})
    if more := sum(owed.amount for owed in opened):
        first = {"reason": opened[0].rule.value, "opened_at": event.at, "event": event.number}
        total = {"amount": before.get("amount", 0) + more, "open": before.get("open", 0) + more}
        return {**first, **before, **total, "paid_at": None}
    if before and (back := int(event.detail.get("refunded", 0))):
        still = before["open"] - back
        if still < 0:
            raise ValueError("more was paid back than is owed")
        return {**before, "open": still, "paid_at": before.get("paid_at") if still else event.at}
    return dossier.refund
