"""Searches for people: by name or number, each on record; and the records, for the agency's administrator.

A search is a POST, though it changes no dossier: what is searched for must not stand in addresses, which are logged.
"""

from __future__ import annotations

from typing import Literal

from chalicelib.api import shapes, views
from chalicelib.api.bodies import Body, Field
from chalicelib.api.dossiers import PAGE
from chalicelib.api.http import Api, Call
from chalicelib.domain.search import LONGEST_TERM, Kind, Purpose, Search
from chalicelib.services import present
from chalicelib.services import searches as service

searches_api = Api(__name__, "desk")


class SearchBody(Body):
    """`term`: the beginning of a name, with or without diacritics, or a whole identity number or tax code.

    `purpose` is kept on record: the citizen at the counter or on the telephone, another dossier in hand, supervision.
    `cursor` asks for the next page of the same search.
    """

    agency: str = Field(min_length=1, max_length=35)
    kind: Literal["name", "identity"]
    term: str = Field(max_length=LONGEST_TERM)
    purpose: Literal["counter", "phone", "handling", "supervision"]
    cursor: str = Field(default="", max_length=600)


@searches_api.view("POST", "/desk/searches", body=SearchBody, gives=shapes.FoundShape)
def search_dossiers(call: Call) -> shapes.FoundShape:
    """Dossiers of an agency of mine by the applicant's name or number; every page is recorded."""
    body = call.body
    asked, purpose = Search(body.agency, Kind(body.kind), body.term), Purpose(body.purpose)
    found = service.find(call.who, asked, purpose, body.cursor, call.request_id, present.now())
    return {
        "items": [views.hit(dossier, call.language) for dossier in found.dossiers],
        "cursor": found.cursor,
        "cut": found.cut,
    }


@searches_api.view("GET", "/desk/searches/{agency}", gives=shapes.SearchRecordsShape, query=PAGE)
def list_searches(call: Call, agency: str) -> shapes.SearchRecordsShape:
    """Who searched for people at an agency that I administer, newest first."""
    records, cursor = service.records(call.who, agency, call.limit(), call.query("cursor"))
    return {"items": [views.search_record(one) for one in records], "cursor": cursor}
