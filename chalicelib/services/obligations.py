"""Refunds open by themselves: the rows that a step adds when it makes money fall due to its payer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from chalicelib.domain import money
from chalicelib.domain.dossier import Dossier
from chalicelib.domain.event import Event
from chalicelib.domain.refund import NO_WAY_BACK, Owed, Refund
from chalicelib.services import deadlines
from chalicelib.storage import ledger, refunds


def opened(dossier: Dossier, event: Event, owed: Sequence[Owed], now: datetime) -> list[Any]:
    """A refund per payment, with the journal that moves the money from fees (or what was held) to what is owed back."""
    rows = []
    for number, one in enumerate(owed, 1):
        refund = Refund(
            id=f"{event.number:04d}-{number}",
            dossier=dossier.id,
            agency=dossier.agency,
            payment=one.payment,
            via=one.via,
            amount=one.amount,
            rule=one.rule,
            opened_at=now,
            due_at=deadlines.refund(dossier.agency, now),
            dossier_code=dossier.code or "",
            refused_channel=one.via in NO_WAY_BACK,
        )
        rows.append(refunds.new(refund))
        if one.source != "refunds":  # a surplus was booked there when it came
            entry = money.refund_opened(refund.id, refund.agency, refund.dossier, refund.amount, one.source, now)
            rows.append(ledger.new_journal(entry))
    return rows
