"""Every page in every state can be used by everybody: axe in three themes and two languages, narrow and enlarged.

`make test` looks at every ninth view, in two of the six and through two windows per language, the narrowest always;
`make slow` at twice as many others, `make thorough` at all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.request import urlopen
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Page

from tests.browser.gallery import Gallery
from tests.browser.portal import ROOT, Portal
from tests.browser.views import PUBLISHED, VIEWS, View, routes
from tests.browser.visitor import THEMES
from tests.thorough import THOROUGH, every, few, spread

AREAS = "|".join(path.stem for path in (ROOT / "web" / "src" / "i18n" / "vi").glob("*.ts"))
KEY = re.compile(rf"\b(?:{AREAS})\.[a-z_]+\.[a-z_.]+")
# In pixels of CSS: the narrowest that must do, which is a desk's window at 400 %, with the letters of A+ and without;
# a phone; the desk's window at 200 %; the same as it is.
WINDOWS = ((320, "large"), (320, "normal"), (360, "normal"), (640, "normal"), (1280, "normal"))


def test_no_page_is_forgotten(portal: Portal) -> None:
    """Every route and every kind of published page stands in views.py, and nothing else does."""
    looked_at = {view.route for view in VIEWS if not view.published} - {""}
    assert looked_at == set(routes())
    assert {view.route for view in VIEWS if view.published} == set(PUBLISHED)
    with urlopen(f"{portal.url}/sitemap.xml", timeout=30) as answer:
        tree = ElementTree.parse(answer)
    addresses = [one.text or "" for one in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert len(addresses) > 50
    paths = {address.removeprefix(portal.url).removeprefix("/en") for address in addresses}
    unknown = {path for path in paths if not any(re.fullmatch(kind, path) for kind in PUBLISHED.values())}
    assert unknown <= set(routes()), "a kind of page that nobody looks at"
    assert len({view.name for view in VIEWS}) == len(VIEWS)


def _wide(page: Page, windows: Sequence[tuple[int, str]]) -> list[str]:
    """The windows in which the page scrolls sideways, with what sticks out."""
    found = []
    for width, size in windows:
        page.set_viewport_size({"width": width, "height": 720})
        page.evaluate("size => { document.documentElement.dataset.size = size }", size)
        out = page.evaluate(
            """() => document.documentElement.scrollWidth <= document.documentElement.clientWidth ? null :
            [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right >
            document.documentElement.clientWidth + 0.5).map((one) => `${one.tagName}.${one.className}`).slice(0, 5)"""
        )
        if out is not None:
            found.append(f"{width} {size}: {out}")
    return found


@pytest.mark.clause("C9")
@pytest.mark.clause("A17")
@pytest.mark.parametrize("view", spread(6, every(3, VIEWS)), ids=lambda view: view.name)
def test_everybody_can_use_it(gallery: Gallery, view: View) -> None:
    complaints: list[str] = []
    with gallery.showing(view, "vi") as (visitor, page):
        for language in ("vi", "en"):
            if language == "en":
                gallery.turn(view, visitor, page)
            turn = VIEWS.index(view) + (language == "en")
            windows = [WINDOWS[0], *few(WINDOWS[1:], turn)]
            complaints += [f"{language}: wide at {one}" for one in _wide(page, windows)]
            page.set_viewport_size({"width": 390 if language == "en" else 1280, "height": 844})
            if THOROUGH:
                complaints += [f"{language} {one}" for one in visitor.axe_in_every_theme(page)]
            else:
                theme = "normal" if language == "vi" else THEMES[1 + turn % 2]
                page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
                complaints += [f"{language} {theme}: {one}" for one in visitor.axe(page)]
            complaints += [f"{language}: a key: {key}" for key in KEY.findall(page.inner_text("body"))]
    assert complaints == []
