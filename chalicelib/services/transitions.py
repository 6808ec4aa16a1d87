"""The one way a dossier moves: apply the table, commit, be the same request when repeated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib import settings
from chalicelib.domain.access import Actor
from chalicelib.domain.bundle import Bundle
from chalicelib.domain.dossier import Dossier, apply, owed_back
from chalicelib.domain.effects import effects
from chalicelib.domain.life import Action
from chalicelib.domain.paper import Paper
from chalicelib.domain.refund import Owed
from chalicelib.domain.team import holder
from chalicelib.errors import Conflict, StaleWrite
from chalicelib.services import alerts, expectations, obligations, overtaken
from chalicelib.storage import dossiers as kept
from chalicelib.storage.team import Load
from chalicelib.telemetry import count, logger


def perform(
    dossier: Dossier,
    action: Action,
    actor: Actor,
    now: datetime,
    *,
    key: str,
    detail: Mapping[str, Any] | None = None,
    changes: Mapping[str, Any] | None = None,
    also: Sequence[Any] = (),
    surplus: Sequence[Owed] = (),
    task: Any = None,
    unchanged: Sequence[Paper] = (),
    least: int | None = None,
) -> Dossier:
    """The dossier after `action`, committed; the present dossier when this very request was carried out before.

    `key` is the caller's idempotency key, `also` what is written in the same transaction. What falls due to the payer
    by this step, with the `surplus` that it brought, opens refunds in that transaction, and what lies with an officer
    is counted in it; `least` is how many must lie with the new assignee until then. Raises what `apply` and `commit`
    raise; who comes second is told what won (services/overtaken.py).
    """
    gone = expectations.ends_wait(dossier, action)
    if gone:
        changes = {**(changes or {}), "parcel": None}
    try:
        after, event = apply(dossier, action, actor, now, event_id=key, detail=detail, changes=changes, surplus=surplus)
    except Conflict as refusal:
        # The table may refuse only because this request has succeeded already.
        if kept.was_done(dossier.id, key, action.value, actor.id):
            return kept.head(dossier.id)
        raise overtaken.told(refusal, dossier) from refusal.__cause__
    owed = (*owed_back(replace(dossier, **(changes or {})), after.state, action), *surplus)
    rows = [*also, *obligations.opened(after, event, owed, now), *expectations.reminders(after, event, now)]
    rows += alerts.warnings(after, event, now)
    if gone:
        rows.append(expectations.given_up(dossier, now))
    follow = effects(event, refunds=bool(owed), national=settings.national_portal())
    loads = _loads(dossier, after, now, least)
    try:
        committed = kept.commit(
            dossier, after, event, follow, now=now, also=rows, task=task, unchanged=unchanged, loads=loads
        )
    except StaleWrite as refusal:
        raise overtaken.told(refusal, dossier) from refusal.__cause__
    if not committed:
        return kept.head(dossier.id)
    logger.info("moved", dossier=dossier.id, action=action.value, before=event.before, after=event.after)
    count("DossierSteps", procedure=after.procedure_code, agency=after.agency, step=action.value)
    return after


def _loads(before: Dossier, after: Dossier, now: datetime, least: int | None) -> list[Load]:
    """With whom there is a dossier less, and with whom one more."""
    old, new = holder(before), holder(after)
    if old == new:
        return []
    less = [Load(*old, by=-1, at=now)] if old else []
    return less + ([Load(*new, by=1, at=now, least=least)] if new else [])


def repeated(bundle: Bundle, key: str, action: Action, actor: Actor) -> bool:
    """Whether this very request is on the timeline already, for what is refused the second time for other reasons.

    Raises Conflict("KeyReused") when its key stands for another one.
    """
    before = next((event for event in bundle.events if event.id == key), None)
    if before is not None and (before.action, before.actor["id"]) != (action.value, actor.id):
        raise Conflict("KeyReused")
    return before is not None
