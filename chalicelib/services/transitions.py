"""The one way a dossier moves: apply the table, commit, be the same request when repeated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib.domain.access import Actor
from chalicelib.domain.dossier import Action, Dossier, apply, effects
from chalicelib.domain.paper import Paper
from chalicelib.errors import Conflict
from chalicelib.storage import dossiers as kept
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
    ledger: Iterable[Any] = (),
    task: Any = None,
    unchanged: Sequence[Paper] = (),
) -> Dossier:
    """The dossier after `action`, committed; the present dossier when this very request was carried out before.

    `key` is the caller's idempotency key. Raises what `apply` and `commit` raise.
    """
    try:
        after, event = apply(dossier, action, actor, now, event_id=key, detail=detail, changes=changes)
    except Conflict:
        # The table may refuse only because this request has succeeded already.
        if kept.was_done(dossier.id, key, action.value, actor.id):
            return kept.head(dossier.id)
        raise
    if not kept.commit(dossier, after, event, effects(event), now=now, ledger=ledger, task=task, unchanged=unchanged):
        return kept.head(dossier.id)
    logger.info("moved", dossier=dossier.id, action=action.value, before=event.before, after=event.after)
    count("DossierSteps", procedure=after.procedure_code, agency=after.agency, step=action.value)
    return after
