"""Money that arrives, whatever brought it: what it pays, what is held, what goes back. The one place that books it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.domain import money
from chalicelib.domain.access import Actor
from chalicelib.domain.dossier import Dossier, Held
from chalicelib.domain.entry import Entry
from chalicelib.domain.event import iso
from chalicelib.domain.life import Action, State
from chalicelib.domain.money import HELD, PAID, SURPLUS, Payment
from chalicelib.domain.refund import Owed, Rule
from chalicelib.services import catalogue, deadlines
from chalicelib.services.transitions import perform
from chalicelib.storage import ledger


def payment_id(via: str, transaction: str) -> str:
    """The id of the payment that a transaction of the other side makes: the same one, however often it is told."""
    return hashlib.sha256(f"{via}/{transaction}".encode()).hexdigest()[:20]


def take(
    dossier: Dossier,
    payment: Payment,
    actor: Actor,
    now: datetime,
    *,
    key: str | None = None,
    surplus: Rule | None = None,
    over: Entry | None = None,
    also: Sequence[Any] = (),
) -> Dossier:
    """Book `payment` on `dossier`, with `also` in the same transaction; its `use` is decided here.

    `over` is the stray that it accounts for, if there is one.

    It pays what the dossier waits for, together with what is held; more than that goes back, less is held. When
    nothing is owed, or `surplus` says that it never was, all of it goes back. Raises Conflict("TransactionKnown")
    when its transaction has made a payment, StaleWrite when the dossier moved meanwhile.
    """
    moment, due = dossier.owes_now()
    key = key or f"pay-{payment.id}"
    if surplus or not moment or due <= 0:
        payment = replace(payment, use=SURPLUS)
        why = surplus or Rule.LATE
        back: tuple[Owed, ...] = (Owed(payment.id, payment.via, payment.amount, why, "refunds"),)
        detail = {"payment": payment.id, "via": payment.via, "amount": payment.amount, "rule": why.value}
        rows = [*also, *ledger.new_payment(payment, money.received(payment), over=over)]
        return perform(dossier, Action.SURPLUS, actor, now, key=key, detail=detail, also=rows, surplus=back)
    detail = {"payment": payment.id, "via": payment.via, "amount": payment.amount, "moment": moment}
    if payment.amount < due:
        payment = replace(payment, use=HELD)
        held = (*dossier.held, Held(payment.id, payment.via, payment.amount))
        detail |= {"still_due": due - payment.amount}
        rows = [*also, *ledger.new_payment(payment, money.received(payment), over=over)]
        return perform(dossier, Action.PAY, actor, now, key=key, detail=detail, changes={"held": held}, also=rows)
    payment = replace(payment, use=PAID)
    journals = [money.received(payment, released=sum(h.amount for h in dossier.held))]
    back = ()
    if more := payment.amount - due:
        journals.append(money.excess(payment, more))
        back = (Owed(payment.id, payment.via, more, Rule.OVERPAID, "refunds"),)
    fees = tuple(
        replace(f, payment=payment.id, via=payment.via) if f.moment == moment and f.amount and not f.paid else f
        for f in dossier.fees
    )
    joined = tuple(replace(h, into=payment.id) for h in dossier.held)
    changes: dict[str, Any] = {"fees": fees, "held": (), "parts": (*dossier.parts, *joined)}
    detail |= {"paid": due, "over": more} if more else {"paid": due}
    clock_changes, clock_detail = _clocks(replace(dossier, fees=fees), now)
    rows = [*also, *ledger.new_payment(payment, *journals, over=over)]
    return perform(
        dossier,
        Action.PAY,
        actor,
        now,
        key=key,
        detail=detail | clock_detail,
        changes=changes | clock_changes,
        also=rows,
        surplus=back,
    )


def _clocks(dossier: Dossier, now: datetime) -> tuple[dict[str, Any], dict[str, Any]]:
    """What starts when the fee is there: the agency's time to reply, or the time of the procedure itself."""
    if dossier.state is State.FILING_FEE_DUE:
        reply_due = deadlines.reply(dossier.agency, now)
        return {"reply_due_at": reply_due}, {"reply_due_at": iso(reply_due)}
    if dossier.state is State.ACCEPTANCE_FEE_DUE:
        procedure = catalogue.procedure(dossier.procedure_code, dossier.procedure_version)
        return deadlines.result(dossier, procedure, now)
    return {}, {}
