"""How the desk's page of a dossier gets to where something is missing: agencies asked, a dossier sent on."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.paying import CULTURE, WARD
from tests.browser.world import CITIZEN, World


def consult_without_words(page: Page, world: World) -> None:
    page.locator("button[name=consult-ask]").click()
    page.locator("#ask-agency").select_option(CULTURE)
    page.locator("button[name=consult-add]").click()
    _send(page)


def transfer_nowhere(page: Page, world: World) -> None:
    page.locator("button[name=consult-transfer]").click()
    _send(page)


def _send(page: Page) -> None:
    page.locator(".consult form button[type=submit]").click()
    page.locator(".govuk-error-summary").wait_for()


def _reply_nothing(page: Page, world: World) -> None:
    page.locator("main form button[type=submit]").last.click()
    page.locator(".govuk-error-summary").wait_for()


_DESK, _MINE, _CASE = "/can-bo/*", "/ho-so/:id", "/can-bo/ho-so"
# A view each: name, route, path, who, and how it gets into its state.
PAGES = (
    ("mine-consulted", _MINE, "/ho-so/{consulted}", CITIZEN, None),
    ("desk-consulted", _DESK, f"{_CASE}/{{consulted}}", "appraiser", None),
    ("desk-consult-wrong", _DESK, f"{_CASE}/{{appraised}}", "appraiser", consult_without_words),
    ("desk-transfer-wrong", _DESK, f"{_CASE}/{{filed}}", "reception", transfer_nowhere),
    ("desk-opinions", _DESK, f"/can-bo/y-kien/{WARD}", "several", None),
    ("desk-opinion-wrong", _DESK, f"/can-bo/y-kien/{WARD}/{{consulted}}", "several", _reply_nothing),
)
