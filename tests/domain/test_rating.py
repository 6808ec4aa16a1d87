"""A score is told from ten answers on; before, only how many there are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.rating import LEAST_ANSWERS, Level, score


@pytest.mark.clause("A17")
def test_three_levels_and_no_more() -> None:
    assert [level.value for level in Level] == ["very_satisfied", "satisfied", "unsatisfied"]


@pytest.mark.clause("A17")
@pytest.mark.clause("C8")
def test_nine_answers_say_nothing_ten_do() -> None:
    nine = score({Level.VERY_SATISFIED: 9})
    assert nine.to_json() == {"count": 9, "levels": None}
    ten = score({Level.VERY_SATISFIED: 9, Level.UNSATISFIED: 1})
    assert ten.to_json() == {"count": 10, "levels": {"very_satisfied": 9, "satisfied": 0, "unsatisfied": 1}}
    assert score({}).to_json() == {"count": 0, "levels": None}


@given(st.dictionaries(st.sampled_from(Level), st.integers(0, 50)))
def test_what_is_told_sums_to_its_sample(given_: dict[Level, int]) -> None:
    told = score(given_)
    assert told.count == sum(given_.values())
    assert (told.levels is None) == (told.count < LEAST_ANSWERS)
    if told.levels is not None:
        assert sum(told.levels.values()) == told.count and set(told.levels) == set(Level)
