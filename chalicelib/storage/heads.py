"""The head row of a dossier and the `Dossier` it stands for; the only place that knows both."""

from __future__ import annotations

import dataclasses
from typing import Any

from chalicelib.domain import codes
from chalicelib.domain.dossier import Dossier, Fee, Held
from chalicelib.domain.event import iso, moment
from chalicelib.domain.life import State
from chalicelib.domain.urgency import deadline
from chalicelib.storage.tables import HEAD, UNDATED, HeadRow, dossier_key

_MOMENTS = ("draft_expires_at", "state_since", "submitted_at", "received_at", "reply_due_at", "due_at")
_FACTS = (
    "signed",
    "parcel",
    "certified",
    "delivery",
    "appraised_by",
    "supplement",
    "supplements",
    "originals",
    "form_signed",
    "reappointed",
    "counted_late",
    "result",
    "refund",
    "complaint",
    "papers",
    "consulted",
    "consult_pauses",
    "passed_on",
)
_PLAIN = (
    "owner agency procedure_code procedure_name channel code receipt_secret last_hash assignee assignee_name applicant"
).split()
_SECONDS = ".000Z"
_LAST_DAY = 999_999  # of the calendar that counts from the year 1; in the year 2738
_USUAL = {field.name: field.default for field in dataclasses.fields(Dossier) if isinstance(field.default, str)}
_PLAIN_FEE: dict[str, Any] = {"refundable": True, "moment": "result"}
_NUMBERS = ("procedure_version", "level", "version", "event_count")


def row_of(dossier: Dossier) -> HeadRow:
    """The row to put: index keys only where the dossier has business in the index."""
    queue, due = _queue(dossier)
    values: dict[str, Any] = {name: getattr(dossier, name) for name in (*_PLAIN, *_NUMBERS)}
    for name in _MOMENTS:
        value = getattr(dossier, name)
        values[name] = iso(value) if value else None
    # Name and identity have attributes of their own, for lists and searches.
    values["applicant"] = {k: v for k, v in dossier.applicant.items() if k not in ("name", "identity")}
    values["identity"] = dossier.applicant.get("identity") or None
    facts: dict[str, Any] = {name: getattr(dossier, name) for name in _FACTS}
    facts["fees"] = [_said(fee) for fee in dossier.fees]
    facts["held"] = [_said(held) for held in dossier.held]
    facts["parts"] = [_said(part) for part in dossier.parts]
    facts["appraisers"] = list(dossier.appraisers)
    # The clock counts whole seconds: no more than those are kept of the dates of questions.
    facts["consulted"] = {agency: at.removesuffix(_SECONDS) for agency, at in dossier.consulted.items()}
    facts["pauses"] = [[iso(a), iso(b)] for a, b in dossier.pauses]
    # What is as every dossier has it at first is not kept: the head stays small.
    values["facts"] = {k: v for k, v in facts.items() if v not in (None, False, 0, {}, []) and v != _USUAL.get(k)}
    expires = dossier.draft_expires_at if dossier.state is State.DRAFT else None
    return HeadRow(
        dossier_key(dossier.id),
        HEAD,
        **{k: v for k, v in values.items() if v is not None and v != _USUAL.get(k)},
        state=dossier.state.value,
        answers=dict(dossier.answers),
        applicant_name=str(dossier.applicant.get("name", "")),
        owner_sort=iso(dossier.created_at),
        queue=queue,
        queue_due=due,
        name_key=_name_key(dossier),
        expires_at=int(expires.timestamp()) if expires else None,
    )


def _said(value: Fee | Held) -> dict[str, Any]:
    """Without what says nothing: the head stays small."""
    plain = {**_PLAIN_FEE, "exception": False, "count": 1, "waiver": None, "payment": None, "via": None}
    plain |= {"into": None}
    return {k: v for k, v in dataclasses.asdict(value).items() if k not in plain or v != plain[k]}


def _queue(dossier: Dossier) -> tuple[str | None, str | None]:
    name = dossier.state.about.queue
    if name is None:
        return None, None
    due = deadline(dossier)
    since = dossier.state_since or dossier.submitted_at or dossier.created_at
    return f"{dossier.agency}#{name}", iso(due) if due else UNDATED + iso(since)


def _name_key(dossier: Dossier) -> str | None:
    """The folded name, then what sorts the newest day first; None before filing. Never changes afterwards.

    Two spaces, which no folded name has, sort a name before every longer one that begins with it.
    """
    if dossier.submitted_at is None:
        return None
    left = _LAST_DAY - dossier.submitted_at.toordinal()
    return f"{codes.fold(str(dossier.applicant.get('name', '')))}  {left:06d}"


def dossier_of(row: HeadRow) -> Dossier:
    """The dossier of a head row (or of its projection in an index: what is not projected is left at its default)."""
    kept = row.attribute_values
    values: dict[str, Any] = {name: kept[name] for name in _PLAIN if kept.get(name) is not None}
    values |= {name: int(kept[name]) for name in _NUMBERS if kept.get(name) is not None}
    values |= {name: moment(kept[name]) for name in _MOMENTS if kept.get(name)}
    facts = dict(kept.get("facts") or {})
    fees = tuple(Fee(**{**_PLAIN_FEE, **fee}) for fee in facts.pop("fees", ()))
    held = tuple(Held(**one) for one in facts.pop("held", ()))
    parts = tuple(Held(**one) for one in facts.pop("parts", ()))
    appraisers = tuple(facts.pop("appraisers", ()))
    pauses = tuple((moment(a), moment(b)) for a, b in facts.pop("pauses", ()))
    asked = facts.pop("consulted", {})
    consulted = {agency: at if not at or at.endswith("Z") else at + _SECONDS for agency, at in asked.items()}
    values["id"] = row.pk.removeprefix("D#")
    known = {"name": kept.get("applicant_name", ""), "identity": kept.get("identity")}
    values["applicant"] = {**values.get("applicant", {}), **{k: v for k, v in known.items() if v is not None}}
    values.setdefault("owner", "")
    values.setdefault("procedure_version", 0)
    return Dossier(
        **values,
        **facts,
        fees=fees,
        held=held,
        parts=parts,
        pauses=pauses,
        appraisers=appraisers,
        consulted=consulted,
        answers=kept.get("answers") or {},
        state=State(row.state),
        created_at=moment(str(row.owner_sort)),
    )
