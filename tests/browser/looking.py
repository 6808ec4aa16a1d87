"""How the desk's pages get to what a search finds, or does not."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.world import World


def find_nothing(page: Page, world: World) -> None:
    page.locator("#code").fill("H34.05-260101-9999")
    page.locator(".desk-search button").click()
    page.locator(".desk-search__answer .notice").wait_for()


def search_people(page: Page, world: World) -> None:
    world.filed()
    page.locator("#term").fill("Y Mẫu")  # a name is found by its beginning
    page.locator("#purpose").select_option("supervision")
    page.locator(".find__form > .govuk-button").click()
    page.locator("table.queue").wait_for()


def search_without_purpose(page: Page, world: World) -> None:
    page.locator("#term").fill("Nghiệm")
    page.locator(".find__form > .govuk-button").click()
    page.get_by_role("alert").first.wait_for()
