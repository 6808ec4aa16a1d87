"""Messages of a dossier with their files, and up to when each side has read the other's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pynamodb.transactions import TransactWrite

from chalicelib.domain.attachment import Attachment
from chalicelib.domain.bundle import Message
from chalicelib.domain.dossier import Dossier
from chalicelib.errors import Conflict
from chalicelib.storage import attachments
from chalicelib.storage.dossiers import outbox_row
from chalicelib.storage.tables import AttachedRow, MessageRow, ReadRow, Row, dossier_key
from chalicelib.storage.transactions import transact


def post(
    dossier: Dossier, message: Message, files: Sequence[Attachment], now: datetime
) -> tuple[Message, tuple[Attachment, ...]]:
    """Keep a message with its files and the notice of it. A repeated id is the same message: as it is kept, with what
    became of its files; Conflict("KeyReused") when it says something else.
    """
    pk = dossier_key(dossier.id)
    row = MessageRow(pk, f"MSG#{message.id}", id=dossier.id, created_at=message.at, body=_body(message))

    def write(transaction: TransactWrite) -> None:
        transaction.save(row, MessageRow.pk.does_not_exist())
        for one in files:
            put = attachments.put(one)
            transaction.save(put.row, put.condition)
        body = {"message": message.id}
        transaction.save(outbox_row(dossier.id, dossier.event_count, "message", now, body))

    if transact(write) is None:
        return message, tuple(files)
    before = of_row(MessageRow.get(pk, row.sk, consistent_read=True))
    rows = AttachedRow.query(pk, Row.sk.startswith(f"FILE#{message.id}#"), consistent_read=True)
    there = tuple(attachments.of_row(row) for row in rows)
    same = (before.actor["id"], before.text) == (message.actor["id"], message.text) and len(there) == len(files)
    if not same or not all(a.is_same_as(b) for a, b in zip(there, files, strict=True)):
        raise Conflict("KeyReused")
    return before, there


def get(dossier_id: str, message_id: str) -> Message | None:
    """One read."""
    try:
        return of_row(MessageRow.get(dossier_key(dossier_id), f"MSG#{message_id}", consistent_read=True))
    except MessageRow.DoesNotExist:
        return None


def of_row(row: MessageRow) -> Message:
    return Message(**row.body)


def read(dossier_id: str, side: str, until: str) -> None:
    """The side ("applicant" or "agency") has read what the other wrote up to `until` (ISO 8601)."""
    ReadRow(dossier_key(dossier_id), f"READ#{side}", id=dossier_id, created_at=until).save()


def _body(message: Message) -> dict[str, Any]:
    return {"id": message.id, "at": message.at, "actor": message.actor, "text": message.text}
