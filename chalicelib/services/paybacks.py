"""Refunds through the gateway that brought the money: asked for once, then asked about until its word is clear.

A request is kept, with its number and moment, before the gateway is called; from then on it may have been carried
out, and nothing but the gateway's word ends that. It is never sent under another number.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from chalicelib import settings
from chalicelib.domain import money
from chalicelib.domain.access import SYSTEM, Actor
from chalicelib.domain.codes import plain
from chalicelib.domain.dossier import Dossier
from chalicelib.domain.entry import EntryState, attached, of_refund
from chalicelib.domain.event import iso
from chalicelib.domain.life import Action
from chalicelib.domain.money import Payment
from chalicelib.domain.payment import Attempt
from chalicelib.domain.refund import (
    ORIGINAL,
    UNPREPARED,
    Refund,
    RefundEvent,
    RefundOutcome,
    RefundState,
    Step,
    approve,
    needs_second_person,
    prepare,
    step,
)
from chalicelib.errors import StaleWrite
from chalicelib.gateways.payments import connections
from chalicelib.gateways.payments.contract import OUR_ADDRESS, RefundEvidence, RefundOrder
from chalicelib.services import strays
from chalicelib.services.transitions import perform
from chalicelib.storage import dossiers as kept
from chalicelib.storage import entries, ledger, pace
from chalicelib.storage import refunds as rows
from chalicelib.storage.ledger import Account
from chalicelib.storage.refunds import Question
from chalicelib.storage.transactions import Also, write_all
from chalicelib.telemetry import count, logger

FIRST_QUESTION, LAST_PAUSE = timedelta(minutes=5), timedelta(hours=6)
"""Every question comes twice as long after the one before, up to the last pause: refunds take days at some banks."""
UNCLEAR = timedelta(hours=24)
"""After this without a clear word people must look: the metric RefundsUnclear, on which an alarm stands."""
REPEATED = {"momo": timedelta(days=30), "zalopay": timedelta(days=1)}
"""Where the same request may be sent again, and how long: MoMo answers a requestId as before for 31 days (Payment API,
idempotency), ZaloPay refuses an m_refund_id that it has seen (-68). VNPay knows a RequestId for its day only and says
nothing of how: there, as everywhere else, nothing is sent twice."""
SWEPT_PER_SHARD = 50
UNCLEAR_IN_A_ROW = 3
_TRIES = 4


def advance(dossier_id: str, now: datetime) -> None:
    """Send what of a dossier's refunds can go back by itself: what people have approved for the original channel, and
    what is small enough to need none. Safe to repeat, also at the same moment."""
    while True:
        account = ledger.account(dossier_id)
        if not any(_advance(account, refund, now) for refund in account.refunds):  # after each one, look again
            return


def _advance(account: Account, refund: Refund, now: datetime) -> bool:
    """Whether the refund was moved. One of several that its gateway could take for each other waits for the others."""
    if refund.state is RefundState.OPEN and not refund.refused_channel:
        if not _is_offered(refund) or _attempt_of(account, refund) is None:
            return _saved(refund, replace(refund, refused_channel=True, code="no way back"), _tells(refund, now))
        if needs_second_person(refund, settings.refund_threshold()) or _another_is_sent(account, refund):
            return False
        by = Step(SYSTEM.id, SYSTEM.name, iso(now))
        ready = approve(prepare(refund, by, ORIGINAL), by, settings.refund_threshold())
    elif refund.state is RefundState.APPROVED and refund.channel == ORIGINAL:
        if _another_is_sent(account, refund):
            return False
        ready = refund
    else:
        return False
    request = hashlib.sha256(f"{refund.dossier}/{refund.id}".encode()).hexdigest()[:20].upper()
    sent = step(ready, RefundEvent.SEND, Step(SYSTEM.id, SYSTEM.name, iso(now)), request=request, sent_at=now)
    sent = replace(sent, version=refund.version + 1)
    channel, order = connections.channel(sent.via), _order(account, sent, now)
    if not _saved(refund, sent, rows.ask(Question(sent.dossier, sent.id), now + FIRST_QUESTION)):
        return False
    record(sent, _believable(account, sent, channel.refund(order)), now)
    return True


def _is_offered(refund: Refund) -> bool:
    """Whether this stage still has the gateway, and its contract lets it pay back."""
    return refund.via in connections.names() and connections.channel(refund.via).refunds


def _another_is_sent(account: Account, refund: Refund) -> bool:
    """Some gateways tell of the last movement of an order only."""
    references = {payment.id: payment.reference for payment in account.payments}
    return any(
        other.state is RefundState.SENT and references[other.payment] == references[refund.payment]
        for other in account.refunds
    )


def _saved(before: Refund, after: Refund, *also: Also) -> bool:
    """Whether it was written; not when somebody else was quicker."""
    try:
        write_all([rows.changed(replace(after, version=before.version + 1)), *also])
    except StaleWrite:
        return False
    return True


def _tells(refund: Refund, now: datetime) -> Also:
    """The effect that asks the payer for an account."""
    return effect(refund, int(refund.id.partition("-")[0]), "account", now)


def effect(refund: Refund, event_number: int, kind: str, now: datetime) -> Also:
    """What must follow this version of the refund: `account` asks the payer for one, `refund` lets it go its way."""
    body = {"refund": refund.id, "step": f"{refund.id}.{refund.version}"}
    return Also(kept.outbox_row(refund.dossier, event_number, kind, now, body), None, StaleWrite)


def _order(account: Account, refund: Refund, now: datetime) -> RefundOrder:
    """Made from what is kept alone, so that it is the same whenever it is made."""
    payment, attempt = _find(account.payments, refund.payment), _attempt_of(account, refund)
    if attempt is None or refund.request is None or refund.sent_at is None:
        raise ValueError("what was not kept is not sent")
    return RefundOrder(
        request=refund.request,
        requested_at=refund.sent_at,
        reference=attempt.reference,
        transaction=payment.transaction,
        amount=refund.amount,
        whole=refund.amount == payment.amount,
        ordered_at=attempt.created_at,
        now=now,
        info=plain(f"Hoan phi ho so {refund.dossier_code}", 100),
        by=refund.approved_by or SYSTEM.id,
        ip=OUR_ADDRESS,
    )


def _attempt_of(account: Account, refund: Refund) -> Attempt | None:
    """The order that the money came by; none of money that people have attached to the dossier."""
    reference = _find(account.payments, refund.payment).reference
    return next((attempt for attempt in account.attempts if attempt.reference == reference), None)


def _find(payments: Sequence[Payment], id: str) -> Payment:
    return next(payment for payment in payments if payment.id == id)


def record(refund: Refund, said: RefundEvidence, now: datetime, by: Step | None = None, actor: Actor = SYSTEM) -> bool:
    """What was said of a refund that was sent, carried out; whether it is over for the gateway, this way or that.

    `by` and `actor` when a person brings the gateway's word. Raises StaleWrite when the refund has moved meanwhile.
    """
    by = by or Step(actor.id, actor.name, iso(now))
    told: dict[str, Any] = {"transaction": said.transaction or refund.transaction, "code": said.code or refund.code}
    settled = rows.ask(Question(refund.dossier, refund.id), None)
    count("RefundsTold", gateway=refund.via, outcome=said.outcome.value)
    if said.outcome is RefundOutcome.DONE:
        proof = said.transaction or refund.request
        done = step(refund, RefundEvent.CONFIRMED, by, **told, done_at=now, proof=proof)
        _, dossier = rows.with_head(refund.dossier, refund.id)
        place = money.place_of(refund.via)
        also = partial(_carried_out, done, now, settled)
        end(dossier, done, actor, now, key=by.key or f"refund-{refund.id}", place=place, also=also)
        return True
    if said.outcome is RefundOutcome.REFUSED:
        open_again = step(refund, RefundEvent.TURNED_DOWN, by, **told, **UNPREPARED, refused_channel=True)
        open_again = replace(open_again, version=refund.version + 1)
        write_all([rows.changed(open_again), settled, _tells(open_again, now)])
        return True
    if (told["transaction"], told["code"]) != (refund.transaction, refund.code):
        new = said.transaction and said.transaction != refund.transaction
        waiting = step(refund, RefundEvent.WAITING, by, **told) if new else replace(refund, **told)
        write_all([rows.changed(replace(waiting, version=refund.version + 1))])
    return False


def _carried_out(done: Refund, now: datetime, settled: Also) -> list[Also]:
    """The refund's entry, which waits for the gateway's file; or the stray of a file that was here before it."""
    made = of_refund(done, now)
    there = entries.get(made.via, made.number)
    if there is None:
        return [settled, entries.new(made)]
    if there.state is not EntryState.STRAY or there.kind is not made.kind or there.amount != made.amount:
        logger.warning("refund under a number that is taken", gateway=done.via, dossier=done.dossier, refund=done.id)
        return [settled]
    told = strays.attaching(there, strays.by_system(now, "refund"), done.dossier, now)
    return [settled, entries.changed(attached(there, made)), *told]


def end(
    dossier: Dossier,
    done: Refund,
    actor: Actor,
    now: datetime,
    *,
    key: str,
    place: str,
    also: Callable[[], Sequence[Also]] = tuple,
) -> Refund:
    """Write a refund that was paid: the refund, the journal, what `also` makes, the dossier's event, all or nothing.

    `done` follows on the version that is kept, `place` is where the money has left from. Raises StaleWrite when the
    refund has moved meanwhile; the dossier, and whose rows `also` makes, may move as they like.
    """
    before = done.version
    done = replace(done, version=before + 1)
    way = done.via if done.channel == ORIGINAL else str(done.channel)
    detail = {"refund": done.id, "refunded": done.amount, "via": way, "proof": done.proof or ""}
    entry = money.refund_paid(done.id, done.agency, done.dossier, done.amount, place, now)
    for _ in range(_TRIES):
        written = [rows.changed(done), ledger.new_journal(entry), *also()]
        try:
            perform(dossier, Action.REFUND, actor, now, key=key, detail=detail, also=written)
            count("RefundsPaid", agency=done.agency, channel=way)
            return done
        except StaleWrite:
            there, dossier = rows.with_head(done.dossier, done.id)
            if there is None or there.version != before:
                raise
    raise StaleWrite("StaleWrite")


def sweep(now: datetime, shards: Sequence[int]) -> dict[str, int]:
    """Ask about refunds whose gateway owes us a word; each is asked again later until it is clear.

    A gateway that knows nothing several times in a row is left alone until the next sweep: the others are waiting.
    """
    done = {"asked": 0, "settled": 0, "postponed": 0, "failed": 0}
    unclear: Counter[str] = Counter()
    for shard in shards:
        for question in list(rows.due_questions(shard, now, SWEPT_PER_SHARD)):
            try:
                done[_ask(question, now, unclear)] += 1
            except StaleWrite:  # somebody else was told at the same moment
                done["postponed"] += 1
            except Exception:  # whatever it is: the others are not to wait for it
                logger.exception("refund not asked about", dossier=question.dossier, refund=question.refund)
                done["failed"] += 1
                _again(question, now)
    return done


def _again(question: Question, now: datetime) -> None:
    pause = min(FIRST_QUESTION * 2 ** min(question.asked, 10), LAST_PAUSE)
    write_all([rows.ask(replace(question, asked=question.asked + 1), now + pause)])


def _ask(question: Question, now: datetime, unclear: Counter[str]) -> str:
    account = ledger.account(question.dossier)
    refund = next(refund for refund in account.refunds if refund.id == question.refund)
    if refund.state is not RefundState.SENT:
        write_all([rows.ask(question, None)])
        return "settled"
    channel, order = connections.channel(refund.via), _order(account, refund, now)
    tired = unclear[refund.via] >= UNCLEAR_IN_A_ROW
    if tired or not pace.may_ask(channel.name, channel.merchant, channel.asks_every, now):
        write_all([rows.ask(question, now + max(FIRST_QUESTION, timedelta(seconds=channel.asks_every)))])
        return "postponed"
    said = _believable(account, refund, channel.ask_refund(order))
    if said.outcome is RefundOutcome.UNKNOWN and now < order.requested_at + REPEATED.get(refund.via, timedelta()):
        said = _believable(account, refund, channel.refund(order))
    unclear[refund.via] = unclear[refund.via] + 1 if said.outcome is RefundOutcome.UNKNOWN else 0
    if record(refund, said, now):
        advance(question.dossier, now)  # what waited for this one
        return "settled"
    if said.outcome is RefundOutcome.UNKNOWN and now >= order.requested_at + UNCLEAR:
        logger.warning("refund unclear", dossier=refund.dossier, refund=refund.id, gateway=refund.via)
        count("RefundsUnclear", gateway=refund.via)
    _again(question, now)
    return "asked"


def _believable(account: Account, refund: Refund, said: RefundEvidence) -> RefundEvidence:
    """What was said, unless it was of another refund: the gateway's number of one proves that one alone."""
    others = (other for other in account.refunds if other.id != refund.id and other.via == refund.via)
    if said.transaction in {other.transaction for other in others if other.transaction}:
        return RefundEvidence(RefundOutcome.UNKNOWN, code="another refund")
    return said
