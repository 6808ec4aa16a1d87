"""Accounts to the end: an organisation signs up and files, a password is forgotten, officers prove a second factor."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.authenticator import totp
from tests.browser import filing, qr
from tests.browser.conftest import Enter
from tests.browser.portal import Portal
from tests.browser.visitor import Visitor
from tests.browser.world import World

PASSWORD = "hoa ban trắng trên đồi"


def send(page: Page, name: str) -> None:
    page.locator("main form").get_by_role("button", name=name, exact=True).click()


def refused(page: Page, *links: str) -> None:
    """The summary has the focus and names each of these."""
    summary = page.locator(".govuk-error-summary")
    expect(summary).to_be_focused()
    expect(summary.locator("a")).to_have_text([re.compile(link) for link in links])


def wrong(code: str) -> str:
    """Six digits that are not the code."""
    return f"{(int(code) + 1) % 1_000_000:06d}"


@pytest.mark.clause("A4")
@pytest.mark.clause("A8")
@pytest.mark.clause("A12")
@pytest.mark.slow
def test_an_organisation_signs_up_and_files(phone: Visitor) -> None:
    page = phone.open("/dang-ky")
    page.get_by_label("Tổ chức, doanh nghiệp").check()
    page.locator("#identity").fill("9900000031")  # the check digit is wrong
    page.locator("#name").fill("Công ty TNHH Thử Lần Đầu")
    page.locator("#email").fill("lan-dau@vi-du.example")
    page.locator("#phone").fill("0912 000 077")
    page.locator("#password").fill(PASSWORD)
    send(page, "Đăng ký")
    refused(page, "Mã số thuế không đúng", "Người đại diện: Vui lòng nhập", "đồng ý với mục đích bắt buộc")
    page.get_by_role("link", name="Mã số thuế không đúng").click()
    expect(page.locator("#identity")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("9900 000 030")
    page.locator("#representative").fill("Nguyễn Thị Thử")
    page.locator("#consent-services").check()
    send(page, "Đăng ký")
    page.wait_for_url("**/xac-nhan")

    expect(page.locator("#username")).to_have_value("9900000030")
    first = phone.portal.code("lan-dau@vi-du.example")
    page.locator("#code").fill(wrong(first))
    send(page, "Xác nhận")
    refused(page, "Mã")
    with page.expect_response("**/confirmation-code"):
        page.get_by_role("button", name="Gửi lại mã").click()
    second = phone.portal.code("lan-dau@vi-du.example")
    page.locator("#code").fill(f"{second[:3]} {second[3:]}")
    send(page, "Xác nhận")
    page.wait_for_url("**/dang-nhap")
    expect(page.locator("#username")).to_have_value("9900000030")
    page.locator("#password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/ho-so")
    page.get_by_text("Bạn chưa có hồ sơ nào").wait_for()
    _file(page)


def _file(page: Page) -> None:
    """A level-4 procedure for organisations, unsigned: its papers are then expected by post."""
    page.goto("/nop/1.004363")
    page.get_by_role("button", name="Bắt đầu").click()
    page.get_by_role("link", name="Người nộp hồ sơ", exact=True).click()
    known = {"organisation_name": "Công ty TNHH Thử Lần Đầu", "tax_code": "9900000030"}
    known |= {"representative": "Nguyễn Thị Thử", "applicant_phone": "0912000077"}
    for name, value in known.items():
        expect(filing.answer(page, name)).to_have_value(value)
    filing.answer(page, "head_office").fill("Phường Quyết Thắng")
    filing.go_on(page)
    filing.answer(page, "shop_address").fill("Phường Thắng Lợi")
    filing.answer(page, "shop_area").fill("1.250,5")
    page.get_by_label("Cấp mới").check()
    filing.go_on(page)
    page.locator('[id="answers.staff"]').click()
    page.locator('[id="answers.staff[0].name"]').fill("Lê Văn Bán Hàng")
    page.locator('[id="answers.staff[0].qualification"]').fill("Trung cấp bảo vệ thực vật")
    filing.go_on(page)
    page.get_by_label("Tại cơ quan tiếp nhận").check()
    filing.go_on(page)
    for component in ("application", "conditions-report"):
        card = page.locator(f"[data-component={component}]")
        filing.add(card, "photo", filing.photo(f"{component}.jpg", component))
        filing.send_button(card).click()
        filing.taken(card)
    filing.go_on(page)
    page.get_by_label("In, ký tay và gửi qua bưu chính").check()
    filing.go_on(page)
    expect(page.locator("main")).to_contain_text("1.250,5")
    page.locator("#declaration").check()
    page.get_by_role("button", name="Nộp hồ sơ").click()
    page.wait_for_url("**/bien-nhan")
    page.get_by_role("link", name="Đến trang hồ sơ").click()
    expect(page.locator(".situation .tag")).to_have_text("Chờ hồ sơ giấy gửi qua bưu chính")


@pytest.mark.clause("A4")
def test_a_forgotten_password_is_set_anew(phone: Visitor, desk: Visitor, world: World) -> None:
    identity, mail = "062120000066", "quen@nguoi-dan.example"
    _signed_up(phone, identity, mail)
    elsewhere = desk.open("/dang-nhap")
    _log_in(elsewhere, identity, PASSWORD)
    elsewhere.wait_for_url("**/ho-so")

    page = phone.open("/dang-nhap")
    _log_in(page, identity, "không nhớ nữa rồi")
    expect(page.locator(".govuk-error-summary")).to_contain_text("mật khẩu không đúng")
    page.get_by_role("link", name="Quên mật khẩu").click()
    page.locator("#username").fill("062120000067")  # nobody has it, and nobody is told so
    send(page, "Gửi mã")
    expect(page.locator(".notice")).to_contain_text("Nếu tài khoản tồn tại")
    assert not [one for one in phone.portal.letters(mail) if "đặt lại" in one["subject"]]
    page.goto("/quen-mat-khau")
    page.locator("#username").fill(identity)
    send(page, "Gửi mã")
    expect(page.locator(".notice")).to_contain_text("Nếu tài khoản tồn tại")
    code = phone.portal.code(mail)
    page.locator("#code").fill(wrong(code))
    page.locator("#password").fill("ngắn")
    send(page, "Đặt mật khẩu mới")
    refused(page, "Mật khẩu cần từ 10")
    page.locator("#password").fill("một mật khẩu khác hẳn")
    send(page, "Đặt mật khẩu mới")
    refused(page, "Mã")
    page.locator("#code").fill(code)
    send(page, "Đặt mật khẩu mới")
    page.wait_for_url("**/dang-nhap")
    _log_in(page, identity, PASSWORD)
    expect(page.locator(".govuk-error-summary")).to_contain_text("mật khẩu không đúng")
    _log_in(page, identity, "một mật khẩu khác hẳn")
    page.wait_for_url("**/ho-so")
    # Whoever was logged in elsewhere is so no more.
    elsewhere.reload()
    elsewhere.wait_for_url("**/dang-nhap?tiep=*")


def _signed_up(visitor: Visitor, identity: str, mail: str) -> None:
    form = {"kind": "person", "identity": identity, "name": "Lò Thị Hay Quên", "email": mail, "phone": "0912000066"}
    agreed = {"password": PASSWORD, "representative": None, "consents": [{"purpose": "services", "version": 1}]}
    api = visitor.context.request
    assert api.post("/api/accounts", data={**form, **agreed}).ok
    confirmation = {"username": identity, "code": visitor.portal.code(mail)}
    assert api.post("/api/accounts/confirmation", data=confirmation).ok


def _log_in(page: Page, username: str, password: str) -> None:
    page.locator("#username").fill(username)
    page.locator("#password").fill(password)
    send(page, "Đăng nhập")


@pytest.fixture(scope="module")
def guarded(browser: Browser, dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal in which officers need an authenticator app, as in every stage with real people."""
    running = Portal.start(tmp_path_factory.mktemp("guarded") / "cloud.log", dist, "--second-factor")
    yield running
    running.stop()


@pytest.mark.clause("A4")
@pytest.mark.xdist_group("guarded")
@pytest.mark.slow
def test_an_officer_sets_up_an_authenticator_app_and_logs_in_with_it(browser: Browser, guarded: Portal) -> None:
    """From the mail with the temporary password to the queue; next time with the app's code."""
    who = "moi-den@tu-phap.example"
    guarded.motcua("officers", "add", who, "--name", "Ngô Thị Mới Đến", "--post", "H34.05:reception")
    (letter,) = guarded.letters(who)
    temporary = re.search(r"Temporary password: (\S+)", letter["body"])
    assert temporary is not None
    officer = Visitor(browser, guarded, "officer", 1280, 900)
    page = officer.open("/dang-nhap?tiep=/can-bo/H34.05/reception")
    _log_in(page, who, temporary[1])
    page.get_by_role("heading", level=1, name="Đặt mật khẩu của bạn").wait_for()
    page.locator("#password").fill("ngắn")
    send(page, "Tiếp tục")
    refused(page, "Mật khẩu cần từ 10")
    page.locator("#password").fill(PASSWORD)
    send(page, "Tiếp tục")

    heading = page.get_by_role("heading", level=1, name="Thiết lập đăng nhập hai bước")
    heading.wait_for()
    expect(heading).to_be_focused()
    assert officer.axe(page) == []
    address = urlsplit(qr.text_of(page.locator("svg.qr")))
    assert (address.scheme, address.netloc, unquote(address.path)) == ("otpauth", "totp", f"/Motcua:{who}")
    (secret,) = parse_qs(address.query)["secret"]
    shown = page.locator(".secret__text").inner_text().replace(" ", "")
    assert shown == secret, "who cannot take a picture types the same"
    page.locator("#code").fill(totp(secret, time.time() + 86400))
    send(page, "Tiếp tục")
    refused(page, "Mã")
    page.locator("#code").fill(totp(secret, time.time()))
    send(page, "Tiếp tục")
    expect(page.locator(".notice")).to_contain_text("đăng nhập")  # set up; the login starts over
    _with_code(officer, page, who, secret)
    page.wait_for_url("**/can-bo/H34.05/reception")
    page.get_by_role("button", name="Đăng xuất").click()

    page.get_by_role("link", name="Đăng nhập", exact=True).click()
    _with_code(officer, page, who, secret)
    page.wait_for_url("**/can-bo")
    assert officer.unexpected() == []
    officer.context.close()


def _with_code(officer: Visitor, page: Page, who: str, secret: str) -> None:
    _log_in(page, who, PASSWORD)
    page.get_by_role("heading", level=1, name="Nhập mã từ ứng dụng xác thực").wait_for()
    assert officer.axe(page) == []
    page.locator("#code").fill("12345")
    send(page, "Tiếp tục")
    refused(page, "Mã")
    code = totp(secret, time.time())
    page.locator("#code").fill(f"{code[:3]} {code[3:]}")
    send(page, "Tiếp tục")


@pytest.mark.xdist_group("guarded")
@pytest.mark.slow
def test_citizens_need_no_second_factor(browser: Browser, guarded: Portal) -> None:
    citizen = Visitor(browser, guarded, "citizen", 390, 844)
    page = citizen.open("/dang-nhap")
    _log_in(page, *guarded.account("Trần Thị Thử"))
    page.wait_for_url("**/ho-so")
    citizen.context.close()


@pytest.mark.clause("C9")
def test_a_password_can_be_seen_and_hidden(enter: Enter) -> None:
    page = enter("phone", 360, 740).open("/dang-nhap")
    box = page.locator("#password")
    box.fill("mot cua mo ra")
    page.get_by_role("button", name="Hiện mật khẩu").click()
    expect(box).to_have_attribute("type", "text")
    page.get_by_role("button", name="Ẩn mật khẩu").click()
    expect(box).to_have_attribute("type", "password")
