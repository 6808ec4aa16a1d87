"""Moments as people in Vietnam write them: 28/11/2026, and 09:15 28/11/2026."""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.clock import ZONE


def day(at: datetime | str) -> str:
    """The day of a moment (aware, or ISO 8601)."""
    return f"{_there(at):%d/%m/%Y}"


def minute(at: datetime | str) -> str:
    """Hour and day of a moment (aware, or ISO 8601)."""
    return f"{_there(at):%H:%M %d/%m/%Y}"


def _there(at: datetime | str) -> datetime:
    return (datetime.fromisoformat(at) if isinstance(at, str) else at).astimezone(ZONE)
