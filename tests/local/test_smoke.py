"""The smoke test of a deployment, against the embedded cloud, which must pass it, and a server that must not."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from infra.deploy.__main__ import catalogue
from infra.deploy.smoke import Visitor
from infra.deploy.stages import read
from infra.deploy.steps import Deployment
from infra.local import start
from infra.local.cloud import Cloud


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """An embedded cloud with a site, where nothing is published."""
    dist = tmp_path_factory.mktemp("dist")
    (dist / "index.html").write_text("<!doctype html>site")
    with start(port=0, aws_port=0, schedules=False, seed=False, dist=dist) as running:
        yield running


@pytest.fixture
def well(cloud: Cloud) -> tuple[str, str]:
    """(address, where papers go)."""
    return cloud.url, cloud.aws_url


def _wrong(visitor: Visitor) -> set[str]:
    return {check.name for check in visitor.look() if check.wrong}


def test_the_embedded_cloud_is_well(well: tuple[str, str]) -> None:
    address, origins = well
    checks = list(Visitor(address, origins).look())
    assert len(checks) == 7 and not [check for check in checks if check.wrong]


def test_another_content_policy_is_seen(well: tuple[str, str]) -> None:
    address, _ = well
    (found,) = [check for check in Visitor(address, "https://elsewhere.example").look() if check.wrong]
    assert found.wrong.startswith("Content-Security-Policy is ")


@pytest.fixture
def serve() -> Iterator[Callable[[int, str, bytes], str]]:
    """Starts a server that answers everything alike; its address."""
    servers: list[ThreadingHTTPServer] = []

    def begin(status: int, kind: str, body: bytes) -> str:
        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:  # noqa: N802  the library's name
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        servers.append(ThreadingHTTPServer(("127.0.0.1", 0), Answer))
        threading.Thread(target=servers[-1].serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{servers[-1].server_port}"

    yield begin
    for server in servers:
        server.shutdown()
        server.server_close()


def test_a_stage_that_answers_html_to_everything_is_not_well(serve: Callable[[int, str, bytes], str]) -> None:
    address = serve(200, "text/html", b"<!doctype html>parked")
    assert _wrong(Visitor(address, "")) == {
        "the first page comes with its security headers",
        "who is not logged in is refused in our shape",
        "an address that is not there is refused in our shape",
    }


def test_a_stage_whose_functions_fail_is_not_well(serve: Callable[[int, str, bytes], str]) -> None:
    address = serve(502, "application/json", b'{"message": "Internal server error"}')
    assert len(_wrong(Visitor(address, ""))) == 5


def test_a_stage_that_does_not_answer_is_not_well(tmp_path: Path) -> None:
    checks = list(Visitor("http://127.0.0.1:9", "").look())
    assert sum(check.wrong.startswith("no answer") for check in checks) == 5


@dataclass
class _Here(Deployment):
    """A deployment whose stage is the embedded cloud: no function of Lambda's tells its variables there."""

    variables: dict[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        return self.variables


@pytest.mark.slow
def test_samples_are_published_where_there_are_none_and_the_stage_wants_them(cloud: Cloud) -> None:
    told: list[str] = []
    bucket = cloud.environment["SITE_BUCKET"]

    def deployment(name: str) -> _Here:
        clients = lambda service, region_name: cloud.client(service)  # noqa: E731
        return _Here(read(name), clients, lambda _: True, told.append, variables=cloud.environment)

    catalogue(deployment("prod"), bucket)
    (line,) = told
    assert "no catalogue is published yet" in line
    catalogue(deployment("dev"), bucket)
    found = cloud.client("s3").get_object(Bucket=bucket, Key="catalogue/index.json")["Body"].read()
    assert len(found) > 1000
    catalogue(deployment("prod"), bucket)  # now there is one, and nobody is told anything
    assert told == [line]
