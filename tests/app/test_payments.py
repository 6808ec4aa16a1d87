"""Paying online through the API: VNPay's other side signs, the portal settles; nothing is lost or counted twice."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.services import payments, present
from chalicelib.storage import entries
from infra.local.sandboxes.orders import Deed
from tests.app.portal import AGENCY, Portal, new_id
from tests.app.treasury import FEE, Treasury, level_4
from tests.thorough import every


@pytest.fixture
def treasury(portal: Portal) -> Treasury:
    return Treasury(portal)


@pytest.mark.clause("A13")
@pytest.mark.clause("B6")
def test_a_level_4_fee_is_paid_online_and_the_review_goes_on_by_itself(treasury: Treasury) -> None:
    dossier = treasury.due()
    assert treasury.portal.state(dossier) == "filing_fee_due"
    before = treasury.money(dossier)
    waits_since = datetime.fromisoformat(treasury.portal.citizen.get(f"/dossiers/{dossier}").body["submitted_at"])
    until = (waits_since + timedelta(days=30)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert before["due"] == {"moment": "filing", "amount": FEE, "held": 0, "until": until}
    assert [way["code"] for way in before["ways"]] == ["national", "vnpay", "momo", "zalopay", "vietqr"]
    attempt = treasury.start(dossier)
    assert attempt["state"] == "open" and "vnp_Amount=20000000" in attempt["pay_url"]
    answer = treasury.tell(treasury.decide(attempt["reference"], Deed.SUCCEED))
    assert (answer.status, answer.body["RspCode"]) == (200, "00")
    after = treasury.money(dossier)
    assert (after["due"], after["attempts"][0]["state"], after["fees"][0]["paid"]) == (None, "paid", True)
    assert [(p["amount"], p["use"], p["via"]["code"]) for p in after["payments"]] == [(FEE, "paid", "vnpay")]
    # Level 4 and unsigned: the papers are expected by post next.
    assert treasury.portal.state(dossier) == "parcel_expected"
    assert treasury.balances(dossier) == {"clearing:vnpay": FEE, "due": -FEE}
    timeline = treasury.portal.citizen.get(f"/dossiers/{dossier}").body["timeline"]
    assert timeline[-1]["detail"]["paid"] == FEE and timeline[-1]["role"] == "system"


@pytest.mark.clause("A10")
def test_at_level_3_the_agency_takes_the_fee(treasury: Treasury) -> None:
    dossier = treasury.portal.issued()
    assert treasury.money(dossier)["ways"] == []
    answer = treasury.portal.citizen.post(f"/dossiers/{dossier}/payments", {"id": new_id(), "way": "vnpay"})
    assert (answer.status, answer.body["Code"]) == (409, "FeeAtTheAgency")


def test_a_transfer_is_told_as_a_picture_and_in_words(treasury: Treasury) -> None:
    attempt = treasury.start(treasury.due(), "vietqr")
    assert attempt["pay_url"] is None and attempt["qr"].startswith("000201010212")
    assert attempt["transfer"] == {
        "bank": "Vietcombank",
        "number": "0000000001",
        "holder": "UBND TINH KON TUM",
        "text": attempt["reference"],
    }
    assert treasury.start(treasury.due())["transfer"] is None, "a gateway says it on its own page"


def test_only_the_applicant_pays_or_looks(treasury: Treasury) -> None:
    dossier = treasury.due()
    attempt = treasury.start(dossier)
    stranger = treasury.portal.stranger
    absent = stranger.get(f"/dossiers/{new_id()}/payments").body
    for answer in (
        stranger.get(f"/dossiers/{dossier}/payments"),
        stranger.post(f"/dossiers/{dossier}/payments", {"id": new_id(), "way": "vnpay"}),
        treasury.portal.reception.get(f"/dossiers/{dossier}/payments"),
        treasury.portal.elsewhere.get(f"/desk/dossiers/{dossier}/payments"),
    ):
        assert (answer.status, answer.body) == (404, absent)
    theirs = stranger.post(f"/payment-attempts/{attempt['reference']}/check", {})
    assert (theirs.status, theirs.body["Code"]) == (404, "AttemptNotFound")
    assert treasury.portal.cashier.get(f"/desk/dossiers/{dossier}/payments").status == 200


def test_the_same_attempt_sent_again_is_one(treasury: Treasury) -> None:
    dossier, attempt = treasury.due(), new_id()
    first, again = treasury.start(dossier, attempt=attempt), treasury.start(dossier, attempt=attempt)
    assert first == again
    other_way = treasury.portal.citizen.post(f"/dossiers/{dossier}/payments", {"id": attempt, "way": "national"})
    assert (other_way.status, other_way.body["Code"]) == (409, "KeyReused")
    assert len(treasury.money(dossier)["attempts"]) == 1


WRONG = {
    "a way that is not there": ({"way": "paypal"}, 404, "GatewayNotOffered"),
    "no id": ({"id": "short"}, 422, "BadRequest"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_start_says_what_is_wrong(treasury: Treasury, case: str) -> None:
    changes, status, code = WRONG[case]
    body = {"id": new_id(), "way": "vnpay", **changes}
    answer = treasury.portal.citizen.post(f"/dossiers/{treasury.due()}/payments", body)
    assert (answer.status, answer.body["Code"]) == (status, code)


# Every order of what can be told of one payment, each thing up to twice, ends in one right state.


def _words(treasury: Treasury, reference: str) -> dict[str, Any]:
    """What can happen to an order that was paid while the payer first failed: each a deed of ours to the portal."""
    failed = treasury.decide(reference, Deed.FAIL)
    failure = treasury.bank().call(failed).url
    paid = treasury.decide(reference, Deed.SUCCEED)
    success = treasury.bank().call(paid).url
    tampered = success.replace("vnp_Amount=20000000", "vnp_Amount=2000000000")
    return {
        "failure": lambda: treasury.deliver(failure),
        "success": lambda: treasury.deliver(success),
        "tampered": lambda: treasury.deliver(tampered),
        "expiry": lambda: _expire(treasury, reference),
    }


def _expire(treasury: Treasury, reference: str) -> None:
    treasury.portal.later(minutes=21)
    payments.sweep(present.now(), range(4))


WORDS = ("failure", "success", "tampered", "expiry")
ORDERS = [order for n in range(1, 5) for order in itertools.permutations(WORDS, n) if "success" in order]
SOME_ORDERS = every(5, ORDERS)


@pytest.mark.clause("B6")
@pytest.mark.parametrize("order", SOME_ORDERS, ids="-".join)
def test_success_wins_in_every_order_and_counts_once(treasury: Treasury, order: tuple[str, ...]) -> None:
    dossier = treasury.due()
    reference = treasury.start(dossier)["reference"]
    words = _words(treasury, reference)
    for word in (*order, "success", order[0]):
        words[word]()
    seen = treasury.money(dossier)
    assert seen["attempts"][0]["state"] == "paid"
    assert [p["amount"] for p in seen["payments"]] == [FEE]
    assert treasury.balances(dossier) == {"clearing:vnpay": FEE, "due": -FEE}
    assert treasury.portal.state(dossier) == "parcel_expected"


def test_a_failure_is_told_and_another_attempt_pays(treasury: Treasury) -> None:
    dossier = treasury.due()
    first = treasury.start(dossier)["reference"]
    assert treasury.tell(treasury.decide(first, Deed.FAIL)).body["RspCode"] == "00"
    assert treasury.money(dossier)["attempts"][0]["state"] == "failed"
    treasury.pay(dossier)
    assert treasury.portal.state(dossier) == "parcel_expected"


REFUSED: dict[str, tuple[Callable[[str], str], str]] = {
    "one byte of the hash": (lambda a: a[:-1] + ("0" if a[-1] != "0" else "1"), "97"),
    "the amount a hundredfold": (lambda a: a.replace("vnp_Amount=20000000", "vnp_Amount=2000000000"), "97"),
    "no hash": (lambda a: a.partition("&vnp_SecureHash")[0], "97"),
    "a field doubled": (lambda a: a + "&vnp_TxnRef=X", "99"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_signed_changes_nothing_and_is_kept(treasury: Treasury, case: str) -> None:
    change, code = REFUSED[case]
    dossier = treasury.due()
    reference = treasury.start(dossier)["reference"]
    address = treasury.bank().call(treasury.decide(reference, Deed.SUCCEED)).url
    answer = treasury.deliver(change(address))
    assert answer.status == 200 and answer.body["RspCode"] in {code, "97", "99"}
    assert treasury.portal.state(dossier) == "filing_fee_due"
    (kept,) = inbox(treasury)
    assert kept["verdict"] in {"bad_signature", "malformed"} and reference in json.dumps(kept)


def inbox(treasury: Treasury) -> list[dict[str, Any]]:
    rows = treasury.cloud.client("dynamodb").scan(TableName="motcua-local-ledger")["Items"]
    return [json.loads(r["body"]["S"]) for r in rows if r["pk"]["S"].startswith("INBOX#")]


def test_the_inbox_keeps_no_secret(treasury: Treasury) -> None:
    dossier = treasury.due()
    order = treasury.decide(treasury.start(dossier)["reference"], Deed.SUCCEED)
    signature = treasury.bank().call(order).url.rpartition("vnp_SecureHash=")[2]
    treasury.tell(order)
    (kept,) = inbox(treasury)
    assert kept["verdict"] == "settled" and kept["query"]["vnp_TxnRef"] == [order.reference]
    assert signature not in json.dumps(kept)


def test_an_order_that_is_not_ours_and_a_wrong_amount_have_replies_of_their_own(treasury: Treasury) -> None:
    dossier = treasury.due()
    reference = treasury.start(dossier)["reference"]
    order = treasury.decide(reference, Deed.WRONG_AMOUNT)
    assert treasury.tell(order).body["RspCode"] == "04"
    assert treasury.tell(treasury.again(order, reference="MC222222222222")).body["RspCode"] == "01"
    assert treasury.portal.state(dossier) == "filing_fee_due" and treasury.balances(dossier) == {}
    # Money that no order accounts for waits for people.
    (stray,) = entries.all_waiting(AGENCY, "stray")
    assert (stray.amount, stray.why, stray.reference) == (FEE + 1000, "wrong_amount", reference)
    assert list(entries.all_waiting("H34", "stray")) == []  # the second one told of the same transaction


@pytest.mark.clause("A15")
def test_a_success_after_the_withdrawal_goes_back(treasury: Treasury) -> None:
    dossier = treasury.due()
    order = treasury.decide(treasury.start(dossier)["reference"], Deed.SUCCEED)
    treasury.portal.citizen.post(f"/dossiers/{dossier}/withdrawal", {"reason": "Đổi ý."})
    assert treasury.tell(order).body["RspCode"] == "00"
    seen = treasury.money(dossier)
    assert [(r["amount"], r["rule"], r["state"]) for r in seen["refunds"]] == [(FEE, "late", "open")]
    assert treasury.balances(dossier) == {"clearing:vnpay": FEE, "refunds": -FEE}
    assert treasury.tell(order).body["RspCode"] == "02"
    assert len(treasury.money(dossier)["refunds"]) == 1


@pytest.mark.clause("A15")
def test_two_attempts_paid_give_one_back(treasury: Treasury) -> None:
    dossier = treasury.due()
    first, second = treasury.start(dossier)["reference"], treasury.start(dossier)["reference"]
    for reference in (first, second):
        assert treasury.tell(treasury.decide(reference, Deed.SUCCEED)).body["RspCode"] == "00"
    assert treasury.balances(dossier) == {"clearing:vnpay": 2 * FEE, "due": -FEE, "refunds": -FEE}
    assert [r["rule"] for r in treasury.money(dossier)["refunds"]] == ["late"]


def test_a_second_payment_of_one_attempt_goes_back(treasury: Treasury) -> None:
    dossier = treasury.due()
    order = treasury.decide(treasury.start(dossier)["reference"], Deed.SUCCEED)
    treasury.tell(order)
    treasury.tell(treasury.again(order, transaction="99999999"))
    assert [r["rule"] for r in treasury.money(dossier)["refunds"]] == ["twice"]
    assert treasury.balances(dossier) == {"clearing:vnpay": 2 * FEE, "due": -FEE, "refunds": -FEE}


def test_a_transaction_pays_one_order_only(treasury: Treasury) -> None:
    first, second = treasury.due(), treasury.due()
    one = treasury.decide(treasury.start(first)["reference"], Deed.SUCCEED)
    other = treasury.decide(treasury.start(second)["reference"], Deed.SUCCEED)
    treasury.tell(one)
    assert treasury.tell(treasury.again(other, transaction=one.transaction)).body["RspCode"] == "01"
    assert treasury.portal.state(second) == "filing_fee_due"
    assert treasury.tell(other).body["RspCode"] == "00"


@pytest.mark.clause("A15")
@pytest.mark.parametrize("refundable", [True, False])
def test_a_refusal_opens_the_refund_that_the_fee_allows(treasury: Treasury, refundable: bool) -> None:
    treasury.offer(level_4("acceptance", "2.000637", refundable=refundable))
    dossier = treasury.due("2.000637")
    portal = treasury.portal
    portal.papers_came(dossier)
    portal.step(portal.reception, dossier, "receive", {})
    treasury.pay(dossier)
    portal.step(portal.appraiser, dossier, "claim", {})
    portal.step(portal.appraiser, dossier, "proposal", {"opinion": "Không đủ điều kiện."})
    portal.step(portal.approver, dossier, "stop", {"reason": "Không đủ điều kiện."})
    owed = {"refunds": -FEE} if refundable else {"due": -FEE}
    assert treasury.balances(dossier) == {"clearing:vnpay": FEE, **owed}
    refunds = treasury.money(dossier)["refunds"]
    assert [(r["rule"], r["amount"]) for r in refunds] == ([("stopped", FEE)] if refundable else [])


def test_callbacks_at_the_same_moment_count_once(treasury: Treasury) -> None:
    dossier = treasury.due()
    order = treasury.decide(treasury.start(dossier)["reference"], Deed.SUCCEED)
    with ThreadPoolExecutor(8) as pool:
        codes = [a.body["RspCode"] for a in pool.map(lambda _: treasury.tell(order), range(8))]
    assert set(codes) <= {"00", "02"} and "00" in codes
    assert treasury.balances(dossier) == {"clearing:vnpay": FEE, "due": -FEE}
    assert len(treasury.money(dossier)["payments"]) == 1


def test_a_fault_of_ours_makes_the_gateway_call_again(treasury: Treasury) -> None:
    dossier = treasury.due()
    order = treasury.decide(treasury.start(dossier)["reference"], Deed.SUCCEED)
    dynamodb = treasury.cloud.client("dynamodb")
    table = dynamodb.describe_table(TableName="motcua-local-ledger")["Table"]["TableName"]
    hidden = _hide(table)
    assert treasury.tell(order).body["RspCode"] == "99"
    hidden()
    assert treasury.tell(order).body["RspCode"] == "00"
    assert treasury.portal.state(dossier) == "parcel_expected"


def _hide(table: str) -> Any:
    """The ledger is gone for a while: every call to it fails."""
    from moto.dynamodb.models import dynamodb_backends

    from infra.local.environment import ACCOUNT, REGION

    tables = dynamodb_backends[ACCOUNT][REGION].tables
    kept = tables.pop(table)
    return lambda: tables.__setitem__(table, kept)
