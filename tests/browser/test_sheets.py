"""Forms of a dossier as PDF: the applicant downloads the receipt, an officer the control sheet."""

from __future__ import annotations

import io
import re
import time
from typing import Literal

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.browser.conftest import Enter
from tests.browser.office import Applicant, log_in, officer
from tests.browser.portal import Portal

pytestmark = [pytest.mark.clause("C4"), pytest.mark.slow]


def _downloaded(page: Page, name: str | re.Pattern[str], role: Literal["button", "link"] = "button") -> str:
    with page.expect_download() as download:
        page.get_by_role(role, name=name).first.click()
    assert download.value.suggested_filename.endswith(".pdf")
    with open(download.value.path(), "rb") as file:
        pages = PdfReader(io.BytesIO(file.read())).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_the_applicant_downloads_form_01_and_the_officer_the_control_sheet(
    enter: Enter, applicant: Applicant, portal: Portal
) -> None:
    dossier, code = applicant.file()
    officer(portal, "reception").call("POST", f"/desk/dossiers/{dossier}/receive", {"note": "Đủ thành phần."})
    for _ in range(300):  # the relay works beside
        sheets = applicant.call("GET", f"/dossiers/{dossier}")["sheets"]
        if sheets[0]["form"] == "01" and all(one["ready"] for one in sheets):
            break
        time.sleep(0.1)
    visitor = enter("following", 390, 844)
    page = visitor.open(f"/dang-nhap?tiep=/ho-so/{dossier}")
    username, password = portal.account("Trần Thị Thử")
    page.locator("#username").fill(username)
    page.locator("#password").fill(password)
    page.keyboard.press("Enter")
    said = _downloaded(page, "Giấy tiếp nhận hồ sơ và hẹn trả kết quả")
    assert f"Mã hồ sơ: {code}" in said and "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ" in said
    assert page.get_by_role("button", name="Phiếu kiểm soát").count() == 0
    desk = log_in(enter("sheets", 1280, 900), "reception", f"/can-bo/ho-so/{dossier}")
    control = _downloaded(desk, "Phiếu kiểm soát đến thời điểm này")
    assert "PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ" in control and "Đủ thành phần." in control


def test_an_officer_makes_the_register_of_a_period(enter: Enter, portal: Portal, applicant: Applicant) -> None:
    dossier, code = applicant.file()
    for _ in range(300):  # the relay works beside
        if applicant.call("GET", f"/dossiers/{dossier}")["sheets"][0]["ready"]:
            break
        time.sleep(0.1)
    visitor = enter("register", 1280, 900)
    page = log_in(visitor, "reception")
    page.get_by_role("link", name="Sổ theo dõi hồ sơ").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sổ theo dõi hồ sơ")
    page.locator("#from-year").fill("2020")
    page.get_by_role("button", name="Lập sổ").click()
    expect(page.get_by_role("alert", name="Có nội dung cần sửa")).to_be_focused()
    page.locator("#from-year").fill(page.locator("#to-year").input_value())
    page.get_by_role("button", name="Lập sổ").click()
    link = re.compile("^Tải phần 1: ")
    said = _downloaded(page, link, "link")
    while code not in said:  # a hundred to a part, and other tests file too
        part = page.locator(".govuk-list").get_by_role("link").count() + 1
        page.get_by_role("button", name="Lập phần tiếp theo").click()
        said = _downloaded(page, re.compile(f"^Tải phần {part}: "), "link")
    assert "SỔ THEO DÕI HỒ SƠ" in said
    assert visitor.axe(page) == []
