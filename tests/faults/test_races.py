"""Every pair of acts that end or decide a dossier, the one between any two calls of the other; then real threads."""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from chalicelib.domain.access import Actor, Post
from chalicelib.domain.complaint import Outcome
from chalicelib.errors import ServiceError
from chalicelib.services import complaints, desk, present, publishing, withdrawal
from chalicelib.storage import dossiers as kept
from chalicelib.storage import ledger
from tests.app.portal import PROCEDURE, Person, Portal, new_id
from tests.faults import races
from tests.faults.cases import ASK
from tests.faults.races import Act, Race
from tests.faults.world import World
from tests.thorough import spread

pytestmark = [pytest.mark.xdist_group("faults-races"), pytest.mark.clause("B4")]
PAID = "2.000690"
DAY = 24 * 3600.0


def _filed(world: World, procedure: str = PROCEDURE["code"]) -> str:
    return world.portal.filed(procedure=procedure)[0]


def _accepted(world: World) -> str:
    """A fee of 24.000 đồng is due at acceptance."""
    fees = [{**PROCEDURE["fees"][0], "moment": "acceptance"}]
    publishing.publish([publishing.Sourced("test", {**PROCEDURE, "code": PAID, "fees": fees})])
    dossier = _filed(world, PAID)
    world.portal.step(world.portal.reception, dossier, "receive", {})
    return dossier


def _proposed(world: World) -> str:
    """Paid, appraised, waits for approval."""
    dossier = _accepted(world)
    world.portal.step(world.portal.cashier, dossier, "fee", {"amount": 24_000, "means": "cash"})
    world.portal.step(world.portal.appraiser, dossier, "claim", {})
    world.portal.step(world.portal.appraiser, dossier, "proposal", {"opinion": "Đủ điều kiện."})
    return dossier


def _approved(world: World) -> str:
    dossier = _proposed(world)
    world.portal.step(world.portal.approver, dossier, "approval", {})
    return dossier


def _asked(world: World) -> str:
    dossier = _filed(world)
    world.portal.step(world.portal.reception, dossier, "receive", {})
    world.portal.step(world.portal.appraiser, dossier, "claim", {})
    ask = {**ASK, "papers": {}}
    world.portal.step(world.portal.appraiser, dossier, "supplement-request", ask)
    return dossier


def _complained(world: World) -> str:
    dossier = _filed(world)
    world.portal.step(world.portal.reception, dossier, "refusal", {"reason": "Sai."})
    answer = world.portal.citizen.post(f"/dossiers/{dossier}/complaint", {"text": "Đề nghị xem lại."})
    assert answer.status == 200, answer.body
    return dossier


W, A, S, B = races.WITHDRAW, races.APPROVE, races.STOP, races.RETURN
FIELDS: dict[str, tuple[Callable[[World], str], float, tuple[Act, ...]]] = {
    "reception": (_filed, 0, (W, races.RECEIVE, races.REFUSE)),
    "fee due": (_accepted, 40 * DAY, (W, races.PAY, races.LAPSE)),
    "supplement": (_asked, 40 * DAY, (W, races.SUPPLEMENT, S, races.LAPSE)),
    "approval": (_proposed, 40 * DAY, (W, A, S, B, races.ESCALATE)),
    "issuing": (_approved, 0, (races.ISSUE, S)),
    "complaint": (_complained, 0, (races.REOPEN, races.REJECT)),
}
PAIRS = [(field, one, other) for field, (_, _, acts) in FIELDS.items() for one, other in product(acts, repeat=2)]


def _id(value: object) -> str:
    return value.name if isinstance(value, Act) else str(value)


@pytest.mark.parametrize(("field", "first", "second"), spread(24, PAIRS, pairs=True), ids=_id)
def test_of_two_acts_one_wins_and_the_other_is_told(world: World, field: str, first: Act, second: Act) -> None:
    prepare, late_by, _ = FIELDS[field]
    race = Race(world, prepare, late_by)
    other = races.second(second) if second is first else second
    at = 0
    while (wrong := race.run(first, other, at)) is not None:
        assert not wrong, (f"{other.name} before call {at} of {first.name}", wrong)
        at += 1
    assert at >= 2, "before it is read, and before it is written"


@pytest.fixture
def portal(world: World) -> Portal:
    return world.portal


def _actor(person: Person) -> Actor:
    posts = frozenset(Post.parse(one) for one in person.posts.split())
    return Actor(person.sub, person.name, person.kind, posts)


def _together(*acts: Callable[[], Any]) -> list[str]:
    """What comes of acts that start at the same moment, each in a thread of its own: a state, or a refusal's code."""
    gate, came = threading.Barrier(len(acts)), [""] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        gate.wait()
        try:
            came[place] = act().state.value
        except ServiceError as refused:
            came[place] = refused.code

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return came


@pytest.mark.parametrize("turn", range(3))
def test_threads_that_end_a_dossier_at_once(portal: Portal, turn: int) -> None:
    """Two withdrawals, two approvals, two stops and the portal's own word of the deadline."""
    dossier, now = portal.appraised(), present.now()
    citizen, approver = _actor(portal.citizen), _actor(portal.approver)
    second = _actor(portal.officer("second", "approver"))
    acts: list[Callable[[], Any]] = [
        lambda: withdrawal.withdraw(citizen, dossier, new_id(), "Đổi ý.", None, now),
        lambda: desk.approve(approver, dossier, new_id(), "", now),
        lambda: desk.stop(second, dossier, new_id(), "Sai.", now),
        lambda: withdrawal.withdraw(citizen, dossier, new_id(), "Đổi ý.", None, now),
        lambda: desk.approve(second, dossier, new_id(), "", now),
        lambda: desk.stop(approver, dossier, new_id(), "Sai.", now),
    ]
    came = _together(*acts[turn:], *acts[:turn])
    states = {"withdrawn", "issuing", "stopped"}
    won = [one for one in came if one in states]
    # A stop may follow an approval: both were quick enough, one after the other.
    assert won and (len(won) == 1 or sorted(won) == ["issuing", "stopped"]), came
    assert {one for one in came if one not in states} <= {"StaleWrite", "TransitionRefused"}
    bundle = kept.load(dossier)
    assert sorted(event.after for event in bundle.events[4:]) == sorted(won)
    assert ledger.account(dossier).refunds == ()


def test_threads_that_answer_a_complaint_at_once(portal: Portal) -> None:
    dossier, _ = portal.filed()
    portal.step(portal.reception, dossier, "refusal", {"reason": "Sai."})
    portal.citizen.post(f"/dossiers/{dossier}/complaint", {"text": "Đề nghị xem lại."})
    people, now = [_actor(portal.officer(f"chief-{n}", "administrator")) for n in range(4)], present.now()

    def answer(who: Actor, place: int) -> Callable[[], Any]:
        outcome = Outcome.REOPENED if place % 2 else Outcome.REJECTED
        return lambda: complaints.answer(who, dossier, new_id(), outcome, "Đã xem.", now)

    came = _together(*(answer(who, place) for place, who in enumerate(people)))
    assert len([one for one in came if one in {"submitted", "not_received"}]) == 1, came
    assert len([one for one in kept.load(dossier).complaints if not one.open]) == 1
