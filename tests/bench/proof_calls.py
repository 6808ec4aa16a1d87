"""The requests for a dossier's proof whose AWS calls are counted."""

from __future__ import annotations

from collections.abc import Callable

from tests.app.portal import Answer, Person, Portal

Send = Callable[[], Answer]


def _proof(who: str, path: str, method: str) -> Callable[[Portal], Send]:
    def prepare(portal: Portal) -> Send:
        person: Person = getattr(portal, who)
        place = path.format(portal.received())
        if method == "POST":
            return lambda: person.post(place, {})
        person.post(place, {})
        return lambda: person.get(place)

    return prepare


_OWN, _DESK = "/dossiers/{}/proof", "/desk/dossiers/{}/proof"
PROOF_REQUESTS: tuple[tuple[str, int, Callable[[Portal], Send]], ...] = (
    ("proof: ask", 3, _proof("citizen", _OWN, "POST")),
    ("proof: look", 2, _proof("citizen", _OWN, "GET")),
    ("proof: ask, desk", 3, _proof("clerk", _DESK, "POST")),
    ("proof: look, desk", 2, _proof("clerk", _DESK, "GET")),
)
