"""Overdue, today, within three days, later: one rule, which the ranges of a queue and the tag of a row share."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.dossier import Dossier
from chalicelib.domain.life import STATES, State
from chalicelib.domain.urgency import Urgency, Waiting, bounds, days_left, deadline, urgency

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)  # Monday 09:00 in Vietnam
MIDNIGHT = datetime(2026, 11, 23, 17, tzinfo=UTC)  # the start of Tuesday there
MOMENT = timedelta(milliseconds=1)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (None, Urgency.NONE),
        (NOW - MOMENT, Urgency.OVERDUE),
        (NOW, Urgency.TODAY),
        (MIDNIGHT - MOMENT, Urgency.TODAY),
        (MIDNIGHT, Urgency.SOON),
        (MIDNIGHT + timedelta(days=3) - MOMENT, Urgency.SOON),
        (MIDNIGHT + timedelta(days=3), Urgency.LATER),
    ],
)
def test_the_day_changes_at_midnight_in_vietnam(at: datetime | None, expected: Urgency) -> None:
    assert urgency(at, NOW) is expected


@given(moments, moments)
def test_every_deadline_lies_within_the_bounds_of_its_urgency_and_of_no_other(at: datetime, now: datetime) -> None:
    found = []
    for one in set(Urgency) - {Urgency.NONE}:
        start, end = bounds(one, now)
        if (start is None or start <= at) and (end is None or at < end):
            found.append(one)
    assert found == [urgency(at, now)]


def test_what_has_no_deadline_has_no_bounds() -> None:
    with pytest.raises(ValueError, match="none"):
        bounds(Urgency.NONE, NOW)


def test_days_are_counted_by_dates_not_by_hours() -> None:
    assert days_left(MIDNIGHT, NOW) == days_left(MIDNIGHT + timedelta(hours=23), NOW) == 1
    assert days_left(NOW - timedelta(hours=10), NOW) == -1


def _dossier(state: State) -> Dossier:
    empty = Dossier("d", "o", "H34.05", "2.000635", 1, "", 3, state, NOW, {})
    return replace(empty, reply_due_at=NOW, due_at=MIDNIGHT)


@pytest.mark.parametrize("state", State)
def test_a_deadline_runs_only_while_the_agency_holds_the_dossier_and_owes_a_reply_or_a_result(state: State) -> None:
    at = deadline(_dossier(state))
    if state in {State.SUBMITTED, State.PARCEL_RECEIVED}:
        assert at == NOW
    elif STATES[state].status in {2, 4}:  # accepted, in process
        assert at == MIDNIGHT
    else:
        assert at is None
    assert at is None or STATES[state].held_by == "agency"


def test_an_accepted_dossier_without_a_due_date_has_no_deadline() -> None:
    assert deadline(replace(_dossier(State.RECEIVED), due_at=None)) is None


def test_a_count_names_every_urgency() -> None:
    found = Waiting.counted("H34.05", "reception", [None, NOW, NOW - MOMENT, NOW - MOMENT], False, NOW)
    assert dict(found.counts) == {"overdue": 2, "today": 1, "soon": 0, "later": 0, "none": 1}
    assert found.total == 4
