"""Messages between applicant and agency, on the dossier."""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.access import Actor
from chalicelib.domain.bundle import Message
from chalicelib.domain.dossier import Dossier
from chalicelib.domain.event import iso
from chalicelib.domain.life import State
from chalicelib.errors import Conflict
from chalicelib.services import desk, dossiers
from chalicelib.storage import dossiers as kept


def post(actor: Actor, dossier_id: str, message_id: str, text: str, now: datetime) -> Message:
    """Leave a message; the same id again is the same message. The applicant gets a notice of an officer's."""
    dossier = kept.head(dossier_id)
    _check(actor, dossier)
    if dossier.state is State.DRAFT:
        raise Conflict("NotFiled")
    role = "officer" if actor.is_officer else "applicant"
    author = {"id": actor.id, "name": actor.name, "role": role}
    message = Message(message_id, iso(now), author, text)
    kept.post_message(dossier, message, now, notify=actor.is_officer)
    return message


def _check(actor: Actor, dossier: Dossier) -> None:
    if actor.is_officer:
        desk.visible(actor, dossier)
    else:
        dossiers.own(actor, dossier)
