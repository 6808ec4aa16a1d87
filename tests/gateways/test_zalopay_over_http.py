"""ZaloPay and its other side over HTTP: every verb, in order and out of it, and around midnight in Vietnam."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.domain.payment import Mismatch, Outcome, Source, mismatch
from chalicelib.domain.refund import RefundOutcome
from chalicelib.errors import Invalid, UpstreamFailed
from chalicelib.gateways.payments.contract import Order, RefundOrder, Verdict
from chalicelib.gateways.payments.zalopay import Keys, ZaloPay
from chalicelib.services import present
from infra.local.sandboxes.orders import Deed, Terms
from infra.local.sandboxes.zalopay import ZaloPay as OtherSide
from tests.gateways import orders
from tests.gateways.orders import NOW, OTHER, REFERENCE, attempt, got, posted
from tests.gateways.portal import Portal
from tests.gateways.town import Town, town, until, visit

pytestmark = pytest.mark.clause("A13", "A15", "B6")

KEYS = Keys("key1-zalopay", "key2-zalopay")
NUMBER = f"260302_{REFERENCE}"


def zalopay_at(url: str, *keys: Keys) -> ZaloPay:
    return ZaloPay("2553", list(keys) or [KEYS], url)


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    present.freeze(NOW)
    yield
    present.shift(0)
    present.freeze(None)


@pytest.fixture
def portal() -> Portal:
    return Portal(zalopay_at("https://zalopay.example"))


@pytest.fixture
def place(portal: Portal) -> Iterator[Town]:
    def make(url: str, merchant: str) -> OtherSide:
        return OtherSide(Terms(url, repeat_seconds=0.01, refund_seconds=60), 2553, KEYS.key1, KEYS.key2)

    with town(make, portal) as found:
        yield found


@pytest.fixture
def gateway(place: Town) -> ZaloPay:
    return zalopay_at(place.bank.terms.url)


def ordered(place: Town, **changes: Any) -> Order:
    return orders.order(callback_url=place.merchant_url + "/callback", **changes)


def refund_of(place: Town, gateway: ZaloPay, **changes: Any) -> RefundOrder:
    """A refund, asked for now, of an order that was paid."""
    gateway.start(ordered(place))
    transaction = place.bank.perform(REFERENCE, Deed.SILENCE).transaction
    return orders.refund(**({"transaction": transaction, "requested_at": NOW, "now": NOW} | changes))


def ask(gateway: ZaloPay, reference: str = REFERENCE) -> Any:
    return gateway.ask(reference, NOW, present.now(), "")


# Orders.


def test_an_order_can_be_paid_and_is_told(place: Town, gateway: ZaloPay, portal: Portal) -> None:
    started = gateway.start(ordered(place))
    assert started.pay_url == f"{place.bank.terms.url}/pay/{NUMBER}" and started.qr is None
    status, headers, _ = visit(started.pay_url, form={"do": "succeed"})
    assert status == 303 and place.bank.settle()
    (evidence,) = portal.evidence
    assert mismatch(attempt(gateway), evidence) is None
    assert (evidence.reference, evidence.outcome, evidence.at) == (REFERENCE, Outcome.PAID, NOW)
    assert (evidence.transaction or "").startswith("260302")
    (call,) = place.bank.order(REFERENCE).calls
    assert call.status == 200 and json.loads(call.body)["return_code"] == 1
    address = urlsplit(headers["Location"])
    back = gateway.read_return(got({n: v[0] for n, v in parse_qs(address.query, keep_blank_values=True).items()}))
    assert back is not None and (back.source, back.outcome, back.reference) == (Source.RETURN, Outcome.PAID, REFERENCE)


def test_what_zalopay_is_told_of_an_order(place: Town, gateway: ZaloPay) -> None:
    gateway.start(ordered(place))
    order = place.bank.order(REFERENCE)
    assert (order.reference, order.amount, order.info) == (NUMBER, 150_000, orders.ORDER.info)
    assert (order.return_url, order.expires_at) == (orders.ORDER.return_url, orders.ORDER.expires_at)
    assert order.fields["app_user"] == "motcua"  # nothing of the payer


@pytest.mark.parametrize(
    ("minutes", "lives"), [(1, 300), (5, 300), (15, 900), (60 * 24 * 40, 2_592_000)], ids=["least", "5", "15", "most"]
)
def test_an_order_lives_as_long_as_zalopay_lets_it(place: Town, gateway: ZaloPay, minutes: int, lives: int) -> None:
    gateway.start(ordered(place, expires_at=NOW + timedelta(minutes=minutes)))
    assert place.bank.order(REFERENCE).expires_at == NOW + timedelta(seconds=lives)


def test_an_order_is_made_once(place: Town, gateway: ZaloPay) -> None:
    gateway.start(ordered(place))
    with pytest.raises(UpstreamFailed):
        gateway.start(ordered(place))
    assert ask(gateway).outcome is Outcome.PENDING


@pytest.mark.parametrize("amount", [0, -1, 1_000_000_000])
def test_amounts_beyond_the_limits_do_not_leave_the_house(place: Town, gateway: ZaloPay, amount: int) -> None:
    with pytest.raises(Invalid):
        gateway.start(ordered(place, amount=amount))
    assert not place.bank.orders


@pytest.mark.parametrize("reference", ["", "M C2", "x" * 34, "a|b"])
def test_references_that_zalopay_does_not_take(place: Town, gateway: ZaloPay, reference: str) -> None:
    with pytest.raises(ValueError):
        gateway.start(ordered(place, reference=reference))


def test_vietnamese_in_texts_is_signed_as_it_is_sent(place: Town, gateway: ZaloPay, portal: Portal) -> None:
    gateway.start(ordered(place, info="Nộp lệ phí", return_url="https://portal.example/về?a=1&b=|"))
    place.bank.perform(REFERENCE, Deed.SUCCEED)
    assert place.bank.settle() and portal.evidence[0].outcome is Outcome.PAID


def test_wrong_keys_open_nothing(place: Town, gateway: ZaloPay) -> None:
    order = refund_of(place, gateway)
    stranger = zalopay_at(place.bank.terms.url, Keys("other", KEYS.key2))
    with pytest.raises(UpstreamFailed):
        stranger.start(ordered(place, reference=OTHER))
    assert (ask(stranger).outcome, ask(stranger).code) == (Outcome.UNKNOWN, "2/-402")
    assert ask(gateway, OTHER).outcome is Outcome.UNKNOWN  # not there, or not yet
    assert (stranger.refund(order).outcome, stranger.refund(order).code) == (RefundOutcome.UNKNOWN, "2/-402")
    assert stranger.ask_refund(order).outcome is RefundOutcome.UNKNOWN


def test_while_keys_change_both_are_heard(place: Town, portal: Portal) -> None:
    both = zalopay_at(place.bank.terms.url, Keys("key1-2", "key2-2"), KEYS)
    portal.gateway = both
    zalopay_at(place.bank.terms.url).start(ordered(place))
    place.bank.perform(REFERENCE, Deed.SUCCEED)
    assert place.bank.settle() and isinstance(place.bank, OtherSide)
    place.bank.key1, place.bank.key2 = "key1-2", "key2-2"
    both.start(ordered(place, reference=OTHER))
    place.bank.perform(OTHER, Deed.SUCCEED)
    assert place.bank.settle()
    assert [evidence.reference for evidence in portal.evidence] == [REFERENCE, OTHER] and not portal.refused


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 3, 1, 16, 59, 59, tzinfo=UTC), "260301"),
        (datetime(2026, 3, 1, 17, 0, 0, tzinfo=UTC), "260302"),
    ],
    ids=["23:59:59", "00:00:00"],
)
def test_around_midnight_in_vietnam(place: Town, gateway: ZaloPay, portal: Portal, moment: datetime, day: str) -> None:
    present.freeze(moment)
    gateway.start(ordered(place, created_at=moment, expires_at=moment + timedelta(minutes=15)))
    assert list(place.bank.orders) == [f"{day}_{REFERENCE}"]
    present.shift(60)  # the day after, perhaps
    place.bank.perform(REFERENCE, Deed.SUCCEED)
    assert place.bank.settle() and portal.evidence[0].reference == REFERENCE
    assert gateway.ask(REFERENCE, moment, present.now(), "").outcome is Outcome.PAID


# Callbacks.


def test_it_calls_three_times_while_it_is_asked_to(place: Town, gateway: ZaloPay, portal: Portal) -> None:
    portal.verdicts = [Verdict.FAULT] * 9
    gateway.start(ordered(place))
    place.bank.perform(REFERENCE, Deed.SUCCEED)
    assert place.bank.settle() and len(portal.evidence) == 3 and len(set(portal.evidence)) == 1


@pytest.mark.parametrize("verdict", [v for v in Verdict if v is not Verdict.FAULT])
def test_every_other_word_ends_the_calls(place: Town, gateway: ZaloPay, portal: Portal, verdict: Verdict) -> None:
    portal.verdicts = [verdict]
    gateway.start(ordered(place))
    place.bank.perform(REFERENCE, Deed.SUCCEED)
    assert place.bank.settle() and len(portal.evidence) == 1


def test_told_twice_at_once_is_told_the_same(place: Town, gateway: ZaloPay, portal: Portal) -> None:
    gateway.start(ordered(place))
    place.bank.perform(REFERENCE, Deed.DUPLICATE)
    assert place.bank.settle() and len(portal.evidence) == 2 and len(set(portal.evidence)) == 1


def test_a_wrong_amount_is_seen(place: Town, gateway: ZaloPay, portal: Portal) -> None:
    gateway.start(ordered(place))
    place.bank.perform(REFERENCE, Deed.WRONG_AMOUNT, amount=15_000_000)
    assert place.bank.settle()
    assert mismatch(attempt(gateway), portal.evidence[0]) is Mismatch.AMOUNT
    assert mismatch(attempt(gateway), ask(gateway)) is Mismatch.AMOUNT


def test_paid_after_it_had_expired(place: Town, gateway: ZaloPay, portal: Portal) -> None:
    gateway.start(ordered(place))
    place.bank.perform(REFERENCE, Deed.LATE)
    present.shift(16 * 60)
    assert (ask(gateway).outcome, ask(gateway).code) == (Outcome.FAILED, "2/-54")
    present.shift(30 * 60)
    until(lambda: len(portal.evidence) == 1)
    assert portal.evidence[0].outcome is Outcome.PAID


def test_a_callback_of_one_order_cannot_be_turned_into_anothers(place: Town, gateway: ZaloPay, portal: Portal) -> None:
    gateway.start(ordered(place))
    place.bank.perform(REFERENCE, Deed.SUCCEED)
    assert place.bank.settle()
    told = json.loads(place.merchant.messages[0].body)
    reply = portal(posted(json.dumps(told | {"data": told["data"].replace(REFERENCE, OTHER)})))
    assert json.loads(reply.body or "")["return_code"] == -1 and portal.refused[0].verdict is Verdict.BAD_SIGNATURE


# Questions.


@pytest.mark.parametrize(
    ("deed", "outcome", "code", "amount"),
    [
        (None, Outcome.PENDING, "3/3", None),
        (Deed.SILENCE, Outcome.PAID, "1/1", 150_000),
        (Deed.FAIL, Outcome.FAILED, "2/-49", None),
    ],
)
def test_what_an_order_has_come_to(
    place: Town, gateway: ZaloPay, portal: Portal, deed: Deed | None, outcome: Outcome, code: str, amount: int | None
) -> None:
    gateway.start(ordered(place))
    if deed is not None:
        place.bank.perform(REFERENCE, deed)
    evidence = ask(gateway)
    assert (evidence.source, evidence.reference, evidence.outcome, evidence.code, evidence.amount) == (
        Source.QUERY,
        REFERENCE,
        outcome,
        code,
        amount,
    )
    assert mismatch(attempt(gateway), evidence) is None
    assert place.bank.settle() and not portal.evidence


# Refunds.


def test_a_refund_takes_its_time_and_is_asked_for_under_its_number(place: Town, gateway: ZaloPay) -> None:
    order = refund_of(place, gateway)
    asked = gateway.refund(order)
    assert (asked.outcome, asked.code) == (RefundOutcome.PENDING, "3/3") and asked.transaction
    assert gateway.ask_refund(order).outcome is RefundOutcome.PENDING
    again = gateway.refund(order)
    assert (again.outcome, again.code) == (RefundOutcome.UNKNOWN, "2/-68")  # asked before: not refused
    present.shift(61)
    assert gateway.ask_refund(order).outcome is RefundOutcome.DONE
    assert [back.request for back in place.bank.order(REFERENCE).refunds] == [f"260302_2553_{order.request}"]


def test_the_number_keeps_the_day_on_which_it_was_first_asked_for(place: Town, gateway: ZaloPay) -> None:
    night = datetime(2026, 3, 2, 16, 59, 50, tzinfo=UTC)  # 23:59:50 in Vietnam
    order = refund_of(place, gateway, requested_at=night, now=night)
    present.freeze(night)
    assert gateway.refund(order).outcome is RefundOutcome.PENDING
    morning = night + timedelta(hours=8)
    present.freeze(morning)
    later = orders.refund(transaction=order.transaction, requested_at=night, now=morning)
    assert gateway.ask_refund(later).outcome is RefundOutcome.DONE
    assert (gateway.refund(later).outcome, len(place.bank.order(REFERENCE).refunds)) == (RefundOutcome.UNKNOWN, 1)


def test_in_parts_and_never_more_than_was_paid(place: Town, gateway: ZaloPay) -> None:
    first = refund_of(place, gateway, amount=100_000, whole=False, request="R1")
    same = {"transaction": first.transaction, "requested_at": NOW, "now": NOW, "whole": False}
    second, third = orders.refund(amount=50_000, request="R2", **same), orders.refund(amount=1, request="R3", **same)
    assert gateway.refund(first).outcome is gateway.refund(second).outcome is RefundOutcome.PENDING
    refused = gateway.refund(third)
    assert (refused.outcome, refused.code) == (RefundOutcome.REFUSED, "2/-401")
    assert gateway.ask_refund(third).outcome is RefundOutcome.UNKNOWN
    present.shift(61)
    assert gateway.ask_refund(first).outcome is gateway.ask_refund(second).outcome is RefundOutcome.DONE


def test_a_refund_that_fails_in_the_end(place: Town, gateway: ZaloPay) -> None:
    order = refund_of(place, gateway)
    place.bank.order(REFERENCE).refund_fate = "refused"
    assert gateway.refund(order).outcome is RefundOutcome.PENDING
    present.shift(61)
    found = gateway.ask_refund(order)
    assert (found.outcome, found.code) == (RefundOutcome.REFUSED, "2/-13")


def test_the_file_of_the_day_has_both(place: Town, gateway: ZaloPay) -> None:
    gateway.refund(refund_of(place, gateway))
    present.shift(61)
    rows = list(csv.DictReader(io.StringIO(visit(f"{place.bank.terms.url}/settlement?day=2026-03-02")[2])))
    assert [(row["kind"], row["reference"], row["amount"]) for row in rows] == [
        ("payment", NUMBER, "150000"),
        ("refund", NUMBER, "150000"),
    ]
