"""The usual words of an agency's officers: read by all of them, written by its administrator."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path

from chalicelib.domain import reasons as rules
from chalicelib.domain.access import Actor, Role, require_officer, require_role, roles_on
from chalicelib.domain.reasons import Reasons
from chalicelib.errors import NotFound
from chalicelib.storage import reasons as kept

_USUAL = Path(__file__).parents[1] / "messages" / "reasons.json"


@cache
def usual() -> Mapping[str, Sequence[Mapping[str, str]]]:
    """What everybody is offered: by kind, each text in Vietnamese (`vi`) with what it says in English (`en`)."""
    found: Mapping[str, Sequence[Mapping[str, str]]] = json.loads(_USUAL.read_text("utf-8"))
    return found


def of(actor: Actor, agency: str) -> dict[str, Reasons]:
    """The agency's own texts by kind, for its officers; NotFound elsewhere. One read."""
    require_officer(actor)
    if not roles_on(actor, owner="", agency=agency):
        raise NotFound("NotFound")
    return kept.of(agency)


def decide(actor: Actor, agency: str, kind: str, texts: Sequence[str], version: int, now: datetime) -> Reasons:
    """Replace the agency's texts of a kind; with none it goes back to everybody's."""
    require_officer(actor)
    require_role(actor, agency, Role.ADMINISTRATOR)
    fresh = Reasons(kind, rules.check(kind, texts), version + 1)
    kept.save(agency, fresh, actor.name, now)
    return fresh
