"""What every payment gateway does: start an order, read a callback, answer a question, pay back.

A gateway knows the other side's protocol and nothing of dossiers. It believes no message whose signature does not
hold under one of its live secrets (two during a rotation, compared in constant time) and turns the others into
`Evidence`. What it answers to a callback is in the other side's own dialect, decided by the `Verdict`.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from chalicelib.domain.payment import Evidence
from chalicelib.domain.refund import RefundOutcome
from chalicelib.errors import Invalid
from chalicelib.values import dataclass

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
"""All times of all gateways (`Etc/GMT+7`, in one official sample, is UTC-7)."""


OUR_ADDRESS = "127.0.0.1"
"""What gateways are told that want the asker's address: a function has none, and they decide nothing by it."""


class Verdict(StrEnum):
    """What became of a callback; each gateway has its own code for each."""

    SETTLED = "settled"  # believed and committed, also when it said that the payment failed
    DUPLICATE = "duplicate"  # said before; nothing changed
    BAD_SIGNATURE = "bad_signature"
    MALFORMED = "malformed"  # missing, doubled or nonsensical fields
    UNKNOWN_ORDER = "unknown_order"
    WRONG_MERCHANT = "wrong_merchant"
    WRONG_AMOUNT = "wrong_amount"
    FAULT = "fault"  # ours: the gateway must call again


class BadCallback(Exception):
    """A message that must change nothing; `why` is for our own inbox.

    `verdict` is BAD_SIGNATURE, MALFORMED, or WRONG_AMOUNT for one that is signed and names an amount that no order can
    have (a fraction of a đồng).
    """

    def __init__(self, verdict: Verdict, why: str) -> None:
        super().__init__(f"{verdict.value}: {why}")
        self.verdict = verdict
        self.why = why


@dataclass(frozen=True)
class FeeLine:
    """One fee of an order, in đồng; the national platform wants them named."""

    code: str
    name: str
    amount: int


@dataclass(frozen=True)
class Order:
    """What is asked of a gateway. `info` is ASCII of [A-Za-z0-9 .-], `amount` in đồng, `language` vi or en.

    `callback_url` and `return_url` are absolute; `dossier_code`, `procedure`, `agency` (code and name) and `payer`
    (name, identity) are for those that print a receipt of their own.
    """

    reference: str
    amount: int
    info: str
    created_at: datetime
    expires_at: datetime
    ip: str
    language: str
    return_url: str
    callback_url: str
    dossier_code: str = ""
    procedure: tuple[str, str] = ("", "")
    agency: tuple[str, str] = ("", "")
    payer: tuple[str, str] = ("", "")
    fees: Sequence[FeeLine] = ()


@dataclass(frozen=True)
class Started:
    """Where the payer goes: an address, or a payload to show as a QR picture."""

    pay_url: str | None = None
    qr: str | None = None


@dataclass(frozen=True)
class Message:
    """A callback or return as it arrived. `query` has every value of every parameter; `body` is untouched."""

    method: str
    query: Mapping[str, Sequence[str]] = field(default_factory=dict)
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)  # names in small letters


@dataclass(frozen=True)
class Reply:
    """The answer to a callback; `body` None is no body at all."""

    status: int
    body: str | None
    content_type: str = "application/json"


@dataclass(frozen=True)
class RefundOrder:
    """A refund of `amount` đồng of the payment `transaction` of our order `reference`, asked for once.

    `request` (1 to 30 letters and digits, what every gateway takes) is ours, kept before the call together with
    `requested_at`, and both stay the same for this refund for ever: some gateways want our number of a refund to begin
    with its day.
    `whole` when it is all that was paid; `ordered_at` is the moment the order was made (VNPay's TransactionDate),
    `by` who asked.
    """

    request: str
    requested_at: datetime
    reference: str
    transaction: str
    amount: int
    whole: bool
    ordered_at: datetime
    now: datetime
    info: str
    by: str
    ip: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[0-9A-Za-z]{1,30}", self.request, re.ASCII):
            raise ValueError(f"{self.request!r}: a refund's request has 1 to 30 letters and digits")


@dataclass(frozen=True)
class RefundEvidence:
    """What the gateway says of a refund: `transaction` is its number of it, `code` its own word."""

    outcome: RefundOutcome
    transaction: str | None = None
    code: str | None = None


class Channel(Protocol):
    """One way to pay, with a merchant, its secrets, its address.

    Raises UpstreamFailed from `start` when the gateway refuses or cannot be reached; `ask`, `refund` and `ask_refund`
    never raise for that: what is not known is UNKNOWN.
    """

    name: str
    merchant: str
    asks_every: float  # seconds between questions to this gateway, for all orders together; 0 for no limit
    refunds: bool  # whether the channel can pay back at all
    least: int  # đồng that one order may have; other fees are paid another way, and `start` refuses them
    most: int

    def start(self, order: Order) -> Started: ...

    def reply(self, verdict: Verdict, message: Message, now: datetime) -> Reply: ...

    def ask(self, reference: str, ordered_at: datetime, now: datetime, ip: str) -> Evidence: ...

    def refund(self, order: RefundOrder) -> RefundEvidence: ...

    def ask_refund(self, order: RefundOrder) -> RefundEvidence: ...


class Gateway(Channel, Protocol):
    """A channel that tells of each order by a callback of its own."""

    def read_callback(self, message: Message) -> Evidence:
        """Raises BadCallback."""

    def read_return(self, message: Message) -> Evidence | None:
        """What the payer's browser brings back: only ever shown, never settled. Raises BadCallback."""


class Bank(Channel, Protocol):
    """A channel whose money is seen on an account: by notices of the bank, several payments in one, and statements."""

    def read_notices(self, message: Message, now: datetime) -> Sequence[Evidence]:
        """Each payment of a notice; `reference` is "" where the payer wrote none that holds. Raises BadCallback."""


def check_amount(channel: Channel, amount: int) -> None:
    """Raises Invalid("AmountNotForChannel") when one order of the channel cannot be of `amount` đồng."""
    if not channel.least <= amount <= channel.most:
        least, most = (f"{limit:,}".replace(",", ".") for limit in (channel.least, channel.most))
        raise Invalid("AmountNotForChannel", least=least, most=most)


def matches(received: str, expected: Iterable[str]) -> bool:
    """Whether `received` is one of `expected`, in a time that tells neither which nor how far; of any characters."""
    given, found = received.encode("utf-8", "surrogatepass"), False
    for each in expected:
        found |= hmac.compare_digest(given, each.encode())
    return found


def leads_away(address: object) -> bool:
    """Whether a payer may be sent there: an absolute https address, or one of this machine."""
    if not isinstance(address, str) or not address.isascii() or not address.isprintable() or " " in address:
        return False
    try:
        where = urlsplit(address)
    except ValueError:  # an address of IPv6 without its end
        return False
    local = where.scheme == "http" and where.hostname in {"127.0.0.1", "localhost"}
    return bool(where.hostname) and (where.scheme == "https" or local)


def stamp(moment: datetime) -> str:
    """`yyyyMMddHHmmss` in Vietnam, by the 24-hour clock: how every gateway here writes a time."""
    return moment.astimezone(VIETNAM).strftime("%Y%m%d%H%M%S")


def read_stamp(text: str) -> datetime | None:
    """The moment that `stamp` wrote; None when it is none."""
    if not re.fullmatch(r"[0-9]{14}", text):
        return None
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=VIETNAM)
    except ValueError:  # the 31st of February
        return None
