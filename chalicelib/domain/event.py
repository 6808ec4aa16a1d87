"""What happened to a dossier: events, append only, each sealed over the one before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from chalicelib.values import dataclass


def iso(moment: datetime) -> str:
    """UTC, to the millisecond, sorting as text: 2026-11-23T01:02:03.456Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment(text: str) -> datetime:
    """What `iso` wrote."""
    return datetime.fromisoformat(text).astimezone(UTC)


def written(value: Any) -> bytes:
    """The one way to write a value that is hashed: names sorted, no blanks, UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sha256(value: Any) -> str:
    """Of the text of a value, in hexadecimal."""
    return hashlib.sha256(written(value)).hexdigest()


@dataclass(frozen=True)
class Event:
    """One thing that happened. `hash` covers everything above it and the hash of the event before."""

    id: str
    number: int
    action: str
    before: str
    after: str
    at: str
    actor: Mapping[str, str]
    detail: Mapping[str, Any]
    previous_hash: str
    hash: str = ""

    def body(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "number": self.number,
            "action": self.action,
            "before": self.before,
            "after": self.after,
            "at": self.at,
            "actor": dict(self.actor),
            "detail": dict(self.detail),
            "previous_hash": self.previous_hash,
        }

    def sealed(self) -> Event:
        return replace(self, hash=sha256(self.body()))
