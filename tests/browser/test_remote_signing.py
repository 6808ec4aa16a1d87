"""A citizen signs the form of a filing on their phone: what to compare, a refusal, the signature, the filing."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.paying import POLICE, RECORD, RECORD_ANSWERS
from tests.browser.portal import Portal
from tests.browser.visitor import Visitor
from tests.browser.world import CITIZEN, World
from tests.files import make

pytestmark = pytest.mark.clause("A11")
LONG = 30_000  # milliseconds: the function loads its library when it is first called


def _on_the_phone(portal: Portal, dossier: str) -> dict[str, Any]:
    """The newest request of the citizen, which waits."""
    for _ in range(200):
        listed = portal._call("/sandbox/sign?format=json")["requests"]
        mine = [one for one in listed if one["identity"] == CITIZEN and one["state"] == "waiting"]
        if mine:
            found: dict[str, Any] = mine[-1]
            return found
        time.sleep(0.1)
    raise AssertionError(f"nothing waits on the phone for {dossier}")


def _waiting(page: Page, portal: Portal, dossier: str) -> dict[str, Any]:
    asked = _on_the_phone(portal, dossier)
    code = page.locator("strong.reference")
    expect(code).to_have_text(re.compile("^[0-9A-F]{4}-[0-9A-F]{4}$"), timeout=LONG)
    assert str(code.text_content()) in asked["shown"], "the page and the phone show the same code"
    return asked


@pytest.mark.slow
def test_a_form_is_signed_on_the_phone_and_the_filing_goes_on(phone: Visitor, portal: Portal, world: World) -> None:
    dossier = world.draft(CITIZEN, RECORD_ANSWERS, RECORD, POLICE)
    world.upload(CITIZEN, dossier, make.jpeg(text="Căn cước"), "image/jpeg")
    phone.log_in(CITIZEN)
    page = phone.open(f"/ho-so/{dossier}/nop")
    page.get_by_role("link", name="Ký tờ khai").click()
    page.get_by_role("heading", level=1, name="Ký tờ khai").wait_for()
    expect(page.get_by_label("Ký số từ xa trên điện thoại")).to_be_checked()
    assert phone.axe_in_every_theme(page) == []
    start = page.get_by_role("button", name="Ký số từ xa", exact=True)
    start.click()
    asked = _waiting(page, portal, dossier)
    assert not phone.scrolls_sideways(page) and phone.axe_in_every_theme(page) == []

    portal._call(f"/sandbox/sign/requests/{asked['transaction']}", {"do": "refuse"})
    expect(page.locator(".notice--error")).to_contain_text("từ chối ký", timeout=LONG)
    expect(page.locator("[role=alert][aria-live]")).to_contain_text("từ chối ký")
    page.get_by_label("Viettel MySign").check()
    page.get_by_role("button", name="Yêu cầu ký lại").click()
    asked = _waiting(page, portal, dossier)
    assert asked["provider"] == "viettel"
    page.reload()  # the page may be left; what waits is found again
    asked = _waiting(page, portal, dossier)

    portal._call(f"/sandbox/sign/requests/{asked['transaction']}", {"do": "approve"})
    card = page.locator("[data-component=_form]")
    expect(card).to_contain_text("Chữ ký số hợp lệ", timeout=LONG)
    expect(card).to_contain_text(CITIZEN)
    assert phone.axe(page) == []
    page.locator("main form").get_by_role("button", name="Tiếp tục").click()
    page.get_by_role("heading", level=1, name="Kiểm tra và nộp").wait_for()
    expect(page.locator("main")).to_contain_text("Tờ khai đã ký số")
    page.locator("#declaration").check()
    page.get_by_role("button", name="Nộp hồ sơ").click()
    page.wait_for_url("**/bien-nhan")
    papers = world.call(CITIZEN, "GET", f"/dossiers/{dossier}")["papers"]
    (form,) = [one for one in papers if one["component"] == "_form"]
    assert (form["counts"], form["check"]["verdict"]) == (True, "VALID")
