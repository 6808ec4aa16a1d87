"""MoMo's answers name what they are about: an order, a question or a refund of ours, or they are not believed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.domain.payment import Outcome
from chalicelib.domain.refund import RefundOutcome
from chalicelib.errors import UpstreamFailed
from chalicelib.gateways.payments import momo
from tests.gateways import orders
from tests.gateways.orders import NOW, OTHER, REFERENCE
from tests.gateways.puppet import Json, Said, puppet
from tests.gateways.test_answers import KEY, momo_at, nothing_is_known

pytestmark = pytest.mark.clause("A13", "A15", "B6")


def momo_says(**changes: Any) -> Callable[[str, Json], Json]:
    """An honest answer to every verb, then `changes`; a field that is None is left out."""

    def says(path: str, told: Json) -> Json:
        answer: Json = {
            "partnerCode": "MOTCUA",
            "orderId": told["orderId"],
            "requestId": told["requestId"],
            "amount": told.get("amount", 150_000),
            "resultCode": 0,
            "message": "Thành công.",
            "responseTime": 1772421298123,
        }
        if path.endswith("create"):
            answer["payUrl"] = "https://momo.example/pay?t=1&s=2"
        if path.endswith(("query", "refund")):
            answer["transId"] = 4084757146
        if path.endswith("query"):
            done = {
                "orderId": orders.REFUND.request,
                "amount": 150_000,
                "resultCode": 0,
                "transId": 5,
                "createdTime": "1",
            }
            answer["refundTrans"] = [done]
        return {name: value for name, value in (answer | changes).items() if value is not None}

    return says


def test_the_honest_answer_is_believed() -> None:
    with puppet(momo_says()) as other:
        gateway = momo_at(other.url)
        assert gateway.start(orders.ORDER).pay_url == "https://momo.example/pay?t=1&s=2"
        assert gateway.ask(REFERENCE, NOW, NOW, "").outcome is Outcome.PAID
        assert gateway.refund(orders.REFUND).outcome is RefundOutcome.DONE
        assert gateway.ask_refund(orders.REFUND).outcome is RefundOutcome.DONE
    sent = [told for _, told in other.asked]
    assert [path for path, _ in other.asked] == [
        f"/v2/gateway/api/{verb}" for verb in ("create", "query", "refund", "query")
    ]
    assert sent[0]["requestType"] == "captureWallet" and sent[0]["amount"] == 150_000 and sent[0]["extraData"] == ""
    assert sent[1]["requestId"] != sent[3]["requestId"]  # every question is a new one
    assert sent[2]["requestId"] == sent[2]["orderId"] == orders.REFUND.request and sent[2]["transId"] == 4084757146


@pytest.mark.parametrize(
    "changes",
    [
        {"partnerCode": "OTHER"},
        {"partnerCode": None},
        {"orderId": OTHER},
        {"orderId": None},
        {"requestId": "1"},
        {"requestId": None},
        {"resultCode": None},
        {"resultCode": "ok"},
    ],
    ids=str,
)
def test_momos_answer_about_something_else(changes: Json) -> None:
    with puppet(momo_says(**changes)) as other:
        nothing_is_known(momo_at(other.url))


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": 149_999},
        {"amount": 15_000_000},
        {"amount": None},
        {"payUrl": None},
        {"payUrl": ""},
        {"payUrl": "http://momo.example/pay"},
        {"payUrl": "javascript:alert(1)"},
        {"payUrl": 5},
        {"resultCode": 9000},
        {"resultCode": 1000},
        {"resultCode": 41},
        {"resultCode": 99},
        {"signature": "0" * 64},
        {"signature": ""},
        {"signature": 5},
        {"signature": [], "responseTime": None},
    ],
    ids=str,
)
def test_momos_order_that_is_not_ours(changes: Json) -> None:
    with puppet(momo_says(**changes)) as other, pytest.raises(UpstreamFailed):
        momo_at(other.url).start(orders.ORDER)


@pytest.mark.parametrize(("signs", "wanted", "believed"), [
    (False, False, True), (True, False, True), (True, True, True), (False, True, False)
])  # fmt: skip
def test_a_signature_of_an_order_holds_or_is_missing(signs: bool, wanted: bool, believed: bool) -> None:
    def says(path: str, told: Json) -> Json:
        answer = momo_says()(path, told)
        if signs:
            answer["signature"] = momo.sign(KEY, answer, momo.SIGNED_ANSWER)
        return answer

    with puppet(says) as other:
        gateway = momo_at(other.url, signed_answers=wanted)
        if believed:
            assert gateway.start(orders.ORDER).pay_url
        else:
            with pytest.raises(UpstreamFailed):
                gateway.start(orders.ORDER)


@pytest.mark.parametrize("name", momo.SIGNED_ANSWER)
def test_a_signed_order_cannot_be_changed(name: str) -> None:
    def says(path: str, told: Json) -> Json:
        answer = momo_says()(path, told)
        signature = momo.sign(KEY, answer, momo.SIGNED_ANSWER)
        other = {"resultCode": 9000, "payUrl": "https://momo.example/pay?t=1&s=3"}.get(name, f"{answer[name]}0")
        return answer | {name: other, "signature": signature}

    with puppet(says) as other_side, pytest.raises(UpstreamFailed):
        momo_at(other_side.url).start(orders.ORDER)


@pytest.mark.parametrize("amount", [None, "", "150.000", 1.5, True, -1])
def test_momos_paid_without_an_amount_is_not_paid(amount: Any) -> None:
    with puppet(momo_says(amount=amount)) as other:
        asked = momo_at(other.url).ask(REFERENCE, NOW, NOW, "")
    assert (asked.outcome, asked.amount) == (Outcome.UNKNOWN, None)


REFUND_CODES = {
    0: RefundOutcome.DONE,
    **dict.fromkeys([1000, 7000, 7002, 8000, 9000], RefundOutcome.PENDING),
    **dict.fromkeys([1001, 1002, 1004, 1007, 4001, 1080, 1088, 20, 21, 22, 42, 47], RefundOutcome.REFUSED),
    **dict.fromkeys([10, 11, 12, 13, 40, 41, 43, 98, 99, 5555, -1], RefundOutcome.UNKNOWN),
}


@pytest.mark.parametrize(("code", "outcome"), REFUND_CODES.items())
def test_what_momos_codes_mean_for_a_refund(code: int, outcome: RefundOutcome) -> None:
    with puppet(momo_says(resultCode=code)) as other:
        found = momo_at(other.url).refund(orders.REFUND)
    assert (found.outcome, found.code) == (outcome, str(code))


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (422, b'{"resultCode":7000,"message":"in progress","responseTime":1}', RefundOutcome.PENDING),
        (400, b'{"resultCode":20,"message":"Bad format","subErrors":[]}', RefundOutcome.REFUSED),
        (400, b'{"resultCode":22}', RefundOutcome.REFUSED),
        (400, b'{"resultCode":40}', RefundOutcome.UNKNOWN),
        (400, b'{"resultCode":41}', RefundOutcome.UNKNOWN),
        (401, b'{"resultCode":13}', RefundOutcome.UNKNOWN),
        (400, b'{"resultCode":1001}', RefundOutcome.UNKNOWN),  # of whom?
        (200, b'{"resultCode":0}', RefundOutcome.UNKNOWN),
    ],
)
def test_momos_bare_errors(status: int, body: bytes, outcome: RefundOutcome) -> None:
    with puppet(lambda path, told: Said(body, status)) as other:
        assert momo_at(other.url).refund(orders.REFUND).outcome is outcome
        asked = momo_at(other.url).ask(REFERENCE, NOW, NOW, "")
        assert asked.outcome is (Outcome.PENDING if status == 422 else Outcome.UNKNOWN)


def test_refunded_before_is_looked_up_before_it_is_called_refused() -> None:
    """The answer to the first sending was lost, and MoMo has forgotten its requestId: the money did go back."""

    def says(path: str, told: Json) -> Json:
        return momo_says(resultCode=1081 if path.endswith("refund") else 0)(path, told)

    with puppet(says) as other:
        assert momo_at(other.url).refund(orders.REFUND).outcome is RefundOutcome.DONE
        refused = momo_at(other.url).refund(orders.refund(request="OTHER"))
        assert (refused.outcome, refused.code) == (RefundOutcome.REFUSED, "1081")


def test_refunded_before_and_no_word_of_the_list_is_unknown() -> None:
    def says(path: str, told: Json) -> Json | Said:
        return momo_says(resultCode=1081)(path, told) if path.endswith("refund") else Said(b"", 502)

    with puppet(says) as other:
        assert momo_at(other.url).refund(orders.REFUND).outcome is RefundOutcome.UNKNOWN


def listed(*each: Any) -> Callable[[str, Json], Json]:
    return momo_says(refundTrans=list(each))


OURS = {"orderId": orders.REFUND.request, "amount": 150_000, "resultCode": 0, "transId": 5}


@pytest.mark.parametrize(
    ("each", "outcome"),
    [
        ([OURS], RefundOutcome.DONE),
        ([OURS | {"amount": "150000", "resultCode": "0"}], RefundOutcome.DONE),
        ([OURS | {"resultCode": 7002}], RefundOutcome.PENDING),
        ([OURS | {"resultCode": 1080}], RefundOutcome.REFUSED),
        ([OURS | {"resultCode": 1081}], RefundOutcome.REFUSED),
        ([OURS | {"resultCode": 99}], RefundOutcome.UNKNOWN),
        ([OURS | {"resultCode": None}], RefundOutcome.UNKNOWN),
        ([OURS | {"amount": 15_000_000}], RefundOutcome.UNKNOWN),
        ([OURS | {"amount": None}], RefundOutcome.UNKNOWN),
        ([OURS | {"orderId": "OTHER"}], RefundOutcome.UNKNOWN),
        ([OURS | {"resultCode": 1080}, OURS], RefundOutcome.DONE),
        ([OURS, OURS | {"resultCode": 7000}], RefundOutcome.DONE),
        ([OURS | {"resultCode": 1080}, OURS | {"resultCode": 7000}], RefundOutcome.PENDING),
        ([OURS | {"resultCode": 1080}, OURS | {"resultCode": 99}], RefundOutcome.UNKNOWN),
        ([], RefundOutcome.UNKNOWN),
        (["x", None, 5, []], RefundOutcome.UNKNOWN),
    ],
)
def test_a_refund_is_found_in_the_list_of_its_payment(each: list[Any], outcome: RefundOutcome) -> None:
    with puppet(listed(*each)) as other:
        assert momo_at(other.url).ask_refund(orders.REFUND).outcome is outcome


@pytest.mark.parametrize("no_list", [None, "", {}, 5])
def test_without_a_list_nothing_is_known(no_list: Any) -> None:
    with puppet(momo_says(refundTrans=no_list)) as other:
        assert momo_at(other.url).ask_refund(orders.REFUND).outcome is RefundOutcome.UNKNOWN
