"""The public pages are a closed set of names, the same for the visits and the ratings, and tell nothing of anybody."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from chalicelib.domain import page
from chalicelib.domain.page import page_of

ROUTES = Path(__file__).resolve().parents[2] / "web" / "src" / "routes.ts"


@pytest.mark.clause("A17")
@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/", "/"),
        ("/tim", "/tim"),
        ("/tim/", "/tim"),
        ("/cq", "/cq"),
        ("/nop/2.000635", "/nop/:code"),
        ("/ho-so", "/ho-so"),
        ("/ho-so/4f6b2c1e-0000-4000-8000-000000000000", "/ho-so/:id"),
        ("/ho-so/4f6b2c1e-0000-4000-8000-000000000000/bien-nhan", "/ho-so/:id/bien-nhan"),
        ("/ho-so/4f6b2c1e-0000-4000-8000-000000000000/nop", "/ho-so/:id/nop/*"),
        ("/ho-so/4f6b2c1e-0000-4000-8000-000000000000/nop/giay-to/identity", "/ho-so/:id/nop/*"),
        ("/tt/", "/tt/"),
        ("/tt", "/tt/"),
        ("/en/tt/", "/tt/"),
        ("/tt/tat-ca", "/tt/tat-ca"),
        ("/tt/linh-vuc/ho-tich", "/tt/linh-vuc/:field"),
        ("/tt/2.000635", "/tt/2.000635"),
        ("/en/tt/1.000948.H38", "/tt/1.000948.H38"),
        ("/cq/H34.05", "/cq/H34.05"),
        ("/en/cq/H34", "/cq/H34"),
        ("/ho-so/:id", "/ho-so/:id"),
    ],
)
def test_a_path_has_the_name_of_its_page(path: str, name: str) -> None:
    assert page_of(path) == name
    assert page_of(name) == name, "a name is its own path"


@pytest.mark.parametrize(
    "path",
    [
        "/can-bo",
        "/can-bo/ho-so/1",
        "/api/health",
        "/catalogue/index.json",
        "/statistics/index.json",
        "/assets/core-12345678.js",
        "/tt/wp-login.php",
        "/tt/2.000635/x",
        "/tt/2.00063",
        "/cq/h34.05",
        "/cq/..",
        "/en",
        "/en/tim",
        "/khong-co",
        "/nop",
        "/nop/a/b",
        "/ho-so/1/bien-nhan/x",
        "/tt/" + "1.000001." * 40,
    ],
)
def test_everything_else_has_none(path: str) -> None:
    assert page_of(path) is None


def test_the_codes_are_found_in_the_names() -> None:
    assert page.procedure_of("/tt/2.000635") == "2.000635" and page.agency_of("/cq/H34.05") == "H34.05"
    assert page.procedure_of("/cq/H34.05") is None and page.agency_of("/tt/2.000635") is None
    assert page.procedure_of("/tt/tat-ca") is None and page.procedure_of("/tt/") is None


def test_the_names_are_the_routes_of_the_site() -> None:
    """A citizens' page that is added to the site is rated and counted from the same day on."""
    patterns = re.findall(r'pattern: "([^"]+)"', ROUTES.read_text("utf-8"))
    assert len(patterns) > 15
    assert [one for one in patterns if not one.startswith("/can-bo")] == list(page.APP)


def test_the_statistics_have_a_name_for_every_page_that_the_catalogue_has_none_for() -> None:
    named = re.findall(r'^  "(/[^"]*)": "', (ROUTES.parent / "pages/statistics/figures.ts").read_text("utf-8"), re.M)
    assert set(named) == {*page.APP, page.CONTENTS, page.EVERYTHING, page.FIELD}
