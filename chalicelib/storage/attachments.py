"""Rows of attached files: put with what they hang on, changed under their version."""

from __future__ import annotations

from datetime import datetime

from pynamodb.exceptions import DoesNotExist, PutError

from chalicelib.domain.attachment import Attachment
from chalicelib.domain.event import iso
from chalicelib.errors import Conflict, StaleWrite
from chalicelib.storage.tables import AttachedRow, Row, dossier_key, shard
from chalicelib.storage.transactions import Also

SHARDS = range(4)


def put(one: Attachment) -> Also:
    """For the transaction that makes what the file hangs on."""
    return Also(_row(one), AttachedRow.pk.does_not_exist(), lambda: Conflict("KeyReused"))


def get(dossier_id: str, to: str, number: int) -> Attachment | None:
    """One read."""
    try:
        row = AttachedRow.get(dossier_key(dossier_id), _sk(to, number), consistent_read=True)
    except DoesNotExist:
        return None
    return of_row(row)


def of_row(row: AttachedRow) -> Attachment:
    return Attachment.from_json(row.body)


def change(after: Attachment) -> None:
    """Over the version before it; raises StaleWrite when that is not what is kept."""
    try:
        _row(after).save(AttachedRow.version == after.version - 1)
    except PutError as error:
        if error.cause_response_code != "ConditionalCheckFailedException":
            raise
        raise StaleWrite("StaleWrite") from error


def waiting(number: int, now: datetime, limit: int) -> list[tuple[str, str, int]]:
    """Up to `limit` files of one of the sweeper's shards that are due: (dossier, what they hang on, number)."""
    due = Row.by_queue.query(f"attached#{number}", Row.queue_due <= iso(now), limit=limit)
    found = []
    for row in due:
        _, to, which = row.sk.split("#")
        found.append((row.pk.removeprefix("D#"), to, int(which)))
    return found


def _sk(to: str, number: int) -> str:
    return f"FILE#{to}#{number}"


def _row(one: Attachment) -> AttachedRow:
    return AttachedRow(
        dossier_key(one.dossier),
        _sk(one.to, one.number),
        id=one.dossier,
        version=one.version,
        body=one.to_json(),
        queue=f"attached#{shard(one.dossier)}" if one.look_at else None,
        queue_due=iso(one.look_at) if one.look_at else None,
    )
