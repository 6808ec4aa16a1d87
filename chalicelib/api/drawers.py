"""The counter's cash: drawers of cashiers."""

from __future__ import annotations

import re

from chalicelib.api import money_shapes, money_views
from chalicelib.api.bodies import Body, Field
from chalicelib.api.dossiers import PAGE
from chalicelib.api.http import Api, Call
from chalicelib.errors import NotFound
from chalicelib.services import drawers as service
from chalicelib.services import present

drawers_api = Api(__name__, "payments")


class OpeningBody(Body):
    """What is in the drawer at the beginning, in đồng."""

    change: int = Field(ge=0, le=10**9)


class CountBody(Body):
    """What the cashier found in the drawer, in đồng; a difference needs a note."""

    counted: int = Field(ge=0, le=10**12)
    note: str = Field(default="", max_length=500)


class HandInBody(Body):
    """Nothing more than that it was received."""


@drawers_api.view("GET", "/desk/drawers/{agency}/mine", gives=money_shapes.MyDrawerShape)
def get_my_drawer(call: Call, agency: str) -> money_shapes.MyDrawerShape:
    """My present or last drawer at an agency."""
    drawer = service.mine(call.who, agency)
    return {"drawer": money_views.drawer(drawer) if drawer else None}


@drawers_api.view("PUT", "/desk/drawers/{agency}/mine", body=OpeningBody, gives=money_shapes.DrawerShape)
def open_my_drawer(call: Call, agency: str) -> money_shapes.DrawerShape:
    """Begin a shift; an open drawer of today stays as it is."""
    return money_views.drawer(service.open_one(call.who, agency, call.body.change, present.now()))


@drawers_api.view("GET", "/desk/drawers/{agency}", gives=money_shapes.DrawersShape, query=PAGE)
def list_drawers(call: Call, agency: str) -> money_shapes.DrawersShape:
    """The agency's drawers that are not handed in yet, oldest first."""
    found, cursor = service.waiting(call.who, agency, call.limit(), call.query("cursor"))
    return {"items": [money_views.drawer(one) for one in found], "cursor": cursor}


@drawers_api.view("PUT", "/desk/drawers/{agency}/{drawer_id}/count", body=CountBody, gives=money_shapes.DrawerShape)
def count_drawer(call: Call, agency: str, drawer_id: str) -> money_shapes.DrawerShape:
    """Close my drawer with what I found in it."""
    counted, note = call.body.counted, call.body.note.strip()
    return money_views.drawer(service.count(call.who, agency, _id(drawer_id), counted, note, present.now()))


@drawers_api.view("PUT", "/desk/drawers/{agency}/{drawer_id}/hand-in", body=HandInBody, gives=money_shapes.DrawerShape)
def hand_in_drawer(call: Call, agency: str, drawer_id: str) -> money_shapes.DrawerShape:
    """Confirm, as somebody else, that what was counted was handed in."""
    return money_views.drawer(service.hand_in(call.who, agency, _id(drawer_id), present.now()))


def _id(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9-]{1,64}\.\d{4}-\d\d-\d\d\.\d{1,4}", text):
        raise NotFound("DrawerNotFound")
    return text
