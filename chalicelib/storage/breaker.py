"""A breaker before another system: after a failure nobody asks it for a while, then one does, to see.

One row of the registry per system, there only while it fails: how often in a row, and until when nobody asks.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from pynamodb.exceptions import UpdateError

from chalicelib.domain.event import iso, moment
from chalicelib.storage.tables import RegistryRow
from chalicelib.values import dataclass

PROBE = timedelta(minutes=1)
"""How long whoever tries first has before another one does."""
_STATE = "STATE"


@dataclass(frozen=True)
class Breaker:
    """`failures` in a row; nobody asks before `closed_until`."""

    failures: int = 0
    closed_until: datetime | None = None


def read(system: str) -> Breaker:
    """One read."""
    try:
        row = RegistryRow.get(f"BREAKER#{system}", _STATE, consistent_read=True)
    except RegistryRow.DoesNotExist:
        return Breaker()
    return Breaker(int(row.number), moment(row.created_at))


def lets_through(system: str, breaker: Breaker, now: datetime) -> bool:
    """Whether the system may be asked. When it failed and its time is up, one of all who ask at once may."""
    if breaker.closed_until is None:
        return True
    if breaker.closed_until > now:
        return False
    row, seen = RegistryRow(f"BREAKER#{system}", _STATE), RegistryRow.created_at == iso(breaker.closed_until)
    try:
        row.update([RegistryRow.created_at.set(iso(now + PROBE))], condition=seen)
    except UpdateError as error:
        if error.cause_response_code != "ConditionalCheckFailedException":
            raise
        return False
    return True


def failed(system: str, breaker: Breaker, until: datetime) -> None:
    """It failed once more: nobody asks until then."""
    RegistryRow(f"BREAKER#{system}", _STATE, number=breaker.failures + 1, created_at=iso(until)).save()


def worked(system: str, breaker: Breaker) -> None:
    """It answers: everybody may ask."""
    if breaker.failures:
        RegistryRow(f"BREAKER#{system}", _STATE).delete()
