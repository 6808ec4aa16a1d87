"""Waivers: the best one that applies is taken off a fee, never two; what is left is whole đồng."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.procedure import FeeDue, Procedure
from chalicelib.errors import Invalid
from tests.domain.documents import fee, procedure

pytestmark = pytest.mark.clause("A10")
TODAY = date(2026, 11, 23)


def waiver(code: str = "elderly", **changes: Any) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "code": code,
        "name": {"vi": "Người cao tuổi", "en": "Elderly"},
        "percent": 100,
        "when": {"field": "owned", "in": [True]},
        "effective_from": "2020-01-01",
        "effective_to": None,
        "source": "test",
    }
    return {**rule, **changes}


def due(rule: dict[str, Any], on: date = TODAY, **answers: Any) -> FeeDue:
    (found,) = Procedure.from_json(procedure(fees=[rule])).fees_due(
        "result", "online", on, {"copies": 1, "owned": True, **answers}
    )
    return found


def amount(*waivers: dict[str, Any], on: date = TODAY, **answers: Any) -> int:
    return due(fee("copy", waivers=list(waivers)), on, **answers).amount


def test_it_is_taken_off_from_those_whose_answers_fulfil_it() -> None:
    assert amount(waiver()) == 0
    assert amount(waiver(), owned=False) == 8000
    assert amount(waiver(percent=50)) == 4000
    assert amount(waiver(percent=50), copies=3) == 12_000


def test_the_best_one_counts_and_only_one() -> None:
    half, quarter = waiver("half", percent=50), waiver("quarter", percent=25)
    assert amount(quarter, half) == amount(half, quarter) == 4000
    found = due(fee("copy", waivers=[quarter, half]))
    assert found.waiver is not None and found.waiver.code == "half"
    equal = due(fee("copy", waivers=[waiver("first", percent=50), waiver("second", percent=50)]))
    assert equal.waiver is not None and equal.waiver.code == "first"


def test_it_has_its_days() -> None:
    autumn = waiver(effective_from="2026-08-15", effective_to="2027-02-28")
    assert amount(autumn, on=date(2026, 8, 14)) == 8000
    assert amount(autumn, on=date(2026, 8, 15)) == amount(autumn, on=date(2027, 2, 28)) == 0
    assert amount(autumn, on=date(2027, 3, 1)) == 8000


def test_the_cap_comes_before_the_waiver_and_all_is_told() -> None:
    found = due(fee("rooms", amount=1_000_000, most=6_000_000, waivers=[waiver(percent=30)]), copies=9)
    assert (found.count, found.full, found.capped, found.amount) == (9, 9_000_000, 6_000_000, 4_200_000)
    assert found.rule.source == "test"


@given(st.integers(0, 10**9), st.integers(1, 100), st.integers(1, 50))
def test_what_is_left_is_whole_and_never_more_than_the_rule_says(each: int, percent: int, copies: int) -> None:
    found = due(fee("copy", amount=each, waivers=[waiver(percent=percent)]), copies=copies)
    exactly = found.capped * (100 - percent) / 100
    assert isinstance(found.amount, int)
    assert exactly - 1 < found.amount <= exactly + 1e-6 * exactly
    assert 0 <= found.amount <= found.full


ONE_DEFECT: list[tuple[dict[str, Any], str, str]] = [
    (waiver(percent=0), "fees[0].waivers[0].percent", "OutOfRange"),
    (waiver(percent=101), "fees[0].waivers[0].percent", "OutOfRange"),
    (waiver(percent="50"), "fees[0].waivers[0].percent", "WrongType"),
    (waiver(when=None), "fees[0].waivers[0].when", "Required"),
    (waiver(when={"field": "sails", "in": [True]}), "fees[0].waivers[0].when.field", "NotFormField"),
    (waiver(when={"field": "owned", "in": ["yes"]}), "fees[0].waivers[0].when.in[0]", "NotOneOf"),
    (waiver(effective_from=None), "fees[0].waivers[0].effective_from", "Required"),
    (waiver(effective_to="2019-01-01"), "fees[0].waivers[0].effective_to", "OutOfRange"),
    (waiver(source=""), "fees[0].waivers[0].source", "Required"),
    (waiver("Nicht So"), "fees[0].waivers[0].code", "BadFormat"),
    (waiver(more=1), "fees[0].waivers[0].more", "Unknown"),
]


@pytest.mark.parametrize(("wrong", "field", "code"), ONE_DEFECT, ids=[f"{f} {c}" for _, f, c in ONE_DEFECT])
def test_a_wrong_waiver_is_named(wrong: dict[str, Any], field: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        Procedure.from_json(procedure(fees=[fee("copy", waivers=[wrong])]))
    assert [(f.field, f.code) for f in caught.value.fields] == [(field, code)]


def test_two_of_one_code_are_refused() -> None:
    with pytest.raises(Invalid) as caught:
        Procedure.from_json(procedure(fees=[fee("copy", waivers=[waiver(), waiver()])]))
    assert [(f.field, f.code) for f in caught.value.fields] == [("fees[0].waivers[1].code", "NotUnique")]


@pytest.mark.clause("A16")
def test_the_legal_exception_is_a_flag_that_is_false_when_absent() -> None:
    assert not due(fee("copy")).rule.refund_uncollected
    assert due(fee("copy", refund_uncollected=True)).rule.refund_uncollected
    with pytest.raises(Invalid) as caught:
        Procedure.from_json(procedure(fees=[fee("copy", refund_uncollected="yes")]))
    assert [(f.field, f.code) for f in caught.value.fields] == [("fees[0].refund_uncollected", "WrongType")]
