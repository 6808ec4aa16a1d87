"""Cashiers' drawers: one row per shift under its agency, sorted by officer and day."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from typing import Any

from chalicelib.domain.drawer import Drawer, DrawerState
from chalicelib.domain.event import iso, moment
from chalicelib.errors import FieldError, Invalid, NotFound, StaleWrite
from chalicelib.storage.ledger_table import LedgerRow
from chalicelib.storage.transactions import Also

_MOMENTS = ("opened_at", "counted_at", "handed_in_at")


def latest(agency: str, officer: str) -> Drawer | None:
    """The officer's last drawer at the agency, open or not; one read."""
    rows = LedgerRow.query(
        _key(agency), LedgerRow.sk.startswith(f"{officer}#"), scan_index_forward=False, limit=1, consistent_read=True
    )
    return next((_read(row) for row in rows), None)


def get(agency: str, drawer_id: str) -> Drawer:
    """Raises NotFound("DrawerNotFound")."""
    try:
        return _read(LedgerRow.get(_key(agency), drawer_id.replace(".", "#"), consistent_read=True))
    except LedgerRow.DoesNotExist as error:
        raise NotFound("DrawerNotFound") from error


def put(drawer: Drawer) -> Also:
    """The drawer over the version before it; one of version 1 is new."""
    written = {f.name: getattr(drawer, f.name) for f in dataclasses.fields(drawer)}
    waits = drawer.state is not DrawerState.HANDED_IN
    row = LedgerRow(
        _key(drawer.agency),
        drawer.id.replace(".", "#"),
        kind="drawer",
        amount=drawer.cash,
        version=drawer.version,
        body={k: iso(v) if isinstance(v, datetime) else v for k, v in written.items() if v is not None},
        created_at=iso(drawer.opened_at),
        work=f"drawer#{drawer.agency}" if waits else None,
        work_at=iso(drawer.opened_at) if waits else None,
    )
    before = LedgerRow.pk.does_not_exist() if drawer.version == 1 else LedgerRow.version == drawer.version - 1
    return Also(row, before, lambda: StaleWrite("StaleWrite"))


def waiting(agency: str, limit: int, cursor: str) -> tuple[list[Drawer], str | None]:
    """A page of the drawers that are not handed in yet, oldest first; one query."""
    start = _start(agency, cursor) if cursor else None
    rows = LedgerRow.by_work.query(f"drawer#{agency}", limit=limit, last_evaluated_key=start, page_size=limit)
    found = [_read(row) for row in rows]
    last = rows.last_evaluated_key
    return found, f"{last['work_at']['S']}|{last['sk']['S']}" if last else None


def _start(agency: str, cursor: str) -> dict[str, Any]:
    at, separator, sk = cursor.partition("|")
    if not separator or not at or not sk:
        raise Invalid("BadCursor", [FieldError.of("cursor", "BadFormat")])
    return {"work": {"S": f"drawer#{agency}"}, "work_at": {"S": at}, "pk": {"S": _key(agency)}, "sk": {"S": sk}}


def _key(agency: str) -> str:
    return f"DRAWER#{agency}"


def _read(row: LedgerRow) -> Drawer:
    body = dict(row.body)
    for name in _MOMENTS:
        if body.get(name):
            body[name] = moment(body[name])
    return Drawer(**{**body, "state": DrawerState(body["state"])})
