"""Who did what with the operator's command, when and why. What cannot be recorded is not done.

registry OPS#<YYYY-MM> / <moment>#<random>   one use: {who, what, about, reason, dry, outcome}; kept, never changed but
for the outcome, which is written when the act is through (an act that broke off has none).
"""

from __future__ import annotations

import getpass
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from chalicelib import aws, settings
from chalicelib.domain.event import iso
from chalicelib.errors import ServiceError
from chalicelib.storage.tables import RegistryRow

Json = dict[str, Any]


def who() -> str:
    """The identity that AWS vouches for; on the local cloud, where everybody is the same, the account's name."""
    if settings.endpoint_url() or settings.stage() == "local":
        return f"local/{getpass.getuser()}"
    return str(aws.client("sts").get_caller_identity()["Arn"])


@contextmanager
def recorded(what: str, now: datetime, *, about: str = "", reason: str = "", dry: bool = False) -> Iterator[Json]:
    """Record a use before it happens, and how it ended: `outcome` of the mapping given, or the refusal's code."""
    said: Json = {"who": who(), "what": what, "about": about, "reason": reason, "dry": dry}
    row = RegistryRow(f"OPS#{now:%Y-%m}", f"{iso(now)}#{uuid.uuid4()}", body=said, created_at=iso(now))
    row.save(RegistryRow.pk.does_not_exist())
    ended: Json = {"outcome": "done"}
    try:
        yield ended
    except ServiceError as error:
        ended["outcome"] = error.code
        raise
    except Exception as error:
        ended["outcome"] = type(error).__name__
        raise
    finally:
        row.update([RegistryRow.body.set({**said, **ended})])


def uses(month: str, most: int) -> list[Json]:
    """The last uses of a month (YYYY-MM), the newest first; one query."""
    rows = RegistryRow.query(f"OPS#{month}", scan_index_forward=False, limit=most)
    return [{"at": row.created_at, **(row.body or {})} for row in rows]
