"""What goes back: by itself, to an account that the payer names, with four eyes; seen from both sides."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter
from tests.browser.paying import ACCOUNTANT, COUNTER, CULTURE, Payers
from tests.browser.portal import Portal
from tests.browser.visitor import Visitor
from tests.browser.world import CITIZEN

REFUNDS = f"/can-bo/thu-chi/hoan-phi/{CULTURE}"
SOON = 20_000  # milliseconds


@pytest.fixture(scope="module")
def payers(portal: Portal) -> Payers:
    return Payers(portal)


@pytest.fixture
def clock(portal: Portal) -> Iterator[Portal]:
    """The portal, whose clock may be moved."""
    yield portal
    portal.shift(0)


def refund_of(payers: Payers, dossier: str) -> str:
    """The address of the dossier's refund at the desk."""
    (refund,) = payers.money(dossier)["refunds"]
    return f"{REFUNDS}/{dossier}/{refund['id']}"


def now_at(page: Page) -> str:
    return page.locator(".steps [aria-current=step]").inner_text().split("(")[0].strip()


@pytest.mark.clause("A15")
@pytest.mark.slow
def test_withdrawal_brings_the_fee_back_by_itself_and_the_payer_sees_each_step(
    phone: Visitor, payers: Payers, clock: Portal
) -> None:
    dossier = payers.due()
    payers.pay(dossier)
    phone.log_in(CITIZEN)
    page = phone.open(f"/ho-so/{dossier}")
    page.get_by_role("button", name="Rút hồ sơ").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Lý do rút").fill("Không cần nữa.")
    dialog.get_by_role("button", name="Rút hồ sơ").click()
    refund = page.locator(".refund")
    expect(refund).to_contain_text("Hoàn lại 200.000 đồng")
    expect(refund).to_contain_text("rút trước khi thủ tục được thực hiện")
    expect(refund).to_contain_text(re.compile(r"Hạn hoàn\s*:?\s*\d\d/\d\d/\d{4}"))
    for _ in range(20):  # the relay sends it by itself; nobody has to do anything
        page.reload(wait_until="networkidle")
        if now_at(page) == "Đang chuyển":
            break
    assert now_at(page) == "Đang chuyển"
    for turn in range(20):  # the gateway carries it out; the sweeper asks, others' questions may have the first turns
        clock.shift(3600 + 300 * turn)
        page.reload(wait_until="networkidle")
        if now_at(page) == "Đã hoàn":
            break
    expect(refund).to_contain_text("Chứng từ")
    expect(page.locator(".timeline__item").first).to_contain_text("Hoàn phí")


@pytest.mark.slow
@pytest.mark.clause("A15")
def test_a_large_refund_takes_two_people(enter: Enter, payers: Payers, clock: Portal) -> None:
    dossier = payers.accepted(rooms=2)
    payers.pay(dossier)
    payers.withdraw(dossier)
    code = payers.money(dossier)["code"]
    at_the_counter, at_the_books = enter("refund-counter", 1280, 900), enter("refund-books", 1280, 900)
    at_the_counter.log_in(COUNTER)
    page = at_the_counter.open("/can-bo")
    page.get_by_role("link", name="Hoàn phí", exact=True).first.click()
    page.get_by_role("button", name=re.compile("^Chờ lập đề nghị")).click()
    expect(page).to_have_url(re.compile("loc=open"))
    page.get_by_role("link", name=code).click()
    expect(page.locator(".notice").filter(has_text="Cần hai người")).to_be_visible()
    page.get_by_label("Chuyển khoản cho người nộp").check()
    page.get_by_role("button", name="Trình duyệt").click()
    summary = page.get_by_role("alert", name="Có nội dung cần sửa")
    expect(summary.get_by_role("link")).to_have_count(4)  # bank, number, holder, and why not the way it came
    page.get_by_label("Trả về VNPay").check()
    page.get_by_role("button", name="Trình duyệt").click()
    expect(page.locator(".told")).to_contain_text("Đã lập đề nghị hoàn")
    expect(page.locator(".told")).to_be_focused()
    assert page.get_by_role("button", name="Duyệt", exact=True).count() == 0, "a cashier does not approve"

    at_the_books.log_in(ACCOUNTANT)
    book = at_the_books.open(refund_of(payers, dossier))
    book.get_by_role("button", name="Trả lại", exact=True).click()
    dialog = book.get_by_role("dialog")
    dialog.get_by_role("button", name="Trả lại").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Hãy ghi lý do trả lại")
    dialog.get_by_label("Lý do trả lại").fill("Hãy kiểm tra lại số tiền.")
    dialog.get_by_role("button", name="Trả lại").click()
    expect(book.locator(".told")).to_contain_text("Đã trả lại")

    page.reload(wait_until="networkidle")
    expect(page.locator(".timeline")).to_contain_text("Hãy kiểm tra lại số tiền.")
    page.get_by_role("button", name="Trình duyệt").click()
    expect(page.locator(".told")).to_contain_text("Đã lập đề nghị hoàn")
    # What the accountant sees is old by now: the act is refused, and the page shows what is there.
    book.get_by_role("button", name="Trình duyệt").click()
    expect(book.locator(".told")).to_contain_text("đã được tải lại")
    book.get_by_role("button", name="Duyệt", exact=True).click()
    expect(book.locator(".told")).to_contain_text("Đã duyệt")
    for _ in range(20):
        book.reload(wait_until="networkidle")
        if now_at(book) == "Đang chuyển":
            break
    assert now_at(book) == "Đang chuyển"
    expect(book.locator(".notice")).to_contain_text("hệ thống tự hỏi VNPay")
    for turn in range(20):  # VNPay answers one question in five minutes
        clock.shift(2 * 3600 + 300 * turn)
        book.reload(wait_until="networkidle")
        if now_at(book) == "Đã hoàn":
            break
    assert now_at(book) == "Đã hoàn"
    expect(book.locator(".timeline__item").first).to_contain_text("Cổng thanh toán xác nhận đã hoàn")


@pytest.mark.slow
@pytest.mark.clause("A15")
def test_a_transfer_goes_back_to_an_account_that_the_payer_names(enter: Enter, phone: Visitor, payers: Payers) -> None:
    dossier = payers.accepted(rooms=1)
    attempt = payers.start(dossier, "vietqr")
    payers.transfer(attempt["transfer"]["number"], attempt["amount"], attempt["reference"])
    payers.withdraw(dossier)
    phone.log_in(CITIZEN)
    page = phone.open(f"/ho-so/{dossier}")
    page.get_by_role("link", name="Cho biết tài khoản nhận tiền").click()  # said at the top, done below
    form = page.locator(".refund form")
    form.get_by_role("button", name="Gửi tài khoản nhận tiền").click()
    summary = page.get_by_role("alert", name="Có nội dung cần sửa")
    expect(summary.get_by_role("link")).to_have_count(3)
    summary.get_by_role("link").first.click()
    form.get_by_label("Ngân hàng").select_option(label="Agribank")
    form.get_by_label("Số tài khoản").fill("5000 2050 12345")
    form.get_by_label("Tên chủ tài khoản").fill("Y MAU THU NGHIEM")
    form.get_by_role("button", name="Gửi tài khoản nhận tiền").click()
    expect(page.locator(".refund")).to_contain_text("5000205012345, Y MAU THU NGHIEM, Agribank")
    expect(page.get_by_role("link", name="Cho biết tài khoản nhận tiền")).to_have_count(0)

    books = enter("refund-transfer", 1280, 900)
    books.log_in(ACCOUNTANT)
    book = books.open(refund_of(payers, dossier))
    expect(book.locator("main")).to_contain_text("Người nộp đã cho tài khoản")
    book.get_by_role("button", name="Trình duyệt").click()
    expect(book.locator(".told")).to_contain_text("Đã lập đề nghị hoàn")
    book.get_by_role("button", name="Duyệt", exact=True).click()  # small enough for one person
    book.get_by_role("button", name="Ghi nhận đã chi").click()
    expect(book.get_by_role("alert").first).to_contain_text("Hãy ghi số giao dịch của ngân hàng")
    book.get_by_label("Số giao dịch của ngân hàng").fill("FT26112599001")
    book.get_by_role("button", name="Ghi nhận đã chi").click()
    expect(book.locator(".told")).to_contain_text("Đã ghi nhận chi trả")
    page.reload(wait_until="networkidle")
    expect(page.locator(".refund")).to_contain_text("FT26112599001")
    assert now_at(page) == "Đã hoàn"


@pytest.mark.slow
@pytest.mark.clause("A15")
def test_cash_goes_back_out_of_the_cashiers_drawer(enter: Enter, payers: Payers) -> None:
    dossier = payers.accepted(rooms=1)
    payers.act(COUNTER, dossier, "fee", {"amount": 1_000_000, "means": "cash"})
    payers.withdraw(dossier)
    address = refund_of(payers, dossier)
    counter = enter("refund-cash", 1280, 900)
    counter.log_in(COUNTER)
    page = counter.open(address)
    expect(page.get_by_text("Tiền mặt tại quầy không trả lại được khoản này")).to_be_visible()
    page.get_by_label("Tiền mặt tại quầy", exact=True).check()
    page.get_by_role("button", name="Trình duyệt").click()
    expect(page.locator(".told")).to_contain_text("Đã lập đề nghị hoàn")
    refund = payers.money(dossier)["refunds"][0]
    seen = {"version": refund["version"], "note": ""}
    payers.call(ACCOUNTANT, "POST", f"/desk/refunds/{dossier}/{refund['id']}/approve", seen)
    page.reload(wait_until="networkidle")
    page.get_by_label("Họ tên người nhận tiền").fill("Y Mẫu Thử Nghiệm")
    page.get_by_role("button", name="Ghi nhận đã chi").click()
    expect(page.get_by_role("alert").first).to_contain_text("Chỉ chi tiền khi người nhận đã ký")
    page.get_by_label("Người nhận đã ký nhận").check()
    page.get_by_role("button", name="Ghi nhận đã chi").click()
    expect(page.locator(".told")).to_contain_text("Đã ghi nhận chi trả")
    drawer = payers.call(COUNTER, "GET", f"/desk/drawers/{CULTURE}/mine")["drawer"]
    assert drawer["payments"] >= 1
    page.goto(f"/can-bo/ho-so/{dossier}", wait_until="networkidle")
    expect(page.locator("main")).to_contain_text("Đã hoàn trả 1.000.000 đồng")


@pytest.mark.slow
def test_a_strangers_refund_is_not_there(desk: Visitor, payers: Payers) -> None:
    dossier = payers.accepted(rooms=1)
    desk.log_in(COUNTER)
    page = desk.open(f"{REFUNDS}/{dossier}/0009-1")
    expect(page.get_by_text("Không có khoản hoàn phí này")).to_be_visible()
    page.goto("/can-bo/thu-chi/hoan-phi/H34.13", wait_until="networkidle")
    expect(page.get_by_role("heading", level=1)).to_have_text("Không có danh sách này")
