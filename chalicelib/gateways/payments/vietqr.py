"""A transfer into the agency's account by VietQR (NAPAS 247): a payload to show, and the bank's notices.

A QR picture has no answer of its own: money is known from what the bank, or an aggregator for it, says of the account.
No such notice has a public official form, so this one is ours, and whoever connects a bank translates into it:

    POST, body {"transactions": [entry, …]} of at most 64 kB, 1 to 100 entries with the fields of `transfers`, `amount`
    a whole number
    Motcua-Signature: t=<Unix seconds>,v1=<hex>[,v1=<hex> …]     other parts are passed over
    v1 is HMAC-SHA256 of "<t>.<body as sent>"; during a rotation it may come once per secret

`t` may differ from our time by 300 seconds both ways; a repeated notice is harmless. Replies: 200 received and kept,
401 signature or time, 400 form (nothing of the notice is taken), 503 call again; whatever was not answered with 200 is
to be sent again, newly signed. There is no way to ask the bank and none to pay back: statements (`statement`) find what
got lost, and refunds are transfers that people make.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime
from typing import Any

from chalicelib.domain import codes
from chalicelib.domain.payment import Evidence, Outcome, Source
from chalicelib.domain.refund import RefundOutcome
from chalicelib.errors import Invalid
from chalicelib.gateways import wire
from chalicelib.gateways.payments import emv, transfers
from chalicelib.gateways.payments.contract import (
    BadCallback,
    Message,
    Order,
    RefundEvidence,
    RefundOrder,
    Reply,
    Started,
    Verdict,
    check_amount,
    matches,
)
from chalicelib.values import dataclass

HEADER = "motcua-signature"
TOLERANCE = 300  # seconds
MOST_ENTRIES = 100
MOST_SIGNATURES = 8

_STATUS = {Verdict.BAD_SIGNATURE: 401, Verdict.MALFORMED: 400, Verdict.FAULT: 503}


@dataclass
class VietQR:
    """An agency's account: `bank` is its BIN (six digits), `merchant` its number; `secrets` sign notices, new first."""

    bank: str
    merchant: str
    holder: str
    city: str
    secrets: Sequence[str] = field(repr=False)
    name: str = transfers.GATEWAY
    asks_every: float = 0
    refunds: bool = False
    least: int = 1
    most: int = 499_999_999  # NAPAS 247 takes less than 500 million

    def __post_init__(self) -> None:
        emv.write(emv.Transfer(self.bank, self.merchant))  # a wrong account is found when it is configured
        if not all(self.secrets):
            raise ValueError("an empty secret signs for everybody")

    def start(self, order: Order) -> Started:
        """The payload for a QR picture. The text of the transfer is the reference and nothing else."""
        check_amount(self, order.amount)
        transfer = emv.Transfer(
            bank=self.bank,
            account=self.merchant,
            amount=order.amount,
            purpose=order.reference,
            holder=codes.plain(self.holder, emv.LONGEST_HOLDER).upper(),
            city=codes.plain(self.city, emv.LONGEST_CITY).upper(),
        )
        return Started(qr=emv.write(transfer))

    def read_notices(self, message: Message, now: datetime) -> Sequence[Evidence]:
        """Each payment of a notice; `reference` is "" where the payer wrote none that holds. Raises BadCallback."""
        if message.method != "POST" or len(message.body) > wire.MOST_BYTES:
            raise BadCallback(Verdict.MALFORMED, "not a POST of a size that notices have")
        self._check_signature(message, now)
        try:
            told = wire.read_object(message.body).get("transactions")
        except ValueError as error:
            raise BadCallback(Verdict.MALFORMED, f"no JSON object: {error}") from None
        if not isinstance(told, list) or not 1 <= len(told) <= MOST_ENTRIES:
            raise BadCallback(Verdict.MALFORMED, f"transactions: 1 to {MOST_ENTRIES} entries")
        return [_evidence(at, entry) for at, entry in enumerate(told)]

    def reply(self, verdict: Verdict, message: Message, now: datetime) -> Reply:
        return Reply(_STATUS.get(verdict, 200), json.dumps({"status": verdict.value}))

    def ask(self, reference: str, ordered_at: datetime, now: datetime, ip: str) -> Evidence:
        return Evidence(self.name, Source.QUERY, reference, Outcome.UNKNOWN)

    def refund(self, order: RefundOrder) -> RefundEvidence:
        return RefundEvidence(RefundOutcome.UNKNOWN)

    def ask_refund(self, order: RefundOrder) -> RefundEvidence:
        return RefundEvidence(RefundOutcome.UNKNOWN)

    def _check_signature(self, message: Message, now: datetime) -> None:
        parts = [part.strip().partition("=") for part in message.headers.get(HEADER, "").split(",")]
        times = [value for name, _, value in parts if name == "t"]
        signatures = [value for name, _, value in parts if name == "v1"]
        if len(times) != 1 or not re.fullmatch("[0-9]{1,12}", times[0], re.ASCII):
            raise BadCallback(Verdict.BAD_SIGNATURE, "no time in the signature")
        if not 1 <= len(signatures) <= MOST_SIGNATURES:
            raise BadCallback(Verdict.BAD_SIGNATURE, "no signature, or too many")
        signed = times[0].encode() + b"." + message.body
        wanted = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in self.secrets]
        if not any([matches(signature, wanted) for signature in signatures]):
            raise BadCallback(Verdict.BAD_SIGNATURE, "signed with another secret, or changed")
        if abs(now.timestamp() - int(times[0])) > TOLERANCE:
            raise BadCallback(Verdict.BAD_SIGNATURE, "signed at another time than now")


def _evidence(at: int, entry: Any) -> Evidence:
    where = f"transactions[{at}]"
    if not isinstance(entry, Mapping):
        raise BadCallback(Verdict.MALFORMED, f"{where}: no object")
    amount = entry.get("amount")
    if not isinstance(amount, int) or isinstance(amount, bool):
        raise BadCallback(Verdict.MALFORMED, f"{where}.amount: no whole number")
    told = {"amount": str(amount)}
    for name in (name for name in transfers.FIELDS if name != "amount"):
        if not isinstance(value := entry.get(name), str):
            raise BadCallback(Verdict.MALFORMED, f"{where}.{name}: no text")
        told[name] = value
    try:
        return transfers.read(told, Source.NOTICE)
    except Invalid as refused:
        defect = refused.fields[0]
        raise BadCallback(Verdict.MALFORMED, f"{where}.{defect.field}: {defect.code}") from None
