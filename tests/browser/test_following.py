"""The citizen follows: list, dossier page, supplement, messages, withdrawal, receipt, public status."""

from __future__ import annotations

import io
import re
import uuid
from typing import Any

import pytest
from playwright.sync_api import FilePayload, expect
from pypdf import PdfReader

from tests.browser import qr
from tests.browser.conftest import Enter
from tests.browser.visitor import Visitor
from tests.browser.world import CITIZEN, REASON, WISH, World
from tests.files import make


@pytest.mark.clause("A5")
def test_my_dossiers_page_by_page(phone: Visitor, world: World) -> None:
    newest = [world.draft() for _ in range(11)][-1]
    phone.log_in(CITIZEN)
    page = phone.open("/ho-so")
    rows = page.locator(".dossiers__item")
    expect(rows).to_have_count(10)
    expect(rows.first.get_by_role("link", name="Tiếp tục điền")).to_have_attribute("href", f"/ho-so/{newest}/nop")
    expect(rows.first.locator(".tag")).to_have_text("Bản nháp")
    page.get_by_role("button", name="Xem thêm").click()
    expect(rows.nth(10).locator("h2 a")).to_be_focused()

    rows.first.get_by_role("button", name="Xóa bản nháp").click()
    dialog = page.get_by_role("dialog", name="Xóa bản nháp này?")
    dialog.get_by_role("button", name="Hủy").click()
    expect(dialog).to_be_hidden()
    rows.first.get_by_role("button", name="Xóa bản nháp").click()
    dialog.get_by_role("button", name="Xóa bản nháp").click()
    expect(page.locator(f"a[href='/ho-so/{newest}/nop']")).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_be_focused()  # not lost with the row


@pytest.mark.clause("A6")
def test_a_supplement_opens_the_named_items_alone(phone: Visitor, world: World) -> None:
    dossier = world.asked()
    phone.log_in(CITIZEN)
    page = phone.open(f"/ho-so/{dossier}")
    form = page.locator(".supplement__form")
    expect(form.get_by_text(REASON)).to_be_visible()
    expect(form.get_by_text(WISH)).to_be_visible()
    expect(form.locator("input[type=text]")).to_have_count(1)
    expect(page.get_by_role("heading", name="Cách nhận kết quả")).to_have_count(0)

    form.get_by_role("button", name="Gửi bổ sung").click()
    summary = page.get_by_role("alert", name="Có nội dung cần sửa")
    expect(summary.get_by_role("link")).to_have_count(2)
    expect(page).to_have_title(re.compile("^Lỗi:"))
    summary.get_by_role("link", name=re.compile("Số, quyển số")).click()
    page.keyboard.type("12/2020")
    scan = make.jpeg(text="Mặt sau rõ")
    chosen: FilePayload = {"name": "mat-sau.jpg", "mimeType": "image/jpeg", "buffer": scan}
    form.locator("input[data-way=file]").set_input_files([chosen])
    paper = form.locator("[data-component=identity-paper]")
    paper.get_by_role("button", name=re.compile("^(Gửi|Tải lên)")).click()
    expect(paper).to_have_attribute("data-status", "verified", timeout=30_000)
    keys: list[str] = []
    page.on("request", lambda sent: keys.append(sent.headers.get("idempotency-key", "")) if _supplement(sent) else None)
    page.route("**/supplement", lambda route: route.abort(), times=1)
    phone.expect("ERR_FAILED")
    form.get_by_role("button", name="Gửi bổ sung").click()
    expect(page.get_by_role("alert").filter(has_text="Không kết nối được")).to_be_visible()
    form.get_by_role("button", name="Gửi bổ sung").click()
    expect(form).to_have_count(0)
    assert len(keys) == 2 and len(set(keys)) == 1, "the retry is the same act"

    newest = page.locator(".timeline__item").first
    expect(newest.locator(".timeline__title")).to_have_text("Bổ sung hồ sơ")
    expect(newest.locator("del")).to_have_text("(để trống)")
    expect(newest.locator("ins")).to_have_text("12/2020")
    expect(page.locator(".papers__item").filter(has_text="Đã thay bằng tệp mới")).to_have_count(1)


def _supplement(request: Any) -> bool:
    return request.method == "POST" and str(request.url).endswith("/supplement")


@pytest.mark.clause("A7")
def test_a_message_sent_twice_is_one(desk: Visitor, world: World) -> None:
    dossier, _ = world.filed()
    answer = {"id": str(uuid.uuid4()), "text": "Xin mang theo bản chính."}
    world.call("reception", "POST", f"/desk/dossiers/{dossier}/messages", answer)
    desk.log_in(CITIZEN)
    page = desk.open(f"/ho-so/{dossier}")
    letters = page.locator(".letters__one")
    expect(letters).to_have_count(1)
    box = page.get_by_label("Viết cho cơ quan")
    send = page.get_by_role("button", name="Gửi tin nhắn")
    send.click()
    expect(page.get_by_role("alert").filter(has_text="Hãy nhập thông tin này")).to_be_visible()
    box.fill("Tôi đến buổi sáng được không?")

    def lose_the_answer(route: Any) -> None:
        route.fetch()  # it arrives, but its answer does not come back
        route.abort()

    desk.expect("ERR_FAILED")
    page.route("**/messages", lose_the_answer, times=1)
    send.click()
    expect(page.get_by_text("Tin nhắn chưa gửi được")).to_be_visible()
    assert box.input_value() == "Tôi đến buổi sáng được không?", "nothing is lost"
    send.click()
    expect(letters).to_have_count(2)
    assert box.input_value() == ""
    assert len(world.call(CITIZEN, "GET", f"/dossiers/{dossier}")["messages"]) == 2


@pytest.mark.clause("A7")
def test_a_message_half_written_outlives_the_session(phone: Visitor, world: World) -> None:
    dossier, _ = world.filed()
    phone.log_in(CITIZEN)
    page = phone.open(f"/ho-so/{dossier}")
    page.get_by_label("Viết cho cơ quan").fill("Tôi đến buổi sáng được không?")
    phone.end_session()
    page.get_by_role("button", name="Gửi tin nhắn").click()
    page.wait_for_url("**/dang-nhap?tiep=*")
    page.locator("#username").fill(CITIZEN)
    page.locator("#password").fill(world.password)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/ho-so/{dossier}")
    expect(page.get_by_label("Viết cho cơ quan")).to_have_value("Tôi đến buổi sáng được không?")
    page.get_by_role("button", name="Gửi tin nhắn").click()
    expect(page.locator(".letters__one")).to_have_count(1)


@pytest.mark.clause("A5")
@pytest.mark.clause("C9")
def test_withdrawal_by_keyboard(desk: Visitor, world: World) -> None:
    dossier, receipt = world.filed()
    desk.log_in(CITIZEN)
    page = desk.open(f"/ho-so/{dossier}")
    page.get_by_role("button", name="Rút hồ sơ").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name=f"Rút hồ sơ {receipt['code']}?")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("button", name="Rút hồ sơ")).to_be_focused()  # it comes back
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Rút hồ sơ").press("Enter")
    expect(dialog.get_by_role("alert").get_by_role("link", name="Hãy ghi lý do")).to_be_visible()
    dialog.get_by_label("Lý do rút").focus()
    page.keyboard.type("Đã tìm thấy bản cũ.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".situation .tag")).to_have_text("Công dân rút hồ sơ")
    expect(page.locator(".timeline__item").first).to_contain_text("Đã tìm thấy bản cũ.")
    expect(page.get_by_role("button", name="Rút hồ sơ")).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_be_focused()


@pytest.mark.clause("A14")
@pytest.mark.clause("C3")
def test_due_date_explained_and_result_collected(phone: Visitor, world: World) -> None:
    dossier = world.issued()
    phone.log_in(CITIZEN)
    page = phone.open(f"/ho-so/{dossier}")
    result = page.locator(".result")
    for said in ("12/TLKS-BS", "Nộp 16.000 đồng", "bản chính", "Ký biểu mẫu", "Giấy tờ tùy thân"):
        expect(result).to_contain_text(said)
    expect(result.get_by_role("button")).to_have_count(0)  # it is handed over against a signature
    with page.expect_download() as coming:
        page.locator(".papers").get_by_role("button", name="Tải về Giấy tờ tùy thân").click()
    assert coming.value.suggested_filename.endswith(".pdf")
    assert page.url.endswith(dossier), "the page stays"
    page.get_by_text("Vì sao là hạn này?").click()
    expect(page.locator(".situation__why li").last).to_contain_text("Hạn trả kết quả: ")
    expect(page.locator(".fees__row")).to_contain_text("Phải nộp")


@pytest.mark.clause("A8")
@pytest.mark.clause("C1")
@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_receipt_is_one_sheet(enter: Enter, world: World, language: str) -> None:
    dossier, receipt = world.filed()
    visitor = enter("desk", 1280, 900)
    visitor.log_in(CITIZEN, theme="dark", language=language)
    page = visitor.open(f"/ho-so/{dossier}/bien-nhan")
    page.locator("svg.qr").wait_for()
    assert qr.text_of(page.locator("svg.qr")) == receipt["link"]
    sheets = PdfReader(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True))).pages
    assert len(sheets) == 1
    text = sheets[0].extract_text()
    hashes = [one["sha256"] for one in world.call(CITIZEN, "GET", f"/dossiers/{dossier}")["papers"]]
    for said in (receipt["code"], receipt["secret"], *hashes):
        assert said in re.sub(r"\s", "", text)


@pytest.mark.clause("A5")
def test_status_without_an_account(phone: Visitor, world: World) -> None:
    _, receipt = world.filed()
    addresses: list[str] = []
    phone.context.on("request", lambda request: addresses.append(request.url))
    page = phone.open(f"/tra-cuu#{receipt['code']}/{receipt['secret']}")
    expect(page.get_by_role("heading", name=f"Tình trạng hồ sơ {receipt['code']}")).to_be_focused()
    expect(page.locator(".situation .tag")).to_have_text("Mới đăng ký")
    assert not any(receipt["secret"] in address.split("#")[0] for address in addresses)
    page.get_by_label("Khóa tra cứu").fill("0" * 32)
    page.get_by_role("button", name="Tra cứu").click()
    refusal = page.locator(".govuk-error-summary")
    expect(refusal).to_contain_text("Không tìm thấy hồ sơ với mã và khóa này")
    expect(page.locator(".situation")).to_have_count(0)
    page.get_by_label("Mã hồ sơ").fill("")
    page.get_by_role("button", name="Tra cứu").click()
    expect(refusal.get_by_role("link")).to_contain_text("Hãy nhập mã hồ sơ.")


@pytest.mark.clause("A5")
def test_a_stranger_finds_nothing(desk: Visitor) -> None:
    desk.log_in(CITIZEN)
    page = desk.open(f"/ho-so/{uuid.uuid4()}")
    expect(page.locator("main").get_by_role("alert")).to_contain_text("Không tìm thấy")
