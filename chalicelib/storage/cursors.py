"""Where the next page of a list begins, as a text for callers.

A cursor carries only what the last row is sorted and named by; the partition is the caller's own, put in by the list.
"""

from __future__ import annotations

import base64
import binascii
import json

from chalicelib.errors import FieldError, Invalid


def write(*parts: str) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def read(cursor: str, parts: int) -> list[str]:
    """The `parts` texts that were written; raises Invalid("BadCursor") for anything else."""
    try:
        found = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(found, list) or len(found) != parts or not all(isinstance(part, str) for part in found):
            raise ValueError(cursor)
    except (ValueError, TypeError, binascii.Error) as error:
        raise bad() from error
    return found


def start(cursor: str, partition: tuple[str, str], sort: str) -> dict[str, dict[str, str]] | None:
    """The key in an index after which the page of a cursor begins, which is written of a row's `sort`, pk and sk; None
    for the first page. `partition` is the name of the index's key and the caller's own value of it."""
    if not cursor:
        return None
    at, pk, sk = read(cursor, 3)
    key = {partition[0]: partition[1], sort: at, "pk": pk, "sk": sk}
    return {name: {"S": text} for name, text in key.items()}


def bad() -> Invalid:
    """The refusal of a cursor that no page of this list gave."""
    return Invalid("BadCursor", [FieldError.of("cursor", "BadFormat")])
