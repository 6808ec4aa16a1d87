"""What a step writes besides for questions to other agencies that nobody needs answered any more."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from chalicelib.domain import consultation
from chalicelib.domain.consultation import Closed
from chalicelib.domain.dossier import Dossier
from chalicelib.storage import consultations as kept
from chalicelib.storage.transactions import Also


def settled(after: Dossier, now: datetime) -> tuple[Dossier, list[Also]]:
    """The dossier without open questions, and their rows, when it went on while some were open; one read then."""
    if not consultation.left_open(after):
        return after, []
    open_ = [one for one in kept.of(after.id) if one.open]
    rows = [kept.put(after.id, consultation.closed(one, Closed.ENDED, now)) for one in open_]
    return replace(after, consulted=consultation.after_closing(after, after.consulted)), rows
