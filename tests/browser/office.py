"""An office for browser tests: an applicant who files by calls of the API, officers who log in and act on the pages."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import requests
from playwright.sync_api import Page, expect

from tests.browser.portal import Portal
from tests.browser.visitor import Visitor
from tests.files import make

AGENCY, PROCEDURE, PAPER = "H34.05", "2.000635", "identity-paper"
ANSWERS: dict[str, Any] = {
    "applicant_name": "Trần Thị Thử",
    "applicant_identity": "062120000017",
    "applicant_address": "Phường Quyết Thắng, thành phố Kon Tum",
    "applicant_phone": "0912000001",
    "relation": "self",
    "extract_kind": "birth",
    "person_name": "Trần Thị Thử",
    "person_birth_date": "1920-02-29",
    "registered_at": "UBND phường Quyết Thắng",
    "copies": 2,
}
SIDES = "Căn cước"


@dataclass
class Caller:
    """Somebody with an account who calls the API."""

    portal: Portal
    token: str = ""

    def call(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": str(uuid4())}
        answer = requests.request(method, f"{self.portal.url}/api{path}", json=body, headers=headers, timeout=30)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def enter(self, who: str) -> None:
        """Log in with the first demo account whose description holds `who`."""
        username, password = self.portal.account(who)
        self.token = self.call("POST", "/sessions", {"username": username, "password": password})["id_token"]


def officer(portal: Portal, role: str) -> Caller:
    """An officer of the agency who works without pages."""
    made = Caller(portal)
    made.enter(f"{AGENCY}:{role}")
    return made


class Applicant(Caller):
    """Who files at home: their own pages have tests of their own."""

    def log_in(self) -> Applicant:
        self.enter("Trần Thị Thử")
        return self

    def send_paper(self, dossier: str, text: str) -> None:
        scan, paper = make.jpeg(text=text), str(uuid4())
        page = {"name": "mat-truoc.jpg", "size": len(scan), "type": "image/jpeg"}
        body = {
            "id": paper,
            "component": PAPER,
            "provenance": "photo",
            "files": [{**page, "sha256": hashlib.sha256(scan).hexdigest()}],
        }
        (place,) = self.call("POST", f"/dossiers/{dossier}/papers", body)["uploads"]
        assert requests.post(place["url"], data=place["fields"], files={"file": scan}, timeout=30).ok
        for _ in range(200):
            papers = self.call("GET", f"/dossiers/{dossier}")["papers"]
            if any(one["id"] == paper and one["status"] == "verified" for one in papers):
                return
        raise AssertionError("the paper was not inspected")

    def file(self) -> tuple[str, str]:
        """A dossier filed: its id and its code."""
        dossier = str(uuid4())
        body = {"version": 0, "procedure": PROCEDURE, "procedure_version": 1, "agency": AGENCY, "answers": {}}
        self.call("PUT", f"/dossiers/{dossier}", body)
        self.call("PUT", f"/dossiers/{dossier}", {**body, "version": 1, "answers": ANSWERS})
        self.send_paper(dossier, SIDES)
        return dossier, self.call("POST", f"/dossiers/{dossier}/submission", {"declaration": True})["code"]


def log_in(visitor: Visitor, role: str, path: str = "/can-bo", agency: str = AGENCY) -> Page:
    page = visitor.open(f"/dang-nhap?tiep={path}")
    username, password = visitor.portal.account(f"{agency}:{role}")
    page.locator("#username").fill(username)
    page.locator("#password").fill(password)
    page.keyboard.press("Enter")
    page.locator(".desk").wait_for()
    return page


def act(page: Page, name: str) -> None:
    """Press one of the acts open to the officer; its form takes the focus."""
    page.locator(f"button[name=act-{name}]").click()
    expect(page.locator("#act-title")).to_be_focused()


def confirm(page: Page, button: str, done: str) -> None:
    """Send the form; the page says what was done, and where the dossier is now."""
    page.locator("form").get_by_role("button", name=button, exact=True).click()
    expect(page.locator(".told")).to_contain_text(done)


def draw(page: Page) -> None:
    """Sign in the frame on the screen."""
    frame = page.locator("#signature")
    frame.hover(position={"x": 40, "y": 60})  # waits until the page stands still
    page.mouse.down()
    for step in range(1, 8):
        frame.hover(position={"x": 40 + 20 * step, "y": 90 if step % 2 else 40})
    page.mouse.up()
