"""Publishing and reading the catalogue on the embedded cloud: whole or not at all, versions for ever, few calls."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from chalicelib import aws
from chalicelib.errors import Conflict, Invalid, NotFound
from chalicelib.services import catalogue, present, publishing
from chalicelib.services.publishing import Sourced
from chalicelib.storage import catalogue as kept
from infra.local.testing import Embedded
from tests.domain.documents import guidance, paper, procedure

SEED = Path(__file__).resolve().parents[2] / "infra/seed"
CODE = "1.234567"


@pytest.fixture(autouse=True)
def tree(cloud: Embedded) -> Embedded:
    publishing.publish_agencies(json.loads((SEED / "agencies.json").read_text("utf-8")))
    return cloud


class Crash(BaseException):
    """The process dies here."""


@contextmanager
def watched(crash_before: int | None = None) -> Iterator[list[str]]:
    """The AWS calls made inside, by operation; the process dies before the call of that number."""
    calls: list[str] = []

    def note(model: Any, **rest: Any) -> None:
        if crash_before is not None and len(calls) == crash_before:
            raise Crash
        calls.append(model.name)

    clients = [aws.client("s3"), aws.dynamodb().client]
    for client in clients:
        client.meta.events.register("before-call", note)
    try:
        yield calls
    finally:
        for client in clients:
            client.meta.events.unregister("before-call", note)


def publish(*documents: Any) -> list[tuple[str, int, str]]:
    report = publishing.publish([Sourced(f"{i}.json", document) for i, document in enumerate(documents)])
    return [(one.code, one.version, one.outcome) for one in report.published]


def stored(key: str) -> Any:
    return kept.read(f"catalogue/{key}.json")


def shown() -> dict[str, int]:
    return {entry["code"]: entry["version"] for entry in publishing.listed()}


@pytest.mark.clause("A3")
def test_versions_are_made_by_content() -> None:
    assert publish(procedure()) == [(CODE, 1, "new")]
    assert publish(procedure()) == [(CODE, 1, "unchanged")]
    assert publish(procedure(steps=[])) == [(CODE, 2, "changed")]
    assert catalogue.procedure(CODE).version == 2
    assert len(catalogue.procedure(CODE, 1).steps) == 1, "a version stays what it was"
    assert stored(f"procedures/{CODE}")["version"] == 2
    assert shown() == {CODE: 2}


@pytest.mark.clause("A3")
def test_the_index_finds_without_diacritics_and_filters() -> None:
    publish(procedure(), guidance())
    index = stored("index")
    [own] = index["procedures"]
    assert "dang ky thuyen" in own["folded"] and "boat registration" in own["folded"]
    assert (own["agencies"], own["level"], own["audience"], own["online"]) == (["H34.05"], 3, ["person"], True)
    [part] = index["parts"]
    [imported] = kept.read(part["path"])  # type: ignore[misc]
    assert (imported["code"], imported["online"], imported["name"]) == (
        "2.345678",
        False,
        {"vi": "Cấp giấy phép nuôi ong"},
    )
    assert "cap giay phep nuoi ong" in imported["folded"]


def test_one_defect_keeps_everything_back() -> None:
    bad = procedure(code="1.000001", level=9)
    with watched() as calls, pytest.raises(Invalid) as caught:
        publish(procedure(), bad, procedure(), procedure(code="1.000002", agencies=["H34.07", "H99"]))
    assert {(f.field, f.code) for f in caught.value.fields} == {
        ("1.json: level", "OutOfRange"),
        ("2.json: code", "NotUnique"),
        ("3.json: agencies[0]", "AgencyUnknown"),  # merged: takes no new dossiers
        ("3.json: agencies[1]", "AgencyUnknown"),
    }
    assert not [name for name in calls if name.startswith(("Put", "Transact"))]
    with pytest.raises(NotFound):
        catalogue.procedure(CODE)


FORM = procedure()["form"]


@pytest.mark.parametrize(
    ("form", "defect"),
    [
        ({**FORM, "additionalProperties": True}, ("form.additionalProperties", "NotOneOf")),
        ({**FORM, "$ref": "https://example.com/x"}, ("form.$ref", "Unknown")),
        ({**FORM, "required": ["sails"]}, ("form.required.sails", "NotFormField")),
        ({**FORM, "properties": {"a": {"type": "string", "maxLength": 5}}}, ("form.properties.a.title", "Required")),
        ({**FORM, "properties": {"a": {"type": "null"}}}, ("form.properties.a.type", "NotOneOf")),
        ({**FORM, "properties": {"a": {"type": "strong"}}}, ("form.properties.a.type", "BadSchema")),
        (
            {**FORM, "properties": {"A": {"type": "boolean", "title": "x", "x-title-en": "x"}}},
            ("form.properties.A", "BadFormat"),
        ),
        (
            {
                **FORM,
                "properties": {
                    "a": {"type": "string", "title": "x", "x-title-en": "x", "pattern": "(a+)+", "maxLength": 9}
                },
            },
            ("form.properties.a.pattern", "BadSchema"),
        ),
        (
            {
                **FORM,
                "properties": {
                    "a": {"type": "string", "title": "x", "x-title-en": "x", "pattern": "(", "maxLength": 9}
                },
            },
            ("form.properties.a.pattern", "BadSchema"),
        ),
        (
            {
                **FORM,
                "properties": {
                    "a": {"type": "string", "title": "x", "x-title-en": "x", "enum": ["b"], "x-enum-vi": []}
                },
            },
            ("form.properties.a.x-enum-vi", "Mismatch"),
        ),
        (
            {**FORM, "allOf": [{"if": {"properties": {"owned": {"const": True}}}, "then": {"required": ["boat"]}}]},
            ("form.allOf[0].if.required", "Required"),
        ),
        (
            {**FORM, "properties": {f"f{i}": {"type": "boolean", "title": "x", "x-title-en": "x"} for i in range(121)}},
            ("form.properties", "TooMany"),
        ),
    ],
)
def test_forms_the_site_cannot_draw_are_refused(form: dict[str, Any], defect: tuple[str, str]) -> None:
    with pytest.raises(Invalid) as caught:
        publish(procedure(form=form, papers=[paper("a")], fees=[]))
    assert (f"0.json: {defect[0]}", defect[1]) in {(f.field, f.code) for f in caught.value.fields}


def test_a_crash_anywhere_leaves_a_whole_catalogue() -> None:
    """Before each AWS call in turn: what the index shows exists, and publishing again completes the rest."""
    publish(procedure(), guidance())
    before = shown()
    documents = [procedure(steps=[]), guidance(steps=[]), procedure(code="1.000003"), guidance("2.000004")]
    number = 0
    while True:
        try:
            with watched(crash_before=number):
                publish(*documents)
            break
        except Crash:
            catalogue.forget()
        for code, version in shown().items():
            latest = stored(f"procedures/{code}")
            assert version <= latest["version"]
            if latest["level"] >= 3:
                assert stored(f"procedures/{code}/{version}")["code"] == code
        number += 1
        assert number < 100
    assert number > 8
    assert publish(*documents) == [(d["code"], v, "unchanged") for d, v in _by_kind(documents)]
    assert shown().keys() == before.keys() | {"1.000003", "2.000004"}
    assert all(stored(f"procedures/{code}")["version"] == version for code, version in shown().items())
    # A publication taken up again makes no second version of the same content.
    assert shown()[CODE] == 2 and shown()["1.000003"] == 1


def _by_kind(documents: list[dict[str, Any]]) -> list[tuple[dict[str, Any], int]]:
    """Guidance is published first."""
    there = shown()
    ordered = [d for d in documents if d["level"] < 3] + [d for d in documents if d["level"] >= 3]
    return [(d, there[d["code"]]) for d in ordered]


def test_two_publishers_never_share_a_version() -> None:
    publish(procedure())
    # The other publisher has written version 2 and not yet moved the pointer.
    other = {
        **procedure(conditions=[{"vi": "a", "en": "a"}]),
        "version": 2,
        "published_at": "2026-01-01T00:00:00+00:00",
    }
    assert kept.create(kept.version_key(CODE, 2), other)
    assert publish(procedure(steps=[])) == [(CODE, 3, "changed")]
    assert stored(f"procedures/{CODE}/2")["conditions"], "the other's version stands"
    with pytest.raises(Conflict):
        kept.point(CODE, kept.Pointer(2, "x", 3), "2026-01-01T00:00:00+00:00")
    assert catalogue.procedure(CODE).version == 3
    kept.point(CODE, kept.pointers([CODE])[CODE], "2026-01-01T00:00:00+00:00")  # a lost reply, sent again: it is ours


def test_imported_guidance_does_not_replace_the_provinces_own() -> None:
    publish(procedure())
    assert publish(guidance(CODE)) == [(CODE, 1, "kept")]
    assert catalogue.procedure(CODE).online
    withdrawn = guidance(CODE, source=None, guidance=None)
    texts = {key: procedure()[key] for key in ("name", "field", "result", "steps")}
    assert publish({**withdrawn, **texts}) == [(CODE, 2, "changed")], "the province itself may stop taking dossiers"


def test_reading_is_free_once_warm() -> None:
    publish(procedure())
    publishing.publish_calendar(json.loads((SEED / "calendar.json").read_text("utf-8")))
    for _ in range(2):
        catalogue.procedure(CODE)
        catalogue.procedure(CODE, 1)
        catalogue.calendar_of("H34.05")
    with watched() as calls:
        first = catalogue.procedure(CODE)
        assert catalogue.procedure(CODE, 1) is first
        assert catalogue.agency("H34.07").successor == "H34.03"
        assert catalogue.calendar_of("H34.02").week[5] and not catalogue.calendar_of("H34.05").week[5]
    assert calls == []
    present.shift(301)
    with watched() as calls:
        catalogue.procedure(CODE, 1)
        catalogue.procedure(CODE)
        catalogue.agency("H34")
    assert calls == ["GetObject", "GetObject"]


@pytest.mark.clause("A1")
def test_an_agency_may_change_but_not_disappear() -> None:
    document = json.loads((SEED / "agencies.json").read_text("utf-8"))
    assert publishing.publish_agencies(document) == len(document["agencies"])
    with pytest.raises(Invalid) as caught:
        publishing.publish_agencies({"agencies": [a for a in document["agencies"] if a["code"] != "H34.33.03"]})
    assert [(f.field, f.code) for f in caught.value.fields] == [("agencies.H34.33.03", "Required")]


def test_what_is_not_there() -> None:
    for code in ("1.999999", "../../secret", ""):
        with pytest.raises(NotFound) as caught:
            catalogue.procedure(code)
        assert caught.value.params["code"] == code
    with pytest.raises(NotFound):
        catalogue.procedure("1.999999", 7)
    with pytest.raises(NotFound):
        catalogue.agency("H00")


def test_every_seed_can_be_published() -> None:
    documents = [json.loads(path.read_text("utf-8")) for path in sorted((SEED / "procedures").glob("*.json"))]
    assert {outcome for _, _, outcome in publish(*documents)} == {"new"}
    assert len(stored("index")["procedures"]) == len(documents)
