"""VNPay 2.1.0: a signed address to pay at, IPN, querydr, refund.

Source: sandbox.vnpayment.vn/apis/docs, pages thanh-toan-pay (payment, IPN, codes), truy-van-hoan-tien (querydr, refund)
and chuyen-doi-thuat-toan (HMAC-SHA512). Amounts are đồng here and đồng × 100 there. The address of the IPN is not sent:
it is registered with VNPay, and must be https.

What is signed: of an address or IPN the parameters `vnp_*` without the hash, its type and empty ones, sorted, form
encoded; of a question, a refund and their answers fixed fields in a fixed order with | between them, empty when absent.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import json
import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from typing import Any
from urllib.parse import quote

from chalicelib.domain.codes import plain
from chalicelib.domain.payment import Evidence, Outcome, Source
from chalicelib.domain.refund import RefundOutcome
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
    matches,
    read_stamp,
    stamp,
)
from chalicelib.values import dataclass

VERSION = "2.1.0"
HASH, HASH_TYPE = "vnp_SecureHash", "vnp_SecureHashType"
LONGEST_INFO = 255

Fields = Mapping[str, str]

QUERY = ("RequestId", "Version", "Command", "TmnCode", "TxnRef", "TransactionDate", "CreateDate", "IpAddr", "OrderInfo")
QUERY_ANSWER = (
    *("ResponseId", "Command", "ResponseCode", "Message", "TmnCode", "TxnRef", "Amount", "BankCode", "PayDate"),
    *("TransactionNo", "TransactionType", "TransactionStatus", "OrderInfo", "PromotionCode", "PromotionAmount"),
)
REFUND = (
    *("RequestId", "Version", "Command", "TmnCode", "TransactionType", "TxnRef", "Amount", "TransactionNo"),
    *("TransactionDate", "CreateBy", "CreateDate", "IpAddr", "OrderInfo"),
)
REFUND_ANSWER = QUERY_ANSWER[:13]
"""`Amount` as received: implementations differ here, and only the gateway could settle it."""

PAYMENT, WHOLE, PART = "01", "02", "03"  # TransactionType
NOT_FOUND = "91"
REFUSED = frozenset({"02", "03", "04", "13", "91", "93", "95"})
"""Codes of a refund that was not and will not be carried out this way; 94, 97, 98 and 99 leave it open."""

REFUNDS = {
    "00": RefundOutcome.DONE,
    "05": RefundOutcome.PENDING,
    "06": RefundOutcome.PENDING,  # sent to the bank
    "09": RefundOutcome.REFUSED,
}
"""What the TransactionStatus of a refund means."""

REPLIES = {
    Verdict.SETTLED: ("00", "Confirm Success"),
    Verdict.DUPLICATE: ("02", "Order already confirmed"),
    Verdict.BAD_SIGNATURE: ("97", "Invalid signature"),
    Verdict.MALFORMED: ("99", "Invalid request"),
    Verdict.UNKNOWN_ORDER: ("01", "Order not found"),
    Verdict.WRONG_MERCHANT: ("01", "Order not found"),
    Verdict.WRONG_AMOUNT: ("04", "Invalid amount"),
    Verdict.FAULT: ("99", "Unknown error"),
}
"""00 and 02 end the calls; after every other one VNPay calls again, ten times at most, five minutes apart."""

# What the encoders in use leave as it is besides letters, digits and - _ .
_JAVASCRIPT = "*"  # URLSearchParams; Java's URLEncoder. Ours.
_ENCODERS = (_JAVASCRIPT, "~", "", "!*()", "!~*'()")  # and Python, PHP, .NET, JavaScript's encodeURIComponent

_AMOUNT = re.compile(r"[0-9]{1,14}", re.ASCII)


@dataclass
class VNPay:
    """One terminal (`merchant` is its vnp_TmnCode). The first secret signs; each is believed."""

    merchant: str
    secrets: Sequence[str] = field(repr=False)
    pay_url: str
    api_url: str
    order_type: str = "other"
    seconds: float = wire.READ_SECONDS
    name: str = "vnpay"
    asks_every: float = 300.0  # measured: within five minutes after an accepted question, others get 94
    refunds: bool = True
    least: int = 1
    most: int = 9_999_999_999  # twelve digits of đồng × 100

    def __post_init__(self) -> None:
        if not self.secrets or not all(self.secrets):
            raise ValueError("an empty secret signs for everybody")

    def start(self, order: Order) -> Started:
        """The address to send the payer to. Raises Invalid for an amount that one order cannot have."""
        check_amount(self, order.amount)
        fields = {
            "vnp_Version": VERSION,
            "vnp_Command": "pay",
            "vnp_TmnCode": self.merchant,
            "vnp_Amount": str(order.amount * 100),
            "vnp_CurrCode": "VND",
            "vnp_TxnRef": order.reference,
            "vnp_OrderInfo": plain(order.info, LONGEST_INFO),
            "vnp_OrderType": self.order_type,
            "vnp_Locale": "en" if order.language == "en" else "vn",
            "vnp_ReturnUrl": order.return_url,
            "vnp_IpAddr": _address(order.ip),
            "vnp_CreateDate": stamp(order.created_at),
            "vnp_ExpireDate": stamp(order.expires_at),
        }
        signed = canonical(fields)
        return Started(pay_url=f"{self.pay_url}?{signed}&{HASH}={sign(self.secrets[0], signed)}")

    def read_callback(self, message: Message) -> Evidence:
        """Raises BadCallback."""
        return self._evidence(message, Source.CALLBACK)

    def read_return(self, message: Message) -> Evidence | None:
        """What the browser brought: the same parameters as an IPN, or None without any. Raises BadCallback."""
        if not any(name.startswith("vnp_") for name in message.query):
            return None
        return self._evidence(message, Source.RETURN)

    def reply(self, verdict: Verdict, message: Message, now: datetime) -> Reply:
        code, text = REPLIES[verdict]
        return Reply(200, json.dumps({"RspCode": code, "Message": text}))

    def ask(self, reference: str, ordered_at: datetime, now: datetime, ip: str) -> Evidence:
        """The payment of an order; UNKNOWN for every answer that is not signed or speaks of something else."""
        code, answer = self._query(reference, ordered_at, now, ip, f"Truy van {reference}")
        unknown = Evidence(self.name, Source.QUERY, reference, Outcome.UNKNOWN, code=code)
        if answer is None:
            return unknown
        if code == NOT_FOUND:  # nobody has opened the page so far
            return Evidence(self.name, Source.QUERY, reference, Outcome.PENDING, merchant=self.merchant, code=code)
        told = self._told(answer, Source.QUERY, "00", _dong(answer["vnp_Amount"]))
        missing = told.amount is None and (told.outcome is Outcome.PAID or answer["vnp_Amount"])
        return unknown if code != "00" or answer["vnp_TransactionType"] != PAYMENT or missing else told

    def refund(self, order: RefundOrder) -> RefundEvidence:
        """Ask for a refund, once per day of ours: VNPay remembers a RequestId for a day only, so that the same one
        sent on a later day could pay twice. Then, as after any silence, nothing is sent and the outcome is UNKNOWN."""
        if stamp(order.now)[:8] != stamp(order.requested_at)[:8]:
            return RefundEvidence(RefundOutcome.UNKNOWN, code="another_day")
        kind = WHOLE if order.whole else PART
        fields = {
            "vnp_RequestId": order.request,
            "vnp_Version": VERSION,
            "vnp_Command": "refund",
            "vnp_TmnCode": self.merchant,
            "vnp_TransactionType": kind,
            "vnp_TxnRef": order.reference,
            "vnp_Amount": str(order.amount * 100),
            "vnp_TransactionNo": order.transaction,
            "vnp_TransactionDate": stamp(order.ordered_at),
            "vnp_CreateBy": plain(order.by, LONGEST_INFO),
            "vnp_CreateDate": stamp(order.now),
            "vnp_IpAddr": _address(order.ip),
            "vnp_OrderInfo": plain(order.info, LONGEST_INFO),
        }
        code, answer = self._exchange(fields, REFUND, REFUND_ANSWER)
        if answer is None:
            return RefundEvidence(RefundOutcome.UNKNOWN, code=code)
        if code in REFUSED:
            return RefundEvidence(RefundOutcome.REFUSED, code=code)
        if code != "00":
            return RefundEvidence(RefundOutcome.UNKNOWN, code=code)
        return _refunded(answer, order, kind)

    def ask_refund(self, order: RefundOrder) -> RefundEvidence:
        """What became of a refund, by querydr: it tells of an order's last movement. UNKNOWN while that is another
        one; two refunds of one payment, of the same amount, cannot be told apart."""
        code, answer = self._query(order.reference, order.ordered_at, order.now, order.ip, order.info)
        if answer is None or code != "00":
            return RefundEvidence(RefundOutcome.UNKNOWN, code=code)
        return _refunded(answer, order, WHOLE if order.whole else PART)

    # ---- what is signed ----

    def _evidence(self, message: Message, source: Source) -> Evidence:
        fields = _parameters(message)
        hashes = (sign(secret, text) for secret in self.secrets for text in variants(fields))
        if not matches(fields.get(HASH, ""), hashes):
            raise BadCallback(Verdict.BAD_SIGNATURE, "signed with another secret, or changed, or not at all")
        missing = [
            name
            for name in ("TmnCode", "TxnRef", "Amount", "ResponseCode", "TransactionStatus")
            if not fields.get(f"vnp_{name}")
        ]
        if missing:
            raise BadCallback(Verdict.MALFORMED, f"missing: {', '.join(missing)}")
        if not _AMOUNT.fullmatch(fields["vnp_Amount"]):
            raise BadCallback(Verdict.MALFORMED, "the amount is no number")
        amount = _dong(fields["vnp_Amount"])
        if amount is None:
            raise BadCallback(Verdict.WRONG_AMOUNT, "a fraction of one unit")
        return self._told(fields, source, fields["vnp_ResponseCode"], amount)

    def _told(self, fields: Fields, source: Source, response: str, amount: int | None) -> Evidence:
        status = fields.get("vnp_TransactionStatus", "")
        transaction = fields.get("vnp_TransactionNo", "")
        return Evidence(
            gateway=self.name,
            source=source,
            reference=fields["vnp_TxnRef"],
            outcome=outcome(response, status),
            amount=amount,
            merchant=fields["vnp_TmnCode"],
            transaction=transaction if transaction.strip("0") else None,  # "0": there is none
            code=f"{response}/{status}",
            at=read_stamp(fields.get("vnp_PayDate", "")),
        )

    def _query(
        self, reference: str, ordered_at: datetime, now: datetime, ip: str, info: str
    ) -> tuple[str, Fields | None]:
        fields = {
            "vnp_RequestId": uuid.uuid4().hex,
            "vnp_Version": VERSION,
            "vnp_Command": "querydr",
            "vnp_TmnCode": self.merchant,
            "vnp_TxnRef": reference,
            "vnp_TransactionDate": stamp(ordered_at),
            "vnp_CreateDate": stamp(now),
            "vnp_IpAddr": _address(ip),
            "vnp_OrderInfo": plain(info, LONGEST_INFO),
        }
        return self._exchange(fields, QUERY, QUERY_ANSWER)

    def _exchange(
        self, fields: dict[str, str], asked: Sequence[str], answered: Sequence[str]
    ) -> tuple[str, Fields | None]:
        """The code of the answer, and the answer if it is signed and about this order of ours, otherwise None."""
        signed = {**fields, HASH: sign(self.secrets[0], joined(fields, asked))}
        try:
            answer = wire.post_json(self.api_url, signed, seconds=self.seconds).fields
        except wire.NoAnswer as none:
            return none.why, None
        code = str(answer.get("vnp_ResponseCode", ""))[:8]
        texts = _texts(answer, [f"vnp_{name}" for name in answered])
        hashes = (sign(secret, joined(texts, answered)) for secret in self.secrets)
        if not texts or not matches(str(answer.get(HASH, "")), hashes):
            return code, None
        same = ("vnp_Command", "vnp_TmnCode", "vnp_TxnRef")
        if any(texts[name] != fields[name] for name in same):
            return code, None  # an answer to something else, however well it is signed
        return code, texts


def canonical(fields: Fields, raw: str = _JAVASCRIPT, space: str = "+") -> str:
    """The string that is hashed, which is also the query string."""
    kept = sorted((k, v) for k, v in fields.items() if v and k.startswith("vnp_") and k not in (HASH, HASH_TYPE))
    return "&".join(f"{_encoded(name, raw, space)}={_encoded(value, raw, space)}" for name, value in kept)


def variants(fields: Fields) -> Iterable[str]:
    """Every string that a sender may have hashed for these decoded values. Each encoding can be undone in one way only,
    so that accepting them all accepts no other values."""
    return dict.fromkeys(canonical(fields, raw, space) for raw in _ENCODERS for space in ("+", "%20"))


def joined(fields: Fields, names: Iterable[str]) -> str:
    """The string that is hashed of a question, a refund and their answers."""
    return "|".join(fields.get(f"vnp_{name}", "") for name in names)


def sign(secret: str, text: str) -> str:
    """HMAC-SHA512 in small hexadecimal letters."""
    return hmac.new(secret.encode(), text.encode(), hashlib.sha512).hexdigest()


def outcome(response: str, status: str) -> Outcome:
    """What vnp_ResponseCode and vnp_TransactionStatus mean together: paid only when both say so.

    04 (reversed) and 07 (suspected fraud) were debited and are held. Where the two contradict each other, or the
    transaction is not finished, the gateway is asked again.
    """
    if status in {"04", "07"} or response == "07":
        return Outcome.SUSPECT
    if response == status == "00":
        return Outcome.PAID
    if status in {"00", "01"}:
        return Outcome.PENDING
    if response != "00" or status in {"02", "08", "11"}:
        return Outcome.FAILED
    return Outcome.UNKNOWN


def _refunded(answer: Fields, order: RefundOrder, kind: str) -> RefundEvidence:
    status = answer["vnp_TransactionStatus"]
    code = f"{answer['vnp_ResponseCode']}/{status}"
    if answer["vnp_TransactionType"] != kind or answer["vnp_Amount"] != str(order.amount * 100):
        return RefundEvidence(RefundOutcome.UNKNOWN, code=code)
    return RefundEvidence(REFUNDS.get(status, RefundOutcome.UNKNOWN), answer["vnp_TransactionNo"] or None, code)


def _parameters(message: Message) -> Fields:
    """The vnp_* parameters, by their exact names; others may be there and count for nothing."""
    found = {name: values for name, values in message.query.items() if name.startswith("vnp_")}
    if not found:
        raise BadCallback(Verdict.MALFORMED, "no parameter of VNPay")
    doubled = [name for name, values in found.items() if len(values) != 1]
    if doubled:
        raise BadCallback(Verdict.MALFORMED, f"not once: {', '.join(sorted(doubled))[:200]}")
    fields = {name: values[0] for name, values in found.items()}
    try:
        "".join([*fields, *fields.values()]).encode()
    except UnicodeEncodeError as error:
        raise BadCallback(Verdict.MALFORMED, "half a character") from error
    return fields


def _texts(answer: Mapping[str, Any], names: Iterable[str]) -> Fields:
    """The fields as the texts that were signed, "" for absent ones. Empty when one is neither text nor whole number, or
    has a | in it, after which part of it could be taken for the next field."""
    found = {name: answer.get(name) for name in names}
    if any(isinstance(value, bool) or not isinstance(value, str | int | None) for value in found.values()):
        return {}
    texts = {name: "" if value is None else str(value) for name, value in found.items()}
    return {} if any("|" in text for text in texts.values()) else texts


def _dong(text: str) -> int | None:
    """đồng of an amount × 100; None for anything else than whole đồng."""
    if not _AMOUNT.fullmatch(text):
        return None
    amount, rest = divmod(int(text), 100)
    return None if rest else amount


def _encoded(text: str, raw: str, space: str) -> str:
    encoded = quote(text, safe=raw).replace("%20", space)
    return encoded if "~" in raw else encoded.replace("~", "%7E")


def _address(ip: str) -> str:
    """vnp_IpAddr has 7 to 45 characters, which ::1 has not; where nobody's address is known, this machine's."""
    if len(ip) >= 7:
        return ip[:45]
    return ipaddress.ip_address(ip).exploded if ip else "127.0.0.1"
