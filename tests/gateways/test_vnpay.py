"""VNPay's protocol without a network: the vectors, what is believed, what is refused, what is answered."""

from __future__ import annotations

import json
import string
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, parse_qsl, quote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.payment import Evidence, Mismatch, Outcome, Source, mismatch
from chalicelib.errors import Invalid
from chalicelib.gateways.payments import vnpay
from chalicelib.gateways.payments.contract import VIETNAM, BadCallback, Gateway, Message, Verdict
from chalicelib.gateways.payments.vnpay import VNPay
from tests.gateways.orders import NOW, REFERENCE, attempt, got, order

pytestmark = pytest.mark.clause("B6")

NEW, OLD = "NEWSECRET9F2C", "OLDSECRET77A1"
PAY, API = "https://sandbox.vnpayment.vn/paymentv2/vpcpay.html", "https://sandbox.vnpayment.vn/api"
GATEWAY = VNPay("MOTCUA01", [NEW, OLD], PAY, API)
A_GATEWAY: Gateway = GATEWAY  # the type checker compares it with the contract

IPN = {
    "vnp_Amount": "15000000",
    "vnp_BankCode": "NCB",
    "vnp_BankTranNo": "VNP14422574",
    "vnp_CardType": "ATM",
    "vnp_OrderInfo": "Nop le phi ho so H34.05-260302-0001",
    "vnp_PayDate": "20260302101806",
    "vnp_ResponseCode": "00",
    "vnp_TmnCode": "MOTCUA01",
    "vnp_TransactionNo": "14422574",
    "vnp_TransactionStatus": "00",
    "vnp_TxnRef": REFERENCE,
}


def signed(fields: dict[str, str], secret: str = NEW, text: str | None = None) -> dict[str, str]:
    return {**fields, "vnp_SecureHash": vnpay.sign(secret, vnpay.canonical(fields) if text is None else text)}


def ipn(secret: str = NEW, /, **changes: str | None) -> Message:
    """The IPN with changed parameters (None: without it), signed after the change."""
    fields = {**IPN, **{f"vnp_{name}": value for name, value in changes.items() if value is not None}}
    return got(signed({k: v for k, v in fields.items() if changes.get(k[4:], "") is not None}, secret))


def refusal(message: Message, gateway: VNPay = GATEWAY) -> Verdict:
    with pytest.raises(BadCallback) as refused:
        gateway.read_callback(message)
    return refused.value.verdict


# ---- starting ----


def parameters(url: str | None) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url or "").query, strict_parsing=True))


def test_an_order_becomes_an_address() -> None:
    url = GATEWAY.start(order()).pay_url
    fields = parameters(url)
    assert url and url.startswith(PAY + "?vnp_Amount=15000000&")
    assert (fields["vnp_CreateDate"], fields["vnp_ExpireDate"]) == ("20260302101500", "20260302103000")
    assert (fields["vnp_Locale"], fields["vnp_CurrCode"], fields["vnp_TmnCode"]) == ("vn", "VND", "MOTCUA01")
    assert fields["vnp_SecureHash"] == vnpay.sign(NEW, vnpay.canonical(fields)) and "vnp_SecureHashType" not in fields
    assert parameters(GATEWAY.start(order(language="en")).pay_url)["vnp_Locale"] == "en"


def test_an_order_of_the_last_minute_of_the_year_expires_in_the_next() -> None:
    made = datetime(2026, 12, 31, 16, 55, tzinfo=UTC)  # 23:55 in Vietnam
    fields = parameters(GATEWAY.start(order(created_at=made, expires_at=made + timedelta(minutes=15))).pay_url)
    assert (fields["vnp_CreateDate"], fields["vnp_ExpireDate"]) == ("20261231235500", "20270101001000")


def test_what_the_payer_reads_there_has_no_diacritics() -> None:
    fields = parameters(GATEWAY.start(order(info="Nộp lệ phí Đăng ký & hồ sơ (số 1)*")).pay_url)
    assert fields["vnp_OrderInfo"] == "Nop le phi Dang ky ho so so 1"


@pytest.mark.parametrize(
    ("ip", "sent"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8::1", "2001:db8::1"),
        ("::1", "0000:0000:0000:0000:0000:0000:0000:0001"),
        ("", "127.0.0.1"),
    ],
)
def test_the_payers_address_is_as_long_as_it_must_be(ip: str, sent: str) -> None:
    assert parameters(GATEWAY.start(order(ip=ip)).pay_url)["vnp_IpAddr"] == sent


@pytest.mark.parametrize("amount", [0, -1, 10_000_000_000])
def test_an_amount_that_no_order_can_have_is_refused(amount: int) -> None:
    with pytest.raises(Invalid, match="AmountNotForChannel"):
        GATEWAY.start(order(amount=amount))


@pytest.mark.parametrize("secrets", [[], [""], [NEW, ""]])
def test_no_secret_may_be_empty(secrets: list[str]) -> None:
    with pytest.raises(ValueError):
        VNPay("MOTCUA01", secrets, PAY, API)


def test_secrets_are_not_shown() -> None:
    assert NEW not in repr(GATEWAY) and OLD not in repr(GATEWAY)


# ---- callbacks ----


def test_a_paid_order() -> None:
    assert GATEWAY.read_callback(ipn()) == Evidence(
        gateway="vnpay",
        source=Source.CALLBACK,
        reference=REFERENCE,
        outcome=Outcome.PAID,
        amount=150_000,
        merchant="MOTCUA01",
        transaction="14422574",
        code="00/00",
        at=datetime(2026, 3, 2, 10, 18, 6, tzinfo=VIETNAM),
    )
    assert mismatch(attempt(GATEWAY), GATEWAY.read_callback(ipn())) is None


@pytest.mark.parametrize(
    ("response", "status", "outcome"),
    [
        ("00", "00", Outcome.PAID),
        ("24", "02", Outcome.FAILED),
        ("11", "02", Outcome.FAILED),
        ("51", "02", Outcome.FAILED),
        ("00", "02", Outcome.FAILED),
        ("00", "08", Outcome.FAILED),
        ("99", "09", Outcome.FAILED),
        ("99", "00", Outcome.PENDING),  # they contradict each other: never paid, and asked again
        ("00", "01", Outcome.PENDING),
        ("99", "01", Outcome.PENDING),
        ("07", "07", Outcome.SUSPECT),
        ("07", "00", Outcome.SUSPECT),
        ("00", "07", Outcome.SUSPECT),
        ("00", "04", Outcome.SUSPECT),
        ("00", "20", Outcome.UNKNOWN),
        ("00", "0", Outcome.UNKNOWN),
    ],
)
def test_paid_only_when_both_codes_say_so(response: str, status: str, outcome: Outcome) -> None:
    evidence = GATEWAY.read_callback(ipn(ResponseCode=response, TransactionStatus=status))
    assert (evidence.outcome, evidence.code) == (outcome, f"{response}/{status}")


@given(st.text(string.digits, min_size=1, max_size=2), st.text(string.digits, min_size=1, max_size=2))
def test_no_other_pair_of_codes_is_paid(response: str, status: str) -> None:
    assert (vnpay.outcome(response, status) is Outcome.PAID) == (response == "00" == status)


@pytest.mark.parametrize("number", ["", "0", "00"])
def test_a_failed_payment_has_no_number(number: str) -> None:
    evidence = GATEWAY.read_callback(ipn(ResponseCode="24", TransactionStatus="02", TransactionNo=number))
    assert evidence.transaction is None


def test_a_time_that_is_none_loses_no_money() -> None:
    assert GATEWAY.read_callback(ipn(PayDate="20260231000000")).at is None
    assert GATEWAY.read_callback(ipn(PayDate=None)).outcome is Outcome.PAID


def test_paid_just_after_midnight_in_vietnam() -> None:
    at = GATEWAY.read_callback(ipn(PayDate="20260303000001")).at
    assert at == datetime(2026, 3, 2, 17, 0, 1, tzinfo=UTC)


def test_both_secrets_of_a_rotation_are_believed_and_no_other() -> None:
    assert GATEWAY.read_callback(ipn(NEW)) == GATEWAY.read_callback(ipn(OLD))
    after = VNPay("MOTCUA01", [NEW], PAY, API)
    assert after.read_callback(ipn(NEW)).outcome is Outcome.PAID
    assert refusal(ipn(OLD), after) is Verdict.BAD_SIGNATURE
    assert refusal(ipn("another")) is refusal(ipn(NEW + " ")) is Verdict.BAD_SIGNATURE


def test_parameters_of_others_count_for_nothing() -> None:
    message = ipn()
    noisy = {**message.query, "utm_source": ["a", "b"], "VNP_Amount": ["1"], "Vnp_TxnRef": ["x"], "fbclid": [""]}
    assert GATEWAY.read_callback(Message("GET", noisy)) == GATEWAY.read_callback(message)


def test_empty_parameters_and_the_hash_type_are_not_signed() -> None:
    message = ipn()
    more = {**message.query, "vnp_BankTranNo2": [""], "vnp_SecureHashType": ["HmacSHA512"]}
    assert GATEWAY.read_callback(Message("GET", more)).outcome is Outcome.PAID


@pytest.mark.parametrize("name", ["vnp_Amount", "vnp_TxnRef", "vnp_OrderInfo"])
@pytest.mark.parametrize("change", [str.lower, str.upper, str.swapcase])
def test_names_have_one_spelling(name: str, change: Any) -> None:
    query = {(change(n) if n == name else n): v for n, v in ipn().query.items()}
    assert refusal(Message("GET", query)) is Verdict.BAD_SIGNATURE


@pytest.mark.parametrize("name", [*IPN, "vnp_SecureHash"])
def test_nothing_may_come_twice(name: str) -> None:
    query = dict(ipn().query)
    for second in (query[name][0], "0", ""):
        assert refusal(Message("GET", {**query, name: [query[name][0], second]})) is Verdict.MALFORMED
        assert refusal(Message("GET", {**query, name: [second, query[name][0]]})) is Verdict.MALFORMED


@pytest.mark.parametrize("name", [*IPN, "vnp_SecureHash"])
def test_nothing_that_was_signed_may_be_missing_or_emptied(name: str) -> None:
    query = dict(ipn().query)
    assert refusal(Message("GET", {**query, name: [""]})) is Verdict.BAD_SIGNATURE
    del query[name]
    assert refusal(Message("GET", query)) is Verdict.BAD_SIGNATURE


@pytest.mark.parametrize("name", ["TmnCode", "TxnRef", "Amount", "ResponseCode", "TransactionStatus"])
def test_what_decides_must_be_there_even_when_it_is_signed(name: str) -> None:
    absent: dict[str, str | None] = {name: None}
    assert refusal(ipn(**absent)) is refusal(ipn(**{name: ""})) is Verdict.MALFORMED


@pytest.mark.parametrize("query", [{}, {"utm": ["1"]}, {"VNP_TXNREF": ["1"]}])
def test_a_call_with_nothing_is_malformed_and_a_return_with_nothing_says_nothing(query: dict[str, list[str]]) -> None:
    assert refusal(Message("GET", query)) is Verdict.MALFORMED
    assert GATEWAY.read_return(Message("GET", query)) is None


@pytest.mark.parametrize("amount", ["15000001", "150000", "1500000000", "1", "99"])
def test_a_slip_of_a_hundred_is_a_wrong_amount(amount: str) -> None:
    """150,000 đồng are 15000000 there; 150000 would be 1,500 đồng, and 1 is no amount of đồng at all."""
    if int(amount) % 100:
        assert refusal(ipn(Amount=amount)) is Verdict.WRONG_AMOUNT
    else:
        assert mismatch(attempt(GATEWAY), GATEWAY.read_callback(ipn(Amount=amount))) is Mismatch.AMOUNT


@pytest.mark.parametrize(
    "amount", ["1e7", "-15000000", "15000000.0", "15,000,000", " 15000000", "１５００", "9" * 15, "0x10"]
)
def test_an_amount_is_digits(amount: str) -> None:
    assert refusal(ipn(Amount=amount)) is Verdict.MALFORMED


def test_another_merchants_message_is_told_apart() -> None:
    evidence = GATEWAY.read_callback(ipn(TmnCode="OTHER001"))
    assert mismatch(attempt(GATEWAY), evidence) is Mismatch.MERCHANT


def test_half_a_character_is_refused_and_does_not_break() -> None:
    query = {**ipn().query, "vnp_OrderInfo": ["\ud800"]}
    assert refusal(Message("GET", query)) is Verdict.MALFORMED
    assert refusal(Message("GET", {**ipn().query, "vnp_SecureHash": ["é"]})) is Verdict.BAD_SIGNATURE


@given(st.sampled_from([*IPN, "vnp_SecureHash"]), st.integers(0, 200), st.integers(1, 255))
def test_one_changed_byte_anywhere_is_refused(name: str, position: int, change: int) -> None:
    query = {n: v[0] for n, v in ipn().query.items()}
    value = bytearray(query[name].encode())
    value[position % len(value)] ^= change
    tampered = value.decode("latin-1")
    assert refusal(got({**query, name: tampered})) in {Verdict.BAD_SIGNATURE, Verdict.MALFORMED}


@given(st.sampled_from(list(IPN)), st.integers(0, 30), st.sampled_from(string.ascii_letters + string.digits + "_"))
def test_one_changed_letter_of_a_name_is_refused(name: str, position: int, letter: str) -> None:
    changed = name[: position % len(name)] + letter + name[position % len(name) + 1 :]
    query = {(changed if n == name else n): v[0] for n, v in ipn().query.items()}
    if changed == name:
        assert GATEWAY.read_callback(got(query)).outcome is Outcome.PAID
    else:
        assert refusal(got(query)) is Verdict.BAD_SIGNATURE


@given(st.dictionaries(st.text(max_size=20), st.lists(st.text(max_size=20), max_size=3), max_size=8))
def test_any_query_is_refused_and_nothing_breaks(query: dict[str, list[str]]) -> None:
    assert refusal(Message("GET", query)) in {Verdict.BAD_SIGNATURE, Verdict.MALFORMED}


def test_values_arrive_decoded_whichever_way_they_were_written() -> None:
    query = ipn().query
    for blank in ("+", "%20"):
        sent = "&".join(f"{name}={quote(values[0]).replace('%20', blank)}" for name, values in query.items())
        assert GATEWAY.read_callback(Message("GET", parse_qs(sent))).outcome is Outcome.PAID


# ---- replies ----


@pytest.mark.parametrize(
    ("verdict", "code"),
    [
        (Verdict.BAD_SIGNATURE, "97"),
        (Verdict.UNKNOWN_ORDER, "01"),
        (Verdict.WRONG_MERCHANT, "01"),
        (Verdict.WRONG_AMOUNT, "04"),
        (Verdict.DUPLICATE, "02"),
        (Verdict.SETTLED, "00"),
        (Verdict.MALFORMED, "99"),
        (Verdict.FAULT, "99"),
    ],
)
def test_each_verdict_has_its_code(verdict: Verdict, code: str) -> None:
    reply = GATEWAY.reply(verdict, ipn(), NOW)
    assert (reply.status, reply.content_type) == (200, "application/json")
    answer = json.loads(reply.body or "")
    assert answer["RspCode"] == code and answer["Message"] and len(answer) == 2


def test_there_is_a_reply_to_every_verdict() -> None:
    assert set(vnpay.REPLIES) == set(Verdict)
