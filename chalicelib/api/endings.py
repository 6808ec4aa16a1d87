"""How dossiers end otherwise than with a result: taken back by the applicant, and complained of."""

from __future__ import annotations

from typing import Any, Literal

from chalicelib import messages
from chalicelib.api import ending_shapes, shapes, views
from chalicelib.api.bodies import Body, Field
from chalicelib.api.dossiers import PAGE
from chalicelib.api.http import Api, Call, path_id
from chalicelib.domain.complaint import Complaint, Outcome
from chalicelib.domain.event import iso
from chalicelib.errors import FieldError, Invalid
from chalicelib.services import complaints, present, withdrawal
from chalicelib.services.desk import dotted

endings_api = Api(__name__, "endings")


class WithdrawalBody(Body):
    """`back` is what the applicant was told would come back, in đồng: refused when it is another amount by now."""

    reason: str = Field(min_length=1, max_length=2000)
    back: int | None = Field(default=None, ge=0)


class ComplaintBody(Body):
    text: str = Field(min_length=1, max_length=4000)


class AnswerBody(Body):
    """`upheld` where the dossier cannot be reopened: the applicant files anew."""

    outcome: Literal["declined", "rejected", "reopened", "upheld"]
    answer: str = Field(min_length=1, max_length=4000)


@endings_api.view("GET", "/dossiers/{dossier_id}/withdrawal", gives=ending_shapes.ConsequenceShape)
def get_consequence(call: Call, dossier_id: str) -> ending_shapes.ConsequenceShape:
    """What taking a dossier of mine back would mean: whether it still can be, and what of the fees comes back."""
    means = withdrawal.consequence(call.who, path_id(dossier_id))
    texts = [_text(call, "may" if means.may else "over" if means.over else "decided")]
    if means.may:
        amounts = [(name, amount) for name, amount in (("back", means.back), ("kept", means.kept)) if amount]
        texts += [_text(call, name, amount=dotted(amount)) for name, amount in amounts]
        texts += [] if amounts else [_text(call, "nothing")]
        texts += [_text(call, "papers")] if means.papers else []
    return {"may": means.may, "back": means.back, "kept": means.kept, "texts": texts}


def _text(call: Call, key: str, **params: str) -> str:
    return messages.text(call.language, "withdrawals", key, **params)


@endings_api.view("POST", "/dossiers/{dossier_id}/withdrawal", body=WithdrawalBody, gives=shapes.MovedShape, keyed=True)
def withdraw_dossier(call: Call, dossier_id: str) -> shapes.MovedShape:
    """Take a filed dossier back."""
    body, key = call.body, call.key
    after = withdrawal.withdraw(call.who, path_id(dossier_id), key, body.reason, body.back, present.now())
    return views.moved(after, call.language)


@endings_api.view("GET", "/dossiers/{dossier_id}/complaint", gives=ending_shapes.StandingShape)
def get_my_complaint(call: Call, dossier_id: str) -> ending_shapes.StandingShape:
    """The complaints about a dossier of mine, and whether there may be one."""
    return _standing(complaints.mine(call.who, path_id(dossier_id), present.now()), call.language)


@endings_api.view("POST", "/dossiers/{dossier_id}/complaint", body=ComplaintBody, gives=shapes.MovedShape, keyed=True)
def file_complaint(call: Call, dossier_id: str) -> shapes.MovedShape:
    """Complain about how a dossier of mine ended: once per ending, within 90 days."""
    after = complaints.file(call.who, path_id(dossier_id), call.key, call.body.text, present.now())
    return views.moved(after, call.language)


@endings_api.view(
    "GET",
    "/desk/complaints",
    gives=ending_shapes.ComplaintsShape,
    query={**PAGE, "agency": "an agency that I administer"},
)
def list_complaints(call: Call) -> ending_shapes.ComplaintsShape:
    """The complaints that an agency has still to answer, the most urgent first; for its administrators."""
    agency = call.query("agency")
    if not agency:
        raise Invalid("BadQuery", [FieldError.of("agency", "Required")])
    found, cursor = complaints.open_at(call.who, agency, call.limit(), call.query("cursor"))
    return {"items": [_complaint(one, call.language) for one in found], "cursor": cursor}


@endings_api.view("GET", "/desk/dossiers/{dossier_id}/complaint", gives=ending_shapes.StandingShape)
def get_complaint(call: Call, dossier_id: str) -> ending_shapes.StandingShape:
    """The complaints about a dossier of my agency."""
    return _standing(complaints.at_desk(call.who, path_id(dossier_id), present.now()), call.language)


@endings_api.view(
    "POST", "/desk/dossiers/{dossier_id}/complaint-answer", body=AnswerBody, gives=shapes.MovedShape, keyed=True
)
def answer_complaint(call: Call, dossier_id: str) -> shapes.MovedShape:
    """Decide about a complaint: decline it, reject it, reopen the dossier, or uphold it and have it filed anew."""
    body, key = call.body, call.key
    outcome = Outcome(body.outcome)
    after = complaints.answer(call.who, path_id(dossier_id), key, outcome, body.answer, present.now())
    return views.moved(after, call.language)


def _standing(of: complaints.Standing, language: str) -> ending_shapes.StandingShape:
    return {
        "items": [_complaint(one, language) for one in of.complaints],
        "until": iso(of.until) if of.until else None,
        "reopenable": of.reopenable,
        "may_decline": of.may_decline,
    }


def _complaint(of: Complaint, language: str) -> ending_shapes.ComplaintShape:
    outcome: Any = of.outcome.value
    return {
        "dossier": of.dossier,
        "code": of.code,
        "procedure": of.procedure,
        "applicant": of.applicant,
        "ending": of.ending,
        "ended_in": views.state(of.ended_in, language),
        "ended_at": iso(of.ended_at),
        "text": of.text,
        "filed_at": iso(of.filed_at),
        "decline_by": iso(of.decline_by),
        "answer_by": iso(of.answer_by),
        "outcome": outcome,
        "outcome_name": messages.text(language, "complaints", of.outcome.value),
        "answer": of.answer,
        "answered_at": iso(of.answered_at) if of.answered_at else None,
        "answered_by": of.answered_by,
    }
