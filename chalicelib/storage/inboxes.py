"""What people were told on the portal, newest first: an inbox per account, and one per agency for its officers.

What somebody has seen is one moment per inbox, not a mark on every row: to mark all is one write, to count one query.

pk `INBOX#<sub or agency>`, sk `<moment>#<dossier>#<event>#<what>`; and `SEEN#<whose>` under the reader's own key.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.domain.event import iso
from chalicelib.domain.notice import INBOX_KEPT
from chalicelib.storage import cursors
from chalicelib.storage.tables import RegistryRow
from chalicelib.values import dataclass

_AFTER_ALL = ":"  # above every moment, below the marks SEEN#
MOST_UNREAD = 100


@dataclass(frozen=True)
class Told:
    """A row of an inbox; `body` has dossier, code, subject, text and kind."""

    id: str
    at: str
    body: Mapping[str, Any]


def row(box: str, dossier_id: str, number: int, what: str, body: Mapping[str, str], now: datetime) -> RegistryRow:
    """To be put with what it tells of; the same notice again is the same row. Forgotten after a year."""
    return RegistryRow(
        _key(box),
        f"{iso(now)}#{dossier_id}#{number:06d}#{what}",
        body={"dossier": dossier_id, **body},
        created_at=iso(now),
        expires_at=int((now + INBOX_KEPT).timestamp()),
    )


def put(box: str, dossier_id: str, number: int, what: str, body: Mapping[str, str], at: str) -> None:
    """Put one by itself; `at` (ISO 8601) is of what it tells of, so that the same again is the same row."""
    row(box, dossier_id, number, what, body, datetime.fromisoformat(at)).save()


def page(box: str, limit: int, cursor: str) -> tuple[list[Told], str | None]:
    """A page of an inbox; one query."""
    start = {"pk": {"S": _key(box)}, "sk": {"S": cursors.read(cursor, 1)[0]}} if cursor else None
    rows = RegistryRow.query(
        _key(box),
        RegistryRow.sk < _AFTER_ALL,
        limit=limit,
        page_size=limit,
        last_evaluated_key=start,
        scan_index_forward=False,
    )
    found = [Told(row.sk, str(row.created_at), row.body or {}) for row in rows]
    last = rows.last_evaluated_key
    return found, cursors.write(last["sk"]["S"]) if last else None


def unread(box: str, since: str) -> int:
    """How many came after the moment `since`, at most MOST_UNREAD; one query."""
    newer = RegistryRow.sk.between(f"{since}~", _AFTER_ALL)
    rows = RegistryRow.query(_key(box), newer, limit=MOST_UNREAD, page_size=MOST_UNREAD, attributes_to_get=["pk", "sk"])
    return sum(1 for _ in rows)


def seen(person: str, box: str) -> str:
    """Up to which moment (ISO 8601) the person has seen the inbox; "0" for never."""
    try:
        return str(RegistryRow.get(_key(person), f"SEEN#{box}").created_at)
    except RegistryRow.DoesNotExist:
        return "0"


def see(person: str, box: str, until: str) -> None:
    RegistryRow(_key(person), f"SEEN#{box}", created_at=until).save()


def _key(box: str) -> str:
    return f"INBOX#{box}"
