"""Money: integer đồng, written twice, summing to zero."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.money import Entry, Means, counter_payment


@pytest.mark.clause("A10")
@pytest.mark.parametrize(
    ("means", "account"), [("cash", "H34.05:drawer"), ("card", "H34.05:terminal"), ("transfer", "H34.05:bank")]
)
def test_a_fee_taken_at_the_counter_lies_where_it_was_put_and_is_due_to_the_agency(means: str, account: str) -> None:
    taken = counter_payment("H34.05", Means(means), 8000)
    assert taken == (Entry(account, 8000), Entry("H34.05:due", -8000))


@pytest.mark.clause("A10")
@given(st.lists(st.tuples(st.sampled_from(Means), st.integers(1, 10**12))))
def test_entries_sum_to_zero_after_every_step(payments: list[tuple[Means, int]]) -> None:
    total = 0
    for means, amount in payments:
        entries = counter_payment("H34.05", means, amount)
        assert all(isinstance(entry.amount, int) for entry in entries)
        total += sum(entry.amount for entry in entries)
        assert total == 0


def test_every_means_has_a_place_of_its_own() -> None:
    places = {counter_payment("H34.05", means, 1)[0].account for means in Means}
    assert len(places) == len(Means)
