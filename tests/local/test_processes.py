"""A function's own process, with sockets where X-Ray's daemon and DynamoDB would listen: what it imports, and tells."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from infra.local.environment import credentials
from infra.local.testing import environment
from tests.bench import cold

_RUN = """
import json, os, sys
from app import app
late = {"aws_xray_sdk.core", "pydantic", "stdnum", "chalicelib.events", "chalicelib.steps"}
for sampled in json.loads(sys.argv[2]):
    trace = "Root=1-65f0a1b2-0123456789abcdef01234567;Parent=0123456789abcdef"
    os.environ["_X_AMZN_TRACE_ID"] = f"{trace};Sampled={sampled}"
    assert app(json.loads(sys.argv[1]), None)["statusCode"] == 200
    print("LATE", *sorted(late & set(sys.modules)))
"""


@pytest.fixture
def daemon() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.settimeout(0.2)
        yield listening


def _run(daemon: socket.socket, *sampled: int) -> list[str]:
    with cold.stubbed() as url:
        env = {
            **os.environ,
            **environment(),
            **credentials(),
            "AWS_ENDPOINT_URL": url,
            "LAMBDA_TASK_ROOT": "/var/task",
            "AWS_XRAY_DAEMON_ADDRESS": f"127.0.0.1:{daemon.getsockname()[1]}",
        }
        words = [sys.executable, "-c", _RUN, json.dumps(cold.event()), json.dumps(sampled)]
        ran = subprocess.run(words, env=env, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return [line.removeprefix("LATE").strip() for line in ran.stdout.splitlines() if line.startswith("LATE")]


def _told(daemon: socket.socket) -> list[dict[str, Any]]:
    """The documents that arrived, a header line before each."""
    documents = []
    while True:
        try:
            documents.append(json.loads(daemon.recv(65536).partition(b"\n")[2]))
        except TimeoutError:
            return documents


def test_a_sampled_request_tells_x_ray_of_its_view_and_of_what_it_asked_aws(daemon: socket.socket) -> None:
    assert _run(daemon, 1) == ["aws_xray_sdk.core"]
    told = _told(daemon)
    assert {each["name"] for each in told} >= {"## list_my_dossiers", "dynamodb"}
    assert {each["trace_id"] for each in told} == {"1-65f0a1b2-0123456789abcdef01234567"}
    assert "Nguyễn" not in json.dumps(told, ensure_ascii=False)  # ids and operations, nothing of a person


def test_a_request_that_only_asks_imports_nothing_that_it_does_not_need(daemon: socket.socket) -> None:
    assert _run(daemon, 0, 0) == ["", ""]
    assert _told(daemon) == []


def test_the_second_request_of_a_process_may_be_the_sampled_one(daemon: socket.socket) -> None:
    assert _run(daemon, 0, 1, 0) == ["", "aws_xray_sdk.core", "aws_xray_sdk.core"]
    assert {each["name"] for each in _told(daemon)} >= {"## list_my_dossiers", "dynamodb"}
