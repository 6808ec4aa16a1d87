"""Level 4 by signature, on a telephone: a tampered paper is refused with its reason, signed form and papers go on."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.browser.conftest import Enter
from tests.browser.filing import LONG, add, log_in, send_button
from tests.browser.office import Applicant
from tests.browser.portal import Portal
from tests.browser.visitor import Visitor
from tests.files import make

pytestmark = pytest.mark.clause("A11")

RESIDENCE, POLICE = "1.004194", "H34.13"  # registering a temporary residence: level 4, its fee at acceptance
ANSWERS: dict[str, Any] = {
    "applicant_name": "Trần Thị Thử",
    "applicant_identity": "062120000017",
    "applicant_address": "Phường Quyết Thắng, thành phố Kon Tum",
    "applicant_phone": "0912000001",
    "temporary_address": "Phường Thống Nhất, thành phố Kon Tum",
    "from_date": "2027-01-01",
    "to_date": "2028-01-01",
    "reason": "Đi làm",
    "dwelling": "owned",
    "minor": False,
}


def signed(portal: Portal, content: bytes) -> bytes:
    """The file as a program of the applicant's own would sign it."""
    answer = requests.post(
        f"{portal.url}/sandbox/signing",
        params={"name": "Trần Thị Thử", "uid": "CCCD:062120000017"},
        data=content,
        headers={"Content-Type": "application/pdf"},
        timeout=60,
    )
    assert answer.ok, answer.text
    return answer.content


def file(content: bytes) -> FilePayload:
    return {"name": "to-khai.pdf", "mimeType": "application/pdf", "buffer": content}


def send(card: Locator, content: bytes, verdict: str) -> None:
    add(card, "file", file(content))
    send_button(card).click()
    expect(card.locator(".checked")).to_have_attribute("data-verdict", verdict, timeout=LONG)


def submit(page: Page) -> None:
    """From the papers, or from the page after them, on which the form is signed."""
    go_on = page.locator("main form").get_by_role("button", name="Tiếp tục", exact=True)
    if page.url.endswith("/papers"):
        go_on.click()
        page.get_by_role("heading", level=1, name="Ký tờ khai").wait_for()
    go_on.click()
    page.get_by_role("heading", level=1, name="Kiểm tra và nộp").wait_for()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Nộp hồ sơ").click()


def at_desk(visitor: Visitor, portal: Portal, path: str) -> Page:
    """The page of an officer of this agency, of whom the seed has none."""
    who, password = "tiep-nhan@cong-an.example", "mot cua mo ra"
    post = f"{POLICE}:reception"
    portal.motcua("officers", "add", who, "--name", "Cán bộ tiếp nhận", "--post", post, "--password", password)
    page = visitor.open(f"/dang-nhap?tiep={path}")
    page.locator("#username").fill(who)
    page.locator("#password").fill(password)
    page.keyboard.press("Enter")
    page.locator(".desk").wait_for()
    return page


@pytest.mark.slow
def test_signed_is_accepted_and_tampered_is_refused(enter: Enter, applicant: Applicant, portal: Portal) -> None:
    dossier = str(uuid4())
    body = {"version": 0, "procedure": RESIDENCE, "procedure_version": 1, "agency": POLICE, "answers": ANSWERS}
    applicant.call("PUT", f"/dossiers/{dossier}", body)
    visitor = enter("signing", 390, 844)
    page = visitor.open(f"/ho-so/{dossier}/nop/papers")
    log_in(page, visitor)
    card = page.locator("[data-component=declaration]")
    card.get_by_label("Tệp điện tử gốc, có chữ ký số").check()
    good = signed(portal, make.pdf())
    send(card, make.tampered(good), "TAMPERED")
    expect(card).to_contain_text("Tài liệu hoặc chữ ký đã bị thay đổi")
    visitor.expect(r"422")
    submit(page)
    expect(page.locator(".govuk-error-summary")).to_contain_text("Tài liệu hoặc chữ ký đã bị thay đổi")
    page.locator(".govuk-error-summary a").first.click()

    card.get_by_role("button", name="Thay bằng tệp khác").click()
    card.get_by_label("Tệp điện tử gốc, có chữ ký số").check()
    send(card, good, "VALID")
    expect(card).to_contain_text("Người ký: Trần Thị Thử")
    page.goto(f"/ho-so/{dossier}/nop/sign")
    page.get_by_label("Tải lên tờ khai đã ký số").check()
    form = page.locator("[data-component=_form]")
    with page.expect_download() as download:
        form.get_by_role("button", name="Tải tờ khai để ký").click()
    send(form, signed(portal, Path(download.value.path()).read_bytes()), "VALID")
    assert visitor.axe(page) == [] and not visitor.scrolls_sideways(page)
    submit(page)
    page.wait_for_url("**/bien-nhan")
    assert applicant.call("GET", f"/dossiers/{dossier}")["state"]["code"] == "submitted"
    desk = at_desk(enter("officer", 1280, 900), portal, f"/can-bo/ho-so/{dossier}")
    found = desk.locator(".papers .checked")
    expect(found).to_have_count(2)
    expect(found.first).to_contain_text("Người ký: Trần Thị Thử")
    expect(found.first).to_contain_text("Chữ ký số hợp lệ")
