"""The PDF of a receipt: what stands on it, that eyes, screen readers and cameras can read it, that it never differs."""

from __future__ import annotations

import io
import unicodedata
from datetime import UTC, datetime
from typing import Any, Literal

import pytest
import segno
from pypdf import PageObject, PdfReader
from pypdf.generic import ContentStream

from chalicelib.domain.document import Text
from chalicelib.domain.receipt import FORM, Issuer, Line, Part, Payer, Receipt
from chalicelib.services.receipt_paper import document

pytestmark = pytest.mark.clause("C6")
ORIGIN = "https://dichvucong.example.invalid"
MORNING = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)  # 9:15 in Vietnam


def receipt(**changes: Any) -> Receipt:
    whole: dict[str, Any] = {
        "issuer": Issuer("H34.05", "Sở Tư pháp", "Ủy ban nhân dân tỉnh", "Số 1 đường Thử", "6100000000"),
        "series": "BL-26E",
        "serial": 123,
        "dossier": "d",
        "code": "H34.05-261123-0001",
        "procedure": Text("Cấp bản sao trích lục hộ tịch", "Copy"),
        "procedure_code": "2.000635",
        "payer": Payer("Nguyễn Thị Thử", "person", "062190000123", "Thôn Thử Nghiệm, xã Ví Dụ"),
        "lines": (
            Line("copy", Text("Phí cấp bản sao", "Copy fee"), 24_000),
            Line("seal", Text("Lệ phí thẩm định", "Duty"), 1_250_000),
        ),
        "parts": (Part("p2", "cash", 1_274_000, MORNING),),
        "officer": "Thu Văn Phí",
        "issued_at": MORNING,
        "secret": "0123456789abcdef0123456789abcdef",
    }
    return Receipt(**{**whole, **changes})


def pages(content: bytes) -> list[PageObject]:
    return list(PdfReader(io.BytesIO(content)).pages)


def text(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in pages(content)).split())


def test_everything_that_the_form_asks_for_is_on_it() -> None:
    said = text(document(receipt(), ORIGIN))
    for part in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "ỦY BAN NHÂN DÂN TỈNH",
        "SỞ TƯ PHÁP",
        "BIÊN LAI THU PHÍ, LỆ PHÍ",
        "Ngày 23 tháng 11 năm 2026",
        "Mẫu số: 01BLP0-001",
        "Ký hiệu: BL-26E",
        "Số: 0000123",
        "Mã số thuế: 6100000000",
        "Người nộp tiền: Nguyễn Thị Thử",
        "Số định danh cá nhân: 062190000123",
        "Địa chỉ: Thôn Thử Nghiệm, xã Ví Dụ",
        "hồ sơ H34.05-261123-0001, thủ tục Cấp bản sao trích lục hộ tịch (2.000635)",
        "Phí cấp bản sao",
        "24.000",
        "Lệ phí thẩm định",
        "1.250.000",
        "1.274.000",
        "Số tiền bằng chữ: Một triệu hai trăm bảy mươi tư nghìn đồng.",
        "Hình thức nộp: Tiền mặt tại quầy",
        "Thời điểm nộp: 09:15, 23/11/2026",
        "Người thu tiền Thu Văn Phí",
        f"{ORIGIN}/bien-lai",
        "Mã kiểm tra: 0123 4567 89ab cdef 0123 4567 89ab cdef",
    ):
        assert part in said, (part, said)
    assert len(pages(document(receipt(), ORIGIN))) == 1


def test_an_organisation_that_paid_online_in_two_payments() -> None:
    company = Payer("Công ty TNHH Ví Dụ Không Có Thật", "organisation", "9900000016", "")
    parts = (Part("p1", "vietqr", 200_000, MORNING), Part("p2", "vnpay", 1_074_000, MORNING))
    said = text(document(receipt(payer=company, parts=parts, officer=""), ORIGIN))
    assert "Người nộp tiền: Công ty TNHH Ví Dụ Không Có Thật Mã số thuế: 9900000016" in said
    assert "Đã nộp 2 lần: 09:15, 23/11/2026 – Chuyển khoản, quét mã VietQR: 200.000 đồng" in said
    assert "09:15, 23/11/2026 – VNPay: 1.074.000 đồng" in said
    assert "Thu trực tuyến VNPay" in said and "Người thu tiền" not in said


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("name", ["Y Ƀăr Ŏ̆ Niê", "H'Lơ̆ Čil Ñŭ Ĭ Ĕban", "ẰẲẴẶ ỀỂỄỆ ỒỔỖỘ ỜỞỠỢ ỪỬỮỰ ỲỶỸỴ Đđ"])
def test_every_letter_of_the_provinces_names_is_drawn(
    name: str, form: Literal["NFC", "NFD"], caplog: pytest.LogCaptureFixture
) -> None:
    """Bahnar, Jrai and Xơ Đăng names have letters that Vietnamese has not; the font says when it lacks one."""
    payer = Payer(unicodedata.normalize(form, name), "person", "062190000123", "")
    assert unicodedata.normalize("NFC", name) in text(document(receipt(payer=payer), ORIGIN))
    assert "missing" not in caplog.text


def test_the_qr_code_leads_to_the_public_check() -> None:
    (page,) = pages(document(receipt(), ORIGIN))
    link = f"{ORIGIN}/bien-lai#H34.05/BL-26E/0000123/0123456789abcdef0123456789abcdef"
    wanted = [[bool(module) for module in row] for row in segno.make_qr(link, error="m").matrix]
    assert _drawn(page) == wanted


def _drawn(page: PageObject) -> list[list[bool]]:
    """The squares on the page, put back into the rows that they were drawn from."""
    stream = ContentStream(page["/Contents"].get_object(), page.pdf)
    squares = [[float(n) for n in operands] for operands, operator in stream.operations if operator == b"re"]
    size = squares[0][2]
    left, top = min(x for x, *_ in squares), max(y for _, y, *_ in squares)
    places = {(round((top - y) / size), round((x - left) / size)) for x, y, *_ in squares}
    assert len(places) == len(squares)
    side = 1 + max(row for row, _ in places)
    assert size * 25.4 / 72 > 0.5  # millimetres: a telephone reads it off paper
    return [[(row, column) in places for column in range(side)] for row in range(side)]


def test_the_fonts_are_embedded_as_what_is_used_of_them() -> None:
    content = document(receipt(), ORIGIN)
    (page,) = pages(content)
    resources: Any = page["/Resources"]
    fonts = [font.get_object() for font in resources["/Font"].values()]
    names = {str(font["/BaseFont"]) for font in fonts}
    assert len(names) == 2 and all("+FiraSans" in name for name in names)
    for font in fonts:
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert "/FontFile2" in descriptor and "/ToUnicode" in font
    assert len(content) < 60_000


def test_it_can_be_listened_to() -> None:
    reader = PdfReader(io.BytesIO(document(receipt(), ORIGIN)))
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == "vi" and root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None and reader.metadata.title == f"{FORM['title']} BL-26E/0000123"
    (whole,) = root["/StructTreeRoot"]["/K"]
    kinds = [str(element.get_object()["/S"]) for element in whole.get_object()["/K"]]
    assert kinds.count("/H1") == 1 and kinds.count("/Figure") == 1 and set(kinds) == {"/P", "/H1", "/Figure"}
    (figure,) = (e.get_object() for e in whole.get_object()["/K"] if e.get_object()["/S"] == "/Figure")
    assert figure["/Alt"] == FORM["qr"]


def test_a_receipt_made_again_is_the_same_to_the_byte() -> None:
    assert document(receipt(), ORIGIN) == document(receipt(), ORIGIN)
    assert document(receipt(), ORIGIN) != document(receipt(serial=124), ORIGIN)


def test_many_fees_and_long_names_go_on_over_the_page() -> None:
    lines = tuple(
        Line(f"f{n}", Text(f"Khoản thứ {n}: phí thẩm định theo quy định, áp dụng khi nộp hồ sơ trực tuyến", "x"), 1000)
        for n in range(1, 41)
    )
    content = document(receipt(lines=lines, parts=(Part("p", "cash", 40_000, MORNING),)), ORIGIN)
    said = text(content)
    assert len(pages(content)) > 1
    assert all(f"Khoản thứ {n}:" in said for n in range(1, 41))
    assert "Bốn mươi nghìn đồng." in said and said.count("Mã kiểm tra") == 1
