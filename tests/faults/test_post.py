"""Calls of the post under faults: each AWS call of one broken in every way, and the post calls until it is heard.

Delivered once, told once, the chain whole; and a call that is not the post's is refused, never a failure of ours.
"""

from __future__ import annotations

from functools import partial

import pytest

from chalicelib.domain.post import Way
from chalicelib.domain.proof import chain_is_whole
from chalicelib.services import present
from chalicelib.storage import dossiers as kept
from tests.app.mail_room import TRACKING, MailRoom
from tests.app.portal import Answer
from tests.faults.crashes import SEED
from tests.faults.invariants import rows_of, undone
from tests.faults.wire import Call, Crash, Fault, Plan
from tests.faults.world import World
from tests.thorough import few

pytestmark = [pytest.mark.xdist_group("faults-post"), pytest.mark.clause("A14")]
FAULTS = tuple(fault for fault in Fault if fault is not Fault.DEATH)
CALM = tuple(fault for fault in FAULTS if fault is not Fault.CONFLICT)
ENDS = {"delivered": "delivered", "returned": "post_returned", "accepted": "in_post"}


class Calling:
    """A result in the post, told about any number of times from the same start."""

    def __init__(self, world: World, status: str) -> None:
        self.world, self.status = world, status
        with world.wire.silent():
            self.room = MailRoom(world.portal)
            self.dossier = self.room.posted()
            world.stream()
        present.freeze(present.now())
        self.kept = world.keep()
        self.events = self._events()

    def run(self, plan: Plan | None, **headers: str) -> tuple[list[Call], list[Answer]]:
        self.world.restore(self.kept, SEED)
        self.world.wire.reset(plan)
        word = self.room.office._word(TRACKING, self.status)
        answers: list[Answer] = []
        for _ in range(6):  # as often as the post tries
            try:
                answers.append(self.world.around("request", partial(self.room.call, word, **headers)))
            except Crash:
                continue
            if answers[-1].status < 500:
                break
        calls = list(self.world.wire.calls)
        with self.world.wire.silent():
            self.world.stream()
        return calls, answers

    def wrong(self, answers: list[Answer]) -> list[str]:
        with self.world.wire.silent():
            bundle = kept.load(self.dossier)
        (parcel,) = (one for one in bundle.parcels if one.way is Way.OUT)
        found = [] if answers and answers[-1].status == 200 else [f"the post was told {answers[-1:]}"]
        if bundle.dossier.state != ENDS[self.status] or parcel.state != self.status:
            found.append(f"the dossier is in {bundle.dossier.state}, the parcel {parcel.state}")
        if len(bundle.events) != self.events + 1 or not chain_is_whole(bundle.events, bundle.dossier.last_hash):
            found.append(f"{len(bundle.events) - self.events} events tell of it")
        mails = [letter for letter in self.world.cloud.outbox.letters() if letter.kind == "mail"]
        if self.status != "accepted" and not mails:
            found.append("nobody was told")
        return [*found, *(f"left in the outbox: {sk}" for sk in undone(rows_of("DOSSIERS_TABLE")))]

    def _events(self) -> int:
        with self.world.wire.silent():
            return len(kept.load(self.dossier).events)


@pytest.mark.parametrize("status", list(ENDS))
@pytest.mark.slow
def test_a_fault_at_any_call_neither_loses_nor_doubles_what_the_post_said(world: World, status: str) -> None:
    calling = Calling(world, status)
    calls, answers = calling.run(None)
    assert calling.wrong(answers) == []
    assert len(calls) >= 5
    failures = []
    for call in calls:
        for fault in few(FAULTS if call.operation == "DynamoDB.TransactWriteItems" else CALM, call.number):
            _, answers = calling.run(Plan(call.number, fault))
            failures += [f"{fault.value} at {call}: {wrong}" for wrong in calling.wrong(answers)]
    assert failures == []


def test_a_false_signature_is_refused_whatever_fails(world: World) -> None:
    calling = Calling(world, "delivered")
    calls, answers = calling.run(None, **{"X-Post-Signature": "0" * 64})
    assert [answer.status for answer in answers] == [401] and calls
    for call in calls:
        for fault in (Fault.TIMEOUT, Fault.LOST):
            if "SSM" in call.operation:
                continue  # without its secret nobody can say whose a call is
            _, answers = calling.run(Plan(call.number, fault), **{"X-Post-Signature": "0" * 64})
            assert {answer.status for answer in answers} == {401}, call
