"""The PDFs of forms: what stands on each, that nothing is lost on the way to paper, that they never differ."""

from __future__ import annotations

import hashlib
import io
import json
import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from pypdf.generic import ContentStream

from chalicelib.domain import sheet_register
from chalicelib.domain.agency import Agency
from chalicelib.domain.document import Text
from chalicelib.domain.dossier import Dossier, Fee
from chalicelib.domain.event import Event
from chalicelib.domain.life import State
from chalicelib.domain.paper import Paper, Provenance, Status, Stored
from chalicelib.domain.procedure import Procedure
from chalicelib.domain.sheet import Form, Heading, Line, Note, Sheet, Signer, Table, begins_with
from chalicelib.domain.sheet_facts import Facts, letterhead
from chalicelib.domain.sheet_forms import sheet
from chalicelib.services.sheet_paper import document
from tests.domain.test_code128 import decoded

pytestmark = pytest.mark.clause("C4")
ROOT = Path(__file__).parents[2]
ORIGIN = "https://dichvucong.example.invalid"
CODE = "H34.05-261123-0001"
PROCEDURE = Procedure.from_json(json.loads((ROOT / "infra/seed/procedures/1.000656.json").read_text("utf-8")))
IDENTITY = PROCEDURE.papers[0].code
AGENCY = Agency(
    "H34.05", Text("Sở Tư pháp", ""), "department", "H34", "active", None, None,
    Text("Số 1 đường Thử, tỉnh Kon Tum", ""), "0260 000 0005", "x@example.invalid", (),
)  # fmt: skip
MORNING = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)  # 9:15 in Vietnam
DOSSIER = Dossier(
    id="d" * 20, owner="o", agency="H34.05", procedure_code=PROCEDURE.code, procedure_version=1,
    procedure_name=PROCEDURE.name.vi, level=4, state=State.STOPPED, created_at=MORNING, code=CODE,
    applicant={
        "name": "Nguyễn Thị Thử", "kind": "person", "identity": "062190000123", "phone": "+84912345678",
        "email": "thu@example.invalid",
    },
    answers={
        "applicant_address": "Thôn Thử Nghiệm, xã Ví Dụ", "relation": "spouse", "death_date": "2026-11-01",
        "death_place": "Xã Ví Dụ", "death_proof": "notice",
    },
    submitted_at=MORNING, received_at=datetime(2026, 11, 26, 2, 15, tzinfo=UTC),
    due_at=datetime(2026, 11, 28, 9, tzinfo=UTC),
    fees=(Fee(PROCEDURE.fees[0].code if PROCEDURE.fees else "x", 8000, "result", True),),
)  # fmt: skip


def event(number: int, action: str, before: str, after: str, role: str = "reception", /, **detail: Any) -> Event:
    names = {"applicant": "Nguyễn Thị Thử", "reception": "Trần Tiếp Nhận", "appraiser": "Lê Thẩm Định"}
    actor = {"id": role, "name": names.get(role, "Phạm Phê Duyệt"), "role": role}
    return Event(str(number), number, action, before, after, f"2026-11-{22 + number}T02:15:00.000Z", actor, detail, "")


EVENTS = (
    event(1, "submit", "draft", "parcel_expected", "applicant", papers={IDENTITY: {"id": "p1", "sha256": "ab" * 32}},
          reply_due_at="2026-11-24T02:00:00.000Z"),
    event(2, "request_supplement", "submitted", "intake_supplement", papers={IDENTITY: "Ảnh bị mờ."},
          fields={"death_place": "Ghi rõ địa danh."}, note="Vui lòng bổ sung.", due_at="2026-11-30T02:00:00.000Z",
          asked_by="Trần Tiếp Nhận"),
    event(3, "supplement", "intake_supplement", "submitted", "applicant", before={"death_place": "Ở nhà"},
          after={"death_place": "Xã Ví Dụ"}, papers={IDENTITY: {"id": "p2", "sha256": "cd" * 32}},
          reply_due_at="2026-11-28T02:00:00.000Z"),
    event(4, "receive", "submitted", "received", due_at="2026-11-28T09:00:00.000Z"),
    event(5, "claim", "received", "appraisal", "appraiser"),
    event(6, "reappoint", "appraisal", "appraisal", "approver", reason="Cần lấy thêm ý kiến.",
          due_at="2026-12-05T09:00:00.000Z"),
    event(7, "stop", "appraisal", "stopped", "approver", reason="Đương sự đã có giấy tờ này."),
    event(8, "refuse", "submitted", "not_received", reason="Không thuộc thẩm quyền."),
)  # fmt: skip
PAPER = Paper(
    "d", "p2", IDENTITY, Provenance.SCAN, 4, MORNING, status=Status.VERIFIED,
    stored=Stored("k", "v", "cd" * 32, 9, 3),
)  # fmt: skip
FACTS = Facts(DOSSIER, PROCEDURE, AGENCY, "Ủy ban nhân dân tỉnh Kon Tum", EVENTS, (PAPER,), ORIGIN)
OWNER = ("Nguyễn Thị Thử", "Số định danh cá nhân: 062190000123", "Địa chỉ: Thôn Thử Nghiệm, xã Ví Dụ",
         "Số điện thoại: 0912345678", "Thư điện tử: thu@example.invalid")  # fmt: skip
MATTER = f"Nội dung yêu cầu giải quyết: {PROCEDURE.name.vi} ({PROCEDURE.code})"
HEAD = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "ỦY BAN NHÂN DÂN TỈNH KON TUM",
        "SỞ TƯ PHÁP", f"Mã hồ sơ: {CODE}", "Trang 1/1")  # fmt: skip
DESK = "BỘ PHẬN TIẾP NHẬN VÀ TRẢ KẾT QUẢ"
# domain.md §3: all that each form must say, by the event that brings it.
WANTED: dict[Form, tuple[int, tuple[str, ...]]] = {
    Form.RECEIPT: (4, (
        DESK, f"Số: {CODE}/TNHS-1", "Kon Tum, ngày 26 tháng 11 năm 2026", "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
        "Tiếp nhận hồ sơ của: Nguyễn Thị Thử", "Chủ hồ sơ: Nguyễn Thị Thử", *OWNER, MATTER,
        "TT Tên giấy tờ Hình thức Bản chính Bản sao Số trang", f"1 {PROCEDURE.papers[0].name.vi}",
        "Bản quét từ bản chính 1 0 3", "Số lượng hồ sơ: 01 bộ, nộp trực tuyến",
        "Thời gian giải quyết theo quy định: 01 ngày làm việc", "Thời gian nhận hồ sơ: 09 giờ 15 phút, ngày 26/11/2026",
        "Thời gian trả kết quả: 16 giờ 00 phút, ngày 28/11/2026",
        "Hình thức, địa điểm nhận kết quả: Tại Sở Tư pháp, Số 1 đường Thử, tỉnh Kon Tum", "8.000 đồng",
        f"{ORIGIN}/tra-cuu", "Điện thoại liên hệ: 0260 000 0005", "NGƯỜI NỘP HỒ SƠ", "NGƯỜI TIẾP NHẬN HỒ SƠ",
        "Trần Tiếp Nhận")),
    Form.SUPPLEMENT: (2, (
        DESK, f"Số: {CODE}/BSHS-1", "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ", "Hồ sơ của: Nguyễn Thị Thử", *OWNER,
        MATTER, f"1 {PROCEDURE.papers[0].name.vi}", "Ảnh bị mờ.", "2 Mục khai: Nơi chết Ghi rõ địa danh.",
        "Hướng dẫn thêm: Vui lòng bổ sung.", "Bổ sung trước: 09 giờ 00 phút, ngày 30/11/2026",
        "liên hệ với Trần Tiếp Nhận, điện thoại 0260 000 0005", "NGƯỜI HƯỚNG DẪN")),
    Form.REFUSAL: (8, (
        f"Số: {CODE}/TCHS-1", "PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT HỒ SƠ", "Tiếp nhận hồ sơ của: Nguyễn Thị Thử",
        *OWNER, MATTER, "Lý do từ chối: Không thuộc thẩm quyền.", "NGƯỜI NỘP HỒ SƠ", "NGƯỜI TIẾP NHẬN HỒ SƠ")),
    Form.APOLOGY: (6, (
        f"Số: {CODE}/XLHS-1", "PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ", "Kính gửi: Nguyễn Thị Thử", *OWNER, MATTER,
        f"Lĩnh vực: {PROCEDURE.field.name.vi}", "Tiếp nhận lúc: 09 giờ 15 phút, ngày 26/11/2026",
        "Thời gian hẹn trả kết quả: 16 giờ 00 phút, ngày 28/11/2026", "chưa giải quyết xong: Cần lấy thêm ý kiến.",
        "chân thành xin lỗi", "Hẹn trả kết quả vào: 16 giờ 00 phút, ngày 05/12/2026", "THỦ TRƯỞNG CƠ QUAN",
        "Phạm Phê Duyệt")),
    Form.CONTROL: (7, (
        f"Số: {CODE}/KSHS-1", "PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ", "Chủ hồ sơ: Nguyễn Thị Thử", MATTER,
        "giải quyết: Sở Tư pháp", "phối hợp giải quyết: Không", "Tiếp nhận lúc: 09 giờ 15 phút, ngày 26/11/2026",
        "Hẹn trả kết quả lúc: 16 giờ 00 phút, ngày 28/11/2026", "Bên giao Bên nhận", "Ký giao, nhận",
        "09:15 24/11/2026", "Quá hạn", "Trước hạn", "Lê Thẩm Định", "Đương sự đã có giấy tờ này.")),
    Form.STOP: (7, (
        f"Số: {CODE}/DGQ-1", "THÔNG BÁO DỪNG GIẢI QUYẾT HỒ SƠ", "Kính gửi: Nguyễn Thị Thử", *OWNER, MATTER,
        "Dừng giải quyết lúc: 09 giờ 15 phút, ngày 29/11/2026",
        "Lý do dừng giải quyết: Đương sự đã có giấy tờ này.", "THỦ TRƯỞNG CƠ QUAN", "Phạm Phê Duyệt")),
    Form.FILED: (1, (
        "TỜ KHAI ĐIỆN TỬ", "Kính gửi: Sở Tư pháp", "Quan hệ với người chết: Vợ hoặc chồng", "Ngày chết: 01/11/2026",
        "Nơi chết: Ở nhà", "abababababababab abababababababab", "Tôi cam đoan", "NGƯỜI NỘP HỒ SƠ")),
    Form.COVER: (1, (
        "PHIẾU GỬI HỒ SƠ QUA DỊCH VỤ BƯU CHÍNH", "Nơi nhận: Bộ phận Tiếp nhận và Trả kết quả, Sở Tư pháp",
        "Địa chỉ: Số 1 đường Thử, tỉnh Kon Tum", "Người gửi: Nguyễn Thị Thử", f"1 {PROCEDURE.papers[0].name.vi}",
        f"2 {PROCEDURE.papers[1].name.vi}")),
}  # fmt: skip
ALL = [(form, number) for form, (number, _) in WANTED.items()]


def text(content: bytes) -> str:
    pages = PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@pytest.mark.parametrize("form", WANTED, ids=lambda form: form.value)
def test_everything_that_the_form_asks_for_is_on_it(form: Form) -> None:
    number, wanted = WANTED[form]
    said = text(document(sheet(form, FACTS, number)))
    assert [part for part in (*HEAD, *wanted) if part not in said] == [], said


def test_the_form_after_a_supplement_says_what_was_supplied() -> None:
    said = text(document(sheet(Form.FILED, FACTS, 3)))
    assert "Nơi chết: Xã Ví Dụ" in said and "Ở nhà" not in said
    assert "cdcdcdcdcdcdcdcd" in said and "abababab" not in said


def test_a_draft_has_its_id_in_place_of_the_code() -> None:
    content = document(sheet(Form.FILED, replace(FACTS, dossier=replace(DOSSIER, code=None, version=7), events=()), 0))
    said = text(content)
    assert f"Hồ sơ nháp {'d' * 20}, bản lưu thứ 7" in said and "Mã hồ sơ:" not in said
    assert "cdcdcdcdcdcdcdcd" in said
    assert begins_with(content + b"signed", len(content), hashlib.sha256(content).hexdigest())
    assert not begins_with(content[:-1] + b"xsigned", len(content), hashlib.sha256(content).hexdigest())


def test_a_lapsed_term_is_the_reason_of_the_refusal_and_of_the_stop() -> None:
    lapsed = (event(1, "lapse", "intake_supplement", "not_received", "system"),)
    said = text(document(sheet(Form.REFUSAL, replace(FACTS, events=lapsed), 1)))
    assert "Lý do từ chối: Đã hết thời hạn" in said


@pytest.mark.parametrize(("form", "number"), ALL, ids=lambda x: getattr(x, "value", x))
def test_a_form_made_again_is_the_same_to_the_byte_and_can_be_listened_to(form: Form, number: int) -> None:
    content = document(sheet(form, FACTS, number))
    assert content == document(sheet(form, FACTS, number))
    reader = PdfReader(io.BytesIO(content))
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == "vi" and root["/MarkInfo"]["/Marked"] and root["/ViewerPreferences"]["/DisplayDocTitle"]
    (whole,) = root["/StructTreeRoot"]["/K"]
    kinds = [str(element.get_object()["/S"]) for element in whole.get_object()["/K"]]
    assert kinds.count("/H1") == 1 and kinds.count("/Figure") == (2 if form is Form.COVER else 1)
    for page in reader.pages:
        resources: Any = page["/Resources"]
        assert (float(page.mediabox.width), float(page.mediabox.height)) == pytest.approx((595.3, 841.9), abs=0.1)
        for font in (one.get_object() for one in resources["/Font"].values()):
            assert "/FontFile2" in font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
    assert len(content) < 80_000


def test_the_barcode_is_the_code_of_the_dossier() -> None:
    content = document(sheet(Form.COVER, FACTS, 1))
    (page,) = PdfReader(io.BytesIO(content)).pages
    stream = ContentStream(page["/Contents"].get_object(), page.pdf)
    boxes = [[float(n) for n in operands] for operands, operator in stream.operations if operator == b"re"]
    tall = 18.0 * 72 / 25.4
    drawn = sorted((x, width) for x, _, width, height in boxes if abs(abs(height) - tall) < 0.1)
    module = 0.33 * 72 / 25.4
    widths: list[tuple[bool, int]] = []
    for (x, width), following in zip(drawn, [*drawn[1:], None], strict=True):
        widths.append((True, round(width / module)))
        if following is not None:
            widths.append((False, round((following[0] - x - width) / module)))
    assert decoded(widths) == CODE
    assert drawn[0][0] >= 20 * 72 / 25.4 + 10 * module  # the quiet zone


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("name", ["Y Ƀăr Ŏ̆ Niê", "H'Lơ̆ Čil Ñŭ Ĭ Ĕban", "ẰẲẴẶ ỀỂỄỆ ỒỔỖỘ ỜỞỠỢ ỪỬỮỰ ỲỶỸỴ Đđ"])
def test_every_letter_of_the_provinces_names_is_drawn(name: str, form: Any, caplog: pytest.LogCaptureFixture) -> None:
    dossier = replace(DOSSIER, applicant={**DOSSIER.applicant, "name": unicodedata.normalize(form, name)})
    for kind, number in ALL:
        said = text(document(sheet(kind, replace(FACTS, dossier=dossier), number)))
        assert unicodedata.normalize("NFC", name) in said
    assert "missing" not in caplog.text


def test_what_the_font_lacks_is_seen_to_be_lacking(caplog: pytest.LogCaptureFixture) -> None:
    dossier = replace(DOSSIER, applicant={**DOSSIER.applicant, "name": "Thử 😀 漢"})
    assert "Chủ hồ sơ: Thử ? ?" in text(document(sheet(Form.CONTROL, replace(FACTS, dossier=dossier), 7)))
    assert "missing" not in caplog.text


def _sheet(*blocks: Any, signers: int = 2) -> Sheet:
    signed = tuple(Signer("Người ký", f"Ký {n}") for n in range(signers))
    return Sheet(Form.RECEIPT, CODE, "1", letterhead(AGENCY, "UBND tỉnh"), MORNING, blocks, signed, "https://x.invalid")


def test_a_table_over_pages_says_its_heads_on_each() -> None:
    rows = tuple((str(n), f"Giấy tờ thứ {n} có tên dài", "x") for n in range(1, 121))
    content = document(_sheet(Table(("TT", "Tên giấy tờ", "Ghi chú"), (1, 6, 2), rows)))
    pages = [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]
    assert len(pages) > 3
    assert all("TT Tên giấy tờ Ghi chú" in page for page in pages[:-1])
    assert all(f"Giấy tờ thứ {n} có tên dài" in " ".join(pages) for n in range(1, 121))
    assert f"Trang {len(pages)}/{len(pages)}" in pages[-1]


WORDS = st.lists(st.sampled_from("Nguyễn Ƀăr ỡ Đặng x Kđăm 0912 H'Lơ̆".split()), max_size=150).map(" ".join)


@settings(max_examples=10, deadline=None)
@given(WORDS, st.lists(st.tuples(WORDS, WORDS), max_size=6), WORDS, st.integers(0, 3))
def test_whatever_is_written_stays_on_the_paper(
    name: str, rows: list[tuple[str, str]], note: str, signers: int
) -> None:
    """Nothing is cut off: every word comes back, and nothing is drawn outside the margins."""
    table = Table(("A", "B"), (1, 3), tuple(rows))
    content = document(_sheet(Line("Tên", name), Heading("Phần"), table, Note(note), signers=signers))
    reader = PdfReader(io.BytesIO(content))
    said = unicodedata.normalize("NFC", "".join("".join(page.extract_text() for page in reader.pages).split()))
    for words in (name, note, *(cell for row in rows for cell in row)):
        for word in {unicodedata.normalize("NFC", w) for w in words.split()}:
            assert word in said
    for page in reader.pages:
        stream = ContentStream(page["/Contents"].get_object(), page.pdf)
        for operands, operator in stream.operations:
            if operator == b"re":
                x, y, width, height = (float(n) for n in operands)
                assert 56 < x and x + width < 540 and min(y, y + height) > 40


def test_the_register_has_a_row_for_each_dossier() -> None:
    lines = [
        sheet_register.Entered(
            replace(DOSSIER, code=f"H34.05-261123-{n:04d}", result={"issued_at": "2026-11-27T02:00:00.000Z"}),
            "2026-11-28T03:00:00.000Z",
            "Trần Nhận",
        )
        for n in range(1, 101)
    ]
    content = document(sheet_register.sheet(AGENCY, "UBND", date(2026, 11, 1), date(2026, 11, 30), lines, MORNING))
    said = text(content)
    for part in (
        "SỔ THEO DÕI HỒ SƠ", "Hồ sơ nộp từ ngày 01/11/2026 đến ngày 30/11/2026", PROCEDURE.code, "0912345678",
        "062190000123", "09:15", "16:00", "10:00", "28/11/2026", "Trực tuyến", "Trần Nhận",
        "Số hồ sơ trong tờ này: 100",
    ):  # fmt: skip
        assert part in said, part
    squeezed = said.replace(" ", "")
    assert all(f"H34.05-261123-{n:04d}" in squeezed for n in range(1, 101))
    assert len(content) < 400_000
