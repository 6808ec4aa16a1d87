"""The harness finds what is planted; and what it stands on is what it says."""

from __future__ import annotations

import json

import pytest

from chalicelib.domain.life import State
from tests.faults import cases
from tests.faults.crashes import Harness, hunt
from tests.faults.invariants import rows_of
from tests.faults.plants import BUGS, Planted
from tests.faults.review import DEFINITION
from tests.faults.wire import Fault, Plan
from tests.faults.world import Course, World
from tests.thorough import spread


@pytest.mark.parametrize("bug", spread(len(BUGS), BUGS), ids=[bug.plant.__name__ for bug in BUGS])
def test_a_planted_bug_is_found(world: World, bug: Planted) -> None:
    harness = Harness(world, bug.case, bug.course)
    assert harness.dry_run()[1] == []
    with bug.plant():
        wrong = hunt(harness, bug.faults)
    assert {each.partition(":")[0] for each in wrong} & bug.breaks, wrong
    assert harness.dry_run()[1] == [], "the bug is still there"


def test_a_repeated_transaction_is_one_transaction(world: World) -> None:
    """The SDK repeats a call whose reply was lost under the same ClientRequestToken: it is written once."""
    harness = Harness(world, cases.SUBMIT, Course.LATE)
    calls, _ = harness.dry_run()
    (commit,) = (call for call in calls if call.site == "storage/dossiers.py:commit")
    struck, wrong, _ = harness.run(Plan(commit.number, Fault.REPEATED))
    assert (struck, wrong) == (commit, [])
    assert [answer.status for answer in world.answers] == [200]  # and nobody had to ask whose it was
    assert not [call for call in world.wire.calls if call.site == "storage/dossiers.py:done"]


def test_the_same_plan_is_the_same_run(world: World) -> None:
    harness = Harness(world, cases.SUBMIT, Course.LATE)
    seen = set()
    for _ in range(3):
        harness.run(Plan("SFN.StartExecution", Fault.LOST))
        rows = sorted(str(row) for row in rows_of("DOSSIERS_TABLE"))
        seen.add(json.dumps([rows, [str(call) for call in world.wire.calls], world.review.said]))
    assert len(seen) == 1


def test_the_review_is_followed_as_it_is_written(world: World) -> None:
    """Every open state has its waiting task, every state of the end leads to Done, nothing else is in the file."""
    states = json.loads(DEFINITION.read_text("utf-8"))["States"]
    for state in State:
        task = world.review.task_for(state.value)
        if state is State.DRAFT:
            assert states[task]["Type"] == "Fail"
        elif state.is_over:
            assert task == "Done"
        else:
            assert states[task]["Resource"].endswith("lambda:invoke.waitForTaskToken")
            assert states[task]["TimeoutSecondsPath"] == "$.seconds"
