"""The sweeper reads what is due and nothing else: as many queries among two hundred dossiers as among ten."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from moto.stepfunctions.models import stepfunctions_backends

from chalicelib import events
from chalicelib.domain.event import iso
from chalicelib.domain.life import State
from chalicelib.services import present, relay, workflow
from infra.local.environment import ACCOUNT, REGION
from infra.local.testing import context
from tests.app.portal import Portal
from tests.bench.sweep import SWEEPS_A_DAY, swept

pytestmark = pytest.mark.clause("B4")


def test_a_sweep_among_dossiers_that_are_not_due_reads_the_same_however_many_there_are() -> None:
    few, many = swept(10), swept(200)
    assert Counter(few) == Counter(many)
    assert {operation for operation, _ in few} == {"Query"}
    assert len(few) <= 32 and sum(units for _, units in few) == 0.5 * len(few), "an empty partition is half a unit"


def test_what_is_due_is_read_once_each() -> None:
    idle, one, three = (Counter(o for o, _ in swept(n, due)) for n, due in (
        (3, timedelta(days=3)), (1, -timedelta(minutes=1)), (3, -timedelta(minutes=1)),
    ))  # fmt: skip
    assert one - idle and {o: n * 3 for o, n in (one - idle).items()} == dict(three - idle)


def test_an_execution_that_died_is_found_within_a_day_however_far_the_deadline_is(portal: Portal) -> None:
    dossier, _ = portal.filed()
    ask = {"papers": {}, "fields": {"copies": "Ghi lại số bản."}, "note": ""}
    portal.step(portal.reception, dossier, "supplement-request", ask)
    portal.relay()
    workflow.wait_for(dossier, 1, State.INTAKE_SUPPLEMENT, "a-token", iso(present.now()), present.now())
    (machine,) = stepfunctions_backends[ACCOUNT][REGION].state_machines
    machine.executions[0].status = "FAILED"
    portal.later(hours=17)
    events.sweep({}, context("sweep"))
    assert len(machine.executions) == 1, "nobody looks earlier than need be"
    portal.later(hours=7, minutes=5)
    events.sweep({}, context("sweep"))
    assert [one.status for one in machine.executions] == ["FAILED", "RUNNING"]


def test_the_looks_at_open_dossiers_are_spread_and_fit_into_the_sweeps_of_a_day() -> None:
    now = present.now()
    far = now + timedelta(days=30)
    looks = [workflow.watch_at(f"dossier-{n}", now, far) - now for n in range(2000)]
    assert min(looks) >= timedelta(hours=18) and max(looks) <= timedelta(hours=24)
    of_an_hour = Counter(int(look / timedelta(hours=1)) for look in looks)
    assert len(of_an_hour) == 6 and max(of_an_hour.values()) < 2000 / 6 * 1.3
    assert workflow.watch_at("d", now, now + timedelta(hours=3)) == now + timedelta(hours=3) + workflow.GRACE
    assert relay.SWEPT_PER_SHARD * len(relay.SHARDS) * SWEEPS_A_DAY >= 100_000 * timedelta(days=1) / min(looks)
