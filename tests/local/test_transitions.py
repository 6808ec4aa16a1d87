"""What a plain level-3 dossier costs in state transitions, counted in the history of a real execution."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from infra.local import start
from infra.local.cloud import Cloud
from tests.bench import transitions
from tests.files import make
from tests.local.test_real import CITIZEN, Caller, draft, executions, upload
from tests.local.test_server import _post

Until = Callable[[Callable[[], bool]], None]


def history(cloud: Cloud, name: str) -> list[dict[str, Any]]:
    arn = cloud.environment["REVIEW_MACHINE_ARN"].replace(":stateMachine:", ":execution:") + f":{name}"
    found = cloud.client("stepfunctions").get_execution_history(executionArn=arn, maxResults=1000)
    events: list[dict[str, Any]] = found["events"]
    return events


def signed(cloud: Cloud, clerk: Caller, dossier: str) -> dict[str, Any]:
    """The result's file, uploaded as the desk does, and the body that enters it."""
    content, paper = make.pdf(text="Trich luc"), str(uuid.uuid4())
    file = {"name": "kq.pdf", "size": len(content), "type": "application/pdf"}
    files = [{**file, "sha256": hashlib.sha256(content).hexdigest()}]
    (form,) = clerk.call("POST", f"/desk/dossiers/{dossier}/result-file", {"id": paper, "files": files})["uploads"]
    assert _post(form, content, cloud.url)[0] in (200, 204)
    assert cloud.settle()
    return {"number": "12/TL", "title": "Trích lục khai sinh", "paper": paper}


@pytest.mark.clause("B4")
@pytest.mark.slow
def test_a_plain_life_keeps_its_budget(until: Until) -> None:
    with start(port=0, aws_port=0, schedules=False) as cloud:
        citizen = Caller(cloud, CITIZEN)
        desk = {
            role: Caller(cloud, f"{role}@tu-phap.example")
            for role in ("tiep-nhan", "tham-dinh", "phe-duyet", "van-thu", "thu-phi")
        }
        dossier = draft(cloud, citizen)
        upload(cloud, citizen, dossier)
        assert cloud.settle()
        filed = citizen.call("POST", f"/dossiers/{dossier}/submission", {"declaration": True})

        def step(who: str, path: str, body: dict[str, Any]) -> None:
            assert cloud.settle()
            desk[who].call("POST", f"/desk/dossiers/{dossier}/{path}", body)

        def state() -> str:
            assert cloud.settle()
            return str(citizen.call("GET", f"/dossiers/{dossier}")["state"]["code"])

        step("tiep-nhan", "receive", {})
        step("tham-dinh", "claim", {})
        step("tham-dinh", "proposal", {"opinion": "Đủ điều kiện."})
        step("phe-duyet", "approval", {})
        step("van-thu", "result", signed(cloud, desk["van-thu"], dossier))
        until(lambda: state() == "result_fee_due")
        full = citizen.call("GET", f"/dossiers/{dossier}")
        due = sum(fee["amount"] for fee in full["fees"] if fee["moment"] == "result")
        step("thu-phi", "fee", {"amount": due, "means": "cash"})
        counts = {paper["component"]: "matches" for paper in full["papers"] if paper["counts"]}
        step("van-thu", "originals", {"originals": counts, "form_signed": True})
        step("van-thu", "hand-over", {"recipient": "Trần Thị Thử", "signed": True})
        name = filed["code"].replace(".", "-") + "-a1"
        until(lambda: executions(cloud) == {name: "SUCCEEDED"})
        events = history(cloud, name)
    entered = [e["stateEnteredEventDetails"]["name"] for e in events if e["type"].endswith("StateEntered")]
    assert entered == transitions.entered(transitions.PLAIN.split())
    assert len(entered) <= transitions.MOST
    assert len(events) < 10 * len(entered)


@pytest.mark.parametrize("path", transitions.PATHS, ids=lambda path: path.name)
def test_every_path_keeps_its_budget_and_ends(path: transitions.Path_) -> None:
    entered = transitions.entered(path.states.split())
    assert entered[-1] == "Done" and len(entered) <= (path.most or 40)
