"""A refund: an obligation that opens by itself, and its way to the payer. One table decides.

Decision 08/2018/QĐ-UBND: fees are owed back when the procedure was not performed (A15), and are not when it was
performed and the result is not collected (A16), unless the law on that fee says otherwise; what was paid too late,
twice or too much is owed back in any case. The original channel comes first, a transfer or the counter otherwise.
A request that may or may not have reached the gateway is SENT until the gateway says more: it is asked, never sent
again under another number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from chalicelib.domain.banks import BANKS
from chalicelib.domain.money import Means
from chalicelib.domain.payment import BY_TRANSFER
from chalicelib.errors import Conflict, FieldError, Invalid
from chalicelib.values import dataclass


class Rule(StrEnum):
    """Why money is owed back; each has its text and its source in the messages."""

    REFUSED = "refused"  # A15: not received
    STOPPED = "stopped"  # A15
    WITHDRAWN = "withdrawn"  # A15: before it was performed
    LATE = "late"  # paid when nothing was owed any more
    TWICE = "twice"  # a second payment of the same attempt
    OVERPAID = "overpaid"  # a transfer of more than was due
    EXCEPTION = "exception"  # A16: performed, not collected, and the law on this fee gives it back all the same


@dataclass(frozen=True)
class Owed:
    """`amount` đồng of `payment` (made through `via`) that fall due to its payer.

    `source` is the account they come from: due (fees), held, or refunds when the payment was booked there at once.
    """

    payment: str
    via: str
    amount: int
    rule: Rule
    source: str


class RefundOutcome(StrEnum):
    """What a gateway says of a refund."""

    DONE = "done"
    PENDING = "pending"  # taken, not yet carried out
    REFUSED = "refused"  # it will not be done this way
    UNKNOWN = "unknown"  # no word that could be trusted


class RefundState(StrEnum):
    OPEN = "open"  # owed; nobody has done anything yet
    PREPARED = "prepared"  # a channel and, for a transfer, an account are named; above the threshold, approval waits
    APPROVED = "approved"
    SENT = "sent"  # the request is kept, and perhaps with the gateway; only its word ends this
    DONE = "done"


class RefundEvent(StrEnum):
    NAME_ACCOUNT = "name_account"  # the payer says where a transfer shall go; what was prepared is prepared anew
    PREPARE = "prepare"
    APPROVE = "approve"
    RETURN = "return"  # the second person sends it back to be prepared anew
    SEND = "send"  # the portal keeps the request and calls the gateway
    PAY_OUT = "pay_out"  # a person paid: transfer or cash, with proof
    CONFIRMED = "confirmed"  # the gateway: done
    WAITING = "waiting"  # the gateway: in process, or no word
    TURNED_DOWN = "turned_down"  # the gateway: not this way; another channel must be named


S, E = RefundState, RefundEvent
REFUNDS: dict[tuple[RefundState, RefundEvent], RefundState | None] = {
    (S.OPEN, E.NAME_ACCOUNT): S.OPEN,
    (S.OPEN, E.PREPARE): S.PREPARED,
    (S.OPEN, E.APPROVE): None,
    (S.OPEN, E.RETURN): None,
    (S.OPEN, E.SEND): None,
    (S.OPEN, E.PAY_OUT): None,
    (S.OPEN, E.CONFIRMED): None,
    (S.OPEN, E.WAITING): None,
    (S.OPEN, E.TURNED_DOWN): None,
    (S.PREPARED, E.NAME_ACCOUNT): S.OPEN,
    (S.PREPARED, E.PREPARE): S.PREPARED,
    (S.PREPARED, E.APPROVE): S.APPROVED,
    (S.PREPARED, E.RETURN): S.OPEN,
    (S.PREPARED, E.SEND): None,
    (S.PREPARED, E.PAY_OUT): None,
    (S.PREPARED, E.CONFIRMED): None,
    (S.PREPARED, E.WAITING): None,
    (S.PREPARED, E.TURNED_DOWN): None,
    (S.APPROVED, E.NAME_ACCOUNT): None,
    (S.APPROVED, E.PREPARE): None,
    (S.APPROVED, E.APPROVE): S.APPROVED,
    (S.APPROVED, E.RETURN): S.OPEN,
    (S.APPROVED, E.SEND): S.SENT,
    (S.APPROVED, E.PAY_OUT): S.DONE,
    (S.APPROVED, E.CONFIRMED): None,
    (S.APPROVED, E.WAITING): None,
    (S.APPROVED, E.TURNED_DOWN): None,
    (S.SENT, E.NAME_ACCOUNT): None,
    (S.SENT, E.PREPARE): None,
    (S.SENT, E.APPROVE): None,
    (S.SENT, E.RETURN): None,
    (S.SENT, E.SEND): S.SENT,
    (S.SENT, E.PAY_OUT): None,
    (S.SENT, E.CONFIRMED): S.DONE,
    (S.SENT, E.WAITING): S.SENT,
    (S.SENT, E.TURNED_DOWN): S.OPEN,
    (S.DONE, E.NAME_ACCOUNT): None,
    (S.DONE, E.PREPARE): None,
    (S.DONE, E.APPROVE): None,
    (S.DONE, E.RETURN): None,
    (S.DONE, E.SEND): S.DONE,
    (S.DONE, E.PAY_OUT): None,
    (S.DONE, E.CONFIRMED): S.DONE,
    (S.DONE, E.WAITING): S.DONE,
    (S.DONE, E.TURNED_DOWN): S.DONE,
}
"""Complete; None is refused. DONE stays done whatever a late message says."""

ORIGINAL, TRANSFER, CASH = "original", "transfer", "cash"
CHANNELS = (ORIGINAL, TRANSFER, CASH)
NO_WAY_BACK = frozenset({*(means.value for means in Means), BY_TRANSFER, "national"})
"""What brings money and cannot carry it back by itself; of the national platform no refund is publicly known."""


@dataclass(frozen=True)
class Payee:
    """An account to transfer to: `bank` is its six digits (domain/banks.py)."""

    bank: str
    number: str
    holder: str

    @classmethod
    def of(cls, bank: str, number: str, holder: str, field: str = "bank") -> Payee:
        """Raises Invalid naming `field` for a bank that is not in the list."""
        if bank not in BANKS:
            raise Invalid("BadRequest", [FieldError.of(field, "NotOneOf", expected=", ".join(BANKS.values()))])
        return cls(bank, number, holder)


@dataclass(frozen=True)
class Refund:
    """`amount` đồng owed to the payer of `payment`; `via` is the channel it was paid through.

    `channel` is how it goes back (original, transfer, cash), `reason` why another one than the original, `request` our
    number of it at the gateway (asked for first at `sent_at`), `transaction` and `code` the gateway's number and word,
    `proof` what shows that it was paid, `log` who did what when: {at, by, name, event, state, key, note}.
    """

    id: str
    dossier: str
    agency: str
    payment: str
    via: str
    amount: int
    rule: Rule
    opened_at: datetime
    due_at: datetime
    dossier_code: str = ""
    state: RefundState = RefundState.OPEN
    version: int = 0
    refused_channel: bool = False  # the original channel cannot pay it back, or has turned it down
    channel: str | None = None
    payee: Payee | None = None
    reason: str | None = None
    prepared_by: str | None = None
    approved_by: str | None = None
    request: str | None = None
    sent_at: datetime | None = None
    transaction: str | None = None
    code: str | None = None
    done_at: datetime | None = None
    proof: str | None = None
    log: Sequence[Mapping[str, Any]] = field(default_factory=tuple)

    @property
    def needs_account(self) -> bool:
        """The payer is to say where it shall go (or to come for it), before anybody can do anything."""
        return self.state is RefundState.OPEN and self.refused_channel and self.payee is None


@dataclass(frozen=True)
class Step:
    """Who does something to a refund and when (ISO 8601); `key` is the request's, by which it is known again."""

    by: str
    name: str
    at: str
    key: str = ""
    note: str = ""


def step(refund: Refund, event: RefundEvent, by: Step, **changes: Any) -> Refund:
    """The refund after `event`, by the table; raises Conflict("RefundStep") when it is not allowed now."""
    after = REFUNDS[refund.state, event]
    if after is None:
        raise Conflict("RefundStep")
    line = {"at": by.at, "by": by.by, "name": by.name, "event": event.value, "state": after.value}
    line |= {name: text for name, text in (("key", by.key), ("note", by.note)) if text}
    return replace(refund, **changes, state=after, log=(*refund.log, line))


def was_done(refund: Refund, event: RefundEvent, by: Step) -> bool:
    """Whether this very request was carried out before; raises Conflict when its key stands for another one."""
    before = next((line for line in refund.log if by.key and line.get("key") == by.key), None)
    if before is not None and (before["event"], before["by"]) != (event.value, by.by):
        raise Conflict("KeyReused")
    return before is not None


UNPREPARED: Mapping[str, None] = {"channel": None, "prepared_by": None, "approved_by": None}
"""What a refund loses that is to be prepared anew."""


def prepare(refund: Refund, by: Step, channel: str, payee: Payee | None = None, reason: str = "") -> Refund:
    """How it shall go back is decided: the original channel unless it cannot, or the payer has asked otherwise.

    Raises Conflict("ChannelRefused") for an original channel that cannot, Invalid when the account of a transfer or
    the reason for leaving the original channel is missing.
    """
    found = []
    why = reason or refund.reason
    if channel == ORIGINAL and refund.refused_channel:
        raise Conflict("ChannelRefused")
    if channel != ORIGINAL and not refund.refused_channel and not why:
        found.append(FieldError.of("reason", "Required"))
    if channel == TRANSFER and payee is None and refund.payee is None:
        found.append(FieldError.of("payee", "Required"))
    if found:
        raise Invalid("BadRequest", found)
    changes: dict[str, Any] = {"channel": channel, "payee": payee or refund.payee, "reason": why, "prepared_by": by.by}
    return step(refund, RefundEvent.PREPARE, replace(by, note=by.note or reason), **changes, approved_by=None)


def approve(refund: Refund, by: Step, threshold: int) -> Refund:
    """Raises Conflict("FourEyes") when a second person is needed and `by` is the first one."""
    if needs_second_person(refund, threshold) and refund.prepared_by == by.by:
        raise Conflict("FourEyes")
    return step(refund, RefundEvent.APPROVE, by, approved_by=by.by)


def needs_second_person(refund: Refund, threshold: int) -> bool:
    """Above `threshold` đồng, whoever prepared a refund cannot approve it."""
    return refund.amount > threshold
