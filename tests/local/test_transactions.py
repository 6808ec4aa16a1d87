"""moto's DynamoDB, corrected: whole or nothing, nothing of others lost, tokens, reasons, the stream's one truth."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Thread
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType

from infra.local import transactions
from infra.local.environment import ACCOUNT, REGION
from infra.local.patching import REPLACED
from infra.local.streams import Stream
from infra.local.testing import Embedded, environment

TABLE = environment()["DOSSIERS_TABLE"]
Json = dict[str, Any]


def key(pk: str, sk: str = "HEAD") -> Json:
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def put(pk: str, n: int = 1, sk: str = "HEAD", **more: Any) -> Json:
    return {"Put": {"TableName": TABLE, "Item": {**key(pk, sk), "n": {"N": str(n)}}, **more}}


def add(pk: str, **more: Any) -> Json:
    values = {":one": {"N": "1"}, **more.pop("values", {})}
    update = {"UpdateExpression": "ADD n :one", "ExpressionAttributeValues": values}
    return {"Update": {"TableName": TABLE, "Key": key(pk), **update, **more}}


NEW: Json = {"ConditionExpression": "attribute_not_exists(pk)"}


def number(dynamodb: Any, pk: str) -> int | None:
    item = dynamodb.get_item(TableName=TABLE, Key=key(pk)).get("Item")
    return int(item["n"]["N"]) if item else None


def refused(act: Callable[[], Any]) -> Json:
    with pytest.raises(ClientError) as caught:
        act()
    return dict(caught.value.response)


def test_a_failed_condition_leaves_everything_and_names_each_reason(embedded: Embedded) -> None:
    dynamodb = embedded.client("dynamodb")
    dynamodb.transact_write_items(TransactItems=[put("a", 1)])
    old = {**NEW, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    told = refused(lambda: dynamodb.transact_write_items(TransactItems=[put("b"), put("a", 9, **old), add("c")]))
    assert told["Error"]["Code"] == "TransactionCanceledException"
    assert "[None, ConditionalCheckFailed, None]" in told["Error"]["Message"]
    codes = [reason["Code"] for reason in told["CancellationReasons"]]
    assert codes == ["None", "ConditionalCheckFailed", "None"]
    assert told["CancellationReasons"][1]["Item"]["n"] == {"N": "1"}
    assert (number(dynamodb, "a"), number(dynamodb, "b"), number(dynamodb, "c")) == (1, None, None)


def test_a_write_that_cannot_be_made_puts_back_only_what_was_touched(embedded: Embedded) -> None:
    dynamodb = embedded.client("dynamodb")
    dynamodb.transact_write_items(TransactItems=[put("a", 1), put("others", 7)])
    table = dynamodb_backends[ACCOUNT][REGION].tables[TABLE]
    others = DynamoType(key("others")["pk"]), DynamoType(key("others")["sk"])
    untouched = table.get_item(*others)
    wrong = {"TableName": TABLE, "Key": key("t"), "UpdateExpression": "SET x = n + :s"}
    wrong |= {"ExpressionAttributeValues": {":s": {"S": "text"}}}
    dynamodb.transact_write_items(TransactItems=[put("t", 1)])
    told = refused(lambda: dynamodb.transact_write_items(TransactItems=[add("a"), put("b"), {"Update": wrong}]))
    assert [reason["Code"] for reason in told["CancellationReasons"]] == ["None", "None", "ValidationError"]
    assert (number(dynamodb, "a"), number(dynamodb, "b"), number(dynamodb, "t")) == (1, None, 1)
    assert table.get_item(*others) is untouched


@pytest.mark.parametrize(
    ("items", "code"),
    [
        ([put("a"), add("a")], "ValidationException"),
        ([put(str(n)) for n in range(101)], "ValidationException"),
        ([put("big", 1) | {"Put": {"TableName": TABLE, "Item": {**key("x"), "v": {"S": "x" * 500_000}}}}], None),
        ([{"Put": {"TableName": "nothing", "Item": key("a")}}], "ResourceNotFoundException"),
    ],
)
def test_requests_that_are_wrong_in_themselves(embedded: Embedded, items: list[Json], code: str | None) -> None:
    dynamodb = embedded.client("dynamodb")
    told = refused(lambda: dynamodb.transact_write_items(TransactItems=items))
    assert told["Error"]["Code"] == (code or "TransactionCanceledException")
    assert dynamodb.scan(TableName=TABLE)["Count"] == 0


def test_the_same_token_writes_once_for_ten_minutes(embedded: Embedded) -> None:
    dynamodb, now = embedded.client("dynamodb"), [0.0]
    tokens, transactions.tokens.clock = transactions.tokens, lambda: now[0]
    try:
        for _ in range(3):
            dynamodb.transact_write_items(TransactItems=[add("a")], ClientRequestToken="t")
        assert number(dynamodb, "a") == 1
        told = refused(lambda: dynamodb.transact_write_items(TransactItems=[add("b")], ClientRequestToken="t"))
        assert told["Error"]["Code"] == "IdempotentParameterMismatchException"
        now[0] = transactions.TOKEN_SECONDS + 1
        dynamodb.transact_write_items(TransactItems=[add("a")], ClientRequestToken="t")
        assert number(dynamodb, "a") == 2
    finally:
        tokens.clock = time.monotonic


def test_a_cancelled_transaction_does_not_use_up_its_token(embedded: Embedded) -> None:
    dynamodb = embedded.client("dynamodb")
    dynamodb.transact_write_items(TransactItems=[put("a")])
    refused(lambda: dynamodb.transact_write_items(TransactItems=[put("a", 2, **NEW)], ClientRequestToken="t"))
    dynamodb.delete_item(TableName=TABLE, Key=key("a"))
    dynamodb.transact_write_items(TransactItems=[put("a", 2, **NEW)], ClientRequestToken="t")
    assert number(dynamodb, "a") == 2


def test_the_stream_tells_one_truth_per_item(embedded: Embedded) -> None:
    dynamodb, stream = embedded.client("dynamodb"), Stream(TABLE)
    dynamodb.transact_write_items(TransactItems=[add("new"), put("p")])
    dynamodb.update_item(TableName=TABLE, Key=key("single"), **{k: add("x")["Update"][k] for k in _EXPRESSION})
    dynamodb.put_item(TableName=TABLE, Item={**key("p"), "n": {"N": "1"}})  # as it was
    dynamodb.transact_write_items(TransactItems=[add("new")])
    refused(lambda: dynamodb.transact_write_items(TransactItems=[add("new"), put("p", **NEW)]))
    dynamodb.delete_item(TableName=TABLE, Key=key("p"))
    told = [(each["eventName"], each["dynamodb"]["Keys"]["pk"]["S"]) for each in stream.take()]
    assert told == [("INSERT", "new"), ("INSERT", "p"), ("INSERT", "single"), ("MODIFY", "new"), ("REMOVE", "p")]


def test_who_reads_the_stream_waits_for_the_write_that_is_under_way(embedded: Embedded) -> None:
    embedded.client("dynamodb").transact_write_items(TransactItems=[put("a")])
    table = dynamodb_backends[ACCOUNT][REGION].tables[TABLE]
    read: list[Json] = []
    reader = Thread(target=lambda: read.extend(Stream(TABLE).take()), daemon=True)
    with transactions.lock, transactions._Quiet(table):
        reader.start()
        reader.join(0.2)
    reader.join(10)
    assert len(read) == 1


_EXPRESSION = ("UpdateExpression", "ExpressionAttributeValues")


def test_records_have_the_shape_that_lambda_gives(embedded: Embedded) -> None:
    embedded.client("dynamodb").transact_write_items(TransactItems=[put("a", 3)])
    (record,) = Stream(TABLE).take()
    assert record["eventSource"] == "aws:dynamodb" and record["awsRegion"] == REGION
    assert record["dynamodb"]["NewImage"]["n"] == {"N": "3"}
    assert record["dynamodb"]["SequenceNumber"].isdecimal()
    assert abs(record["dynamodb"]["ApproximateCreationDateTime"] - time.time()) < 60


def test_many_threads_lose_no_update(embedded: Embedded) -> None:
    dynamodb = embedded.client("dynamodb")
    dynamodb.transact_write_items(TransactItems=[put("shared", 0), put("version", 0)])
    won: list[int] = []

    def compete() -> None:
        for _ in range(12):
            before = number(dynamodb, "version")
            condition = {"ConditionExpression": "n = :v", "values": {":v": {"N": str(before)}}}
            try:
                dynamodb.transact_write_items(TransactItems=[add("shared"), add("version", **condition)])
            except dynamodb.exceptions.TransactionCanceledException:
                dynamodb.update_item(
                    TableName=TABLE, Key=key("lost"), **{k: add("x")["Update"][k] for k in _EXPRESSION}
                )
            else:
                won.append(1)

    threads = [Thread(target=compete) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert number(dynamodb, "shared") == number(dynamodb, "version") == len(won)
    assert (number(dynamodb, "lost") or 0) == 72 - len(won)


def test_a_query_of_the_table_walks_one_partition_only(embedded: Embedded) -> None:
    dynamodb = embedded.client("dynamodb")

    def fill(numbers: range) -> None:
        for start in range(numbers.start, numbers.stop, 100):
            dynamodb.transact_write_items(TransactItems=[put(f"d{n}") for n in range(start, start + 100)])

    def query() -> float:
        began = time.perf_counter()
        values = {":p": {"S": "d7"}}
        found = dynamodb.query(TableName=TABLE, KeyConditionExpression="pk = :p", ExpressionAttributeValues=values)
        assert found["Count"] == 1
        return time.perf_counter() - began

    fill(range(0, 100))
    small = min(query() for _ in range(10))
    fill(range(100, 2_000))
    assert min(query() for _ in range(10)) < 3 * small  # moto's own: twenty times as long


def test_every_replacement_of_moto_replaces_something_that_is_there() -> None:
    absent = {label for label, original in REPLACED.items() if getattr(original, "__name__", "") == "_absent"}
    assert absent == {"CognitoIdpResponse.resend_confirmation_code", "CognitoIdpResponse.revoke_token"}
