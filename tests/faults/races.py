"""Two people act on one dossier: between any two calls of the one, the other has done the whole of theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from chalicelib import aws
from chalicelib.domain.event import Event
from chalicelib.domain.life import State
from chalicelib.domain.proof import chain_is_whole
from chalicelib.errors import ServiceError
from chalicelib.services import present, workflow
from tests.app.portal import Answer, new_id
from tests.faults.crashes import SEED
from tests.faults.invariants import review_agrees, rows_of, undone
from tests.faults.world import Course, Request, World, plant_seed

REASON = {"reason": "CANARYNOTE"}
NOT_MET = {"AlreadyReappointed", "FourEyes", "NotAssigned", "NoComplaintOpen", "ComplaintAnswered", "NoSupplementAsked"}
"""Refusals that say by themselves what has happened."""


@dataclass(frozen=True)
class Act:
    """What somebody does: `who` of the portal, or the portal itself (None) when a time has run out."""

    name: str
    who: str | None
    path: str = ""
    body: Any = None
    action: str = ""

    @property
    def does(self) -> str:
        return self.action or self.name


WITHDRAW = Act("withdraw", "citizen", "/dossiers/{}/withdrawal", REASON)
APPROVE = Act("approve", "approver", "/desk/dossiers/{}/approval", {})
STOP = Act("stop", "approver", "/desk/dossiers/{}/stop", REASON)
RETURN = Act("send_back", "approver", "/desk/dossiers/{}/return", REASON)
RECEIVE = Act("receive", "reception", "/desk/dossiers/{}/receive", {})
REFUSE = Act("refuse", "reception", "/desk/dossiers/{}/refusal", REASON)
SUPPLEMENT = Act("supplement", "citizen", "/dossiers/{}/supplement", {"answers": {"copies": 5}})
PAY = Act("pay", "cashier", "/desk/dossiers/{}/fee", {"amount": 24_000, "means": "cash"})
ISSUE = Act("enter_result", "clerk", "/desk/dossiers/{}/result", {"number": "12/TL", "title": "Trích lục"})
LAPSE = Act("lapse", None)
ESCALATE = Act("escalate", None)
_ANSWER = "/desk/dossiers/{}/complaint-answer"
REOPEN = Act("reopen", "administrator", _ANSWER, {"outcome": "reopened", "answer": "CANARYNOTE"})
REJECT = Act("reject", "administrator", _ANSWER, {"outcome": "rejected", "answer": "CANARYNOTE"}, "answer_complaint")


@contextmanager
def interrupted(at: int, other: Callable[[], None]) -> Iterator[None]:
    """Let `other` happen just before the call number `at` (from 0) to the tables inside."""
    seen, busy = [0], [False]

    def before(**_: Any) -> None:
        if busy[0]:
            return
        number = seen[0]
        seen[0] += 1
        if number == at:
            busy[0] = True
            other()
            busy[0] = False

    heard = aws.dynamodb().client.meta.events
    heard.register_first("before-call", before)
    try:
        yield
    finally:
        heard.unregister("before-call", before)


class Race:
    """A dossier prepared once, raced about any number of times from there."""

    def __init__(self, world: World, prepare: Callable[[World], str], late_by: float) -> None:
        self.world = world
        world.course = Course.LATE
        plant_seed(SEED)
        self.dossier = prepare(world)
        world.stream()
        world.wait(late_by)
        self.before = State(self._head()["state"])
        self.events = len(self._events())
        self.kept = world.keep()

    def run(self, first: Act, second: Act, at: int) -> list[str] | None:
        """What is wrong when `second` comes before call `at` of `first`; None when `first` makes no such call."""
        world = self.world
        world.restore(self.kept, SEED)
        answers: dict[str, Answer] = {}
        keys = {"first": new_id(), "second": new_id()}
        with interrupted(at, lambda: self._do(second, "second", keys, answers)):
            self._do(first, "first", keys, answers)
        if "second" not in answers:
            return None
        world.settle(lambda: True)
        world.sweep(everything=True)
        return list(self._wrong({"first": first, "second": second}, keys, answers))

    def _do(self, act: Act, place: str, keys: dict[str, str], answers: dict[str, Answer]) -> None:
        if act.who is not None:
            answer = self.world.send(Request(act.who, act.path.format(self.dossier), act.body, keys[place]))
            assert answer is not None
        else:
            answer = self.world.around("step", self._run_out)
        answers[place] = answer

    def _run_out(self) -> Answer:
        """The deadline of the state in which it all began, as the workflow reports it."""
        try:
            workflow.overdue(self.dossier, self.before, present.now())
        except ServiceError as refused:
            return Answer(409, {"Code": refused.code, "Message": ""}, {})
        return Answer(200, {}, {})

    def _wrong(self, acts: dict[str, Act], keys: dict[str, str], answers: dict[str, Answer]) -> Iterator[str]:
        new = self._events()[self.events :]
        head = self._head()
        state = self.before.value
        for event in new:
            if event.before != state:
                yield f"{event.action} goes on from {event.before}, the dossier was in {state}"
            state = event.after
        if state != head["state"] or not chain_is_whole(tuple(self._events()), head["last_hash"]):
            yield f"the events end in {state}, the head is in {head['state']}"
        for place, act in acts.items():
            if act.who is None:
                continue  # it looks again by itself, and is told nothing
            done = [event for event in new if event.id == keys[place]]
            status, body = answers[place].status, answers[place].body
            if (status == 200) != (len(done) == 1):
                yield f"{place}: {act.name} was answered {status} {body.get('Code')}, it stands {len(done)} times"
            if status != 200:
                yield from self._told(act, answers[place], new)
        decided = [event for event in new if event.before != event.after and event.action not in {"send_back"}]
        if len([event for event in decided if event.before == self.before.value]) > 1 + self._came_back(new):
            yield f"more than one has won: {[event.action for event in decided]}"
        mine = [row for row in rows_of("DOSSIERS_TABLE") if row["pk"] == f"D#{self.dossier}"]
        yield from review_agrees(self.world, self.dossier, head, mine)
        if left := undone(mine):
            yield f"left in the outbox: {left}"
        yield from self._money(new)

    def _came_back(self, new: list[Event]) -> int:
        return sum(event.after == self.before.value and event.before != event.after for event in new)

    def _told(self, act: Act, answer: Answer, new: list[Event]) -> Iterator[str]:
        """The one who comes second is told who was quicker, or something that only that can have brought about."""
        code, said = answer.body["Code"], answer.body["Message"]
        others = [event.actor["name"] if event.actor["id"] != "system" else "the portal" for event in new]
        if answer.status != 409:
            yield f"{act.name}: {answer.status} {code}"
        elif code not in NOT_MET and not any(name in said for name in others):
            yield f"{act.name} is told {code}: {said!r}, and not who was quicker: {others}"

    def _money(self, new: list[Event]) -> Iterator[str]:
        """What was paid and is not performed is owed back once, and nothing else."""
        ledger = [row for row in rows_of("LEDGER_TABLE") if row["pk"] == f"D#{self.dossier}"]
        owed = [row["amount"] for row in ledger if row["sk"].startswith("REFUND#")]
        paid = sum(row["amount"] for row in ledger if row["sk"].startswith("PAYMENT#"))
        ended = any(State(event.after) in {State.WITHDRAWN, State.STOPPED, State.NOT_RECEIVED} for event in new)
        if sum(owed) != (paid if ended else 0):
            yield f"{paid} paid, ended: {ended}, owed back: {owed}"

    def _head(self) -> dict[str, Any]:
        (head,) = (r for r in rows_of("DOSSIERS_TABLE") if (r["pk"], r["sk"]) == (f"D#{self.dossier}", "HEAD"))
        return head

    def _events(self) -> list[Event]:
        mine = [r for r in rows_of("DOSSIERS_TABLE") if r["pk"] == f"D#{self.dossier}" and r["sk"].startswith("EVENT#")]
        return [Event(**row["body"], hash=row["hash"]) for row in sorted(mine, key=lambda row: str(row["sk"]))]


def second(act: Act) -> Act:
    """The same act by the same person once more, under another key."""
    return replace(act, name=f"{act.name} again", action=act.does)
