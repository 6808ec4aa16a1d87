"""The date of the result through the life of a dossier, and what the time until then is made of.

`clock` counts one period; here the period is started, goes on after a supplement or starts again, is re-appointed and
is counted again when a calendar changed. Two rules hold whatever happened: a date that the applicant was given never
comes earlier, and the parts of the time sum to what lies between the first receipt and the due date.

    counted      open time of the agency that runs against it
    closed       nights, weekends, holidays
    held         the applicant held the dossier
    restarted    from the first receipt to the one that the count starts from again (procedures that say `restart`)
    reappointed  from the date by law to the one appointed with an apology (Nghị định 61/2018/NĐ-CP: once)
    promised     from the date by law to a later one that was promised before and stands

Functions give the changes of the head and the detail of the event that sets the date.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain import clock, clock_words
from chalicelib.domain.calendar import Calendar, datetime_of, moment_date, moment_of
from chalicelib.domain.clock import Pause
from chalicelib.domain.dossier import Dossier
from chalicelib.domain.event import Event, iso
from chalicelib.domain.life import State
from chalicelib.domain.procedure import Procedure
from chalicelib.domain.spans import cut, length, merged, without

Pauses = tuple[tuple[datetime, datetime], ...]
Set = tuple[dict[str, Any], dict[str, Any]]
"""Changes of the head (`received_at`, `due_at`, `pauses`), detail of the event (`due_at`, `due_explanation`,
`due_parts`: the parts above that are not empty, {"kind", "seconds"})."""

WORKING_DAY = 8 * 60
"""Minutes: the warning comes one working day before the due date, or half way where there is less."""
PARTS = ("restarted", "counted", "closed", "held", "reappointed", "promised")


def first_receipt(events: Sequence[Event]) -> datetime | None:
    """When the dossier was accepted in its present life: a reopened one is accepted anew."""
    found = [e.at for e in events if e.after == State.RECEIVED and e.before != State.RECEIVED]
    return datetime.fromisoformat(found[-1]) if found else None


def started(
    dossier: Dossier,
    procedure: Procedure,
    calendar: Calendar,
    received: datetime,
    pauses: Pauses = (),
    first: datetime | None = None,
) -> Set:
    """The period of the procedure, counted from `received`; `first` is the first receipt where that was earlier."""
    due = _by_law(dossier, procedure, calendar, received, pauses)
    return _set(first or received, received, due, due.at, pauses, calendar)


def resumed(
    dossier: Dossier, procedure: Procedure, calendar: Calendar, asked: datetime, now: datetime, first: datetime
) -> Set:
    """After a supplement that was asked for at `asked`: the pause is added, or the period starts again."""
    if procedure.supplement.clock == "restart" or dossier.received_at is None:
        return _gone_on(dossier, procedure, calendar, now, (), asked, now, first)
    return paused(dossier, procedure, calendar, asked, now, first)


def paused(
    dossier: Dossier, procedure: Procedure, calendar: Calendar, since: datetime, now: datetime, first: datetime
) -> Set:
    """The period goes on, with a pause added from `since` until now."""
    pauses = (*dossier.pauses, (since, now))
    return _gone_on(dossier, procedure, calendar, dossier.received_at or first, pauses, since, now, first)


def _gone_on(
    dossier: Dossier,
    procedure: Procedure,
    calendar: Calendar,
    received: datetime,
    pauses: Pauses,
    asked: datetime,
    now: datetime,
    first: datetime,
) -> Set:
    """An appointed date goes on by the working time that was left when the dossier was given away at `asked`."""
    due = _by_law(dossier, procedure, calendar, received, pauses)
    promised = dossier.due_at or due.at
    if dossier.reappointed and (left := clock.working_minutes_between(asked, promised, calendar)) > 0:
        promised = max(promised, clock.add_working_minutes(now, left, calendar))
    at = max(due.at, promised)
    kind = "reappointed" if dossier.reappointed else "promised"
    notes = [clock_words.promised(_moment(at))] if at > due.at else []
    return _set(first, received, due, at, pauses, calendar, kind, notes)


def reappointed(dossier: Dossier, procedure: Procedure, calendar: Calendar, at: datetime, first: datetime) -> Set:
    """With an apology, to `at`."""
    received = dossier.received_at or first
    due = _by_law(dossier, procedure, calendar, received, dossier.pauses)
    notes = [clock_words.reappointed(_moment(dossier.due_at or due.at), _moment(at))]
    return _set(first, received, due, at, dossier.pauses, calendar, "reappointed", notes)


def recalculated(dossier: Dossier, procedure: Procedure, calendar: Calendar, first: datetime) -> Set | None:
    """By a calendar that changed; None when the date stands, as it does when it would come earlier.

    An appointed date moves only when the agency is closed on its day.
    """
    if dossier.due_at is None or dossier.received_at is None:
        return None
    due = _by_law(dossier, procedure, calendar, dossier.received_at, dossier.pauses)
    at = _open_on(dossier.due_at, calendar) if dossier.reappointed else due.at
    if at <= dossier.due_at:
        return None
    notes = [clock_words.recalculated(_moment(dossier.due_at), _moment(at))]
    return _set(first, dossier.received_at, due, at, dossier.pauses, calendar, "reappointed", notes)


def closing(day: datetime, calendar: Calendar) -> datetime | None:
    """When the agency closes on the day of `day`; None when it does not open."""
    found = calendar.day(moment_date(_moment(day)))
    return datetime_of(found.closing) if found.periods else None


def warning_at(due: datetime, calendar: Calendar, now: datetime) -> datetime | None:
    """When whoever is at work must be warned; None when the date is here already."""
    left = clock.working_minutes_between(now, due, calendar)
    if left <= 0:
        return None
    return clock.add_working_minutes(now, left - min(WORKING_DAY, (left + 1) // 2), calendar)


def parts(
    first: datetime, received: datetime, by_law: datetime, at: datetime, pauses: Pauses, calendar: Calendar, kind: str
) -> list[dict[str, Any]]:
    """What the time from `first` to `at` is made of, in seconds; `kind` is what lies after the date by law."""
    begin, end, last = _moment(received), min(_moment(by_law), _moment(at)), _moment(at)
    end = max(begin, end)
    held = merged(cut([(_moment(a), _moment(b)) for a, b in pauses], begin, end))
    open_ = 0
    for day in calendar.days(moment_date(begin)):
        if day.start >= end:
            break
        open_ += length(without(cut(day.spans, begin, end), held))
    waited = length(held)
    found = {"restarted": begin - _moment(first), "counted": open_, "held": waited}
    found |= {"closed": end - begin - waited - open_, kind: last - end}
    return [{"kind": name, "seconds": found[name]} for name in PARTS if found.get(name)]


def _by_law(
    dossier: Dossier, procedure: Procedure, calendar: Calendar, received: datetime, pauses: Pauses
) -> clock.Due:
    held = [Pause(start, end) for start, end in pauses]
    return clock.due(received, procedure.duration(dossier.channel), calendar, held, procedure.same_day_until)


def _set(
    first: datetime,
    received: datetime,
    due: clock.Due,
    at: datetime,
    pauses: Pauses,
    calendar: Calendar,
    kind: str = "promised",
    notes: Sequence[dict[str, Any]] = (),
) -> Set:
    again = [clock_words.restarted(_moment(first), _moment(received))] if first < received else []
    explanation = [*again, *due.explanation]
    if notes:
        explanation = [*explanation[:-1], *notes, clock_words.result(_moment(at))]
    changes = {"received_at": received, "due_at": at, "pauses": pauses}
    made = parts(first, received, due.at, at, pauses, calendar, kind)
    return changes, {"due_at": iso(at), "due_explanation": explanation, "due_parts": made}


def _open_on(at: datetime, calendar: Calendar) -> datetime:
    """`at`, or the next closing when the agency does not open on that day."""
    on = moment_date(_moment(at))
    return at if calendar.day(on).periods else datetime_of(calendar.open_day(on + timedelta(days=1)).closing)


def _moment(at: datetime) -> int:
    return moment_of(at, "at")
