"""Entry: the table's stream, arrivals in the buckets of quarantine and logs, clocks of sweeper, books, statistics.

The stream tells of effects that must follow, and of forms to be signed, which another function does.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote_plus

from chalice.app import Blueprint

from chalicelib.errors import UpstreamFailed
from chalicelib.services import attachments, books, papers, present, statistics, sync
from chalicelib.services import relay as effects
from chalicelib.telemetry import logger, traced

events = Blueprint(__name__)

LAST_TELL_MS = 45_000  # of the time left: more than telling one event can take


@events.lambda_function(name="relay")
@logger.inject_lambda_context(clear_state=True)
@traced
def relay(event: dict[str, Any], context: Any) -> Any:
    """Perform the effects that the stream tells of; answers with the records to be delivered again."""
    # Imported by the one function that reads a stream: it brings along the shapes of every event there is at AWS.
    from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

    batch = BatchProcessor(event_type=EventType.DynamoDBStreams, raise_on_entire_batch_failure=False)
    return process_partial_response(event=event, record_handler=_relayed, processor=batch, context=context)


def _relayed(record: Any) -> None:
    """`record`: a DynamoDBRecord of Powertools."""
    keys: Any = record.raw_event["dynamodb"]["Keys"]
    dossier_id, sk = keys["pk"]["S"].removeprefix("D#"), keys["sk"]["S"]
    if record.raw_event["eventName"] == "INSERT" and sk.startswith("OUT#"):
        effects.perform(dossier_id, sk, present.now())
        if sk.endswith("#sync"):
            sync.hand_on(dossier_id)
    elif sk == "SIGNING":
        effects.hand_on_signing(dossier_id)


@events.lambda_function(name="inspect")
@logger.inject_lambda_context(clear_state=True)
@traced
def inspect(event: dict[str, Any], context: Any) -> None:
    """Look at each file that arrived in the quarantine bucket."""
    for record in event["Records"]:
        bucket, key, size = _arrived(record)
        if not attachments.inspect(bucket, key, present.now()):
            papers.inspect(bucket, key, size, present.now())


def _arrived(record: dict[str, Any]) -> tuple[str, str, int]:
    """Bucket, key and bytes of an object that S3 tells of."""
    found = record["s3"]
    return found["bucket"]["name"], unquote_plus(found["object"]["key"]), int(found["object"].get("size", 0))


@events.lambda_function(name="sweep")
@logger.inject_lambda_context(clear_state=True)
@traced
def sweep(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Finish what was left undone; {"all": true} looks after every open dossier."""
    return effects.sweep(present.now(), everything=bool(event.get("all")))


@events.lambda_function(name="sync")
@logger.inject_lambda_context(clear_state=True)
@traced
def tell(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Tell the national portal of one {"dossier"}; without one, whatever is due, and how much waits."""
    if "dossier" in event:
        return {sync.tell(event["dossier"], present.now): 1}
    return sync.catch_up(present.now, lambda: context.get_remaining_time_in_millis() > LAST_TELL_MS)


@events.lambda_function(name="count-visits")
@logger.inject_lambda_context(clear_state=True)
@traced
def count_visits(event: dict[str, Any], context: Any) -> None:
    """Count the views of pages in each access log that arrived."""
    for record in event["Records"]:
        bucket, key, _ = _arrived(record)
        statistics.count_visits(bucket, key, present.now())


@events.lambda_function(name="publish-statistics")
@logger.inject_lambda_context(clear_state=True)
@traced
def publish_statistics(event: dict[str, Any], context: Any) -> None:
    """Write the public statistics anew."""
    statistics.publish(present.now())


@events.lambda_function(name="reckon")
@logger.inject_lambda_context(clear_state=True)
@traced
def reckon(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Every morning: the books of the day before, of all agencies, and of days that were left open."""
    done = books.every_morning(present.now())
    if done["failed"]:
        raise UpstreamFailed("UpstreamFailed")  # tried again, and then a dead letter: reckoning again is harmless
    return done
