"""ZaloPay's answers name nothing that was asked, so that what they do say is read closely."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.domain.payment import Outcome
from chalicelib.domain.refund import RefundOutcome
from chalicelib.errors import UpstreamFailed
from tests.gateways import orders
from tests.gateways.orders import NOW, REFERENCE
from tests.gateways.puppet import Json, puppet
from tests.gateways.test_answers import zalopay_at

pytestmark = pytest.mark.clause("A13", "A15", "B6")


def zalopay_says(**changes: Any) -> Callable[[str, Json], Json]:
    def says(path: str, told: Json) -> Json:
        answer: Json = {"return_code": 1, "return_message": "", "sub_return_code": 1, "sub_return_message": ""}
        if path.endswith("create"):
            answer |= {"order_url": "https://zalopay.example/openinapp?order=1", "zp_trans_token": "t"}
        if path.endswith("query"):
            answer |= {"amount": 150_000, "zp_trans_id": 260302000000389, "is_processing": False}
        if path.endswith("refund"):
            answer |= {"refund_id": 260304000000001}
        return {name: value for name, value in (answer | changes).items() if value is not None}

    return says


def test_zalopays_honest_answer_is_believed() -> None:
    with puppet(zalopay_says()) as other:
        gateway = zalopay_at(other.url)
        assert gateway.start(orders.ORDER).pay_url == "https://zalopay.example/openinapp?order=1"
        asked = gateway.ask(REFERENCE, NOW, NOW, "")
        assert (asked.outcome, asked.amount, asked.transaction) == (Outcome.PAID, 150_000, "260302000000389")
        done = gateway.refund(orders.REFUND)
        assert (done.outcome, done.transaction) == (RefundOutcome.DONE, "260304000000001")
        assert gateway.ask_refund(orders.REFUND).outcome is RefundOutcome.DONE
    assert [path for path, _ in other.asked] == ["/v2/create", "/v2/query", "/v2/refund", "/v2/query_refund"]
    sent = [told for _, told in other.asked]
    assert sent[0]["app_trans_id"] == sent[1]["app_trans_id"] == f"260302_{REFERENCE}"
    assert sent[2]["m_refund_id"] == sent[3]["m_refund_id"] == f"260304_2553_{orders.REFUND.request}"


@pytest.mark.parametrize(
    "changes",
    [
        {"order_url": None},
        {"order_url": ""},
        {"order_url": "http://zalopay.example"},
        {"order_url": "javascript:alert(1)"},
        {"return_code": 2, "sub_return_code": -68},
        {"return_code": 3},
        {"return_code": -500},
    ],
    ids=str,
)
def test_zalopay_makes_no_order(changes: Json) -> None:
    with puppet(zalopay_says(**changes)) as other, pytest.raises(UpstreamFailed):
        zalopay_at(other.url).start(orders.ORDER)


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"return_code": 2, "sub_return_code": -49}, Outcome.FAILED),
        ({"return_code": 2, "sub_return_code": -54}, Outcome.FAILED),
        ({"return_code": 2, "sub_return_code": None}, Outcome.FAILED),
        ({"return_code": 3, "is_processing": True}, Outcome.PENDING),
        ({"return_code": "1"}, Outcome.PAID),
        ({"return_code": 1, "is_processing": True}, Outcome.PENDING),
        ({"return_code": 1, "amount": None}, Outcome.UNKNOWN),
        ({"return_code": 1, "amount": 0}, Outcome.UNKNOWN),
        ({"return_code": 1, "amount": "150.000"}, Outcome.UNKNOWN),
        *(
            ({"return_code": 2, "sub_return_code": sub}, Outcome.UNKNOWN)
            for sub in (-68, -101, -401, -402, -403, -429, -500, -999)
        ),
        *(({"return_code": code}, Outcome.UNKNOWN) for code in (0, 4, -1, -401, -402, -429, -500)),
    ],
    ids=str,
)
def test_what_zalopays_codes_mean(changes: Json, outcome: Outcome) -> None:
    with puppet(zalopay_says(**changes)) as other:
        assert zalopay_at(other.url).ask(REFERENCE, NOW, NOW, "").outcome is outcome


@pytest.mark.parametrize(
    ("code", "sub", "outcome"),
    [
        (1, 1, RefundOutcome.DONE),
        (3, 3, RefundOutcome.PENDING),
        (2, -13, RefundOutcome.REFUSED),
        (2, -401, RefundOutcome.REFUSED),
        (2, None, RefundOutcome.UNKNOWN),
        *((2, sub, RefundOutcome.UNKNOWN) for sub in (-68, -101, -402, -403, -429, -500, -999)),
        *((code, None, RefundOutcome.UNKNOWN) for code in (0, 4, -1, -401, -429, -500, -999)),
    ],
)
def test_what_zalopays_codes_mean_for_a_refund(code: int, sub: int | None, outcome: RefundOutcome) -> None:
    with puppet(zalopay_says(return_code=code, sub_return_code=sub)) as other:
        gateway = zalopay_at(other.url)
        assert gateway.refund(orders.REFUND).outcome is gateway.ask_refund(orders.REFUND).outcome is outcome


def test_paid_under_no_number_has_none() -> None:
    for number in (None, 0, "", "x", True):
        with puppet(zalopay_says(zp_trans_id=number)) as other:
            assert zalopay_at(other.url).ask(REFERENCE, NOW, NOW, "").transaction is None
