"""Parcels as their readers see them; shapes of the answers about them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from chalicelib import messages
from chalicelib.api.typed import TypedDict
from chalicelib.domain import urgency
from chalicelib.domain.event import iso
from chalicelib.domain.post import CARRIERS, Check, Parcel
from chalicelib.services.shipments import Row


class CheckShape(TypedDict):
    """What was found of a paper; `certified_on` is the date of the certificate."""

    finding: Literal["certified", "missing", "wrong", "differs"]
    certified_by: str
    certified_on: str | None
    note: str


class AddressShape(TypedDict):
    name: str
    line: str
    phone: str


class ParcelShape(TypedDict):
    """A parcel to the agency (`in`), to the applicant (`out`) or for nobody (`stray`); `days` is its age.

    in, stray: announced, received, opened, complete, deficient, sent_back, given_up.
    out: handed_in, accepted, in_transit, lost, returned, delivered; then with whose signature, or why not.
    """

    number: int
    way: Literal["in", "out", "stray"]
    state: str
    since: str
    days: int
    tracking: str
    carrier: str
    carrier_name: str
    sender: str
    posted_on: str | None
    announced_at: str | None
    received_at: str | None
    received_by: str
    opened_at: str | None
    opened_by: str
    checks: dict[str, CheckShape]
    address: AddressShape | None
    posted_at: str | None
    ended_at: str | None
    recipient: str
    signature: str
    reason: str
    note: str


class FieldShape(TypedDict):
    Field: str
    Code: str
    Message: str


class ReportRowShape(TypedDict):
    """A row of a file of the post: moved, known, contradicted, refused; `message` says why it was not taken."""

    row: int
    tracking: str
    outcome: Literal["moved", "known", "contradicted", "refused"]
    message: str | None
    fields: list[FieldShape]


class ReportRowsShape(TypedDict):
    items: list[ReportRowShape]


def _at(moment: datetime | None) -> str | None:
    return iso(moment) if moment else None


def parcel(of: Parcel, now: datetime) -> ParcelShape:
    way: Any = of.way.value
    return {
        "number": of.number,
        "way": way,
        "state": of.state,
        "since": iso(of.since),
        "days": max(0, -urgency.days_left(of.since, now)),
        "tracking": of.tracking,
        "carrier": of.carrier,
        "carrier_name": CARRIERS.get(of.carrier, of.carrier),
        "sender": of.sender,
        "posted_on": of.posted_on.isoformat() if of.posted_on else None,
        "announced_at": _at(of.announced_at),
        "received_at": _at(of.received_at),
        "received_by": of.received_by,
        "opened_at": _at(of.opened_at),
        "opened_by": of.opened_by,
        "checks": {component: _check(one) for component, one in of.checks.items()},
        "address": _address(of.address) if of.address else None,
        "posted_at": _at(of.posted_at),
        "ended_at": _at(of.ended_at),
        "recipient": of.recipient,
        "signature": of.signature,
        "reason": of.reason,
        "note": of.note,
    }


def _address(of: Mapping[str, str]) -> AddressShape:
    return {"name": of.get("name", ""), "line": of.get("line", ""), "phone": of.get("phone", "")}


def _check(of: Check) -> CheckShape:
    finding: Any = of.finding.value
    day = of.certified_on.isoformat() if of.certified_on else None
    return {"finding": finding, "certified_by": of.certified_by, "certified_on": day, "note": of.note}


def row(of: Row, language: str) -> ReportRowShape:
    outcome: Any = of.outcome
    return {
        "row": of.number,
        "tracking": of.tracking,
        "outcome": outcome,
        "message": messages.text(language, "rows", of.code) if of.code else None,
        "fields": [
            {"Field": f.field, "Code": f.code, "Message": messages.text(language, "fields", f.code, **f.params)}
            for f in of.fields
        ],
    }
