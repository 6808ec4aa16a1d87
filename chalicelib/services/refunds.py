"""What people do about refunds: prepare, approve, pay out; the payer names an account or asks for a fee back.

Cashiers and accountants of the dossier's agency prepare; accountants approve, send back and pay by transfer; cashiers
pay cash out of their own drawer. Each act names the version that was seen, so that nobody approves what somebody else
has changed meanwhile, and is known again by its key.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib import settings
from chalicelib.domain import refund as rules
from chalicelib.domain.access import Actor, Role, require_officer, roles_on
from chalicelib.domain.dossier import Dossier
from chalicelib.domain.event import iso
from chalicelib.domain.life import Action
from chalicelib.domain.money import Means, place_of
from chalicelib.domain.refund import CASH, ORIGINAL, Payee, Refund, RefundEvent, RefundOutcome, Step
from chalicelib.errors import Conflict, FieldError, Forbidden, Invalid, NotFound, StaleWrite, TransitionRefused
from chalicelib.gateways.payments.contract import RefundEvidence
from chalicelib.services import drawers, paybacks
from chalicelib.services.desk import visible
from chalicelib.services.dossiers import own
from chalicelib.services.transitions import perform
from chalicelib.storage import dossiers as kept
from chalicelib.storage import refunds as rows
from chalicelib.storage.transactions import Also, write_all
from chalicelib.values import dataclass

PREPARERS = (Role.CASHIER, Role.ACCOUNTANT)
READERS = (*PREPARERS, Role.ADMINISTRATOR)


@dataclass(frozen=True)
class Act:
    """One request of an officer: which refund, as it was seen, under which key."""

    dossier: str
    refund: str
    key: str
    version: int


@dataclass(frozen=True)
class PayOut:
    """What shows that a person paid: the bank's `reference` of a transfer, or who signed for cash."""

    reference: str = ""
    recipient: str = ""
    signed: bool = False


def listed(actor: Actor, agency: str, limit: int, cursor: str) -> tuple[tuple[Refund, ...], str | None]:
    """What the agency still owes, by deadline. Raises NotFound when none of the officer's posts there lets them see."""
    require_officer(actor)
    if agency not in actor.agencies(READERS):
        raise NotFound("NotFound")
    return rows.open_at(agency, limit, cursor)


def prepare(actor: Actor, act: Act, channel: str, payee: Payee | None, reason: str, now: datetime) -> Refund:
    """Decide how it goes back. Raises what `domain.refund.prepare` raises."""
    refund, _ = _seen(actor, act, PREPARERS)
    by = _by(actor, act.key, now)
    if rules.was_done(refund, RefundEvent.PREPARE, by):
        return refund
    after = rules.prepare(_current(refund, act), by, channel, payee, reason)
    return _write(refund, after, RefundEvent.PREPARE, by)


def approve(actor: Actor, act: Act, note: str, now: datetime) -> Refund:
    """Approve what was prepared; what goes through the gateway is on its way after that.

    Raises Conflict("FourEyes") when the amount needs a second person and this is the first one.
    """
    refund, dossier = _seen(actor, act, (Role.ACCOUNTANT,))
    by = _by(actor, act.key, now, note)
    if rules.was_done(refund, RefundEvent.APPROVE, by):
        return refund
    after = rules.approve(_current(refund, act), by, settings.refund_threshold())
    also = [paybacks.effect(after, dossier.event_count, "refund", now)] if after.channel == ORIGINAL else []
    return _write(refund, after, RefundEvent.APPROVE, by, also)


def send_back(actor: Actor, act: Act, reason: str, now: datetime) -> Refund:
    """Let it be prepared anew."""
    refund, _ = _seen(actor, act, (Role.ACCOUNTANT,))
    by = _by(actor, act.key, now, reason)
    if rules.was_done(refund, RefundEvent.RETURN, by):
        return refund
    after = rules.step(_current(refund, act), RefundEvent.RETURN, by, **rules.UNPREPARED)
    return _write(refund, after, RefundEvent.RETURN, by)


def pay_out(actor: Actor, act: Act, paid: PayOut, now: datetime) -> Refund:
    """Record that it was paid by hand: a transfer by an accountant, cash by a cashier out of their own drawer.

    Raises Conflict("PaidByGateway") for one that goes through the gateway, Invalid when the proof is missing, and what
    a drawer says that is closed, of another day, or has not so much in it.
    """
    refund, dossier = _seen(actor, act, PREPARERS)
    by = _by(actor, act.key, now)
    if rules.was_done(refund, RefundEvent.PAY_OUT, by):
        return refund
    _current(refund, act)
    if refund.channel == ORIGINAL:
        raise Conflict("PaidByGateway")
    cash = refund.channel == CASH
    _require(actor, refund.agency, (Role.CASHIER,) if cash else (Role.ACCOUNTANT,))
    if cash and not (paid.recipient and paid.signed):
        missing = [name for name in ("recipient", "signed") if not getattr(paid, name)]
        raise Invalid("BadRequest", [FieldError.of(name, "Required") for name in missing])
    if not cash and not paid.reference:
        raise Invalid("BadRequest", [FieldError.of("reference", "Required")])
    place = place_of(Means.CASH, actor.id) if cash else place_of(Means.TRANSFER)
    proof = paid.recipient if cash else paid.reference
    done = rules.step(refund, RefundEvent.PAY_OUT, by, done_at=now, proof=proof)

    def through_the_drawer() -> Sequence[Also]:
        return [drawers.taking(actor, refund.agency, Means.CASH, -refund.amount, now)] if cash else []

    try:
        return paybacks.end(dossier, done, actor, now, key=act.key, place=place, also=through_the_drawer)
    except Conflict:  # also what a drawer says out of which this very request has paid already
        if there := _done_meanwhile(refund, RefundEvent.PAY_OUT, by):
            return there
        raise


def tell(actor: Actor, act: Act, outcome: RefundOutcome, number: str, note: str, now: datetime) -> Refund:
    """The word of a gateway that gives us none: read by an accountant in its own portal or files.

    `number` is the gateway's of a refund that was carried out. Raises Conflict("GatewayStillAsked") while the gateway
    is asked by us and a clear word may still come.
    """
    refund, _ = _seen(actor, act, (Role.ACCOUNTANT,))
    event = RefundEvent.CONFIRMED if outcome is RefundOutcome.DONE else RefundEvent.TURNED_DOWN
    by = _by(actor, act.key, now, note)
    if rules.was_done(refund, event, by):
        return refund
    _current(refund, act)
    if refund.sent_at is not None and now < refund.sent_at + paybacks.UNCLEAR:
        raise Conflict("GatewayStillAsked")
    if outcome is RefundOutcome.DONE and not number:
        raise Invalid("BadRequest", [FieldError.of("transaction", "Required")])
    paybacks.record(refund, RefundEvidence(outcome, number or None, "told"), now, by, actor)
    return _seen(actor, act, (Role.ACCOUNTANT,))[0]


def name_account(
    actor: Actor, dossier_id: str, refund_id: str, key: str, payee: Payee, reason: str, now: datetime
) -> Refund:
    """The payer says where a transfer shall go. `reason` is needed while the original channel can still pay it back."""
    refund, dossier = rows.with_head(dossier_id, refund_id)
    own(actor, dossier)
    if refund is None:
        raise NotFound("RefundNotFound")
    by = _by(actor, key, now, reason)
    if rules.was_done(refund, RefundEvent.NAME_ACCOUNT, by):
        return refund
    if not refund.refused_channel and not reason:
        raise Invalid("BadRequest", [FieldError.of("reason", "Required")])
    named: dict[str, Any] = {**rules.UNPREPARED, "payee": payee, "reason": reason or refund.reason}
    return _write(refund, rules.step(refund, RefundEvent.NAME_ACCOUNT, by, **named), RefundEvent.NAME_ACCOUNT, by)


def claim(actor: Actor, dossier_id: str, key: str, reason: str, now: datetime) -> Dossier:
    """Ask for the fee of a procedure that was performed and whose result is not collected (A16).

    Refused with the rule, TransitionRefused("NoRefundAfterResult"), unless the law on the fee gives it back.
    """
    dossier = own(actor, kept.head(dossier_id))
    try:
        return perform(dossier, Action.CLAIM_REFUND, actor, now, key=key, detail={"reason": reason})
    except TransitionRefused as refused:
        if refused.code != "TransitionRefused":
            raise
        if dossier.result is not None:
            raise TransitionRefused("NoRefundAfterResult") from refused
        if not dossier.state.is_over:
            raise TransitionRefused("WithdrawInstead") from refused
        raise


def _by(actor: Actor, key: str, now: datetime, note: str = "") -> Step:
    return Step(actor.id, actor.name, iso(now), key, note)


def _seen(actor: Actor, act: Act, roles: Sequence[Role]) -> tuple[Refund, Dossier]:
    """The refund and the head, for an officer of the agency with one of `roles`; one read."""
    refund, dossier = rows.with_head(act.dossier, act.refund)
    visible(actor, dossier)
    _require(actor, dossier.agency, roles)
    if refund is None:
        raise NotFound("RefundNotFound")
    return refund, dossier


def _require(actor: Actor, agency: str, roles: Sequence[Role]) -> None:
    if not roles_on(actor, owner="", agency=agency) & set(roles):
        raise Forbidden("NoSuchPost", role=roles[-1].value)


def _current(refund: Refund, act: Act) -> Refund:
    """The refund, when it is what the officer saw."""
    if refund.version != act.version:
        raise StaleWrite("StaleWrite")
    return refund


def _write(before: Refund, after: Refund, event: RefundEvent, by: Step, also: Sequence[Also] = ()) -> Refund:
    after = replace(after, version=before.version + 1)
    try:
        write_all([rows.changed(after), *also])
    except StaleWrite:
        if there := _done_meanwhile(before, event, by):
            return there
        raise
    return after


def _done_meanwhile(refund: Refund, event: RefundEvent, by: Step) -> Refund | None:
    """The refund as it is, when what was quicker was this very request (sent again, or its reply lost)."""
    there, _ = rows.with_head(refund.dossier, refund.id)
    return there if there is not None and rules.was_done(there, event, by) else None
