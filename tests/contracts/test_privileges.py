"""Least privilege: what is granted stands in the template, and a fault planted there or in what was seen is found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from chalicelib.domain.life import OVER, TRANSITIONS, Action, State
from infra.local.calls import calls, made_by
from infra.local.testing import PARAMETERS, Embedded
from infra.privileges import policies, reasons
from infra.privileges.__main__ import main
from infra.privileges.needs import DATA_KEY, Need, needs, table
from infra.privileges.policies import Grant

TEMPLATE = policies.resolved(PARAMETERS)
GRANTS = policies.grants(TEMPLATE)
ROLES = policies.roles(TEMPLATE)
DOSSIERS, REGISTRY, LEDGER = (table(f"motcua-local-{name}") for name in ("dossiers", "registry", "ledger"))


def _missing(function: str, *asked: Need) -> list[Need]:
    return [need for _, need in policies.compare({function: asked}, GRANTS, ROLES).missing]


def test_every_function_has_a_role_of_its_own_and_no_action_is_a_wildcard() -> None:
    assert len(ROLES) == len(set(ROLES.values())) >= 14
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


@pytest.mark.clause("C7")
def test_no_function_may_change_or_delete_a_record_of_a_search() -> None:
    for function in ROLES:
        for row in ("SEARCHES", "SEARCHES#H34.05"):
            for action in ("UpdateItem", "DeleteItem"):
                assert _missing(function, (f"dynamodb:{action}", REGISTRY, row)), f"{function} may {action} {row}"
            if function != "APIHandler":  # which adds them
                assert _missing(function, ("dynamodb:PutItem", REGISTRY, row)), f"{function} may write over {row}"
    (denied,) = {(grant.role, grant.leading) for grant in GRANTS if not grant.allows}
    assert denied == ("ApiRole", ("SEARCHES*",)), "which may change other rows of that table, whatever they are"


@pytest.mark.clause("C7")
def test_who_counts_publishes_or_reckons_reads_no_dossier() -> None:
    for role, least in (("CountVisitsRole", []), ("ReckonRole", []), ("PublishStatisticsRole", ["queue-index"])):
        found = [grant for grant in GRANTS if grant.role == role and grant.resource.startswith(DOSSIERS)]
        assert [(grant.action, grant.resource.rpartition("/")[2]) for grant in found] == [
            ("dynamodb:Query", index) for index in least
        ]


def test_steps_that_write_less_than_others_are_of_roles_that_may_less() -> None:
    """Every step goes through one function (services/transitions.py), which counts loads in the registry when a dossier
    comes to an appraiser or leaves one, and opens refunds in the ledger when it ends. These steps never do."""
    by_escalate = {Action.LAPSE, Action.ESCALATE, Action.CONSULTED}
    by_sign = {Action.SEAL, Action.REFUSE_RESULT}
    for rule in TRANSITIONS:
        if rule.action in by_escalate | by_sign:
            held = [state in {State.APPRAISAL, State.CONSULTATION} for state in (rule.before, rule.after)]
            assert held[0] == held[1], f"EscalateRole and SignRole may not count loads: {rule}"
        if rule.action in by_sign:
            assert rule.after not in OVER, f"SignRole may not write to the ledger: {rule}"
    loads, refund = ("dynamodb:UpdateItem", REGISTRY, "TEAM#H34.05"), ("dynamodb:PutItem", LEDGER, "D#1")
    for function, need in (("Escalate", loads), ("Sign", loads), ("Sign", refund)):
        assert _missing(function, need)
    for function in ("APIHandler", "Relay", "Sweep"):
        assert not _missing(function, loads, refund)


def test_what_nobody_needs_is_found_unless_somebody_says_why() -> None:
    planted = Grant("ReckonRole", "ReckonRole", "s3:DeleteObject", "arn:aws:s3:::motcua-local-papers-123456789012/*")
    unused = policies.compare({}, [planted], ROLES).unused
    assert unused == (planted,) and reasons.reason(planted) == ""
    told = Grant(
        "RelayRole", "RelayRole", "sqs:SendMessage", "arn:aws:sqs:ap-southeast-1:123456789012:RelayDeadLetters"
    )
    assert reasons.reason(told)


def test_every_idle_permission_has_its_reason_and_is_somebodys() -> None:
    for *named, why in reasons.UNUSED:
        assert len(why.split()) >= 5, f"{named}: say what it is for"
    unused = [grant for grant in GRANTS if grant.allows]
    assert reasons.idle(GRANTS, unused) == []


def test_a_reason_about_nothing_or_about_what_is_used_after_all_is_found() -> None:
    assert len(reasons.idle([], [])) == len(reasons.UNUSED)
    letters = [grant for grant in GRANTS if grant.action == "sqs:SendMessage"]
    unused = [grant for grant in GRANTS if grant.allows and grant != letters[0]]
    (found,) = reasons.idle(GRANTS, unused)
    assert f"{letters[0]} is used" in found


def test_a_function_that_nobody_called_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    seen = [[f"motcua-local-{name}", ["kms:Decrypt", DATA_KEY, ""]] for name in ("relay", "sync")]
    file = tmp_path / "calls.json"
    file.write_text(json.dumps({"calls": seen, "unknown": []}), "utf-8")
    assert main([str(file)]) == 1
    said = capsys.readouterr().out
    assert "unseen    Reckon was called" in said and "unseen    Relay" not in said
    assert main(["--missing", str(file)]) == 0, "one run does not do everything"


def test_calls_are_noted_under_the_function_that_made_them(cloud: Embedded) -> None:
    from chalicelib.storage import dossiers, objects

    with made_by("motcua-local-relay"):  # calls that it makes anyhow: what is noted here is compared with its role, too
        dossiers.task("noted")
    objects.keys_under("motcua-local-site-123456789012", "x")
    assert ("motcua-local-relay", ("dynamodb:GetItem", DOSSIERS, "D#noted")) in calls.seen()
    listed = ("s3:ListBucket", "arn:aws:s3:::motcua-local-site-123456789012", "")
    assert listed not in [need for _, need in calls.seen()], "nobody's call is not a function's"


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
