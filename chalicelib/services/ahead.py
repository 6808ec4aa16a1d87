"""What falls due at an agency in the days ahead, whoever must do it."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from chalicelib.domain.access import Actor, require_officer
from chalicelib.domain.clock import ZONE
from chalicelib.domain.dossier import Dossier
from chalicelib.domain.urgency import deadline
from chalicelib.errors import NotFound
from chalicelib.services.calendars import QUEUES
from chalicelib.storage import lists

DAYS = 7
MOST = 50
"""Of one queue; whoever has more due in a week reads the queue itself."""


def ahead(actor: Actor, agency: str, now: datetime) -> tuple[list[Dossier], bool]:
    """What is overdue or due within seven days, most urgent first, and whether there is more; one read per queue.

    For officers with a post at the agency; NotFound for others.
    """
    require_officer(actor)
    if agency not in actor.agencies():
        raise NotFound("NotFound")
    until = datetime.combine(now.astimezone(ZONE).date() + timedelta(days=DAYS), time(), ZONE)
    found: list[Dossier] = []
    more = False
    for queue in QUEUES:
        here, beyond = lists.due_by(agency, queue, until - timedelta(milliseconds=1), MOST)
        found += here
        more = more or beyond
    return sorted(found, key=lambda one: deadline(one) or now), more
