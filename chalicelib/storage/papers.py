"""Paper rows: written under the version of every row that the decision was made on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pynamodb.exceptions import DeleteError, PutError
from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from chalicelib.domain.check import Check
from chalicelib.domain.dossier import Dossier
from chalicelib.domain.event import iso
from chalicelib.domain.paper import Paper
from chalicelib.errors import StaleWrite
from chalicelib.storage import checks
from chalicelib.storage.tables import HEAD, HeadRow, PaperRow, Row, dossier_key, shard
from chalicelib.storage.transactions import Also, transact
from chalicelib.values import dataclass

SHARDS = range(4)


@dataclass(frozen=True)
class Waiting:
    """A row that the sweeper has business with."""

    dossier: str
    paper: str


def of(dossier_id: str) -> tuple[Paper, ...]:
    """All papers of a dossier, as they are now; one query."""
    rows = PaperRow.query(dossier_key(dossier_id), Row.sk.startswith("PAPER#"), consistent_read=True)
    return tuple(Paper.from_json(row.body) for row in rows)


def save(
    changed: Sequence[Paper],
    unchanged: Sequence[Paper] = (),
    dossier: Dossier | None = None,
    check: Check | None = None,
) -> None:
    """Write the changed papers, all or nothing.

    Each replaces its version before (version 1: no row at all); `unchanged` must be what they were, and no event may
    have happened to `dossier` since it was read; a `check` is asked for with them. Raises StaleWrite otherwise: nothing
    is written.
    """
    if len(changed) == 1 and not unchanged and dossier is None and check is None:
        try:
            _row(changed[0]).save(_as_before(changed[0]))
        except PutError as error:
            _only_condition(error)
            raise StaleWrite("StaleWrite") from error
        return

    def write(transaction: TransactWrite) -> None:
        if dossier is not None:
            condition = HeadRow.event_count == dossier.event_count
            transaction.condition_check(HeadRow, dossier_key(dossier.id), HEAD, condition)
        check_unchanged(transaction, unchanged)
        for paper in changed:
            transaction.save(_row(paper), _as_before(paper))
        if check is not None:
            transaction.save(checks.row_of(check))

    if transact(write) is not None:
        raise StaleWrite("StaleWrite")


def change(paper: Paper) -> Also:
    """For a transaction of the dossier: the paper's next version."""
    return Also(_row(paper), _as_before(paper), lambda: StaleWrite("StaleWrite"))


def check_unchanged(transaction: TransactWrite, papers: Sequence[Paper]) -> None:
    """Let the transaction fail unless these papers are still what they were when they were read."""
    for paper in papers:
        condition = PaperRow.version == paper.version
        transaction.condition_check(PaperRow, dossier_key(paper.dossier), _sk(paper), condition)


def remove(paper: Paper) -> None:
    """Delete the row of an erased paper, unless somebody changed it: then the sweeper comes again."""
    try:
        PaperRow(dossier_key(paper.dossier), _sk(paper)).delete(PaperRow.version == paper.version)
    except DeleteError as error:
        _only_condition(error)
        raise StaleWrite("StaleWrite") from error


def waiting(number: int, now: datetime, limit: int) -> list[Waiting]:
    """Up to `limit` papers of one of the sweeper's shards that are due, the longest due first; one query."""
    due = Row.by_queue.query(f"upload#{number}", Row.queue_due <= iso(now), limit=limit)
    return [Waiting(row.pk.removeprefix("D#"), row.sk.rpartition("#")[2]) for row in due]


def _sk(paper: Paper) -> str:
    return f"PAPER#{paper.component}#{paper.id}"


def _row(paper: Paper) -> PaperRow:
    return PaperRow(
        dossier_key(paper.dossier),
        _sk(paper),
        id=paper.id,
        version=paper.version,
        component=paper.component,
        status=paper.status.value,
        created_at=iso(paper.created_at),
        body=paper.to_json(),
        queue=f"upload#{shard(paper.dossier)}" if paper.look_at else None,
        queue_due=iso(paper.look_at) if paper.look_at else None,
    )


def _as_before(paper: Paper) -> Condition:
    return PaperRow.version == paper.version - 1 if paper.version > 1 else PaperRow.pk.does_not_exist()


def _only_condition(error: PutError | DeleteError) -> None:
    if error.cause_response_code != "ConditionalCheckFailedException":
        raise error
