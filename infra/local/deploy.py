"""Builds the resources of infra/template.yaml in moto: what CloudFormation knows there through CloudFormation.

The rest, and the properties that moto's CloudFormation drops without a word (versions, lock, CORS, notifications,
time to live, point-in-time recovery), follow by API calls from the same properties.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from moto.cognitoidp.models import CognitoIdpBackend, cognitoidp_backends

from infra.local.environment import ACCOUNT, REGION
from infra.local.template import DEFINITION, USER_POOL_CLIENT_ID, USER_POOL_ID, Json, Template

Client = Callable[[str], Any]  # service name -> botocore client

STACK_TYPES = ("AWS::KMS::Key", "AWS::KMS::Alias", "AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::SQS::Queue")
_ATTRIBUTES = {
    "AWS::KMS::Key": ("Ref", "Arn"),
    "AWS::DynamoDB::Table": ("Ref", "Arn"),
    "AWS::S3::Bucket": ("Ref", "Arn"),
    "AWS::SQS::Queue": ("Ref", "Arn"),
}


def deploy(template: Template, client: Client, definition: str | None = None) -> None:
    """Create everything; afterwards `template` resolves every reference. `definition` replaces review.asl.json."""
    _stack(template, client("cloudformation"))
    _tables(template, client("dynamodb"))
    _buckets(template, client("s3"))
    _people(template, client("cognito-idp"))
    _workflow(template, client("stepfunctions"), definition)
    client("ses").verify_email_identity(EmailAddress=template.parameters["MailFrom"])


def _stack(template: Template, cloudformation: Any) -> None:
    resources: Json = {}
    outputs: Json = {}
    for name, resource in template.body["Resources"].items():
        kind = resource["Type"]
        if kind not in STACK_TYPES:
            continue
        properties = dict(resource["Properties"])
        if kind == "AWS::S3::Bucket":  # refers to functions, which moto would want to run in Docker
            properties.pop("NotificationConfiguration", None)
        resources[name] = {"Type": kind, "Properties": properties}
        attributes = _ATTRIBUTES.get(kind, ())
        if "StreamSpecification" in properties:
            attributes = (*attributes, "StreamArn")
        for attribute in attributes:
            value = {"Ref": name} if attribute == "Ref" else {"Fn::GetAtt": [name, attribute]}
            outputs[f"{name}0{attribute}"] = {"Value": value}
    body = {"Parameters": template.body["Parameters"], "Resources": resources, "Outputs": outputs}
    stack = f"motcua-{template.stage}"
    parameters = [{"ParameterKey": k, "ParameterValue": v} for k, v in template.parameters.items()]
    cloudformation.create_stack(StackName=stack, TemplateBody=json.dumps(body), Parameters=parameters)
    described = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    if described["StackStatus"] != "CREATE_COMPLETE":
        raise RuntimeError(f"the stack ended as {described['StackStatus']}")
    for output in described["Outputs"]:
        name, attribute = output["OutputKey"].split("0", 1)
        template.known[name, attribute] = output["OutputValue"]


def _tables(template: Template, dynamodb: Any) -> None:
    for name, _ in template.resources("AWS::DynamoDB::Table"):
        wanted = template.properties(name)
        table = wanted["TableName"]
        if "TimeToLiveSpecification" in wanted:
            spec = wanted["TimeToLiveSpecification"]
            dynamodb.update_time_to_live(TableName=table, TimeToLiveSpecification=spec)
        dynamodb.update_continuous_backups(
            TableName=table, PointInTimeRecoverySpecification=wanted["PointInTimeRecoverySpecification"]
        )


def _buckets(template: Template, s3: Any) -> None:
    for name, _ in template.resources("AWS::S3::Bucket"):
        wanted = template.properties(name)
        bucket = wanted["BucketName"]
        s3.put_public_access_block(
            Bucket=bucket, PublicAccessBlockConfiguration=wanted["PublicAccessBlockConfiguration"]
        )
        if "VersioningConfiguration" in wanted:
            s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration=wanted["VersioningConfiguration"])
        if "ObjectLockConfiguration" in wanted:
            _lock(s3, bucket, wanted["ObjectLockConfiguration"])
        if "CorsConfiguration" in wanted:
            rules = [_cors(rule) for rule in wanted["CorsConfiguration"]["CorsRules"]]
            s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": rules})


def _cors(rule: Json) -> Json:
    """CloudFormation says MaxAge where the API says MaxAgeSeconds."""
    return {("MaxAgeSeconds" if key == "MaxAge" else key): value for key, value in rule.items()}


def _lock(s3: Any, bucket: str, wanted: Json) -> None:
    retention = dict(wanted["Rule"]["DefaultRetention"])
    retention["Years"] = int(retention["Years"])
    configuration = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": retention}}
    s3.put_object_lock_configuration(Bucket=bucket, ObjectLockConfiguration=configuration)


def _people(template: Template, cognito: Any) -> None:
    for name, _ in template.resources("AWS::Cognito::UserPool"):
        wanted = template.properties(name)
        wanted["PoolName"] = wanted.pop("UserPoolName")
        wanted.pop("EnabledMfas", None)
        made = cognito.create_user_pool(**wanted)["UserPool"]["Id"]
        _rename_pool(made)
    for name, _ in template.resources("AWS::Cognito::UserPoolClient"):
        wanted = template.properties(name)
        made = cognito.create_user_pool_client(**wanted)["UserPoolClient"]["ClientId"]
        _rename_client(made)
    for name, _ in template.resources("AWS::Cognito::UserPoolGroup"):
        wanted = template.properties(name)
        wanted["Precedence"] = int(wanted["Precedence"])
        cognito.create_group(**wanted)


def cognito_backend() -> CognitoIdpBackend:
    return cognitoidp_backends[ACCOUNT][REGION]


def _rename_pool(made: str) -> None:
    """The pool gets the same id in every run, so that an address bar, a cookie and a snapshot stay good."""
    backend = cognito_backend()
    pool = backend.user_pools.pop(made)
    pool.arn = pool.arn.replace(made, USER_POOL_ID)
    pool.id = USER_POOL_ID
    backend.user_pools[USER_POOL_ID] = pool


def _rename_client(made: str) -> None:
    clients = cognito_backend().user_pools[USER_POOL_ID].clients
    client = clients.pop(made)
    client.id = USER_POOL_CLIENT_ID
    clients[USER_POOL_CLIENT_ID] = client


def machine_definition(template: Template, definition: str | None = None) -> str:
    """review.asl.json with its substitutions made, as SAM makes them."""
    text = definition if definition is not None else DEFINITION.read_text(encoding="utf-8")
    for name, _ in template.resources("AWS::Serverless::StateMachine"):
        for key, value in template.properties(name)["DefinitionSubstitutions"].items():
            text = text.replace(f"${{{key}}}", str(value))
    return text


def _workflow(template: Template, stepfunctions: Any, definition: str | None) -> None:
    for name, _ in template.resources("AWS::Serverless::StateMachine"):
        wanted = template.properties(name)
        made = stepfunctions.create_state_machine(
            name=wanted["Name"],
            type=wanted["Type"],
            roleArn=wanted["Role"],
            definition=machine_definition(template, definition),
            tracingConfiguration={"enabled": wanted["Tracing"]["Enabled"]},
        )
        template.known[name, "Ref"] = made["stateMachineArn"]
