"""The legal clock: from a moment of receipt and a duration to the due date, with an explanation a citizen can follow.

Rules (the whole of them):

- A receipt outside opening hours counts from the next opening, whatever the unit.
- `working hours`, `working days`: one working day is 8 working hours of the agency's calendar, counted forward on the
  clock. The due date is the earliest moment at which the whole amount has been counted; a count that ends exactly at a
  closing time is therefore due then, not at the next opening.
- `calendar days`: Bộ luật Dân sự 2015 Điều 147 khoản 2-3 (the first day is not counted) and Điều 148 khoản 2, 5: the
  period ends with the last day; when that is no working day, with the next working day. The end of a day is the
  agency's closing time, since nothing can be handed over after it.
- `months`: as calendar days; Điều 148 khoản 3: the same day number in the last month, or that month's last day.
- A pause (the citizen holds the dossier): working time inside it is not counted. A period in calendar days or months
  is extended by the pause's length in dates (end date minus start date); a due date never falls inside a pause, it
  moves to the next closing after it. Pauses that overlap count once; what lies before the start or after the due date
  adds nothing.
- `same_day_until` (the 15:00 rule of same-day services): received up to that time on a working day, due at closing
  that day; later, or on another day, at closing of the next working day. It governs durations of at most one day
  (longer ones, e.g. of another channel, are counted as written); after a pause the rule is applied anew to its end.

Seconds are kept and fractions of a second dropped; all counting is in whole seconds.
"""

from __future__ import annotations

import calendar as gregorian
import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from chalicelib.domain import clock_words as words
from chalicelib.domain.calendar import DAY, ZONE, Calendar, Day, Name, Period, datetime_of, moment_date, moment_of
from chalicelib.domain.spans import cut, length, merged, without
from chalicelib.errors import FieldError, Invalid
from chalicelib.values import dataclass

__all__ = [
    "ZONE",
    "Calendar",
    "Due",
    "Duration",
    "Name",
    "Pause",
    "Unit",
    "add_working_minutes",
    "due",
    "next_opening",
    "working_minutes_between",
]

WORKING_DAY = 8 * 3600
LONGEST_PAUSE_DAYS = 3_660
LONGEST_COUNT_DAYS = 36_600
"""A count that has not ended after a century of days (an agency open for minutes a week) is refused."""


class Unit(StrEnum):
    WORKING_HOURS = "working hours"
    WORKING_DAYS = "working days"
    CALENDAR_DAYS = "calendar days"
    MONTHS = "months"


LARGEST = {Unit.WORKING_HOURS: 20_000, Unit.WORKING_DAYS: 2_500, Unit.CALENDAR_DAYS: 3_660, Unit.MONTHS: 120}
"""Ten years, in each unit: more is a slip of the pen."""

_DURATION = re.compile(r"\s*([0-9]{1,9})\s+(?:(working|calendar)\s+)?(hour|day|month)s?\s*", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True)
class Duration:
    """A whole, positive amount of a unit, at most ten years. Invalid otherwise."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if not isinstance(self.unit, Unit):
            raise Invalid(fields=[FieldError.of("duration", "DurationNotUnderstood", text=str(self.unit))])
        largest = LARGEST[self.unit]
        if type(self.amount) is not int or not 1 <= self.amount <= largest:
            params = {"amount": self.amount, "unit": self.unit.value, "largest": largest}
            raise Invalid(fields=[FieldError("duration", "AmountOutOfRange", params)])

    @classmethod
    def parse(cls, text: str) -> Duration:
        """`3 working days`, `8 working hours`, `10 calendar days`, `1 month`. Invalid when it says anything else."""
        found = _DURATION.fullmatch(text) if isinstance(text, str) else None
        unit = " ".join(part.lower() for part in found.groups()[1:] if part) + "s" if found else ""
        if found is None or unit not in list(Unit):
            raise Invalid(fields=[FieldError.of("duration", "DurationNotUnderstood", text=str(text)[:40])])
        return cls(int(found[1]), Unit(unit))

    def __str__(self) -> str:
        return f"{self.amount} {self.unit.value[:-1] if self.amount == 1 else self.unit.value}"


@dataclass(frozen=True)
class Pause:
    """The citizen holds the dossier from `start` to `end` (aware); `end` None while it is still held."""

    start: datetime
    end: datetime | None


@dataclass(frozen=True)
class Due:
    """`at` is in Asia/Ho_Chi_Minh. Each item of `explanation` is a JSON object with "kind", its values (dates and
    moments as ISO texts, time in whole seconds) and the sentence in "vi" and "en"; the "seconds" of the items of kind
    "counted" sum to the duration of a working unit."""

    at: datetime
    explanation: tuple[dict[str, Any], ...]


def due(
    start: datetime,
    duration: Duration,
    calendar: Calendar,
    pauses: Iterable[Pause] = (),
    same_day_until: time | None = None,
) -> Due:
    """When a duration that starts with the receipt at `start` is over, by the rules of this module.

    Invalid names the fields `start`, `duration`, `pauses[n].start`, `pauses[n].end` or `same_day_until`.
    """
    received = moment_of(start, "start")
    held = _merged(pauses)
    count = _Count(received, calendar)
    if same_day_until is not None and _within_a_day(duration):
        at = count.same_day(held, _until(same_day_until))
    elif duration.unit in (Unit.WORKING_HOURS, Unit.WORKING_DAYS):
        at = count.working(duration, held)
    else:
        at = count.calendar_period(duration, held)
    count.note(words.result(at))
    return Due(datetime_of(at), tuple(count.items))


def next_opening(at: datetime, calendar: Calendar) -> datetime:
    """`at` itself inside opening hours, otherwise the next opening; the moment of closing is outside."""
    return datetime_of(calendar.opening(moment_of(at, "at")))


def add_working_minutes(start: datetime, minutes: int, calendar: Calendar) -> datetime:
    """The earliest moment by which so many working minutes have passed since `start`; Invalid when negative."""
    if type(minutes) is not int or not 0 <= minutes <= LARGEST[Unit.WORKING_HOURS] * 60:
        params = {"amount": minutes, "unit": "minutes", "largest": LARGEST[Unit.WORKING_HOURS] * 60}
        raise Invalid(fields=[FieldError("minutes", "AmountOutOfRange", params)])
    begin = moment_of(start, "start")
    return datetime_of(_Count(begin, calendar).forward(begin, minutes * 60, []) if minutes else begin)


def working_minutes_between(a: datetime, b: datetime, calendar: Calendar) -> int:
    """Whole working minutes from `a` to `b`; negative when `b` is the earlier one."""
    first, last = moment_of(a, "a"), moment_of(b, "b")
    if last < first:
        return -working_minutes_between(b, a, calendar)
    seconds = 0
    for day in calendar.days(moment_date(first)):
        if day.start > last:
            break
        seconds += length(cut(day.spans, first, last))
    return seconds // 60


class _Count:
    """One count from one receipt, noting what it does as it goes."""

    def __init__(self, received: int, calendar: Calendar) -> None:
        self.calendar = calendar
        self.received = received
        self.items: list[dict[str, Any]] = []
        self._untabled: set[int] = set()

    def note(self, item: dict[str, Any]) -> None:
        self.items.append(item)

    def working(self, duration: Duration, held: list[Period]) -> int:
        seconds = duration.amount * (3600 if duration.unit is Unit.WORKING_HOURS else WORKING_DAY)
        begin = self._start(duration, seconds)
        self._note_pauses(held, begin, -1, before=True)
        return self.forward(begin, seconds, held)

    def forward(self, begin: int, seconds: int, held: list[Period]) -> int:
        """Count opening time that is not held, day by day, noting each day and pause; the moment the count is full."""
        total = 0
        for number, day in enumerate(self.calendar.days(moment_date(begin))):
            if number > LONGEST_COUNT_DAYS:
                break
            self._note_year(day.on)
            spans = cut(day.spans, begin, day.start + DAY)
            counted = _first(without(spans, held), seconds - total)
            gained = length(counted)
            total += gained
            end = counted[-1][1] if total == seconds else None
            if counted:
                self.note(words.counted(day, counted, gained, total))
            elif spans:
                self.note(words.held(day.on))
            elif not day.periods:
                self.note(words.skipped(day))
            self._note_pauses(held, begin, number, until=end)
            if end is not None:
                return end
        raise Invalid(fields=[FieldError.of("duration", "NeverDue")])

    def calendar_period(self, duration: Duration, held: list[Period]) -> int:
        begin = self._start(duration, None)
        first = moment_date(begin)
        if duration.unit is Unit.MONTHS:
            last = _months_later(first, duration.amount)
        else:
            last = first + timedelta(days=duration.amount)
        self.note(words.period(duration.unit.value, duration.amount, first, last))
        for start, end in held:
            begins, at = max(start, begin), self._closing(last)
            if end <= begin or begins >= at:
                self.note(words.pause(start, end, days=0))
                continue
            days = (moment_date(end) - moment_date(begins)).days
            # A pause that starts in the days a weekend or holiday had added extends from the working day reached.
            reached = last if moment_date(begins) <= last else moment_date(at)
            last = reached + timedelta(days=days)
            self.note(words.pause(start, end, days=days, last=last))
            if self._closing(last) < end:
                last = self.calendar.open_day(last + timedelta(days=1)).on
                self.note(words.moved_past_pause(last))
        day = self._roll(last)
        return day.closing

    def same_day(self, held: list[Period], until: int) -> int:
        self.note(words.received(self.received))
        at = self._same_day(self.received, until)
        for start, end in held:
            if end <= self.received or start >= at:
                self.note(words.pause(start, end, days=0))
                continue
            self.note(words.pause_same_day(start, end))
            at = max(at, self._same_day(end, until))
        return at

    def _same_day(self, moment: int, until: int) -> int:
        today = self.calendar.day(moment_date(moment))
        if today.periods and moment - today.start <= until and moment < today.closing:
            self.note(words.same_day(moment, until, today.on, same=True))
            return today.closing
        self.note(words.same_day(moment, until, today.on, same=False))
        return self._roll(today.on + timedelta(days=1), skip_from=today.on).closing

    def _start(self, duration: Duration, seconds: int | None) -> int:
        """Note the receipt, the days until the count can start, and what is to be counted; where the count starts."""
        self.note(words.received(self.received))
        begin = self.calendar.opening(self.received)
        first, on = moment_date(begin), moment_date(self.received)
        while on < first:
            self._note_year(on)
            if not self.calendar.day(on).periods:
                self.note(words.skipped(self.calendar.day(on)))
            on += timedelta(days=1)
        self._note_year(first)
        self.note(words.starts(self.received, begin, self.calendar.day(moment_date(self.received))))
        self.note(words.duration(duration.amount, duration.unit.value, seconds))
        return begin

    def _roll(self, last: date, skip_from: date | None = None) -> Day:
        """The first working day from `last` on, noting the days passed over."""
        day = self.calendar.open_day(last)
        on = skip_from or last
        while on < day.on:
            self._note_year(on)
            if not self.calendar.day(on).periods:
                self.note(words.skipped(self.calendar.day(on)))
            on += timedelta(days=1)
        self._note_year(day.on)
        return day

    def _closing(self, last: date) -> int:
        return self.calendar.open_day(last).closing

    def _note_year(self, on: date) -> None:
        if not self.calendar.has_table(on.year) and on.year not in self._untabled:
            self._untabled.add(on.year)
            self.note(words.no_table(on.year))

    def _note_pauses(
        self, held: list[Period], begin: int, number: int, *, before: bool = False, until: int | None = None
    ) -> None:
        """Note the pauses that start on day `number` of the count (or `before` it); at the end, also the later ones."""
        first = moment_date(begin)
        for start, end in held:
            day = max((moment_date(start) - first).days, -1)
            if (before and day < 0) or day == number >= 0 or (until is not None and day > number):
                clipped = (max(start, begin), end if until is None else min(end, max(until, start)))
                self.note(words.pause(start, end, seconds=self._open_seconds(*clipped)))

    def _open_seconds(self, first: int, last: int) -> int:
        seconds = 0
        for day in self.calendar.days(moment_date(first)):
            if day.start >= last:
                break
            seconds += length(cut(day.spans, first, last))
        return seconds


def _merged(pauses: Iterable[Pause]) -> list[Period]:
    """The pauses as moments, sorted, those that touch or overlap made one. Invalid for open or backward ones."""
    defects: list[FieldError] = []
    spans: list[Period] = []
    for index, pause in enumerate(pauses):
        where = f"pauses[{index}]"
        start = moment_of(pause.start, f"{where}.start")
        if pause.end is None:
            defects.append(FieldError.of(f"{where}.end", "PauseOpen"))
            continue
        end = moment_of(pause.end, f"{where}.end")
        if end < start:
            defects.append(FieldError.of(f"{where}.end", "PauseBackwards"))
        elif end - start > LONGEST_PAUSE_DAYS * DAY:
            defects.append(FieldError.of(f"{where}.end", "PauseTooLong", days=LONGEST_PAUSE_DAYS))
        elif end > start:
            spans.append((start, end))
    if defects:
        raise Invalid(fields=defects)
    return merged(spans)


def _until(limit: time) -> int:
    if not isinstance(limit, time) or limit.tzinfo is not None:
        raise Invalid(fields=[FieldError.of("same_day_until", "BadTime")])
    return limit.hour * 3600 + limit.minute * 60 + limit.second


def _within_a_day(duration: Duration) -> bool:
    hours = duration.unit is Unit.WORKING_HOURS and duration.amount <= 8
    return hours or (duration.unit in (Unit.WORKING_DAYS, Unit.CALENDAR_DAYS) and duration.amount == 1)


def _months_later(first: date, months: int) -> date:
    years, month = divmod(first.month - 1 + months, 12)
    year, month = first.year + years, month + 1
    return date(year, month, min(first.day, gregorian.monthrange(year, month)[1]))


def _first(spans: Iterable[Period], seconds: int) -> list[Period]:
    """As much of the spans, from the front, as makes up `seconds`."""
    taken: list[Period] = []
    for start, end in spans:
        if seconds <= 0:
            break
        taken.append((start, min(end, start + seconds)))
        seconds -= taken[-1][1] - start
    return taken
