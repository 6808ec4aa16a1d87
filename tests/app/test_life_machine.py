"""The whole life of a dossier in any order: people, the clock, duplicates, crashes, lost and late tokens, two at once,
a calendar that changes, a rule that assigns, a national portal on a bad line.

After every step the timeline, the queue, the due date, the questions and the money agree; once everybody was told, one
review waits in the dossier's state under the token that is kept, and the national portal has the events' statuses.
More ways to move a dossier are lines of tests/app/lives.py; whatever else may happen is a rule here.
"""

from __future__ import annotations

from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from chalicelib import events
from chalicelib.gateways import workflow
from chalicelib.services import present
from chalicelib.storage import dossiers as kept
from chalicelib.storage import syncs
from infra.local.testing import context, embedded
from tests.app import lives
from tests.app.national import national_portal
from tests.app.portal import Answer, new_id
from tests.faults.crashes import SEED
from tests.faults.races import interrupted
from tests.faults.wire import Fault, Plan
from tests.faults.world import Course, Request, plant_seed
from tests.faults.world import world as open_world

pytestmark = [pytest.mark.xdist_group("faults-life"), pytest.mark.clause("B4")]
REFUSED = {403, 404, 409, 422}
FAULTS = (Fault.CRASH_BEFORE, Fault.CRASH_AFTER, Fault.LOST, Fault.TIMEOUT)


class Life(RuleBasedStateMachine):
    """One dossier and all who have to do with it."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()

    @initialize(
        clock=st.sampled_from(["counted", "not_counted"]),
        silence=st.sampled_from(["agreed", "escalate"]),
        begun=st.sampled_from(lives.BEGUN),
    )
    def filed(self, clock: str, silence: str, begun: tuple[str, ...]) -> None:
        cloud = self.stack.enter_context(embedded())
        self.world = self.stack.enter_context(open_world(cloud))
        self.world.course = Course.LATE
        plant_seed(SEED)
        lives.publish(clock, silence)
        lives.people(self.world.portal)
        self.national = self.stack.enter_context(national_portal(self.world.portal))
        self.dossier, _ = self.world.portal.filed(procedure=lives.CODE)
        self.tokens: list[str] = []
        self.act(*begun)

    def teardown(self) -> None:
        with self.stack:
            self.rests()

    # People.

    @rule(choices=st.lists(st.integers(1, 199), min_size=1, max_size=4), twice=st.booleans())
    def people_act(self, choices: list[int], twice: bool) -> None:
        """Some of the steps that the table has, one after the other; perhaps each a second time under the same key."""
        for choice in choices:
            act = lives.chosen(kept.head(self.dossier).state, choice)
            if act is None:
                return
            request = self._request(act)
            first = self._send(request)
            if twice and first.status == 200:
                again = self._send(request)
                assert (again.status, again.body["code"]) == (200, first.body["code"])
            self.everything_agrees()

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

    def act(self, *actions: str) -> None:
        """Just these, each by the first who may."""
        for action in actions:
            acts = [one for one in lives.fitting(kept.head(self.dossier).state) if one.action == action]
            assert any(self._send(self._request(one)).status == 200 for one in acts), action
            self.everything_agrees()

    def _request(self, act: lives.Act) -> Request:
        dossier = kept.head(self.dossier)
        return Request(act.by(dossier), act.path.format(self.dossier), act.body(dossier), new_id())

    def _send(self, request: Request) -> Answer:
        answer = self.world.send(request)
        assert answer is not None and answer.status in {200, *REFUSED}, answer and answer.body
        return answer

    # What is decided for the agency, not for the dossier.

    @rule(days=st.integers(0, 6))
    def the_calendar_changes(self, days: int) -> None:
        """A day off within the week, instead of the one before: dates are counted again, and none comes earlier."""
        agency = kept.head(self.dossier).agency
        path = f"/desk/calendars/{agency}"
        day = (present.now() + timedelta(days=days)).date().isoformat()
        off = [{"date": day, "name": {"vi": "Chuyển trụ sở", "en": "Moving house"}}]
        version = self.world.portal.administrator.get(path).body["version"]
        body = {"version": version, "hours": None, "off": off, "reason": "CANARYNOTE"}
        self._send_for_agency("administrator", path, body)

    @rule(by_rule=st.booleans())
    def the_rule_changes(self, by_rule: bool) -> None:
        """From now on what is received is given to an appraiser, or left to be claimed."""
        path = f"/desk/teams/{kept.head(self.dossier).agency}"
        version = self.world.portal.administrator.get(path).body["rule_version"]
        answer = self.world.portal.administrator.put(f"{path}/rule", {"by_rule": by_rule, "version": version})
        assert answer.status == 200, answer.body

    def _send_for_agency(self, who: str, path: str, body: dict[str, Any]) -> None:
        answer = self.world.send(Request(who, path, body, new_id()))
        assert answer is not None and answer.status == 200, answer and answer.body

    # Time, and what is told late, twice or never.

    @rule(line=st.sampled_from(["clear", "cut", "dead"]))
    def the_national_portal_is_told(self, line: str) -> None:
        self.national.line.state = line
        self.world.around("sync", self.national.asked)

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
                bundle = kept.load(self.dossier)
                early = self.national.early(str(bundle.dossier.code), bundle.events)
                assert [*lives.wrong_always(bundle), *early] == []

    @rule()
    def rests(self) -> None:
        """The relay gets through, the sweeper comes, and where that is not enough looks after everything."""
        if not hasattr(self, "dossier"):
            return
        self._remember()
        if not self.world.settle(lambda: not self._wrong_at_rest()):
            self.world.sweep(everything=True)
            self.world.sweep(everything=True)
            self.world.settle(lambda: not self._wrong_at_rest())  # dates counted again are told after that
        assert self._wrong_at_rest() == []
        self.world.told()
        with self.world.wire.silent():
            self._told_nationally()
        self.everything_agrees()

    def _wrong_at_rest(self) -> list[str]:
        with self.world.wire.silent():
            return list(lives.wrong_at_rest(self.world, self.dossier))

    def _told_nationally(self) -> None:
        """The line is whole again: what was asked for is told, and the schedule brings the rest."""
        self.national.line.state = "clear"
        self.world.around("sync", self.national.asked)
        for _ in range(4):
            if not syncs.get(self.dossier).behind:
                break
            self.world.wait(3660)
            self.world.around("sync", lambda: events.tell({"source": "schedule"}, context("sync", 240)))
        assert self.national.wrong(self.dossier) == []


@pytest.mark.parametrize(("examples", "steps"), [(2, 10), pytest.param(30, 20, marks=pytest.mark.slow)])
def test_a_life_in_any_order_agrees_with_itself(examples: int, steps: int) -> None:
    options: dict[str, Any] = {"max_examples": examples, "stateful_step_count": steps, "deadline": None}
    run_state_machine_as_test(
        Life, settings=settings(**options, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
    )


def test_a_life_in_which_everything_happens_agrees_with_itself() -> None:
    """What the machine reaches seldom: sent on, assigned by rule, counted again, silence, late and reopened."""
    life = Life()
    with life.stack:
        life.filed("not_counted", "agreed", ())
        life.act("refuse", "complain", "reopen", "transfer")
        life.the_rule_changes(True)
        life.act("receive", "pay")
        life.the_stream_tells()
        life.act("hand_over", "reassign", "consult")
        life.the_calendar_changes(2)
        life.rests()
        life.act("give_opinion")
        life.time_passes(24 * 31)
        life.rests()
        life.act("reappoint", "consult", "withdraw_question", "withdraw_question", "propose", "stop")
        life.rests()
        done = {event.action for event in kept.load(life.dossier).events}
        assert done >= {"transfer", "assign", "recalculate", "consulted", "withdraw_question", "reappoint", "reopen"}
        assert life.national.told(life.dossier).statuses == [1, 3, 1, 6, 2, 4, 8]
