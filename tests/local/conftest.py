"""One local cloud per test module that asks for it, with the throw-away application."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from infra.local import start
from infra.local.cloud import Cloud
from infra.local.testing import Embedded
from infra.local.testing import embedded as embed
from tests.local import tiny


@pytest.fixture(scope="module")
def running() -> Iterator[Cloud]:
    with start(app=tiny.make(), definition=tiny.ASL, seed=False, schedules=False, port=0, aws_port=0) as cloud:
        yield cloud


@pytest.fixture
def cloud(running: Cloud) -> Iterator[Cloud]:
    tiny.forget()
    yield running
    if not running.pump.idle():
        running.settle()


@pytest.fixture
def embedded() -> Iterator[Embedded]:
    with embed() as cloud:
        yield cloud


@pytest.fixture
def until() -> Callable[[Callable[[], bool]], None]:
    """Wait for something that another thread does."""

    def wait(happened: Callable[[], bool], seconds: float = 5.0) -> None:
        ends = time.monotonic() + seconds
        while not happened():
            assert time.monotonic() < ends, "it did not happen in time"
            time.sleep(0.02)

    return wait
