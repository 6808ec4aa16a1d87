"""Assignment by rule and hand-over under faults: each AWS call broken in every way, and the caller insists.

Given once, to one officer, who is counted for it; and whoever handed over is told so again.
"""

from __future__ import annotations

import pytest

from chalicelib.domain.access import Post
from chalicelib.domain.proof import chain_is_whole
from chalicelib.services import present, teams
from chalicelib.storage import dossiers as kept
from chalicelib.storage import team as roster
from tests.app.portal import AGENCY
from tests.faults.crashes import SEED
from tests.faults.invariants import loads, rows_of, undone
from tests.faults.wire import Call, Fault, Plan
from tests.faults.world import Request, World
from tests.thorough import few

pytestmark = [pytest.mark.xdist_group("faults-people"), pytest.mark.clause("B4")]
FAULTS = tuple(fault for fault in Fault if fault is not Fault.DEATH)
CALM = tuple(fault for fault in FAULTS if fault is not Fault.CONFLICT)


class Giving:
    """A dossier that comes to be given to somebody, any number of times from the same start."""

    def __init__(self, world: World, act: str) -> None:
        self.world, self.act = world, act
        with world.wire.silent():
            for name in ("appraiser", "colleague"):
                teams.enrol(name, f"Cán bộ {name}", [Post.parse(f"{AGENCY}:appraiser")])
            self.dossier, _ = world.portal.filed()
            if act == "hand_over":
                world.portal.step(world.portal.reception, self.dossier, "receive", {})
                world.portal.step(world.portal.appraiser, self.dossier, "claim", {})
            else:
                roster.decide_rule(AGENCY, True, 0, "Quản trị", present.now())
            world.stream()
        body = {"to": "colleague", "reason": "CANARYNOTE"} if act == "hand_over" else {}
        who, step = ("appraiser", "passing") if act == "hand_over" else ("reception", "receive")
        path, key = f"/desk/dossiers/{self.dossier}/{step}", "the-key-of-one-" + act.replace("_", "-")
        self.request = Request(who, path, body, key)
        self.kept = world.keep()

    def run(self, plan: Plan | None) -> tuple[list[Call], list[str]]:
        self.world.restore(self.kept, SEED)
        self.world.wire.reset(plan)
        answer = self.world.insist(self.request)
        self.world.stream()
        calls = list(self.world.wire.calls)
        told = [] if answer is not None and answer.status == 200 else [f"they were told {answer}"]
        with self.world.wire.silent():
            self.world.settle(lambda: not self._wrong())
            again = self.world.insist(self.request)
            told += [] if again is not None and again.status == 200 else ["asked again, they were refused"]
            return calls, [*told, *self._wrong()]

    def _wrong(self) -> list[str]:
        with self.world.wire.silent():
            bundle = kept.load(self.dossier)
        rows = rows_of("DOSSIERS_TABLE")
        found = [*loads(rows), *(f"left in the outbox: {sk}" for sk in undone(rows))]
        given = [event.action for event in bundle.events if event.action in {"assign", "hand_over"}]
        if given != [self.act] or not chain_is_whole(bundle.events, bundle.dossier.last_hash):
            found.append(f"the timeline tells of {given}")
        holders = {"colleague"} if self.act == "hand_over" else {"appraiser", "colleague"}
        if bundle.dossier.assignee not in holders or bundle.dossier.state != "appraisal":
            found.append(f"it lies with {bundle.dossier.assignee} in {bundle.dossier.state}")
        return found


@pytest.mark.parametrize("act", [pytest.param("assign", marks=pytest.mark.slow), "hand_over"])
def test_a_fault_at_any_call_neither_loses_nor_doubles_who_has_it(world: World, act: str) -> None:
    giving = Giving(world, act)
    calls, wrong = giving.run(None)
    assert wrong == []
    sites = {call.site for call in calls}
    assert ("storage/team.py:of" if act == "assign" else "storage/team.py:members") in sites
    failures = []
    for call in calls:
        for fault in few(FAULTS if call.operation == "DynamoDB.TransactWriteItems" else CALM, call.number):
            _, wrong = giving.run(Plan(call.number, fault))
            failures += [f"{fault.value} at {call}: {one}" for one in wrong]
    assert failures == []
