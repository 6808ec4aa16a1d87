"""One browser and one local cloud with the built site for all tests here, in each worker.

What is needed: Chromium (`chromium.py` says which) and the built site (web/dist, which is built when Node
is there; MOTCUA_DIST names another folder). Without them the tests are skipped and say so; where CI is set they fail.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser import chromium
from tests.browser.gallery import Gallery
from tests.browser.line import Line
from tests.browser.office import Applicant
from tests.browser.paying import Payers
from tests.browser.portal import ROOT, Portal
from tests.browser.visitor import Visitor
from tests.browser.world import World

expect.set_options(timeout=15_000)  # the machine that runs the tests may be busy; who waits for less says so


def _lacking(what: str) -> NoReturn:
    if os.environ.get("CI"):
        pytest.fail(f"{what} is needed for the tests in the browser", pytrace=False)
    pytest.skip(f"NOTHING WAS TESTED IN A BROWSER: {what} is not there")


@pytest.fixture(scope="session")
def dist() -> Path:
    """The folder of the built site."""
    if os.environ.get("MOTCUA_DIST"):
        return Path(os.environ["MOTCUA_DIST"])
    built = subprocess.run(["make", "site"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, f"the site cannot be built:\n{built.stdout[-2000:]}{built.stderr[-2000:]}"
    if not (ROOT / "web" / "dist" / "index.html").is_file():
        _lacking("the built site (Node 20.19 or newer)")
    return ROOT / "web" / "dist"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = chromium.launch(playwright.chromium)
        if running is None:
            _lacking("Chromium ($CHROMIUM)")
        yield running
        running.close()


@pytest.fixture(scope="session")
def whole_browser(browser: Browser) -> Iterator[Browser]:
    """One with a viewer of PDF files, for the little that needs it."""
    running = chromium.launch(browser.browser_type, whole=True)
    if running is None:
        _lacking("the whole Chromium, not its headless shell,")
    yield running
    running.close()


@pytest.fixture(scope="session")
def portal(browser: Browser, dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    running = Portal.start(tmp_path_factory.mktemp("portal") / "cloud.log", dist)
    yield running
    running.stop()


@pytest.fixture(scope="session")
def world(portal: Portal) -> World:
    return Payers(portal)


@pytest.fixture(scope="session")
def gallery(browser: Browser, world: World, request: pytest.FixtureRequest) -> Iterator[Gallery]:
    opened = Gallery(browser, world, whole=lambda: request.getfixturevalue("whole_browser"))
    yield opened
    opened.close()


Enter = Callable[..., Visitor]


@pytest.fixture
def enter(browser: Browser, portal: Portal) -> Iterator[Enter]:
    """`enter(name, width, height, **options of a browser context)`: another visitor."""
    visitors: list[Visitor] = []

    def another(name: str, width: int, height: int, **options: Any) -> Visitor:
        visitors.append(Visitor(browser, portal, name, width, height, **options))
        return visitors[-1]

    yield another
    complaints = [f"{one.name}: {complaint}" for one in visitors for complaint in one.unexpected()]
    for one in visitors:
        one.context.close()
    assert not complaints


@pytest.fixture
def line() -> Iterator[Line]:
    running = Line()
    yield running
    running.close()


@pytest.fixture
def away(enter: Enter, line: Line) -> Visitor:
    """A visitor with a phone whose network comes and goes (`cut`, `mend`)."""
    visitor = enter("away", 390, 844, line=line, has_touch=True, is_mobile=True, device_scale_factor=2)
    visitor.expect(r"ERR_(INTERNET_DISCONNECTED|SOCKS_CONNECTION_FAILED|EMPTY_RESPONSE|CONNECTION_\w+|FAILED)")
    return visitor


@pytest.fixture
def phone(enter: Enter) -> Visitor:
    """A visitor with a phone."""
    return enter("phone", 390, 844, has_touch=True, is_mobile=True, device_scale_factor=2)


@pytest.fixture
def desk(enter: Enter) -> Visitor:
    """A visitor at a desk."""
    return enter("desk", 1280, 900)


@pytest.fixture
def applicant(portal: Portal) -> Applicant:
    """Somebody at home who files with the Department of Justice."""
    return Applicant(portal).log_in()
