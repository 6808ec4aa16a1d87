"""What time it is. Services ask here, so that the local cloud and the tests can move the portal's time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_shift = timedelta(0)
_frozen: datetime | None = None


def now() -> datetime:
    """The present moment, aware, UTC."""
    return (_frozen or datetime.now(UTC)) + _shift


def shift(seconds: float) -> None:
    """Let the portal live `seconds` ahead (or behind) of the machine's clock; 0 ends it."""
    global _shift
    _shift = timedelta(seconds=seconds)


def shifted_by() -> float:
    return _shift.total_seconds()


def freeze(moment: datetime | None) -> None:
    """Stop the portal's time at `moment`; None lets it run again."""
    global _frozen
    _frozen = moment
