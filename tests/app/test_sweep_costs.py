"""The sweeper reads what is due and nothing else: as many queries among two hundred dossiers as among ten."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from tests.bench.sweep import swept

pytestmark = pytest.mark.clause("B4")


def test_a_sweep_among_dossiers_that_are_not_due_reads_the_same_however_many_there_are() -> None:
    few, many = swept(10), swept(200)
    assert Counter(few) == Counter(many)
    assert {operation for operation, _ in few} == {"Query"}
    assert len(few) <= 32 and sum(units for _, units in few) == 0.5 * len(few), "an empty partition is half a unit"


def test_what_is_due_is_read_once_each() -> None:
    idle, one, three = (Counter(o for o, _ in swept(n, due)) for n, due in (
        (3, timedelta(days=3)), (1, -timedelta(minutes=1)), (3, -timedelta(minutes=1)),
    ))  # fmt: skip
    assert one - idle and {o: n * 3 for o, n in (one - idle).items()} == dict(three - idle)
