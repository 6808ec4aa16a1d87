"""The citizen pays: to the end, with what gets lost on the way, with another way, by transfer, without the network."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.browser.conftest import Enter
from tests.browser.paying import FEE, Payers
from tests.browser.portal import Portal
from tests.browser.visitor import Visitor
from tests.browser.world import CITIZEN

TOLD = 20_000  # milliseconds: a gateway's call, or the page's next question


@pytest.fixture(scope="module")
def payers(portal: Portal) -> Payers:
    return Payers(portal)


@pytest.fixture
def clock(portal: Portal) -> Iterator[Portal]:
    """The portal, whose clock may be moved."""
    yield portal
    portal.shift(0)


def choose(page: Page, way: str) -> None:
    page.get_by_label(way, exact=True).check()
    page.get_by_role("button", name="Tiếp tục").click()


def at_the_gateway(page: Page, button: str) -> None:
    """The page of a gateway's sandbox, where the payer decides."""
    page.wait_for_url("**/sandbox/pay/**")
    page.get_by_role("button", name=button, exact=True).click()


def heading(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


@pytest.mark.clause("A13")
@pytest.mark.clause("B6")
def test_a_fee_is_explained_paid_with_vnpay_and_receipted(phone: Visitor, payers: Payers) -> None:
    dossier = payers.due()
    phone.log_in(CITIZEN)
    page = phone.open(f"/ho-so/{dossier}")
    due = page.locator(".due-now")
    expect(due).to_contain_text("200.000 đồng")
    expect(due).to_contain_text(re.compile(r"Nộp trước \d\d:\d\d, \d\d/\d\d/\d{4}"))
    due.get_by_role("link", name="Nộp 200.000 đồng").click()

    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.locator(".fees")).to_contain_text("Thông tư 244/2016/TT-BTC")  # the source of the rule
    expect(page.locator(".rule__side--back")).to_contain_text("hoàn lại toàn bộ")
    expect(page.locator(".rule__side--kept")).to_contain_text("không nhận kết quả")
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_role("alert", name="Có nội dung cần sửa")).to_be_focused()
    page.get_by_role("link", name=re.compile("Hãy chọn một cách nộp")).click()
    expect(page.locator("#way")).to_be_focused()
    choose(page, "VNPay")
    at_the_gateway(page, "Thanh toán")

    page.wait_for_url("**/thanh-toan/MC*")
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã nộp 200.000 đồng", timeout=TOLD)
    assert "vnp_" not in page.url, "what the gateway adds to the address proves nothing and goes"
    receipt = page.get_by_role("button", name=re.compile("^Biên lai BL-"))
    receipt.wait_for(timeout=TOLD)
    with page.expect_download() as download:
        receipt.click()
    printed = "".join(sheet.extract_text() for sheet in PdfReader(download.value.path()).pages)
    assert "200.000" in printed
    page.get_by_role("link", name="Về trang hồ sơ").click()
    expect(page.locator(".fees")).to_contain_text("Đã nộp")
    expect(page.locator(".due-now")).to_have_count(0)
    expect(page.locator(".timeline__item").first).to_contain_text("VNPay")


@pytest.mark.clause("B6")
@pytest.mark.slow
def test_a_lost_callback_is_told_truthfully_and_found_by_the_sweep(
    phone: Visitor, payers: Payers, clock: Portal
) -> None:
    """VNPay answers no second question for almost five minutes, so that the page can only wait."""
    asked = payers.start(payers.due(), "vnpay")
    payers.call(CITIZEN, "POST", f"/payment-attempts/{asked['reference']}/check")
    dossier = payers.due()
    phone.log_in(CITIZEN)
    page = phone.open(f"/ho-so/{dossier}/nop-phi")
    choose(page, "VNPay")
    at_the_gateway(page, "Trả, không báo kết quả")
    page.wait_for_url("**/thanh-toan/MC*")
    expect(page.get_by_role("heading", level=1)).to_have_text("Đang chờ xác nhận")
    expect(page.locator(".waiting")).to_contain_text("Đừng nộp lại")
    page.get_by_role("button", name="Kiểm tra ngay").click()
    expect(page.get_by_text(re.compile("Kiểm tra lần cuối lúc"))).to_be_visible()
    assert heading(page) == "Đang chờ xác nhận", "nothing is paid before the API says so"
    assert payers.money(dossier)["due"]["amount"] == FEE
    reference = page.url.rpartition("/")[2]

    other = phone.open(f"/ho-so/{dossier}/nop-phi")  # who comes back is warned before paying twice
    expect(other.locator(".notice--warning")).to_contain_text("đừng nộp lại")
    other.get_by_role("link", name="Xem tình trạng").click()
    other.wait_for_url(f"**/thanh-toan/{reference}")

    for turn in range(2, 14):  # the sweeper asks in its turn
        clock.shift(300 * turn)
        if payers.money(dossier)["due"] is None:
            break
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã nộp 200.000 đồng", timeout=40_000)
    expect(page.locator("[aria-live=assertive]")).to_contain_text("Đã nộp 200.000 đồng")


@pytest.mark.clause("B6")
@pytest.mark.slow
def test_a_lost_callback_is_found_by_asking_when_the_payer_comes_back(phone: Visitor, payers: Payers) -> None:
    phone.log_in(CITIZEN)
    page = phone.open(f"/ho-so/{payers.due()}/nop-phi")
    choose(page, "Ví MoMo")
    at_the_gateway(page, "Trả, không báo kết quả")
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã nộp 200.000 đồng", timeout=TOLD)


@pytest.mark.slow
@pytest.mark.clause("A13")
def test_what_failed_is_paid_another_way(phone: Visitor, payers: Payers) -> None:
    dossier = payers.due()
    phone.log_in(CITIZEN)
    page = phone.open(f"/ho-so/{dossier}/nop-phi")
    choose(page, "VNPay")
    at_the_gateway(page, "Hủy giao dịch")
    expect(page.get_by_role("heading", level=1)).to_have_text("Chưa nộp được", timeout=TOLD)
    page.get_by_role("link", name="Nộp lại").click()
    choose(page, "ZaloPay")
    at_the_gateway(page, "Thanh toán")
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã nộp 200.000 đồng", timeout=TOLD)
    page.get_by_role("link", name="Về trang hồ sơ").click()
    page.get_by_text("Các lần không thành công (1)").click()
    expect(page.locator(".payments .payments__one").filter(has_text="Không thành công")).to_contain_text("VNPay")


def test_money_that_a_gateway_holds_is_not_called_paid(phone: Visitor, payers: Payers) -> None:
    dossier = payers.due()
    phone.log_in(CITIZEN)
    page = phone.open(f"/ho-so/{dossier}/nop-phi")
    choose(page, "VNPay")
    at_the_gateway(page, "Trừ tiền nhưng bị giữ vì nghi ngờ")
    expect(page.get_by_role("heading", level=1)).to_have_text("Khoản tiền đang bị giữ để kiểm tra", timeout=TOLD)
    expect(page.locator(".notice")).to_contain_text("Đừng nộp lại")
    assert payers.money(dossier)["due"]["amount"] == FEE


@pytest.mark.slow
@pytest.mark.clause("A13")
def test_the_national_platform_brings_the_reference_alone(phone: Visitor, payers: Payers) -> None:
    phone.log_in(CITIZEN)
    page = phone.open(f"/ho-so/{payers.due()}/nop-phi")
    choose(page, "Nền tảng thanh toán quốc gia")
    at_the_gateway(page, "Thanh toán")
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã nộp 200.000 đồng", timeout=TOLD)
    assert re.fullmatch(r".*/thanh-toan/MC[2-9A-Z]{12}", page.url)


def test_who_comes_back_logged_out_logs_in_and_sees_it(enter: Enter, payers: Payers) -> None:
    """The session is in memory alone: without its cookie the way back leads over the login."""
    attempt = payers.start(payers.due(), "vnpay")
    payers.tell("vnpay", attempt["reference"], "succeed")
    stranger = enter("logged-out", 390, 844)
    page = stranger.open(f"/thanh-toan/{attempt['reference']}?vnp_ResponseCode=00&vnp_TxnRef={attempt['reference']}")
    page.wait_for_url("**/dang-nhap?tiep=*")
    page.locator("#username").fill(CITIZEN)
    page.locator("#password").fill(payers.password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã nộp 200.000 đồng", timeout=TOLD)
    page.goto("/thanh-toan/MCAAAAAAAAAAAA")
    expect(page.get_by_role("heading", level=1)).to_have_text("Không tìm thấy lần thanh toán này")


@pytest.mark.clause("A13")
def test_a_transfer_by_vietqr_is_awaited_and_seen(desk: Visitor, payers: Payers) -> None:
    dossier = payers.due()
    desk.log_in(CITIZEN)
    desk.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = desk.open(f"/ho-so/{dossier}/nop-phi")
    choose(page, "Chuyển khoản, quét mã VietQR")
    page.wait_for_url("**/thanh-toan/MC*")
    reference = page.url.rpartition("/")[2]
    picture = page.get_by_role("img", name=re.compile(rf"VietQR.*{reference}"))
    picture.wait_for()
    account = page.locator(".slip__card")
    expect(account).to_contain_text("0000000001")
    page.get_by_role("button", name="Sao chép: Nội dung").click()
    expect(page.get_by_role("button", name="Sao chép: Nội dung")).to_have_text("Đã chép")
    assert page.evaluate("navigator.clipboard.readText()") == reference
    (attempt,) = payers.money(dossier)["attempts"]

    app = desk.open("/sandbox/pay/bank/app")
    app.get_by_label("Nội dung mã QR").fill(attempt["qr"])
    app.get_by_role("button", name="Đọc mã QR").click()
    expect(app.get_by_label("Nội dung chuyển khoản")).to_have_value(reference)
    expect(app.get_by_label("Số tiền (đồng)")).to_have_value("200000")
    app.get_by_role("button", name="Chuyển tiền").click()
    page.bring_to_front()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã nộp 200.000 đồng", timeout=40_000)


@pytest.mark.slow
def test_too_little_is_held_and_the_rest_is_asked_for(phone: Visitor, payers: Payers) -> None:
    dossier = payers.due()
    attempt = payers.start(dossier, "vietqr")
    payers.transfer(attempt["transfer"]["number"], 150_000, attempt["reference"])
    phone.log_in(CITIZEN)
    page = phone.open(f"/ho-so/{dossier}")
    expect(page.locator(".due-now")).to_contain_text("Đã nhận 150.000 đồng, còn thiếu 50.000 đồng")
    page.get_by_role("link", name="Nộp 50.000 đồng").click()
    expect(page.locator(".due-now__amount")).to_have_text("50.000 đồng")


@pytest.mark.slow
@pytest.mark.clause("A13")
def test_without_the_network_the_account_and_the_code_are_printed(desk: Visitor, payers: Payers) -> None:
    dossier = payers.due()
    code = payers.money(dossier)["code"]
    desk.log_in(CITIZEN)
    page = desk.open(f"/ho-so/{dossier}/bien-nhan")
    expect(page.locator(".due-now")).to_be_visible()  # the way to pay, at once after filing
    receipt = _printed(page)
    assert "0000000011" in receipt and receipt.count(code) >= 2

    page.goto(f"/ho-so/{dossier}/nop-phi")
    choose(page, "Tại bưu điện")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nộp phí tại bưu điện")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    slip = _printed(page)
    assert all(one in slip for one in ("0000000011", code, "200.000"))
    page.get_by_role("link", name="Chọn cách khác").click()
    choose(page, "Tại quầy của cơ quan")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nộp phí tại quầy")
    expect(page.locator(".slip__card")).to_contain_text(code)


def _printed(page: Page) -> str:
    sheets = PdfReader(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True))).pages
    return re.sub(r"\s", "", "".join(sheet.extract_text() for sheet in sheets))


@pytest.mark.slow
@pytest.mark.clause("A10")
def test_at_level_3_the_agency_takes_it_and_the_page_says_where_and_when(phone: Visitor, payers: Payers) -> None:
    dossier = payers.issued()
    phone.log_in(CITIZEN)
    page = phone.open(f"/ho-so/{dossier}")
    expect(page.locator(".due-now")).to_contain_text("Nộp tại Sở Tư pháp")
    page.locator(".due-now").get_by_role("link").click()
    expect(page.get_by_role("heading", name="Nộp tại cơ quan")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Khi đến nhận kết quả")
    expect(page.locator("form.ways")).to_have_count(0)


def test_a_start_whose_answer_was_lost_is_one_attempt(phone: Visitor, payers: Payers) -> None:
    dossier = payers.due()
    phone.log_in(CITIZEN)
    page = phone.open(f"/ho-so/{dossier}/nop-phi")
    phone.expect("Failed to load resource")
    lost: list[str] = []

    def lose_the_first(route: object) -> None:
        lost.append("once")
        if len(lost) > 1:
            route.continue_()  # type: ignore[attr-defined]
        else:
            route.fetch()  # type: ignore[attr-defined]
            route.abort()  # type: ignore[attr-defined]

    page.route("**/api/dossiers/*/payments", lose_the_first)
    page.get_by_label("VNPay", exact=True).check()
    lost.clear()
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_role("alert").first).to_contain_text("Không kết nối được")
    page.get_by_role("button", name="Tiếp tục").click()
    page.wait_for_url("**/sandbox/pay/**")
    assert len(payers.money(dossier)["attempts"]) == 1
