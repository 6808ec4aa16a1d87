"""The stream of a table as Lambda's event source mapping sees it: records of a shard, filtered, in Lambda's shape."""

from __future__ import annotations

import json
from typing import Any

from moto.dynamodb.models import dynamodb_backends

from infra.local.environment import ACCOUNT, REGION
from infra.local.transactions import lock

Json = dict[str, Any]


class Stream:
    """Reads a table's only shard from where it stopped last."""

    def __init__(self, table_name: str) -> None:
        self.table_name = table_name
        self.position = 0

    def _records(self) -> list[Any]:
        with lock:  # while a write is under way the table seems to have no stream
            shard = dynamodb_backends[ACCOUNT][REGION].tables[self.table_name].stream_shard
        if shard is None:
            raise LookupError(f"{self.table_name} has no stream")
        return shard.items

    @property
    def arn(self) -> str:
        table = dynamodb_backends[ACCOUNT][REGION].tables[self.table_name]
        return f"{table.table_arn}/stream/{table.latest_stream_label}"

    def take(self, limit: int = 1000) -> list[Json]:
        """The next records, oldest first; each is given once."""
        found = self._records()[self.position : self.position + limit]
        self.position += len(found)
        return [lambda_record(record.record, self.arn) for record in found]

    def behind(self) -> int:
        """How many records were not taken yet."""
        return len(self._records()) - self.position

    def skip(self) -> None:
        """Forget what is not taken yet."""
        self.position = len(self._records())


def lambda_record(record: Json, arn: str) -> Json:
    """A record as a function gets it: times in seconds, plain JSON."""
    body = dict(record["dynamodb"])
    body["ApproximateCreationDateTime"] = body["ApproximateCreationDateTime"].timestamp()
    shaped: Json = json.loads(json.dumps({**record, "dynamodb": body, "eventSourceARN": arn}, default=str))
    return shaped


def matches(patterns: list[Json], record: Json) -> bool:
    """Whether one of the filter patterns of an event source lets the record through; no pattern lets all through."""
    return not patterns or any(_fits(pattern, record) for pattern in patterns)


def _fits(pattern: Json, value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, wanted in pattern.items():
        if isinstance(wanted, dict):
            if not _fits(wanted, value.get(key)):
                return False
        elif not any(_allows(rule, value, key) for rule in wanted):
            return False
    return True


def _allows(rule: Any, holder: Json, key: str) -> bool:
    """One rule of a filter list: a literal, {"prefix"}, {"exists"} or {"anything-but"}."""
    value = holder.get(key)
    if not isinstance(rule, dict):
        return bool(value == rule)
    ((kind, argument),) = rule.items()
    match kind:
        case "prefix":
            return isinstance(value, str) and value.startswith(argument)
        case "exists":
            return (key in holder) is argument
        case "anything-but":
            return key in holder and value not in argument
    raise NotImplementedError(f"the local cloud knows no filter rule {kind!r}")
