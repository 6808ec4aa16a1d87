"""The date of the result while the dossier is open: warned of, appointed anew with an apology, counted again.

Law: Nghị định 61/2018/NĐ-CP Điều 19 khoản 9: an apology in writing with the reason and the new date, and only once.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from chalicelib.domain import clock, due_date
from chalicelib.domain.access import SYSTEM, Actor, Role, require_role
from chalicelib.domain.bundle import Bundle
from chalicelib.domain.calendar import Calendar
from chalicelib.domain.clock import ZONE, Duration, Unit
from chalicelib.domain.dossier import Dossier
from chalicelib.domain.event import iso
from chalicelib.domain.life import Action, State
from chalicelib.errors import FieldError, Invalid, NotFound
from chalicelib.services import catalogue, deadlines
from chalicelib.services.desk import visible
from chalicelib.services.transitions import perform, repeated
from chalicelib.storage import dossiers as kept

LATEST_DAYS = 366
"""An appointment further away than a year is a slip of the pen."""
LATE_APOLOGY = "late_apology"


def reappoint(
    actor: Actor, dossier_id: str, key: str, reason: str, day: str, working_days: int | None, now: datetime
) -> Dossier:
    """Apologise and appoint a new date: `day` (YYYY-MM-DD; the closing of that day), or so many working days later.

    After the old date it marks the dossier as late. Raises Invalid naming `day` or `working_days` for what is no
    working day, or not later than the old date and than now; Conflict("AlreadyReappointed") the second time.
    """
    bundle = kept.load(dossier_id)
    dossier = visible(actor, bundle.dossier)
    require_role(actor, dossier.agency, Role.APPROVER)
    if repeated(bundle, key, Action.REAPPOINT, actor):
        return dossier
    first = due_date.first_receipt(bundle.events)
    if dossier.due_at is None or first is None or dossier.reappointed:
        return perform(dossier, Action.REAPPOINT, actor, now, key=key)  # which the table refuses
    calendar = catalogue.calendar_of(dossier.agency)
    at = _appointed(dossier.due_at, day, working_days, calendar, now)
    procedure = catalogue.procedure(dossier.procedure_code, dossier.procedure_version)
    dates, detail = due_date.reappointed(dossier, procedure, calendar, at, first)
    changes: dict[str, Any] = {**dates}
    detail |= {"reason": reason, "was": iso(dossier.due_at)}
    if now > dossier.due_at:
        changes["counted_late"] = detail["counted_late"] = LATE_APOLOGY
    return perform(dossier, Action.REAPPOINT, actor, now, key=key, detail=detail, changes=changes)


def _appointed(was: datetime, day: str, working_days: int | None, calendar: Calendar, now: datetime) -> datetime:
    if bool(day) == bool(working_days):
        raise Invalid("BadRequest", [FieldError.of("day", "Required")])
    after = max(was, now)
    if working_days:
        return clock.due(after, Duration(working_days, Unit.WORKING_DAYS), calendar).at
    try:
        on = datetime.combine(date.fromisoformat(day), time(12), ZONE)
    except ValueError as error:
        raise Invalid("BadRequest", [FieldError.of("day", "BadDate")]) from error
    closing = due_date.closing(on, calendar)
    if closing is None:
        raise Invalid("BadRequest", [FieldError.of("day", "NotWorkingDay")])
    if closing <= after:
        raise Invalid("BadRequest", [FieldError.of("day", "NotLaterThanDue")])
    if (closing - after).days > LATEST_DAYS:
        raise Invalid("BadRequest", [FieldError.of("day", "TooFarAhead", days=LATEST_DAYS)])
    return closing


def warn(dossier_id: str, due_at: str, now: datetime) -> None:
    """One working day before `due_at`: say so on the dossier, if that is still its date and it is still at work."""
    dossier = kept.head(dossier_id)
    if dossier.due_at is None or iso(dossier.due_at) != due_at or now >= dossier.due_at:
        return
    if dossier.state not in WARNED:
        return
    detail = {"due_at": due_at, "to": dossier.assignee_name or dossier.state.about.queue}
    perform(dossier, Action.WARN, SYSTEM, now, key=f"warn-{due_at}", detail=detail)


WARNED = frozenset({State.RECEIVED, State.APPRAISAL, State.CONSULTATION, State.APPROVAL, State.ISSUING, State.SEALING})
"""Where the date of the result runs against the agency."""


def recalculate(dossier_id: str, change: str, reason: str, now: datetime) -> bool:
    """Count the date of an open dossier again, by the calendar as it is now; whether it moved. Safe to repeat.

    `change` names the change of the calendar. A date never comes earlier: what was promised stands.
    """
    try:
        bundle = kept.load(dossier_id)
    except NotFound:
        return False
    found = counted_again(bundle)
    if found is None:
        return False
    dossier, (changes, detail) = bundle.dossier, found
    detail |= {"note": reason}
    key = f"calendar-{change}-{dossier.event_count}"
    perform(dossier, Action.RECALCULATE, SYSTEM, now, key=key, detail=detail, changes=changes)
    return True


def counted_again(bundle: Bundle) -> due_date.Set | None:
    """What `recalculate` would write: the later `due_at`, or `reply_due_at`; None when the date stands."""
    return _result(bundle) if bundle.dossier.state in WARNED else _reply(bundle.dossier)


def _result(bundle: Bundle) -> due_date.Set | None:
    dossier, first = bundle.dossier, due_date.first_receipt(bundle.events)
    if first is None or dossier.due_at is None:
        return None
    procedure = catalogue.procedure(dossier.procedure_code, dossier.procedure_version)
    found = due_date.recalculated(dossier, procedure, catalogue.calendar_of(dossier.agency), first)
    return found and (found[0], {**found[1], "was": iso(dossier.due_at)})


def _reply(dossier: Dossier) -> due_date.Set | None:
    due = reply_by(dossier)
    if due is None or dossier.reply_due_at is None or due <= dossier.reply_due_at:
        return None
    return {"reply_due_at": due}, {"reply_due_at": iso(due), "was": iso(dossier.reply_due_at)}


def reply_by(dossier: Dossier) -> datetime | None:
    """Before acceptance the reply is what runs, since the dossier came to where it waits; by the present calendar."""
    since = dossier.state_since
    if dossier.reply_due_at is None or since is None:
        return None
    if dossier.state is State.SUBMITTED:
        return deadlines.reply(dossier.agency, since)
    return deadlines.papers(dossier.agency, since) if dossier.state is State.PARCEL_RECEIVED else None
