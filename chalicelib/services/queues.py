"""The officers' queues: which there are, what waits in one, and how many wait in each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from chalicelib.domain.access import Actor, Role, require_officer
from chalicelib.domain.bundle import Page
from chalicelib.domain.urgency import Urgency, Waiting
from chalicelib.errors import NotFound
from chalicelib.storage import lists

QUEUES: Mapping[str, frozenset[Role]] = {
    "reception": frozenset({Role.RECEPTION}),
    "appraisal": frozenset({Role.APPRAISER}),
    "approval": frozenset({Role.APPROVER}),
    "issuing": frozenset({Role.CLERK}),
    "cashier": frozenset({Role.CASHIER}),
    "handover": frozenset({Role.CLERK}),
    "closing": frozenset({Role.CLERK}),
}
MOST_COUNTED = 3 * len(QUEUES)
"""Queues counted in one answer, one read each: all those of three agencies."""
MOST_IN_QUEUE = 100
"""Dossiers counted in one queue; whoever has more waiting needs no exact number."""


def mine(actor: Actor) -> list[tuple[str, str]]:
    """The queues (agency, name) that the officer's posts open."""
    require_officer(actor)
    open_to = {(p.agency, name) for p in actor.posts for name, roles in QUEUES.items() if _opens(p.role, roles)}
    order = list(QUEUES)
    return sorted(open_to, key=lambda pair: (pair[0], order.index(pair[1])))


def _opens(role: Role, roles: frozenset[Role]) -> bool:
    return role in roles or role is Role.ADMINISTRATOR


def page(actor: Actor, agency: str, name: str, within: Urgency | None, now: datetime, limit: int, cursor: str) -> Page:
    """A page of a queue, most urgent first. Raises NotFound for a queue that the officer's posts do not open."""
    if (agency, name) not in mine(actor):
        raise NotFound("NotFound")
    return lists.of_queue(agency, name, within, now, limit, cursor)


def counts(actor: Actor, agency: str, now: datetime) -> tuple[list[Waiting], int]:
    """How many wait in each of the officer's queues, of one agency when it is named; and how many queues were left out.

    Counted when asked, not kept: a kept number can be wrong, and one row for it would be written at every step.
    """
    open_to = mine(actor)
    asked = [pair for pair in open_to if pair[0] == agency] if agency else open_to
    if agency and not asked:
        raise NotFound("NotFound")
    found = []
    for at, name in asked[:MOST_COUNTED]:
        dues = lists.deadlines_of_queue(at, name, MOST_IN_QUEUE)
        found.append(Waiting.counted(at, name, dues, len(dues) == MOST_IN_QUEUE, now))
    return found, len(asked) - len(found)
