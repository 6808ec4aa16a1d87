"""The legal clock's inputs and refusals, its explanation, and the calendar document."""

from __future__ import annotations

import json
import time as stopwatch
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.clock import (
    ZONE,
    Calendar,
    Due,
    Duration,
    Pause,
    Unit,
    due,
)
from chalicelib.errors import Invalid

SEED = Path(__file__).resolve().parents[2] / "infra" / "seed" / "calendar.json"
TABLE: dict[str, Any] = json.loads(SEED.read_text("utf-8"))
PROVINCE = Calendar.from_json(TABLE)
MONDAY = datetime(2026, 3, 2, 9, tzinfo=ZONE)
HOUR = Duration(1, Unit.WORKING_HOURS)


def kinds(result: Due) -> list[str]:
    return [item["kind"] for item in result.explanation]


def field_codes(refused: pytest.ExceptionInfo[Invalid]) -> list[tuple[str, str]]:
    return [(field.field, field.code) for field in refused.value.fields]


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [
        ("3 working days", 3, Unit.WORKING_DAYS),
        ("1 working day", 1, Unit.WORKING_DAYS),
        ("8 working hours", 8, Unit.WORKING_HOURS),
        (" 10  Calendar   Days ", 10, Unit.CALENDAR_DAYS),
        ("1 month", 1, Unit.MONTHS),
        ("2 months", 2, Unit.MONTHS),
    ],
)
def test_a_duration_is_read(text: str, amount: int, unit: Unit) -> None:
    assert Duration.parse(text) == Duration(amount, unit)
    assert Duration.parse(str(Duration(amount, unit))) == Duration(amount, unit)


@pytest.mark.parametrize(
    "text",
    ["", "3", "days", "3 days", "-3 working days", "1.5 working days", "3 working", "3 working months", "8 hours"]
    + [
        "calendar days 3",
        "three working days",
        "3 calendar hours",
        "٣ working days",
        "3 working days 2 hours",
        "1e3 months",
    ],
)
def test_a_duration_that_says_something_else_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        Duration.parse(text)
    assert field_codes(refused) == [("duration", "DurationNotUnderstood")]


@pytest.mark.parametrize("amount", [0, -1, 2_501, 10**9, True, 1.0, "3", None])
def test_an_absurd_amount_is_refused(amount: Any) -> None:
    with pytest.raises(Invalid) as refused:
        Duration(amount, Unit.WORKING_DAYS)
    assert field_codes(refused) == [("duration", "AmountOutOfRange")]


def test_naive_and_absurd_moments_are_refused() -> None:
    with pytest.raises(Invalid) as refused:
        due(datetime(2026, 3, 2, 9), HOUR, PROVINCE)
    assert field_codes(refused) == [("start", "MomentWithoutZone")]
    for year in (1, 1970, 2500, 9999):
        with pytest.raises(Invalid) as refused:
            due(datetime(year, 12, 31, 23, tzinfo=UTC), HOUR, PROVINCE)
        assert field_codes(refused) == [("start", "OutOfRange")]


def test_open_backward_naive_and_endless_pauses_are_refused_all_at_once() -> None:
    day = timedelta(days=1)
    pauses = [
        Pause(MONDAY, None),
        Pause(MONDAY, MONDAY - day),
        Pause(MONDAY, MONDAY + 4_000 * day),
        Pause(MONDAY, MONDAY),
    ]
    with pytest.raises(Invalid) as refused:
        due(MONDAY, HOUR, PROVINCE, pauses)
    assert field_codes(refused) == [
        ("pauses[0].end", "PauseOpen"),
        ("pauses[1].end", "PauseBackwards"),
        ("pauses[2].end", "PauseTooLong"),
    ]
    with pytest.raises(Invalid) as refused:
        due(MONDAY, HOUR, PROVINCE, [Pause(MONDAY, datetime(2026, 3, 3))])
    assert field_codes(refused) == [("pauses[0].end", "MomentWithoutZone")]


def test_the_same_day_limit_is_a_plain_time() -> None:
    with pytest.raises(Invalid) as refused:
        due(MONDAY, Duration(1, Unit.WORKING_DAYS), PROVINCE, (), time(15, tzinfo=UTC))
    assert field_codes(refused) == [("same_day_until", "BadTime")]


def test_ten_years_are_reckoned_quickly_and_a_century_is_refused() -> None:
    began = stopwatch.perf_counter()
    assert due(MONDAY, Duration(2_500, Unit.WORKING_DAYS), PROVINCE).at.year == 2035
    assert stopwatch.perf_counter() - began < 2
    rarely = PROVINCE.with_hours({"mon": [["07:00", "08:00"]]})
    with pytest.raises(Invalid) as refused:
        due(MONDAY, Duration(2_500, Unit.WORKING_DAYS), rarely)
    assert field_codes(refused) == [("duration", "NeverDue")]


@pytest.mark.clause("C3")
def test_the_explanation_tells_the_whole_story_in_order() -> None:
    received = datetime(2026, 8, 28, 18, tzinfo=ZONE)
    held = Pause(datetime(2026, 9, 3, 9, tzinfo=ZONE), datetime(2026, 9, 3, 15, tzinfo=ZONE))
    result = due(received, Duration(1, Unit.WORKING_DAYS), PROVINCE, [held])
    assert [(item["kind"], item.get("date"), item.get("reason")) for item in result.explanation] == [
        ("received", None, None),
        ("skipped", "2026-08-29", "weekend"),
        ("skipped", "2026-08-30", "weekend"),
        ("skipped", "2026-08-31", "swap"),
        ("skipped", "2026-09-01", "holiday"),
        ("skipped", "2026-09-02", "holiday"),
        ("starts", None, "after_closing"),
        ("duration", None, None),
        ("counted", "2026-09-03", None),
        ("pause", None, None),
        ("counted", "2026-09-04", None),
        ("due", None, None),
    ]
    # Th 07:00-09:00 and 15:00-17:00 is 4, Fr 4 more; held 09:00-11:30 and 13:30-15:00 is 4.
    assert [item["hours"] for item in result.explanation if item["kind"] == "counted"] == [
        [["07:00", "09:00"], ["15:00", "17:00"]],
        [["07:00", "11:00"]],
    ]
    assert next(item for item in result.explanation if item["kind"] == "pause")["added_seconds"] == 4 * 3600
    assert result.explanation[-1]["at"] == "2026-09-04T11:00:00+07:00" == result.at.isoformat()
    assert result.explanation[3]["vi"] == (
        "Thứ Hai 31/08/2026: không tính (nghỉ hoán đổi: Nghỉ hoán đổi dịp Quốc khánh, làm bù thứ Bảy 22/08/2026)."
    )
    assert result.explanation[-1]["en"] == "Due at 11:00 on Friday 04/09/2026."


@pytest.mark.parametrize(
    ("received", "reason"),
    [
        ("2026-03-02T06:00", "before_opening"),
        ("2026-03-02T07:00", "in_hours"),
        ("2026-03-02T11:30", "midday"),
        ("2026-03-02T17:00", "after_closing"),
        ("2026-03-07T09:00", "weekend"),
        ("2026-02-17T09:00", "holiday"),
        ("2026-01-02T09:00", "swap"),
    ],
)
def test_why_the_count_starts_where_it_does(received: str, reason: str) -> None:
    result = due(datetime.fromisoformat(received).replace(tzinfo=ZONE), HOUR, PROVINCE)
    assert [item["reason"] for item in result.explanation if item["kind"] == "starts"] == [reason]


def test_a_day_that_is_held_throughout_says_so() -> None:
    held = Pause(MONDAY + timedelta(hours=1), MONDAY + timedelta(days=3))
    result = due(MONDAY, Duration(2, Unit.WORKING_HOURS), PROVINCE, [held])
    assert [item["date"] for item in result.explanation if item.get("reason") == "pause"] == [
        "2026-03-03",
        "2026-03-04",
    ]


def test_every_item_has_both_languages_and_is_json() -> None:
    held = Pause(MONDAY + timedelta(hours=1), MONDAY + timedelta(days=3))
    for unit in Unit:
        result = due(MONDAY, Duration(1, unit), PROVINCE, [held])
        assert json.loads(json.dumps(result.explanation)) == list(result.explanation)
        assert all(item["vi"].endswith(".") and item["en"].endswith(".") for item in result.explanation)
        assert kinds(result)[0] == "received"
        assert kinds(result)[-1] == "due"


def test_a_year_without_a_table_is_named_and_keeps_its_fixed_holidays() -> None:
    result = due(datetime(2028, 4, 28, 17, tzinfo=ZONE), HOUR, PROVINCE)
    # 30/4/2028 is a Sunday and 1/5 a Monday; what is given in lieu is not known, so Tu 2/5 08:00.
    assert result.at == datetime(2028, 5, 2, 8, tzinfo=ZONE)
    note = next(item for item in result.explanation if item["kind"] == "no_table")
    assert note["year"] == 2028
    assert note["en"].startswith("There is no holiday table for 2028")
    assert kinds(result).count("no_table") == 1
    assert "no_table" not in kinds(due(MONDAY, HOUR, PROVINCE))


def test_culture_day_is_fixed_from_2026_only() -> None:
    bare = Calendar()
    assert [bare.day(date(year, 11, 24)).reason for year in (2025, 2026, 2028)] == ["open", "holiday", "holiday"]


def test_the_calendar_survives_a_round_trip() -> None:
    assert PROVINCE.to_json() == TABLE
    assert Calendar.from_json(json.loads(json.dumps(PROVINCE.to_json()))) == PROVINCE
    assert Calendar.from_json({}) == Calendar()


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"hour": {}}, [("hour", "Unknown")]),
        ({"hours": {"mon": [["07:00", "25:00"]]}}, [("hours.mon[0]", "HoursNotUnderstood")]),
        ({"hours": {"mon": "07:00-11:00"}}, [("hours.mon[0]", "HoursNotUnderstood")]),
        ({"hours": {"mon": [["07:00", "11:00"], ["10:00", "12:00"]]}}, [("hours.mon[1]", "HoursOutOfOrder")]),
        ({"hours": {"mon": [["11:00", "07:00"]]}}, [("hours.mon[0]", "HoursOutOfOrder")]),
        ({"hours": {"monday": []}}, [("hours.monday", "Unknown")]),
        ({"hours": {"mon": []}}, [("hours", "NeverOpen")]),
        ({"years": {"26": {}}}, [("years.26", "OutOfRange")]),
        ({"years": {"2026": []}}, [("years.2026", "WrongType")]),
        (
            {"years": {"2026": {"off": [{"date": "2025-01-01", "name": {"vi": "a"}}], "worked": [{"x": 1}]}}},
            [
                ("years.2026.off[0].date", "DateOutsideYear"),
                ("years.2026.off[0].name", "Required"),
                ("years.2026.worked[0].x", "Unknown"),
                ("years.2026.worked[0].date", "DateOutsideYear"),
                ("years.2026.worked[0].name", "Required"),
            ],
        ),
    ],
)
def test_every_defect_of_a_calendar_document_is_named(document: Any, expected: list[tuple[str, str]]) -> None:
    with pytest.raises(Invalid) as refused:
        Calendar.from_json(document)
    assert field_codes(refused) == expected


def test_a_make_up_day_pays_for_one_known_day_off() -> None:
    name = {"vi": "a", "en": "b"}
    off = [{"date": "2026-01-02", "name": name}]
    swaps = [
        {"date": "2026-01-10", "for": "2026-01-02", "name": name},
        {"date": "2026-01-17", "for": "2026-01-02", "name": name},
        {"date": "2026-01-24", "for": "2026-01-03", "name": name},
    ]
    with pytest.raises(Invalid) as refused:
        Calendar.from_json({"years": {"2026": {"off": off, "worked": swaps}}})
    assert field_codes(refused) == [
        ("years.2026.worked[1].date", "NotUnique"),
        ("years.2026.worked[2].for", "SwapUnknown"),
    ]
