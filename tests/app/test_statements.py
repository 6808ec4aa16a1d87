"""Statements of the bank against the ledger: what its notices told, what got lost, and all else that came in."""

from __future__ import annotations

from typing import Any

import pytest

from tests.app.bookkeeping import PROVINCE, Bookkeeping, received
from tests.app.portal import Portal
from tests.app.treasury import FEE, Treasury

pytestmark = pytest.mark.clause("C6")


@pytest.fixture
def books(portal: Portal) -> Bookkeeping:
    return Bookkeeping(Treasury(portal))


def told(answer: dict[str, Any]) -> list[tuple[int, str]]:
    return [(one["row"], one["code"]) for one in answer["told"]]


def province(books: Bookkeeping, rows: list[str]) -> dict[str, Any]:
    """The statement of the province's account."""
    return books.read("statement", rows, who=books.chief, agency=PROVINCE)


@pytest.mark.clause("A13")
def test_a_notice_and_a_statement_are_one_payment(books: Bookkeeping) -> None:
    dossier = books.treasury.due()
    reference = books.treasury.start(dossier, "vietqr")["reference"]
    number = books.transfer(f"{reference} chuyen tien")
    assert books.portal.state(dossier) == "parcel_expected"
    assert [e["number"] for e in books.unmatched()] == [number]
    answer = province(books, [received(number, f"{reference} chuyen tien")])
    assert answer["file"]["counts"] == {"matched": 1}
    assert books.unmatched() == [] and books.balances() == {"bank": FEE, "due": -FEE}
    # Told once more, late: nothing.
    books.notice(books.treasury.bank("bank").order(number))
    assert books.balances() == {"bank": FEE, "due": -FEE}


@pytest.mark.clause("A13")
def test_a_lost_notice_is_found_in_the_statement(books: Bookkeeping) -> None:
    dossier = books.treasury.due()
    reference = books.treasury.start(dossier, "vietqr")["reference"]
    number = books.transfer(reference, told=False)
    answer = province(books, [received(number, f"Nguyen Thi Thu {reference} FT")])
    assert answer["file"]["counts"] == {"booked": 1} and answer["told"] == []
    assert books.portal.state(dossier) == "parcel_expected" and books.unmatched() == []
    (payment,) = books.treasury.money(dossier)["payments"]
    assert (payment["via"]["code"], payment["use"]) == ("vietqr", "paid")
    books.notice(books.treasury.bank("bank").order(number))
    assert books.balances() == {"bank": FEE, "due": -FEE}


@pytest.mark.clause("A13")
def test_a_statement_says_when_a_transfer_was_not_what_was_due(books: Bookkeeping) -> None:
    less, more = books.treasury.due(), books.treasury.due()
    rows = [
        received("FT1", books.treasury.start(less, "vietqr")["reference"], FEE - 1_000),
        received("FT2", books.treasury.start(more, "vietqr")["reference"], FEE + 1_000),
    ]
    answer = province(books, rows)
    assert answer["file"]["counts"] == {"booked": 1, "held": 1}
    assert told(answer) == [(2, "NotEnough"), (3, "TooMuch")]
    assert books.balances() == {"bank": 2 * FEE, "due": -FEE, "held": 1_000 - FEE, "refunds": -1_000}


def test_what_names_nothing_is_kept_as_a_stray_of_whose_account_it_is(books: Bookkeeping) -> None:
    books.own_account("111222333")
    rows = [
        received("FT1", "nop phi"),
        received("FT2", "", 10_000, account="111222333"),
        received("FT3", "x", account="999"),
        received("FT4", "MC222222222222"),
    ]
    answer = province(books, rows)
    assert answer["file"]["counts"] == {"stray": 4}
    assert told(answer) == [(2, "BecameStray"), (3, "BecameStray"), (4, "BecameStray"), (5, "BecameStray")]
    assert [(s["number"], s["text"], s["why"]) for s in books.strays()] == [("FT2", None, "Names nothing that is owed")]
    assert [s["number"] for s in books.strays(PROVINCE)] == ["FT1", "FT3", "FT4"]
    assert books.balances()["strays"] == -10_000 and books.balances()[f"{PROVINCE}:strays"] == -3 * FEE
    # An agency reads the statement of its own account only.
    answer = books.read("statement", [received("FT5", "y", account="111222333"), received("FT6", "z")])
    assert told(answer) == [(2, "BecameStray"), (3, "RowRefused")]
    assert answer["told"][1]["fields"][0]["code"] == "AccountUnknown"


def test_other_money_than_dong_is_kept_and_never_booked(books: Bookkeeping) -> None:
    answer = province(books, [received("FT1", "x").replace("VND", "USD")])
    assert answer["file"]["counts"] == {"stray": 1}
    (stray,) = books.strays(PROVINCE)
    assert books.balances() == {} and stray["booked"] is False


def test_a_transfer_that_the_counter_took_is_the_same_money(books: Bookkeeping) -> None:
    dossier = books.portal.issued()
    number = books.transfer("phi trich luc", 24_000, told=False)
    fee = {"amount": 24_000, "means": "transfer", "reference": number}
    books.portal.step(books.portal.cashier, dossier, "fee", fee)
    answer = province(books, [received(number, "phi trich luc", 24_000)])
    assert answer["file"]["counts"] == {"matched": 1} and books.strays(PROVINCE) == []
    assert books.balances() == {"bank": 24_000, "due": -24_000}


def test_a_transfer_that_came_by_a_notice_is_not_taken_again_at_the_counter(books: Bookkeeping) -> None:
    dossier = books.portal.issued()
    number = books.transfer("phi trich luc", 24_000)
    fee = {"amount": 24_000, "means": "transfer", "reference": number}
    again = books.portal.cashier.post(f"/desk/dossiers/{dossier}/fee", fee)
    assert (again.status, again.body["Code"]) == (409, "TransactionKnown")
    assert books.balances() == {f"{PROVINCE}:bank": 24_000, f"{PROVINCE}:strays": -24_000}
