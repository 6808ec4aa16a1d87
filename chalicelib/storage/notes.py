"""Notes on a dossier: rows of its item collection, by time, and with them the rows of their files.

The author's own id for a note is kept as a key.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pynamodb.transactions import TransactWrite

from chalicelib.domain.attachment import DAY, Attachment
from chalicelib.domain.event import iso
from chalicelib.domain.note import Note
from chalicelib.errors import Conflict
from chalicelib.storage import attachments, cursors
from chalicelib.storage.dossiers import KEYS_ARE_KEPT, was_done
from chalicelib.storage.tables import KeyRow, NoteRow, dossier_key
from chalicelib.storage.transactions import transact

_NOTE = "NOTE#"


def add(dossier_id: str, note: Note, files: Sequence[Attachment], now: datetime) -> tuple[Note, tuple[Attachment, ...]]:
    """Keep a note with its files. The same id again is the same note: as it is kept, with what became of its files.

    Raises Conflict("KeyReused") for another one under its id.
    """
    pk = dossier_key(dossier_id)
    row = NoteRow(pk, f"{_NOTE}{note.at}#{note.id}", id=dossier_id, body=vars(note))
    expires = int((now + KEYS_ARE_KEPT).timestamp())
    key = KeyRow(pk, f"KEY#{note.id}", action="note", actor=note.author, event_number=0, expires_at=expires)

    def write(transaction: TransactWrite) -> None:
        transaction.save(row)
        transaction.save(key, KeyRow.pk.does_not_exist())
        for one in files:
            put = attachments.put(one)
            transaction.save(put.row, put.condition)

    if transact(write) is None:
        return note, tuple(files)
    was_done(dossier_id, note.id, "note", note.author)
    before = next((one for one in map(_note, _rows(dossier_id)) if one.id == note.id), None)
    if before is None or (before.text, before.files) != (note.text, note.files):
        raise Conflict("KeyReused")
    there = tuple(attachments.of_notes(dossier_id, [(before.id, before.files)]))
    if not all(a.is_same_as(b) for a, b in zip(there, files, strict=True)):
        raise Conflict("KeyReused")
    return before, there


def files_today(dossier_id: str, author: str, but: str, now: datetime) -> int:
    """How many files somebody has left on a dossier within a day, not counting the note `but`; one read."""
    since = NoteRow.sk.between(f"{_NOTE}{iso(now - DAY)}", f"{_NOTE}~")
    rows = NoteRow.query(dossier_key(dossier_id), since, consistent_read=True)
    return sum(one.files for one in map(_note, rows) if one.author == author and one.id != but)


def page(dossier_id: str, limit: int, cursor: str) -> tuple[list[Note], str | None]:
    """A page of a dossier's notes, the newest first; one read."""
    start = {"pk": {"S": dossier_key(dossier_id)}, "sk": {"S": cursors.read(cursor, 1)[0]}} if cursor else None
    rows = NoteRow.query(
        dossier_key(dossier_id),
        NoteRow.sk.startswith(_NOTE),
        scan_index_forward=False,
        limit=limit,
        page_size=limit,
        last_evaluated_key=start,
        consistent_read=True,
    )
    found = [_note(row) for row in rows]
    last = rows.last_evaluated_key
    return found, cursors.write(last["sk"]["S"]) if last else None


def _rows(dossier_id: str) -> list[NoteRow]:
    return list(NoteRow.query(dossier_key(dossier_id), NoteRow.sk.startswith(_NOTE), consistent_read=True))


def _note(row: NoteRow) -> Note:
    return Note(**row.body)
