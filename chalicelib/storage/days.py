"""Days of agencies' books as they were reckoned: one row per day, the last of them carries the balances on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from chalicelib.storage import cursors
from chalicelib.storage.ledger_table import LedgerRow

OPEN = "day#open"
"""The partition of the days that are not closed yet."""


def keep(agency: str, on: date, body: dict[str, Any], *, closed: bool, unmatched: int) -> None:
    """Put a day down, over what was reckoned of it before."""
    LedgerRow(
        _pk(agency),
        on.isoformat(),
        kind="day",
        amount=unmatched,
        body=body,
        created_at=on.isoformat(),
        work=None if closed else OPEN,
        work_at=None if closed else f"{on.isoformat()}#{agency}",
    ).save()


def before(agency: str, on: date) -> tuple[date, dict[str, Any]] | None:
    """The last day before `on` that was reckoned; one read."""
    rows = LedgerRow.query(
        _pk(agency), LedgerRow.sk < on.isoformat(), scan_index_forward=False, limit=1, consistent_read=True
    )
    return next(((date.fromisoformat(row.sk), dict(row.body)) for row in rows), None)


def listed(agency: str, limit: int, cursor: str) -> tuple[list[dict[str, Any]], str | None]:
    """A page of an agency's days, the latest first; one query."""
    until = cursors.read(cursor, 1)[0] if cursor else "9999"
    rows = LedgerRow.query(_pk(agency), LedgerRow.sk < until, scan_index_forward=False, limit=limit, page_size=limit)
    found = [dict(row.body) for row in rows]
    return found, cursors.write(found[-1]["day"]) if rows.last_evaluated_key else None


def of(agencies: Iterable[str], on: date) -> dict[str, dict[str, Any]]:
    """The day of several agencies, as far as it was reckoned; one call per hundred agencies."""
    keys = [(_pk(agency), on.isoformat()) for agency in agencies]
    rows = LedgerRow.batch_get(keys) if keys else ()
    return {row.pk.removeprefix("DAY#"): dict(row.body) for row in rows}


def still_open(since: date, until: date, most: int) -> Iterator[tuple[str, date]]:
    """Up to `most` days from `since` to before `until` that were not closed when they were reckoned, oldest first."""
    between = LedgerRow.work_at.between(since.isoformat(), until.isoformat())
    for row in LedgerRow.by_work.query(OPEN, between, limit=most):
        yield row.pk.removeprefix("DAY#"), date.fromisoformat(row.sk)


def _pk(agency: str) -> str:
    return f"DAY#{agency}"
