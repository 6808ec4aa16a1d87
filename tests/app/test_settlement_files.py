"""Settlement files against the ledger: what is in both, in one only, what differs; what reaches the bank."""

from __future__ import annotations

import itertools
import pickle
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from moto.dynamodb.models import dynamodb_backends

from chalicelib.domain.entry import of_refund
from chalicelib.services import present
from chalicelib.storage import entries
from chalicelib.storage.transactions import write_all
from infra.local import environment
from infra.local.sandboxes import settlement as sandbox
from infra.local.sandboxes.orders import Deed
from tests.app.bookkeeping import PROVINCE, Bookkeeping, moved, refund_of, slip
from tests.app.portal import ELSEWHERE, Portal
from tests.app.treasury import FEE, Treasury
from tests.faults.wire import Wire

pytestmark = pytest.mark.clause("C6")


@pytest.fixture
def books(portal: Portal) -> Bookkeeping:
    return Bookkeeping(Treasury(portal))


def told(answer: dict[str, Any]) -> list[tuple[int, str]]:
    return [(one["row"], one["code"]) for one in answer["told"]]


def paid(books: Bookkeeping) -> tuple[str, str, str]:
    """A dossier paid through VNPay: its id, our reference, the gateway's number."""
    dossier = books.treasury.due()
    reference = str(books.treasury.pay(dossier)["reference"])
    return dossier, reference, books.treasury.bank().order(reference).transaction


def test_what_is_in_both_leaves_the_list_and_reaches_the_bank_less_charges(books: Bookkeeping) -> None:
    first, second = paid(books), paid(books)
    assert len(books.unmatched()) == 2
    rows = [moved(second[2], second[1], fee=1_100), moved(first[2], first[1], fee=2_200)]
    answer = books.settle(rows)
    assert (answer["file"]["counts"], answer["told"]) == ({"matched": 2}, [])
    assert answer["file"]["net"] == 2 * FEE - 3_300
    assert books.unmatched() == []
    assert books.balances() == {"bank": 2 * FEE - 3_300, "charges": 3_300, "due": -2 * FEE}
    entry = entries.get("vnpay", first[2])
    assert entry is not None and (entry.fee, entry.row) == (2_200, 3)
    assert entry.file and entry.file.startswith("H34/settlement/")


def test_the_file_of_the_sandbox_is_read_as_it_is(books: Bookkeeping) -> None:
    """The gateway's own file of the day, bytes as they come."""
    for _ in range(3):
        paid(books)
    bank = books.treasury.bank()
    content = sandbox.of(date(2026, 11, 23), bank.orders.values(), 1_500, present.now()).decode()
    answer = books.settle(content)
    assert answer["file"]["counts"] == {"matched": 3}
    assert books.balances() == {"bank": 3 * FEE - 4_500, "charges": 4_500, "due": -3 * FEE}


def test_a_callback_that_never_came_is_made_good_by_the_file(books: Bookkeeping) -> None:
    dossier = books.treasury.due()
    reference = books.treasury.start(dossier)["reference"]
    order = books.treasury.decide(reference, Deed.SUCCEED)
    answer = books.settle([moved(order.transaction, reference, fee=500)])
    assert answer["file"]["counts"] == {"booked": 1}
    assert books.portal.state(dossier) == "parcel_expected"
    assert books.balances() == {"bank": FEE - 500, "charges": 500, "due": -FEE}
    assert books.treasury.tell(order).body["RspCode"] == "02"
    assert books.balances()["due"] == -FEE


def test_another_amount_waits_for_people(books: Bookkeeping) -> None:
    _, reference, number = paid(books)
    answer = books.settle([moved(number, reference, 150_000)])
    assert answer["file"]["counts"] == {"differs": 1}
    assert told(answer) == [(2, "AmountDiffers")] and "150.000" in answer["told"][0]["message"]
    (entry,) = books.unmatched()
    assert (entry["state"], entry["unmatched"], entry["found"]) == ("differs", 50_000, 150_000)
    assert books.balances() == {"bank": 150_000, "clearing:vnpay": 50_000, "due": -FEE}


def test_what_nothing_accounts_for_is_a_stray_of_the_province(books: Bookkeeping) -> None:
    dossier = books.treasury.due()
    reference = books.treasury.start(dossier)["reference"]
    rows = [moved("900", "MC222222222222"), moved("901", ""), moved("902", reference, 999)]
    answer = books.settle(rows)
    assert answer["file"]["counts"] == {"stray": 3}
    assert [s["number"] for s in books.strays(PROVINCE)] == ["900", "901"]
    (wrong,) = books.strays()  # its order tells whose it is
    assert (wrong["number"], wrong["amount"], wrong["why"]) == ("902", 999, "Another amount than was owed")
    assert books.balances() == {
        "H34:bank": 2 * FEE, "H34:strays": -2 * FEE, "bank": 999, "strays": -999,
    }  # fmt: skip


def test_a_stray_of_a_callback_is_the_files_stray_too(books: Bookkeeping) -> None:
    dossier = books.treasury.due()
    reference = books.treasury.start(dossier)["reference"]
    order = books.treasury.decide(reference, Deed.WRONG_AMOUNT)
    for _ in range(3):
        assert books.treasury.tell(order).body["RspCode"] == "04"
    assert books.balances() == {"clearing:vnpay": FEE + 1_000, "strays": -FEE - 1_000}
    answer = books.settle([moved(order.transaction, reference, FEE + 1_000)])
    assert answer["file"]["counts"] == {"stray": 1} and len(books.strays()) == 1
    assert books.balances() == {"bank": FEE + 1_000, "strays": -FEE - 1_000}


def test_the_gateways_clear_word_on_a_stray_books_it(books: Bookkeeping) -> None:
    """First told with a wrong amount, then with the right one: one payment, no stray, nothing twice."""
    dossier = books.treasury.due()
    reference = books.treasury.start(dossier)["reference"]
    order = books.treasury.decide(reference, Deed.WRONG_AMOUNT)
    books.treasury.tell(order)
    assert books.treasury.tell(books.treasury.again(order, paid=FEE)).body["RspCode"] == "00"
    assert books.portal.state(dossier) == "parcel_expected" and books.strays() == []
    assert books.balances() == {"clearing:vnpay": FEE, "due": -FEE}


def test_rows_that_are_not_ours_are_refused(books: Bookkeeping) -> None:
    _, reference, number = paid(books)
    rows = [
        moved(number, reference, merchant="SOMEBODY"),
        moved(number, reference).replace("VND", "USD"),
        moved(number, reference, at="2026-12-24T00:00:00+07:00"),
        moved(number, reference, kind="refund"),
    ]
    answer = books.settle(rows)
    assert answer["file"]["counts"] == {"contradicts": 1, "refused": 3}
    assert [f["code"] for one in answer["told"] for f in one["fields"]] == ["MerchantUnknown", "NotOneOf", "InFuture"]
    assert books.balances() == {"clearing:vnpay": FEE, "due": -FEE} and len(books.unmatched()) == 1


def test_an_agency_reads_only_what_is_its_own(books: Bookkeeping) -> None:
    dossier, reference, number = paid(books)
    other = books.treasury.due()
    open_one = books.treasury.start(other)["reference"]
    stranger = books.portal.officer("stranger-accountant", "accountant", agency=ELSEWHERE)
    rows = [moved(number, reference), moved("900", open_one)]
    answer = books.read("settlement", rows, who=stranger, agency=ELSEWHERE, provider="vnpay")
    assert answer["file"]["counts"] == {"missing": 2}
    assert told(answer) == [(2, "NotOurs"), (3, "NotOurs")]
    assert len(books.unmatched()) == 1 and books.portal.state(other) == "filing_fee_due"
    assert books.balances() == {"clearing:vnpay": FEE, "due": -FEE}


@pytest.mark.clause("A15")
def test_refunds_are_matched_too(books: Bookkeeping) -> None:
    """The gateway's number of a refund, or ours; one that the file knows before we do waits and is then ours."""
    dossier, reference, number = paid(books)
    done = refund_of(dossier, "900", "REQ1")
    write_all([entries.new(of_refund(done, present.now()))])
    write_all([entries.new(of_refund(replace(done, id="0009-2", transaction=None, request="REQ2"), present.now()))])
    rows = [
        moved(number, reference, fee=1_000),
        moved("900", reference, 50_000, kind="refund", request="REQ1"),
        moved("901", reference, 50_000, kind="refund", request="REQ2"),
        moved("902", reference, 70_000, kind="refund", request="REQ3"),
    ]
    answer = books.settle(rows)
    assert answer["file"]["counts"] == {"matched": 3, "stray": 1}
    assert told(answer) == [(5, "RefundUnknown")]
    assert answer["file"]["net"] == FEE - 1_000 - 170_000
    (stray,) = books.strays()
    assert (stray["kind"], stray["amount"], "attach" in stray["can"], "owe" in stray["can"]) == (
        "refund", 70_000, True, False,
    )  # fmt: skip


@pytest.mark.clause("A13")
def test_the_post_offices_settlement_brings_its_money_to_the_bank(books: Bookkeeping) -> None:
    one, other = books.treasury.due(), books.treasury.due()
    books.read("post-office", [slip("1", books.code(one))])
    assert [e["via"]["code"] for e in books.unmatched()] == ["post"]
    header = "office,slip,reference,amount,fee,paid_at"
    at = "2026-11-23T08:30:00+07:00"
    rows = [
        f"580000,1,{books.code(one)},200000,3000,{at}",
        f"580000,2,{books.code(other)},200000,3000,{at}",  # never reported: the settlement is evidence
        f"580000,3,không rõ,50000,0,{at}",
    ]
    answer = books.settle(rows, "post", header=header)
    assert answer["file"]["counts"] == {"booked": 1, "matched": 1, "stray": 1}
    assert told(answer) == [(4, "DossierUnknown")]
    assert books.portal.state(other) == "parcel_expected"
    assert books.balances() == {
        "bank": 2 * FEE - 6_000,
        "charges": 6_000,
        "due": -2 * FEE,
        "H34:bank": 50_000,
        "H34:strays": -50_000,
    }
    assert books.unmatched() == []


@pytest.mark.clause("A10")
def test_a_card_acquirers_file_meets_the_terminals_slips(books: Bookkeeping) -> None:
    dossier = books.portal.issued()
    fee = {"amount": 24_000, "means": "card", "reference": "SLIP-1"}
    books.portal.step(books.portal.cashier, dossier, "fee", fee)
    row = moved("SLIP-1", "", 24_000, 240, merchant="TID1")
    answer = books.read("settlement", [row], provider="card")
    assert answer["file"]["counts"] == {"matched": 1}
    assert books.balances() == {"bank": 23_760, "charges": 240, "due": -24_000}


def test_cash_waits_for_no_file(books: Bookkeeping) -> None:
    books.portal.ready()
    assert books.unmatched() == []


def test_files_that_overlap_bring_each_dong_to_the_bank_once(books: Bookkeeping) -> None:
    payments = [paid(books) for _ in range(3)]
    rows = [moved(number, reference, fee=at * 100) for at, (_, reference, number) in enumerate(payments)]
    books.settle(rows[:2])
    answer = books.settle([rows[1], rows[2], rows[1], rows[1].replace("200000", "1")])
    assert answer["file"]["counts"] == {"known": 1, "matched": 1, "twice": 2}
    assert told(answer) == [(4, "RowTwice"), (5, "RowTwiceOther")]
    assert answer["file"]["net"] == FEE - 200
    assert books.balances() == {"bank": 3 * FEE - 300, "charges": 300, "due": -3 * FEE}


def test_any_order_of_rows_and_pieces_reaches_the_same_books(books: Bookkeeping) -> None:
    """On the portal itself: six rows of every kind, in several orders and piece sizes, each from the same start."""
    first, second = paid(books), paid(books)
    rows = [
        moved(first[2], first[1], fee=100),
        moved(second[2], second[1], 150_000, fee=200),
        moved("900", "", 70_000, fee=300),
        moved("901", first[1], 20_000, kind="refund", request="REQ"),
        moved(first[2], first[1], fee=100),
        "",
    ]
    seen = []
    start = {name: table.items for name, table in _tables(books).items()}
    kept = pickle.dumps(start)
    for number, order in enumerate(itertools.islice(itertools.permutations(rows), 0, 720, 120)):
        for name, table in _tables(books).items():
            table.items = pickle.loads(kept)[name]
        books.settle(list(order), size=number + 1)
        keys = [("vnpay", row.split(",")[2]) for row in rows if row]
        seen.append((books.balances(), books.states(keys)))
    assert all(one == seen[0] for one in seen)
    assert seen[0][1] == {first[2]: "matched", second[2]: "differs", "900": "stray", "901": "stray"}


def _tables(books: Bookkeeping) -> dict[str, Any]:
    return dict(dynamodb_backends[environment.ACCOUNT][environment.REGION].tables)


def test_what_the_files_have_passed_is_missing_there(books: Bookkeeping) -> None:
    _, _, number = paid(books)
    assert [e["missing"] for e in books.unmatched()] == [False]
    books.portal.later(days=1)
    late = paid(books)
    books.settle([moved("900", "", at="2026-11-24T08:00:00+07:00")])
    assert [(e["number"], e["missing"], e["age"]) for e in books.unmatched()] == [
        (number, True, 1), (late[2], False, 0),
    ]  # fmt: skip
    day = books.get("days/2026-11-24")
    assert (day["missing_count"], day["missing"]) == (1, FEE)


def test_a_settlement_file_needs_a_provider(books: Bookkeeping) -> None:
    for provider in ("", "paypal", "cash"):
        (answer,) = books.send("settlement", [moved("1", "")], provider=provider)
        assert answer.status == 422 and answer.body["Fields"][0]["Field"] == "provider", provider
    (columns,) = books.send("settlement", "a,b\n1,2\n", provider="vnpay")
    assert columns.body["Code"] == "SettlementColumns"
    (columns,) = books.send("statement", "a,b\n1,2\n")
    assert columns.body["Code"] == "StatementColumns"


def test_files_are_listed_and_looked_at(books: Bookkeeping) -> None:
    _, reference, number = paid(books)
    books.settle([moved(number, reference)])
    books.portal.later(minutes=1)
    later = books.settle([moved("900", "")])
    page = books.get("files?limit=1", PROVINCE, books.chief)
    assert [one["id"] for one in page["items"]] == [later["file"]["id"]]
    rest = books.get(f"files?limit=5&cursor={page['cursor']}", PROVINCE, books.chief)
    assert [one["counts"] for one in rest["items"]] == [{"matched": 1}] and rest["cursor"] is None
    one = books.get(f"files/{later['file']['id']}", PROVINCE, books.chief)
    assert one == later["file"] and one["provider"]["code"] == "vnpay"
    assert (one["first_day"], one["last_day"], one["by_name"]) == ("2026-11-23", "2026-11-23", "Cán bộ chief")
    assert books.get("files")["items"] == []


def test_reading_makes_few_calls(books: Bookkeeping) -> None:
    """A piece whose rows are all in the ledger: one look-up and one transaction per batch, however many rows."""
    payments = [paid(books) for _ in range(3)]
    rows = [moved(number, reference) for _, reference, number in payments]
    wire = Wire()
    with wire.tapped():
        wire.reset()
        books.settle(rows)
        calls = [call.operation.rpartition(".")[2] for call in wire.calls]
    assert calls.count("BatchGetItem") == 1 and "Scan" not in calls
    assert calls.count("TransactWriteItems") == 2  # the batch, and the end of the file
    assert len([call for call in calls if call in {"GetItem", "Query"}]) <= 3
