"""How soon a page of the site is there on a slow line and a slow telephone, with nothing in the browser's cache.

Chromium's own emulation: 400 kbit/s and 400 ms per request, the processor at a quarter of its speed. It counts no
handshakes, and the machine that runs it may be busy: figures to compare with each other, not with a telephone's.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser import chromium
from tests.browser.portal import ROOT, Portal
from tests.browser.visitor import Visitor
from tests.browser.world import CITIZEN, World

RUNS = 5
LINE = {"offline": False, "latency": 400, "downloadThroughput": 400_000 / 8, "uploadThroughput": 400_000 / 8}
SLOWER = 4
# Told by the page itself: when something was painted, the greatest of it, long tasks, and when `there` was drawn.
WATCH = """(() => {
  window.seen = { fcp: 0, lcp: 0, there: 0, task: 0 };
  const watch = (type, see) => new PerformanceObserver((list) => list.getEntries().forEach(see)).observe(
    { type, buffered: true });
  watch("paint", (one) => { if (one.name === "first-contentful-paint") seen.fcp = one.startTime; });
  watch("largest-contentful-paint", (one) => { seen.lcp = one.startTime; });
  watch("longtask", (one) => { seen.task = one.startTime + one.duration; });
  const look = () => {
    if (!seen.there && document.querySelector(THERE)) seen.there = performance.now();
    if (!seen.there) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})()"""


@dataclass(frozen=True)
class Seen:
    """Milliseconds since the visitor set out, and what was fetched."""

    fcp: float
    lcp: float
    usable: float  # what the visitor came for is drawn, and the long tasks that drew it are over
    kilobytes: float
    requests: int


def _places(world: World) -> Iterator[tuple[str, str, str, str]]:
    """Name, path, what must be there, who looks."""
    draft = world.draft()
    yield "home", "/", ".home__fields a", ""
    yield "guidance", "/tt/2.000635", "main h1", ""
    yield "filing", f"/ho-so/{draft}/nop/nguoi-nop-ho-so", "main form input", CITIZEN


def _visit(browser: Browser, portal: Portal, path: str, there: str, who: str) -> Seen:
    visitor = Visitor(browser, portal, "slow", 360, 740, is_mobile=True, has_touch=True, device_scale_factor=2)
    if who:
        visitor.log_in(who)
    page = visitor.context.new_page()
    page.add_init_script(WATCH.replace("THERE", repr(there)))
    fetched: list[float] = []
    devtools = visitor.context.new_cdp_session(page)
    devtools.on("Network.loadingFinished", lambda event: fetched.append(event["encodedDataLength"]))
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", LINE)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(path, wait_until="commit", timeout=60_000)
    page.locator(there).first.wait_for(timeout=60_000)
    visitor.quiet(page)
    seen = page.evaluate("window.seen")
    visitor.context.close()
    usable = max(seen["there"], seen["task"] if seen["task"] < seen["there"] + 2000 else 0)
    return Seen(seen["fcp"], seen["lcp"], usable, sum(fetched) / 1000, len(fetched))


def table() -> Iterator[str]:
    """For people to read."""
    dist = ROOT / "web" / "dist"
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = chromium.launch(playwright.chromium, whole=True)
        if browser is None or not (dist / "index.html").is_file():
            yield "NOT MEASURED: Chromium ($CHROMIUM) and the built site (make web) are needed"
            return
        portal = Portal.start(Path(folder) / "cloud.log", dist)
        try:
            heads = ("first paint", "largest", "usable", "kB", "requests")
            yield f"{'seconds, median of ' + str(RUNS):<24}" + "".join(f"{head:>13}" for head in heads)
            for name, path, there, who in _places(World(portal)):
                runs = [_visit(browser, portal, path, there, who) for _ in range(RUNS)]
                times = [
                    statistics.median(getattr(run, key) for run in runs) / 1000 for key in ("fcp", "lcp", "usable")
                ]
                yield (
                    f"{name:<24}"
                    + "".join(f"{time:>13.2f}" for time in times)
                    + (f"{runs[-1].kilobytes:>13.0f}{runs[-1].requests:>13}")
                )
            browser.close()
        finally:
            portal.stop()
