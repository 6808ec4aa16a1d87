"""What the national portal has been told of a dossier, and what it is still to be told: rules without any wire.

A cursor walks along the dossier's events, which are numbered without a gap; nothing else is kept of what is to be
sent, because everything can be made again from the events. At most one process walks at a time: it holds a lease.

    idle      told of everything
    due       there is more to tell, from `due` on
    leased    somebody tells it now; the lease ends by itself when that process dies
    refused   the other side refused a record: nothing goes on for this dossier until an operator says so
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.domain.event import Event
from chalicelib.domain.life import STATES, Action, State
from chalicelib.values import dataclass

LEASE = timedelta(minutes=2)
"""Longer than telling one event can take: two records and two logins, eight seconds each at the most."""
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)

# Steps that leave the state as it is and are still news for the national portal.
_NEWS = frozenset({Action.REASSIGN, Action.HAND_OVER, Action.REAPPOINT, Action.RECALCULATE, Action.PAY})
# What changes the dossier itself (dates, fees), though its status may stay.
_CHANGING = frozenset({Action.REAPPOINT, Action.RECALCULATE, Action.PAY, Action.REQUEST_SUPPLEMENT, Action.SUPPLEMENT})


@dataclass(frozen=True)
class Refusal:
    """What the other side said no to: the event's number, its code and words. `at` is ISO 8601 UTC."""

    event: int
    code: str
    text: str
    at: str


@dataclass(frozen=True)
class Cursor:
    """`told` and `wanted` are numbers of events; `since` is when the oldest untold one happened, as far as is known.

    `version` is that of the row that was read; `lease` names the process that tells now, until `leased_until`.
    """

    dossier: str
    version: int = 0
    told: int = 0
    wanted: int = 0
    since: datetime | None = None
    due: datetime | None = None
    lease: str = ""
    leased_until: datetime | None = None
    tries: int = 0
    refusal: Refusal | None = None

    @property
    def behind(self) -> bool:
        return self.told < self.wanted


def status_of(event: Event) -> int | None:
    """The national status that a dossier has with this event; None before it is filed."""
    return STATES[State(event.after)].status


def is_told(event: Event) -> bool:
    """Whether the national portal hears of an event: the dossier is filed, and it moved or what is known changed."""
    return status_of(event) is not None and (event.before != event.after or event.action in _NEWS)


@dataclass(frozen=True)
class Step:
    """An event to be told, the one that was told before it (None: this is the first), and whether with all of the
    dossier: at first, when its status changes, and when its dates, fees or papers do."""

    event: Event
    before: Event | None

    @property
    def whole(self) -> bool:
        if self.before is None or status_of(self.event) != status_of(self.before):
            return True
        return self.event.action in _CHANGING


def steps(events: Sequence[Event], after: int) -> tuple[Step, ...]:
    """What is to be told of the events that come after number `after`, in their order."""
    news = [event for event in events if is_told(event)]
    pairs = zip([None, *news], news, strict=False)
    return tuple(Step(event, before) for before, event in pairs if event.number > after)


# How the cursor moves. Each gives the cursor itself back when there is nothing to write.


def woken(cursor: Cursor, number: int, now: datetime) -> Cursor:
    """There is an event `number` to tell of."""
    if number <= max(cursor.told, cursor.wanted):
        return cursor
    waits = cursor.refusal is not None or cursor.lease
    return replace(cursor, wanted=number, since=cursor.since or now, due=cursor.due if waits else cursor.due or now)


def may_be_taken(cursor: Cursor, now: datetime) -> bool:
    """Whether somebody may tell what is due: it is not refused, and nobody else is at it."""
    free = cursor.leased_until is None or cursor.leased_until <= now
    return cursor.behind and cursor.refusal is None and free


def taken(cursor: Cursor, lease: str, now: datetime) -> Cursor:
    """Somebody tells it now. It is due again when the lease ends, should that process die."""
    until = now + LEASE
    return replace(cursor, lease=lease, leased_until=until, due=until)


def told(cursor: Cursor, number: int, now: datetime) -> Cursor:
    """The other side has taken the event `number`, and the lease lives on."""
    until = now + LEASE
    at, most = max(cursor.told, number), max(cursor.wanted, number)
    return replace(cursor, told=at, wanted=most, tries=0, leased_until=until, due=until)


def through(cursor: Cursor, number: int, now: datetime) -> Cursor:
    """Whoever told it lets go after event `number`: idle, or due at once where something happened meanwhile."""
    after = replace(told(cursor, number, now), lease="", leased_until=None)
    more = now if after.behind else None
    return replace(after, due=more, since=more)


def failed(cursor: Cursor, now: datetime) -> Cursor:
    """No word from the other side: again after a minute, two, four, up to an hour."""
    tries = cursor.tries + 1
    return replace(cursor, lease="", leased_until=None, tries=tries, due=now + wait(tries))


def refused(cursor: Cursor, refusal: Refusal) -> Cursor:
    """The other side said no: this dossier waits for a person, others do not."""
    return replace(cursor, lease="", leased_until=None, due=None, refusal=refusal)


def retried(cursor: Cursor, now: datetime) -> Cursor:
    """A person says: go on."""
    if cursor.refusal is None and cursor.tries == 0:
        return cursor
    return replace(cursor, refusal=None, tries=0, due=now if cursor.behind else None)


def rewound(cursor: Cursor, last: int, now: datetime) -> Cursor:
    """Everything up to event `last` is to be told anew, from the beginning."""
    return replace(cursor, told=0, wanted=last, since=now, due=now, refusal=None, tries=0, lease="", leased_until=None)


def wait(tries: int) -> timedelta:
    """How long after the `tries`th failure in a row nobody tries."""
    return min(FIRST_WAIT * (1 << min(tries - 1, 10)), LONGEST_WAIT)
