"""Money that was not matched is dealt with by named acts: each on record, in one transaction, some by two people."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.refund import RefundOutcome, RefundState
from chalicelib.gateways.payments.contract import RefundEvidence
from chalicelib.services import paybacks, present, relay
from chalicelib.storage import entries, ledger, refunds
from chalicelib.storage.transactions import write_all
from infra.local.sandboxes.orders import Deed, Order
from tests.app.bookkeeping import PROVINCE, Bookkeeping, moved, received, slip
from tests.app.portal import AGENCY, Portal
from tests.app.treasury import FEE, Treasury

pytestmark = pytest.mark.clause("C6")
WHY = {"reason": "Đã đối chiếu chứng từ."}
PAYEE = {"bank": "970436", "number": "0123456789", "holder": "NGUYEN THI THU"}


@pytest.fixture
def books(portal: Portal) -> Bookkeeping:
    return Bookkeeping(Treasury(portal))


def slip_stray(books: Bookkeeping, amount: int = FEE) -> dict[str, Any]:
    """A stray of the agency: a slip that names no dossier."""
    books.read("post-office", [slip("77", "không rõ", amount)])
    (stray,) = books.strays()
    return stray


def bank_stray(books: Bookkeeping, amount: int = FEE) -> dict[str, Any]:
    """A stray of the province: a transfer whose text names nothing."""
    books.transfer("nop phi", amount)
    (stray,) = books.strays(PROVINCE)
    return stray


def acts(books: Bookkeeping, entry: dict[str, Any], agency: str = "") -> list[tuple[str, str, str]]:
    who = books.chief if (agency or entry["agency"]) == PROVINCE else books.accountant
    seen = books.get(f"entries/{entry['id']}", agency or entry["agency"], who)
    return [(act["event"], act["by_name"], act["reason"]) for act in seen["acts"]]


# To a dossier.


@pytest.mark.clause("A13")
def test_a_stray_is_attached_to_the_dossier_it_was_meant_for(books: Bookkeeping) -> None:
    stray, dossier = slip_stray(books), books.treasury.due()
    assert stray["text"] == "Nguyễn Thị Thử · counter" and stray["why"] == "Names nothing that is owed"
    after = books.done(stray, "attachment", {"reference": books.code(dossier), **WHY})
    assert (after["state"], after["dossier"], after["unmatched"]) == ("booked", dossier, FEE)
    assert books.portal.state(dossier) == "parcel_expected" and books.strays() == []
    assert books.treasury.balances(dossier) == {"post": FEE, "due": -FEE}
    assert books.balances() == {"post": FEE, "due": -FEE}
    assert acts(books, after) == [("attach", "Cán bộ accountant", WHY["reason"])]
    # It waits for the post office's settlement like any other.
    assert [e["number"] for e in books.unmatched()] == ["580000/77"]


@pytest.mark.clause("A13")
def test_the_province_attaches_a_transfer_to_a_dossier_of_an_agency(books: Bookkeeping) -> None:
    stray, dossier = bank_stray(books, FEE + 5_000), books.treasury.due()
    after = books.done(stray, "attachment", {"reference": books.code(dossier), **WHY}, books.chief)
    assert (after["agency"], after["state"]) == (AGENCY, "booked")
    assert books.balances() == {"bank": FEE + 5_000, "due": -FEE, "refunds": -5_000}
    assert books.strays(PROVINCE) == [] and acts(books, after, AGENCY)[0][0] == "attach"
    # The statement of the province's account shows it, and it is matched.
    answer = books.read(
        "statement", [received(after["number"], "nop phi", FEE + 5_000)], who=books.chief, agency=PROVINCE
    )
    assert answer["file"]["counts"] == {"matched": 1} and books.unmatched() == []


def test_a_stray_that_a_file_has_shown_is_matched_when_it_is_attached(books: Bookkeeping) -> None:
    dossier = books.treasury.due()
    books.read("statement", [received("FT9", "nop phi")], who=books.chief, agency=PROVINCE)
    (stray,) = books.strays(PROVINCE)
    after = books.done(stray, "attachment", {"reference": books.code(dossier), **WHY}, books.chief)
    assert after["state"] == "matched" and books.unmatched() == []


@pytest.mark.clause("A15")
def test_attached_where_nothing_is_due_it_goes_back_from_there(books: Bookkeeping) -> None:
    dossier = books.treasury.due()
    books.portal.citizen.post(f"/dossiers/{dossier}/withdrawal", {"reason": "Đổi ý."})
    code = books.code(dossier)
    books.done(slip_stray(books), "attachment", {"reference": code, **WHY})
    assert books.balances() == {"post": FEE, "refunds": -FEE}
    (refund,) = books.treasury.money(dossier)["refunds"]
    assert (refund["rule"], refund["amount"]) == ("late", FEE)


@pytest.mark.clause("A15")
def test_money_attached_by_hand_has_no_order_to_go_back_through(books: Bookkeeping) -> None:
    """A gateway's stray, attached where nothing is due: its refund has no order to go through, an account is asked."""
    books.settle([moved("900", "MC222222222222")])
    (stray,) = books.strays(PROVINCE)
    dossier = books.treasury.due()
    books.portal.citizen.post(f"/dossiers/{dossier}/withdrawal", {"reason": "Đổi ý."})
    books.done(stray, "attachment", {"reference": books.code(dossier), **WHY}, books.chief)
    relay.sweep(present.now(), everything=True)
    (refund,) = books.treasury.money(dossier)["refunds"]
    assert (refund["state"], refund["original_possible"], refund["needs_account"]) == ("open", False, True)


WRONG_TARGETS = ["H34.05-260101-9999", "abc", "MC222222222222"]


@pytest.mark.parametrize("reference", WRONG_TARGETS)
def test_there_must_be_such_a_dossier(books: Bookkeeping, reference: str) -> None:
    answer = books.act(slip_stray(books), "attachment", {"reference": reference, **WHY})
    assert answer.status == 422
    assert [(f["Field"], f["Code"]) for f in answer.body["Fields"]] == [("reference", "DossierUnknown")]
    assert len(books.strays()) == 1


def test_our_reference_names_its_dossier_too(books: Bookkeeping) -> None:
    dossier = books.treasury.due()
    reference = books.treasury.start(dossier, "vietqr")["reference"]
    after = books.done(slip_stray(books), "attachment", {"reference": reference.lower(), **WHY})
    assert after["dossier"] == dossier


# Back.


def test_a_stray_goes_back_to_an_account(books: Bookkeeping) -> None:
    stray = bank_stray(books)
    wished = books.done(stray, "return", {"payee": PAYEE, **WHY}, books.chief)
    assert (wished["state"], wished["proposal"]["act"], wished["proposal"]["second_person"]) == ("stray", "owe", False)
    assert wished["proposal"]["payee"]["number"] == PAYEE["number"]
    owed = books.done(wished, "approval", {"note": ""}, books.chief)
    assert (owed["state"], owed["proposal"], owed["payee"]["holder"]) == ("owed", None, PAYEE["holder"])
    assert books.balances() == {"H34:bank": FEE, "H34:refunds": -FEE}
    assert [s["state"] for s in books.strays(PROVINCE)] == ["owed"]  # it is not done yet
    paid = books.done(owed, "pay-out", {"reference": "FT-BACK-1", "note": ""}, books.chief)
    assert (paid["state"], paid["proof"]) == ("returned", "FT-BACK-1")
    assert books.balances() == {} and books.strays(PROVINCE) == []
    assert [event for event, _, _ in acts(books, paid)] == ["propose", "approve", "pay_out"]


def test_more_than_the_threshold_goes_back_with_two_people(books: Bookkeeping) -> None:
    wished = books.done(slip_stray(books, 1_000_001), "return", {"payee": PAYEE, **WHY})
    assert wished["proposal"]["second_person"] is True
    alone = books.act(wished, "approval", {"note": ""})
    assert (alone.status, alone.body["Code"]) == (409, "SecondPerson")
    assert books.done(wished, "approval", {"note": ""}, books.second)["state"] == "owed"


def test_an_unknown_bank_is_named(books: Bookkeeping) -> None:
    answer = books.act(slip_stray(books), "return", {"payee": {**PAYEE, "bank": "999999"}, **WHY})
    assert (answer.status, answer.body["Fields"][0]["Field"]) == (422, "payee.bank")


# Given up.


def test_an_error_of_the_other_side_is_declared_and_approved_by_another(books: Bookkeeping) -> None:
    stray = slip_stray(books)
    wished = books.done(stray, "declaration", WHY)
    assert books.act(wished, "approval", {"note": ""}).body["Code"] == "SecondPerson"
    after = books.done(wished, "approval", {"note": "Bưu điện xác nhận nhầm."}, books.second)
    assert after["state"] == "dismissed" and books.balances() == {} and books.strays() == []
    assert [by for _, by, _ in acts(books, after)] == ["Cán bộ accountant", "Cán bộ second"]
    again = books.done(after, "reopening", WHY)
    assert again["state"] == "stray" and books.balances() == {"post": FEE, "strays": -FEE}


def test_a_payment_that_the_gateway_never_had_is_written_off_by_two(books: Bookkeeping) -> None:
    dossier = books.treasury.due()
    books.treasury.pay(dossier)
    (entry,) = books.unmatched()
    wished = books.done(entry, "declaration", WHY)
    after = books.done(wished, "approval", {"note": ""}, books.second)
    assert after["state"] == "written_off" and books.unmatched() == []
    assert books.balances() == {"differences": FEE, "due": -FEE}
    # Found after all, in a later file: it stands again, and reaches the bank.
    books.settle([moved(after["number"], "", fee=1_000)])
    assert books.balances() == {"bank": FEE - 1_000, "charges": 1_000, "due": -FEE}


def test_a_difference_is_booked_by_two(books: Bookkeeping) -> None:
    dossier = books.treasury.due()
    reference = books.treasury.pay(dossier)["reference"]
    number = books.treasury.bank().order(reference).transaction
    books.settle([moved(number, reference, FEE - 500)])
    (entry,) = books.unmatched()
    after = books.done(books.done(entry, "declaration", WHY), "approval", {"note": ""}, books.second)
    assert after["state"] == "adjusted"
    assert books.balances() == {"bank": FEE - 500, "differences": 500, "due": -FEE}


def test_what_is_proposed_can_be_dropped_and_stands_alone(books: Bookkeeping) -> None:
    wished = books.done(slip_stray(books), "declaration", WHY)
    beside = books.act(wished, "return", {"payee": PAYEE, **WHY})
    assert (beside.status, beside.body["Code"]) == (409, "ProposalWaits")
    dropped = books.done(wished, "refusal", WHY, books.second)
    assert dropped["proposal"] is None and books.balances() == {"post": FEE, "strays": -FEE}
    nothing = books.act(dropped, "approval", {"note": ""}, books.second)
    assert (nothing.status, nothing.body["Code"]) == (409, "NothingProposed")


# Booked under another name.


def test_a_gateways_pay_out_is_recognised_in_the_statement(books: Bookkeeping) -> None:
    dossier = books.treasury.due()
    reference = books.treasury.pay(dossier)["reference"]
    number = books.treasury.bank().order(reference).transaction
    file = books.settle([moved(number, reference, fee=2_000)])["file"]
    wrong = bank_stray(books, FEE - 1_999)
    answer = books.act(wrong, "cover", {"kind": "file", "document": file["id"], **WHY}, books.chief)
    assert (answer.status, answer.body["Fields"][0]["Code"]) == (422, "AmountIsAnother")
    books.done(books.done(wrong, "declaration", WHY, books.chief), "approval", {"note": ""}, books.portal.officer(
        "deputy", "accountant", agency=PROVINCE
    ))  # fmt: skip
    stray = bank_stray(books, FEE - 2_000)
    assert books.balances() == {
        "bank": FEE - 2_000, "charges": 2_000, "due": -FEE, "H34:bank": FEE - 2_000, "H34:strays": 2_000 - FEE,
    }  # fmt: skip
    after = books.done(stray, "cover", {"kind": "file", "document": file["id"], **WHY}, books.chief)
    assert (after["state"], after["proof"]) == ("covered", f"file:{file['id']}")
    assert books.balances() == {"bank": FEE - 2_000, "charges": 2_000, "due": -FEE}
    # A file is paid out once.
    other = bank_stray(books, FEE - 2_000)
    twice = books.act(other, "cover", {"kind": "file", "document": file["id"], **WHY}, books.chief)
    assert (twice.status, twice.body["Code"]) == (409, "CoveredBefore")
    # It was the other entry after all.
    books.done(after, "reopening", WHY, books.chief)
    assert (
        books.done(other, "cover", {"kind": "file", "document": file["id"], **WHY}, books.chief)["state"] == "covered"
    )


@pytest.mark.clause("A10")
def test_cash_that_was_brought_to_the_bank_is_recognised(books: Bookkeeping) -> None:
    account = books.own_account()
    books.portal.ready()
    drawer = books.portal.cashier.get(f"/desk/drawers/{AGENCY}/mine").body["drawer"]
    body = {"kind": "drawer", "document": drawer["id"], **WHY}
    books.read("statement", [received("FT1", "nop tien mat", 24_000, account)])
    (stray,) = books.strays()
    early = books.act(stray, "cover", body)
    assert (early.status, early.body["Fields"][0]["Code"]) == (422, "NothingBooked")  # not handed in yet
    books.portal.cashier.put(f"/desk/drawers/{AGENCY}/{drawer['id']}/count", {"counted": 24_000, "note": ""})
    books.accountant.put(f"/desk/drawers/{AGENCY}/{drawer['id']}/hand-in", {})
    assert books.balances() == {"bank": 48_000, "due": -24_000, "strays": -24_000}
    assert books.done(stray, "cover", body)["state"] == "covered"
    assert books.balances() == {"bank": 24_000, "due": -24_000}
    # Money at the post office is not the bank's.
    elsewhere = books.act(slip_stray(books, 24_000), "cover", body)
    assert (elsewhere.status, elsewhere.body["Code"]) == (409, "EntryStep")


@pytest.mark.parametrize("document", ["settlement." + "0" * 64, "post-office.x", "x", "a.2026-11-23.1"])
@pytest.mark.parametrize("kind", ["file", "drawer"])
def test_there_must_be_something_booked(books: Bookkeeping, kind: str, document: str) -> None:
    answer = books.act(bank_stray(books), "cover", {"kind": kind, "document": document, **WHY}, books.chief)
    assert (answer.status, answer.body["Fields"][0]["Code"]) == (422, "NothingBooked")


# Refunds that a file knows first.


@pytest.mark.clause("A15")
def test_a_refund_that_the_file_knew_first_is_ours_when_we_hear_of_it(books: Bookkeeping) -> None:
    dossier, order = late(books)
    books.settle([moved("900", order.reference, FEE, kind="refund"), moved(order.transaction, order.reference)])
    assert books.balances() == {"strays": FEE, "refunds": -FEE}
    told(dossier, "900")
    assert books.strays() == [] and books.balances() == {}
    entry, (refund,) = entries.get("vnpay", "900"), ledger.account(dossier).refunds
    assert entry is not None and (entry.state.value, entry.document) == ("matched", refund.id)


def late(books: Bookkeeping) -> tuple[str, Order]:
    """A dossier withdrawn before its payment was told: all of it is owed back, and was asked for at the gateway."""
    dossier = books.treasury.due()
    reference = books.treasury.start(dossier)["reference"]
    order = books.treasury.decide(reference, Deed.SUCCEED)
    books.portal.citizen.post(f"/dossiers/{dossier}/withdrawal", {"reason": "Đổi ý."})
    books.treasury.tell(order)
    (refund,) = ledger.account(dossier).refunds
    changes = {"state": RefundState.SENT, "request": "REQ1", "sent_at": present.now(), "channel": "original"}
    write_all([refunds.changed(replace(refund, **changes, version=refund.version + 1))])  # type: ignore[arg-type]
    return dossier, order


def told(dossier: str, number: str) -> None:
    (refund,) = ledger.account(dossier).refunds
    assert paybacks.record(refund, RefundEvidence(RefundOutcome.DONE, number), present.now())


@pytest.mark.clause("A15")
def test_a_refund_that_was_carried_out_waits_for_the_gateways_file(books: Bookkeeping) -> None:
    dossier, order = late(books)
    told(dossier, "900")
    assert [(e["kind"], e["number"]) for e in books.unmatched()] == [("payment", order.transaction), ("refund", "900")]
    books.settle([moved(order.transaction, order.reference), moved("900", order.reference, FEE, kind="refund")])
    assert books.unmatched() == [] and books.balances() == {}


@pytest.mark.clause("A15")
def test_a_refund_under_a_number_that_is_taken_stops_nothing(books: Bookkeeping) -> None:
    dossier, order = late(books)
    told(dossier, order.transaction)  # some gateways give a refund the number of its payment
    (refund,) = ledger.account(dossier).refunds
    assert refund.state is RefundState.DONE and books.balances() == {}
    assert [(e["kind"], e["number"]) for e in books.unmatched()] == [("payment", order.transaction)]
