"""The ledger: receipts, unique per agency, and the balanced entries of each; append only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from chalicelib.domain.dossier import iso
from chalicelib.domain.money import Entry
from chalicelib.storage.tables import LedgerRow


def receipt_rows(
    agency: str, receipt: str, entries: Sequence[Entry], body: dict[str, Any], now: datetime
) -> list[LedgerRow]:
    """The rows of one receipt, to be written in the transaction of the dossier that it pays for."""
    at = iso(now)
    total = sum(entry.amount for entry in entries if entry.amount > 0)
    rows = [LedgerRow(f"RECEIPT#{agency}", receipt, amount=total, body=body, created_at=at)]
    for number, entry in enumerate(entries):
        rows.append(
            LedgerRow(
                f"DOSSIER#{body['dossier']}",
                f"ENTRY#{agency}#{receipt}#{number}",
                amount=entry.amount,
                body={"account": entry.account, "receipt": receipt},
                created_at=at,
            )
        )
    return rows


def entries_of(dossier_id: str) -> list[Entry]:
    """Every entry of a dossier; one query."""
    rows = LedgerRow.query(f"DOSSIER#{dossier_id}")
    return [Entry(row.body["account"], int(row.amount)) for row in rows]
