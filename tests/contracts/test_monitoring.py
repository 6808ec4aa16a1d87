"""Alarms and dashboards name only what exists: metrics that code emits, resources of the template, runbook sections."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from chalicelib.telemetry import ANY, METRICS
from infra.local.template import load
from infra.monitoring import queries
from infra.monitoring.alarms import Alarm, alarms
from infra.monitoring.dashboards import COLUMNS, dashboards, placed
from infra.monitoring.metrics import ours
from infra.monitoring.resources import whole

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = load()
ALARMS = alarms(TEMPLATE)
RUNBOOK = (ROOT / "docs" / "runbook.md").read_text("utf-8")


@cache
def emitted() -> Mapping[str, frozenset[str]]:
    """Name of each metric that some line of the product emits -> what it is given besides, at every such line."""
    found: dict[str, frozenset[str]] = {}
    for path in sorted((ROOT / "chalicelib").rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        for name, given in _counts(tree):
            found[name] = found.get(name, given) & given
    return found


def _counts(tree: ast.Module) -> Iterator[tuple[str, frozenset[str]]]:
    imported = any(
        isinstance(node, ast.ImportFrom)
        and node.module == "chalicelib.telemetry"
        and "count" in {a.name for a in node.names}
        for node in ast.walk(tree)
    )
    for node in ast.walk(tree) if imported else ():
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "count":
            (name, *_), given = node.args, {keyword.arg or "" for keyword in node.keywords}
            assert isinstance(name, ast.Constant), f"{ast.unparse(node)}: the name of a metric is written out"
            yield str(name.value), frozenset(given)


def unheard(read: Iterable[str]) -> set[str]:
    """The metrics of ours that are read and that nobody emits."""
    return {name for name in read if name not in emitted()}


def _read() -> set[str]:
    """Every metric of ours that an alarm or a widget reads, from what CloudFormation gets."""
    text = json.dumps(whole(TEMPLATE), ensure_ascii=False)
    bodies = [
        json.loads(found["Properties"]["DashboardBody"]["Fn::Sub"]) for found in _of("AWS::CloudWatch::Dashboard")
    ]
    series = [each for body in bodies for widget in body["widgets"] for each in widget["properties"].get("metrics", ())]
    names = set(re.findall(r'"Namespace": "Motcua", "MetricName": "(\w+)"', text))
    return names | {each[1] for each in series if each[0] == "Motcua"}


def _of(kind: str) -> list[dict[str, Any]]:
    return [each for each in whole(TEMPLATE)["Resources"].values() if each["Type"] == kind]


@pytest.mark.clause("B7")
def test_every_metric_that_is_read_is_emitted() -> None:
    assert len(_read()) > 20
    assert unheard(_read()) == set()


def test_a_metric_that_nobody_emits_is_found() -> None:
    assert unheard({"OutboxAge", "NobodyTellsThis"}) == {"NobodyTellsThis"}
    with pytest.raises(KeyError):
        ours("NobodyTellsThis")
    with pytest.raises(ValueError, match="told apart"):
        ours("Swept", outcome="no such outcome")
    with pytest.raises(ValueError, match="told apart"):
        ours("DossierSteps", step="no such step")


def test_metrics_emitted_and_metrics_listed_are_the_same_with_their_dimensions() -> None:
    assert emitted().keys() == METRICS.keys()
    for name, dimensions in METRICS.items():
        assert set(dimensions) <= emitted()[name], f"{name} is emitted somewhere without {set(dimensions)}"


def test_metrics_cannot_become_many() -> None:
    """Each combination of values is a metric of its own, 0.30 $ a month: seldom used ones cost nothing, but all of them
    must stay a sum that somebody has looked at."""
    most = 0
    for dimensions in METRICS.values():
        number = 1
        for values in dimensions.values():
            number *= 60 if values is ANY else len(values) + 1
        most += number
    assert most <= 200


@pytest.mark.clause("B7")
@pytest.mark.parametrize("alarm", ALARMS, ids=lambda alarm: alarm.name)
def test_every_alarm_has_its_section_in_the_runbook(alarm: Alarm) -> None:
    section = re.search(rf"^### {alarm.section}\n(.*?)(?=^##|\Z)", RUNBOOK, re.MULTILINE | re.DOTALL)
    assert section is not None, f"docs/runbook.md has no section {alarm.section}"
    for part in ("**Means.**", "**See.**", "**Do.**", "**Do not.**"):
        assert part in section[1], f"the section {alarm.section} lacks {part}"
    if alarm.family in ("DeadLetters", "Errors", "Throttles", "TableThrottled"):
        of = re.sub(r"(Waiting|Errors|Throttles|Throttled)$", "", alarm.name)
        assert f"`{of}`" in section[1], f"the section {alarm.section} says nothing about {of}"


def test_the_runbook_has_no_section_of_an_alarm_that_is_gone() -> None:
    part = RUNBOOK.partition("\n## Alarms\n")[2].partition("\n## ")[0]
    assert set(re.findall(r"^### (\w+)$", part, re.MULTILINE)) == {alarm.section for alarm in ALARMS}


def test_what_must_be_watched_is_watched() -> None:
    """The list of the requirements, each with the alarms that answer it."""
    names = {alarm.name for alarm in ALARMS}
    kinds = {name: each["Type"] for name, each in TEMPLATE["Resources"].items()}
    assert {f"{name}Waiting" for name, kind in kinds.items() if kind == "AWS::SQS::Queue"} <= names
    assert {f"{name}Errors" for name, kind in kinds.items() if kind == "AWS::Serverless::Function"} <= names
    assert {
        "ApiFaults", "ApiSlow", "APIHandlerThrottles", "DossiersTableThrottled", "ReviewsFailed", "ReviewsRestarted",
        "OutboxAge", "MoneyUnmatched", "CertificatesEnding", "CrlsRunningOut", "CrlsUnfetched", "BackupsAbsent",
    } <= names  # fmt: skip


@pytest.mark.parametrize("name", dashboards(TEMPLATE))
def test_widgets_fit_and_do_not_overlap(name: str) -> None:
    taken: set[tuple[int, int]] = set()
    for widget in placed(dashboards(TEMPLATE)[name]):
        assert widget["x"] + widget["width"] <= COLUMNS
        cells = {
            (x, y)
            for x in range(widget["x"], widget["x"] + widget["width"])
            for y in range(widget["y"], widget["y"] + widget["height"])
        }
        assert not cells & taken, widget["properties"].get("title")
        taken |= cells


def test_what_dashboards_and_queries_refer_to_is_there() -> None:
    known = set(whole(TEMPLATE)["Resources"]) | {"Stage", "AWS::Region"}
    for found in _of("AWS::CloudWatch::Dashboard"):
        referred = set(re.findall(r"\$\{([\w:]+)", found["Properties"]["DashboardBody"]["Fn::Sub"]))
        assert referred <= known
    for query in queries.QUERIES:
        assert set(query.of) <= known
        assert re.search(r"\b(filter|stats)\b", query.text)


def test_messages_that_queries_look_for_are_logged() -> None:
    source = "\n".join(path.read_text("utf-8") for path in (ROOT / "chalicelib").rglob("*.py"))
    for query in queries.QUERIES:
        for message in re.findall(r'message = "([^"]+)"', query.text):
            assert f'"{message}"' in source, f"nobody logs {message!r}"


@pytest.mark.slow
def test_the_whole_template_lints(tmp_path: Path) -> None:
    file = tmp_path / "template.json"
    file.write_text(json.dumps(whole(TEMPLATE)), "utf-8")
    lint = Path(sys.executable).with_name("cfn-lint")
    done = subprocess.run([lint, str(file)], capture_output=True, text=True, check=False)
    assert done.stdout == "" and done.returncode == 0
