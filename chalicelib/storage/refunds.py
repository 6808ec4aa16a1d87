"""Refunds in the ledger, and the questions that their gateways are still to be asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from pynamodb.transactions import TransactGet

from chalicelib import aws
from chalicelib.domain.dossier import Dossier
from chalicelib.domain.event import iso
from chalicelib.domain.refund import Refund, RefundState
from chalicelib.errors import NotFound, StaleWrite
from chalicelib.storage import bodies, cursors, heads, ledger
from chalicelib.storage.ledger_table import LedgerRow
from chalicelib.storage.tables import HEAD, HeadRow, dossier_key, shard
from chalicelib.storage.transactions import Also
from chalicelib.values import dataclass


def new(refund: Refund) -> Also:
    return Also(_row(refund), LedgerRow.pk.does_not_exist(), _stale)


def changed(refund: Refund) -> Also:
    """A refund over the version before it."""
    return Also(_row(refund), LedgerRow.version == refund.version - 1, _stale)


def _stale() -> StaleWrite:
    return StaleWrite("StaleWrite")


def _row(refund: Refund) -> LedgerRow:
    """Until it is done, it stands in its agency's list by its deadline."""
    done = refund.state is RefundState.DONE
    return LedgerRow(
        dossier_key(refund.dossier),
        f"REFUND#{refund.id}",
        kind="refund",
        amount=refund.amount,
        version=refund.version,
        body=bodies.write(refund),
        created_at=iso(refund.opened_at),
        work=None if done else f"refund#{refund.agency}",
        work_at=None if done else iso(refund.due_at),
        book=ledger.book(refund.agency, refund.opened_at),
        book_at=f"{iso(refund.opened_at)}#{refund.id}",
    )


def with_head(dossier_id: str, refund_id: str) -> tuple[Refund | None, Dossier]:
    """A refund (None: there is none of that id) and the head of its dossier, as they are at one moment; one call.

    Raises NotFound for a dossier that is not there.
    """
    pk = dossier_key(dossier_id)
    with TransactGet(connection=aws.dynamodb()) as reading:
        found = reading.get(LedgerRow, pk, f"REFUND#{refund_id}")
        top = reading.get(HeadRow, pk, HEAD)
    try:
        dossier = heads.dossier_of(top.get())
    except HeadRow.DoesNotExist as error:
        raise NotFound("DossierNotFound") from error
    try:
        return ledger.refund_of(found.get()), dossier
    except LedgerRow.DoesNotExist:
        return None, dossier


def open_at(agency: str, limit: int, cursor: str) -> tuple[tuple[Refund, ...], str | None]:
    """A page of what an agency still owes to payers, the most urgent first, and the cursor of the next page."""
    work, start = f"refund#{agency}", None
    if cursor:
        at, dossier_id, refund_id = cursors.read(cursor, 3)
        key = {"work": work, "work_at": at, "pk": dossier_key(dossier_id), "sk": f"REFUND#{refund_id}"}
        start = {name: {"S": text} for name, text in key.items()}
    rows = LedgerRow.by_work.query(work, limit=limit, page_size=limit, last_evaluated_key=start)
    found = tuple(ledger.refund_of(row) for row in rows)
    last = rows.last_evaluated_key
    return found, cursors.write(last["work_at"]["S"], found[-1].dossier, found[-1].id) if last else None


# Questions. A row of their own, so that asking again and again leaves the refund as people have seen it.


@dataclass(frozen=True)
class Question:
    """A refund that its gateway is to be asked about; `asked` says how often it was."""

    dossier: str
    refund: str
    asked: int = 0


def ask(question: Question, at: datetime | None) -> Also:
    """The gateway is to be asked at `at`; None: it has answered."""
    row = LedgerRow(
        dossier_key(question.dossier),
        f"QUESTION#{question.refund}",
        kind="question",
        body=vars(question),
        created_at=iso(at) if at else "",
        work=f"refund-sent#{shard(question.dossier)}" if at else None,
        work_at=iso(at) if at else None,
    )
    return Also(row, None, _stale)


def due_questions(part: int, until: datetime, most: int) -> Iterator[Question]:
    """Up to `most` questions of a sweeper's partition that are due by `until`, oldest first."""
    rows = LedgerRow.by_work.query(f"refund-sent#{part}", LedgerRow.work_at <= iso(until), limit=most)
    for row in rows:
        yield Question(row.body["dossier"], row.body["refund"], int(row.body["asked"]))
