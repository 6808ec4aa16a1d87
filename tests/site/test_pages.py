"""The pages as text: every fact of a document stands on its page, in both languages, and nothing in it can run."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.domain.agency import read_tree
from chalicelib.domain.procedure import Procedure
from infra.national.guidance import make
from infra.site import pages, words
from tests.national.records import record
from tests.site.conftest import PROCEDURES, seed
from tests.site.reading import Page, squeeze

TREE = read_tree(seed("agencies.json"))
LANGUAGES = words.LANGUAGES
STAMPS = {"version": 7, "published_at": "2026-11-23T01:02:03+00:00"}
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&amp;</title></p>{{ 7*7 }}"


def page(document: dict[str, Any], language: str) -> Page:
    return Page(pages.procedure(Procedure.from_json({**document, **STAMPS}), TREE, language))


def facts(document: dict[str, Any], language: str) -> Iterator[str]:
    """Everything a reader must find, as it is said in the language."""

    def said(text: dict[str, Any]) -> str:
        return str(text[language])

    yield from (document["code"], said(document["name"]), said(document["field"]), said(document["result"]))
    yield document["result"]["code"]
    yield from words.level(document["level"], language).split(" / ")
    for one in document["audience"]:
        yield words.term("audience", one, language)
    for code in document["agencies"]:
        yield code
        yield getattr(TREE[code].name, language)
    for one in [*document["steps"], *document["conditions"]]:
        yield said(one)
    for one in document["legal_basis"]:
        yield from (one["number"], one["title"])
    for channel, one in document["durations"].items():
        yield f"{words.term('channel', channel, language)} {words.duration(one['amount'], one['unit'], language)}"
    within = document["supplement"]["within"]
    yield words.duration(within["amount"], within["unit"], language)
    yield words.words(language)[f"clock_{document['supplement']['clock']}"]
    for one in document["delivery"]:
        yield words.term("delivery", one, language)
    if document["same_day_until"]:
        yield document["same_day_until"]
    if document["note"]:
        yield said(document["note"])
    yield from _papers(document, language)
    yield from _fees(document, language)
    title = "title" if language == "vi" else "x-title-en"
    for schema in document["form"]["properties"].values():
        yield schema[title]
        yield schema["x-group" if language == "vi" else "x-group-en"]
        yield from schema.get(f"x-enum-{language}", ())
        hint = schema.get("description" if language == "vi" else "x-description-en")
        yield from [hint] if hint else []
        yield from (column[title] for column in schema.get("items", {}).get("properties", {}).values())


def _papers(document: dict[str, Any], language: str) -> Iterator[str]:
    for one in document["papers"]:
        yield one["name"][language]
        yield from [one["note"][language]] if one["note"] else []
        yield words.words(language)["max_pages"].format(n=one["max_pages"])
        for kind in one["provenance"]:
            yield words.term("provenance", kind, language)
        if one["condition"]:
            schema = document["form"]["properties"][one["condition"]["field"]]
            yield schema["title" if language == "vi" else "x-title-en"]
            for value in one["condition"]["in"]:
                if isinstance(value, str):
                    yield schema[f"x-enum-{language}"][schema["enum"].index(value)]


def _fees(document: dict[str, Any], language: str) -> Iterator[str]:
    for one in document["fees"]:
        yield from (one["name"][language], words.money(one["amount"], language), one["source"])
        yield words.term("moment", one["moment"], language)
        yield words.words(language)["refundable" if one["refundable"] else "not_refundable"]
        yield words.day(one["effective_from"], language)
        if one["effective_to"]:
            yield words.day(one["effective_to"], language)
        if one["most"] is not None:
            yield words.money(one["most"], language)
        if one["per"]:
            yield document["form"]["properties"][one["per"]]["title" if language == "vi" else "x-title-en"]
        if one["channel"]:
            yield words.term("channel", one["channel"], language)
        if one.get("refund_uncollected"):
            yield words.words(language)["refund_uncollected"]
        for less in one.get("waivers", ()):
            yield from (less["name"][language], less["source"], words.day(less["effective_from"], language))
            said = words.words(language)
            yield said["waived"] if less["percent"] == 100 else said["reduced"].format(percent=less["percent"])
            schema = document["form"]["properties"][less["when"]["field"]]
            for value in less["when"]["in"]:
                yield schema[f"x-enum-{language}"][schema["enum"].index(value)]


@pytest.mark.clause("A3")
@pytest.mark.clause("C2")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", PROCEDURES)
def test_every_fact_of_the_document_stands_on_its_page(code: str, language: str) -> None:
    read = page(PROCEDURES[code], language)
    assert not read.complaints
    missing = [fact for fact in facts(PROCEDURES[code], language) if squeeze(fact) not in read.text]
    assert not missing
    rows = {squeeze(" ".join(row.text)) for row in read.named("tr")}
    for one in PROCEDURES[code]["papers"]:
        row = next(row for row in rows if row.startswith(squeeze(one["name"][language])))
        assert f" {one['originals']} {one['copies']} " in row


@pytest.mark.clause("A2")
@pytest.mark.parametrize("code", PROCEDURES)
def test_the_page_leads_on(code: str) -> None:
    vi, en = page(PROCEDURES[code], "vi"), page(PROCEDURES[code], "en")
    for read in (vi, en):
        assert {f"/nop/{code}", f"/catalogue/procedures/{code}.json"} <= read.links()
    assert f"/en/tt/{code}" in vi.links() and f"/tt/{code}" in en.links()
    assert {f"/cq/{agency}" for agency in PROCEDURES[code]["agencies"]} <= vi.links()
    assert {f"/en/cq/{agency}" for agency in PROCEDURES[code]["agencies"]} <= en.links()


def _marked(text: str) -> bool:
    return "đ" in text.lower() or any(unicodedata.combining(c) for c in unicodedata.normalize("NFD", text))


@pytest.mark.parametrize("code", PROCEDURES)
def test_what_is_vietnamese_in_english_says_so(code: str) -> None:
    """A screen reader must know which voice to read with; names in English texts of the data are the data's own."""
    own = squeeze(" ".join(_english([PROCEDURES[code], seed("agencies.json")])))
    vietnamese = [text for language, text in page(PROCEDURES[code], "en").spoken if language == "en" and _marked(text)]
    assert not [text for text in vietnamese if squeeze(text) not in own]


def _english(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from [item] if key.endswith("en") and isinstance(item, str) else _english(item)
    elif isinstance(value, list):
        for item in value:
            yield from _english(item)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_have_one_title_and_an_order_of_headings(language: str) -> None:
    read = page(PROCEDURES["2.000635"], language)
    assert [element.attributes["lang"] for element in read.named("html")] == [language]
    levels = [int(element.name[1]) for element in read.elements if element.name in ("h1", "h2", "h3")]
    assert levels.count(1) == 1 and levels[0] == 1
    assert all(b - a <= 1 for a, b in zip(levels, levels[1:], strict=False))
    assert "2.000635" in "".join(next(read.named("title")).text)


def _poison(value: Any) -> Any:
    match value:
        case dict():
            return {key: _poison(item) for key, item in value.items()}
        case list():
            return [_poison(item) for item in value]
        case str() if " " in value:
            return f"{value} {EVIL}"
        case _:
            return value


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", PROCEDURES)
def test_no_text_of_a_document_becomes_markup(code: str, language: str) -> None:
    document = PROCEDURES[code]
    keep = ("durations", "supplement", "consultation", "parts", "form", "published_at")
    poisoned = {key: value if key in keep else _poison(value) for key, value in document.items()}
    clean, read = page(document, language), page(poisoned, language)
    assert not read.complaints
    assert [e.name for e in read.elements] == [e.name for e in clean.elements]
    assert EVIL in read.text


@pytest.mark.clause("A3")
@pytest.mark.parametrize("language", LANGUAGES)
def test_imported_texts_are_hostile_input(language: str) -> None:
    table = f"Trực tuyến3 Ngày làm việc50,000 VNĐ(Phí {EVIL})Trực tiếp5Miễn phí"
    kind = {"ma_thu_tuc": "9.000001", "ten_thu_tuc": f"Nuôi ong {EVIL}", "yeu_cau_dieu_kien": EVIL}
    kind["trinh_tu_thuc_hien"] = f"Bước 1: {EVIL}\nBước 2: hết"
    read = page(make({**record(table, f"Đơn {EVIL}1 bản chính"), **kind}), language)
    assert not read.complaints
    assert [e.attributes.get("src") for e in read.named("script")] == ["/preferences.js", "/rating.js"]
    assert not list(read.named("img")) and "49" not in read.text
    assert f"Nuôi ong {EVIL}" in read.text and f"Bước 1: {EVIL}" in read.text


@pytest.mark.clause("A3")
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_not_understood_stands_as_the_portal_has_it(language: str) -> None:
    strange = "Nộp ở đâu cũng được, xem bảng kèm theo"
    document = make(record(strange, "Đơn1 bản chính", can_cu_phap_ly="Luật số 1/2020/QH14"))
    assert document["guidance"]["understood"]["channels"] is False
    read = page(document, language)
    assert not read.complaints
    assert strange in read.text and "Luật số 1/2020/QH14" in read.text
    assert words.words(language)["sources"] in read.text
    assert "/nop/9.000001" not in read.links() and words.words(language)["not_online"] in read.text
    understood = page(make(record("Trực tuyến3 Ngày làm việc50,000 VNĐ")), language)
    assert words.duration(3, "working days", language) in understood.text
    assert words.money(50_000, language) in understood.text
    assert strange not in understood.text


def test_every_value_of_a_document_has_a_word() -> None:
    """A new channel or moment without a word would fail at publishing, which is late."""
    from chalicelib.domain import clock, procedure
    from chalicelib.domain.agency import KINDS
    from infra.national import channels, fees

    for language in LANGUAGES:
        texts = words.words(language)
        assert all(texts[f"kind_{kind}"] for kind in KINDS)
        assert all(words.duration(2, unit, language) for unit in [*clock.Unit, *channels.UNITS.values()])
        for kind, values in (
            ("channel", procedure.CHANNELS),
            ("moment", procedure.MOMENTS),
            ("audience", procedure.AUDIENCES),
            ("delivery", procedure.DELIVERIES),
            ("provenance", procedure.PROVENANCES),
        ):
            assert all(words.term(kind, value, language) for value in values)
        shown = {fees.Kind.AMOUNTS, fees.Kind.UNCLEAR}
        assert all(texts[f"fee_{kind.value}"] for kind in fees.Kind if kind not in shown)
        shown_times = {channels.Given.STATED, channels.Given.WORDS, channels.Given.UNCLEAR}
        assert all(texts[f"given_{given.value}"] for given in channels.Given if given not in shown_times)


def test_the_words_are_there_in_both_languages_and_all_used() -> None:
    told = json.dumps([path.read_text("utf-8") for path in sorted(pages.TEMPLATES.iterdir())])
    told += (pages.TEMPLATES.parent / "voice.py").read_text("utf-8")
    vi, en = words.words("vi"), words.words("en")
    assert vi.keys() == en.keys()
    computed = ("source_", "fee_", "given_", "kind_", "status_", "clock_", "size_", "theme_", "rating_")
    for key in vi:
        assert vi[key] or key == "vietnamese_only"
        assert en[key]
        assert key.startswith(computed) or f"w.{key}" in told or f'"{key}"' in told or f'\\"{key}\\"' in told, key
