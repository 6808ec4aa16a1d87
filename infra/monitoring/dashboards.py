"""The three dashboards: how citizens fare, what waits and how long, and how platform and money do.

A widget is 6, 8 or 12 of 24 columns wide; rows fill from the left. Titles are English, as the console around them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from infra.monitoring.alarms import GATEWAYS, TABLES
from infra.monitoring.metrics import (
    Json,
    Metric,
    of_api,
    of_backups,
    of_function,
    of_queue,
    of_reviews,
    of_table,
    ours,
)
from infra.monitoring.queries import QUERIES

COLUMNS, HEIGHT = 24, 6
AT_WORK = ("APIHandler", "Relay", "Sweep", "Inspect", "Verify", "Sign")


@dataclass(frozen=True)
class Chart:
    """Lines over time, or bars where counts are stacked; `line` is where an alarm calls, with its words."""

    title: str
    metrics: Sequence[Metric]
    width: int = 8
    seconds: int = 300
    stacked: bool = False
    line: tuple[float, str] | None = None
    unit: str = ""


@dataclass(frozen=True)
class Numbers:
    """The last values, large."""

    title: str
    metrics: Sequence[Metric]
    width: int = 8
    seconds: int = 3600


@dataclass(frozen=True)
class Table:
    """The answer of a saved query."""

    title: str
    query: str
    width: int = 12


@dataclass(frozen=True)
class Words:
    text: str
    height: int = 2


Widget = Chart | Numbers | Table | Words


def _steps(*names: str, stat: str = "Sum") -> list[Metric]:
    return [ours("DossierSteps", stat, step=name) for name in names]


CITIZENS: tuple[Widget, ...] = (
    Words("# Citizens' journey\nFrom the first page to the result. Nothing here names a person."),
    Numbers("In the last hour", [
        ours("DossierSteps", label="filed", step="submit"),
        ours("DossierSteps", label="accepted", step="receive"),
        ours("DossierSteps", label="delivered", step="deliver"),
        ours("ResultsFetched", label="results fetched online"),
    ], width=24),
    Chart("Requests", [of_api("Count", "Sum").named("all")]),
    Chart("Requests that failed", [
        of_api("5XXError", "Sum").named("ours (5xx)"), of_api("4XXError", "Sum").named("theirs (4xx)"),
    ]),
    Chart("How long requests take, ms", [
        of_api("Latency", "p50"), of_api("Latency", "p90"), of_api("Latency", "p99"),
    ], line=(5000, "ApiSlow")),
    Chart("Filed, supplemented, withdrawn", _steps("submit", "supplement", "withdraw"), stacked=True, seconds=3600),
    Chart("Asked for more, refused, stopped", _steps("request_supplement", "refuse", "stop"), stacked=True,
          seconds=3600),
    Chart("Results entered, delivered", _steps("enter_result", "seal", "deliver"), stacked=True, seconds=3600),
    Chart("Uploads by what the inspector found", [
        ours("PapersInspected", outcome=name) for name in ("accepted", "verified", "refused", "waiting", "late")
    ], stacked=True),
    Chart("Signatures", [
        ours("PapersVerified", label="verified"), ours("SigningsStarted", label="remote, begun"),
        ours("SigningsEnded", label="remote, ended"),
    ], seconds=3600),
    Chart("Payments", [
        ours("PaymentsStarted", label="begun"),
        *(ours("PaymentsSettled", outcome=name) for name in ("paid", "failed", "expired", "suspect", "twice")),
    ], seconds=3600),
    Table("Refusals by code", "refusals-by-code"),
    Table("Slowest requests", "slowest-requests"),
)  # fmt: skip

DEADLINES: tuple[Widget, ...] = (
    Words("# Queues and deadlines\nWhat waits for people stands at their desks; here is what waits for us."),
    Chart("Oldest effect, seconds", [ours("OutboxAge", "Maximum", "oldest")], line=(900, "OutboxAge")),
    Chart("What the sweeper had to do", [
        ours("Swept", outcome=name)
        for name in ("effects", "dossiers", "uploads", "checks", "payments", "refunds", "signings", "failed")
    ], stacked=True),
    Chart("Age of what streams bring, ms", [
        of_function("Relay", "IteratorAge", "Maximum"), of_function("Verify", "IteratorAge", "Maximum"),
    ], line=(300_000, "RelayLate")),
    Chart("Reviews", [
        of_reviews("ExecutionsStarted"), of_reviews("ExecutionsSucceeded"), of_reviews("ExecutionsFailed"),
        of_reviews("ExecutionsTimedOut"), of_reviews("ExecutionsAborted"),
    ], seconds=3600),
    Chart("Reviews that had to be started again", [ours("ReviewsRestarted", label="restarted")], seconds=3600,
          line=(5, "ReviewsRestarted")),
    Chart("Deadlines that passed", _steps("escalate", "lapse"), stacked=True, seconds=3600),
    Chart("The national portal", [
        ours("SyncDelivered", label="steps told"), ours("SyncBacklog", "Maximum", "dossiers behind"),
        ours("SyncRefused", "Maximum", "dossiers refused"), ours("SyncFailed", why="silent"),
    ], seconds=3600),
    Table("Overdue by agency and procedure", "overdue-by-agency"),
    Table("Steps by agency", "steps-by-agency"),
    Chart("Sheets, receipts, results made", [
        ours("SheetsMade", label="sheets"), ours("ReceiptsIssued", label="receipts"),
        ours("ResultsSealed", label="results sealed"), ours("ResultsRefused", label="results refused"),
    ], width=12, seconds=3600),
    Table("Sweeps", "sweeps"),
)  # fmt: skip


def _platform(queues: Sequence[str]) -> Iterator[Widget]:
    yield Words("# Platform and money")
    yield Chart("Invocations", [of_function(name, "Invocations") for name in AT_WORK])
    yield Chart("Errors", [of_function(name, "Errors") for name in AT_WORK], stacked=True)
    yield Chart("Duration p99, ms", [of_function(name, "Duration", "p99") for name in AT_WORK])
    yield Chart("Throttles", [of_function(name, "Throttles") for name in AT_WORK], stacked=True)
    yield Chart("Dead letters", [of_queue(name) for name in queues], stacked=True, line=(1, "DeadLetters"))
    yield Chart("Read units", [of_table(name, "ConsumedReadCapacityUnits") for name in TABLES])
    yield Chart("Write units", [of_table(name, "ConsumedWriteCapacityUnits") for name in TABLES])
    yield Chart(
        "Throttled by the tables",
        [
            of_table(name, kind).named(f"{name} {kind.removesuffix('ThrottleEvents')}")
            for name in TABLES
            for kind in ("ReadThrottleEvents", "WriteThrottleEvents")
        ],
    )
    yield Chart(
        "Backups", [of_backups("NumberOfBackupJobsCompleted"), of_backups("NumberOfBackupJobsFailed")], seconds=86_400
    )
    yield Numbers(
        "Money without an explanation",
        [ours("UnmatchedAmount", "Sum", "đồng"), ours("UnmatchedAge", "Maximum", "days of the oldest")],
        seconds=86_400,
    )
    yield Chart("Callbacks", [ours("Callbacks", gateway=name) for name in GATEWAYS], stacked=True)
    yield Chart(
        "Callbacks refused", [ours("CallbacksRefused", gateway=name) for name in GATEWAYS], stacked=True,
        line=(10, "CallbacksRefused"),
    )  # fmt: skip
    yield Chart(
        "Refunds",
        [
            ours("RefundsTold", label="answers of gateways"),
            ours("RefundsPaid", label="paid"),
            ours("RefundsUnclear", label="unclear"),
        ],
        seconds=3600,
    )
    yield Chart(
        "Certificates: days left", [ours("CertificateDaysLeft", "Minimum", "the first to end")], seconds=86_400,
        line=(30, "CertificatesEnding"),
    )  # fmt: skip
    yield Chart(
        "Revocation lists",
        [
            *(ours("CrlsFetched", outcome=name) for name in ("new", "same", "failed")),
            ours("CrlsRunningOut", label="running out"),
        ],
        seconds=3 * 3600,
    )
    yield Table("Failures", "failures", width=24)
    yield Table("Cold starts", "cold-starts")
    yield Table("Who saw papers", "who-saw-papers")


def dashboards(template: Mapping[str, Any]) -> dict[str, tuple[Widget, ...]]:
    """By name; names are also the logical ids of the resources."""
    queues = [name for name, found in template["Resources"].items() if found["Type"] == "AWS::SQS::Queue"]
    return {"CitizensDashboard": CITIZENS, "DeadlinesDashboard": DEADLINES, "PlatformDashboard": (*_platform(queues),)}


def resource(name: str, widgets: Sequence[Widget]) -> Json:
    title = name.removesuffix("Dashboard").lower()
    body = json.dumps({"widgets": list(placed(widgets))}, ensure_ascii=False, indent=1)
    return {
        "Type": "AWS::CloudWatch::Dashboard",
        "Properties": {"DashboardName": {"Fn::Sub": f"motcua-${{Stage}}-{title}"}, "DashboardBody": {"Fn::Sub": body}},
    }


def placed(widgets: Sequence[Widget]) -> Iterator[Json]:
    """The widgets as the console wants them: from the left, in rows; texts for !Sub where something is referred to."""
    x = y = row = 0
    for widget in widgets:
        width = COLUMNS if isinstance(widget, Words) else widget.width
        height = widget.height if isinstance(widget, Words) else HEIGHT if isinstance(widget, Chart | Table) else 4
        if x + width > COLUMNS:
            x, y, row = 0, y + row, 0
        yield {
            "type": _KINDS[type(widget)],
            "x": x,
            "y": y,
            "width": width,
            "height": height,
            "properties": _said(widget),
        }
        x, row = x + width, max(row, height)


_KINDS = {Chart: "metric", Numbers: "metric", Table: "log", Words: "text"}


def _said(widget: Widget) -> Json:
    if isinstance(widget, Words):
        return {"markdown": widget.text}
    if isinstance(widget, Table):
        (query,) = (one for one in QUERIES if one.name == widget.query)
        sources = " | ".join(f"SOURCE '/aws/lambda/${{{name}}}'" for name in query.of)
        return {
            "title": widget.title,
            "region": "${AWS::Region}",
            "view": "table",
            "query": f"{sources} | {query.text}",
        }
    said: Json = {
        "title": widget.title,
        "region": "${AWS::Region}",
        "view": "singleValue" if isinstance(widget, Numbers) else "timeSeries",
        "period": widget.seconds,
        "metrics": [_series(metric) for metric in widget.metrics],
    }
    if isinstance(widget, Chart):
        said["stacked"] = widget.stacked
        if widget.line:
            said["annotations"] = {"horizontal": [{"value": widget.line[0], "label": widget.line[1]}]}
    return said


def _series(metric: Metric) -> list[Any]:
    pairs = [part for name, value in metric.dimensions.items() for part in (name, text(value))]
    return [metric.namespace, metric.name, *pairs, {"stat": metric.stat, "label": metric.label or metric.name}]


def text(value: Any) -> str:
    """What CloudFormation makes of a value, as the text of a !Sub."""
    match value:
        case {"Ref": name}:
            return f"${{{name}}}"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"${{{name}.{attribute}}}"
        case {"Fn::Sub": found}:
            return str(found)
    return str(value)
