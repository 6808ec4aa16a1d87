"""Taking a dossier back: what it would mean, said before it is done, and the step itself."""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.access import Actor
from chalicelib.domain.dossier import Dossier, owed_back, possible_actions
from chalicelib.domain.life import Action, State
from chalicelib.errors import Conflict, NotFound
from chalicelib.services.desk import dotted
from chalicelib.services.dossiers import own
from chalicelib.services.transitions import perform
from chalicelib.storage import dossiers as kept
from chalicelib.values import dataclass


@dataclass(frozen=True)
class Consequence:
    """What a withdrawal would mean now; amounts in đồng.

    `may` when it is still possible, else `over` says whether the dossier has ended or its result was decided. `back` of
    what was paid comes back and `kept` does not; `papers` lie at the agency and are sent back.
    """

    may: bool
    over: bool
    back: int
    kept: int
    papers: bool


def consequence(actor: Actor, dossier_id: str) -> Consequence:
    """What taking one's own dossier back would mean; one read. Raises NotFound, for a draft too."""
    dossier = own(actor, kept.head(dossier_id))
    if dossier.state is State.DRAFT:
        raise NotFound("DossierNotFound")
    return _consequence(dossier, actor)


def _consequence(dossier: Dossier, actor: Actor) -> Consequence:
    may = Action.WITHDRAW in possible_actions(dossier, actor)
    paid = sum(fee.amount for fee in dossier.fees if fee.paid) + sum(held.amount for held in dossier.held)
    back = sum(one.amount for one in owed_back(dossier, State.WITHDRAWN, Action.WITHDRAW)) if may else 0
    return Consequence(may, dossier.state.is_over, back, paid - back, dossier.state is State.PARCEL_RECEIVED)


def withdraw(actor: Actor, dossier_id: str, key: str, reason: str, back: int | None, now: datetime) -> Dossier:
    """Take a filed dossier back, until it is approved.

    `back` is the amount that the applicant was told would come back (None: nobody asked). Raises
    Conflict("ConsequenceChanged") when it is another one by now, TransitionRefused when it is too late.
    """
    dossier = own(actor, kept.head(dossier_id))
    means = _consequence(dossier, actor)
    if means.may and back is not None and back != means.back:
        raise Conflict("ConsequenceChanged", back=dotted(means.back))
    detail = {"reason": reason, "back": means.back, "kept": means.kept, "papers_back": means.papers}
    return perform(dossier, Action.WITHDRAW, actor, now, key=key, detail=detail, changes={"supplement": None})
