"""Our own functions, called by one another: later, by name, with ids and nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib import aws, settings
from chalicelib.errors import UpstreamFailed


def invoke_later(name: str, event: Mapping[str, str]) -> None:
    """Put an event before a function, which Lambda calls soon and, when it fails, again. Raises UpstreamFailed."""
    try:
        aws.client("lambda").invoke(
            FunctionName=f"motcua-{settings.stage()}-{name}", InvocationType="Event", Payload=json.dumps(event).encode()
        )
    except (ClientError, BotoCoreError) as error:
        raise UpstreamFailed("UpstreamFailed") from error
