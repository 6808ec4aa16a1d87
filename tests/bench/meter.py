"""What a played life asks of AWS, in the units that AWS bills: every call passes here, every function runs here."""

from __future__ import annotations

import io
import json
import math
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, redirect_stdout
from typing import Any

from moto.core.botocore_stubber import BotocoreStubber
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType

from chalicelib.telemetry import logger
from infra.costing import ROW_OVERHEAD, Index, Json, read_units, row_bytes, write_units
from infra.local.environment import ACCOUNT, REGION
from infra.local.template import load
from tests.faults.review import ANSWERS
from tests.faults.wire import _operation, patched

CPU_OF_GB = 1769 / 1024
"""One processor is what 1,769 MB of memory buy: with 1 GB the same work takes so many times as long."""
CALL_SECONDS = 0.006  # that a function waits for one AWS call; assumed, for there is no network here
COLD_SHARE, COLD_SECONDS = 0.03, 0.31  # invocations that begin a process; its processor time (tests/bench/cold.py)
TRACED = float(load()["Parameters"]["TraceShare"]["Default"])  # of invocations
REPORT_BYTES = 380  # that Lambda itself logs of an invocation: START, END, REPORT

_READS = {"GetItem", "BatchGetItem", "Query", "TransactGetItems"}


class Meter:
    """`used` holds billed units; `by` counts calls and invocations by name, for people."""

    def __init__(self, memory: Callable[[str], float]) -> None:
        self.used: dict[str, float] = defaultdict(float)
        self.by: dict[str, Counter[str]] = defaultdict(Counter)
        self.asked: Callable[[str, Json], None] = lambda operation, body: None
        self.applied: Callable[[str, Json, int], None] = lambda operation, body, status: None
        self._memory = memory  # GB of a function, by its name
        self._waited = 0.0  # processor seconds that moto took
        self._calls = 0

    @contextmanager
    def running(self) -> Iterator[None]:
        original: Callable[..., Any] = BotocoreStubber.process_request

        def tap(stubber: BotocoreStubber, request: Any) -> Any:
            began = time.process_time()
            try:
                return self._pass(request, lambda: original(stubber, request))
            finally:
                self._waited += time.process_time() - began
                self._calls += 1

        with patched(BotocoreStubber, "process_request", tap):
            yield

    # Functions.

    def around(self, name: str, call: Callable[[], Any]) -> Any:
        """Run a function once: its seconds without the time that the cloud took, and the bytes that it logged."""
        name = "await-decision" if name == "step" else name
        said = io.StringIO()
        handler: Any = logger.registered_handler
        waited, calls, began = self._waited, self._calls, time.process_time()
        with ExitStack() as stack:
            stack.enter_context(redirect_stdout(said))
            before = handler.setStream(said)
            stack.callback(handler.setStream, before)
            answer = call()
        spent = time.process_time() - began - (self._waited - waited)
        memory = self._memory(name)
        seconds = spent * max(1.0, CPU_OF_GB / memory) + (self._calls - calls) * CALL_SECONDS
        cold = COLD_SHARE * COLD_SECONDS * max(1.0, CPU_OF_GB / memory)
        self.used["lambda.invocation"] += 1
        self.used["xray.trace"] += TRACED
        self.used["lambda.gbs"] += (seconds + cold) * memory
        self.used["logs.gb"] += (len(said.getvalue().encode()) + REPORT_BYTES) / 1e9
        self.by["invocations"][name] += 1
        return answer

    # Calls.

    def _pass(self, request: Any, carry_out: Callable[[], Any]) -> Any:
        operation, body = _operation(request)
        service, _, name = operation.partition(".")
        self.asked(operation, body)
        touched = _rows(name, body) if service == "DynamoDB" else []
        before = [_image(table, keys) for table, keys in touched]
        answer = carry_out()
        self.by["calls"][operation] += 1
        if service == "DynamoDB":
            if name in _READS:
                self.used["dynamodb.read"] += _read(name, body, json.loads(answer[2]))
            else:
                self._written(touched, before, name.startswith("Transact"))
        elif operation not in _FREE:
            unit, number = _UNITS[operation]
            self.used[unit] += number
        self.applied(operation, body, answer[0])
        return answer

    def _written(self, touched: list[tuple[str, Json]], before: list[Json | None], transacted: bool) -> None:
        for (table, keys), old in zip(touched, before, strict=True):
            new = _image(table, keys)
            units = write_units(old, new, _indexes(table), tuple(sorted(keys)), transacted)
            self.used["dynamodb.write"] += units
            kept = [row_bytes(image) + ROW_OVERHEAD if image else 0 for image in (old, new)]
            self.used["dynamodb.stored"] += (kept[1] - kept[0]) / 1e9


_UNITS = {
    "S3.PUT": ("s3.put", 1),
    "S3.POST": ("s3.put", 1),
    "S3.GET": ("s3.get", 1),
    "S3.HEAD": ("s3.get", 1),
    "SES.SendEmail": ("ses.mail", 1),
    "SSM.GetParameter": ("ssm.request", 1),
    "KMS.Sign": ("kms.sign", 1),
    "KMS.GetPublicKey": ("kms.sign", 1),
}
# The function that is asked for is counted when it runs, the workflow's states when they are entered.
_FREE = {"S3.DELETE", "SFN.DescribeExecution", "lambda.POST", "SFN.StartExecution", *ANSWERS}


def _rows(name: str, body: Json) -> list[tuple[str, Json]]:
    """(table, keys) of each row that a call writes or checks."""
    if name == "TransactWriteItems":
        return [_row(*next(iter(each.items()))) for each in body["TransactItems"]]
    return [] if name in _READS else [_row(name.removesuffix("Item"), body)]


def _row(kind: str, given: Json) -> tuple[str, Json]:
    if kind in {"Put"}:
        return given["TableName"], {key: given["Item"][key] for key in ("pk", "sk") if key in given["Item"]}
    return given["TableName"], given["Key"]


def _table(name: str) -> Any:
    return dynamodb_backends[ACCOUNT][REGION].tables[name]


def _image(table: str, keys: Json) -> Json | None:
    found = _table(table).get_item(*(DynamoType(keys[name]) for name in ("pk", "sk") if name in keys))
    image: Json | None = None if found is None else found.to_json()["Attributes"]
    return image


def _indexes(table: str) -> tuple[Index, ...]:
    return tuple(
        Index(index.name, tuple(key["AttributeName"] for key in index.schema),
              frozenset(index.projection.get("NonKeyAttributes", ())))
        for index in _table(table).global_indexes
    )  # fmt: skip


def _read(name: str, body: Json, answer: Json) -> float:
    consistent = bool(body.get("ConsistentRead"))
    if name == "Query":
        return read_units(sum(row_bytes(row) for row in answer.get("Items", ())), consistent)
    if name == "GetItem":
        return read_units(row_bytes(answer.get("Item", {})), consistent)
    if name == "BatchGetItem":
        rows = [row for table in answer["Responses"].values() for row in table]
        asked = sum(len(table["Keys"]) for table in body["RequestItems"].values())
        missed = max(0, asked - len(rows)) * 0.5
        return missed + sum(read_units(row_bytes(row), any(
            table.get("ConsistentRead") for table in body["RequestItems"].values())) for row in rows)  # fmt: skip
    return sum(2 * math.ceil(row_bytes(each.get("Item", {})) / 4096) for each in answer["Responses"])
