"""What a bank's sandbox keeps and does: orders, deeds, callbacks that were sent, refunds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Deed(StrEnum):
    """What a payer, or the gateway, can do with an order."""

    SUCCEED = "succeed"
    FAIL = "fail"  # the payer cancels
    DELAY = "delay"  # paid at once, told after `seconds`
    DUPLICATE = "duplicate"  # told twice at the same time; of a paid order: told again
    WRONG_AMOUNT = "wrong_amount"  # 1,000 đồng too much, or `amount`
    SILENCE = "silence"  # paid, and never told: only a question finds out
    LATE = "late"  # paid when the order has expired
    SUSPICIOUS = "suspicious"  # debited, and held


class State(StrEnum):
    WAITING = "waiting"
    PAID = "paid"
    FAILED = "failed"
    SUSPECT = "suspect"


class Refused(Exception):
    """What was asked of the sandbox makes no sense now; `status` is the HTTP one, the text says why."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


@dataclass(frozen=True)
class Call:
    """One callback to send, as often as it takes."""

    method: str
    url: str
    body: bytes | None = None
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Called:
    """What came of it: `status` 0 when nobody answered."""

    at: datetime
    status: int
    body: str
    accepted: bool


@dataclass
class Payback:
    """A refund of `amount` đồng; pending until `due_at`, then what `fate` says: done, refused or pending for ever.
    `kind` is the protocol's own word for it."""

    request: str
    amount: int
    transaction: str
    asked_at: datetime
    due_at: datetime
    fate: str = "done"
    kind: str = ""

    def state(self, now: datetime) -> str:
        return self.fate if now >= self.due_at else "pending"


@dataclass
class Order:
    """What a merchant has asked for. `amount` in đồng, `paid` what was really taken, `fields` of the protocol."""

    reference: str
    merchant: str
    amount: int
    info: str
    created_at: datetime
    expires_at: datetime
    return_url: str
    callback_url: str
    language: str = "vi"
    fields: Mapping[str, Any] = field(default_factory=dict)
    state: State = State.WAITING
    paid: int = 0
    transaction: str = ""
    settled_at: datetime | None = None
    calls: list[Called] = field(default_factory=list)
    refunds: list[Payback] = field(default_factory=list)
    refund_fate: str = "done"

    def paid_back(self) -> int:
        """đồng of all refunds that were not refused."""
        return sum(each.amount for each in self.refunds if each.fate != "refused")


@dataclass(frozen=True)
class Terms:
    """How a bank behaves. `url` is its own address; seconds between calls are of this machine, of refunds of the
    portal's clock; `fee` is what the gateway keeps of each payment, in đồng."""

    url: str
    repeat_seconds: float = 2.0
    most_calls: int = 10
    refund_seconds: float = 60.0
    fee: int = 0
