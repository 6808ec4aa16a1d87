"""Papers that come by post and results that go by it: the citizen on a phone, the officer at a desk with a scanner."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter
from tests.browser.office import act, confirm
from tests.browser.paying import WARD, Payers
from tests.browser.visitor import Visitor
from tests.browser.world import CITIZEN

OFFICER = "mot-cua@quyet-thang.example"


def opened(visitor: Visitor, username: str, path: str) -> Page:
    visitor.log_in(username)
    return visitor.open(path)


def scan(page: Page, code: str) -> None:
    """A hand scanner types, quickly, and presses Enter."""
    expect(page.locator("#scanned")).to_be_focused()
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def certify(page: Page, component: str) -> None:
    """Found as it should be; tabbed through as an officer does."""
    page.get_by_label("Đủ, đã chứng thực").check()
    page.locator(f"[id='checks.{component}.certified_by']").fill("UBND phường Quyết Thắng")
    for part, text in (("", "5"), ("-month", "1"), ("-year", "2026")):
        page.locator(f"[id='checks.{component}.certified_on{part}']").fill(text)


@pytest.mark.clause("A12")
@pytest.mark.slow
def test_papers_by_post_to_completion(world: Payers, phone: Visitor, desk: Visitor) -> None:
    dossier = world.awaited()
    code = str(world.call(CITIZEN, "GET", f"/dossiers/{dossier}")["code"])
    mine = opened(phone, CITIZEN, f"/ho-so/{dossier}")
    expect(mine.locator(".situation")).to_contain_text("phiếu gửi")
    mine.get_by_role("link", name="Xem và in phiếu gửi hồ sơ").click()
    expect(mine.get_by_role("img", name=f"Mã vạch của mã hồ sơ {code}")).to_be_visible()
    expect(mine.get_by_role("img", name=f"Mã QR của mã hồ sơ {code}")).to_be_visible()
    expect(mine.locator(".bill__papers li")).to_have_count(1)
    assert phone.axe(mine) == []
    mine.get_by_role("link", name="Đến trang hồ sơ").click()
    mine.get_by_text("Đã gửi? Nhập số hiệu bưu gửi").click()
    mine.locator("#tracking").fill("eb 123 456 789 vn")
    mine.get_by_role("button", name="Báo đã gửi", exact=True).click()
    expect(mine.locator(".parcels__list")).to_contain_text("EB123456789VN")
    expect(mine.locator(".parcels__list")).to_contain_text("Đang gửi")
    assert phone.axe(mine) == []

    page = opened(desk, OFFICER, f"/can-bo/buu-chinh/den/{WARD}")
    expect(page.locator("tr", has_text=code)).to_contain_text("Người nộp báo đã gửi")
    page.get_by_role("link", name="Quét mã hồ sơ giấy").click()
    scan(page, "H34.31.01-260101-9999")
    expect(page.locator("#stray-title")).to_contain_text("H34.31.01-260101-9999")
    assert desk.axe(page) == []
    page.get_by_role("button", name="Ghi nhận bưu gửi lạc").click()
    expect(page.locator(".notice")).to_contain_text("Đã ghi nhận bưu gửi lạc")
    scan(page, code.lower())
    expect(page.locator("#arrival")).to_contain_text(code)
    expect(page.locator("#tracking")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".notice")).to_contain_text(code)
    scan(page, code)  # the same sheet once more: nobody waits for it now
    expect(page.locator("#stray-title")).to_be_visible()
    page.get_by_role("button", name="Hủy").click()

    page.goto(f"/can-bo/ho-so/{dossier}", wait_until="networkidle")
    act(page, "open_parcel")
    confirm(page, "Ghi nhận đã mở", "Đã ghi nhận mở bưu gửi")
    act(page, "check_parcel")
    expect(page.locator(".act-beside .papers")).to_be_visible()
    page.get_by_role("button", name="Lưu kết quả kiểm tra").click()
    page.get_by_role("link", name=re.compile("Hãy ghi kết quả kiểm tra")).click()
    expect(page.locator("[id='checks.application']")).to_be_focused()
    page.get_by_label("Không hợp lệ").check()
    page.locator("[id='checks.application.note']").fill("Chưa có dấu chứng thực.")
    assert desk.axe(page) == []
    confirm(page, "Lưu kết quả kiểm tra", "Chờ hồ sơ giấy")

    mine.reload(wait_until="networkidle")
    expect(mine.locator(".parcels")).to_contain_text("Chưa có dấu chứng thực.")
    act(page, "register_parcel")
    confirm(page, "Ghi nhận đã nhận", "Đã nhận hồ sơ giấy")
    act(page, "open_parcel")
    confirm(page, "Ghi nhận đã mở", "Đã ghi nhận mở bưu gửi")
    act(page, "check_parcel")
    certify(page, "application")
    confirm(page, "Lưu kết quả kiểm tra", "Mới đăng ký")
    mine.reload(wait_until="networkidle")
    expect(mine.locator(".parcels__list > li").first).to_contain_text("Đủ giấy tờ")
    expect(mine.locator(".parcels__list > li").last).to_contain_text("không hợp lệ")


@pytest.mark.clause("A12")
def test_a_stray_is_sent_back(world: Payers, desk: Visitor) -> None:
    body = {"code": "", "tracking": "EB777777777VN", "sender": "Người gửi lạ", "reason": "Không ghi mã hồ sơ."}
    world.call("several", "POST", f"/desk/parcels/{WARD}/strays", body)
    page = opened(desk, OFFICER, f"/can-bo/buu-chinh/la/{WARD}")
    card = page.locator("li.card", has_text="EB777777777VN")
    card.get_by_role("button", name="Ghi nhận đã gửi trả").click()
    expect(card.locator(".govuk-error-message")).to_be_visible()
    card.get_by_label("Lý do gửi trả").fill("Không xác định được hồ sơ.")
    assert desk.axe(page) == []
    card.get_by_role("button", name="Ghi nhận đã gửi trả").click()
    expect(card).to_have_count(0)


@pytest.mark.clause("A14")
@pytest.mark.slow
def test_a_result_by_registered_post(
    world: Payers, enter: Enter, phone: Visitor, desk: Visitor, tmp_path: Path
) -> None:
    dossier = world.to_post()
    page = opened(desk, OFFICER, f"/can-bo/ho-so/{dossier}")
    act(page, "post")
    expect(page.locator("[id='address.line']")).to_have_value(re.compile("Quyết Thắng"))
    page.locator("#tracking").fill("EB 000 111 222 VN")
    assert desk.axe(page) == []
    confirm(page, "Ghi nhận đã gửi", "Đang gửi kết quả qua bưu chính")

    mine = opened(phone, CITIZEN, f"/ho-so/{dossier}")
    parcel = mine.locator(".parcels__list > li").first
    expect(parcel).to_contain_text("EB000111222VN")
    expect(parcel).to_contain_text("Đã giao bưu chính")

    # The post's own page: it comes back.
    office = enter("post-office", 1024, 768).open("/sandbox/post?tracking=EB000111222VN")
    office.get_by_role("button", name=re.compile("Chuyển hoàn")).click()
    expect(office.locator("tbody")).to_contain_text("moved")
    mine.reload(wait_until="networkidle")
    expect(parcel).to_contain_text("Không liên lạc được với người nhận")
    expect(mine.locator(".situation")).to_contain_text("Bưu chính chuyển hoàn")
    assert phone.axe(mine) == []
    page.goto(f"/can-bo/{WARD}/handover", wait_until="networkidle")
    expect(page.locator("tr", has_text="Bưu chính chuyển hoàn kết quả").first).to_be_visible()
    page.goto(f"/can-bo/ho-so/{dossier}", wait_until="networkidle")
    expect(page.locator("[aria-labelledby=parcels-title]")).to_contain_text("Không liên lạc được với người nhận")
    act(page, "post")
    page.locator("#tracking").fill("EB000111333VN")
    confirm(page, "Ghi nhận đã gửi", "Đang gửi kết quả qua bưu chính")

    # A file of the post: one row that holds, one that does not.
    page.goto(f"/can-bo/buu-chinh/di/{WARD}", wait_until="networkidle")
    expect(page.locator("tr", has_text="EB000111333VN")).to_be_visible()
    rows = tmp_path / "buu-chinh.csv"
    rows.write_text(
        "tracking,status,at,recipient,signature,reason\n"
        "EB000111333VN,delivered,2026-01-06T09:00:00+07:00,Y Mẫu Thử Nghiệm,PHAT-9,\n"
        "EB000111333VN,delivered,hôm qua,,,\n",
        "utf-8",
    )
    page.locator("#file").set_input_files(rows)
    page.get_by_role("button", name="Đọc tệp").click()
    status = page.locator("form [role=status]")
    expect(status).to_contain_text("Có thay đổi: 1")
    expect(status).to_contain_text("Dòng 3:")
    assert desk.axe(page) == []
    mine.reload(wait_until="networkidle")
    expect(parcel).to_contain_text("Đã phát")
    expect(parcel).to_contain_text("Y Mẫu Thử Nghiệm")
    expect(mine.locator(".situation")).to_contain_text("Đã trả kết quả")


@pytest.mark.slow
@pytest.mark.clause("A14")
def test_the_sandbox_tells_out_of_order_and_twice_over_http(world: Payers) -> None:
    dossier = world.posted()
    tracking = world.call("several", "GET", f"/desk/dossiers/{dossier}")["parcels"][-1]["tracking"]
    where = f"{world.portal.url}/sandbox/post/parcels/{tracking}"
    calls = requests.post(where, json={"do": "disorder"}, timeout=30).json()["calls"]
    assert [one["http"] for one in calls] == [200] * 3
    assert [one["result"] for one in calls] == [
        '{"result": "moved"}', '{"result": "duplicate"}', '{"result": "duplicate"}',
    ]  # fmt: skip
    again = requests.post(where, json={"do": "duplicate"}, timeout=30).json()["calls"]
    assert again[0]["result"] == '{"result": "duplicate"}'
    assert world.call(CITIZEN, "GET", f"/dossiers/{dossier}")["state"]["code"] == "delivered"
