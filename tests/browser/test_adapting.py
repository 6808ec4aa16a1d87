"""The site follows what the device asks for: the visitor's own colours, no movement, print."""

from __future__ import annotations

import io
from typing import Any

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader

from tests.browser.gallery import Gallery
from tests.browser.views import VIEWS, View

pytestmark = [pytest.mark.clause("C9"), pytest.mark.slow]
SOME = {
    "home", "results", "login-wrong", "filing", "filing-group-wrong", "filing-papers-photo", "mine-asked",
    "mine-withdraw", "receipt", "guidance", "desk-queue-reception", "desk-filed", "desk-ask",
}  # fmt: skip
LOOKED_AT = [view for view in VIEWS if view.name in SOME]

# Backgrounds and shadows are gone there, so what is a control, a card or a state is so by its border.
BORDERLESS = """() => [...document.querySelectorAll([".govuk-button", ".govuk-input", ".govuk-select",
  ".govuk-textarea", ".tag", ".card", ".notice", ".govuk-error-summary", ".display button[aria-pressed=true]"])
].filter((one) => one.getClientRects().length > 0 && !one.matches(".card .card")).filter((one) => {
  const style = getComputedStyle(one);
  return !["top", "right", "bottom", "left"].some((side) =>
    parseFloat(style[`border-${side}-width`]) > 0 && style[`border-${side}-style`] !== "none" &&
    style[`border-${side}-color`] !== style.backgroundColor);
}).map((one) => `${one.tagName}.${one.className}`)"""

# Each kind of control once; the outline is what the browser draws in the visitor's colours.
UNSEEN_FOCUS = """() => {
  const kinds = new Map();
  for (const one of document.querySelectorAll("a[href], button, input, select, textarea, summary"))
    if (one.getClientRects().length > 0 && !one.disabled) kinds.set(`${one.tagName}.${one.className}.${one.type}`, one);
  const lost = [];
  for (const [kind, one] of kinds) {
    one.focus({ focusVisible: true });
    if (document.activeElement !== one) continue;
    const shown = [one, one.nextElementSibling].filter(Boolean).flatMap((near) => [null, "::before"].map((part) =>
      getComputedStyle(near, part)));
    if (!shown.some((style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2)) lost.push(kind);
  }
  return lost;
}"""

MOVING = """() => [...document.querySelectorAll("*")].flatMap((one) => [null, "::before", "::after"].map((part) => {
  const style = getComputedStyle(one, part);
  const times = `${style.transitionDuration},${style.animationDuration}`.split(",");
  const runs = (style.animationName !== "none" || style.transitionProperty !== "none") &&
    times.some((time) => parseFloat(time) > 0);
  return runs || style.scrollBehavior === "smooth" ? `${one.tagName}.${one.className}${part ?? ""}` : null;
})).filter(Boolean)"""


def _with(page: Page, ask: str, **media: Any) -> list[str]:
    page.emulate_media(**media)
    found: list[str] = page.evaluate(ask)
    return found


@pytest.mark.parametrize("view", LOOKED_AT, ids=lambda view: view.name)
def test_own_colours_and_no_movement(gallery: Gallery, view: View) -> None:
    with gallery.showing(view, "vi") as (visitor, page):
        assert _with(page, MOVING, reduced_motion="reduce") == []
        assert _with(page, BORDERLESS, forced_colors="active") == []
        if not view.name.endswith("withdraw"):  # a dialog keeps the focus to itself
            assert _with(page, UNSEEN_FOCUS) == []
        assert visitor.axe(page) == []
        codes = page.locator("svg.qr rect")
        if codes.count():
            assert codes.evaluate("one => getComputedStyle(one).fill") == "rgb(255, 255, 255)", "a camera must read it"


def test_the_search_for_movement_finds_it(gallery: Gallery) -> None:
    """Where it is not refused the menu's arrow turns: the test above can fail."""
    with gallery.showing(LOOKED_AT[0], "vi") as (_, page):
        assert _with(page, MOVING, reduced_motion="no-preference") != []


@pytest.mark.parametrize("name", ["mine-issued", "status-found", "desk-filed", "guidance"])
def test_print_is_black_on_white_and_without_what_is_for_the_screen(gallery: Gallery, name: str) -> None:
    view = next(one for one in VIEWS if one.name == name)
    with gallery.showing(view, "vi") as (_, page):
        page.evaluate("document.documentElement.dataset.theme = 'dark'")
        page.emulate_media(media="print", forced_colors="none")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") in (
            "rgb(255, 255, 255)",
            "rgba(0, 0, 0, 0)",
        )
        for part in (".display", ".footer nav", ".govuk-button", ".trial"):
            for one in page.locator(part).all():
                assert not one.is_visible(), part
        text = " ".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(page.pdf(format="A4"))).pages)
        assert len(text) > 200
