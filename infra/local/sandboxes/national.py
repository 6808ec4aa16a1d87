"""The national payment platform's side for development, below its address:

POST init    takes an order: {"MaLoi": "00", "MoTaLoi", "MaThamChieu", "UrlThanhToan"}; 99 and why for everything else
POST query   {"MaLoi", "TrangThaiGD": 1 paid, 3 pending, 4 failed, ...}, signed
GET  pay/<reference>   the page to pay on

The confirm goes to the address that was registered, until it is answered with MaLoi 00; the payer's browser goes to the
other registered one, with nothing signed. There are no refunds. The order of the digest of a query's answer is this
sandbox's own guess: the fields of a confirm and the state.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from chalicelib.services import present
from infra.local.sandboxes.bank import Answer, Bank, Request, as_json
from infra.local.sandboxes.orders import Call, Deed, Order, State, Terms

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
BANK = "VCB"
LIVES = timedelta(minutes=15)
SKEW = timedelta(minutes=15)
"""A request whose time is further from the platform's is refused: half a day off is what a 12-hour clock gives."""

_INIT = (
    "LoaiBanTin PhienBan MaDoiTac MaThamChieu SoTien LoaiHinhThanhToan MaKenhThanhToan MaThietBi NgonNgu MaTienTe "
    "MaNganHang ThongTinGiaoDich ThoiGianGD Ip"
)
_CONFIRM = "LoaiBanTin MaLoi MaDoiTac MaThamChieu SoTien MaTienTe MaGiaoDich MaNganHang ThoiGianGD ThongTinGiaoDich"
_QUERY = "LoaiBanTin PhienBan MaDoiTac MaThamChieu ThoiGianGD"
_STATES = {State.WAITING: "3", State.PAID: "1", State.FAILED: "4"}


class NationalBank(Bank):
    """One partner with its secret. `digest` is "sha256" with the secret as last field, or "hmac-sha256" without it."""

    name = "national"
    title = "Cổng thanh toán quốc gia"
    deeds = tuple(deed for deed in Deed if deed is not Deed.SUSPICIOUS)

    def __init__(
        self,
        terms: Terms,
        merchant: str,
        secret: str,
        confirm_url: str,
        return_url: str,
        digest: str = "sha256",
    ) -> None:
        super().__init__(terms)
        self.merchant = merchant
        self.secret = secret
        self.confirm_url = confirm_url
        self.return_url = return_url
        self.digest = digest

    def serve(self, request: Request) -> Answer | None:
        match request.method, request.path:
            case "POST", "init":
                return as_json(self._init(request.json()))
            case "POST", "query":
                return as_json(self._query(request.json()))
        return None

    def call(self, order: Order) -> Call:
        told = self._told(order, "CONFIRM", "00" if order.state is State.PAID else "99")
        body = json.dumps({**told, "MaXacThuc": self._digest(told, _CONFIRM)}, ensure_ascii=False)
        return Call("POST", order.callback_url, body.encode())

    def accepted(self, status: int, body: str) -> bool:
        try:
            answer = json.loads(body)
        except ValueError:
            return False
        return status == 200 and isinstance(answer, dict) and answer.get("MaLoi") == "00"

    def back(self, order: Order) -> str:
        return f"{order.return_url}?{urlencode({'MaThamChieu': order.reference})}"

    def _init(self, given: Mapping[str, Any]) -> dict[str, str]:
        fields = {name: given.get(name, "") for name in _INIT.split()}
        if not all(isinstance(value, str) and value for value in fields.values()):
            return self._error("Thiếu trường bắt buộc")
        if given.get("MaXacThuc") != self._digest(fields, _INIT):
            return self._error("Mã xác thực không hợp lệ")
        if fields["LoaiBanTin"] != "INIT" or fields["PhienBan"] != "1.0.6" or fields["MaDoiTac"] != self.merchant:
            return self._error("Bản tin, phiên bản hoặc đối tác không đúng")
        asked = _moment(fields["ThoiGianGD"])
        if asked is None or abs(present.now() - asked) > SKEW:
            return self._error("Thời gian giao dịch không đúng")
        receipt = given.get("ThongTinBienLai")
        fees = receipt.get("DSKhoanNop") if isinstance(receipt, dict) else None
        if not fields["SoTien"].isdecimal() or not _adds_up(fees, fields["SoTien"]):
            return self._error("Số tiền không hợp lệ")
        order = self.take(
            Order(
                reference=fields["MaThamChieu"],
                merchant=fields["MaDoiTac"],
                amount=int(fields["SoTien"]),
                info=fields["ThongTinGiaoDich"],
                created_at=asked,
                expires_at=asked + LIVES,
                return_url=self.return_url,
                callback_url=self.confirm_url,
                fields=fields,
            )
        )
        if order.fields != fields:
            return self._error("Mã tham chiếu đã được dùng")
        return {
            "MaLoi": "00",
            "MoTaLoi": "Thành công",
            "MaThamChieu": order.reference,
            "UrlThanhToan": f"{self.terms.url}/pay/{order.reference}",
        }

    def _query(self, given: Mapping[str, Any]) -> dict[str, str]:
        fields = {name: str(given.get(name, "")) for name in _QUERY.split()}
        if given.get("MaXacThuc") != self._digest(fields, _QUERY):
            return self._error("Mã xác thực không hợp lệ")
        with self.lock:
            order = self.orders.get(fields["MaThamChieu"])
            if order is None or order.fields["ThoiGianGD"] != fields["ThoiGianGD"]:
                return self._error("Không tìm thấy giao dịch")
            told = {**self._told(order, "QUERY", "00"), "TrangThaiGD": _STATES[order.state]}
        return {**told, "MoTaLoi": "Thành công", "MaXacThuc": self._digest(told, f"{_CONFIRM} TrangThaiGD")}

    def _told(self, order: Order, kind: str, code: str) -> dict[str, str]:
        paid = order.state is State.PAID
        return {
            "LoaiBanTin": kind,
            "MaLoi": code,
            "MaDoiTac": order.merchant,
            "MaThamChieu": order.reference,
            "SoTien": str(order.paid if paid else order.amount),
            "MaTienTe": "VND",
            "MaGiaoDich": order.transaction if paid else "",
            "MaNganHang": BANK,
            "ThoiGianGD": (order.settled_at or present.now()).astimezone(VIETNAM).strftime("%Y%m%d%H%M%S"),
            "ThongTinGiaoDich": order.info,
        }

    def _error(self, why: str) -> dict[str, str]:
        return {"MaLoi": "99", "MoTaLoi": why}

    def _digest(self, fields: Mapping[str, str], names: str) -> str:
        values = [fields[name] for name in names.split()]
        if self.digest == "hmac-sha256":
            return hmac.new(self.secret.encode(), "|".join(values).encode(), hashlib.sha256).hexdigest()
        return hashlib.sha256("|".join([*values, self.secret]).encode()).hexdigest()


def _adds_up(fees: Any, amount: str) -> bool:
    try:
        return sum(int(fee["SoTien"]) for fee in fees) == int(amount)
    except (TypeError, KeyError, ValueError):
        return False


def _moment(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=VIETNAM)
    except ValueError:
        return None
