"""Figures about dossiers: what an event counts as, and which cells of a table may be told.

On time as Decision 766/QĐ-TTg measures it: the result was issued by the date the applicant was given, time in which
the applicant held the dossier not counted; late whatever its date when a supplement was asked for more than once, or
the apology came after the date. The year is the year of the event, in the province.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from chalicelib.domain.clock import ZONE
from chalicelib.domain.effects import is_issue
from chalicelib.domain.event import Event, moment
from chalicelib.domain.life import Action
from chalicelib.values import dataclass

LEAST_DOSSIERS = 5


class Figure(StrEnum):
    """A dossier reopened after a complaint is received, and decided, once more."""

    RECEIVED = "received"
    ON_TIME = "on_time"
    LATE = "late"


# The events whose detail `due_at` is the date of the result; others name dates of other things so.
_SET_THE_DATE = frozenset({Action.RECEIVE, Action.PAY, Action.SUPPLEMENT, Action.REAPPOINT, Action.RECALCULATE})


def figure_of(events: Sequence[Event]) -> Figure:
    """What the last of a dossier's events counts as; it is one of those that `dossier.is_counted` picks."""
    last = events[-1]
    if not is_issue(last):
        return Figure.RECEIVED
    if any("counted_late" in e.detail for e in events[_reopened(events) :]):
        return Figure.LATE
    dates = [str(e.detail["due_at"]) for e in events if e.action in _SET_THE_DATE and "due_at" in e.detail]
    return Figure.ON_TIME if not dates or moment(last.at) <= moment(dates[-1]) else Figure.LATE


def _reopened(events: Sequence[Event]) -> int:
    """Where the present life begins: what counted against a dossier before it was reopened is told already."""
    return max((n for n, e in enumerate(events) if e.action == Action.REOPEN), default=0)


def year_of(event: Event) -> int:
    return moment(event.at).astimezone(ZONE).year


@dataclass(frozen=True)
class Column:
    """Cells by name, None for one that is not told; the total lies between `least` and `most`."""

    cells: Mapping[str, int | None]
    least: int
    most: int


def withheld(cells: Mapping[str, int], least: int = LEAST_DOSSIERS) -> Column:
    """A column of a table without its small cells: one of 1 to `least` - 1 dossiers is about few people.

    The total would give a single small cell away, so it is told as what it may be without knowing them. Then nothing
    that is told depends on a small cell's value.
    """
    told = {name: None if 0 < value < least else value for name, value in cells.items()}
    known, small = sum(value or 0 for value in told.values()), sum(value is None for value in told.values())
    return Column(told, known + small, known + small * (least - 1))
