"""Cashiers and accountants: a shift from its opening to its hand-over, files, strays, slips, the day's books."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import requests
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.browser.conftest import Enter
from tests.browser.office import act, confirm
from tests.browser.paying import ACCOUNTANT, COUNTER, CULTURE, POLICE, TREASURY, Payers
from tests.browser.portal import Portal

MONEY = "/can-bo/thu-chi"
DRAWER = f"{MONEY}/ca-thu/{CULTURE}"
PROVINCE = "H34"
TOMORROW = """
    const Today = Date, later = Today.now() + 26 * 3600 * 1000;
    Date = class extends Today { constructor(...given) { given.length ? super(...given) : super(later); } };
"""


@pytest.fixture(scope="module")
def payers(portal: Portal) -> Payers:
    return Payers(portal)


def today() -> str:
    return datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).date().isoformat()


def printed(page: Page) -> str:
    sheets = PdfReader(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True))).pages
    return re.sub(r"\s", "", "".join(sheet.extract_text() for sheet in sheets))


def closed(payers: Payers) -> None:
    """No shift of the counter is open: another test may have left one."""
    drawer = payers.call(COUNTER, "GET", f"/desk/drawers/{CULTURE}/mine")["drawer"]
    if drawer is not None and drawer["state"] == "open":
        counted = {"counted": drawer["expected"], "note": ""}
        payers.call(COUNTER, "PUT", f"/desk/drawers/{CULTURE}/{drawer['id']}/count", counted)


@pytest.mark.clause("A10")
@pytest.mark.clause("C6")
@pytest.mark.slow
def test_a_cashiers_shift(enter: Enter, payers: Payers) -> None:
    closed(payers)
    dossier = payers.accepted(rooms=1)
    visitor = enter("shift", 1280, 900)
    visitor.log_in(COUNTER)
    page = visitor.open(DRAWER)
    page.get_by_label("Tiền lẻ trong ngăn lúc mở ca").fill("200.000")
    page.get_by_role("button", name="Mở ca thu").click()
    expect(page.locator(".told")).to_contain_text("Đã mở ca thu")
    expect(page.locator(".till__now")).to_contain_text("200.000 đồng")

    page.goto(f"/can-bo/ho-so/{dossier}", wait_until="networkidle")
    act(page, "pay")
    expect(page.get_by_text(re.compile(r"Thu vào ca \d+"))).to_be_visible()
    expect(page.locator("#amount")).to_have_value("1.000.000")
    page.get_by_label("Khách đưa").fill("1.500.000")
    expect(page.locator(".change__back")).to_have_text("Thối lại 500.000 đồng.")
    page.get_by_label("Khách đưa").fill("900000")
    expect(page.locator(".change__back")).to_have_text("Còn thiếu 100.000 đồng.")
    page.get_by_label("Khách đưa").fill("1000000")
    expect(page.locator(".change__back")).to_have_text("Vừa đủ, không phải thối lại.")
    confirm(page, "Xác nhận đã thu", "Đã thu 1.000.000 đồng")
    receipt = page.get_by_role("button", name=re.compile("^Biên lai BL-"))
    for _ in range(20):  # it is made a moment later
        if receipt.count():
            break
        page.get_by_role("button", name="Tải lại").click()
        page.wait_for_timeout(500)
    with page.expect_download() as download:
        receipt.click()
    assert download.value.suggested_filename.endswith(".pdf")

    page.goto(DRAWER, wait_until="networkidle")
    page.locator("summary", has_text="Đếm theo mệnh giá").click()
    page.get_by_label("Số tờ 500.000").fill("2")
    page.get_by_label("Số tờ 50.000").fill("x")
    page.get_by_role("button", name="Đóng ca").click()
    expect(page.get_by_role("alert").first).to_contain_text("Số tờ là số nguyên")
    page.get_by_label("Số tờ 50.000").fill("3")
    expect(page.locator("#counted")).to_have_value("1.150.000")
    expect(page.locator(".till__difference")).to_have_text("Thiếu 50.000 đồng so với số phải có.")
    page.get_by_role("button", name="Đóng ca").click()
    page.get_by_role("link", name=re.compile("phải ghi lý do")).click()
    expect(page.locator("#note")).to_be_focused()
    page.keyboard.type("Trả nhầm tiền thối, đã báo phụ trách.")
    page.get_by_role("button", name="Đóng ca").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("1.150.000 đồng, phải có 1.200.000 đồng")
    dialog.get_by_role("button", name="Đóng ca").click()
    expect(page.locator(".told")).to_contain_text("Đã đóng ca")
    expect(page.locator(".till__now")).to_contain_text("chờ bàn giao")
    sheet = printed(page)
    assert all(one in sheet for one in ("1.150.000", "950.000", "-50.000", "500.000", "Trảnhầm"))

    books = enter("hand-in", 1280, 900)
    books.log_in(ACCOUNTANT)
    book = books.open(f"{MONEY}/nop-quy/{CULTURE}")
    row = book.locator("tr.queue__row").filter(has_text="950.000 đồng")
    expect(row).to_contain_text("Trả nhầm tiền thối")
    row.get_by_role("button").click()
    dialog = book.get_by_role("dialog")
    expect(dialog).to_contain_text("950.000 đồng")
    dialog.get_by_role("button", name="Xác nhận đã nhận").click()
    expect(row).to_have_count(0)
    page.reload(wait_until="networkidle")
    expect(page.locator(".till__now")).to_contain_text("Tài Thị Vụ")


@pytest.mark.slow
def test_a_shift_of_yesterday_must_be_counted_first(enter: Enter, payers: Payers, portal: Portal) -> None:
    closed(payers)
    payers.call(COUNTER, "PUT", f"/desk/drawers/{CULTURE}/mine", {"change": 0})
    dossier = payers.accepted(rooms=1)
    visitor = enter("stale", 1280, 900)
    visitor.log_in(COUNTER)
    page = visitor.open(f"/can-bo/ho-so/{dossier}")
    page.add_init_script(TOMORROW)
    page.goto(DRAWER, wait_until="networkidle")
    expect(page.locator(".notice--warning")).to_contain_text("chưa được kiểm đếm")
    page.goto(f"/can-bo/ho-so/{dossier}", wait_until="networkidle")
    act(page, "pay")
    expect(page.get_by_text("chưa kiểm đếm: hãy đóng ca đó trước khi thu")).to_be_visible()


@pytest.mark.slow
@pytest.mark.clause("C6")
def test_a_stray_is_found_attached_and_the_statement_matches_the_rest(
    enter: Enter, payers: Payers, tmp_path: Path
) -> None:
    dossier = payers.due()
    code = payers.money(dossier)["code"]
    attempt = payers.start(payers.due(), "vietqr")
    account = attempt["transfer"]["number"]
    payers.transfer(account, 200_000, attempt["reference"])
    text = f"nop phi ly lich tu phap {code[-4:]}"
    payers.transfer(account, 200_000, text)
    visitor = enter("strays", 1280, 900)
    visitor.log_in(TREASURY)
    page = visitor.open(f"{MONEY}/chua-khop/{PROVINCE}")
    row = page.locator("tr.queue__row").filter(has_text=text)
    expect(row).to_contain_text("Chưa rõ của hồ sơ nào")
    row.get_by_role("link").click()
    page.get_by_role("button", name="Ghi nhận").wait_for(state="detached")
    page.get_by_label("Gắn vào hồ sơ").check()
    page.get_by_role("button", name="Ghi nhận").click()
    expect(page.get_by_role("alert", name="Có nội dung cần sửa").get_by_role("link")).to_have_count(2)
    page.get_by_label("Mã hồ sơ hoặc mã thanh toán").fill("H34.13-000000-0001")
    page.get_by_label("Căn cứ, lý do").fill("Người nộp mang giấy báo nợ của ngân hàng đến đối chiếu.")
    page.get_by_role("button", name="Ghi nhận").click()
    expect(page.get_by_role("alert").first).to_contain_text("hồ sơ")
    page.get_by_label("Mã hồ sơ hoặc mã thanh toán").fill(code)
    page.get_by_role("button", name="Ghi nhận").click()
    expect(page.locator(".told")).to_contain_text("Đã ghi nhận")
    expect(page).to_have_url(re.compile(f"/chua-khop/{POLICE}/"))  # the books of the dossier's agency
    expect(page.locator(".timeline")).to_contain_text("giấy báo nợ")
    assert payers.money(dossier)["due"] is None

    statement = tmp_path / "sao-ke.csv"
    answer = requests.get(f"{payers.portal.url}/sandbox/pay/bank/statement?day={today()}", timeout=30)
    statement.write_bytes(answer.content)
    page.goto(f"{MONEY}/tep/{PROVINCE}", wait_until="networkidle")
    page.get_by_role("button", name="Đọc tệp").click()
    expect(page.get_by_role("alert", name="Có nội dung cần sửa").get_by_role("link")).to_have_count(2)
    page.get_by_label("Sao kê ngân hàng").check()
    page.locator("#file").set_input_files(statement)
    page.get_by_role("button", name="Đọc tệp").click()
    page.wait_for_url("**/tep/H34/statement.*")
    expect(page.get_by_role("heading", level=1)).to_have_text("sao-ke.csv")
    counts = page.locator("section.sums").filter(has_text="Kết quả")
    expect(counts).to_contain_text("Khớp")
    page.go_back(wait_until="networkidle")
    page.get_by_label("Sao kê ngân hàng").check()
    page.locator("#file").set_input_files(statement)
    page.get_by_role("button", name="Đọc tệp").click()
    expect(page.locator(".books-reading")).to_contain_text("không có gì thay đổi")


@pytest.mark.slow
@pytest.mark.clause("C6")
def test_a_long_file_shows_its_progress_and_goes_on_where_it_was_cut(
    enter: Enter, payers: Payers, tmp_path: Path
) -> None:
    header = "office,slip,reference,payer,amount,paid_at,service"
    rows = [f"580000,P{n:04d},khong-ro-{n},Người nộp {n},7000,{today()}T01:00:00+07:00,counter" for n in range(450)]
    rows[7] = "580000,P0007,khong-ro,Người nộp,7.000,hôm qua,counter"
    table = tmp_path / "buu-dien.csv"
    table.write_text("\r\n".join([header, *rows]) + "\r\n", encoding="utf-8")
    visitor = enter("files", 1280, 900)
    visitor.expect("Failed to load resource")
    visitor.log_in(TREASURY)
    page = visitor.open(f"{MONEY}/tep/{PROVINCE}")
    sent: list[int] = []

    def cut_the_second(route: object) -> None:
        sent.append(1)
        if len(sent) == 2:
            route.abort()  # type: ignore[attr-defined]
        else:
            route.continue_()  # type: ignore[attr-defined]

    page.route("**/rows", cut_the_second)
    page.get_by_label("Phiếu nộp tiền của bưu điện").check()
    page.locator("#file").set_input_files(table)
    page.get_by_role("button", name="Đọc tệp").click()
    page.locator("progress").wait_for()
    expect(page.locator(".books-reading [role=alert]")).to_contain_text("Việc đọc bị ngắt", timeout=60_000)
    page.get_by_role("button", name="Đọc tiếp").click()
    page.wait_for_url("**/tep/H34/post-office.*", timeout=120_000)
    assert len(sent) == 4, "three pieces, one of them twice; none is read again"
    expect(page.locator("main")).to_contain_text("450")
    told = page.locator("section.sums").filter(has_text="Các dòng cần xem")
    expect(told.get_by_role("row").filter(has_text="amount")).to_contain_text("9")  # as spreadsheets count


@pytest.mark.slow
@pytest.mark.clause("A13")
def test_a_slip_of_the_post_office_is_entered(enter: Enter, payers: Payers) -> None:
    dossier = payers.due()
    code = payers.money(dossier)["code"]
    visitor = enter("slip", 390, 844)
    visitor.log_in(TREASURY)
    page = visitor.open(f"{MONEY}/phieu/{PROVINCE}")
    page.get_by_role("button", name="Ghi nhận phiếu").click()
    expect(page.get_by_role("alert", name="Có nội dung cần sửa").get_by_role("link")).to_have_count(4)
    page.get_by_label("Mã bưu cục").fill("580000")
    page.get_by_label("Số phiếu").fill(f"T{code[-4:]}")
    page.get_by_label("Mã hồ sơ hoặc mã thanh toán").fill(code)
    page.get_by_label("Số tiền").fill("200.000")
    page.get_by_label("Giờ nộp").fill("00:00")
    page.get_by_role("button", name="Ghi nhận phiếu").click()
    expect(page.locator(".told")).to_contain_text(f"hồ sơ {code} đã nộp đủ")
    expect(page.locator(".told")).to_be_focused()
    assert payers.money(dossier)["payments"][0]["via"]["code"] == "post"


@pytest.mark.clause("C6")
@pytest.mark.slow
def test_the_days_books_add_up_on_screen_on_paper_and_in_the_file(enter: Enter, payers: Payers) -> None:
    dossier = payers.accepted(rooms=2)
    payers.pay(dossier)
    visitor = enter("books", 1280, 900)
    visitor.log_in(ACCOUNTANT)
    page = visitor.open(f"{MONEY}/doi-soat/{CULTURE}")
    page.get_by_role("button", name="Xem ngày này").click()
    expect(page.get_by_role("alert").first).to_contain_text("Hãy ghi đủ ngày")
    page.get_by_role("link", name="Xem hôm nay").click()
    expect(page.locator(".books-standing")).to_contain_text("chưa khớp")
    balances = page.locator("section.sums").filter(has_text="Số dư các tài khoản")
    expect(balances.locator("tfoot td")).to_have_text(["0 đồng", "0 đồng", "0 đồng"])
    moved = page.locator("section.sums").filter(has_text="Giao dịch theo kênh")
    expect(moved).to_contain_text("VNPay")
    total = moved.locator("tfoot td").nth(1).inner_text()
    assert total in printed(page).replace("đồng", " đồng") or total.replace(" ", "") in printed(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Tải giao dịch (CSV)").click()
    table = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text("utf-8-sig"))))
    signed = sum(int(row["Số tiền (đồng)"]) * (-1 if "hoàn trả" in row["Loại"] else 1) for row in table)
    assert f"{signed:,}".replace(",", ".") + " đồng" == total.replace("\u00a0", " ")
    page.locator("summary", has_text="Xem từng giao dịch").click()
    page.locator("#via").select_option("vnpay")
    expect(page.locator(".books-fold tr.queue__row").first).to_contain_text("VNPay")
    page.locator(".books-fold tr.queue__row a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^Giao dịch "))


@pytest.mark.slow
def test_who_has_no_post_for_money_sees_no_money(enter: Enter) -> None:
    visitor = enter("clerk", 1280, 900)
    visitor.log_in("van-thu@tu-phap.example")
    page = visitor.open("/can-bo")
    page.locator(".desk-card").first.wait_for()
    expect(page.get_by_text("Thu, chi", exact=True)).to_have_count(0)
    page.goto(f"{MONEY}/doi-soat/H34.05", wait_until="networkidle")
    expect(page.get_by_role("heading", level=1)).to_have_text("Không có danh sách này")
