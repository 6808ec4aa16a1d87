"""A team at its pages: the board by keyboard, a note, an absence, the agency's own words."""

from __future__ import annotations

import pytest
from playwright.sync_api import FilePayload, expect

from tests.browser.conftest import Enter
from tests.browser.office import AGENCY, Applicant, act, confirm, log_in, officer
from tests.browser.portal import Portal
from tests.files import make

TEAM = f"/can-bo/nhom/{AGENCY}"
COLLEAGUE = "Lại Thị Thẩm Tra"


def held(portal: Portal, applicant: Applicant) -> tuple[str, str]:
    """A dossier that the appraiser has taken."""
    dossier, code = applicant.file()
    for role, step in (("reception", "receive"), ("appraiser", "claim")):
        officer(portal, role).call("POST", f"/desk/dossiers/{dossier}/{step}", {})
    return dossier, code


@pytest.mark.clause("C9")
@pytest.mark.slow
def test_a_dossier_is_handed_over_on_the_board_without_a_mouse_and_a_note_goes_with_it(
    enter: Enter, portal: Portal, applicant: Applicant
) -> None:
    dossier, code = held(portal, applicant)
    desk = enter("board", 1280, 900)
    page = log_in(desk, "appraiser")
    expect(page.locator(".board__card", has_text=code)).to_be_visible()
    page.get_by_role("link", name="Xem bảng công việc").click()
    mine = page.locator(".board__column", has=page.get_by_role("heading", name="Đinh Văn Thẩm Định"))
    expect(mine).to_contain_text(code)
    assert desk.axe(page) == []
    while True:  # as many steps as there are dossiers before it
        page.keyboard.press("j")
        if page.evaluate("document.activeElement.textContent.trim()") == code:
            break
    page.keyboard.press("g")
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("#to")).to_be_focused()
    dialog.get_by_role("button", name="Bàn giao hồ sơ").press("Enter")
    expect(dialog).to_contain_text("Hãy chọn người nhận.")
    dialog.locator("#to").select_option(index=1)
    chosen = dialog.locator("#to option:checked").inner_text().split(":")[0]
    dialog.locator("#reason").fill("Để kịp thời hạn.")
    dialog.get_by_role("button", name="Bàn giao hồ sơ").press("Enter")
    expect(dialog).to_be_hidden()
    given = page.locator(".board__column", has=page.get_by_role("heading", name=chosen))
    expect(given).to_contain_text(code)
    expect(mine).not_to_contain_text(code)

    page.goto(f"/can-bo/ho-so/{dossier}", wait_until="networkidle")
    expect(page.locator(".dossier__head")).to_contain_text(chosen)
    expect(page.locator("button[name=act-hand_over]")).to_have_count(0)
    page.get_by_label("Ghi chú mới").fill("Đã gọi cho người nộp lúc 9 giờ.")
    annex: FilePayload = {"name": "phieu-hoi.pdf", "mimeType": "application/pdf", "buffer": make.pdf(1)}
    page.get_by_label("Tệp đính kèm ghi chú").set_input_files(annex)
    page.get_by_role("button", name="Lưu ghi chú").click()
    expect(page.locator(".notes .letters")).to_contain_text("Đã gọi cho người nộp lúc 9 giờ.")
    kept = page.get_by_role("button", name="Tải tệp phieu-hoi.pdf")
    expect(kept).to_be_visible(timeout=30_000)  # after "đang kiểm tra", without anybody's doing
    with page.expect_download() as download:
        kept.click()
    assert download.value.suggested_filename == "phieu-hoi.pdf"
    assert desk.axe(page) == []


@pytest.mark.slow
def test_an_administrator_records_an_absence_and_writes_the_agencys_words(
    enter: Enter, portal: Portal, applicant: Applicant
) -> None:
    dossier, code = held(portal, applicant)
    page = log_in(enter("administrator", 1280, 900), "administrator", f"{TEAM}/vang-mat")
    page.locator("#officer").select_option(label="Phó Văn Phòng")
    for field, days in (("since", "2"), ("until", "1")):
        for part, text in (("", days), ("-month", "2"), ("-year", "2099")):
            page.locator(f"[id='{field}{part}']").fill(text)
    page.locator("#substitute").select_option(label=COLLEAGUE)
    page.get_by_role("button", name="Ghi nhận", exact=True).click()
    expect(page.get_by_role("alert").first).to_contain_text("Ngày cuối không được trước ngày đầu")
    page.locator("#until").fill("6")
    page.get_by_role("button", name="Ghi nhận", exact=True).click()
    row = page.locator("table.queue tr", has_text="02/02/2099")
    expect(row).to_contain_text(COLLEAGUE)
    row.get_by_role("button", name="Kết thúc vắng mặt của Phó Văn Phòng").click()
    expect(row).to_have_count(0)

    page.get_by_role("link", name="Mẫu câu").click()
    page.locator("#kind").select_option("propose")
    page.locator("[id='texts[0]']").fill("Hồ sơ {code} của {applicant} đủ điều kiện.")
    page.get_by_role("button", name="Lưu mẫu câu").click()
    expect(page.get_by_text("Mẫu câu của cơ quan.")).to_be_visible()
    appraiser = log_in(enter("appraiser", 1280, 900), "appraiser", f"/can-bo/ho-so/{dossier}")
    act(appraiser, "propose")
    appraiser.locator("#template").select_option(index=1)
    expect(appraiser.locator("#opinion")).to_have_value(f"Hồ sơ {code} của Trần Thị Thử đủ điều kiện.")
    confirm(appraiser, "Trình hồ sơ", "Chờ phê duyệt")
    page.get_by_role("button", name="Dùng lại mẫu chung").click()
    expect(page.get_by_text("Mẫu chung; cơ quan chưa soạn mẫu riêng.")).to_be_visible()
