"""Paying online: an attempt is kept before the payer leaves, and its gateway is asked before it expires."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from chalicelib import settings
from chalicelib.domain.access import Actor
from chalicelib.domain.clock import ZONE
from chalicelib.domain.dossier import Dossier, Fee
from chalicelib.domain.life import State
from chalicelib.domain.payment import (
    ATTEMPT_LIVES,
    BY_TRANSFER,
    EXPIRY,
    GATEWAY_WINDOW,
    TRANSFER_LIVES,
    Attempt,
    AttemptState,
    Outcome,
    Source,
    learn,
    reference_of,
)
from chalicelib.errors import Conflict, NotFound, StaleWrite
from chalicelib.gateways.payments import connections, emv
from chalicelib.gateways.payments.contract import OUR_ADDRESS, Channel, FeeLine, Order
from chalicelib.services import catalogue
from chalicelib.services.desk import visible
from chalicelib.services.dossiers import assess, own
from chalicelib.services.settlement import settle
from chalicelib.storage import dossiers as kept
from chalicelib.storage import ledger, pace
from chalicelib.storage.ledger import Account
from chalicelib.storage.transactions import write_all
from chalicelib.telemetry import count, logger
from chalicelib.values import dataclass

FIRST_QUESTION, NEXT_QUESTION = timedelta(minutes=5), timedelta(minutes=5)
SUSPECT_QUESTION = timedelta(hours=6)
STILL_UNKNOWN = timedelta(hours=24)
"""How long after its end an attempt is asked after whose gateway gives no clear word."""
SWEPT_PER_SHARD = 50


@dataclass(frozen=True)
class Payer:
    """Who pays from where, as gateways want to know it. `ip` is the browser's."""

    ip: str
    language: str


@dataclass(frozen=True)
class Overview:
    """The money of a dossier: its head, its account in the ledger, the gateways it can be paid through now.

    `fees` as they were assessed on the day of filing (`assessed_on`, of Vietnam); of a draft as they would be today.
    """

    dossier: Dossier
    account: Account
    ways: tuple[str, ...]
    fees: tuple[Fee, ...]
    assessed_on: date


def overview(actor: Actor, dossier_id: str, now: datetime) -> Overview:
    """For the applicant."""
    return _overview(own(actor, kept.head(dossier_id)), now)


def desk_overview(actor: Actor, dossier_id: str, now: datetime) -> Overview:
    """For an officer of the dossier's agency."""
    return _overview(visible(actor, kept.head(dossier_id)), now)


def _overview(dossier: Dossier, now: datetime) -> Overview:
    on = (dossier.submitted_at or now).astimezone(ZONE).date()
    fees = dossier.fees
    if dossier.state is State.DRAFT:
        fees = assess(catalogue.procedure(dossier.procedure_code, dossier.procedure_version), dossier, on)
    return Overview(dossier, ledger.account(dossier.id), ways(dossier), fees, on)


def ways(dossier: Dossier) -> tuple[str, ...]:
    """The gateways for this dossier now; none at level 3, whose fee the agency takes (clause A10)."""
    moment, due = dossier.owes_now()
    return connections.names() if moment and due > 0 and dossier.level >= 4 else ()


def start(actor: Actor, dossier_id: str, attempt_id: str, way: str, payer: Payer, now: datetime) -> Attempt:
    """Open an attempt for what is due now and send the payer on. The same `attempt_id` again is the same attempt.

    Raises Conflict when nothing is due (NothingDue) or the fee is taken at the agency (FeeAtTheAgency), NotFound for a
    way that is not offered, UpstreamFailed when the gateway does not answer: try again, or another way.
    """
    dossier = own(actor, kept.head(dossier_id))
    reference = reference_of(dossier_id, attempt_id)
    before = ledger.attempt(dossier_id, reference)
    if before is not None and before.gateway != way:
        raise Conflict("KeyReused")
    if before is not None and (before.pay_url or before.qr or before.state is not AttemptState.OPEN):
        return before
    moment, due = dossier.owes_now()
    if not moment or due <= 0:
        raise Conflict("NothingDue")
    if dossier.level < 4:
        raise Conflict("FeeAtTheAgency")
    gateway = connections.channel(way, dossier.agency)
    attempt = before or _opened(dossier, attempt_id, gateway, moment, due, now)
    if before is None:
        try:
            write_all(ledger.new_attempt(attempt))
        except Conflict:  # the same request at the same moment, on another connection
            attempt = ledger.attempt(dossier_id, reference) or attempt
            if attempt.pay_url or attempt.qr:
                return attempt
    started = gateway.start(_order(dossier, attempt, payer))
    attempt = replace(attempt, pay_url=started.pay_url, qr=started.qr, version=attempt.version + 1)
    try:
        write_all([ledger.changed_attempt(attempt)])
    except StaleWrite:  # settled, or started by the same request meanwhile
        return ledger.attempt(dossier_id, reference) or attempt
    count("PaymentsStarted", gateway=way, agency=dossier.agency)
    return attempt


def _opened(dossier: Dossier, attempt_id: str, gateway: Channel, moment: str, due: int, now: datetime) -> Attempt:
    lives = TRANSFER_LIVES if gateway.name == BY_TRANSFER else ATTEMPT_LIVES
    return Attempt(
        reference=reference_of(dossier.id, attempt_id),
        id=attempt_id,
        dossier=dossier.id,
        owner=dossier.owner,
        agency=dossier.agency,
        gateway=gateway.name,
        merchant=gateway.merchant,
        amount=due,
        moment=moment,
        state=AttemptState.OPEN,
        created_at=now,
        expires_at=now + lives,
        ask_at=now + (lives if gateway.name == BY_TRANSFER else FIRST_QUESTION),
    )


def _order(dossier: Dossier, attempt: Attempt, payer: Payer) -> Order:
    procedure = catalogue.procedure(dossier.procedure_code, dossier.procedure_version)
    names = {rule.code: rule.name.vi for rule in procedure.fees}
    fees = tuple(
        FeeLine(f.code, names.get(f.code, f.code), f.amount)
        for f in dossier.fees
        if f.moment == attempt.moment and not f.paid
    )
    origin = settings.public_url()
    return Order(
        reference=attempt.reference,
        amount=attempt.amount,
        info=f"Nop phi ho so {dossier.code}",
        created_at=attempt.created_at,
        expires_at=attempt.created_at + GATEWAY_WINDOW,
        ip=payer.ip,
        language=payer.language,
        return_url=f"{origin}/thanh-toan/{attempt.reference}",
        callback_url=f"{origin}/api/payments/{attempt.gateway}",
        dossier_code=str(dossier.code),
        procedure=(procedure.code, procedure.name.vi),
        agency=(dossier.agency, catalogue.agency(dossier.agency).name.vi),
        payer=(str(dossier.applicant.get("name", "")), str(dossier.applicant.get("identity", ""))),
        fees=fees,
    )


def transfer(attempt: Attempt) -> emv.Transfer | None:
    """What the picture of an attempt asks the payer's bank to do; None where there is no picture."""
    return emv.read(attempt.qr) if attempt.qr else None


def check(actor: Actor, reference: str, now: datetime) -> Attempt:
    """The actor's attempt as it is now; the gateway is asked if that may help and its turn has come."""
    dossier_id = ledger.dossier_of(reference)
    attempt = ledger.attempt(dossier_id, reference) if dossier_id else None
    if attempt is None or attempt.owner != actor.id or actor.is_officer:
        raise NotFound("AttemptNotFound")
    if attempt.state in {AttemptState.OPEN, AttemptState.SUSPECT}:
        _ask(attempt, now)
        attempt = ledger.attempt(attempt.dossier, reference) or attempt
    return attempt


def _ask(attempt: Attempt, now: datetime) -> Outcome | None:
    """Ask the gateway and settle its answer; None when its turn has not come, or it cannot be asked at all."""
    if attempt.gateway == BY_TRANSFER or attempt.gateway not in connections.names():
        return None
    gateway = connections.channel(attempt.gateway)
    if not pace.may_ask(gateway.name, gateway.merchant, gateway.asks_every, now):
        return None
    evidence = gateway.ask(attempt.reference, attempt.created_at, now, OUR_ADDRESS)
    evidence = replace(evidence, source=Source.QUERY)
    if evidence.outcome in {Outcome.PAID, Outcome.FAILED, Outcome.SUSPECT}:
        settle(evidence, now)
    return evidence.outcome


def sweep(now: datetime, shards: Sequence[int]) -> dict[str, int]:
    """Ask after attempts that are due: before one expires its gateway is asked; unclear words are asked again later."""
    done = {"asked": 0, "expired": 0, "postponed": 0, "failed": 0}
    for shard in shards:
        for attempt in list(ledger.due_attempts(shard, now, SWEPT_PER_SHARD)):
            try:
                done[_look_after(attempt, now)] += 1
            except Exception:  # whatever it is: the others are not to wait for it
                logger.exception("attempt not swept", reference=attempt.reference)
                done["failed"] += 1
    return done


def _look_after(attempt: Attempt, now: datetime) -> str:
    outcome = _ask(attempt, now)
    if outcome in {Outcome.PAID, Outcome.FAILED, Outcome.SUSPECT}:
        return "asked"
    over = now - attempt.expires_at
    clear = attempt.gateway == BY_TRANSFER or outcome is Outcome.PENDING or over >= STILL_UNKNOWN
    present = ledger.attempt(attempt.dossier, attempt.reference)
    if present is None or present.version != attempt.version:
        return "asked"
    if attempt.state is AttemptState.SUSPECT:
        after = replace(attempt, version=attempt.version + 1, ask_at=now + SUSPECT_QUESTION)
    elif over >= timedelta(0):
        # The payer is told at once; the gateway is asked on, ever more seldom, until it has given a clear word.
        after = learn(attempt, EXPIRY)
        after = after if clear else replace(after, ask_at=now + max(NEXT_QUESTION, over))
    else:
        after = replace(attempt, version=attempt.version + 1, ask_at=now + NEXT_QUESTION)
    try:
        write_all([ledger.changed_attempt(after)])
    except StaleWrite:
        return "asked"  # it was settled meanwhile
    return "expired" if after.state is AttemptState.EXPIRED else "postponed"
