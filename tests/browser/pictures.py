"""`python -m tests.browser.pictures`: a picture of every view, for people to look at, into build/screenshots.

<window>/<language>-<theme>/<view>.png: every view on a phone and at a desk in three themes in Vietnamese, and in
English in the normal theme; what is printed as print/<view>.pdf.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import click
from playwright.sync_api import sync_playwright

from tests.browser import chromium
from tests.browser.gallery import Gallery
from tests.browser.paying import Payers
from tests.browser.portal import ROOT, Portal
from tests.browser.views import VIEWS, View
from tests.browser.visitor import THEMES

FOLDER = ROOT / "build" / "screenshots"
WINDOWS: dict[str, tuple[int, int, dict[str, Any]]] = {
    "phone": (360, 740, {"is_mobile": True, "has_touch": True, "device_scale_factor": 2}),
    "desk": (1280, 900, {}),
}
PRINTED = ("receipt", "guidance", "guidance-long", "desk-closed")


@click.command()
@click.option("--only", default="", help="Views whose name matches this regular expression.")
@click.option("--dist", type=click.Path(exists=True, path_type=Path), default=ROOT / "web" / "dist")
def main(only: str, dist: Path) -> None:
    """Take pictures of every view."""
    views = [view for view in VIEWS if re.search(only, view.name)]
    if not (dist / "index.html").is_file():
        sys.exit("the built site (make web) is needed")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = chromium.launch(playwright.chromium, whole=True)
        if browser is None:
            sys.exit("Chromium ($CHROMIUM) is needed")
        portal = Portal.start(Path(folder) / "cloud.log", dist)
        try:
            world = Payers(portal)
            for window, (width, height, options) in WINDOWS.items():
                gallery = Gallery(browser, world, width, height, **options)
                for view in views:
                    click.echo(f"{window} {view.name}")
                    _take(gallery, view, window)
                gallery.close()
            browser.close()
        finally:
            portal.stop()
    click.echo(FOLDER)


def _take(gallery: Gallery, view: View, window: str) -> None:
    for language, themes in (("vi", THEMES), ("en", THEMES[:1])):
        with gallery.showing(view, language) as (_, page):
            for theme in themes:
                page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
                picture = FOLDER / window / f"{language}-{theme}" / f"{view.name}.png"
                # A dialog stands in the window, not on the page.
                page.screenshot(path=picture, full_page=page.locator("dialog[open]").count() == 0)
            if window == "desk" and language == "vi" and view.name in PRINTED:
                printed = FOLDER / "print" / f"{view.name}.pdf"
                printed.parent.mkdir(parents=True, exist_ok=True)
                printed.write_bytes(page.pdf(format="A4", prefer_css_page_size=True))


if __name__ == "__main__":
    main()
