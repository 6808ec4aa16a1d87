"""Receipts: one for each fee paid, numbered without gaps whatever happens, given out and checked."""

from __future__ import annotations

import hashlib
import os
import threading
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib import events
from chalicelib.domain.receipt import Receipt, series_of
from chalicelib.errors import NotFound, UpstreamFailed
from chalicelib.services import present, receipts, relay
from chalicelib.storage import dossiers, outbox
from chalicelib.storage.tables import OutboxRow, dossier_key
from infra.local.testing import context, run
from tests.app.bench import Crash, calls
from tests.app.portal import AGENCY, Portal
from tests.app.takings import FEE, Till, all_receipts

pytestmark = pytest.mark.clause("C6")


@pytest.fixture
def till(portal: Portal) -> Till:
    return Till(portal)


def _issue(dossier: str, payment: str) -> Receipt:
    return receipts.issue(dossiers.load(dossier), payment, present.now())


def _effects(dossier: str) -> list[OutboxRow]:
    rows = OutboxRow.query(dossier_key(dossier), OutboxRow.sk.startswith("OUT#"), consistent_read=True)
    return [row for row in rows if row.effect == "receipt"]


@pytest.mark.clause("A10")
def test_a_fee_at_the_counter_brings_its_receipt(till: Till) -> None:
    dossier, payment, receipt = till.receipted()
    assert (receipt.number, receipt.amount) == ("BL-26E/0000001", FEE)
    assert (receipt.code, receipt.payment) == (till.portal.citizen.get(f"/dossiers/{dossier}").body["code"], payment)
    assert (receipt.payer.name, receipt.payer.identity) == ("Nguyễn Thị Thử", "062190000123")
    assert receipt.officer == till.portal.cashier.name
    assert [(line.name.vi, line.amount) for line in receipt.lines] == [("Phí cấp bản sao", FEE)]
    assert not _effects(dossier)
    shown = till.portal.citizen.get(f"/dossiers/{dossier}/payments").body["payments"]
    assert [(p["id"], p["receipt"]) for p in shown] == [(payment, receipt.number)]


@pytest.mark.clause("A13")
def test_payments_that_together_pay_the_fee_have_one_receipt(till: Till) -> None:
    dossier = till.owing()
    first = till.transfer(dossier, 5_000)
    till.portal.later(minutes=5)
    second = till.transfer(dossier, 9_000)
    till.portal.relay()
    assert not all_receipts()  # nothing is paid yet
    last = till.transfer(dossier, 12_000, via="vnpay")
    till.portal.relay()
    receipt = till.receipt(dossier, last)
    assert [(p.payment, p.via, p.amount) for p in receipt.parts] == [
        (first, "vietqr", 5_000),
        (second, "vietqr", 9_000),
        (last, "vnpay", 10_000),  # the other 2,000 go back and are no fee
    ]
    assert (receipt.amount, receipt.officer, len(all_receipts())) == (FEE, "", 1)
    given = {p.id: p.receipt for p in till.payments(dossier)}
    assert given == {first: None, second: None, last: receipt.number}
    for payment in (first, second):
        with pytest.raises(NotFound, match="ReceiptNotFound"):
            _issue(dossier, payment)


def test_serials_count_on_and_begin_anew_with_the_year_of_vietnam(till: Till) -> None:
    numbers = [till.receipted()[2].number for _ in range(2)]
    till.counted()
    present.freeze(datetime(2026, 12, 31, 16, 59, 59, tzinfo=UTC))
    dossier, payment = till.paid()
    present.freeze(datetime(2026, 12, 31, 17, 0, 1, tzinfo=UTC))  # paid before midnight, made out after it
    till.portal.relay()
    receipt = till.receipt(dossier, payment)
    assert numbers == ["BL-26E/0000001", "BL-26E/0000002"]
    assert receipt.number == "BL-27E/0000001"
    assert receipt.parts[0].at < receipt.issued_at


def test_an_effect_delivered_again_issues_nothing_more(till: Till) -> None:
    dossier, payment = till.paid()
    (effect,) = _effects(dossier)
    records = till.portal.cloud.records()
    for _ in range(2):
        events.relay({"Records": records}, context("relay"))
    relay.perform(dossier, effect.sk, present.now())
    first = till.receipt(dossier, payment)
    assert _issue(dossier, payment) == first
    OutboxRow(**effect.attribute_values).save()  # as if it had been performed and not forgotten
    relay.perform(dossier, effect.sk, present.now())
    assert till.receipt(dossier, payment) == first
    assert len(all_receipts()) == 1
    versions = till.portal.cloud.client("s3").list_object_versions(
        Bucket=os.environ["RESULTS_BUCKET"], Prefix="receipts/"
    )
    assert len(versions["Versions"]) == 1


@pytest.mark.clause("B3")
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.slow
def test_a_crash_at_any_call_leaves_neither_gap_nor_second_receipt(till: Till, after: bool) -> None:
    """The relay dies at each of its calls in turn; another dossier's receipt comes between; the sweeper finishes."""
    dossier, _ = till.paid()
    made = _relay_one(dossier)
    assert made == [
        "GetItem",  # the effect
        "Query",  # the dossier
        "TransactGetItems",  # payment and series
        "TransactWriteItems",
        "PutObject",
        "UpdateItem",  # where the PDF is
        "DeleteItem",  # of the effect
    ]
    for number in range(1, len(made) + 1):
        dossier, payment = till.paid()
        _relay_one(dossier, number, after)
        other, others = till.paid()
        _relay_one(other)
        till.portal.later(minutes=2)
        assert run(events.sweep, {}, "sweep")["failed"] == 0
        assert not _effects(dossier)
        receipt = till.receipt(dossier, payment)
        content = till.pdf(receipt)
        assert receipt.file is not None and hashlib.sha256(content).hexdigest() == receipt.file.sha256
        assert till.receipt(other, others).number != receipt.number
    (audit,) = receipts.audit(AGENCY)
    assert audit.sound and audit.count == audit.last == 1 + 2 * len(made)
    assert audit.amount == FEE * audit.count


def _relay_one(dossier: str, crash_at: int | None = None, after: bool = False) -> list[str]:
    """Perform the effect; the process may crash before or after one of the calls, which are given back."""
    (effect,) = _effects(dossier)
    with calls(crash_at, after) as made:
        if crash_at is None:
            relay.perform(dossier, effect.sk, present.now())
        else:
            with pytest.raises(Crash):
                relay.perform(dossier, effect.sk, present.now())
    return made


def test_twenty_at_once_get_twenty_numbers(till: Till) -> None:
    paid = [till.paid() for _ in range(20)]
    start = threading.Barrier(len(paid) + 2)
    wrong: list[BaseException] = []

    def work(dossier: str, payment: str) -> None:
        start.wait()
        for _ in range(5):  # as the stream delivers what failed again
            try:
                _issue(dossier, payment)
                return
            except UpstreamFailed:
                continue
            except BaseException as error:
                wrong.append(error)
                return

    # The first two payments are delivered twice at the same moment.
    threads = [threading.Thread(target=work, args=each) for each in (*paid, *paid[:2])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    numbers = sorted(till.receipt(dossier, payment).serial for dossier, payment in paid)
    assert numbers == list(range(1, 21))
    (audit,) = receipts.audit(AGENCY)
    assert audit.sound and audit.count == audit.last == 20


def test_a_poison_receipt_waits_and_stops_no_other(till: Till) -> None:
    dossier, payment = till.paid()
    good, goods = till.paid()
    s3 = till.portal.cloud.client("s3")
    assert _relay_one(dossier, 5)[-1] == "PutObject"  # the number is given, the PDF is not kept
    _relay_one(good)
    assert len(s3.list_objects_v2(Bucket=os.environ["RESULTS_BUCKET"])["Contents"]) == 1
    (effect,) = _effects(dossier)
    outbox.postpone(dossier, effect.sk, present.now())
    till.portal.later(minutes=20)
    run(events.sweep, {}, "sweep")
    assert {till.receipt(good, goods).serial, till.receipt(dossier, payment).serial} == {1, 2}


# Fetching.


@pytest.mark.clause("A13")
def test_payer_and_desk_fetch_the_pdf_and_others_learn_nothing(till: Till) -> None:
    portal = till.portal
    dossier, payment, receipt = till.receipted()
    for who, path in ((portal.citizen, ""), (portal.cashier, "/desk"), (portal.clerk, "/desk")):
        answer = who.get(f"{path}/dossiers/{dossier}/receipts/{payment}")
        assert answer.status == 200
        link = urlsplit(answer.body["url"])
        said = {name: value[0] for name, value in parse_qs(link.query).items()}
        assert said["response-content-disposition"] == 'attachment; filename="bien-lai-BL-26E-0000001.pdf"'
        assert receipt.file is not None
        assert said["versionId"] == receipt.file.version
        assert said["X-Amz-Expires"] == "120"
        assert link.path.endswith("/receipts/H34.05/BL-26E/0000001.pdf")
    for who, path in ((portal.stranger, ""), (portal.cashier, ""), (portal.elsewhere, "/desk")):
        theirs = who.get(f"{path}/dossiers/{dossier}/receipts/{payment}")
        absent = who.get(f"{path}/dossiers/00000000-0000-0000-0000-000000000000/receipts/{payment}")
        assert (theirs.status, theirs.body) == (absent.status, absent.body)
        assert theirs.status == 404
    assert portal.citizen.get(f"/desk/dossiers/{dossier}/receipts/{payment}").status == 403
    assert portal.nobody.get(f"/dossiers/{dossier}/receipts/{payment}").status == 401


def test_a_receipt_is_being_made_until_its_file_is_there(till: Till) -> None:
    dossier, payment = till.paid()
    path = f"/dossiers/{dossier}/receipts/{payment}"
    waiting = till.portal.citizen.get(path)
    assert (waiting.status, waiting.body["Code"]) == (409, "ReceiptBeingMade")
    _relay_one(dossier, 5)  # numbered, and no PDF
    assert till.portal.citizen.get(path).body["Code"] == "ReceiptBeingMade"
    till.portal.later(minutes=2)
    run(events.sweep, {}, "sweep")
    assert till.portal.citizen.get(path).status == 200


@pytest.mark.parametrize("payment", ["0" * 20, "x", "a" * 2000, "PAYMENT"])
def test_a_payment_that_is_none_has_no_receipt(till: Till, payment: str) -> None:
    dossier = till.owing()
    answer = till.portal.citizen.get(f"/dossiers/{dossier}/receipts/{payment}")
    assert (answer.status, answer.body["Code"]) == (404, "ReceiptNotFound")


def test_money_that_is_held_or_goes_back_has_no_receipt(till: Till) -> None:
    dossier = till.owing()
    held = till.transfer(dossier, 1_000)
    till.portal.relay()
    assert till.portal.citizen.get(f"/dossiers/{dossier}/receipts/{held}").body["Code"] == "ReceiptNotFound"
    till.transfer(dossier, FEE)
    late = till.transfer(dossier, 7_000)
    till.portal.relay()
    assert till.portal.citizen.get(f"/dossiers/{dossier}/receipts/{late}").body["Code"] == "ReceiptNotFound"
    assert [row.amount for row in all_receipts()] == [FEE]


# Listing.


def test_accountants_page_through_the_receipts_of_their_agency(till: Till) -> None:
    portal = till.portal
    for _ in range(3):
        till.receipted()
    pages, cursor = [], ""
    while True:
        answer = portal.cashier.get(f"/desk/receipts?agency={AGENCY}&limit=2&cursor={cursor}")
        assert answer.status == 200, answer.body
        pages.append([item["number"] for item in answer.body["items"]])
        cursor = answer.body["cursor"]
        if not cursor:
            break
    assert pages == [["BL-26E/0000003", "BL-26E/0000002"], ["BL-26E/0000001"]]
    (row, *_) = portal.cashier.get(f"/desk/receipts?agency={AGENCY}&series={series_of(present.now())}").body["items"]
    assert (row["payer"], row["amount"], row["ready"]) == ("Nguyễn Thị Thử", FEE, True)
    assert portal.cashier.get(f"/desk/receipts?agency={AGENCY}&series=BL-25E").body == {"items": [], "cursor": None}


@pytest.mark.parametrize(
    ("who", "query", "status"),
    [
        ("clerk", f"agency={AGENCY}", 404),  # no business with money
        ("elsewhere", f"agency={AGENCY}", 404),
        ("cashier", "", 404),
        ("citizen", f"agency={AGENCY}", 403),
        ("nobody", f"agency={AGENCY}", 401),
        ("cashier", f"agency={AGENCY}&series=x", 422),
        ("cashier", f"agency={AGENCY}&cursor=x", 422),
        ("cashier", f"agency={AGENCY}&cursor=12345678", 422),
        ("cashier", f"agency={AGENCY}&limit=51", 422),
    ],
)
def test_the_list_is_for_those_who_keep_the_money(portal: Portal, who: str, query: str, status: int) -> None:
    assert getattr(portal, who).get(f"/desk/receipts?{query}").status == status
