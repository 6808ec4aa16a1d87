"""What a citizen does to file, as steps in the browser; tests put them together."""

from __future__ import annotations

import re

from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.browser.visitor import Visitor
from tests.files import make

EXTRACT = "2.000635"  # copies of civil-status extracts, level 3
DEPARTMENT = "H34.05"
LONG = 20_000  # milliseconds: the inspector of the local cloud on a busy machine


def photo(name: str, text: str, size: tuple[int, int] = (1500, 2000), orientation: int = 1) -> FilePayload:
    """A photograph as a telephone makes it."""
    return {
        "name": name,
        "mimeType": "image/jpeg",
        "buffer": make.jpeg(size=size, text=text, orientation=orientation),
    }


def log_in(page: Page, visitor: Visitor, who: str = "Trần Thị Thử") -> None:
    username, password = visitor.portal.account(who)
    page.locator("#username").fill(username)
    page.locator("#password").fill(password)
    page.locator("#password").press("Enter")


def start(visitor: Visitor, procedure: str = EXTRACT, agency: str | None = DEPARTMENT) -> Page:
    """A new draft with its task list open."""
    page = visitor.open(f"/nop/{procedure}")
    page.wait_for_url("**/dang-nhap?tiep=*")
    log_in(page, visitor)
    page.wait_for_url(f"**/nop/{procedure}")
    go_on = page.get_by_role("button", name="Bắt đầu")
    go_on.wait_for()
    if page.locator("#agency").count():
        page.locator("#agency").select_option(agency, index=None if agency else 1)
    go_on.click()
    page.wait_for_url("**/ho-so/*/nop")
    page.get_by_role("heading", level=1, name="Các bước nộp hồ sơ").wait_for()
    return page


def answer(page: Page, name: str) -> Locator:
    return page.locator(f'[id="answers.{name}"]')


def type_date(page: Page, name: str, day: str, month: str, year: str) -> None:
    for part, text in (("", day), ("-month", month), ("-year", year)):
        answer(page, f"{name}{part}").fill(text)


def go_on(page: Page) -> None:
    page.locator("main form").get_by_role("button", name="Tiếp tục", exact=True).click()


def saved(page: Page, phase: str = "saved") -> None:
    expect(page.locator(".filing-save")).to_have_attribute("data-phase", phase, timeout=LONG)


def applicant(page: Page) -> None:
    """The first page of the extract: what the profile does not know."""
    answer(page, "applicant_address").fill("Phường Quyết Thắng, thành phố Kon Tum")
    page.get_by_label("Chính mình").check()


def request(page: Page) -> None:
    """The second page."""
    page.get_by_label("Giấy khai sinh").check()
    answer(page, "person_name").fill("Trần Thị Thử")
    type_date(page, "person_birth_date", "29", "2", "1920")
    answer(page, "registered_at").fill("UBND phường Quyết Thắng")
    answer(page, "copies").fill("2")


def to_papers(page: Page) -> Locator:
    """Fill in the extract's form and stand before its papers; gives the card of the identity paper."""
    page.get_by_role("link", name="Người nộp hồ sơ", exact=True).click()
    applicant(page)
    go_on(page)
    request(page)
    go_on(page)
    page.get_by_role("heading", level=1, name="Giấy tờ kèm theo").wait_for()
    return page.locator("[data-component=identity-paper]")


def add(card: Locator, way: str, *files: FilePayload) -> None:
    """Photograph (`photo`) or choose (`file`) pages."""
    sheets = card.locator(".sheet")
    before = sheets.count()
    card.locator(f"input[data-way={way}]").set_input_files(list(files))
    expect(sheets).to_have_count(before + len(files), timeout=LONG)
    send_button(card).wait_for()


def send_button(card: Locator) -> Locator:
    return card.get_by_role("button", name=re.compile("^Gửi "))


def taken(card: Locator, status: str = "verified") -> None:
    expect(card).to_have_attribute("data-status", status, timeout=LONG)
