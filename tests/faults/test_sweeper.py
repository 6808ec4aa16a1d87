"""The sweeper among dossiers that cannot be helped: they stop nobody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError
from moto.core.botocore_stubber import BotocoreStubber

from chalicelib import events
from chalicelib.domain.life import State
from chalicelib.services import present
from chalicelib.storage import dossiers as kept
from chalicelib.storage.tables import shard
from infra.local.testing import context
from tests.faults.wire import patched
from tests.faults.world import World


@contextmanager
def unreadable(dossier: str) -> Iterator[None]:
    """A partition of the table that gives no answer, as a hot one."""
    before: Callable[..., Any] = BotocoreStubber.process_request

    def process(stubber: Any, request: Any) -> Any:
        body = request.body or ""
        if f"D#{dossier}" in (body.decode() if isinstance(body, bytes) else body):
            raise ConnectTimeoutError(endpoint_url=request.url)
        return before(stubber, request)

    with patched(BotocoreStubber, "process_request", process):
        yield


def test_a_dossier_that_cannot_be_read_stops_no_other(world: World) -> None:
    filed = [world.portal.filed()[0] for _ in range(6)]
    world.cloud.records()  # lost
    world.wait(300)
    with unreadable(filed[0]):
        done = events.sweep({"source": "schedule"}, context("sweep"))
    assert (done["effects"], done["failed"]) == (15, 3)
    started = {run["input"]["dossier"] for run in world.cloud.executions()}
    assert started == set(filed[1:])
    assert events.sweep({"source": "schedule"}, context("sweep"))["effects"] == 3


@pytest.mark.clause("B4")
def test_after_a_disaster_every_open_dossier_is_looked_after(world: World) -> None:
    """More of them than one page holds; here they have no head, so that each is counted as failed."""
    now = present.now()
    ids = [name for name in (f"dossier-{n:08}" for n in range(1200)) if shard(name) == 0]
    assert len(ids) > 250
    for dossier in ids:
        kept.new_task(dossier, State.SUBMITTED, now, now).save()
    done = events.sweep({"all": True}, context("sweep"))
    assert done["failed"] == len(ids)
