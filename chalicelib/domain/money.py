"""Money in integer đồng: receipts and the balanced entries behind them.

Every movement is written twice, so that all entries together sum to zero after every step.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Means(StrEnum):
    """How the counter was paid."""

    CASH = "cash"
    CARD = "card"
    TRANSFER = "transfer"


@dataclass(frozen=True)
class Entry:
    """`amount` đồng on `account`: positive is received there, negative is owed from there."""

    account: str
    amount: int


def counter_payment(agency: str, means: Means, amount: int) -> tuple[Entry, Entry]:
    """A fee paid at the counter: into the drawer (or terminal, or bank account), against what the agency is due."""
    place = {Means.CASH: "drawer", Means.CARD: "terminal", Means.TRANSFER: "bank"}[means]
    return Entry(f"{agency}:{place}", amount), Entry(f"{agency}:due", -amount)
