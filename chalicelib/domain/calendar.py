"""When an agency is open: weekly hours, days off, worked make-up days. Pure data and questions about it.

Moments are counted here as whole seconds of Vietnamese local time (day number * 86,400 + second of the day), so that
nothing is ever rounded; Asia/Ho_Chi_Minh has had one offset, +07:00, since 1975.

The province's table is a document that administrators edit (`infra/seed/calendar.json`):

    {"hours": {"mon": [["07:00","11:30"],["13:30","17:00"]], …, "sat": [], "sun": []},
     "years": {"2026": {"source": text, "off": [{"date", "name": {vi, en}}],
                        "worked": [{"date", "for": the day off it pays for, "name": {vi, en}}]}}}

A weekday left out of "hours" is closed. A worked make-up day has the hours of the weekday it pays for. A year without a
table has weekends and the holidays with a fixed date (Bộ luật Lao động 2019 Điều 112; from 2026 also 24/11, NQ
28/2026/QH16), each on its own date only: Tết, Giỗ Tổ and days in lieu are decided year by year and are not guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.errors import FieldError, Invalid
from chalicelib.values import dataclass

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DAY = 86_400
FIRST_YEAR, LAST_YEAR = 2000, 2199
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SEARCH_DAYS = 400
"""An agency that does not open once in this many days does not open at all."""

_KEYS = ("hours", "years", "agencies")

Period = tuple[int, int]
"""Opening and closing, in seconds of the day."""
Week = tuple[tuple[Period, ...], ...]
"""The periods of Monday to Sunday."""


@dataclass(frozen=True)
class Name:
    """What a day is called, in both languages."""

    vi: str
    en: str

    def to_json(self) -> dict[str, str]:
        return {"vi": self.vi, "en": self.en}


@dataclass(frozen=True)
class Day:
    """One date as the agency lives it. `reason` is why it is open or closed:

    open · worked (make-up) · weekend (no weekly hours) · holiday · swap (off, paid for by the worked day `other`).
    """

    on: date
    periods: tuple[Period, ...]
    reason: str
    name: Name | None = None
    other: date | None = None

    @property
    def start(self) -> int:
        return self.on.toordinal() * DAY

    @property
    def spans(self) -> tuple[Period, ...]:
        """The periods as moments instead of seconds of the day."""
        return tuple((self.start + opening, self.start + closing) for opening, closing in self.periods)

    @property
    def closing(self) -> int:
        """The moment the agency closes for the day; only for an open day."""
        return self.spans[-1][1]


@dataclass(frozen=True)
class YearTable:
    """The days off and worked make-up days that were announced for one year, and where."""

    off: Mapping[date, Name]
    worked: Mapping[date, tuple[date, Name]]
    source: str = ""


_FULL_DAY: tuple[Period, ...] = ((7 * 3600, 11 * 3600 + 1800), (13 * 3600 + 1800, 17 * 3600))
ORDINARY_WEEK: Week = (_FULL_DAY,) * 5 + ((), ())

_FIXED = (
    (1, 1, FIRST_YEAR, Name("Tết Dương lịch", "New Year's Day")),
    (4, 30, FIRST_YEAR, Name("Ngày Chiến thắng", "Reunification Day")),
    (5, 1, FIRST_YEAR, Name("Ngày Quốc tế Lao động", "International Labour Day")),
    (9, 2, FIRST_YEAR, Name("Quốc khánh", "National Day")),
    (11, 24, 2026, Name("Ngày Văn hóa Việt Nam", "Vietnam Culture Day")),
)


@dataclass(frozen=True)
class Calendar:
    """The hours of one agency, the days off of the province and its own."""

    week: Week = ORDINARY_WEEK
    years: Mapping[int, YearTable] = field(default_factory=dict, repr=False)
    closed: Mapping[date, Name] = field(default_factory=dict, repr=False)

    def day(self, on: date) -> Day:
        """What the agency does on that date. A day on which it is `closed` of its own beats all, a worked make-up day
        beats a day off, a day off beats the weekly hours."""
        if on in self.closed:
            return Day(on, (), "holiday", self.closed[on])
        table = self.years.get(on.year)
        if table is None:
            for month, number, since, name in _FIXED:
                if (on.month, on.day) == (month, number) and on.year >= since:
                    return Day(on, (), "holiday", name)
        else:
            if on in table.worked:
                other, name = table.worked[on]
                return Day(on, self._make_up_hours(other), "worked", name, other)
            if on in table.off:
                paid = next((day for day, (off, _) in table.worked.items() if off == on), None)
                return Day(on, (), "swap" if paid else "holiday", table.off[on], paid)
        periods = self.week[on.weekday()]
        return Day(on, periods, "open" if periods else "weekend")

    def has_table(self, year: int) -> bool:
        return year in self.years

    def days(self, first: date) -> Iterator[Day]:
        """Day after day from `first` on; the caller stops."""
        on = first
        while True:
            yield self.day(on)
            on += timedelta(days=1)

    def open_day(self, first: date) -> Day:
        """The first day from `first` on with opening hours. Invalid when there is none for over a year."""
        for count, day in enumerate(self.days(first)):
            if day.periods:
                return day
            if count > SEARCH_DAYS:
                break
        raise Invalid(fields=[FieldError.of("hours", "NeverOpen")])

    def opening(self, moment: int) -> int:
        """`moment` itself inside opening hours, otherwise the next opening. The minute of closing is outside."""
        first = moment_date(moment)
        for opening, closing in self.day(first).spans:
            if moment < closing:
                return max(moment, opening)
        return self.open_day(first + timedelta(days=1)).spans[0][0]

    def with_hours(self, hours: Mapping[str, Any] | None) -> Calendar:
        """The same days off with an agency's own weekly hours (its `hours` document); None keeps these hours."""
        if hours is None:
            return self
        defects: list[FieldError] = []
        week = _week(hours, defects)
        _refuse(defects)
        return replace(self, week=week)

    def with_closed(self, days: Mapping[date, Name]) -> Calendar:
        """The same with days on which an agency is closed of its own."""
        return replace(self, closed={**self.closed, **days}) if days else self

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Calendar:
        """Read the province's document (shape above; "agencies" are read by agency_calendar.py). Invalid with one
        FieldError per defect, all at once."""
        if not isinstance(document, Mapping):
            raise Invalid(fields=[FieldError.of("calendar", "WrongType")])
        defects = [FieldError.of(str(key), "Unknown") for key in document if key not in _KEYS]
        week = _week(document["hours"], defects) if document.get("hours") is not None else ORDINARY_WEEK
        years: dict[int, YearTable] = {}
        tables = document.get("years", {})
        if not isinstance(tables, Mapping):
            defects.append(FieldError.of("years", "WrongType"))
            tables = {}
        for key, table in tables.items():
            if not (str(key).isascii() and str(key).isdigit() and FIRST_YEAR <= int(key) <= LAST_YEAR):
                defects.append(FieldError.of(f"years.{key}", "OutOfRange", least=FIRST_YEAR, most=LAST_YEAR))
            else:
                years[int(key)] = _year(int(key), table, defects)
        _refuse(defects)
        return cls(week, years)

    def to_json(self) -> dict[str, Any]:
        """The document this was read from, with every weekday present."""
        return {
            "hours": {
                name: [[clock(opening), clock(closing)] for opening, closing in periods]
                for name, periods in zip(WEEKDAYS, self.week, strict=True)
            },
            "years": {
                str(year): {
                    "source": table.source,
                    "off": [{"date": str(on), "name": name.to_json()} for on, name in sorted(table.off.items())],
                    "worked": [
                        {"date": str(on), "for": str(other), "name": name.to_json()}
                        for on, (other, name) in sorted(table.worked.items(), key=lambda item: item[0])
                    ],
                }
                for year, table in sorted(self.years.items())
            },
        }

    def _make_up_hours(self, paid_for: date) -> tuple[Period, ...]:
        """The hours of the weekday paid for; an agency closed on that weekday works as on its first open one."""
        return self.week[paid_for.weekday()] or next((periods for periods in self.week if periods), ())


def moment_of(at: datetime, field: str) -> int:
    """Local seconds of an aware datetime, fractions of a second dropped. Invalid when naive or outside 2000-2199."""
    if not isinstance(at, datetime) or at.utcoffset() is None:
        raise Invalid(fields=[FieldError.of(field, "MomentWithoutZone")])
    if not FIRST_YEAR < at.year < LAST_YEAR:
        raise Invalid(fields=[FieldError.of(field, "OutOfRange", least=FIRST_YEAR + 1, most=LAST_YEAR - 1)])
    local = at.astimezone(ZONE)
    return local.toordinal() * DAY + local.hour * 3600 + local.minute * 60 + local.second


def datetime_of(moment: int) -> datetime:
    """The aware datetime, in Asia/Ho_Chi_Minh, of a count of local seconds."""
    return datetime.combine(moment_date(moment), time(), ZONE) + timedelta(seconds=moment % DAY)


def moment_date(moment: int) -> date:
    return date.fromordinal(moment // DAY)


def clock(second: int) -> str:
    """`07:00`, or `07:00:30` when the seconds matter."""
    hours, rest = divmod(second, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours:02}:{minutes:02}" + (f":{seconds:02}" if seconds else "")


def _week(hours: Any, defects: list[FieldError]) -> Week:
    if not isinstance(hours, Mapping):
        defects.append(FieldError.of("hours", "WrongType"))
        return ORDINARY_WEEK
    defects += [FieldError.of(f"hours.{key}", "Unknown") for key in hours if key not in WEEKDAYS]
    week = tuple(_periods(f"hours.{name}", hours.get(name), defects) for name in WEEKDAYS)
    if not any(week) and not defects:
        defects.append(FieldError.of("hours", "NeverOpen"))
    return week


def _periods(where: str, value: Any, defects: list[FieldError]) -> tuple[Period, ...]:
    periods: list[Period] = []
    pairs = [] if value is None else value if isinstance(value, list) else [value]
    for index, pair in enumerate(pairs):
        ends = [_second(text) for text in pair] if isinstance(pair, (list, tuple)) and len(pair) == 2 else [None]
        if None in ends:
            defects.append(FieldError.of(f"{where}[{index}]", "HoursNotUnderstood"))
            continue
        opening, closing = (end for end in ends if end is not None)
        if closing <= opening or (periods and opening < periods[-1][1]):
            defects.append(FieldError.of(f"{where}[{index}]", "HoursOutOfOrder"))
            continue
        periods.append((opening, closing))
    return tuple(periods)


def _second(text: Any) -> int | None:
    if not isinstance(text, str) or len(text) != 5 or text[2] != ":" or not text.isascii():
        return None
    hours, minutes = text[:2], text[3:]
    if not (hours.isdigit() and minutes.isdigit() and int(hours) < 24 and int(minutes) < 60):
        return None
    return int(hours) * 3600 + int(minutes) * 60


def _year(year: int, table: Any, defects: list[FieldError]) -> YearTable:
    where = f"years.{year}"
    off: dict[date, Name] = {}
    worked: dict[date, tuple[date, Name]] = {}
    if not isinstance(table, Mapping):
        defects.append(FieldError.of(where, "WrongType"))
        return YearTable(off, worked)
    defects += [FieldError.of(f"{where}.{k}", "Unknown") for k in table if k not in ("source", "off", "worked")]
    for place, on, name, _ in _entries(f"{where}.off", table.get("off", []), year, ("date", "name"), defects):
        if on in off:
            defects.append(FieldError.of(f"{place}.date", "NotUnique"))
        off[on] = name
    keys = ("date", "for", "name")
    for place, on, name, entry in _entries(f"{where}.worked", table.get("worked", []), year, keys, defects):
        other = _date(entry.get("for"))
        if other is None or other not in off:
            defects.append(FieldError.of(f"{place}.for", "SwapUnknown"))
            continue
        if on in off or on in worked or other in (paid for paid, _ in worked.values()):
            defects.append(FieldError.of(f"{place}.date", "NotUnique"))
        worked[on] = (other, name)
    source = table.get("source", "")
    if not isinstance(source, str):
        defects.append(FieldError.of(f"{where}.source", "WrongType"))
    return YearTable(off, worked, str(source))


def _entries(
    where: str, value: Any, year: int, keys: tuple[str, ...], defects: list[FieldError]
) -> Iterator[tuple[str, date, Name, Mapping[str, Any]]]:
    """The entries that can be read, each with its path; the defects of the others are noted."""
    if not isinstance(value, list):
        defects.append(FieldError.of(where, "WrongType"))
        return
    for index, entry in enumerate(value):
        place = f"{where}[{index}]"
        if not isinstance(entry, Mapping):
            defects.append(FieldError.of(place, "WrongType"))
            continue
        defects += [FieldError.of(f"{place}.{key}", "Unknown") for key in entry if key not in keys]
        on, name = _date(entry.get("date")), _name(entry.get("name"))
        if on is None or on.year != year:
            defects.append(FieldError.of(f"{place}.date", "DateOutsideYear", year=year))
        if name is None:
            defects.append(FieldError.of(f"{place}.name", "Required"))
        if on is not None and on.year == year and name is not None:
            yield place, on, name, entry


def _date(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        return None


def _name(value: Any) -> Name | None:
    texts = [value.get(language) for language in ("vi", "en")] if isinstance(value, Mapping) else []
    if len(texts) == 2 and all(isinstance(text, str) and text.strip() for text in texts):
        return Name(str(texts[0]), str(texts[1]))
    return None


def _refuse(defects: list[FieldError]) -> None:
    if defects:
        raise Invalid(fields=defects)
