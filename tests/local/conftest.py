"""One local cloud per test module that asks for it, with the throw-away application."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from infra.local import start
from infra.local.cloud import Cloud
from infra.local.testing import Embedded
from infra.local.testing import embedded as embed
from tests.local import tiny

ROOT = Path(__file__).resolve().parents[2]


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
def spawn() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start a python process in the project's folder; it does not outlive the test."""
    children: list[subprocess.Popen[str]] = []

    def run(*arguments: str) -> subprocess.Popen[str]:
        pipe = subprocess.PIPE
        child = subprocess.Popen([sys.executable, *arguments], cwd=ROOT, stdout=pipe, stderr=pipe, text=True)
        children.append(child)
        return children[-1]

    yield run
    for child in children:
        child.kill()
        child.communicate()


@pytest.fixture
def until() -> Callable[[Callable[[], bool]], None]:
    """Wait for something that another thread does."""

    def wait(happened: Callable[[], bool], seconds: float = 5.0) -> None:
        ends = time.monotonic() + seconds
        while not happened():
            assert time.monotonic() < ends, "it did not happen in time"
            time.sleep(0.02)

    return wait
