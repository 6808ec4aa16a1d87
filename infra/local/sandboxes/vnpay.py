"""VNPay's side for development, below its address:

GET  paymentv2/vpcpay.html             the page to pay on; refuses what is not signed or not as version 2.1.0 wants it
POST merchant_webapi/api/transaction   querydr and refund

The IPN goes to the address that was registered, until it is answered with 00 or 02. A refund is 05 first and becomes
00 or 09. Errors of form, signature, pace and of unknown orders are answered without a signature, as the real one does.
After a refund querydr tells of that, the last movement, with its own number and amount.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo

from chalicelib.services import present
from infra.local.sandboxes import pages
from infra.local.sandboxes.bank import Answer, Bank, Request, as_json, as_page
from infra.local.sandboxes.orders import Call, Order, Payback, Refused, State, Terms

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
BANK = "NCB"

_STAMP = r"20[0-9]{12}"
_PAY = {
    "vnp_Version": r"2\.1\.0",
    "vnp_Command": "pay",
    "vnp_TmnCode": r"[0-9A-Za-z_]{1,20}",
    "vnp_Amount": r"[1-9][0-9]{2,11}",
    "vnp_CurrCode": "VND",
    "vnp_CreateDate": _STAMP,
    "vnp_ExpireDate": _STAMP,
    "vnp_TxnRef": r"[0-9A-Za-z._-]{1,100}",
    "vnp_OrderInfo": r"[ -~]{1,255}",
    "vnp_OrderType": r"[0-9A-Za-z_]{1,100}",
    "vnp_IpAddr": r"[0-9A-Fa-f.:]{7,45}",
    "vnp_Locale": "vn|en",
    "vnp_ReturnUrl": r"https?://.{3,248}",
}
_QUERY = "RequestId Version Command TmnCode TxnRef TransactionDate CreateDate IpAddr OrderInfo"
_REFUND = (
    "RequestId Version Command TmnCode TransactionType TxnRef Amount TransactionNo TransactionDate CreateBy CreateDate "
    "IpAddr OrderInfo"
)
_ANSWER = (
    "ResponseId Command ResponseCode Message TmnCode TxnRef Amount BankCode PayDate TransactionNo TransactionType "
    "TransactionStatus OrderInfo"
)
_ASKED = {"querydr": _QUERY, "refund": _REFUND}
_ANSWERED = {"querydr": f"{_ANSWER} PromotionCode PromotionAmount", "refund": _ANSWER}

_MESSAGES = {
    "00": "Success",
    "02": "Total amount of refunds exceeds the payment",
    "03": "Invalid data format",
    "04": "Full refund is not allowed after a partial one",
    "13": "Only partial refunds are allowed",
    "91": "Transaction not found",
    "93": "Invalid amount",
    "94": "Duplicate request",
    "95": "Transaction was not successful",
    "97": "Invalid checksum",
}
_STATUSES = {State.WAITING: "01", State.PAID: "00", State.FAILED: "02", State.SUSPECT: "07"}
_RESPONSES = {State.PAID: "00", State.FAILED: "24", State.SUSPECT: "07"}

Fields = dict[str, str]


class VNPayBank(Bank):
    """One terminal with its secret; `ipn_url` is what the merchant has registered. `pace_seconds` of the portal's clock
    after an accepted question every other one is answered 94; the real one does so for almost five minutes."""

    name = "vnpay"
    title = "VNPay"

    def __init__(self, terms: Terms, merchant: str, secret: str, ipn_url: str, pace_seconds: float = 0.0) -> None:
        super().__init__(terms)
        self.merchant = merchant
        self.secret = secret
        self.ipn_url = ipn_url
        self.pace_seconds = pace_seconds
        self._asked_at: datetime | None = None
        self._requests: set[tuple[str, str, str]] = set()  # command, day, RequestId

    def serve(self, request: Request) -> Answer | None:
        match request.method, request.path:
            case "GET", "paymentv2/vpcpay.html":
                return self._open(request)
            case "POST", "merchant_webapi/api/transaction":
                return self._transact(request)
        return None

    def call(self, order: Order) -> Call:
        return Call("GET", _with(self.ipn_url, self._result(order)))

    def accepted(self, status: int, body: str) -> bool:
        try:
            answer = json.loads(body)
        except ValueError:
            return False
        return status == 200 and isinstance(answer, dict) and answer.get("RspCode") in ("00", "02")

    def back(self, order: Order) -> str:
        return _with(order.return_url, self._result(order))

    # ---- paying ----

    def _open(self, request: Request) -> Answer:
        """Checked on the text that was sent, not on what it decodes to: the signed string is the query string."""
        pairs = [pair for pair in request.raw_query.split("&") if pair]
        given = [pair.partition("=")[2] for pair in pairs if pair.startswith("vnp_SecureHash=")]
        text = "&".join(sorted(pair for pair in pairs if not pair.startswith("vnp_SecureHash")))
        fields = dict(parse_qsl(text))
        if given != [self._hash(text)]:
            return self._sorry("Sai chữ ký", "Invalid signature")
        wrong = [name for name, rule in _PAY.items() if not re.fullmatch(rule, fields.get(name, ""))]
        if wrong or len(fields) != len(text.split("&")):
            return self._sorry(f"Sai định dạng: {', '.join(wrong)}", f"Invalid format: {', '.join(wrong)}")
        if fields["vnp_TmnCode"] != self.merchant:
            return self._sorry("Không có đơn vị này", "Unknown merchant")
        if fields["vnp_Amount"][-2:] != "00":
            return self._sorry("Số tiền không hợp lệ", "Invalid amount")
        order = self.take(self._order(fields))
        if order.fields != fields:
            return self._sorry("Mã đơn đã được dùng", "This order number is in use")
        return self.page(order)

    def _order(self, fields: Fields) -> Order:
        return Order(
            reference=fields["vnp_TxnRef"],
            merchant=fields["vnp_TmnCode"],
            amount=int(fields["vnp_Amount"]) // 100,
            info=fields["vnp_OrderInfo"],
            created_at=_moment(fields["vnp_CreateDate"]),
            expires_at=_moment(fields["vnp_ExpireDate"]),
            return_url=fields["vnp_ReturnUrl"],
            callback_url=self.ipn_url,
            language="en" if fields["vnp_Locale"] == "en" else "vi",
            fields=fields,
        )

    def _sorry(self, vi: str, en: str) -> Answer:
        return as_page(pages.sorry(self.title, vi, en), 400)

    def _result(self, order: Order) -> str:
        """The parameters of IPN and return, signed."""
        failed = order.state is not State.PAID and order.state is not State.SUSPECT
        fields = {
            "vnp_Amount": str((order.amount if failed else order.paid) * 100),
            "vnp_BankCode": BANK,
            "vnp_BankTranNo": "" if failed else f"VNP{order.transaction}",
            "vnp_CardType": "ATM",
            "vnp_OrderInfo": order.info,
            "vnp_PayDate": _stamp(order.settled_at or present.now()),
            "vnp_ResponseCode": _RESPONSES.get(order.state, "99"),
            "vnp_TmnCode": order.merchant,
            "vnp_TransactionNo": "0" if failed else order.transaction,
            "vnp_TransactionStatus": _STATUSES[order.state],
            "vnp_TxnRef": order.reference,
        }
        text = urlencode({name: fields[name] for name in sorted(fields) if fields[name]})
        text = text.replace("~", "%7E").replace("%2A", "*")
        return f"{text}&vnp_SecureHash={self._hash(text)}"

    # ---- questions and refunds ----

    def _transact(self, request: Request) -> Answer:
        given = request.json()
        if not all(isinstance(value, str | int) and not isinstance(value, bool) for value in given.values()):
            return self._error("03")
        fields = {name: str(value) for name, value in given.items()}
        command = fields.get("vnp_Command", "")
        if command not in _ASKED or fields.get("vnp_Version") != "2.1.0" or len(fields.get("vnp_RequestId", "")) > 32:
            return self._error("03")
        if any(f"vnp_{name}" not in fields for name in _ASKED[command].split()):
            return self._error("03")
        if fields["vnp_TmnCode"] != self.merchant:
            return self._error("02")
        if fields.get("vnp_SecureHash") != self._hash(_row(fields, _ASKED[command])):
            return self._error("97")
        with self.lock:
            order = self.orders.get(fields["vnp_TxnRef"])
            if order is None or order.fields["vnp_CreateDate"] != fields["vnp_TransactionDate"]:
                return self._error("91")
            asked = (command, _stamp(present.now())[:8], fields["vnp_RequestId"])
            if asked in self._requests or (command == "querydr" and self._too_soon()):
                return self._error("94")
            self._requests.add(asked)
            return self._tell(order) if command == "querydr" else self._give_back(order, fields)

    def _too_soon(self) -> bool:
        now, last = present.now(), self._asked_at
        if last is not None and self.pace_seconds and 0 <= (now - last).total_seconds() < self.pace_seconds:
            return True
        self._asked_at = now
        return False

    def _tell(self, order: Order) -> Answer:
        if order.refunds:
            return self._refunded(order, order.refunds[-1], "querydr")
        kept = order.state in (State.PAID, State.SUSPECT)
        return self._signed(
            "querydr",
            {
                "vnp_ResponseCode": "00",
                "vnp_TxnRef": order.reference,
                "vnp_Amount": str((order.paid if kept else order.amount) * 100),
                "vnp_BankCode": BANK,
                "vnp_PayDate": _stamp(order.settled_at) if order.settled_at else "",
                "vnp_TransactionNo": order.transaction if kept else "0",
                "vnp_TransactionType": "01",
                "vnp_TransactionStatus": _STATUSES[order.state],
                "vnp_OrderInfo": order.info,
            },
        )

    def _give_back(self, order: Order, fields: Fields) -> Answer:
        kind, text = fields["vnp_TransactionType"], fields["vnp_Amount"]
        if kind not in ("02", "03"):
            return self._error("03")
        if fields["vnp_TransactionNo"] not in ("", order.transaction):
            return self._error("91")
        amount = int(text) // 100 if re.fullmatch(r"[1-9][0-9]{0,9}00", text) else 0
        code = "00"
        if order.state is not State.PAID:
            code = "95"
        elif not amount:
            code = "93"
        elif kind == "02" and order.paid_back():
            code = "04"
        elif kind == "02" and amount < order.paid:
            code = "13"
        elif order.paid_back() + amount > order.paid:
            code = "02"
        if code != "00":
            shown = {"vnp_TxnRef": order.reference, "vnp_Amount": text, "vnp_TransactionType": kind}
            return self._signed("refund", {"vnp_ResponseCode": code, **shown})
        return self._refunded(order, self.refund(order, fields["vnp_RequestId"], amount, kind), "refund")

    def _refunded(self, order: Order, back: Payback, command: str) -> Answer:
        state = back.state(present.now())
        status = {"done": "00", "refused": "09", "pending": "05"}[state]
        return self._signed(
            command,
            {
                "vnp_ResponseCode": "00",
                "vnp_TxnRef": order.reference,
                "vnp_Amount": str(back.amount * 100),
                "vnp_BankCode": BANK,
                "vnp_PayDate": _stamp(back.asked_at),
                "vnp_TransactionNo": back.transaction,
                "vnp_TransactionType": back.kind,
                "vnp_TransactionStatus": status,
                "vnp_OrderInfo": order.info,
            },
        )

    def _signed(self, command: str, fields: Mapping[str, str]) -> Answer:
        whole = {
            "vnp_ResponseId": f"{command}{self.number()}",
            "vnp_Command": command,
            "vnp_Message": _MESSAGES[fields["vnp_ResponseCode"]],
            "vnp_TmnCode": self.merchant,
            **fields,
        }
        return as_json({**whole, "vnp_SecureHash": self._hash(_row(whole, _ANSWERED[command]))})

    def _error(self, code: str) -> Answer:
        return as_json({"vnp_ResponseId": self.number(), "vnp_ResponseCode": code, "vnp_Message": _MESSAGES[code]})

    def _hash(self, text: str) -> str:
        return hmac.new(self.secret.encode(), text.encode(), hashlib.sha512).hexdigest()


def _row(fields: Mapping[str, str], names: str) -> str:
    return "|".join(fields.get(f"vnp_{name}", "") for name in names.split())


def _with(url: str, parameters: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}{parameters}"


def _stamp(moment: datetime) -> str:
    return moment.astimezone(VIETNAM).strftime("%Y%m%d%H%M%S")


def _moment(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=VIETNAM)
    except ValueError as error:
        raise Refused(400, f"{text} is no time") from error
