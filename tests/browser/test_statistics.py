"""Pages are rated with one tap and their views counted; what came of it stands on the statistics page, honestly.

A portal of its own: what other tests open and rate is not counted here.
"""

from __future__ import annotations

import csv
import json
import re
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import botocore.session
import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from infra.local.environment import REGION
from tests.browser.portal import Portal
from tests.browser.visitor import Visitor
from tests.browser.world import World

# Its portals are started once, not in each worker.
pytestmark = [pytest.mark.xdist_group("statistics"), pytest.mark.slow]

PERSON = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/130.0.0.0 Mobile Safari/537.36"
GUIDANCE = "/tt/2.000635"
Enter = Callable[..., Visitor]


@pytest.fixture(scope="module")
def own(browser: Browser, dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    running = Portal.start(tmp_path_factory.mktemp("statistics") / "cloud.log", dist)
    yield running
    running.stop()


@pytest.fixture
def come(browser: Browser, own: Portal) -> Iterator[Enter]:
    """`come(name, width, height, **options)`: a visitor of this portal whose browser says it is a machine's."""
    visitors: list[Visitor] = []

    def another(name: str, width: int, height: int, **options: object) -> Visitor:
        visitors.append(Visitor(browser, own, name, width, height, None, **options))
        return visitors[-1]

    yield another
    complaints = [f"{one.name}: {complaint}" for one in visitors for complaint in one.unexpected()]
    for one in visitors:
        one.context.close()
    assert not complaints


def published(portal: Portal) -> Any:
    """Count and publish now, as the schedules do by and by."""
    with urlopen(Request(f"{portal.url}/sandbox/statistics", data=b"", method="POST"), timeout=60) as answer:
        return json.load(answer)


def counted(portal: Portal) -> dict[str, int]:
    return {one["page"]: one["views"] for one in published(portal)["visits"]["pages"]}


def rated(portal: Portal) -> dict[str, int]:
    return {one["page"]: one["count"] for one in published(portal)["ratings"]["pages"]}


def prefer(page: Page, **chosen: str) -> None:
    preferences = json.dumps({"theme": "normal", "size": "normal", "language": "vi", **chosen})
    page.evaluate(f"localStorage.setItem('motcua.preferences', {json.dumps(preferences)})")
    page.reload(wait_until="networkidle")


LOOKS = [(theme, language) for theme in ("contrast", "dark", "normal") for language in ("en", "vi")]


def looked_at(visitor: Visitor, page: Page, name: str) -> None:
    """In every theme and both languages, with large letters."""
    for theme, language in LOOKS:
        prefer(page, theme=theme, language=language, size="large")
        page.locator("main h1").wait_for()
        assert page.locator("html").get_attribute("data-theme") == theme
        assert not visitor.scrolls_sideways(page)
        assert visitor.axe(page) == []


@pytest.mark.clause("A17")
def test_before_anything_was_counted_the_page_says_so(come: Enter, own: Portal) -> None:
    published(own)
    visitor = come("320", 320, 640)
    page = visitor.open("/thong-ke")
    expect(page.get_by_text("Chưa ghi nhận lượt xem nào.")).to_be_visible()
    expect(page.get_by_text("Chưa có đánh giá nào. Kết quả được công bố từ 10 đánh giá trở lên.")).to_be_visible()
    expect(page.get_by_text(re.compile(r"Năm \d{4} chưa có hồ sơ nào được tiếp nhận\."))).to_be_visible()
    assert not page.locator(".chart").count(), "no chart of nothing"
    looked_at(visitor, page, "statistics-empty")


@pytest.mark.clause("A17")
@pytest.mark.clause("C8")
def test_pages_that_people_open_and_rate_are_on_the_statistics_page(come: Enter, own: Portal) -> None:
    """Opened in the browser → log → counted → published → seen on the page."""
    before = counted(own)
    machine = come("machine", 1280, 900)
    machine.open("/tim")
    visitor = come("phone", 390, 844, user_agent=PERSON, has_touch=True, is_mobile=True)
    english = visitor.open(f"/en{GUIDANCE}")
    english.get_by_role("button", name="Very satisfied").tap()
    expect(english.get_by_text("Thank you. Your rating was counted: Very satisfied.")).to_be_focused()
    guidance = visitor.open(GUIDANCE)
    rating = guidance.get_by_role("region", name="Bạn có hài lòng với trang này không?")
    rating.scroll_into_view_if_needed()
    rating.get_by_role("button", name="Hài lòng", exact=True).tap()
    thanks = guidance.get_by_text("Cảm ơn bạn. Đã ghi nhận đánh giá: Hài lòng.")
    expect(thanks).to_be_focused()
    expect(rating.get_by_role("button")).to_have_count(0)
    assert visitor.axe(guidance) == []
    visitor.open("/").close()

    assert rated(own)[GUIDANCE] == 2
    now = counted(own)
    assert {page: now.get(page, 0) - before.get(page, 0) for page in ("/", "/tim", GUIDANCE)} == {
        "/": 1,
        "/tim": 0,  # by a machine
        GUIDANCE: 2,
    }
    page = visitor.open("/thong-ke")
    expect(page.get_by_text("Cập nhật lúc")).to_be_visible()
    expect(page.get_by_text("2 đánh giá: chưa đủ để công bố. Kết quả được công bố từ 10 đánh giá")).to_be_visible()
    views = page.get_by_role("table", name=re.compile("Trang được xem nhiều nhất"))
    row = views.get_by_role("row").filter(has_text="Cấp bản sao Trích lục hộ tịch")
    expect(row.get_by_role("cell")).to_have_text(str(now[GUIDANCE]))
    scores = page.get_by_role("table", name="Đánh giá từng trang")
    row = scores.get_by_role("row").filter(has_text="Cấp bản sao Trích lục hộ tịch")
    expect(row.get_by_role("cell")).to_have_text(["2", "2 đánh giá: chưa đủ để công bố"])


@pytest.mark.clause("A17")
@pytest.mark.clause("C9")
def test_a_page_of_the_site_is_rated_with_the_keyboard(come: Enter, own: Portal) -> None:
    before = rated(own).get("/", 0)
    visitor = come("desk", 1280, 900)
    page = visitor.open("/")
    page.locator(".rating a, .rating button").first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Cảm ơn bạn. Đã ghi nhận đánh giá: Hài lòng.")).to_be_focused()
    page.get_by_role("link", name="Xem kết quả đánh giá").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thống kê")
    expect(page.locator(".rating button")).to_have_count(3)  # another page, not rated yet
    page.locator(".header__home").click()
    expect(page.get_by_text("Đã ghi nhận đánh giá: Hài lòng.")).to_be_visible()  # this visit has rated it
    assert rated(own)["/"] == before + 1


@pytest.mark.clause("A17")
@pytest.mark.parametrize("path", [GUIDANCE, "/lien-he"])
def test_a_rating_that_is_lost_on_the_way_can_be_sent_again_and_is_one(come: Enter, own: Portal, path: str) -> None:
    before = rated(own).get(path, 0)
    visitor = come("offline", 390, 844)
    visitor.expect("ERR_INTERNET_DISCONNECTED|TypeError|fetch")
    page = visitor.open(path)
    page.get_by_role("button", name="Chưa hài lòng").wait_for()
    visitor.context.set_offline(True)
    page.get_by_role("button", name="Chưa hài lòng").click()
    expect(page.get_by_role("alert").filter(has_text=re.compile("mạng"))).to_be_visible()
    visitor.context.set_offline(False)
    page.get_by_role("button", name="Chưa hài lòng").click()
    expect(page.get_by_text("Đã ghi nhận đánh giá: Chưa hài lòng.")).to_be_focused()
    assert rated(own)[path] == before + 1


def test_without_javascript_there_is_no_button_and_the_figures_are_files(come: Enter, own: Portal) -> None:
    published(own)
    visitor = come("no-script", 390, 844, java_script_enabled=False)
    page = visitor.open(GUIDANCE)
    assert not page.get_by_text("Bạn có hài lòng").is_visible() and not page.get_by_role("button").count()
    page.goto("/thong-ke")
    for link in page.locator(".no-script a[href^='/statistics/']").all():
        answer = visitor.context.request.get(str(link.get_attribute("href")))
        assert answer.ok and answer.headers["content-type"] == "text/csv; charset=utf-8"


def test_officers_pages_are_not_rated(come: Enter, own: Portal) -> None:
    visitor = come("officer", 1280, 900)
    username, password = own.account("H34.05:reception")
    answer = visitor.context.request.post("/api/sessions", data={"username": username, "password": password})
    assert answer.ok
    remembered = "if(location.protocol.startsWith('http'))localStorage.setItem('motcua.session','1')"
    visitor.context.add_init_script(remembered)
    page = visitor.open("/can-bo")
    page.get_by_role("heading", level=1).wait_for()
    assert not page.locator(".rating").count()


@pytest.fixture(scope="module")
def busy(own: Portal) -> Portal:
    """A portal with a history: ratings, one dossier on its way through the API, counters of many more."""
    for number in range(23):
        level = ("very_satisfied", "satisfied", "very_satisfied", "unsatisfied")[number % 4]
        page = GUIDANCE if number < 15 else "/tim"
        body = {"id": str(uuid.uuid4()), "page": page, "level": level}
        assert requests.post(f"{own.url}/api/ratings", json=body, timeout=30).status_code == 204
    World(own).issued()
    told: dict[str, str] = own.told["environment"]
    session = botocore.session.Session()
    session.set_credentials(told["AWS_ACCESS_KEY_ID"], told["AWS_SECRET_ACCESS_KEY"])
    dynamodb: Any = session.create_client("dynamodb", region_name=REGION, endpoint_url=own.aws_url)
    year = published(own)["dossiers"]["years"][0]["year"]

    def add(pk: str, sk: str, number: int) -> None:
        key = {"pk": {"S": pk}, "sk": {"S": sk}}
        values = {":n": {"N": str(number)}}
        table = told["REGISTRY_TABLE"]
        dynamodb.update_item(TableName=table, Key=key, UpdateExpression="ADD #n :n", ExpressionAttributeValues=values,
                             ExpressionAttributeNames={"#n": "number"})  # fmt: skip

    cells = {"H34.05": (120, 98, 9), "H34.06": (64, 51, 0), "H34.31.01": (33, 20, 12), "H34.08": (3, 2, 0)}
    for agency, numbers in cells.items():
        for figure, number in zip(("received", "on_time", "late"), numbers, strict=True):
            add(f"DOSSIERS#{year}#0", f"{agency}#{figure}", number)
            add(f"DOSSIERS#{year - 1}#0", f"{agency}#{figure}", number * 2)
    days = published(own)["visits"]["days"]
    for at, one in enumerate(days[:-1]):
        add("VISITS", one["day"], (at * 37) % 211 + 40)
    published(own)
    return own


@pytest.mark.clause("A17")
@pytest.mark.clause("C8")
@pytest.mark.clause("C9")
@pytest.mark.parametrize(("name", "width"), [("320", 320), ("desk", 1280)])
def test_the_statistics_can_be_read_by_everybody(come: Enter, busy: Portal, name: str, width: int) -> None:
    visitor = come(name, width, 900)
    page = visitor.open("/thong-ke")
    expect(page.locator("svg.chart__columns rect")).to_have_count(30)
    page.get_by_text("Xem số liệu từng ngày").click()
    expect(page.get_by_role("table", name="Lượt xem trong 30 ngày qua").get_by_role("row")).to_have_count(31)
    for chart in page.locator("[role=img]").all():
        told = page.locator(f"#{chart.get_attribute('aria-labelledby')}")
        expect(told).to_have_text(re.compile(r"\d"))
    looked_at(visitor, page, "statistics")


@pytest.mark.clause("C8")
def test_sentence_table_and_file_say_what_was_published(come: Enter, busy: Portal) -> None:
    told = published(busy)
    visitor = come("reader", 1280, 900)
    page = visitor.open("/thong-ke")
    overall = told["ratings"]["overall"]
    pleased = overall["levels"]["very_satisfied"] + overall["levels"]["satisfied"]
    share = round(100 * pleased / overall["count"])
    expect(page.get_by_text(f"{overall['count']} đánh giá: {share}\u00a0% rất hài lòng hoặc hài lòng")).to_be_visible()
    year = told["dossiers"]["years"][0]
    table = page.get_by_role("table", name=f"Hồ sơ của từng cơ quan, năm {year['year']}")
    expect(table.get_by_role("row")).to_have_count(2 + len(year["agencies"]))
    few = next(row for row in year["agencies"] if row["agency"] == "H34.08")
    assert few["received"] is None
    row = table.get_by_role("row").filter(has_text=few["name"]["vi"])
    expect(row.get_by_role("cell")).to_have_text(["dưới 5", "dưới 5", "0", "0"])
    total = year["total"]["received"]
    expect(table.get_by_role("row").nth(1).get_by_role("cell").first).to_have_text(f"{total['least']}–{total['most']}")
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải số liệu hồ sơ từng cơ quan (CSV)").click()
    with Path(download.value.path()).open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == sum(len(one["agencies"]) for one in told["dossiers"]["years"])
    mine = next(one for one in rows if one["Mã cơ quan"] == "H34.06" and one["Năm"] == str(year["year"]))
    assert (mine["Tiếp nhận"], mine["Giải quyết đúng hạn"], mine["Giải quyết trễ hạn"]) == ("64", "51", "0")


@pytest.mark.clause("A17")
def test_the_way_to_the_statistics_is_on_every_page(come: Enter, busy: Portal) -> None:
    visitor = come("way", 1280, 900)
    for path in ("/", "/en/cq/H34", GUIDANCE):
        page = visitor.open(path)
        assert page.locator("footer a[href='/thong-ke']").count() == 1
    page = visitor.open("/so-do")
    page.locator("main").get_by_role("link", name="Thống kê").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thống kê")
    page.emulate_media(media="print")
    assert not page.locator(".rating").is_visible()
