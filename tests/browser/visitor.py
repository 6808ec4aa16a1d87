"""A person with a browser. Whatever the browser complains about on the way fails the test at its end."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

from tests.browser.line import Line
from tests.browser.portal import ROOT, Portal

SCREENSHOTS = ROOT / "build" / "screenshots"
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


class Visitor:
    """One browser context: its own storage and cookies, a window of one size."""

    def __init__(
        self,
        browser: Browser,
        portal: Portal,
        name: str,
        width: int,
        height: int,
        line: Line | None = None,
        **options: Any,
    ) -> None:
        self.name = name
        self.portal = portal
        self.line = line
        self.complaints: list[str] = []
        self._expected: list[re.Pattern[str]] = []
        options = {"locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh", "reduced_motion": "reduce", **options}
        if line is not None:
            options["proxy"] = {"server": line.server}
        self.context: BrowserContext = browser.new_context(
            base_url=portal.url, viewport={"width": width, "height": height}, **options
        )
        self.context.set_default_timeout(10_000)
        self.context.on("console", self._hear)
        self.context.on("weberror", lambda error: self.complaints.append(f"error: {error.error}"))
        self.context.on("request", self._watch)

    def open(self, path: str) -> Page:
        """A new tab at `path`, loaded and quiet."""
        page = self.context.new_page()
        page.goto(path, wait_until="networkidle")
        return page

    def cut(self) -> None:
        """The network is gone: nothing passes, and the device says so. For visitors with a line."""
        assert self.line is not None
        self.line.cut()
        self.context.set_offline(True)

    def mend(self) -> None:
        assert self.line is not None
        self.line.mend()
        self.context.set_offline(False)

    def expect(self, pattern: str) -> None:
        """Complaints that match are what the test wants to see (a cut network, a refused policy)."""
        self._expected.append(re.compile(pattern))

    def unexpected(self) -> list[str]:
        return [one for one in self.complaints if not any(pattern.search(one) for pattern in self._expected)]

    def shot(self, page: Page, name: str) -> None:
        """The whole page as build/screenshots/<name>-<visitor>.png."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SCREENSHOTS / f"{name}-{self.name}.png", full_page=True)

    def axe(self, page: Page) -> list[str]:
        """Violations of WCAG 2.2 A and AA, one line per element."""
        page.evaluate(AXE.read_text("utf-8"))  # not as a script element, which the site's policy refuses
        found = page.evaluate(f"axe.run(document, {{runOnly: {_TAGS!r}}})")
        return [
            f"{violation['id']}: {node['target']}: {node['failureSummary']}"
            for violation in found["violations"]
            for node in violation["nodes"]
        ]

    def scrolls_sideways(self, page: Page) -> bool:
        return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning"):
            return
        where = urlsplit(message.location.get("url", ""))
        # The browser itself reports every answer of 4xx: from the API these are answers (nobody is logged in, …).
        if message.text.startswith("Failed to load resource: the server responded") and where.path.startswith("/api/"):
            return
        self.complaints.append(f"{message.type} at {where.path}: {message.text}")

    def _watch(self, request: Request) -> None:
        if not request.url.startswith((self.portal.url, self.portal.aws_url, "data:", "blob:")):
            self.complaints.append(f"a request to {request.url}")
