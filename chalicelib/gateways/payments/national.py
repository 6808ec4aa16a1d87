"""The national payment platform (Payment Platform of the National Public Service Portal): INIT, confirm, QUERY.

No public specification exists. Two portals in service, written independently of each other, agree on the messages of
version 1.0.6 as they are here; what they do not show is marked below and must be checked with the platform.

Every message is one JSON object with MaXacThuc: the digest of some of its fields, in a fixed order with | between
them. `sha256`: plain SHA-256 with the secret as the last field; `hmac-sha256`: an older variant, without that field.
Amounts are plain đồng, times `yyyyMMddHHmmss` in Vietnam by the 24-hour clock (one of the two portals writes 12 hours,
and so tells the platform a wrong time every afternoon). The platform has no refund.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from typing import Any

from chalicelib.domain.codes import fold, plain
from chalicelib.domain.payment import CURRENCY, Evidence, Outcome, Source
from chalicelib.domain.refund import RefundOutcome
from chalicelib.errors import UpstreamFailed
from chalicelib.gateways import wire
from chalicelib.gateways.payments.contract import (
    BadCallback,
    FeeLine,
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
    read_stamp,
    stamp,
)
from chalicelib.values import dataclass

VERSION = "1.0.6"
DIGEST = "MaXacThuc"
SHA256, HMAC_SHA256 = "sha256", "hmac-sha256"
LONGEST_INFO, LONGEST_NAME = 100, 250

Fields = Mapping[str, str]

INIT = (
    *("LoaiBanTin", "PhienBan", "MaDoiTac", "MaThamChieu", "SoTien", "LoaiHinhThanhToan", "MaKenhThanhToan"),
    *("MaThietBi", "NgonNgu", "MaTienTe", "MaNganHang", "ThongTinGiaoDich", "ThoiGianGD", "Ip"),
)
CONFIRM = (
    *("LoaiBanTin", "MaLoi", "MaDoiTac", "MaThamChieu", "SoTien", "MaTienTe", "MaGiaoDich", "MaNganHang"),
    *("ThoiGianGD", "ThongTinGiaoDich"),
)
QUERY = ("LoaiBanTin", "PhienBan", "MaDoiTac", "MaThamChieu", "ThoiGianGD")
QUERY_ANSWERS = ((*CONFIRM, "TrangThaiGD"), CONFIRM)
"""How the answer to a QUERY is believed. Neither portal checks it, so that its order is not known: the fields of a
confirm, which it has, with or without the state. An answer that is signed in neither way changes nothing."""

OK, FAILED = "00", "99"
STATES = {"1": Outcome.PAID, "3": Outcome.PENDING, "4": Outcome.FAILED}

REPLIES = {
    Verdict.SETTLED: (OK, "Thành công"),
    Verdict.DUPLICATE: (OK, "Giao dịch đã được ghi nhận trước đó"),
    Verdict.BAD_SIGNATURE: (FAILED, "Mã xác thực không hợp lệ"),
    Verdict.MALFORMED: (FAILED, "Bản tin không hợp lệ"),
    Verdict.UNKNOWN_ORDER: (FAILED, "Không tìm thấy mã tham chiếu"),
    Verdict.WRONG_MERCHANT: (FAILED, "Mã đối tác không đúng"),
    Verdict.WRONG_AMOUNT: (FAILED, "Số tiền không đúng"),
    Verdict.FAULT: (FAILED, "Lỗi hệ thống, đề nghị gửi lại"),
}

_AMOUNT = re.compile(r"[0-9]{1,13}", re.ASCII)


@dataclass(frozen=True)
class Account:
    """Where the platform sends the money of an agency: bank code, number, holder."""

    bank: str
    number: str
    holder: str


@dataclass
class National:
    """One partner of the platform (`merchant` is MaDoiTac). The first secret signs; each is believed.

    `accounts` are by agency code, "" for all others. `token` is for a province's data exchange platform that stands
    between, and wants a bearer token.
    """

    merchant: str
    secrets: Sequence[str] = field(repr=False)
    init_url: str
    query_url: str
    accounts: Mapping[str, Account]
    digest: str = SHA256
    token: str = field(default="", repr=False)
    seconds: float = wire.READ_SECONDS
    name: str = "national"
    asks_every: float = 0.0
    refunds: bool = False
    least: int = 1
    most: int = 9_999_999_999_999

    def __post_init__(self) -> None:
        if not self.secrets or not all(self.secrets):
            raise ValueError("an empty secret signs for everybody")
        if self.digest not in (SHA256, HMAC_SHA256):
            raise ValueError(f"no digest is called {self.digest}")
        if "" not in self.accounts:
            raise ValueError("no account for the agencies that have none of their own")

    def start(self, order: Order) -> Started:
        """Ask the platform for a page to pay on. The payer comes back to the address that the platform knows of us.

        Raises Invalid for an amount that one order cannot have, UpstreamFailed when the platform gives no page.
        """
        check_amount(self, order.amount)
        fields = {
            "LoaiBanTin": "INIT",
            "PhienBan": VERSION,
            "MaDoiTac": self.merchant,
            "MaThamChieu": order.reference,
            "SoTien": str(order.amount),
            "LoaiHinhThanhToan": "PAY",
            "MaKenhThanhToan": "1",
            "MaThietBi": "1",
            "NgonNgu": "vi-VN",
            "MaTienTe": CURRENCY,
            "MaNganHang": "PAYMENT",
            "ThongTinGiaoDich": plain(order.info, LONGEST_INFO),
            "ThoiGianGD": stamp(order.created_at),
            "Ip": order.ip,
        }
        signed = {**fields, DIGEST: self._sign(self.secrets[0], fields, INIT)}
        try:
            answer = _opened(self._post(self.init_url, {**signed, "ThongTinBienLai": self._receipt(order)}))
        except wire.NoAnswer as none:
            raise UpstreamFailed("UpstreamFailed") from none
        page, ours = answer.get("UrlThanhToan"), answer.get("MaThamChieu", order.reference) == order.reference
        if answer.get("MaLoi") != OK or not ours or not leads_away(page):
            raise UpstreamFailed("UpstreamFailed")
        return Started(pay_url=str(page))

    def read_callback(self, message: Message) -> Evidence:
        """Raises BadCallback."""
        fields = _read(message)
        if not self._holds(fields, CONFIRM):
            raise BadCallback(Verdict.BAD_SIGNATURE, "signed with another secret, or changed, or not at all")
        missing = [name for name in ("MaDoiTac", "MaThamChieu", "MaLoi", "MaTienTe") if not fields.get(name)]
        at = read_stamp(fields.get("ThoiGianGD", ""))
        if missing or not _AMOUNT.fullmatch(fields.get("SoTien", "")) or at is None:
            raise BadCallback(
                Verdict.MALFORMED, f"missing or nonsensical: {', '.join(missing) or 'SoTien, ThoiGianGD'}"
            )
        outcome = Outcome.PAID if fields["MaLoi"] == OK else Outcome.FAILED
        return self._told(fields, Source.CALLBACK, outcome, at)

    def read_return(self, message: Message) -> Evidence | None:
        """Always None: the payer comes back with nothing that is signed."""
        return None

    def reply(self, verdict: Verdict, message: Message, now: datetime) -> Reply:
        """MaLoi 00 ends the calls. MaXacThuc is the received one, as both known portals do it, and only for a message
        whose digest held: nobody shall get a believed reply to a forged one."""
        code, text = REPLIES[verdict]
        try:
            fields = _read(message)
        except BadCallback:
            fields = {}
        believed = self._holds(fields, CONFIRM)
        answer = {
            "MaLoi": code,
            "MoTaLoi": text,
            "MaDoiTac": self.merchant,
            "MaThamChieu": fields.get("MaThamChieu", "") if believed else "",
            "ThoiGianGD": fields.get("ThoiGianGD", "") if believed else stamp(now),
            DIGEST: fields.get(DIGEST, "") if believed else "",
        }
        return Reply(200, json.dumps(answer, ensure_ascii=False))

    def ask(self, reference: str, ordered_at: datetime, now: datetime, ip: str) -> Evidence:
        """The payment of an order; UNKNOWN for every answer that is not signed or speaks of something else."""
        unknown = Evidence(self.name, Source.QUERY, reference, Outcome.UNKNOWN)
        fields = {
            "LoaiBanTin": "QUERY",
            "PhienBan": VERSION,
            "MaDoiTac": self.merchant,
            "MaThamChieu": reference,
            "ThoiGianGD": stamp(ordered_at),
        }
        signed = {**fields, DIGEST: self._sign(self.secrets[0], fields, QUERY)}
        try:
            answer = _texts(_opened(self._post(self.query_url, signed)))
        except wire.NoAnswer as none:
            return Evidence(self.name, Source.QUERY, reference, Outcome.UNKNOWN, code=none.why)
        if not any([self._holds(answer, names) for names in QUERY_ANSWERS]):
            return unknown
        ours = answer.get("MaDoiTac") == self.merchant and answer.get("MaThamChieu") == reference
        outcome = STATES.get(answer.get("TrangThaiGD", ""), Outcome.UNKNOWN)
        whole = _AMOUNT.fullmatch(answer.get("SoTien", "")) is not None or outcome is not Outcome.PAID
        if not ours or answer.get("MaLoi") != OK or not whole:
            return unknown
        return self._told(answer, Source.QUERY, outcome, read_stamp(answer.get("ThoiGianGD", "")))

    def refund(self, order: RefundOrder) -> RefundEvidence:
        return RefundEvidence(RefundOutcome.UNKNOWN)

    def ask_refund(self, order: RefundOrder) -> RefundEvidence:
        return RefundEvidence(RefundOutcome.UNKNOWN)

    def _told(self, fields: Fields, source: Source, outcome: Outcome, at: datetime | None) -> Evidence:
        amount = fields.get("SoTien", "")
        said = (fields.get("MaLoi", ""), fields.get("TrangThaiGD", ""))
        return Evidence(
            gateway=self.name,
            source=source,
            reference=fields["MaThamChieu"],
            outcome=outcome,
            amount=int(amount) if _AMOUNT.fullmatch(amount) else None,
            merchant=fields["MaDoiTac"],
            currency=fields.get("MaTienTe") or None,
            transaction=fields.get("MaGiaoDich") or None,
            code="/".join(each for each in said if each),
            at=at,
        )

    def _sign(self, secret: str, fields: Fields, names: Iterable[str]) -> str:
        text = "|".join(fields.get(name, "") for name in names)
        if self.digest == HMAC_SHA256:
            return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
        return hashlib.sha256(f"{text}|{secret}".encode()).hexdigest()

    def _holds(self, fields: Fields, names: Sequence[str]) -> bool:
        """Whether the digest is right; its letters may be large or small, which nothing known of the platform fixes.

        A | inside a field could move into the next one, and our own INIT, read that way, would be a confirm: such a
        message is not believed.
        """
        if any("|" in fields.get(name, "") for name in names):
            return False
        return matches(fields.get(DIGEST, "").lower(), (self._sign(secret, fields, names) for secret in self.secrets))

    def _post(self, url: str, fields: Mapping[str, Any]) -> wire.Json:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return wire.post_json(url, fields, headers, self.seconds).fields

    def _receipt(self, order: Order) -> dict[str, Any]:
        """What the platform prints on its own receipt; not signed."""
        account = self.accounts.get(order.agency[0]) or self.accounts[""]
        (code, procedure), (agency, agency_name), (payer, identity) = order.procedure, order.agency, order.payer
        procedure = procedure[:LONGEST_NAME]
        return {
            "MaDichVu": "2",  # fees of public services
            "MaDVC": code,
            "TenDVC": procedure,
            "MaTTHC": code,
            "TenTTHC": procedure,
            "MaDonVi": agency,
            "TenDonVi": agency_name[:LONGEST_NAME],
            "MaHoSo": order.dossier_code,
            "TKThuHuong": account.number,
            "MaNHThuHuong": account.bank,
            "TenTKThuHuong": account.holder,
            "NoiDungThanhToan": order.info,
            "HoTenNguoiNop": payer,
            "SoCMNDNguoiNop": identity,
            "DiaChiNguoiNop": "",
            "PhiLePhi": [_fee(fee) for fee in order.fees],
            "DSKhoanNop": [{"NoiDung": fee.name, "SoTien": str(fee.amount)} for fee in order.fees]
            or [{"NoiDung": order.info, "SoTien": str(order.amount)}],
        }


def _fee(fee: FeeLine) -> dict[str, str]:
    # The Law on Fees and Charges knows two kinds, and names them: phí (1), lệ phí (2).
    kind = "2" if fold(fee.name).startswith("le phi") else "1"
    return {"LoaiPhiLePhi": kind, "MaPhiLePhi": fee.code, "TenPhiLePhi": fee.name, "SoTien": str(fee.amount)}


def _read(message: Message) -> Fields:
    if message.method != "POST":
        raise BadCallback(Verdict.MALFORMED, "not a POST")
    try:
        fields = _texts(wire.read_object(message.body))
    except ValueError as error:
        raise BadCallback(Verdict.MALFORMED, f"no JSON object: {error}") from None
    if not fields:
        raise BadCallback(Verdict.MALFORMED, "no field of the platform")
    return fields


def _texts(answer: Mapping[str, Any]) -> Fields:
    """The fields as the texts that were signed; what is neither text nor whole number is as if it were absent."""
    found = {name: answer.get(name) for name in (*CONFIRM, "TrangThaiGD", DIGEST)}
    return {
        name: str(value)
        for name, value in found.items()
        if isinstance(value, str | int) and not isinstance(value, bool) and value != ""
    }


def _opened(answer: wire.Json) -> wire.Json:
    """The platform's own answer; a province's data exchange platform puts it, as text, into an envelope of its own."""
    inside = answer.get("message")
    if "MaLoi" in answer or not isinstance(inside, str) or str(answer.get("error_code")) != "0":
        return answer
    try:
        return wire.read_object(inside.encode())
    except ValueError as error:
        raise wire.NoAnswer("no json") from error
