"""Which permissions a call of the SDK needs: (action, resource, leading key of the table or "").

Only the calls that the functions make are known; a new one fails until somebody says here what it needs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from infra.local.environment import ACCOUNT, REGION

Params = Mapping[str, Any]
Need = tuple[str, str, str]

DATA_KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/data"
PLAIN_BUCKETS = ("-site-", "-trust-", "-logs-")
"""Buckets that S3's own key seals: what lies there needs no permission for ours."""
NO_CREDENTIALS = frozenset(
    {"InitiateAuth", "RespondToAuthChallenge", "SignUp", "ConfirmSignUp", "ResendConfirmationCode", "ForgotPassword"}
    | {"ConfirmForgotPassword", "RevokeToken", "AssociateSoftwareToken", "VerifySoftwareToken", "GlobalSignOut"}
    | {"SetUserMFAPreference"}
)
"""Calls of Cognito that anybody may make, some with a token of theirs."""
NOT_MADE = {("s3", "CreateBucket")}
"""What the SDK builds, and never sends, to learn the address for a form of uploading."""


def needs(service: str, operation: str, params: Params) -> list[Need]:
    """What a call needs. LookupError for one that nobody described."""
    if (service, operation) in NOT_MADE or (service == "cognito-idp" and operation in NO_CREDENTIALS):
        return []
    found = _KNOWN.get((service, operation))
    if found is None:
        raise LookupError(f"nobody has said what {service}:{operation} needs (infra/privileges/needs.py)")
    return list(dict.fromkeys(found(params)))


def _arn(service: str, rest: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{rest}"


def table(name: str, index: str = "") -> str:
    return _arn("dynamodb", f"table/{name}{f'/index/{index}' if index else ''}")


# ---- DynamoDB: every call also opens the table with its key


def _on_item(action: str, key: str) -> Callable[[Params], Iterator[Need]]:
    def found(params: Params) -> Iterator[Need]:
        yield f"dynamodb:{action}", table(params["TableName"]), str(params[key]["pk"]["S"])
        yield "kms:Decrypt", DATA_KEY, ""

    return found


def _query(params: Params) -> Iterator[Need]:
    values = params.get("ExpressionAttributeValues", {})
    first = re.search(r"= (:\w+)", params.get("KeyConditionExpression", ""))
    leading = str(values[first[1]].get("S", "")) if first and not params.get("IndexName") else ""
    yield "dynamodb:Query", table(params["TableName"], params.get("IndexName", "")), leading
    yield "kms:Decrypt", DATA_KEY, ""


def _batch_get(params: Params) -> Iterator[Need]:
    for name, asked in params["RequestItems"].items():
        for key in asked["Keys"]:
            yield "dynamodb:BatchGetItem", table(name), str(key["pk"]["S"])
    yield "kms:Decrypt", DATA_KEY, ""


_IN_TRANSACTION = {
    "Put": ("PutItem", "Item"),
    "Update": ("UpdateItem", "Key"),
    "Delete": ("DeleteItem", "Key"),
    "ConditionCheck": ("ConditionCheckItem", "Key"),
    "Get": ("GetItem", "Key"),
}


def _transaction(params: Params) -> Iterator[Need]:
    for item in params["TransactItems"]:
        for kind, body in item.items():
            action, key = _IN_TRANSACTION[kind]
            yield from _on_item(action, key)(body)


# ---- S3


def _object(action: str, *, versioned: bool = False, writes: bool = False) -> Callable[[Params], Iterator[Need]]:
    def found(params: Params) -> Iterator[Need]:
        bucket = params["Bucket"]
        suffix = "Version" if versioned and params.get("VersionId") else ""
        yield f"s3:{action}{suffix}", f"arn:aws:s3:::{bucket}/{params['Key']}", ""
        if not any(plain in bucket for plain in PLAIN_BUCKETS) and action != "GetObjectTagging":
            yield ("kms:GenerateDataKey" if writes else "kms:Decrypt"), DATA_KEY, ""

    return found


def _delete_objects(params: Params) -> Iterator[Need]:
    for one in params["Delete"]["Objects"]:
        action = "DeleteObjectVersion" if one.get("VersionId") else "DeleteObject"
        yield f"s3:{action}", f"arn:aws:s3:::{params['Bucket']}/{one['Key']}", ""


def _bucket(action: str) -> Callable[[Params], Iterator[Need]]:
    def found(params: Params) -> Iterator[Need]:
        yield f"s3:{action}", f"arn:aws:s3:::{params['Bucket']}", ""

    return found


# ---- The others


def _one(action: str, resource: Callable[[Params], str]) -> Callable[[Params], Iterator[Need]]:
    def found(params: Params) -> Iterator[Need]:
        yield action, resource(params), ""

    return found


def _machine(params: Params) -> str:
    return str(params.get("stateMachineArn") or _arn("states", "stateMachine:motcua-local-review"))


def _key(params: Params) -> str:
    name = str(params["KeyId"])
    return name if name.startswith("arn:") else _arn("kms", f"key/{name}")


def _function(params: Params) -> str:
    return _arn("lambda", f"function:{params['FunctionName']}")


def _pool(params: Params) -> str:
    return _arn("cognito-idp", f"userpool/{params['UserPoolId']}")


_KNOWN: dict[tuple[str, str], Callable[[Params], Iterator[Need]]] = {
    ("dynamodb", "GetItem"): _on_item("GetItem", "Key"),
    ("dynamodb", "PutItem"): _on_item("PutItem", "Item"),
    ("dynamodb", "UpdateItem"): _on_item("UpdateItem", "Key"),
    ("dynamodb", "DeleteItem"): _on_item("DeleteItem", "Key"),
    ("dynamodb", "Query"): _query,
    ("dynamodb", "BatchGetItem"): _batch_get,
    ("dynamodb", "TransactWriteItems"): _transaction,
    ("dynamodb", "TransactGetItems"): _transaction,
    ("s3", "GetObject"): _object("GetObject", versioned=True),
    ("s3", "HeadObject"): _object("GetObject", versioned=True),
    ("s3", "GetObjectTagging"): _object("GetObjectTagging"),
    ("s3", "PutObject"): _object("PutObject", writes=True),
    ("s3", "DeleteObjects"): _delete_objects,
    ("s3", "ListObjectsV2"): _bucket("ListBucket"),
    ("s3", "ListObjectVersions"): _bucket("ListBucketVersions"),
    ("stepfunctions", "StartExecution"): _one("states:StartExecution", _machine),
    ("stepfunctions", "DescribeExecution"): _one("states:DescribeExecution", lambda p: str(p["executionArn"])),
    ("stepfunctions", "SendTaskSuccess"): _one("states:SendTaskSuccess", _machine),
    ("stepfunctions", "SendTaskFailure"): _one("states:SendTaskFailure", _machine),
    ("ssm", "GetParameter"): _one("ssm:GetParameter", lambda p: _arn("ssm", f"parameter{p['Name']}")),
    ("ses", "SendEmail"): _one("ses:SendEmail", lambda p: _arn("ses", f"identity/{p['Source']}")),
    ("sns", "Publish"): _one("sns:Publish", lambda p: str(p.get("TopicArn") or "*")),
    ("lambda", "Invoke"): _one("lambda:InvokeFunction", _function),
    ("kms", "Sign"): _one("kms:Sign", _key),
    **{
        ("cognito-idp", name): _one(f"cognito-idp:{name}", _pool)
        for name in (
            "AdminGetUser",
            "AdminDeleteUser",
            "AdminUpdateUserAttributes",
            "AdminUserGlobalSignOut",
        )
    },
}
