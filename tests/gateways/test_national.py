"""The national platform's confirm: what is believed, what is refused, what is answered."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.payment import Evidence, Mismatch, Outcome, Source, mismatch
from chalicelib.domain.refund import RefundOutcome
from chalicelib.gateways import wire
from chalicelib.gateways.payments import national
from chalicelib.gateways.payments.contract import VIETNAM, BadCallback, Gateway, Message, Verdict
from chalicelib.gateways.payments.national import Account, National
from tests.gateways.orders import NOW, REFERENCE, attempt, posted, refund

pytestmark = pytest.mark.clause("B6")

NEW, OLD = "NEWSECRET9F2C", "OLDSECRET77A1"
ACCOUNTS = {"": Account("VCB", "0011000000001", "SO TAI CHINH")}


def gateway(*secrets: str, **changes: Any) -> National:
    given = {"merchant": "DT0034", "secrets": secrets or (NEW, OLD), "accounts": ACCOUNTS}
    addresses = {"init_url": "https://platform.example/init", "query_url": "https://platform.example/query"}
    return National(**{**given, **addresses, **changes})


GATEWAY = gateway()
A_GATEWAY: Gateway = GATEWAY  # the type checker compares it with the contract

CONFIRM: dict[str, Any] = {
    "LoaiBanTin": "CONFIRM",
    "MaLoi": "00",
    "MaDoiTac": "DT0034",
    "MaThamChieu": REFERENCE,
    "SoTien": "150000",
    "MaTienTe": "VND",
    "MaGiaoDich": "PP26030200017",
    "MaNganHang": "VCB",
    "ThoiGianGD": "20260302131806",
    "ThongTinGiaoDich": "Nop le phi ho so H34.05-260302-0001",
}


def digest(fields: dict[str, Any], secret: str = NEW) -> str:
    """Of a confirm, by the rule as it is written: the fields, |, and the secret at the end; SHA-256."""
    return hashlib.sha256("|".join([*(str(value) for value in fields.values()), secret]).encode()).hexdigest()


def confirm(secret: str = NEW, /, **changes: Any) -> Message:
    """The confirm with changed fields, signed after the change."""
    fields = {**CONFIRM, **changes}
    return posted(json.dumps({**fields, "MaXacThuc": digest(fields, secret)}, ensure_ascii=False))


def told(message: Message) -> dict[str, Any]:
    return dict(json.loads(message.body))


def changed(**changes: Any) -> Message:
    """The confirm with fields changed after it was signed; None: without it."""
    fields = {**told(confirm()), **changes}
    return posted(json.dumps({name: value for name, value in fields.items() if value is not None}))


def refusal(message: Message, gateway: National = GATEWAY) -> Verdict:
    with pytest.raises(BadCallback) as refused:
        gateway.read_callback(message)
    return refused.value.verdict


def test_a_paid_order() -> None:
    assert GATEWAY.read_callback(confirm()) == Evidence(
        gateway="national",
        source=Source.CALLBACK,
        reference=REFERENCE,
        outcome=Outcome.PAID,
        amount=150_000,
        merchant="DT0034",
        currency="VND",
        transaction="PP26030200017",
        code="00",
        at=datetime(2026, 3, 2, 13, 18, 6, tzinfo=VIETNAM),
    )
    assert mismatch(attempt(GATEWAY), GATEWAY.read_callback(confirm())) is None


def test_the_amount_may_be_a_number() -> None:
    assert GATEWAY.read_callback(confirm(SoTien=150_000)) == GATEWAY.read_callback(confirm())


@pytest.mark.parametrize("code", ["01", "99", "0", "000", "24"])
def test_every_other_code_is_a_failure(code: str) -> None:
    evidence = GATEWAY.read_callback(confirm(MaLoi=code, MaGiaoDich=""))
    assert (evidence.outcome, evidence.transaction, evidence.code) == (Outcome.FAILED, None, code)


def test_the_older_digest_is_a_setting() -> None:
    text = "|".join(str(value) for value in CONFIRM.values())
    older = hmac.new(NEW.encode(), text.encode(), hashlib.sha256).hexdigest()
    message = posted(json.dumps({**CONFIRM, "MaXacThuc": older}))
    assert gateway(digest="hmac-sha256").read_callback(message).outcome is Outcome.PAID
    assert refusal(message) is Verdict.BAD_SIGNATURE
    assert refusal(confirm(), gateway(digest="hmac-sha256")) is Verdict.BAD_SIGNATURE


@pytest.mark.parametrize(
    "changes", [{"digest": "md5"}, {"secrets": []}, {"secrets": [""]}, {"accounts": {"H34": ACCOUNTS[""]}}]
)
def test_settings_that_make_no_sense_are_found_at_once(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        gateway(**changes)


def test_secrets_are_not_shown() -> None:
    shown = repr(gateway(NEW, token="t0k3n"))
    assert NEW not in shown and "t0k3n" not in shown


def test_both_secrets_of_a_rotation_are_believed_and_no_other() -> None:
    assert GATEWAY.read_callback(confirm(OLD)) == GATEWAY.read_callback(confirm(NEW))
    assert refusal(confirm(OLD), gateway(NEW)) is refusal(confirm("x")) is Verdict.BAD_SIGNATURE


def test_letters_of_the_digest_may_be_large() -> None:
    assert GATEWAY.read_callback(changed(MaXacThuc=digest(CONFIRM).upper())).outcome is Outcome.PAID


def test_vietnamese_text_is_signed_as_utf_8() -> None:
    assert GATEWAY.read_callback(confirm(ThongTinGiaoDich="Nộp lệ phí hồ sơ Đăng ký")).outcome is Outcome.PAID


@pytest.mark.parametrize("name", [*CONFIRM, "MaXacThuc"])
def test_nothing_that_was_signed_may_be_missing_emptied_or_of_another_kind(name: str) -> None:
    for value in (None, "", ["00"], {"a": 1}, True, 1.5):
        assert refusal(changed(**{name: value})) is Verdict.BAD_SIGNATURE


@pytest.mark.parametrize("name", [*CONFIRM, "MaXacThuc"])
def test_nothing_may_come_twice(name: str) -> None:
    body = confirm().body.decode()
    assert refusal(posted(body[:-1] + f', "{name}": "x"}}')) is Verdict.MALFORMED


def test_names_have_one_spelling_and_others_count_for_nothing() -> None:
    fields = told(confirm())
    assert refusal(posted(json.dumps({name.lower(): value for name, value in fields.items()}))) is Verdict.MALFORMED
    noisy = {**fields, "Token": "x", "maloi": "99", "HocPhi": [1, 2]}
    assert GATEWAY.read_callback(posted(json.dumps(noisy))) == GATEWAY.read_callback(confirm())


@pytest.mark.parametrize("name", ["MaDoiTac", "MaThamChieu", "MaLoi", "MaTienTe", "SoTien", "ThoiGianGD"])
def test_what_decides_must_be_there_even_when_it_is_signed(name: str) -> None:
    assert refusal(confirm(**{name: ""})) is Verdict.MALFORMED


@pytest.mark.parametrize("amount", ["150000.0", "-150000", "1e5", "150,000", " 150000", "9" * 14, -1])
def test_an_amount_is_digits(amount: Any) -> None:
    assert refusal(confirm(SoTien=amount)) is Verdict.MALFORMED


@pytest.mark.parametrize("amount", [15_000_000, 1_500, 150_001])
def test_a_slip_of_a_hundred_is_seen(amount: int) -> None:
    assert mismatch(attempt(GATEWAY), GATEWAY.read_callback(confirm(SoTien=amount))) is Mismatch.AMOUNT


def test_another_partner_another_currency_and_no_number_are_seen() -> None:
    for changes, wrong in (
        ({"MaDoiTac": "DT0035"}, Mismatch.MERCHANT),
        ({"MaTienTe": "USD"}, Mismatch.CURRENCY),
        ({"MaGiaoDich": ""}, Mismatch.NO_TRANSACTION),
    ):
        assert mismatch(attempt(GATEWAY), GATEWAY.read_callback(confirm(**changes))) is wrong


def test_times_are_of_vietnam_by_the_24_hour_clock() -> None:
    at = GATEWAY.read_callback(confirm(ThoiGianGD="20260303000001")).at
    assert at == datetime(2026, 3, 2, 17, 0, 1, tzinfo=UTC)
    assert refusal(confirm(ThoiGianGD="20260303240000")) is Verdict.MALFORMED


def test_our_own_init_cannot_come_back_as_a_confirm() -> None:
    """Joined by |, its fourteen fields can be read as the ten of a confirm that says that the payment failed."""
    init = f"INIT|1.0.6|DT0034|{REFERENCE}|150000|PAY|1|1|vi-VN|VND|PAYMENT|Nop le phi|20260302101500|203.0.113.7"
    first, *others = init.split("|")
    fields = dict(zip(CONFIRM, [first, *others[:8], "|".join(others[8:])], strict=True))
    forged = hashlib.sha256(f"{init}|{NEW}".encode()).hexdigest()
    assert digest(fields) == forged
    assert refusal(posted(json.dumps({**fields, "MaXacThuc": forged}))) is Verdict.BAD_SIGNATURE


@pytest.mark.parametrize(
    "message",
    [
        posted(b""),
        posted(b"{}"),
        posted(b"[]"),
        posted(b"MaLoi=00"),
        posted(b'{"MaLoi": "00"'),
        posted(b"\xff\xfe"),
        posted(b'{"MaLoi": "\\ud800"}'),
        posted(b'{"MaLoi": NaN}'),
        posted(b'{"MaLoi": "' + b"0" * wire.MOST_BYTES + b'"}'),
        Message("GET", {"MaLoi": ["00"]}),
    ],
)
def test_what_is_no_message_is_malformed_and_still_answered(message: Message) -> None:
    assert refusal(message) is Verdict.MALFORMED
    answer = json.loads(GATEWAY.reply(Verdict.MALFORMED, message, NOW).body or "")
    assert (answer["MaLoi"], answer["MaThamChieu"], answer["MaXacThuc"]) == ("99", "", "")


@given(st.sampled_from([*CONFIRM, "MaXacThuc"]), st.integers(0, 100), st.integers(1, 127))
def test_one_changed_character_anywhere_is_refused(name: str, position: int, change: int) -> None:
    value = told(confirm())[name]
    at = position % len(value)
    other = value[:at] + chr(ord(value[at]) ^ change) + value[at + 1 :]
    if name == "MaXacThuc" and other.lower() == value.lower():
        assert GATEWAY.read_callback(changed(MaXacThuc=other)).outcome is Outcome.PAID
    else:
        assert refusal(changed(**{name: other})) is Verdict.BAD_SIGNATURE


@given(st.binary(max_size=100) | st.dictionaries(st.sampled_from([*CONFIRM, "MaXacThuc"]), st.text()).map(json.dumps))
def test_any_body_is_refused_and_nothing_breaks(body: bytes | str) -> None:
    assert refusal(posted(body)) in {Verdict.BAD_SIGNATURE, Verdict.MALFORMED}
    GATEWAY.reply(Verdict.BAD_SIGNATURE, posted(body), NOW)


# ---- replies ----


@pytest.mark.parametrize("verdict", Verdict)
def test_00_only_for_what_was_committed(verdict: Verdict) -> None:
    reply = GATEWAY.reply(verdict, confirm(), NOW)
    answer = json.loads(reply.body or "")
    assert (reply.status, reply.content_type) == (200, "application/json")
    assert list(answer) == ["MaLoi", "MoTaLoi", "MaDoiTac", "MaThamChieu", "ThoiGianGD", "MaXacThuc"]
    assert answer["MaLoi"] == ("00" if verdict in {Verdict.SETTLED, Verdict.DUPLICATE} else "99")
    assert answer["MoTaLoi"] == national.REPLIES[verdict][1]
    assert (answer["MaDoiTac"], answer["MaThamChieu"]) == ("DT0034", REFERENCE)
    assert (answer["ThoiGianGD"], answer["MaXacThuc"]) == ("20260302131806", digest(CONFIRM))


def test_nothing_of_a_forged_message_is_repeated() -> None:
    answer = json.loads(GATEWAY.reply(Verdict.BAD_SIGNATURE, changed(MaThamChieu="<script>"), NOW).body or "")
    assert (answer["MaThamChieu"], answer["MaXacThuc"], answer["ThoiGianGD"]) == ("", "", "20260302101500")


def test_the_payer_comes_back_with_nothing_that_counts() -> None:
    assert GATEWAY.read_return(Message("GET", {"MaThamChieu": [REFERENCE], "MaLoi": ["00"]})) is None


def test_it_cannot_pay_back() -> None:
    assert not GATEWAY.refunds
    assert GATEWAY.refund(refund()).outcome is GATEWAY.ask_refund(refund()).outcome is RefundOutcome.UNKNOWN
