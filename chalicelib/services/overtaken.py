"""Whoever comes second is told what won, when, and who did it: the refusal of a step, in the words of the timeline.

Costs one read, and only where a step is refused.
"""

from __future__ import annotations

from chalicelib import messages
from chalicelib.domain import dates
from chalicelib.domain.access import SYSTEM
from chalicelib.domain.dossier import Dossier
from chalicelib.domain.event import Event
from chalicelib.domain.life import State
from chalicelib.errors import Conflict
from chalicelib.storage import timelines

_TEXTS = {"TransitionRefused": "TransitionRefusedSince", "StaleWrite": "StaleWriteSince"}
"""By the code of the refusal, which stays what it is for machines."""


def told(refusal: Conflict, dossier: Dossier) -> Conflict:
    """The refusal of a step of `dossier` (as its caller had read it), saying what stands in the way, if that is known.

    Of a state that has no such step, what led to it; of a dossier changed meanwhile, the change.
    """
    text = _TEXTS.get(refusal.code)
    if text is None:
        return refusal
    found = timelines.last(dossier.id)
    if refusal.code == "StaleWrite":
        found = tuple(event for event in found if event.number > dossier.event_count)
    won = next((event for event in found if event.before != event.after), found[0] if found else None)
    if won is None:
        return refusal
    about = State(won.after).about
    refusal.text = text
    refusal.params |= {
        "at": dates.minute(won.at),
        "who": {language: _who(won, language) for language in messages.LANGUAGES},
        "state": {"vi": about.vi, "en": about.en},
    }
    return refusal


def _who(won: Event, language: str) -> str:
    return messages.text(language, "actors", "system") if won.actor["id"] == SYSTEM.id else won.actor["name"]
