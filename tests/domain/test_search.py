"""What may be searched for: names however they are typed, and numbers that can be somebody's."""

from __future__ import annotations

from datetime import date

import pytest

from chalicelib.domain.search import Kind, Search
from chalicelib.errors import Invalid

TODAY = date(2026, 11, 23)


def term(kind: Kind, text: str) -> str:
    return Search("H34.05", kind, text).canonical(TODAY).term


@pytest.mark.parametrize(
    "text", ["Trần Thị Thử", "  tran   thi THU ", "TRẦN THỊ THỬ", "Tra\u0302\u0300n Thi\u0323 Thu\u031b\u0309"]
)
def test_names_are_compared_without_diacritics_case_and_spare_spaces(text: str) -> None:
    assert term(Kind.NAME, text) == "tran thi thu"


@pytest.mark.parametrize("text", ["", "   ", "T", "đ", "1 2 3", "..", "#"])
def test_a_name_has_at_least_two_letters(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        term(Kind.NAME, text)
    assert [(f.field, f.code) for f in refused.value.fields] == [("term", "TooShort")]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("062120000017", "062120000017"),
        (" 062 120 000 017 ", "062120000017"),
        ("9900000016", "9900000016"),
        ("0100109106-001", "0100109106-001"),
        ("0100109106001", "0100109106-001"),
    ],
)
def test_numbers_are_compared_as_accounts_have_them(text: str, number: str) -> None:
    assert term(Kind.IDENTITY, text) == number


@pytest.mark.parametrize("text", ["", "0621200000", "06212000001x", "999120000017", "9900000017", "062120000017000"])
def test_a_number_that_can_be_nobodys_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        term(Kind.IDENTITY, text)
    (defect,) = refused.value.fields
    assert (defect.field, defect.code, defect.params) == ("term", "BadIdentityOrTaxCode", {})
