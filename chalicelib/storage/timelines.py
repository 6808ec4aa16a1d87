"""The end of a dossier's timeline, read without the rest of its collection."""

from __future__ import annotations

from chalicelib.domain.event import Event
from chalicelib.storage.tables import EventRow, Row, dossier_key

_MOST = 10  # steps that lead nowhere (a reminder, money that came) may stand behind the one that is looked for


def last(dossier_id: str) -> tuple[Event, ...]:
    """The last events, the newest first; one query."""
    rows = Row.query(
        dossier_key(dossier_id),
        Row.sk.startswith("EVENT#"),
        scan_index_forward=False,
        limit=_MOST,
        consistent_read=True,
    )
    return tuple(Event(**row.body, hash=row.hash) for row in rows if isinstance(row, EventRow))
