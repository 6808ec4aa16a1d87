"""ZaloPay v2: the payer confirms in the app, ZaloPay posts what was paid (docs.zalopay.vn, specs of order and refund).

Two keys that change together: key1 signs what we ask (HMAC-SHA256 over values joined by `|`), key2 what ZaloPay tells.
A callback signs one JSON string as it was sent, so that string is verified before it is read; ZaloPay calls for
payments only, at most three times, and not again after 1, 2 or a negative return_code (3, in its old document, pays the
money back, and is never said here). Its answers carry no signature and do not say which order they are about: they are
believed because we asked, over TLS.

Our numbers begin with a day of Vietnam, as ZaloPay wants: an order's with the day on which it was made, a refund's with
the day on which it was first asked for. Both can be told again from what we keep, on any later day.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import UTC, datetime
from typing import Any

from chalicelib.domain.payment import Evidence, Outcome, Source
from chalicelib.domain.refund import RefundOutcome
from chalicelib.errors import UpstreamFailed
from chalicelib.gateways import wire
from chalicelib.gateways.payments.contract import (
    VIETNAM,
    BadCallback,
    Message,
    Order,
    RefundEvidence,
    RefundOrder,
    Reply,
    Started,
    Verdict,
    check_amount,
    leads_away,
    matches,
)
from chalicelib.telemetry import logger
from chalicelib.values import dataclass

ORDER_PAID = 1
"""Type of a callback; the others are of agreements, which we have none of."""
DONE, FAILED, PROCESSING = 1, 2, 3
"""return_code of an answer; every other one is an error that says nothing of the order or refund."""
SUCCEEDED = "1"
"""The status in the address of the way back; all others are failures."""

MAY_STILL_BE = frozenset({-68, -101, -402, -403, -429, -500, -999})
"""Sub-codes of a refused refund that do not say that it was not, or will not be, done: asked before (-68), settled or
not found by one source or the other (-101), our keys (-402, -403), too many (-429), ZaloPay's state (-500, -999)."""
NOT_OF_THE_ORDER = MAY_STILL_BE | {-401}
"""Sub-codes of a failed question that say something of the question and nothing of the order."""

RETURNED = ("appid", "apptransid", "pmcid", "bankcode", "amount", "discountamount", "status")
LAST_MILLISECOND = 10**14 - 1
SHORTEST_ORDER, LONGEST_ORDER = 300, 2_592_000  # seconds

_APP_TRANS_ID = re.compile(r"[0-9]{6}_(?P<reference>[0-9A-Za-z_-]{1,33})", re.ASCII)
_WHOLE = re.compile(r"[0-9]{1,20}", re.ASCII)
_CODE = re.compile(r"-?[0-9]{1,6}", re.ASCII)

_REPLIES = {
    Verdict.SETTLED: (1, "success"),
    Verdict.DUPLICATE: (2, "duplicate"),
    Verdict.BAD_SIGNATURE: (-1, "mac not equal"),
    Verdict.MALFORMED: (2, "malformed"),
    Verdict.UNKNOWN_ORDER: (2, "order not found"),
    Verdict.WRONG_MERCHANT: (2, "wrong app_id"),
    Verdict.WRONG_AMOUNT: (2, "wrong amount"),
    Verdict.FAULT: (0, "try again"),
}


@dataclass(frozen=True)
class Keys:
    """What ZaloPay gives out together: key1 for what we send, key2 for what it sends."""

    key1: str = field(repr=False)
    key2: str = field(repr=False)


def sign(key: str, *values: object) -> str:
    """The mac over values joined by `|`."""
    return _mac(key, "|".join(map(str, values)))


def _mac(key: str, text: str) -> str:
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()


def number_of(moment: datetime, reference: str) -> str:
    """`yymmdd_<reference>`, by the day in Vietnam."""
    return f"{moment.astimezone(VIETNAM):%y%m%d}_{reference}"


def reference_in(number: object) -> str | None:
    """Our reference in an app_trans_id; None when it is none."""
    found = _APP_TRANS_ID.fullmatch(number) if isinstance(number, str) else None
    return found["reference"] if found else None


@dataclass
class ZaloPay:
    """`merchant` is the app_id in digits, `keys` the live ones, new first, `address` without a slash at its end.

    ZaloPay publishes no limits of an order; those of the contract are set here.
    """

    merchant: str
    keys: Sequence[Keys]
    address: str
    name: str = "zalopay"
    asks_every: float = 0
    refunds: bool = True
    least: int = 1
    most: int = 999_999_999
    start_seconds: float = 20  # a payer waits behind API Gateway, which gives up after 29
    ask_seconds: float = 20  # also asked by a payer who waits; what is not known by then is asked again

    def __post_init__(self) -> None:
        if not re.fullmatch("[0-9]{1,9}", self.merchant, re.ASCII):
            raise ValueError(f"{self.merchant!r}: an app_id is a number")
        if not self.keys or not all(each.key1 and each.key2 for each in self.keys):
            raise ValueError("an empty key signs for everybody")

    # Orders.

    def start(self, order: Order) -> Started:
        """Where the payer confirms. An order can be made once: after a lost answer it needs another reference."""
        check_amount(self, order.amount)
        number = number_of(order.created_at, order.reference)
        if reference_in(number) is None:
            raise ValueError(f"{order.reference!r} cannot be part of an app_trans_id")
        lives = int((order.expires_at - order.created_at).total_seconds())
        asked = {
            "app_id": int(self.merchant),
            "app_trans_id": number,
            "app_user": "motcua",  # who pays is nobody's business but the payer's
            "amount": order.amount,
            "app_time": _milliseconds(order.created_at),
            "embed_data": json.dumps({"redirecturl": order.return_url}),
            "item": "[]",
        }
        answer, why = self._ask(
            "create",
            {
                **asked,
                "mac": sign(self.keys[0].key1, *asked.values()),
                "description": order.info,
                "bank_code": "",
                "callback_url": order.callback_url,
                "expire_duration_seconds": min(max(lives, SHORTEST_ORDER), LONGEST_ORDER),
            },
            self.start_seconds,
        )
        if _code(answer) != DONE or not leads_away(answer.get("order_url")):
            logger.warning("no order at the gateway", extra={"gateway": self.name, "code": why or _words(answer)})
            raise UpstreamFailed("UpstreamFailed")
        return Started(pay_url=answer["order_url"])

    # What ZaloPay tells.

    def read_callback(self, message: Message) -> Evidence:
        if message.method != "POST":
            raise BadCallback(Verdict.MALFORMED, "not a POST")
        told = _object(message.body, "body")
        data, mac = told.get("data"), told.get("mac")
        if not isinstance(data, str):
            raise BadCallback(Verdict.MALFORMED, "data is no text")
        if not isinstance(mac, str) or not matches(mac, [_mac(each.key2, data) for each in self.keys]):
            raise BadCallback(Verdict.BAD_SIGNATURE, "signed with another key, or changed")
        if _whole(told, "type") != ORDER_PAID:
            raise BadCallback(Verdict.MALFORMED, "not about an order")
        paid = _object(data.encode(), "data")
        reference = reference_in(paid.get("app_trans_id"))
        if reference is None:
            raise BadCallback(Verdict.MALFORMED, "app_trans_id is none")
        app, amount, at = (_whole(paid, name) for name in ("app_id", "amount", "server_time"))
        if app is None or not amount or at is None or at > LAST_MILLISECOND or _whole(paid, "zp_trans_id") is None:
            raise BadCallback(Verdict.MALFORMED, "app_id, amount, zp_trans_id or server_time is no whole number")
        return Evidence(
            gateway=self.name,
            source=Source.CALLBACK,
            reference=reference,
            outcome=Outcome.PAID,
            amount=amount,
            merchant=str(app),
            transaction=_transaction(paid, "zp_trans_id"),
            code=str(ORDER_PAID),
            at=datetime.fromtimestamp(at / 1000, UTC),
        )

    def read_return(self, message: Message) -> Evidence | None:
        """What stands in the address; None when it carries nothing of ZaloPay's. Its number of the payment is not."""
        told = {name: message.query[name] for name in (*RETURNED, "checksum") if name in message.query}
        if not told:
            return None
        if len(told) != len(RETURNED) + 1 or any(len(values) != 1 for values in told.values()):
            raise BadCallback(Verdict.MALFORMED, "a parameter is missing, or comes twice")
        values = {name: told[name][0] for name in RETURNED}
        if not matches(told["checksum"][0], [sign(each.key2, *values.values()) for each in self.keys]):
            raise BadCallback(Verdict.BAD_SIGNATURE, "signed with another key, or changed")
        reference = reference_in(values["apptransid"])
        if reference is None or not _WHOLE.fullmatch(values["amount"]) or not _CODE.fullmatch(values["status"]):
            raise BadCallback(Verdict.MALFORMED, "a parameter makes no sense")
        return Evidence(
            gateway=self.name,
            source=Source.RETURN,
            reference=reference,
            outcome=Outcome.PAID if values["status"] == SUCCEEDED else Outcome.FAILED,
            amount=int(values["amount"]),
            merchant=values["appid"],
            code=values["status"],
        )

    def reply(self, verdict: Verdict, message: Message, now: datetime) -> Reply:
        code, text = _REPLIES[verdict]
        return Reply(200, json.dumps({"return_code": code, "return_message": text}))

    # Questions.

    def ask(self, reference: str, ordered_at: datetime, now: datetime, ip: str) -> Evidence:
        number, key1 = number_of(ordered_at, reference), self.keys[0].key1
        asked = {"app_id": int(self.merchant), "app_trans_id": number}
        answer, why = self._ask("query", {**asked, "mac": sign(key1, *asked.values(), key1)}, self.ask_seconds)
        outcome, amount = _OUTCOMES.get(_code(answer) or 0, Outcome.UNKNOWN), _whole(answer, "amount")
        if outcome is Outcome.FAILED and _code(answer, "sub_return_code") in NOT_OF_THE_ORDER:
            outcome = Outcome.UNKNOWN
        if outcome is Outcome.PAID and answer.get("is_processing") is True:
            outcome = Outcome.PENDING
        if outcome is Outcome.PAID and not amount:
            outcome, why = Outcome.UNKNOWN, "no amount"
        return Evidence(
            gateway=self.name,
            source=Source.QUERY,
            reference=reference,
            outcome=outcome,
            amount=amount if outcome is Outcome.PAID else None,
            transaction=_transaction(answer, "zp_trans_id"),
            code=why or _words(answer),
        )

    def _ask(self, verb: str, sent: Mapping[str, Any], seconds: float) -> tuple[Mapping[str, Any], str]:
        """What ZaloPay answers; nothing, and why, when it is no answer."""
        try:
            answer = wire.post_json(f"{self.address}/v2/{verb}", sent, seconds=seconds).fields
        except wire.NoAnswer as error:
            return {}, error.why
        return (answer, "") if _code(answer) is not None else ({}, "no code")

    # Refunds.

    def refund(self, order: RefundOrder) -> RefundEvidence:
        """Asks for the refund under the same number every time; ZaloPay carries out one of that number."""
        asked = {
            "app_id": int(self.merchant),
            "zp_trans_id": order.transaction,
            "amount": order.amount,
            "description": order.info,
            "timestamp": _milliseconds(order.now),
        }
        mac = sign(self.keys[0].key1, *asked.values())
        sent = {**asked, "m_refund_id": self._number(order), "mac": mac}
        return _refunded(*self._ask("refund", sent, self.ask_seconds))

    def ask_refund(self, order: RefundOrder) -> RefundEvidence:
        asked = {
            "app_id": int(self.merchant),
            "m_refund_id": self._number(order),
            "timestamp": _milliseconds(order.now),
        }
        mac = sign(self.keys[0].key1, *asked.values())
        return _refunded(*self._ask("query_refund", {**asked, "mac": mac}, self.ask_seconds))

    def _number(self, order: RefundOrder) -> str:
        return number_of(order.requested_at, f"{self.merchant}_{order.request}")


_OUTCOMES = {DONE: Outcome.PAID, FAILED: Outcome.FAILED, PROCESSING: Outcome.PENDING}


def _refunded(answer: Mapping[str, Any], why: str) -> RefundEvidence:
    code, sub = _code(answer), _code(answer, "sub_return_code")
    words, transaction = why or _words(answer), _transaction(answer, "refund_id")
    if code == DONE:
        return RefundEvidence(RefundOutcome.DONE, transaction, words)
    if code == PROCESSING:
        return RefundEvidence(RefundOutcome.PENDING, transaction, words)
    refused = code == FAILED and sub is not None and sub not in MAY_STILL_BE
    return RefundEvidence(RefundOutcome.REFUSED if refused else RefundOutcome.UNKNOWN, None, words)


def _object(body: bytes, what: str) -> Mapping[str, Any]:
    try:
        return wire.read_object(body)
    except ValueError as error:
        raise BadCallback(Verdict.MALFORMED, f"{what}: no JSON object: {error}") from None


def _whole(fields: Mapping[str, Any], name: str) -> int | None:
    """A whole number from zero on, which comes as a number or as text in digits."""
    value = fields.get(name)
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return int(text) if _WHOLE.fullmatch(text) else None


def _transaction(fields: Mapping[str, Any], name: str) -> str | None:
    """ZaloPay's number of a payment or refund; it writes 0 where there is none."""
    number = _whole(fields, name)
    return str(number) if number else None


def _code(fields: Mapping[str, Any], name: str = "return_code") -> int | None:
    value = fields.get(name)
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return int(text) if _CODE.fullmatch(text) else None


def _words(answer: Mapping[str, Any]) -> str:
    """The code and the sub-code, for people who look into it: "2/-54"."""
    return "/".join(str(code) for code in (_code(answer), _code(answer, "sub_return_code")) if code is not None)


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
