"""What people do about money that was not matched: one route per named act."""

from __future__ import annotations

from typing import Literal

from chalicelib.api import book_shapes, book_views
from chalicelib.api.bodies import Body, Field
from chalicelib.api.desk import Note, Reason
from chalicelib.api.http import Api, Call
from chalicelib.api.refunds import AccountBody
from chalicelib.domain.entry import Entry
from chalicelib.domain.refund import Payee
from chalicelib.services import present
from chalicelib.services import resolutions as service
from chalicelib.services.resolutions import Wish

entries_api = Api(__name__, "books")
ENTRY = "/desk/books/{agency}/entries/{entry_id}"


class SeenEntryBody(Body):
    """`version` of the entry as it was seen, and why this is done."""

    version: int = Field(ge=0)
    reason: str = Reason


class AttachBody(SeenEntryBody):
    """`reference` is the code of the dossier, or our reference."""

    reference: str = Field(min_length=1, max_length=60)


class SendBackBody(SeenEntryBody):
    """The account that the money goes back to."""

    payee: AccountBody


class ApprovalBody(Body):
    version: int = Field(ge=0)
    note: str = Note


class ReturnedBody(ApprovalBody):
    """`reference` is the bank's number of the transfer."""

    reference: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9/.-]{0,39}$")


class CoverBody(SeenEntryBody):
    """`document` is the id of a settlement file that was read, or of a drawer that was handed in."""

    kind: Literal["file", "drawer"]
    document: str = Field(min_length=1, max_length=120)


def _wish(call: Call, agency: str, entry_id: str, key: str, reason: str) -> Wish:
    side, number = book_views.read_entry_id(entry_id)
    return Wish(agency, side, number, call.body.version, key, reason)


def _shown(call: Call, entry: Entry) -> book_shapes.EntryShape:
    return book_views.entry(entry, call.language, present.now())


@entries_api.view("GET", ENTRY, gives=book_shapes.EntryHistoryShape)
def get_entry(call: Call, agency: str, entry_id: str) -> book_shapes.EntryHistoryShape:
    """A movement at another side, with what was done about it."""
    found = service.look(call.who, agency, *book_views.read_entry_id(entry_id))
    return book_views.history(found, call.language, present.now())


@entries_api.view("POST", f"{ENTRY}/attachment", body=AttachBody, gives=book_shapes.EntryShape, keyed=True)
def attach_entry(call: Call, agency: str, entry_id: str) -> book_shapes.EntryShape:
    """Attach a stray to a dossier: it is booked there, and what is not needed goes back from there."""
    wish = _wish(call, agency, entry_id, call.key, call.body.reason)
    return _shown(call, service.attach(call.who, wish, call.body.reference, present.now()))


@entries_api.view("POST", f"{ENTRY}/return", body=SendBackBody, gives=book_shapes.EntryShape, keyed=True)
def send_entry_back(call: Call, agency: str, entry_id: str) -> book_shapes.EntryShape:
    """Propose to send a stray back to an account."""
    account = call.body.payee
    payee = Payee.of(account.bank, account.number, account.holder, "payee.bank")
    wish = _wish(call, agency, entry_id, call.key, call.body.reason)
    return _shown(call, service.propose_return(call.who, wish, payee, present.now()))


@entries_api.view("POST", f"{ENTRY}/declaration", body=SeenEntryBody, gives=book_shapes.EntryShape, keyed=True)
def declare_entry(call: Call, agency: str, entry_id: str) -> book_shapes.EntryShape:
    """Propose to declare that a stray is not ours, or that the other side never had what we booked."""
    wish = _wish(call, agency, entry_id, call.key, call.body.reason)
    return _shown(call, service.declare(call.who, wish, present.now()))


@entries_api.view("POST", f"{ENTRY}/approval", body=ApprovalBody, gives=book_shapes.EntryShape, keyed=True)
def approve_entry(call: Call, agency: str, entry_id: str) -> book_shapes.EntryShape:
    """Approve what was proposed."""
    wish = _wish(call, agency, entry_id, call.key, call.body.note)
    return _shown(call, service.approve(call.who, wish, present.now()))


@entries_api.view("POST", f"{ENTRY}/refusal", body=SeenEntryBody, gives=book_shapes.EntryShape, keyed=True)
def decline_entry(call: Call, agency: str, entry_id: str) -> book_shapes.EntryShape:
    """Drop what was proposed."""
    wish = _wish(call, agency, entry_id, call.key, call.body.reason)
    return _shown(call, service.decline(call.who, wish, present.now()))


@entries_api.view("POST", f"{ENTRY}/pay-out", body=ReturnedBody, gives=book_shapes.EntryShape, keyed=True)
def pay_entry_out(call: Call, agency: str, entry_id: str) -> book_shapes.EntryShape:
    """Record that a stray was transferred back."""
    wish = _wish(call, agency, entry_id, call.key, call.body.note)
    return _shown(call, service.pay_out(call.who, wish, call.body.reference, present.now()))


@entries_api.view("POST", f"{ENTRY}/cover", body=CoverBody, gives=book_shapes.EntryShape, keyed=True)
def cover_entry(call: Call, agency: str, entry_id: str) -> book_shapes.EntryShape:
    """Recognise an entry of the bank as money that is booked already: a gateway's pay-out, cash of a drawer."""
    wish = _wish(call, agency, entry_id, call.key, call.body.reason)
    return _shown(call, service.cover(call.who, wish, call.body.kind, call.body.document, present.now()))


@entries_api.view("POST", f"{ENTRY}/reopening", body=SeenEntryBody, gives=book_shapes.EntryShape, keyed=True)
def reopen_entry(call: Call, agency: str, entry_id: str) -> book_shapes.EntryShape:
    """Take back what was decided: the entry waits as it did before."""
    wish = _wish(call, agency, entry_id, call.key, call.body.reason)
    return _shown(call, service.reopen(call.who, wish, present.now()))
