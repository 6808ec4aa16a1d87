"""Files of the post office and of gateways: every row is a movement or a defect with its number; formats are data."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.entry import Kind
from chalicelib.domain.reconcile import Line
from chalicelib.errors import FieldError, Invalid, NotFound
from chalicelib.gateways import spreadsheet
from chalicelib.gateways.payments import settlements, slips
from infra.local.sandboxes import settlement as sandbox
from infra.local.sandboxes.orders import Order, Payback, State

pytestmark = [pytest.mark.clause("A13"), pytest.mark.clause("C6")]
AGENCY = "H34.05"
NOW = datetime(2026, 3, 2, 5, tzinfo=UTC)
SLIP_HEADER = "office,slip,reference,payer,amount,paid_at,service"
SLIP = "580000,0012,H34.05-260301-0001,Nguyễn Thị Thử,200000,2026-03-02T10:15:00+07:00,counter"
HEADER = "merchant,reference,transaction,kind,amount,fee,currency,at,request"
PAID = "MOTCUA01,MC2AAAAAAAAAAB,14422574,payment,200000,2200,VND,2026-03-02T10:15:00+07:00,"


def cells(header: str, *lines: str) -> list[spreadsheet.Cells]:
    texts = spreadsheet.records(f"{line}\r\n" for line in lines)
    return list(spreadsheet.rows(spreadsheet.columns(header, [], "x"), texts))


def slip(text: str = SLIP) -> Line:
    return slips.read(cells(SLIP_HEADER, text)[0])


def moved(text: str = PAID, provider: str = "vnpay", header: str = HEADER) -> Line:
    return settlements.read(provider, cells(header, text)[0], AGENCY)


def defects(read: Any, *args: Any) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        read(*args)
    found: tuple[FieldError, ...] = refused.value.fields
    return {defect.field: defect.code for defect in found}


# Tables.


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_byte_order_marks_and_line_ends_change_nothing(mark: str, ending: str) -> None:
    lines = f"{mark}{SLIP_HEADER}{ending}{SLIP}{ending}{SLIP}".splitlines(keepends=True)
    texts = spreadsheet.records(lines)
    names = spreadsheet.columns(next(texts), slips.FIELDS, slips.COLUMNS_CODE)
    assert [(row.number, slips.read(row).number) for row in spreadsheet.rows(names, texts)] == [
        (2, "580000/0012"), (3, "580000/0012"),
    ]  # fmt: skip


def test_a_quoted_cell_may_have_commas_quotes_and_line_ends() -> None:
    line = slip(SLIP.replace("Nguyễn Thị Thử", '"Nguyễn, ""Thị""\nThử"'))
    assert line.payer == 'Nguyễn, "Thị" Thử'


def test_a_quote_that_never_ends_takes_its_own_line_only() -> None:
    texts = list(spreadsheet.records([SLIP.replace("Nguyễn", '"Nguyễn') + "\n", *[SLIP + "\n"] * 100]))
    assert len(texts) == 101
    assert sum(bool(row.defects) for row in spreadsheet.rows(SLIP_HEADER.split(","), texts)) == 1


def test_rows_are_cut_one_by_one() -> None:
    taken = []

    def lines() -> Iterator[str]:
        for number in range(1_000_000):
            taken.append(number)
            yield SLIP + "\n"

    found = spreadsheet.records(lines())
    assert [next(found) for _ in range(3)] and len(taken) == 3


@given(st.lists(st.text(st.characters(exclude_characters="\r\n"), max_size=30), max_size=40))
def test_cutting_loses_no_character(lines: list[str]) -> None:
    given_lines = [f"{line}\n" for line in lines]
    assert "".join(spreadsheet.records(given_lines)) == "".join(given_lines)


CELLS = st.text(st.characters(exclude_characters="\r\n"), max_size=20)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), max_size=20))
def test_what_is_written_is_read(rows: list[list[str]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    read = spreadsheet.rows(["a", "b"], spreadsheet.records(io.StringIO(text.getvalue(), newline="")))
    assert [list(row.values.values()) for row in read] == [row for row in rows if any(cell.strip() for cell in row)]


@pytest.mark.parametrize(
    "header", ["", SLIP_HEADER.replace("slip,", ""), f"{SLIP_HEADER},slip", SLIP_HEADER.replace(",", ";")]
)
def test_a_header_must_name_every_column_once(header: str) -> None:
    with pytest.raises(Invalid) as refused:
        spreadsheet.columns(header, slips.FIELDS, slips.COLUMNS_CODE)
    assert refused.value.code == "SlipColumns"
    assert refused.value.params == {"expected": "office, slip, reference, payer, amount, paid_at, service"}


# The post office.


def test_a_slip() -> None:
    line = slip()
    assert (line.via, line.number, line.kind, line.amount) == ("post", "580000/0012", Kind.PAYMENT, 200_000)
    assert (line.reference, line.payer, line.text) == ("H34.05-260301-0001", "Nguyễn Thị Thử", "counter")
    assert line.at == datetime(2026, 3, 2, 3, 15, tzinfo=UTC)


def test_each_office_numbers_its_own_slips() -> None:
    assert slip(SLIP.replace("580000", "580100")).number != slip().number
    assert slip(SLIP.replace("580000", "58kt")).number == slip(SLIP.replace("580000", "58KT")).number


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (SLIP.replace("580000", ""), {"office": "Required"}),
        (SLIP.replace("580000", "58 00"), {"office": "BadFormat"}),
        (SLIP.replace(",0012,", ",,"), {"slip": "Required"}),
        (SLIP.replace(",0012,", ",00/12,"), {"slip": "BadFormat"}),
        (SLIP.replace("200000", "200.000"), {"amount": "BadFormat"}),
        (SLIP.replace("200000", "0"), {"amount": "BadFormat"}),
        (SLIP.replace("200000", "-200000"), {"amount": "BadFormat"}),
        (SLIP.replace("200000", "\u0662\u0660"), {"amount": "BadFormat"}),
        (SLIP.replace("2026-03-02T10:15:00+07:00", "02/03/2026"), {"paid_at": "BadMoment"}),
        (SLIP.replace("2026-03-02T10:15:00+07:00", "2026-02-30T10:15:00+07:00"), {"paid_at": "BadMoment"}),
        (SLIP.replace("2026-03-02T10:15:00+07:00", "0001-01-01T00:00:00+07:00"), {"paid_at": "BadMoment"}),
        (SLIP.replace("+07:00", ""), {"paid_at": "MomentWithoutZone"}),
        (SLIP.replace("counter", "bank"), {"service": "NotOneOf"}),
        (SLIP.replace("Nguyễn Thị Thử", "x" * 201), {"payer": "TooLong"}),
        (SLIP.replace("H34.05-260301-0001", "x" * 61), {"reference": "TooLong"}),
        (SLIP + ",", {"row": "WrongNumberOfCells"}),
        (",x,,,1,,", {"office": "Required", "paid_at": "Required", "service": "NotOneOf"}),
    ],
)  # fmt: skip
def test_everything_that_is_wrong_with_a_slip_is_named(text: str, wrong: dict[str, str]) -> None:
    assert defects(slip, text) == wrong


def test_a_payer_who_names_no_dossier_has_paid_all_the_same() -> None:
    assert slip(SLIP.replace("H34.05-260301-0001", "")).reference == ""


# Settlement files.


def test_a_movement() -> None:
    line = moved()
    assert line == Line(
        2, "vnpay", "14422574", Kind.PAYMENT, 200_000, 2_200, "MC2AAAAAAAAAAB", "", "MOTCUA01", "VND", line.at
    )
    back = moved(PAID.replace("payment", "refund") + "REQ1")
    assert back.keys == (("vnpay", "14422574"), ("vnpay", "REQ1"))


def test_the_sandboxes_write_what_is_read() -> None:
    """The columns of the local cloud's files are those that are documented here, refunds and all."""
    assert sandbox.COLUMNS == settlements.FIELDS
    refund = Payback("REQ1", 50_000, "900", NOW, NOW)
    order = Order("MC2AAAAAAAAAAB", "MOTCUA01", 200_000, "x", NOW, NOW, "", "", state=State.PAID, paid=200_000)
    order.transaction, order.settled_at, order.refunds = "14422574", NOW, [refund]
    content = sandbox.of(date(2026, 3, 2), [order], 2_200, NOW).decode()
    texts = spreadsheet.records(io.StringIO(content, newline=""))
    names = spreadsheet.columns(next(texts), settlements.wanted("vnpay"), "x")
    found = [settlements.read("vnpay", row, AGENCY) for row in spreadsheet.rows(names, texts)]
    assert [(one.kind.value, one.number, one.amount, one.fee, one.request) for one in found] == [
        ("payment", "14422574", 200_000, 2_200, ""),
        ("refund", "900", 50_000, 0, "REQ1"),
    ]


def test_a_format_is_data() -> None:
    """The post office writes other names, only payments, and numbers by office; terminals number by agency."""
    header, text = "slip,office,amount,fee,paid_at,reference,x", "0012,58kt,200000,1000,2026-03-02T10:15:00+07:00,,y"
    post = moved(text, "post", header)
    assert (post.number, post.kind, post.fee, post.currency) == ("58KT/0012", Kind.PAYMENT, 1_000, "VND")
    assert defects(moved, text.replace("0012", ""), "post", header) == {"slip": "Required"}
    assert settlements.wanted("post") == ("office", "slip", "reference", "amount", "fee", "paid_at")
    assert moved(PAID, "card").number == f"{AGENCY}/14422574"
    with pytest.raises(NotFound):
        settlements.format_of("paypal")


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (PAID.replace("MOTCUA01", ""), {"merchant": "Required"}),
        (PAID.replace("14422574", ""), {"transaction": "Required"}),
        (PAID.replace("14422574", "144 22"), {"transaction": "BadFormat"}),
        (PAID.replace("payment", "fee"), {"kind": "NotOneOf"}),
        (PAID.replace("200000", "20000000.00"), {"amount": "BadFormat"}),
        (PAID.replace(",2200,", ",,"), {"fee": "Required"}),
        (PAID.replace(",2200,", ",-1,"), {"fee": "BadFormat"}),
        (PAID.replace("VND", "USD"), {"currency": "NotOneOf"}),
        (PAID.replace("+07:00", ""), {"at": "MomentWithoutZone"}),
        (PAID + "a b", {"request": "BadFormat"}),
    ],
)
def test_everything_that_is_wrong_with_a_movement_is_named(text: str, wrong: dict[str, str]) -> None:
    assert defects(moved, text) == wrong
