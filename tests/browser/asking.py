"""How the desk's page of a dossier gets to where something is missing: agencies asked, a dossier sent on."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.paying import CULTURE
from tests.browser.world import World


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
