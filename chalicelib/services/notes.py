"""Notes among the officers of an agency, on a dossier of theirs, with files that the inspector looks at first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from chalicelib.domain import attachment
from chalicelib.domain.access import Actor, roles_on
from chalicelib.domain.attachment import Attachment
from chalicelib.domain.dossier import Dossier
from chalicelib.domain.event import iso
from chalicelib.domain.note import Note
from chalicelib.domain.paper import File
from chalicelib.errors import NotFound
from chalicelib.services import attachments, desk
from chalicelib.services.papers import Upload
from chalicelib.storage import attachments as files_kept
from chalicelib.storage import dossiers as kept
from chalicelib.storage import notes
from chalicelib.telemetry import logger
from chalicelib.values import dataclass

A_PAGE = 30  # at most: the files of more notes would take two reads


@dataclass(frozen=True)
class Left:
    """A note with its files and the forms for those that have not come."""

    note: Note
    files: tuple[Attachment, ...]
    uploads: tuple[Upload, ...] = ()


def write(actor: Actor, dossier_id: str, note_id: str, text: str, files: Sequence[File], now: datetime) -> Left:
    """Leave a note; the same id again is the same note.

    Raises Invalid naming every file that cannot be taken, TooMany for who sent too much today.
    """
    dossier = _ours(actor, dossier_id)
    places = attachment.asked(dossier.id, note_id, actor.id, files, now, dossier.agency)
    note = Note(note_id, iso(now), dossier.agency, actor.id, actor.name, text, len(places))
    if places:
        sent = notes.files_today(dossier.id, actor.id, note_id, now)
        attachment.require_less(sent + len(places))
    note, there = notes.add(dossier.id, note, places, now)
    return Left(note, there, tuple(attachments.uploads(there, now)))


def read(actor: Actor, dossier_id: str, limit: int, cursor: str) -> tuple[list[Left], str | None]:
    """A page of up to A_PAGE notes, the newest first; those of an agency that had the dossier before stay its own."""
    dossier = _ours(actor, dossier_id)
    found, after = notes.page(dossier.id, limit, cursor)
    own = [note for note in found if note.agency == dossier.agency]
    files = files_kept.of_notes(dossier.id, [(note.id, note.files) for note in own])
    return [Left(note, tuple(one for one in files if one.to == note.id)) for note in own], after


def download(actor: Actor, dossier_id: str, note_id: str, number: int) -> str:
    """A short-lived address to save a note's file from, for whoever may read the note; looks are logged. Two reads."""
    dossier = _ours(actor, dossier_id)
    one = files_kept.get(dossier.id, note_id, number, on_note=True)
    url = attachments.download(one if one is not None and one.agency == dossier.agency else None)
    logger.info("a note's file shown to an officer", dossier=dossier.id, note=note_id, officer=actor.id)
    return url


def _ours(actor: Actor, dossier_id: str) -> Dossier:
    """The dossier, for officers of its own agency alone: whoever else may see it there sees no notes."""
    dossier = desk.visible(actor, kept.head(dossier_id))
    if not roles_on(actor, owner="", agency=dossier.agency):
        raise NotFound("DossierNotFound")
    return dossier
