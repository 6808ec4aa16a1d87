"""How the pages about notices get into their states."""

from __future__ import annotations

import re

from playwright.sync_api import Page

from tests.browser.world import AGENCY, CITIZEN, World


def want_nothing(page: Page, world: World) -> None:
    for way in ("mail", "sms"):
        page.locator(f"#action-{way}").set_checked(False)
    page.locator("main form button[type=submit]").last.click()
    page.locator(".govuk-error-summary").wait_for()


def read_first(page: Page, world: World) -> None:
    world.filed()
    world.told(CITIZEN)
    page.reload()
    page.locator(".told__one summary").first.click()


def open_shared_inbox(page: Page, world: World) -> None:
    world.write(world.filed()[0])
    world.told("reception", AGENCY)
    page.locator(f"#box option[value='{AGENCY}']").wait_for(state="attached")
    page.locator("#box").select_option(AGENCY)
    page.locator(".told").wait_for()


def show_sent(page: Page, world: World) -> None:
    page.get_by_role("button", name=re.compile("Xem thông báo đã gửi|Show the notices sent")).click()
    page.locator("#notices-sent").wait_for()
