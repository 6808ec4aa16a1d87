"""The ledger: attempts, payments, journals, refunds; journals only ever grow.

Everything here is a row to be put by the one transaction of a use case (`Also`), or one read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any, TypeVar

from pynamodb.transactions import TransactGet

from chalicelib import aws
from chalicelib.domain.dossier import Dossier
from chalicelib.domain.entry import Entry, attached, of_payment
from chalicelib.domain.event import iso, moment
from chalicelib.domain.money import Journal, Payment, Posting
from chalicelib.domain.payment import Attempt
from chalicelib.domain.refund import Refund
from chalicelib.errors import Conflict, NotFound, ServiceError, StaleWrite
from chalicelib.storage import cursors, entries, heads
from chalicelib.storage.bodies import read as _read
from chalicelib.storage.bodies import write as _write
from chalicelib.storage.ledger_table import LedgerRow
from chalicelib.storage.ledger_table import book as book
from chalicelib.storage.tables import HEAD, HeadRow, dossier_key, shard
from chalicelib.storage.transactions import Also
from chalicelib.values import dataclass

T = TypeVar("T")


@dataclass(frozen=True)
class Account:
    """All that the ledger knows of a dossier, oldest first."""

    attempts: tuple[Attempt, ...]
    payments: tuple[Payment, ...]
    journals: tuple[Journal, ...]
    refunds: tuple[Refund, ...]


# Attempts.


def new_attempt(attempt: Attempt) -> list[Also]:
    """A new attempt and the reference by which others name it; Conflict("AttemptTaken") when it is there already."""
    pointer = LedgerRow(
        f"REF#{attempt.reference}",
        "REF",
        kind="ref",
        body={"dossier": attempt.dossier, "gateway": attempt.gateway, "agency": attempt.agency},
        created_at=iso(attempt.created_at),
    )
    return [
        Also(_attempt_row(attempt), LedgerRow.pk.does_not_exist(), _refuse(Conflict, "AttemptTaken")),
        Also(pointer, LedgerRow.pk.does_not_exist(), _refuse(Conflict, "AttemptTaken")),
    ]


def changed_attempt(attempt: Attempt) -> Also:
    """An attempt over the version before it."""
    return _over(_attempt_row(attempt))


def _attempt_row(attempt: Attempt) -> LedgerRow:
    asked = iso(attempt.ask_at) if attempt.ask_at else None
    return LedgerRow(
        dossier_key(attempt.dossier),
        f"ATTEMPT#{attempt.reference}",
        kind="attempt",
        amount=attempt.amount,
        version=attempt.version,
        body=_write(attempt),
        created_at=iso(attempt.created_at),
        work=f"attempt#{shard(attempt.dossier)}" if asked else None,
        work_at=asked,
    )


def dossier_of(reference: str) -> str | None:
    """The id of the dossier whose attempt the reference names; None when there is no such attempt."""
    try:
        return str(LedgerRow.get(f"REF#{reference}", "REF").body["dossier"])
    except LedgerRow.DoesNotExist:
        return None


def agency_of(reference: str) -> str | None:
    """The agency of the attempt that the reference names; None when there is no such attempt."""
    try:
        return str(LedgerRow.get(f"REF#{reference}", "REF").body["agency"])
    except LedgerRow.DoesNotExist:
        return None


def attempt(dossier_id: str, reference: str) -> Attempt | None:
    try:
        row = LedgerRow.get(dossier_key(dossier_id), f"ATTEMPT#{reference}", consistent_read=True)
    except LedgerRow.DoesNotExist:
        return None
    return _read(Attempt, row)


def attempt_and_head(
    dossier_id: str, reference: str, named: tuple[str, str] | None
) -> tuple[Attempt, Dossier, Entry | None]:
    """Attempt, head, and the entry that a side's number names (if one is named and there), as they are at one moment;
    one call. Raises NotFound."""
    pk = dossier_key(dossier_id)
    with TransactGet(connection=aws.dynamodb()) as reading:
        found = reading.get(LedgerRow, pk, f"ATTEMPT#{reference}")
        top = reading.get(HeadRow, pk, HEAD)
        known = reading.get(LedgerRow, *entries.key(*named)) if named else None
    try:
        attempt, dossier = _read(Attempt, found.get()), heads.dossier_of(top.get())
    except (LedgerRow.DoesNotExist, HeadRow.DoesNotExist) as error:
        raise NotFound("DossierNotFound") from error
    try:
        return attempt, dossier, entries.entry_of(known.get()) if known else None
    except LedgerRow.DoesNotExist:
        return attempt, dossier, None


def due_attempts(part: int, until: datetime, most: int) -> Iterator[Attempt]:
    """Up to `most` attempts of a sweeper's partition that are to be asked after by `until`, oldest first."""
    rows = LedgerRow.by_work.query(f"attempt#{part}", LedgerRow.work_at <= iso(until), limit=most)
    for row in rows:
        yield _read(Attempt, row)


# Payments.


def new_payment(payment: Payment, *journals: Journal, over: Entry | None = None) -> list[Also]:
    """A payment, its journals, and its entry, which makes no second payment: Conflict("TransactionKnown").

    `over` is the stray that the payment accounts for; StaleWrite when that has moved.
    """
    made = of_payment(payment)
    return [
        entries.changed(attached(over, made)) if over else entries.new(made),
        Also(_payment_row(payment), LedgerRow.pk.does_not_exist(), _refuse(Conflict, "TransactionKnown")),
        *(new_journal(journal) for journal in journals),
    ]


def _payment_row(payment: Payment) -> LedgerRow:
    return LedgerRow(
        dossier_key(payment.dossier),
        f"PAYMENT#{payment.id}",
        kind="payment",
        amount=payment.amount,
        body=_write(payment),
        created_at=iso(payment.at),
        book=book(payment.agency, payment.at),
        book_at=f"{iso(payment.at)}#{payment.id}",
    )


def receipted(payment: Payment, number: str) -> Also:
    """The payment with the number of its receipt; StaleWrite when it has one by now."""
    row = _payment_row(replace(payment, receipt=number))
    row.version = 1
    return _over(row)


def payment(dossier_id: str, payment_id: str) -> Payment | None:
    try:
        return payment_of(LedgerRow.get(dossier_key(dossier_id), f"PAYMENT#{payment_id}", consistent_read=True))
    except LedgerRow.DoesNotExist:
        return None


def overpaid(dossier_id: str, payment_id: str) -> int:
    """Đồng of a payment that were more than was due when it came."""
    try:
        row = LedgerRow.get(dossier_key(dossier_id), f"JOURNAL#{payment_id}-excess", consistent_read=True)
    except LedgerRow.DoesNotExist:
        return 0
    return int(row.amount)


def new_journal(journal: Journal) -> Also:
    postings = [[p.account, p.amount] for p in journal.postings]
    row = LedgerRow(
        dossier_key(journal.dossier) if journal.dossier else f"AGENCY#{journal.agency}",
        f"JOURNAL#{journal.id}",
        kind="journal",
        amount=sum(p.amount for p in journal.postings if p.amount > 0),
        body={**_write(journal), "postings": postings},
        created_at=iso(journal.at),
        book=book(journal.agency, journal.at),
        book_at=f"{iso(journal.at)}#{journal.id}",
    )
    return Also(row, LedgerRow.pk.does_not_exist(), _refuse(StaleWrite, "StaleWrite"))


# Reading.


def account(dossier_id: str) -> Account:
    """Everything of a dossier; one query."""
    rows = list(LedgerRow.query(dossier_key(dossier_id), consistent_read=True))

    def of(kind: str, cls: type[T]) -> tuple[T, ...]:
        return tuple(_read(cls, r) for r in sorted((r for r in rows if r.kind == kind), key=lambda r: r.created_at))

    journals = tuple(journal_of(r) for r in sorted(rows, key=lambda r: r.created_at) if r.kind == "journal")
    return Account(of("attempt", Attempt), of("payment", Payment), journals, of("refund", Refund))


def day(agency: str, on: date) -> Iterator[LedgerRow]:
    """The rows of an agency's day of Vietnam, in order of time, page by page: payments, entries, journals, refunds
    opened, files read."""
    yield from LedgerRow.by_book.query(f"{agency}#{on.isoformat()}", page_size=200)


def day_page(agency: str, on: date, limit: int, cursor: str) -> tuple[list[tuple[Entry, str]], str | None]:
    """The entries among up to `limit` rows of an agency's day, in order of time, each with the cursor of what follows
    it; and the cursor of the next rows. One query."""
    book_of_day = f"{agency}#{on.isoformat()}"
    start = cursors.start(cursor, ("book", book_of_day), "book_at")
    rows = LedgerRow.by_book.query(book_of_day, limit=limit, page_size=limit, last_evaluated_key=start)
    found = [(row, cursors.write(str(row.book_at), row.pk, row.sk)) for row in rows]
    more = rows.last_evaluated_key is not None
    listed = [(entries.entry_of(row), after) for row, after in found if row.kind == "entry"]
    return listed, found[-1][1] if found and more else None


def journal_of(row: LedgerRow) -> Journal:
    body = dict(row.body)
    postings = tuple(Posting(account, int(amount)) for account, amount in body.pop("postings"))
    return Journal(**{**body, "at": moment(body["at"])}, postings=postings)


def payment_of(row: LedgerRow) -> Payment:
    return _read(Payment, row)


def refund_of(row: LedgerRow) -> Refund:
    return _read(Refund, row)


def _over(row: LedgerRow) -> Also:
    return Also(row, LedgerRow.version == row.version - 1, _refuse(StaleWrite, "StaleWrite"))


def _refuse(kind: type[ServiceError], code: str) -> Any:
    return lambda: kind(code)
