"""What counts as received, on time, late; and that nothing told depends on a cell that is held back."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.effects import effects, is_counted
from chalicelib.domain.event import Event
from chalicelib.domain.life import TRANSITIONS, Action, State
from chalicelib.domain.statistics import LEAST_DOSSIERS, Column, Figure, figure_of, withheld, year_of

DUE = "2026-12-01T09:30:00.000Z"


def event(action: Action, before: State, after: State, at: str = "2026-11-23T02:00:00.000Z", **detail: Any) -> Event:
    return Event("id", 1, action, before, after, at, {}, detail, "")


RECEIVED = event(Action.RECEIVE, State.SUBMITTED, State.RECEIVED, due_at=DUE)


def issued(at: str) -> Event:
    return event(Action.ENTER_RESULT, State.ISSUING, State.READY, at)


def test_what_is_counted_is_that_the_agency_has_it_and_that_the_result_is_there() -> None:
    counted = {
        (rule.before, rule.action, rule.after)
        for rule in TRANSITIONS
        if "count" in effects(event(rule.action, rule.before, rule.after))
    }
    assert counted == {
        (State.SUBMITTED, Action.RECEIVE, State.RECEIVED),
        (State.ACCEPTANCE_FEE_DUE, Action.PAY, State.RECEIVED),
        (State.ISSUING, Action.ENTER_RESULT, State.RESULT_FEE_DUE),
        (State.ISSUING, Action.ENTER_RESULT, State.READY),
        (State.SEALING, Action.SEAL, State.RESULT_FEE_DUE),
        (State.SEALING, Action.SEAL, State.READY),
    }
    assert not is_counted(event(Action.ESCALATE, State.RECEIVED, State.RECEIVED)), "overdue, and received before"


@pytest.mark.clause("C8")
@pytest.mark.parametrize(
    ("at", "figure"),
    [
        ("2026-12-01T09:29:59.999Z", Figure.ON_TIME),
        (DUE, Figure.ON_TIME),
        ("2026-12-01T09:30:00.001Z", Figure.LATE),
        ("2027-01-01T00:00:00.000Z", Figure.LATE),
    ],
)
def test_on_time_is_up_to_the_very_moment(at: str, figure: Figure) -> None:
    assert figure_of([RECEIVED, issued(at)]) is figure
    assert figure_of([RECEIVED]) is Figure.RECEIVED


@pytest.mark.clause("C8")
def test_the_date_that_counts_is_the_last_one_given_to_the_applicant() -> None:
    asked = event(
        Action.REQUEST_SUPPLEMENT, State.APPRAISAL, State.REVIEW_SUPPLEMENT, due_at="2026-12-30T00:00:00.000Z"
    )
    supplied = event(Action.SUPPLEMENT, State.REVIEW_SUPPLEMENT, State.APPRAISAL, due_at="2026-12-05T09:30:00.000Z")
    overdue = event(Action.ESCALATE, State.APPRAISAL, State.APPRAISAL, due_at="2026-12-31T00:00:00+00:00")
    paused = [RECEIVED, asked, supplied, overdue]
    assert figure_of([*paused, issued("2026-12-05T09:00:00.000Z")]) is Figure.ON_TIME
    assert figure_of([*paused, issued("2026-12-05T10:00:00.000Z")]) is Figure.LATE
    filing = event(Action.PAY, State.FILING_FEE_DUE, State.SUBMITTED, reply_due_at="2026-11-24T00:00:00.000Z")
    paid = event(Action.PAY, State.ACCEPTANCE_FEE_DUE, State.RECEIVED, due_at=DUE)
    assert figure_of([filing, paid, issued(DUE)]) is Figure.ON_TIME


def test_the_year_begins_in_the_province() -> None:
    assert year_of(issued("2026-12-31T16:59:59.999Z")) == 2026
    assert year_of(issued("2026-12-31T17:00:00.000Z")) == 2027


@pytest.mark.clause("C8")
@pytest.mark.parametrize(
    ("cells", "told", "total"),
    [
        ({}, {}, (0, 0)),
        ({"a": 0, "b": 0}, {"a": 0, "b": 0}, (0, 0)),
        ({"a": 5, "b": 70}, {"a": 5, "b": 70}, (75, 75)),
        ({"a": 3, "b": 70, "c": 0}, {"a": None, "b": 70, "c": 0}, (71, 74)),
        ({"a": 1, "b": 4, "c": 9}, {"a": None, "b": None, "c": 9}, (11, 17)),
        ({"a": 4}, {"a": None}, (1, 4)),
    ],
)
def test_small_cells_are_held_back(cells: dict[str, int], told: dict[str, int | None], total: tuple[int, int]) -> None:
    assert withheld(cells) == Column(told, *total)


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 20)), st.data())
def test_nothing_that_is_told_depends_on_what_is_held_back(cells: dict[str, int], data: st.DataObject) -> None:
    """So nobody can reckon it, whatever else they know of the rule."""
    column = withheld(cells)
    assert column.least <= sum(cells.values()) <= column.most
    other = {
        n: data.draw(st.integers(1, LEAST_DOSSIERS - 1)) if 0 < v < LEAST_DOSSIERS else v for n, v in cells.items()
    }
    assert withheld(other) == column
