"""What every policy of both templates says: named actions on named resources, and for each exception its reason."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

import pytest

from infra.local.template import EDGE, load
from infra.local.testing import PARAMETERS
from infra.monitoring.resources import whole
from infra.privileges.policies import resolved, roles

Json = dict[str, Any]
TEMPLATES = {"main": whole(load()), "edge": load(EDGE)}

# Actions that IAM knows no resource for, as the service authorization reference says, by who needs them.
WITHOUT_RESOURCE = {
    "ReviewRole": {  # traces and log deliveries of Step Functions
        "xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets",
        "logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery",
        "logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "logs:DescribeLogGroups",
    },
}  # fmt: skip
# The only policies of AWS's own, each for what every function does: write its log, send its traces.
MANAGED = {"service-role/AWSLambdaBasicExecutionRole", "AWSXRayDaemonWriteAccess"}
# Whole services, and why.
WHOLE = {
    "DataKey": "the key's own policy hands the decision to IAM, as AWS advises; without it nobody could manage the key",
    "*Policy": "a bucket's refusal of everything that does not come by TLS",
}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def statements() -> Iterator[tuple[str, str, Json]]:
    """(resource, its type, statement) of every policy document."""
    for template in TEMPLATES.values():
        for name, resource in template["Resources"].items():
            properties = resource.get("Properties", {})
            documents = [each["PolicyDocument"] for each in properties.get("Policies", ()) if "PolicyDocument" in each]
            documents += [properties[key] for key in ("PolicyDocument", "KeyPolicy") if key in properties]
            for document in documents:
                for statement in document["Statement"]:
                    yield name, resource["Type"], statement


ALL = list(statements())


def test_there_is_something_to_look_at() -> None:
    assert len(ALL) > 80 and {kind for _, kind, _ in ALL} >= {
        "AWS::IAM::Role",
        "AWS::S3::BucketPolicy",
        "AWS::KMS::Key",
    }


@pytest.mark.clause("C7")
def test_no_action_has_a_wildcard() -> None:
    for name, _, statement in ALL:
        assert "NotAction" not in statement, name
        for action in _list(statement["Action"]):
            if "*" in action:
                assert any(fnmatchcase(name, pattern) for pattern in WHOLE), f"{name}: {action}"
                assert statement["Effect"] == "Deny" or name == "DataKey", f"{name}: {action}"


@pytest.mark.clause("C7")
def test_everything_is_nobodys_but_where_iam_knows_no_resource() -> None:
    for name, kind, statement in ALL:
        if kind == "AWS::KMS::Key":  # in a key's policy "*" is the key itself
            continue
        for resource in _list(statement.get("Resource", "*")):
            if resource == "*" and statement["Effect"] == "Allow" and "NotResource" not in statement:
                assert set(_list(statement["Action"])) <= WITHOUT_RESOURCE.get(name, set()), f"{name}: {statement}"


@pytest.mark.clause("C7")
def test_only_messages_to_telephones_are_granted_by_what_they_are_not() -> None:
    for name, _, statement in ALL:
        if "NotResource" in statement:
            assert statement["Action"] == ["sns:Publish"], name
            assert statement["NotResource"] == "arn:*:sns:*:*:*", f"{name} may write to topics"


def test_every_reason_is_still_needed() -> None:
    for name, actions in WITHOUT_RESOURCE.items():
        used = {a for n, _, s in ALL if n == name and s.get("Resource") == "*" for a in _list(s["Action"])}
        assert used == actions, name


def _words(resource: Any) -> str:
    return str(resource.get("Fn::Sub", "")) if isinstance(resource, dict) else str(resource)


@pytest.mark.clause("C7")
def test_no_function_may_touch_all_objects_of_a_bucket() -> None:
    """Papers, results, drafts and receipts lie under prefixes of their own, and so are allowed."""
    for name, kind, statement in ALL:
        if kind not in ("AWS::IAM::Role", "AWS::IAM::ManagedPolicy") or name == "MalwareScanRole":
            continue
        for resource in _list(statement.get("Resource", [])):
            text = _words(resource)
            assert not text.endswith(("Bucket.Arn}/*", "${AWS::AccountId}/*")), f"{name}: {text}"


@pytest.mark.clause("C7")
def test_no_role_makes_itself_mightier() -> None:
    mighty = (
        "iam:",
        "sts:",
        "organizations:",
        "kms:PutKeyPolicy",
        "lambda:Update",
        "s3:PutBucketPolicy",
        "s3:BypassGovernance",
    )
    for name, kind, statement in ALL:
        if kind in ("AWS::IAM::Role", "AWS::IAM::ManagedPolicy"):
            assert not [a for a in _list(statement["Action"]) if a.startswith(mighty)], name


def test_policies_are_as_long_as_iam_bears() -> None:
    """6,144 characters a managed policy, 10,240 all that a role has of its own, ten managed ones; blanks are free."""
    template = resolved(PARAMETERS)

    def length(document: Json) -> int:
        return len(json.dumps(template.resolve(document), separators=(",", ":")))

    for name, policy in template.resources("AWS::IAM::ManagedPolicy"):
        assert length(policy["PolicyDocument"]) <= 6_144, name
    for name in roles(template).values():
        role = template.body["Resources"][name]["Properties"]
        own = sum(length(each["PolicyDocument"]) for each in role["Policies"])
        assert own <= 10_240 and len(role["ManagedPolicyArns"]) <= 10, name


def test_roles_are_taken_by_one_service_each_and_extended_by_known_policies() -> None:
    for template in TEMPLATES.values():
        for name, resource in template["Resources"].items():
            if resource["Type"] != "AWS::IAM::Role":
                continue
            properties = resource["Properties"]
            (trust,) = properties["AssumeRolePolicyDocument"]["Statement"]
            assert isinstance(trust["Principal"]["Service"], str) and trust["Action"] == "sts:AssumeRole", name
            for policy in properties.get("ManagedPolicyArns", []):
                own = policy.get("Ref") in template["Resources"]
                assert own or _words(policy).partition(":policy/")[2] in MANAGED, f"{name}: {policy}"


@pytest.mark.clause("C7")
def test_whoever_else_is_let_in_is_a_service_acting_for_this_account() -> None:
    """Resource policies: never the public, never any account's distribution, log delivery or mail."""
    for name, kind, statement in ALL:
        if "Principal" not in statement or statement["Effect"] == "Deny" or kind == "AWS::KMS::Key":
            continue
        assert set(statement["Principal"]) == {"Service"}, name
        assert "AWS::AccountId" in json.dumps(statement["Condition"]), f"{name} is open to other accounts"


def test_permissions_to_call_a_function_name_account_and_caller() -> None:
    for template in TEMPLATES.values():
        for name, resource in template["Resources"].items():
            if resource["Type"] == "AWS::Lambda::Permission":
                assert {"SourceAccount", "SourceArn"} <= set(resource["Properties"]), name
