"""A complaint from the refusal to the answer, by the applicant on a phone and by the administrator at a desk."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import Visitor
from tests.browser.world import CITIZEN, World


@pytest.mark.clause("A5")
@pytest.mark.clause("C9")
def test_a_complaint_is_filed_answered_and_read(phone: Visitor, desk: Visitor, world: World) -> None:
    dossier = world.refused()
    phone.log_in(CITIZEN)
    page = phone.open(f"/ho-so/{dossier}")
    page.get_by_role("link", name="Gửi khiếu nại").click()
    page.get_by_label("Nội dung khiếu nại").fill("Sự kiện của tôi đăng ký tại tỉnh.")
    page.get_by_role("button", name="Gửi khiếu nại").press("Enter")
    expect(page.get_by_text("Đang giải quyết", exact=True)).to_be_visible()
    desk.log_in(world.username("supervisor"))
    answering = desk.open("/can-bo/khieu-nai/H34.05")
    code = str(world.call(CITIZEN, "GET", f"/dossiers/{dossier}")["code"])
    answering.get_by_role("link", name=code).click()
    answering.get_by_label("Chấp nhận, mở lại hồ sơ").check()
    answering.get_by_label("Nội dung trả lời").fill("Hồ sơ được tiếp nhận lại.")
    answering.get_by_role("button", name="Trả lời").press("Enter")
    expect(answering.get_by_text("Khiếu nại đã được trả lời.").first).to_be_visible()
    page.reload()
    expect(page.get_by_text("Hồ sơ được tiếp nhận lại.")).to_be_visible()
    page.get_by_role("link", name="Quay lại").click()
    expect(page.locator(".situation .tag")).to_have_text("Mới đăng ký")
