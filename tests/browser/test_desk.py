"""Officers at their desk: a dossier from reception to hand-over, through the pages alone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Enter
from tests.browser.office import AGENCY, Applicant, act, confirm, draw, log_in
from tests.browser.portal import Portal
from tests.browser.visitor import Visitor
from tests.files import make


@pytest.mark.clause("A6")
@pytest.mark.clause("A9")
@pytest.mark.clause("A10")
@pytest.mark.clause("A14")
def test_officers_take_a_dossier_from_reception_to_hand_over(
    enter: Enter, applicant: Applicant, tmp_path: Path
) -> None:
    dossier, code = applicant.file()
    address = f"/can-bo/ho-so/{dossier}"

    reception = enter("desk-reception", 1280, 900)
    page = log_in(reception, "reception")
    page.get_by_role("link", name="Tiếp nhận", exact=True).first.click()
    page.get_by_role("link", name=code).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(code)
    act(page, "request_supplement")
    page.get_by_role("button", name="Gửi yêu cầu bổ sung").click()
    expect(page.get_by_role("alert").first).to_contain_text("Hãy đánh dấu ít nhất một")
    page.get_by_label("Yêu cầu sửa nội dung này: Số, quyển số").check()
    page.get_by_label("Yêu cầu gửi lại giấy tờ này: Giấy tờ tùy thân").check()
    page.locator("[id='papers.identity-paper.template']").select_option(index=1)
    expect(page.locator("[id='papers.identity-paper']")).to_have_value(re.compile("Bản chụp bị mờ"))
    page.get_by_role("button", name="Gửi yêu cầu bổ sung").click()
    page.get_by_role("link", name="Hãy ghi lý do cho từng mục").click()
    expect(page.locator("[id='fields.register_number']")).to_be_focused()
    page.keyboard.type("Vui lòng ghi số và quyển số.")
    confirm(page, "Gửi yêu cầu bổ sung", "Đã gửi yêu cầu bổ sung")

    applicant.send_paper(dossier, "Rõ hơn")
    applicant.call("POST", f"/dossiers/{dossier}/supplement", {"answers": {"register_number": "12/2020"}, "note": ""})
    page.get_by_role("button", name="Tải lại").click()
    compared = page.locator("table.compare")
    expect(compared).to_contain_text("12/2020")
    expect(compared).to_contain_text("Vui lòng ghi số và quyển số.")
    page.get_by_label("Lời nhắn cho người nộp").fill("Đã nhận đủ, cảm ơn bà.")
    page.get_by_role("button", name="Gửi lời nhắn").click()
    expect(page.locator(".letters")).to_contain_text("Đã nhận đủ")
    act(page, "receive")
    confirm(page, "Tiếp nhận hồ sơ", "Được tiếp nhận")
    page.get_by_text("Cách tính thời hạn").click()
    expect(page.locator(".explanation")).to_be_visible()

    appraiser = log_in(enter("desk-appraiser", 1280, 900), "appraiser", f"/can-bo/{AGENCY}/appraisal")
    appraiser.get_by_role("button", name=re.compile(f"Nhận thẩm định.*{code}")).click()
    expect(appraiser.get_by_role("heading", level=1)).to_have_text(code)
    act(appraiser, "propose")
    appraiser.locator("#template").select_option(index=1)
    confirm(appraiser, "Trình hồ sơ", "Chờ phê duyệt")

    approver = log_in(enter("desk-approver", 1280, 900), "approver", address)
    act(approver, "approve")
    confirm(approver, "Phê duyệt hồ sơ", "Đang phát hành kết quả")

    at_the_counter = enter("desk-clerk", 1280, 900)
    clerk = log_in(at_the_counter, "clerk", address)
    act(clerk, "enter_result")
    clerk.locator("#number").fill("12/TLKS-BS")
    scanned = tmp_path / "ket-qua.pdf"
    scanned.write_bytes(make.pdf(text="Trich luc khai sinh"))
    clerk.locator("#paper").set_input_files(scanned)
    confirm(clerk, "Lưu kết quả", "Đang ký số và niêm phong kết quả")
    expect(clerk.locator(".dossier__state")).to_contain_text("Chờ nộp phí", timeout=30_000)

    cashier = log_in(enter("desk-cashier", 1280, 900), "cashier", address)
    act(cashier, "pay")
    expect(cashier.locator("#amount")).to_have_value("16.000")
    confirm(cashier, "Xác nhận đã thu", "Đã thu 16.000 đồng")

    clerk.get_by_role("button", name="Tải lại").click()
    act(clerk, "compare")
    clerk.get_by_label("Không khớp", exact=True).check()
    confirm(clerk, "Lưu kết quả đối chiếu", "Tạm dừng trả kết quả")
    act(clerk, "compare")
    clerk.get_by_label("Khớp", exact=True).check()
    clerk.get_by_label("Người nộp đã ký vào tờ khai").check()
    confirm(clerk, "Lưu kết quả đối chiếu", "chờ trả kết quả")
    act(clerk, "deliver")
    clerk.get_by_role("button", name="Xác nhận đã trả kết quả").click()
    expect(clerk.get_by_role("alert").first).to_contain_text("chưa ký")
    clerk.get_by_label("Tư cách người nhận").select_option("mandate")
    clerk.get_by_label("Bốn số cuối").fill("0017")
    assert at_the_counter.axe(clerk) == []
    draw(clerk)
    clerk.locator("form").get_by_role("button", name="Xác nhận đã trả kết quả", exact=True).click()
    expect(clerk.locator(".told")).to_contain_text("Đã trả kết quả", timeout=60_000)
    expect(clerk.locator(".papers__list")).to_contain_text("Chữ ký của người nhận")
    act(clerk, "close")
    confirm(clerk, "Lưu hồ sơ này", "Đã lưu hồ sơ")


@pytest.mark.clause("A5")
def test_a_refusal_is_asked_about_and_what_somebody_else_did_meanwhile_is_told(
    enter: Enter, applicant: Applicant
) -> None:
    dossier, code = applicant.file()
    first, second = (log_in(enter(f"desk-{n}", 1280, 900), "reception", f"/can-bo/ho-so/{dossier}") for n in "12")
    act(second, "receive")
    act(first, "refuse")
    first.locator("#template").select_option(index=1)
    first.get_by_role("button", name="Từ chối hồ sơ").click()
    dialog = first.get_by_role("dialog")
    expect(dialog).to_contain_text(code)
    dialog.get_by_role("button", name="Hủy").click()
    first.get_by_role("button", name="Từ chối hồ sơ").click()
    dialog.get_by_role("button", name="Từ chối hồ sơ").click()
    expect(first.locator(".told")).to_contain_text("Không được tiếp nhận")
    second.get_by_role("button", name="Tiếp nhận hồ sơ").click()
    expect(second.locator(".told")).to_contain_text("Hồ sơ đã được tải lại")
    expect(second.locator(".told")).to_be_focused()
    expect(second.locator(".dossier__state")).to_contain_text("Không được tiếp nhận")


def test_an_act_whose_answer_was_lost_is_sent_again_under_the_same_key(desk: Visitor, applicant: Applicant) -> None:
    desk.expect("Failed to load resource")
    dossier, _ = applicant.file()
    page = log_in(desk, "reception", f"/can-bo/ho-so/{dossier}")
    keys: list[str] = []

    def lose_the_first_answer(route: Any) -> None:
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) > 1:
            route.continue_()
        else:
            route.fetch()
            route.abort()

    page.route("**/receive", lose_the_first_answer)
    act(page, "receive")
    page.get_by_role("button", name="Tiếp nhận hồ sơ").click()
    expect(page.get_by_role("alert").first).to_contain_text("Không kết nối được")
    confirm(page, "Tiếp nhận hồ sơ", "Được tiếp nhận")
    assert len(keys) == 2 and keys[0] == keys[1]


def test_a_paper_is_looked_at_beside_the_form(whole_browser: Browser, portal: Portal, applicant: Applicant) -> None:
    desk = Visitor(whole_browser, portal, "desk", 1280, 900)
    desk.expect("a request to chrome")  # the browser's own viewer loads its own parts
    dossier, _ = applicant.file()
    page = log_in(desk, "reception", f"/can-bo/ho-so/{dossier}")
    page.get_by_role("button", name="Xem: Giấy tờ tùy thân").click()
    expect(page.locator(".preview iframe")).to_have_attribute("src", re.compile("^blob:"))
    page.get_by_role("button", name="Đóng bản xem").click()
    expect(page.get_by_role("button", name="Xem: Giấy tờ tùy thân")).to_be_focused()
    assert desk.unexpected() == []


def test_the_keyboard_alone_is_enough(desk: Visitor, applicant: Applicant) -> None:
    dossier, code = applicant.file()
    page = log_in(desk, "reception", f"/can-bo/{AGENCY}/reception")
    page.get_by_role("link", name=code).wait_for()
    page.keyboard.press("?")
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.closest('.queue__code') !== null"), "j goes to a row of the list"
    page.keyboard.press("/")
    expect(page.locator("#code")).to_be_focused()
    page.keyboard.type(f"h{code[1:]}")  # letters in a field are letters
    expect(page.locator("#code")).to_have_value(f"h{code[1:]}")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(code)
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page).to_have_url(re.compile(dossier))
    page.keyboard.press("1")
    expect(page.locator("#act-title")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("Đủ 1 r p")
    expect(page.locator("#note")).to_have_value("Đủ 1 r p")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".told")).to_be_focused()
    page.get_by_role("button", name="Phím tắt").click()
    page.get_by_label("Bật phím tắt").uncheck()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("?")
    assert page.get_by_role("dialog").count() == 0, "switched off"
