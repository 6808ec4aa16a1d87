"""The views about deadlines: what falls due, the calendar, the apology."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from playwright.sync_api import Page

from tests.browser.world import AGENCY, World

Do = Callable[[Page, World], None]


def deadline_views(view: Callable[..., Any], desk: str, case: str, apologise: Do, send: Do) -> Iterator[Any]:
    """`view` makes a View of name, route, path, who and how it gets into its state."""

    def day_off(page: Page, world: World) -> None:
        page.locator("input[name=hours][value=own]").check()
        page.locator(".calendar__off > .govuk-button").click()
        send(page, world)

    yield view("desk-reappoint-wrong", desk, f"{case}/{{proposed}}", "approver", apologise)
    yield view("desk-ahead", desk, f"/can-bo/han/{AGENCY}", "approver")
    yield view("desk-calendar", desk, f"/can-bo/lich/{AGENCY}", "reception")
    yield view("desk-calendar-wrong", desk, f"/can-bo/lich/{AGENCY}", "supervisor", day_off)
