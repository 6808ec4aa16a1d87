"""Receipts for fees: fetched by their payers and officers, listed for accountants, checked by whoever holds one."""

from __future__ import annotations

import re

from chalicelib.api import money_shapes, money_views, shapes, views
from chalicelib.api.bodies import Body, Field
from chalicelib.api.http import Api, Call, path_id
from chalicelib.api.typed import TypedDict
from chalicelib.domain.document import Text
from chalicelib.domain.event import iso
from chalicelib.domain.receipt import FORM_SYMBOL, MOST_PER_YEAR, Receipt
from chalicelib.errors import NotFound
from chalicelib.services import present
from chalicelib.services import receipts as service

receipts_api = Api(__name__, "payments")
LISTING = {
    "agency": "the agency's code",
    "series": "a series such as BL-26E; this year's when left out",
    "cursor": "where the page before ended",
    "limit": "rows of a page, 1 to 50",
}


class CheckBody(Body):
    """What stands on the receipt and in its QR code. In the body, so that the secret stands in no log of addresses."""

    agency: str = Field(min_length=1, max_length=35)
    series: str = Field(min_length=1, max_length=20)
    serial: int = Field(ge=1, le=MOST_PER_YEAR)
    secret: str = Field(min_length=1, max_length=100)


class ReceiptLinkShape(TypedDict):
    """An address good for two minutes, which downloads the PDF."""

    url: str


class ReceiptLineShape(TypedDict):
    """`amount` in đồng."""

    name: str
    amount: int


class ReceiptPartShape(TypedDict):
    """One of the payments that together paid the fees; `amount` is its part in đồng."""

    via: money_shapes.WayShape
    amount: int
    at: str


class ReceiptCheckShape(TypedDict):
    """`state`: issued, partly_refunded, refunded. `refunded` went back to the payer, `being_refunded` will; in đồng."""

    number: str
    form: str
    agency: shapes.AgencyShape
    code: str
    procedure: str
    fees: list[ReceiptLineShape]
    amount: int
    parts: list[ReceiptPartShape]
    issued_at: str
    state: str
    refunded: int
    being_refunded: int


class ReceiptRowShape(TypedDict):
    """`ready` when its PDF can be fetched; `dossier` and `payment` say whose it is."""

    number: str
    dossier: str
    payment: str
    code: str
    payer: str
    amount: int
    issued_at: str
    ready: bool


class ReceiptListShape(TypedDict):
    items: list[ReceiptRowShape]
    cursor: str | None


@receipts_api.view("GET", "/dossiers/{dossier_id}/receipts/{payment_id}", gives=ReceiptLinkShape)
def get_my_receipt(call: Call, dossier_id: str, payment_id: str) -> ReceiptLinkShape:
    """An address, good for two minutes, to download the receipt for the fees that a payment of mine completed."""
    return {"url": service.mine(call.who, path_id(dossier_id), _payment(payment_id))}


@receipts_api.view("GET", "/desk/dossiers/{dossier_id}/receipts/{payment_id}", gives=ReceiptLinkShape)
def get_desk_receipt(call: Call, dossier_id: str, payment_id: str) -> ReceiptLinkShape:
    """The same for an officer of the dossier's agency."""
    return {"url": service.at_desk(call.who, path_id(dossier_id), _payment(payment_id))}


@receipts_api.view("GET", "/desk/receipts", gives=ReceiptListShape, query=LISTING)
def list_receipts(call: Call) -> ReceiptListShape:
    """A page of my agency's receipts of a series, the latest first."""
    page = service.listed(
        call.who, call.query("agency"), call.query("series"), call.limit(), call.query("cursor"), present.now()
    )
    return {"items": [_row(receipt) for receipt in page.receipts], "cursor": page.cursor}


@receipts_api.view("POST", "/receipts/check", public=True, body=CheckBody, gives=ReceiptCheckShape)
def check_receipt(call: Call) -> ReceiptCheckShape:
    """Whether a receipt is real, for whoever holds it, and what has become of the money; nothing about the payer."""
    body = call.body
    checked = service.check(body.agency, body.series, body.serial, body.secret)
    receipt = checked.receipt
    return {
        "number": receipt.number,
        "form": FORM_SYMBOL,
        "agency": views.agency(receipt.issuer.code, call.language),
        "code": receipt.code,
        "procedure": _said(receipt.procedure, call.language),
        "fees": [{"name": _said(line.name, call.language), "amount": line.amount} for line in receipt.lines],
        "amount": receipt.amount,
        "parts": [
            {"via": money_views.way(part.via, call.language), "amount": part.amount, "at": iso(part.at)}
            for part in receipt.parts
        ],
        "issued_at": iso(receipt.issued_at),
        "state": checked.standing.value,
        "refunded": checked.returned,
        "being_refunded": checked.returning,
    }


def _row(receipt: Receipt) -> ReceiptRowShape:
    return {
        "number": receipt.number,
        "dossier": receipt.dossier,
        "payment": receipt.payment,
        "code": receipt.code,
        "payer": receipt.payer.name,
        "amount": receipt.amount,
        "issued_at": iso(receipt.issued_at),
        "ready": receipt.file is not None,
    }


def _payment(text: str) -> str:
    """A payment's id from the path; whatever is not of the shape of one has no receipt."""
    if not re.fullmatch(r"[0-9a-f]{20}", text):
        raise NotFound("ReceiptNotFound")
    return text


def _said(text: Text, language: str) -> str:
    return (text.en if language == "en" else "") or text.vi
