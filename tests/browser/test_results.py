"""Results in the browser: checked by QR code, fetched online after proving anew, revoked for everybody to see."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.browser import qr
from tests.browser.conftest import Enter
from tests.browser.paying import Payers
from tests.browser.portal import Portal
from tests.browser.visitor import Visitor
from tests.browser.world import CITIZEN, World
from tests.files import make

pytestmark = pytest.mark.clause("A14")
PROCEDURE, COMMUNE = "1.001612", "H34.31.01"  # registration of a family business, level 4, online delivery
COUNTER, HEAD = "mot-cua@quyet-thang.example", "lanh-dao@quyet-thang.example"
ANSWERS: dict[str, Any] = {
    "applicant_name": "Y Mẫu Thử Nghiệm",
    "applicant_identity": CITIZEN,
    "applicant_address": "Phường Quyết Thắng, thành phố Kon Tum",
    "applicant_phone": "0912000002",
    "founder": "individual",
    "business_name": "Tạp hóa Ví Dụ",
    "business_address": "Phường Quyết Thắng, thành phố Kon Tum",
    "activities": [{"name": "Bán lẻ lương thực, thực phẩm", "code": "4711", "main": True}],
    "capital": 150_000_000,
    "employees": 1,
}


@dataclass
class Issued:
    world: World
    dossier: str

    @property
    def result(self) -> dict[str, Any]:
        found: dict[str, Any] = self.world.call(CITIZEN, "GET", f"/dossiers/{self.dossier}")["results"][-1]
        return found

    @property
    def link(self) -> str:
        parts = urlsplit(self.result["link"])
        return f"{parts.path}#{parts.fragment}"


@pytest.fixture
def approved(portal: Portal) -> Issued:
    """A dossier of level 4 whose result is to be issued, and then to be fetched online."""
    world, dossier = Payers(portal), str(uuid.uuid4())
    about = {"procedure": PROCEDURE, "procedure_version": 1, "agency": COMMUNE, "delivery": "online"}
    world.call(CITIZEN, "PUT", f"/dossiers/{dossier}", {**about, "version": 0, "answers": ANSWERS})
    scan = make.jpeg(text="don")
    about_file = {"name": "don.jpg", "size": len(scan), "type": "image/jpeg"}
    files = [{**about_file, "sha256": hashlib.sha256(scan).hexdigest()}]
    paper = str(uuid.uuid4())
    body = {"id": paper, "component": "application", "provenance": "photo", "files": files}
    (slot,) = world.call(CITIZEN, "POST", f"/dossiers/{dossier}/papers", body)["uploads"]
    requests.post(slot["url"], data=slot["fields"], files={"file": scan}, timeout=30).raise_for_status()
    world.until_paper(CITIZEN, f"/dossiers/{dossier}", paper)
    world.call(CITIZEN, "POST", f"/dossiers/{dossier}/submission", {"declaration": True})
    world.act(COUNTER, dossier, "fee", {"amount": 150_000, "means": "cash"})
    world.by_post(COUNTER, dossier)
    world.act(COUNTER, dossier, "receive")
    world.act(COUNTER, dossier, "claim")
    world.act(COUNTER, dossier, "proposal", {"opinion": "Đủ điều kiện."})
    world.act(HEAD, dossier, "approval")
    return Issued(world, dossier)


@pytest.fixture
def issued(approved: Issued) -> Issued:
    """Its result is there, signed by the portal."""
    world, dossier = approved.world, approved.dossier
    content, desk = make.pdf(text="Giay chung nhan"), f"/desk/dossiers/{dossier}"
    paper = world.upload(COUNTER, dossier, content, "application/pdf", f"{desk}/result-file")
    world.act(COUNTER, dossier, "result", {"number": "38/GCN", "title": "Giấy chứng nhận", "paper": paper})
    world.until(COUNTER, desk, "ready")
    return approved


def _checks(page: Page) -> Any:
    return page.locator(".checked")


@pytest.mark.slow
def test_from_the_qr_code_to_the_file_fetched_online(
    enter: Enter, phone: Visitor, issued: Issued, tmp_path: Path
) -> None:
    addresses: list[str] = []
    phone.context.on("request", lambda request: addresses.append(request.url))
    clerk = _desk(enter, COUNTER, issued.dossier)
    assert qr.text_of(clerk.locator(".issued svg.qr")) == issued.result["link"]
    page = phone.open(issued.link)
    expect(page.locator("#found")).to_be_focused()
    expect(_checks(page)).to_contain_text("đang có hiệu lực")
    expect(_checks(page)).to_contain_text(issued.result["sha256"])
    expect(_checks(page)).to_contain_text("ký lúc")
    expect(_checks(page)).to_contain_text("Motcua Government CA")
    assert "Y Mẫu" not in page.locator("main").inner_text()
    assert phone.axe(page) == []
    assert not phone.scrolls_sideways(page)
    assert not [one for one in addresses if issued.result["secret"] in one]

    citizen = enter("citizen", 1280, 900)
    citizen.log_in(CITIZEN)
    page = citizen.open(f"/ho-so/{issued.dossier}")
    expect(page.locator(".result")).to_contain_text("Lần tải đầu tiên")
    assert citizen.axe(page) == []
    with page.expect_download() as coming:
        page.locator("button[name=fetch-result]").click()
    kept = tmp_path / "ket-qua.pdf"
    coming.value.save_as(kept)
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == issued.result["sha256"]
    expect(page.locator(".situation .tag")).to_have_text("Đã trả kết quả")

    page = citizen.open(issued.link)
    page.locator("#compare").set_input_files(kept)
    expect(_checks(page).locator(".notice")).to_contain_text("đúng là tệp đã phát hành")
    other = tmp_path / "khac.pdf"
    other.write_bytes(kept.read_bytes() + b" ")
    page.locator("#compare").set_input_files(other)
    expect(_checks(page).locator(".notice")).to_contain_text("không phải tệp đã phát hành")
    assert citizen.axe(page) == []


@pytest.mark.slow
def test_a_result_is_signed_while_the_clerk_watches_or_comes_back_with_what_is_wrong(
    enter: Enter, approved: Issued, tmp_path: Path
) -> None:
    clerk = enter("ways", 1280, 900)
    page = _desk(enter, COUNTER, approved.dossier, clerk)
    page.locator("button[name=act-enter_result]").click()
    page.get_by_label("Tải lên tệp đã ký số").check()
    page.locator("#number").fill("39/GCN")
    unsigned = tmp_path / "chua-ky.pdf"
    unsigned.write_bytes(make.pdf(text="Chua ky"))
    page.locator("#paper").set_input_files(unsigned)
    assert clerk.axe(page) == []
    page.get_by_role("button", name="Lưu kết quả").click()
    wrong = page.locator(".issued").first
    expect(wrong.locator(".notice--error")).to_contain_text("Tệp chưa có chữ ký số", timeout=30_000)
    expect(wrong.locator(".tag")).to_have_text("Chưa phát hành được")
    assert clerk.axe(page) == []

    page.locator("button[name=act-enter_result]").click()
    expect(page.get_by_label("Lập từ mẫu của thủ tục")).to_be_checked()
    page.locator("#number").fill("39/GCN")
    page.get_by_role("button", name="Lưu kết quả").click()
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    page.get_by_label("Mã số hộ kinh doanh").fill("38A8012345")
    page.get_by_label("Đăng ký lần đầu, ngày").fill("28 tháng 11 năm 2026")
    with page.expect_download() as coming:
        page.get_by_role("button", name="Xem trước").click()
    coming.value.save_as(tmp_path / "xem-truoc.pdf")
    assert b"%PDF-" in (tmp_path / "xem-truoc.pdf").read_bytes()[:8]
    assert clerk.axe(page) == []
    page.get_by_role("button", name="Lưu kết quả").click()
    right = page.locator(".issued").first
    expect(right.locator(".tag")).to_have_text("Có hiệu lực", timeout=30_000)
    expect(right).to_contain_text("Người ký số")
    expect(right).to_contain_text("Lập từ mẫu, Cổng ký số")


@pytest.mark.slow
def test_a_login_of_long_ago_is_proved_anew(desk: Visitor, issued: Issued) -> None:
    desk.expect("Failed to load resource")
    desk.log_in(CITIZEN)
    page = desk.open(f"/ho-so/{issued.dossier}")
    page.locator("button[name=fetch-result]").wait_for()
    # As the portal answers when the login is older than ten minutes; what follows is real.
    refusal = {"Code": "ProveAnew", "Message": "Hãy nhập lại mật khẩu.", "Fields": []}
    pattern = f"**/api/dossiers/{issued.dossier}/result"
    page.route(pattern, lambda route: route.fulfill(status=403, json=refusal), times=1)
    page.locator("button[name=fetch-result]").click()
    expect(page.locator("#prove-title")).to_be_focused()
    assert desk.axe(page) == []
    page.locator("#password").fill("sai mat khau")
    page.keyboard.press("Enter")
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    page.locator("#password").fill(issued.world.password)
    with page.expect_download() as coming:
        page.keyboard.press("Enter")
    assert coming.value.suggested_filename.startswith("ket-qua-")
    expect(page.locator(".situation .tag")).to_have_text("Đã trả kết quả")


@pytest.mark.slow
def test_a_revoked_result_shows_on_the_check_page(enter: Enter, phone: Visitor, issued: Issued) -> None:
    link = issued.link
    clerk = _desk(enter, COUNTER, issued.dossier)
    clerk.locator("button[name=result-ask]").click()
    expect(clerk.locator("#decide-title")).to_be_focused()
    clerk.get_by_role("button", name="Đề nghị thu hồi").click()
    expect(clerk.locator(".govuk-error-summary")).to_be_visible()
    clerk.locator("#reason").fill("Ghi sai địa chỉ.")
    clerk.get_by_role("button", name="Đề nghị thu hồi").click()
    expect(clerk.locator(".told")).to_contain_text("Đã gửi đề nghị")
    head = _desk(enter, HEAD, issued.dossier)
    expect(head.locator(".issued")).to_contain_text("Ghi sai địa chỉ.")
    head.locator("button[name=result-revoke]").click()
    head.locator("form").get_by_role("button", name="Thu hồi kết quả").click()
    expect(head.locator(".told")).to_contain_text("Đang phát hành kết quả")
    page = phone.open(link)
    expect(page.locator("#found")).to_have_text("Kết quả đã bị thu hồi")
    expect(_checks(page)).to_contain_text("Ghi sai địa chỉ.")
    page.get_by_role("button", name="English").click()
    expect(page.locator("#found")).to_have_text("The result was revoked")
    assert phone.axe(page) == []


def test_what_is_typed_wrong_is_told_field_by_field(desk: Visitor) -> None:
    desk.expect("Failed to load resource")
    page = desk.open("/kiem-tra-ket-qua")
    page.locator("main").get_by_role("button", name="Kiểm tra").click()
    summary = page.locator(".govuk-error-summary")
    expect(summary.locator("a")).to_have_count(2)
    page.locator("#code").fill("H34.05-261123-0001-KQ1")
    page.locator("#secret").fill("0000 0000 0000 0000")
    page.keyboard.press("Enter")
    expect(summary).to_contain_text("có thể là giả")
    assert desk.axe(page) == []


def _desk(enter: Enter, who: str, dossier: str, visitor: Visitor | None = None) -> Page:
    visitor = visitor or enter(who.partition("@")[0], 1280, 900)
    page = visitor.open(f"/dang-nhap?tiep=/can-bo/ho-so/{dossier}")
    page.locator("#username").fill(who)
    page.locator("#password").fill(World(visitor.portal).password)
    page.keyboard.press("Enter")
    page.locator(".desk").wait_for()
    return page
