"""A stage that keeps nothing goes with all it held; a stage of real people does not go."""

from __future__ import annotations

from pathlib import Path

import boto3
import pytest
from moto.cloudformation.models import cloudformation_backends

from infra.deploy import EDGE_REGION, Refused, removal, stack
from infra.deploy.stages import read
from infra.deploy.steps import Deployment
from tests.deploy.account import ACCOUNT, REGION, Person, clients, deployment, distribution, edge, main, stage, table


@pytest.mark.clause("C7")
def test_a_stage_of_real_people_is_not_removed() -> None:
    for keeping in (stage(keeps=True), stage(name="prod"), read("prod")):
        with pytest.raises(Refused, match="keeps data"):
            removal.remove(keeping, clients, EDGE_REGION, lambda _: None)


def _failed(of: Deployment) -> None:
    """As CloudFormation leaves a stack whose creation it took back: what holds data stays."""
    backend = cloudformation_backends[ACCOUNT][REGION]
    backend.get_stack(of.stage.stack).status = "ROLLBACK_COMPLETE"


def test_a_stage_of_real_people_whose_first_deployment_failed_can_be_cleared_away(tmp_path: Path) -> None:
    of = deployment(Person(), stage(keeps=True))
    of.deploy(of.assemble(tmp_path, main(), edge(distribution()), tmp_path))
    with pytest.raises(Refused, match="keeps data"):
        removal.remove(of.stage, clients, EDGE_REGION, lambda _: None)
    _failed(of)
    dynamodb = clients("dynamodb", REGION)
    dynamodb.put_item(TableName="dossiers", Item={"pk": {"S": "a"}})
    with pytest.raises(Refused, match="dossiers holds something"):
        removal.remove(of.stage, clients, EDGE_REGION, lambda _: None)
    dynamodb.delete_item(TableName="dossiers", Key={"pk": {"S": "a"}})
    clients("s3", REGION).put_object(Bucket="site", Key="a", Body=b"1")
    with pytest.raises(Refused, match="site holds something"):
        removal.remove(of.stage, clients, EDGE_REGION, lambda _: None)
    clients("s3", REGION).delete_object(Bucket="site", Key="a")
    removal.remove(of.stage, clients, EDGE_REGION, lambda _: None)
    assert not dynamodb.list_tables()["TableNames"]


def test_a_stage_goes_with_its_data_and_its_names_are_free_again(tmp_path: Path) -> None:
    person = Person()
    of = deployment(person)
    at = edge(distribution())
    body = main(Guarded=table("guarded", DeletionProtectionEnabled=True))
    made = of.assemble(tmp_path, body, at, tmp_path)
    of.deploy(made)
    s3 = clients("s3", REGION)
    s3.put_bucket_versioning(Bucket="site", VersioningConfiguration={"Status": "Enabled"})
    for text in (b"1", b"2"):
        s3.put_object(Bucket="site", Key="a", Body=text)
    s3.delete_object(Bucket="site", Key="a")
    removal.remove(of.stage, clients, EDGE_REGION, person.tell)
    assert not boto3.client("dynamodb", region_name=REGION).list_tables()["TableNames"]
    assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == [of.bucket]
    assert stack.describe(clients("cloudformation", REGION), of.stage.stack) is None
    assert stack.describe(clients("cloudformation", EDGE_REGION), of.stage.edge_stack) is None
    of.deploy(made)


def test_results_under_a_lock_go_too() -> None:
    s3 = clients("s3", REGION)
    s3.create_bucket(
        Bucket="locked",
        ObjectLockEnabledForBucket=True,
        CreateBucketConfiguration={"LocationConstraint": REGION},
    )
    lock = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Years": 5}}}
    s3.put_object_lock_configuration(Bucket="locked", ObjectLockConfiguration=lock)
    s3.put_object(Bucket="locked", Key="a", Body=b"1")
    removal.empty(s3, "locked")
    s3.delete_bucket(Bucket="locked")
