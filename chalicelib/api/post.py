"""Parcels: papers that come by post, results that go by registered post, and what the post reports of them."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated, Literal

from chalice.app import Response

from chalicelib.api import post_views, shapes, views
from chalicelib.api.bodies import Body, Field
from chalicelib.api.desk import Note, NothingBody, Reason
from chalicelib.api.dossiers import PAGE
from chalicelib.api.http import Api, Call, path_id
from chalicelib.api.typed import TypedDict
from chalicelib.domain.bundle import Listed
from chalicelib.domain.post import Check, Finding, Way
from chalicelib.errors import FieldError, Invalid
from chalicelib.services import post as service
from chalicelib.services import present, shipments

post_api = Api(__name__, "post")
TRACKING = r"^[0-9A-Z]{8,30}$"
TRACKING_IF_ANY = r"^([0-9A-Z]{8,30})?$"
CARRIER = r"^[a-z]{2,20}$"
Sender = Field(default="", max_length=200)
WAYS = {"incoming": Way.IN, "outgoing": Way.OUT, "strays": Way.STRAY}


class AnnouncementBody(Body):
    """The post's number of the parcel and the day of posting."""

    tracking: str = Field(pattern=TRACKING)
    posted_on: date


class ArrivalBody(Body):
    """`tracking` "" when the cover has no number of the post, or the announced one holds."""

    tracking: str = Field(default="", pattern=TRACKING_IF_ANY)
    sender: str = Sender
    note: str = Note


class FindingBody(Body):
    """A certified copy says by whom and when it was certified; everything else says why in `note`."""

    finding: Literal["certified", "missing", "wrong", "differs"]
    certified_by: str = Field(default="", max_length=200)
    certified_on: date | None = None
    note: str = Field(default="", max_length=1000)


class ChecksBody(Body):
    """What was found of every paper that is not proven yet, by its component."""

    checks: dict[str, FindingBody] = Field(max_length=50)
    note: str = Note


class ParcelBackBody(Body):
    """Why the parcel goes back, and the post's number that it goes back under, if any."""

    reason: str = Reason
    tracking: str = Field(default="", pattern=TRACKING_IF_ANY)


class AddressBody(Body):
    name: str = Field(min_length=1, max_length=200)
    line: str = Field(min_length=5, max_length=300)
    phone: str = Field(default="", max_length=20)


class PostingBody(Body):
    """Registered post: the carrier, its number of the parcel, and whom it goes to as the address is now."""

    carrier: str = Field(default="vnpost", pattern=CARRIER)
    tracking: str = Field(pattern=TRACKING)
    address: AddressBody


class CameBackBody(Body):
    reason: str = Reason


class StrayBody(Body):
    """`code` is what the parcel bears, if anything; `reason` why it is for no dossier that waits."""

    code: str = Field(default="", max_length=60)
    tracking: str = Field(default="", pattern=TRACKING_IF_ANY)
    sender: str = Sender
    reason: str = Reason


class ReportsBody(Body):
    """Some rows of a carrier's file, each the text of one whole row; `offset` rows came before these."""

    carrier: str = Field(default="vnpost", pattern=CARRIER)
    header: str = Field(min_length=1, max_length=2000)
    offset: int = Field(default=0, ge=0, le=10**7)
    rows: list[Annotated[str, Field(max_length=4000)]] = Field(max_length=shipments.MOST_ROWS)


class ListedParcelShape(TypedDict):
    """`id` names the dossier, or the stray; `dossier` is none for strays."""

    id: str
    code: str
    parcel: post_views.ParcelShape
    dossier: shapes.SummaryShape | None


class ParcelsShape(TypedDict):
    items: list[ListedParcelShape]
    cursor: str | None


@post_api.view("POST", "/dossiers/{dossier_id}/parcel", body=AnnouncementBody, gives=shapes.MovedShape, keyed=True)
def announce_parcel(call: Call, dossier_id: str) -> shapes.MovedShape:
    """Say that the papers of a dossier of mine were posted, with the post's number."""
    body, now = call.body, present.now()
    after = service.announce(call.who, path_id(dossier_id), call.key, body.tracking, body.posted_on, now)
    return views.moved(after, call.language)


@post_api.view("POST", "/desk/dossiers/{dossier_id}/parcel", body=ArrivalBody, gives=shapes.MovedShape, keyed=True)
def register_parcel(call: Call, dossier_id: str) -> shapes.MovedShape:
    """Register the parcel that came for a dossier."""
    body, now = call.body, present.now()
    after = service.register(call.who, path_id(dossier_id), call.key, body.tracking, body.sender, body.note, now)
    return views.moved(after, call.language)


@post_api.view(
    "POST", "/desk/dossiers/{dossier_id}/parcel/opening", body=NothingBody, gives=shapes.MovedShape, keyed=True
)
def open_parcel(call: Call, dossier_id: str) -> shapes.MovedShape:
    """Record that the parcel was opened."""
    return views.moved(service.open_(call.who, path_id(dossier_id), call.key, present.now()), call.language)


@post_api.view(
    "POST", "/desk/dossiers/{dossier_id}/parcel/checks", body=ChecksBody, gives=shapes.MovedShape, keyed=True
)
def check_parcel(call: Call, dossier_id: str) -> shapes.MovedShape:
    """Record what was found of each paper: complete, or another parcel is asked for."""
    checks = {
        component: Check(Finding(one.finding), one.certified_by.strip(), one.certified_on, one.note.strip())
        for component, one in call.body.checks.items()
    }
    after = service.check(call.who, path_id(dossier_id), call.key, checks, call.body.note, present.now())
    return views.moved(after, call.language)


@post_api.view(
    "POST", "/desk/dossiers/{dossier_id}/parcel/return", body=ParcelBackBody, gives=shapes.MovedShape, keyed=True
)
def return_parcel(call: Call, dossier_id: str) -> shapes.MovedShape:
    """Send the parcel back to its sender."""
    body, now = call.body, present.now()
    after = service.send_back(call.who, path_id(dossier_id), call.key, body.reason, body.tracking, now)
    return views.moved(after, call.language)


@post_api.view("POST", "/desk/dossiers/{dossier_id}/posting", body=PostingBody, gives=shapes.MovedShape, keyed=True)
def post_result(call: Call, dossier_id: str) -> shapes.MovedShape:
    """Hand the result to the post, registered."""
    body, now = call.body, present.now()
    address = body.address.model_dump()
    after = shipments.hand_in(call.who, path_id(dossier_id), call.key, body.carrier, body.tracking, address, now)
    return views.moved(after, call.language)


@post_api.view(
    "POST", "/desk/dossiers/{dossier_id}/posting/return", body=CameBackBody, gives=shapes.MovedShape, keyed=True
)
def take_back_result(call: Call, dossier_id: str) -> shapes.MovedShape:
    """Record that the result came back by post, or was given up by it."""
    after = shipments.came_back(call.who, path_id(dossier_id), call.key, call.body.reason, present.now())
    return views.moved(after, call.language)


@post_api.view(
    "GET", "/desk/parcels/{agency}", gives=ParcelsShape, query={"way": "incoming, outgoing or strays", **PAGE}
)
def list_parcels(call: Call, agency: str) -> ParcelsShape:
    """Parcels of an agency under way, the oldest first."""
    way = call.query("way", "incoming")
    if way not in WAYS:
        raise Invalid("BadQuery", [FieldError.of("way", "NotOneOf", expected=", ".join(WAYS))])
    found, cursor = service.listed(call.who, agency, WAYS[way], call.limit(), call.query("cursor"))
    return {"items": [_listed(one, call.language) for one in found], "cursor": cursor}


def _listed(of: Listed, language: str) -> ListedParcelShape:
    return {
        "id": of.parcel.id,
        "code": of.parcel.code,
        "parcel": post_views.parcel(of.parcel, present.now()),
        "dossier": views.summary(of.dossier, language) if of.dossier else None,
    }


@post_api.view("POST", "/desk/parcels/{agency}/strays", body=StrayBody, gives=ListedParcelShape, status=201, keyed=True)
def register_stray(call: Call, agency: str) -> ListedParcelShape:
    """Register a parcel that is for no dossier which waits."""
    body, now = call.body, present.now()
    stray = service.register_stray(
        call.who, agency, call.key, body.code.strip(), body.tracking, body.sender, body.reason, now
    )
    return _listed(Listed(stray, None), call.language)


@post_api.view("POST", "/desk/parcels/{agency}/strays/{stray_id}/return", body=CameBackBody, gives=ListedParcelShape)
def return_stray(call: Call, agency: str, stray_id: str) -> ListedParcelShape:
    """Record that a stray goes back to its sender."""
    stray = service.return_stray(call.who, agency, path_id(stray_id), call.body.reason, present.now())
    return _listed(Listed(stray, None), call.language)


@post_api.view("POST", "/desk/parcels/{agency}/reports", body=ReportsBody, gives=post_views.ReportRowsShape)
def read_reports(call: Call, agency: str) -> post_views.ReportRowsShape:
    """Read rows of a file of the post; each says what became of it."""
    body, now = call.body, present.now()
    rows = shipments.read(call.who, agency, body.carrier, body.header, body.offset, body.rows, now)
    return {"items": [post_views.row(one, call.language) for one in rows]}


@post_api.view("POST", "/post/{carrier}", public=True, raw=True)
def post_calls(call: Call, carrier: str) -> Response:
    """A postal service reports a parcel in the body, signed over its bytes."""
    raw = call.request.raw_body
    headers = {str(name).lower(): str(value) for name, value in (call.request.headers or {}).items()}
    body = raw.encode() if isinstance(raw, str) else bytes(raw)
    status, result = shipments.called(carrier, headers, body, call.request_id, present.now())
    answer = json.dumps({"result": result})
    return Response(body=answer, status_code=status, headers={"Content-Type": "application/json"})
