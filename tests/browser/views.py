"""Every page of the portal in the states that people meet, for the tests that look at all of them.

A new route of web/src/routes.ts, or a new kind of published page, fails `test_pages.py` until it stands here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.browser import deadline_views, filing, notices, team
from tests.browser.paying import COUNTER, CULTURE, POLICE, PROVINCE, TREASURY, WARD
from tests.browser.portal import ROOT
from tests.browser.world import AGENCY, CITIZEN, ORGANISATION, World

NEWCOMER = "051018000033"  # a demo person who files nothing in any test

# Pages that the site bucket holds, by what their addresses look like: those of sitemap.xml, once per template.
PUBLISHED = {
    "/tt/": r"/tt/",
    "/tt/tat-ca": r"/tt/tat-ca",
    "/tt/linh-vuc/<field>": r"/tt/linh-vuc/[^/]+",
    "/tt/<code>": r"/tt/\d\.\d{6}",
    "/cq/<agency>": r"/cq/H[\d.]+",
}


def routes() -> list[str]:
    """The patterns of every page that the site draws."""
    text = (ROOT / "web" / "src" / "routes.ts").read_text("utf-8")
    return re.findall(r'\bpattern: "([^"]+)"', text)


Do = Callable[[Page, World], None]


@dataclass(frozen=True)
class View:
    """A page in a state. `path` may name a maker of dossiers ({issued}); `do` leads from the page to the state."""

    name: str
    route: str
    path: str
    who: str = ""  # a user name or an officer's role; nobody is logged in otherwise
    do: Do | None = None
    published: bool = False
    whole: bool = False  # shows what only the whole browser can, not its headless shell

    def address(self, made: Made, language: str = "vi") -> str:
        path = re.sub(r"\{(\w+)\}", lambda found: made.of(found[1]), self.path)
        return f"/en{path}" if self.published and language == "en" else path


class Made:
    """Dossiers by the name of the method of World that makes them; each is made once."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._ids: dict[str, str] = {}

    def of(self, name: str) -> str:
        if name not in self._ids:
            if name in ("filed", "code", "secret"):
                self._ids["filed"], receipt = self.world.filed()
                self._ids |= {"code": receipt["code"], "secret": receipt["secret"]}
                self.world.write(self._ids["filed"])
            else:
                self._ids[name] = getattr(self.world, name)()
        return self._ids[name]


def _send(page: Page, world: World) -> None:
    page.locator("main form button[type=submit]").last.click()
    page.locator(".govuk-error-summary").wait_for()


def _search(page: Page, world: World) -> None:
    page.locator("main input[type=search]").fill("khai sinh")
    page.locator(".home__found").wait_for()


def _as_organisation(page: Page, world: World) -> None:
    page.locator("input[value=organisation]").check()
    _send(page, world)


def _wrong_password(page: Page, world: World) -> None:
    page.locator("#username").fill("062120000017")
    page.locator("#password").fill("không phải mật khẩu này")
    _send(page, world)


def _ask_for_code(page: Page, world: World) -> None:
    page.locator("#username").fill("062120000099")
    page.locator("main form button[type=submit]").click()
    page.locator("#code").wait_for()


def _photograph(page: Page, world: World) -> None:
    card = page.locator("[data-component=identity-paper]")
    if card.locator(".sheet").count() == 0:  # the device keeps it from one visit to the next
        card.locator("input[data-way=photo]").set_input_files([filing.photo("mat-truoc.jpg", "Mat truoc")])
    card.locator(".sheet img").wait_for()


def _fake(page: Page, world: World) -> None:
    card = page.locator("[data-component=identity-paper]")
    card.locator("input[data-way=file]").set_input_files(
        {"name": "can-cuoc.pdf", "mimeType": "application/pdf", "buffer": b"Khong phai PDF"}
    )
    card.locator(".sheet").wait_for()
    card.get_by_role("button", name=re.compile("^(Gửi|Send) ")).click()
    filing.taken(card, "refused")


def _send_supplement(page: Page, world: World) -> None:
    page.locator(".supplement__form button[type=submit]").click()
    page.locator(".govuk-error-summary").wait_for()


def _reconcile(page: Page, world: World) -> None:
    """Another device saves the draft meanwhile."""
    dossier = page.url.split("/")[4]
    there = world.call(CITIZEN, "GET", f"/dossiers/{dossier}")
    answers = {**there["answers"], "applicant_address": "Phường Thắng Lợi, thành phố Kon Tum"}
    world.draft(answers=answers, version=there["version"], dossier=dossier)
    filing.answer(page, "applicant_address").fill(f"Phường Quyết Thắng, tổ {there['version']}")
    page.get_by_role("button", name="Xem và chọn").or_(page.get_by_role("button", name="Compare and choose")).click()
    page.locator("input[type=radio][value=theirs]").first.wait_for()


def _prove(page: Page, world: World) -> None:
    if page.locator("[data-proof=none]").count():
        page.locator("[data-proof] button").click()
    expect(page.locator("[data-proof=ready]")).to_be_visible(timeout=20_000)


def _withdraw(page: Page, world: World) -> None:
    page.locator(".withdrawal > button").click()
    page.locator("dialog[open] textarea").wait_for()


def _act(name: str) -> Do:
    def open_form(page: Page, world: World) -> None:
        page.locator(f"button[name=act-{name}]").click()
        expect(page.locator("#act-title")).to_be_focused()

    return open_form


def _act_wrong(name: str) -> Do:
    def send_nothing(page: Page, world: World) -> None:
        _act(name)(page, world)
        page.locator(".act form button[type=submit], form.act button[type=submit]").last.click()
        page.locator(".govuk-error-summary").wait_for()

    return send_nothing


def _pay(page: Page, world: World) -> None:
    _act("pay")(page, world)
    page.locator("#given").wait_for()


def _pay_by_card_without_its_slip(page: Page, world: World) -> None:
    _act("pay")(page, world)
    page.locator("input[name=means][value=card]").check()
    page.locator("form.act button[type=submit], .act form button[type=submit]").last.click()
    page.locator(".govuk-error-summary").wait_for()


def _compose(page: Page, world: World) -> None:
    _act("request_supplement")(page, world)
    page.locator(".item input[type=checkbox]").nth(1).check()
    page.locator(".item input[type=checkbox]").last.check()
    page.locator(".item textarea").first.wait_for()


def _refuse(page: Page, world: World) -> None:
    _act("refuse")(page, world)
    page.locator("#reason").fill("Không thuộc thẩm quyền của cơ quan.")
    page.locator(".act form button[type=submit]").click()
    page.locator("dialog[open]").wait_for()


def _preview(page: Page, world: World) -> None:
    page.locator(".paper__buttons button").first.click()
    page.locator(".preview").wait_for()


def _find_nothing(page: Page, world: World) -> None:
    page.locator("#code").fill("H34.05-260101-9999")
    page.locator(".desk-search button").click()
    page.locator(".desk-search__answer .notice").wait_for()


def _search_people(page: Page, world: World) -> None:
    world.filed()
    page.locator("#term").fill("Y Mẫu")  # a name is found by its beginning
    page.locator("#purpose").select_option("supervision")
    page.locator(".find__form > .govuk-button").click()
    page.locator("table.queue").wait_for()


def _search_without_purpose(page: Page, world: World) -> None:
    page.locator("#term").fill("Nghiệm")
    page.locator(".find__form > .govuk-button").click()
    page.get_by_role("alert").first.wait_for()


def _choose_sheets(page: Page, world: World) -> None:
    page.locator(".acts__quiet button").first.click()
    page.get_by_role("dialog").wait_for()


def _shortcuts(page: Page, world: World) -> None:
    page.keyboard.press("?")
    page.locator("dialog[open]").wait_for()


def _explain(page: Page, world: World) -> None:
    for one in page.locator("main details > summary").all():
        one.click()


def _views() -> Iterator[View]:
    yield View("home", "/", "/")
    yield View("home-search", "/", "/", do=_search)
    yield View("home-citizen", "/", "/", CITIZEN)
    yield View("results", "/tim", "/tim")
    yield View("results-some", "/tim", "/tim?q=khai+sinh&muc-do=3")
    yield View("results-none", "/tim", "/tim?q=khong+co+thu+tuc+nay")
    yield View("agencies", "/cq", "/cq")
    yield View("register", "/dang-ky", "/dang-ky")
    yield View("register-wrong", "/dang-ky", "/dang-ky", do=_send)
    yield View("register-organisation-wrong", "/dang-ky", "/dang-ky", do=_as_organisation)
    yield View("confirm", "/xac-nhan", "/xac-nhan")
    yield View("confirm-wrong", "/xac-nhan", "/xac-nhan", do=_send)
    yield View("login", "/dang-nhap", "/dang-nhap?tiep=/ho-so")
    yield View("login-wrong", "/dang-nhap", "/dang-nhap", do=_wrong_password)
    yield View("reset", "/quen-mat-khau", "/quen-mat-khau")
    yield View("reset-code", "/quen-mat-khau", "/quen-mat-khau", do=_ask_for_code)
    yield View("account-citizen", "/tai-khoan", "/tai-khoan", CITIZEN)
    yield View("account-organisation", "/tai-khoan", "/tai-khoan", ORGANISATION)
    yield View("account-officer", "/tai-khoan", "/tai-khoan", "several")

    start = "/nop/:code"
    yield View("start", start, "/nop/2.000635", CITIZEN, _send)
    yield View("start-one-agency", start, "/nop/3.000347", CITIZEN)
    yield View("start-not-for-me", start, "/nop/1.000894", ORGANISATION)
    flow, draft = "/ho-so/:id/nop/*", "/ho-so/{empty}/nop"
    yield View("filing", flow, draft, CITIZEN)
    yield View("filing-group-wrong", flow, f"{draft}/nguoi-nop-ho-so", CITIZEN, _send)
    yield View("filing-group", flow, "/ho-so/{draft}/nop/noi-dung-yeu-cau", CITIZEN)
    yield View("filing-rows", flow, "/ho-so/{business}/nop/noi-dung-yeu-cau", CITIZEN)
    yield View("filing-delivery", flow, "/ho-so/{business}/nop/delivery", CITIZEN)
    yield View("filing-papers", flow, f"{draft}/papers", CITIZEN)
    yield View("filing-sign", flow, "/ho-so/{business}/nop/sign", CITIZEN)
    yield View("filing-papers-photo", flow, "/ho-so/{with_photo}/nop/papers", CITIZEN, _photograph)
    yield View("filing-papers-refused", flow, "/ho-so/{with_fake}/nop/papers", CITIZEN, _fake)
    yield View("filing-papers-taken", flow, "/ho-so/{photographed}/nop/papers", CITIZEN)
    yield View("filing-check", flow, "/ho-so/{photographed}/nop/check", CITIZEN)
    yield View("filing-check-wrong", flow, f"{draft}/check", CITIZEN, _send)
    yield View("filing-reconcile", flow, "/ho-so/{contested}/nop/nguoi-nop-ho-so", CITIZEN, _reconcile)
    yield View("filing-done", flow, "/ho-so/{filed}/nop", CITIZEN)

    yield View("mine", "/ho-so", "/ho-so", CITIZEN)
    yield View("mine-none", "/ho-so", "/ho-so", NEWCOMER)
    mine = "/ho-so/:id"
    for name in ("draft", "filed", "asked", "supplied", "refused", "withdrawn", "received"):
        yield View(f"mine-{name}", mine, f"/ho-so/{{{name}}}", CITIZEN)
    for name in ("overdue", "issued", "paid", "differing", "closed"):
        yield View(f"mine-{name}", mine, f"/ho-so/{{{name}}}", CITIZEN, _explain)
    yield View("mine-asked-wrong", mine, "/ho-so/{asked}", CITIZEN, _send_supplement)
    yield View("mine-withdraw", mine, "/ho-so/{filed}", CITIZEN, _withdraw)
    complaint = "/ho-so/:id/khieu-nai"
    yield View("complain", complaint, "/ho-so/{refused}/khieu-nai", CITIZEN)
    yield View("complain-wrong", complaint, "/ho-so/{refused}/khieu-nai", CITIZEN, _send)
    yield View("complain-answered", complaint, "/ho-so/{answered}/khieu-nai", CITIZEN)
    yield View("mine-not-mine", mine, "/ho-so/00000000-0000-4000-8000-000000000000", CITIZEN)
    yield View("mine-due", mine, "/ho-so/{due}", CITIZEN)
    yield View("mine-refunded", mine, "/ho-so/{refunded}", CITIZEN)
    yield View("mine-parcel", mine, "/ho-so/{awaited}", CITIZEN, _explain)
    yield View("mine-posted", mine, "/ho-so/{posted}", CITIZEN)
    yield View("cover", "/ho-so/:id/phieu-gui", "/ho-so/{awaited}/phieu-gui", CITIZEN)
    yield View("share", "/ho-so/:id/chia-se", "/ho-so/{filed}/chia-se", CITIZEN)
    yield View("proof", "/ho-so/:id/bang-chung", "/ho-so/{filed}/bang-chung", CITIZEN)
    yield View("proof made", "/ho-so/:id/bang-chung", "/ho-so/{filed}/bang-chung", CITIZEN, _prove)
    yield View("pay", "/ho-so/:id/nop-phi", "/ho-so/{due}/nop-phi", CITIZEN)
    yield View("pay-by-post", "/ho-so/:id/nop-phi", "/ho-so/{due}/nop-phi?cach=post", CITIZEN)
    yield View("pay-nothing", "/ho-so/:id/nop-phi", "/ho-so/{refunded}/nop-phi", CITIZEN)
    yield View("paying", "/thanh-toan/:reference", "/thanh-toan/{attempt}", CITIZEN)
    for name in ("pending", "failed", "settled"):
        yield View(f"paying-{name}", "/thanh-toan/:reference", f"/thanh-toan/{{{name}}}", CITIZEN)
    yield View("paying-unknown", "/thanh-toan", "/thanh-toan", CITIZEN)
    yield View("bill", "/ho-so/:id/bien-nhan", "/ho-so/{due}/bien-nhan", CITIZEN)
    yield View("fee-receipt", "/bien-lai", "/bien-lai")
    yield View("result-check", "/kiem-tra-ket-qua", "/kiem-tra-ket-qua")
    yield View("result-check-linked", "/kiem-tra-ket-qua/:code", "/kiem-tra-ket-qua/H34.05-261123-0001-KQ1")
    yield View("receipt", "/ho-so/:id/bien-nhan", "/ho-so/{filed}/bien-nhan", CITIZEN)
    yield View("status", "/tra-cuu", "/tra-cuu")
    yield View("status-found", "/tra-cuu", "/tra-cuu#{code}/{secret}")

    desk = "/can-bo/*"
    yield View("desk", desk, "/can-bo", "reception")
    yield View("desk-appraiser", desk, "/can-bo?ho-so={overdue}", "appraiser")
    yield View("desk-several", desk, "/can-bo", "several")
    yield View("desk-administrator", desk, "/can-bo", "administrator")
    yield View("desk-not-an-officer", desk, "/can-bo", CITIZEN)
    yield View("desk-find-nothing", desk, "/can-bo", "reception", _find_nothing)
    yield View("desk-shortcuts", desk, "/can-bo", "reception", _shortcuts)
    for role, queue in (("reception", "reception"), ("appraiser", "appraisal"), ("clerk", "handover")):
        yield View(f"desk-queue-{queue}", desk, f"/can-bo/{AGENCY}/{queue}", role)
    yield View("desk-queue-empty", desk, "/can-bo/H34.31.01/reception", "several")
    yield View("desk-queue-missing", desk, "/can-bo/H34.05/khong-co", "reception")
    case = "/can-bo/ho-so"
    yield View("desk-filed", desk, f"{case}/{{filed}}", "reception")
    yield View("desk-receive", desk, f"{case}/{{filed}}", "reception", _act("receive"))
    yield View("desk-ask", desk, f"{case}/{{filed}}", "reception", _compose)
    yield View("desk-ask-wrong", desk, f"{case}/{{filed}}", "reception", _act_wrong("request_supplement"))
    yield View("desk-refuse", desk, f"{case}/{{filed}}", "reception", _refuse)
    yield View("desk-preview", desk, f"{case}/{{filed}}", "reception", _preview, whole=True)
    yield View("desk-supplied", desk, f"{case}/{{supplied}}", "reception")
    yield View("desk-propose-wrong", desk, f"{case}/{{appraised}}", "appraiser", _act_wrong("propose"))
    yield View("desk-overdue", desk, f"{case}/{{overdue}}", "appraiser", _explain)
    yield View("desk-approve", desk, f"{case}/{{proposed}}", "approver", _act("approve"))
    yield from deadline_views.deadline_views(View, desk, case, _act_wrong("reappoint"), _send)
    yield View("desk-result-wrong", desk, f"{case}/{{approved}}", "clerk", _act_wrong("enter_result"))
    yield View("desk-fee-wrong", desk, f"{case}/{{issued}}", "cashier", _pay_by_card_without_its_slip)
    yield View("desk-compare-wrong", desk, f"{case}/{{paid}}", "clerk", _act_wrong("compare"))
    yield View("desk-differing", desk, f"{case}/{{differing}}", "clerk")
    yield View("desk-closed", desk, f"{case}/{{closed}}", "clerk")

    yield View("desk-hand-over-wrong", desk, f"{case}/{{appraised}}", "appraiser", _act_wrong("hand_over"))
    group = f"/can-bo/nhom/{AGENCY}"
    yield View("desk-team", desk, f"{group}?ho-so={{overdue}}", "appraiser")
    yield View("desk-team-give", desk, f"{group}?ho-so={{appraised}}", "supervisor", team.give)
    yield View("desk-team-load", desk, f"{group}/khoi-luong", "supervisor")
    yield View("desk-team-away", desk, f"{group}/vang-mat", "supervisor", team.away)
    yield View("desk-team-words", desk, f"{group}/mau", "supervisor")

    yield View("desk-register-parcel", desk, f"{case}/{{awaited}}", "several", _act("register_parcel"))
    yield View("desk-check-parcel-wrong", desk, f"{case}/{{unpacked}}", "several", _act_wrong("check_parcel"))
    yield View("desk-posted", desk, f"{case}/{{posted}}", "several")
    for section in ("quet", "den", "la", "di"):
        yield View(f"desk-post-{section}", desk, f"/can-bo/buu-chinh/{section}/{WARD}", "several")

    yield View("desk-queue-urgent", desk, f"/can-bo/{AGENCY}/reception?han=later", "reception")
    yield View("desk-sheets", desk, f"{case}/{{filed}}", "supervisor", _choose_sheets)
    yield View("desk-search", desk, "/can-bo/tim", "reception")
    yield View("desk-search-wrong", desk, "/can-bo/tim", "supervisor", _search_without_purpose)
    yield View("desk-search-found", desk, "/can-bo/tim", "supervisor", _search_people)
    yield View("desk-records", desk, f"/can-bo/nhat-ky/{AGENCY}", "supervisor")
    yield View("desk-complaints", "/can-bo/khieu-nai/:agency", f"/can-bo/khieu-nai/{AGENCY}", "supervisor")
    answer = "/can-bo/khieu-nai/:agency/:id"
    yield View("desk-complaint", answer, f"/can-bo/khieu-nai/{AGENCY}/{{complained}}", "supervisor")
    yield View("desk-complaint-wrong", answer, f"/can-bo/khieu-nai/{AGENCY}/{{complained}}", "supervisor", _send)
    yield View("desk-register", desk, f"/can-bo/so/{AGENCY}", "reception")
    yield View("desk-drawer", desk, f"/can-bo/thu-chi/ca-thu/{AGENCY}", "cashier")
    for section in ("hoan-phi", "doi-soat"):
        yield View(f"desk-{section}", desk, f"/can-bo/thu-chi/{section}/{AGENCY}", "accountant")
    money = "/can-bo/thu-chi"
    yield View("desk-money", desk, "/can-bo", COUNTER)
    yield View("desk-shift", desk, f"{money}/ca-thu/{CULTURE}", COUNTER)
    yield View("desk-fee", desk, f"{case}/{{accepted}}", COUNTER, _pay)
    yield View("desk-refunds", desk, f"{money}/hoan-phi/{CULTURE}", COUNTER)
    yield View("desk-refund", desk, f"{money}/hoan-phi/{CULTURE}/{{large}}", COUNTER)
    yield View("books-days", desk, f"{money}/doi-soat/{PROVINCE}", TREASURY)
    yield View("books-day", desk, f"{money}/doi-soat/{CULTURE}/{{day}}", TREASURY)
    yield View("books-strays", desk, f"{money}/chua-khop/{PROVINCE}", TREASURY)
    yield View("books-stray", desk, f"{money}/chua-khop/{PROVINCE}/{{stray}}", TREASURY)
    yield View("books-files", desk, f"{money}/tep/{PROVINCE}", TREASURY)
    yield View("books-slip", desk, f"{money}/phieu/{PROVINCE}", TREASURY)
    yield View("books-hand-in", desk, f"{money}/nop-quy/{PROVINCE}", TREASURY)
    yield View("receipts-issued", desk, f"{money}/bien-lai/{POLICE}", TREASURY)

    yield View("statistics", "/thong-ke", "/thong-ke")
    yield View("accessibility", "/tro-nang", "/tro-nang")
    yield View("contact", "/lien-he", "/lien-he")
    yield View("site-map", "/so-do", "/so-do")
    yield View("missing", "", "/khong-co-trang-nay")

    yield View("contents", "/tt/", "/tt/", published=True)
    yield View("everything", "/tt/tat-ca", "/tt/tat-ca", published=True)
    yield View("field", "/tt/linh-vuc/<field>", "/tt/linh-vuc/ho-tich", published=True)
    yield View("guidance", "/tt/<code>", "/tt/2.000635", published=True)
    yield View("guidance-long", "/tt/<code>", "/tt/1.001193", published=True)
    yield View("guidance-level-4", "/tt/<code>", "/tt/1.001612", published=True)
    yield View("guidance-imported", "/tt/<code>", "/tt/{imported}", published=True)
    yield View("agency", "/cq/<agency>", f"/cq/{AGENCY}", published=True)
    yield View("agency-root", "/cq/<agency>", "/cq/H34", published=True)


VIEWS = (*_views(), *(View(*one) for one in notices.VIEWS))
