"""Statements of an account: every row is a payment or a defect with its number, and none stops the others."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.payment import Source
from chalicelib.errors import Invalid
from chalicelib.gateways.payments import statement, transfers
from tests.gateways.orders import NOW, OTHER, REFERENCE
from tests.gateways.test_vietqr import ENTRY, VIETQR, notice

pytestmark = pytest.mark.clause("A13", "C6")

HEADER = "id,account,amount,currency,at,description"
GOOD = f"FT-1,0011012345678,150000,VND,2026-03-02T10:14:58+07:00,NGUYEN VAN A {REFERENCE}"


def rows(*lines: str, header: str = HEADER) -> list[statement.Row]:
    return list(statement.read(f"{line}\n" for line in (header, *lines)))


def test_a_row_is_the_same_evidence_as_its_notice() -> None:
    (told,) = VIETQR.read_notices(notice(), NOW)
    (row,) = rows(",".join(str(ENTRY[name]) for name in transfers.FIELDS))
    assert row == statement.Row(2, replace(told, source=Source.FILE))


def test_columns_may_stand_in_any_order_among_others() -> None:
    line = f"x,{REFERENCE},2026-03-02T03:14:58Z,VND,150000,0011012345678,FT-1,y"
    (row,) = rows(line, header="\ufeffSTT,Description,at,currency,amount,account,id,Balance")
    assert row.evidence is not None and row.evidence.reference == REFERENCE
    assert row.evidence.at == datetime(2026, 3, 2, 3, 14, 58, tzinfo=UTC)


@pytest.mark.parametrize(
    "header",
    ["", "id;account;amount;currency;at;description", HEADER.replace("id,", ""), HEADER + ",amount", '"id,account'],
)
def test_another_header_is_refused_at_once(header: str) -> None:
    with pytest.raises(Invalid) as invalid:
        statement.read([header + "\n", GOOD + "\n"])
    assert invalid.value.code == "StatementColumns" and HEADER.replace(",", ", ") == invalid.value.params["expected"]


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(Invalid):
        statement.read([])


@pytest.mark.parametrize(
    ("line", "defects"),
    [
        (GOOD.replace("FT-1", ""), {"id": "Required"}),
        (GOOD.replace("FT-1", "FT 1"), {"id": "BadFormat"}),
        (GOOD.replace("150000", ""), {"amount": "Required"}),
        (GOOD.replace("150000", '"150.000"'), {"amount": "BadFormat"}),
        (GOOD.replace("150000", '"150,000"'), {"amount": "BadFormat"}),
        (GOOD.replace("150000", "-150000"), {"amount": "BadFormat"}),
        (GOOD.replace("150000", "150000.00"), {"amount": "BadFormat"}),
        (GOOD.replace("150000", "1.5E5"), {"amount": "BadFormat"}),
        (GOOD.replace("150000", "\u0661\u0665"), {"amount": "BadFormat"}),
        (GOOD.replace("2026-03-02T10:14:58+07:00", "02/03/2026"), {"at": "BadMoment"}),
        (GOOD.replace("+07:00", ""), {"at": "MomentWithoutZone"}),
        (GOOD.replace("VND", "đ"), {"currency": "BadFormat"}),
        (GOOD + "x" * 500, {"description": "TooLong"}),
        (GOOD + ",", {"row": "WrongNumberOfCells"}),
        (GOOD.replace(",VND", ""), {"row": "WrongNumberOfCells"}),
        (GOOD.replace("VND", '"VN"D'), {"row": "BadFormat"}),
        (",,-1,,,x", {"id": "Required", "account": "Required", "amount": "BadFormat", "currency": "Required", "at": "Required"}),  # noqa: E501
    ],
)  # fmt: skip
def test_a_bad_row_is_named_and_stops_nothing(line: str, defects: dict[str, str]) -> None:
    first, bad, last = rows(GOOD, line, GOOD.replace("FT-1", "FT-3"))
    assert bad.number == 3 and bad.evidence is None
    assert {defect.field: defect.code for defect in bad.defects} == defects
    assert [row.evidence and row.evidence.transaction for row in (first, last)] == ["FT-1", "FT-3"]


def test_blank_rows_are_counted_and_passed_over() -> None:
    assert [row.number for row in rows("", ",,,,,", GOOD, "")] == [4]


def test_a_quoted_line_break_is_one_row() -> None:
    first, second = rows(GOOD.replace("NGUYEN VAN A ", '"NGUYEN\nVAN A ') + '"', GOOD)
    assert first.evidence is not None and first.evidence.text == f"NGUYEN VAN A {REFERENCE}"
    assert second.number == 3


def test_rows_are_read_one_by_one() -> None:
    taken = []

    def lines() -> Iterator[str]:
        for number in range(1_000_000):
            taken.append(number)
            yield (GOOD if number else HEADER) + "\n"

    found = statement.read(lines())
    assert [next(found).number for _ in range(3)] == [2, 3, 4] and len(taken) == 4


def test_a_quote_that_never_ends_does_not_take_the_file_with_it() -> None:
    lines = [GOOD, GOOD.replace("NGUYEN", '"NGUYEN'), *[GOOD] * 5000]
    found = rows(*lines)
    bad = [row for row in found if row.defects]
    assert [row.number for row in bad][0] == 3 and len(found) > 3000


ENTRIES = st.fixed_dictionaries(
    {
        "id": st.from_regex(r"[0-9A-Za-z._:/-]{1,64}", fullmatch=True),
        "account": st.from_regex(r"[0-9A-Za-z]{1,19}", fullmatch=True),
        "amount": st.integers(1, 10**15 - 1).map(str),
        "currency": st.sampled_from(["VND", "USD"]),
        "at": st.datetimes(datetime(2000, 1, 1), timezones=st.just(UTC)).map(datetime.isoformat),
        "description": st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
        | st.sampled_from([REFERENCE, f"{REFERENCE} {OTHER}", f"a,{REFERENCE}"]),
    }
)


@given(st.lists(ENTRIES, max_size=5))
def test_what_is_written_is_read(entries: list[dict[str, Any]]) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, transfers.FIELDS)
    writer.writeheader()
    writer.writerows(entries)
    found = list(statement.read(io.StringIO(text.getvalue(), newline="")))
    assert [row.evidence for row in found] == [transfers.read(entry, Source.FILE) for entry in entries]


@given(st.lists(st.text(max_size=40), max_size=6))
def test_any_lines_are_rows(lines: list[str]) -> None:
    for row in statement.read([HEADER + "\n", *lines]):
        assert (row.evidence is None) == bool(row.defects)
