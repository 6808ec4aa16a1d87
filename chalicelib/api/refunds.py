"""Refunds: what officers do about them, and what the payer says."""

from __future__ import annotations

import re
from typing import Literal

from chalicelib.api import money_shapes, money_views, shapes, views
from chalicelib.api.bodies import Body, Field
from chalicelib.api.desk import Note, Reason, ReasonBody
from chalicelib.api.dossiers import PAGE
from chalicelib.api.http import Api, Call, path_id
from chalicelib.domain.refund import Payee, Refund, RefundOutcome
from chalicelib.errors import NotFound
from chalicelib.services import present
from chalicelib.services import refunds as service
from chalicelib.services.refunds import Act, PayOut

refunds_api = Api(__name__, "payments")
AGENCY_PAGE = {"agency": "code of the agency", **PAGE}


class AccountBody(Body):
    """An account to transfer to: `bank` as the list of banks has it, `holder` as the bank has the name."""

    bank: str = Field(pattern=r"^[0-9]{6}$")
    number: str = Field(pattern=r"^[0-9A-Za-z]{4,19}$")
    holder: str = Field(min_length=2, max_length=100)


class NamedAccountBody(AccountBody):
    """`reason` is needed while the channel that the money came by can carry it back."""

    reason: str = Note


class SeenBody(Body):
    """`version` of the refund as it was seen."""

    version: int = Field(ge=0)


class PrepareBody(SeenBody):
    """`payee` for a transfer, unless the payer has named an account; `reason` for leaving the original channel."""

    channel: Literal["original", "transfer", "cash"]
    payee: AccountBody | None = None
    reason: str = Note


class ApproveBody(SeenBody):
    note: str = Note


class ReturnBody(SeenBody):
    reason: str = Reason


class PayOutBody(SeenBody):
    """`reference` is the bank's number of a transfer; for cash, `recipient` has signed."""

    reference: str = Field(default="", pattern=r"^([A-Za-z0-9][A-Za-z0-9/.-]{0,39})?$")
    recipient: str = Field(default="", max_length=200)
    signed: bool = False


class WordBody(SeenBody):
    """What the gateway's own portal or files say; `transaction` is its number of a refund that was carried out."""

    outcome: Literal["done", "refused"]
    transaction: str = Field(default="", pattern=r"^([A-Za-z0-9][A-Za-z0-9/._-]{0,59})?$")
    note: str = Reason


@refunds_api.view("GET", "/desk/refunds", gives=money_shapes.RefundsShape, query=AGENCY_PAGE)
def list_refunds(call: Call) -> money_shapes.RefundsShape:
    """What an agency of mine still owes to payers, most urgent first."""
    page = service.listed(call.who, call.query("agency"), call.limit(), call.query("cursor"))
    return money_views.refunds(page, call.who, call.language, present.now())


def _refund_id(text: str) -> str:
    """A refund's id from the path; whatever is not of the shape of one does not exist."""
    if not re.fullmatch(r"[0-9]{4,9}-[0-9]{1,3}", text, re.ASCII):
        raise NotFound("RefundNotFound")
    return text


def _shown(call: Call, refund: Refund) -> money_shapes.RefundShape:
    return money_views.refund(refund, call.who, call.language, present.now())


@refunds_api.view(
    "POST",
    "/desk/refunds/{dossier_id}/{refund_id}/prepare",
    body=PrepareBody,
    gives=money_shapes.RefundShape,
    keyed=True,
)
def prepare_refund(call: Call, dossier_id: str, refund_id: str) -> money_shapes.RefundShape:
    """Decide how a refund goes back."""
    body, key = call.body, call.key
    account = body.payee
    payee = Payee.of(account.bank, account.number, account.holder, "payee.bank") if account else None
    act = Act(path_id(dossier_id), _refund_id(refund_id), key, body.version)
    return _shown(call, service.prepare(call.who, act, body.channel, payee, body.reason, present.now()))


@refunds_api.view(
    "POST",
    "/desk/refunds/{dossier_id}/{refund_id}/approve",
    body=ApproveBody,
    gives=money_shapes.RefundShape,
    keyed=True,
)
def approve_refund(call: Call, dossier_id: str, refund_id: str) -> money_shapes.RefundShape:
    """Approve a refund; what goes through its gateway is then on its way."""
    act = Act(path_id(dossier_id), _refund_id(refund_id), call.key, call.body.version)
    return _shown(call, service.approve(call.who, act, call.body.note, present.now()))


@refunds_api.view(
    "POST",
    "/desk/refunds/{dossier_id}/{refund_id}/return",
    body=ReturnBody,
    gives=money_shapes.RefundShape,
    keyed=True,
)
def return_refund(call: Call, dossier_id: str, refund_id: str) -> money_shapes.RefundShape:
    """Send a refund back to be prepared anew."""
    act = Act(path_id(dossier_id), _refund_id(refund_id), call.key, call.body.version)
    return _shown(call, service.send_back(call.who, act, call.body.reason, present.now()))


@refunds_api.view(
    "POST",
    "/desk/refunds/{dossier_id}/{refund_id}/pay-out",
    body=PayOutBody,
    gives=money_shapes.RefundShape,
    keyed=True,
)
def pay_refund_out(call: Call, dossier_id: str, refund_id: str) -> money_shapes.RefundShape:
    """Record that a refund was transferred, or paid in cash out of my drawer."""
    act = Act(path_id(dossier_id), _refund_id(refund_id), call.key, call.body.version)
    body = call.body
    return _shown(
        call, service.pay_out(call.who, act, PayOut(body.reference, body.recipient, body.signed), present.now())
    )


@refunds_api.view(
    "POST",
    "/desk/refunds/{dossier_id}/{refund_id}/word",
    body=WordBody,
    gives=money_shapes.RefundShape,
    keyed=True,
)
def tell_refund(call: Call, dossier_id: str, refund_id: str) -> money_shapes.RefundShape:
    """Record the gateway's word on a refund when it gives none to the portal."""
    act = Act(path_id(dossier_id), _refund_id(refund_id), call.key, call.body.version)
    body = call.body
    return _shown(
        call, service.tell(call.who, act, RefundOutcome(body.outcome), body.transaction, body.note, present.now())
    )


@refunds_api.view(
    "POST",
    "/dossiers/{dossier_id}/refunds/{refund_id}/account",
    body=NamedAccountBody,
    gives=money_shapes.RefundShape,
    keyed=True,
)
def name_refund_account(call: Call, dossier_id: str, refund_id: str) -> money_shapes.RefundShape:
    """Say which account a refund of mine shall be transferred to."""
    body, key = call.body, call.key
    payee = Payee.of(body.bank, body.number, body.holder)
    ids = path_id(dossier_id), _refund_id(refund_id)
    return _shown(call, service.name_account(call.who, *ids, key, payee, body.reason, present.now()))


@refunds_api.view("POST", "/dossiers/{dossier_id}/refund-claim", body=ReasonBody, gives=shapes.MovedShape, keyed=True)
def claim_refund(call: Call, dossier_id: str) -> shapes.MovedShape:
    """Ask for the fee of a procedure that was performed and whose result I do not collect."""
    after = service.claim(call.who, path_id(dossier_id), call.key, call.body.reason, present.now())
    return views.moved(after, call.language)
