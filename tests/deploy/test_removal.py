"""A stage that keeps nothing goes with all it held; a stage of real people does not go."""

from __future__ import annotations

from pathlib import Path

import boto3
import pytest

from infra.deploy import EDGE_REGION, Refused, removal, stack
from infra.deploy.stages import read
from tests.deploy.account import REGION, Person, clients, deployment, distribution, edge, main, stage, table


@pytest.mark.clause("C7")
def test_a_stage_of_real_people_is_not_removed() -> None:
    for keeping in (stage(keeps=True), stage(name="prod"), read("prod")):
        with pytest.raises(Refused, match="keeps data"):
            removal.remove(keeping, clients, EDGE_REGION, lambda _: None)


def test_a_stage_goes_with_its_data_and_its_names_are_free_again(tmp_path: Path) -> None:
    person = Person()
    of = deployment(person)
    at = edge(distribution())
    body = main(Guarded=table("guarded", DeletionProtectionEnabled=True))
    made = of.assemble(tmp_path, body, at, tmp_path)
    of.deploy(made)
    s3 = boto3.client("s3", region_name=REGION)
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
    s3 = boto3.client("s3", region_name=REGION)
    s3.create_bucket(
        Bucket="locked",
        ObjectLockEnabledForBucket=True,
        CreateBucketConfiguration={"LocationConstraint": REGION},
    )
    lock = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Years": 5}}}
    s3.put_object_lock_configuration(Bucket="locked", ObjectLockConfiguration=lock)  # type: ignore[arg-type]
    s3.put_object(Bucket="locked", Key="a", Body=b"1")
    removal.empty(s3, "locked")
    s3.delete_bucket(Bucket="locked")
