"""Cursors of the national synchronisation: one row per dossier, written under the version that was read.

`queue-index` holds those that have something to tell, by when it is due: `sync#0` to `sync#3`, and `sync-refused#n`,
which waits for a person. Since when they are behind stands under a name that the index projects.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime

from pynamodb.exceptions import PutError

from chalicelib.domain.event import iso, moment
from chalicelib.domain.sync import Cursor, Refusal
from chalicelib.errors import StaleWrite
from chalicelib.storage.tables import SYNC, Row, SyncRow, dossier_key, shard
from chalicelib.values import dataclass


@dataclass(frozen=True)
class Waiting:
    """A dossier that is behind, since when, and when it is its turn."""

    dossier: str
    since: datetime
    due: datetime


def get(dossier_id: str) -> Cursor:
    """The cursor as it is now; one that knows nothing when there is none. One read."""
    try:
        row = SyncRow.get(dossier_key(dossier_id), SYNC, consistent_read=True)
    except SyncRow.DoesNotExist:
        return Cursor(dossier_id)
    body = dict(row.body)
    return Cursor(
        dossier_id,
        version=int(row.version),
        told=int(body["told"]),
        wanted=int(body["wanted"]),
        since=_moment(row.since),
        due=_moment(body.get("due")),
        lease=body.get("lease", ""),
        leased_until=_moment(body.get("leased_until")),
        tries=int(body.get("tries", 0)),
        refusal=Refusal(**body["refusal"]) if body.get("refusal") else None,
    )


def save(cursor: Cursor) -> Cursor:
    """Keep a cursor over the version that it was read in; the cursor as it is kept. Raises StaleWrite when somebody
    else was first."""
    kept = {
        "told": cursor.told,
        "wanted": cursor.wanted,
        "due": _text(cursor.due),
        "lease": cursor.lease or None,
        "leased_until": _text(cursor.leased_until),
        "tries": cursor.tries or None,
        "refusal": asdict(cursor.refusal) if cursor.refusal else None,
    }
    queue, due = _queue(cursor)
    row = SyncRow(
        dossier_key(cursor.dossier),
        SYNC,
        id=cursor.dossier,
        version=cursor.version + 1,
        body={name: value for name, value in kept.items() if value is not None},
        since=_text(cursor.since),
        queue=queue,
        queue_due=due,
    )
    unchanged = SyncRow.version == cursor.version if cursor.version else SyncRow.pk.does_not_exist()
    try:
        row.save(unchanged)
    except PutError as error:
        if error.cause_response_code != "ConditionalCheckFailedException":
            raise
        raise StaleWrite("StaleWrite") from error
    return replace(cursor, version=cursor.version + 1)


def _queue(cursor: Cursor) -> tuple[str | None, str | None]:
    if cursor.refusal is not None:
        return f"sync-refused#{shard(cursor.dossier)}", cursor.refusal.at
    if cursor.due is None:
        return None, None
    return f"sync#{shard(cursor.dossier)}", iso(cursor.due)


def due(number: int, now: datetime, limit: int) -> list[str]:
    """Dossiers of a shard whose turn it is, the longest due first; one query."""
    rows = Row.by_queue.query(f"sync#{number}", Row.queue_due <= iso(now), limit=limit)
    return [row.pk.removeprefix("D#") for row in rows]


def waiting(number: int, limit: int, *, refused: bool = False) -> Iterator[Waiting]:
    """At most `limit` dossiers of a shard that are behind, or that were refused; one query for each thousand or so."""
    for row in Row.by_queue.query(f"{'sync-refused' if refused else 'sync'}#{number}", limit=limit):
        due = moment(row.queue_due)
        yield Waiting(row.pk.removeprefix("D#"), _moment(getattr(row, "since", None)) or due, due)


def _moment(text: str | None) -> datetime | None:
    return moment(text).astimezone(UTC) if text else None


def _text(of: datetime | None) -> str | None:
    return iso(of) if of else None
