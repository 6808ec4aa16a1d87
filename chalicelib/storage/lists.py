"""Pages of dossiers from the indexes: one query each, never a scan.

A cursor carries only the sort key and the id of the last row.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.bundle import Page
from chalicelib.domain.dossier import Dossier
from chalicelib.storage import cursors, heads
from chalicelib.storage.tables import HEAD, HeadRow, Row, dossier_key


@dataclass(frozen=True)
class Pending:
    """A row that the sweeper found: whose, and since when it is due."""

    dossier: str
    sk: str
    due: str


def of_owner(owner: str, limit: int, cursor: str) -> Page:
    """The newest dossiers of an account first."""
    return _page(Row.by_owner, "owner", owner, "owner_sort", limit, cursor, forward=False)


def of_queue(agency: str, queue: str, limit: int, cursor: str) -> Page:
    """The work of a queue, most urgent first."""
    return _page(Row.by_queue, "queue", f"{agency}#{queue}", "queue_due", limit, cursor, forward=True)


def by_code(code: str) -> Dossier | None:
    """The head behind a dossier code, as far as the code index projects it."""
    rows = list(Row.by_code.query(code, limit=1))
    return heads.dossier_of(rows[0]) if rows and isinstance(rows[0], HeadRow) else None


def pending(kind: str, until: str, shard: int, limit: int | None) -> Iterator[Pending]:
    """Up to `limit` rows of a sweeper's partition (`outbox`, `watch`) that were due by `until` (ISO), oldest first."""
    rows = Row.by_queue.query(f"{kind}#{shard}", Row.queue_due <= until, limit=limit)
    for row in rows:
        yield Pending(row.pk.removeprefix("D#"), row.sk, row.queue_due)


def _page(index: Any, key: str, value: str, sort: str, limit: int, cursor: str, *, forward: bool) -> Page:
    start = None
    if cursor:
        at, dossier_id = cursors.read(cursor, 2)
        start = {name: {"S": text} for name, text in ((key, value), (sort, at), ("sk", HEAD))}
        start["pk"] = {"S": dossier_key(dossier_id)}
    rows = index.query(value, limit=limit, last_evaluated_key=start, scan_index_forward=forward, page_size=limit)
    found = tuple(heads.dossier_of(row) for row in rows if isinstance(row, HeadRow))
    last = rows.last_evaluated_key
    return Page(found, cursors.write(last[sort]["S"], last["pk"]["S"].removeprefix("D#")) if last else None)
