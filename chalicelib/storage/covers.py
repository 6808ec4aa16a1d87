"""Which entry of the bank brought the money that a file or a drawer says has reached it: one entry for each."""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.event import iso
from chalicelib.errors import Conflict
from chalicelib.storage.ledger_table import LedgerRow
from chalicelib.storage.transactions import Also


def take(agency: str, document: str, entry: str, now: datetime) -> Also:
    """`document` is brought by `entry`: Conflict("CoveredBefore") when another one has it."""
    free = LedgerRow.pk.does_not_exist() | (LedgerRow.amount == 0)
    return Also(_row(agency, document, entry, now), free, lambda: Conflict("CoveredBefore"))


def release(agency: str, document: str, now: datetime) -> Also:
    """`document` waits for its entry again."""
    return Also(_row(agency, document, None, now), None, lambda: Conflict("CoveredBefore"))


def _row(agency: str, document: str, entry: str | None, now: datetime) -> LedgerRow:
    body = {"document": document, "entry": entry}
    key = f"COVER#{agency}#{document}"
    return LedgerRow(key, "COVER", kind="cover", amount=int(entry is not None), body=body, created_at=iso(now))
