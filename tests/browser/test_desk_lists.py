"""What officers find by: counts that are true, filters of the API, searches for people and the record of them."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import botocore.session
import pytest
from playwright.sync_api import Page, Route, expect

from infra.local.environment import REGION
from tests.browser.conftest import Enter
from tests.browser.office import AGENCY, ANSWERS, Applicant, act, confirm, log_in
from tests.browser.portal import Portal
from tests.browser.visitor import Visitor

DAY = 86_400
LONG_AGO = "2026-01-05T01:00:00.000Z"
QUEUE = f"/can-bo/{AGENCY}/reception"


def multiply(portal: Portal, dossier: str, count: int, **changes: str) -> None:
    """Put copies of a dossier's head beside it: many dossiers in little time."""
    told: dict[str, str] = portal.told["environment"]
    session = botocore.session.Session()
    session.set_credentials(told["AWS_ACCESS_KEY_ID"], told["AWS_SECRET_ACCESS_KEY"])
    table: Any = session.create_client("dynamodb", region_name=REGION, endpoint_url=portal.aws_url)
    where = {"TableName": told["DOSSIERS_TABLE"]}
    head = table.get_item(**where, Key={"pk": {"S": f"D#{dossier}"}, "sk": {"S": "HEAD"}})["Item"]
    for number in range(count):
        code = f"{head['code']['S'][:-4]}{9000 + number}"
        own = {"pk": f"D#{uuid4()}", "code": code, "owner": "nobody", "identity": "062120000018", **changes}
        table.put_item(**where, Item={**head, **{name: {"S": value} for name, value in own.items()}})


def number(page: Page, urgency: str) -> int:
    """What a bar of the queue says."""
    return int(page.locator(f".bars__one--{urgency} .bars__count").inner_text())


def until(holds: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(0.05)


def waiting(page: Page, queue: str) -> int:
    """What the navigation says of a queue."""
    return int(page.locator(f".desk-nav a[href$='/{queue}'] .desk-nav__count").inner_text().split()[0])


@pytest.mark.slow
def test_what_waits_is_counted_and_each_number_leads_to_just_those(
    enter: Enter, applicant: Applicant, portal: Portal
) -> None:
    dossier, code = applicant.file()
    portal.shift(9 * DAY)
    try:
        fresh, later = applicant.log_in().file()
        page = log_in(enter("lists", 1280, 900), "reception")
        card = page.locator(".desk-card").first
        overdue = card.get_by_role("link", name=re.compile("Quá hạn"))
        late = int(overdue.inner_text().split()[0])
        expect(page.locator(f".desk-nav a[href='{QUEUE}']")).to_contain_text(f"{late} quá hạn")
        overdue.click()
        expect(page).to_have_url(re.compile("han=overdue"))
        expect(page.locator(".bars__one--overdue")).to_have_attribute("aria-pressed", "true")
        expect(page.get_by_role("link", name=code)).to_be_visible()
        expect(page.get_by_role("link", name=later)).to_have_count(0)
        expect(page.locator(".queue .due")).to_have_text([re.compile("Quá hạn")] * min(late, 20))
        assert number(page, "overdue") == late
        page.get_by_role("button", name="Xem tất cả").click()
        expect(page.locator(".bars [aria-pressed=true]")).to_have_count(0)

        before = waiting(page, "reception")
        applicant.file()
        page.evaluate("() => void dispatchEvent(new Event('focus'))")
        until(lambda: waiting(page, "reception") == before + 1, "counted again when the officer comes back")
        page.goto(f"/can-bo/ho-so/{fresh}")
        act(page, "receive")
        confirm(page, "Tiếp nhận hồ sơ", "Được tiếp nhận")
        until(lambda: waiting(page, "reception") == before, "counted again after an act")
    finally:
        portal.shift(0)


@pytest.mark.slow
def test_a_filter_goes_over_all_pages(enter: Enter, applicant: Applicant, portal: Portal) -> None:
    dossier, _ = applicant.file()
    multiply(portal, dossier, 45, queue_due=LONG_AGO, reply_due_at=LONG_AGO)
    page = log_in(enter("pages", 1280, 900), "reception", f"{QUEUE}?han=overdue")
    page.locator("table.queue").wait_for()
    for shown in (20, 40):
        expect(page.locator(".queue__code")).to_have_count(shown)
        expect(page.locator(".queue__head [role=status]")).to_contain_text(f"{shown} hồ sơ đã tải; danh sách còn nữa")
        page.get_by_role("button", name="Xem thêm").click()
    until(lambda: page.locator(".queue__code").count() >= 45, "the third page")
    assert page.locator(".queue .due--overdue").count() == page.locator(".queue__code").count()
    multiply(portal, dossier, 60, queue_due=LONG_AGO, reply_due_at=LONG_AGO)
    page.get_by_role("button", name="Tải lại").click()
    expect(page.locator(".bars__one--overdue .bars__count")).to_have_text("100+")
    expect(page.locator(".bars__one--later .bars__count")).to_contain_text("chưa đếm")
    expect(page.locator(f".desk-nav a[href='{QUEUE}'] .desk-nav__count")).to_contain_text("99+")


def search(page: Page, term: str, kind: str = "name", purpose: str = "counter") -> None:
    page.locator(f"[name=kind][value={kind}]").check()
    page.locator("#term").fill(term)
    page.locator("#purpose").select_option(purpose)
    page.get_by_role("button", name="Tìm", exact=True).click()


@pytest.mark.clause("C7")
@pytest.mark.slow
def test_people_are_found_by_name_and_number_and_every_search_is_on_record(
    enter: Enter, applicant: Applicant, portal: Portal
) -> None:
    dossier, code = applicant.file()
    multiply(portal, dossier, 25, name_key="tran thi thu  200000")
    desk = enter("find", 1280, 900)
    page = log_in(desk, "reception")
    page.locator(".desk-card").first.wait_for()
    page.keyboard.press("t")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tìm hồ sơ theo người nộp")
    page.get_by_role("button", name="Tìm", exact=True).click()
    expect(page.get_by_role("alert").first).to_contain_text("Hãy chọn mục đích tìm")
    page.get_by_role("link", name="Hãy nhập nội dung cần tìm").click()
    expect(page.locator("#term")).to_be_focused()

    search(page, "tran thi thu")
    expect(page.locator("#found-title")).to_be_focused()
    expect(page.locator(".queue__code")).to_have_count(20)
    expect(page.locator(".queue__number").first).to_have_text(re.compile("số định danh …001[78]"))
    page.get_by_role("button", name="Xem thêm").click()
    expect(page.locator(".queue__code a").nth(20)).to_be_focused()
    search(page, ANSWERS["applicant_identity"], "identity", "phone")
    link = page.get_by_role("link", name=code)
    expect(link).to_be_visible()
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(code)
    page.go_back()
    expect(link).to_be_visible()  # without another search
    for place in ("location.href", "JSON.stringify(localStorage) + JSON.stringify(sessionStorage)"):
        said = str(page.evaluate(place)).lower()
        assert ANSWERS["applicant_identity"] not in said and "tran thi" not in said
    expect(page.get_by_role("link", name="Nhật ký tra cứu")).to_have_count(0)

    supervisor = enter("records", 1280, 900)
    page = log_in(supervisor, "administrator")
    page.get_by_role("link", name="Nhật ký tra cứu").click()
    rows = page.locator("table.queue tbody tr")
    expect(rows.nth(0)).to_contain_text("Số định danh hoặc mã số thuế")
    expect(rows.nth(0)).to_contain_text("Người nộp gọi điện thoại")
    expect(rows.nth(1)).to_contain_text("(trang 2)")
    expect(rows.nth(2)).to_contain_text("Cao Thị Tiếp Nhận")
    marks = [rows.nth(n).locator("code").inner_text() for n in range(3)]
    assert marks[1] == marks[2] != marks[0]
    text = page.locator("main").inner_text()
    assert "Trần" not in text and ANSWERS["applicant_identity"] not in text


def test_who_types_while_the_page_is_still_coming_keeps_the_field(desk: Visitor, applicant: Applicant) -> None:
    waiting: list[Route] = []
    desk.context.route("**/api/desk/queues", lambda route: waiting.append(route))  # it marks what it is given
    page = log_in(desk, "reception")
    page.locator("#code").press_sequentially("062 120")
    assert len(waiting) == 1
    waiting[0].continue_()
    page.locator("h1").wait_for()
    expect(page.locator("#code")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#code-answer")).to_contain_text("không phải mã hồ sơ")


def test_what_is_no_code_is_not_sent_but_taken_to_the_search(desk: Visitor, applicant: Applicant) -> None:
    applicant.file()
    page = log_in(desk, "reception")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    page.locator("#code").fill("062 120 000 017")
    page.keyboard.press("Enter")
    expect(page.locator("#code-answer")).to_contain_text("không phải mã hồ sơ")
    assert not [url for url in sent if "/desk/codes" in url or "062" in url]
    page.get_by_role("button", name="Tìm theo họ tên hoặc số định danh").click()
    expect(page.locator("#term")).to_have_value("062 120 000 017")
    expect(page.locator("[name=kind][value=identity]")).to_be_checked()
    page.locator("#purpose").select_option("counter")
    page.get_by_role("button", name="Tìm", exact=True).click()
    expect(page.locator(".queue__code").first).to_be_visible()


def test_nothing_that_was_found_outlives_the_session(desk: Visitor, applicant: Applicant) -> None:
    applicant.file()
    page = log_in(desk, "reception", "/can-bo/tim")
    search(page, "Trần Thị")
    expect(page.locator(".queue__code").first).to_be_visible()
    page.get_by_role("button", name="Đăng xuất").click()
    username, password = desk.portal.account(f"{AGENCY}:clerk")
    page.get_by_role("link", name="Đăng nhập").first.click()
    page.locator("#username").fill(username)
    page.locator("#password").fill(password)
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Bàn làm việc").click()
    page.get_by_role("link", name="Tìm theo họ tên, số định danh").click()
    expect(page.locator("#term")).to_have_value("")
    expect(page.locator(".find__found")).to_have_count(0)
