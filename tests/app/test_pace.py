"""How often a gateway is asked by all processes together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.storage.pace import may_ask
from tests.app.portal import Portal, new_id

pytestmark = pytest.mark.clause("B6")

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
EVERY = 290.0


def test_one_question_within_the_pace(portal: Portal) -> None:
    terminal = new_id()
    asked = [may_ask("vnpay", terminal, EVERY, NOW + timedelta(seconds=s)) for s in (0, 1, 289, 290, 400, 580)]
    assert asked == [True, False, False, True, False, True]
    assert may_ask("vnpay", new_id(), EVERY, NOW), "another terminal has its own turn"


def test_a_question_dated_by_a_clock_that_was_wrong_holds_nobody_up(portal: Portal) -> None:
    terminal = new_id()
    assert may_ask("vnpay", terminal, EVERY, NOW + timedelta(days=3))
    assert may_ask("vnpay", terminal, EVERY, NOW)
    assert not may_ask("vnpay", terminal, EVERY, NOW + timedelta(seconds=1))


def test_clocks_that_differ_a_little_still_share_one_turn(portal: Portal) -> None:
    terminal = new_id()
    assert may_ask("vnpay", terminal, EVERY, NOW + timedelta(seconds=20))
    assert not may_ask("vnpay", terminal, EVERY, NOW)
