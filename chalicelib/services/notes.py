"""Notes among the officers of an agency, on a dossier of theirs."""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.access import Actor, roles_on
from chalicelib.domain.dossier import Dossier
from chalicelib.domain.event import iso
from chalicelib.domain.note import Note
from chalicelib.errors import NotFound
from chalicelib.services import desk
from chalicelib.storage import dossiers as kept
from chalicelib.storage import notes


def write(actor: Actor, dossier_id: str, note_id: str, text: str, now: datetime) -> Note:
    """Leave a note; the same id again is the same note."""
    dossier = _ours(actor, dossier_id)
    note = Note(note_id, iso(now), dossier.agency, actor.id, actor.name, text)
    return notes.add(dossier.id, note, now)


def read(actor: Actor, dossier_id: str, limit: int, cursor: str) -> tuple[list[Note], str | None]:
    """A page of the notes, the newest first; those of an agency that had the dossier before stay its own."""
    dossier = _ours(actor, dossier_id)
    found, after = notes.page(dossier.id, limit, cursor)
    return [note for note in found if note.agency == dossier.agency], after


def _ours(actor: Actor, dossier_id: str) -> Dossier:
    """The dossier, for officers of its own agency alone: whoever else may see it there sees no notes."""
    dossier = desk.visible(actor, kept.head(dossier_id))
    if not roles_on(actor, owner="", agency=dossier.agency):
        raise NotFound("DossierNotFound")
    return dossier
