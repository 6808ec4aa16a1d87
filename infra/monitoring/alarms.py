"""Every alarm: what it watches, from when on it calls, and where the runbook says what to do.

An alarm wakes somebody (`page`) or waits for the morning: two topics. A section of docs/runbook.md has the name of each
alarm, or of the family that it belongs to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

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

RUNBOOK = "docs/runbook.md"
MINUTE, HOUR, DAY = 60, 3600, 86_400
GATEWAYS = ("national", "vnpay", "momo", "zalopay", "vietqr")
TABLES = ("DossiersTable", "RegistryTable", "LedgerTable")
LIMITED = ("APIHandler", "Relay", "Inspect", "Verify", "Sign", "AwaitDecision", "Escalate")
"""Functions whose throttling somebody feels; the others come again by their own clock."""


@dataclass(frozen=True)
class Alarm:
    """Calls when `hits` of `periods` periods of `seconds` are at or beyond the threshold.

    `metrics` of more than one are added up. `silence` is what no data means: "notBreaching", or "breaching" where
    something must be heard of. `family` names the section of the runbook when several alarms share one.
    """

    name: str
    says: str
    metrics: Sequence[Metric]
    threshold: float
    seconds: int = 5 * MINUTE
    periods: int = 1
    hits: int = 1
    below: bool = False
    silence: str = "notBreaching"
    page: bool = False
    family: str = ""

    @property
    def section(self) -> str:
        return self.family or self.name


def _single() -> Iterator[Alarm]:
    yield Alarm(
        "ApiFaults", "One request in a hundred fails with 5xx", [of_api("5XXError", "Average")], 0.01,
        periods=5, hits=3, page=True,
    )  # fmt: skip
    yield Alarm(
        "ApiSlow", "One request in a hundred takes five seconds or more", [of_api("Latency", "p99")], 5000,
        periods=5, hits=3,
    )  # fmt: skip
    yield Alarm(
        "ReviewsFailed", "A review workflow ended by accident",
        [of_reviews("ExecutionsFailed"), of_reviews("ExecutionsTimedOut"), of_reviews("ExecutionsAborted")], 1,
    )  # fmt: skip
    yield Alarm("ReviewsRestarted", "Dossiers lose their workflows", [ours("ReviewsRestarted")], 5, seconds=HOUR)
    yield Alarm(
        "OutboxAge", "Effects of steps wait for a quarter of an hour: notices, workflows, receipts are late",
        [ours("OutboxAge", "Maximum")], 900, periods=2, hits=2, page=True,
    )  # fmt: skip
    yield Alarm(
        "SweepAbsent", "The sweeper has not run for a quarter of an hour", [of_function("Sweep", "Invocations")], 1,
        seconds=15 * MINUTE, below=True, silence="breaching", page=True,
    )  # fmt: skip
    yield Alarm(
        "SweepFailures", "Something fails at every sweep", [ours("Swept", outcome="failed")], 1, periods=3, hits=3,
    )  # fmt: skip
    yield Alarm(
        "RelayLate", "The stream of steps is read five minutes late", [of_function("Relay", "IteratorAge", "Maximum")],
        300_000, periods=2, hits=2,
    )  # fmt: skip
    yield Alarm(
        "VerifyLate", "Signatures wait ten minutes to be verified", [of_function("Verify", "IteratorAge", "Maximum")],
        600_000, periods=2, hits=2,
    )  # fmt: skip
    yield Alarm(
        "PaperSweepsFailed", "Uploads can be neither accepted nor refused", [ours("PaperSweepsFailed")], 1,
        periods=3, hits=3,
    )  # fmt: skip
    yield Alarm(
        "ResultsRefused", "Results are sent back to their clerks unsigned", [ours("ResultsRefused")], 3, seconds=HOUR
    )
    yield Alarm(
        "CertificatesEnding", "A certificate that we sign with, or trust, ends within thirty days",
        [ours("CertificateDaysLeft", "Minimum")], 30, seconds=DAY, below=True,
    )  # fmt: skip
    yield Alarm(
        "CrlsRunningOut", "A revocation list is missing or ends within half a day: signatures will stop being believed",
        [ours("CrlsRunningOut")], 1, seconds=3 * HOUR, page=True,
    )  # fmt: skip
    yield Alarm(
        "CrlsUnfetched", "Nobody has fetched revocation lists for seven hours",
        [of_function("FetchCrls", "Invocations")], 1, seconds=HOUR, periods=7, hits=7, below=True, silence="breaching",
    )  # fmt: skip
    yield Alarm(
        "MoneyUnmatched", "Money has lain three days without an explanation", [ours("UnmatchedAge", "Maximum")], 3,
        seconds=DAY,
    )  # fmt: skip
    yield Alarm(
        "BooksUneven", "The books of an agency do not sum to nought", [ours("BooksUneven")], 1, seconds=DAY, page=True
    )
    yield Alarm(
        "BooksUnreckoned", "The books of yesterday were not reckoned", [of_function("Reckon", "Invocations")], 1,
        seconds=DAY, below=True, silence="breaching",
    )  # fmt: skip
    yield Alarm(
        "RefundsUnclear", "A gateway does not say what became of a refund", [ours("RefundsUnclear")], 1, seconds=HOUR
    )
    yield Alarm(
        "CallbacksRefused", "Callbacks of payment gateways are refused: a changed key, or an attack",
        [ours("CallbacksRefused", gateway=name) for name in GATEWAYS], 10,
    )  # fmt: skip
    yield Alarm(
        "SyncBehind", "The national portal has not been told of a dossier for two hours",
        [ours("SyncOldestMinutes", "Maximum")], 120, periods=3, hits=3,
    )  # fmt: skip
    yield Alarm(
        "SyncAbsent", "Nobody has told the national portal anything for a quarter of an hour",
        [of_function("Sync", "Invocations")], 1, seconds=15 * MINUTE, below=True, silence="breaching",
    )  # fmt: skip
    yield Alarm(
        "SyncRefused", "The national portal refuses dossiers", [ours("SyncRefused", "Maximum")], 1, seconds=HOUR
    )
    yield Alarm(
        "BackupsAbsent", "No backup was completed within a day", [of_backups("NumberOfBackupJobsCompleted")], 1,
        seconds=DAY, below=True, silence="breaching",
    )  # fmt: skip
    yield Alarm("BackupsFailed", "A backup failed", [of_backups("NumberOfBackupJobsFailed")], 1, seconds=DAY)
    yield Alarm(
        "MailRefused", "One mail in twenty bounces: SES will stop sending for us",
        [Metric("AWS/SES", "Reputation.BounceRate", "Average")], 0.05, seconds=HOUR, page=True,
    )  # fmt: skip


def alarms(template: Mapping[str, Any]) -> list[Alarm]:
    """All alarms for this template: the single ones, and families with one for each queue, function and table."""
    kinds = {name: resource["Type"] for name, resource in template["Resources"].items()}
    queues = [name for name, kind in kinds.items() if kind == "AWS::SQS::Queue"]
    functions = [name for name, kind in kinds.items() if kind == "AWS::Serverless::Function"]
    found = list(_single())
    for name in queues:
        says = f"Something failed for good and waits in {name}"
        found.append(Alarm(f"{name}Waiting", says, [of_queue(name)], 1, family="DeadLetters"))
    for name in functions:
        says = f"Function {name} fails"
        found.append(Alarm(f"{name}Errors", says, [of_function(name, "Errors")], 3, periods=3, hits=2, family="Errors"))
    for name in LIMITED:
        says = f"Function {name} is throttled"
        watched = [of_function(name, "Throttles")]
        found.append(Alarm(f"{name}Throttles", says, watched, 1, periods=3, hits=2, family="Throttles"))
    for name in TABLES:
        watched = [of_table(name, "ReadThrottleEvents"), of_table(name, "WriteThrottleEvents")]
        says = f"Table {name} is throttled"
        found.append(Alarm(f"{name}Throttled", says, watched, 1, periods=3, hits=2, family="TableThrottled"))
    return found


def resource(alarm: Alarm) -> Json:
    """The alarm as CloudFormation wants it; several metrics become a sum."""
    topic = {"Ref": "PagesTopic" if alarm.page else "TicketsTopic"}
    properties: Json = {
        "AlarmName": {"Fn::Sub": f"motcua-${{Stage}}-{alarm.name}"},
        "AlarmDescription": {
            "Fn::Sub": f"{alarm.says}. What to do: ${{Runbook}}#{alarm.section.lower()}",
        },
        "AlarmActions": [topic],
        "OKActions": [topic],
        "ComparisonOperator": "LessThanThreshold" if alarm.below else "GreaterThanOrEqualToThreshold",
        "Threshold": alarm.threshold,
        "EvaluationPeriods": alarm.periods,
        "DatapointsToAlarm": alarm.hits,
        "TreatMissingData": alarm.silence,
    }
    if len(alarm.metrics) == 1:
        (metric,) = alarm.metrics
        statistic = "ExtendedStatistic" if metric.stat.startswith("p") else "Statistic"
        properties |= {
            "Namespace": metric.namespace,
            "MetricName": metric.name,
            "Dimensions": _dimensions(metric),
            "Period": alarm.seconds,
            statistic: metric.stat,
        }
    else:
        total: Json = {"Id": "total", "Expression": "SUM(METRICS())", "Label": alarm.name, "ReturnData": True}
        properties["Metrics"] = [total, *(_part(n, metric, alarm.seconds) for n, metric in enumerate(alarm.metrics))]
    return {"Type": "AWS::CloudWatch::Alarm", "Properties": properties}


def _part(number: int, metric: Metric, seconds: int) -> Json:
    described = {"Namespace": metric.namespace, "MetricName": metric.name, "Dimensions": _dimensions(metric)}
    stat = {"Metric": described, "Period": seconds, "Stat": metric.stat}
    return {"Id": f"m{number}", "MetricStat": stat, "ReturnData": False}


def _dimensions(metric: Metric) -> list[Json]:
    return [{"Name": name, "Value": value} for name, value in metric.dimensions.items()]
