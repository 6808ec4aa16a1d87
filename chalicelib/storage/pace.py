"""How often a gateway may be asked by all processes together: one row per gateway says when it was asked last."""

from __future__ import annotations

from datetime import datetime, timedelta

from pynamodb.exceptions import UpdateError

from chalicelib.domain.dossier import iso
from chalicelib.storage.tables import RegistryRow


def may_ask(gateway: str, merchant: str, every: float, now: datetime) -> bool:
    """Take the turn to ask; False while the last question is less than `every` seconds ago. No limit, no write."""
    if every <= 0:
        return True
    row = RegistryRow(f"PACE#{gateway}", merchant)
    free = RegistryRow.created_at.does_not_exist() | (RegistryRow.created_at <= iso(now - timedelta(seconds=every)))
    try:
        row.update([RegistryRow.created_at.set(iso(now))], condition=free)
    except UpdateError as error:
        if error.cause_response_code != "ConditionalCheckFailedException":
            raise
        return False
    return True
