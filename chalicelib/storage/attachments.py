"""Rows of attached files: put with what they hang on (a message, or a note), changed under their version."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from pynamodb.exceptions import DoesNotExist, PutError

from chalicelib.domain.attachment import Attachment
from chalicelib.domain.event import iso
from chalicelib.errors import Conflict, StaleWrite
from chalicelib.storage.tables import AttachedRow, NoteFileRow, Row, dossier_key, shard
from chalicelib.storage.transactions import Also

SHARDS = range(4)
_NOTES = "NOTEFILE"


def put(one: Attachment) -> Also:
    """For the transaction that makes what the file hangs on."""
    return Also(_row(one), Row.pk.does_not_exist(), lambda: Conflict("KeyReused"))


def get(dossier_id: str, to: str, number: int, on_note: bool = False) -> Attachment | None:
    """The file of a message, or of a note when it is `on_note`; one read."""
    try:
        row = _kind(on_note).get(dossier_key(dossier_id), _sk(to, number, on_note), consistent_read=True)
    except DoesNotExist:
        return None
    return of_row(row)


def of_notes(dossier_id: str, counts: Iterable[tuple[str, int]]) -> list[Attachment]:
    """The files of notes, given as id and how many it has, in their order; one read up to a hundred files."""
    keys = [(dossier_key(dossier_id), _sk(to, n, True)) for to, count in counts for n in range(1, count + 1)]
    rows = NoteFileRow.batch_get(keys, consistent_read=True) if keys else ()
    return sorted(map(of_row, rows), key=lambda one: (one.to, one.number))


def of_row(row: AttachedRow | NoteFileRow) -> Attachment:
    return Attachment.from_json(row.body)


def change(after: Attachment) -> None:
    """Over the version before it; raises StaleWrite when that is not what is kept."""
    try:
        _row(after).save(_kind(after.on_note).version == after.version - 1)
    except PutError as error:
        if error.cause_response_code != "ConditionalCheckFailedException":
            raise
        raise StaleWrite("StaleWrite") from error


def waiting(number: int, now: datetime, limit: int) -> list[tuple[str, str, int, bool]]:
    """Up to `limit` files of one of the sweeper's shards that are due, each as `get` takes it."""
    due = Row.by_queue.query(f"attached#{number}", Row.queue_due <= iso(now), limit=limit)
    found = []
    for row in due:
        kind, to, which = row.sk.split("#")
        found.append((row.pk.removeprefix("D#"), to, int(which), kind == _NOTES))
    return found


def _kind(on_note: bool) -> type[AttachedRow] | type[NoteFileRow]:
    return NoteFileRow if on_note else AttachedRow


def _sk(to: str, number: int, on_note: bool) -> str:
    return f"{_NOTES if on_note else 'FILE'}#{to}#{number}"


def _row(one: Attachment) -> AttachedRow | NoteFileRow:
    return _kind(one.on_note)(
        dossier_key(one.dossier),
        _sk(one.to, one.number, one.on_note),
        id=one.dossier,
        version=one.version,
        body=one.to_json(),
        queue=f"attached#{shard(one.dossier)}" if one.look_at else None,
        queue_due=iso(one.look_at) if one.look_at else None,
    )
