"""The inbox of callbacks: everything that arrived, believed or not, kept before anything is done with it.

A row is put when the message comes and gets its verdict with what it led to, in the same transaction. Secrets and
signatures are blanked out; the rest is kept as it came, cut at 8 kB.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.clock import ZONE
from chalicelib.domain.event import iso
from chalicelib.errors import StaleWrite
from chalicelib.storage.ledger_table import LedgerRow
from chalicelib.storage.tables import shard
from chalicelib.storage.transactions import Also
from chalicelib.values import dataclass

KEPT = timedelta(days=730)
LONGEST = 8 * 1024


@dataclass(frozen=True)
class Received:
    """A kept message: its keys, and what was written of it."""

    pk: str
    sk: str
    body: dict[str, Any]
    created_at: str
    expires_at: int


def keep(gateway: str, id: str, said: dict[str, Any], now: datetime, verdict: str | None = None) -> Received:
    """Put a message down; one write. `id` is the request's, `said` {method, query, body, headers} already redacted."""
    day = now.astimezone(ZONE).date().isoformat()
    row = Received(
        f"INBOX#{gateway}#{day}#{shard(id)}",
        f"{iso(now)}#{id}",
        {"gateway": gateway, **said},
        iso(now),
        int((now + KEPT).timestamp()),
    )
    _row(row, verdict, None).save()
    return row


def judged(received: Received, verdict: str, reference: str | None, why: str | None = None) -> Also:
    """The same message with its verdict, to be put with what it led to."""
    return Also(_row(received, verdict, reference, why), LedgerRow.pk.exists(), _gone)


def judge(received: Received, verdict: str, reference: str | None, why: str | None = None) -> None:
    """The verdict by itself, of a message that led to nothing."""
    _row(received, verdict, reference, why).save()


def _gone() -> StaleWrite:
    return StaleWrite("StaleWrite")


def _row(received: Received, verdict: str | None, reference: str | None, why: str | None = None) -> LedgerRow:
    body = {**received.body, "verdict": verdict, "reference": reference, "why": why}
    return LedgerRow(
        received.pk,
        received.sk,
        kind="inbox",
        body={k: v for k, v in body.items() if v is not None},
        created_at=received.created_at,
        expires_at=received.expires_at,
    )
