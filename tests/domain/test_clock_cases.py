"""The legal clock against answers worked out by hand; each case says the reasoning, in hours counted per day.

Ordinary hours are 07:00-11:30 (4.5 h) and 13:30-17:00 (3.5 h), Monday to Friday. `Tu 6` means six hours on Tuesday.
Dates to find one's way: 2/3/2026, 9/3/2026 and 1/3/2027 are Mondays.
"""

from __future__ import annotations

import json
from datetime import datetime, time
from pathlib import Path

import pytest

from chalicelib.domain.clock import ZONE, Calendar, Duration, Pause, due

SEED = Path(__file__).resolve().parents[2] / "infra" / "seed" / "calendar.json"
PROVINCE = Calendar.from_json(json.loads(SEED.read_text("utf-8")))
ORDINARY = [["07:00", "11:30"], ["13:30", "17:00"]]
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
SATURDAYS = PROVINCE.with_hours({**dict.fromkeys(WEEKDAYS, ORDINARY), "sat": [["07:00", "11:30"]]})
LATER = PROVINCE.with_hours(dict.fromkeys(WEEKDAYS, [["07:30", "11:30"], ["13:00", "17:00"]]))
SHORT = PROVINCE.with_hours(dict.fromkeys(WEEKDAYS, [["08:00", "11:30"], ["13:30", "17:00"]]))


def at(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=ZONE)


def pause(text: str) -> Pause:
    start, end = text.split("/")
    return Pause(at(start), at(end))


WORKING = [
    # New Year and Tết 2025
    ("Tu 31/12 2, We 1/1 off, Th 6", "2024-12-31T15:00", "1 working day", "2025-01-02T15:00"),
    ("Fr 24/1 1, 25/1-2/2 Tết and weekends, Mo 3/2 7", "2025-01-24T16:00", "1 working day", "2025-02-03T16:00"),
    ("closing before Tết: opens Mo 3/2", "2025-01-24T17:00", "8 working hours", "2025-02-03T17:00"),
    ("received on the first day of Tết: opens Mo 3/2", "2025-01-29T09:00", "1 working day", "2025-02-03T17:00"),
    # Giỗ Tổ 2025 on a Monday
    ("Fr 5, Mo 7/4 off, Tu 8, We 3", "2025-04-04T10:00", "2 working days", "2025-04-09T10:00"),
    # 26/4/2025 worked for 2/5/2025
    ("Fr closing: opens on the worked Saturday, Sa 8", "2025-04-25T17:00", "1 working day", "2025-04-26T17:00"),
    ("Fr 2, Sa worked 8, Mo 8, Tu 6", "2025-04-25T15:00", "3 working days", "2025-04-29T15:00"),
    ("worked Saturday at lunch: Sa 3.5, Mo 0.5", "2025-04-26T11:30", "4 working hours", "2025-04-28T07:30"),
    ("Tu 0.5, 30/4 1/5 2/5 off, weekend, Mo 7.5", "2025-04-29T16:30", "1 working day", "2025-05-05T16:30"),
    ("received on the swapped day off: opens Mo 5/5", "2025-05-02T08:00", "8 working hours", "2025-05-05T17:00"),
    # National Day 2025
    ("Fr 7, weekend, 1-2/9 off, We 8, Th 1", "2025-08-29T08:00", "2 working days", "2025-09-04T08:00"),
    # 24/11 is an ordinary day in 2025
    ("Mo 24/11/2025 worked: Mo 7, Tu 1", "2025-11-24T08:00", "1 working day", "2025-11-25T08:00"),
    # New Year 2026 with 2/1 off, 10/1 worked
    ("We 3.5, 1-2/1 off, weekend, Mo 4.5: due at lunch", "2025-12-31T13:30", "1 working day", "2026-01-05T11:30"),
    ("received on 2/1: opens Mo 5/1", "2026-01-02T10:00", "2 working hours", "2026-01-05T09:00"),
    ("Fr closing: Sa 10/1 worked 8", "2026-01-09T17:00", "1 working day", "2026-01-10T17:00"),
    ("Fr 1, Sa 10/1 worked 7", "2026-01-09T16:00", "8 working hours", "2026-01-10T16:00"),
    ("closing of the worked Saturday: Mo 1", "2026-01-10T17:00", "1 working hour", "2026-01-12T08:00"),
    ("a minute after closing of the worked Saturday", "2026-01-10T17:01", "1 working hour", "2026-01-12T08:00"),
    ("an ordinary Saturday after it stays closed", "2026-01-17T08:00", "1 working hour", "2026-01-19T08:00"),
    # Tết 2026: 16-20/2
    ("Fr 2, 14-22/2 off, Mo 8, Tu 8, We 6", "2026-02-13T15:00", "3 working days", "2026-02-25T15:00"),
    ("Fr closing: Mo 23/2 8", "2026-02-13T17:00", "8 working hours", "2026-02-23T17:00"),
    ("Saturday before Tết: Mo 23/2 8", "2026-02-14T10:00", "1 working day", "2026-02-23T17:00"),
    ("last day of Tết: Mo-Fr 40", "2026-02-20T09:00", "5 working days", "2026-02-27T17:00"),
    # Giỗ Tổ 2026 on a Sunday, Monday in lieu
    ("Fr 1, Sa Su, Mo 27/4 off, Tu 7", "2026-04-24T16:00", "8 working hours", "2026-04-28T16:00"),
    ("We 2.5, Th Fr off, weekend, Mo 5.5", "2026-04-29T14:30", "1 working day", "2026-05-04T14:30"),
    ("20-24/4 5 days, 28-29/4 2, 4-6/5 3", "2026-04-20T07:00", "10 working days", "2026-05-06T17:00"),
    # 22/8/2026 worked for 31/8/2026
    ("Fr 1.5, Sa worked 8, Mo 0.5", "2026-08-21T15:30", "10 working hours", "2026-08-24T07:30"),
    ("worked Saturday at lunch: Sa 3", "2026-08-22T12:00", "3 working hours", "2026-08-22T16:30"),
    ("Fr 1, weekend, 31/8 1-2/9 off, Th 8, Fr 7", "2026-08-28T16:00", "2 working days", "2026-09-04T16:00"),
    # Culture Day 2026 on a Tuesday
    ("Mo 4.5, Tu off, We 3.5", "2026-11-23T10:30", "1 working day", "2026-11-25T10:30"),
    # 2027
    ("a minute on Th, Fr 1/1 off, Mo 59 min", "2026-12-31T16:59", "1 working hour", "2027-01-04T07:59"),
    ("We 2, 4-10/2 off, Th 8, Fr 8, Mo 6", "2027-02-03T15:00", "3 working days", "2027-02-15T15:00"),
    ("Th 4, Fr 16/4 off, Mo 4", "2027-04-15T11:00", "8 working hours", "2027-04-19T11:00"),
    ("Th 3.5, 30/4-3/5 off, Tu 4.5", "2027-04-29T13:00", "1 working day", "2027-05-04T11:30"),
    ("We 8, 2-3/9 off, weekend, Mo 8", "2027-09-01T07:00", "2 working days", "2027-09-06T17:00"),
    ("Tu closing, We 24/11 off, Th 4", "2027-11-23T17:00", "4 working hours", "2027-11-25T11:00"),
    ("Fr 1, then 2028 without a table: Mo 3/1 7", "2027-12-31T16:00", "1 working day", "2028-01-03T16:00"),
    # The edges of an ordinary Monday
    ("before opening: Mo 8", "2026-03-02T06:59", "8 working hours", "2026-03-02T17:00"),
    ("midnight, a bare date: Mo 8", "2026-03-02", "1 working day", "2026-03-02T17:00"),
    ("at opening: Mo 8, due at closing", "2026-03-02T07:00", "8 working hours", "2026-03-02T17:00"),
    ("a minute late: Mo 7:59, Tu 0:01", "2026-03-02T07:01", "8 working hours", "2026-03-03T07:01"),
    ("due at the lunch closing, not at 13:30", "2026-03-02T07:00", "4 working hours", "2026-03-02T11:00"),
    ("4.5 h would be 11:30; 5 h go past lunch", "2026-03-02T07:00", "5 working hours", "2026-03-02T14:00"),
    ("a minute before lunch: 0:01 then 0:59", "2026-03-02T11:29", "1 working hour", "2026-03-02T14:29"),
    ("at 11:30: Mo 3.5, Tu 4.5", "2026-03-02T11:30", "8 working hours", "2026-03-03T11:30"),
    ("in the midday break: from 13:30", "2026-03-02T12:15", "1 working hour", "2026-03-02T14:30"),
    ("a minute before 13:30: Mo 3.5, Tu 4.5", "2026-03-02T13:29", "8 working hours", "2026-03-03T11:30"),
    ("at 13:30: Mo 3.5, Tu 4.5", "2026-03-02T13:30", "8 working hours", "2026-03-03T11:30"),
    ("ends exactly at 17:00: due then", "2026-03-02T15:00", "2 working hours", "2026-03-02T17:00"),
    ("a minute before closing: 0:01, Tu 0:59", "2026-03-02T16:59", "1 working hour", "2026-03-03T07:59"),
    ("at 17:00: Tu 8", "2026-03-02T17:00", "8 working hours", "2026-03-03T17:00"),
    ("at 17:01: Tu 8", "2026-03-02T17:01", "8 working hours", "2026-03-03T17:00"),
    ("a minute before midnight: Tu 1", "2026-03-02T23:59", "1 working hour", "2026-03-03T08:00"),
    # The reply within eight working hours around a weekend
    ("Fr 1, Mo 7", "2026-03-06T16:00", "8 working hours", "2026-03-09T16:00"),
    ("Fr closing: Mo 8", "2026-03-06T17:00", "8 working hours", "2026-03-09T17:00"),
    ("Saturday: Mo 8", "2026-03-07T10:00", "8 working hours", "2026-03-09T17:00"),
    ("Sunday night: Mo 8", "2026-03-08T23:59", "8 working hours", "2026-03-09T17:00"),
    # Months on end, seconds, other offsets
    ("Mo 6, 29 days to Fr 10/4 232, Mo 13/4 2", "2026-03-02T09:00", "30 working days", "2026-04-13T09:00"),
    ("month end: Fr 27/2 2, Mo 2/3 6", "2026-02-27T15:00", "1 working day", "2026-03-02T15:00"),
    ("seconds are kept", "2026-03-02T15:00:30", "8 working hours", "2026-03-03T15:00:30"),
    ("one second on Mo, the rest on Tu", "2026-03-02T16:59:59", "1 working hour", "2026-03-03T07:59:59"),
    ("fractions of a second are dropped", "2026-03-02T15:00:30.9", "1 working hour", "2026-03-02T16:00:30"),
    ("02:00 UTC is 09:00 here", "2026-03-02T02:00+00:00", "1 working hour", "2026-03-02T10:00"),
]

HELD = [
    ("Mo 1, Tu 5, We 2", "2026-03-02T09:00", "1 working day", "2026-03-02T10:00/2026-03-03T10:00", "2026-03-04T09:00"),
    # over a weekend: Fr 1, Mo 6, Tu 8, We 1
    ("weekend", "2026-03-06T15:00", "2 working days", "2026-03-06T16:00/2026-03-09T09:00", "2026-03-11T08:00"),
    (
        "inside a weekend",
        "2026-03-06T16:00",
        "8 working hours",
        "2026-03-07T09:00/2026-03-08T17:00",
        "2026-03-09T16:00",
    ),
    (
        "answered on Sa: Mo 7",
        "2026-03-06T15:00",
        "1 working day",
        "2026-03-06T16:00/2026-03-07T10:00",
        "2026-03-09T16:00",
    ),
    ("midday only", "2026-03-02T10:00", "4 working hours", "2026-03-02T11:30/2026-03-02T13:30", "2026-03-02T16:00"),
    ("before it starts", "2026-03-02T09:00", "1 working hour", "2026-02-02T09:00/2026-03-02T09:00", "2026-03-02T10:00"),
    ("after it is due", "2026-03-02T09:00", "1 working hour", "2026-03-02T10:01/2026-04-02T09:00", "2026-03-02T10:00"),
    (
        "from the due moment",
        "2026-03-02T07:00",
        "1 working day",
        "2026-03-02T17:00/2026-03-05T17:00",
        "2026-03-02T17:00",
    ),
    # held at receipt already: Mo 14:00-17:00 3, Tu 5
    ("across receipt", "2026-03-02T09:00", "1 working day", "2026-02-27T08:00/2026-03-02T14:00", "2026-03-03T14:00"),
    # over Tết: Fr 1, Mo 23/2 6, Tu 8, We 8, Th 1
    ("Tết", "2026-02-13T15:00", "3 working days", "2026-02-13T16:00/2026-02-23T09:00", "2026-02-26T08:00"),
    # a worked Saturday inside: Fr 1, Mo 8, Tu 7
    ("swap", "2026-08-21T16:00", "2 working days", "2026-08-21T17:00/2026-08-24T07:00", "2026-08-25T16:00"),
    ("no length", "2026-03-02T09:00", "1 working hour", "2026-03-02T09:30/2026-03-02T09:30", "2026-03-02T10:00"),
    # a month from the receipt: We 1/4 6, Th 2
    ("a month", "2026-03-02T09:00", "1 working day", "2026-03-02T09:00/2026-04-01T09:00", "2026-04-02T09:00"),
    # overlapping and out of order: Mo 9-10 and 16-17 2, Tu 7-8 and 10-11:30 and 13:30-17 6
    (
        "three, overlapping, unsorted",
        "2026-03-02T09:00",
        "1 working day",
        "2026-03-03T08:00/2026-03-03T10:00 2026-03-02T10:00/2026-03-02T15:00 2026-03-02T14:00/2026-03-02T16:00",
        "2026-03-03T17:00",
    ),
    # calendar days: 2/3 + 10 = 12/3, + 2 = Sa 14/3, so Mo 16/3
    ("two days", "2026-03-02T10:00", "10 calendar days", "2026-03-04T09:00/2026-03-06T16:00", "2026-03-16T17:00"),
    ("same day: none", "2026-03-02T10:00", "10 calendar days", "2026-03-04T08:00/2026-03-04T15:00", "2026-03-12T17:00"),
    ("past the end", "2026-03-02T10:00", "10 calendar days", "2026-03-12T17:00/2026-03-20T15:00", "2026-03-12T17:00"),
    (
        "before it starts",
        "2026-03-02T10:00",
        "10 calendar days",
        "2026-02-12T17:00/2026-03-02T08:00",
        "2026-03-12T17:00",
    ),
    # 12/3 + 1 = Fr 13/3, closed at 17:00 before the pause ended at 18:00, so Mo 16/3
    ("ends at night", "2026-03-02T10:00", "10 calendar days", "2026-03-12T10:00/2026-03-13T18:00", "2026-03-16T17:00"),
    # 5/3 + 2 = Sa 7/3, so Mo 9/3; held from Su for three days: 9/3 + 3 = Th 12/3
    ("in the roll", "2026-03-05T10:00", "2 calendar days", "2026-03-08T10:00/2026-03-11T10:00", "2026-03-12T17:00"),
    # 5/5 + 1 month = 5/6, + 5 days = We 10/6
    ("five days", "2026-05-05T10:00", "1 month", "2026-05-20T10:00/2026-05-25T08:00", "2026-06-10T17:00"),
]

CALENDAR_UNITS = [
    ("Mo 2/3 not counted, Th 12/3", "2026-03-02T10:00", "10 calendar days", "2026-03-12T17:00"),
    ("one day: tomorrow's closing", "2026-03-02T10:00", "1 calendar day", "2026-03-03T17:00"),
    ("Th + 2 = Sa, so Mo", "2026-03-05T10:00", "2 calendar days", "2026-03-09T17:00"),
    ("10/2 + 7 = 17/2 in Tết, so Mo 23/2", "2026-02-10T09:00", "7 calendar days", "2026-02-23T17:00"),
    ("15/4 + 15 = 30/4, 1/5, weekend, so Mo 4/5", "2026-04-15T09:00", "15 calendar days", "2026-05-04T17:00"),
    ("16/4 + 11 = Mo 27/4 in lieu, so Tu", "2026-04-16T09:00", "11 calendar days", "2026-04-28T17:00"),
    ("12/8 + 10 = the worked Sa 22/8: due then", "2026-08-12T09:00", "10 calendar days", "2026-08-22T17:00"),
    ("30/12 + 3 = 2/1 off, weekend, so Mo 5/1", "2025-12-30T09:00", "3 calendar days", "2026-01-05T17:00"),
    ("25/2/2027 + 10 = Su 7/3, so Mo 8/3", "2027-02-25T09:00", "10 calendar days", "2027-03-08T17:00"),
    ("after closing counts as Tu: 3/3 + 10 = Fr", "2026-03-02T18:00", "10 calendar days", "2026-03-13T17:00"),
    ("Saturday counts as Mo: 9/3 + 5 = Sa, so Mo", "2026-03-07T10:00", "5 calendar days", "2026-03-16T17:00"),
    ("5/5 to 5/6, a Friday", "2026-05-05T09:00", "1 month", "2026-06-05T17:00"),
    ("30/1 has no 30/2: Sa 28/2, so Mo 2/3", "2026-01-30T09:00", "1 month", "2026-03-02T17:00"),
    ("31/3 has no 31/4: 30/4 off, so Mo 4/5", "2026-03-31T09:00", "1 month", "2026-05-04T17:00"),
    ("28/11 + 3 months = Sa 28/2, so Mo 2/3", "2025-11-28T09:00", "3 months", "2026-03-02T17:00"),
    ("over the year: 15/12 to Mo 15/2/2027", "2026-12-15T09:00", "2 months", "2027-02-15T17:00"),
    ("13/2/2026 to Sa 13/2/2027, so Mo 15/2", "2026-02-13T09:00", "12 months", "2027-02-15T17:00"),
    ("29/1/2027: Su 28/2, so Mo 1/3", "2027-01-29T09:00", "1 month", "2027-03-01T17:00"),
]

AGENCIES = [
    ("open Sa mornings: Fr 1, Sa 4.5, Mo 2.5", SATURDAYS, "2026-03-06T16:00", "8 working hours", "2026-03-09T09:30"),
    ("open Sa mornings: Sa 3.5, Mo 4.5", SATURDAYS, "2026-03-07T08:00", "1 working day", "2026-03-09T11:30"),
    ("Sa at closing 11:30: Mo 1", SATURDAYS, "2026-03-07T11:30", "1 working hour", "2026-03-09T08:00"),
    ("a worked Sa is a full Monday: Sa 8", SATURDAYS, "2026-08-21T17:00", "8 working hours", "2026-08-22T17:00"),
    ("the last day Sa ends at 11:30", SATURDAYS, "2026-03-05T10:00", "2 calendar days", "2026-03-07T11:30"),
    ("1/5/2027 is a holiday on a Saturday too", SATURDAYS, "2027-04-29T17:00", "2 working hours", "2027-05-04T09:00"),
    ("Sa 6/2/2027 is in Tết", SATURDAYS, "2027-02-03T17:00", "1 working hour", "2027-02-11T08:00"),
    ("07:30-11:30, 13:00-17:00: Mo 4, Tu 4", LATER, "2026-03-02T12:30", "1 working day", "2026-03-03T11:30"),
    ("seven hours a day: Mo 7, Tu 1", SHORT, "2026-03-02T08:00", "1 working day", "2026-03-03T09:00"),
]

SAME_DAY = [
    ("14:59", PROVINCE, "2026-03-02T14:59", "", "2026-03-02T17:00"),
    ("15:00 is not after 15:00", PROVINCE, "2026-03-02T15:00", "", "2026-03-02T17:00"),
    ("a second after 15:00", PROVINCE, "2026-03-02T15:00:01", "", "2026-03-03T17:00"),
    ("before opening", PROVINCE, "2026-03-02T05:00", "", "2026-03-02T17:00"),
    ("Fr 16:00, so Mo", PROVINCE, "2026-03-06T16:00", "", "2026-03-09T17:00"),
    ("Saturday, so Mo", PROVINCE, "2026-03-07T09:00", "", "2026-03-09T17:00"),
    ("15:01 before Tết", PROVINCE, "2026-02-13T15:01", "", "2026-02-23T17:00"),
    ("a worked Saturday", PROVINCE, "2026-08-22T09:00", "", "2026-08-22T17:00"),
    ("a Saturday morning", SATURDAYS, "2026-03-07T09:00", "", "2026-03-07T11:30"),
    ("after a Saturday morning", SATURDAYS, "2026-03-07T12:00", "", "2026-03-09T17:00"),
    ("answered by 15:00", PROVINCE, "2026-03-02T10:00", "2026-03-02T11:00/2026-03-02T14:00", "2026-03-02T17:00"),
    ("answered after 15:00", PROVINCE, "2026-03-02T10:00", "2026-03-02T11:00/2026-03-02T16:00", "2026-03-03T17:00"),
    ("answered on Sunday", PROVINCE, "2026-03-02T10:00", "2026-03-02T11:00/2026-03-08T16:00", "2026-03-09T17:00"),
    ("held after it was due", PROVINCE, "2026-03-02T10:00", "2026-03-03T11:00/2026-03-08T16:00", "2026-03-02T17:00"),
]


@pytest.mark.clause("C3")
@pytest.mark.parametrize(("why", "start", "duration", "expected"), WORKING + CALENDAR_UNITS)
def test_due(why: str, start: str, duration: str, expected: str) -> None:
    assert due(at(start), Duration.parse(duration), PROVINCE).at.isoformat() == at(expected).isoformat(), why


@pytest.mark.clause("C3")
@pytest.mark.parametrize(("why", "start", "duration", "pauses", "expected"), HELD)
def test_due_with_pauses(why: str, start: str, duration: str, pauses: str, expected: str) -> None:
    held = [pause(text) for text in pauses.split()]
    assert due(at(start), Duration.parse(duration), PROVINCE, held).at == at(expected), why


@pytest.mark.clause("C3")
@pytest.mark.parametrize(("why", "calendar", "start", "duration", "expected"), AGENCIES)
def test_due_by_an_agencys_own_hours(why: str, calendar: Calendar, start: str, duration: str, expected: str) -> None:
    assert due(at(start), Duration.parse(duration), calendar).at == at(expected), why


@pytest.mark.clause("C3")
@pytest.mark.parametrize(("why", "calendar", "start", "pauses", "expected"), SAME_DAY)
def test_same_day_rule(why: str, calendar: Calendar, start: str, pauses: str, expected: str) -> None:
    held = [pause(text) for text in pauses.split()]
    result = due(at(start), Duration.parse("1 working day"), calendar, held, time(15))
    assert result.at == at(expected), why


def test_same_day_rule_leaves_longer_durations_alone() -> None:
    result = due(at("2026-03-02T09:00"), Duration.parse("2 working days"), PROVINCE, (), time(15))
    assert result.at == at("2026-03-04T09:00")


OFF = [
    *("2025-01-01", "2025-01-27", "2025-01-28", "2025-01-29", "2025-01-30", "2025-01-31", "2025-04-07"),
    *("2025-04-30", "2025-05-01", "2025-05-02", "2025-09-01", "2025-09-02"),
    *("2026-01-01", "2026-01-02", "2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19", "2026-02-20"),
    *("2026-04-27", "2026-04-30", "2026-05-01", "2026-08-31", "2026-09-01", "2026-09-02", "2026-11-24"),
    *("2027-01-01", "2027-02-04", "2027-02-05", "2027-02-06", "2027-02-07", "2027-02-08", "2027-02-09"),
    *("2027-02-10", "2027-04-16", "2027-04-30", "2027-05-03", "2027-09-02", "2027-09-03", "2027-11-24"),
]


@pytest.mark.parametrize("day", OFF)
def test_nothing_is_counted_on_a_day_off(day: str) -> None:
    at_noon, at_dawn = (
        due(at(f"{day}T{hour}"), Duration.parse("1 working hour"), PROVINCE) for hour in ("10:00", "01:00")
    )
    assert at_noon.at == at_dawn.at
    assert at_noon.at.strftime("%H:%M") == "08:00"
    assert at_noon.at.date() > at(day).date()
    skipped = {item["date"]: item for item in at_noon.explanation if item["kind"] == "skipped"}
    assert skipped[day]["reason"] in ("holiday", "swap")
    assert skipped[day]["name"]["vi"] in skipped[day]["vi"]


@pytest.mark.parametrize(
    ("worked", "off"), [("2025-04-26", "2025-05-02"), ("2026-01-10", "2026-01-02"), ("2026-08-22", "2026-08-31")]
)
def test_a_make_up_day_has_the_hours_of_a_weekday_and_names_the_day_it_pays_for(worked: str, off: str) -> None:
    result = due(at(f"{worked}T07:00"), Duration.parse("1 working day"), PROVINCE)
    assert result.at == at(f"{worked}T17:00")
    paid = due(at(f"{off}T07:00"), Duration.parse("1 working day"), PROVINCE)
    assert [item["worked_on"] for item in paid.explanation if item.get("date") == off] == [worked]
