"""infra/template.yaml: what it declares, that it lints, and that both clouds build it as declared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pynamodb.indexes import Index

from chalicelib import settings
from chalicelib.storage import tables
from infra.local.access_log import PREFIX
from infra.local.template import DEFINITION, USER_POOL_CLIENT_ID, USER_POOL_ID, Template, Unresolvable
from infra.local.testing import PARAMETERS, Embedded

HERE = Template(PARAMETERS)


@pytest.mark.clause("C7")
@pytest.mark.parametrize("name", [name for name, _ in HERE.resources("AWS::DynamoDB::Table")])
def test_every_table_can_be_recovered_and_is_sealed(name: str) -> None:
    resource = HERE.body["Resources"][name]
    properties = resource["Properties"]
    assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"] == "Retain"
    assert properties["BillingMode"] == "PAY_PER_REQUEST"
    assert properties["DeletionProtectionEnabled"] is True
    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert properties["SSESpecification"]["SSEType"] == "KMS"


@pytest.mark.parametrize("name", [name for name, _ in HERE.resources("AWS::S3::Bucket")])
def test_no_bucket_is_public(name: str) -> None:
    assert set(HERE.body["Resources"][name]["Properties"]["PublicAccessBlockConfiguration"].values()) == {True}


@pytest.mark.parametrize("name", [name for name, _ in HERE.resources("AWS::S3::Bucket")])
def test_every_bucket_refuses_to_speak_in_the_clear(name: str) -> None:
    (policy,) = [p for _, p in HERE.resources("AWS::S3::BucketPolicy") if p["Bucket"] == {"Ref": name}]
    (denied,) = [each for each in policy["PolicyDocument"]["Statement"] if each["Effect"] == "Deny"]
    assert denied["Principal"] == "*" and denied["Action"] == "s3:*"
    assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert denied["Resource"] == [{"Fn::GetAtt": [name, "Arn"]}, {"Fn::Sub": f"${{{name}.Arn}}/*"}]


@pytest.mark.parametrize("name", [name for name, _ in HERE.resources("AWS::S3::Bucket")])
def test_no_bucket_keeps_halves_of_uploads_or_old_versions_for_nothing(name: str) -> None:
    """But for papers and results, whose old versions are evidence."""
    rules = HERE.body["Resources"][name]["Properties"].get("LifecycleConfiguration", {}).get("Rules", [])
    assert rules or name == "ResultsBucket"


def test_conditions_are_resolved_as_cloudformation_does() -> None:
    with_threats = Template({**PARAMETERS, "ThreatProtection": "AUDIT"})
    assert HERE.properties("UserPool")["UserPoolTier"] == "ESSENTIALS"
    assert with_threats.properties("UserPool")["UserPoolTier"] == "PLUS"
    assert not list(HERE.resources("AWS::Cognito::UserPoolIdentityProvider"))
    by_vneid = Template({**PARAMETERS, "VneidIssuer": "https://example.invalid"})
    assert len(list(by_vneid.resources("AWS::Cognito::UserPoolIdentityProvider"))) == 1
    by_ses = Template({**PARAMETERS, "MailDomain": "example.invalid", "AccountsMail": "ses"})
    mail = by_ses.body["Resources"]["UserPool"]["Properties"]["EmailConfiguration"]["Fn::If"]
    assert by_ses.holds(mail[0]) and not HERE.holds(mail[0])
    assert mail[1]["SourceArn"]["Fn::Sub"].endswith("identity/${MailDomain}")
    assert HERE.resolve({"a": {"Ref": "AWS::NoValue"}, "b": [1, {"Ref": "AWS::NoValue"}]}) == {"b": [1]}


def test_functions_get_every_variable_that_settings_reads() -> None:
    source = Path(settings.__file__).read_text(encoding="utf-8")
    read = {part.split('"')[1] for part in source.split("_get(")[1:] if '"' in part.split(")")[0]}
    aws_sets = {"AWS_REGION"}
    assert read - aws_sets - {"name"} <= set(HERE.environment())


def _indexes(model: Any) -> dict[str, Index[Any]]:
    return {index.Meta.index_name: index for index in model._indexes.values()}


def test_indexes_of_the_template_are_those_of_the_models(embedded: Embedded) -> None:
    described = embedded.client("dynamodb").describe_table(TableName=HERE.environment()["DOSSIERS_TABLE"])["Table"]
    declared = {each["IndexName"]: each for each in described["GlobalSecondaryIndexes"]}
    models = _indexes(tables.Row)
    assert declared.keys() == models.keys()
    for name, index in declared.items():
        keys = {key["AttributeName"] for key in index["KeySchema"]}
        wanted = set(models[name].Meta.projection.non_key_attributes)
        assert set(index["Projection"]["NonKeyAttributes"]) == wanted - keys, name


def test_tables_are_built_as_declared(embedded: Embedded) -> None:
    dynamodb, names = embedded.client("dynamodb"), HERE.environment()
    dossiers = dynamodb.describe_table(TableName=names["DOSSIERS_TABLE"])["Table"]
    assert dossiers["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    assert dossiers["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert dossiers["DeletionProtectionEnabled"] is True
    for table, attribute in (
        ("DOSSIERS_TABLE", "expires_at"),
        ("REGISTRY_TABLE", "expires_at"),
        ("LEDGER_TABLE", "expires_at"),
    ):
        living = dynamodb.describe_time_to_live(TableName=names[table])["TimeToLiveDescription"]
        assert living.get("AttributeName") == attribute
        backups = dynamodb.describe_continuous_backups(TableName=names[table])["ContinuousBackupsDescription"]
        assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"


def test_buckets_are_built_as_declared(embedded: Embedded) -> None:
    s3, names = embedded.client("s3"), HERE.environment()
    for bucket, versioned in (("SITE", True), ("QUARANTINE", False), ("PAPERS", True), ("RESULTS", True)):
        status = s3.get_bucket_versioning(Bucket=names[f"{bucket}_BUCKET"]).get("Status")
        assert (status == "Enabled") is versioned, bucket
        blocked = s3.get_public_access_block(Bucket=names[f"{bucket}_BUCKET"])["PublicAccessBlockConfiguration"]
        assert set(blocked.values()) == {True}
    lock = s3.get_object_lock_configuration(Bucket=names["RESULTS_BUCKET"])["ObjectLockConfiguration"]
    retention = lock["Rule"]["DefaultRetention"]
    assert (retention["Mode"], retention["Years"]) == ("GOVERNANCE", 5)
    (rule,) = s3.get_bucket_cors(Bucket=names["QUARANTINE_BUCKET"])["CORSRules"]
    assert rule["AllowedOrigins"] == [PARAMETERS["PublicUrl"]] and rule["AllowedMethods"] == ["POST"]


def test_people_are_built_as_declared(embedded: Embedded) -> None:
    cognito = embedded.client("cognito-idp")
    pool = cognito.describe_user_pool(UserPoolId=USER_POOL_ID)["UserPool"]
    assert pool["Policies"]["PasswordPolicy"]["MinimumLength"] == 10
    schema = {each["Name"]: each for each in pool["SchemaAttributes"]}
    assert schema["custom:posts"]["StringAttributeConstraints"]["MaxLength"] == "2048"
    assert schema["custom:identity"]["Mutable"] is False and schema["custom:kind"]["Mutable"] is False
    client = cognito.describe_user_pool_client(UserPoolId=USER_POOL_ID, ClientId=USER_POOL_CLIENT_ID)["UserPoolClient"]
    assert set(client["ExplicitAuthFlows"]) == {"ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}
    assert client["PreventUserExistenceErrors"] == "ENABLED"
    assert (client["IdTokenValidity"], client["RefreshTokenValidity"]) == (30, 30)
    assert "custom:posts" in client["ReadAttributes"] and "custom:posts" not in client["WriteAttributes"]
    groups = cognito.list_groups(UserPoolId=USER_POOL_ID)["Groups"]
    assert {group["GroupName"] for group in groups} == {"citizens", "officers"}


def test_the_workflow_and_queues_exist(embedded: Embedded) -> None:
    names = HERE.environment()
    machine = embedded.client("stepfunctions").describe_state_machine(stateMachineArn=names["REVIEW_MACHINE_ARN"])
    assert machine["name"] == "motcua-local-review" and machine["type"] == "STANDARD"
    assert len(embedded.client("sqs").list_queues()["QueueUrls"]) == 11


@pytest.mark.clause("A17")
@pytest.mark.clause("C7")
def test_access_logs_are_counted_and_soon_gone() -> None:
    """They may hold addresses of people: private, deleted after two weeks, written by the log delivery alone."""
    bucket = HERE.properties("LogsBucket")
    days = [
        rule["ExpirationInDays"] for rule in bucket["LifecycleConfiguration"]["Rules"] if "ExpirationInDays" in rule
    ]
    assert days == [14] and HERE.body["Resources"]["LogsBucket"]["DependsOn"] == "CountVisitsMayBeCalled"
    (told,) = bucket["NotificationConfiguration"]["LambdaConfigurations"]
    assert told["Filter"]["S3Key"]["Rules"] == [{"Name": "prefix", "Value": PREFIX}]
    statement, tls = HERE.body["Resources"]["LogsBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert tls["Effect"] == "Deny"
    assert (
        statement["Principal"] == {"Service": "delivery.logs.amazonaws.com"} and statement["Action"] == "s3:PutObject"
    )


def test_the_definition_calls_only_functions_that_the_template_substitutes() -> None:
    text = DEFINITION.read_text(encoding="utf-8")
    names = {part.split("}")[0] for part in text.split("${")[1:]}
    assert names == set(HERE.properties("ReviewMachine")["DefinitionSubstitutions"])


def test_the_relay_is_fed_as_the_design_says() -> None:
    event = HERE.body["Resources"]["Relay"]["Properties"]["Events"]["Outbox"]["Properties"]
    assert event["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert event["BisectBatchOnFunctionError"] is True
    assert "OnFailure" in event["DestinationConfig"] and "OUT#" in str(event["FilterCriteria"])
    assert 60 <= event["MaximumRecordAgeInSeconds"] <= 86_400


def test_no_role_may_do_everything() -> None:
    for name, properties in HERE.resources("AWS::IAM::Role"):
        for statement in properties["Policies"][0]["PolicyDocument"]["Statement"]:
            assert not any("*" in action for action in statement["Action"]), name
            free = [a for a in statement["Action"] if not a.startswith(("xray:", "logs:"))]
            if "NotResource" in statement:  # an SMS goes to a number, which no ARN names
                assert (free, statement["NotResource"]) == (["sns:Publish"], "arn:*:sns:*:*:*"), name
                continue
            assert statement["Resource"] != "*" or not free, name


def test_what_the_template_does_not_know_is_refused() -> None:
    with pytest.raises(Unresolvable):
        HERE.resolve({"Ref": "Nothing"})
    with pytest.raises(Unresolvable):
        HERE.resolve({"Fn::ImportValue": "x"})
    with pytest.raises(Unresolvable):
        Template({"Colour": "red"})
