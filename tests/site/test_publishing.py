"""The pages in the bucket: written after the catalogue, repaired by whoever publishes next, never of an old version."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from chalicelib import settings
from chalicelib.services import publishing
from chalicelib.storage import catalogue as kept
from infra.cli import main
from infra.local.testing import Embedded
from infra.site import pages
from infra.site import publishing as site
from tests.national.records import record
from tests.site.conftest import PROCEDURES, SEED, seed
from tests.site.reading import Page


def objects(cloud: Embedded) -> dict[str, str]:
    """ETag by key of every page."""
    found = cloud.client("s3").get_paginator("list_objects_v2").paginate(Bucket=settings.site_bucket())
    listed = [one for page in found for one in page["Contents"] if not one["Key"].startswith("catalogue/")]
    return {one["Key"]: one["ETag"] for one in listed}


def read(cloud: Embedded, key: str) -> str:
    answer = cloud.client("s3").get_object(Bucket=settings.site_bucket(), Key=key)
    assert answer["ContentType"] == "text/html; charset=utf-8" and "max-age" in answer["CacheControl"]
    return str(answer["Body"].read().decode())


@pytest.mark.clause("A2")
def test_every_address_is_there_in_both_languages(published: Embedded) -> None:
    assert site.publish() == len(PROCEDURES)
    there = objects(published)
    fields = {document["field"]["code"] for document in PROCEDURES.values()}
    wanted = {f"tt/{code}" for code in PROCEDURES} | {f"tt/linh-vuc/{field}" for field in fields}
    wanted |= {f"cq/{one['code']}" for one in seed("agencies.json")["agencies"]} | {"tt/index.html", "tt/tat-ca"}
    assert set(there) == wanted | {f"en/{key}" for key in wanted} | {"sitemap.xml", "robots.txt"}
    links: set[str] = set()
    for key in there:
        if key not in {"sitemap.xml", "robots.txt"}:
            page = Page(read(published, key))
            assert not page.complaints, key
            links |= page.links()
    pre_rendered = {link.lstrip("/") for link in links if link.startswith(("/tt/", "/cq/", "/en/"))}
    assert {link if link.rpartition("/")[2] else f"{link}index.html" for link in pre_rendered} <= set(there)


def test_the_sitemap_names_every_page(published: Embedded) -> None:
    site.publish()
    body = published.client("s3").get_object(Bucket=settings.site_bucket(), Key="sitemap.xml")["Body"].read()
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    told = {element.text or "" for element in ElementTree.fromstring(body).iter(f"{space}loc")}
    assert f"{settings.public_url()}/en/tt/2.000635" in told
    unnamed = {"sitemap.xml", "robots.txt", "tt/tat-ca", "en/tt/tat-ca", "tt/index.html", "en/tt/index.html"}
    assert {f"{settings.public_url()}/{key}" for key in set(objects(published)) - unnamed} <= told


def test_search_engines_are_kept_from_what_is_one_persons(published: Embedded) -> None:
    site.publish()
    told = RobotFileParser()
    body = published.client("s3").get_object(Bucket=settings.site_bucket(), Key="robots.txt")
    assert body["ContentType"] == "text/plain; charset=utf-8"
    told.parse(body["Body"].read().decode().splitlines())
    assert told.site_maps() == [f"{settings.public_url()}/sitemap.xml"]
    routes = (Path(__file__).parents[2] / "web" / "src" / "routes.ts").read_text("utf-8")
    private = re.findall(r'pattern: "([^"]+)"[^}]*needs:', routes)
    assert len(private) > 5
    for pattern in (*private, "/api/dossiers", "/nop/2.000635"):
        assert not told.can_fetch("*", re.sub(r":\w+|\*", "x", pattern)), pattern
    for address in ("/", "/tt/", "/tt/2.000635", "/en/cq/H34.05", "/thong-ke", "/tra-cuu", "/catalogue/index.json"):
        assert told.can_fetch("*", address), address


@pytest.mark.clause("A1")
def test_an_agencys_page_has_its_hours_accounts_and_procedures(published: Embedded) -> None:
    site.publish()
    page = Page(read(published, "cq/H34.05"))
    for fact in ("Sở Tư pháp", "07:00–11:30, 13:30–17:00", PROCEDURES["2.000635"]["name"]["vi"], "Chủ Nhật Nghỉ"):
        assert fact in page.text
    agencies = {one["code"]: one for one in seed("agencies.json")["agencies"]}
    merged = next(one for one in agencies.values() if one["status"] == "merged")
    gone = Page(read(published, f"en/cq/{merged['code']}"))
    assert agencies[merged["successor"]]["name"]["en"] in gone.text and f"/en/cq/{merged['successor']}" in gone.links()


def test_nothing_changes_when_nothing_has_changed(published: Embedded) -> None:
    site.publish()
    before = objects(published)
    site.publish()
    assert objects(published) == before


def test_who_is_overtaken_writes_the_later_version(published: Embedded, monkeypatch: pytest.MonkeyPatch) -> None:
    changed: dict[str, Any] = {**PROCEDURES["2.000635"], "note": {"vi": "Ghi chú mới", "en": "A new note"}}
    render = pages.procedure
    rendered: list[Any] = []

    def slow(*values: Any) -> str:
        if not rendered:
            publishing.publish([publishing.Sourced("later", changed)])
        rendered.append(values)
        return render(*values)

    monkeypatch.setattr(pages, "procedure", slow)
    site.publish_procedures(["2.000635"])
    assert len(rendered) == 4
    assert "Ghi chú mới" in read(published, "tt/2.000635") and "A new note" in read(published, "en/tt/2.000635")


def test_a_field_that_is_empty_loses_its_page(published: Embedded) -> None:
    site.publish()
    moved = [{**d, "field": {"code": "moi", "vi": "Mới", "en": "New"}} for d in PROCEDURES.values()]
    publishing.publish([publishing.Sourced(one["code"], one) for one in moved])
    site.publish()
    assert {key for key in objects(published) if "linh-vuc" in key} == {"tt/linh-vuc/moi", "en/tt/linh-vuc/moi"}


def run(*words: str) -> str:
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.clause("A3")
def test_the_commands_write_the_pages(cloud: Embedded, tmp_path: Path) -> None:
    run("agencies", "publish", str(SEED / "agencies.json"), "--calendar", str(SEED / "calendar.json"))
    assert "cq/H34.05" in objects(cloud) and "tt/index.html" in objects(cloud)
    run("catalogue", "publish", *[str(path) for path in (SEED / "procedures").glob("*.json")])
    assert "Sở Tư pháp" in read(cloud, "tt/2.000635")
    records = tmp_path / "records.jsonl"
    lines = [record("Trực tiếp2 NgàyMiễn phí"), record("Trực tiếp2 NgàyMiễn phí", ma_thu_tuc="2.000635")]
    records.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in lines), "utf-8")
    run("catalogue", "import-national", str(records))
    assert "Cấp giấy phép nuôi ong" in read(cloud, "tt/9.000001")
    assert "/nop/2.000635" in read(cloud, "tt/2.000635"), "the province's own stands"
    assert "Cấp giấy phép nuôi ong" in read(cloud, "tt/linh-vuc/chan-nuoi")
    before = read(cloud, "tt/9.000001")
    cloud.client("s3").delete_object(Bucket=settings.site_bucket(), Key="tt/9.000001")
    run("catalogue", "import-national", str(records))
    assert read(cloud, "tt/9.000001") == before, "what a publisher left half done is done by the next"
    # An agency gets another name: the pages that name it follow.
    tree = seed("agencies.json")
    for one in tree["agencies"]:
        if one["code"] == "H34.05":
            one["name"]["vi"] = "Sở Tư pháp và Hộ tịch"
    (tmp_path / "agencies.json").write_text(json.dumps(tree), "utf-8")
    run("agencies", "publish", str(tmp_path / "agencies.json"))
    assert "Sở Tư pháp và Hộ tịch" in read(cloud, "tt/2.000635")
    assert json.loads(run("catalogue", "pages", "--json")) == {"procedures": len(PROCEDURES) + 1}


def test_a_page_of_what_is_at_hand_is_the_page_of_what_is_kept(published: Embedded) -> None:
    document = json.loads(json.dumps(record("Trực tiếp2 NgàyMiễn phí")))
    from infra.national.guidance import make

    made = make(document)
    report = publishing.publish([publishing.Sourced("record", made)])
    known = site.latest(report.published, {made["code"]: made})
    assert known[made["code"]].to_json() == kept.read(kept.latest_key(made["code"]))
    assert not site.latest(publishing.publish([publishing.Sourced("record", made)]).published, {made["code"]: made})
