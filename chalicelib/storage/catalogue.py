"""Where the published catalogue is kept: static JSON in the site's bucket, and one pointer per procedure.

    catalogue/procedures/<code>/<version>.json   a version: written once, never replaced; not for guidance (levels
                                                 1-2), which no dossier refers to
    catalogue/procedures/<code>.json             the latest version again, for the site
    catalogue/index.json                         what search needs of the province's own procedures, and the names of
    catalogue/index/<digest>.json                the parts with the guidance
    catalogue/agencies.json, calendar.json       the tree and the table of hours and holidays
    registry PROCEDURE#<code> / LATEST           number = latest version, body = {"digest", "level"}

Nobody overwrites what another publisher wrote: versions are created only where there is none, pointers only move
forward, the index is replaced only as it was read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError
from pynamodb.exceptions import PutError, TransactWriteError
from pynamodb.transactions import TransactWrite

from chalicelib import aws, settings
from chalicelib.errors import Conflict
from chalicelib.storage.tables import RegistryRow
from chalicelib.values import dataclass

AGENCIES, CALENDAR, INDEX = "catalogue/agencies.json", "catalogue/calendar.json", "catalogue/index.json"
_LATEST = "LATEST"
_TRANSACTION = 100
# A version and an index part never change; what has a fixed name may be five minutes old.
_FOR_EVER, _SHORT = "public, max-age=31536000, immutable", "public, max-age=300"


@dataclass(frozen=True)
class Pointer:
    """The latest version of a procedure and the digest of its content."""

    version: int
    digest: str
    level: int


def version_key(code: str, version: int) -> str:
    return f"catalogue/procedures/{code}/{version}.json"


def latest_key(code: str) -> str:
    return f"catalogue/procedures/{code}.json"


def part_key(digest: str) -> str:
    return f"catalogue/index/{digest}.json"


def read(key: str) -> Any | None:
    """The JSON under `key`; None when there is none."""
    return read_tagged(key)[0]


def read_tagged(key: str) -> tuple[Any | None, str | None]:
    """The JSON under `key` and its ETag, which `replace` takes."""
    try:
        answer = aws.client("s3").get_object(Bucket=settings.site_bucket(), Key=key)
    except ClientError as error:
        if error.response["Error"]["Code"] in ("NoSuchKey", "404"):
            return None, None
        raise
    with answer["Body"] as body:
        return json.loads(body.read()), answer["ETag"]


def write(key: str, document: Any) -> None:
    """Write the JSON, whatever was there."""
    _put(key, document, _SHORT)


def create(key: str, document: Any) -> bool:
    """Write JSON that never changes under a key of its own; False, and nothing is written, when the key is taken."""
    try:
        _put(key, document, _FOR_EVER, IfNoneMatch="*")
    except ClientError as error:
        if not _refused(error):
            raise
        return False
    return True


def replace(key: str, document: Any, tag: str | None) -> bool:
    """Write the JSON if the object is still the one read with `tag` (None: still absent); whether it was."""
    condition = {"IfMatch": tag} if tag else {"IfNoneMatch": "*"}
    try:
        _put(key, document, _SHORT, **condition)
    except ClientError as error:
        if not _refused(error):
            raise
        return False
    return True


def _refused(error: ClientError) -> bool:
    return error.response["Error"]["Code"] in ("PreconditionFailed", "ConditionalRequestConflict")


def _put(key: str, document: Any, cache: str, **condition: str) -> None:
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    aws.client("s3").put_object(
        Bucket=settings.site_bucket(),
        Key=key,
        Body=body,
        ContentType="application/json; charset=utf-8",
        CacheControl=cache,
        **condition,
    )


def pointers(codes: Iterable[str]) -> dict[str, Pointer]:
    """The pointers of those procedures that have one; one call per hundred codes."""
    keys = [(_row_key(code), _LATEST) for code in codes]
    rows = RegistryRow.batch_get(keys, consistent_read=True)
    return {row.pk.removeprefix("PROCEDURE#"): _pointer(row) for row in rows}


def published(codes: Sequence[str]) -> frozenset[str]:
    """Those of the procedures of which any version was published; one read for one, one call per hundred for more."""
    if len(codes) > 1:
        return frozenset(pointers(codes))
    try:
        return frozenset(code for code in codes if RegistryRow.get(_row_key(code), _LATEST))
    except RegistryRow.DoesNotExist:
        return frozenset()


def point(code: str, pointer: Pointer, published_at: str) -> None:
    """Let the procedure's latest version be this one; raises Conflict when a later one is published already."""
    try:
        _row(code, pointer, published_at).save(_earlier(pointer))
    except PutError as error:
        if error.cause_response_code != "ConditionalCheckFailedException":
            raise
        # After a lost reply the row is ours already.
        if pointers([code]).get(code) != pointer:
            raise Conflict("StaleWrite") from error


def point_all(new: Mapping[str, Pointer], published_at: str) -> list[str]:
    """As `point` for many, a hundred to a call; the codes of those that were overtaken, which keep their pointer."""
    overtaken = []
    codes = list(new)
    for start in range(0, len(codes), _TRANSACTION):
        chunk = codes[start : start + _TRANSACTION]
        try:
            with TransactWrite(connection=aws.dynamodb()) as transaction:
                for code in chunk:
                    transaction.save(_row(code, new[code], published_at), condition=_earlier(new[code]))
        except TransactWriteError:  # one was overtaken, or the reply was lost: one by one it is told which
            for code in chunk:
                try:
                    point(code, new[code], published_at)
                except Conflict:
                    overtaken.append(code)
    return overtaken


def _row(code: str, pointer: Pointer, published_at: str) -> RegistryRow:
    row = RegistryRow(_row_key(code), _LATEST)
    row.number = pointer.version
    row.body = {"digest": pointer.digest, "level": pointer.level}
    row.created_at = published_at
    return row


def _earlier(pointer: Pointer) -> Any:
    return RegistryRow.pk.does_not_exist() | (RegistryRow.number < pointer.version)


def _pointer(row: RegistryRow) -> Pointer:
    body: Mapping[str, Any] = row.body or {}
    return Pointer(int(row.number or 0), str(body.get("digest", "")), int(body.get("level", 0)))


def _row_key(code: str) -> str:
    return f"PROCEDURE#{code}"
