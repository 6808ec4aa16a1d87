"""What a step that sets the date of the result asks for besides: a warning, one working day before."""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.dossier import Dossier
from chalicelib.domain.event import Event, iso
from chalicelib.errors import StaleWrite
from chalicelib.services import deadlines
from chalicelib.storage import dossiers as kept
from chalicelib.storage.transactions import Also


def warnings(after: Dossier, event: Event, now: datetime) -> list[Also]:
    """The row of the warning, due long after the step; a later date has a warning of its own."""
    if "due_explanation" not in event.detail or after.due_at is None:
        return []
    at = deadlines.warning(after, now)
    if at is None:
        return []
    said = {"step": "due", "at": iso(at), "due_at": iso(after.due_at)}
    row = kept.outbox_row(after.id, event.number, "warning", now, said, due=at)
    return [Also(row, None, lambda: StaleWrite("StaleWrite"))]
