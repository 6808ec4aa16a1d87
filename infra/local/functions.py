"""Our functions as Lambda would run them: found by name, called with an event and a context, errors told its way."""

from __future__ import annotations

import importlib
import json
import re
import time
import traceback
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from infra.local.calls import made_by
from infra.local.environment import ACCOUNT, REGION
from infra.local.metrics import metrics

Json = dict[str, Any]
Handler = Callable[[Any, Any], Any]


class Context:
    """The LambdaContext of one invocation."""

    def __init__(self, function_name: str, seconds: float) -> None:
        self.function_name = function_name
        self.function_version = "$LATEST"
        self.invoked_function_arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{function_name}"
        self.memory_limit_in_mb = 1024
        self.aws_request_id = str(uuid.uuid4())
        self.log_group_name = f"/aws/lambda/{function_name}"
        self.log_stream_name = "local"
        self.identity = None
        self.client_context = None
        self._ends = time.monotonic() + seconds

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int((self._ends - time.monotonic()) * 1000))


@dataclass(frozen=True)
class Outcome:
    """What came of an invocation: its JSON answer, or the error payload Lambda would give."""

    payload: Any
    failed: bool = False


def invoke(name: str, handler: Handler, event: Any, seconds: float = 60.0) -> Outcome:
    """Run a function once. Event and answer pass through JSON, as they would; an exception becomes its payload."""
    metrics.note("AWS/Lambda", "Invocations", 1, FunctionName=name)
    began = time.monotonic()
    try:
        with made_by(name):
            answer = handler(json.loads(json.dumps(event)), Context(name, seconds))
        return Outcome(json.loads(json.dumps(answer)))
    except Exception as error:  # the boundary of the function: Lambda catches here, too
        metrics.note("AWS/Lambda", "Errors", 1, FunctionName=name)
        return Outcome(error_payload(error), failed=True)
    finally:
        metrics.note("AWS/Lambda", "Duration", (time.monotonic() - began) * 1000, FunctionName=name)


def error_payload(error: BaseException) -> Json:
    """errorType is the class name; Step Functions matches ErrorEquals on it."""
    frames = traceback.format_list(traceback.extract_tb(error.__traceback__))
    return {
        "errorMessage": str(error),
        "errorType": type(error).__name__,
        "requestId": str(uuid.uuid4()),
        "stackTrace": frames[-5:],
    }


class Functions:
    """The functions of the application by the name they have in the cloud."""

    def __init__(self, handlers: dict[str, Handler], prefix: str) -> None:
        self._handlers = handlers  # Chalice name -> function
        self.prefix = prefix  # "motcua-local-"

    @classmethod
    def of_app(cls, app: Any, prefix: str, others: Mapping[str, str] | None = None) -> Functions:
        """The pure Lambda functions that a Chalice app declares, imported as Lambda imports them.

        `others` are functions that are none of the application's: name -> the template's "module.function".
        """
        handlers: dict[str, Handler] = {}
        for declared in app.pure_lambda_functions:
            module, _, attribute = declared.handler_string.rpartition(".")
            found = app if module == "app" and not attribute else importlib.import_module(module)
            handlers[declared.name] = getattr(found, attribute)
        for name, where in (others or {}).items():
            module, _, attribute = where.rpartition(".")
            handlers[name] = getattr(importlib.import_module(module), attribute)
        return cls(handlers, prefix)

    def names(self) -> list[str]:
        return sorted(self._handlers)

    def find(self, name_or_arn: str) -> tuple[str, Handler] | None:
        """(name in the cloud, handler) of a function given by name, partial or full ARN, with or without version."""
        match = re.fullmatch(r"(?:arn:aws:lambda:[\w-]+:)?(?:\d{12}:)?(?:function:)?([\w-]+)(?::[\w$-]+)?", name_or_arn)
        if match is None or not match.group(1).startswith(self.prefix):
            return None
        handler = self._handlers.get(match.group(1).removeprefix(self.prefix))
        return None if handler is None else (match.group(1), handler)
