"""A day in the books: tallies, ages, balances, what keeps it open; cells that spreadsheets must not run."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import books
from chalicelib.domain import entry as rules
from chalicelib.domain.books import BUCKETS, Day, Tally, Waiting
from chalicelib.domain.drawer import Drawer, DrawerState
from chalicelib.domain.entry import EntryState
from chalicelib.domain.money import received
from tests.domain.test_entry import AGENCY, AT, payment, stray

pytestmark = pytest.mark.clause("C6")
TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(("days", "at"), [(0, 0), (1, 0), (2, 1), (3, 1), (4, 2), (7, 2), (8, 3), (400, 3)])
def test_ages_fall_into_buckets(days: int, at: int) -> None:
    assert books.bucket(days) == at


@given(st.integers(0, 10_000))
def test_every_age_has_its_bucket(days: int) -> None:
    least, most = BUCKETS[books.bucket(days)]
    assert least <= days and (most is None or days <= most)


def test_what_waits_is_counted_by_its_age() -> None:
    waiting = Waiting()
    for days, entry in ((0, stray(5)), (3, rules.of_payment(payment(7))), (9, stray(11)), (1, stray(13))):
        waiting.add(replace(entry, at=AT - timedelta(days=days)), TODAY)
    waiting.add(replace(stray(17), state=EntryState.OWED), TODAY)
    assert [tally.amount for tally in waiting.by_age] == [18, 7, 0, 11]
    assert (waiting.amount, waiting.count, waiting.age(TODAY)) == (36, 4, 9)
    assert Waiting().age(TODAY) == 0


def test_a_day_tallies_by_provider_kind_and_state() -> None:
    day = Day(AGENCY, TODAY)
    for _ in range(2):
        day.add_entry(replace(rules.of_payment(payment(200_000)), fee=100))
    day.add_entry(stray(5))
    day.add_payment(payment(200_000))
    day.add_journal(received(payment(200_000)))
    assert day.entries == {
        ("vnpay", "payment", "booked"): Tally(2, 400_000, 200),
        ("vietqr", "payment", "stray"): Tally(1, 5, 0),
    }
    assert day.uses == {("vnpay", "paid"): Tally(1, 200_000, 0)}
    assert sum(day.moved.values()) == 0 and day.journals == 1


def test_balances_are_carried_on_and_even_accounts_left_out() -> None:
    before = {"a:bank": 10, "a:due": -10}
    assert books.after(before, {"a:bank": -10, "a:due": 3, "a:held": 7}) == {"a:due": -7, "a:held": 7}


def drawer(day: str, state: DrawerState) -> Drawer:
    return Drawer(AGENCY, "x", "X", day, 1, AT, state=state)


@pytest.mark.parametrize(
    ("waiting", "drawers", "closed"),
    [
        ([], [], True),
        ([stray(5)], [], False),
        ([replace(stray(5), at=AT + timedelta(days=1))], [], True),
        ([replace(stray(5), state=EntryState.OWED)], [], True),
        ([], [drawer("2026-11-25", DrawerState.COUNTED)], False),
        ([], [drawer("2026-11-24", DrawerState.OPEN)], False),
        ([], [drawer("2026-11-26", DrawerState.OPEN)], True),
        ([], [drawer("2026-11-25", DrawerState.HANDED_IN)], True),
    ],
)
def test_a_day_is_closed_when_drawers_are_handed_in_and_nothing_is_unmatched(
    waiting: list[rules.Entry], drawers: list[Drawer], closed: bool
) -> None:
    assert books.closing(TODAY, waiting, drawers).closed is closed


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+84", "'+84"),
        ("-1+2", "'-1+2"),
        ("@SUM", "'@SUM"),
        ("\t=1", "'\t=1"),
        (-200_000, "-200000"),
        ("-5", "-5"),
        ("MC2345", "MC2345"),
        (None, ""),
        ("", ""),
    ],
)
def test_cells_that_spreadsheets_would_run_are_text(cell: object, text: str) -> None:
    assert books.neutral(cell) == text


@pytest.mark.parametrize("text", ["", "2026-11", "2026-1-1", "20261125", "2026-11-31", "2026-11-25T00:00", "hôm nay"])
def test_what_is_no_day_is_none(text: str) -> None:
    assert books.read_day(text) is None
    assert books.read_day("2026-11-25") == datetime(2026, 11, 25, tzinfo=UTC).date()
