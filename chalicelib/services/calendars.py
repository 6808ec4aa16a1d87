"""Calendars of agencies: shown, changed by their administrators; a change counts the dates of open dossiers again.

A change is written in this order: the work that must follow (and the record of who changed what), then the calendar.
Whoever dies in between leaves work that finds nothing to do. The work begins when no process can remember the old
calendar any more, goes through the queues page by page, each page a row of the outbox that carries where to go on, and
goes round again until nothing moved: a dossier that was sent back to an earlier queue meanwhile is met, too.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.access import Actor, Role, require_officer
from chalicelib.domain.agency import is_within, root_of
from chalicelib.domain.agency_calendar import Own, owns
from chalicelib.domain.calendar import Calendar
from chalicelib.domain.dossier import Dossier
from chalicelib.domain.event import iso
from chalicelib.errors import Conflict, Invalid, NotFound, StaleWrite
from chalicelib.services import appointments, catalogue
from chalicelib.storage import calendars as kept
from chalicelib.storage import catalogue as published
from chalicelib.storage import lists
from chalicelib.storage.outbox import Effect
from chalicelib.telemetry import count, logger
from chalicelib.values import dataclass

QUEUES = ("reception", "appraisal", "approval", "issuing")
"""Where a date runs against the agency, in the order in which dossiers go through them."""
PAGE = 25
SETTLES = catalogue.FRESH + timedelta(minutes=1)
"""After so long no process remembers the calendar as it was before the change."""
MOST_ROUNDS = 3
MOST_QUERIES = 20
"""Empty queues looked at in one go."""
_TRIES = 3
Work = dict[str, Any]


@dataclass(frozen=True)
class Shown:
    """An agency's calendar: what it has of its own, what is in force, and whether the reader may change it."""

    agency: str
    own: Own
    calendar: Calendar
    may_edit: bool


def read(actor: Actor, agency: str) -> Shown:
    """For officers with a post at the agency, or who may change it; NotFound for others."""
    require_officer(actor)
    may = _may_edit(actor, agency)
    if not may and agency not in actor.agencies():
        raise NotFound("NotFound")
    return Shown(agency, _own(agency), catalogue.calendar_of(agency), may)


def _own(agency: str) -> Own:
    document, _ = published.read_tagged(published.CALENDAR)
    return owns(document).get(agency, Own())


def _may_edit(actor: Actor, agency: str) -> bool:
    """An administrator of the agency, or of one above it."""
    tree = catalogue.agencies()
    return agency in tree and any(is_within(tree, agency, one) for one in actor.agencies({Role.ADMINISTRATOR}))


def change(actor: Actor, agency: str, key: str, version: int, hours: Any, off: Any, reason: str, now: datetime) -> Own:
    """Replace what the agency has of its own, over `version`; the same request again is the same change.

    Raises NotFound for who may not, Invalid naming what cannot be, StaleWrite when somebody else changed it first.
    """
    require_officer(actor)
    if not _may_edit(actor, agency):
        raise NotFound("NotFound")
    new = Own.read(hours, off, version + 1, key)
    for _ in range(_TRIES):  # the document is one for all agencies
        document, tag = published.read_tagged(published.CALENDAR)
        before = owns(document).get(agency, Own())
        if before.change == key:
            if before != new:
                raise Conflict("KeyReused")
            return before
        if before.version != version:
            raise StaleWrite("StaleWrite")
        record = {"before": before.to_json(), "after": new.to_json(), "reason": reason}
        kept.changed(agency, new.version, key, {**record, "officer": actor.id, "name": actor.name}, now, now + SETTLES)
        whole = dict(document or {})
        whole["agencies"] = {**whole.get("agencies", {}), agency: new.to_json()}
        if published.replace(published.CALENDAR, whole, tag):
            catalogue.forget()
            logger.info("calendar changed", agency=agency, officer=actor.id, version=new.version)
            return new
    raise StaleWrite("StaleWrite")


def province_changed(key: str, now: datetime) -> None:
    """The province's table was published anew: every agency's open dossiers are looked at."""
    root = root_of(catalogue.agencies())
    if root:
        kept.changed(root, None, key, {"reason": ""}, now, now + SETTLES)


def go_on(effect: Effect, now: datetime) -> None:
    """Some of the work that a change asked for, then the row that says where to go on, or none. Safe to repeat."""
    if effect.body["begins"] > iso(now):
        return  # the stream tells of it when it is written; the sweeper finds it when it is due
    work: Work | None = dict(effect.body)
    for _ in range(MOST_QUERIES):
        if work is None:
            break
        agency, queue = str(work["at"]), str(work["queue"])
        page = lists.of_queue(agency, queue, None, now, PAGE, str(work["cursor"]))
        moved = sum(_again(one, work, now) for one in page.dossiers)
        if moved:
            logger.info("dates counted again", agency=agency, queue=queue, dossiers=moved)
            count("DatesCountedAgain", moved, agency=agency)
        work = _following({**work, "moved": work["moved"] + moved, "cursor": page.cursor or ""})
        if page.dossiers:
            break
    kept.next_page(effect, work, now)


def _again(dossier: Dossier, work: Work, now: datetime) -> bool:
    """One dossier that cannot be counted is logged and stops no other; one that moves just now is tried again."""
    for last in (False, True):
        try:
            return appointments.recalculate(dossier.id, work["change"], work["reason"], now)
        except StaleWrite:
            if last:
                raise
        except (Invalid, NotFound):
            logger.exception("date not counted again", dossier=dossier.id)
            count("DatesNotCountedAgain", agency=dossier.agency)
            return False
    raise AssertionError("unreachable")


def _following(work: Work) -> Work | None:
    """Where the work goes on: the page after, the next queue, the next agency, another round; None when it is done."""
    if work["cursor"]:
        return work
    number = QUEUES.index(work["queue"]) + 1
    if number < len(QUEUES):
        return {**work, "queue": QUEUES[number]}
    tree = catalogue.agencies()
    below = [code for code in tree if is_within(tree, code, work["agency"])]
    place = below.index(work["at"]) + 1 if work["at"] in below else len(below)
    if place < len(below):
        return {**work, "at": below[place], "queue": QUEUES[0]}
    if work["moved"] and work["round"] < MOST_ROUNDS:
        return {**work, "at": below[0], "queue": QUEUES[0], "moved": 0, "round": work["round"] + 1}
    return None
