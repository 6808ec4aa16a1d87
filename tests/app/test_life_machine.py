"""The whole life of a dossier in any order: people, the clock, duplicates, crashes, lost and late tokens, two at once.

After every step the timeline, the queue, the due date and the money agree; once everybody was told, one review waits in
the dossier's state under the token that is kept. More ways to move a dossier are lines of tests/app/lives.py; whatever
else may happen is a rule here.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from chalicelib.gateways import workflow
from chalicelib.storage import dossiers as kept
from infra.local.testing import embedded
from tests.app import lives
from tests.app.portal import Answer, new_id
from tests.faults.crashes import SEED
from tests.faults.races import interrupted
from tests.faults.wire import Fault, Plan
from tests.faults.world import Course, Request, plant_seed
from tests.faults.world import world as open_world
from tests.thorough import with_examples

pytestmark = [pytest.mark.xdist_group("faults-life"), pytest.mark.clause("B4")]
REFUSED = {403, 404, 409, 422}
FAULTS = (Fault.CRASH_BEFORE, Fault.CRASH_AFTER, Fault.LOST, Fault.TIMEOUT)


class Life(RuleBasedStateMachine):
    """One dossier and all who have to do with it."""

    @initialize()
    def filed(self) -> None:
        self._stack = ExitStack()
        cloud = self._stack.enter_context(embedded())
        self.world = self._stack.enter_context(open_world(cloud))
        self.world.course = Course.LATE
        plant_seed(SEED)
        lives.publish()
        self.dossier, _ = self.world.portal.filed(procedure=lives.CODE)
        self.tokens: list[str] = []

    def teardown(self) -> None:
        if hasattr(self, "_stack"):
            try:
                self.rests()
            finally:
                self._stack.close()

    # People.

    @rule(choice=st.integers(0, 99), twice=st.booleans())
    def somebody_acts(self, choice: int, twice: bool) -> None:
        """One of the steps that the table has now; perhaps asked for a second time under the same key."""
        acts = lives.fitting(kept.head(self.dossier).state)
        if not acts:
            return
        request = self._request(acts[choice % len(acts)])
        first = self._send(request)
        if twice and first.status == 200:
            again = self._send(request)
            assert (again.status, again.body["code"]) == (200, first.body["code"])

    @rule(act=st.sampled_from(lives.ACTS))
    def somebody_tries(self, act: lives.Act) -> None:
        """Whatever it is, perhaps at the wrong time: done or refused, and a refusal changes nothing."""
        before = kept.head(self.dossier).version
        answer = self._send(self._request(act))
        assert answer.status == 200 or kept.head(self.dossier).version == before

    @rule(one=st.integers(0, 99), other=st.integers(0, 99), at=st.integers(0, 3))
    def two_act_at_once(self, one: int, other: int, at: int) -> None:
        acts = lives.fitting(kept.head(self.dossier).state)
        if len(acts) < 2:
            return
        first, second = (self._request(acts[which % len(acts)]) for which in (one, other))
        answers: list[Answer] = []
        with interrupted(at, lambda: answers.append(self._send(second))):
            answers.append(self._send(first))
        if len(answers) == 2 and answers[0].status == 200 and answers[1].body.get("Code") == "StaleWrite":
            assert answers[1].body["Message"].count("changed the dossier") == 1, "told who was quicker"

    def _request(self, act: lives.Act) -> Request:
        body = act.body(kept.head(self.dossier))
        return Request(act.who, act.path.format(self.dossier), body, new_id())

    def _send(self, request: Request) -> Answer:
        answer = self.world.send(request)
        assert answer is not None and answer.status in {200, *REFUSED}, answer and answer.body
        return answer

    # Time, and what is told late, twice or never.

    @rule(hours=st.sampled_from([0.1, 1, 9, 30, 24 * 8, 24 * 31]))
    def time_passes(self, hours: float) -> None:
        self.world.wait(hours * 3600)

    @rule()
    def the_stream_tells(self) -> None:
        self._remember()
        self.world.stream()

    @rule()
    def the_stream_is_lost(self) -> None:
        self.world.cloud.records()

    @rule()
    def the_sweeper_comes(self) -> None:
        self.world.sweep()

    @rule(at=st.integers(0, 12), fault=st.sampled_from(FAULTS), sweep=st.booleans())
    def an_effect_breaks(self, at: int, fault: Fault, sweep: bool) -> None:
        """The process dies at some call of relay, step or sweeper, or a call fails; what is left is done later."""
        self.world.wire.reset(Plan(at, fault))
        if sweep:
            self.world.sweep()
        else:
            self.world.stream()
        self.world.wire.reset()

    @rule()
    def every_run_dies(self) -> None:
        self._remember()
        self.world.review.kill()

    @rule(which=st.integers(0, 99))
    def an_old_token_comes_late(self, which: int) -> None:
        """A token that was answered, timed out or belonged to a run that died is nobody's any more."""
        live = {run.token for run in self.world.review.live(self.dossier)}
        old = [token for token in self.tokens if token not in live]
        if old:
            output = {"dossier": self.dossier, "attempt": 1, "state": "submitted", "seconds": 60}
            assert workflow.succeed(old[which % len(old)], output) is False

    def _remember(self) -> None:
        task = kept.task(self.dossier)
        if task and task.token and task.token not in self.tokens:
            self.tokens.append(task.token)

    # What must be true.

    @invariant()
    def everything_agrees(self) -> None:
        if hasattr(self, "dossier"):
            with self.world.wire.silent():
                assert list(lives.wrong_always(self.dossier)) == []

    @rule()
    def rests(self) -> None:
        """The relay gets through, the sweeper comes, and looks after everything once."""
        if not hasattr(self, "dossier"):
            return
        self._remember()
        self.world.settle(lambda: False)
        self.world.sweep(everything=True)
        self.world.sweep(everything=True)
        with self.world.wire.silent():
            assert list(lives.wrong_at_rest(self.world, self.dossier)) == []
        self.everything_agrees()


@with_examples(20)
def test_a_life_in_any_order_agrees_with_itself(examples: int) -> None:
    options: dict[str, Any] = {"max_examples": examples, "stateful_step_count": 20, "deadline": None}
    run_state_machine_as_test(
        Life, settings=settings(**options, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
    )
