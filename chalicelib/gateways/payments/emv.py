"""The payload of a VietQR picture: an account transfer through NAPAS 247, written and strictly read.

A chain of `<2-digit id><2-digit length><value>`, ASCII, closed by a checksum (NAPAS, QR Format T&C 1.0, 09/2021;
its base is EMVCo's merchant-presented QR). Lengths are read as well as the checksum: samples with wrong inner lengths
and a right checksum are in circulation. Pictures are drawn by whoever shows them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from chalicelib.values import dataclass

NAPAS = "A000000727"
TO_ACCOUNT, TO_CARD = "QRIBFTTA", "QRIBFTTC"
ONCE, ALWAYS = "12", "11"
VND, VIETNAM = "704", "VN"
LONGEST_ACCOUNT, LONGEST_AMOUNT, LONGEST_NOTE, LONGEST_HOLDER, LONGEST_CITY = 19, 13, 25, 25, 15

_BANK = re.compile(r"[0-9]{6}", re.ASCII)
_ACCOUNT = re.compile(rf"[0-9A-Za-z]{{1,{LONGEST_ACCOUNT}}}", re.ASCII)
_AMOUNT = re.compile(rf"[1-9][0-9]{{0,{LONGEST_AMOUNT - 1}}}", re.ASCII)
_PRINTABLE = re.compile(r"[ -~]*", re.ASCII)


class BadPayload(ValueError):
    """The text is no payload of a transfer; the message says what is wrong, and nothing of it may be used."""


@dataclass(frozen=True)
class Transfer:
    """A transfer of `amount` đồng (None: the payer types it) to an account or card of the bank with this BIN.

    `purpose` is what the payer's bank passes on as the text of the transfer; `bill` and `label` are for the shop's own
    till. `holder` and `city` are shown only. `once` marks a payload made for one payment.
    """

    bank: str
    account: str
    amount: int | None = None
    purpose: str = ""
    bill: str = ""
    label: str = ""
    holder: str = ""
    city: str = ""
    service: str = TO_ACCOUNT
    once: bool = True


def checksum(text: str) -> str:
    """CRC-16/CCITT-FALSE in four capital hex digits, as it follows `…6304`."""
    value = 0xFFFF
    for byte in text.encode("ascii"):
        value ^= byte << 8
        for _ in range(8):
            value = (value << 1 ^ 0x1021 if value & 0x8000 else value << 1) & 0xFFFF
    return f"{value:04X}"


def write(transfer: Transfer) -> str:
    """The payload. Raises BadPayload when a part does not fit the format; nothing is cut or folded silently."""
    _check(transfer)
    receiver = _item("00", transfer.bank) + _item("01", transfer.account)
    note = _item("01", transfer.bill) + _item("05", transfer.label) + _item("08", transfer.purpose)
    text = "".join(
        (
            _item("00", "01"),
            _item("01", ONCE if transfer.once else ALWAYS),
            _item("38", _item("00", NAPAS) + _item("01", receiver) + _item("02", transfer.service)),
            _item("53", VND),
            _item("54", "" if transfer.amount is None else str(transfer.amount)),
            _item("58", VIETNAM),
            _item("59", transfer.holder),
            _item("60", transfer.city),
            _item("62", note),
            "6304",
        )
    )
    return text + checksum(text)


def read(text: str) -> Transfer:
    """The transfer that a payload asks for. Raises BadPayload for every deviation that could mislead a payer.

    Ids that a transfer does not need (a shop's own, other networks') are passed over, wherever the format allows them.
    """
    if not text.isascii():
        raise BadPayload("not ASCII")
    items = _items(text, "payload")
    if list(items)[-1] != "63" or text[-8:-4] != "6304":
        raise BadPayload("the checksum is not the last item")
    if items["63"] != checksum(text[:-4]):
        raise BadPayload("the checksum is wrong")
    if next(iter(items)) != "00" or items["00"] != "01":
        raise BadPayload("another version of the format")
    if items.get("01", ALWAYS) not in {ONCE, ALWAYS}:
        raise BadPayload("neither static nor dynamic")
    if items.get("53") != VND or items.get("58") != VIETNAM:
        raise BadPayload("another currency or country")
    network = _items(items.get("38", ""), "38")
    if network.get("00") != NAPAS:
        raise BadPayload("not through NAPAS")
    receiver = _items(network.get("01", ""), "38.01")
    note = _items(items["62"], "62") if "62" in items else {}
    amount = items.get("54")
    if amount is not None and not _AMOUNT.fullmatch(amount):
        raise BadPayload("the amount is no whole number")
    transfer = Transfer(
        bank=receiver.get("00", ""),
        account=receiver.get("01", ""),
        amount=None if amount is None else int(amount),
        purpose=note.get("08", ""),
        bill=note.get("01", ""),
        label=note.get("05", ""),
        holder=items.get("59", ""),
        city=items.get("60", ""),
        service=network.get("02", ""),
        once=items.get("01") == ONCE,
    )
    _check(transfer)
    return transfer


def _check(transfer: Transfer) -> None:
    if not _BANK.fullmatch(transfer.bank):
        raise BadPayload("a bank has six digits")
    if not _ACCOUNT.fullmatch(transfer.account):
        raise BadPayload(f"an account has 1 to {LONGEST_ACCOUNT} letters and digits")
    if transfer.service not in {TO_ACCOUNT, TO_CARD}:
        raise BadPayload("neither to an account nor to a card")
    if transfer.amount is not None and not _AMOUNT.fullmatch(str(transfer.amount)):
        raise BadPayload(f"an amount has 1 to {LONGEST_AMOUNT} digits")
    for what, text, longest in (
        ("purpose", transfer.purpose, LONGEST_NOTE),
        ("bill", transfer.bill, LONGEST_NOTE),
        ("label", transfer.label, LONGEST_NOTE),
        ("holder", transfer.holder, LONGEST_HOLDER),
        ("city", transfer.city, LONGEST_CITY),
    ):
        if len(text) > longest or not _PRINTABLE.fullmatch(text):
            raise BadPayload(f"{what}: at most {longest} printable ASCII characters")


def _item(name: str, value: str) -> str:
    """An item, or nothing for an empty value: the format knows no empty items."""
    return f"{name}{len(value):02d}{value}" if value else ""


def _items(text: str, where: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in _chain(text, where):
        if name in found:
            raise BadPayload(f"{where}: {name} comes twice")
        found[name] = value
    if not found:
        raise BadPayload(f"{where}: nothing in it")
    return found


def _chain(text: str, where: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(text):
        name, length = text[at : at + 2], text[at + 2 : at + 4]
        if not (len(length) == 2 and name.isdecimal() and length.isdecimal()):
            raise BadPayload(f"{where}: no id and length at {at}")
        value = text[at + 4 : at + 4 + int(length)]
        if not value or len(value) != int(length):
            raise BadPayload(f"{where}: {name} is shorter than it says")
        yield name, value
        at += 4 + len(value)
