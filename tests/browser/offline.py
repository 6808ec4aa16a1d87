"""A draft that is about to lose the network, and what the browser keeps of it."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from tests.browser import filing
from tests.browser.visitor import Visitor

ADDRESS, REGISTERED = "Phường Quyết Thắng, thành phố Kon Tum", "UBND phường Quyết Thắng"
STORES = ["drafts", "piles", "opened"]


def shelved(page: Page, *parts: str) -> None:
    """Wait until the service worker has what this page would need without a network."""
    page.wait_for_function(
        """async (parts) => {
          const names = [];
          for (const name of await caches.keys())
            for (const { url } of await (await caches.open(name)).keys()) names.push(new URL(url).pathname);
          return navigator.serviceWorker.controller && parts.every((part) => names.some((one) => one.startsWith(part)));
        }""",
        arg=["/preferences.js", "/assets/core-", *parts],
    )


def on_device(page: Page) -> dict[str, int]:
    """Rows that filing keeps in the browser."""
    found: dict[str, int] = page.evaluate(
        """(names) => new Promise((done) => {
          const open = indexedDB.open("motcua-filing");
          open.onsuccess = () => {
            const counts = {}, all = open.result.transaction(names);
            for (const name of names) all.objectStore(name).count().onsuccess = ({ target }) => {
              counts[name] = target.result;
            };
            all.oncomplete = () => (open.result.close(), done(counts));
          };
        })""",
        STORES,
    )
    return found


def bar(page: Page) -> Any:
    return page.locator(".offline:visible")


def request_page(visitor: Visitor) -> Page:
    """A draft, saved, with its second page of questions open, ready to lose the network."""
    page = filing.start(visitor)
    page.get_by_role("link", name="Người nộp hồ sơ", exact=True).click()
    filing.applicant(page)
    filing.saved(page)
    filing.go_on(page)
    page.get_by_role("heading", level=1, name="Nội dung yêu cầu").wait_for()
    shelved(page, "/assets/filing-", "/catalogue/procedures/")
    return page
