"""Filing, supplements, approval, fees and withdrawal, broken at every AWS call: nothing is lost, doubled or untrue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.faults import cases
from tests.faults.cases import Case
from tests.faults.crashes import Harness, survey
from tests.faults.wire import Fault
from tests.faults.world import Course, World
from tests.thorough import every, spread

LATE = (cases.UNANNOUNCED, cases.SUBMIT, cases.APPROVAL, cases.IN_REVIEW, cases.FEE)
PAIRS = [
    *((case, Course.PROMPT) for case in cases.CASES if case is not cases.UNANNOUNCED),
    *every(2, [(case, Course.LATE) for case in LATE]),
    *every(3, [(case, Course.SWEPT) for case in (cases.RECEPTION, cases.SUBMIT, cases.IN_REVIEW)]),
]
NAMES = [f"{case.name}, {course}" for case, course in PAIRS]


@pytest.mark.clause("B3")
@pytest.mark.clause("B4")
@pytest.mark.parametrize(("case", "course"), spread(len(PAIRS), PAIRS, pairs=True), ids=NAMES)
def test_no_fault_at_any_call_breaks_a_promise(
    world: World, case: Case, course: Course, record_property: Callable[[str, Any], None]
) -> None:
    census = survey(Harness(world, case, course))
    for line in census.lines():
        record_property("census", line)
    assert not census.broken, "\n".join(map(str, census.broken))
    assert not census.missed, census.missed
    assert census.sites_hit == census.sites
    # An execution that dies while it waits is missed when somebody acts or the deadline passes, and not before.
    assert not [late for late in census.late if not late.startswith(Fault.DEATH)], "\n".join(census.late)
