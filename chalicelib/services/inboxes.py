"""Inboxes on the portal: everybody's own, and one per agency that its officers share.

What an officer is told goes to whoever has the dossier, and to the agency's inbox while nobody has it. Its words are
made when it is read, in the reader's language.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from chalicelib.domain.access import Actor
from chalicelib.domain.bundle import Message
from chalicelib.domain.dossier import Dossier
from chalicelib.domain.event import Event, iso
from chalicelib.domain.notice import Channel
from chalicelib.errors import NotFound
from chalicelib.storage import inboxes as kept
from chalicelib.storage.inboxes import Told
from chalicelib.values import dataclass

MINE = "mine"


@dataclass(frozen=True)
class Page:
    """A page of an inbox; `seen` is the moment (ISO 8601) up to which the reader has seen it."""

    rows: Sequence[Told]
    cursor: str | None
    seen: str


def page(actor: Actor, box: str, limit: int, cursor: str) -> Page:
    """The newest first. `box` is "mine" or the code of an agency where the officer has a post; NotFound otherwise."""
    whose = _box(actor, box)
    rows, after = kept.page(whose, limit, cursor)
    return Page(rows, after, kept.seen(actor.id, whose))


def unread(actor: Actor, box: str) -> int:
    """How many the reader has not seen, at most a hundred."""
    whose = _box(actor, box)
    return kept.unread(whose, kept.seen(actor.id, whose))


def see(actor: Actor, box: str, until: datetime, now: datetime) -> None:
    """Mark everything up to `until` as seen, never what is still to come."""
    kept.see(actor.id, _box(actor, box), iso(min(until, now)))


def _box(actor: Actor, box: str) -> str:
    if box == MINE:
        return actor.id
    if box not in actor.agencies():
        raise NotFound("NotFound")
    return box


# What officers are told.


def of_event(dossier: Dossier, event: Event) -> None:
    """Tell whoever has the dossier what somebody else did to it; the same event again is the same row."""
    if event.actor["id"] != dossier.assignee:
        _tell(dossier, event.number, "desk", event.action, event.at)


def of_letter(dossier: Dossier, number: int, message: Message) -> None:
    """The applicant wrote."""
    _tell(dossier, number, f"letter-{message.id}", "letter", message.at)


def of_failure(dossier: Dossier, number: int, channel: Channel, what: str, now: datetime) -> None:
    """A notice did not reach the applicant on a channel: the agency may have to telephone."""
    _tell(dossier, number, f"unsent-{what}-{channel.value}", f"unsent_{channel.value}", iso(now))


def _tell(dossier: Dossier, number: int, what: str, key: str, at: str) -> None:
    said = {"code": dossier.code or "", "key": key, "procedure": dossier.procedure_name}
    kept.put(dossier.assignee or dossier.agency, dossier.id, number, what, said, at)
