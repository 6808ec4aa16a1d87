"""The requests about deadlines whose AWS calls are counted."""

from __future__ import annotations

from collections.abc import Callable

from chalicelib.services.calendars import QUEUES
from tests.app.portal import AGENCY, Answer, Portal

Send = Callable[[], Answer]
_CALENDAR = f"/desk/calendars/{AGENCY}"


def _appointment(portal: Portal) -> Send:
    dossier = portal.appraised()
    body = {"reason": "Cần xác minh thêm.", "working_days": 2}
    return lambda: portal.approver.post(f"/desk/dossiers/{dossier}/appointment", body)


def _ahead(portal: Portal) -> Send:
    portal.received()
    return lambda: portal.approver.get(f"/desk/deadlines/{AGENCY}")


def _change(portal: Portal) -> Send:
    off = [{"date": "2026-12-22", "name": {"vi": "Di chuyển trụ sở"}}]
    version = portal.administrator.get(_CALENDAR).body["version"]
    body = {"version": version, "hours": None, "off": off, "reason": "Cơ quan chuyển trụ sở."}
    return lambda: portal.administrator.post(_CALENDAR, body)


DEADLINE_REQUESTS: tuple[tuple[str, int, Callable[[Portal], Send]], ...] = (
    ("officer: appointment", 3, _appointment),
    ("deadlines ahead", len(QUEUES), _ahead),  # one read for each queue
    ("calendar of an agency", 1, lambda portal: lambda: portal.reception.get(_CALENDAR)),
    ("change a calendar", 3, _change),
)
