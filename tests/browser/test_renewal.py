"""A new version of the site is published while somebody fills in a form."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import filing
from tests.browser.line import Line
from tests.browser.offline import REGISTERED, request_page
from tests.browser.portal import Portal
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.slow


HASHED = re.compile(r"^(?P<name>.+)-(?P<hash>[\w-]{8})(?P<end>\.\w+)$")
OLD, NEW = "Câu trả lời được lưu tự động.", "Câu trả lời được lưu tự động, bản mới."


def publish_anew(dist: Path) -> None:
    """What another build gives: other names of files, other words, another version; the old files are gone."""
    renamed = {}
    for path in sorted((dist / "assets").iterdir()):
        if found := HASHED.match(path.name):
            renamed[path.name] = f"{found['name']}-{found['hash'][::-1].replace('-', '_')}N{found['end']}"
    for path in [*dist.iterdir(), *(dist / "assets").iterdir()]:
        if path.suffix in {".js", ".css", ".html"}:
            text = path.read_text("utf-8").replace(OLD, NEW)
            for old, new in renamed.items():
                text = text.replace(old, new)
            path.write_text(re.sub(r'"version":"\w{8}', '"version":"new-site', text), "utf-8")
    for old, new in renamed.items():
        (dist / "assets" / old).rename(dist / "assets" / new)


@pytest.fixture
def renewed(tmp_path: Path, dist: Path) -> Iterator[tuple[Portal, Path]]:
    """A portal of its own, whose site can be published anew."""
    shutil.copytree(dist, tmp_path / "dist")
    portal = Portal.start(tmp_path / "cloud.log", tmp_path / "dist")
    yield portal, tmp_path / "dist"
    portal.stop()


def test_a_new_version_of_the_site_comes_while_a_form_is_open(
    browser: Browser, line: Line, renewed: tuple[Portal, Path]
) -> None:
    portal, dist = renewed
    visitor = Visitor(browser, portal, "renewed", 390, 844, line=line)
    visitor.expect("ERR_")
    page = request_page(visitor)
    (before,) = _versions(page)
    publish_anew(dist)
    page.evaluate("navigator.serviceWorker.getRegistration().then((one) => one.update())")
    page.wait_for_function("async () => (await caches.keys()).some((name) => name.includes('new-site'))")
    page.wait_for_function("navigator.serviceWorker.controller?.state === 'activated'")
    assert before in _versions(page), "the open page may still need its own files"
    filing.answer(page, "registered_at").fill(REGISTERED)
    filing.saved(page)
    page.get_by_role("link", name="Lưu và làm tiếp sau").click()
    expect(page.locator(".filing-save")).not_to_contain_text("bản mới")
    page.get_by_role("link", name="Nội dung yêu cầu", exact=True).click()

    visitor.cut()
    filing.answer(page, "person_name").fill("Trần Thị Thử")
    filing.saved(page, "kept")
    page.reload()
    expect(filing.answer(page, "person_name")).to_have_value("Trần Thị Thử")
    expect(filing.answer(page, "registered_at")).to_have_value(REGISTERED)
    page.wait_for_function("async (old) => !(await caches.keys()).includes(old)", arg=before)
    (after,) = _versions(page)
    assert "new-site" in after
    visitor.mend()
    filing.saved(page)
    page.reload()
    expect(page.locator(".filing-save")).to_have_text(NEW)
    assert visitor.unexpected() == []
    visitor.context.close()


def _versions(page: Page) -> list[str]:
    names: list[str] = page.evaluate("caches.keys()")
    return [name for name in names if name != "motcua-published"]
