"""DATA=<folder>: nothing is lost by stopping, at most two seconds by kill -9, and the folder always opens."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chalicelib.services import present
from infra.local import start
from infra.local.cloud import Cloud
from infra.local.snapshot import FolderInUse
from infra.local.template import USER_POOL_CLIENT_ID as CLIENT
from infra.local.template import USER_POOL_ID as POOL
from infra.local.testing import environment
from tests.local import tiny

NAMES = environment()
TABLE = NAMES["DOSSIERS_TABLE"]
Json = dict[str, Any]


def run(folder: Path) -> Cloud:
    options = {"seed": False, "schedules": False, "port": 0, "aws_port": 0}
    return start(app=tiny.make(), definition=tiny.ASL, data=folder, **options)


def fill(cloud: Cloud) -> Json:
    """One of everything; what must be found again."""
    dynamodb, s3, cognito = cloud.client("dynamodb"), cloud.client("s3"), cloud.client("cognito-idp")
    item = {
        "pk": {"S": "D#1"},
        "sk": {"S": "OUT#000001#x"},
        "n": {"N": "1.5"},
        "m": {"M": {"ấ": {"L": [{"BOOL": True}]}}},
    }
    dynamodb.put_item(TableName=TABLE, Item=item)
    s3.put_object(Bucket=NAMES["PAPERS_BUCKET"], Key="papers/1", Body=b"one", ContentType="application/pdf")
    two = s3.put_object(Bucket=NAMES["PAPERS_BUCKET"], Key="papers/1", Body=b"two", Metadata={"by": "inspector"})
    s3.put_object(Bucket=NAMES["PAPERS_BUCKET"], Key="papers/gone", Body=b"x")
    s3.delete_object(Bucket=NAMES["PAPERS_BUCKET"], Key="papers/gone")
    attributes = [{"Name": "email", "Value": "an@example.com"}, {"Name": "name", "Value": "Ấn"}]
    sub = cognito.sign_up(ClientId=CLIENT, Username="001", Password="mat khau dai", UserAttributes=attributes)[
        "UserSub"
    ]
    cognito.admin_add_user_to_group(UserPoolId=POOL, Username="001", GroupName="citizens")
    present.shift(3600)
    return {"item": item, "two": two["VersionId"], "sub": sub, "code": cloud.code("an@example.com")}


def check(cloud: Cloud, wanted: Json) -> None:
    dynamodb, s3, cognito = cloud.client("dynamodb"), cloud.client("s3"), cloud.client("cognito-idp")
    key = {name: wanted["item"][name] for name in ("pk", "sk")}
    assert dynamodb.get_item(TableName=TABLE, Key=key)["Item"] == wanted["item"]
    versions = s3.list_object_versions(Bucket=NAMES["PAPERS_BUCKET"])
    assert [v["Key"] for v in versions["Versions"]] == ["papers/1", "papers/1", "papers/gone"]
    assert [m["Key"] for m in versions["DeleteMarkers"]] == ["papers/gone"]
    latest = s3.get_object(Bucket=NAMES["PAPERS_BUCKET"], Key="papers/1")
    assert (latest["Body"].read(), latest["VersionId"]) == (b"two", wanted["two"])
    assert latest["Metadata"] == {"by": "inspector"}
    (older,) = [v["VersionId"] for v in versions["Versions"] if v["Key"] == "papers/1" and not v["IsLatest"]]
    first = s3.get_object(Bucket=NAMES["PAPERS_BUCKET"], Key="papers/1", VersionId=older)
    assert (first["Body"].read(), first["ContentType"]) == (b"one", "application/pdf")
    cognito.confirm_sign_up(ClientId=CLIENT, Username="001", ConfirmationCode=wanted["code"])
    given = {"AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": {"USERNAME": "001", "PASSWORD": "mat khau dai"}}
    assert cognito.initiate_auth(ClientId=CLIENT, **given)["AuthenticationResult"]["IdToken"]
    user = cognito.admin_get_user(UserPoolId=POOL, Username="001")
    assert {"Name": "sub", "Value": wanted["sub"]} in user["UserAttributes"]
    groups = cognito.admin_list_groups_for_user(UserPoolId=POOL, Username="001")["Groups"]
    assert [group["GroupName"] for group in groups] == ["citizens"]
    assert [letter.to for letter in cloud.outbox()] == ["an@example.com"]
    assert present.shifted_by() == 3600


@pytest.mark.clause("B3")
def test_stopping_and_starting_again_loses_nothing(tmp_path: Path) -> None:
    tiny.forget()
    with run(tmp_path) as cloud:
        assert not cloud.restored and tiny.called("sweep") == []
        wanted = fill(cloud)
        assert cloud.settle()
        with pytest.raises(FolderInUse):
            from infra.local.snapshot import Snapshots

            Snapshots(tmp_path, lambda: cloud.endpoint.gate, lambda: 0)
    present.shift(0)
    tiny.forget()
    with run(tmp_path) as cloud:
        assert cloud.restored
        check(cloud, wanted)
        assert tiny.called("sweep") == [{"all": True}]  # every open dossier gets a new execution
        assert cloud.settle() and tiny.called("relay") == []  # the stream does not tell its past again
    present.shift(0)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["blobs", "lock", "state.json"]
    assert (tmp_path / "state.json").stat().st_mode & 0o077 == 0


CHILD = """
import sys, time
from pathlib import Path
from tests.local.test_snapshot import TABLE, run
cloud = run(Path(sys.argv[1]))
dynamodb = cloud.client("dynamodb")
s3 = cloud.client("s3")
n = 0
while True:
    n += 1
    key = {"pk": {"S": f"D#{n}"}, "sk": {"S": "HEAD"}}
    s3.put_object(Bucket=cloud.environment["PAPERS_BUCKET"], Key=f"papers/{n}", Body=b"x" * 2000 + str(n).encode())
    dynamodb.transact_write_items(TransactItems=[
        {"Put": {"TableName": TABLE, "Item": {**key, "n": {"N": str(n)}}}},
        {"Put": {"TableName": TABLE, "Item": {**key, "sk": {"S": "EVENT#1"}, "at": {"N": str(time.time())}}}},
    ])
    print(time.time(), flush=True)
"""


@pytest.mark.slow
def test_after_kill_9_the_folder_opens_whole_and_at_most_two_seconds_are_missing(
    tmp_path: Path, spawn: Callable[..., subprocess.Popen[str]]
) -> None:
    child = spawn("-c", CHILD, str(tmp_path))
    assert child.stdout is not None
    began = float(child.stdout.readline())
    while (acknowledged := float(child.stdout.readline())) < began + 1.5:
        pass
    os.kill(child.pid, signal.SIGKILL)
    rest = child.stdout.read().split()
    acknowledged = max([acknowledged, *(float(each) for each in rest[:-1])])
    tiny.forget()
    with run(tmp_path) as cloud:
        rows = cloud.client("dynamodb").scan(TableName=TABLE)["Items"]
        heads = {row["pk"]["S"] for row in rows if row["sk"]["S"] == "HEAD"}
        events = {row["pk"]["S"]: float(row["at"]["N"]) for row in rows if row["sk"]["S"] == "EVENT#1"}
        assert heads == events.keys() and heads  # no half transaction
        assert acknowledged - max(events.values()) <= 2.0
        stored = cloud.client("s3").get_paginator("list_objects_v2").paginate(Bucket=NAMES["PAPERS_BUCKET"])
        papers = {each["Key"] for page in stored for each in page.get("Contents", [])}
        assert {f"papers/{pk.removeprefix('D#')}" for pk in heads} <= papers  # no row without its paper


def test_a_half_written_snapshot_is_never_read(tmp_path: Path) -> None:
    with run(tmp_path) as cloud:
        cloud.client("dynamodb").put_item(TableName=TABLE, Item={"pk": {"S": "a"}, "sk": {"S": "b"}})
    (tmp_path / "state.json.new").write_text('{"format": 1, "tab')
    (tmp_path / "blobs" / "deadbeef.new").write_text("half")
    with run(tmp_path) as cloud:
        assert cloud.client("dynamodb").scan(TableName=TABLE)["Count"] == 1
    assert not (tmp_path / "blobs" / "deadbeef.new").exists()


def test_a_folder_of_another_format_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "state.json").write_text(json.dumps({"format": 99}))
    with pytest.raises(ValueError, match="format 99"):
        run(tmp_path)
    assert json.loads((tmp_path / "state.json").read_text()) == {"format": 99}
    (tmp_path / "state.json").unlink()
    with run(tmp_path):
        pass  # the failed start gave port, environment and folder free


def test_nothing_is_written_when_nothing_changed(tmp_path: Path) -> None:
    with run(tmp_path) as cloud:
        cloud.save()
        cloud.client("dynamodb").scan(TableName=TABLE)
        assert cloud.save() is False  # reading is no change
        cloud.client("dynamodb").put_item(TableName=TABLE, Item={"pk": {"S": "a"}, "sk": {"S": "b"}})
        ends = time.monotonic() + 2.0  # the keeper or this call, whoever comes first
        while not (tmp_path / "state.json").read_text().count('"pk"') and time.monotonic() < ends:
            cloud.save()
        assert json.loads((tmp_path / "state.json").read_text())["tables"][TABLE]
