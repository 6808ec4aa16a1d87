"""Opens the views of `views.py`, each with the right person logged in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page

from tests.browser.views import Made, View
from tests.browser.visitor import Visitor
from tests.browser.world import World


class Gallery:
    """Visitors are kept per person and language, so that only the first view of each has to log in."""

    def __init__(
        self,
        browser: Browser,
        world: World,
        width: int = 1280,
        height: int = 900,
        whole: Callable[[], Browser] | None = None,
        **options: Any,
    ) -> None:
        """`whole` gives the browser for views that its headless shell cannot show; `browser` can when there is none."""
        self.browser = browser
        self._whole = whole
        self.world = world
        self.made = Made(world)
        self._window = (width, height, options)
        self._visitors: dict[tuple[str, str, bool], Visitor] = {}

    @contextmanager
    def showing(self, view: View, language: str, **preferences: str) -> Iterator[tuple[Visitor, Page]]:
        """The page in its state; whatever the browser complains about on the way fails."""
        visitor = self._visitor(view.who, language, view.whole)
        visitor.complaints.clear()
        page = visitor.context.new_page()
        try:
            page.goto(view.address(self.made, language), wait_until="load")
            visitor.quiet(page)
            if view.do is not None:
                view.do(page, self.world)
                visitor.quiet(page)
            yield visitor, page
        finally:
            page.close()
        assert visitor.unexpected() == []

    def turn(self, view: View, visitor: Visitor, page: Page) -> None:
        """The same page in English: published ones have a twin, the others change and stay in their state."""
        if view.published:
            page.goto(view.address(self.made, "en"), wait_until="load")
        else:  # by script, for behind an open dialog the bar cannot be pressed
            page.evaluate("document.querySelector('.display__group--end button').click()")
            page.locator("html[lang=en]").wait_for()
        visitor.quiet(page)

    def close(self) -> None:
        for visitor in self._visitors.values():
            visitor.context.close()

    def _visitor(self, who: str, language: str, whole: bool) -> Visitor:
        if (who, language, whole) not in self._visitors:
            browser = self._whole() if whole and self._whole else self.browser
            width, height, options = self._window
            name = f"{who or 'nobody'}-{language}"
            visitor = Visitor(browser, self.world.portal, name, width, height, **options)
            visitor.prefer(language=language)
            if who:
                visitor.log_in(self.world.username(who))
            self._visitors[who, language, whole] = visitor
        return self._visitors[who, language, whole]
