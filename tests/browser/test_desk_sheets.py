"""What goes with a dossier on paper, and what a careful officer expects of keys and of half-written texts."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.browser.conftest import Enter
from tests.browser.office import ANSWERS, PAPER, Applicant, act, log_in, officer
from tests.browser.portal import Portal
from tests.browser.visitor import Visitor

A4 = (595, 842)  # points
pytestmark = pytest.mark.slow


REASON = "Ảnh bị mờ, đề nghị chụp lại."


def received(portal: Portal, dossier: str) -> None:
    officer(portal, "reception").call("POST", f"/desk/dossiers/{dossier}/receive", {"note": "Đủ thành phần."})


def asked(portal: Portal, dossier: str) -> None:
    body = {"papers": {PAPER: REASON}, "fields": {"copies": "Ghi lại số bản."}, "note": "Vui lòng bổ sung."}
    officer(portal, "reception").call("POST", f"/desk/dossiers/{dossier}/supplement-request", body)


def refused(portal: Portal, dossier: str) -> None:
    officer(portal, "reception").call("POST", f"/desk/dossiers/{dossier}/refusal", {"reason": REASON})


def appraised(portal: Portal, dossier: str) -> None:
    received(portal, dossier)
    appraiser = officer(portal, "appraiser")
    appraiser.call("POST", f"/desk/dossiers/{dossier}/claim", {})
    appraiser.call("POST", f"/desk/dossiers/{dossier}/proposal", {"opinion": "Đủ điều kiện."})


def stopped(portal: Portal, dossier: str) -> None:
    appraised(portal, dossier)
    officer(portal, "approver").call("POST", f"/desk/dossiers/{dossier}/stop", {"reason": REASON})


def delivered(portal: Portal, dossier: str) -> None:
    appraised(portal, dossier)
    clerk = officer(portal, "clerk")
    officer(portal, "approver").call("POST", f"/desk/dossiers/{dossier}/approval", {"note": ""})
    clerk.call("POST", f"/desk/dossiers/{dossier}/result", {"number": "12/TL", "title": "Trích lục"})
    fee = {"amount": 16000, "means": "cash"}
    officer(portal, "cashier").call("POST", f"/desk/dossiers/{dossier}/fee", fee)
    for found in ("differs", "matches"):
        body = {"originals": {PAPER: found}, "form_signed": True}
        clerk.call("POST", f"/desk/dossiers/{dossier}/originals", body)
    clerk.call("POST", f"/desk/dossiers/{dossier}/hand-over", {"recipient": ANSWERS["applicant_name"], "signed": True})


def plain(text: str) -> str:
    """The reader of PDF files puts spaces around accents, and capitals come from the style."""
    return re.sub(r"\s", "", unicodedata.normalize("NFC", text)).lower()


def printed(page: Page, sheet: str) -> tuple[str, int]:
    """Choose a sheet and print it: its text and its number of pages, all of them A4."""
    page.evaluate("() => { window.printed = 0; window.print = () => { window.printed += 1 } }")
    page.get_by_role("button", name="In phiếu").click()
    page.get_by_role("dialog").locator(f"[value={sheet}]").check()
    page.get_by_role("button", name="In", exact=True).click()
    for _ in range(100):
        if page.evaluate("window.printed") == 1:
            break
        page.wait_for_timeout(50)
    assert page.evaluate("window.printed") == 1
    pages = PdfReader(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True))).pages
    for one in pages:
        assert (float(one.mediabox.width), float(one.mediabox.height)) == pytest.approx(A4, abs=2)
    return plain(" ".join(one.extract_text() for one in pages)), len(pages)


@pytest.mark.clause("C4")
@pytest.mark.parametrize(
    ("before", "sheet", "said"),
    [
        (received, "receipt", ["Giấy tiếp nhận hồ sơ và hẹn trả kết quả", "Hẹn trả kết quả lúc", "0912000001"]),
        (received, "receipt", ["1 ngày làm việc", "Cao Thị Tiếp Nhận", "16.000 đồng", "Giấy tờ tùy thân"]),
        (asked, "ask", ["Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ", REASON, "Số lượng bản sao", "Bổ sung trước"]),
        (refused, "refusal", ["Phiếu từ chối tiếp nhận giải quyết hồ sơ", REASON, "khiếu nại"]),
        (stopped, "stop", ["Thông báo dừng giải quyết hồ sơ", REASON, "Phê Thị Duyệt"]),
        (received, "form", ["Tờ khai điện tử", ANSWERS["registered_at"], "29/02/1920", "cam đoan"]),
        (delivered, "control", ["Phiếu kiểm soát", "Đối chiếu bản chính", "Trước hạn", "Văn Thị Thư", "Khớp"]),
    ],
)
def test_each_sheet_is_one_page_of_a4_with_what_belongs_on_it(
    desk: Visitor,
    applicant: Applicant,
    portal: Portal,
    before: Callable[[Portal, str], None],
    sheet: str,
    said: list[str],
) -> None:
    dossier, code = applicant.file()
    before(portal, dossier)
    page = log_in(desk, "administrator", f"/can-bo/ho-so/{dossier}")
    text, pages = printed(page, sheet)
    for one in (code, "Cộng hòa xã hội chủ nghĩa Việt Nam", "Sở Tư pháp", ANSWERS["applicant_name"], *said):
        assert plain(one) in text, one
    assert plain("Việc có thể làm") not in text
    assert pages == (2 if sheet == "control" else 1)  # a whole life is a line for every hand-over, each to be signed
    page.emulate_media(media="print")


def test_only_sheets_that_have_something_to_say_are_offered(enter: Enter, applicant: Applicant, portal: Portal) -> None:
    for before, offered in (
        (None, ["form", "control"]),
        (received, ["receipt", "form", "control"]),
        (asked, ["ask", "form", "control"]),
        (refused, ["refusal", "form", "control"]),
    ):
        dossier, _ = applicant.file()
        if before is not None:
            before(portal, dossier)
        page = log_in(enter("sheets", 1280, 900), "administrator", f"/can-bo/ho-so/{dossier}")
        page.locator(".acts").wait_for()
        page.keyboard.press("p")
        choices = page.get_by_role("dialog").locator("[name=sheet]")
        assert choices.evaluate_all("(all) => all.map((one) => one.value)") == offered
        expect(choices.first).to_be_checked()


def test_what_was_written_survives_another_act_and_another_page(desk: Visitor, applicant: Applicant) -> None:
    dossier, code = applicant.file()
    page = log_in(desk, "reception", f"/can-bo/ho-so/{dossier}")
    act(page, "refuse")
    page.locator("#reason").fill("Lý do viết dở")
    act(page, "receive")
    page.locator("#note").fill("Ghi chú khác")
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("h")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tổng quan")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text(code)
    act(page, "refuse")
    expect(page.locator("#reason")).to_have_value("Lý do viết dở")
    page.get_by_role("button", name="Hủy").click()
    act(page, "refuse")
    expect(page.locator("#reason")).to_have_value("")
    act(page, "receive")
    expect(page.locator("#note")).to_have_value("Ghi chú khác")


def test_a_letter_is_a_letter_with_caps_lock_and_acts_once_however_long_it_is_held(
    desk: Visitor, applicant: Applicant
) -> None:
    dossier, _ = applicant.file()
    page = log_in(desk, "reception", f"/can-bo/ho-so/{dossier}")
    page.locator(".acts button").first.wait_for()
    page.keyboard.press("P")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    loads: list[str] = []
    page.on("request", lambda request: loads.append(request.url) if request.url.endswith(dossier) else None)
    with page.expect_request(lambda request: request.url.endswith(dossier)):
        page.keyboard.down("r")
        for _ in range(5):
            page.keyboard.down("r")  # held: the browser repeats the key
        page.keyboard.up("r")
    page.wait_for_load_state("networkidle")
    assert len(loads) == 1
