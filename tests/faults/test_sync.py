"""The national synchronisation broken at every call that it makes, told in any order, over random lives and outages."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib import events
from chalicelib.domain import sync as rules
from chalicelib.domain.sync import Cursor, Refusal
from chalicelib.errors import StaleWrite
from chalicelib.services import present, sync
from chalicelib.storage import syncs
from infra.local.testing import context, embedded
from tests.app.bench import Crash, calls
from tests.app.national import National, national_portal
from tests.app.portal import Portal, open_portal
from tests.thorough import THOROUGH, every, few

pytestmark = pytest.mark.clause("C5")


@pytest.fixture
def national() -> Iterator[National]:
    with embedded() as cloud, national_portal(open_portal(cloud)) as opened:
        yield opened


def _crashed(act: Callable[[], object], at: int, after: bool) -> bool:
    try:
        with calls(at, after):
            act()
    except Crash:
        return True
    return False


@pytest.mark.slow
def test_a_crash_at_any_call_of_a_delivery_loses_and_doubles_nothing(national: National) -> None:
    """Between any two calls the process may die, also when the call was made and only its answer is lost."""
    portal, crashes = national.portal, 0
    for at in every(2, range(1, 12)):
        for after in few((False, True), at // 2):
            dossier, _ = portal.filed()
            portal.relay()
            portal.cloud.invoked.clear()
            crashes += _crashed(lambda: sync.tell(dossier, present.now), at, after)  # noqa: B023  called at once
            portal.step(portal.reception, dossier, "receive", {})
            portal.relay()
            portal.cloud.invoked.clear()
            _crashed(lambda: sync.tell(dossier, present.now), at, after)  # noqa: B023
            national.schedule(minutes=3)
            national.schedule(minutes=3)
            assert national.wrong(dossier) == [], (at, after)
            assert syncs.get(dossier).due is None, (at, after)
    assert crashes >= 3, "the calls of a delivery were hit"


@pytest.mark.slow
def test_a_crash_at_any_call_of_the_relay_loses_nothing(national: National) -> None:
    portal = national.portal
    for at in every(2, range(1, 9)):
        for after in few((False, True), at // 2):
            dossier, _ = portal.filed()
            records = portal.cloud.records()
            _crashed(lambda: events.relay({"Records": records}, context("relay")), at, after)  # noqa: B023
            portal.cloud.invoked.clear()
            portal.later(minutes=20)
            events.sweep({"source": "schedule"}, context("sweep"))
            portal.later(minutes=20)
            events.sweep({"source": "schedule"}, context("sweep"))
            national.schedule(minutes=1)
            assert national.wrong(dossier) == [], (at, after)


def test_records_of_the_stream_in_any_order_and_any_number(national: National) -> None:
    portal = national.portal
    dossier = portal.appraised()
    numbers = [1, 2, 3, 4] * 3
    random.Random(7).shuffle(numbers)
    for number in numbers:
        sync.wake(dossier, number, present.now())
        sync.hand_on(dossier)
        national.asked()
    assert national.wrong(dossier) == []
    assert set(national.told(dossier).times.values()) == {1}


def _step(portal: Portal, dossier: str, choice: str) -> None:
    """One step of a life, if it is possible now."""
    who, path, body = {
        "receive": (portal.reception, "receive", {}),
        "refuse": (portal.reception, "refusal", {"reason": "Không thuộc thẩm quyền."}),
        "ask": (portal.reception, "supplement-request", {"fields": {"copies": "Ghi lại."}, "papers": {}, "note": ""}),
        "ask again": (portal.appraiser, "supplement-request", {"fields": {"copies": "Lại."}, "papers": {}, "note": ""}),
        "claim": (portal.appraiser, "claim", {}),
        "propose": (portal.appraiser, "proposal", {"opinion": "Được."}),
        "approve": (portal.approver, "approval", {}),
        "return": (portal.approver, "return", {"reason": "Xem lại."}),
        "result": (portal.clerk, "result", {"number": "1", "title": "Trích lục"}),
        "fee": (portal.cashier, "fee", {"amount": 24_000, "means": "cash"}),
        "stop": (portal.approver, "stop", {"reason": "Theo quy định."}),
        "answer": (portal.citizen, "supplement", {"answers": {"copies": 3}, "note": ""}),
        "withdraw": (portal.citizen, "withdrawal", {"reason": "Đổi ý."}),
    }[choice]
    start = "" if who is portal.citizen else "/desk"
    answer = who.post(f"{start}/dossiers/{dossier}/{path}", body)
    assert answer.status in {200, 409, 422}, (choice, answer.body)


_FORWARD = ["receive", "claim", "propose", "approve", "result", "fee"]
_ACTS = st.sampled_from([*_FORWARD, *_FORWARD, "refuse", "ask", "ask again", "return", "stop", "answer", "withdraw"])
_WEATHER = st.sampled_from(["clear", "clear", "cut", "dead", "expire", "relay", "asked", "schedule", "duplicate"])


@pytest.mark.slow
@settings(max_examples=20 if THOROUGH else 3)
@given(lives=st.lists(st.lists(st.one_of(_ACTS, _WEATHER), max_size=14), min_size=1, max_size=3), seed=st.integers(0))
def test_whatever_happens_the_national_timeline_is_that_of_the_events(lives: list[list[str]], seed: int) -> None:
    chance = random.Random(seed)
    with embedded() as cloud, national_portal(open_portal(cloud)) as national:
        portal = national.portal
        dossiers = [portal.filed()[0] for _ in lives]
        turns = [(number, what) for number, life in enumerate(lives) for what in life]
        chance.shuffle(turns)
        for number, what in turns:
            if what in ("clear", "cut", "dead"):
                national.line.state = what
            elif what == "expire":
                national.there.switch(expire=True)
            elif what == "relay":
                portal.relay()
            elif what == "asked":
                national.asked()
            elif what == "schedule":
                national.schedule(minutes=chance.choice([1, 20, 300]))
            elif what == "duplicate":
                cloud.streams["Relay"].position = 0
            else:
                _step(portal, dossiers[number], what)
        national.relay()
        national.recover()
        assert [national.wrong(dossier) for dossier in dossiers] == [[] for _ in dossiers]
        assert all(one.behind == 0 and one.refused == 0 for one in sync.backlog(sync.SHARDS))


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("woken"), st.integers(1, 9)),
            st.tuples(st.sampled_from(["taken", "through", "failed", "refused", "retried", "crash"]), st.just(0)),
        ),
        max_size=30,
    )
)
def test_a_cursor_that_is_behind_is_always_due_or_waits_for_a_person(steps: list[tuple[str, int]]) -> None:
    now, cursor, held = present.now(), Cursor("one"), False
    for what, number in steps:
        now += timedelta(seconds=30)
        if what == "woken":
            cursor = rules.woken(cursor, number, now)
        elif what == "taken" and rules.may_be_taken(cursor, now):
            cursor, held = rules.taken(cursor, "mine", now), True
        elif what == "retried" and not held:
            cursor = rules.retried(cursor, now)
        elif held and what in ("through", "failed", "refused"):
            ends = {
                "through": lambda: rules.through(cursor, cursor.told + 1, now),  # noqa: B023
                "failed": lambda: rules.failed(cursor, now),  # noqa: B023
                "refused": lambda: rules.refused(cursor, Refusal(cursor.told + 1, "20", "", "")),  # noqa: B023
            }
            cursor, held = ends[what](), False
        elif what == "crash":
            held = False
        assert not cursor.behind or cursor.refusal is not None or cursor.due is not None, cursor
        assert cursor.behind or cursor.due is None or cursor.lease, cursor


def test_two_writers_of_one_cursor_do_not_both_win(national: National) -> None:
    there = syncs.save(rules.woken(Cursor("d"), 1, present.now()))
    syncs.save(rules.taken(there, "one", present.now()))
    with pytest.raises(StaleWrite):
        syncs.save(rules.taken(there, "two", present.now()))
    assert syncs.get("d").lease == "one"
