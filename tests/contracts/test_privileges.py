"""Least privilege: what is granted stands in the template, and a fault planted there or in what was seen is found."""

from __future__ import annotations

import pytest

from infra.local.calls import calls, made_by
from infra.local.testing import PARAMETERS, Embedded
from infra.privileges import policies, reasons
from infra.privileges.needs import DATA_KEY, Need, needs, table
from infra.privileges.policies import Grant

TEMPLATE = policies.resolved(PARAMETERS)
GRANTS = policies.grants(TEMPLATE)
ROLES = policies.roles(TEMPLATE)
DOSSIERS, REGISTRY = table("motcua-local-dossiers"), table("motcua-local-registry")


def _missing(function: str, *asked: Need) -> list[Need]:
    return [need for _, need in policies.compare({function: asked}, GRANTS, ROLES).missing]


def test_every_function_has_a_role_and_no_action_is_a_wildcard() -> None:
    assert len(ROLES) >= 13
    for grant in GRANTS:
        assert "*" not in grant.action, grant
        service = grant.action.partition(":")[0]
        if grant.besides:  # an SMS goes to a number, which no ARN names; topics have one
            assert (grant.action, grant.besides) == ("sns:Publish", ("arn:*:sns:*:*:*",)), grant
            continue
        assert grant.resource != "*", f"{grant}: name the resource"
        assert grant.resource.startswith(("arn:aws:" + service + ":", "arn:aws:s3:::")), grant


@pytest.mark.clause("B7")
def test_what_a_function_must_not_do_is_found() -> None:
    assert _missing("Reckon", ("kms:Sign", "arn:aws:kms:ap-southeast-1:123456789012:key/agency", ""))
    assert _missing("Verify", ("dynamodb:PutItem", REGISTRY, "COUNTER#H34.05"))
    assert _missing("APIHandler", ("s3:PutObject", "arn:aws:s3:::motcua-local-results-123456789012/results/x.pdf", ""))
    assert not _missing("Verify", ("dynamodb:PutItem", DOSSIERS, "D#1"), ("kms:Decrypt", DATA_KEY, ""))


def test_an_sms_goes_to_a_number_and_to_nothing_of_ours() -> None:
    topic = "arn:aws:sns:ap-southeast-1:123456789012:alarms"
    for function in ("Relay", "Sweep"):
        assert not _missing(function, ("sns:Publish", "*", "")) and _missing(function, ("sns:Publish", topic, ""))
    assert _missing("APIHandler", ("sns:Publish", "*", ""))


def test_conditions_on_keys_count() -> None:
    assert not _missing("SignRemotely", ("dynamodb:PutItem", REGISTRY, "SIGNING#vnpt"))
    assert _missing("SignRemotely", ("dynamodb:PutItem", REGISTRY, "COUNTER#H34.05"))
    assert not _missing("APIHandler", ("dynamodb:PutItem", REGISTRY, "SEARCHES#H34.05"))
    assert _missing("APIHandler", ("dynamodb:UpdateItem", REGISTRY, "SEARCHES#H34.05")), "records are only appended"


def test_what_nobody_needs_is_found_unless_somebody_says_why() -> None:
    planted = Grant("ReckonRole", "ReckonRole", "s3:DeleteObject", "arn:aws:s3:::motcua-local-papers-123456789012/*")
    unused = policies.compare({}, [planted], ROLES).unused
    assert unused == (planted,) and reasons.reason(planted) == ""
    told = Grant(
        "RelayRole", "RelayRole", "sqs:SendMessage", "arn:aws:sqs:ap-southeast-1:123456789012:RelayDeadLetters"
    )
    assert reasons.reason(told)


def test_a_reason_that_explains_nothing_any_more_is_found() -> None:
    assert len(reasons.idle([])) == len(reasons.UNUSED)


def test_calls_are_noted_under_the_function_that_made_them(cloud: Embedded) -> None:
    from chalicelib import aws
    from infra.local import calls as listening

    listening.listen(aws.session())
    aws.reset()
    listening.listen(aws.session())
    with made_by("motcua-local-relay"):
        aws.client("s3").list_objects_v2(Bucket="motcua-local-papers-123456789012", Prefix="x")
    aws.client("s3").list_objects_v2(Bucket="motcua-local-site-123456789012", Prefix="x")
    noted = {need for function, need in calls.seen() if function == "motcua-local-relay"}
    assert ("s3:ListBucket", "arn:aws:s3:::motcua-local-papers-123456789012", "") in noted
    assert not [need for _, need in calls.seen() if "site" in need[1]], "nobody's call is not a function's"


def test_a_call_that_nobody_described_fails_loudly() -> None:
    with pytest.raises(LookupError, match="nobody has said"):
        needs("s3", "PutBucketPolicy", {"Bucket": "b"})
    assert needs("cognito-idp", "InitiateAuth", {}) == []


def test_what_calls_need() -> None:
    item = {"pk": {"S": "D#1"}, "sk": {"S": "HEAD"}}
    moved = {
        "TransactItems": [
            {"Put": {"TableName": "t", "Item": item}},
            {"ConditionCheck": {"TableName": "t", "Key": item}},
        ]
    }
    assert needs("dynamodb", "TransactWriteItems", moved) == [
        ("dynamodb:PutItem", table("t"), "D#1"),
        ("kms:Decrypt", DATA_KEY, ""),
        ("dynamodb:ConditionCheckItem", table("t"), "D#1"),
    ]
    asked = {"TableName": "t", "IndexName": "i", "KeyConditionExpression": "#0 = :0", "ExpressionAttributeValues": {}}
    assert needs("dynamodb", "Query", asked)[0] == ("dynamodb:Query", table("t", "i"), "")
    read = {"Bucket": "motcua-local-papers-1", "Key": "papers/a", "VersionId": "v"}
    assert needs("s3", "GetObject", read)[0][0] == "s3:GetObjectVersion"
    assert needs("s3", "GetObject", {"Bucket": "motcua-local-site-1", "Key": "catalogue/a"}) == [
        ("s3:GetObject", "arn:aws:s3:::motcua-local-site-1/catalogue/a", "")
    ]
