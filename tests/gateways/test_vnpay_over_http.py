"""VNPay and its other side over HTTP: every verb, in order and out of it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from chalicelib.domain.payment import Evidence, Mismatch, Outcome, Source, mismatch
from chalicelib.domain.refund import RefundOutcome
from chalicelib.gateways.payments.contract import Message, RefundOrder, Verdict
from chalicelib.gateways.payments.vnpay import VNPay
from chalicelib.services import present
from infra.local.sandboxes.orders import Deed, Terms
from infra.local.sandboxes.vnpay import VNPayBank
from tests.gateways import orders
from tests.gateways.orders import NOW, OTHER, REFERENCE, attempt, got
from tests.gateways.portal import Portal
from tests.gateways.town import Town, town, until, visit

pytestmark = pytest.mark.clause("A13", "A15", "B6")

MERCHANT, SECRET, OLD = "MOTCUA01", "SECRET9F2C", "OLDSECRET77A1"


def gateway_at(url: str, *secrets: str, merchant: str = MERCHANT) -> VNPay:
    pages, api = f"{url}/paymentv2/vpcpay.html", f"{url}/merchant_webapi/api/transaction"
    return VNPay(merchant, secrets or (SECRET,), pages, api)


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    present.freeze(NOW)
    yield
    present.shift(0)
    present.freeze(None)


@pytest.fixture
def portal() -> Portal:
    return Portal(gateway_at("https://vnpay.example"))


@pytest.fixture
def place(portal: Portal) -> Iterator[Town]:
    def make(url: str, merchant: str) -> VNPayBank:
        return VNPayBank(Terms(url, repeat_seconds=0.01, refund_seconds=60), MERCHANT, SECRET, f"{merchant}/ipn?a=1")

    with town(make, portal) as found:
        yield found


@pytest.fixture
def bank(place: Town) -> VNPayBank:
    assert isinstance(place.bank, VNPayBank)
    return place.bank


@pytest.fixture
def gateway(bank: VNPayBank) -> VNPay:
    return gateway_at(bank.terms.url)


def opened(gateway: VNPay, **changes: Any) -> str:
    """An order whose page the payer has opened; the address of its form."""
    status, _, page = visit(gateway.start(orders.order(**changes)).pay_url or "")
    assert status == 200, page
    return page.split('action="')[1].split('"')[0]


def ask(gateway: VNPay, reference: str = REFERENCE) -> Evidence:
    return gateway.ask(reference, NOW, present.now(), "203.0.113.9")


def paid(bank: VNPayBank, gateway: VNPay, **changes: Any) -> RefundOrder:
    """A refund of an order that was paid, asked for now."""
    opened(gateway)
    transaction = bank.perform(REFERENCE, Deed.SILENCE).transaction
    return orders.refund(**{"transaction": transaction, "requested_at": NOW, "now": NOW, **changes})


# Paying.


def test_an_order_is_paid_in_the_browser_and_told(bank: VNPayBank, gateway: VNPay, portal: Portal) -> None:
    form = opened(gateway)
    status, headers, _ = visit(form, form={"do": "succeed"})
    assert status == 303 and bank.settle()
    (evidence,) = portal.evidence
    assert mismatch(attempt(gateway), evidence) is None
    assert (evidence.reference, evidence.outcome, evidence.at) == (REFERENCE, Outcome.PAID, NOW)
    (call,) = bank.order(REFERENCE).calls
    assert (call.status, json.loads(call.body)["RspCode"], call.accepted) == (200, "00", True)
    assert headers["Location"].startswith(orders.ORDER.return_url + "?")
    back = gateway.read_return(returned(headers["Location"]))
    assert back is not None and (back.source, back.outcome) == (Source.RETURN, Outcome.PAID)


def returned(address: str) -> Message:
    return Message("GET", parse_qs(urlsplit(address).query, keep_blank_values=True))


def test_the_portals_own_parameters_of_the_return_stay(bank: VNPayBank, gateway: VNPay) -> None:
    form = opened(gateway, return_url="http://127.0.0.1:8000/ve?ho-so=H34.05&moi")
    _, headers, _ = visit(form, form={"do": "fail"})
    assert headers["Location"].startswith("http://127.0.0.1:8000/ve?ho-so=H34.05&moi&vnp_")
    back = gateway.read_return(returned(headers["Location"]))
    assert back is not None and (back.outcome, back.code, back.transaction) == (Outcome.FAILED, "24/02", None)


def test_the_page_is_in_the_language_of_the_order(gateway: VNPay) -> None:
    texts = {}
    for language, reference in (("vi", REFERENCE), ("en", OTHER)):
        texts[language] = visit(gateway.start(orders.order(language=language, reference=reference)).pay_url or "")[2]
    assert '<html lang="vi">' in texts["vi"] and "Hủy giao dịch" in texts["vi"] and "Cancel" not in texts["vi"]
    assert '<html lang="en">' in texts["en"] and "Cancel" in texts["en"] and "Hủy" not in texts["en"]


@pytest.mark.parametrize(
    ("deed", "outcome", "wrong"),
    [
        (Deed.FAIL, Outcome.FAILED, None),
        (Deed.SUSPICIOUS, Outcome.SUSPECT, None),
        (Deed.WRONG_AMOUNT, Outcome.PAID, Mismatch.AMOUNT),
    ],
)
def test_other_ends_are_told_and_found_by_asking(
    bank: VNPayBank, gateway: VNPay, portal: Portal, deed: Deed, outcome: Outcome, wrong: Mismatch | None
) -> None:
    opened(gateway)
    bank.perform(REFERENCE, deed)
    assert bank.settle()
    for evidence in (portal.evidence[0], ask(gateway)):
        assert (evidence.outcome, mismatch(attempt(gateway), evidence)) == (outcome, wrong)


def test_a_slip_of_a_hundred_is_seen(bank: VNPayBank, gateway: VNPay, portal: Portal) -> None:
    opened(gateway)
    bank.perform(REFERENCE, Deed.WRONG_AMOUNT, amount=15_000_000)
    assert bank.settle() and mismatch(attempt(gateway), portal.evidence[0]) is Mismatch.AMOUNT


def test_it_calls_until_00_or_02(bank: VNPayBank, gateway: VNPay, portal: Portal) -> None:
    portal.verdicts = [Verdict.FAULT, Verdict.UNKNOWN_ORDER, Verdict.WRONG_AMOUNT, Verdict.DUPLICATE]
    opened(gateway)
    bank.perform(REFERENCE, Deed.SUCCEED)
    assert bank.settle()
    assert [json.loads(call.body)["RspCode"] for call in bank.order(REFERENCE).calls] == ["99", "01", "04", "02"]
    assert len(set(portal.evidence)) == 1


def test_it_gives_up_after_ten_calls_and_asking_still_finds_the_money(
    bank: VNPayBank, gateway: VNPay, portal: Portal
) -> None:
    portal.verdicts = [Verdict.FAULT] * 20
    opened(gateway)
    bank.perform(REFERENCE, Deed.SUCCEED)
    assert bank.settle() and len(bank.order(REFERENCE).calls) == 10
    assert ask(gateway).outcome is Outcome.PAID


def test_told_twice_at_once_is_told_the_same(bank: VNPayBank, gateway: VNPay, portal: Portal) -> None:
    opened(gateway)
    bank.perform(REFERENCE, Deed.DUPLICATE)
    assert bank.settle() and len(portal.evidence) == 2 and len(set(portal.evidence)) == 1


def test_paid_after_it_had_expired(bank: VNPayBank, gateway: VNPay, portal: Portal) -> None:
    opened(gateway)
    bank.perform(REFERENCE, Deed.LATE)
    present.shift(16 * 60)
    assert ask(gateway).outcome is Outcome.PENDING
    present.shift(30 * 60)
    until(lambda: len(portal.evidence) == 1)
    assert (portal.evidence[0].outcome, portal.evidence[0].at) == (Outcome.PAID, NOW + timedelta(minutes=30))


def test_a_success_after_a_failure(bank: VNPayBank, gateway: VNPay, portal: Portal) -> None:
    opened(gateway)
    bank.perform(REFERENCE, Deed.FAIL)
    assert bank.settle()
    bank.perform(REFERENCE, Deed.SUCCEED)
    assert bank.settle() and [e.outcome for e in portal.evidence] == [Outcome.FAILED, Outcome.PAID]


def test_a_message_of_another_order_cannot_be_replayed_for_this_one(
    bank: VNPayBank, gateway: VNPay, portal: Portal
) -> None:
    opened(gateway)
    bank.perform(REFERENCE, Deed.SUCCEED)
    assert bank.settle()
    told = {name: values[0] for name, values in portal_messages(bank).query.items()}
    reply = portal(got({**told, "vnp_TxnRef": OTHER}))
    assert json.loads(reply.body or "")["RspCode"] == "97" and portal.refused[0].verdict is Verdict.BAD_SIGNATURE


def portal_messages(bank: VNPayBank) -> Message:
    return returned(bank.call(bank.order(REFERENCE)).url)


def test_while_secrets_change_the_new_one_signs_and_both_are_heard(place: Town, bank: VNPayBank) -> None:
    both = gateway_at(bank.terms.url, SECRET, OLD)
    bank.secret = OLD  # not changed there yet
    assert visit(both.start(orders.order()).pay_url or "")[0] == 400
    before = gateway_at(bank.terms.url, OLD)
    opened(before)
    bank.perform(REFERENCE, Deed.SILENCE)
    message = portal_messages(bank)
    assert both.read_callback(message).outcome is Outcome.PAID
    assert before.ask(REFERENCE, NOW, NOW, "").outcome is Outcome.PAID
    bank.secret = SECRET
    assert ask(both).outcome is Outcome.PAID


# What the other side refuses.


@pytest.mark.parametrize(
    "change",
    [
        {"vnp_Amount": "1"},
        {"vnp_OrderInfo": "Nop+phi"},
        {"vnp_SecureHash": "0" * 128},
        {"vnp_SecureHash": ""},
        {"vnp_ReturnUrl": "https://elsewhere.example/"},
    ],
)
def test_an_address_that_was_changed_opens_no_page(bank: VNPayBank, gateway: VNPay, change: dict[str, str]) -> None:
    url = gateway.start(orders.order()).pay_url or ""
    fields = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    assert visit(f"{gateway.pay_url}?{urlencode({**fields, **change})}")[0] == 400 and not bank.orders


def test_another_merchant_and_a_used_number_open_no_page(bank: VNPayBank, gateway: VNPay) -> None:
    other = gateway_at(bank.terms.url, merchant="OTHER001")
    assert visit(other.start(orders.order()).pay_url or "")[0] == 400
    opened(gateway)
    opened(gateway)  # the same again is the same
    assert visit(gateway.start(orders.order(amount=160_000)).pay_url or "")[0] == 400
    assert len(bank.orders) == 1


def test_the_addresses_of_both_protocols_only(bank: VNPayBank) -> None:
    assert visit(bank.terms.url + "/merchant_webapi/api/other", told={})[0] == 404


# Questions.


@pytest.mark.parametrize(
    ("deed", "outcome", "code"),
    [(None, Outcome.PENDING, "00/01"), (Deed.SILENCE, Outcome.PAID, "00/00"), (Deed.FAIL, Outcome.FAILED, "00/02")],
)
def test_what_an_order_has_come_to(
    bank: VNPayBank, gateway: VNPay, deed: Deed | None, outcome: Outcome, code: str
) -> None:
    opened(gateway)
    if deed is not None:
        bank.perform(REFERENCE, deed)
    evidence = ask(gateway)
    assert (evidence.source, evidence.reference, evidence.outcome, evidence.code) == (
        Source.QUERY,
        REFERENCE,
        outcome,
        code,
    )
    assert mismatch(attempt(gateway), evidence) is None and evidence.amount == 150_000


def test_of_an_order_that_nobody_opened_nothing_is_said_that_counts(gateway: VNPay) -> None:
    gateway.start(orders.order())
    evidence = ask(gateway)
    assert (evidence.outcome, evidence.code) == (Outcome.UNKNOWN, "91")  # not signed


def test_a_question_names_the_time_of_the_order(bank: VNPayBank, gateway: VNPay) -> None:
    opened(gateway)
    assert gateway.ask(REFERENCE, NOW + timedelta(seconds=1), NOW, "").outcome is Outcome.UNKNOWN


def test_asked_too_soon_nothing_is_known(bank: VNPayBank, gateway: VNPay) -> None:
    bank.pace_seconds = 290
    opened(gateway)
    bank.perform(REFERENCE, Deed.SILENCE)
    assert ask(gateway).outcome is Outcome.PAID
    early = ask(gateway)
    assert (early.outcome, early.code) == (Outcome.UNKNOWN, "94")
    present.shift(gateway.asks_every)
    assert ask(gateway).outcome is Outcome.PAID


def test_a_wrong_secret_learns_nothing(bank: VNPayBank, gateway: VNPay) -> None:
    refund = paid(bank, gateway)
    stranger = gateway_at(bank.terms.url, "other")
    assert (ask(stranger).outcome, ask(stranger).code) == (Outcome.UNKNOWN, "97")
    assert stranger.refund(refund).outcome is RefundOutcome.UNKNOWN and not bank.order(REFERENCE).refunds


# Refunds.


def test_a_refund_takes_its_time(bank: VNPayBank, gateway: VNPay) -> None:
    order = paid(bank, gateway)
    asked = gateway.refund(order)
    assert (asked.outcome, asked.code) == (RefundOutcome.PENDING, "00/05")
    assert gateway.ask_refund(order) == asked and asked.transaction != order.transaction
    assert ask(gateway).outcome is Outcome.UNKNOWN  # only TransactionType 01 speaks of the payment
    present.shift(61)
    done = gateway.ask_refund(order)
    assert (done.outcome, done.code, done.transaction) == (RefundOutcome.DONE, "00/00", asked.transaction)


def test_the_same_request_is_one_refund(bank: VNPayBank, gateway: VNPay) -> None:
    order = paid(bank, gateway)
    gateway.refund(order)
    again = gateway.refund(order)
    assert (again.outcome, again.code) == (RefundOutcome.UNKNOWN, "94") and len(bank.order(REFERENCE).refunds) == 1


def test_on_a_later_day_nothing_is_sent_again(bank: VNPayBank, gateway: VNPay) -> None:
    """VNPay remembers a RequestId until midnight in Vietnam; a part could be paid back a second time."""
    midnight = NOW.replace(hour=17, minute=0)
    part = paid(bank, gateway, amount=50_000, whole=False, requested_at=midnight - timedelta(seconds=1), now=midnight)
    assert gateway.refund(part).code == "another_day" and not bank.order(REFERENCE).refunds


def test_in_parts_and_never_more_than_was_paid(bank: VNPayBank, gateway: VNPay) -> None:
    first = paid(bank, gateway, amount=100_000, whole=False, request="R1")

    def more(request: str, amount: int, whole: bool = False) -> RefundOrder:
        return orders.refund(
            transaction=first.transaction, requested_at=NOW, now=NOW, request=request, amount=amount, whole=whole
        )

    assert gateway.refund(first).outcome is RefundOutcome.PENDING
    assert gateway.refund(more("R2", 150_000, whole=True)).code == "04"
    too_much = gateway.refund(more("R3", 50_001))
    assert (too_much.outcome, too_much.code) == (RefundOutcome.REFUSED, "02")
    last = more("R4", 50_000)
    assert gateway.refund(last).outcome is RefundOutcome.PENDING
    present.shift(61)
    assert gateway.ask_refund(last).outcome is RefundOutcome.DONE
    assert gateway.ask_refund(first).outcome is RefundOutcome.UNKNOWN  # the last movement is another one


def test_a_refund_that_is_refused_in_the_end(bank: VNPayBank, gateway: VNPay) -> None:
    order = paid(bank, gateway)
    bank.order(REFERENCE).refund_fate = "refused"
    assert gateway.refund(order).outcome is RefundOutcome.PENDING
    present.shift(61)
    refused = gateway.ask_refund(order)
    assert (refused.outcome, refused.code) == (RefundOutcome.REFUSED, "00/09")


def test_of_an_unpaid_order_nothing_is_paid_back(bank: VNPayBank, gateway: VNPay) -> None:
    opened(gateway)
    order = orders.refund(transaction="", requested_at=NOW, now=NOW)
    refused = gateway.refund(order)
    assert (refused.outcome, refused.code) == (RefundOutcome.REFUSED, "95")
    assert gateway.ask_refund(order).outcome is RefundOutcome.UNKNOWN


def test_of_another_transaction_nothing_is_known(bank: VNPayBank, gateway: VNPay) -> None:
    paid(bank, gateway)
    assert gateway.refund(orders.refund(transaction="1", requested_at=NOW, now=NOW)).code == "91"


def test_the_file_of_the_day_has_both(bank: VNPayBank, gateway: VNPay) -> None:
    gateway.refund(paid(bank, gateway))
    present.shift(61)
    rows = list(csv.DictReader(io.StringIO(visit(f"{bank.terms.url}/settlement?day=2026-03-02")[2])))
    assert [(row["merchant"], row["kind"], row["amount"], row["request"]) for row in rows] == [
        (MERCHANT, "payment", "150000", ""),
        (MERCHANT, "refund", "150000", orders.REFUND.request),
    ]
