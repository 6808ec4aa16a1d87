"""What needs no account."""

from __future__ import annotations

from chalicelib.api import shapes, views
from chalicelib.api.bodies import Body, Field
from chalicelib.api.http import KEY, Api, Call
from chalicelib.domain.event import iso
from chalicelib.domain.page import LONGEST
from chalicelib.domain.rating import Level
from chalicelib.services import dossiers, present, statistics

public_api = Api(__name__, "public")


class StatusBody(Body):
    """The dossier's code and the secret of its receipt or of a link that was given away.

    In the body, so that neither stands in a log of addresses.
    """

    code: str = Field(min_length=1, max_length=60)
    secret: str = Field(min_length=1, max_length=100)


class RatingBody(Body):
    """`id` is made by the client: the same id again is the same rating. `page` is the page's address or its name."""

    id: str = Field(pattern=KEY)
    page: str = Field(min_length=1, max_length=LONGEST)
    level: Level


@public_api.view("GET", "/health", public=True, gives=shapes.HealthShape)
def health(call: Call) -> shapes.HealthShape:
    """Whether the API answers, and what time it is for the portal."""
    return {"status": "ok", "time": iso(present.now())}


@public_api.view("POST", "/status", public=True, body=StatusBody, gives=shapes.StatusShape)
def public_status(call: Call) -> shapes.StatusShape:
    """The status of a dossier for whoever holds its receipt, or a link that its applicant gave away."""
    seen = dossiers.status(call.body.code, call.body.secret, present.now())
    return views.status(seen.dossier, seen.until, call.language)


@public_api.view("POST", "/ratings", public=True, body=RatingBody, status=204)
def rate(call: Call) -> None:
    """Say how satisfied one is with a page, without a name."""
    statistics.rate(call.body.id, call.body.page, call.body.level, present.now())
