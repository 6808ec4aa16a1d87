"""ZaloPay's other side (v2), as its specifications tell.

POST v2/create | query | refund | query_refund, JSON or a form, each with a mac under key1; what was paid is posted to
the order's callback_url under key2, at most three times, until the merchant says 1, 2 or a negative code. Failures are
never told. Answers have no mac.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from chalicelib.services import present
from infra.local.sandboxes.bank import Answer, Bank, Request, as_json
from infra.local.sandboxes.orders import Call, Deed, Order, State, Terms

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
MOST_CALLS = 3
MOST_DIFFERENCE = timedelta(minutes=15)
KEPT = timedelta(hours=48)

_SAID = {
    1: "Giao dịch thành công",
    2: "Giao dịch thất bại",
    3: "Giao dịch đang xử lý",
    -49: "Người dùng hủy giao dịch",
    -54: "Giao dịch đã hết hạn",
    -68: "Mã giao dịch bị trùng",
    -101: "Không tìm thấy giao dịch",
    -401: "Dữ liệu yêu cầu không hợp lệ",
    -402: "Thông tin xác thực không hợp lệ",
    -500: "Lỗi hệ thống",
}


class _Wrong(Exception):
    """The request has failed for the reason `sub`."""

    def __init__(self, sub: int) -> None:
        super().__init__(sub)
        self.sub = sub


class ZaloPay(Bank):
    """One app at ZaloPay; `key1` and `key2` may be changed while it runs."""

    name = "zalopay"
    title = "ZaloPay"
    deeds = tuple(deed for deed in Deed if deed is not Deed.SUSPICIOUS)
    tells_of_failure = False

    def __init__(self, terms: Terms, app_id: int, key1: str, key2: str) -> None:
        super().__init__(Terms(**{**vars(terms), "most_calls": min(terms.most_calls, MOST_CALLS)}))
        self.app_id, self.key1, self.key2 = app_id, key1, key2
        self._refunds: dict[str, str] = {}  # m_refund_id -> app_trans_id
        self._last = 0

    def number(self) -> str:
        """Fifteen digits that begin with the day, as ZaloPay's do."""
        with self.lock:
            self._last += 1
            return f"{present.now().astimezone(VIETNAM):%y%m%d}{self._last:09d}"

    def order(self, reference: str) -> Order:
        """By ZaloPay's number of it (yymmdd_…), or by the merchant's part of that alone."""
        with self.lock:
            found = [number for number in self.orders if number.partition("_")[2] == reference]
        return super().order(found[-1] if found else reference)

    def serve(self, request: Request) -> Answer | None:
        verbs = {
            "v2/create": self._create,
            "v2/query": self._query,
            "v2/refund": self._refund,
            "v2/query_refund": self._query_refund,
        }
        verb = verbs.get(request.path)
        if request.method != "POST" or verb is None:
            return None
        told = request.json() if request.content_type.startswith("application/json") else request.form()
        try:
            with self.lock:
                return as_json(verb({name: str(value) for name, value in told.items()}))
        except _Wrong as wrong:
            return as_json(_result(2, wrong.sub))
        except (KeyError, ValueError):  # a field is missing, or no number
            return as_json(_result(2, -401))

    def call(self, order: Order) -> Call:
        data = json.dumps(
            {
                "app_id": self.app_id,
                "app_trans_id": order.reference,
                "app_time": int(order.fields["app_time"]),
                "app_user": order.fields["app_user"],
                "amount": order.paid,
                "embed_data": order.fields["embed_data"],
                "item": order.fields["item"],
                "zp_trans_id": int(order.transaction),
                "server_time": _milliseconds(order.settled_at or present.now()),
                "channel": 38,
                "merchant_user_id": "thu-nghiem",
                "user_fee_amount": 0,
                "discount_amount": 0,
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )
        body = json.dumps({"data": data, "mac": _mac(self.key2, data), "type": 1}, ensure_ascii=False)
        return Call("POST", order.callback_url, body.encode())

    def accepted(self, status: int, body: str) -> bool:
        """0, nonsense and HTTP errors are called again; everything else ends the calls, well or not."""
        try:
            return status == 200 and json.loads(body)["return_code"] != 0
        except (ValueError, KeyError, TypeError):
            return False

    def back(self, order: Order) -> str:
        values = {
            "appid": str(self.app_id),
            "apptransid": order.reference,
            "pmcid": "38",
            "bankcode": "",
            "amount": str(order.paid or order.amount),
            "discountamount": "0",
            "status": {State.PAID: "1", State.FAILED: "-49"}.get(order.state, "-54"),
        }
        values["checksum"] = _mac(self.key2, "|".join(values.values()))
        query = "&".join(f"{name}={quote(value, safe='')}" for name, value in values.items())
        return f"{order.return_url}{'&' if '?' in order.return_url else '?'}{query}"

    # ---- the verbs ----

    def _create(self, told: dict[str, str]) -> dict[str, Any]:
        names = ("app_id", "app_trans_id", "app_user", "amount", "app_time", "embed_data", "item")
        self._check(told, "|".join(told[name] for name in names))
        now, number, amount = present.now(), told["app_trans_id"], int(told["amount"])
        made = datetime.fromtimestamp(int(told["app_time"]) / 1000, VIETNAM)
        lives = int(told.get("expire_duration_seconds", 900))
        today = now.astimezone(VIETNAM).strftime("%y%m%d")
        if abs(now - made) > MOST_DIFFERENCE or not number.startswith(f"{today}_") or len(number) > 40:
            raise _Wrong(-401)
        if amount <= 0 or not 300 <= lives <= 2_592_000 or not told["app_user"] or not told["description"]:
            raise _Wrong(-401)
        if number in self.orders:
            raise _Wrong(-68)
        json.loads(told["item"])
        self.take(
            Order(
                reference=number,
                merchant=told["app_id"],
                amount=amount,
                info=told["description"],
                created_at=now,
                expires_at=now + timedelta(seconds=lives),
                return_url=json.loads(told["embed_data"]).get("redirecturl", ""),
                callback_url=told["callback_url"],
                fields={name: told[name] for name in ("app_time", "app_user", "embed_data", "item")},
            )
        )
        return {
            **_result(1, 1),
            "zp_trans_token": hashlib.sha256(number.encode()).hexdigest()[:24],
            "order_url": f"{self.terms.url}/pay/{number}",
            "order_token": hashlib.sha256(number.encode()).hexdigest()[24:48],
        }

    def _query(self, told: dict[str, str]) -> dict[str, Any]:
        self._check(told, f"{told['app_id']}|{told['app_trans_id']}|{self.key1}")
        order = self.orders.get(told["app_trans_id"])
        now = present.now()
        if order is None or now - order.created_at > KEPT:
            raise _Wrong(-101)
        if order.state is State.WAITING:
            code, sub = (2, -54) if now >= order.expires_at else (3, 3)
        else:
            code, sub = (1, 1) if order.state is State.PAID else (2, -49)
        return {
            **_result(code, sub),
            "is_processing": code == 3,
            "amount": order.paid or order.amount,
            "discount_amount": 0,
            "zp_trans_id": int(order.transaction or 0),
            "server_time": _milliseconds(order.settled_at or now),
        }

    def _refund(self, told: dict[str, str]) -> dict[str, Any]:
        fee = f"|{told['refund_fee_amount']}" if "refund_fee_amount" in told else ""
        self._check(
            told,
            f"{told['app_id']}|{told['zp_trans_id']}|{told['amount']}{fee}|{told['description']}|{told['timestamp']}",
        )
        number, amount = told["m_refund_id"], int(told["amount"])
        self._fresh(told)
        if number in self._refunds:
            raise _Wrong(-68)
        paid = [o for o in self.orders.values() if o.transaction == told["zp_trans_id"] and o.state is State.PAID]
        if not paid:
            raise _Wrong(-101)
        today = present.now().astimezone(VIETNAM).strftime("%y%m%d")
        if not number.startswith(f"{today}_{self.app_id}_") or len(number) > 45 or amount <= 0:
            raise _Wrong(-401)
        if amount > paid[0].paid - paid[0].paid_back():
            raise _Wrong(-401)
        self._refunds[number] = paid[0].reference
        back = self.refund(paid[0], number, amount)
        return {**self._refund_result(number), "refund_id": int(back.transaction)}

    def _query_refund(self, told: dict[str, str]) -> dict[str, Any]:
        self._check(told, f"{told['app_id']}|{told['m_refund_id']}|{told['timestamp']}")
        self._fresh(told)
        if told["m_refund_id"] not in self._refunds:
            raise _Wrong(-101)
        return self._refund_result(told["m_refund_id"])

    def _refund_result(self, number: str) -> dict[str, Any]:
        order = self.orders[self._refunds[number]]
        back = next(each for each in order.refunds if each.request == number)
        code = {"done": 1, "refused": 2, "pending": 3}[back.state(present.now())]
        return _result(code, -13 if code == 2 else code)

    # ---- macs ----

    def _check(self, told: dict[str, str], text: str) -> None:
        if told["app_id"] != str(self.app_id) or told.get("mac") != _mac(self.key1, text):
            raise _Wrong(-402)

    def _fresh(self, told: dict[str, str]) -> None:
        at = datetime.fromtimestamp(int(told["timestamp"]) / 1000, VIETNAM)
        if abs(present.now() - at) > MOST_DIFFERENCE:
            raise _Wrong(-401)


def _mac(key: str, text: str) -> str:
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()


def _result(code: int, sub: int) -> dict[str, Any]:
    return {
        "return_code": code,
        "return_message": _SAID[code],
        "sub_return_code": sub,
        "sub_return_message": _SAID.get(sub, _SAID[code]),
    }


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
