"""Dead letters: what a function could not do however often it was asked, and asking it once more."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from chalicelib import aws, settings
from chalicelib.errors import NotFound
from chalicelib.gateways import functions

Json = dict[str, Any]
_HOLD = 60
"""Seconds for which a letter that is replayed is out of everybody else's sight."""


@dataclass(frozen=True)
class Queue:
    """`function` is the one whose letters these are, by its name in the cloud."""

    name: str
    function: str
    count: int
    url: str


@dataclass(frozen=True)
class Letter:
    """`stream`: a batch of the stream's records that was given up; what it was about lies in the table still."""

    id: str
    stream: bool
    error: str
    body: Json
    receipt: str


def queues() -> list[Queue]:
    """Every queue of dead letters of this stage, with about how many lie there."""
    sqs, found = aws.client("sqs"), []
    stage = settings.stage()
    for url in sqs.list_queues(QueueNamePrefix=f"motcua-{stage}-").get("QueueUrls", []):
        known = re.search(r"-([A-Za-z]+)DeadLetters(-|$)", url)
        if known:
            asked = ["ApproximateNumberOfMessages"]
            told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=asked)["Attributes"]
            kebab = re.sub(r"(?<!^)(?=[A-Z])", "-", known[1]).lower()
            found.append(Queue(kebab, f"motcua-{stage}-{kebab}", int(told[asked[0]]), url))
    return sorted(found, key=lambda queue: queue.name)


def queue_of(name: str) -> Queue:
    """The queue of a function's letters, by the function's short name: relay, inspect, sign-remotely."""
    for queue in queues():
        if queue.name == name:
            return queue
    raise NotFound("QueueNotFound", queue=name)


def read(queue: Queue, most: int, hold: int = 0) -> Iterator[Letter]:
    """Up to `most` letters; each is out of sight for `hold` seconds, 0 leaves them for everybody."""
    seen: set[str] = set()
    while len(seen) < most:
        answer = aws.client("sqs").receive_message(
            QueueUrl=queue.url,
            MaxNumberOfMessages=min(10, most - len(seen)),
            VisibilityTimeout=hold,
            MessageAttributeNames=["All"],
        )
        new = [one for one in answer.get("Messages", []) if one["MessageId"] not in seen]
        if not new:
            return
        for one in new:
            seen.add(one["MessageId"])
            yield _letter(one)


def _letter(message: Json) -> Letter:
    body = json.loads(message["Body"])
    attributes = message.get("MessageAttributes", {})
    stream = isinstance(body, dict) and "DDBStreamBatchInfo" in body
    context = body.get("responseContext", {}) if stream else {}
    error = str(attributes.get("ErrorMessage", {}).get("StringValue") or context.get("functionError") or "")
    return Letter(message["MessageId"], stream, error, body, message["ReceiptHandle"])


def replay(queue: Queue, most: int) -> int:
    """Ask the function again for each letter, and take the letter away; how many.

    Of a batch of the stream the letter says only where it stood: the rows that it was about are swept, all of them.
    """
    done, swept = 0, False
    for letter in read(queue, most, _HOLD):
        if not letter.stream:
            functions.call_later(queue.function, letter.body)
        elif not swept:
            functions.call_later(f"motcua-{settings.stage()}-sweep", {"all": True})
            swept = True
        aws.client("sqs").delete_message(QueueUrl=queue.url, ReceiptHandle=letter.receipt)
        done += 1
    return done
