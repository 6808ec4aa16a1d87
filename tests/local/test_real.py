"""The real application on the local cloud: a dossier through HTTP, the workflow waiting, and a new start with DATA."""

from __future__ import annotations

import hashlib
import json
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from infra.local import start
from infra.local.cloud import Cloud
from tests.files import make
from tests.local.test_server import _post

CITIZEN, RECEPTION, APPRAISER = "062120000017", "tiep-nhan@tu-phap.example", "tham-dinh@tu-phap.example"
Json = dict[str, Any]
Until = Callable[[Callable[[], bool]], None]


class Caller:
    """Somebody who logs in and calls the API over HTTP."""

    def __init__(self, cloud: Cloud, username: str) -> None:
        self.url = f"{cloud.url}/api"
        self.token = ""
        (account,) = [each for each in cloud.accounts if each["username"] == username]
        given = {"username": username, "password": account["password"]}
        self.token = str(self.call("POST", "/sessions", given)["id_token"])

    def call(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        data = None if body is None else json.dumps(body).encode()
        try:
            with urllib.request.urlopen(
                urllib.request.Request(self.url + path, data=data, method=method, headers=headers)
            ) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            with error:
                raise AssertionError(f"{method} {path}: {error.code} {error.read().decode()}") from error


def answers(schema: Json) -> Json:
    """The smallest set of answers that a form takes."""
    by_hand = {"relation": "self", "applicant_identity": CITIZEN, "applicant_phone": "0912000001"}

    def one(name: str, rule: Json) -> Any:
        if name in by_hand:
            return by_hand[name]
        if "enum" in rule:
            return rule["enum"][0]
        if rule["type"] == "integer":
            return rule.get("minimum", 1)
        if rule.get("format") == "date":
            return "1990-05-17"
        if rule["type"] == "boolean":
            return True
        return "Trần Thị Thử"

    return {name: one(name, schema["properties"][name]) for name in schema["required"]}


def draft(cloud: Cloud, citizen: Caller) -> str:
    with urllib.request.urlopen(f"{cloud.url}/catalogue/procedures/2.000635.json") as answer:
        procedure = json.load(answer)
    dossier = str(uuid.uuid4())
    body = {"version": 0, "procedure": "2.000635", "procedure_version": procedure["version"], "agency": "H34.05"}
    citizen.call("PUT", f"/dossiers/{dossier}", {**body, "answers": answers(procedure["form"]), "delivery": "counter"})
    return dossier


def upload(cloud: Cloud, citizen: Caller, dossier: str) -> str:
    content, paper = make.jpeg(), str(uuid.uuid4())
    file = {
        "name": "anh.jpg",
        "size": len(content),
        "type": "image/jpeg",
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    body = {"id": paper, "component": "identity-paper", "provenance": "photo", "files": [file]}
    slot = citizen.call("POST", f"/dossiers/{dossier}/papers", body)
    (form,) = slot["uploads"]
    assert _post(form, content, cloud.url)[0] in (200, 204)
    return paper


def executions(cloud: Cloud) -> dict[str, str]:
    machine = cloud.environment["REVIEW_MACHINE_ARN"]
    found = cloud.client("stepfunctions").list_executions(stateMachineArn=machine)["executions"]
    return {each["name"]: each["status"] for each in found}


@pytest.mark.clause("B4")
@pytest.mark.clause("B3")
def test_a_review_goes_on_after_a_new_start(tmp_path: Path, until: Until) -> None:
    options = {"port": 0, "aws_port": 0, "data": tmp_path, "schedules": False}
    with start(**options) as cloud:
        citizen = Caller(cloud, CITIZEN)
        dossier = draft(cloud, citizen)
        upload(cloud, citizen, dossier)
        assert cloud.settle()
        began = time.monotonic()
        filed = citizen.call("POST", f"/dossiers/{dossier}/submission", {"declaration": True})
        assert time.monotonic() - began < 1.0
        assert cloud.settle()
        first = filed["code"].replace(".", "-") + "-a1"
        until(lambda: executions(cloud) == {first: "RUNNING"})
        assert any(filed["code"] in letter.body for letter in cloud.outbox())
        Caller(cloud, RECEPTION).call("POST", f"/desk/dossiers/{dossier}/receive", {})
        assert cloud.settle() and executions(cloud) == {first: "RUNNING"}
        assert not any(cloud.dead_letters().values())
    with start(**options) as cloud:
        assert cloud.restored
        second = filed["code"].replace(".", "-") + "-a2"
        until(lambda: executions(cloud) == {second: "RUNNING"})
        citizen = Caller(cloud, CITIZEN)
        assert citizen.call("GET", f"/dossiers/{dossier}")["state"]["code"] == "received"
        Caller(cloud, APPRAISER).call("POST", f"/desk/dossiers/{dossier}/claim", {})
        assert cloud.settle()
        assert citizen.call("GET", f"/dossiers/{dossier}")["state"]["code"] == "appraisal"
        assert executions(cloud) == {second: "RUNNING"}
