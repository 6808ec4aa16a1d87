"""Asking another agency at the desk, answering on a phone; a wrongly addressed dossier goes to the right agency."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.paying import WARD, Payers
from tests.browser.visitor import Visitor
from tests.browser.world import CITIZEN, PAPER

pytestmark = pytest.mark.clause("B4")


@pytest.mark.slow
def test_a_question_is_asked_at_the_desk_and_answered_on_a_phone(world: Payers, phone: Visitor, desk: Visitor) -> None:
    dossier = world.appraised()
    desk.log_in(world.username("appraiser"))
    page = desk.open(f"/can-bo/ho-so/{dossier}")
    page.locator("button[name=consult-ask]").click()
    expect(page.locator("#ask-title")).to_be_focused()
    page.locator("#ask-agency").select_option(WARD)
    page.locator("button[name=consult-add]").click()
    expect(page.locator(".consult__one")).to_contain_text("Hạn trả lời")
    page.locator(".consult__one textarea").fill("Đề nghị xác nhận sự kiện hộ tịch.")
    page.locator(f"[id='hidden-0-{PAPER}']").check()
    page.get_by_role("button", name="Gửi câu hỏi").click()
    expect(page.locator(".told")).to_contain_text("Đã gửi câu hỏi")
    expect(page.locator(".consult tr", has_text="Quyết Thắng")).to_contain_text("Đang chờ")

    phone.log_in(world.username("several"))
    theirs = phone.open(f"/can-bo/y-kien/{WARD}/{dossier}")
    expect(theirs.locator("#question-title + p")).to_contain_text("xác nhận sự kiện hộ tịch")
    expect(theirs.locator("main")).to_contain_text("Có 1 giấy tờ không được gửi kèm")
    theirs.get_by_label("Không đồng ý").check()
    theirs.locator("#opinion").fill("Sự kiện không đăng ký tại phường.")
    theirs.get_by_role("button", name="Gửi ý kiến").click()
    expect(theirs.locator("main")).to_contain_text("Sự kiện không đăng ký tại phường.")
    expect(theirs.locator("form#none, .card form")).to_have_count(0)
    assert phone.axe(theirs) == []

    page.reload(wait_until="networkidle")
    expect(page.locator(".consult tr", has_text="Quyết Thắng")).to_contain_text("Không đồng ý")
    expect(page.locator(".dossier__state")).to_contain_text("Đang thẩm định")
    assert desk.axe(page) == []


@pytest.mark.slow
def test_a_wrongly_addressed_dossier_is_transferred(world: Payers, phone: Visitor, desk: Visitor) -> None:
    dossier, receipt = world.filed()
    desk.log_in(world.username("reception"))
    page = desk.open(f"/can-bo/ho-so/{dossier}")
    page.locator("button[name=consult-transfer]").click()
    page.locator("#transfer-agency").select_option(WARD)
    page.locator("#transfer-reason").fill("Sự kiện đăng ký tại phường Quyết Thắng.")
    page.get_by_role("button", name="Chuyển hồ sơ", exact=True).click()
    expect(page.locator("h1")).not_to_contain_text(receipt["code"])
    page.locator("#code").fill(receipt["code"])
    page.keyboard.press("Enter")
    expect(page.locator("#code-answer")).to_contain_text("Hồ sơ đã được chuyển đến Ủy ban nhân dân phường Quyết Thắng")

    phone.log_in(CITIZEN)
    mine = phone.open(f"/ho-so/{dossier}")
    expect(mine.locator("main")).to_contain_text("Chuyển hồ sơ đến đúng thẩm quyền")
    expect(mine.locator("main")).to_contain_text("Ủy ban nhân dân phường Quyết Thắng")
