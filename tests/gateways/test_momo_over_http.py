"""MoMo and its other side over HTTP: every verb, in order and out of it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.domain.payment import Mismatch, Outcome, Source, mismatch
from chalicelib.domain.refund import RefundOutcome
from chalicelib.errors import Invalid, UpstreamFailed
from chalicelib.gateways.payments import momo
from chalicelib.gateways.payments.contract import Order, RefundEvidence, RefundOrder, Verdict
from chalicelib.gateways.payments.momo import Key, MoMo
from chalicelib.services import present
from infra.local.sandboxes.momo import MoMo as OtherSide
from infra.local.sandboxes.orders import Deed, Terms
from tests.gateways import orders
from tests.gateways.orders import NOW, OTHER, REFERENCE, attempt, got, posted
from tests.gateways.portal import Portal
from tests.gateways.town import Town, town, until, visit

pytestmark = pytest.mark.clause("A13", "A15", "B6")

KEY = Key("access-momo", "secret-momo")


def momo_at(url: str, **changes: Any) -> MoMo:
    return MoMo("MOTCUA", [KEY], url, **changes)


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    present.freeze(NOW)
    yield
    present.shift(0)
    present.freeze(None)


@pytest.fixture
def portal() -> Portal:
    return Portal(momo_at("https://momo.example"))


@pytest.fixture
def place(portal: Portal) -> Iterator[Town]:
    def make(url: str, merchant: str) -> OtherSide:
        return OtherSide(
            Terms(url, repeat_seconds=0.01, refund_seconds=60, fee=1_650), "MOTCUA", KEY.access, KEY.secret
        )

    with town(make, portal) as found:
        yield found


@pytest.fixture
def gateway(place: Town) -> MoMo:
    return momo_at(place.bank.terms.url, signed_answers=True)


def ordered(place: Town, **changes: Any) -> Order:
    return orders.order(callback_url=place.merchant_url + "/ipn", **changes)


def paid(place: Town, gateway: MoMo, **changes: Any) -> RefundOrder:
    """A refund of an order that was paid."""
    gateway.start(ordered(place))
    transaction = place.bank.perform(REFERENCE, Deed.SILENCE).transaction
    return orders.refund(transaction=transaction, **changes)


# Orders.


def test_an_order_can_be_paid_and_is_told(place: Town, gateway: MoMo, portal: Portal) -> None:
    started = gateway.start(ordered(place))
    assert started.pay_url == f"{place.bank.terms.url}/pay/{REFERENCE}" and started.qr is None
    status, _, page = visit(started.pay_url)
    assert status == 200 and "150.000" in page and "Nop le phi ho so" in page
    status, headers, _ = visit(started.pay_url, form={"do": "succeed"})
    assert status == 303 and place.bank.settle()
    (evidence,) = portal.evidence
    assert mismatch(attempt(gateway), evidence) is None
    assert (evidence.reference, evidence.outcome, evidence.at) == (REFERENCE, Outcome.PAID, NOW)
    (call,) = place.bank.order(REFERENCE).calls
    assert (call.status, call.body, call.accepted) == (204, "", True)
    back = gateway.read_return(got(query_of(headers["Location"])))
    assert back is not None and (back.source, back.outcome) == (Source.RETURN, Outcome.PAID)
    assert headers["Location"].startswith(orders.ORDER.return_url + "?")


def query_of(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query, keep_blank_values=True).items()}


def test_the_same_order_again_is_the_same_order(place: Town, gateway: MoMo) -> None:
    assert gateway.start(ordered(place)) == gateway.start(ordered(place))
    with pytest.raises(UpstreamFailed):
        gateway.start(ordered(place, amount=160_000))
    assert len(place.bank.orders) == 1


@pytest.mark.parametrize("amount", [1_000, 50_000_000])
def test_amounts_at_the_limits(place: Town, gateway: MoMo, amount: int) -> None:
    assert gateway.start(ordered(place, amount=amount)).pay_url


@pytest.mark.parametrize("amount", [0, 999, 50_000_001])
def test_amounts_beyond_them_do_not_leave_the_house(place: Town, gateway: MoMo, amount: int) -> None:
    with pytest.raises(Invalid):
        gateway.start(ordered(place, amount=amount))
    assert not place.bank.orders


@pytest.mark.parametrize("reference", ["", "-MC2", "MC2-", "M C2", "x" * 51])
def test_references_that_momo_does_not_take(gateway: MoMo, place: Town, reference: str) -> None:
    with pytest.raises(ValueError):
        gateway.start(ordered(place, reference=reference))


def test_vietnamese_and_signs_in_texts_are_signed_raw(place: Town, gateway: MoMo, portal: Portal) -> None:
    gateway.start(ordered(place, info="Nộp lệ phí: hồ sơ + “phụ” 100% /?#", language="en"))
    place.bank.perform(REFERENCE, Deed.SUCCEED)
    assert place.bank.settle() and portal.evidence[0].outcome is Outcome.PAID


def test_a_wrong_key_opens_nothing(place: Town) -> None:
    for key in (Key("access-momo", "other"), Key("other", "secret-momo")):
        stranger = MoMo("MOTCUA", [key], place.bank.terms.url)
        with pytest.raises(UpstreamFailed):
            stranger.start(ordered(place))
        assert stranger.ask(REFERENCE, NOW, NOW, "").outcome is Outcome.UNKNOWN
        assert stranger.refund(orders.refund()).outcome is RefundOutcome.REFUSED  # 20: not understood, so not done


def test_while_keys_change_the_new_one_asks_and_both_are_heard(place: Town, portal: Portal) -> None:
    both = MoMo("MOTCUA", [Key("access-2", "secret-2"), KEY], place.bank.terms.url)
    portal.gateway = both
    momo_at(place.bank.terms.url).start(ordered(place))
    place.bank.perform(REFERENCE, Deed.DUPLICATE)
    assert place.bank.settle()
    assert isinstance(place.bank, OtherSide)
    place.bank.access, place.bank.secret = "access-2", "secret-2"
    both.start(ordered(place, reference=OTHER))
    place.bank.perform(OTHER, Deed.SUCCEED)
    assert place.bank.settle()
    assert [e.reference for e in portal.evidence] == [REFERENCE, REFERENCE, OTHER] and not portal.refused


# Callbacks.


def test_it_calls_again_until_204(place: Town, gateway: MoMo, portal: Portal) -> None:
    portal.verdicts = [Verdict.FAULT, Verdict.UNKNOWN_ORDER, Verdict.DUPLICATE]
    gateway.start(ordered(place))
    place.bank.perform(REFERENCE, Deed.SUCCEED)
    assert place.bank.settle()
    assert [call.status for call in place.bank.order(REFERENCE).calls] == [503, 404, 204]
    assert len(set(portal.evidence)) == 1


def test_told_twice_at_once_is_told_the_same(place: Town, gateway: MoMo, portal: Portal) -> None:
    gateway.start(ordered(place))
    place.bank.perform(REFERENCE, Deed.DUPLICATE)
    assert place.bank.settle() and len(portal.evidence) == 2 and len(set(portal.evidence)) == 1


def test_a_wrong_amount_is_seen(place: Town, gateway: MoMo, portal: Portal) -> None:
    gateway.start(ordered(place))
    place.bank.perform(REFERENCE, Deed.WRONG_AMOUNT, amount=15_000_000)
    assert place.bank.settle()
    assert mismatch(attempt(gateway), portal.evidence[0]) is Mismatch.AMOUNT
    assert mismatch(attempt(gateway), gateway.ask(REFERENCE, NOW, NOW, "")) is Mismatch.AMOUNT


def test_who_cancels_is_only_found_by_asking(place: Town, gateway: MoMo, portal: Portal) -> None:
    url = gateway.start(ordered(place)).pay_url
    assert url is not None
    _, headers, _ = visit(url, form={"do": "fail"})
    assert place.bank.settle() and not portal.evidence
    back = gateway.read_return(got(query_of(headers["Location"])))
    assert back is not None and (back.outcome, back.code) == (Outcome.FAILED, "1006")
    asked = gateway.ask(REFERENCE, NOW, NOW, "")
    assert (asked.outcome, asked.code) == (Outcome.FAILED, "1006")


def test_paid_after_it_had_expired(place: Town, gateway: MoMo, portal: Portal) -> None:
    gateway.start(ordered(place))
    place.bank.perform(REFERENCE, Deed.LATE)
    present.shift(16 * 60)
    assert gateway.ask(REFERENCE, NOW, NOW, "").code == "1005"
    present.shift(30 * 60)
    until(lambda: len(portal.evidence) == 1)
    assert portal.evidence[0].outcome is Outcome.PAID and portal.evidence[0].at == NOW + timedelta(minutes=30)


def test_a_message_of_another_order_cannot_be_replayed_for_this_one(place: Town, gateway: MoMo, portal: Portal) -> None:
    gateway.start(ordered(place))
    place.bank.perform(REFERENCE, Deed.SUCCEED)
    assert place.bank.settle()
    told = json.loads(place.merchant.messages[0].body)
    reply = portal(posted(json.dumps(told | {"orderId": OTHER, "requestId": OTHER})))
    assert reply.status == 401 and portal.refused[0].verdict is Verdict.BAD_SIGNATURE


# Questions.


@pytest.mark.parametrize(
    ("deed", "outcome", "code"),
    [(None, Outcome.PENDING, "1000"), (Deed.SILENCE, Outcome.PAID, "0"), (Deed.FAIL, Outcome.FAILED, "1006")],
)
def test_what_an_order_has_come_to(place: Town, gateway: MoMo, deed: Deed | None, outcome: Outcome, code: str) -> None:
    gateway.start(ordered(place))
    if deed is not None:
        place.bank.perform(REFERENCE, deed)
    evidence = gateway.ask(REFERENCE, NOW, NOW, "")
    assert (evidence.source, evidence.reference, evidence.outcome, evidence.code) == (
        Source.QUERY,
        REFERENCE,
        outcome,
        code,
    )
    assert mismatch(attempt(gateway), evidence) is None and evidence.amount == 150_000


def test_of_an_unknown_order_nothing_is_known(gateway: MoMo) -> None:
    evidence = gateway.ask(REFERENCE, NOW, NOW, "")
    assert (evidence.outcome, evidence.code) == (Outcome.UNKNOWN, "42")


# Refunds.


def test_a_refund_takes_its_time_and_is_found_in_the_list(place: Town, gateway: MoMo) -> None:
    order = paid(place, gateway)
    asked = gateway.refund(order)
    assert (asked.outcome, asked.code) == (RefundOutcome.PENDING, "7000")
    assert gateway.ask_refund(order).outcome is RefundOutcome.PENDING
    again = gateway.refund(order)  # the first one is under way: 422, 7000
    assert (again.outcome, again.code) == (RefundOutcome.PENDING, "7000")
    present.shift(61)
    done = gateway.ask_refund(order)
    assert done.outcome is RefundOutcome.DONE and done.transaction
    assert gateway.refund(order) == done  # the same request is the same refund
    assert len(place.bank.order(REFERENCE).refunds) == 1


def test_in_parts_and_never_more_than_was_paid(place: Town, gateway: MoMo) -> None:
    first = paid(place, gateway, amount=100_000, whole=False, request="R1")
    second = orders.refund(transaction=first.transaction, amount=50_000, whole=False, request="R2")
    third = orders.refund(transaction=first.transaction, amount=1_000, whole=False, request="R3")
    assert gateway.refund(first).outcome is gateway.refund(second).outcome is RefundOutcome.PENDING
    refused = gateway.refund(third)
    assert (refused.outcome, refused.code) == (RefundOutcome.REFUSED, "1081")
    present.shift(61)
    assert gateway.ask_refund(first).outcome is gateway.ask_refund(second).outcome is RefundOutcome.DONE
    assert gateway.ask_refund(third) == RefundEvidence(RefundOutcome.UNKNOWN, code=momo.NOT_LISTED)


def test_a_refund_that_fails_in_the_end(place: Town, gateway: MoMo) -> None:
    order = paid(place, gateway)
    place.bank.order(REFERENCE).refund_fate = "refused"
    assert gateway.refund(order).outcome is RefundOutcome.PENDING
    present.shift(61)
    found = gateway.ask_refund(order)
    assert (found.outcome, found.code) == (RefundOutcome.REFUSED, "1080")


def test_less_than_momo_pays_back_is_refused_without_asking(place: Town, gateway: MoMo) -> None:
    order = paid(place, gateway, amount=999, whole=False)
    assert gateway.refund(order).outcome is RefundOutcome.REFUSED and not place.bank.order(REFERENCE).refunds


def test_of_an_unpaid_order_nothing_is_paid_back(place: Town, gateway: MoMo) -> None:
    gateway.start(ordered(place))
    refused = gateway.refund(orders.refund(transaction="123"))
    assert (refused.outcome, refused.code) == (RefundOutcome.REFUSED, "42")


def test_the_file_of_the_day_has_both(place: Town, gateway: MoMo) -> None:
    gateway.refund(paid(place, gateway))
    present.shift(61)
    rows = list(csv.DictReader(io.StringIO(visit(f"{place.bank.terms.url}/settlement?day=2026-03-02")[2])))
    assert [(row["kind"], row["amount"], row["fee"], row["request"]) for row in rows] == [
        ("payment", "150000", "1650", ""),
        ("refund", "150000", "0", orders.REFUND.request),
    ]
