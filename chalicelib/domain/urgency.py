"""How near the deadline is that runs against the agency: the one rule behind queues, their counts and the tags on rows.

Days are those of the law's calendar (Asia/Ho_Chi_Minh), not working days: an officer sees three days ahead on Friday
what must be done on Monday.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from enum import StrEnum

from chalicelib.domain.clock import ZONE
from chalicelib.domain.dossier import Dossier
from chalicelib.domain.life import State
from chalicelib.values import dataclass

SOON_DAYS = 3
_REVIEWED = frozenset(
    {State.RECEIVED, State.APPRAISAL, State.CONSULTATION, State.APPROVAL, State.ISSUING, State.SEALING}
)


class Urgency(StrEnum):
    OVERDUE = "overdue"
    TODAY = "today"
    SOON = "soon"
    LATER = "later"
    NONE = "none"  # nothing runs against the agency


@dataclass(frozen=True)
class Waiting:
    """How many wait in a queue, by urgency. `more`: it holds more, none of them more urgent than those counted."""

    agency: str
    queue: str
    counts: Mapping[Urgency, int]
    more: bool

    @classmethod
    def counted(
        cls, agency: str, queue: str, deadlines: Iterable[datetime | None], more: bool, now: datetime
    ) -> Waiting:
        """From the deadlines of what waits; every urgency has its number, 0 included."""
        counts = dict.fromkeys(Urgency, 0)
        for at in deadlines:
            counts[urgency(at, now)] += 1
        return cls(agency, queue, counts, more)

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def deadline(dossier: Dossier) -> datetime | None:
    """The moment that binds the agency now: its reply before acceptance, the result afterwards; None otherwise."""
    if dossier.state in {State.SUBMITTED, State.PARCEL_RECEIVED}:
        return dossier.reply_due_at
    if dossier.state is State.CONSULTATION and dossier.consult_pauses:
        return None
    return dossier.due_at if dossier.state in _REVIEWED else None


def days_left(at: datetime, now: datetime) -> int:
    """Days between two dates; negative when the date of `at` has passed."""
    return (at.astimezone(ZONE).date() - now.astimezone(ZONE).date()).days


def urgency(at: datetime | None, now: datetime) -> Urgency:
    if at is None:
        return Urgency.NONE
    if at < now:
        return Urgency.OVERDUE
    days = days_left(at, now)
    return Urgency.TODAY if days <= 0 else Urgency.SOON if days <= SOON_DAYS else Urgency.LATER


def bounds(of: Urgency, now: datetime) -> tuple[datetime | None, datetime | None]:
    """From when (included) to when (not included) a deadline has this urgency; None is no bound.

    Raises ValueError for NONE, which is not about deadlines.
    """
    tomorrow, later = _start_of_day(now, 1), _start_of_day(now, SOON_DAYS + 1)
    match of:
        case Urgency.OVERDUE:
            return None, now
        case Urgency.TODAY:
            return now, tomorrow
        case Urgency.SOON:
            return tomorrow, later
        case Urgency.LATER:
            return later, None
    raise ValueError(of)


def _start_of_day(now: datetime, days: int) -> datetime:
    return datetime.combine(now.astimezone(ZONE).date() + timedelta(days=days), time(), ZONE)
