"""The applicant's dossiers."""

from __future__ import annotations

import re
from typing import Any, Literal

from chalicelib.api import shapes, views
from chalicelib.api.bodies import Body, Field
from chalicelib.api.http import Api, Call, claims_of, path_id
from chalicelib.errors import FieldError, Invalid
from chalicelib.services import dossiers as service
from chalicelib.services import present, shares

dossiers_api = Api(__name__, "dossiers")
PAGE = {"cursor": "where the page before ended", "limit": "rows of a page, 1 to 50"}


class DraftBody(Body):
    """`version` is the one the draft was made from; 0 makes a new one."""

    version: int = Field(ge=0)
    procedure: str = Field(min_length=1, max_length=60)
    procedure_version: int = Field(ge=1)
    agency: str = Field(min_length=1, max_length=35)
    answers: dict[str, Any]
    delivery: Literal["counter", "online", "post"] = "counter"


class SubmissionBody(Body):
    """The declaration that everything stated is true."""

    declaration: bool


class SupplementBody(Body):
    """The answers asked for; papers asked for are uploaded before."""

    answers: dict[str, Any] = Field(default_factory=dict)
    note: str = Field(default="", max_length=2000)


class ShareBody(Body):
    """For how many days, and the applicant's own words for whom."""

    days: Literal[1, 7, 30]
    label: str = Field(default="", max_length=60)


@dossiers_api.view("GET", "/dossiers", gives=shapes.ListShape, query=PAGE)
def list_my_dossiers(call: Call) -> shapes.ListShape:
    """My dossiers and drafts, newest first."""
    return views.listed(service.mine(call.who, call.limit(), call.query("cursor")), call.language)


@dossiers_api.view("PUT", "/dossiers/{dossier_id}", body=DraftBody, gives=shapes.MovedShape)
def save_draft(call: Call, dossier_id: str) -> shapes.MovedShape:
    """Save a draft under an id that the client made."""
    claims = claims_of(call)
    applicant = {
        "name": call.who.name,
        "kind": call.who.kind,
        "identity": claims.get("custom:identity", ""),
        "email": claims.get("email", ""),
        "phone": claims.get("phone_number", ""),
    }
    draft = service.Draft(**call.body.model_dump())
    saved = service.save_draft(call.who, applicant, path_id(dossier_id), draft, present.now())
    return views.moved(saved, call.language)


@dossiers_api.view("GET", "/dossiers/{dossier_id}", gives=shapes.DossierShape)
def get_dossier(call: Call, dossier_id: str) -> shapes.DossierShape:
    """A dossier of mine with its timeline, papers, messages and due date explained."""
    return views.in_full(service.detail(call.who, path_id(dossier_id)), call.who, call.language)


@dossiers_api.view("DELETE", "/dossiers/{dossier_id}", status=204)
def discard_draft(call: Call, dossier_id: str) -> None:
    """Delete a draft."""
    service.discard(call.who, path_id(dossier_id), present.now())


@dossiers_api.view(
    "POST", "/dossiers/{dossier_id}/submission", body=SubmissionBody, gives=shapes.FiledShape, keyed=True
)
def submit_dossier(call: Call, dossier_id: str) -> shapes.FiledShape:
    """File a draft; answers with the code and the receipt, or with every defect at once."""
    filed = service.submit(call.who, path_id(dossier_id), call.key, call.body.declaration, present.now())
    return views.filed(filed, call.language)


@dossiers_api.view(
    "POST", "/dossiers/{dossier_id}/supplement", body=SupplementBody, gives=shapes.MovedShape, keyed=True
)
def answer_supplement(call: Call, dossier_id: str) -> shapes.MovedShape:
    """Answer a supplement request: the items asked for and nothing else."""
    body, key = call.body, call.key
    after = service.supplement(call.who, path_id(dossier_id), key, body.answers, body.note, present.now())
    return views.moved(after, call.language)


@dossiers_api.view("PUT", "/dossiers/{dossier_id}/shares/{share_id}", body=ShareBody, gives=shapes.SharesShape)
def share_status(call: Call, dossier_id: str, share_id: str) -> shapes.SharesShape:
    """Make a link to the status of a dossier of mine.

    `share_id` is the SHA-256, in hexadecimal, of a secret of 32 hexadecimal digits that the client made by chance and
    puts behind the # of the link, as the receipt's stands there. The portal never hears it before the link is opened.
    """
    if not re.fullmatch("[0-9a-f]{64}", share_id):
        raise Invalid("BadRequest", [FieldError.of("share_id", "BadFormat")])
    made = shares.make(call.who, path_id(dossier_id), share_id, call.body.days, call.body.label, present.now())
    return {"items": views.shares(made.live(present.now()))}


@dossiers_api.view("DELETE", "/dossiers/{dossier_id}/shares/{share_id}", gives=shapes.SharesShape)
def revoke_share(call: Call, dossier_id: str, share_id: str) -> shapes.SharesShape:
    """Take a link back: from now on it opens nothing."""
    left = shares.revoke(call.who, path_id(dossier_id), share_id, present.now())
    return {"items": views.shares(left.live(present.now()))}
