"""Logs, metrics and traces. Nothing personal goes into any of them: ids, codes of procedures and agencies, steps.

A metric costs by the number of its combinations of dimensions, month for month: a dimension has a handful of values.
Whatever else is said with a metric stands in its log line, where saved queries find it (infra/monitoring).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, wraps
from typing import Any

from aws_lambda_powertools import Logger, Tracer, single_metric
from aws_lambda_powertools.metrics import MetricUnit

from chalicelib import settings

NAMESPACE = "Motcua"

ANY: Collection[str] = ()
"""As many values as the caller's enumeration has."""
_GATEWAYS = ("national", "vnpay", "momo", "zalopay", "vietqr")

METRICS: Mapping[str, Mapping[str, Collection[str]]] = {
    "AttachmentsInspected": {"outcome": ("kept", "refused")},
    "BooksUneven": {},
    "Callbacks": {"gateway": _GATEWAYS},
    "CallbacksRefused": {"gateway": _GATEWAYS},
    "CertificateDaysLeft": {},  # of what is trusted, and of what a result was just signed with
    "CrlsFetched": {"outcome": ("new", "same", "failed")},
    "CrlsRunningOut": {},
    "DatesCountedAgain": {},
    "DatesNotCountedAgain": {},
    "DossierSteps": {"step": ANY},
    "EntriesResolved": {},
    "FilesRead": {},
    "LogLinesNotCounted": {},
    "Notices": {"channel": ("mail", "sms"), "outcome": ("sent", "failed")},
    "OutboxAge": {},  # seconds that the oldest effect had waited when a sweep found it
    "PaperSlots": {},
    "PaperSweepsFailed": {},
    "PapersInspected": {"outcome": ("accepted", "verified", "refused", "waiting", "late")},
    "PapersShown": {},
    "PapersVerified": {},
    "PaymentsSettled": {"outcome": ("paid", "failed", "expired", "suspect", "twice")},
    "PaymentsStarted": {},
    "PostCalls": {},
    "PostReports": {},
    "ProofsMade": {},
    "ReceiptsIssued": {},
    "RefundsPaid": {},
    "RefundsTold": {},
    "RefundsUnclear": {},
    "ResultsFetched": {},
    "ResultsRefused": {},
    "ResultsSealed": {},
    "ReviewsRestarted": {},
    "SheetsMade": {},
    "SigningHints": {},
    "SigningsEnded": {},
    "SigningsStarted": {},
    "StatusShared": {},
    "Swept": {
        "outcome": ("effects", "uploads", "checks", "dossiers", "payments", "refunds", "signings", "failed"),
    },
    "SyncBacklog": {},  # dossiers whose steps the national portal is still to be told
    "SyncDelivered": {},
    "SyncFailed": {"why": ("silent", "refused")},
    "SyncOldestMinutes": {},  # since the oldest of those is behind
    "SyncRefused": {},  # dossiers that wait for a person because a record was refused
    "UnmatchedAge": {},  # days of the oldest money of an agency that nothing explains
    "UnmatchedAmount": {},  # đồng of an agency that nothing explains
}
"""Every metric there is, and what it is told apart by: dimension -> values; all have `service` besides,
`motcua-<stage>`."""
OTHER = "other"
"""What a value becomes that no dimension has: the number of metrics cannot grow by itself."""

# Not the Chalice app's name: two loggers of one name would print every record twice.
logger = Logger(service="motcua-portal", log_uncaught_exceptions=False)


@cache
def _tracer() -> Tracer:
    """Made for the first invocation that X-Ray samples, one in fifty: importing its SDK takes a good part of a cold
    start, and the others have nothing to tell it."""
    return Tracer(service="motcua-portal")


def traced(handler: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """A function's handler in a subsegment of its trace, with its errors; what it answers stays out."""

    @wraps(handler)
    def run(event: Any, context: Any) -> Any:
        if not settings.trace_sampled():
            return handler(event, context)
        return _tracer().capture_lambda_handler(handler, capture_response=False)(event, context)

    return run


@contextmanager
def subsegment(name: str) -> Iterator[None]:
    """A subsegment around a part of an invocation."""
    if not settings.trace_sampled():
        yield
        return
    with _tracer().provider.in_subsegment(name=name):
        yield


def count(name: str, /, value: float = 1, **about: str) -> None:
    """One EMF metric of METRICS: `about` gives its dimensions, and what else to keep (procedure, agency; no person)."""
    dimensions = METRICS[name]
    with single_metric(name=name, unit=MetricUnit.Count, value=value, namespace=NAMESPACE) as metric:
        for key, text in about.items():
            known = dimensions.get(key)
            if known is None:
                metric.add_metadata(key, text)
            else:
                metric.add_dimension(key, text if known is ANY or text in known else OTHER)
