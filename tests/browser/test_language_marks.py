"""On English pages every Vietnamese text says that it is Vietnamese (WCAG 3.1.2): a screen reader changes its voice."""

from __future__ import annotations

import json
import re
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter
from tests.browser.office import AGENCY, ANSWERS, PAPER, PROCEDURE, Applicant, log_in, officer
from tests.browser.portal import ROOT, Portal

pytestmark = [pytest.mark.clause("C9"), pytest.mark.slow]
# Texts with letters that English has not, outside of whatever says lang="vi"; the sheets that only paper shows too.
UNMARKED = """() => {
  const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.normalize("NFD"), around = walker.currentNode.parentElement;
    if (!/[\\u0300-\\u036fđ]/i.test(text) || around.closest("noscript, [lang=vi]")) continue;
    found.push(text.normalize("NFC").trim());
  }
  return found;
}"""
_AGENCIES = json.loads((ROOT / "infra" / "seed" / "agencies.json").read_text("utf-8"))["agencies"]
_PLACES = [text["en"] for each in _AGENCIES for text in (each["name"], each["address"], each["note"]) if text]
# English names the currency so, and names of places and people inside an English sentence need no mark.
FOREIGN = re.compile("|".join(["đồng", "Asked by Cao Thị Tiếp Nhận at", *map(re.escape, _PLACES)]))
PROCEDURE_NAME = "Cấp bản sao Trích lục hộ tịch, bản sao Giấy khai sinh"
REASON, NOTE = "Ảnh bị mờ, đề nghị chụp lại.", "Vui lòng bổ sung trong tuần này."
LETTER, ANSWER = "Tôi đã gửi lại giấy tờ.", "Cảm ơn bà, chúng tôi đã nhận được."


def unmarked(page: Page) -> list[str]:
    """What is left of it once the page has come to rest."""
    page.wait_for_load_state("networkidle")
    left: list[str] = []
    for _ in range(40):
        found: list[str] = page.evaluate(UNMARKED)
        left = [text for text in found if re.search("[^\x00-\x7f–…·→“”’]", FOREIGN.sub("", text))]
        if not left:
            break
        page.wait_for_timeout(100)  # the answers in the other language are still coming
    return left


def marked(page: Page, text: str) -> None:
    """Wherever the text stands it is marked, and it stands somewhere."""
    places = page.get_by_text(text, exact=True)
    expect(places.first).to_be_attached()
    for place in places.all():
        assert place.evaluate("(here) => here.closest('[lang]').lang") == "vi", text


def english(page: Page) -> None:
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.wait_for_load_state("networkidle")


@pytest.fixture
def dossier(applicant: Applicant, portal: Portal) -> str:
    """One that has been supplemented, with letters both ways: everything that people can have written."""
    made, _ = applicant.file()
    reception = officer(portal, "reception")
    asked = {"papers": {PAPER: REASON}, "fields": {"purpose": REASON}, "note": NOTE}
    reception.call("POST", f"/desk/dossiers/{made}/supplement-request", asked)
    reception.call("POST", f"/desk/dossiers/{made}/messages", {"id": str(uuid4()), "text": ANSWER})
    applicant.call("POST", f"/dossiers/{made}/messages", {"id": str(uuid4()), "text": LETTER})
    return made


def test_the_officers_pages(enter: Enter, applicant: Applicant, dossier: str) -> None:
    applicant.file()
    page = log_in(enter("marks", 1280, 900), "administrator")
    english(page)
    expect(page.locator(".desk-card").first).to_be_visible()
    assert unmarked(page) == []
    page.goto(f"/can-bo/{AGENCY}/reception", wait_until="networkidle")
    marked(page, PROCEDURE_NAME)
    marked(page, ANSWERS["applicant_name"])
    assert unmarked(page) == []
    page.goto("/can-bo/tim", wait_until="networkidle")
    page.locator("#term").fill("Trần Thị")
    expect(page.locator("#term")).to_have_attribute("lang", "vi")
    page.locator("#purpose").select_option("handling")
    page.get_by_role("button", name="Search", exact=True).click()
    marked(page, PROCEDURE_NAME)
    assert unmarked(page) == []
    page.goto(f"/can-bo/nhat-ky/{AGENCY}", wait_until="networkidle")
    marked(page, "Giám Thị Sát")
    assert unmarked(page) == []
    page.goto(f"/can-bo/ho-so/{dossier}", wait_until="networkidle")
    for text in (REASON, NOTE, LETTER, ANSWER, ANSWERS["applicant_address"], ANSWERS["registered_at"]):
        marked(page, text)
    assert unmarked(page) == []
    sheets = page.get_by_role("dialog").locator("[name=sheet]")
    page.evaluate("() => { window.print = () => undefined }")
    page.get_by_role("button", name="Print a sheet").click()
    for value in [one.get_attribute("value") for one in sheets.all()]:
        if not page.get_by_role("dialog").is_visible():
            page.get_by_role("button", name="Print a sheet").click()
        page.get_by_role("dialog").locator(f"[value={value}]").check()
        page.get_by_role("button", name="Print", exact=True).click()
        expect(page.locator(f".sheet--{value}")).to_be_attached()
        assert unmarked(page) == [], value


def test_the_usual_words_are_added_in_vietnamese_on_an_english_page_too(enter: Enter, applicant: Applicant) -> None:
    dossier, _ = applicant.file()
    page = log_in(enter("words", 1280, 900), "reception", f"/can-bo/ho-so/{dossier}")
    english(page)
    page.locator("button[name=act-refuse]").click()
    for _ in range(2):  # the same words are not added twice
        page.locator("#template").select_option(index=2)
    expect(page.locator("#template option").nth(2)).to_contain_text("does not meet the conditions")
    reason = "Nội dung đề nghị không đủ điều kiện theo quy định của thủ tục."
    expect(page.locator("#reason")).to_have_value(reason)
    expect(page.locator("#reason")).to_have_attribute("lang", "vi")
    page.get_by_role("button", name="Refuse the dossier").click()
    marked(page, reason)


def test_the_applicants_pages(enter: Enter, portal: Portal, dossier: str, applicant: Applicant) -> None:
    visitor = enter("own", 1280, 900)
    page = visitor.open("/dang-nhap?tiep=/ho-so")
    username, password = portal.account("Trần Thị Thử")
    page.locator("#username").fill(username)
    page.locator("#password").fill(password)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Hồ sơ của tôi").wait_for()
    english(page)
    assert unmarked(page) == []
    page.goto(f"/ho-so/{dossier}", wait_until="networkidle")
    for text in (REASON, NOTE, LETTER, ANSWER, ANSWERS["applicant_address"]):
        marked(page, text)
    assert unmarked(page) == []
    page.goto(f"/ho-so/{dossier}/bien-nhan", wait_until="networkidle")
    assert unmarked(page) == []
    receipt: dict[str, Any] = applicant.call("GET", f"/dossiers/{dossier}")["receipt"]
    page.goto(f"/tra-cuu#{receipt['code']}/{receipt['secret']}", wait_until="networkidle")
    page.locator("#found").wait_for()
    assert unmarked(page) == []
    draft = str(uuid4())
    body = {"version": 0, "procedure": PROCEDURE, "procedure_version": 1, "agency": AGENCY, "answers": ANSWERS}
    applicant.call("PUT", f"/dossiers/{draft}", body)
    page.goto(f"/ho-so/{draft}/nop/check", wait_until="networkidle")
    marked(page, ANSWERS["applicant_address"])
    assert unmarked(page) == []
    for path in ("/", "/tim", "/cq", "/tai-khoan", "/lien-he", "/so-do"):
        page.goto(path, wait_until="networkidle")
        assert unmarked(page) == [], path


def test_a_vietnamese_page_marks_only_what_is_english(enter: Enter, dossier: str) -> None:
    page = log_in(enter("marks-vi", 1280, 900), "reception", f"/can-bo/ho-so/{dossier}")
    expect(page.get_by_text(LETTER)).to_be_visible()
    assert page.locator("body [lang]").evaluate_all("(all) => all.map((one) => one.lang + one.textContent)") == [
        "enEnglish"
    ]
