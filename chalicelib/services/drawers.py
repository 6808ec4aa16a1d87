"""The counter's cash: a drawer per shift, counted by its cashier and handed in to somebody else."""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain import drawer as rules
from chalicelib.domain import money
from chalicelib.domain.access import Actor, Role
from chalicelib.domain.clock import ZONE
from chalicelib.domain.drawer import Drawer, DrawerState
from chalicelib.domain.money import Means
from chalicelib.errors import Conflict, Forbidden, NotFound
from chalicelib.storage import drawers as kept
from chalicelib.storage import ledger
from chalicelib.storage.transactions import Also, write_all

_SEES = (Role.CASHIER, Role.ACCOUNTANT, Role.ADMINISTRATOR)


def today(now: datetime) -> str:
    return now.astimezone(ZONE).date().isoformat()


def open_one(actor: Actor, agency: str, change: int, now: datetime) -> Drawer:
    """Begin a shift with `change` đồng in the drawer. An open drawer of today is answered as it is.

    Raises Conflict("DrawerStillOpen") when one of an earlier day was never counted.
    """
    _require(actor, agency, Role.CASHIER)
    last = kept.latest(agency, actor.id)
    if last is not None and last.state is DrawerState.OPEN:
        return _of_today(last, now)
    drawer = _new(actor, agency, last, change, now)
    write_all([kept.put(drawer)])
    return drawer


def taking(actor: Actor, agency: str, means: Means, amount: int, now: datetime) -> Also:
    """The row by which a payment (or, below nought, cash paid back) goes through the officer's drawer.

    The first of the day opens one. Raises Conflict("DrawerStillOpen").
    """
    last = kept.latest(agency, actor.id)
    if last is not None and last.state is DrawerState.OPEN:
        drawer = _of_today(last, now)
        return kept.put(rules.taken(drawer, means, amount))
    return kept.put(rules.taken(_new(actor, agency, last, 0, now, version=0), means, amount))


def count(actor: Actor, agency: str, drawer_id: str, counted: int, note: str, now: datetime) -> Drawer:
    """The cashier closes the own drawer with `counted` đồng in it; a difference needs a note and is booked."""
    _require(actor, agency, Role.CASHIER)
    drawer = kept.get(agency, drawer_id)
    if drawer.officer != actor.id:
        raise NotFound("DrawerNotFound")
    if drawer.state is DrawerState.COUNTED and (drawer.counted, drawer.note or "") == (counted, note):
        return drawer  # the same request again
    after = rules.count(drawer, counted, note, now)
    rows = [kept.put(after)]
    if more := after.difference:
        place = money.place_of(Means.CASH, drawer.officer)
        entry = money.moved(f"{after.id}-count", agency, "drawer", "differences", place, more, now)
        rows.append(ledger.new_journal(entry))
    write_all(rows)
    return after


def hand_in(actor: Actor, agency: str, drawer_id: str, now: datetime) -> Drawer:
    """Another officer confirms that what was counted has come to the agency's account; Conflict("FourEyes")."""
    _require(actor, agency, Role.ACCOUNTANT)
    drawer = kept.get(agency, drawer_id)
    if drawer.state is DrawerState.HANDED_IN and drawer.confirmed_by == actor.id:
        return drawer
    after = rules.hand_in(drawer, actor.id, actor.name, now)
    rows = [kept.put(after)]
    if (cash := (after.counted or 0) - after.change) != 0:
        place = money.place_of(Means.CASH, drawer.officer)
        entry = money.moved(f"{after.id}-bank", agency, "drawer", place, "bank", cash, now)
        rows.append(ledger.new_journal(entry))
    write_all(rows)
    return after


def mine(actor: Actor, agency: str) -> Drawer | None:
    """The cashier's present or last drawer."""
    _require(actor, agency, Role.CASHIER)
    return kept.latest(agency, actor.id)


def waiting(actor: Actor, agency: str, limit: int, cursor: str) -> tuple[list[Drawer], str | None]:
    """A page of the agency's drawers that are not handed in yet, oldest first."""
    _require(actor, agency, Role.ACCOUNTANT)
    return kept.waiting(agency, limit, cursor)


def _require(actor: Actor, agency: str, role: Role) -> None:
    if agency not in actor.agencies(_SEES):
        raise NotFound("NotFound")
    if agency not in actor.agencies({role}):
        raise Forbidden("NoSuchPost", role=role.value)


def _of_today(drawer: Drawer, now: datetime) -> Drawer:
    if drawer.day != today(now):
        raise Conflict("DrawerStillOpen", day=drawer.day)
    return drawer


def _new(actor: Actor, agency: str, last: Drawer | None, change: int, now: datetime, version: int = 1) -> Drawer:
    day = today(now)
    number = last.number + 1 if last is not None and last.day == day else 1
    return Drawer(agency, actor.id, actor.name, day, number, now, change, version=version)
