"""How a person wants to be told: read, changed, and kept in step with the account's telephone."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.domain.access import Actor
from chalicelib.domain.notice import Preferences, checked
from chalicelib.errors import StaleWrite
from chalicelib.storage import preferences as kept

_TRIES = 3


def of(actor: Actor) -> Preferences:
    """What the person chose; the usual, of version 0, when nothing."""
    return kept.get(actor.id)


def choose(actor: Actor, wanted: Preferences) -> Preferences:
    """Put the choice over version `wanted.version`; raises Invalid, StaleWrite. Gives what is kept now."""
    after = replace(checked(wanted), version=wanted.version + 1)
    kept.put(actor.id, after)
    return after


def telephone(actor: Actor, phone: str) -> None:
    """The account has another number: SMS of open dossiers go there too."""
    for attempt in range(_TRIES):
        before = kept.get(actor.id)
        if before.phone == phone:
            return
        try:
            kept.put(actor.id, replace(before, phone=phone, version=before.version + 1))
            return
        except StaleWrite:
            if attempt == _TRIES - 1:
                raise
