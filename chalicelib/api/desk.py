"""The officers' desk: queues, and one route per step."""

from __future__ import annotations

from typing import Literal

from chalicelib.api import shapes, views
from chalicelib.api.bodies import Body, Field
from chalicelib.api.dossiers import PAGE
from chalicelib.api.http import Api, Call, path_id
from chalicelib.domain.dossier import Dossier
from chalicelib.domain.money import Means
from chalicelib.domain.urgency import Urgency
from chalicelib.errors import FieldError, Invalid
from chalicelib.services import desk as service
from chalicelib.services import present, queues, searches, teams

desk_api = Api(__name__, "desk")
Reason = Field(min_length=1, max_length=2000)
Note = Field(default="", max_length=2000)
URGENCIES = f"only what is {', '.join(Urgency)} (nothing runs against the agency)"


class NothingBody(Body):
    """A step that needs no more than itself."""


class NoteBody(Body):
    note: str = Note


class ReasonBody(Body):
    reason: str = Reason


class OpinionBody(Body):
    opinion: str = Reason


class AskBody(Body):
    """Each defective paper (component) and form field with its reason; `exception` for a second request only."""

    papers: dict[str, str] = Field(default_factory=dict, max_length=50)
    fields: dict[str, str] = Field(default_factory=dict, max_length=100)
    note: str = Note
    exception: str = Note


class FeeBody(Body):
    """What the counter took, in đồng; `reference` is the slip of the card terminal or the bank's number."""

    amount: int = Field(ge=1, le=10**12)
    reference: str = Field(default="", pattern=r"^([A-Za-z0-9][A-Za-z0-9/.-]{0,39})?$")
    means: Literal["cash", "card", "transfer"]


class OriginalsBody(Body):
    """For every paper of the dossier whether it matches its original."""

    originals: dict[str, Literal["matches", "differs", "not_shown"]]
    form_signed: bool
    note: str = Note


@desk_api.view("GET", "/desk/queues", gives=shapes.QueuesShape)
def list_queues(call: Call) -> shapes.QueuesShape:
    """My posts, and the queues that they open."""
    mine = queues.mine(call.who)
    posts = sorted(call.who.posts, key=str)
    return {
        "items": [{"agency": views.agency(code, call.language), "queue": name} for code, name in mine],
        "administers": [views.agency(code, call.language) for code in searches.administered(call.who)],
        "posts": [{"agency": views.agency(one.agency, call.language), "role": one.role.value} for one in posts],
    }


@desk_api.view("GET", "/desk/queues/{agency}/{queue}", gives=shapes.ListShape, query={**PAGE, "urgency": URGENCIES})
def get_queue(call: Call, agency: str, queue: str) -> shapes.ListShape:
    """A page of a queue, most urgent first."""
    limit, cursor, within = call.limit(), call.query("cursor"), _urgency(call.query("urgency"))
    return views.listed(queues.page(call.who, agency, queue, within, present.now(), limit, cursor), call.language)


def _urgency(text: str) -> Urgency | None:
    try:
        return Urgency(text) if text else None
    except ValueError:
        expected = ", ".join(Urgency)
        raise Invalid("BadQuery", [FieldError.of("urgency", "NotOneOf", expected=expected)]) from None


@desk_api.view("GET", "/desk/counts", gives=shapes.CountsShape, query={"agency": "count this agency's queues only"})
def count_queues(call: Call) -> shapes.CountsShape:
    """How many dossiers wait in my queues, by urgency."""
    found, left_out = queues.counts(call.who, call.query("agency"), present.now())
    return {"items": [views.waiting(one) for one in found], "left_out": left_out}


@desk_api.view("GET", "/desk/codes/{code}", gives=shapes.SummaryShape)
def find_by_code(call: Call, code: str) -> shapes.SummaryShape:
    """The dossier behind a code."""
    return views.summary(service.find(call.who, code), call.language)


@desk_api.view("GET", "/desk/dossiers/{dossier_id}", gives=shapes.DossierShape)
def get_desk_dossier(call: Call, dossier_id: str) -> shapes.DossierShape:
    """A dossier of my agency in full."""
    bundle = service.detail(call.who, path_id(dossier_id))
    return views.in_full(bundle, teams.acting(call.who, bundle.dossier, present.now()), call.language)


def _moved(call: Call, dossier: Dossier) -> shapes.MovedShape:
    return views.moved(dossier, call.language)


@desk_api.view("POST", "/desk/dossiers/{dossier_id}/receive", body=NoteBody, gives=shapes.MovedShape, keyed=True)
def receive_dossier(call: Call, dossier_id: str) -> shapes.MovedShape:
    """Accept a dossier."""
    after = service.receive(call.who, path_id(dossier_id), call.key, call.body.note, present.now())
    return _moved(call, after)


@desk_api.view(
    "POST", "/desk/dossiers/{dossier_id}/supplement-request", body=AskBody, gives=shapes.MovedShape, keyed=True
)
def request_supplement(call: Call, dossier_id: str) -> shapes.MovedShape:
    """Ask the applicant for a supplement: once, fully, with reasons."""
    body = call.body
    items = {"papers": body.papers, "fields": body.fields}
    key, now = call.key, present.now()
    return _moved(
        call, service.request_supplement(call.who, path_id(dossier_id), key, items, body.note, body.exception, now)
    )


@desk_api.view("POST", "/desk/dossiers/{dossier_id}/refusal", body=ReasonBody, gives=shapes.MovedShape, keyed=True)
def refuse_dossier(call: Call, dossier_id: str) -> shapes.MovedShape:
    """Refuse to receive a dossier."""
    after = service.refuse(call.who, path_id(dossier_id), call.key, call.body.reason, present.now())
    return _moved(call, after)


@desk_api.view("POST", "/desk/dossiers/{dossier_id}/claim", body=NothingBody, gives=shapes.MovedShape, keyed=True)
def claim_dossier(call: Call, dossier_id: str) -> shapes.MovedShape:
    """Take an accepted dossier to appraise it."""
    return _moved(call, service.claim(call.who, path_id(dossier_id), call.key, present.now()))


@desk_api.view("POST", "/desk/dossiers/{dossier_id}/proposal", body=OpinionBody, gives=shapes.MovedShape, keyed=True)
def propose_approval(call: Call, dossier_id: str) -> shapes.MovedShape:
    """Close the appraisal and propose approval."""
    after = service.propose(call.who, path_id(dossier_id), call.key, call.body.opinion, present.now())
    return _moved(call, after)


@desk_api.view("POST", "/desk/dossiers/{dossier_id}/return", body=ReasonBody, gives=shapes.MovedShape, keyed=True)
def send_back(call: Call, dossier_id: str) -> shapes.MovedShape:
    """Send a proposal back to its appraiser."""
    after = service.send_back(call.who, path_id(dossier_id), call.key, call.body.reason, present.now())
    return _moved(call, after)


@desk_api.view("POST", "/desk/dossiers/{dossier_id}/approval", body=NoteBody, gives=shapes.MovedShape, keyed=True)
def approve_dossier(call: Call, dossier_id: str) -> shapes.MovedShape:
    """Approve a proposal."""
    after = service.approve(call.who, path_id(dossier_id), call.key, call.body.note, present.now())
    return _moved(call, after)


@desk_api.view("POST", "/desk/dossiers/{dossier_id}/stop", body=ReasonBody, gives=shapes.MovedShape, keyed=True)
def stop_dossier(call: Call, dossier_id: str) -> shapes.MovedShape:
    """Stop the procedure during the review."""
    after = service.stop(call.who, path_id(dossier_id), call.key, call.body.reason, present.now())
    return _moved(call, after)


@desk_api.view("POST", "/desk/dossiers/{dossier_id}/fee", body=FeeBody, gives=shapes.MovedShape, keyed=True)
def take_fee(call: Call, dossier_id: str) -> shapes.MovedShape:
    """Take the fee that is due at the counter."""
    body, key = call.body, call.key
    means = Means(body.means)
    return _moved(
        call, service.take_fee(call.who, path_id(dossier_id), key, body.amount, means, body.reference, present.now())
    )


@desk_api.view("POST", "/desk/dossiers/{dossier_id}/originals", body=OriginalsBody, gives=shapes.MovedShape, keyed=True)
def compare_originals(call: Call, dossier_id: str) -> shapes.MovedShape:
    """Record the comparison of the papers sent with their originals."""
    body, key = call.body, call.key
    return _moved(
        call,
        service.compare(call.who, path_id(dossier_id), key, body.originals, body.form_signed, body.note, present.now()),
    )


@desk_api.view("POST", "/desk/dossiers/{dossier_id}/archive", body=NothingBody, gives=shapes.MovedShape, keyed=True)
def archive_dossier(call: Call, dossier_id: str) -> shapes.MovedShape:
    """Archive a delivered dossier."""
    return _moved(call, service.close(call.who, path_id(dossier_id), call.key, present.now()))
