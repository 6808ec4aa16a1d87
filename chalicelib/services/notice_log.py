"""What became of a dossier's notices: shown to the applicant, and to the agency as the proof that it told them."""

from __future__ import annotations

from chalicelib.domain.access import Actor
from chalicelib.domain.dossier import Dossier
from chalicelib.services import desk, dossiers
from chalicelib.storage import dossiers as kept
from chalicelib.storage import notices as log
from chalicelib.storage.notices import Logged


def page(actor: Actor, dossier_id: str, limit: int, cursor: str) -> tuple[list[Logged], str | None]:
    """A page of the log, newest first; NotFound for who is nothing to the dossier. Two reads."""
    visible(actor, kept.head(dossier_id))
    return log.page(dossier_id, limit, cursor)


def visible(actor: Actor, dossier: Dossier) -> Dossier:
    """The dossier, for its applicant or an officer of its agency; NotFound otherwise."""
    if actor.is_officer:
        return desk.visible(actor, dossier)
    dossiers.own(actor, dossier)
    return dossier
