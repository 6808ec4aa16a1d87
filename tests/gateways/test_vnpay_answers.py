"""VNPay's answers to questions and refunds: what is believed, and that everything else changes nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.payment import Evidence, Outcome, Source
from chalicelib.domain.refund import RefundOutcome
from chalicelib.gateways.payments import vnpay
from chalicelib.gateways.payments.contract import VIETNAM, RefundEvidence
from chalicelib.gateways.payments.vnpay import VNPay
from tests.gateways import vectors
from tests.gateways.orders import NOW, OTHER, REFERENCE, refund
from tests.gateways.puppet import NO_ANSWERS, Json, Puppet, Said, puppet

pytestmark = pytest.mark.clause("A13", "A15", "B6")

MERCHANT, NEW, OLD = "MOTCUA01", "NEWSECRET9F2C", "OLDSECRET77A1"

TOLD: dict[str, str] = {
    "vnp_ResponseId": "5f2c",
    "vnp_Command": "querydr",
    "vnp_ResponseCode": "00",
    "vnp_Message": "QueryDR Success",
    "vnp_TmnCode": MERCHANT,
    "vnp_TxnRef": REFERENCE,
    "vnp_Amount": "15000000",
    "vnp_BankCode": "NCB",
    "vnp_PayDate": "20260302101806",
    "vnp_TransactionNo": "14422574",
    "vnp_TransactionType": "01",
    "vnp_TransactionStatus": "00",
    "vnp_OrderInfo": "Nop le phi",
}
RETURNED = TOLD | {
    "vnp_Command": "refund",
    "vnp_TransactionType": "02",
    "vnp_TransactionStatus": "05",
    "vnp_TransactionNo": "14422999",
}
REFUND = refund(requested_at=NOW, now=NOW)


def signed(fields: dict[str, Any], names: tuple[str, ...] = vnpay.QUERY_ANSWER, secret: str = NEW) -> Json:
    texts = {name: "" if value is None else str(value) for name, value in fields.items()}
    return {**fields, "vnp_SecureHash": vnpay.sign(secret, vnpay.joined(texts, names))}


class Desk:
    """A gateway whose other side answers everything with `answer`."""

    def __init__(self, other: Puppet) -> None:
        self.other = other
        self.answer: Json | Said = {}

    def gateway(self, *secrets: str, **changes: Any) -> VNPay:
        given = {"merchant": MERCHANT, "secrets": secrets or (NEW, OLD), "api_url": f"{self.other.url}/transaction"}
        return VNPay(**{"pay_url": "https://vnpay.example/pay", **given, **changes})

    def asked(self, answer: Json | Said, *secrets: str) -> Evidence:
        self.answer = answer
        return self.gateway(*secrets).ask(REFERENCE, NOW, NOW, "203.0.113.9")

    def refunded(self, answer: Json | Said) -> RefundEvidence:
        self.answer = answer
        return self.gateway().refund(REFUND)

    def asked_of_refund(self, answer: Json | Said) -> RefundEvidence:
        self.answer = answer
        return self.gateway().ask_refund(REFUND)

    def sent(self) -> list[Json]:
        return [fields for _, fields in self.other.asked]


@contextmanager
def opened() -> Iterator[Desk]:
    made: list[Desk] = []
    with puppet(lambda path, told: made[0].answer) as other:
        made.append(Desk(other))
        yield made[0]


@pytest.fixture
def desk() -> Iterator[Desk]:
    with opened() as found:
        yield found


# ---- what is sent ----


def test_a_question_as_it_is_sent(desk: Desk) -> None:
    desk.gateway().ask(REFERENCE, NOW, datetime(2026, 3, 2, 17, 0, 1, tzinfo=UTC), "::1")
    desk.gateway().ask(REFERENCE, NOW, NOW, "203.0.113.9")
    told, again = desk.sent()
    assert (told["vnp_Version"], told["vnp_Command"], told["vnp_TmnCode"]) == ("2.1.0", "querydr", MERCHANT)
    assert (told["vnp_TransactionDate"], told["vnp_CreateDate"]) == ("20260302101500", "20260303000001")
    assert told["vnp_SecureHash"] == vnpay.sign(NEW, vnpay.joined(told, vnpay.QUERY))
    assert len(told["vnp_RequestId"]) == 32 and told["vnp_RequestId"] != again["vnp_RequestId"]
    assert set(told) == {f"vnp_{name}" for name in (*vnpay.QUERY, "SecureHash")}


@pytest.mark.parametrize("vector", vectors.of("vnpay", "refund_request"))
def test_a_refund_as_others_send_it(desk: Desk, vector: dict[str, Any]) -> None:
    params = {name: str(value) for name, value in vector["params"].items()}

    def moment(name: str) -> datetime:
        return datetime.strptime(params[name], "%Y%m%d%H%M%S").replace(tzinfo=VIETNAM)

    desk.gateway(vector["secret"], merchant=params["vnp_TmnCode"]).refund(
        refund(
            request=params["vnp_RequestId"],
            requested_at=moment("vnp_CreateDate"),
            reference=params["vnp_TxnRef"],
            transaction=params["vnp_TransactionNo"],
            amount=int(params["vnp_Amount"]) // 100,
            whole=params["vnp_TransactionType"] == "02",
            ordered_at=moment("vnp_TransactionDate"),
            now=moment("vnp_CreateDate"),
            info=params["vnp_OrderInfo"],
            by=params["vnp_CreateBy"],
            ip=params["vnp_IpAddr"],
        )
    )
    (told,) = desk.sent()
    assert told["vnp_SecureHash"] == vector["signature"]


def test_a_refund_without_a_number_keeps_its_empty_place(desk: Desk) -> None:
    order = refund(requested_at=NOW, now=NOW, transaction="", by="Lê Văn Bé", info="Hoàn lệ phí", whole=False)
    desk.gateway().refund(order)
    (told,) = desk.sent()
    assert told["vnp_TransactionNo"] == "" and told["vnp_TransactionType"] == "03"
    assert (told["vnp_CreateBy"], told["vnp_OrderInfo"]) == ("Le Van Be", "Hoan le phi")
    text = vnpay.joined(told, vnpay.REFUND)
    assert "|15000000||20260302101500|" in text and told["vnp_SecureHash"] == vnpay.sign(NEW, text)


# ---- questions ----


@pytest.mark.parametrize("vector", vectors.of("vnpay", "querydr_response"))
def test_an_answer_signed_by_others_is_believed(desk: Desk, vector: dict[str, Any]) -> None:
    told = vector["params"]
    desk.answer = {**told, "vnp_SecureHash": vector["signature"]}
    gateway = desk.gateway(vector["secret"], merchant=told["vnp_TmnCode"])
    evidence = gateway.ask(told["vnp_TxnRef"], NOW, NOW, "")
    paid = told["vnp_TransactionType"] == "01" and told["vnp_TransactionStatus"] == "00"
    assert (evidence.outcome is Outcome.PAID) == paid
    assert evidence.amount == int(told["vnp_Amount"]) // 100


def test_a_paid_order(desk: Desk) -> None:
    assert desk.asked(signed(TOLD)) == Evidence(
        gateway="vnpay",
        source=Source.QUERY,
        reference=REFERENCE,
        outcome=Outcome.PAID,
        amount=150_000,
        merchant=MERCHANT,
        transaction="14422574",
        code="00/00",
        at=datetime(2026, 3, 2, 10, 18, 6, tzinfo=VIETNAM),
    )


def test_numbers_and_absent_fields_are_signed_as_they_are_written(desk: Desk) -> None:
    more = {"vnp_Amount": 15000000, "vnp_PromotionAmount": None, "vnp_PromotionCode": "KM1"}
    assert desk.asked(signed(TOLD | more)).outcome is Outcome.PAID
    assert desk.asked(signed({k: v for k, v in TOLD.items() if k != "vnp_BankCode"})).outcome is Outcome.PAID


def test_both_secrets_of_a_rotation_are_believed(desk: Desk) -> None:
    assert desk.asked(signed(TOLD, secret=OLD)).outcome is Outcome.PAID
    assert desk.asked(signed(TOLD, secret=OLD), NEW).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("01", Outcome.PENDING),
        ("02", Outcome.FAILED),
        ("04", Outcome.SUSPECT),
        ("07", Outcome.SUSPECT),
        ("05", Outcome.UNKNOWN),
        ("", Outcome.UNKNOWN),
    ],
)
def test_the_transactions_status_decides(desk: Desk, status: str, outcome: Outcome) -> None:
    assert desk.asked(signed(TOLD | {"vnp_TransactionStatus": status})).outcome is outcome


@pytest.mark.parametrize(
    "change",
    [
        {"vnp_TransactionType": "02"},
        {"vnp_TransactionType": "03"},
        {"vnp_TransactionType": ""},
        {"vnp_TxnRef": OTHER},
        {"vnp_TmnCode": "OTHER001"},
        {"vnp_Command": "refund"},
        {"vnp_Amount": ""},
        {"vnp_Amount": "15000001"},
        {"vnp_Amount": "-15000000"},
        {"vnp_ResponseCode": "99"},
        {"vnp_ResponseCode": "94"},
        {"vnp_Message": "a|b"},
    ],
)
def test_what_speaks_of_something_else_proves_nothing_however_well_signed(desk: Desk, change: dict[str, str]) -> None:
    evidence = desk.asked(signed(TOLD | change))
    assert (evidence.outcome, evidence.transaction, evidence.reference) == (Outcome.UNKNOWN, None, REFERENCE)


def test_not_found_is_no_word_unless_it_is_signed(desk: Desk) -> None:
    told = {"vnp_ResponseCode": "91", "vnp_Message": "Transaction not found"}
    evidence = desk.asked(told)
    assert (evidence.outcome, evidence.code) == (Outcome.UNKNOWN, "91")
    assert desk.asked(signed(TOLD | told)).outcome is Outcome.PENDING


def test_a_failed_payment_without_an_amount_is_a_failed_payment(desk: Desk) -> None:
    evidence = desk.asked(signed(TOLD | {"vnp_Amount": "", "vnp_TransactionStatus": "02", "vnp_TransactionNo": "0"}))
    assert (evidence.outcome, evidence.amount, evidence.transaction) == (Outcome.FAILED, None, None)


@pytest.mark.parametrize("name", [name for name in TOLD if name != "vnp_ResponseId"])
def test_an_answer_without_its_signature_or_with_another_is_none(desk: Desk, name: str) -> None:
    whole = signed(TOLD)
    assert desk.asked({**whole, name: whole[name] + "0"}).outcome is Outcome.UNKNOWN
    assert desk.asked({k: v for k, v in whole.items() if k != name}).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("value", [True, 1.5, ["00"], {"a": "00"}])
def test_fields_of_other_kinds_are_not_believed(desk: Desk, value: Any) -> None:
    assert desk.asked({**signed(TOLD), "vnp_TransactionStatus": value}).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("said", NO_ANSWERS)
def test_no_answer_is_no_word(desk: Desk, said: str) -> None:
    assert desk.asked(NO_ANSWERS[said]).outcome is Outcome.UNKNOWN
    assert desk.refunded(NO_ANSWERS[said]).outcome is RefundOutcome.UNKNOWN


def test_nobody_there_and_nobody_answering(desk: Desk) -> None:
    gone = desk.gateway(api_url="http://127.0.0.1:1/transaction")
    unknown = Evidence("vnpay", Source.QUERY, REFERENCE, Outcome.UNKNOWN, code="unreachable")
    assert gone.ask(REFERENCE, NOW, NOW, "") == unknown
    assert gone.refund(REFUND) == RefundEvidence(RefundOutcome.UNKNOWN, code="unreachable")

    def slow(path: str, told: Json) -> Json:
        time.sleep(0.6)
        return signed(TOLD)

    desk.other.says = slow
    gateway = desk.gateway(seconds=0.2)
    assert gateway.ask(REFERENCE, NOW, NOW, "").code == gateway.refund(REFUND).code == "silence"
    assert len(desk.sent()) == 2  # nothing is sent again by itself


@given(
    answer=st.dictionaries(st.sampled_from([*TOLD, "vnp_SecureHash"]), st.none() | st.integers() | st.text(max_size=8))
)
def test_no_unsigned_answer_changes_anything(answer: Json) -> None:
    with opened() as desk:
        assert desk.asked(answer).outcome is Outcome.UNKNOWN
        assert desk.refunded(answer).outcome is RefundOutcome.UNKNOWN
        assert desk.asked_of_refund(answer).outcome is RefundOutcome.UNKNOWN


# ---- refunds ----


def returned(**changes: str) -> Json:
    return signed(RETURNED | {f"vnp_{name}": value for name, value in changes.items()}, vnpay.REFUND_ANSWER)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("00", RefundOutcome.DONE),
        ("05", RefundOutcome.PENDING),
        ("06", RefundOutcome.PENDING),
        ("09", RefundOutcome.REFUSED),
        ("07", RefundOutcome.UNKNOWN),
        ("", RefundOutcome.UNKNOWN),
    ],
)
def test_taken_is_not_done(desk: Desk, status: str, outcome: RefundOutcome) -> None:
    told = desk.refunded(returned(TransactionStatus=status))
    assert (told.outcome, told.transaction, told.code) == (outcome, "14422999", f"00/{status}")


@pytest.mark.parametrize("code", ["02", "03", "04", "13", "91", "93", "95"])
def test_what_it_refuses(desk: Desk, code: str) -> None:
    told = desk.refunded(returned(ResponseCode=code, TransactionStatus=""))
    assert (told.outcome, told.code) == (RefundOutcome.REFUSED, code)
    unsigned = {"vnp_ResponseCode": code, "vnp_TxnRef": REFERENCE}
    assert desk.refunded(unsigned) == RefundEvidence(RefundOutcome.UNKNOWN, code=code)


@pytest.mark.parametrize("code", ["94", "97", "98", "99", "", "0"])
def test_what_may_have_been_done_is_not_refused(desk: Desk, code: str) -> None:
    assert desk.refunded(returned(ResponseCode=code, TransactionStatus="")).outcome is RefundOutcome.UNKNOWN


@pytest.mark.parametrize(
    "change",
    [
        {"TxnRef": OTHER},
        {"TmnCode": "OTHER001"},
        {"Command": "querydr"},
        {"Amount": "15000100"},
        {"TransactionType": "03"},
        {"TransactionType": "01"},
    ],
)
def test_an_answer_to_something_else_is_none(desk: Desk, change: dict[str, str]) -> None:
    told = desk.refunded(returned(TransactionStatus="00", **change))
    assert (told.outcome, told.transaction) == (RefundOutcome.UNKNOWN, None)


def test_an_amount_that_was_signed_divided_is_not_believed(desk: Desk) -> None:
    """Two implementations sign the amount as it is sent, one divides it by 100: as sent, until VNPay says otherwise."""
    divided = {**returned(TransactionStatus="00"), "vnp_Amount": "1500000000"}
    assert desk.refunded(divided).outcome is RefundOutcome.UNKNOWN


def test_asking_for_a_refund_by_its_kind_and_amount(desk: Desk) -> None:
    def ask(**changes: str) -> RefundEvidence:
        fields = RETURNED | {"vnp_Command": "querydr"} | {f"vnp_{name}": value for name, value in changes.items()}
        return desk.asked_of_refund(signed(fields))

    assert ask(TransactionStatus="00") == RefundEvidence(RefundOutcome.DONE, "14422999", "00/00")
    assert ask(TransactionStatus="05").outcome is RefundOutcome.PENDING
    assert ask(TransactionStatus="00", TransactionType="01").outcome is RefundOutcome.UNKNOWN  # it is the payment
    assert ask(TransactionStatus="00", Amount="5000000").outcome is RefundOutcome.UNKNOWN
    assert ask(ResponseCode="91").outcome is RefundOutcome.UNKNOWN
