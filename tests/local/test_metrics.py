"""Metrics of this process: what the functions print is kept by the minute, everything else passes."""

from __future__ import annotations

import contextlib
import io
import sys

import pytest

from chalicelib import telemetry
from infra.local.dashboards import page
from infra.local.functions import invoke
from infra.local.metrics import Store, Tap, metrics
from infra.local.template import Template
from infra.local.testing import PARAMETERS, environment

SERVICE = environment()["POWERTOOLS_SERVICE_NAME"]


@pytest.fixture(autouse=True)
def _fresh() -> None:
    metrics.clear()


def test_a_metric_that_is_printed_is_kept_and_not_shown() -> None:
    beyond = io.StringIO()
    with contextlib.redirect_stdout(Tap(beyond)):
        sys.stdout.write("before\n")
        telemetry.count("DossierSteps", step="submit", agency="H34.05", procedure="2.000635")
        telemetry.count("DossierSteps", step="submit", agency="H34.06", procedure="2.000635")
        sys.stdout.write("after\n")
    assert beyond.getvalue() == "before\nafter\n"
    ((_, value),) = metrics.points("Motcua", "DossierSteps", "Sum", {"service": SERVICE, "step": "submit"})
    assert value == 2, "agency and procedure are no dimensions: both are one series"


def test_a_value_that_no_dimension_has_makes_no_new_metric() -> None:
    with contextlib.redirect_stdout(Tap(io.StringIO())):
        telemetry.count("Swept", 3, outcome="something new")
    assert metrics.points("Motcua", "Swept", "Sum", {"service": SERVICE, "outcome": telemetry.OTHER})
    with pytest.raises(KeyError):
        telemetry.count("NobodyKnowsThis")


def test_statistics_of_a_minute() -> None:
    store = Store()
    for value in range(1, 101):
        store.note("N", "M", value, d="x")
    for stat, wanted in [
        ("Sum", 5050),
        ("Average", 50.5),
        ("Minimum", 1),
        ("Maximum", 100),
        ("SampleCount", 100),
        ("p99", 100),
        ("p50", 51),
    ]:
        values = [value for _, value in store.points("N", "M", stat, {"d": "x"})]
        assert values and (sum(values) if stat in ("Sum", "SampleCount") else values[-1]) == pytest.approx(
            wanted, abs=1
        )
    assert store.points("N", "M", "Sum", {"d": "y"}) == []


def test_invocations_and_errors_of_functions_are_measured() -> None:
    def fails(event: object, context: object) -> None:
        raise ValueError(event)

    assert invoke("motcua-local-relay", fails, {}).failed
    for name in ("Invocations", "Errors"):
        assert metrics.points("AWS/Lambda", name, "Sum", {"FunctionName": "motcua-local-relay"})


@pytest.mark.clause("B7")
def test_the_dashboards_can_be_looked_at_and_show_what_happened() -> None:
    with contextlib.redirect_stdout(Tap(io.StringIO())):
        telemetry.count("OutboxAge", 1234)
    template = Template(PARAMETERS)
    empty = page("CitizensDashboard", template).decode()
    shown = page("DeadlinesDashboard", template).decode()
    assert "Citizens" in empty and "<svg" not in empty
    assert "<svg" in shown and "1,357" in shown, "the chart's top is a tenth above its highest value"
    assert "motcua-local-sweep" in shown, "names are filled in"
    assert page("no such dashboard", template) == empty.encode()
