"""Opens the views of `views.py`, each with the right person logged in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page

from tests.browser.views import Made, View
from tests.browser.visitor import Visitor
from tests.browser.world import World


class Gallery:
    """Visitors are kept per person and language, so that only the first view of each has to log in."""

    def __init__(self, browser: Browser, world: World, width: int = 1280, height: int = 900, **options: Any) -> None:
        self.browser = browser
        self.world = world
        self.made = Made(world)
        self._window = (width, height, options)
        self._visitors: dict[tuple[str, str], Visitor] = {}

    @contextmanager
    def showing(self, view: View, language: str, **preferences: str) -> Iterator[tuple[Visitor, Page]]:
        """The page in its state; whatever the browser complains about on the way fails."""
        visitor = self._visitor(view.who, language)
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

    def close(self) -> None:
        for visitor in self._visitors.values():
            visitor.context.close()

    def _visitor(self, who: str, language: str) -> Visitor:
        if (who, language) not in self._visitors:
            width, height, options = self._window
            name = f"{who or 'nobody'}-{language}"
            visitor = Visitor(self.browser, self.world.portal, name, width, height, **options)
            visitor.prefer(language=language)
            if who:
                visitor.log_in(self.world.username(who))
            self._visitors[who, language] = visitor
        return self._visitors[who, language]
