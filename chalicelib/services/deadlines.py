"""Due dates of a dossier, by the calendar of its agency; each comes with its explanation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from chalicelib.domain import clock, due_date
from chalicelib.domain.clock import Duration, Unit
from chalicelib.domain.dossier import Dossier
from chalicelib.domain.due_date import Pauses, Set
from chalicelib.domain.event import Event
from chalicelib.domain.procedure import Procedure
from chalicelib.services import catalogue

# Notice of acceptance or of a supplement: eight working hours online, one working day otherwise (NĐ 61/2018).
REPLY_WITHIN = Duration(8, Unit.WORKING_HOURS)
# Of papers that came by post or by hand (NĐ 61/2018: one working day).
PAPERS_WITHIN = Duration(1, Unit.WORKING_DAYS)
# How long a dossier waits for its parcel; no law read so far names a time.
PARCEL_WITHIN = timedelta(days=30)
# No law read so far names a time for fees of public services; ten working days is what the portal promises.
REFUND_WITHIN = Duration(10, Unit.WORKING_DAYS)


def reply(agency: str, submitted: datetime) -> datetime:
    """By when the agency must accept the dossier or ask for a supplement."""
    return clock.due(submitted, REPLY_WITHIN, catalogue.calendar_of(agency)).at


def papers(agency: str, arrived: datetime) -> datetime:
    """By when the papers of a parcel must have been checked."""
    return clock.due(arrived, PAPERS_WITHIN, catalogue.calendar_of(agency)).at


def refund(agency: str, opened: datetime) -> datetime:
    """By when a refund must have been paid."""
    return clock.due(opened, REFUND_WITHIN, catalogue.calendar_of(agency)).at


def result(dossier: Dossier, procedure: Procedure, received: datetime, pauses: Pauses = ()) -> Set:
    """The clock of the procedure starts: changes of the head and detail of the event (see domain/due_date.py)."""
    return due_date.started(dossier, procedure, catalogue.calendar_of(dossier.agency), received, pauses)


def resumed(dossier: Dossier, events: Sequence[Event], procedure: Procedure, asked: datetime, now: datetime) -> Set:
    """The clock after a supplement: it goes on with the pause added, or starts again where the procedure says so."""
    first = due_date.first_receipt(events) or now
    return due_date.resumed(dossier, procedure, catalogue.calendar_of(dossier.agency), asked, now, first)


def paused(dossier: Dossier, events: Sequence[Event], procedure: Procedure, since: datetime, now: datetime) -> Set:
    """The clock after a consultation whose time does not count: it goes on with the pause added."""
    first = due_date.first_receipt(events) or now
    return due_date.paused(dossier, procedure, catalogue.calendar_of(dossier.agency), since, now, first)


def consulted(agency: str, asked: datetime, within: Duration) -> datetime:
    """By when an agency that is asked must answer, by its own calendar."""
    return clock.due(asked, within, catalogue.calendar_of(agency)).at


def supplement(dossier: Dossier, procedure: Procedure, asked: datetime) -> datetime:
    """Until when the applicant may answer a supplement request; after it the dossier lapses."""
    return clock.due(asked, procedure.supplement.within, catalogue.calendar_of(dossier.agency)).at


def warning(dossier: Dossier, now: datetime) -> datetime | None:
    """When whoever is at work must be warned that the date is near; None when it is here already."""
    if dossier.due_at is None:
        return None
    return due_date.warning_at(dossier.due_at, catalogue.calendar_of(dossier.agency), now)
