"""The AWS endpoint over HTTP: Lambda's Invoke API, presigned posts, and the workflow that calls our functions."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.local.cloud import Cloud
from tests.local import tiny

pytestmark = pytest.mark.xdist_group("local-server")  # they share one cloud

Json = dict[str, Any]
Until = Callable[[Callable[[], bool]], None]


def invoke(cloud: Cloud, name: str, event: Any, **more: Any) -> Json:
    return dict(cloud.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event).encode(), **more))


@pytest.mark.parametrize(
    "name",
    [
        "motcua-local-escalate",
        "motcua-local-escalate:$LATEST",
        "123456789012:function:motcua-local-escalate",
        "arn:aws:lambda:ap-southeast-1:123456789012:function:motcua-local-escalate",
    ],
)
def test_a_function_is_called_by_name_or_arn(cloud: Cloud, name: str) -> None:
    tiny.ACTS["escalate"] = lambda event: {"got": event}
    answer = invoke(cloud, name, {"a": "ấ"})
    assert answer["StatusCode"] == 200 and "FunctionError" not in answer
    assert json.load(answer["Payload"]) == {"got": {"a": "ấ"}}
    (context,) = tiny.called("context")
    assert context.function_name == "motcua-local-escalate"
    assert context.invoked_function_arn.endswith(":function:motcua-local-escalate")
    assert 0 < context.get_remaining_time_in_millis() <= 60_000


def test_an_exception_is_told_by_its_class_name(cloud: Cloud) -> None:
    def fail(_: Any) -> None:
        raise tiny.StaleWrite("somebody else was first")

    tiny.ACTS["escalate"] = fail
    answer = invoke(cloud, "motcua-local-escalate", {})
    assert answer["FunctionError"] == "Unhandled"
    payload = json.load(answer["Payload"])
    assert payload["errorType"] == "StaleWrite" and payload["errorMessage"] == "somebody else was first"
    assert any("tiny.py" in line or "test_server.py" in line for line in payload["stackTrace"])


def test_an_answer_that_is_no_json_is_an_error(cloud: Cloud) -> None:
    tiny.ACTS["escalate"] = lambda event: {1, 2}
    answer = invoke(cloud, "motcua-local-escalate", {})
    assert answer["FunctionError"] == "Unhandled" and json.load(answer["Payload"])["errorType"] == "TypeError"


def test_event_invocations_come_later(cloud: Cloud, until: Until) -> None:
    assert invoke(cloud, "motcua-local-escalate", {"n": 1}, InvocationType="Event")["StatusCode"] == 202
    until(lambda: tiny.called("escalate") == [{"n": 1}])
    assert invoke(cloud, "motcua-local-escalate", {}, InvocationType="DryRun")["StatusCode"] == 204


@pytest.mark.parametrize("name", ["motcua-local-nothing", "motcua-prod-relay", "relay"])
def test_unknown_functions_are_not_found(cloud: Cloud, name: str) -> None:
    with pytest.raises(ClientError) as caught:
        invoke(cloud, name, {})
    assert caught.value.response["Error"]["Code"] == "ResourceNotFoundException"


def test_a_body_that_is_no_json_is_refused(cloud: Cloud) -> None:
    url = f"{cloud.aws_url}/2015-03-31/functions/motcua-local-relay/invocations"
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(urllib.request.Request(url, data=b"{", method="POST"))
    with caught.value as answer:
        assert answer.code == 400 and answer.headers["x-amzn-ErrorType"] == "InvalidRequestContentException"
    assert tiny.called("relay") == []


def start(cloud: Cloud, name: str, seconds: int) -> str:
    answer = cloud.client("stepfunctions").start_execution(
        stateMachineArn=cloud.environment["REVIEW_MACHINE_ARN"],
        name=name,
        input=json.dumps({"dossier": name, "seconds": seconds}),
    )
    return str(answer["executionArn"])


def described(cloud: Cloud, arn: str) -> Json:
    return dict(cloud.client("stepfunctions").describe_execution(executionArn=arn))


@pytest.mark.clause("B4")
def test_a_task_waits_for_its_token(cloud: Cloud, until: Until) -> None:
    arn = start(cloud, "waits-a1", 600)
    until(lambda: len(tiny.called("await-decision")) == 1)
    (asked,) = tiny.called("await-decision")
    assert described(cloud, arn)["status"] == "RUNNING"
    machine = cloud.client("stepfunctions")
    machine.send_task_success(taskToken=asked["token"], output='{"decided": true}')
    until(lambda: described(cloud, arn)["status"] == "SUCCEEDED")
    assert json.loads(described(cloud, arn)["output"]) == {"decided": True}
    with pytest.raises(ClientError) as caught:
        machine.send_task_success(taskToken=asked["token"], output="{}")
    assert caught.value.response["Error"]["Code"] in {"InvalidToken", "TaskTimedOut", "TaskDoesNotExist"}


@pytest.mark.clause("B4")
def test_a_task_that_times_out_escalates_and_retries_by_error_name(cloud: Cloud, until: Until) -> None:
    tries: list[int] = []

    def stumble(_: Any) -> str:
        tries.append(1)
        if len(tries) < 3:
            raise tiny.StaleWrite("again")
        return "told"

    tiny.ACTS["escalate"] = stumble
    arn = start(cloud, "late-a1", 1)
    until(lambda: described(cloud, arn)["status"] == "SUCCEEDED")
    assert json.loads(described(cloud, arn)["output"]) == {"told": "told"} and len(tries) == 3


def test_the_same_name_is_the_same_execution_and_other_input_is_refused(cloud: Cloud, until: Until) -> None:
    first = start(cloud, "once-a1", 600)
    assert start(cloud, "once-a1", 600) == first
    with pytest.raises(ClientError) as caught:
        start(cloud, "once-a1", 601)
    assert caught.value.response["Error"]["Code"] == "ExecutionAlreadyExists"
    until(lambda: len(tiny.called("await-decision")) == 1)
    asked = tiny.called("await-decision")[0]
    cloud.client("stepfunctions").send_task_success(taskToken=asked["token"], output="{}")
    until(lambda: described(cloud, first)["status"] == "SUCCEEDED")
    with pytest.raises(ClientError) as caught:  # closed: the name is used up
        start(cloud, "once-a1", 600)
    assert caught.value.response["Error"]["Code"] == "ExecutionAlreadyExists"


def test_a_stopped_execution_that_waits_does_not_call_anybody(cloud: Cloud, until: Until) -> None:
    """Unlike on AWS it stays RUNNING for a while (docs/local-cloud.md); what matters: nothing follows."""
    arn = start(cloud, "stopped-a1", 600)
    until(lambda: len(tiny.called("await-decision")) == 1)
    cloud.client("stepfunctions").stop_execution(executionArn=arn)
    assert described(cloud, arn)["status"] in {"RUNNING", "ABORTED", "FAILED"}
    assert tiny.called("escalate") == []


def test_a_timed_out_tasks_token_is_told_apart_or_not_but_never_ends_the_execution_twice(
    cloud: Cloud, until: Until
) -> None:
    """Unlike on AWS (TaskTimedOut) moto may accept it; the open task on the dossier is the judge."""
    tiny.ACTS["escalate"] = lambda event: "told"
    arn = start(cloud, "token-a1", 1)
    until(lambda: described(cloud, arn)["status"] == "SUCCEEDED")
    token = tiny.called("await-decision")[0]["token"]
    with pytest.raises(ClientError):
        cloud.client("stepfunctions").send_task_success(taskToken=token, output='{"late": true}')
    assert json.loads(described(cloud, arn)["output"]) == {"told": "told"}


def _post(form: Json, content: bytes, origin: str) -> tuple[int, dict[str, str]]:
    boundary = "x-motcua-x"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in form["fields"].items()
    ]
    parts.append(f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'.encode())
    body = b"".join([*parts, content, f"\r\n--{boundary}--\r\n".encode()])
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}", "Origin": origin}
    with urllib.request.urlopen(urllib.request.Request(form["url"], data=body, headers=headers)) as answer:
        return answer.status, dict(answer.headers)


@pytest.mark.clause("A8")
def test_a_browser_can_post_a_paper(cloud: Cloud, until: Until) -> None:
    bucket = cloud.environment["QUARANTINE_BUCKET"]
    form = cloud.client("s3").generate_presigned_post(
        bucket,
        "quarantine/d1/p1/1",
        Fields={"Content-Type": "image/png"},
        Conditions=[{"Content-Type": "image/png"}, ["content-length-range", 1, 1000]],
        ExpiresIn=300,
    )
    assert form["url"].startswith(cloud.aws_url)
    status, headers = _post(form, b"\x89PNG", cloud.url)
    assert status in (200, 204) and headers["Access-Control-Allow-Origin"] in ("*", cloud.url)
    stored = cloud.client("s3").get_object(Bucket=bucket, Key="quarantine/d1/p1/1")
    assert stored["Body"].read() == b"\x89PNG" and stored["ContentType"] == "image/png"
    until(lambda: len(tiny.called("inspect")) == 1)
    assert _post(form, b"x" * 2000, cloud.url)[0] in (200, 204)  # unlike on AWS; the inspector looks again


def test_a_preflight_of_the_sites_origin_passes(cloud: Cloud) -> None:
    url = f"{cloud.aws_url}/{cloud.environment['QUARANTINE_BUCKET']}"
    headers = {"Origin": cloud.url, "Access-Control-Request-Method": "POST"}
    with urllib.request.urlopen(urllib.request.Request(url, method="OPTIONS", headers=headers)) as answer:
        assert answer.status == 200 and answer.headers["Access-Control-Allow-Origin"] in ("*", cloud.url)
