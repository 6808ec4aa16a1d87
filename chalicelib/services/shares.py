"""Links that show a dossier's status without an account: the applicant gives them away and takes them back.

They are no steps of the dossier: what nobody at an agency needs to know neither stands in its chain of events nor makes
an officer's write stale.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from chalicelib.domain.access import Actor
from chalicelib.domain.dossier import Dossier
from chalicelib.domain.life import State
from chalicelib.domain.share import Shares
from chalicelib.errors import Conflict, StaleWrite
from chalicelib.services.dossiers import own
from chalicelib.storage import dossiers, shares
from chalicelib.telemetry import count

_TRIES = 4


def make(actor: Actor, dossier_id: str, share_id: str, days: int, label: str, now: datetime) -> Shares:
    """Make a link that is good for `days` days; the same request again is the same link.

    Raises NotFound unless the dossier is the actor's own, Conflict("NothingToShare") for a draft, and what
    `Shares.with_new` raises.
    """
    dossier = own(actor, dossiers.head(dossier_id))
    if dossier.state is State.DRAFT:
        raise Conflict("NothingToShare")
    words = " ".join(label.split())
    before, after = _change(dossier, lambda there: there.with_new(share_id, days, words, now))
    if after is not before:
        count("StatusShared", procedure=dossier.procedure_code)
    return after


def revoke(actor: Actor, dossier_id: str, share_id: str, now: datetime) -> Shares:
    """See to it that a link opens nothing any more, whether or not it did before. Raises NotFound as `make`."""
    dossier = own(actor, dossiers.head(dossier_id))
    return _change(dossier, lambda there: there.without(share_id, now))[1]


def _change(dossier: Dossier, decide: Callable[[Shares], Shares]) -> tuple[Shares, Shares]:
    """The links before and after; decided again when another write came first (this one even, its reply lost)."""
    for _ in range(_TRIES):
        before = shares.of(dossier.id)
        after = decide(before)
        if after is before or shares.save(dossier.id, after):
            return before, after
    raise StaleWrite("StaleWrite")
