"""What holds for the legal clock whatever the input."""

from __future__ import annotations

import json
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.clock import (
    ZONE,
    Calendar,
    Duration,
    Pause,
    Unit,
    add_working_minutes,
    due,
    next_opening,
    working_minutes_between,
)

SEED = Path(__file__).resolve().parents[2] / "infra" / "seed" / "calendar.json"
TABLE: dict[str, Any] = json.loads(SEED.read_text("utf-8"))
PROVINCE = Calendar.from_json(TABLE)
ODD_HOURS = {
    "mon": [["08:00", "11:00"]],
    "tue": [["07:15", "11:45"], ["12:00", "17:00"], ["17:30", "19:00"]],
    "thu": [["13:30", "17:00"]],
    "sat": [["07:00", "11:30"]],
}
CALENDARS = (PROVINCE, PROVINCE.with_hours(ODD_HOURS), Calendar())

moments = st.datetimes(datetime(2024, 11, 1), datetime(2028, 2, 1), timezones=st.just(ZONE))
calendars = st.sampled_from(CALENDARS)
units = st.sampled_from(list(Unit))
lengths = st.timedeltas(timedelta(0), timedelta(days=40))


@st.composite
def holds(draw: st.DrawFn) -> list[Pause]:
    starts = draw(st.lists(st.tuples(moments, lengths), max_size=4))
    return [Pause(start, start + length) for start, length in starts]


@st.composite
def near_holds(draw: st.DrawFn) -> tuple[datetime, list[Pause]]:
    """A receipt and pauses in the two months around it, so that they matter."""
    start = draw(moments)
    offsets = st.timedeltas(timedelta(days=-20), timedelta(days=40))
    spans = draw(st.lists(st.tuples(offsets, lengths), max_size=4))
    return start, [Pause(start + offset, start + offset + length) for offset, length in spans]


def seconds_of(duration: Duration) -> int:
    return duration.amount * 3600 * (8 if duration.unit is Unit.WORKING_DAYS else 1)


@given(near_holds(), st.integers(1, 40), units, calendars)
def test_due_lies_in_working_time_or_at_its_edge(
    case: tuple[datetime, list[Pause]], amount: int, unit: Unit, calendar: Calendar
) -> None:
    start, pauses = case
    at = due(start, Duration(amount, unit), calendar, pauses).at
    assert at > start.replace(microsecond=0)
    second_before = at - timedelta(seconds=1)
    assert next_opening(second_before, calendar) == second_before
    assert at.utcoffset() == timedelta(hours=7)
    assert not any(pause.start < at < pause.end for pause in pauses if pause.end)


@given(near_holds(), st.integers(1, 40), units, calendars)
def test_pauses_never_make_it_earlier(
    case: tuple[datetime, list[Pause]], amount: int, unit: Unit, calendar: Calendar
) -> None:
    start, pauses = case
    plain = due(start, Duration(amount, unit), calendar).at
    one_by_one = [due(start, Duration(amount, unit), calendar, pauses[:count]).at for count in range(len(pauses) + 1)]
    assert one_by_one == sorted(one_by_one)
    assert one_by_one[0] == plain
    assert one_by_one[-1] == due(start, Duration(amount, unit), calendar, pauses[::-1]).at


@given(moments, lengths, st.integers(1, 40), units, calendars)
def test_a_later_receipt_is_never_due_earlier(
    start: datetime, later: timedelta, amount: int, unit: Unit, calendar: Calendar
) -> None:
    duration = Duration(amount, unit)
    assert due(start, duration, calendar).at <= due(start + later, duration, calendar).at


@given(near_holds(), st.integers(1, 39), units, calendars)
def test_more_is_never_due_earlier(
    case: tuple[datetime, list[Pause]], amount: int, unit: Unit, calendar: Calendar
) -> None:
    start, pauses = case
    less, more = (due(start, Duration(count, unit), calendar, pauses).at for count in (amount, amount + 1))
    assert less <= more


@given(near_holds(), st.integers(1, 40), st.sampled_from([Unit.WORKING_HOURS, Unit.WORKING_DAYS]), calendars)
def test_what_the_explanation_counts_is_the_duration(
    case: tuple[datetime, list[Pause]], amount: int, unit: Unit, calendar: Calendar
) -> None:
    start, pauses = case
    duration = Duration(amount, unit)
    result = due(start, duration, calendar, pauses)
    counted = [item for item in result.explanation if item["kind"] == "counted"]
    assert sum(item["seconds"] for item in counted) == seconds_of(duration) == counted[-1]["total"]
    dates = [item["date"] for item in result.explanation if "date" in item]
    assert dates == sorted(set(dates))
    # Every date from the receipt to the due date is accounted for, but the day of a receipt after closing.
    begin = min(result.at, next_opening(start, calendar)).date()
    days = {str(begin + timedelta(days=n)) for n in range((result.at.date() - begin).days + 1)}
    assert days <= set(dates)
    # With the working time that the pauses took, it is all the working time there was.
    added = sum(item["added_seconds"] for item in result.explanation if item["kind"] == "pause")
    whole = start.replace(microsecond=0)
    assert working_minutes_between(whole, result.at, calendar) == (seconds_of(duration) + added) // 60


@settings(max_examples=25, deadline=None)
@given(near_holds(), st.integers(1, 16))
def test_it_agrees_with_counting_minute_by_minute(case: tuple[datetime, list[Pause]], hours: int) -> None:
    at, pauses = case[0].replace(second=0, microsecond=0), case[1]
    whole = [Pause(*(m.replace(second=0, microsecond=0) for m in (p.start, p.end or p.start))) for p in pauses]
    result = due(at, Duration(hours, Unit.WORKING_HOURS), PROVINCE, whole).at
    off = {entry["date"] for year in TABLE["years"].values() for entry in year["off"]}
    worked = {entry["date"] for year in TABLE["years"].values() for entry in year["worked"]}
    left = hours * 60
    while left:
        day, minute = f"{at:%Y-%m-%d}", at.hour * 60 + at.minute
        fixed = at.year in (2024, 2028) and f"{at:%d/%m}" in ("01/01", "30/04", "01/05", "02/09")
        if day not in worked and (at.weekday() > 4 or day in off or fixed):
            at += timedelta(minutes=24 * 60 - minute)
            continue
        if 420 <= minute < 690 or 810 <= minute < 1020:
            left -= not any(p.start <= at < p.end for p in whole if p.end)
        at += timedelta(minutes=1)
    assert result == at


@given(moments, st.integers(0, 20_000), calendars)
def test_adding_then_measuring_working_minutes_round_trips(start: datetime, minutes: int, calendar: Calendar) -> None:
    start = start.replace(microsecond=0)
    end = add_working_minutes(start, minutes, calendar)
    assert working_minutes_between(start, end, calendar) == minutes
    assert working_minutes_between(end, start, calendar) == -minutes
    if minutes:
        assert working_minutes_between(start, end - timedelta(seconds=1), calendar) == minutes - 1


@given(moments, calendars)
def test_the_next_opening_is_where_working_time_goes_on(start: datetime, calendar: Calendar) -> None:
    opening = next_opening(start, calendar)
    assert opening >= start.replace(microsecond=0)
    assert next_opening(opening, calendar) == opening
    assert working_minutes_between(start, opening, calendar) == 0
    assert add_working_minutes(opening, 1, calendar) > opening


@settings(max_examples=50)
@given(near_holds(), st.times(), calendars)
def test_the_same_day_rule_is_due_at_a_closing(
    case: tuple[datetime, list[Pause]], until: time, calendar: Calendar
) -> None:
    start, pauses = case
    at = due(start, Duration(1, Unit.WORKING_DAYS), calendar, pauses, until).at
    assert at == due(at - timedelta(seconds=1), Duration(1, Unit.WORKING_DAYS), calendar, (), time(23, 59, 59)).at
