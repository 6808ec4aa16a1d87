"""How often a gateway may be asked by all processes together: one row per gateway says when it was asked last."""

from __future__ import annotations

from datetime import datetime, timedelta

from pynamodb.exceptions import UpdateError

from chalicelib.domain.event import iso
from chalicelib.storage.tables import RegistryRow


def may_ask(gateway: str, merchant: str, every: float, now: datetime) -> bool:
    """Take the turn to ask; False while the last question is less than `every` seconds away. No limit, no write.

    Away, not ago: clocks of processes differ a little, and one that ran far ahead once must not keep all from asking.
    """
    if every <= 0:
        return True
    row, pause = RegistryRow(f"PACE#{gateway}", merchant), timedelta(seconds=every)
    last = RegistryRow.created_at
    free = last.does_not_exist() | (last <= iso(now - pause)) | (last > iso(now + pause))
    try:
        row.update([RegistryRow.created_at.set(iso(now))], condition=free)
    except UpdateError as error:
        if error.cause_response_code != "ConditionalCheckFailedException":
            raise
        return False
    return True
