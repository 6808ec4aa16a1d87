"""The outbox: effects that must still follow an event; a row is deleted when its effect was performed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chalicelib.storage.tables import OutboxRow, dossier_key


@dataclass(frozen=True)
class Effect:
    dossier: str
    sk: str
    kind: str
    event_number: int
    body: dict[str, Any]


def get(dossier_id: str, sk: str) -> Effect | None:
    """The effect, unless it was performed already."""
    try:
        row = OutboxRow.get(dossier_key(dossier_id), sk, consistent_read=True)
    except OutboxRow.DoesNotExist:
        return None
    return Effect(dossier_id, sk, row.effect, int(row.event_number), dict(row.body))


def performed(effect: Effect) -> None:
    """Forget an effect that was performed; to forget it twice is no matter."""
    OutboxRow(dossier_key(effect.dossier), effect.sk).delete()
