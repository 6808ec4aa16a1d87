"""The local access log is the cloud's: the same fields, the same bucket, the same function; every request once."""

from __future__ import annotations

import gzip
import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib.services import present
from infra.local import start
from infra.local.access_log import FIELDS, AccessLog
from infra.local.cloud import Cloud
from infra.local.testing import Embedded
from tests.app.logs import BUCKET

pytestmark = pytest.mark.xdist_group("local-access-log")
PHONE = "Mozilla/5.0 (Linux; Android 14; 100 %) Chrome/130.0 Mobile Safari/537.36"
Json = dict[str, Any]


def environ(**more: str) -> Json:
    return {"REQUEST_METHOD": "GET", "HTTP_HOST": "127.0.0.1:8000", "REMOTE_ADDR": "127.0.0.1", **more}


def lines(body: bytes) -> list[str]:
    return gzip.decompress(body).decode().splitlines()


def test_a_file_is_of_the_form_that_the_distribution_delivers(embedded: Embedded) -> None:
    s3 = embedded.client("s3")
    log = AccessLog(s3, BUCKET)
    log.note("/tìm kiếm\t", environ(HTTP_USER_AGENT=PHONE), 200, {"Content-Type": "text/html; charset=utf-8"}, 0.0125)
    log.note("/x", environ(), 404, {"Content-Length": "12"}, 1)
    assert log.deliver() == 2
    (found,) = s3.list_objects_v2(Bucket=BUCKET)["Contents"]
    assert (
        found["Key"].startswith(f"cloudfront/EMOTCUALOCAL.{present.now():%Y-%m-%d-%H}.") and found["Key"][-3:] == ".gz"
    )
    version, head, first, second = lines(s3.get_object(Bucket=BUCKET, Key=found["Key"])["Body"].read())
    assert version == "#Version: 1.0" and head.removeprefix("#Fields: ").split() == FIELDS and len(FIELDS) == 33
    values = dict(zip(FIELDS, first.split("\t"), strict=True))
    assert values["cs-uri-stem"] == "/t%C3%ACm%20ki%E1%BA%BFm%09" and values["sc-status"] == "200"
    assert values["cs(User-Agent)"] == PHONE.replace("%", "%25").replace(" ", "%20")
    assert values["sc-content-type"] == "text/html;%20charset=utf-8" and values["time-taken"] == "0.013"
    other = dict(zip(FIELDS, second.split("\t"), strict=True))
    assert (other["cs(User-Agent)"], other["sc-content-type"], other["x-edge-result-type"]) == ("-", "-", "Error")
    assert log.deliver() == 0, "nothing twice"
    assert len(s3.list_objects_v2(Bucket=BUCKET)["Contents"]) == 1


def test_lines_that_cannot_be_delivered_are_kept(embedded: Embedded) -> None:
    s3 = embedded.client("s3")
    log = AccessLog(s3, "no-such-bucket")
    log.note("/", environ(), 200, {}, 0)
    with pytest.raises(s3.exceptions.NoSuchBucket):
        log.deliver()
    s3.create_bucket(Bucket="no-such-bucket", CreateBucketConfiguration={"LocationConstraint": "ap-southeast-1"})
    assert log.stop() == 1


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Cloud, Path]]:
    dist: Path = tmp_path_factory.mktemp("dist")
    (dist / "index.html").write_text("<!doctype html><title>x</title>", encoding="utf-8")
    (dist / "preferences.js").write_text("", encoding="utf-8")
    data = tmp_path_factory.mktemp("data")
    with start(port=0, aws_port=0, schedules=False, dist=dist, data=data) as cloud:
        yield cloud, data


def visit(cloud: Cloud, path: str, agent: str = PHONE, method: str = "GET") -> None:
    request = urllib.request.Request(cloud.url + path, headers={"User-Agent": agent}, method=method)
    with urllib.request.urlopen(request) as answer:
        answer.read()


def publish(cloud: Cloud) -> Json:
    body = urllib.request.Request(f"{cloud.url}/sandbox/statistics", data=b"", method="POST")
    with urllib.request.urlopen(body) as answer:
        told: Json = json.load(answer)
    with urllib.request.urlopen(f"{cloud.url}/statistics/index.json") as answer:
        assert json.load(answer) == told, "what the sandbox answers is what is published"
    return told


@pytest.mark.clause("A17")
def test_pages_that_are_opened_are_counted_published_and_counted_once(running: tuple[Cloud, Path]) -> None:
    cloud, _ = running
    assert publish(cloud)["visits"]["total"] == 0
    cloud.pump.faults.duplicate = 5
    for path in ("/", "/tim", "/tt/2.000635", "/en/tt/2.000635", "/tt/2.000635"):
        visit(cloud, path)
    visit(cloud, "/preferences.js")
    visit(cloud, "/api/health")
    visit(cloud, "/tim", method="HEAD")
    visit(cloud, "/tim", agent="curl/8.5.0")
    visit(cloud, "/sandbox")
    visit(cloud, "/can-bo")
    told = publish(cloud)["visits"]
    assert told["total"] == 5 == told["days"][-1]["views"]
    assert {one["page"]: one["views"] for one in told["pages"]} == {"/": 1, "/tim": 1, "/tt/2.000635": 3}
    assert told["pages"][0]["name"]["vi"].startswith("Cấp bản sao Trích lục hộ tịch")
    assert not any(cloud.dead_letters().values())


@pytest.mark.slow
def test_what_was_seen_until_the_end_is_delivered_and_counted(running: tuple[Cloud, Path]) -> None:
    cloud, data = running
    before = publish(cloud)["visits"]["total"]
    visit(cloud, "/so-do")
    options = {"port": 0, "aws_port": 0, "schedules": False, "dist": cloud.options.dist, "data": data}
    cloud.stop()
    with start(**options) as again:
        assert publish(again)["visits"]["total"] == before + 1
