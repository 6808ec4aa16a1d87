"""What the commands that talk to a cloud share. The environment says which one: AWS's variables and our own."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

import click


@contextmanager
def cloud() -> Iterator[None]:
    """Say in a sentence what is missing to reach the cloud, or that it failed; the exit code is then 1."""
    from botocore.exceptions import BotoCoreError, ClientError
    from pynamodb.exceptions import PynamoDBException

    try:
        yield
    except LookupError as error:
        if "environment variable" not in str(error):
            raise
        raise click.ClickException(
            f"{error.args[0]}. Set the variables of the stage (see `make run` for the local cloud's)."
        ) from error
    except (BotoCoreError, ClientError, PynamoDBException) as error:
        raise click.ClickException(f"the cloud did not do this: {error}") from error


@contextmanager
def quietly() -> Iterator[None]:
    """The services' telemetry is for functions of the cloud: here metrics go nowhere, and the log says what went wrong,
    on stderr, so that what is printed is the answer alone."""
    from chalicelib.telemetry import logger

    handler = logger.registered_handler
    level = logger.log_level
    stream = handler.setStream(sys.stderr) if isinstance(handler, logging.StreamHandler) else None
    logger.setLevel(logging.ERROR)
    try:
        with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
            yield
    finally:
        logger.setLevel(level)
        if stream is not None and isinstance(handler, logging.StreamHandler):
            handler.setStream(stream)


def bar(length: int, label: str, silent: bool = False) -> Any:
    """A progress bar on stderr; nothing at all where that is no terminal."""
    hidden = silent or not sys.stderr.isatty()
    return click.progressbar(length=length, label=label, file=sys.stderr, hidden=hidden)
