"""Procedures: every defect named at once, and what answers, days and channels make of papers and fees."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.procedure import Procedure
from chalicelib.errors import Invalid
from tests.domain.documents import fee, guidance, paper, procedure

TODAY = date(2026, 11, 23)
SEEDS = sorted((Path(__file__).resolve().parents[2] / "infra/seed/procedures").glob("*.json"))


def refused(document: Any) -> set[tuple[str, str]]:
    with pytest.raises(Invalid) as caught:
        Procedure.from_json(document)
    assert caught.value.code == "CatalogueInvalid"
    return {(f.field, f.code) for f in caught.value.fields}


def without(key: str) -> dict[str, Any]:
    document = procedure()
    del document[key]
    return document


def form(**properties: Any) -> dict[str, Any]:
    whole = copy.deepcopy(procedure()["form"])
    return {**whole, **properties}


@pytest.mark.clause("A3")
def test_reads_and_writes_back() -> None:
    document = procedure()
    read = Procedure.from_json(document)
    assert read.to_json() == document
    assert (read.name.vi, read.name.en) == ("Đăng ký thuyền", "Boat registration")
    assert read.version == 0
    assert Procedure.from_json({**document, "version": 4, "published_at": "2026-11-23T00:00:00+00:00"}).version == 4


ONE_DEFECT: list[tuple[Any, tuple[str, str]]] = [
    ([], ("document", "WrongType")),
    (without("code"), ("code", "Required")),
    (without("level"), ("level", "Required")),
    (without("durations"), ("durations", "Required")),
    (without("supplement"), ("supplement", "Required")),
    (without("form"), ("form", "Required")),
    (without("agencies"), ("agencies", "Required")),
    (without("audience"), ("audience", "Required")),
    (without("result"), ("result", "Required")),
    (procedure(surprise=1), ("surprise", "Unknown")),
    (procedure(code="12"), ("code", "BadProcedureCode")),
    (procedure(level=5), ("level", "OutOfRange")),
    (procedure(level="3"), ("level", "WrongType")),
    (procedure(name={"vi": "Tên", "en": " "}), ("name.en", "Required")),
    (procedure(name={"vi": "Tên"}), ("name.en", "Required")),
    (procedure(name={"vi": "x" * 1001, "en": "x"}), ("name.vi", "TooLong")),
    (procedure(name={"vi": "a\x00b", "en": "x"}), ("name.vi", "WrongType")),
    (procedure(name={"vi": "x", "en": "x", "fr": "x"}), ("name.fr", "Unknown")),
    (procedure(agencies=["h34"]), ("agencies[0]", "WrongType")),
    (procedure(agencies=["?"]), ("agencies[0]", "WrongType")),
    (procedure(agencies=["H34.05", "H34.05"]), ("agencies[1]", "NotUnique")),
    (procedure(audience=["person", "dog"]), ("audience[1]", "NotOneOf")),
    (procedure(audience=[]), ("audience", "TooFew")),
    (procedure(delivery=["online"]), ("delivery[0]", "NotOneOf")),
    (procedure(papers="all"), ("papers", "WrongType")),
    (procedure(papers=[7]), ("papers[0]", "WrongType")),
    (procedure(papers=[paper("a"), paper("b"), paper("a")]), ("papers[2].code", "NotUnique")),
    (procedure(papers=[paper("A B")]), ("papers[0].code", "BadFormat")),
    (procedure(papers=[paper("a", required="yes")]), ("papers[0].required", "WrongType")),
    (procedure(papers=[paper("a", originals=-1)]), ("papers[0].originals", "OutOfRange")),
    (procedure(papers=[paper("a", originals=True)]), ("papers[0].originals", "WrongType")),
    (procedure(papers=[paper("a", copies=1.5)]), ("papers[0].copies", "WrongType")),
    (procedure(papers=[paper("a", max_pages=0)]), ("papers[0].max_pages", "OutOfRange")),
    (procedure(papers=[paper("a", provenance=["digital"])]), ("papers[0].provenance[0]", "NotOneOf")),
    (procedure(papers=[paper("a", name={"vi": "", "en": "x"})]), ("papers[0].name.vi", "Required")),
    (procedure(papers=[paper("a", extra=1)]), ("papers[0].extra", "Unknown")),
    (
        procedure(papers=[paper("a", condition={"field": "sails", "in": [1]})]),
        ("papers[0].condition.field", "NotFormField"),
    ),
    (procedure(papers=[paper("a", condition={"field": "owned", "in": []})]), ("papers[0].condition.in", "WrongType")),
    (
        procedure(papers=[paper("a", condition={"field": "owned", "in": [0]})]),
        ("papers[0].condition.in[0]", "NotOneOf"),
    ),
    (
        procedure(papers=[paper("a", condition={"field": "engine", "in": ["gas"]})]),
        ("papers[0].condition.in[0]", "NotOneOf"),
    ),
    (procedure(fees=[fee("f", amount=-1)]), ("fees[0].amount", "OutOfRange")),
    (procedure(fees=[fee("f", amount=80.5)]), ("fees[0].amount", "WrongType")),
    (procedure(fees=[fee("f", amount=float("nan"))]), ("fees[0].amount", "WrongType")),
    (procedure(fees=[fee("f", per="boat")]), ("fees[0].per", "NotFormField")),
    (procedure(fees=[fee("f", per="masts")]), ("fees[0].per", "NotFormField")),
    (procedure(fees=[fee("f", moment="later")]), ("fees[0].moment", "NotOneOf")),
    (procedure(fees=[fee("f", channel="fax")]), ("fees[0].channel", "NotOneOf")),
    (procedure(fees=[fee("f", effective_from="1/1/2020")]), ("fees[0].effective_from", "BadDate")),
    (procedure(fees=[fee("f", effective_from="2021-02-29")]), ("fees[0].effective_from", "BadDate")),
    (procedure(fees=[fee("f", effective_from=None)]), ("fees[0].effective_from", "Required")),
    (procedure(fees=[fee("f", effective_to="2019-01-01")]), ("fees[0].effective_to", "OutOfRange")),
    (procedure(fees=[fee("f", source="")]), ("fees[0].source", "Required")),
    (procedure(fees=[fee("f"), fee("f", effective_from="2026-01-01")]), ("fees[1].effective_from", "NotUnique")),
    (procedure(durations={"direct": {"amount": 1, "unit": "months"}}), ("durations.online", "Required")),
    (procedure(durations={"online": {"amount": 0, "unit": "months"}}), ("durations.online.amount", "AmountOutOfRange")),
    (procedure(durations={"online": {"amount": 1, "unit": "weeks"}}), ("durations.online.unit", "NotOneOf")),
    (procedure(durations={"online": {"amount": 1, "unit": "months"}, "fax": {}}), ("durations.fax", "Unknown")),
    (procedure(same_day_until="3pm"), ("same_day_until", "BadTime")),
    (procedure(same_day_until="25:00"), ("same_day_until", "BadTime")),
    (
        procedure(supplement={"within": {"amount": 1, "unit": "months"}, "clock": "stop"}),
        ("supplement.clock", "NotOneOf"),
    ),
    (procedure(form=[]), ("form", "WrongType")),
    (procedure(steps=[{"vi": "Nộp"}]), ("steps[0].en", "Required")),
    (procedure(legal_basis=[{"number": "1"}]), ("legal_basis[0].title", "Required")),
    (procedure(source={"channels": "x"}), ("source", "NotOneOf")),
    (guidance(form={}), ("form", "NotOneOf")),
    (guidance(guidance=[]), ("guidance", "WrongType")),
]


@pytest.mark.parametrize(("document", "defect"), ONE_DEFECT)
def test_each_defect_is_named_by_its_field(document: Any, defect: tuple[str, str]) -> None:
    assert defect in refused(document)


def test_all_defects_at_once() -> None:
    document = procedure(level=7, papers=[paper("a", originals=-1), paper("b", copies="2")], fees=[fee("f", per="x")])
    document["supplement"] = None
    assert refused(document) >= {
        ("level", "OutOfRange"),
        ("papers[0].originals", "OutOfRange"),
        ("papers[1].copies", "WrongType"),
    }


def test_guidance_needs_neither_form_nor_english() -> None:
    read = Procedure.from_json(guidance())
    assert not read.online
    assert read.name.en == ""
    with pytest.raises(Invalid):
        read.duration("online")


@pytest.mark.clause("A8")
def test_papers_follow_the_answers() -> None:
    read = Procedure.from_json(procedure())

    def called_for(answers: dict[str, Any]) -> list[tuple[str, bool]]:
        return [(rule.code, required) for rule, required in read.papers_for(answers)]

    assert called_for({"owned": False}) == [("identity", True), ("mandate", True), ("photo", False)]
    assert called_for({"owned": True}) == [("identity", True), ("photo", False)]
    assert called_for({}) == [("identity", True), ("photo", False)]
    assert called_for({"owned": 0}) == [("identity", True), ("photo", False)], "0 is not false"
    assert read.paper("mandate") is not None and read.paper("sails") is None


def fees_of(*rules: dict[str, Any]) -> Callable[..., list[tuple[str, int]]]:
    read = Procedure.from_json(procedure(fees=list(rules)))

    def due(moment: str = "result", channel: str = "online", on: date = TODAY, **answers: Any) -> list[tuple[str, int]]:
        return [(one.code, one.amount) for one in read.fees_due(moment, channel, on, answers)]

    return due


@pytest.mark.clause("A10")
def test_fees_by_moment_count_channel_and_day() -> None:
    due = fees_of(fee("copy"))
    assert due(copies=3) == [("copy", 24000)]
    assert due("filing", copies=3) == []
    assert due(copies=0) == due() == due(copies=True) == due(copies="3") == []

    due = fees_of(
        fee("licence", amount=135000, per=None),
        fee(
            "licence", amount=115000, per=None, channel="online", effective_from="2023-12-01", effective_to="2025-12-31"
        ),
    )
    assert due(on=date(2025, 12, 31)) == [("licence", 115000)]
    assert due(on=date(2026, 1, 1)) == [("licence", 135000)]
    assert due(channel="direct", on=date(2025, 12, 31)) == [("licence", 135000)]
    assert due(on=date(2019, 12, 31)) == []

    due = fees_of(fee("rooms", amount=1_000_000, most=6_000_000))
    assert due(copies=4) == [("rooms", 4_000_000)]
    assert due(copies=9) == [("rooms", 6_000_000)]


def test_times_by_channel() -> None:
    read = Procedure.from_json(procedure())
    assert str(read.duration("online")) == "3 working days"
    assert str(read.duration("direct")) == "5 calendar days"
    with pytest.raises(Invalid):
        read.duration("post")


@pytest.mark.clause("A10")
def test_at_least_twelve_whole_procedures_ship() -> None:
    read = [Procedure.from_json(json.loads(path.read_text("utf-8"))) for path in SEEDS]
    assert len(read) >= 12
    assert all(p.online and p.papers and p.steps and p.legal_basis and p.durations for p in read)
    assert {p.level for p in read} == {3, 4}
    assert [path.stem for path in SEEDS] == [p.code for p in read]
    extracts = next(p for p in read if p.code == "2.000635")
    assert [(d.code, d.amount) for d in extracts.fees_due("result", "online", TODAY, {"copies": 3})] == [
        ("ban-sao-trich-luc", 24000)
    ]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(list(procedure())), inner, max_size=4)
        ),
        max_leaves=12,
    )
)
def test_anything_is_read_or_refused(document: Any) -> None:
    with pytest.raises(Invalid):
        Procedure.from_json(document)


@given(
    st.sampled_from(sorted(procedure())),
    st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.just([{}]),
)
def test_a_field_of_another_kind_is_read_or_refused(key: str, value: Any) -> None:
    try:
        Procedure.from_json(procedure(**{key: value}))
    except Invalid as error:
        assert error.fields
