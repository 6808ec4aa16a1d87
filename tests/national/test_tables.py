"""The grammar of the portal's run-together tables, cell by cell."""

from __future__ import annotations

import pytest

from infra.national import channels, fees, papers
from infra.national.channels import Given
from infra.national.page import PAPERS_TABLE, cut
from tests.national.records import record


def rows(table: str) -> list[tuple[str, Given, float | None, str | None, str, str]]:
    read = channels.read(table)
    assert read is not None
    return [(r.channel, r.duration.given, r.duration.amount, r.duration.unit, r.fee.kind.value, r.note) for r in read]


@pytest.mark.clause("A3")
def test_three_channels() -> None:
    table = (
        "Trực tuyến3 Ngày làm việcMiễn phíNộp trên cổng.Dịch vụ bưu chính16 NgàyKhông có thông tin"
        "Trực tiếp2 Giờ50,000 Việt Nam Đồng(Lệ phí tổ ong)"
    )
    assert rows(table) == [
        ("online", Given.STATED, 3, "working days", "free", "Nộp trên cổng."),
        ("post", Given.STATED, 16, "calendar days", "nothing", ""),
        ("direct", Given.STATED, 2, "hours", "amounts", ""),
    ]


@pytest.mark.parametrize(
    ("cell", "given", "amount", "unit"),
    [
        ("Trực tiếp1.5 Ngày làm việcMiễn phí", Given.STATED, 1.5, "working days"),
        ("Trực tiếp2 ThángMiễn phí", Given.STATED, 2, "months"),
        ("Trực tiếpKhông có thông tinMiễn phí", Given.NOTHING, None, None),
        ("Trực tiếp105Miễn phí", Given.NO_UNIT, 105, None),
        ("Trực tiếpKhôngKhông có thông tin", Given.NO_LIMIT, None, None),
        ("Trực tiếpKhông phải trả kết quả cho người nuôi ongMiễn phí", Given.NO_RESULT, None, None),
        ("Trực tiếpNgay khi ong vềMiễn phí", Given.WORDS, None, None),
        # Digits of time and money touch: one cut only makes two numbers, or the description names the amount.
        ("Trực tiếp140,000 VNĐ", Given.NO_UNIT, 1, None),
        ("Trực tiếp1120,000 VNĐ", Given.UNCLEAR, None, None),
        ("Trực tiếp123 VNĐ(23.000 đồng/đàn)", Given.NO_UNIT, 1, None),
        ("Trực tiếp125 VNĐ", Given.UNCLEAR, None, None),
    ],
)
def test_durations(cell: str, given: Given, amount: float | None, unit: str | None) -> None:
    [(_, *duration, _, _)] = rows(cell)
    assert duration == [given, amount, unit]


def test_the_same_channel_twice_and_words_that_are_no_row() -> None:
    table = "Trực tiếp5 NgàyMiễn phíTrực tiếp tại đây, hoặc Trực tuyến.\nTrực tiếp10 NgàyMiễn phíĐàn trên 50 tổ"
    assert [(row[0], row[2]) for row in rows(table)] == [("direct", 5), ("direct", 10)]
    assert channels.read("Nộp ở đâu cũng được") is None
    assert channels.read("Trực tiếp5 NgàyMột ít tiền") is None


def fee(printed: str, described: str | None = None, note: str = "") -> tuple[str, list[tuple[int, str]]]:
    read = fees.read(printed, described, note)
    return read.kind.value, [(a.amount, a.currency) for a in read.amounts]


@pytest.mark.clause("A3")
@pytest.mark.parametrize(
    ("printed", "described", "kind", "amounts"),
    [
        ("Miễn phí", None, "free", []),
        ("Miễn phí", "Không có.", "free", []),
        ("Miễn phí", "Đăng ký tổ ong: Không có", "free", []),
        ("Miễn phí", "Chưa quy định", "not set", []),
        ("Miễn phí", "Theo quy định của Hội đồng nhân dân cấp tỉnh", "elsewhere", []),
        ("Miễn phí", "Thông tư số 1/2020/TT-BTC", "elsewhere", []),
        ("Miễn phí", "do Hội nuôi ong quy định", "elsewhere", []),
        ("Miễn phí", "Miễn lệ phí cho người khuyết tật", "unclear", []),
        ("Miễn phí", "Đối với đàn lớn", "unclear", []),
        ("Miễn phí", "- Miễn lệ phí (Thông tư số 1/2020/TT-BTC);", "free", []),
        ("Miễn phí", "Không thu lệ phí với đàn nhỏ. - Đàn lớn theo Hội đồng nhân dân", "elsewhere", []),
        ("Miễn phí", "Nộp 150.000 đồng + (số tổ x 15.000 đồng/tổ)", "unclear", []),
        ("Miễn phí", "a", "unclear", []),
        (
            "Miễn phí",
            "Dưới 5 tổ: 50.000 đồng/giấy; trên 5 tổ: 100.000đ/giấy",
            "amounts",
            [(50000, "VND"), (100000, "VND")],
        ),
        ("Miễn phí", "06 triệu đồng/đàn", "amounts", [(6_000_000, "VND")]),
        ("Miễn phí", "2,5 triệu đồng", "amounts", [(2_500_000, "VND")]),
        ("Miễn phí", "Một loại: 8.000.000/lần", "amounts", [(8_000_000, "VND")]),
        ("Miễn phí", "10.000.0000 đồng", "unclear", []),
        ("50,000 VNĐ", None, "amounts", [(50000, "VND")]),
        ("50,000 VNĐ", "Lệ phí tổ ong", "amounts", [(50000, "VND")]),
        ("1,800,000 VNĐ", "giá trị đàn ong dưới 2,1 tỷ đồng", "amounts", [(1_800_000, "VND")]),
        ("10 USD", "/lần", "amounts", [(10, "USD")]),
        # Thousands lost in print.
        ("20 VNĐ", "20.000 đồng/tờ khai", "amounts", [(20000, "VND")]),
        ("155 VNĐ", "155 USD/thẻ", "amounts", [(155, "USD")]),
        ("20 VNĐ", None, "unclear", []),
        ("40 VNĐ", "4.000 đ/giấy", "unclear", []),
        ("1 Việt Nam Đồng", None, "unclear", []),
        # The description contradicts the cell, or reduces it for a time.
        ("50,000 VNĐ", "70.000 đồng/giấy", "unclear", []),
        (
            "50,000 VNĐ",
            "áp dụng mức 25.000 đồng kể từ ngày 01/7/2025 đến hết ngày 31/12/2026",
            "amounts",
            [(50000, "VND"), (25000, "VND")],
        ),
        ("Không có thông tin", None, "nothing", []),
    ],
)
def test_fees(printed: str, described: str | None, kind: str, amounts: list[tuple[int, str]]) -> None:
    assert fee(printed, described) == (kind, amounts)


def test_a_note_with_a_tariff_takes_free_back() -> None:
    assert fee("Miễn phí", None, "Nộp tại cửa khẩu. Phí : Thông tư số 1/2020") == ("elsewhere", [])


@pytest.mark.parametrize(
    ("rest", "description", "note"),
    [
        ("(một (hai) ba)bốn", "một (hai) ba", "bốn"),
        ("bốn", None, "bốn"),
        ("(a) một: 1.000 đồng; b) hai)ba", "a) một: 1.000 đồng; b) hai", "ba"),
        ("((1) một: không)hai", "(1) một: không", "hai"),
        ("(một (hai)ba", "(một (hai)ba", "(một (hai)ba"),
    ],
)
def test_brackets(rest: str, description: str | None, note: str) -> None:
    assert fees.description(rest) == (description, note)


def cells(table: str) -> list[tuple[str, int, int, tuple[str, ...]]]:
    [case] = papers.read(f"--{PAPERS_TABLE}{table}").cases
    return [(p.name, p.originals, p.copies, p.forms) for p in case.papers]


@pytest.mark.clause("A3")
def test_papers_and_their_counts() -> None:
    assert cells("Đơn xin nuôi ong;1 bản chính- Bản đồ tổ ong0 bản chính,2 bản sao") == [
        ("Đơn xin nuôi ong;", 1, 0, ()),
        ("- Bản đồ tổ ong", 0, 2, ()),
    ]
    # Counts that a name speaks of are no counts of the column.
    assert cells("Đơn: nộp 01 bản chính hoặc 1 bản chính kèm ảnh;1 bản chính01 bản chính sơ đồ2 bản chính") == [
        ("Đơn: nộp 01 bản chính hoặc 1 bản chính kèm ảnh;", 1, 0, ()),
        ("01 bản chính sơ đồ", 2, 0, ()),
    ]
    # A name that ends with digits.
    assert cells("Đơn theo Nghị định ngày 24/7/20231 bản chínhĐơn theo Mẫu số 010 bản chính,1 bản sao") == [
        ("Đơn theo Nghị định ngày 24/7/2023", 1, 0, ()),
        ("Đơn theo Mẫu số 01", 0, 1, ()),
    ]
    assert not papers.read(f"--{PAPERS_TABLE}Bản đồ12 bản chính").understood, "12 copies, or a map named 1"


def test_cases_and_their_titles() -> None:
    table = (
        f"a) Đàn nhỏ:{PAPERS_TABLE}Đơn1 bản chínhb) Đàn lớn:{PAPERS_TABLE}Đơn2 bản chínhSơ đồ1 bản chính"
        "c) Không nuôi nữa"
    )
    read = papers.read(table)
    assert [(case.title, len(case.papers)) for case in read.cases] == [
        ("a) Đàn nhỏ:", 1),
        ("b) Đàn lớn:", 2),
        ("c) Không nuôi nữa", 0),
    ]
    assert read.understood
    assert papers.read("Theo luật định").cases == ()
    assert not papers.listed("--") and papers.listed("Theo luật")


@pytest.mark.parametrize(
    ("cell", "name", "forms"),
    [
        ("Đơn xin nuôi ongMau 01.docx", "Đơn xin nuôi ong", ("Mau 01.docx",)),
        ("Đơn theo mẫu;Phụ lục 2A.docPhụ lục 2B.pdf", "Đơn theo mẫu;", ("Phụ lục 2A.doc", "Phụ lục 2B.pdf")),
        ("Đơn ngày 25/01/2026Mẫu số 03.docx", "Đơn ngày 25/01/2026", ("Mẫu số 03.docx",)),
        ("Đơn theo 33/2026/NĐ-CPMus02-PhlcIII.docx", "Đơn theo 33/2026/NĐ-CP", ("Mus02-PhlcIII.docx",)),
        (
            "Bản đồ đànMau 35 - Phu luc II_36.2025.TT-ONG_02.doc",
            "Bản đồ đàn",
            ("Mau 35 - Phu luc II_36.2025.TT-ONG_02.doc",),
        ),
        ("Đơn tại 9/2021/QĐ-TTgMẫu 1.docx", "Đơn tại 9/2021/QĐ-TTg", ("Mẫu 1.docx",)),
        ("Tệp .pdf hoặc .docx của bản đồ", "Tệp .pdf hoặc .docx của bản đồ", ()),
    ],
)
def test_form_files(cell: str, name: str, forms: tuple[str, ...]) -> None:
    assert papers.part(cell) == (name, forms, True)


def test_an_unclear_boundary_is_not_guessed() -> None:
    assert papers.part("Đơn xin nuôiđơn.docx") == ("Đơn xin nuôiđơn.docx", (), False)


def test_the_page_is_cut_where_the_crawler_was_misled() -> None:
    channel = "Trực tiếp1 Ngày50,000 VNĐ(Căn cứ pháp lý: Luật)Trực tuyến2 NgàyMiễn phí"
    whole = record(channel, "Đơn1 bản chính")
    short = {**whole, "cach_thuc_thuc_hien": whole["cach_thuc_thuc_hien"].partition("Căn cứ")[0]}
    assert cut(short).channels == channel
    assert cut(record(channel, "Đơn1 bản chính", page=False)).channels == channel
    assert cut(record(page=False)).papers == "--"
