"""Parcels, inbound and outbound.

Inbound (Decision 08/2018/QĐ-UBND of Kon Tum, level 4): a dossier filed without a digital signature is also sent by
post, marked with its code, with papers certified by the competent authority. The applicant may announce a parcel; the
agency registers it, opens it and checks it paper by paper. Several parcels may follow each other; what one of them
proved stays proven.

Outbound (the same Decision, level 4): the result is sent by registered post and counts as delivered only with the
recipient's signature. What the post says arrives late, twice and in any order: a shipment only moves on.

Strays are parcels for nobody: without a known code, or for a dossier that is over.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from chalicelib.domain.calendar import ZONE, Calendar, datetime_of
from chalicelib.domain.event import iso
from chalicelib.errors import Conflict, FieldError, Invalid
from chalicelib.values import dataclass

MAX_PARCELS = 20  # of one dossier, both ways; whoever needs more has something else to settle


class Way(StrEnum):
    IN = "in"
    OUT = "out"
    STRAY = "stray"


class Inbound(StrEnum):
    """Of a parcel to the agency. `given_up`: the dossier ended before it came."""

    ANNOUNCED = "announced"
    RECEIVED = "received"
    OPENED = "opened"
    COMPLETE = "complete"
    DEFICIENT = "deficient"
    SENT_BACK = "sent_back"
    GIVEN_UP = "given_up"


class Step(StrEnum):
    """What happens to a parcel to the agency."""

    ANNOUNCE = "announce"
    REGISTER = "register"
    OPEN = "open"
    COMPLETE = "complete"
    LACK = "lack"
    SEND_BACK = "send_back"
    GIVE_UP = "give_up"


class Shipment(StrEnum):
    """Of a parcel to the applicant."""

    HANDED_IN = "handed_in"  # to the post, which has not yet said so
    ACCEPTED = "accepted"
    IN_TRANSIT = "in_transit"
    LOST = "lost"
    RETURNED = "returned"
    DELIVERED = "delivered"


class Report(StrEnum):
    """What the post says of a parcel to the applicant."""

    ACCEPTED = "accepted"
    IN_TRANSIT = "in_transit"
    LOST = "lost"
    RETURNED = "returned"
    DELIVERED = "delivered"


class Outcome(StrEnum):
    MOVED = "moved"
    KNOWN = "known"  # said before, or overtaken by what was said since
    CONTRADICTED = "contradicted"  # delivered and returned cannot both be: the first word stands, people look


class Finding(StrEnum):
    """Of one paper in a parcel. `differs`: certified, but not the paper that was uploaded."""

    CERTIFIED = "certified"
    MISSING = "missing"
    WRONG = "wrong"
    DIFFERS = "differs"


# None is a parcel that nobody has spoken of yet. What is not here is refused.
INBOUND: Mapping[tuple[Inbound | None, Step], Inbound] = {
    (None, Step.ANNOUNCE): Inbound.ANNOUNCED,
    (None, Step.REGISTER): Inbound.RECEIVED,
    (Inbound.ANNOUNCED, Step.ANNOUNCE): Inbound.ANNOUNCED,
    (Inbound.ANNOUNCED, Step.REGISTER): Inbound.RECEIVED,
    (Inbound.ANNOUNCED, Step.GIVE_UP): Inbound.GIVEN_UP,
    (Inbound.RECEIVED, Step.OPEN): Inbound.OPENED,
    (Inbound.RECEIVED, Step.SEND_BACK): Inbound.SENT_BACK,
    (Inbound.OPENED, Step.COMPLETE): Inbound.COMPLETE,
    (Inbound.OPENED, Step.LACK): Inbound.DEFICIENT,
    (Inbound.OPENED, Step.SEND_BACK): Inbound.SENT_BACK,
}
UNFINISHED = frozenset({Inbound.ANNOUNCED, Inbound.RECEIVED, Inbound.OPENED})
"""Parcels to the agency that somebody still waits for or has to deal with."""

_RANK = {s: n for n, s in enumerate((Shipment.HANDED_IN, Shipment.ACCEPTED, Shipment.IN_TRANSIT, Shipment.LOST))}
ENDS = frozenset({Shipment.RETURNED, Shipment.DELIVERED})


def _told(state: Shipment, report: Report) -> tuple[Outcome, Shipment]:
    goal = Shipment(report.value)
    if state in ENDS:
        against = goal in ENDS and goal is not state
        return (Outcome.CONTRADICTED if against else Outcome.KNOWN), state
    on = goal in ENDS or _RANK[goal] > _RANK[state]
    return (Outcome.MOVED, goal) if on else (Outcome.KNOWN, state)


SHIPMENT: Mapping[tuple[Shipment, Report], tuple[Outcome, Shipment]] = {
    (state, report): _told(state, report) for state in Shipment for report in Report
}
"""Every state of a shipment against every word of the post: what it is, and the state after it."""


@dataclass(frozen=True)
class Check:
    """What was found of one paper; `certified_on` is the date of the certificate."""

    finding: Finding
    certified_by: str = ""
    certified_on: date | None = None
    note: str = ""


@dataclass(frozen=True)
class Parcel:
    """One parcel. `since` is what its age counts from: the day of posting, or when its state began.

    `number` counts the parcels of a dossier, both ways, from 1; a stray has no dossier and an id of its own.
    `code` is the dossier's, or what a stray bears. `version` guards the row.
    """

    way: Way
    id: str
    agency: str
    number: int
    state: str
    since: datetime
    code: str = ""
    version: int = 1
    tracking: str = ""
    carrier: str = ""
    sender: str = ""
    posted_on: date | None = None
    announced_at: datetime | None = None
    received_at: datetime | None = None
    received_by: str = ""
    opened_at: datetime | None = None
    opened_by: str = ""
    checks: Mapping[str, Check] = field(default_factory=dict)
    address: Mapping[str, str] = field(default_factory=dict)
    posted_at: datetime | None = None
    ended_at: datetime | None = None
    recipient: str = ""
    signature: str = ""
    reason: str = ""
    note: str = ""

    @property
    def is_open(self) -> bool:
        """Somebody still waits for it or has to deal with it."""
        if self.way is Way.OUT:
            return Shipment(self.state) not in ENDS
        return Inbound(self.state) in UNFINISHED

    def to_json(self) -> dict[str, Any]:
        kept = {name: _written(value) for name, value in asdict(self).items()}
        return {name: value for name, value in kept.items() if value not in (None, "", {})}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Parcel:
        values = dict(kept)
        values |= {name: datetime.fromisoformat(values[name]) for name in _MOMENTS if values.get(name)}
        values |= {name: date.fromisoformat(values[name]) for name in _DATES if values.get(name)}
        values["checks"] = {
            component: Check(
                Finding(one["finding"]),
                one.get("certified_by", ""),
                date.fromisoformat(one["certified_on"]) if one.get("certified_on") else None,
                one.get("note", ""),
            )
            for component, one in values.get("checks", {}).items()
        }
        return cls(**{**values, "way": Way(values["way"])})


_MOMENTS = ("since", "announced_at", "received_at", "opened_at", "posted_at", "ended_at")
_DATES = ("posted_on",)


def _written(value: Any) -> Any:
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {k: _written(v) for k, v in value.items() if v not in (None, "")}
    return value


def stepped(parcel: Parcel, step: Step, now: datetime, **facts: Any) -> Parcel:
    """The parcel to the agency after `step`; raises Conflict("ParcelStep") when it cannot be taken from its state."""
    after = INBOUND.get((Inbound(parcel.state), step))
    if after is None:
        raise Conflict("ParcelStep", state=parcel.state, step=step.value)
    return replace(parcel, state=after.value, version=parcel.version + 1, **{"since": now, **facts})


def told(parcel: Parcel, report: Report, at: datetime, **facts: Any) -> tuple[Outcome, Parcel]:
    """The shipment after a word of the post, and what the word was; unchanged unless it moved."""
    outcome, after = SHIPMENT[Shipment(parcel.state), report]
    if outcome is not Outcome.MOVED:
        return outcome, parcel
    ended = at if after in ENDS else None
    return outcome, replace(parcel, state=after.value, version=parcel.version + 1, ended_at=ended, **facts)


# Papers, one by one.


def proven(parcels: Iterable[Parcel]) -> frozenset[str]:
    """The papers whose certified copies earlier parcels brought."""
    checks = (pair for parcel in parcels if parcel.way is Way.IN for pair in parcel.checks.items())
    return frozenset(component for component, check in checks if check.finding is Finding.CERTIFIED)


def require_checks(
    papers: Collection[str], before: Collection[str], checks: Mapping[str, Check], today: date
) -> frozenset[str]:
    """The papers still not proven after these checks; nothing is left when the parcel is complete.

    Every paper not proven `before` must be checked. Raises Invalid naming each defect: a certified copy says by whom
    and when (not in the future), everything else says why.
    """
    found = [FieldError.of(f"checks.{c}", "Required") for c in papers if c not in checks and c not in before]
    for component, check in checks.items():
        where = f"checks.{component}"
        if component not in papers:
            found.append(FieldError.of(where, "NotComponent"))
        elif check.finding is not Finding.CERTIFIED:
            if not check.note.strip():
                found.append(FieldError.of(f"{where}.note", "Required"))
        else:
            if not check.certified_by.strip():
                found.append(FieldError.of(f"{where}.certified_by", "Required"))
            if check.certified_on is None:
                found.append(FieldError.of(f"{where}.certified_on", "Required"))
            elif check.certified_on > today:
                found.append(FieldError.of(f"{where}.certified_on", "InFuture"))
    if found:
        raise Invalid("BadRequest", found)
    good = set(before) | {c for c, check in checks.items() if check.finding is Finding.CERTIFIED}
    good -= {c for c, check in checks.items() if check.finding is not Finding.CERTIFIED}
    return frozenset(papers) - good


# What the post says.

CARRIERS: Mapping[str, str] = {"vnpost": "Bưu điện Việt Nam (VNPost)"}
"""Whom results are handed to, by code, for registered delivery (Decision 08/2018)."""


@dataclass(frozen=True)
class Word:
    """One thing that the post says of the parcel that it knows as `tracking`.

    `recipient` and `signature` (the reference of the signed slip) come with a delivery, `reason` with a return or loss.
    """

    carrier: str
    tracking: str
    report: Report
    at: datetime
    recipient: str = ""
    signature: str = ""
    reason: str = ""


# Reminders.

REMIND_BEFORE = (10, 5, 1)
"""Working days before the wait for a parcel ends at which the applicant is reminded."""


def reminders(until: datetime, now: datetime, calendar: Calendar) -> dict[int, datetime]:
    """By the working days left, when to remind of a wait that ends at `until`: at opening, and only what lies ahead."""
    found = {}
    day, left = calendar.day(until.astimezone(ZONE).date()), 0
    while left < max(REMIND_BEFORE):
        day = calendar.day(day.on - timedelta(days=1))
        at = datetime_of(day.start)
        if day.periods:
            left += 1
        if at <= now:
            break
        if day.periods and left in REMIND_BEFORE:
            found[left] = datetime_of(day.spans[0][0])
    return found
