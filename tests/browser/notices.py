"""How the pages about notices get into their states."""

from __future__ import annotations

import re
from collections.abc import Callable

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


_CHOSEN, _INBOX = "/tai-khoan/thong-bao", "/thong-bao"
VIEWS: tuple[tuple[str, str, str, str, Callable[[Page, World], None] | None], ...] = (
    ("notice-preferences", _CHOSEN, _CHOSEN, CITIZEN, None),
    ("notice-preferences-wrong", _CHOSEN, _CHOSEN, CITIZEN, want_nothing),
    ("inbox", _INBOX, _INBOX, CITIZEN, read_first),
    ("inbox-officer", _INBOX, _INBOX, "reception", open_shared_inbox),
    ("mine-notices", "/ho-so/:id", "/ho-so/{filed}", CITIZEN, show_sent),
    ("desk-notices", "/can-bo/*", "/can-bo/ho-so/{filed}", "reception", show_sent),
)
"""What `views.py` makes a view of: name, route, path, who looks, what leads to the state."""
