"""Results: entered, revoked, handed over, fetched online by their applicants, checked by whoever holds one."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Literal

from chalicelib.api import result_views, shapes, views
from chalicelib.api.bodies import Body, Field
from chalicelib.api.http import KEY, Api, Call, claims_of, path_id
from chalicelib.api.typed import TypedDict
from chalicelib.domain import result_template
from chalicelib.domain.event import iso
from chalicelib.domain.result import Way
from chalicelib.domain.upload import DOWNLOAD_SECONDS
from chalicelib.errors import NotFound
from chalicelib.services import delivery, present
from chalicelib.services import results as service
from chalicelib.services.delivery import HandOver
from chalicelib.services.results import Entry

results_api = Api(__name__, "results")
Reason = Field(min_length=1, max_length=2000)
Text = Annotated[str, Field(max_length=result_template.LONGEST)]


Texts = Annotated[dict[Annotated[str, Field(pattern="^[a-z][a-z0-9_-]{0,59}$")], Text], Field(max_length=50)]


class DocumentBody(Body):
    """Number and title of the document, and what the officer writes for the procedure's template, by name."""

    number: str = Field(min_length=1, max_length=60)
    title: str = Field(min_length=1, max_length=300)
    texts: Texts = {}


class ResultBody(DocumentBody):
    """`way`: paper alone; a file that the portal signs for the agency; one that the agency signed; the template.

    `paper` is the id of the uploaded file, of a file or a signed one. Without `way` there is a file when there is a
    paper.
    """

    way: Literal["paper", "file", "signed", "template"] | None = None
    paper: str | None = Field(default=None, pattern=KEY)


class RevocationBody(Body):
    reason: str = Reason


class ConfirmBody(Body):
    """A step that needs no more than itself."""


class HandOverBody(Body):
    """Who signed for the result: the applicant, somebody with a mandate, the representative of an organisation.

    `identity_end` are the last four digits of the document that was shown; `signature` is the id of the uploaded
    signature, when it is not on a sheet that the agency keeps.
    """

    recipient: str = Field(min_length=1, max_length=200)
    signed: bool
    relation: Literal["self", "mandate", "representative"] = "self"
    identity_end: str = Field(default="", pattern="^([0-9]{4})?$")
    signature: str | None = Field(default=None, pattern=KEY)


class ResultCheckBody(Body):
    """What stands on the result and in its QR code. In the body, so that the secret stands in no log of addresses."""

    code: str = Field(min_length=1, max_length=60)
    secret: str = Field(min_length=1, max_length=60)


class ResultCheckShape(TypedDict):
    """`state`: valid or revoked, then when and why. `sha256` of the file, null for a result on paper alone.

    `signed` is what was found about the file's signature when it was issued.
    """

    code: str
    state: str
    agency: shapes.AgencyShape
    procedure: str
    number: str
    title: str
    issued_at: str
    sha256: str | None
    size: int | None
    signed: shapes.SignedShape | None
    revoked_at: str | None
    reason: str | None


@results_api.view("POST", "/desk/dossiers/{dossier_id}/result", body=ResultBody, gives=shapes.MovedShape, keyed=True)
def enter_result(call: Call, dossier_id: str) -> shapes.MovedShape:
    """Enter the result; one with a file is issued as soon as that is signed, or its signature verified, and locked."""
    body = call.body
    way = Way(body.way or ("file" if body.paper else "paper"))
    entry = Entry(body.number, body.title, way, body.paper, body.texts)
    return views.moved(service.enter(call.who, path_id(dossier_id), call.key, entry, present.now()), call.language)


@results_api.view("PUT", "/desk/dossiers/{dossier_id}/result-preview", body=DocumentBody, gives=shapes.LinkShape)
def preview_result(call: Call, dossier_id: str) -> shapes.LinkShape:
    """An address, good for two minutes, of the document that the procedure's template makes; it is no result yet."""
    entry = Entry(call.body.number, call.body.title, Way.TEMPLATE, texts=call.body.texts)
    return _link(service.preview(call.who, path_id(dossier_id), entry, present.now()))


@results_api.view(
    "POST", "/desk/dossiers/{dossier_id}/result-return", body=ConfirmBody, gives=shapes.MovedShape, keyed=True
)
def take_result_back(call: Call, dossier_id: str) -> shapes.MovedShape:
    """Take back a result that is being sealed, to enter another."""
    return views.moved(service.take_back(call.who, path_id(dossier_id), call.key, present.now()), call.language)


@results_api.view("GET", "/desk/dossiers/{dossier_id}/results/{number}", gives=shapes.LinkShape)
def get_desk_result(call: Call, dossier_id: str, number: str) -> shapes.LinkShape:
    """An address, good for two minutes, to download the file of a result of my agency."""
    if not re.fullmatch("[1-9][0-9]?", number):
        raise NotFound("ResultNotFound")
    return _link(service.at_desk(call.who, path_id(dossier_id), int(number)))


@results_api.view(
    "POST",
    "/desk/dossiers/{dossier_id}/revocation-request",
    body=RevocationBody,
    gives=shapes.MovedShape,
    keyed=True,
)
def ask_revocation(call: Call, dossier_id: str) -> shapes.MovedShape:
    """Ask that the result be revoked as wrongly issued."""
    after = service.ask_revocation(call.who, path_id(dossier_id), call.key, call.body.reason, present.now())
    return views.moved(after, call.language)


@results_api.view(
    "POST", "/desk/dossiers/{dossier_id}/revocation", body=ConfirmBody, gives=shapes.MovedShape, keyed=True
)
def revoke_result(call: Call, dossier_id: str) -> shapes.MovedShape:
    """Revoke the result for the reason that somebody else gave; another can be issued."""
    return views.moved(service.revoke(call.who, path_id(dossier_id), call.key, present.now()), call.language)


@results_api.view(
    "POST",
    "/desk/dossiers/{dossier_id}/revocation-refusal",
    body=RevocationBody,
    gives=shapes.MovedShape,
    keyed=True,
)
def keep_result(call: Call, dossier_id: str) -> shapes.MovedShape:
    """Decide that the result stands, with the reason."""
    after = service.keep(call.who, path_id(dossier_id), call.key, call.body.reason, present.now())
    return views.moved(after, call.language)


@results_api.view(
    "POST", "/desk/dossiers/{dossier_id}/hand-over", body=HandOverBody, gives=shapes.MovedShape, keyed=True
)
def hand_over(call: Call, dossier_id: str) -> shapes.MovedShape:
    """Hand the result over against a signature."""
    given = HandOver(**call.body.model_dump())
    return views.moved(delivery.hand_over(call.who, path_id(dossier_id), call.key, given, present.now()), call.language)


@results_api.view("POST", "/dossiers/{dossier_id}/result", body=ConfirmBody, gives=shapes.LinkShape, keyed=True)
def fetch_result(call: Call, dossier_id: str) -> shapes.LinkShape:
    """An address, good for two minutes, to download my result from; needs a login of the last ten minutes."""
    return _link(delivery.fetch(call.who, path_id(dossier_id), call.key, _proved_at(call), present.now()))


@results_api.view("POST", "/results/check", public=True, body=ResultCheckBody, gives=ResultCheckShape)
def check_result(call: Call) -> ResultCheckShape:
    """Whether a result is real and in force, for whoever holds it; nothing about the applicant."""
    dossier, result = service.check(call.body.code, call.body.secret)
    file = result.file
    return {
        "code": result.code,
        "state": result.state.value,
        "agency": views.agency(dossier.agency, call.language),
        "procedure": dossier.procedure_name,
        "number": result.reference,
        "title": result.title,
        "issued_at": iso(result.issued_at),
        "sha256": file.sha256 if file else None,
        "size": file.size if file else None,
        "signed": result_views.signed(result, call.language),
        "revoked_at": iso(result.revoked_at) if result.revoked_at else None,
        "reason": result.reason or None,
    }


def _link(url: str) -> shapes.LinkShape:
    return {"url": url, "expires_in": DOWNLOAD_SECONDS}


def _proved_at(call: Call) -> datetime | None:
    """When the session began with a password, which a refreshed token still says; None when the token does not."""
    said = str(claims_of(call).get("auth_time", ""))
    return datetime.fromtimestamp(int(said), UTC) if re.fullmatch("[0-9]{1,12}", said) else None
