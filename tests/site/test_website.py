"""What the origin serves: files of the built site, published pages, and the site itself for every other page."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest

from chalicelib import settings
from infra.local.testing import Embedded
from infra.local.website import Website

AWS = "http://127.0.0.1:5055"
INDEX = "<!doctype html><title>site</title>" + "<p>thủ tục</p>" * 100
FILES = {
    "index.html": INDEX,
    "icon.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
    "preferences.js": "1;" * 1000,
    "sw.js": "3;" * 1000,
    "assets/site.css": "a{color:red}" * 100,
    "assets/index-B9woaiWI.js": "2;" * 1000,
    "assets/font-PpnXBOrz.woff2": "\0" * 2000,
}


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / "dist" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "dist-other").mkdir()
    (tmp_path / "dist-other" / "index.html").write_text("secret")
    (tmp_path / "dist" / "link.txt").symlink_to(tmp_path / "secret.txt")
    return tmp_path / "dist"


@pytest.fixture
def website(cloud: Embedded, dist: Path) -> Website:
    objects = {
        "tt/index.html": "<!doctype html>list",
        "tt/2.000635": "<!doctype html>" + "hướng dẫn " * 200,
        "en/tt/2.000635": "<!doctype html>guidance",
        "cq/H34.05": "<!doctype html>agency",
    }
    for key, text in objects.items():
        about = {"ContentType": "text/html; charset=utf-8", "CacheControl": "public, max-age=300"}
        cloud.client("s3").put_object(Bucket=settings.site_bucket(), Key=key, Body=text.encode(), **about)
    about = {"ContentType": "application/json"}
    cloud.client("s3").put_object(Bucket=settings.site_bucket(), Key="catalogue/index.json", Body=b"{}", **about)
    cloud.client("s3").put_object(Bucket=settings.site_bucket(), Key="statistics/index.json", Body=b"{}", **about)
    return Website(dist, cloud.client("s3"), settings.site_bucket(), AWS)


def get(website: Website, path: str, **headers: str) -> tuple[int, dict[str, str], str]:
    found = website.answer(path, {f"HTTP_{name.upper()}": value for name, value in headers.items()})
    if found is None:
        return 404, {}, ""
    status, told, body = found
    text = gzip.decompress(body) if told.get("Content-Encoding") == "gzip" else body
    return status, told, text.decode()


@pytest.mark.clause("B5")
@pytest.mark.parametrize(
    ("path", "kind", "cache"),
    [
        ("/", "text/html; charset=utf-8", "no-cache"),
        ("/icon.svg", "image/svg+xml", "no-cache"),
        ("/preferences.js", "text/javascript; charset=utf-8", "no-cache"),
        # An old one that a cache gave out would keep an old site alive.
        ("/sw.js", "text/javascript; charset=utf-8", "no-cache"),
        ("/assets/site.css", "text/css; charset=utf-8", "no-cache"),
        ("/assets/index-B9woaiWI.js", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"),
        ("/assets/font-PpnXBOrz.woff2", "font/woff2", "public, max-age=31536000, immutable"),
        ("/tt/2.000635", "text/html; charset=utf-8", "public, max-age=300"),
    ],
)
def test_types_and_caching(website: Website, path: str, kind: str, cache: str) -> None:
    status, headers, _ = get(website, path)
    assert (status, headers["Content-Type"], headers["Cache-Control"]) == (200, kind, cache)


@pytest.mark.clause("A2")
@pytest.mark.parametrize(
    "path",
    ["/tim", "/nop/2.000635", "/can-bo/H34.05/inbox", "/can-bo/000.00.53.H48/inbox", "/ho-so/0198-ab/nop/1", "/cq"],
)
def test_every_other_page_is_drawn_by_the_site(website: Website, path: str) -> None:
    assert get(website, path)[::2] == (200, INDEX)


def test_published_pages_come_from_the_bucket(website: Website) -> None:
    assert get(website, "/tt/")[2].endswith("list")
    assert get(website, "/en/tt/2.000635")[2].endswith("guidance")
    assert get(website, "/cq/H34.05")[2].endswith("agency")
    assert get(website, "/catalogue/index.json")[2] == get(website, "/statistics/index.json")[2] == "{}"
    assert get(website, "/tt")[:2][1]["Location"] == "/tt/"
    assert get(website, "/tt/2.000635/")[1]["Location"] == "/tt/2.000635"


def test_what_is_missing_is_missing(website: Website) -> None:
    assert website.answer("/assets/index-00000000.js", {}) is None
    assert website.answer("/robots.txt", {}) is None
    assert website.answer("/catalogue/procedures/9.json", {}) is None
    assert website.answer("/statistics/visits.csv", {}) is None
    assert get(website, "/tt/9.999999")[::2] == (404, INDEX), "a page for people, and the truth for machines"


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/assets/../../secret.txt",
        "/..\\secret.txt",
        "/link.txt",
        "//secret.txt",
        "/../dist-other/index.html",
        "/x\0.html",
        "/x\r\nSet-Cookie: a=b/",
        "/tt/../catalogue/index.json",
    ],
)
def test_no_path_leads_out_of_the_site(website: Website, path: str) -> None:
    status, headers, text = get(website, path)
    assert "secret" not in text and "\n" not in headers.get("Location", "") and text != "{}"
    assert status in (301, 404)


def test_a_page_is_sent_once(website: Website) -> None:
    for path in ("/", "/tt/2.000635", "/assets/site.css"):
        _, headers, _ = get(website, path)
        status, again, text = get(website, path, if_none_match=headers["ETag"])
        assert (status, text, again["ETag"]) == (304, "", headers["ETag"])
        assert get(website, path, if_none_match='"other"')[0] == 200
    assert "ETag" not in get(website, "/tt/9.999999")[1]


def test_text_is_compressed_where_that_is_wanted(website: Website) -> None:
    for path in ("/", "/tt/2.000635", "/assets/site.css", "/preferences.js"):
        plain, packed = get(website, path), get(website, path, accept_encoding="br, gzip;q=0.8")
        assert "Content-Encoding" not in plain[1] and packed[1]["Content-Encoding"] == "gzip"
        assert plain[2] == packed[2] and packed[1]["Vary"] == "Accept-Encoding"
        assert "Content-Encoding" not in get(website, path, accept_encoding="gzip;q=0")[1]
    assert "Content-Encoding" not in get(website, "/assets/font-PpnXBOrz.woff2", accept_encoding="gzip")[1]


@pytest.mark.clause("B5")
@pytest.mark.parametrize("path", ["/", "/tt/2.000635", "/assets/site.css", "/tt/9.999999", "/tt"])
def test_nothing_inline_nothing_from_elsewhere(website: Website, path: str) -> None:
    headers = get(website, path)[1]
    policy: dict[str, Any] = dict(rule.split(" ", 1) for rule in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'self'" and policy["connect-src"] == f"'self' {AWS}"
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["object-src"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff" and headers["Referrer-Policy"]
    assert "camera=(self)" in headers["Permissions-Policy"]


def test_without_a_built_site_there_are_the_published_pages(cloud: Embedded, website: Website, tmp_path: Path) -> None:
    bare = Website(tmp_path / "nothing", cloud.client("s3"), settings.site_bucket(), AWS)
    assert not bare.built and website.built
    assert get(bare, "/tt/2.000635")[0] == 200
    assert bare.answer("/", {}) is None and bare.answer("/tim", {}) is None
