"""ZaloPay's messages: the signed string is verified as it came, before anything in it is looked at."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.payment import Evidence, Mismatch, Outcome, Source, mismatch
from chalicelib.gateways.payments import zalopay
from chalicelib.gateways.payments.contract import BadCallback, Gateway, Message, Verdict
from chalicelib.gateways.payments.zalopay import Keys, ZaloPay
from tests.gateways import vectors
from tests.gateways.orders import NOW, OTHER, REFERENCE, attempt, got, posted

pytestmark = pytest.mark.clause("A13", "B6")

NEW, OLD = Keys("key1-moi", "key2-moi"), Keys("key1-cu", "key2-cu")
ZALOPAY = ZaloPay("2553", [NEW, OLD], "https://zalopay.example")
GATEWAY: Gateway = ZALOPAY

DATA: dict[str, Any] = {
    "app_id": 2553,
    "app_trans_id": f"260302_{REFERENCE}",
    "app_time": 1772421300000,
    "app_user": "motcua",
    "amount": 150_000,
    "embed_data": '{"redirecturl": "https://portal.example/về"}',
    "item": "[]",
    "zp_trans_id": 260302000000389,
    "server_time": 1772421498123,
    "channel": 38,
    "merchant_user_id": "7ZMSl3nEg5s",
    "user_fee_amount": 0,
    "discount_amount": 0,
}


def told(data: str | None = None, key2: str = NEW.key2, type_: Any = 1, **changes: Any) -> dict[str, Any]:
    text = json.dumps(DATA | changes, ensure_ascii=False) if data is None else data
    return {"data": text, "mac": zalopay.sign(key2, text), "type": type_}


def callback(body: dict[str, Any] | None = None, **changes: Any) -> Message:
    return posted(json.dumps(told(**changes) if body is None else body, ensure_ascii=False))


def refused(message: Message, gateway: ZaloPay = ZALOPAY) -> BadCallback:
    with pytest.raises(BadCallback) as bad:
        gateway.read_callback(message)
    return bad.value


# Vectors.


@pytest.mark.parametrize("vector", vectors.of("zalopay", "callback"))
def test_a_callback_that_zalopay_signed_is_believed(vector: dict[str, Any]) -> None:
    gateway = ZaloPay("2553", [OLD, Keys("key1", vector["secret"])], "https://zalopay.example")
    assert gateway.read_callback(posted(vector["raw_body"])) == Evidence(
        gateway="zalopay",
        source=Source.CALLBACK,
        reference="2553_1598435687208",
        outcome=Outcome.PAID,
        amount=10_000,
        merchant="2553",
        transaction="200904000000389",
        code="1",
        at=datetime(2020, 9, 4, 3, 16, 53, 498000, tzinfo=UTC),
    )


@pytest.mark.parametrize("vector", vectors.of("zalopay", "callback"))
def test_the_same_data_written_otherwise_is_not_what_was_signed(vector: dict[str, Any]) -> None:
    gateway = ZaloPay("2553", [Keys("key1", vector["secret"])], "https://zalopay.example")
    body = json.loads(vector["raw_body"])
    for data in (
        json.dumps(json.loads(body["data"])),
        body["data"] + " ",
        body["data"].replace(":10000,", ":1000000,"),
    ):
        assert data != body["data"]
        assert refused(posted(json.dumps(body | {"data": data})), gateway).verdict is Verdict.BAD_SIGNATURE


@pytest.mark.parametrize("vector", vectors.of("zalopay", "create_request"))
def test_orders_are_signed_like_the_vector(vector: dict[str, Any]) -> None:
    p = vector["params"]
    order = ("app_id", "app_trans_id", "app_user", "amount", "app_time", "embed_data", "item")
    assert zalopay.sign(vector["secret"], *(p[name] for name in order)) == vector["signature"]


@pytest.mark.parametrize("vector", vectors.of("zalopay", "query_request"))
def test_questions_are_signed_like_the_vector(vector: dict[str, Any]) -> None:
    p, key1 = vector["params"], vector["secret"]
    assert zalopay.sign(key1, p["app_id"], p["app_trans_id"], key1) == vector["signature"]


@pytest.mark.parametrize("vector", vectors.of("zalopay"))
def test_every_vector_is_signed_over_its_string(vector: dict[str, Any]) -> None:
    assert zalopay.sign(vector["secret"], *vector["string_to_sign"].split("|")) == vector["signature"]


# The callback.


def test_a_signed_callback_is_evidence() -> None:
    assert ZALOPAY.read_callback(callback()) == Evidence(
        gateway="zalopay",
        source=Source.CALLBACK,
        reference=REFERENCE,
        outcome=Outcome.PAID,
        amount=150_000,
        merchant="2553",
        transaction="260302000000389",
        code="1",
        at=datetime(2026, 3, 2, 3, 18, 18, 123000, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, None),
        ({"app_id": 2554}, Mismatch.MERCHANT),
        ({"amount": 15_000_000}, Mismatch.AMOUNT),
        ({"amount": 1_500}, Mismatch.AMOUNT),
        ({"zp_trans_id": 0}, Mismatch.NO_TRANSACTION),
    ],
)
def test_what_contradicts_the_attempt(changes: dict[str, Any], found: Mismatch | None) -> None:
    assert mismatch(attempt(ZALOPAY), ZALOPAY.read_callback(callback(**changes))) is found


@pytest.mark.parametrize("keys", [NEW, OLD])
def test_each_live_key_signs(keys: Keys) -> None:
    assert ZALOPAY.read_callback(callback(key2=keys.key2)).outcome is Outcome.PAID


def test_key1_does_not_sign_callbacks_and_dead_keys_sign_nothing() -> None:
    assert refused(callback(key2=NEW.key1)).verdict is Verdict.BAD_SIGNATURE
    rotated = ZaloPay("2553", [NEW], "https://zalopay.example")
    assert refused(callback(key2=OLD.key2), rotated).verdict is Verdict.BAD_SIGNATURE


@given(st.data())
def test_one_changed_byte_is_noticed(data: st.DataObject) -> None:
    message = callback()
    at = data.draw(st.integers(0, len(message.body) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != message.body[at]))
    changed = message.body[:at] + bytes([byte]) + message.body[at + 1 :]
    try:
        evidence = ZALOPAY.read_callback(posted(changed))
    except BadCallback:
        return
    # Outside the signed string: blanks between fields.
    assert json.loads(changed) == json.loads(message.body) and evidence == ZALOPAY.read_callback(message)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_any_text_in_it_is_signed_as_it_came(text: str) -> None:
    assert ZALOPAY.read_callback(callback(embed_data=text, item=text, app_user=text)).reference == REFERENCE


@pytest.mark.parametrize("type_", [0, 2, 3, None, True, [], "agreement"])
def test_only_orders_are_read(type_: Any) -> None:
    assert refused(callback(type_=type_)).verdict is Verdict.MALFORMED


@pytest.mark.parametrize("mac", [None, "", 0, [], "0" * 64, "é" * 64])
def test_without_a_mac_nothing_is_believed(mac: Any) -> None:
    assert refused(callback(told() | {"mac": mac})).verdict is Verdict.BAD_SIGNATURE


def test_a_mac_in_capitals_or_missing_is_none() -> None:
    body = told()
    assert refused(callback(body | {"mac": body["mac"].upper()})).verdict is Verdict.BAD_SIGNATURE
    del body["mac"]
    assert refused(callback(body)).verdict is Verdict.BAD_SIGNATURE


@pytest.mark.parametrize("data", [None, 5, {}, [], DATA])
def test_data_is_a_string(data: Any) -> None:
    assert refused(callback(told() | {"data": data})).verdict is Verdict.MALFORMED


@pytest.mark.parametrize(
    "data", ["", "[]", "null", "x", "{", '{"app_id":2553,"app_id":2553}', '{"a":NaN}', "[" * 9_999, "\ufeff{}"]
)
def test_signed_nonsense_is_malformed(data: str) -> None:
    assert refused(callback(data=data)).verdict is Verdict.MALFORMED


@pytest.mark.parametrize("name", ["app_id", "app_trans_id", "amount", "zp_trans_id", "server_time"])
@pytest.mark.parametrize("value", [None, True, "x", -1, 1.5, [], "", "\u0661"])
def test_what_is_needed_must_make_sense(name: str, value: Any) -> None:
    assert refused(callback(**{name: value})).verdict is Verdict.MALFORMED


@pytest.mark.parametrize("name", list(DATA))
def test_what_is_needed_must_be_there(name: str) -> None:
    left = json.dumps({each: value for each, value in DATA.items() if each != name})
    if name in {"app_id", "app_trans_id", "amount", "zp_trans_id", "server_time"}:
        assert refused(callback(data=left)).verdict is Verdict.MALFORMED
    else:
        assert ZALOPAY.read_callback(callback(data=left)).reference == REFERENCE


@pytest.mark.parametrize(
    "number",
    ["260302", "260302_", f"26030_{REFERENCE}", f"2603020_{REFERENCE}", f"260302-{REFERENCE}", "260302_" + "x" * 34],
)
def test_numbers_that_are_not_ours(number: str) -> None:
    assert refused(callback(app_trans_id=number)).verdict is Verdict.MALFORMED


def test_doubled_keys_around_the_data_are_refused() -> None:
    body = json.dumps(told())
    for doubled in ('"data": "{}", ', '"mac": "x", ', '"type": 1, '):
        assert refused(posted("{" + doubled + body[1:])).verdict is Verdict.MALFORMED


def test_numbers_may_come_as_text() -> None:
    text: dict[str, Any] = {name: str(DATA[name]) for name in ("app_id", "amount", "zp_trans_id", "server_time")}
    assert ZALOPAY.read_callback(callback(type_="1", **text)) == ZALOPAY.read_callback(callback())


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"<html>", b"\xff", b"[" * 50_000])
def test_no_object_is_malformed(body: bytes) -> None:
    assert refused(posted(body)).verdict is Verdict.MALFORMED


def test_a_get_is_no_callback() -> None:
    assert refused(Message("GET", body=callback().body)).verdict is Verdict.MALFORMED


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_in_order(body: bytes) -> None:
    assert refused(posted(body)).verdict in (Verdict.MALFORMED, Verdict.BAD_SIGNATURE)


# The way back.

BACK = {
    "appid": "2553",
    "apptransid": f"260302_{REFERENCE}",
    "pmcid": "38",
    "bankcode": "",
    "amount": "150000",
    "discountamount": "0",
    "status": "1",
}


def way_back(key2: str = NEW.key2, **changes: str) -> dict[str, str]:
    values = BACK | changes
    return {**values, "checksum": zalopay.sign(key2, *values.values())}


@pytest.mark.parametrize(("status", "outcome"), [("1", Outcome.PAID), ("-49", Outcome.FAILED), ("2", Outcome.FAILED)])
def test_the_browser_brings_what_is_shown(status: str, outcome: Outcome) -> None:
    assert ZALOPAY.read_return(got(way_back(status=status))) == Evidence(
        "zalopay", Source.RETURN, REFERENCE, outcome, 150_000, "2553", code=status
    )


def test_an_address_without_a_result_says_nothing() -> None:
    assert ZALOPAY.read_return(got({"lang": "vi"})) is None


@pytest.mark.parametrize("name", [*BACK, "checksum"])
def test_a_forged_way_back_is_refused(name: str) -> None:
    values = way_back()
    assert ZALOPAY.read_return(got(values)) is not None
    for changed in (
        got(values | {name: values[name] + "0"}),
        got({each: value for each, value in values.items() if each != name}),
        Message("GET", query={each: [value] * (1 + (each == name)) for each, value in values.items()}),
    ):
        with pytest.raises(BadCallback):
            ZALOPAY.read_return(changed)


@pytest.mark.parametrize(
    "changes", [{"apptransid": "x"}, {"amount": "1.000"}, {"status": "ok"}, {"apptransid": f"260302_{OTHER}|"}]
)
def test_a_way_back_that_makes_no_sense(changes: dict[str, str]) -> None:
    with pytest.raises(BadCallback) as bad:
        ZALOPAY.read_return(got(way_back(**changes)))
    assert bad.value.verdict is Verdict.MALFORMED


# Replies.

REPLIES = {
    Verdict.SETTLED: 1,
    Verdict.DUPLICATE: 2,
    Verdict.BAD_SIGNATURE: -1,
    Verdict.MALFORMED: 2,
    Verdict.UNKNOWN_ORDER: 2,
    Verdict.WRONG_MERCHANT: 2,
    Verdict.WRONG_AMOUNT: 2,
    Verdict.FAULT: 0,
}


@pytest.mark.parametrize("verdict", Verdict)
def test_replies(verdict: Verdict) -> None:
    reply = ZALOPAY.reply(verdict, callback(), NOW)
    said = json.loads(reply.body or "")
    assert (reply.status, said["return_code"]) == (200, REPLIES[verdict]) and said["return_message"]
    assert said["return_code"] != 3  # an old document: 3 pays the money back into the payer's wallet


# Numbers and connections.


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 3, 1, 16, 59, 59, tzinfo=UTC), "260301"),
        (datetime(2026, 3, 1, 17, 0, tzinfo=UTC), "260302"),
        (datetime(2026, 12, 31, 17, 0, tzinfo=UTC), "270101"),
    ],
)
def test_numbers_begin_with_the_day_in_vietnam(moment: datetime, day: str) -> None:
    assert zalopay.number_of(moment, REFERENCE) == f"{day}_{REFERENCE}"


@pytest.mark.parametrize("changes", [{"merchant": "MOTCUA"}, {"merchant": ""}, {"keys": []}, {"keys": [Keys("", "x")]}])
def test_connections_that_cannot_be(changes: dict[str, Any]) -> None:
    given: dict[str, Any] = {"merchant": "2553", "keys": [NEW], "address": "https://zalopay.example"}
    with pytest.raises(ValueError):
        ZaloPay(**(given | changes))


def test_keys_are_not_shown() -> None:
    assert "key1-moi" not in repr(ZALOPAY) and "key2-moi" not in repr(ZALOPAY)
