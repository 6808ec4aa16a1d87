"""docs/operating.md and the workflow for GitHub only show what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from infra.local.template import EDGE, load
from infra.monitoring.resources import whole

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "operating.md").read_text("utf-8")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
WORKFLOW = ROOT / ".github" / "workflows" / "deploy.yml.example"


def _goals(text: str) -> set[tuple[str, ...]]:
    return {
        tuple(found.split())
        for found in re.findall(r"(?m)(?:^|`)make ((?:[a-z]+|[A-Z]+=\S*)(?: [A-Z]+=[^\s`]*)*)", text)
    }


@pytest.mark.parametrize("name", ["operating.md", "runbook.md"])
def test_every_target_is_there_and_takes_what_it_is_given(name: str) -> None:
    found = _goals((ROOT / "docs" / name).read_text("utf-8"))
    assert ("rollback", "STAGE=prod") in found or name == "runbook.md"
    for words in found:
        for word in words:
            variable, equals, _ = word.partition("=")
            if equals:
                assert f"$({variable})" in MAKEFILE, word
            else:
                assert re.search(rf"^{word}:", MAKEFILE, re.MULTILINE), f"make {word}"


def test_every_parameter_that_is_named_is_one() -> None:
    known = set(whole(load())["Parameters"]) | set(load(EDGE)["Parameters"]) | set(load(EDGE)["Outputs"])
    named = set(re.findall(r"`([A-Z][a-z]+(?:[A-Z][a-z]+)+)`", TEXT)) - {"MethodSettings", "CostCentre"}
    assert named and named <= known
    runbook = (ROOT / "docs" / "runbook.md").read_text("utf-8")
    assert set(re.findall(r"`([A-Z]\w+)=", runbook)) <= known


def test_every_link_leads_somewhere() -> None:
    headings = {
        re.sub(r"[^\w -]", "", h.lower()).replace(" ", "-") for h in re.findall(r"^#+ (.+)$", TEXT, re.MULTILINE)
    }
    for target in re.findall(r"\]\(([^)\s]+)\)", TEXT):
        if target.startswith("#"):
            assert target[1:] in headings, target
        else:
            assert (ROOT / "docs" / target).exists(), target


def test_the_workflow_starts_by_hand_alone_and_is_off() -> None:
    assert not list(WORKFLOW.parent.glob("*.yml")) and not list(WORKFLOW.parent.glob("*.yaml"))
    body = yaml.safe_load(WORKFLOW.read_text("utf-8"))
    assert set(body[True]) == {"workflow_dispatch"}  # YAML reads "on" as true
    assert body["permissions"] == {"id-token": "write", "contents": "read"}
    assert body[True]["workflow_dispatch"]["inputs"]["do"]["options"] == ["deploy", "rollback"]
    assert "secrets." not in WORKFLOW.read_text("utf-8")


def test_what_is_reserved_is_said() -> None:
    """A new account's quota is less, and the first deployment fails without more."""
    functions = [each for each in load()["Resources"].values() if each["Type"] == "AWS::Serverless::Function"]
    reserved = sum(each["Properties"].get("ReservedConcurrentExecutions", 0) for each in functions)
    assert f"the stack reserves {reserved} and" in TEXT
