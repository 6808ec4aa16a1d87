"""Deadlines at the desk: a new date with an apology, what falls due, the agency's calendar."""

from __future__ import annotations

from typing import Any

from chalicelib.api import shapes, views
from chalicelib.api.bodies import Body, Field
from chalicelib.api.deadline_shapes import AheadShape, CalendarShape, ChangedShape
from chalicelib.api.http import Api, Call, path_id
from chalicelib.domain.clock import ZONE
from chalicelib.services import ahead, appointments, calendars, present

deadlines_api = Api(__name__, "desk")


class AppointmentBody(Body):
    """Why the result is late; the `day` of the new date (YYYY-MM-DD) or how many working days later it is."""

    reason: str = Field(min_length=1, max_length=2000)
    day: str = Field(default="", max_length=10)
    working_days: int | None = Field(default=None, ge=1, le=250)


class DayOffBody(Body):
    date: str = Field(min_length=10, max_length=10)
    name: dict[str, str]


class CalendarBody(Body):
    """All that the agency has of its own, over `version`; `reason` is told to those whose date moves."""

    version: int = Field(ge=0)
    hours: dict[str, list[list[str]]] | None
    off: list[DayOffBody] = Field(max_length=100)
    reason: str = Field(min_length=1, max_length=500)


@deadlines_api.view(
    "POST", "/desk/dossiers/{dossier_id}/appointment", body=AppointmentBody, gives=shapes.MovedShape, keyed=True
)
def reappoint(call: Call, dossier_id: str) -> shapes.MovedShape:
    """Apologise and appoint a new date for the result, once."""
    body, key, now = call.body, call.key, present.now()
    after = appointments.reappoint(call.who, path_id(dossier_id), key, body.reason, body.day, body.working_days, now)
    return views.moved(after, call.language)


@deadlines_api.view("GET", "/desk/deadlines/{agency}", gives=AheadShape)
def list_deadlines(call: Call, agency: str) -> AheadShape:
    """What is overdue at an agency of mine, or due within seven days."""
    found, more = ahead.ahead(call.who, agency, present.now())
    return {"days": ahead.DAYS, "items": [views.summary(one, call.language) for one in found], "more": more}


@deadlines_api.view("GET", "/desk/calendars/{agency}", gives=CalendarShape)
def get_calendar(call: Call, agency: str) -> CalendarShape:
    """When an agency works: its hours, its own days off, the province's."""
    shown = calendars.read(call.who, agency)
    document, own = shown.calendar.to_json(), shown.own.to_json()
    year = present.now().astimezone(ZONE).year
    tables: list[dict[str, Any]] = [document["years"].get(str(y), {"off": [], "worked": []}) for y in (year, year + 1)]
    return {
        "agency": views.agency(agency, call.language),
        "version": shown.own.version,
        "may_edit": shown.may_edit,
        "hours": own["hours"],
        "in_force": document["hours"],
        "off": own["off"],
        "public": [day for table in tables for day in table["off"]],
        "worked": [{"date": day["date"], "name": day["name"]} for table in tables for day in table["worked"]],
    }


@deadlines_api.view("POST", "/desk/calendars/{agency}", body=CalendarBody, gives=ChangedShape, keyed=True)
def change_calendar(call: Call, agency: str) -> ChangedShape:
    """Change an agency's own hours and days off; the dates of its open dossiers are counted again."""
    body = call.body
    off = [one.model_dump() for one in body.off]
    done = calendars.change(call.who, agency, call.key, body.version, body.hours, off, body.reason, present.now())
    return {"version": done.version}
