"""Pages of dossiers from the indexes: one query each, never a scan.

A cursor carries only the sort key and the id of the last row.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.bundle import Page
from chalicelib.domain.dossier import Dossier
from chalicelib.domain.event import iso, moment
from chalicelib.domain.urgency import Urgency, bounds
from chalicelib.storage import cursors, heads
from chalicelib.storage.tables import HEAD, LISTED, UNDATED, HeadRow, Row, dossier_key
from chalicelib.values import dataclass

Position = tuple[str, str]
"""Where a page ended: the sort key and the dossier's id of its last row."""
_LEAST, _MOST = "0", "\U0010ffff"  # below and above every sort key


@dataclass(frozen=True)
class Pending:
    """A row that the sweeper found: whose, and since when it is due."""

    dossier: str
    sk: str
    due: str


def of_owner(owner: str, limit: int, cursor: str) -> Page:
    """The newest dossiers of an account first."""
    return _page(Row.by_owner, "owner", owner, "owner_sort", limit, cursor, newest_first=True)


def of_queue(agency: str, queue: str, within: Urgency | None, now: datetime, limit: int, cursor: str) -> Page:
    """The work of a queue, most urgent first; of one urgency only, when one is asked for."""
    between = _sort_keys(within, now) if within else None
    return _page(Row.by_queue, "queue", f"{agency}#{queue}", "queue_due", limit, cursor, between=between)


def keys_of_queue(agency: str, queue: str, limit: int, cursor: str) -> tuple[list[tuple[str, str]], str | None]:
    """A page of the keys of the rows in a queue, the most urgent first, and the cursor of the next one; one read."""
    partition = f"{agency}#{queue}"
    start = cursors.start(cursor, ("queue", partition), "queue_due")
    rows = Row.by_queue.query(partition, limit=limit, page_size=limit, last_evaluated_key=start)
    keys = [(row.pk, row.sk) for row in rows]
    last = rows.last_evaluated_key
    return keys, cursors.write(last["queue_due"]["S"], last["pk"]["S"], last["sk"]["S"]) if last else None


def deadlines_of_queue(agency: str, queue: str, most: int) -> list[datetime | None]:
    """The deadlines of what waits in a queue, at most `most` of them, most urgent first; one read."""
    rows = Row.by_queue.query(f"{agency}#{queue}", limit=most, attributes_to_get=["queue_due"])
    return [None if row.queue_due.startswith(UNDATED) else moment(row.queue_due) for row in rows]


def due_by(agency: str, queue: str, until: datetime, most: int) -> tuple[list[Dossier], bool]:
    """What waits in a queue with a deadline up to `until`, most urgent first, and whether there is more; one read."""
    rows = Row.by_queue.query(f"{agency}#{queue}", Row.queue_due <= iso(until), limit=most + 1, page_size=most + 1)
    found = [heads.dossier_of(row) for row in rows if isinstance(row, HeadRow)]
    return found[:most], len(found) > most


def _sort_keys(within: Urgency, now: datetime) -> tuple[str, str]:
    """The first and the last sort key that a dossier of this urgency can have in a queue."""
    if within is Urgency.NONE:
        return UNDATED, _MOST
    start, end = bounds(within, now)
    last = iso(end - timedelta(milliseconds=1)) if end else UNDATED
    return iso(start) if start else _LEAST, last


def by_code(code: str) -> Dossier | None:
    """The head behind a dossier code, as far as the code index projects it."""
    rows = list(Row.by_code.query(code, limit=1))
    return heads.dossier_of(rows[0]) if rows and isinstance(rows[0], HeadRow) else None


def pending(kind: str, until: str, shard: int, limit: int | None) -> Iterator[Pending]:
    """Up to `limit` rows of a sweeper's partition (`outbox`, `watch`) that were due by `until` (ISO), oldest first."""
    rows = Row.by_queue.query(f"{kind}#{shard}", Row.queue_due <= until, limit=limit)
    for row in rows:
        yield Pending(row.pk.removeprefix("D#"), row.sk, row.queue_due)


def named(agency: str, folded: str, limit: int, after: Position | None) -> tuple[list[Dossier], Position | None]:
    """Filed dossiers at an agency whose applicant's folded name begins with `folded`, by name; two reads."""
    starts = Row.name_key.startswith(folded)
    rows, last = _query(Row.by_name, ("agency", agency), "name_key", limit, after, starts)
    return _heads(rows), last


def identified(agency: str, number: str, limit: int, after: Position | None) -> tuple[list[Dossier], Position | None]:
    """Filed dossiers at an agency of whom has this identity number or tax code, newest first; two reads."""
    here = Row.code.startswith(f"{agency}-")
    rows, last = _query(Row.by_identity, ("identity", number), "code", limit, after, here, newest_first=True)
    # A transferred dossier is known at its present agency alone, there by a row of its own.
    return [one for one in _heads(rows) if one.agency == agency], last


def _heads(rows: list[Row]) -> list[Dossier]:
    """What lists show of the heads behind rows of an index of keys, in the order of the rows; one read."""
    if not rows:
        return []
    keys = [(row.pk, HEAD) for row in rows]
    shown = ["pk", "sk", "owner_sort", "identity", *LISTED]
    found = {row.pk: heads.dossier_of(row) for row in HeadRow.batch_get(keys, attributes_to_get=shown)}
    return [found[pk] for pk, _ in keys if pk in found]


def _page(
    index: Any,
    key: str,
    value: str,
    sort: str,
    limit: int,
    cursor: str,
    *,
    newest_first: bool = False,
    between: tuple[str, str] | None = None,
) -> Page:
    after = _position(cursor) if cursor else None
    if after and between:
        if after[0] > between[1]:
            raise cursors.bad()
        if after[0] < between[0]:
            after = None  # of another urgency by now: the range moved on with the time and is read from its beginning
    within = getattr(Row, sort).between(*between) if between else None
    rows, last = _query(index, (key, value), sort, limit, after, within, newest_first=newest_first)
    found = tuple(heads.dossier_of(row) for row in rows if isinstance(row, HeadRow))
    return Page(found, cursors.write(*last) if last else None)


def _query(
    index: Any,
    of: tuple[str, str],
    sort: str,
    limit: int,
    after: Position | None,
    within: Any = None,
    *,
    newest_first: bool = False,
) -> tuple[list[Row], Position | None]:
    key, value = of
    start = None
    if after:
        at, dossier_id = after
        start = {name: {"S": text} for name, text in ((key, value), (sort, at), ("sk", HEAD))}
        start["pk"] = {"S": dossier_key(dossier_id)}
        if "#" in at:  # the row of a transferred dossier, not its head
            start["sk"] = {"S": f"MOVED#{at.partition('-')[0]}"}
    rows = index.query(
        value,
        within,
        limit=limit,
        last_evaluated_key=start,
        scan_index_forward=not newest_first,
        page_size=limit,
    )
    found = list(rows)
    last = rows.last_evaluated_key
    return found, (last[sort]["S"], last["pk"]["S"].removeprefix("D#")) if last else None


def _position(cursor: str) -> Position:
    at, dossier_id = cursors.read(cursor, 2)
    return at, dossier_id
