"""The one way money online is settled: callback, answer to a question, bank notice, line of a file, all come here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from chalicelib.domain import money
from chalicelib.domain.access import SYSTEM
from chalicelib.domain.dossier import Dossier
from chalicelib.domain.entry import Entry, EntryState, side_of
from chalicelib.domain.payment import (
    BY_TRANSFER,
    Attempt,
    AttemptState,
    Evidence,
    Mismatch,
    Outcome,
    is_second_payment,
    learn,
    mismatch,
)
from chalicelib.domain.refund import Rule
from chalicelib.errors import Conflict, StaleWrite, UpstreamFailed
from chalicelib.gateways.payments.contract import Verdict
from chalicelib.services import strays, takings
from chalicelib.storage import inbox, ledger
from chalicelib.storage.inbox import Received
from chalicelib.storage.transactions import write_all
from chalicelib.telemetry import count, logger

_TRIES = 4
_VERDICTS = {
    Mismatch.MERCHANT: Verdict.WRONG_MERCHANT,
    Mismatch.AMOUNT: Verdict.WRONG_AMOUNT,
    Mismatch.CURRENCY: Verdict.WRONG_AMOUNT,
    Mismatch.NO_TRANSACTION: Verdict.MALFORMED,
}


def settle(evidence: Evidence, now: datetime, *, received: Received | None = None, home: str | None = None) -> Verdict:
    """What trusted evidence means, carried out in one transaction with the verdict on the message that brought it.

    Asks in this order: is the order known, are merchant, amount and currency its own, what did we know already.
    Money that arrives when nothing is owed becomes a refund; money that no order accounts for is kept as a stray.
    Repeating it changes nothing. `home` is the agency whose file tells of it, when a file does.
    """
    for _ in range(_TRIES):
        try:
            return _settle(evidence, now, received, home)
        except StaleWrite:  # somebody moved the dossier, the attempt or the entry: look again
            continue
        except Conflict as known:  # the same news at the same moment
            if known.code != "TransactionKnown":
                raise
    raise UpstreamFailed("UpstreamFailed")


def _settle(evidence: Evidence, now: datetime, received: Received | None, home: str | None) -> Verdict:
    owner = ledger.dossier_of(evidence.reference)
    if owner is None:
        return _judged(received, Verdict.UNKNOWN_ORDER, evidence, now, home=home)
    paid = evidence.outcome is Outcome.PAID
    named = (side_of(evidence.gateway), evidence.transaction) if paid and evidence.transaction else None
    attempt, dossier, known = ledger.attempt_and_head(owner, evidence.reference, named)
    if attempt.gateway != evidence.gateway:
        return _judged(received, Verdict.UNKNOWN_ORDER, evidence, now, known=known, home=home)
    wrong = mismatch(attempt, evidence)
    if wrong is Mismatch.AMOUNT and attempt.gateway == BY_TRANSFER:
        wrong = None  # the payer typed it: less is held, more goes back
    if wrong is not None:
        return _judged(received, _VERDICTS[wrong], evidence, now, wrong.value, attempt=attempt, known=known)
    if paid:
        return _paid(attempt, dossier, known, evidence, now, received)
    after = learn(attempt, evidence.outcome, code=evidence.code)
    if after.state is attempt.state:
        told = attempt.state is not AttemptState.OPEN
        return _judged(received, Verdict.DUPLICATE if told else Verdict.SETTLED, evidence, now)
    write_all([ledger.changed_attempt(after), *_with(received, Verdict.SETTLED, evidence)])
    count("PaymentsSettled", gateway=attempt.gateway, outcome=after.state.value)
    return Verdict.SETTLED


def _paid(
    attempt: Attempt,
    dossier: Dossier,
    known: Entry | None,
    evidence: Evidence,
    now: datetime,
    received: Received | None,
) -> Verdict:
    transaction = str(evidence.transaction)
    if known is not None and known.state is not EntryState.STRAY:
        same = known.dossier == dossier.id and known.document is not None
        why = None if same else "transaction of another order"
        verdict = Verdict.DUPLICATE if same else Verdict.UNKNOWN_ORDER
        return _judged(received, verdict, evidence, now, why, known=known)
    if attempt.state is AttemptState.PAID and not is_second_payment(attempt, evidence):
        return _judged(received, Verdict.DUPLICATE, evidence, now, known=known)
    amount = evidence.amount if evidence.amount is not None else attempt.amount
    payment = money.Payment(
        id=takings.payment_id(attempt.gateway, transaction),
        dossier=dossier.id,
        agency=dossier.agency,
        amount=amount,
        via=attempt.gateway,
        transaction=transaction,
        use=money.PAID,
        at=now,
        book=money.place_of(attempt.gateway),
        source=evidence.source.value,
        reference=attempt.reference,
        paid_at=evidence.at,
        origin=evidence.origin,
    )
    also = [*_with(received, Verdict.SETTLED, evidence)]
    twice = is_second_payment(attempt, evidence)
    _, due = dossier.owes_now()
    if not twice and (amount >= due or due <= 0):
        also.insert(
            0, ledger.changed_attempt(learn(attempt, Outcome.PAID, transaction=transaction, code=evidence.code))
        )
    if known is not None:  # what was unclear is told clearly now
        also += strays.attaching(known, strays.by_system(now, evidence.source.value), dossier.id, now)
    takings.take(dossier, payment, SYSTEM, now, surplus=Rule.TWICE if twice else None, over=known, also=also)
    count("PaymentsSettled", gateway=attempt.gateway, outcome="twice" if twice else "paid")
    return Verdict.SETTLED


def _with(received: Received | None, verdict: Verdict, evidence: Evidence) -> Sequence[Any]:
    return [inbox.judged(received, verdict.value, evidence.reference)] if received else []


# Money that has moved somewhere, as far as the gateway goes, and that no order of ours accounts for: people must look.
_STRAYS = frozenset({Verdict.UNKNOWN_ORDER, Verdict.WRONG_AMOUNT, Verdict.WRONG_MERCHANT})


def _judged(
    received: Received | None,
    verdict: Verdict,
    evidence: Evidence,
    now: datetime,
    why: str | None = None,
    *,
    attempt: Attempt | None = None,
    known: Entry | None = None,
    home: str | None = None,
) -> Verdict:
    told = [inbox.judged(received, verdict.value, evidence.reference, why)] if received is not None else []
    stray = evidence.outcome is Outcome.PAID and verdict in _STRAYS and evidence.transaction and known is None
    if stray:
        try:
            write_all([*strays.arriving(evidence, verdict, attempt.agency if attempt else home, now), *told])
        except Conflict as before:
            if before.code != "TransactionKnown":
                raise
            stray = False  # told before, whatever became of it since
    if not stray and told:
        write_all(told)
    if verdict not in {Verdict.DUPLICATE, Verdict.SETTLED}:
        logger.warning(
            "evidence refused", gateway=evidence.gateway, reference=evidence.reference, verdict=verdict.value
        )
    return verdict
