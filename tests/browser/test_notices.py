"""Notices and messages on a phone: how to be told, what one was told, a photograph sent along and read at the desk."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import FilePayload, expect

from tests.browser.visitor import Visitor
from tests.browser.world import CITIZEN, ORGANISATION, World
from tests.files import make


@pytest.mark.clause("A7")
def test_how_one_is_told_is_chosen_and_kept(phone: Visitor, world: World) -> None:
    phone.log_in(ORGANISATION)
    page = phone.open("/tai-khoan")
    page.get_by_role("link", name="Chọn cách nhận thông báo về hồ sơ").click()
    needed = page.get_by_role("group", name=re.compile("Việc bạn cần làm"))
    for way in ("Thư điện tử", "Tin nhắn SMS"):
        needed.get_by_label(way).uncheck()
    page.get_by_label("Từ").fill("9 giờ tối")
    page.get_by_role("button", name="Lưu lựa chọn").click()
    summary = page.get_by_role("alert", name="Có nội dung cần sửa")
    expect(summary.get_by_role("link")).to_have_count(2)
    needed.get_by_label("Tin nhắn SMS").check()
    page.get_by_label("Từ").fill("22:30")
    page.get_by_label("Tiếng Anh").check()
    page.get_by_role("button", name="Lưu lựa chọn").click()
    expect(summary).to_be_hidden()
    page.wait_for_load_state("networkidle")
    phone.again(page)
    expect(needed.get_by_label("Tin nhắn SMS")).to_be_checked()
    expect(needed.get_by_label("Thư điện tử")).not_to_be_checked()
    expect(page.get_by_label("Từ")).to_have_value("22:30")
    kept = world.call(ORGANISATION, "GET", "/me/notices")
    assert (kept["language"], kept["quiet"]) == ("en", {"start": "22:30", "end": "07:00"})


@pytest.mark.clause("A7")
@pytest.mark.slow
def test_the_inbox_says_what_is_new_and_what_was_sent(phone: Visitor, world: World) -> None:
    dossier, receipt = world.filed()
    world.told(CITIZEN)
    phone.log_in(CITIZEN)
    page = phone.open("/ho-so")
    page.get_by_role("link", name=re.compile(r"\d+ thông báo chưa đọc")).click()
    row = page.locator(".told__one").filter(has_text=receipt["code"])
    expect(row.locator(".tag")).to_have_text("Mới")
    page.wait_for_load_state("networkidle")
    phone.again(page)
    expect(row).to_have_count(1)
    expect(row.locator(".tag")).to_have_count(0)
    row.get_by_role("link", name=f"Mở hồ sơ {receipt['code']}").click()
    page.wait_for_url(f"**/ho-so/{dossier}")
    page.get_by_role("button", name="Xem thông báo đã gửi").click()
    sent = page.locator("section[aria-labelledby=notices-sent]")
    expect(sent).to_contain_text(re.compile(r"Thư điện tử tới .\*\*\*\*@.*: (đã gửi|sẽ gửi) lúc"))


@pytest.mark.clause("A7")
@pytest.mark.slow
def test_a_photograph_goes_with_a_message_and_is_saved_at_the_desk(phone: Visitor, desk: Visitor, world: World) -> None:
    dossier, _ = world.filed()
    phone.log_in(CITIZEN)
    page = phone.open(f"/ho-so/{dossier}")
    page.get_by_label("Viết cho cơ quan").fill("Tôi gửi thêm giấy ủy quyền.")
    chosen: list[FilePayload] = [
        {"name": "giay-uy-quyen.jpg", "mimeType": "image/jpeg", "buffer": make.jpeg(text="Uy quyen")},
        {"name": "ghi-chu.docx", "mimeType": "application/msword", "buffer": b"PK"},
    ]
    page.get_by_label("Đính kèm tệp").set_input_files(chosen)
    expect(page.get_by_text("ghi-chu.docx: chỉ nhận ảnh hoặc tệp PDF.").first).to_be_visible()
    expect(page.get_by_role("list", name="Tệp sẽ gửi").get_by_role("listitem")).to_have_count(1)
    page.get_by_role("button", name="Gửi tin nhắn").click()
    kept = page.get_by_role("button", name="Tải tệp giay-uy-quyen.jpg")
    expect(kept).to_be_visible(timeout=30_000)  # after "đang kiểm tra", without anybody's doing
    assert not phone.scrolls_sideways(page)

    desk.log_in(world.username("reception"))
    there = desk.open(f"/can-bo/ho-so/{dossier}")
    letter = there.locator(".letters__one").filter(has_text="giấy ủy quyền")
    expect(letter.locator(".tag")).to_have_text("Mới")
    with there.expect_download() as download:
        letter.get_by_role("button", name="Tải tệp giay-uy-quyen.jpg").click()
    assert download.value.suggested_filename == "giay-uy-quyen.jpg"
