"""How the pages of a team get into the states that everybody must be able to use."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.world import AGENCY, World


def give(page: Page, world: World) -> None:
    """Somebody's dossier on the board, about to be given to somebody else."""
    page.locator(".board__foot button").last.click()
    page.locator("dialog[open] #to").wait_for()


def away(page: Page, world: World) -> None:
    """Somebody will be away; what was left empty in the form is said."""
    path = f"/desk/teams/{AGENCY}"
    members = world.call("supervisor", "GET", path)["members"]
    first, second = [one for one in members if one["appraises"]][:2]
    if not first["absences"]:
        days = {"since": "2099-01-05", "until": "2099-01-09", "substitute": second["id"]}
        world.call("supervisor", "POST", f"{path}/officers/{first['id']}/absences", days)
        page.reload(wait_until="load")
    page.locator("table.queue").wait_for()
    page.locator(".people-form button[type=submit]").click()
    page.locator(".govuk-error-summary").wait_for()
