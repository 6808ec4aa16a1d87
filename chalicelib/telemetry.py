"""Logs, metrics and traces. Nothing personal goes into any of them: ids, codes of procedures and agencies, steps."""

from __future__ import annotations

from aws_lambda_powertools import Logger, Tracer, single_metric
from aws_lambda_powertools.metrics import MetricUnit

NAMESPACE = "Motcua"

# Not the Chalice app's name: two loggers of one name would print every record twice.
logger = Logger(service="motcua-portal", log_uncaught_exceptions=False)
tracer = Tracer(service="motcua-portal")


def count(name: str, /, value: float = 1, **dimensions: str) -> None:
    """One EMF metric `name` with its dimensions (procedure, agency, step, outcome; never a dossier or a person)."""
    with single_metric(name=name, unit=MetricUnit.Count, value=value, namespace=NAMESPACE) as metric:
        for key, text in dimensions.items():
            metric.add_dimension(key, text)
