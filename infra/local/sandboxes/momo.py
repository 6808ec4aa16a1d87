"""MoMo's other side, as its documents of captureWallet tell and its test gateway was seen to answer.

POST v2/gateway/api/create | query | refund, JSON with a signature; results are posted to the order's ipnUrl until the
merchant answers 204. Whoever cancels is sent back, and nobody is called, as was observed. Answers to questions have no
signature.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from chalicelib.services import present
from infra.local.sandboxes.bank import Answer, Bank, Request, as_json
from infra.local.sandboxes.orders import Call, Deed, Order, Payback, State, Terms

LINK_LIVES = timedelta(minutes=15)
MOST, LEAST = 50_000_000, 1_000

_SAID = {
    0: ("Thành công.", "Successful."),
    13: ("Xác thực doanh nghiệp thất bại.", "Merchant authentication failed."),
    20: ("Yêu cầu sai định dạng.", "Bad format request."),
    22: ("Số tiền giao dịch không hợp lệ.", "The transaction amount is out of range."),
    40: ("RequestId bị trùng.", "Duplicated requestId."),
    41: ("OrderId bị trùng.", "Duplicated orderId."),
    42: ("OrderId không hợp lệ hoặc không được tìm thấy.", "Invalid orderId or orderId is not found."),
    1000: ("Giao dịch đã được khởi tạo, chờ người dùng xác nhận thanh toán.", "Transaction is initiated."),
    1005: ("Giao dịch thất bại do url hoặc QR code đã hết hạn.", "The url or QR code expired."),
    1006: ("Giao dịch bị từ chối bởi người dùng.", "Transaction denied by user."),
    1080: ("Giao dịch hoàn tiền thất bại trong quá trình xử lý.", "Refund attempt failed during the processing."),
    1081: ("Giao dịch hoàn tiền bị từ chối.", "Refund rejected. The original transaction might have been refunded."),
    7000: ("Giao dịch đang được xử lý.", "Transaction is being processed."),
}


class _Wrong(Exception):
    """The request is answered with a result code and nothing of what it asked."""

    def __init__(self, code: int, status: int = 400) -> None:
        super().__init__(code)
        self.code, self.status = code, status


class MoMo(Bank):
    """One merchant at MoMo; `access` and `secret` may be changed while it runs."""

    name = "momo"
    title = "MoMo"
    deeds = tuple(deed for deed in Deed if deed is not Deed.SUSPICIOUS)
    tells_of_failure = False

    def __init__(self, terms: Terms, partner: str, access: str, secret: str) -> None:
        super().__init__(terms)
        self.partner, self.access, self.secret = partner, access, secret
        self._answered: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {}  # by requestId

    def serve(self, request: Request) -> Answer | None:
        verbs = {"create": self._create, "query": self._query, "refund": self._refund}
        verb = verbs.get(request.path.removeprefix("v2/gateway/api/"))
        if request.method != "POST" or not request.path.startswith("v2/gateway/api/") or verb is None:
            return None
        told = request.json()
        try:
            with self.lock:
                return as_json(verb(told))
        except _Wrong as wrong:
            return as_json(_result(wrong.code, str(told.get("lang", "vi"))), wrong.status)

    def call(self, order: Order) -> Call:
        return Call("POST", order.callback_url, json.dumps(self._news(order), ensure_ascii=False).encode())

    def accepted(self, status: int, body: str) -> bool:
        return status == 204

    def back(self, order: Order) -> str:
        return f"{order.return_url}{'&' if '?' in order.return_url else '?'}{urlencode(self._news(order))}"

    # ---- the verbs ----

    def _create(self, told: dict[str, Any]) -> dict[str, Any]:
        given = self._read(
            told,
            "accessKey={access}&amount={amount}&extraData={extraData}&ipnUrl={ipnUrl}&orderId={orderId}"
            "&orderInfo={orderInfo}&partnerCode={partnerCode}&redirectUrl={redirectUrl}&requestId={requestId}"
            "&requestType={requestType}",
        )
        if given["requestType"] != "captureWallet" or len(given["orderInfo"]) > 255:
            raise _Wrong(20)
        amount = int(given["amount"])
        if not LEAST <= amount <= MOST:
            raise _Wrong(22)
        before = self._answered.get(given["requestId"])
        if before is not None:
            if before[0] != given:
                raise _Wrong(40)
            return before[1]
        if given["orderId"] in self.orders:
            raise _Wrong(41)
        now = present.now()
        order = self.take(
            Order(
                reference=given["orderId"],
                merchant=given["partnerCode"],
                amount=amount,
                info=given["orderInfo"],
                created_at=now,
                expires_at=now + LINK_LIVES,
                return_url=given["redirectUrl"],
                callback_url=given["ipnUrl"],
                language=str(told.get("lang", "vi")),
                fields={"requestId": given["requestId"], "extraData": given["extraData"]},
            )
        )
        answer = {
            "partnerCode": self.partner,
            "orderId": order.reference,
            "requestId": given["requestId"],
            "amount": amount,
            **_result(0, order.language),
            "payUrl": f"{self.terms.url}/pay/{order.reference}",
            "deeplink": f"momo://?action=payWithApp&orderId={order.reference}",
            "qrCodeUrl": f"momo://?action=payWithApp&isScanQR=true&orderId={order.reference}",
        }
        answer["signature"] = self._sign(
            f"accessKey={self.access}&amount={amount}&orderId={order.reference}&partnerCode={self.partner}"
            f"&payUrl={answer['payUrl']}&requestId={given['requestId']}&responseTime={answer['responseTime']}"
            f"&resultCode={answer['resultCode']}"
        )
        self._answered[given["requestId"]] = given, answer
        return answer

    def _query(self, told: dict[str, Any]) -> dict[str, Any]:
        given = self._read(told, "accessKey={access}&orderId={orderId}&partnerCode={partnerCode}&requestId={requestId}")
        named = {"partnerCode": self.partner, "orderId": given["orderId"], "requestId": given["requestId"]}
        order = self.orders.get(given["orderId"])
        if order is None:
            return named | _result(42, told.get("lang", "vi"))
        return {
            **named,
            "extraData": order.fields["extraData"],
            "amount": order.paid or order.amount,
            "transId": int(order.transaction or 0),
            "payType": "qr" if order.state is State.PAID else "",
            **_result(_code(order), told.get("lang", "vi")),
            "refundTrans": [self._listed(back) for back in order.refunds],
            "lastUpdated": _milliseconds(order.settled_at or order.created_at),
            "signature": None,
        }

    def _refund(self, told: dict[str, Any]) -> dict[str, Any]:
        given = self._read(
            told,
            "accessKey={access}&amount={amount}&description={description}&orderId={orderId}"
            "&partnerCode={partnerCode}&requestId={requestId}&transId={transId}",
        )
        before = self._answered.get(given["requestId"])
        if before is not None:
            if before[0] != given:
                raise _Wrong(40)
            order = self.orders[before[1]["of"]]
            back = next(each for each in order.refunds if each.request == given["orderId"])
            if back.state(present.now()) == "pending":
                raise _Wrong(7000, 422)
            return self._paid_back(given, back)
        of = [o for o in self.orders.values() if o.transaction == given["transId"] and o.state is State.PAID]
        if not of:
            raise _Wrong(42)
        if given["orderId"] in self.orders or any(r.request == given["orderId"] for r in of[0].refunds):
            raise _Wrong(41)
        amount = int(given["amount"])
        if amount < LEAST:
            raise _Wrong(22)
        named = {name: given[name] for name in ("partnerCode", "orderId", "requestId")}
        if amount > of[0].paid - of[0].paid_back():
            return {**named, "amount": amount, "transId": 0, **_result(1081)}
        back = self.refund(of[0], given["orderId"], amount)
        self._answered[given["requestId"]] = given, {"of": of[0].reference}
        return self._paid_back(given, back)

    def _paid_back(self, given: dict[str, str], back: Payback) -> dict[str, Any]:
        named = {name: given[name] for name in ("partnerCode", "orderId", "requestId")}
        listed = self._listed(back)
        return {**named, "amount": back.amount, "transId": listed["transId"], **_result(listed["resultCode"])}

    def _listed(self, back: Payback) -> dict[str, Any]:
        code = {"done": 0, "refused": 1080, "pending": 7000}[back.state(present.now())]
        return {
            "orderId": back.request,
            "amount": back.amount,
            "resultCode": code,
            "transId": int(back.transaction),
            "createdTime": _milliseconds(back.asked_at),
        }

    # ---- signatures ----

    def _read(self, told: dict[str, Any], pattern: str) -> dict[str, str]:
        """The signed fields as text, when the signature over `pattern` holds."""
        fields = {name: str(value) for name, value in told.items() if not isinstance(value, bool | dict | list)}
        try:
            raw = pattern.format(access=self.access, **fields)
        except KeyError as error:
            raise _Wrong(20) from error
        if fields["partnerCode"] != self.partner:
            raise _Wrong(13)
        if fields.get("signature") != self._sign(raw):
            raise _Wrong(20)
        if "amount" in told and not fields["amount"].isdecimal():
            raise _Wrong(20)
        return {part.partition("=")[0]: fields[part.partition("=")[0]] for part in pattern.split("&")[1:]}

    def _sign(self, raw: str) -> str:
        return hmac.new(self.secret.encode(), raw.encode(), hashlib.sha256).hexdigest()

    def _news(self, order: Order) -> dict[str, Any]:
        """What became of an order, as it is posted to the merchant and put into the address of the way back."""
        result = _result(_code(order), order.language)
        told = {
            "partnerCode": self.partner,
            "orderId": order.reference,
            "requestId": order.fields["requestId"],
            "amount": order.paid or order.amount,
            "orderInfo": order.info,
            "orderType": "momo_wallet",
            "transId": int(order.transaction or 0),
            "resultCode": result["resultCode"],
            "message": result["message"],
            "payType": "qr" if order.state is State.PAID else "",
            "responseTime": _milliseconds(order.settled_at or present.now()),
            "extraData": order.fields["extraData"],
        }
        told["signature"] = self._sign(
            f"accessKey={self.access}&amount={told['amount']}&extraData={told['extraData']}&message={told['message']}"
            f"&orderId={told['orderId']}&orderInfo={told['orderInfo']}&orderType={told['orderType']}"
            f"&partnerCode={told['partnerCode']}&payType={told['payType']}&requestId={told['requestId']}"
            f"&responseTime={told['responseTime']}&resultCode={told['resultCode']}&transId={told['transId']}"
        )
        return told


def _code(order: Order) -> int:
    if order.state is State.PAID:
        return 0
    if order.state is State.FAILED:
        return 1006
    return 1005 if present.now() >= order.expires_at else 1000


def _result(code: int, language: str = "vi") -> dict[str, Any]:
    vi, en = _SAID[code]
    return {
        "responseTime": _milliseconds(present.now()),
        "message": en if language == "en" else vi,
        "resultCode": code,
    }


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
