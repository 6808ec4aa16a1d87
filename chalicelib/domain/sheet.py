"""The forms of Circular 01/2018/TT-VPCP (01–06) and the notice of a stop of Circular 03/2025/TT-VPCP: which one belongs
to which event, how it is numbered, and of what parts a sheet is made.

    01  Giấy tiếp nhận hồ sơ và hẹn trả kết quả          the clock starts: accepted, the fee at acceptance paid
    02  Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ           a supplement is asked for
    03  Phiếu từ chối tiếp nhận giải quyết hồ sơ          refused, or what was asked for never came
    04  Phiếu xin lỗi và hẹn lại ngày trả kết quả         a new date for the result
    05  Phiếu kiểm soát quá trình giải quyết hồ sơ        the work is over (and at any time for the agency itself)
    06  Sổ theo dõi hồ sơ                                 of an agency and a period, when it is asked for
    07  Thông báo dừng giải quyết hồ sơ                   stopped (number 05 in TT 03/2025, which moves 05 and 06 on)

Of the portal's own making, for no circular has them: the applicant's request to take a dossier back with the agency's
confirmation, and the answer to a complaint. Beside them the filled form as it was filed, and the cover sheet of papers
that come by post (Decision 08/2018/QĐ-UBND of Kon Tum, level 4). Not checked against the circulars' printed annexes:
the fields are those that public templates of provinces have.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.life import OVER, Action, State
from chalicelib.values import dataclass

NATION = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
"""The head of the state, as the forms of the law write it."""
WORDS = {
    "desk": "BỘ PHẬN TIẾP NHẬN VÀ TRẢ KẾT QUẢ",
    "sign": "(Ký và ghi rõ họ tên)",
    "page": "Trang {page}/{pages}",
    "number": "Số: {number}",
    "date": "{place}, ngày {day:%d} tháng {day:%m} năm {day:%Y}",
    "code": "Mã hồ sơ: {code}",
    "qr": "Mã QR mở trang tra cứu hồ sơ {code}",
    "barcode": "Mã vạch Code 128 của hồ sơ {code}",
    "result_sign": "(Văn bản được ký số)",
    "result_code": "Mã kết quả: {code}",
    "result_qr": "Mã QR mở trang kiểm tra kết quả {code}",
}
"""What stands on every sheet; on a result, what begins with "result_" in its place."""


class Form(StrEnum):
    """The value stands in addresses and keys."""

    RECEIPT = "01"
    SUPPLEMENT = "02"
    REFUSAL = "03"
    APOLOGY = "04"
    CONTROL = "05"
    REGISTER = "06"
    STOP = "07"
    WITHDRAWAL = "withdrawal"
    ANSWER = "answer"
    FILED = "form"
    COVER = "cover"


TITLES = {
    Form.RECEIPT: "Giấy tiếp nhận hồ sơ và hẹn trả kết quả",
    Form.SUPPLEMENT: "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ",
    Form.REFUSAL: "Phiếu từ chối tiếp nhận giải quyết hồ sơ",
    Form.APOLOGY: "Phiếu xin lỗi và hẹn lại ngày trả kết quả",
    Form.CONTROL: "Phiếu kiểm soát quá trình giải quyết hồ sơ",
    Form.REGISTER: "Sổ theo dõi hồ sơ",
    Form.STOP: "Thông báo dừng giải quyết hồ sơ",
    Form.WITHDRAWAL: "Phiếu đề nghị và xác nhận rút hồ sơ",
    Form.ANSWER: "Văn bản trả lời khiếu nại, phản ánh",
    Form.FILED: "Tờ khai điện tử",
    Form.COVER: "Phiếu gửi hồ sơ qua dịch vụ bưu chính",
}
# The circular leaves the number to the agency: the dossier's code, what kind of sheet, the how-manieth of that kind.
_SYMBOLS = {
    Form.RECEIPT: "TNHS",
    Form.SUPPLEMENT: "BSHS",
    Form.REFUSAL: "TCHS",
    Form.APOLOGY: "XLHS",
    Form.CONTROL: "KSHS",
    Form.STOP: "DGQ",
    Form.WITHDRAWAL: "RHS",
    Form.ANSWER: "TLKN",
}
INTERNAL = frozenset({Form.CONTROL, Form.REGISTER})
"""For the agency's own eyes."""
GIVEN = frozenset(Form) - INTERNAL - {Form.FILED}
"""What the applicant is told about: given by the agency, or to be printed."""


def forms_of(action: str, before: str, after: str) -> tuple[Form, ...]:
    """The forms that an event brings, in the order in which they are shown."""
    found: list[Form] = []
    moved = before != after
    if action in (Action.SUBMIT, Action.SUPPLEMENT):
        found.append(Form.FILED)
    if after == State.PARCEL_EXPECTED and moved:
        found.append(Form.COVER)
    if after == State.RECEIVED and moved:
        found.append(Form.RECEIPT)
    if action == Action.REQUEST_SUPPLEMENT:
        found.append(Form.SUPPLEMENT)
    if action == Action.REAPPOINT:
        found.append(Form.APOLOGY)
    if after == State.NOT_RECEIVED and moved:
        found.append(Form.REFUSAL)
    if after == State.STOPPED and moved:
        found.append(Form.STOP)
    if after == State.WITHDRAWN and moved:
        found.append(Form.WITHDRAWAL)
    if action in (Action.ANSWER_COMPLAINT, Action.REOPEN):
        found.append(Form.ANSWER)
    if after in (State.DELIVERED, State.STOPPED) and before not in OVER:
        found.append(Form.CONTROL)
    return tuple(found)


def number_of(form: Form, code: str, which: int) -> str:
    """As it stands on the sheet: H34.05-261123-0001/BSHS-2; "" for what has no number of its own."""
    symbol = _SYMBOLS.get(form)
    return f"{code}/{symbol}-{which}" if symbol else ""


@dataclass(frozen=True)
class Line:
    """`label: value`; a value of "" is left to be filled in by hand, and `strong` ones are set bold."""

    label: str
    value: str
    strong: bool = False


@dataclass(frozen=True)
class Heading:
    text: str


@dataclass(frozen=True)
class Note:
    """A paragraph; `size` is of the letters in points."""

    text: str
    size: float = 9.5


@dataclass(frozen=True)
class Table:
    """`widths` are shares of the page's width, `size` is of the letters in points; rows have a cell for each head."""

    heads: tuple[str, ...]
    widths: tuple[float, ...]
    rows: tuple[tuple[str, ...], ...]
    size: float = 9.5

    def __post_init__(self) -> None:
        if any(len(row) != len(self.heads) for row in (self.widths, *self.rows)):
            raise ValueError("a row has as many cells as there are heads")


Block = Line | Heading | Note | Table


@dataclass(frozen=True)
class Signer:
    """Who signs below, from left to right; `name` "" where it is not known."""

    role: str
    name: str


@dataclass(frozen=True)
class Letterhead:
    """The agency as it is named: `above` is the one over it, `place` where it sits (for the date), or ""."""

    name: str
    above: str
    place: str
    desk: bool = True


@dataclass(frozen=True)
class Sheet:
    """One sheet in full: the same sheet always makes the same bytes. `link` is behind the QR code, "" for none.

    What is none of the forms is `named`: the result that a procedure ends with, signed digitally and checked by `link`.
    """

    form: Form | None
    code: str
    number: str
    head: Letterhead
    at: datetime
    blocks: tuple[Block, ...]
    signers: tuple[Signer, ...]
    link: str = ""
    subtitle: str = ""
    barcode: bool = False
    landscape: bool = False
    named: str = ""

    @property
    def title(self) -> str:
        return self.named if self.form is None else TITLES[self.form]

    def word(self, key: str) -> str:
        """What stands on this sheet, of WORDS."""
        return WORDS.get(f"result_{key}", WORDS[key]) if self.form is None else WORDS[key]


@dataclass(frozen=True)
class Issued:
    """A sheet that was made: of which event (0: a draft), where its PDF is kept, and what its bytes are.

    A signed file that was made of it begins with exactly these `size` bytes, whose SHA-256 this is (hexadecimal).
    `revision` is the version of the draft that it was made of, 0 otherwise; `papers` the fingerprint of the papers that
    such a form lists (domain/check.py).
    """

    event: int
    form: Form
    key: str
    version: str
    sha256: str
    size: int
    revision: int = 0
    papers: str = ""


def begins_with(content: bytes, issued_size: int, issued_sha256: str) -> bool:
    """Whether `content` (a signed file) begins with exactly the bytes that were issued."""
    return len(content) >= issued_size and hashlib.sha256(content[:issued_size]).hexdigest() == issued_sha256


def made_by(events: Sequence[tuple[str, str, str]]) -> tuple[tuple[int, Form], ...]:
    """The sheets that a life of (action, before, after) brings, by the number of the event, from 1."""
    return tuple((number, form) for number, event in enumerate(events, 1) for form in forms_of(*event))
