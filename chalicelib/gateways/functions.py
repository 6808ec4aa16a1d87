"""Our own functions that others of ours ask for something and do not wait for."""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib import aws
from chalicelib.errors import UpstreamFailed


def call_later(name: str, event: dict[str, Any]) -> None:
    """Have the function called with the event, once or more; raises UpstreamFailed when that is not accepted."""
    try:
        aws.client("lambda").invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps(event))
    except (ClientError, BotoCoreError) as error:
        raise UpstreamFailed("UpstreamFailed") from error
