"""A stage without real people, gone with all that it held.

Deleting a stack leaves what holds data (DeletionPolicy Retain), so that nobody loses it by a slip. For a stage that
says of itself that it keeps nothing, this takes the rest away as well, so that its names are free again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from infra.deploy import Client, Refused, Tell, stack
from infra.deploy.stages import Stage

_KEY_WAITS = 7  # days until a key is gone, the fewest


def allowed(stage: Stage, clients: Client) -> None:
    """Refused for a stage of real people, unless its first deployment failed and nothing was ever kept in it."""
    if not stage.keeps and stage.name != "prod":
        return
    cloudformation = clients("cloudformation", region_name=stage.region)
    known = stack.describe(cloudformation, stage.stack)
    if known is None or not known["StackStatus"].startswith("ROLLBACK_"):  # of a creation; others are UPDATE_ROLLBACK_…
        raise Refused(f"{stage.name} keeps data of people: it is not removed by a command")
    for kind, name in remains(cloudformation, stage.stack):
        if _holds_something(kind, name, stage, clients):
            raise Refused(f"{stage.name} never ran, but {name} holds something: it is not removed by a command")


def _holds_something(kind: str, name: str, stage: Stage, clients: Client) -> bool:
    if kind == "AWS::DynamoDB::Table":
        return bool(clients("dynamodb", region_name=stage.region).scan(TableName=name, Limit=1)["Items"])
    if kind == "AWS::S3::Bucket":
        found = clients("s3", region_name=stage.region).list_object_versions(Bucket=name, MaxKeys=1)
        return bool(found.get("Versions") or found.get("DeleteMarkers"))
    if kind == "AWS::Cognito::UserPool":
        return bool(clients("cognito-idp", region_name=stage.region).list_users(UserPoolId=name, Limit=1)["Users"])
    return False


def remains(cloudformation: Any, name: str) -> list[tuple[str, str]]:
    """(type, physical id) of what the stack made that holds data; not what it found there and so could not make."""
    found = []
    try:
        for page in cloudformation.get_paginator("list_stack_resources").paginate(StackName=name):
            for each in page["StackResourceSummaries"]:
                made = each.get("PhysicalResourceId") and each["ResourceStatus"] != "CREATE_FAILED"
                if made and each["ResourceType"] in stack.HOLDS_DATA:
                    found.append((each["ResourceType"], each["PhysicalResourceId"]))
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":
            raise
    return found


def remove(stage: Stage, clients: Client, edge_region: str, tell: Tell) -> None:
    """Delete both stacks, then what they left. What is there no more is passed over: it may be called again."""
    allowed(stage, clients)
    here = clients("cloudformation", region_name=stage.region)
    left = remains(here, stage.stack)
    _delete(clients("cloudformation", region_name=edge_region), stage.edge_stack, tell)
    for kind, name in left:
        _unlock(kind, name, stage, clients)
    _delete(here, stage.stack, tell)
    # The key last: everything else is encrypted with it.
    for kind, name in sorted(left, key=lambda each: each[0] == "AWS::KMS::Key"):
        tell(f"  deleting {kind.removeprefix('AWS::')} {name}")
        _take_away(kind, name, stage, clients)


def _delete(cloudformation: Any, name: str, tell: Tell) -> None:
    if stack.describe(cloudformation, name) is None:
        return
    tell(f"  deleting the stack {name}")
    cloudformation.update_termination_protection(StackName=name, EnableTerminationProtection=False)
    cloudformation.delete_stack(StackName=name)
    stack.wait(cloudformation, name, tell, set())


def _unlock(kind: str, name: str, stage: Stage, clients: Client) -> None:
    if kind == "AWS::DynamoDB::Table":
        dynamodb = clients("dynamodb", region_name=stage.region)
        dynamodb.update_table(TableName=name, DeletionProtectionEnabled=False)
    elif kind == "AWS::Cognito::UserPool":
        pool = clients("cognito-idp", region_name=stage.region)
        # What is not named here goes back to its default, which the pool will not live to see.
        pool.update_user_pool(UserPoolId=name, DeletionProtection="INACTIVE")


def _take_away(kind: str, name: str, stage: Stage, clients: Client) -> None:
    region = stage.region
    if kind == "AWS::DynamoDB::Table":
        clients("dynamodb", region_name=region).delete_table(TableName=name)
    elif kind == "AWS::S3::Bucket":
        s3 = clients("s3", region_name=region)
        empty(s3, name)
        s3.delete_bucket(Bucket=name)
    elif kind == "AWS::Cognito::UserPool":
        clients("cognito-idp", region_name=region).delete_user_pool(UserPoolId=name)
    elif kind == "AWS::KMS::Key":
        clients("kms", region_name=region).schedule_key_deletion(KeyId=name, PendingWindowInDays=_KEY_WAITS)
    elif kind == "AWS::Backup::BackupVault":
        backup = clients("backup", region_name=region)
        for arn in list(_recovery_points(backup, name)):
            backup.delete_recovery_point(BackupVaultName=name, RecoveryPointArn=arn)
        backup.delete_backup_vault(BackupVaultName=name)


def _recovery_points(backup: Any, vault: str) -> Iterator[str]:
    pages = backup.get_paginator("list_recovery_points_by_backup_vault").paginate(BackupVaultName=vault)
    for page in pages:
        for each in page["RecoveryPoints"]:
            yield each["RecoveryPointArn"]


def empty(s3: Any, bucket: str) -> None:
    """Delete every version of every object, also those under a lock in governance mode."""
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        versions = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
        if not versions:
            continue
        answer = s3.delete_objects(
            Bucket=bucket,
            Delete={"Objects": [{"Key": v["Key"], "VersionId": v["VersionId"]} for v in versions], "Quiet": True},
            BypassGovernanceRetention=True,
        )
        if answer.get("Errors"):
            raise Refused(f"{bucket}: {answer['Errors'][0]['Key']} cannot be deleted: {answer['Errors'][0]['Message']}")
