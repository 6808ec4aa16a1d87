"""A person with a browser. Whatever the browser complains about on the way fails the test at its end."""

from __future__ import annotations

import json
import re
import time
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Route

from tests.browser.line import Line
from tests.browser.portal import ROOT, Portal

AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
THEMES = ("normal", "contrast", "dark")
COLOURS = ["color-contrast", "link-in-text-block"]
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@cache
def _axe() -> str:
    return AXE.read_text("utf-8")


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
        self._waiting: set[Request] = set()
        options = {"locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh", "reduced_motion": "reduce", **options}
        # In every fresh browser it would fetch and keep the whole site anew; those whose network goes away need it.
        options.setdefault("service_workers", "block" if line is None else "allow")
        if line is not None:
            options["proxy"] = {"server": line.server}
        self.context: BrowserContext = browser.new_context(
            base_url=portal.url, viewport={"width": width, "height": height}, **options
        )
        self.context.set_default_timeout(20_000)
        self.context.on("console", self._hear)
        self.context.on("weberror", lambda error: self.complaints.append(f"error: {error.error}"))
        self.context.on("request", self._watch)
        for end in ("requestfinished", "requestfailed"):
            self.context.on(end, lambda request: self._waiting.discard(request))

    def open(self, path: str) -> Page:
        """A new tab at `path`, loaded and quiet."""
        page = self.context.new_page()
        self.visit(page, path)
        return page

    def visit(self, page: Page, path: str) -> None:
        """Go to `path`, and wait until it is loaded and quiet."""
        page.goto(path)
        self.quiet(page)

    def again(self, page: Page) -> None:
        """Load it anew, and wait until it is quiet."""
        page.reload()
        self.quiet(page)

    def cut(self) -> None:
        """The network is gone: nothing passes, and the device says so. For visitors with a line."""
        assert self.line is not None
        self.line.cut()
        self.context.set_offline(True)

    def mend(self) -> None:
        assert self.line is not None
        self.line.mend()
        self.context.set_offline(False)

    def quiet(self, page: Page) -> None:
        """Wait until the page is drawn and has asked for nothing for a moment; sooner than the browser's own idea."""
        page.locator("h1").first.wait_for()
        ends, still = time.monotonic() + 20, 0
        while still < 5:
            assert time.monotonic() < ends, f"still waiting for {[one.url for one in self._waiting]}"
            page.wait_for_timeout(30)
            still = 0 if self._waiting else still + 1

    def log_in(self, username: str, **preferences: str) -> None:
        """A demo person's session as the login page leaves it: the cookie, and the hint that there is one."""
        body = {"username": username, "password": self.portal.told["accounts"][0]["password"]}
        answer = self.context.request.post("/api/sessions", data=body)
        assert answer.ok, answer.text()
        if preferences:
            self.prefer(**preferences)
        self._on_every_page("localStorage.setItem('motcua.session', '1')")

    def end_session(self) -> None:
        """As after the longest time: the cookie is gone, and the API refuses the token with the next request."""
        self.context.clear_cookies()

        def expired(route: Route) -> None:
            route.continue_(headers={**route.request.headers, "authorization": "Bearer e30.e30.e30"})

        self.context.route(re.compile("/api/(?!sessions)"), expired, times=1)

    def prefer(self, **chosen: str) -> None:
        """What the bar at the top remembers: theme, size, language."""
        kept = json.dumps({"theme": "normal", "size": "normal", "language": "vi", **chosen})
        self._on_every_page(f"localStorage.setItem('motcua.preferences', {json.dumps(kept)})")

    def _on_every_page(self, script: str) -> None:
        self.context.add_init_script(f"if (location.protocol.startsWith('http')) {script}")

    def expect(self, pattern: str) -> None:
        """Complaints that match are what the test wants to see (a cut network, a refused policy)."""
        self._expected.append(re.compile(pattern))

    def unexpected(self) -> list[str]:
        return [one for one in self.complaints if not any(pattern.search(one) for pattern in self._expected)]

    def axe(self, page: Page, rules: list[str] | None = None) -> list[str]:
        """Violations of WCAG 2.2 A and AA, or of these rules only; one line per element."""
        if not page.evaluate("'axe' in window"):
            page.evaluate(_axe())  # not as a script element, which the site's policy refuses
        found = page.evaluate(f"axe.run(document, {{runOnly: {rules or _TAGS!r}, resultTypes: ['violations']}})")
        return [
            f"{violation['id']}: {node['target']}: {node['failureSummary']}"
            for violation in found["violations"]
            for node in violation["nodes"]
        ]

    def axe_in_every_theme(self, page: Page) -> list[str]:
        """All rules as the page stands, then those of colours in the other themes, which change nothing else."""
        theme = "document.documentElement.dataset.theme"
        shown = page.evaluate(theme)
        found = [f"{shown}: {one}" for one in self.axe(page)]
        for other in (one for one in THEMES if one != shown):
            page.evaluate(f"other => {{ {theme} = other }}", other)
            found += [f"{other}: {one}" for one in self.axe(page, COLOURS)]
        page.evaluate(f"shown => {{ {theme} = shown }}", shown)
        return found

    def scrolls_sideways(self, page: Page) -> bool:
        return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning"):
            return
        if message.text == "Service Worker registration blocked by Playwright":
            return
        where = urlsplit(message.location.get("url", ""))
        # The browser itself reports every answer of 4xx: from the API these are answers (nobody is logged in, …).
        if message.text.startswith("Failed to load resource: the server responded") and where.path.startswith("/api/"):
            return
        self.complaints.append(f"{message.type} at {where.path}: {message.text}")

    def _watch(self, request: Request) -> None:
        self._waiting.add(request)
        own = (self.portal.url, self.portal.aws_url, "data:", "blob:", "chrome-extension:", "chrome:")
        if not request.url.startswith(own):  # chrome: parts of the browser's own viewer of PDF files
            self.complaints.append(f"a request to {request.url}")
