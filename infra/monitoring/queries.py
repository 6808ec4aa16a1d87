"""Saved queries of CloudWatch Logs Insights; `<…>` in a query is to be replaced by whoever asks."""

from __future__ import annotations

from dataclasses import dataclass

from infra.monitoring.metrics import Json

API_LOG = {"Fn::Sub": "/aws/lambda/${APIHandler}"}


@dataclass(frozen=True)
class Query:
    """`of`: logical ids of the functions whose logs are read."""

    name: str
    of: tuple[str, ...]
    text: str


_WORK = ("APIHandler", "Relay", "Sweep", "AwaitDecision", "Escalate")
QUERIES = (
    Query(
        "dossier",
        (*_WORK, "Inspect", "Verify", "Sign"),
        'filter dossier = "<id>" | fields @timestamp, service, level, message, action, before, after, code'
        ' | sort @timestamp',
    ),
    Query(
        "failures",
        (*_WORK, "Inspect", "Verify", "Sign", "Reckon", "FetchCrls"),
        'filter level = "ERROR" | fields @timestamp, @log, message, exception_name, location, dossier'
        ' | sort @timestamp desc | limit 200',
    ),
    Query(
        "refusals-by-code",
        ("APIHandler",),
        'filter message = "refused" | stats count(*) as number by code, status | sort number desc',
    ),
    Query(
        "slowest-requests",
        ("APIHandler",),
        'filter @type = "REPORT" | fields @timestamp, @requestId, @duration, @initDuration, @maxMemoryUsed'
        ' | sort @duration desc | limit 50',
    ),
    Query(
        "cold-starts",
        (*_WORK, "Inspect", "Verify", "Sign"),
        'filter @type = "REPORT"'
        ' | stats count(@initDuration) as cold, count(*) as all, avg(@initDuration), max(@initDuration) by @log',
    ),
    Query(
        "steps-by-agency",
        ("APIHandler", "Relay", "Sweep", "Escalate"),
        "filter ispresent(DossierSteps) | stats count(*) as number by agency, step"
        " | sort agency, number desc | limit 1000",
    ),
    Query(
        "overdue-by-agency",
        ("Sweep", "Escalate"),
        'filter ispresent(DossierSteps) and step = "escalate"'
        ' | stats count(*) as number by agency, procedure | sort number desc',
    ),
    Query(
        "who-saw-papers",
        ("APIHandler",),
        'filter message = "paper shown to an officer" or message = "result shown to an officer" '
        "| fields @timestamp, officer, dossier, paper, result | sort @timestamp desc | limit 1000",
    ),
    Query(
        "callbacks-refused",
        ("APIHandler",),
        'filter message = "callback refused" | fields @timestamp, gateway, verdict, why'
        ' | sort @timestamp desc | limit 200',
    ),
    Query(
        "sweeps",
        ("Sweep",),
        'filter message = "swept" or message = "sweep failed" | sort @timestamp desc | limit 100',
    ),
    Query(
        "bytes-logged",
        (*_WORK, "Inspect", "Verify", "Sign"),
        "stats sum(strlen(@message)) / 1000000 as megabytes by @log | sort megabytes desc",
    ),
)  # fmt: skip


def resource(query: Query) -> Json:
    groups = [API_LOG if name == "APIHandler" else {"Fn::Sub": f"/aws/lambda/${{{name}}}"} for name in query.of]
    properties = {
        "Name": {"Fn::Sub": f"motcua-${{Stage}}/{query.name}"},
        "QueryString": query.text.replace(" | ", "\n| "),
        "LogGroupNames": groups,
    }
    return {"Type": "AWS::Logs::QueryDefinition", "Properties": properties}
