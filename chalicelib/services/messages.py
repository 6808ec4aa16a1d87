"""Messages between applicant and agency, on the dossier, with files that the inspector looks at first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from chalicelib.domain import attachment, letters
from chalicelib.domain.access import Actor
from chalicelib.domain.attachment import Attachment
from chalicelib.domain.bundle import Bundle, Message
from chalicelib.domain.event import iso
from chalicelib.domain.life import State
from chalicelib.domain.paper import File
from chalicelib.errors import Conflict
from chalicelib.services import attachments
from chalicelib.services.notice_log import visible
from chalicelib.services.papers import Upload
from chalicelib.storage import attachments as files_kept
from chalicelib.storage import cursors
from chalicelib.storage import dossiers as kept
from chalicelib.storage import messages as rows
from chalicelib.telemetry import logger
from chalicelib.values import dataclass


@dataclass(frozen=True)
class Sent:
    """A message with its files and the forms for those that have not come."""

    message: Message
    files: tuple[Attachment, ...]
    uploads: tuple[Upload, ...]


def post(actor: Actor, dossier_id: str, message_id: str, text: str, files: Sequence[File], now: datetime) -> Sent:
    """Leave a message; the same id again is the same message. The other side is told of it.

    Raises Invalid naming every file that cannot be taken, TooMany for who wrote or sent too much today, Conflict
    before the dossier is filed.
    """
    bundle = kept.load(dossier_id)
    visible(actor, bundle.dossier)
    if bundle.dossier.state is State.DRAFT:
        raise Conflict("NotFiled")
    places = attachment.asked(dossier_id, message_id, actor.id, files, now)
    if all(one.id != message_id for one in bundle.messages):
        letters.require_room(bundle.messages, actor.id, now)
        attachment.require_room(bundle.attachments, places, now)
    role = "officer" if actor.is_officer else "applicant"
    message = Message(message_id, iso(now), {"id": actor.id, "name": actor.name, "role": role}, text)
    message, there = rows.post(bundle.dossier, message, places, now)
    return Sent(message, there, tuple(attachments.uploads(there, now)))


def load(actor: Actor, dossier_id: str) -> Bundle:
    """The dossier with its messages, for its applicant or an officer of its agency; one read."""
    bundle = kept.load(dossier_id)
    visible(actor, bundle.dossier)
    return bundle


def page(messages: Iterable[Message], cursor: str) -> tuple[Sequence[Message], str | None]:
    """The last messages, or those before a cursor, in order of time; the cursor of the page before."""
    before = cursors.read(cursor, 2) if cursor else None
    found, more = letters.page(messages, (before[0], before[1]) if before else None)
    return found, cursors.write(found[0].at, found[0].id) if more else None


def read(actor: Actor, dossier_id: str, until: datetime, now: datetime) -> None:
    """The actor's side has read what the other wrote up to `until`."""
    visible(actor, kept.head(dossier_id))
    rows.read(dossier_id, letters.side_of(actor), iso(min(until, now)))


def download(actor: Actor, dossier_id: str, message_id: str, number: int) -> str:
    """A short-lived address to save a message's file from; officers' looks are logged. Two reads."""
    visible(actor, kept.head(dossier_id))
    url = attachments.download(files_kept.get(dossier_id, message_id, number))
    if actor.is_officer:
        logger.info("an attachment shown to an officer", dossier=dossier_id, letter=message_id, officer=actor.id)
    return url
