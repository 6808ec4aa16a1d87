"""The head row of a dossier and the `Dossier` it stands for; the only place that knows both."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from typing import Any

from chalicelib.domain.dossier import Dossier, Fee, Held, State, iso
from chalicelib.storage.tables import HEAD, HeadRow, dossier_key

_MOMENTS = ("draft_expires_at", "state_since", "submitted_at", "received_at", "reply_due_at", "due_at")
_FACTS = (
    "signed",
    "delivery",
    "appraised_by",
    "supplement",
    "supplements",
    "originals",
    "form_signed",
    "reappointed",
    "result",
    "refund",
    "papers",
)
_PLAIN = (
    "owner agency procedure_code procedure_name channel code receipt_secret last_hash assignee assignee_name applicant"
).split()
_NUMBERS = ("procedure_version", "level", "version", "event_count")


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)


def row_of(dossier: Dossier) -> HeadRow:
    """The row to put: index keys only where the dossier has business in the index."""
    queue, due = _queue(dossier)
    values: dict[str, Any] = {name: getattr(dossier, name) for name in (*_PLAIN, *_NUMBERS)}
    for name in _MOMENTS:
        value = getattr(dossier, name)
        values[name] = iso(value) if value else None
    # The name has an attribute of its own, for the lists; the id stands in the key.
    values["applicant"] = {k: v for k, v in dossier.applicant.items() if k != "name"}
    facts: dict[str, Any] = {name: getattr(dossier, name) for name in _FACTS}
    facts["fees"] = [_said(fee) for fee in dossier.fees]
    facts["held"] = [_said(held) for held in dossier.held]
    facts["pauses"] = [[iso(a), iso(b)] for a, b in dossier.pauses]
    # What says nothing is not kept: the head stays small.
    values["facts"] = {k: v for k, v in facts.items() if v not in (None, False, 0, {}, [])}
    expires = dossier.draft_expires_at if dossier.state is State.DRAFT else None
    return HeadRow(
        dossier_key(dossier.id),
        HEAD,
        **{k: v for k, v in values.items() if v is not None},
        state=dossier.state.value,
        answers=dict(dossier.answers),
        applicant_name=str(dossier.applicant.get("name", "")),
        owner_sort=iso(dossier.created_at),
        queue=queue,
        queue_due=due,
        expires_at=int(expires.timestamp()) if expires else None,
    )


def _said(value: Fee | Held) -> dict[str, Any]:
    """Without what says nothing: the head stays small."""
    plain = {"refundable": True, "exception": False, "count": 1, "waiver": None, "payment": None, "via": None}
    return {k: v for k, v in dataclasses.asdict(value).items() if k not in plain or v != plain[k]}


def _queue(dossier: Dossier) -> tuple[str | None, str | None]:
    name = dossier.state.about.queue
    if name is None:
        return None, None
    due = dossier.reply_due_at if dossier.state is State.SUBMITTED else dossier.due_at
    due = due or dossier.reply_due_at or dossier.submitted_at or dossier.created_at
    return f"{dossier.agency}#{name}", iso(due)


def dossier_of(row: HeadRow) -> Dossier:
    """The dossier of a head row (or of its projection in an index: what is not projected is left at its default)."""
    kept = row.attribute_values
    values: dict[str, Any] = {name: kept[name] for name in _PLAIN if kept.get(name) is not None}
    values |= {name: int(kept[name]) for name in _NUMBERS if kept.get(name) is not None}
    values |= {name: moment(kept[name]) for name in _MOMENTS if kept.get(name)}
    facts = dict(kept.get("facts") or {})
    fees = tuple(Fee(**{"refundable": True, **fee}) for fee in facts.pop("fees", ()))
    held = tuple(Held(**one) for one in facts.pop("held", ()))
    pauses = tuple((moment(a), moment(b)) for a, b in facts.pop("pauses", ()))
    values["id"] = row.pk.removeprefix("D#")
    values["applicant"] = {"name": kept.get("applicant_name", ""), **values.get("applicant", {})}
    values.setdefault("owner", "")
    values.setdefault("procedure_version", 0)
    return Dossier(
        **values,
        **facts,
        fees=fees,
        held=held,
        pauses=pauses,
        answers=kept.get("answers") or {},
        state=State(row.state),
        created_at=moment(str(row.owner_sort)),
    )
