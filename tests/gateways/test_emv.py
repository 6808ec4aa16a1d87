"""VietQR payloads: written as the format says, read with suspicion."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.gateways.payments import emv
from chalicelib.gateways.payments.emv import BadPayload, Transfer
from tests.gateways import vectors

pytestmark = pytest.mark.clause("A13")

OFFICIAL = (
    "00020101021238570010A00000072701270006970403011300110123456780208QRIBFTTA530370454061800005802VN"
    "62340107NPS68690819thanh toan don hang63042E2E"
)
PRINTABLE = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=25)
TRANSFERS = st.builds(
    Transfer,
    bank=st.from_regex(r"[0-9]{6}", fullmatch=True),
    account=st.from_regex(r"[0-9A-Za-z]{1,19}", fullmatch=True),
    amount=st.none() | st.integers(1, 10**13 - 1),
    purpose=PRINTABLE,
    bill=PRINTABLE,
    label=PRINTABLE,
    holder=PRINTABLE,
    city=PRINTABLE.map(lambda text: text[:15]),
    service=st.sampled_from([emv.TO_ACCOUNT, emv.TO_CARD]),
    once=st.booleans(),
)


def transfer_of(params: dict[str, Any]) -> Transfer:
    note = params.get("62", {})
    return Transfer(
        bank=params["bin"],
        account=params["account"],
        amount=int(params["amount"]) if "amount" in params else None,
        purpose=note.get("08", ""),
        bill=note.get("01", ""),
        label=note.get("05", ""),
        service=params["service"],
        once=params["poi"] == emv.ONCE,
    )


@pytest.mark.parametrize("vector", vectors.of("vietqr_napas247"))
def test_vectors_are_written_and_read(vector: dict[str, Any]) -> None:
    transfer = transfer_of(vector["params"])
    assert emv.write(transfer) == vector["payload"] and emv.read(vector["payload"]) == transfer
    assert emv.checksum(vector["string_to_sign"]) == vector["signature"]


def test_the_checksum_is_ccitt_false() -> None:
    assert emv.checksum("123456789") == "29B1"


def test_the_official_dynamic_example() -> None:
    transfer = Transfer("970403", "0011012345678", 180_000, "thanh toan don hang", "NPS6869")
    assert emv.write(transfer) == OFFICIAL and emv.read(OFFICIAL) == transfer


def test_holder_and_city_stand_between_country_and_note() -> None:
    text = emv.write(Transfer("970403", "0011012345678", 5000, "MC2", holder="UBND TINH", city="KON TUM"))
    assert "5802VN5909UBND TINH6007KON TUM62070803MC26304" in text


@given(TRANSFERS)
def test_what_is_written_is_read_back(transfer: Transfer) -> None:
    assert emv.read(emv.write(transfer)) == transfer


@given(TRANSFERS, st.data())
def test_one_changed_character_is_noticed(transfer: Transfer, data: st.DataObject) -> None:
    text = emv.write(transfer)
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters(min_codepoint=32, max_codepoint=126).filter(lambda letter: letter != text[at]))
    with pytest.raises(BadPayload):
        emv.read(text[:at] + other + text[at + 1 :])


@given(TRANSFERS, st.data())
def test_cut_or_lengthened_is_noticed(transfer: Transfer, data: st.DataObject) -> None:
    text = emv.write(transfer)
    with pytest.raises(BadPayload):
        emv.read(text[: data.draw(st.integers(0, len(text) - 1))])
    with pytest.raises(BadPayload):
        emv.read(text + data.draw(st.text("0123456789ABCDEF", min_size=1, max_size=12)))


@given(st.text(max_size=120))
def test_any_text_is_a_transfer_or_refused(text: str) -> None:
    with pytest.raises(BadPayload):
        emv.read(text)


def signed(text: str) -> str:
    return text + "6304" + emv.checksum(text + "6304")


HEAD = "000201010212"
NETWORK = "38570010A00000072701270006970403011300110123456780208QRIBFTTA"
MONEY = "530370454061800005802VN"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        # The printed sample of a static account: an inner length of 12 for 13 characters, and its right checksum.
        ("00020101021138570010A00000072701270006970403011200110123456780208QRIBFTTA53037045802VN6304F4E5", "38.01"),
        # A fixture in circulation: the outer length is right, the inner ones are not.
        (signed(HEAD + "38570010A00000072701260006970403011300110123456780208QRIBFTTA" + MONEY), "38"),
        (signed(HEAD + NETWORK + MONEY + "5406180000"), "54 comes twice"),
        (signed(HEAD + NETWORK + NETWORK + MONEY), "38 comes twice"),
        (signed(HEAD + NETWORK + MONEY + "62140803MC20803MC3"), "08 comes twice"),
        (signed("000202010212" + NETWORK + MONEY), "version"),
        (signed("010212000201" + NETWORK + MONEY), "version"),
        (signed("000201010213" + NETWORK + MONEY), "static"),
        (signed(HEAD + NETWORK + "530384054061800005802VN"), "currency"),
        (signed(HEAD + NETWORK + "530370454061800005802LA"), "currency"),
        (signed(HEAD + MONEY), "38"),
        (signed(HEAD + NETWORK.replace("A000000727", "A000000775") + MONEY), "NAPAS"),
        (signed(HEAD + NETWORK.replace("QRIBFTTA", "QRIBFTTX") + MONEY), "account"),
        (signed(HEAD + NETWORK.replace("970403", "97040A") + MONEY), "six digits"),
        (signed(HEAD + NETWORK.replace("0011012345678", "0011012345 78") + MONEY), "letters and digits"),
        (signed(HEAD + NETWORK + "530370454061800.05802VN"), "whole"),
        (signed(HEAD + NETWORK + "530370454061,80005802VN"), "whole"),
        (signed(HEAD + NETWORK + "530370454060180005802VN"), "whole"),
        (signed(HEAD + NETWORK + "530370454010" + "5802VN"), "whole"),
        (signed(HEAD + NETWORK + MONEY + "6200"), "shorter"),
        (signed(HEAD + NETWORK + MONEY + "62AA0803MC2"), "no id"),
        (signed(HEAD + NETWORK + MONEY) + "9903abc", "last"),
        (OFFICIAL[:-4] + "2e2e", "wrong"),
        (OFFICIAL.replace("2E2E", "2E2F"), "wrong"),
        ("", "nothing"),
        ("6304FFFF", "wrong"),
    ],
)
def test_deviations_are_refused(text: str, why: str) -> None:
    with pytest.raises(BadPayload, match=why):
        emv.read(text)


def test_what_other_networks_add_is_passed_over() -> None:
    extended = signed(HEAD + "26180014vn.example.pay" + NETWORK + "52045399" + MONEY + "62080704TERM")
    assert emv.read(extended) == Transfer("970403", "0011012345678", 180_000)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"bank": "97040"}, "six digits"),
        ({"account": ""}, "letters and digits"),
        ({"account": "1" * 20}, "letters and digits"),
        ({"account": "00110123456\u0667"}, "letters and digits"),
        ({"amount": 0}, "digits"),
        ({"amount": -5}, "digits"),
        ({"amount": 10**13}, "digits"),
        ({"purpose": "x" * 26}, "purpose"),
        ({"purpose": "nộp phí"}, "purpose"),
        ({"holder": "x" * 26}, "holder"),
        ({"city": "x" * 16}, "city"),
        ({"city": "a\nb"}, "city"),
        ({"service": "QRPUSH"}, "card"),
    ],
)
def test_what_does_not_fit_is_not_written(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(BadPayload, match=why):
        emv.write(Transfer(**({"bank": "970403", "account": "0011012345678"} | changes)))
