"""What happened to a dossier: events, append only, each sealed over the one before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any


def iso(moment: datetime) -> str:
    """UTC, to the millisecond, sorting as text: 2026-11-23T01:02:03.456Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


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
        text = json.dumps(self.body(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return replace(self, hash=hashlib.sha256(text.encode()).hexdigest())


def chain_is_whole(events: tuple[Event, ...], last_hash: str | None = None) -> bool:
    """Whether the events number on from one, each sealed over the one before, up to `last_hash` when that is known."""
    previous = ""
    for number, event in enumerate(events, 1):
        if event.number != number or event.previous_hash != previous or event.sealed().hash != event.hash:
            return False
        previous = event.hash
    return last_hash is None or previous == last_hash
