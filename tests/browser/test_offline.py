"""Without a network: the page and the draft come back, for whom they are and for nobody else, whatever happens."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import filing
from tests.browser.conftest import Enter
from tests.browser.line import Line
from tests.browser.offline import ADDRESS, REGISTERED, STORES, bar, on_device, request_page, shelved
from tests.browser.visitor import Visitor
from tests.thorough import spread


@pytest.mark.slow
def test_a_reload_without_a_network_loses_nothing(away: Visitor) -> None:
    page = request_page(away)
    away.cut()
    expect(bar(page)).to_be_visible()
    filing.answer(page, "registered_at").fill(REGISTERED)
    filing.saved(page, "kept")
    page.reload()
    expect(filing.answer(page, "registered_at")).to_have_value(REGISTERED)
    expect(bar(page)).to_contain_text("Đang không có mạng")
    filing.saved(page, "kept")
    assert away.axe(page) == []
    filing.answer(page, "person_name").fill("Trần Thị Thử")
    page.get_by_role("link", name="Lưu và làm tiếp sau").click()
    page.get_by_role("link", name="Người nộp hồ sơ", exact=True).click()
    expect(filing.answer(page, "applicant_address")).to_have_value(ADDRESS)  # what the server had saved is here too

    away.mend()
    filing.saved(page)
    expect(bar(page)).to_have_count(0)
    expect(page.locator("[role=status][aria-live=polite]")).not_to_be_empty()
    expect(page.locator(".header__who")).to_contain_text("Trần Thị Thử")  # the session is there again
    assert on_device(page) == {"drafts": 0, "piles": 0, "opened": 1}
    page.reload()
    page.goto(page.url.replace("nguoi-nop-ho-so", "noi-dung-yeu-cau"))
    expect(filing.answer(page, "person_name")).to_have_value("Trần Thị Thử")
    expect(filing.answer(page, "registered_at")).to_have_value(REGISTERED)
    expect(page.locator(".filing-save")).to_have_attribute("data-phase", "idle")


@pytest.mark.slow
def test_a_line_that_carries_nothing_is_as_good_as_none(away: Visitor, line: Line) -> None:
    """The device believes that it has a network, and says nothing when it works again."""
    page = request_page(away)
    line.cut()
    page.reload()
    expect(bar(page)).to_be_visible()
    filing.answer(page, "registered_at").fill(REGISTERED)
    filing.saved(page, "kept")
    line.mend()
    filing.saved(page)
    expect(bar(page)).to_have_count(0)


@pytest.mark.slow
def test_a_line_that_hangs_is_not_waited_for_long(away: Visitor, line: Line) -> None:
    page = request_page(away)
    line.stall()
    page.reload(timeout=20_000, wait_until="commit")
    expect(filing.answer(page, "registered_at")).to_be_visible(timeout=20_000)
    filing.answer(page, "registered_at").fill(REGISTERED)
    line.mend()
    filing.saved(page)


@pytest.mark.slow
def test_photographs_taken_without_a_network_are_sent_later(away: Visitor) -> None:
    page = filing.start(away)
    card = filing.to_papers(page)
    filing.saved(page)
    shelved(page, "/assets/filing-", "/catalogue/procedures/")
    away.cut()
    filing.add(card, "photo", filing.photo("1.jpg", "Mat truoc"))
    page.reload()
    expect(card.locator(".sheet")).to_have_count(1)
    filing.send_button(card).click()
    filing.taken(card, "cut")
    page.reload()
    filing.taken(card, "cut")
    away.mend()
    filing.taken(card)


@pytest.mark.slow
def test_a_closed_tab_is_opened_again(away: Visitor) -> None:
    page = request_page(away)
    away.cut()
    filing.answer(page, "registered_at").fill(REGISTERED)
    filing.saved(page, "kept")
    address = page.url
    page.close()

    again = away.context.new_page()
    again.goto("/ho-so")
    again.get_by_role("heading", level=1, name="Không có mạng").wait_for()
    link = again.locator("main").get_by_role("link", name=re.compile("Cấp bản sao Trích lục hộ tịch"))
    link.click()
    again.get_by_role("heading", level=1, name="Các bước nộp hồ sơ").wait_for()
    again.goto(address)
    expect(filing.answer(again, "registered_at")).to_have_value(REGISTERED)
    away.mend()
    filing.saved(again)


@pytest.mark.slow
def test_two_tabs_without_a_network_are_told_apart(away: Visitor) -> None:
    one = request_page(away)
    other = away.open(one.url)
    away.cut()
    filing.answer(one, "registered_at").fill(REGISTERED)
    filing.saved(one, "kept")
    other.reload()
    expect(filing.answer(other, "registered_at")).to_have_value(REGISTERED)
    filing.answer(other, "person_name").fill("Trần Thị Thử")
    away.mend()
    choose = "Xem và chọn"
    second = one if _first(one, other) is other else other
    second.get_by_role("button", name=choose).click()
    second.get_by_role("heading", level=1, name="Chọn câu trả lời").wait_for()
    second.get_by_role("button", name="Giữ các câu đã chọn").click()
    filing.saved(second)
    second.reload()
    expect(filing.answer(second, "registered_at")).to_have_value(REGISTERED)
    expect(filing.answer(second, "person_name")).to_have_value("Trần Thị Thử")


def _first(one: Page, other: Page) -> Page:
    """The tab whose answers reached the portal first; the other one has heard of it."""
    for _ in range(100):
        one.wait_for_timeout(200)
        for page, late in ((one, other), (other, one)):
            if late.get_by_role("button", name="Xem và chọn").count():
                filing.saved(page)
                return page
    raise AssertionError("nobody was told that the draft was changed elsewhere")


@pytest.mark.slow
def test_what_is_kept_of_the_site_is_the_same_for_everybody(away: Visitor) -> None:
    page = request_page(away)
    filing.answer(page, "registered_at").fill("UBND xã CANARY")
    filing.saved(page)
    for path in ("/tai-khoan", "/ho-so", page.url):
        page.goto(path, wait_until="networkidle")
    kept: dict[str, str] = page.evaluate(
        """async () => {
          const found = {};
          for (const name of await caches.keys()) {
            const cache = await caches.open(name);
            for (const request of await cache.keys())
              found[new URL(request.url).pathname] = await (await cache.match(request)).text();
          }
          return found;
        }"""
    )
    assert not [path for path in kept if not re.match(r"/(assets/|catalogue/|preferences\.js$|icon\.svg$|$)", path)]
    everything = "".join(kept.values())
    assert "Cấp bản sao Trích lục hộ tịch" in everything
    for personal in ("CANARY", "062120000017", "0912000001", "Trần Thị Thử"):
        assert personal not in everything


@pytest.mark.slow
def test_logging_out_leaves_nothing_in_any_tab(away: Visitor) -> None:
    page = request_page(away)
    other = away.open(page.url)
    assert on_device(page)["opened"] == 1
    filing.answer(page, "registered_at").fill(REGISTERED)  # saved on the way out
    _leave(page)
    page.wait_for_url(away.portal.url + "/")
    other.wait_for_url(away.portal.url + "/")
    for tab in (page, other):
        expect(tab.locator("a.header__login")).to_be_attached()
    assert on_device(page) == dict.fromkeys(STORES, 0)
    away.cut()
    other.go_back()
    other.reload()
    other.get_by_role("heading", level=1, name="Không có mạng").wait_for()
    expect(other.locator("main").get_by_role("link")).to_have_count(0)

    away.mend()
    other.wait_for_url("**/dang-nhap?tiep=*")
    filing.log_in(other, away)
    expect(filing.answer(other, "registered_at")).to_have_value(REGISTERED)


def _leave(page: Page) -> None:
    menu = page.get_by_role("button", name="Danh mục")
    if menu.is_visible():
        menu.click()
    page.get_by_role("button", name="Đăng xuất").click()


@pytest.mark.slow
def test_who_logs_out_without_a_network_is_asked_and_logged_out_later(away: Visitor) -> None:
    page = request_page(away)
    away.cut()
    filing.answer(page, "registered_at").fill(REGISTERED)
    filing.saved(page, "kept")
    page.reload()
    filing.saved(page, "kept")
    _leave(page)
    dialog = page.get_by_role("dialog", name="Còn nội dung chưa gửi được")
    assert away.axe(page) == []
    dialog.get_by_role("button", name="Hủy").click()
    expect(filing.answer(page, "registered_at")).to_have_value(REGISTERED)
    page.get_by_role("button", name="Đăng xuất").click()
    dialog.get_by_role("button", name="Đăng xuất và xóa").click()
    page.wait_for_url(away.portal.url + "/")
    assert on_device(page) == dict.fromkeys(STORES, 0)
    page.reload()
    expect(page.locator("a.header__login")).to_be_attached()
    assert _session_cookie(away)

    with page.expect_response(lambda answer: answer.request.method == "DELETE") as told:
        away.mend()
    assert told.value.ok
    assert not _session_cookie(away)


def _session_cookie(visitor: Visitor) -> bool:
    return any(
        cookie.get("path") == "/api/sessions"
        for cookie in visitor.context.cookies(visitor.portal.url + "/api/sessions")
    )


@pytest.mark.slow
def test_when_the_browser_was_closed_nothing_opens_and_the_next_person_finds_nothing(away: Visitor) -> None:
    page = request_page(away)
    away.cut()
    filing.answer(page, "registered_at").fill(REGISTERED)
    filing.saved(page, "kept")
    away.context.clear_cookies()  # as the browser does with cookies of a session
    page.reload()
    page.get_by_role("heading", level=1, name="Không có mạng").wait_for()
    expect(page.locator("main").get_by_role("link")).to_have_count(0)
    assert on_device(page) == {"drafts": 1, "piles": 0, "opened": 0}, "what was not sent waits for its owner"

    away.mend()
    page.wait_for_url("**/dang-nhap?tiep=*")
    filing.log_in(page, away, "Lê Văn Ví Dụ")
    page.wait_for_url("**/nop/**")
    expect(page.locator("main").get_by_role("alert")).to_contain_text("Không tìm thấy hồ sơ")
    assert on_device(page) == dict.fromkeys(STORES, 0)


@pytest.mark.slow
@pytest.mark.clause("A3")
def test_other_pages_say_that_there_is_no_network(away: Visitor) -> None:
    away.expect("503|status of 404")
    page = away.open("/")
    shelved(page)
    page.goto("/tt/2.000635", wait_until="networkidle")
    expect(bar(page)).to_have_count(0)
    shelved(page, "/tt/2.000635")
    away.cut()
    expect(bar(page)).to_contain_text("bản đã lưu trên máy này")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Cấp bản sao Trích lục hộ tịch")
    expect(bar(page)).to_contain_text("bản đã lưu trên máy này")
    assert away.axe(page) == []

    page.goto("/tt/1.001193")
    page.get_by_role("heading", level=1, name="Không có mạng").wait_for()
    page.goto("/ho-so")
    page.get_by_role("heading", level=1, name="Không có mạng").wait_for()
    page.goto("/khong-co")
    page.get_by_role("heading", level=1, name="Không có trang này").wait_for()
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(bar(page)).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    away.mend()
    page.goto("/tt/1.001193")
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("Không có mạng")
    expect(bar(page)).to_have_count(0)


@pytest.mark.slow
@pytest.mark.clause("C9")
@pytest.mark.parametrize("language", spread(2, ["vi", "en"]))
def test_without_a_network_the_page_can_be_used_by_everybody(enter: Enter, line: Line, language: str) -> None:
    visitor = enter(f"320-{language}", 320, 640, line=line)
    visitor.expect("ERR_")
    page = request_page(visitor)
    page.evaluate(
        "kept => localStorage.setItem('motcua.preferences', JSON.stringify(kept))",
        {"theme": "dark", "size": "large", "language": language},
    )
    page.reload(wait_until="networkidle")
    shelved(page)
    visitor.cut()
    for name, path in (("draft", page.url), ("list", "/ho-so")):
        page.goto(path)
        expect(bar(page)).to_be_visible()
        if name == "draft":
            filing.saved(page, "kept")
        else:
            page.locator("main ul a").wait_for()
        expect(page.locator("html")).to_have_attribute("lang", language)
        assert not visitor.scrolls_sideways(page), name
        assert visitor.axe_in_every_theme(page) == [], name
        assert not re.search(r"\b(offline|logout|filing|common)\.[a-z]+", page.inner_text("body")), name
