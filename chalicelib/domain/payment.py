"""A payment attempt and what is learnt of it: one table decides what evidence means.

An attempt is one order at one gateway, kept before the payer is sent away. Evidence of it comes as callback, return,
answer to a question, bank notice or line of a file, in any order and any number of times. Money that has arrived is
never forgotten: PAID wins over every other word, also after failure or expiry, and nothing undoes it (the ways in
which others lose money: a late success dropped, a failed attempt that stays failed).
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.values import dataclass

CURRENCY = "VND"
BY_TRANSFER = "vietqr"
"""The way that is a bank transfer: the payer types the amount, and nobody can be asked."""
GATEWAY_WINDOW = timedelta(minutes=15)
"""How long a gateway takes a payment for; sent with the order."""
ATTEMPT_LIVES = timedelta(minutes=20)
"""Ours is longer, so that a payment made in the gateway's last minute still finds its attempt open."""
TRANSFER_LIVES = timedelta(days=3)
"""A bank transfer has no window; after this the sweep stops waiting, and later money still counts."""


class Outcome(StrEnum):
    """What a gateway says of an order."""

    PAID = "paid"
    FAILED = "failed"
    PENDING = "pending"
    SUSPECT = "suspect"  # debited, but held by the gateway (VNPay 04, 07): a person must look
    UNKNOWN = "unknown"  # no word that could be trusted: unsigned errors, time-outs


class Source(StrEnum):
    """Where evidence came from."""

    CALLBACK = "callback"
    RETURN = "return"
    QUERY = "query"
    CASHIER = "cashier"
    FILE = "file"
    NOTICE = "notice"  # of a bank


class AttemptState(StrEnum):
    OPEN = "open"
    PAID = "paid"
    FAILED = "failed"
    EXPIRED = "expired"
    SUSPECT = "suspect"


EXPIRY = "expiry"
"""The event of the clock; every other event is an Outcome."""

A, W = AttemptState, Outcome
ATTEMPTS: dict[tuple[AttemptState, str], AttemptState] = {
    (A.OPEN, W.PAID): A.PAID,
    (A.OPEN, W.FAILED): A.FAILED,
    (A.OPEN, W.PENDING): A.OPEN,
    (A.OPEN, W.SUSPECT): A.SUSPECT,
    (A.OPEN, W.UNKNOWN): A.OPEN,
    (A.OPEN, EXPIRY): A.EXPIRED,
    (A.PAID, W.PAID): A.PAID,
    (A.PAID, W.FAILED): A.PAID,
    (A.PAID, W.PENDING): A.PAID,
    (A.PAID, W.SUSPECT): A.PAID,
    (A.PAID, W.UNKNOWN): A.PAID,
    (A.PAID, EXPIRY): A.PAID,
    (A.FAILED, W.PAID): A.PAID,
    (A.FAILED, W.FAILED): A.FAILED,
    (A.FAILED, W.PENDING): A.FAILED,
    (A.FAILED, W.SUSPECT): A.SUSPECT,
    (A.FAILED, W.UNKNOWN): A.FAILED,
    (A.FAILED, EXPIRY): A.FAILED,
    (A.EXPIRED, W.PAID): A.PAID,
    (A.EXPIRED, W.FAILED): A.FAILED,
    (A.EXPIRED, W.PENDING): A.EXPIRED,
    (A.EXPIRED, W.SUSPECT): A.SUSPECT,
    (A.EXPIRED, W.UNKNOWN): A.EXPIRED,
    (A.EXPIRED, EXPIRY): A.EXPIRED,
    (A.SUSPECT, W.PAID): A.PAID,
    (A.SUSPECT, W.FAILED): A.FAILED,
    (A.SUSPECT, W.PENDING): A.SUSPECT,
    (A.SUSPECT, W.SUSPECT): A.SUSPECT,
    (A.SUSPECT, W.UNKNOWN): A.SUSPECT,
    (A.SUSPECT, EXPIRY): A.SUSPECT,
}


@dataclass(frozen=True)
class Attempt:
    """One order at one gateway. `reference` is ours, `amount` in đồng, `moment` the fee it is for."""

    reference: str
    id: str  # of the client, who may repeat the request
    dossier: str
    owner: str
    agency: str
    gateway: str
    merchant: str
    amount: int
    moment: str
    state: AttemptState
    created_at: datetime
    expires_at: datetime
    version: int = 0
    ask_at: datetime | None = None  # when the sweep asks next; None: it is settled, nobody asks
    pay_url: str | None = None
    qr: str | None = None  # the payload of a QR picture
    transaction: str | None = None  # of the gateway
    code: str | None = None  # the gateway's last word, for people who look into it


@dataclass(frozen=True)
class Evidence:
    """What one message says of the order `reference`; believed only when its signature held.

    `amount` in đồng as said there (None where the message carries none), `transaction` the gateway's number of the
    payment, `code` its own word, `at` when it was paid there, `text` what came with a transfer (for whoever matches by
    hand what the reference does not), `origin` the file and row that it was read from.
    """

    gateway: str
    source: Source
    reference: str
    outcome: Outcome
    amount: int | None = None
    merchant: str | None = None
    currency: str | None = None
    transaction: str | None = None
    code: str | None = None
    at: datetime | None = None
    text: str | None = None
    origin: str | None = None


class Mismatch(StrEnum):
    """Why trusted evidence does not fit the attempt it names; in the order in which they are looked for."""

    MERCHANT = "merchant"
    AMOUNT = "amount"
    CURRENCY = "currency"
    NO_TRANSACTION = "no_transaction"  # paid, but under no number: it could be counted twice


def mismatch(attempt: Attempt, evidence: Evidence) -> Mismatch | None:
    """The first thing in which `evidence` contradicts `attempt`, or None. Nothing is settled on a contradiction."""
    if evidence.merchant is not None and evidence.merchant != attempt.merchant:
        return Mismatch.MERCHANT
    if evidence.amount is not None and evidence.amount != attempt.amount:
        return Mismatch.AMOUNT
    if evidence.currency is not None and evidence.currency != CURRENCY:
        return Mismatch.CURRENCY
    if evidence.outcome is Outcome.PAID and not evidence.transaction:
        return Mismatch.NO_TRANSACTION
    return None


def learn(
    attempt: Attempt, event: Outcome | str, *, transaction: str | None = None, code: str | None = None
) -> Attempt:
    """The attempt after `event` (an Outcome or EXPIRY); once paid, it keeps the number of the first payment."""
    state = ATTEMPTS[attempt.state, event]
    settled = state in {AttemptState.PAID, AttemptState.FAILED, AttemptState.EXPIRED}
    paid_before = attempt.state is AttemptState.PAID
    return replace(
        attempt,
        state=state,
        version=attempt.version + 1,
        ask_at=None if settled else attempt.ask_at,
        transaction=attempt.transaction if paid_before else transaction or attempt.transaction,
        code=attempt.code if paid_before else code or attempt.code,
    )


def is_second_payment(attempt: Attempt, evidence: Evidence) -> bool:
    """Whether this is other money than what the attempt was paid with: the payer paid twice, one is owed back."""
    return (
        attempt.state is AttemptState.PAID
        and evidence.outcome is Outcome.PAID
        and evidence.transaction is not None
        and evidence.transaction != attempt.transaction
    )


# Our reference: what a payer may have to type into a banking app. No 0/O, 1/I/L; the last letter checks the others.
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_PREFIX = "MC"
REFERENCE = re.compile(rf"{_PREFIX}[{_LETTERS}]{{12}}")


def reference_of(dossier: str, attempt: str) -> str:
    """The reference of a client's attempt: the same attempt again has the same one. 14 capital letters and digits."""
    number = int.from_bytes(hashlib.sha256(f"{dossier}/{attempt}".encode()).digest()[:8])
    body = ""
    for _ in range(11):
        number, letter = divmod(number, len(_LETTERS))
        body += _LETTERS[letter]
    return _PREFIX + body + _check(body)


def find_reference(text: str) -> str | None:
    """The one valid reference in what a payer or a bank wrote, blanks or not; None if there is not just one."""
    squeezed = re.sub(r"[^0-9A-Z]", "", text.upper())
    found = {squeezed[at : at + 14] for at in range(len(squeezed)) if is_reference(squeezed[at : at + 14])}
    return found.pop() if len(found) == 1 else None


def is_reference(text: str) -> bool:
    return REFERENCE.fullmatch(text) is not None and _check(text[2:-1]) == text[-1]


def _check(body: str) -> str:
    """Weighted sum modulo the prime 31: every single wrong letter and every swap of neighbours is noticed."""
    total = sum(weight * _LETTERS.index(letter) for weight, letter in enumerate(body, 2))
    return _LETTERS[total % len(_LETTERS)]
