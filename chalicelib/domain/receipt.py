"""An electronic receipt for fees: how it is numbered, what stands on it, and amounts in Vietnamese words.

Decree 123/2020/NĐ-CP, its chapter on receipts for fees and charges, and Circular 78/2021/TT-BTC, both amended since;
not checked against their present text, and an agency registers its symbols with the tax authority before it uses them:

    form symbol  01BLP0-001: kind 01 (no printed amount), BLP (receipt for fees), 0 copies (electronic), form 001
    series       BL-26E: two letters, the last two digits of the year in which it is issued, E for electronic
    serial       1, 2, 3 … without a gap from the first of January on, at most seven digits; one row per agency and year

The number is given when the receipt is made out, by the year of Vietnam then, so that serials and dates never run
against each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.clock import ZONE
from chalicelib.domain.document import Text
from chalicelib.domain.refund import Refund, RefundState, Rule
from chalicelib.values import dataclass

FORM_SYMBOL = "01BLP0-001"
MOST_PER_YEAR = 9_999_999
_SERIES = re.compile(r"BL-[0-9]{2}E", re.ASCII)

FORM: Mapping[str, str] = {  # the words of the form, which the law wants in Vietnamese
    "title": "BIÊN LAI THU PHÍ, LỆ PHÍ",
    "electronic": "(Biên lai điện tử)",
    "date": "Ngày {day:02d} tháng {month:02d} năm {year}",
    "form": "Mẫu số",
    "series": "Ký hiệu",
    "serial": "Số",
    "collector": "Đơn vị thu",
    "address": "Địa chỉ",
    "tax_code": "Mã số thuế",
    "payer": "Người nộp tiền",
    "person": "Số định danh cá nhân",
    "organisation": "Mã số thuế",
    "content": "Nội dung",
    "paid_for": "Phí, lệ phí của hồ sơ {code}, thủ tục {procedure}",
    "means": "Hình thức nộp",
    "number": "STT",
    "fee": "Tên khoản phí, lệ phí",
    "amount": "Số tiền (đồng)",
    "total": "Tổng cộng",
    "words": "Số tiền bằng chữ",
    "parts": "Đã nộp {count} lần",
    "part": "{at} – {means}: {amount} đồng",
    "paid_at": "Thời điểm nộp",
    "officer": "Người thu tiền",
    "online": "Thu trực tuyến",
    "check": "Kiểm tra biên lai: quét mã QR, hoặc vào {page} và nhập",
    "agency": "Mã đơn vị thu",
    "secret": "Mã kiểm tra",
    "qr": "Mã QR mở trang kiểm tra biên lai này",
    "kept": "Biên lai điện tử được đánh số liên tục và lưu trên Cổng dịch vụ công trực tuyến.",
}


def series_of(now: datetime) -> str:
    """The series of receipts made out at `now`: that of the year of Vietnam."""
    return f"BL-{now.astimezone(ZONE).year % 100:02d}E"


def is_series(text: str) -> bool:
    return _SERIES.fullmatch(text) is not None


def number_of(series: str, serial: int) -> str:
    """As it is written everywhere: BL-26E/0000001."""
    return f"{series}/{serial:07d}"


def parse_number(number: str) -> tuple[str, int]:
    """Series and serial of a number that `number_of` has written."""
    series, _, serial = number.partition("/")
    return series, int(serial)


@dataclass(frozen=True)
class Issuer:
    """The agency as it was named on the day: `above` is the one over it, `tax_code` "" when it has published none."""

    code: str
    name: str
    above: str
    address: str
    tax_code: str


@dataclass(frozen=True)
class Payer:
    """`kind` person or organisation, which says what `identity` is; `address` "" when the form did not ask for it."""

    name: str
    kind: str
    identity: str
    address: str


@dataclass(frozen=True)
class Line:
    """One fee, `amount` in đồng."""

    code: str
    name: Text
    amount: int


@dataclass(frozen=True)
class Part:
    """One payment's part of the fees, in đồng; `via` as in `money.Payment`."""

    payment: str
    via: str
    amount: int
    at: datetime


@dataclass(frozen=True)
class File:
    """Where its PDF is kept."""

    key: str
    version: str
    sha256: str


@dataclass(frozen=True)
class Receipt:
    """Fees of one moment of a dossier, paid in full. Nothing of it ever changes but that its file comes.

    `parts` are the payments, the last of which completed the sum and carries the number; `officer` took it at the
    counter, "" when no one did; `secret` is what whoever checks it must know besides the number.
    """

    issuer: Issuer
    series: str
    serial: int
    dossier: str
    code: str
    procedure: Text
    procedure_code: str
    payer: Payer
    lines: tuple[Line, ...]
    parts: tuple[Part, ...]
    officer: str
    issued_at: datetime
    secret: str
    file: File | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.serial <= MOST_PER_YEAR:
            raise ValueError("a serial has one to seven digits")
        if not self.lines or self.amount != sum(part.amount for part in self.parts):
            raise ValueError("the payments are not what the fees come to")

    @property
    def number(self) -> str:
        return number_of(self.series, self.serial)

    @property
    def amount(self) -> int:
        return sum(line.amount for line in self.lines)

    @property
    def payment(self) -> str:
        """The payment that completed the sum."""
        return self.parts[-1].payment

    @property
    def fragment(self) -> str:
        """What follows the # in the address of the public check."""
        return f"{self.issuer.code}/{self.number}/{self.secret}"


class Standing(StrEnum):
    """What has become of the money."""

    ISSUED = "issued"
    PARTLY_REFUNDED = "partly_refunded"
    REFUNDED = "refunded"


# Money that was never a fee: it went back, or will, beside what the receipt is for.
_BESIDE = frozenset({Rule.LATE, Rule.TWICE, Rule.OVERPAID})


def returns(receipt: Receipt, refunds: Iterable[Refund]) -> tuple[int, int]:
    """Of the receipt's fees, in đồng: what was paid back, and what is still on its way back."""
    mine = {part.payment for part in receipt.parts}
    of_fees = [refund for refund in refunds if refund.payment in mine and refund.rule not in _BESIDE]
    back = sum(refund.amount for refund in of_fees if refund.state is RefundState.DONE)
    return back, sum(refund.amount for refund in of_fees) - back


def standing(receipt: Receipt, returned: int) -> Standing:
    if returned >= receipt.amount:
        return Standing.REFUNDED
    return Standing.PARTLY_REFUNDED if returned else Standing.ISSUED


def gaps(serials: Iterable[int], last: int) -> list[tuple[int, int]]:
    """The runs (first, last) that are missing between 1 and `last`, or the highest there is when that is more."""
    missing, expected = [], 1
    for serial in sorted(set(serials)):
        if serial > expected:
            missing.append((expected, serial - 1))
        expected = serial + 1
    if expected <= last:
        missing.append((expected, last))
    return missing


_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_BILLION = 1_000_000_000


def in_words(amount: int) -> str:
    """An amount of đồng as a receipt says it: 1250004 is "Một triệu hai trăm năm mươi nghìn không trăm linh tư đồng".

    As schools and agencies of the north read: linh, nghìn, tỷ; mốt, tư, lăm after mươi, tư also after linh. Groups of
    nought are passed over, and after a higher group hundreds of nought are said. Raises ValueError below nought.
    """
    if amount < 0:
        raise ValueError("an amount is not negative")
    words = _read(amount, False) if amount else _DIGITS[0]
    return f"{words[0].upper()}{words[1:]} đồng"


def _read(number: int, after_more: bool) -> str:
    """A number above nought; `after_more` when something higher was said before it."""
    billions, rest = divmod(number, _BILLION)
    said = []
    if billions:
        said.append(f"{_read(billions, after_more)} tỷ")
    for name, size in (("triệu", 1_000_000), ("nghìn", 1000), ("", 1)):
        group, rest = divmod(rest, size)
        if group:
            said.append(f"{_group(group, after_more or bool(said))} {name}".rstrip())
    return " ".join(said)


def _group(group: int, after_more: bool) -> str:
    """1 to 999, with its hundreds when they are there or something higher was said."""
    hundreds, tens, ones = group // 100, group // 10 % 10, group % 10
    said = [_DIGITS[hundreds], "trăm"] if hundreds or after_more else []
    if tens == 0 and ones:
        said += ["linh", "tư" if ones == 4 else _DIGITS[ones]] if said else [_DIGITS[ones]]
    elif tens:
        said += ["mười"] if tens == 1 else [_DIGITS[tens], "mươi"]
        if ones:
            special = {5: "lăm"} if tens == 1 else {1: "mốt", 4: "tư", 5: "lăm"}
            said.append(special.get(ones, _DIGITS[ones]))
    return " ".join(said)
