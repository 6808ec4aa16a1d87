"""A bank for transfers, of the payer and of the agency in one: pay by QR payload or by hand, notices, statements.

Below its address, beside what every bank has (orders are transfers here, their references the bank's numbers):

GET  app                  the payer's banking app: paste a payload, or ?qr=<payload> as if it had been scanned
POST app                  its form: do=read with `qr`, or do=<way> with account, amount, description, seconds
POST transfers            the same without a browser: {"transfers": [{"qr" | "account", "amount", "description"}, …],
                          "do": <way>, "seconds": n, "wait": true}; several are told in one notice
GET  statement?day=<day>  what came in on a day of Vietnam, as CSV

A notice goes to the portal as `transactions` under `Motcua-Signature`, newly signed each time, until it is answered
with 200. With two secrets it carries two signatures. A payload's `amount` gives way to one that is typed.
"""

from __future__ import annotations

import binascii
import csv
import hashlib
import hmac
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from chalicelib.services import present
from infra.local.sandboxes import transfer_pages
from infra.local.sandboxes.bank import Answer, Bank, Request, as_json, as_page, seconds_of
from infra.local.sandboxes.orders import Call, Deed, Order, Refused, State, Terms

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
COLUMNS = ("id", "account", "amount", "currency", "at", "description")
LIMIT = 500_000_000

NO_ACCOUNT, DAMAGED, NO_TRANSFER = "no such account", "the QR code is damaged", "not a QR code of a transfer"
_WHY = {
    NO_ACCOUNT: ("Không có tài khoản này.", "There is no such account."),
    DAMAGED: ("Mã QR bị hỏng hoặc chép thiếu.", "The QR code is damaged or not whole."),
    NO_TRANSFER: ("Mã QR này không phải để chuyển khoản.", "This QR code is not of a transfer."),
}


class Way(StrEnum):
    """How a transfer goes."""

    SEND = "send"
    WRONG_AMOUNT = "wrong_amount"  # 1,000 đồng more than typed
    MANGLED = "mangled"  # a bank on the way breaks and cuts the text
    DUPLICATE = "duplicate"  # the notice comes twice at the same time
    DELAY = "delay"  # the notice comes after `seconds`
    SILENCE = "silence"  # no notice: only the statement has it


@dataclass(frozen=True)
class Account:
    """An account that can be paid to; `bank` is its BIN."""

    bank: str
    number: str
    holder: str


class Transfers(Bank):
    """The bank of `accounts`; `secrets` sign notices and may be changed while it runs."""

    name = "bank"
    title = "Ngân hàng thử"
    deeds = (Deed.DUPLICATE,)

    def __init__(self, terms: Terms, accounts: Iterable[Account], notice_url: str, secrets: Sequence[str]) -> None:
        super().__init__(terms)
        self.accounts = {account.number: account for account in accounts}
        self.notice_url, self.secrets = notice_url, list(secrets)

    def number(self) -> str:
        """`FT`, the day, six digits."""
        return f"FT{present.now().astimezone(VIETNAM):%y%m%d}{super().number()[-6:]}"

    def serve(self, request: Request) -> Answer | None:
        match request.method, request.path:
            case "GET", "app":
                return self._app({name: values[-1] for name, values in request.query.items()})
            case "POST", "app":
                return self._typed(request.form())
            case "POST", "transfers":
                return as_json(self._listed(request))
            case "GET", "statement":
                return self._statement(request.query.get("day", [""])[-1])
        return None

    def transfer(self, payments: Sequence[Mapping[str, Any]], way: Way = Way.SEND, seconds: float = 5.0) -> list[Order]:
        """Carry out transfers, each {"qr" or "account", "amount", "description"}, and tell of them in one notice."""
        read = [self._read(payment) for payment in payments]
        with self.lock:
            made = [self._carry_out(*each, way) for each in read]
            together = [order.reference for order in made]
            for order in made:
                order.fields = {"together": together}
        if way is not Way.SILENCE:
            self._send(made[0], after=seconds if way is Way.DELAY else 0.0)
        if way is Way.DUPLICATE:
            self._send(made[0])
        return made

    def call(self, order: Order) -> Call:
        with self.lock:
            told = [_entry(self.orders[reference]) for reference in order.fields["together"]]
        body = json.dumps({"transactions": told}, ensure_ascii=False).encode()
        at = int(present.now().timestamp())
        signed = str(at).encode() + b"." + body
        signatures = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in self.secrets]
        header = ",".join([f"t={at}", *(f"v1={signature}" for signature in signatures)])
        return Call("POST", self.notice_url, body, headers={"Motcua-Signature": header})

    def accepted(self, status: int, body: str) -> bool:
        return status == 200

    def back(self, order: Order) -> str:
        return f"{self.terms.url}/app?sent={quote(order.reference)}"

    # ---- payments ----

    def _read(self, payment: Mapping[str, Any]) -> tuple[Account, int, str]:
        typed = {name: payment[name] for name in ("account", "amount", "description") if payment.get(name) is not None}
        if payment.get("qr"):
            typed = {**read_payload(str(payment["qr"])), **typed}
        account = self._account(typed)
        amount = str(typed.get("amount", "")).replace(".", "").strip()
        if not re.fullmatch("[0-9]{1,9}", amount, re.ASCII) or not 0 < int(amount) < LIMIT:
            raise Refused(422, f"amount is from 1 to {LIMIT - 1} đồng")
        return account, int(amount), str(typed.get("description", ""))

    def _account(self, typed: Mapping[str, Any]) -> Account:
        account = self.accounts.get(str(typed.get("account", "")).strip())
        if account is None or typed.get("bank", account.bank) != account.bank:
            raise Refused(422, NO_ACCOUNT)
        return account

    def _carry_out(self, account: Account, amount: int, memo: str, way: Way) -> Order:
        now, number = present.now(), self.number()
        if way is Way.MANGLED:
            memo = f"{memo[:8]} {memo[8:-3]}"
        return self.take(
            Order(
                reference=number,
                merchant=account.number,
                amount=amount,
                info=" ".join(f"{memo} {number} chuyen tien".split()),
                created_at=now,
                expires_at=now,
                return_url="",
                callback_url=self.notice_url,
                state=State.PAID,
                paid=amount + 1_000 if way is Way.WRONG_AMOUNT else amount,
                transaction=number,
                settled_at=now,
            )
        )

    # ---- the app ----

    def _app(self, query: Mapping[str, str]) -> Answer:
        english = query.get("lang") == "en"
        if "sent" in query:
            return as_page(transfer_pages.sent(self.title, self.terms.url, self.order(query["sent"]), english))
        if query.get("qr"):
            return self._typed({"do": "read", "qr": query["qr"], "lang": query.get("lang", "")})
        return self._page({}, None, english)

    def _typed(self, form: Mapping[str, str]) -> Answer:
        english, values, wrong = form.get("lang") == "en", dict(form), None
        try:
            if form.get("do") == "read":
                values |= read_payload(form.get("qr", ""))
                self._account(values)
            else:
                way, seconds = _way(form.get("do")), seconds_of(form.get("seconds", "5"))
                made = self.transfer([{name: form.get(name) for name in COLUMNS}], way, seconds)
                address = f"{self.back(made[0])}{'&lang=en' if english else ''}"
                return 303, {"Location": address, "Cache-Control": "no-store"}, b""
        except Refused as refused:
            wrong = refused
        return self._page(values, wrong, english)

    def _page(self, values: Mapping[str, str], wrong: Refused | None, english: bool) -> Answer:
        why = _WHY.get(str(wrong), ("Vui lòng xem lại các ô đã nhập.", str(wrong))) if wrong else None
        accounts = self.accounts.values()
        page = transfer_pages.app(self.title, self.terms.url, accounts, values, why, present.now(), english)
        return as_page(page, wrong.status if wrong else 200)

    def _listed(self, request: Request) -> dict[str, Any]:
        if not request.content_type.startswith("application/json"):
            raise Refused(422, "send application/json")  # a page of another origin cannot, by a form
        wanted = request.json()
        payments = wanted.get("transfers")
        if not isinstance(payments, list) or not payments or not all(isinstance(each, dict) for each in payments):
            raise Refused(422, "transfers is a list of objects")
        made = self.transfer(payments, _way(wanted.get("do", "send")), seconds_of(wanted.get("seconds", 5)))
        if wanted.get("wait"):
            self.settle()
        return {"transfers": [self.shown(order) for order in made]}

    def _statement(self, text: str) -> Answer:
        try:
            day = date.fromisoformat(text)
        except ValueError as error:
            raise Refused(422, "say which: ?day=YYYY-MM-DD") from error
        content = io.StringIO()
        writer = csv.DictWriter(content, COLUMNS, lineterminator="\r\n")
        writer.writeheader()
        with self.lock:
            found = [order for order in self.orders.values() if _local(order).date() == day]
        writer.writerows(_entry(order) for order in sorted(found, key=_local))
        named = f'attachment; filename="sao-ke-{day.isoformat()}.csv"'
        headers = {"Content-Type": "text/csv; charset=utf-8", "Content-Disposition": named}
        return 200, headers, content.getvalue().encode()


def read_payload(text: str) -> dict[str, str]:
    """What a banking app makes of a QR picture: bank, account, amount, description. Raises Refused."""
    text = text.strip()
    if not text.isascii() or f"{binascii.crc_hqx(text[:-4].encode(), 0xFFFF):04X}" != text[-4:]:
        raise Refused(422, DAMAGED)
    network = _parts(_parts(text).get("38", ""))
    receiver, note = _parts(network.get("01", "")), _parts(_parts(text).get("62", ""))
    if network.get("00") != "A000000727" or network.get("02") != "QRIBFTTA":
        raise Refused(422, NO_TRANSFER)
    read = {"bank": receiver.get("00", ""), "account": receiver.get("01", ""), "description": note.get("08", "")}
    amount = _parts(text).get("54")
    return read | ({"amount": amount} if amount else {})


def _parts(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    while text:
        name, length = text[:2], text[2:4]
        if not length.isdecimal() or len(text) < 4 + int(length) or name in found:
            raise Refused(422, DAMAGED)
        found[name], text = text[4 : 4 + int(length)], text[4 + int(length) :]
    return found


def _entry(order: Order) -> dict[str, Any]:
    return {
        "id": order.reference,
        "account": order.merchant,
        "amount": order.paid,
        "currency": "VND",
        "at": _local(order).isoformat(timespec="seconds"),
        "description": order.info,
    }


def _local(order: Order) -> datetime:
    return (order.settled_at or order.created_at).astimezone(VIETNAM)


def _way(text: Any) -> Way:
    try:
        return Way(text)
    except ValueError as error:
        raise Refused(422, f"do one of {', '.join(Way)}") from error
