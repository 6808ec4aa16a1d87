"""The one place that every AWS call of this process passes: moto's `BotocoreStubber.process_request`.

Here "before it was applied" and "after it was applied" mean what they say. A handler of botocore's `before-send` would
not do: botocore asks all of them and moto applies the write even when another one has answered already.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError
from moto.core.botocore_stubber import BotocoreStubber

_ROOT = str(Path(__file__).parents[2] / "chalicelib") + "/"
_CONFLICT = json.dumps(
    {
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "message": "Transaction cancelled, see the cancellation reasons [TransactionConflict]",
        "CancellationReasons": [{"Code": "TransactionConflict", "Message": "Transaction is ongoing for the item"}],
    }
)

Json = dict[str, Any]


@contextmanager
def patched(owner: Any, name: str, value: Any) -> Iterator[None]:
    """Let `owner.name` be `value` for a while."""
    before = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, before)


class Crash(BaseException):
    """The process dies here. Not an Exception, so that no handler of the code under test lives on."""


class Fault(StrEnum):
    """What may happen to one call."""

    CRASH_BEFORE = "crash before"
    CRASH_AFTER = "crash after"
    TIMEOUT = "timeout"  # never applied, however often the SDK repeats it
    LOST = "lost reply"  # applied; then neither the reply nor any repetition comes through
    REPEATED = "lost, repeated"  # applied; the reply is lost and the SDK sends the same call again
    TWICE = "twice"  # before this call the same work is delivered a second time and done to its end
    CONFLICT = "conflict"  # another transaction is at the items: cancelled once, good the next time
    DEATH = "death"  # before this call every execution that runs dies


@dataclass(frozen=True)
class Call:
    """One call of the code under test; the SDK's repetitions of it are the same call."""

    number: int
    activity: str  # request, relay, step, sweep
    operation: str  # DynamoDB.Query, SFN.StartExecution, …
    site: str  # storage/dossiers.py:commit

    def __str__(self) -> str:
        return f"#{self.number} {self.activity}: {self.operation} from {self.site}"


@dataclass(frozen=True)
class Plan:
    """Which call is hit, by its number or as the first of its operation, and how."""

    at: int | str
    fault: Fault

    def hits(self, call: Call) -> bool:
        return self.at in {call.number, call.operation}


class Wire:
    """Counts the calls, breaks the planned one, and tells `applied` of each that was carried out."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.activity = ""
        self.plan: Plan | None = None
        self.struck: Call | None = None
        self.applied: Callable[[str, Json, int], None] = lambda operation, body, status: None
        self.asked: Callable[[str, Json], None] = lambda operation, body: None
        self.again: Callable[[], None] = lambda: None  # does the activity under way once more
        self.death: Callable[[], None] = lambda: None
        self.quiet = 0  # more than 0: calls of the harness itself, neither counted nor broken
        self._known: dict[str, Call] = {}  # by the SDK's invocation id

    def reset(self, plan: Plan | None = None) -> None:
        self.calls, self.plan, self.struck = [], plan, None
        self._known.clear()

    @contextmanager
    def tapped(self) -> Iterator[None]:
        original: Callable[..., Any] = BotocoreStubber.process_request

        def tap(stubber: BotocoreStubber, request: Any) -> Any:
            return self._pass(request, lambda: original(stubber, request))

        with patched(BotocoreStubber, "process_request", tap):
            yield

    @contextmanager
    def silent(self) -> Iterator[None]:
        """Calls of the harness itself."""
        self.quiet += 1
        try:
            yield
        finally:
            self.quiet -= 1

    def _pass(self, request: Any, carry_out: Callable[[], Any]) -> Any:
        operation, body = _operation(request)
        if self.quiet:
            return carry_out()
        invocation = _text(request.headers.get("amz-sdk-invocation-id"))
        repeated = self._known.get(invocation)
        if repeated is None:
            call = Call(len(self.calls), self.activity, operation, _site())
            self._known[invocation] = call
            self.calls.append(call)
            if self.plan is not None and self.struck is None and self.plan.hits(call):
                if self.plan.fault is not Fault.CONFLICT or operation == "DynamoDB.TransactWriteItems":
                    self.struck = call
                    return self._strike(self.plan.fault, operation, body, request, carry_out)
        elif repeated is self.struck and self.plan is not None and self.plan.fault in {Fault.TIMEOUT, Fault.LOST}:
            raise ConnectTimeoutError(endpoint_url=request.url)
        return self._carry_out(operation, body, carry_out)

    def _carry_out(self, operation: str, body: Json, carry_out: Callable[[], Any]) -> Any:
        self.asked(operation, body)
        answer = carry_out()
        self.applied(operation, body, answer[0])
        return answer

    def _strike(self, fault: Fault, operation: str, body: Json, request: Any, carry_out: Callable[[], Any]) -> Any:
        if fault is Fault.CRASH_BEFORE:
            raise Crash(operation)
        if fault is Fault.TIMEOUT:
            raise ConnectTimeoutError(endpoint_url=request.url)
        if fault is Fault.CONFLICT:
            return 400, {"x-amzn-errortype": "TransactionCanceledException"}, _CONFLICT
        if fault is Fault.TWICE:
            self.again()
        if fault is Fault.DEATH:
            self.death()
        answer = self._carry_out(operation, body, carry_out)
        if fault is Fault.CRASH_AFTER:
            raise Crash(operation)
        if fault in {Fault.LOST, Fault.REPEATED}:
            raise ReadTimeoutError(endpoint_url=request.url)
        return answer


def _operation(request: Any) -> tuple[str, Json]:
    """The operation's name and, of the services that speak JSON, what it was asked."""
    target = _text(request.headers.get("X-Amz-Target"))
    raw = request.body or b""
    if target:
        service, _, name = target.rpartition(".")
        known = {"DynamoDB_20120810": "DynamoDB", "AWSStepFunctions": "SFN", "AmazonSSM": "SSM", "TrentService": "KMS"}
        return f"{known[service]}.{name}", json.loads(raw)
    host = urlsplit(request.url).netloc
    if host.startswith("email."):
        form = parse_qs(_text(raw))
        return f"SES.{form['Action'][0]}", {}
    return f"{'S3' if 's3' in host else host.partition('.')[0]}.{request.method}", {}


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value or "")


def _site() -> str:
    """The function of storage or gateways that makes the call; of a transaction, the one that writes it."""
    frame = sys._getframe(1)
    while frame is not None:
        path = frame.f_code.co_filename
        if path.startswith(_ROOT) and not path.endswith(("/aws.py", "/transactions.py")):
            return f"{path.removeprefix(_ROOT)}:{frame.f_code.co_name}"
        frame = frame.f_back  # type: ignore[assignment]
    return "elsewhere"
