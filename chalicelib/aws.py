"""One botocore session and one client per AWS service for the whole process.

pynamodb would make a session, a client and a TLS connection for every model class; here all tables share one
connection, and the other clients come from its session. Time-outs are short, so that the slowest request with all
its retries ends before API Gateway gives up (29 s).
"""

from __future__ import annotations

from functools import cache
from threading import Lock
from typing import Any

import botocore.session
from botocore.config import Config
from pynamodb.connection import Connection
from pynamodb.models import Model

from chalicelib import settings

CONNECT_SECONDS, READ_SECONDS, RETRIES = 1.0, 3.0, 2

_lock = Lock()  # making a client is not thread-safe


@cache
def session() -> botocore.session.Session:
    return botocore.session.get_session()


@cache
def _client(service: str) -> Any:
    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"total_max_attempts": 1 + RETRIES, "mode": "standard"},
        signature_version="s3v4" if service == "s3" else None,
        # Left to itself the SDK signs addresses at S3's global endpoint, which sends buckets of this region elsewhere
        # with a redirect that browsers do not follow with a form.
        s3={"addressing_style": "path" if settings.endpoint_url() else "virtual"} if service == "s3" else None,
    )
    return session().create_client(service, region_name=settings.region(), config=config)


def client(service: str) -> Any:
    """The process's client of an AWS service, by its botocore name: "s3", "stepfunctions", "cognito-idp", "ses"."""
    with _lock:
        return _client(service)


@cache
def _dynamodb() -> Connection:
    connection = Connection(
        region=settings.region(),
        connect_timeout_seconds=CONNECT_SECONDS,
        read_timeout_seconds=READ_SECONDS,
        max_retry_attempts=RETRIES,
    )
    connection._local.session = session()
    return connection


def dynamodb() -> Connection:
    """The one DynamoDB connection; transactions are written through it."""
    with _lock:
        return _dynamodb()


def share(table: type[Model]) -> None:
    """Let the models of a table talk through the one connection. Called once per table, on its base model."""
    own = table._get_connection()
    connection = dynamodb()
    with _lock:
        if own.table_name not in connection._tables:
            connection.add_meta_table(own.connection.get_meta_table(own.table_name))
    own.connection = connection


def warm() -> None:
    """Make the DynamoDB client now, while the function initialises, rather than under the first visitor."""
    _ = dynamodb().client


def reset() -> None:
    """Forget every client; for a process that moves to another cloud (local cloud, tests)."""
    with _lock:
        _client.cache_clear()
        session.cache_clear()
        connection = _dynamodb()
        connection._local.session = session()
        connection._client = None
