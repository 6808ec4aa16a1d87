"""What stays known of searches for people: append only, one partition per agency, forgotten by its time to live.

registry SEARCHES#<agency> / <moment>#<random>   a page that was answered: who, why, how many, the term's keyed hash
registry SEARCHES / KEY                          the key of the hashes, made by whoever needs it first
"""

from __future__ import annotations

import base64
import binascii
import secrets
import uuid
from dataclasses import asdict
from datetime import datetime
from functools import cache

from pynamodb.exceptions import PutError

from chalicelib.domain.search import RECORDS_ARE_KEPT, SearchRecord
from chalicelib.errors import FieldError, Invalid, UpstreamFailed
from chalicelib.storage.tables import RegistryRow

_ALL, _KEY = "SEARCHES", "KEY"


@cache
def key() -> bytes:
    """The secret that hashes and cursors of searches are made with; one read per process."""
    return _kept_key() or _make_key()


def _kept_key() -> bytes | None:
    try:
        row = RegistryRow.get(_ALL, _KEY, consistent_read=True)
    except RegistryRow.DoesNotExist:
        return None
    return bytes.fromhex((row.body or {})["key"])


def _make_key() -> bytes:
    fresh = secrets.token_bytes(32)
    try:
        RegistryRow(_ALL, _KEY, body={"key": fresh.hex()}).save(RegistryRow.pk.does_not_exist())
    except PutError as error:
        # Somebody was faster, or it was ourselves and the reply was lost.
        there = _kept_key()
        if there is None:
            raise UpstreamFailed("UpstreamFailed") from error
        return there
    return fresh


def record(one: SearchRecord, now: datetime) -> None:
    """Keep it for good; raises UpstreamFailed when it cannot be kept."""
    row = RegistryRow(
        f"{_ALL}#{one.agency}",
        f"{one.at}#{uuid.uuid4()}",
        body=asdict(one),
        created_at=one.at,
        expires_at=int((now + RECORDS_ARE_KEPT).timestamp()),
    )
    try:
        row.save(RegistryRow.pk.does_not_exist())
    except PutError as error:
        # The row's name is nobody else's: when it is taken, our own write came through and its reply was lost.
        if error.cause_response_code != "ConditionalCheckFailedException":
            raise UpstreamFailed("UpstreamFailed") from error


def records(agency: str, limit: int, cursor: str) -> tuple[list[SearchRecord], str | None]:
    """A page of an agency's records, newest first; one read."""
    pk = f"{_ALL}#{agency}"
    start = {"pk": {"S": pk}, "sk": {"S": _read(cursor)}} if cursor else None
    rows = RegistryRow.query(pk, scan_index_forward=False, limit=limit, page_size=limit, last_evaluated_key=start)
    found = [SearchRecord(**(row.body or {})) for row in rows]
    last = rows.last_evaluated_key
    return found, base64.urlsafe_b64encode(last["sk"]["S"].encode()).decode().rstrip("=") if last else None


def _read(cursor: str) -> str:
    try:
        return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except (ValueError, binascii.Error) as error:
        raise Invalid("BadCursor", [FieldError.of("cursor", "BadFormat")]) from error
