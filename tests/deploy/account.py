"""A stage small enough for moto, which knows no SAM: a bucket, a table, and the outputs of the real templates."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import boto3
from botocore.exceptions import ClientError
from moto.cloudformation.models import cloudformation_backends

from infra.deploy.stages import Stage
from infra.deploy.steps import Deployment

REGION = "ap-southeast-1"
ACCOUNT = "123456789012"  # moto's
Json = dict[str, Any]


def stage(**changes: Any) -> Stage:
    values: Json = {
        "name": "dev",
        "region": REGION,
        "keeps": False,
        "catalogue": False,
        "main": {},
        "edge": {"Firewall": "off"},
        "tags": {"Stage": "dev"},
    }
    return Stage(**{**values, **changes})


def table(name: str, **more: Any) -> Json:
    keys = {"AttributeName": "pk", "AttributeType": "S"}
    properties = {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [keys],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        **more,
    }
    return {"Type": "AWS::DynamoDB::Table", "DeletionPolicy": "Retain", "Properties": properties}


def main(**resources: Json) -> Json:
    return {
        "Parameters": {
            "Stage": {"Type": "String"},
            "PublicUrl": {"Type": "String", "Default": "https://unknown.invalid"},
        },
        "Resources": {
            "SiteBucket": {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain", "Properties": {"BucketName": "site"}},
            "DossiersTable": table("dossiers"),
            **resources,
        },
        "Outputs": {
            "SiteBucketName": {"Value": {"Ref": "SiteBucket"}},
            "SiteDomain": {"Value": "site.example"},
            "ApiDomain": {"Value": "api.example"},
            "PaperOrigins": {"Value": "https://papers.example"},
            "LogsBucketArn": {"Value": "arn:aws:s3:::logs"},
        },
    }


def edge(distribution: str, address: str = "https://d1.example") -> Json:
    return {
        "Parameters": {name: {"Type": "String"} for name in ("Stage", "SiteDomain", "ApiDomain", "PaperOrigins")},
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {}}},
        "Outputs": {"Address": {"Value": address}, "DistributionId": {"Value": distribution}},
    }


def distribution() -> str:
    """A distribution to invalidate."""
    config: Json = {
        "CallerReference": uuid4().hex,
        "Comment": "",
        "Enabled": True,
        "Origins": {"Quantity": 1, "Items": [{"Id": "o", "DomainName": "site.s3.amazonaws.com"}]},
        "DefaultCacheBehavior": {
            "TargetOriginId": "o",
            "ViewerProtocolPolicy": "allow-all",
            "MinTTL": 0,
            "ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}},
        },
    }
    made = boto3.client("cloudfront", region_name=REGION).create_distribution(DistributionConfig=config)
    return str(made["Distribution"]["Id"])


class _Cloudformation:
    """moto's, corrected: after a change set it keeps the parameters and outputs from before it, and more."""

    def __init__(self, region: str) -> None:
        self._client = boto3.client("cloudformation", region_name=region)
        self._backend = cloudformation_backends[ACCOUNT][region]
        self._unchanged = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def create_change_set(self, **words: Any) -> None:
        """moto's refuses at once what CloudFormation's fails on a little later."""
        self._unchanged = False
        try:
            self._client.create_change_set(**words)
        except ClientError as error:
            if "No updates are to be performed" not in str(error):
                raise
            self._unchanged = True

    def describe_change_set(self, **words: str) -> Any:
        reason = "The submitted information didn't contain changes."
        unchanged = {"Status": "FAILED", "StatusReason": reason}
        return unchanged if self._unchanged else self._client.describe_change_set(**words)

    def delete_change_set(self, **words: str) -> None:
        if not self._unchanged:
            self._client.delete_change_set(**words)

    def update_termination_protection(self, **words: Any) -> None:
        found = self._backend.get_stack(words["StackName"])
        found.enable_termination_protection = words["EnableTerminationProtection"]

    def execute_change_set(self, **words: str) -> None:
        self._client.execute_change_set(**words)
        made = self._backend.get_stack(words["StackName"])
        (change_set,) = [c for c in self._backend.change_sets.values() if c.change_set_name == words["ChangeSetName"]]
        made.template_dict, made.parameters = change_set.template_dict, change_set.parameters
        made.resource_map.update(change_set.template_dict, change_set.parameters)
        made.output_map = made._create_output_map()


class S3:
    """moto's, which refuses what a policy denies under a condition, whether the condition holds or not."""

    def __init__(self) -> None:
        self._client = boto3.client("s3", region_name=REGION)
        self.policies: dict[str, Json] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def put_bucket_policy(self, **words: str) -> None:
        self.policies[words["Bucket"]] = json.loads(words["Policy"])


def clients(service: str, region_name: str) -> Any:
    if service == "cloudformation":
        return _Cloudformation(region_name)
    if service == "s3":
        return S3()
    return boto3.client(service, region_name=region_name)  # type: ignore[call-overload]


class Person:
    """Who sits at the keyboard: what they were told and asked, and what they say."""

    def __init__(self, answer: bool = True) -> None:
        self.answer = answer
        self.told: list[str] = []
        self.asked: list[str] = []

    def tell(self, line: str) -> None:
        self.told.append(line)

    def ask(self, question: str) -> bool:
        self.asked.append(question)
        return self.answer


def deployment(person: Person, of: Stage | None = None) -> Deployment:
    return Deployment(of or stage(), clients, person.ask, person.tell)
