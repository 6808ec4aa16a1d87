"""The metrics that alarms and dashboards read: ours, and those that AWS keeps of its services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chalicelib.domain.life import Action
from chalicelib.telemetry import METRICS, NAMESPACE

Json = dict[str, Any]

SERVICE = {"Fn::Sub": "motcua-${Stage}"}
API = {"Fn::Sub": "motcua-${Stage}"}


@dataclass(frozen=True)
class Metric:
    """One series: `dimensions` are texts or what CloudFormation makes of !Ref and !Sub; `label` is for charts."""

    namespace: str
    name: str
    stat: str
    dimensions: Mapping[str, Any] = field(default_factory=dict)
    label: str = ""

    def named(self, label: str) -> Metric:
        return Metric(self.namespace, self.name, self.stat, self.dimensions, label)


def ours(name: str, stat: str = "Sum", label: str = "", **dimensions: str) -> Metric:
    """A metric of telemetry.METRICS; KeyError for one that nobody emits, ValueError for dimensions that it lacks."""
    known = METRICS[name]
    if set(dimensions) != set(known) or any(
        value not in (known[key] or set(Action)) for key, value in dimensions.items()
    ):
        raise ValueError(f"{name} is told apart by {dict(known)}, not by {dimensions}")
    return Metric(
        NAMESPACE, name, stat, {"service": SERVICE, **dimensions}, label or next(iter(dimensions.values()), name)
    )


def of_function(logical_id: str, name: str, stat: str = "Sum") -> Metric:
    return Metric("AWS/Lambda", name, stat, {"FunctionName": {"Ref": logical_id}}, logical_id)


def of_api(name: str, stat: str) -> Metric:
    return Metric("AWS/ApiGateway", name, stat, {"ApiName": API, "Stage": "api"}, f"{name} {stat}")


def of_queue(logical_id: str) -> Metric:
    name, dimensions = "ApproximateNumberOfMessagesVisible", {"QueueName": {"Fn::GetAtt": [logical_id, "QueueName"]}}
    return Metric("AWS/SQS", name, "Maximum", dimensions, logical_id)


def of_reviews(name: str) -> Metric:
    return Metric("AWS/States", name, "Sum", {"StateMachineArn": {"Ref": "ReviewMachine"}}, name)


def of_table(logical_id: str, name: str, stat: str = "Sum") -> Metric:
    return Metric("AWS/DynamoDB", name, stat, {"TableName": {"Ref": logical_id}}, logical_id)


def of_backups(name: str) -> Metric:
    return Metric("AWS/Backup", name, "Sum", {"BackupVaultName": {"Ref": "BackupVault"}}, name)
