"""Everything of the monitoring as resources, and the template with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from infra.monitoring import alarms, dashboards, queries
from infra.monitoring.metrics import Json

PARAMETERS: Json = {
    "PagesMail": {
        "Description": "Who is woken by alarms that cannot wait, an address; empty: nobody",
        "Type": "String",
        "Default": "",
    },
    "TicketsMail": {
        "Description": "Who hears of alarms that wait for the morning, an address; empty: nobody",
        "Type": "String",
        "Default": "",
    },
    "Runbook": {
        "Description": "Where the runbook is read; alarms link to its sections",
        "Type": "String",
        "Default": "https://dichvucong.example.invalid/docs/runbook.md",
    },
}
CONDITIONS: Json = {
    "Pages": {"Fn::Not": [{"Fn::Equals": [{"Ref": "PagesMail"}, ""]}]},
    "Tickets": {"Fn::Not": [{"Fn::Equals": [{"Ref": "TicketsMail"}, ""]}]},
}


def resources(template: Mapping[str, Any]) -> Json:
    """Topics, alarms, dashboards and saved queries, by logical id."""
    found: Json = {}
    for kind in ("Pages", "Tickets"):
        name = {"Fn::Sub": f"motcua-${{Stage}}-{kind.lower()}"}
        found[f"{kind}Topic"] = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": name}}
        found[f"{kind}Subscription"] = {
            "Type": "AWS::SNS::Subscription",
            "Condition": kind,
            "Properties": {
                "TopicArn": {"Ref": f"{kind}Topic"},
                "Protocol": "email",
                "Endpoint": {"Ref": f"{kind}Mail"},
            },
        }
    for alarm in alarms.alarms(template):
        found[f"{alarm.name}Alarm"] = alarms.resource(alarm)
    for title, widgets in dashboards.dashboards(template).items():
        found[title] = dashboards.resource(title, widgets)
    for query in queries.QUERIES:
        words = query.name.title().replace("-", "")
        found[f"{words}Query"] = queries.resource(query)
    return found


def whole(template: Mapping[str, Any]) -> Json:
    """The template with the monitoring in it. ValueError when a name is taken."""
    more = resources(template)
    if taken := set(more) & set(template["Resources"]):
        raise ValueError(f"the template has {sorted(taken)} already")
    return {
        **template,
        "Parameters": {**template["Parameters"], **PARAMETERS},
        "Conditions": {**template.get("Conditions", {}), **CONDITIONS},
        "Resources": {**template["Resources"], **more},
    }
