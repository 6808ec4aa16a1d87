"""The public check of a receipt: by the link of its QR code and by hand, real and not, in every theme and size."""

from __future__ import annotations

import io
import re
import time
from dataclasses import dataclass
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.browser.conftest import Enter
from tests.browser.office import AGENCY, Applicant
from tests.browser.portal import Portal
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.clause("C6")


@dataclass
class Paper:
    """A receipt as its holder has it: what is read off the PDF."""

    number: str
    secret: str
    amount: str

    @property
    def link(self) -> str:
        return f"/bien-lai#{AGENCY}/{self.number}/{self.secret}"


def _officer(portal: Portal, role: str) -> Applicant:
    username, password = portal.account(f"{AGENCY}:{role}")
    officer = Applicant(portal)
    officer.token = officer.call("POST", "/sessions", {"username": username, "password": password})["id_token"]
    return officer


@pytest.fixture(scope="session")
def paper(portal: Portal) -> Paper:
    """A dossier's whole way to its fee, then the PDF that its applicant downloads."""
    applicant = Applicant(portal).log_in()
    dossier, _ = applicant.file()
    steps: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("reception", "receive", {}),
        ("appraiser", "claim", {}),
        ("appraiser", "proposal", {"opinion": "Đủ điều kiện."}),
        ("approver", "approval", {}),
        ("clerk", "result", {"number": "12/TL", "title": "Trích lục khai sinh"}),
    )
    for role, step, body in steps:
        _officer(portal, role).call("POST", f"/desk/dossiers/{dossier}/{step}", body)
    due = applicant.call("GET", f"/dossiers/{dossier}/payments")["due"]["amount"]
    fee = {"amount": due, "means": "cash"}
    _officer(portal, "cashier").call("POST", f"/desk/dossiers/{dossier}/fee", fee)
    for _ in range(300):
        (payment,) = applicant.call("GET", f"/dossiers/{dossier}/payments")["payments"]
        if payment["receipt"]:
            break
        time.sleep(0.1)
    token = {"Authorization": f"Bearer {applicant.token}"}
    path = f"{portal.url}/api/dossiers/{dossier}/receipts/{payment['id']}"
    for _ in range(300):
        answer = requests.get(path, headers=token, timeout=30)
        if answer.ok:
            break
        time.sleep(0.1)
    assert answer.ok, (payment, answer.text)
    downloaded = requests.get(answer.json()["url"], timeout=30)
    assert downloaded.headers["Content-Disposition"].startswith("attachment")
    said = " ".join(PdfReader(io.BytesIO(downloaded.content)).pages[0].extract_text().split())
    secret = re.search(r"Mã kiểm tra: ((?:[0-9a-f]{4} ?){8})", said)
    assert secret is not None and "Người nộp tiền: Trần Thị Thử" in said
    return Paper(payment["receipt"], secret[1].replace(" ", ""), f"{due:,}".replace(",", "."))


def _fill(page: Page, agency: str, number: str, secret: str) -> None:
    page.locator("#agency").fill(agency)
    page.locator("#number").fill(number)
    page.locator("#secret").fill(secret)
    page.keyboard.press("Enter")


@pytest.mark.slow
def test_the_link_of_the_qr_code_says_at_once_that_the_receipt_is_real(phone: Visitor, paper: Paper) -> None:
    addresses: list[str] = []
    phone.context.on("request", lambda request: addresses.append(request.url))
    page = phone.open(paper.link)
    expect(page.locator("#found")).to_be_focused()
    card = page.locator(".fee-receipt")
    expect(card).to_contain_text(f"Biên lai số {paper.number} do Sở Tư pháp")
    expect(card).to_contain_text("Đã phát hành")
    expect(card.locator("tfoot")).to_contain_text(f"{paper.amount} đồng")
    expect(card).to_contain_text("Tiền mặt tại quầy")
    assert "Trần Thị Thử" not in page.locator("main").inner_text()
    assert phone.axe(page) == []
    assert not phone.scrolls_sideways(page)
    assert not [address for address in addresses if paper.secret in address]


def test_what_stands_on_paper_can_be_typed(desk: Visitor, paper: Paper) -> None:
    page = desk.open("/bien-lai")
    fours = " ".join(paper.secret[at : at + 4] for at in range(0, 32, 4)).upper()
    _fill(page, "h34.05", paper.number.lower().replace("/", " "), fours)
    expect(page.locator("#found")).to_be_focused()
    expect(page.locator(".fee-receipt")).to_contain_text(paper.number)
    page.locator("#secret").fill("0" * 32)  # then something else, which is not real
    page.keyboard.press("Enter")
    expect(page.locator(".govuk-error-summary")).to_contain_text("có thể là giả")
    expect(page.locator(".fee-receipt")).to_have_count(0)
    assert desk.axe(page) == []


def test_another_code_scanned_into_the_open_page_is_checked_anew(desk: Visitor, paper: Paper) -> None:
    page = desk.open("/bien-lai#H34.05/BL-26E/0000001/0123")
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    page.evaluate("link => { location.hash = link }", paper.link.partition("#")[2])
    expect(page.locator(".fee-receipt")).to_contain_text(paper.number)
    expect(page.locator(".govuk-error-summary")).to_have_count(0)
    assert page.locator("#secret").input_value() == paper.secret


def test_each_field_says_what_it_lacks(desk: Visitor, paper: Paper) -> None:
    page = desk.open("/bien-lai#%")  # no link of ours
    _fill(page, "", "123", "")
    summary = page.locator(".govuk-error-summary")
    expect(summary.locator("a")).to_have_count(3)
    summary.locator("a").nth(1).click()
    expect(page.locator("#number")).to_be_focused()
    assert desk.axe(page) == []


def test_english_keeps_the_receipt_on_the_page(desk: Visitor, paper: Paper) -> None:
    page = desk.open(paper.link)
    expect(page.locator("#found")).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.locator("#found")).to_have_text("The receipt is real")
    expect(page.locator(".fee-receipt")).to_contain_text("Department of Justice")
    expect(page.locator(".fee-receipt")).to_contain_text("Cash at the counter")


@pytest.mark.clause("C9")
@pytest.mark.slow
def test_every_theme_at_320_pixels_with_large_letters(enter: Enter, paper: Paper) -> None:
    narrow = enter("320", 320, 700)
    narrow.prefer(theme="dark", size="large")
    page = narrow.open(paper.link)
    expect(page.locator("#found")).to_be_visible()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert not narrow.scrolls_sideways(page)
    assert narrow.axe_in_every_theme(page) == []
