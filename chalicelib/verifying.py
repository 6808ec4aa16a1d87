"""Entries of the functions that know signatures: `verify` answers checks that the table's stream tells of, and by a
clock those it did not tell of; `fetch-crls` fetches revocation lists.

They have a package of their own (requirements-verify.txt), with what parses signed files and without the API; so they
are no functions of the Chalice application, and nothing here or below may import what only the others are deployed
with.
"""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord

from chalicelib.services import answering, present, revocation
from chalicelib.telemetry import logger, traced

LAST_START_MS = 50_000  # of the time left: an answer takes at most so long (verification/running.py)

_batch = BatchProcessor(event_type=EventType.DynamoDBStreams, raise_on_entire_batch_failure=False)


@logger.inject_lambda_context(clear_state=True)
@traced
def verify(event: dict[str, Any], context: Any) -> Any:
    """Answer the checks of the stream's records; without records, those that have waited too long."""
    if "Records" in event:
        return process_partial_response(event=event, record_handler=_told, processor=_batch, context=context)
    return answering.catch_up(present.now(), lambda: context.get_remaining_time_in_millis() > LAST_START_MS)


def _told(record: DynamoDBRecord) -> None:
    keys: Any = record.raw_event["dynamodb"]["Keys"]
    answering.answer(keys["pk"]["S"].removeprefix("D#"), keys["sk"]["S"], present.now())


@logger.inject_lambda_context(clear_state=True)
@traced
def fetch_crls(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Fetch the revocation lists that the trust manifest names."""
    return revocation.fetch_all(present.now())
