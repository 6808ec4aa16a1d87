"""Which messages are shown first, which are new to a side, and how many may be written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from chalicelib.domain.access import Actor
from chalicelib.domain.bundle import Message
from chalicelib.domain.event import iso
from chalicelib.errors import TooMany

A_PAGE = 20
A_DAY = 30
"""Messages that one person may leave on a dossier within a day."""
APPLICANT, AGENCY = "applicant", "agency"


def side_of(actor: Actor) -> str:
    return AGENCY if actor.is_officer else APPLICANT


def is_new(message: Message, side: str, read: Mapping[str, str]) -> bool:
    """Whether the other side wrote it after `side` has last read (`read`: moments by side)."""
    wrote = APPLICANT if message.actor["role"] == "applicant" else AGENCY
    return wrote != side and message.at > read.get(side, "")


def page(messages: Iterable[Message], before: tuple[str, str] | None = None) -> tuple[Sequence[Message], bool]:
    """The last messages, in order of time, before (moment, id) if given; whether there are earlier ones."""
    found = sorted(messages, key=_place)
    if before is not None:
        found = [one for one in found if _place(one) < before]
    return found[-A_PAGE:], len(found) > A_PAGE


def _place(message: Message) -> tuple[str, str]:
    return message.at, message.id


def require_room(messages: Iterable[Message], author: str, now: datetime) -> None:
    """Raises TooMany for who has written A_DAY messages within a day."""
    since = iso(now - timedelta(days=1))
    if sum(one.actor["id"] == author and one.at > since for one in messages) >= A_DAY:
        raise TooMany("TooManyMessages", most=A_DAY)
