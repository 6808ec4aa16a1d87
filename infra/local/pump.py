"""The event pump: what calls our functions in the cloud without anybody asking.

* The dossiers stream -> relay: filter, batches, partial failures, retries with backoff, halving, maximum age, dead
  letters; one shard, so a failing batch holds up those behind it, as in the cloud.
* S3 notifications -> inspect and count-visits, schedules -> sweep and publish-statistics, and Invoke with type Event:
  asynchronous invocations with retries and a dead-letter queue.

All settings are read from infra/template.yaml. Waiting is accelerated: backoff is in tenths of seconds, and for five
minutes of a schedule pass ten seconds. Duplicates, which the cloud sends when it likes, are sent on demand.
"""

from __future__ import annotations

import json
import logging
import queue
import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event, Lock, Thread
from typing import Any
from urllib.parse import quote_plus

from moto.s3 import notifications
from moto.s3.models import s3_backends

from infra.local.environment import REGION
from infra.local.functions import Functions, Outcome, invoke
from infra.local.streams import Stream, matches
from infra.local.template import Json, Template

POLL_SECONDS = 0.05
BACKOFF_SECONDS, LONGEST_BACKOFF_SECONDS = 0.1, 2.0
SCHEDULE_SECONDS = 10.0  # stand for five minutes
_FIVES = {"minute": 1 / 5, "hour": 12.0, "day": 288.0}  # times five minutes
WORKERS = 2


def _rarer(schedule: str) -> float:
    """How often a schedule comes, in times of five minutes: rate(…), or cron(…) once on every day."""
    kind, _, when = schedule.removesuffix(")").partition("(")
    if kind == "rate":
        amount, unit = when.split()
        return int(amount) * _FIVES[unit.removesuffix("s")]
    minute, hour, *rest = when.split()
    if not (minute.isdecimal() and hour.isdecimal() and rest == ["*", "*", "?", "*"]):
        raise ValueError(f"the local cloud does not know the schedule {schedule}")
    return _FIVES["day"]


log = logging.getLogger("infra.local")


@dataclass
class Faults:
    """What the pump does wrong on purpose. Each counts down as it is used."""

    duplicate: int = 0  # deliver that many batches or events twice


@dataclass
class _Task:
    """One asynchronous invocation on its way."""

    function: str  # logical id in the template
    event: Any
    attempt: int = 0
    id: str = field(default_factory=lambda: str(uuid.uuid4()))


class Pump:
    """Runs from `start` to `stop`; `settle` waits until nothing is under way."""

    def __init__(self, template: Template, functions: Functions, sqs: Any) -> None:
        self.faults = Faults()
        self.schedule_seconds = SCHEDULE_SECONDS
        self._template = template
        self._functions = functions
        self._sqs = sqs
        self._stop = Event()
        self._tasks: queue.Queue[_Task] = queue.Queue()
        self._pending = 0
        self._busy = 0
        self._lock = Lock()
        self._threads: list[Thread] = []
        self._streams = list(self._stream_sources())
        self._buckets = self._bucket_sources()

    # ---- life ----

    def start(self, schedules: bool = True) -> None:
        for source in self._streams:
            self._thread(self._pump_stream, source)
        for _ in range(WORKERS):
            self._thread(self._work)
        for logical_id, rarer, event in self._schedules() if schedules else ():
            self._thread(self._tick, logical_id, rarer, event)

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=1.0)

    def _thread(self, target: Any, *args: Any) -> None:
        thread = Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def idle(self) -> bool:
        with self._lock:
            waiting = self._pending + self._busy
        return waiting == 0 and all(source.stream.behind() == 0 for source in self._streams)

    def settle(self, seconds: float = 10.0) -> bool:
        """Wait until every event was handled (or given up); False if that did not happen in time."""
        ends = time.monotonic() + seconds
        quiet = 0
        while time.monotonic() < ends:
            quiet = quiet + 1 if self.idle() else 0
            if quiet == 3:
                return True
            time.sleep(0.02)
        return False

    # ---- streams ----

    def _stream_sources(self) -> Any:
        for logical_id, properties in self._template.resources("AWS::Serverless::Function"):
            for event in properties.get("Events", {}).values():
                if event["Type"] == "DynamoDB":
                    yield _Source(logical_id, self._template.resolve(event["Properties"]))

    def _pump_stream(self, source: _Source) -> None:
        while not self._stop.is_set():
            with self._lock:
                self._busy += 1
            try:
                records = [r for r in source.stream.take(source.batch_size) if matches(source.patterns, r)]
                if records:
                    self._deliver(source, records, source.attempts)
            finally:
                with self._lock:
                    self._busy -= 1
            if source.stream.behind() == 0:
                self._stop.wait(POLL_SECONDS)

    def _deliver(self, source: _Source, records: list[Json], attempts: int) -> None:
        """Give a batch to the function until it is handled, or written off to the dead letters."""
        tried = 0
        while records and not self._stop.is_set():
            outcome = self._call(source.function, {"Records": records})
            if self._duplicated():
                outcome = self._call(source.function, {"Records": records})
            left = _unhandled(records, outcome)
            if not left:
                return
            tried += 1
            if tried > attempts or _too_old(left[0], source.max_age):
                self._dead_letter(source.dead_letters, source.letter(left, outcome, tried), {})
                return
            self._stop.wait(min(BACKOFF_SECONDS * 2 ** (tried - 1), LONGEST_BACKOFF_SECONDS))
            if len(left) > 1 and len(left) == len(records) and source.bisect:  # splitting costs no attempt
                half = len(left) // 2
                self._deliver(source, left[:half], attempts - tried)
                records, tried, attempts = left[half:], 0, attempts - tried
            else:
                records = left

    # ---- asynchronous invocations ----

    def invoke_later(self, name_or_arn: str, event: Any) -> None:
        """Invoke with type Event."""
        for logical_id, _ in self._template.resources("AWS::Serverless::Function"):
            found = self._functions.find(name_or_arn)
            if found is not None and self._template.function_name(logical_id) == found[0]:
                self._put(_Task(logical_id, event))
                return
        raise LookupError(f"the template has no function {name_or_arn}")

    def _put(self, task: _Task) -> None:
        with self._lock:
            self._pending += 1
        self._tasks.put(task)

    def _work(self) -> None:
        while not self._stop.is_set():
            try:
                task = self._tasks.get(timeout=0.2)
            except queue.Empty:
                continue
            try:
                self._run(task)
            finally:
                with self._lock:
                    self._pending -= 1

    def _run(self, task: _Task) -> None:
        properties = self._template.properties(task.function)
        retries = int(properties.get("EventInvokeConfig", {}).get("MaximumRetryAttempts", 2))
        while not self._stop.is_set():
            outcome = self._call(task.function, task.event)
            if self._duplicated():
                outcome = self._call(task.function, task.event)
            if not outcome.failed:
                return
            task.attempt += 1
            if task.attempt > retries:
                target = properties.get("DeadLetterQueue", {}).get("TargetArn")
                message = {"RequestID": task.id, "ErrorCode": "200"}
                message["ErrorMessage"] = str(outcome.payload["errorMessage"])[:1024] or "error"
                self._dead_letter(target, task.event, message)
                return
            self._stop.wait(min(BACKOFF_SECONDS * 2**task.attempt, LONGEST_BACKOFF_SECONDS))

    def _schedules(self) -> Any:
        for logical_id, properties in self._template.resources("AWS::Serverless::Function"):
            for event in properties.get("Events", {}).values():
                if event["Type"] == "Schedule":
                    rarer = _rarer(event["Properties"]["Schedule"])
                    yield logical_id, rarer, json.loads(event["Properties"].get("Input", "{}"))

    def _tick(self, logical_id: str, rarer: float, event: Json) -> None:
        while not self._stop.wait(self.schedule_seconds * rarer):
            if not self._tasks.qsize():
                self._put(_Task(logical_id, event))

    # ---- S3 ----

    def _bucket_sources(self) -> dict[str, list[tuple[str, str, str]]]:
        """bucket -> [(event pattern, key prefix, logical id of the function)]."""
        arns = {
            self._template.resolve({"Fn::GetAtt": [logical_id, "Arn"]}): logical_id
            for logical_id, _ in self._template.resources("AWS::Serverless::Function")
        }
        found: dict[str, list[tuple[str, str, str]]] = {}
        for logical_id, _ in self._template.resources("AWS::S3::Bucket"):
            wanted = self._template.properties(logical_id)
            for rule in wanted.get("NotificationConfiguration", {}).get("LambdaConfigurations", []):
                rules = rule.get("Filter", {}).get("S3Key", {}).get("Rules", [])
                prefix = next((each["Value"] for each in rules if each["Name"] == "prefix"), "")
                entry = (rule["Event"].removesuffix("*"), prefix, arns[rule["Function"]])
                found.setdefault(wanted["BucketName"], []).append(entry)
        return found

    def heard(self, account_id: str, event_name: str, bucket: Any, key: Any) -> None:
        """moto tells that something happened in a bucket; in the place of its own notifications."""
        name = getattr(event_name, "value", event_name)
        if name.startswith("s3:ObjectTagging") and not s3_backends[account_id]["aws"].tagger.get_tag_dict_for_resource(
            key.arn
        ):
            return  # moto tags whatever is put, also with nothing; S3 does not
        for pattern, prefix, function in self._buckets.get(bucket.name, []):
            if name.startswith(pattern) and key.name.startswith(prefix):
                self._put(_Task(function, {"Records": [_s3_record(name, bucket, key)]}))

    def listen(self) -> None:
        notifications.send_event = self.heard

    # ---- what all share ----

    def _call(self, logical_id: str, event: Any) -> Outcome:
        found = self._functions.find(self._template.function_name(logical_id))
        if found is None:
            error = f"{logical_id} is in the template and not in the application"
            return Outcome({"errorType": "ResourceNotFoundException", "errorMessage": error}, failed=True)
        outcome = invoke(*found, event)
        if outcome.failed:
            log.warning("%s failed: %s: %s", found[0], outcome.payload["errorType"], outcome.payload["errorMessage"])
        return outcome

    def _duplicated(self) -> bool:
        with self._lock:
            if self.faults.duplicate <= 0:
                return False
            self.faults.duplicate -= 1
            return True

    def _dead_letter(self, queue_arn: str | None, body: Any, attributes: dict[str, str]) -> None:
        if queue_arn is None:
            return
        log.error("given up, see the dead letters of %s", queue_arn)
        url = self._sqs.get_queue_url(QueueName=queue_arn.rsplit(":", 1)[1])["QueueUrl"]
        told = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}
        self._sqs.send_message(QueueUrl=url, MessageBody=json.dumps(body), MessageAttributes=told)


class _Source:
    """An event source mapping of a table's stream, from the template."""

    def __init__(self, function: str, settings: Json) -> None:
        self.function = function
        self.stream = Stream(settings["Stream"].split("/")[1])
        self.stream_arn = settings["Stream"]
        self.patterns = [json.loads(rule["Pattern"]) for rule in settings["FilterCriteria"]["Filters"]]
        self.batch_size = int(settings["BatchSize"])
        self.attempts = int(settings["MaximumRetryAttempts"])
        self.max_age = float(settings["MaximumRecordAgeInSeconds"])
        self.bisect = bool(settings["BisectBatchOnFunctionError"])
        self.dead_letters = settings["DestinationConfig"]["OnFailure"]["Destination"]

    def letter(self, records: list[Json], outcome: Outcome, tried: int) -> Json:
        """What Lambda sends to an on-failure queue: where the records are, not the records."""
        first, last = records[0]["dynamodb"], records[-1]["dynamodb"]
        return {
            "requestContext": {
                "requestId": str(uuid.uuid4()),
                "functionArn": self.function,
                "condition": "RetryAttemptsExhausted",
                "approximateInvokeCount": tried,
            },
            "responseContext": {"statusCode": 200, "functionError": "Unhandled" if outcome.failed else None},
            "version": "1.0",
            "timestamp": datetime.now(UTC).isoformat(),
            "DDBStreamBatchInfo": {
                "shardId": "shardId-local",
                "startSequenceNumber": first["SequenceNumber"],
                "endSequenceNumber": last["SequenceNumber"],
                "batchSize": len(records),
                "streamArn": self.stream_arn,
            },
        }


def _unhandled(records: list[Json], outcome: Outcome) -> list[Json]:
    """The records from the first that failed on: for a stream, order counts (ReportBatchItemFailures)."""
    if outcome.failed:
        return records
    failures = (outcome.payload or {}).get("batchItemFailures") or []
    if not failures:
        return []
    failed = {each.get("itemIdentifier") for each in failures}
    for number, record in enumerate(records):
        if record["dynamodb"]["SequenceNumber"] in failed:
            return records[number:]
    return records  # an identifier that is not in the batch: Lambda takes the whole batch for failed


def _too_old(record: Json, seconds: float) -> bool:
    made: float = record["dynamodb"]["ApproximateCreationDateTime"]
    return seconds > 0 and time.time() - made > seconds


def _s3_record(event_name: str, bucket: Any, key: Any) -> Json:
    shaped = {
        "key": quote_plus(key.name, safe="/"),
        "size": key.size,
        "eTag": key.etag.strip('"'),
        "sequencer": uuid.uuid4().hex,
    }
    if bucket.is_versioned:
        shaped["versionId"] = key.version_id
    return {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": REGION,
        "eventTime": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "eventName": event_name.removeprefix("s3:"),
        "s3": {
            "s3SchemaVersion": "1.0",
            "bucket": {"name": bucket.name, "arn": bucket.arn},
            "object": shaped,
        },
    }
