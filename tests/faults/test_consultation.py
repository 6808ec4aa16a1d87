"""Asking, answering, silence and transfer under faults: each AWS call broken in every way, and two answers at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from chalicelib.domain.life import State
from chalicelib.domain.proof import chain_is_whole
from chalicelib.services import present, workflow
from chalicelib.storage import dossiers as kept
from tests.app.consulting import HEALTH, POLICE, Consulting, publish
from tests.app.portal import ELSEWHERE, Answer
from tests.faults import cases
from tests.faults.cases import Case
from tests.faults.crashes import SEED, Harness, survey
from tests.faults.invariants import rows_of, undone
from tests.faults.wire import Call, Crash, Fault, Plan
from tests.faults.world import Course, Request, World
from tests.thorough import few

pytestmark = [pytest.mark.xdist_group("faults-consultation"), pytest.mark.clause("B4")]
QUESTIONS: dict[str, Any] = {"questions": [{"agency": ELSEWHERE, "question": "CANARYNOTE"}]}
ANSWER: dict[str, Any] = {"answer": "agree", "opinion": "CANARYNOTE"}
FAULTS = tuple(fault for fault in Fault if fault is not Fault.DEATH)
CALM = tuple(fault for fault in FAULTS if fault is not Fault.CONFLICT)


def _claimed(world: World) -> str:
    dossier = cases._filed(world)
    world.portal.step(world.portal.reception, dossier, "receive", {})
    world.portal.step(world.portal.appraiser, dossier, "claim", {})
    return dossier


def _asked(world: World) -> str:
    dossier = _claimed(world)
    world.portal.step(world.portal.appraiser, dossier, "consultation", QUESTIONS)
    return dossier


ASKING = Case(
    name="question to another agency",
    action="consult",
    before="appraisal",
    after="consultation",
    prepare=_claimed,
    who="appraiser",
    path="/desk/dossiers/{}/consultation",
    body=QUESTIONS,
)
ANSWERING = replace(
    ASKING,
    name="answer of another agency",
    action="give_opinion",
    before="consultation",
    after="appraisal",
    prepare=_asked,
    who="elsewhere",
    path=f"/desk/consultations/{ELSEWHERE}/{{}}/answer",
    body=ANSWER,
)
PAIRS = [(ANSWERING, Course.PROMPT), (ASKING, Course.LATE)]


@pytest.mark.parametrize(("case", "course"), PAIRS, ids=[case.name for case, _ in PAIRS])
@pytest.mark.slow
def test_no_fault_loses_a_question_or_an_answer(world: World, case: Case, course: Course) -> None:
    census = survey(Harness(world, case, course))
    assert not census.broken, "\n".join(map(str, census.broken))
    assert not census.missed, census.missed


class Again:
    """An act from the same start, any number of times: `act` is tried until it is answered."""

    def __init__(self, world: World, prepare: Callable[[World], str], act: Callable[[str], Any]) -> None:
        self.world, self.act = world, act
        with world.wire.silent():
            self.dossier = prepare(world)
            world.stream()
        self.kept = world.keep()

    def run(self, plan: Plan | None) -> list[Call]:
        self.world.restore(self.kept, SEED)
        self.world.wire.reset(plan)
        for _ in range(4):
            try:
                self.world.around("request", partial(self.act, self.dossier))
                break
            except (Crash, Exception):  # whatever broke it: it is called again
                continue
        calls = list(self.world.wire.calls)
        with self.world.wire.silent():
            self.world.stream()
        return calls

    def broken_everywhere(self, wrong: Callable[[str], list[str]]) -> list[str]:
        calls = self.run(None)
        with self.world.wire.silent():
            found = wrong(self.dossier)
        assert len(calls) >= 2
        for call in calls:
            for fault in few(FAULTS if call.operation == "DynamoDB.TransactWriteItems" else CALM, call.number):
                self.run(Plan(call.number, fault))
                with self.world.wire.silent():
                    found += [f"{fault.value} at {call}: {one}" for one in wrong(self.dossier)]
        return found


def _history(dossier: str, action: str) -> list[str]:
    bundle = kept.load(dossier)
    done = [event for event in bundle.events if event.action == action]
    found = [] if len(done) == 1 else [f"{len(done)} events of it"]
    if not chain_is_whole(bundle.events, bundle.dossier.last_hash):
        found.append("the chain is broken")
    mine = [row for row in rows_of("DOSSIERS_TABLE") if row["pk"] == f"D#{dossier}"]
    return [*found, *(f"left in the outbox: {sk}" for sk in undone(mine))]


def test_a_transfer_is_done_once_whatever_fails(world: World) -> None:
    request = Request("reception", "/desk/dossiers/{}/transfer", {"agency": ELSEWHERE, "reason": "Nhầm."}, "k" * 20)

    def act(dossier: str) -> None:
        answer = world.portal.reception.post(request.path.format(dossier), request.body, request.key)
        if answer.status != 200:
            raise RuntimeError(answer.body)

    def wrong(dossier: str) -> list[str]:
        head = kept.head(dossier)
        there = [] if (head.agency, head.state) == (ELSEWHERE, State.SUBMITTED) else [f"it is at {head.agency}"]
        return [*there, *_history(dossier, "transfer")]

    assert Again(world, cases._filed, act).broken_everywhere(wrong) == []


def _silent(world: World) -> str:
    publish(
        consultation={
            "within": {"amount": 1, "unit": "working days"},
            "silence": "agreed",
            "clock": "counted",
            "source": "x",
        }
    )
    dossier = Consulting(world.portal, 2).asked(POLICE, HEALTH)
    world.wait(4 * 24 * 3600)
    return dossier


def test_silence_counts_once_whoever_finds_it(world: World) -> None:
    """Workflow and sweeper both come upon it, and what breaks one of them is found by the other."""

    def act(dossier: str) -> None:
        for _ in range(2):
            workflow.overdue(dossier, State.CONSULTATION, present.now())
        if kept.head(dossier).state is not State.APPRAISAL:
            raise RuntimeError("not yet")

    def wrong(dossier: str) -> list[str]:
        bundle = kept.load(dossier)
        silent = [one.closed for one in bundle.questions]
        there = [] if silent == ["silence", "silence"] else [f"questions are {silent}"]
        return [*there, *_history(dossier, "consulted")]

    assert Again(world, _silent, act).broken_everywhere(wrong) == []


def _meanwhile(world: World, number: int, first: Callable[[], Answer], second: Callable[[], Answer]) -> list[Answer]:
    """The answers to `first` and to `second`, which comes just before the AWS call `number` of the first."""
    world.wire.reset(Plan(number, Fault.TWICE))
    answers: list[Answer] = []

    def act() -> None:
        world.wire.again = lambda: answers.append(second())
        answers.insert(0, first())

    world.around("request", act)
    assert len(answers) == 2
    return answers


def test_of_two_answers_at_once_exactly_one_returns_the_dossier(world: World) -> None:
    """The second agency answers inside each AWS call of the first one's answer, before it and after it."""
    with world.wire.silent():
        publish()
        office = Consulting(world.portal)
        dossier = office.asked(POLICE, HEALTH)
        world.stream()
    kept_ = world.keep()
    for number in (0, 1):
        world.restore(kept_, SEED)
        first, second = _meanwhile(
            world,
            number,
            lambda: office.answer(office.police, POLICE, dossier),
            lambda: office.answer(office.health, HEALTH, dossier, "disagree"),
        )
        with world.wire.silent():
            events = [one for one in kept.load(dossier).events if one.action == "give_opinion"]
            found = office.questions(dossier)
        assert (first.status, second.status) == (200, 200)
        assert [one.after for one in events] == ["consultation", "appraisal"]
        assert (found[POLICE]["answer"], found[HEALTH]["answer"]) == ("agree", "disagree")


def test_a_withdrawal_racing_the_last_answer_leaves_one_winner(world: World) -> None:
    with world.wire.silent():
        dossier = _asked(world)
        world.stream()
    kept_ = world.keep()
    for number in (0, 1):
        world.restore(kept_, SEED)
        answer, withdrawal = _meanwhile(
            world,
            number,
            lambda: world.portal.elsewhere.post(f"/desk/consultations/{ELSEWHERE}/{dossier}/answer", ANSWER),
            lambda: world.portal.citizen.post(f"/dossiers/{dossier}/withdrawal", {"reason": "Thôi."}),
        )
        with world.wire.silent():
            bundle = kept.load(dossier)
        assert bundle.dossier.state is State.WITHDRAWN
        assert withdrawal.status == 200
        assert answer.body.get("Code", "") in {"", "QuestionWithdrawn"}
        assert bundle.dossier.consulted == {ELSEWHERE: ""}
        assert not [one for one in bundle.questions if one.open]
