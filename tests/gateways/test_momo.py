"""MoMo's messages: believed when each of its thirteen values is the one that was signed, and not otherwise."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.payment import Evidence, Mismatch, Outcome, Source, mismatch
from chalicelib.gateways.payments import momo
from chalicelib.gateways.payments.contract import BadCallback, Gateway, Message, Reply, Verdict
from chalicelib.gateways.payments.momo import Key, MoMo
from tests.gateways import vectors
from tests.gateways.orders import NOW, OTHER, REFERENCE, attempt, got, posted

pytestmark = pytest.mark.clause("A13", "B6")

NEW, OLD = (
    Key("F8BBA842ECF85", "moi-K951B6PE1waDMi640xX08PD3vg6"),
    Key("A1CBA842ECF00", "cu-K951B6PE1waDMi640xX08PD3vg6"),
)
MOMO = MoMo("MOTCUA", [NEW, OLD], "https://momo.example")
GATEWAY: Gateway = MOMO

RESULT: dict[str, Any] = {
    "partnerCode": "MOTCUA",
    "orderId": REFERENCE,
    "requestId": REFERENCE,
    "amount": 150_000,
    "orderInfo": "Nop le phi ho so H34.05-260302-0001",
    "orderType": "momo_wallet",
    "transId": 4084757146,
    "resultCode": 0,
    "message": "Thành công.",
    "payType": "qr",
    "responseTime": 1772421298123,
    "extraData": "",
}


def signed(key: Key = NEW, **changes: Any) -> dict[str, Any]:
    told = RESULT | changes
    return {**told, "signature": momo.sign(key, told, RESULT)}


def ipn(told: dict[str, Any] | None = None, **changes: Any) -> Message:
    return posted(json.dumps(signed(**changes) if told is None else told, ensure_ascii=False))


def redirect(**changes: Any) -> Message:
    return got({name: str(value) for name, value in signed(**changes).items()})


def refused(message: Message, gateway: MoMo = MOMO) -> BadCallback:
    with pytest.raises(BadCallback) as bad:
        gateway.read_callback(message)
    return bad.value


# Vectors.


def of_vector(vector: dict[str, Any]) -> tuple[MoMo, Key]:
    key = Key(vector["access_key"], vector["secret"])
    return MoMo(vector["params"]["partnerCode"], [key], "https://momo.example"), key


@pytest.mark.parametrize("vector", vectors.of("momo"))
def test_vectors_are_signed_alike(vector: dict[str, Any]) -> None:
    _, key = of_vector(vector)
    assert momo.sign(key, vector["params"], vector["params"]) == vector["signature"]


@pytest.mark.parametrize("vector", vectors.of("momo", "redirect_result_same_order_as_ipn"))
@pytest.mark.parametrize("numbers", [True, False])
def test_results_that_momo_signed_are_believed(vector: dict[str, Any], numbers: bool) -> None:
    gateway, _ = of_vector(vector)
    told = {**vector["params"], "signature": vector["signature"]}
    back = gateway.read_return(got(told))
    if numbers:
        told |= {name: int(told[name]) for name in ("amount", "transId", "resultCode", "responseTime")}
    evidence = gateway.read_callback(ipn(told))
    assert evidence.outcome is Outcome.PAID and evidence.amount == int(vector["params"]["amount"])
    assert evidence.reference == vector["params"]["orderId"] and evidence.transaction == vector["params"]["transId"]
    assert back is not None and back.source is Source.RETURN
    assert back.reference == evidence.reference and back.outcome is Outcome.PAID


@pytest.mark.parametrize("vector", vectors.of("momo", "redirect_result_same_order_as_ipn"))
def test_a_vector_changed_in_any_value_is_refused(vector: dict[str, Any]) -> None:
    gateway, _ = of_vector(vector)
    told = {**vector["params"], "signature": vector["signature"]}
    for name, value in told.items():
        for other in {value + "0", "1" + value, value[:-1], value.upper(), value.lower()} - {value}:
            with pytest.raises(BadCallback):
                gateway.read_callback(ipn(told | {name: other}))


# The callback.


def test_a_signed_result_is_evidence() -> None:
    assert MOMO.read_callback(ipn()) == Evidence(
        gateway="momo",
        source=Source.CALLBACK,
        reference=REFERENCE,
        outcome=Outcome.PAID,
        amount=150_000,
        merchant="MOTCUA",
        transaction="4084757146",
        code="0",
        at=datetime(2026, 3, 2, 3, 14, 58, 123000, tzinfo=UTC),
    )


CODES = {
    0: Outcome.PAID,
    **dict.fromkeys([1000, 7000, 7002, 8000, 9000], Outcome.PENDING),
    **dict.fromkeys([1001, 1002, 1003, 1004, 1005, 1006, 1007, 1017, 1026, 4001, 4002, 4100], Outcome.FAILED),
    **dict.fromkeys([10, 11, 12, 13, 20, 21, 22, 40, 41, 42, 43, 45, 47, 98, 99], Outcome.UNKNOWN),
    **dict.fromkeys([-1, 1, 2, 1080, 1081, 1088, 5555, 999999], Outcome.UNKNOWN),
}


@pytest.mark.parametrize(("code", "outcome"), CODES.items())
def test_what_the_codes_mean(code: int, outcome: Outcome) -> None:
    evidence = MOMO.read_callback(ipn(resultCode=code))
    assert (evidence.outcome, evidence.code) == (outcome, str(code))


@given(st.integers(-(10**5), 10**6 - 1).filter(lambda code: code != 0))
def test_no_other_code_is_money(code: int) -> None:
    assert MOMO.read_callback(ipn(resultCode=code)).outcome is not Outcome.PAID


def test_authorised_is_paid_only_where_the_contract_has_one_step() -> None:
    one_step = MoMo("MOTCUA", [NEW], "https://momo.example", auto_capture=True)
    assert one_step.read_callback(ipn(resultCode=9000)).outcome is Outcome.PAID
    assert MOMO.read_callback(ipn(resultCode=9000)).outcome is Outcome.PENDING


@pytest.mark.parametrize("number", [0, "0", ""])
def test_paid_under_no_number_cannot_be_settled(number: Any) -> None:
    if number == "":
        assert refused(ipn(transId=number)).verdict is Verdict.MALFORMED
        return
    evidence = MOMO.read_callback(ipn(transId=number))
    assert mismatch(attempt(MOMO), evidence) is Mismatch.NO_TRANSACTION


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, None),
        ({"partnerCode": "OTHER"}, Mismatch.MERCHANT),
        ({"amount": 15_000_000}, Mismatch.AMOUNT),
        ({"amount": 1_500}, Mismatch.AMOUNT),
        ({"amount": 149_999}, Mismatch.AMOUNT),
        ({"partnerCode": "OTHER", "amount": 1}, Mismatch.MERCHANT),
    ],
)
def test_what_contradicts_the_attempt(changes: dict[str, Any], found: Mismatch | None) -> None:
    assert mismatch(attempt(MOMO), MOMO.read_callback(ipn(**changes))) is found


@pytest.mark.parametrize("key", [NEW, OLD])
def test_each_live_key_signs(key: Key) -> None:
    assert MOMO.read_callback(ipn(key=key)).outcome is Outcome.PAID


def test_keys_hold_only_in_their_pairs_and_while_they_live() -> None:
    assert refused(ipn(key=Key(NEW.access, OLD.secret))).verdict is Verdict.BAD_SIGNATURE
    assert refused(ipn(key=Key(OLD.access, NEW.secret))).verdict is Verdict.BAD_SIGNATURE
    rotated = MoMo("MOTCUA", [NEW], "https://momo.example")
    assert refused(ipn(key=OLD), rotated).verdict is Verdict.BAD_SIGNATURE


@pytest.mark.parametrize("keys", [[], [Key("", "x")], [Key("x", "")], [NEW, Key("x", "")]])
def test_no_connection_without_keys(keys: list[Key]) -> None:
    with pytest.raises(ValueError):
        MoMo("MOTCUA", keys, "https://momo.example")


def test_secrets_are_not_shown() -> None:
    assert NEW.secret not in repr(MOMO) and NEW.access in repr(MOMO)


@given(st.sampled_from(["message", "orderInfo"]), st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_texts_are_signed_as_they_came(name: str, text: str) -> None:
    changes: dict[str, Any] = {name: text}
    message = ipn(**changes)
    if any(f"&{field}=" in text for field in RESULT):
        assert refused(message).verdict is Verdict.MALFORMED
    else:
        assert MOMO.read_callback(message).reference == REFERENCE


def test_composed_and_decomposed_letters_are_different_texts() -> None:
    told = signed(message="Thành công.")
    assert refused(ipn(told | {"message": "Tha\u0300nh co\u0302ng."})).verdict is Verdict.BAD_SIGNATURE


@given(st.data())
def test_one_changed_byte_is_noticed(data: st.DataObject) -> None:
    message = ipn()
    at = data.draw(st.integers(0, len(message.body) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != message.body[at]))
    changed = message.body[:at] + bytes([byte]) + message.body[at + 1 :]
    try:
        evidence = MOMO.read_callback(posted(changed))
    except BadCallback:
        return
    # White space, or a name that is not signed (there is none here): the meaning is the same.
    assert json.loads(changed) == json.loads(message.body) and evidence == MOMO.read_callback(message)


@pytest.mark.parametrize("name", list(RESULT))
@pytest.mark.parametrize("value", [None, True, [], {}, 1.5])
def test_every_signed_field_is_text_or_number(name: str, value: Any) -> None:
    assert refused(ipn(signed() | {name: value})).verdict is Verdict.MALFORMED


@pytest.mark.parametrize("name", list(RESULT))
def test_every_signed_field_must_be_there(name: str) -> None:
    told = signed()
    del told[name]
    bad = refused(ipn(told))
    assert bad.verdict is Verdict.MALFORMED and name in bad.why


@pytest.mark.parametrize("signature", [None, "", 0, [], "0" * 64, "é" * 64, "\ud800"])
def test_without_a_signature_nothing_is_believed(signature: Any) -> None:
    body = json.dumps(signed() | {"signature": signature})
    verdict = Verdict.MALFORMED if signature == "\ud800" else Verdict.BAD_SIGNATURE
    assert refused(posted(body)).verdict is verdict


def test_capital_hex_is_another_signature() -> None:
    assert refused(ipn(signed() | {"signature": signed()["signature"].upper()})).verdict is Verdict.BAD_SIGNATURE


def test_a_doubled_key_is_refused_whichever_is_signed() -> None:
    body = json.dumps(signed())
    for doubled in ('"amount": 1, ', '"resultCode": 0, ', '"signature": "x", '):
        assert refused(posted("{" + doubled + body[1:])).verdict is Verdict.MALFORMED


def test_further_fields_are_passed_over() -> None:
    more = signed() | {"paymentOption": "momo", "promotionInfo": [{"amount": 1}], "userFee": 0, "storeId": None}
    assert MOMO.read_callback(ipn(more)) == MOMO.read_callback(ipn())


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": "150.000"},
        {"amount": "-150000"},
        {"amount": " 150000"},
        {"amount": "1e5"},
        {"amount": ""},
        {"amount": "\u0661"},
        {"resultCode": ""},
        {"resultCode": "zero"},
        {"resultCode": "+0"},
        {"transId": "x"},
        {"transId": -4},
        {"responseTime": ""},
        {"responseTime": "9" * 15},
        {"extraData": "&message=x"},
        {"message": "x&orderId=" + OTHER},
    ],
    ids=str,
)
def test_signed_nonsense_is_malformed(changes: dict[str, Any]) -> None:
    assert refused(ipn(**changes)).verdict is Verdict.MALFORMED


def test_a_value_cannot_be_moved_into_another_field() -> None:
    """The signed text is the same for both, and only one of them is what MoMo said."""
    honest = signed(extraData="a&message=b", message="Thành công.")
    moved = {**honest, "extraData": "a", "message": "b&message=Thành công."}
    raw = {json.dumps(each, sort_keys=True) for each in (honest, moved)}
    assert len(raw) == 2
    assert refused(ipn(honest)).verdict is refused(ipn(moved)).verdict is Verdict.MALFORMED


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{}", b"<html>", b"\xff", b"[" * 50_000, b'{"a":' * 9_999])
def test_no_object_is_malformed(body: bytes) -> None:
    assert refused(posted(body)).verdict is Verdict.MALFORMED


def test_a_get_is_no_callback() -> None:
    assert refused(redirect()).verdict is Verdict.MALFORMED


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_in_order(body: bytes) -> None:
    assert refused(posted(body)).verdict in (Verdict.MALFORMED, Verdict.BAD_SIGNATURE)


# The way back.


def test_the_browser_brings_the_same_result() -> None:
    back = MOMO.read_return(redirect())
    assert back is not None and back.source is Source.RETURN
    assert (back.reference, back.outcome, back.amount, back.code) == (REFERENCE, Outcome.PAID, 150_000, "0")


def test_an_address_without_a_result_says_nothing() -> None:
    assert MOMO.read_return(got({})) is None
    assert MOMO.read_return(got({"lang": "vi"})) is None


def test_parameters_of_others_do_not_matter_and_doubled_ones_are_refused() -> None:
    message = redirect()
    more = Message("GET", query={**message.query, "utm_source": ["a", "b"]})
    assert MOMO.read_return(more) == MOMO.read_return(message)
    for name in (*RESULT, "signature"):
        for values in (["x", message.query[name][0]], [message.query[name][0]] * 2, []):
            with pytest.raises(BadCallback) as bad:
                MOMO.read_return(Message("GET", query={**message.query, name: values}))
            assert bad.value.verdict is Verdict.MALFORMED


@pytest.mark.parametrize("name", [*RESULT, "signature"])
def test_a_forged_way_back_is_refused(name: str) -> None:
    message = redirect()
    with pytest.raises(BadCallback):
        MOMO.read_return(Message("GET", query={**message.query, name: [message.query[name][0] + "0"]}))
    left = {each: values for each, values in message.query.items() if each != name}
    with pytest.raises(BadCallback):
        MOMO.read_return(Message("GET", query=left))


# Replies.


def test_only_what_is_settled_ends_the_calls() -> None:
    replies = {verdict: MOMO.reply(verdict, ipn(), NOW) for verdict in Verdict}
    assert {verdict for verdict, reply in replies.items() if reply.status == 204} == {
        Verdict.SETTLED,
        Verdict.DUPLICATE,
    }
    assert replies[Verdict.FAULT].status == 503
    assert all(reply.status < 500 for verdict, reply in replies.items() if verdict is not Verdict.FAULT)
    assert all(reply == Reply(reply.status, None) for reply in replies.values())


# orderId.

OFFICIAL_PATTERN = r"[0-9a-zA-Z]([-_.]*[0-9a-zA-Z]+)*"


@given(st.text("aZ0-_.é ", max_size=8))
def test_order_ids_are_those_of_the_document(text: str) -> None:
    assert bool(momo.ORDER_ID.fullmatch(text)) == bool(re.fullmatch(OFFICIAL_PATTERN, text, re.ASCII))


def test_order_ids_are_checked_in_no_time() -> None:
    began = datetime.now(UTC)
    assert momo.ORDER_ID.fullmatch("a" * 200 + "!") is None
    assert (datetime.now(UTC) - began).total_seconds() < 0.5
