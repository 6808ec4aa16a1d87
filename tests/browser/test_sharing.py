"""The applicant shares a dossier's status by a link that expires: made, handed on, opened by others, revoked."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.browser.conftest import Enter
from tests.browser.visitor import Visitor
from tests.browser.world import CITIZEN, World

pytestmark = [pytest.mark.clause("A5"), pytest.mark.slow]
ADDRESS = re.compile(r"/tra-cuu#H34\.05-\d{6}-\d{4}/[0-9a-f]{32}$")
SHEET = (
    "navigator.share = async (said) => { window.handed = said; };"  # the system's own, which no headless browser has
)


def make(page: Page, label: str = "", days: str = "7 ngày") -> str:
    """Make a link on the open page; its address."""
    page.get_by_label(days, exact=True).check()
    page.get_by_label("Ghi chú").fill(label)
    page.get_by_role("button", name="Tạo đường dẫn").click()
    expect(page.get_by_role("heading", name="Đường dẫn đã sẵn sàng")).to_be_focused()
    return page.get_by_label("Địa chỉ").input_value()


def test_a_link_is_made_and_opened_by_somebody_else(phone: Visitor, enter: Enter, world: World) -> None:
    dossier, receipt = world.filed()
    phone.log_in(CITIZEN)
    phone.context.add_init_script(SHEET)
    phone.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = phone.open(f"/ho-so/{dossier}")
    page.get_by_role("link", name="Tạo đường dẫn").click()
    page.get_by_role("heading", level=1, name="Chia sẻ tình trạng hồ sơ").wait_for()
    expect(page.get_by_text("Không có đường dẫn nào còn hiệu lực.")).to_be_visible()
    address = make(page, "gửi anh Hai", "1 ngày")
    assert ADDRESS.search(address) and receipt["secret"] not in address
    expect(page.locator("[role=status][aria-live=polite]")).to_contain_text("Đường dẫn đã sẵn sàng")
    page.locator("svg.qr").wait_for()
    page.get_by_role("button", name="Sao chép địa chỉ").click()
    expect(page.locator("[role=status][aria-live=polite]")).to_contain_text("Đã sao chép")
    assert page.evaluate("navigator.clipboard.readText()") == address
    page.get_by_role("button", name="Gửi đường dẫn").click()
    handed: dict[str, Any] = page.evaluate("window.handed")
    assert handed["url"] == address and receipt["code"] in handed["text"] and "Nghiệm" not in str(handed)
    (kept,) = world.call(CITIZEN, "GET", f"/dossiers/{dossier}")["shares"]
    assert kept["label"] == "gửi anh Hai"

    page.reload()
    expect(page.locator(".shares__one")).to_have_count(1)
    expect(page.locator(".shares__one")).to_contain_text("gửi anh Hai")
    expect(page.get_by_label("Địa chỉ")).to_have_count(0)  # the portal does not know it

    brother = enter("brother", 390, 844, has_touch=True, is_mobile=True)
    asked: list[str] = []
    brother.context.on("request", lambda request: asked.append(request.url))
    seen = brother.open(address)
    expect(seen.get_by_role("heading", name=f"Tình trạng hồ sơ {receipt['code']}")).to_be_focused()
    shown = seen.locator(".situation")
    for said in ("Mới đăng ký", "Sở Tư pháp", "Đường dẫn có hiệu lực đến"):
        expect(shown).to_contain_text(said)
    for hidden in ("Nghiệm", "Quyết Thắng", "anh Hai", "Việc tiếp theo"):
        expect(seen.locator("main")).not_to_contain_text(hidden)
    secret = address.rpartition("/")[2]
    assert not any(secret in one.split("#")[0] for one in asked)


def test_a_revoked_link_opens_nothing(desk: Visitor, enter: Enter, world: World) -> None:
    dossier, receipt = world.filed()
    desk.log_in(CITIZEN)
    page = desk.open(f"/ho-so/{dossier}/chia-se")
    first, second = make(page, "gửi chị Ba"), make(page)
    cards = page.locator(".shares__one")
    expect(cards).to_have_count(2)
    expect(cards.first).to_contain_text("Không có ghi chú")

    page.get_by_role("button", name="Thu hồi đường dẫn: gửi chị Ba").press("Enter")
    dialog = page.get_by_role("dialog", name="Thu hồi đường dẫn này?")
    expect(dialog).to_contain_text("gửi chị Ba")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Thu hồi đường dẫn: gửi chị Ba")).to_be_focused()
    page.keyboard.press("Enter")
    dialog.get_by_role("button", name="Thu hồi").press("Enter")
    expect(cards).to_have_count(1)
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.get_by_label("Địa chỉ")).to_have_value(second)  # that of the other stays

    other = enter("other", 1280, 900)
    seen = other.open(first)
    expect(seen.locator(".govuk-error-summary")).to_contain_text("Đường dẫn được chia sẻ có thể đã hết hạn")
    expect(seen.locator(".situation")).to_have_count(0)
    seen.goto("about:blank")
    seen.goto(second)
    expect(seen.get_by_role("heading", name=f"Tình trạng hồ sơ {receipt['code']}")).to_be_visible()

    page.get_by_role("button", name="Thu hồi đường dẫn").press("Enter")
    dialog.get_by_role("button", name="Thu hồi").press("Enter")
    expect(cards).to_have_count(0)
    expect(page.get_by_label("Địa chỉ")).to_have_count(0)  # what opens nothing is not handed on
    page.goto(f"/ho-so/{dossier}")
    expect(page.get_by_role("link", name="Tạo đường dẫn")).to_be_visible()


def test_a_link_made_again_after_a_lost_answer_is_the_one_that_is_shown(desk: Visitor, world: World) -> None:
    dossier, _ = world.filed()
    desk.log_in(CITIZEN)
    page = desk.open(f"/ho-so/{dossier}/chia-se")

    def lose_the_answer(route: Any) -> None:
        route.fetch()
        route.abort()

    desk.expect("ERR_FAILED")
    page.route("**/shares/*", lose_the_answer, times=1)
    page.get_by_role("button", name="Tạo đường dẫn").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("Không kết nối được")
    address = make(page)
    expect(page.locator(".shares__one")).to_have_count(1)
    assert len(world.call(CITIZEN, "GET", f"/dossiers/{dossier}")["shares"]) == 1
    page.goto(address)
    expect(page.locator(".situation .tag")).to_have_text("Mới đăng ký")


def test_the_eleventh_is_refused_in_words(desk: Visitor, world: World) -> None:
    dossier, _ = world.filed()
    for number in range(10):
        world.call(CITIZEN, "PUT", f"/dossiers/{dossier}/shares/{number:064x}", {"days": 1})
    desk.log_in(CITIZEN)
    page = desk.open(f"/ho-so/{dossier}/chia-se")
    page.get_by_role("button", name="Tạo đường dẫn").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("Vui lòng thu hồi bớt")
    expect(page).to_have_title(re.compile("^Lỗi:"))


@pytest.mark.parametrize("theme", ["dark", "contrast"])
def test_the_printed_link_is_one_sheet_for_whoever_gets_it(enter: Enter, world: World, theme: str) -> None:
    dossier, receipt = world.filed()
    visitor = enter(f"desk-{theme}", 1280, 900)
    visitor.log_in(CITIZEN, theme=theme)
    page = visitor.open(f"/ho-so/{dossier}/chia-se")
    address = make(page, "gửi anh Hai")
    page.locator("svg.qr").wait_for()
    sheets = PdfReader(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True))).pages
    assert len(sheets) == 1
    text = re.sub(r"\s", "", sheets[0].extract_text())
    for said in (receipt["code"], address, "Cóhiệulựcđến", "QuétmãQR"):
        assert said in text
    for hidden in ("anhHai", "Tạođườngdẫn", "Thuhồi", "Nghiệm", "sẵnsàng"):
        assert hidden not in text
    page.emulate_media(media="print")


@pytest.mark.clause("C9")
@pytest.mark.parametrize(("width", "language"), [(320, "vi"), (1280, "en")])
def test_sharing_can_be_used_by_everybody(enter: Enter, world: World, width: int, language: str) -> None:
    dossier, _ = world.filed()
    visitor = enter(f"{width}-{language}", width, 640)
    visitor.log_in(CITIZEN, size="large", language=language)
    visitor.context.add_init_script(SHEET)
    page = visitor.open(f"/ho-so/{dossier}/chia-se")
    page.locator("main form button[type=submit]").click()
    page.locator("svg.qr").wait_for()
    address = page.locator("#address").input_value()
    for name in ("page", "dialog"):
        if name == "dialog":
            page.locator(".shares__one button").click()
            page.locator("dialog[open]").wait_for()
        assert not visitor.scrolls_sideways(page), name
        assert visitor.axe_in_every_theme(page) == [], name
        assert not re.search(r"\b(dossier|common)\.[a-z]+\.[a-z]", page.inner_text("main")), name
    status = visitor.open(address)
    status.locator(".situation").wait_for()
    assert not visitor.scrolls_sideways(status)
    assert visitor.axe_in_every_theme(status) == []
