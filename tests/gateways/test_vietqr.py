"""Transfers: the payload of an order, and notices of a bank, believed only when signed, whole and of now."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.payment import Evidence, Mismatch, Outcome, Source, mismatch
from chalicelib.domain.refund import RefundOutcome
from chalicelib.errors import Invalid
from chalicelib.gateways.payments import emv, vietqr
from chalicelib.gateways.payments.contract import BadCallback, Bank, Message, Reply, Verdict
from chalicelib.gateways.payments.vietqr import VietQR
from tests.gateways.orders import NOW, OTHER, REFERENCE, REFUND, attempt, order, posted

pytestmark = pytest.mark.clause("A13", "B6")

NEW, OLD = "moi-0123456789abcdef", "cu-0123456789abcdef"
ACCOUNT = "0011012345678"
VIETQR = VietQR("970403", ACCOUNT, "Ủy ban nhân dân tỉnh Kon Tum", "Kon Tum", [NEW, OLD])
BANK: Bank = VIETQR

ENTRY = {
    "id": "FT26061-0001",
    "account": ACCOUNT,
    "amount": 150_000,
    "currency": "VND",
    "at": "2026-03-02T10:14:58+07:00",
    "description": f"NGUYEN VAN A chuyen tien {REFERENCE}",
}


def signature(body: bytes, *secrets: str, at: datetime = NOW) -> str:
    t = str(int(at.timestamp()))
    signs = [hmac.new(s.encode(), t.encode() + b"." + body, hashlib.sha256).hexdigest() for s in secrets or (NEW,)]
    return ",".join([f"t={t}", *(f"v1={sign}" for sign in signs)])


def notice(*entries: Any, **changes: Any) -> Message:
    body = json.dumps({"transactions": [entry | changes for entry in entries or (ENTRY,)]}, ensure_ascii=False).encode()
    return posted(body, motcua_signature=signature(body))


def refused(message: Message, now: datetime = NOW) -> BadCallback:
    with pytest.raises(BadCallback) as bad:
        VIETQR.read_notices(message, now)
    return bad.value


# Orders.


def test_an_order_becomes_a_payload_with_its_reference() -> None:
    started = VIETQR.start(order())
    assert started.pay_url is None and started.qr is not None
    assert emv.read(started.qr) == emv.Transfer(
        "970403", ACCOUNT, 150_000, purpose=REFERENCE, holder="UY BAN NHAN DAN TINH KON", city="KON TUM"
    )


@pytest.mark.parametrize("amount", [1, 499_999_999])
def test_amounts_at_the_limits(amount: int) -> None:
    assert emv.read(VIETQR.start(order(amount=amount)).qr or "").amount == amount


@pytest.mark.parametrize("amount", [-1, 0, 500_000_000])
def test_amounts_beyond_the_limits_are_refused(amount: int) -> None:
    with pytest.raises(Invalid) as invalid:
        VIETQR.start(order(amount=amount))
    assert invalid.value.code == "AmountNotForChannel" and invalid.value.params["most"] == "499.999.999"


@pytest.mark.parametrize("wrong", [{"bank": "97040"}, {"merchant": ""}, {"merchant": "00-11"}, {"secrets": [""]}])
def test_a_wrong_account_is_found_when_it_is_configured(wrong: dict[str, Any]) -> None:
    given = {"bank": "970403", "merchant": ACCOUNT, "holder": "A", "city": "B", "secrets": [NEW]}
    with pytest.raises(ValueError):
        VietQR(**(given | wrong))


def test_there_is_nobody_to_ask_and_no_way_back() -> None:
    assert VIETQR.ask(REFERENCE, NOW, NOW, "") == Evidence("vietqr", Source.QUERY, REFERENCE, Outcome.UNKNOWN)
    assert not VIETQR.refunds
    assert VIETQR.refund(REFUND).outcome is VIETQR.ask_refund(REFUND).outcome is RefundOutcome.UNKNOWN


def test_secrets_are_not_shown() -> None:
    assert NEW not in repr(VIETQR)


# Notices.


def test_a_notice_tells_of_a_payment() -> None:
    (evidence,) = VIETQR.read_notices(notice(), NOW)
    assert evidence == Evidence(
        gateway="vietqr",
        source=Source.NOTICE,
        reference=REFERENCE,
        outcome=Outcome.PAID,
        amount=150_000,
        merchant=ACCOUNT,
        currency="VND",
        transaction="FT26061-0001",
        at=datetime(2026, 3, 2, 3, 14, 58, tzinfo=UTC),
        text=f"NGUYEN VAN A chuyen tien {REFERENCE}",
    )


def test_several_payments_in_one_notice_keep_their_order() -> None:
    told = notice(
        ENTRY, ENTRY | {"id": "FT-2", "description": f"x {OTHER}"}, ENTRY | {"id": "FT-3", "description": "?"}
    )
    found = VIETQR.read_notices(told, NOW)
    assert [(e.transaction, e.reference) for e in found] == [
        ("FT26061-0001", REFERENCE),
        ("FT-2", OTHER),
        ("FT-3", ""),
    ]


@pytest.mark.parametrize(
    ("description", "reference"),
    [
        (REFERENCE, REFERENCE),
        (f"{REFERENCE[:6]} {REFERENCE[6:]}", REFERENCE),  # banks break long words
        (f"MBVCB.123.{REFERENCE.lower()}.CT tu 0123", REFERENCE),
        (f"{REFERENCE} {REFERENCE}", REFERENCE),
        (f"nộp phí – {REFERENCE}", REFERENCE),
        ("", ""),
        ("nop le phi", ""),
        (REFERENCE[:-1], ""),
        (REFERENCE[:-1] + ("2" if REFERENCE[-1] != "2" else "3"), ""),
        (f"{REFERENCE} {OTHER}", ""),  # two dossiers, one transfer: a person must look
    ],
)
def test_the_reference_is_found_in_what_the_payer_wrote(description: str, reference: str) -> None:
    (evidence,) = VIETQR.read_notices(notice(description=description), NOW)
    assert evidence.reference == reference and evidence.amount == 150_000


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, None),
        ({"account": "999"}, Mismatch.MERCHANT),
        ({"amount": 15_000_000}, Mismatch.AMOUNT),
        ({"amount": 1_500}, Mismatch.AMOUNT),
        ({"currency": "USD"}, Mismatch.CURRENCY),
    ],
)
def test_other_money_than_was_asked_for_contradicts_the_attempt(
    changes: dict[str, Any], found: Mismatch | None
) -> None:
    (evidence,) = VIETQR.read_notices(notice(**changes), NOW)
    assert mismatch(attempt(VIETQR), evidence) is found


@pytest.mark.parametrize("seconds", [-300, -1, 0, 1, 300])
def test_clocks_may_differ_by_five_minutes(seconds: int) -> None:
    assert VIETQR.read_notices(notice(), NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize("seconds", [-301, 301, 86400, -86400])
def test_a_notice_of_another_time_is_a_replay(seconds: int) -> None:
    bad = refused(notice(), NOW + timedelta(seconds=seconds))
    assert bad.verdict is Verdict.BAD_SIGNATURE and "time" in bad.why


@pytest.mark.parametrize("secrets", [(NEW,), (OLD,), (OLD, NEW), ("unknown", OLD), ("unknown", "other", NEW)])
def test_each_live_secret_holds_alone_or_among_others(secrets: tuple[str, ...]) -> None:
    body = notice().body
    assert VIETQR.read_notices(posted(body, motcua_signature=signature(body, *secrets)), NOW)


def test_after_the_rotation_the_old_secret_is_dead() -> None:
    body = notice().body
    rotated = VietQR("970403", ACCOUNT, "A", "B", [NEW])
    with pytest.raises(BadCallback):
        rotated.read_notices(posted(body, motcua_signature=signature(body, OLD)), NOW)


def headers_that_do_not_hold() -> list[str]:
    good = signature(notice().body)
    t, v1 = good.split(",")
    return [
        "",
        t,
        v1,
        f"{t},{v1[:-1]}",
        f"{t},{v1}0",
        f"{t},{v1.upper()}",
        f"{t},v1=",
        f"{t},v0={v1[3:]}",
        f"{t},{t},{v1}",
        f"t=,{v1}",
        f"t=-{t[2:]},{v1}",
        f"t={t[2:]}.0,{v1}",
        f"t={t[2:]}\u0661,{v1}",
        f"t={int(t[2:]) + 1},{v1}",
        f"{t}," + ",".join([v1] * 9),
        v1[3:],
    ]


@pytest.mark.parametrize("header", headers_that_do_not_hold())
def test_signatures_that_do_not_hold(header: str) -> None:
    assert refused(posted(notice().body, motcua_signature=header)).verdict is Verdict.BAD_SIGNATURE


def test_unsigned_is_refused() -> None:
    assert refused(posted(notice().body)).verdict is Verdict.BAD_SIGNATURE


@given(st.data())
def test_one_changed_byte_is_noticed(data: st.DataObject) -> None:
    told = notice()
    at = data.draw(st.integers(0, len(told.body) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != told.body[at]))
    changed = told.body[:at] + bytes([byte]) + told.body[at + 1 :]
    assert refused(posted(changed, **{"motcua_signature": told.headers[vietqr.HEADER]})).verdict is (
        Verdict.BAD_SIGNATURE
    )


def signed(body: bytes) -> Message:
    return posted(body, motcua_signature=signature(body))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b"<html>",
        b'{"transactions":{}}',
        b'{"transactions":[]}',
        b'{"transactions":[1]}',
        b'{"transactions":[[]]}',
        b'{"transactions":[{}]}',
        b'{"transactions":[{"id":"1","id":"2"}]}',
        b'{"transactions":null,"transactions":[]}',
        b"\xff\xfe{}",
        b"[" * 50_000,
        json.dumps({"transactions": [ENTRY] * 101}).encode(),
        b'{"transactions":"' + b"x" * 70_000 + b'"}',
    ],
    ids=range(15),
)
def test_signed_nonsense_is_malformed(body: bytes) -> None:
    assert refused(signed(body)).verdict is Verdict.MALFORMED


@pytest.mark.parametrize(
    "changes",
    [
        {"id": ""},
        {"id": 17},
        {"id": "a#b"},
        {"id": "x" * 65},
        {"id": None},
        {"account": ""},
        {"account": 11012345678},
        {"account": "0011 0123"},
        {"amount": "150000"},
        {"amount": 150_000.0},
        {"amount": 0},
        {"amount": -150_000},
        {"amount": True},
        {"amount": None},
        {"amount": 10**15},
        {"currency": ""},
        {"currency": "vnd"},
        {"currency": 704},
        {"at": "2026-03-02T10:14:58"},
        {"at": "02/03/2026"},
        {"at": 1772421298},
        {"description": None},
        {"description": "x" * 501},
    ],
    ids=str,
)
def test_a_wrong_entry_spoils_the_notice_and_is_named(changes: dict[str, Any]) -> None:
    bad = refused(notice(ENTRY, ENTRY | {"id": "FT-2"} | changes))
    assert bad.verdict is Verdict.MALFORMED and f"transactions[1].{next(iter(changes))}" in bad.why


@pytest.mark.parametrize("field", list(ENTRY))
def test_a_missing_field_is_named(field: str) -> None:
    left = {name: value for name, value in ENTRY.items() if name != field}
    assert f"transactions[0].{field}" in refused(notice(left)).why


def test_fields_that_others_add_are_passed_over() -> None:
    assert VIETQR.read_notices(notice(bank="BIDV", payer=None, balance=1.5), NOW)


def test_only_posts_are_notices() -> None:
    told = notice()
    assert refused(Message("GET", body=told.body, headers=told.headers)).verdict is Verdict.MALFORMED


@given(st.binary(max_size=200), st.text(max_size=80))
def test_whatever_comes_is_refused_in_order(body: bytes, header: str) -> None:
    assert refused(posted(body, motcua_signature=header)).verdict is Verdict.BAD_SIGNATURE


NAMES = st.sampled_from([*ENTRY, "transactions"])
NONSENSE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner),
    max_leaves=8,
)


@given(NONSENSE)
def test_whatever_else_is_signed_is_malformed(told: Any) -> None:
    body = json.dumps({"transactions": [told]}).encode()
    assert refused(signed(body)).verdict is Verdict.MALFORMED


@pytest.mark.parametrize("verdict", Verdict)
def test_replies(verdict: Verdict) -> None:
    status = {Verdict.BAD_SIGNATURE: 401, Verdict.MALFORMED: 400, Verdict.FAULT: 503}.get(verdict, 200)
    assert VIETQR.reply(verdict, notice(), NOW) == Reply(status, f'{{"status": "{verdict.value}"}}')
