"""The shapes of answers about deadlines: what falls due, an agency's calendar."""

from __future__ import annotations

from chalicelib.api.shapes import AgencyShape, SummaryShape
from chalicelib.api.typed import TypedDict


class AheadShape(TypedDict):
    """What is overdue or due within `days` days, most urgent first; `more`: there is more than is listed."""

    days: int
    items: list[SummaryShape]
    more: bool


class DayOffShape(TypedDict):
    """`date` as YYYY-MM-DD; `name` in both languages."""

    date: str
    name: dict[str, str]


class CalendarShape(TypedDict):
    """An agency's calendar. `hours` are its own, null when it has those of the agency above; `in_force` what it works
    by (weekday mon to sun -> [[opening, closing]]). `off`: days on which it is closed of its own. `public`: what the
    province has announced for this year and the next, `worked` the days worked in exchange."""

    agency: AgencyShape
    version: int
    may_edit: bool
    hours: dict[str, list[list[str]]] | None
    in_force: dict[str, list[list[str]]]
    off: list[DayOffShape]
    public: list[DayOffShape]
    worked: list[DayOffShape]


class ChangedShape(TypedDict):
    """`version` after the change."""

    version: int
