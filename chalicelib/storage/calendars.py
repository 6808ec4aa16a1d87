"""What a change of a calendar leaves behind: the record of it, and the outbox row of the work that must follow.

registry  CALENDAR#<agency> / <version>   body: officer, name, reason, before, after
dossiers  D#CAL-<key> / OUT#<page>#recalculate    body: agency, change, reason, begins, at, queue, cursor, …
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pynamodb.transactions import TransactWrite

from chalicelib.domain.event import iso
from chalicelib.errors import StaleWrite
from chalicelib.storage.dossiers import outbox_row
from chalicelib.storage.outbox import Effect
from chalicelib.storage.tables import OutboxRow, RegistryRow, dossier_key
from chalicelib.storage.transactions import transact

KIND = "recalculate"


def changed(
    agency: str, version: int | None, key: str, record: dict[str, Any], now: datetime, begins: datetime
) -> None:
    """Keep the record (of an agency's own change) and the first page of the work; again under the same key it is the
    same. Raises StaleWrite when another change has made this version."""
    work = {"agency": agency, "change": key, "reason": record["reason"], "at": agency, "queue": "reception"}
    body = {**work, "cursor": "", "round": 1, "moved": 0, "begins": iso(begins)}

    def write(transaction: TransactWrite) -> None:
        transaction.save(outbox_row(f"CAL-{key}", 1, KIND, now, body, due=begins))
        if version is not None:
            row = RegistryRow(f"CALENDAR#{agency}", f"{version:06d}", body={**record, "key": key}, created_at=iso(now))
            # A change that died before it wrote the calendar left its record; whoever makes the version replaces it.
            transaction.save(row)

    if transact(write) is not None:
        raise StaleWrite("StaleWrite")


def next_page(effect: Effect, body: dict[str, Any] | None, now: datetime) -> None:
    """The row of the page after `effect`, in its place; without `body` the work is done. To do it twice is no matter:
    the second finds the page gone."""

    def write(transaction: TransactWrite) -> None:
        old = OutboxRow(dossier_key(effect.dossier), effect.sk)
        transaction.delete(old, OutboxRow.pk.exists())
        if body is not None:
            transaction.save(outbox_row(effect.dossier, effect.event_number + 1, KIND, now, body))

    transact(write)
