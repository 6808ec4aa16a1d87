"""DynamoDB in moto, made right where it is wrong for us. `install()` replaces these methods for the whole process.

* One lock serialises requests. moto changes items in place while other threads read them.
* A transaction checks every condition first, then writes; if a write fails, only the items it touched are put back.
  moto copies whole tables per operation, and a failed transaction puts the old copy over other threads' commits.
* ClientRequestToken is remembered for ten minutes, as on AWS; moto ignores it and writes twice.
* An item that is updated into being gives one INSERT in the stream, not INSERT and MODIFY; an unchanged item gives
  none; a failed transaction gives none.
* A query of the table itself looks at one partition only; moto walks through all items.

Follows the DynamoDB API reference of TransactWriteItems, and "How DynamoDB transactions work" in the developer guide.
"""

from __future__ import annotations

import copy
import hashlib
import json
import time
from collections.abc import Callable
from threading import RLock
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.core.responses import ActionResult
from moto.dynamodb import exceptions as refused
from moto.dynamodb.comparisons import get_filter_expression
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import DynamoHandler

from infra.local.environment import REGION
from infra.local.patching import replace

TOKEN_SECONDS = 600.0
MAX_OPERATIONS = 100
MAX_BYTES = 4_000_000
_PREFIX = "com.amazonaws.dynamodb.v20120810#"

lock = RLock()  # every DynamoDB request of the process

Key = tuple[DynamoType, DynamoType | None]
Json = dict[str, Any]


class Tokens:
    """Which transactions were committed lately, by their ClientRequestToken."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._seen: dict[str, tuple[str, float]] = {}

    def committed(self, token: str, request: str) -> bool:
        """True if this very request was committed with this token; refuses another request with the same token."""
        now = self.clock()
        self._seen = {name: entry for name, entry in self._seen.items() if entry[1] > now}
        if token not in self._seen:
            return False
        if self._seen[token][0] != request:
            raise JsonRESTError(
                _PREFIX + "IdempotentParameterMismatchException",
                "The ClientRequestToken was used before with other parameters",
            )
        return True

    def remember(self, token: str, request: str) -> None:
        self._seen[token] = (request, self.clock() + TOKEN_SECONDS)

    def clear(self) -> None:
        self._seen.clear()


tokens = Tokens()


def _digest(items: list[Json]) -> str:
    return hashlib.sha256(json.dumps(items, sort_keys=True, default=str).encode()).hexdigest()


def _key(table: Table, attributes: Json) -> Key:
    names = [name for name in (table.hash_key_attr, table.range_key_attr) if name]
    if any(name not in attributes for name in names):
        raise refused.MockValidationException("The provided key element does not match the schema")
    return (
        DynamoType(attributes[table.hash_key_attr]),
        DynamoType(attributes[table.range_key_attr]) if table.range_key_attr else None,
    )


def _stored(table: Table, key: Key) -> Item | None:
    """The item itself, without the empty partition that moto's own look-up leaves behind."""
    if key[0] not in table.items:
        return None
    return table.get_item(*key)


def _put_back(table: Table, key: Key, before: Item | None) -> None:
    if table.range_key_attr:
        partition = table.items[key[0]]
        if before is None:
            partition.pop(key[1], None)
        else:
            partition[key[1]] = before
    elif before is None:
        table.items.pop(key[0], None)
    else:
        table.items[key[0]] = before  # type: ignore[assignment]


class _Quiet:
    """Within it the table's stream hears nothing; the writer tells the stream itself, once, what came of it all."""

    def __init__(self, table: Table) -> None:
        self.table = table

    def __enter__(self) -> None:
        self.shard, self.table.stream_shard = self.table.stream_shard, None

    def __exit__(self, *_: object) -> None:
        self.table.stream_shard = self.shard


def _tell(table: Table, before: Item | None, after: Item | None) -> None:
    if table.stream_shard is None or (before is None and after is None):
        return
    if before is not None and after is not None and before == after:
        return
    table.stream_shard.add(before, copy.deepcopy(after))
    table.stream_shard.items[-1].record["awsRegion"] = REGION


def _recorded(original: Callable[..., Any], key_of: Callable[..., Json]) -> Callable[..., Any]:
    """A single write that tells the stream one truth about its item."""

    def write(self: DynamoDBBackend, table_name: str, *args: Any, **kwargs: Any) -> Any:
        with lock:
            table = self.get_table(table_name)
            if table.stream_shard is None:
                return original(self, table_name, *args, **kwargs)
            key = _key(table, key_of(*args, **kwargs))
            before = copy.deepcopy(_stored(table, key))
            with _Quiet(table):
                answer = original(self, table_name, *args, **kwargs)
            _tell(table, before, _stored(table, key))
            return answer

    return write


def _first(*args: Any, **kwargs: Any) -> Json:
    found: Json = args[0] if args else kwargs["key"]
    return found


class _Operation:
    """One of the up to 100 operations of a transaction."""

    def __init__(self, backend: DynamoDBBackend, request: Json) -> None:
        if len(request) != 1:
            raise refused.TransactWriteSingleOpException
        (self.kind, self.body), *_ = request.items()
        self.backend = backend
        self.table = backend.get_table(self.body["TableName"])
        self.attributes: Json = self.body["Item" if self.kind == "Put" else "Key"]
        self.key = _key(self.table, self.attributes)

    def expressions(self) -> Json:
        return {
            "expression_attribute_names": self.body.get("ExpressionAttributeNames"),
            "expression_attribute_values": self.body.get("ExpressionAttributeValues"),
        }

    def reason_against(self) -> tuple[str | None, str | None, Json | None]:
        """(code, message, item) in the form moto's TransactionCanceledException takes; all None if nothing is."""
        condition = self.body.get("ConditionExpression")
        current = _stored(self.table, self.key)
        names, values = self.expressions().values()
        if condition is None or get_filter_expression(condition, names, values).expr(current):
            return None, None, None
        shown = self.body.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD" and current is not None
        item = current.to_json()["Attributes"] if shown and current is not None else None
        return "ConditionalCheckFailed", "The conditional request failed", item

    def write(self) -> None:
        name = self.body["TableName"]
        if self.kind == "Put":
            self.backend.put_item(name, self.attributes, overwrite=True)
        elif self.kind == "Delete":
            self.backend.delete_item(name, self.attributes)
        elif self.kind == "Update":
            update = self.body["UpdateExpression"]
            self.backend.update_item(name, self.attributes, update, **self.expressions())
        elif self.kind != "ConditionCheck":
            raise refused.MockValidationException(f"{self.kind} is no operation of a transaction")


# Found wrong only while writing: DynamoDB cancels the transaction for these and does not call the request invalid.
_OF_THE_ITEM: tuple[type[refused.DynamodbException], ...] = (
    refused.ItemSizeTooLarge,
    refused.ItemSizeToUpdateTooLarge,
    refused.IncorrectDataType,
    refused.IncorrectOperandType,
    refused.InvalidUpdateExpressionInvalidDocumentPath,
)


def transact_write_items(self: DynamoDBBackend, transact_items: list[Json]) -> None:
    """All or nothing; raises what DynamoDB answers, with one cancellation reason per operation."""
    if len(transact_items) > MAX_OPERATIONS:
        raise refused.TooManyTransactionsException
    if len(json.dumps(transact_items, default=str)) > MAX_BYTES:
        raise refused.MockValidationException("Transaction request exceeds the maximum size of 4 MB")
    with lock:
        operations = [_Operation(self, item) for item in transact_items]
        if len({(op.table.name, op.key) for op in operations}) < len(operations):
            raise refused.MultipleTransactionsException
        reasons = [op.reason_against() for op in operations]
        if any(code for code, _, _ in reasons):
            raise refused.TransactionCanceledException(reasons)
        _write_all(operations)


def _write_all(operations: list[_Operation]) -> None:
    before = [(op, copy.deepcopy(_stored(op.table, op.key))) for op in operations]
    written = 0
    try:
        for op in operations:
            with _Quiet(op.table):
                op.write()
            written += 1
    except BaseException as error:
        for op, item in before:
            _put_back(op.table, op.key, item)
        if isinstance(error, _OF_THE_ITEM):
            none: tuple[str | None, str | None, Json | None] = (None, None, None)
            reasons = [none] * len(operations)
            reasons[written] = ("ValidationError", error.message, None)
            raise refused.TransactionCanceledException(reasons) from error
        raise
    for op, item in before:
        _tell(op.table, item, _stored(op.table, op.key))


def _with_token(original: Callable[..., Any]) -> Callable[..., Any]:
    def respond(self: DynamoHandler) -> Any:
        token, request = self.body.get("ClientRequestToken"), _digest(self.body["TransactItems"])
        if token is None:
            return original(self)
        if tokens.committed(token, request):
            return ActionResult({})
        answer = original(self)
        tokens.remember(token, request)
        return answer

    return respond


def _locked(original: Callable[..., Any]) -> Callable[..., Any]:
    def call(self: DynamoHandler) -> Any:
        with lock:
            return original(self)

    return call


def _one_partition(original: Callable[..., Any]) -> Callable[..., Any]:
    def query(self: Table, hash_key: DynamoType | None, *args: Any, **kwargs: Any) -> Any:
        index = kwargs["index_name"] if "index_name" in kwargs else args[6]
        if index is not None or not self.range_key_attr or hash_key is None:
            return original(self, hash_key, *args, **kwargs)
        everything = self.items
        partition: Json = everything[hash_key] if hash_key in everything else {}
        self.items = {hash_key: partition}  # type: ignore[assignment]
        try:
            return original(self, hash_key, *args, **kwargs)
        finally:
            self.items = everything

    return query


def install() -> None:
    """Replace moto's methods by these; once is enough."""
    replace(DynamoDBBackend, "put_item", lambda original: _recorded(original, _first))
    replace(DynamoDBBackend, "update_item", lambda original: _recorded(original, _first))
    replace(DynamoDBBackend, "delete_item", lambda original: _recorded(original, _first))
    replace(DynamoDBBackend, "transact_write_items", lambda _: transact_write_items)
    replace(DynamoHandler, "transact_write_items", _with_token)
    replace(DynamoHandler, "call_action", _locked)
    replace(Table, "query", _one_partition)
