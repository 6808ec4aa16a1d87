"""`python -m infra.local` as a process, and what starting a cloud does to the one it is started in."""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from infra.local import start
from infra.local.testing import embedded
from tests.local import tiny


def options(**more: Any) -> dict[str, Any]:
    return {"app": tiny.make(), "definition": tiny.ASL, "seed": False, "schedules": False, **more}


def _seconds_of_children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


@pytest.mark.clause("B3")
def test_the_process_is_ready_in_time_and_ends_cleanly_on_sigterm(
    tmp_path: Path, spawn: Callable[..., subprocess.Popen[str]]
) -> None:
    spent = _seconds_of_children()
    arguments = ["--json", "--no-seed", "--port", "0", "--aws-port", "0", "--data", str(tmp_path)]
    child = spawn("-m", "infra.local", *arguments)
    assert child.stdout is not None and child.stderr is not None
    told = json.loads(child.stdout.readline())
    with urllib.request.urlopen(told["url"] + "/sandbox/outbox?format=json") as answer:
        assert json.load(answer) == {"letters": []}
    assert told["environment"]["AWS_ENDPOINT_URL"] == told["aws_url"]
    assert told["environment"]["AWS_ACCESS_KEY_ID"] == "local"
    ended = time.monotonic()
    child.send_signal(signal.SIGTERM)
    assert child.wait(timeout=10) == 0
    assert time.monotonic() - ended < 15.0  # alone it takes less than two
    assert child.stderr.read() == ""
    # Seconds of work, not of the clock: other tests may share the machine. Alone it is ready after two to four.
    assert _seconds_of_children() - spent < 10.0
    assert (tmp_path / "state.json").exists()


@pytest.mark.slow
def test_taken_ports_are_replaced_by_free_ones() -> None:
    with socket.socket() as site, socket.socket() as aws:
        for held in (site, aws):
            held.bind(("127.0.0.1", 0))
            held.listen()
        wanted = {"port": site.getsockname()[1], "aws_port": aws.getsockname()[1]}
        with start(**options(**wanted)) as cloud:
            assert not cloud.url.endswith(f":{wanted['port']}") and not cloud.aws_url.endswith(f":{wanted['aws_port']}")
            assert cloud.environment["PUBLIC_URL"] == cloud.url
            assert cloud.environment["AWS_ENDPOINT_URL"] == cloud.aws_url
            assert len(cloud.client("dynamodb").list_tables()["TableNames"]) == 3
        assert (site.getsockname()[1], aws.getsockname()[1]) == (wanted["port"], wanted["aws_port"])


def test_only_loopback_listens() -> None:
    with start(**options(port=0, aws_port=0)) as cloud:
        for address in (cloud.url, cloud.aws_url):
            assert address.startswith("http://127.0.0.1:")
            port = int(address.rsplit(":", 1)[1])
            with socket.socket() as other, pytest.raises(OSError):
                other.settimeout(1)
                other.connect(("127.0.0.2", port))


def test_the_developers_credentials_are_never_used(monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = {"AWS_ACCESS_KEY_ID": "AKIAREAL", "AWS_PROFILE": "production", "AWS_SESSION_TOKEN": "real"}
    theirs |= {"AWS_ENDPOINT_URL_S3": "https://s3.amazonaws.com"}
    for name, value in theirs.items():
        monkeypatch.setenv(name, value)
    with start(**options(port=0, aws_port=0)) as cloud:
        assert os.environ["AWS_ACCESS_KEY_ID"] == "local"
        assert not {"AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_S3"} & os.environ.keys()
        assert os.environ["AWS_ENDPOINT_URL"] == cloud.aws_url
    assert {name: os.environ[name] for name in theirs} == theirs


def test_stopping_ends_threads_and_gives_everything_free() -> None:
    given_options = options(port=0, aws_port=0)  # Chalice writes to the environment when an application is made
    before, environment = threading.active_count(), dict(os.environ)
    cloud = start(**given_options)
    machine = cloud.environment["REVIEW_MACHINE_ARN"]
    for number in range(3):
        given = json.dumps({"dossier": str(number), "seconds": 600})
        cloud.client("stepfunctions").start_execution(stateMachineArn=machine, name=f"x{number}", input=given)
    began = time.monotonic()
    cloud.stop()
    cloud.stop()
    assert time.monotonic() - began < 2.0
    ends = time.monotonic() + 3.0
    while threading.active_count() > before and time.monotonic() < ends:
        time.sleep(0.05)
    assert threading.active_count() <= before
    assert dict(os.environ) == environment


def test_two_clouds_in_one_process_are_refused() -> None:
    with start(**options(port=0, aws_port=0)):
        with pytest.raises(RuntimeError):
            start(**options(port=0, aws_port=0))
        with pytest.raises(RuntimeError), embedded():
            pass
    with embedded() as cloud:
        assert len(cloud.client("dynamodb").list_tables()["TableNames"]) == 3
