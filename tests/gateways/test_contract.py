"""What all gateways share: comparing signatures, and times of Vietnam."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.gateways.payments.contract import VIETNAM, leads_away, matches, read_stamp, stamp
from tests.gateways.orders import refund


@given(st.text(), st.lists(st.text(alphabet="0123456789abcdef"), max_size=3))
def test_matches_is_membership(received: str, expected: list[str]) -> None:
    assert matches(received, expected) == (received in expected)


@pytest.mark.parametrize("received", ["", "é", "\ud800", "ABC", "abc "])
def test_nothing_else_matches(received: str) -> None:
    assert not matches(received, ["abc", "abd"])


def test_the_new_day_begins_at_midnight_in_vietnam() -> None:
    before = datetime(2026, 12, 31, 16, 59, 59, tzinfo=UTC)
    assert stamp(before) == "20261231235959"
    assert stamp(before + timedelta(seconds=1)) == "20270101000000"
    assert stamp(datetime(2026, 6, 1, 6, 5, 4, tzinfo=UTC)) == "20260601130504"  # not 01: twelve hours would be


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))
def test_a_stamp_reads_back_to_the_second(moment: datetime) -> None:
    assert read_stamp(stamp(moment)) == moment.replace(microsecond=0)


@pytest.mark.parametrize(
    "text", ["", "0", "2026", "20260231000000", "20261301000000", "20260101240000", "２0260101000000"]
)
def test_nonsense_is_no_moment(text: str) -> None:
    assert read_stamp(text) is None


def test_a_moment_read_is_of_vietnam() -> None:
    assert read_stamp("20260101003000") == datetime(2026, 1, 1, 0, 30, tzinfo=VIETNAM)


@pytest.mark.parametrize("address", ["https://pay.example/v2?t=a&s=b", "http://127.0.0.1:8000/sandbox/momo/pay/MC2"])
def test_a_payer_may_be_sent_to_an_address(address: str) -> None:
    assert leads_away(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        None,
        5,
        "/pay",
        "//pay.example/",
        "https:///pay",
        "http://pay.example/",
        "javascript:alert(1)//https://pay.example",
        "data:text/html,x",
        "https://pay.example/\n<script>",
        "https://pay.example/ x",
        "https://[::1",
        "momo://app",
    ],
)
def test_nobody_is_sent_anywhere_else(address: object) -> None:
    assert not leads_away(address)


@pytest.mark.parametrize("request_", ["", "R-1", "R 1", "x" * 31, "R\u0661"])
def test_a_refunds_request_is_what_every_gateway_takes(request_: str) -> None:
    with pytest.raises(ValueError):
        refund(request=request_)
