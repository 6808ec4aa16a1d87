"""Money that comes without a gateway's word: slips of the post office and of card terminals, by file or by hand."""

from __future__ import annotations

from datetime import datetime, timedelta

from chalicelib.domain import money
from chalicelib.domain.access import SYSTEM, Actor
from chalicelib.domain.dossier import Dossier
from chalicelib.domain.entry import Entry, of_payment, stray
from chalicelib.domain.money import HELD, SURPLUS, Payment
from chalicelib.domain.payment import Evidence, Outcome, Source
from chalicelib.domain.reconcile import Line
from chalicelib.errors import Conflict, FieldError, Invalid, StaleWrite, UpstreamFailed
from chalicelib.gateways import spreadsheet
from chalicelib.gateways.payments import slips as reading
from chalicelib.gateways.payments.contract import Verdict
from chalicelib.services import accounting, strays, takings
from chalicelib.services.accounting import Clerk, canonical, dossier_for
from chalicelib.storage import dossiers as kept
from chalicelib.storage import entries, ledger
from chalicelib.storage.transactions import write_all
from chalicelib.values import dataclass

CLOCKS_DIFFER = timedelta(days=1)
"""How far ahead of ours another side's clock may be."""
_TRIES = 4


@dataclass(frozen=True)
class Taken:
    """What became of a slip: `use` is paid, held or surplus, `over` the đồng that go back of one that paid;
    no `dossier`: it became a stray."""

    entry: Entry
    dossier: Dossier | None = None
    use: str = ""
    over: int = 0


def check_moment(at: datetime | None, now: datetime, field: str) -> None:
    """Raises Invalid when something is said to have happened in the future."""
    if at is not None and at > now + CLOCKS_DIFFER:
        raise Invalid("BadRequest", [FieldError(field, "InFuture")])


def take(line: Line, agency: str, clerk: Clerk, source: Source, now: datetime, origin: str | None = None) -> Taken:
    """Book the payment of a slip on the dossier that it names, at `agency` or below; of a file's slip that names none,
    keep the money as a stray.

    Raises Conflict("TransactionKnown") when the slip was taken before, Invalid naming `reference` when somebody who
    can correct it types a slip that names no dossier.
    """
    for _ in range(_TRIES):
        dossier = dossier_for(line.reference, agency)
        if dossier is None and source is Source.CASHIER:
            raise Invalid("BadRequest", [FieldError.of("reference", "DossierUnknown")])
        if dossier is None:
            return _stray(line, agency, now, origin)
        try:
            return _take(dossier, line, clerk, source, now, origin)
        except StaleWrite:  # the dossier moved: look again
            continue
    raise UpstreamFailed("UpstreamFailed")


def _take(dossier: Dossier, line: Line, clerk: Clerk, source: Source, now: datetime, origin: str | None) -> Taken:
    payment = Payment(
        id=takings.payment_id(line.via, line.number),
        dossier=dossier.id,
        agency=dossier.agency,
        amount=line.amount,
        via=line.via,
        transaction=line.number,
        use=money.PAID,
        at=now,
        book=money.place_of(line.via),
        source=source.value,
        reference=canonical(line.reference),
        received_by=clerk.id,
        paid_at=line.at,
        payer=line.payer,
        origin=origin,
    )
    _, due = dossier.owes_now()
    try:
        after = takings.take(dossier, payment, SYSTEM, now)
    except Conflict as known:
        if known.code == "KeyReused":  # taken at the same moment, when the dossier still waited for it
            raise Conflict("TransactionKnown") from known
        raise
    use = SURPLUS if due <= 0 else HELD if line.amount < due else money.PAID
    return Taken(of_payment(payment), after, use, max(0, line.amount - due) if use == money.PAID else 0)


def recalled(entry: Entry) -> Taken:
    """What became of money that was booked before, from what is kept of it."""
    if entry.dossier is None or entry.document is None:
        return Taken(entry)
    payment, dossier = ledger.payment(entry.dossier, entry.document), kept.head(entry.dossier)
    over = ledger.overpaid(entry.dossier, entry.document)
    return Taken(entry, dossier, payment.use if payment else money.PAID, over)


def _stray(line: Line, agency: str, now: datetime, origin: str | None) -> Taken:
    said = Evidence(
        gateway=line.via,
        source=Source.FILE,
        reference=canonical(line.reference),
        outcome=Outcome.PAID,
        amount=line.amount,
        merchant=line.merchant,
        currency=line.currency,
        transaction=line.number,
        at=line.at,
        text=" · ".join(part for part in (line.payer, line.text) if part) or None,
        origin=origin,
    )
    entry = stray(said, Verdict.UNKNOWN_ORDER.value, agency, now)
    write_all(strays.new(entry, now))
    return Taken(entry)


def same(line: Line, entry: Entry) -> bool:
    """Whether an entry is the very payment that a slip tells of."""
    return entry.amount == line.amount and (entry.reference or "") == canonical(line.reference)


@dataclass(frozen=True)
class Typed:
    """A post office's slip as an officer typed it; `paid_at` ISO 8601 with offset, `service` counter or postal."""

    office: str
    slip: str
    reference: str
    payer: str
    amount: int
    paid_at: str
    service: str


def enter(actor: Actor, agency: str, typed: Typed, now: datetime) -> Taken:
    """One slip by hand, by a cashier or an accountant. The same slip again is the same payment.

    Raises Invalid naming `reference` when there is no such dossier at the agency, Conflict("SlipTaken") when the
    slip's number stands for another payment.
    """
    clerk = accounting.require(actor, agency, accounting.TAKES)
    line = _line(typed)
    check_moment(line.at, now, "paid_at")
    before = entries.get(*line.key)
    if before is None:
        try:
            return take(line, agency, clerk, Source.CASHIER, now)
        except Conflict as known:
            if known.code != "TransactionKnown":
                raise
            before = entries.get(*line.key)
    if before is None or not same(line, before):
        raise Conflict("SlipTaken")
    return Taken(before, dossier_for(line.reference, agency), "known")


def _line(typed: Typed) -> Line:
    """Read as the row of a file would be, so that the two are one payment."""
    values = {**vars(typed), "amount": str(typed.amount)}
    try:
        return reading.read(spreadsheet.Cells(0, values))
    except Invalid as refused:
        raise Invalid("BadRequest", refused.fields) from refused
