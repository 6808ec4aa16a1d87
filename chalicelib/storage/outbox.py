"""The outbox: effects that must still follow an event; a row is deleted when its effect was performed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pynamodb.exceptions import UpdateError

from chalicelib.domain.event import iso
from chalicelib.storage.tables import OutboxRow, dossier_key
from chalicelib.values import dataclass


@dataclass(frozen=True)
class Effect:
    dossier: str
    sk: str
    kind: str
    event_number: int
    body: dict[str, Any]
    due: str = ""  # when it is to be tried, ISO 8601
    tries: int = 0  # how often that failed


def get(dossier_id: str, sk: str) -> Effect | None:
    """The effect, unless it was performed already."""
    try:
        row = OutboxRow.get(dossier_key(dossier_id), sk, consistent_read=True)
    except OutboxRow.DoesNotExist:
        return None
    return Effect(dossier_id, sk, row.effect, int(row.event_number), dict(row.body), str(row.queue_due), int(row.tries))


def postpone(dossier_id: str, sk: str, until: datetime) -> None:
    """Let the sweeper try a failed effect again at `until`, so that it does not stand before the others."""
    row = OutboxRow(dossier_key(dossier_id), sk)
    try:
        row.update([OutboxRow.queue_due.set(iso(until)), OutboxRow.tries.add(1)], OutboxRow.pk.exists())
    except UpdateError as error:
        if error.cause_response_code != "ConditionalCheckFailedException":
            raise


def claim(effect: Effect, again: datetime) -> bool:
    """Take the effect before it is tried: the next try is at `again`, unless this one succeeds. False when another
    worker has taken it, or it is gone.
    """
    row = OutboxRow(dossier_key(effect.dossier), effect.sk)
    try:
        row.update(
            [OutboxRow.queue_due.set(iso(again)), OutboxRow.tries.set(effect.tries + 1)],
            OutboxRow.tries == effect.tries,
        )
    except UpdateError as error:
        if error.cause_response_code != "ConditionalCheckFailedException":
            raise
        return False
    return True


def performed(effect: Effect) -> None:
    """Forget an effect that was performed; to forget it twice is no matter."""
    OutboxRow(dossier_key(effect.dossier), effect.sk).delete()
