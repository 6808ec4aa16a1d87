"""MoMo, captureWallet: the payer confirms in the wallet, MoMo posts the result (developers.momo.vn v3, payment API).

Signatures are HMAC-SHA256 in hex over `key=value&…`, keys in alphabetical order, values as they are sent or received
(UTF-8, nothing encoded), in đồng. The access key is part of every one and changes with its secret, so that during a
rotation there are two pairs. Answers to questions carry no signature at all: they are believed because we asked, over
TLS, and they name what was asked about. Those to orders are documented with a signature and were seen without: one that
is there must hold, and `signed_answers` asks for it.

MoMo calls again on its own schedule, which it does not publish, until it reads 204; it does not call when the payer
walks away. A request that is repeated under its requestId (remembered for 31 days at least) is answered as before, or
with 40, or HTTP 422 and 7000 while the first one is under way: none of these is a refusal.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from datetime import UTC, datetime
from typing import Any

from chalicelib.domain.payment import Evidence, Outcome, Source
from chalicelib.domain.refund import RefundOutcome
from chalicelib.errors import UpstreamFailed
from chalicelib.gateways import wire
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
    leads_away,
    matches,
)
from chalicelib.telemetry import logger
from chalicelib.values import dataclass

SIGNED_RESULT = (
    "amount", "extraData", "message", "orderId", "orderInfo", "orderType", "partnerCode", "payType", "requestId",
    "responseTime", "resultCode", "transId",
)  # fmt: skip
SIGNED_ANSWER = ("amount", "orderId", "partnerCode", "payUrl", "requestId", "responseTime", "resultCode")

ORDER_ID = re.compile(r"[0-9A-Za-z](?:[-_.0-9A-Za-z]*[0-9A-Za-z])?", re.ASCII)
"""The same texts as MoMo's `^[0-9a-zA-Z]([-_.]*[0-9a-zA-Z]+)*$`, without its exponential search."""
_AMOUNT = re.compile(r"[0-9]{1,15}", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,20}", re.ASCII)
_CODE = re.compile(r"-?[0-9]{1,6}", re.ASCII)
_MILLISECONDS = re.compile(r"[0-9]{1,14}", re.ASCII)

PAID, AUTHORISED, REFUNDED_BEFORE = 0, 9000, 1081
PENDING = frozenset({1000, 7000, 7002, 8000})
FAILED = frozenset({1001, 1002, 1003, 1004, 1005, 1006, 1007, 1017, 1026, 4001, 4002, 4100})
REFUSED = FAILED | {20, 21, 22, 42, 47, 1080, REFUNDED_BEFORE, 1088}
"""Of a refund: final, or the request can never be carried out as it stands. What our settings or MoMo's state may cure
(10 to 13, 43, 98, 99) and what an earlier sending may have caused (40, 41) is unknown."""
BARE = (REFUSED - FAILED) | PENDING
"""May come without what the request was about: MoMo did not understand it, or is at it already."""

_STATUS = {
    Verdict.BAD_SIGNATURE: 401,
    Verdict.MALFORMED: 400,
    Verdict.UNKNOWN_ORDER: 404,
    Verdict.WRONG_MERCHANT: 409,
    Verdict.WRONG_AMOUNT: 409,
    Verdict.FAULT: 503,
}


@dataclass(frozen=True)
class Key:
    """What MoMo gives out together; `access` is public in requests, `secret` signs."""

    access: str
    secret: str = field(repr=False)


def sign(key: Key, fields: Mapping[str, Any], names: Iterable[str]) -> str:
    """The signature over the `names` of `fields`, which are text or whole numbers."""
    return hmac.new(key.secret.encode(), _raw(key, fields, names).encode(), hashlib.sha256).hexdigest()


def _raw(key: Key, fields: Mapping[str, Any], names: Iterable[str]) -> str:
    signed = {"accessKey": key.access, **{name: fields[name] for name in names}}
    return "&".join(f"{name}={signed[name]}" for name in sorted(signed))


@dataclass
class MoMo:
    """`merchant` is the partnerCode, `keys` the live ones, new first, `address` without a slash at its end.

    `auto_capture` says that the contract is of one step, where authorised (9000) is paid; without it such an order
    waits until MoMo says 0.
    """

    merchant: str
    keys: Sequence[Key]
    address: str
    auto_capture: bool = False
    signed_answers: bool = False
    name: str = "momo"
    asks_every: float = 0
    refunds: bool = True
    least: int = 1_000
    most: int = 50_000_000
    least_refund: int = 1_000
    start_seconds: float = 20  # MoMo advises 30, but a payer waits behind API Gateway, which gives up after 29
    ask_seconds: float = 20  # also asked by a payer who waits; what is not known by then is asked again

    def __post_init__(self) -> None:
        if not self.keys or not all(key.access and key.secret for key in self.keys):
            raise ValueError("a key without its secret signs for everybody")

    # Orders.

    def start(self, order: Order) -> Started:
        """Where the payer confirms. Again for the same reference, it is the same order at MoMo."""
        check_amount(self, order.amount)
        if not ORDER_ID.fullmatch(order.reference) or len(order.reference) > 50:
            raise ValueError(f"{order.reference!r} cannot be an orderId and a requestId")
        asked = {
            "partnerCode": self.merchant,
            "requestId": order.reference,
            "amount": order.amount,
            "orderId": order.reference,
            "orderInfo": order.info,
            "redirectUrl": order.return_url,
            "ipnUrl": order.callback_url,
            "requestType": "captureWallet",
            "extraData": "",
        }
        signature = sign(self.keys[0], asked, asked)
        try:
            answer = wire.post_json(
                f"{self.address}/v2/gateway/api/create",
                {**asked, "lang": order.language, "autoCapture": True, "signature": signature},
                seconds=self.start_seconds,
            ).fields
        except wire.NoAnswer as error:
            raise UpstreamFailed("UpstreamFailed") from error
        ours = all(
            _text(answer, name) == str(asked[name]) for name in ("partnerCode", "requestId", "orderId", "amount")
        )
        if _code(answer) != PAID or not ours or not leads_away(answer.get("payUrl")) or not self._answer_holds(answer):
            logger.warning("no order at the gateway", extra={"gateway": self.name, "code": _code(answer), "ours": ours})
            raise UpstreamFailed("UpstreamFailed")
        return Started(pay_url=answer["payUrl"])

    def _answer_holds(self, answer: Mapping[str, Any]) -> bool:
        if answer.get("signature") is None:
            return not self.signed_answers
        if any(_text(answer, name) is None for name in SIGNED_ANSWER):
            return False
        return matches(str(answer["signature"]), [sign(key, answer, SIGNED_ANSWER) for key in self.keys])

    # What MoMo tells.

    def read_callback(self, message: Message) -> Evidence:
        if message.method != "POST":
            raise BadCallback(Verdict.MALFORMED, "not a POST")
        try:
            told = wire.read_object(message.body)
        except ValueError as error:
            raise BadCallback(Verdict.MALFORMED, f"no JSON object: {error}") from None
        return self._evidence(told, Source.CALLBACK)

    def read_return(self, message: Message) -> Evidence | None:
        """The same fields as the callback's, in the address; None when it carries none of them."""
        if not any(name in message.query for name in (*SIGNED_RESULT, "signature")):
            return None
        told = {name: message.query[name] for name in (*SIGNED_RESULT, "signature") if name in message.query}
        if any(len(values) != 1 for values in told.values()):
            raise BadCallback(Verdict.MALFORMED, "a parameter comes twice")
        return self._evidence({name: values[0] for name, values in told.items()}, Source.RETURN)

    def _evidence(self, told: Mapping[str, Any], source: Source) -> Evidence:
        result = {name: _text(told, name) for name in SIGNED_RESULT}
        missing = [name for name, value in result.items() if value is None]
        if missing:
            raise BadCallback(Verdict.MALFORMED, f"{missing[0]} is missing, or neither text nor number")
        signature = told.get("signature")
        if not isinstance(signature, str):
            raise BadCallback(Verdict.BAD_SIGNATURE, "no signature")
        if not matches(signature, [sign(key, result, SIGNED_RESULT) for key in self.keys]):
            raise BadCallback(Verdict.BAD_SIGNATURE, "signed with another secret, or changed")
        known = {name: value for name, value in result.items() if value is not None}
        raw = _raw(self.keys[0], known, SIGNED_RESULT)
        for name, pattern in (
            ("amount", _AMOUNT),
            ("resultCode", _CODE),
            ("transId", _NUMBER),
            ("responseTime", _MILLISECONDS),
        ):
            if not pattern.fullmatch(known[name]):
                raise BadCallback(Verdict.MALFORMED, f"{name} is no number")
        # Values are signed unescaped: one that holds `&name=` could be cut into fields in another way.
        if any(raw.count(f"&{name}=") != 1 for name in SIGNED_RESULT):
            raise BadCallback(Verdict.MALFORMED, "a value looks like a field")
        return Evidence(
            gateway=self.name,
            source=source,
            reference=known["orderId"],
            outcome=self._outcome(int(known["resultCode"])),
            amount=int(known["amount"]),
            merchant=known["partnerCode"],
            transaction=_transaction(known["transId"]),
            code=known["resultCode"],
            at=_moment(known["responseTime"]),
        )

    def _outcome(self, code: int) -> Outcome:
        if code == PAID or (code == AUTHORISED and self.auto_capture):
            return Outcome.PAID
        if code in PENDING or code == AUTHORISED:
            return Outcome.PENDING
        return Outcome.FAILED if code in FAILED else Outcome.UNKNOWN

    def reply(self, verdict: Verdict, message: Message, now: datetime) -> Reply:
        """204 ends the calls; everything else does not, and says by its number what was wrong."""
        return Reply(_STATUS.get(verdict, 204), None)

    # Questions.

    def ask(self, reference: str, ordered_at: datetime, now: datetime, ip: str) -> Evidence:
        answer, why = self._query(reference)
        code, amount = _code(answer), _text(answer, "amount")
        outcome = Outcome.UNKNOWN if code is None else self._outcome(code)
        if outcome is Outcome.PAID and (amount is None or not _AMOUNT.fullmatch(amount)):
            outcome, amount, why = Outcome.UNKNOWN, None, "no amount"
        return Evidence(
            gateway=self.name,
            source=Source.QUERY,
            reference=reference,
            outcome=outcome,
            amount=int(amount) if amount and _AMOUNT.fullmatch(amount) else None,
            merchant=self.merchant if answer else None,
            transaction=_transaction(_text(answer, "transId") or ""),
            code=why or str(code),
        )

    def _query(self, reference: str) -> tuple[Mapping[str, Any], str]:
        """What MoMo says of an order; nothing, and why, when it is not about this order."""
        asked = {"partnerCode": self.merchant, "requestId": uuid.uuid4().hex, "orderId": reference}
        return self._ask("query", {**asked, "lang": "vi", "signature": sign(self.keys[0], asked, asked)}, asked)

    def _ask(self, verb: str, sent: Mapping[str, Any], echoed: Iterable[str]) -> tuple[Mapping[str, Any], str]:
        try:
            answer = wire.post_json(f"{self.address}/v2/gateway/api/{verb}", sent, seconds=self.ask_seconds).fields
        except wire.NoAnswer as error:
            return {}, error.why
        code = _code(answer)
        if code is None:
            return {}, "no code"
        found = {name: _text(answer, name) for name in echoed}
        if any(value is not None and value != str(sent[name]) for name, value in found.items()):
            return {}, "about something else"
        if None in found.values() and code not in BARE:
            return {}, f"about nothing ({code})"
        return answer, ""

    # Refunds.

    def refund(self, order: RefundOrder) -> RefundEvidence:
        """Asks for the refund under `order.request`, always the same. Below the least amount MoMo is not asked.

        1081 says that the payment may have been refunded, perhaps by this very request when its answer was lost: then
        the payment's own list of refunds decides.
        """
        if order.amount < self.least_refund:
            return RefundEvidence(RefundOutcome.REFUSED, code="amount")
        asked = {
            "partnerCode": self.merchant,
            "orderId": order.request,
            "requestId": order.request,
            "amount": order.amount,
            "transId": int(order.transaction),
            "description": order.info,
        }
        sent = {**asked, "lang": "vi", "signature": sign(self.keys[0], asked, asked)}
        answer, why = self._ask("refund", sent, ("partnerCode", "orderId", "requestId", "amount"))
        if _code(answer) == REFUNDED_BEFORE:
            listed = self.ask_refund(order)
            if listed.outcome is not RefundOutcome.UNKNOWN or listed.code != NOT_LISTED:
                return listed
        return _refunded(answer, why)

    def ask_refund(self, order: RefundOrder) -> RefundEvidence:
        """Looks for the refund in the list of its payment. UNKNOWN with NOT_LISTED: it never arrived, or not yet."""
        answer, why = self._query(order.reference)
        listed = answer.get("refundTrans")
        if not isinstance(listed, list):
            return RefundEvidence(RefundOutcome.UNKNOWN, code=why or "no list")
        ours = [each for each in listed if isinstance(each, Mapping) and _text(each, "orderId") == order.request]
        if not ours:
            return RefundEvidence(RefundOutcome.UNKNOWN, code=NOT_LISTED)
        if any(_text(each, "amount") != str(order.amount) for each in ours):
            return RefundEvidence(RefundOutcome.UNKNOWN, code="another amount")
        found = [_refunded(each, "") for each in ours]
        return min(found, key=lambda each: _TRUST.index(each.outcome))


NOT_LISTED = "not listed"
_TRUST = (RefundOutcome.DONE, RefundOutcome.PENDING, RefundOutcome.UNKNOWN, RefundOutcome.REFUSED)
"""Of several words on one refund, the one that is dearest to get wrong comes first."""


def _refunded(answer: Mapping[str, Any], why: str) -> RefundEvidence:
    code = _code(answer)
    if code is None:
        return RefundEvidence(RefundOutcome.UNKNOWN, code=why or "no code")
    transaction = _transaction(_text(answer, "transId") or "")
    if code == PAID:
        return RefundEvidence(RefundOutcome.DONE, transaction, str(code))
    if code in PENDING or code == AUTHORISED:
        return RefundEvidence(RefundOutcome.PENDING, transaction, str(code))
    return RefundEvidence(RefundOutcome.REFUSED if code in REFUSED else RefundOutcome.UNKNOWN, None, str(code))


def _text(fields: Mapping[str, Any], name: str) -> str | None:
    """A value as MoMo signs it: text as it is, whole numbers in digits; some fields come as the one or the other."""
    value = fields.get(name)
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else None


def _code(fields: Mapping[str, Any]) -> int | None:
    text = _text(fields, "resultCode")
    return int(text) if text is not None and _CODE.fullmatch(text) else None


def _transaction(text: str) -> str | None:
    """MoMo's number of a payment; it writes 0 where there is none."""
    return text if _NUMBER.fullmatch(text) and int(text) else None


def _moment(milliseconds: str) -> datetime:
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)
