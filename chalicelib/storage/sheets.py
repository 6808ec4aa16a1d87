"""The forms that were made for a dossier, and an agency's register of what was filed with it.

A form is a row of the dossier, `SHEET#<event>#<form>` (event 000000: the form of its draft, which goes by its time to
live). The register is one row of the registry for each dossier filed, `REGISTER#<agency>#<year>`, by code: codes carry
the day, so that a period is one range.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from pynamodb.exceptions import PutError

from chalicelib.domain.dossier import Dossier
from chalicelib.domain.sheet import Form, Issued
from chalicelib.storage import heads
from chalicelib.storage.tables import HEAD, HeadRow, RegistryRow, SheetRow, dossier_key
from chalicelib.values import dataclass

_MOST = "~"  # sorts after every digit


def keep(dossier_id: str, issued: Issued) -> Issued:
    """Keep where a form is; gives what is kept, which is another worker's when that was first."""
    row = _row(dossier_id, issued)
    try:
        row.save(SheetRow.pk.does_not_exist())
    except PutError as error:
        if error.cause_response_code != "ConditionalCheckFailedException":
            raise
        return of_row(SheetRow.get(row.pk, row.sk, consistent_read=True))
    return issued


def keep_draft(dossier_id: str, issued: Issued, until: datetime) -> None:
    """Keep what the form of a draft is now, over what it was."""
    row = _row(dossier_id, issued)
    row.expires_at = int(until.timestamp())
    row.save()


def _row(dossier_id: str, issued: Issued) -> SheetRow:
    body: dict[str, Any] = {**asdict(issued), "form": issued.form.value}
    return SheetRow(dossier_key(dossier_id), f"SHEET#{issued.event:06d}#{issued.form.value}", body=body)


def of_row(row: SheetRow) -> Issued:
    return Issued(**{**row.body, "form": Form(row.body["form"])})


@dataclass(frozen=True)
class Entry:
    """A line of the register: the dossier as it is now; when and to whom its result was given, "" until then."""

    dossier: Dossier
    returned_at: str
    recipient: str


def enter(agency: str, code: str, day: date, dossier_id: str, returned_at: str = "", recipient: str = "") -> None:
    """Write the line of a dossier; the same line again is the same line."""
    body = {"dossier": dossier_id, "returned_at": returned_at, "recipient": recipient}
    RegistryRow(_register(agency, day.year), code, body=body).save()


def _register(agency: str, year: int) -> str:
    return f"REGISTER#{agency}#{year}"


def entries(agency: str, first: date, last: date, after: str, most: int) -> list[Entry]:
    """At most `most` (100) lines of one year's period, by code, from behind the code `after`; two reads."""
    low, high = f"{agency}-{first:%y%m%d}-", f"{agency}-{last:%y%m%d}-{_MOST}"
    between = RegistryRow.sk.between(f"{after}!" if after > low else low, high)
    rows = list(RegistryRow.query(_register(agency, first.year), between, limit=most, page_size=most))
    if not rows:
        return []
    keys = [(dossier_key(row.body["dossier"]), HEAD) for row in rows]
    found = {row.pk: heads.dossier_of(row) for row in HeadRow.batch_get(keys)}
    return [
        Entry(found[pk], row.body["returned_at"], row.body["recipient"])
        for row, (pk, _) in zip(rows, keys, strict=True)
        if pk in found
    ]
