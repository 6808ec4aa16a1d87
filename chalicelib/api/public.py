"""What needs no account."""

from __future__ import annotations

from pydantic import Field

from chalicelib.api import shapes, views
from chalicelib.api.http import Api, Body, Call
from chalicelib.domain.dossier import iso
from chalicelib.services import dossiers, present

public_api = Api(__name__, "public")


class StatusBody(Body):
    """The dossier's code and the secret of its receipt or of a link that was given away.

    In the body, so that neither stands in a log of addresses.
    """

    code: str = Field(min_length=1, max_length=60)
    secret: str = Field(min_length=1, max_length=100)


@public_api.view("GET", "/health", public=True, gives=shapes.HealthShape)
def health(call: Call) -> shapes.HealthShape:
    """Whether the API answers, and what time it is for the portal."""
    return {"status": "ok", "time": iso(present.now())}


@public_api.view("POST", "/status", public=True, body=StatusBody, gives=shapes.StatusShape)
def public_status(call: Call) -> shapes.StatusShape:
    """The status of a dossier for whoever holds its receipt, or a link that its applicant gave away."""
    seen = dossiers.status(call.body.code, call.body.secret, present.now())
    return views.status(seen.dossier, seen.until, call.language)
