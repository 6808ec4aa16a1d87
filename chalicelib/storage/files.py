"""Files that were read into the ledger, one row each under the agency that had them read."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date
from typing import Any

from chalicelib.domain.event import iso, moment
from chalicelib.domain.file import File, FileKind, Told
from chalicelib.domain.reconcile import Sum
from chalicelib.errors import FieldError, NotFound, StaleWrite
from chalicelib.storage import cursors
from chalicelib.storage.ledger_table import LedgerRow
from chalicelib.storage.transactions import Also

_DAYS, _MOMENTS = ("first_day", "last_day"), ("began_at", "ended_at")


def find(agency: str, kind: FileKind, sha256: str) -> File | None:
    """One read."""
    try:
        return _read(LedgerRow.get(_pk(agency), f"{kind.value}#{sha256}", consistent_read=True))
    except LedgerRow.DoesNotExist:
        return None


def get(agency: str, file_id: str) -> File:
    """Raises NotFound("FileNotFound")."""
    kind, _, sha256 = file_id.partition(".")
    found = find(agency, FileKind(kind), sha256) if kind in {k.value for k in FileKind} else None
    if found is None:
        raise NotFound("FileNotFound")
    return found


def put(file: File) -> Also:
    """The file over the version before it; one of version 1 is new."""
    row = LedgerRow(
        _pk(file.agency),
        f"{file.kind.value}#{file.sha256}",
        kind="file",
        amount=file.net,
        version=file.version,
        body=_write(file),
        created_at=iso(file.began_at),
        work=None if file.ended_at else f"file#{file.agency}",
        work_at=None if file.ended_at else iso(file.began_at),
        book=f"file#{file.agency}",
        book_at=f"{iso(file.began_at)}#{file.sha256}",
    )
    before = LedgerRow.pk.does_not_exist() if file.version == 1 else LedgerRow.version == file.version - 1
    return Also(row, before, lambda: StaleWrite("StaleWrite"))


def listed(agency: str, limit: int, cursor: str) -> tuple[tuple[File, ...], str | None]:
    """A page of an agency's files, the newest first; one query."""
    book, start = f"file#{agency}", None
    if cursor:
        at, sk = cursors.read(cursor, 2)
        key = {"book": book, "book_at": at, "pk": _pk(agency), "sk": sk}
        start = {name: {"S": text} for name, text in key.items()}
    rows = LedgerRow.by_book.query(
        book, limit=limit, page_size=limit, last_evaluated_key=start, scan_index_forward=False
    )
    found = tuple(_read(row) for row in rows)
    last = rows.last_evaluated_key
    return found, cursors.write(last["book_at"]["S"], last["sk"]["S"]) if last else None


# The latest day that files of a side have told of: what was booked before it and is in none of them is missing there.


def passed(agency: str, side: str, day: date) -> Also:
    """Files of `side` have been read up to `day`; an earlier day does not take it back."""
    row = LedgerRow(
        _pk(agency), f"PASSED#{side}", kind="passed", body={"side": side, "day": day.isoformat()}, created_at=""
    )
    return Also(row, None, lambda: StaleWrite("StaleWrite"))


def last_days(agency: str) -> dict[str, date]:
    """By side; one query."""
    rows = LedgerRow.query(_pk(agency), LedgerRow.sk.startswith("PASSED#"))
    return {row.body["side"]: date.fromisoformat(row.body["day"]) for row in rows}


def _pk(agency: str) -> str:
    return f"FILE#{agency}"


def _write(file: File) -> dict[str, Any]:
    said = {f.name: getattr(file, f.name) for f in dataclasses.fields(file)}
    said |= {name: iso(said[name]) for name in _MOMENTS if said[name]}
    said |= {name: said[name].isoformat() for name in _DAYS if said[name]}
    said["sums"] = {agency: dataclasses.astuple(total) for agency, total in file.sums.items()}
    said["told"] = [_told(one) for one in file.told]
    return {name: value for name, value in said.items() if value is not None}


def _told(one: Told) -> dict[str, Any]:
    fields = [[f.field, f.code, f.params] for f in one.fields]
    return {"row": one.row, "code": one.code, "params": dict(one.params), "fields": fields}


def _read(row: LedgerRow) -> File:
    body = dict(row.body)
    body |= {name: moment(body[name]) for name in _MOMENTS if body.get(name)}
    body |= {name: date.fromisoformat(body[name]) for name in _DAYS if body.get(name)}
    body["kind"] = FileKind(body["kind"])
    body["sums"] = {agency: Sum(*total) for agency, total in body["sums"].items()}
    body["told"] = tuple(_told_of(one) for one in body["told"])
    return File(**body)


def _told_of(said: Mapping[str, Any]) -> Told:
    fields = tuple(FieldError(field, code, params) for field, code, params in said["fields"])
    return Told(said["row"], said["code"], said["params"], fields)
