"""Step Functions: start, resume and look at the execution that waits for a dossier's people.

Execution names are made from the dossier code and the attempt, so a start that is repeated is the same start.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from enum import StrEnum
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib import aws, settings
from chalicelib.errors import UpstreamFailed


class Execution(StrEnum):
    RUNNING = "running"
    ENDED = "ended"
    ABSENT = "absent"


def start(name: str, payload: dict[str, Any]) -> None:
    """Start the execution `name`; one that exists already counts as started."""
    try:
        aws.client("stepfunctions").start_execution(
            stateMachineArn=settings.review_machine_arn(), name=name, input=json.dumps(payload)
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ExecutionAlreadyExists":
            raise UpstreamFailed("UpstreamFailed") from error
    except BotoCoreError as error:
        raise UpstreamFailed("UpstreamFailed") from error


ELSEWHERE = "Elsewhere"
"""The error that a task is answered with when the review goes another way than the task's usual one; its cause is the
output. infra/review.asl.json catches it."""


def succeed(token: str, output: dict[str, Any]) -> bool:
    """Answer a waiting task: the review goes its usual way from there. False when nobody waits for this token any more
    (used, timed out, unknown)."""
    return _answered(lambda: aws.client("stepfunctions").send_task_success(taskToken=token, output=json.dumps(output)))


def turn(token: str, output: dict[str, Any]) -> bool:
    """Answer a waiting task: the review goes where `output` says. False as with `succeed`."""
    cause = json.dumps(output)
    return _answered(
        lambda: aws.client("stepfunctions").send_task_failure(taskToken=token, error=ELSEWHERE, cause=cause)
    )


def _answered(call: Callable[[], Any]) -> bool:
    try:
        call()
        return True
    except ClientError as error:
        if error.response["Error"]["Code"] in {"InvalidToken", "TaskDoesNotExist", "TaskTimedOut"}:
            return False
        raise UpstreamFailed("UpstreamFailed") from error
    except BotoCoreError as error:
        raise UpstreamFailed("UpstreamFailed") from error


def redrive(name: str) -> bool:
    """Let the execution `name`, which failed, go on from the step that failed; within 14 days, by the same definition.

    False when it cannot be: it runs, ended well, is too old or never was. The local cloud has no such call.
    """
    arn = settings.review_machine_arn().replace(":stateMachine:", ":execution:") + f":{name}"
    try:
        aws.client("stepfunctions").redrive_execution(executionArn=arn)
        return True
    except ClientError as error:
        if error.response["Error"]["Code"] in {"ExecutionNotRedrivable", "ExecutionDoesNotExist"}:
            return False
        raise UpstreamFailed("UpstreamFailed") from error
    except BotoCoreError as error:
        raise UpstreamFailed("UpstreamFailed") from error


def look(name: str) -> Execution:
    """Whether the execution `name` runs, has ended or never was."""
    arn = settings.review_machine_arn().replace(":stateMachine:", ":execution:") + f":{name}"
    try:
        status = aws.client("stepfunctions").describe_execution(executionArn=arn)["status"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ExecutionDoesNotExist":
            return Execution.ABSENT
        raise UpstreamFailed("UpstreamFailed") from error
    except BotoCoreError as error:
        raise UpstreamFailed("UpstreamFailed") from error
    return Execution.RUNNING if status == "RUNNING" else Execution.ENDED
