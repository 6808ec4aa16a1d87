"""A submission over HTTP on the local cloud, with few and with many dossiers in its tables."""

from __future__ import annotations

import hashlib
import itertools
import json
import statistics
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.request import Request, urlopen

from chalicelib.domain.access import Actor
from chalicelib.domain.dossier import Dossier, apply
from chalicelib.domain.life import Action
from chalicelib.domain.paper import Paper
from chalicelib.services import catalogue, present, publishing
from chalicelib.storage import dossiers as kept
from chalicelib.storage import papers as paper_rows
from infra.local import start
from tests.app.portal import AGENCY, ANSWERS, PROCEDURE
from tests.files import make

FEW, MANY, SUBMITS = 20, 200, 15


@dataclass(frozen=True)
class Timing:
    """Milliseconds of submissions among `dossiers` dossiers."""

    dossiers: int
    times: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.times)


class _Citizen:
    """The first of the demo citizens, signed in."""

    def __init__(self, cloud: Any) -> None:
        self.cloud = cloud
        self.token = ""
        account = next(a for a in cloud.accounts if "@" not in a["username"])
        answer = self.call("POST", "/sessions", {"username": account["username"], "password": account["password"]})
        self.token = answer["id_token"]

    def call(self, method: str, path: str, body: Any) -> Any:
        headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        request = Request(f"{self.cloud.url}/api{path}", json.dumps(body).encode(), headers, method=method)
        with urlopen(request, timeout=30) as reply:
            return json.loads(reply.read())

    def draft(self, version: int) -> str:
        dossier = str(uuid.uuid4())
        offer = {"procedure": PROCEDURE["code"], "procedure_version": version, "agency": AGENCY, "delivery": "counter"}
        self.call("PUT", f"/dossiers/{dossier}", {**offer, "version": 0, "answers": ANSWERS})
        return dossier

    def paper(self, dossier: str) -> Paper:
        """One real paper: slot, upload, inspection."""
        content, paper = make.jpeg(), str(uuid.uuid4())
        file = {"name": "anh.jpg", "size": len(content), "type": "image/jpeg"}
        files = [{**file, "sha256": hashlib.sha256(content).hexdigest()}]
        body = {"id": paper, "component": "identity", "provenance": "photo", "files": files}
        self.call("POST", f"/dossiers/{dossier}/papers", body)
        bucket = self.cloud.environment["QUARANTINE_BUCKET"]
        s3 = self.cloud.client("s3")
        s3.put_object(Bucket=bucket, Key=f"quarantine/{dossier}/{paper}/1", Body=content, ContentType="image/jpeg")
        ends = time.monotonic() + 20
        while time.monotonic() < ends:
            self.cloud.settle()
            (found,) = paper_rows.of(dossier)
            if found.status == "verified":
                return found
            time.sleep(0.05)
        raise RuntimeError("the paper was not inspected in time")


def _fill(template: Dossier, numbers: Iterator[int], wanted: int) -> None:
    """Dossiers filed earlier, as rows alone: no review of theirs runs."""
    for number in itertools.islice(numbers, wanted):
        at = present.now() - timedelta(days=1, minutes=number)
        draft = replace(template, id=str(uuid.uuid4()), version=1, created_at=at)
        kept.create_draft(draft)
        owner = Actor(draft.owner, "Nguyễn Thị Thử", "person")
        changes = {"code": f"{AGENCY}-260101-{number:04d}", "submitted_at": at, "reply_due_at": at + timedelta(days=3)}
        after, event = apply(draft, Action.SUBMIT, owner, at, event_id=str(uuid.uuid4()), changes=changes)
        kept.commit(draft, after, event, (), now=at)


def _submits(citizen: _Citizen, template: Paper, version: int) -> Iterator[float]:
    for _ in range(SUBMITS):
        dossier = citizen.draft(version)
        paper = replace(template, dossier=dossier, id=str(uuid.uuid4()), version=1)
        paper_rows.save([paper])
        citizen.cloud.settle()  # what the one before set off shall not be counted with this one
        began = time.perf_counter()
        citizen.call("POST", f"/dossiers/{dossier}/submission", {"declaration": True})
        yield (time.perf_counter() - began) * 1000


def measured() -> list[Timing]:
    """The same submissions among few and among many dossiers, in one run."""
    found = []
    with start(port=0, aws_port=0, schedules=False) as cloud:
        publishing.publish([publishing.Sourced("bench", PROCEDURE)])
        version = catalogue.procedure(PROCEDURE["code"]).version
        citizen = _Citizen(cloud)
        first = citizen.draft(version)
        paper, template = citizen.paper(first), kept.head(first)
        numbers, there = itertools.count(1), 0
        list(itertools.islice(_submits(citizen, paper, version), 2))  # warm
        for wanted in (FEW, MANY):
            _fill(template, numbers, wanted - there)
            there = wanted + SUBMITS
            found.append(Timing(wanted, tuple(_submits(citizen, paper, version))))
    return found


def table() -> Iterator[str]:
    """For people to read."""
    timings = measured()
    yield f"{'submit over HTTP among':<26}{'median ms':>10}{'min':>8}{'max':>8}"
    for timing in timings:
        label = f"{timing.dossiers} dossiers"
        yield f"{label:<26}{timing.median:>10.0f}{min(timing.times):>8.0f}{max(timing.times):>8.0f}"
    few, many = timings
    yield f"ratio of the medians {many.median / few.median:.2f}; {SUBMITS} submissions each"
