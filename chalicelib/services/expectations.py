"""What a step writes besides for the parcels of a dossier: reminders of a wait, and a wait that is given up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from chalicelib.domain import clock, post
from chalicelib.domain.clock import ZONE, Duration, Unit
from chalicelib.domain.dossier import Dossier
from chalicelib.domain.event import Event, iso
from chalicelib.domain.life import Action, State
from chalicelib.domain.post import Inbound, Parcel, Step
from chalicelib.services import catalogue, deadlines
from chalicelib.storage import dossiers as kept
from chalicelib.storage import parcels
from chalicelib.storage.transactions import Also

LATE_AFTER = Duration(5, Unit.WORKING_DAYS)
"""A registered letter within the country takes two to four days; after five working ones its sender should ask."""


def ends_wait(dossier: Dossier, action: Action) -> bool:
    """Whether the dossier, which waits for a parcel that was announced, ends before that came."""
    waits = dossier.state is State.PARCEL_EXPECTED and dossier.parcel is not None
    return waits and action in {Action.LAPSE, Action.WITHDRAW}


def given_up(dossier: Dossier, now: datetime) -> Also:
    """The announced parcel, which nobody waits for any more; one read."""
    return parcels.put(post.stepped(parcels.get(dossier.id, dossier.parcel or 0), Step.GIVE_UP, now))


def reminders(after: Dossier, event: Event, now: datetime) -> list[Also]:
    """The rows of reminders that a step asks for, due long after it."""
    if after.state is not State.PARCEL_EXPECTED:
        return []
    if event.before != State.PARCEL_EXPECTED:
        until = now + deadlines.PARCEL_WITHIN
        found = post.reminders(until, now, catalogue.calendar_of(after.agency))
        return [_row(after, event, f"before-{left}", {"until": iso(until)}, at, now) for left, at in found.items()]
    if event.action == Action.ANNOUNCE_PARCEL:
        return [_late(after, event, now)]
    return []


def _late(after: Dossier, event: Event, now: datetime) -> Also:
    posted = datetime.combine(datetime.fromisoformat(event.detail["posted_on"]).date(), time(12), ZONE)
    at = max(clock.due(posted, LATE_AFTER, catalogue.calendar_of(after.agency)).at, now)
    return _row(after, event, "late", {"parcel": after.parcel}, at, now)


def _row(after: Dossier, event: Event, step: str, body: Mapping[str, Any], at: datetime, now: datetime) -> Also:
    said = {**body, "step": step, "at": iso(at)}
    row = kept.outbox_row(after.id, event.number, "reminder", now, said, due=at)
    return Also(row, None, parcels.stale)


def holds(dossier: Dossier, parcels_: tuple[Parcel, ...], asked_by: Event, body: Mapping[str, Any]) -> bool:
    """Whether there is still something to be reminded of."""
    if dossier.state is not State.PARCEL_EXPECTED:
        return False
    if body["step"] == "late":
        # Announced again since: that announcement has a reminder of its own.
        found = next((one for one in parcels_ if one.number == body["parcel"]), None)
        announced = found is not None and found.state == Inbound.ANNOUNCED
        return announced and found is not None and iso(found.announced_at or found.since) == asked_by.at
    return dossier.state_since is not None and iso(dossier.state_since) == asked_by.at
