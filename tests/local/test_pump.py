"""The event pump: what reaches the relay, the inspector and the sweeper, how often, and what happens when they fail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from infra.local.cloud import Cloud
from infra.local.testing import environment
from tests.local import tiny

TABLE = environment()["DOSSIERS_TABLE"]
pytestmark = pytest.mark.xdist_group("local-pump")  # they share one cloud

Json = dict[str, Any]
Until = Callable[[Callable[[], bool]], None]


def write(cloud: Cloud, *sort_keys: str, pk: str = "D#1") -> None:
    puts = [{"Put": {"TableName": TABLE, "Item": {"pk": {"S": pk}, "sk": {"S": sk}}}} for sk in sort_keys]
    cloud.client("dynamodb").transact_write_items(TransactItems=puts)


def keys(batch: Json) -> list[str]:
    return [record["dynamodb"]["Keys"]["sk"]["S"] for record in batch["Records"]]


def delivered() -> list[list[str]]:
    return [keys(batch) for batch in tiny.called("relay")]


def poison(*bad: str) -> Callable[[Json], Json]:
    """Fails item by item, as Powertools' batch processor answers."""

    def act(event: Json) -> Json:
        failed = [r["dynamodb"]["SequenceNumber"] for r in event["Records"] if r["dynamodb"]["Keys"]["sk"]["S"] in bad]
        return {"batchItemFailures": [{"itemIdentifier": number} for number in failed]}

    return act


@pytest.fixture(autouse=True)
def clean(cloud: Cloud) -> None:
    sqs = cloud.client("sqs")
    for name, _ in cloud.template.resources("AWS::SQS::Queue"):
        url = cloud.template.known[name, "Ref"]
        while found := sqs.receive_message(QueueUrl=url).get("Messages"):
            sqs.delete_message(QueueUrl=url, ReceiptHandle=found[0]["ReceiptHandle"])
    dynamodb = cloud.client("dynamodb")
    for item in dynamodb.scan(TableName=TABLE)["Items"]:
        dynamodb.delete_item(TableName=TABLE, Key={"pk": item["pk"], "sk": item["sk"]})
    assert cloud.settle()
    tiny.forget()


@pytest.mark.clause("B3")
def test_only_new_outbox_rows_reach_the_relay(cloud: Cloud) -> None:
    write(cloud, "HEAD", "EVENT#000001", "OUT#000001#notice", "OUT#000001#workflow")
    dynamodb = cloud.client("dynamodb")
    given = {"UpdateExpression": "SET tries = :n", "ExpressionAttributeValues": {":n": {"N": "1"}}}
    dynamodb.update_item(TableName=TABLE, Key={"pk": {"S": "D#1"}, "sk": {"S": "OUT#000001#notice"}}, **given)
    dynamodb.delete_item(TableName=TABLE, Key={"pk": {"S": "D#1"}, "sk": {"S": "OUT#000001#notice"}})
    assert cloud.settle()
    assert sorted(sum(delivered(), [])) == ["OUT#000001#notice", "OUT#000001#workflow"]


def test_a_failed_record_comes_again_with_those_behind_it(cloud: Cloud) -> None:
    def heal(event: Json) -> Json:
        if len(tiny.called("relay")) >= 3:
            tiny.ACTS["relay"] = poison()
        return poison("OUT#2")(event)

    tiny.ACTS["relay"] = heal
    write(cloud, "OUT#1", "OUT#2", "OUT#3")
    assert cloud.settle()
    batches = delivered()
    assert batches[0] == ["OUT#1", "OUT#2", "OUT#3"]
    assert batches[1] == ["OUT#2", "OUT#3"]
    assert sum(batches, []).count("OUT#2") >= 3 and "OUT#3" in batches[-1]
    assert cloud.dead_letters()["RelayDeadLetters"] == []


def test_a_poison_record_ends_in_the_dead_letters_and_the_rest_goes_on(cloud: Cloud, monkeypatch: Any) -> None:
    (source,) = (one for one in cloud.pump._streams if one.function == "Relay")
    monkeypatch.setattr(source, "attempts", 2)
    tiny.ACTS["relay"] = poison("OUT#bad")
    write(cloud, "OUT#bad")
    assert cloud.settle()
    write(cloud, "OUT#good")
    assert cloud.settle()
    assert delivered() == [["OUT#bad"]] * 3 + [["OUT#good"]]
    (letter,) = cloud.dead_letters()["RelayDeadLetters"]
    info = letter["DDBStreamBatchInfo"]
    assert letter["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert letter["requestContext"]["approximateInvokeCount"] == 3
    assert info["batchSize"] == 1 and info["startSequenceNumber"] == info["endSequenceNumber"]


def test_a_batch_that_breaks_the_function_is_halved_until_the_bad_one_is_alone(cloud: Cloud, monkeypatch: Any) -> None:
    (source,) = (one for one in cloud.pump._streams if one.function == "Relay")
    monkeypatch.setattr(source, "attempts", 4)
    done: list[str] = []

    def act(event: Json) -> Json:
        if "OUT#bad" in keys(event):
            raise RuntimeError("the whole function fails")
        done.extend(keys(event))
        return {"batchItemFailures": []}

    tiny.ACTS["relay"] = act
    write(cloud, "OUT#1", "OUT#2", "OUT#bad", "OUT#4")
    assert cloud.settle()
    assert sorted(done) == ["OUT#1", "OUT#2", "OUT#4"]
    (letter,) = cloud.dead_letters()["RelayDeadLetters"]
    assert letter["DDBStreamBatchInfo"]["batchSize"] == 1


def test_records_that_are_too_old_are_given_up(cloud: Cloud, monkeypatch: Any) -> None:
    (source,) = (one for one in cloud.pump._streams if one.function == "Relay")
    monkeypatch.setattr(source, "max_age", 0.05)
    tiny.ACTS["relay"] = poison("OUT#1")
    write(cloud, "OUT#1")
    assert cloud.settle()
    assert len(delivered()) <= 3 and len(cloud.dead_letters()["RelayDeadLetters"]) == 1


def test_an_identifier_of_no_record_fails_the_whole_batch(cloud: Cloud) -> None:
    def act(_: Json) -> Json:
        tiny.ACTS["relay"] = poison()
        return {"batchItemFailures": [{"itemIdentifier": "nonsense"}]}

    tiny.ACTS["relay"] = act
    write(cloud, "OUT#1")
    assert cloud.settle()
    assert delivered() == [["OUT#1"], ["OUT#1"]]


def test_duplicates_come_on_demand(cloud: Cloud) -> None:
    cloud.pump.faults.duplicate = 1
    write(cloud, "OUT#1")
    assert cloud.settle()
    write(cloud, "OUT#2")
    assert cloud.settle()
    assert delivered() == [["OUT#1"], ["OUT#1"], ["OUT#2"]]


def test_arrivals_in_quarantine_reach_the_inspector_and_others_do_not(cloud: Cloud) -> None:
    s3, names = cloud.client("s3"), cloud.environment
    s3.put_object(Bucket=names["QUARANTINE_BUCKET"], Key="quarantine/d 1/giấy.png", Body=b"1")
    s3.put_object(Bucket=names["QUARANTINE_BUCKET"], Key="elsewhere/x", Body=b"1")
    s3.put_object(Bucket=names["PAPERS_BUCKET"], Key="quarantine/x", Body=b"1")
    s3.delete_object(Bucket=names["QUARANTINE_BUCKET"], Key="quarantine/d 1/giấy.png")
    assert cloud.settle()
    (event,) = tiny.called("inspect")
    found = event["Records"][0]
    assert found["eventName"] == "ObjectCreated:Put" and found["eventSource"] == "aws:s3"
    assert found["s3"]["bucket"]["name"] == names["QUARANTINE_BUCKET"]
    assert found["s3"]["object"]["key"] == "quarantine/d+1/gi%E1%BA%A5y.png" and found["s3"]["object"]["size"] == 1


def test_an_inspector_that_fails_is_called_three_times_then_a_letter_remains(cloud: Cloud) -> None:
    def fail(_: Json) -> None:
        raise ValueError("broken picture")

    tiny.ACTS["inspect"] = fail
    cloud.client("s3").put_object(Bucket=cloud.environment["QUARANTINE_BUCKET"], Key="quarantine/1/1/1", Body=b"1")
    assert cloud.settle()
    assert len(tiny.called("inspect")) == 3
    (letter,) = cloud.dead_letters()["InspectDeadLetters"]
    assert letter == tiny.called("inspect")[0]


def test_the_schedule_calls_the_sweeper(cloud: Cloud, until: Until) -> None:
    cloud.pump.schedule_seconds = 0.05
    schedules = list(cloud.pump._schedules())
    assert schedules == [
        ("Verify", 1, {"source": "schedule"}),
        ("FetchCrls", 36, {"source": "schedule"}),
        ("Sweep", 1, {"source": "schedule"}),
        ("Sync", 0.2, {"source": "schedule"}),
        ("Reckon", 288, {"source": "schedule"}),
        ("PublishStatistics", 12, {"source": "schedule"}),
    ]
    cloud.pump._thread(cloud.pump._tick, *schedules[2])
    until(lambda: len(tiny.called("sweep")) >= 2)
    cloud.pump.schedule_seconds = 3600.0
    assert tiny.called("sweep")[0] == {"source": "schedule"}
