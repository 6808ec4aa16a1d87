"""Dataclasses as the JSON of a ledger row's body: moments as ISO text, what says nothing left out."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from chalicelib.domain.entry import Entry, EntryState, Kind, Proposal
from chalicelib.domain.event import iso, moment
from chalicelib.domain.payment import Attempt, AttemptState
from chalicelib.domain.refund import Payee, Refund, RefundState, Rule
from chalicelib.storage.ledger_table import LedgerRow

T = TypeVar("T")
_STATES: Mapping[type, type[StrEnum]] = {Attempt: AttemptState, Refund: RefundState, Entry: EntryState}


def _payee(said: Any) -> Payee:
    return Payee(**said)


def _proposal(said: Any) -> Proposal:
    return Proposal(**{**said, "payee": _payee(said["payee"]) if said.get("payee") else None})


_PARTS: Mapping[str, Callable[[Any], Any]] = {
    "rule": Rule,
    "log": tuple,
    "payee": _payee,
    "proposal": _proposal,
    "kind": Kind,
}


def write(value: Any) -> dict[str, Any]:
    """The fields of a dataclass; of its tuples only `log`, the others are written by their owner."""
    written = {}
    for field in dataclasses.fields(value):
        item = getattr(value, field.name)
        if item is None:
            continue
        if isinstance(item, datetime):
            item = iso(item)
        elif isinstance(item, Payee | Proposal):
            item = dataclasses.asdict(item)
        elif isinstance(item, tuple) and field.name != "log":
            continue
        written[field.name] = item
    return written


def read(cls: type[T], row: LedgerRow) -> T:
    """The dataclass that `write` wrote."""
    body = dict(row.body)
    known = dataclasses.fields(cls)  # type: ignore[arg-type]  # mypy has no bound for "a dataclass"
    for name in [f.name for f in known if f.name == "at" or f.name.endswith("_at")]:
        if body.get(name):
            body[name] = moment(body[name])
    if cls in _STATES:
        body["state"] = _STATES[cls](body["state"])
    for name in _PARTS.keys() & body.keys():
        body[name] = _PARTS[name](body[name])
    return cls(**body)
