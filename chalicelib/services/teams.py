"""Whom a dossier is given to by rule, who may act in an absent officer's place, and how the roster is kept.

Posts live in the accounts; the roster repeats them per agency, so that colleagues can be found without asking for all
accounts. It is written by whoever writes the posts (services/accounts.py), and grants nothing: rights come from posts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.domain.access import SYSTEM, Actor, Post, Role, roles_on
from chalicelib.domain.dossier import Dossier
from chalicelib.domain.life import Action, State
from chalicelib.domain.team import Chosen, Member, Team, day_of
from chalicelib.errors import StaleWrite, TransitionRefused
from chalicelib.services import catalogue
from chalicelib.services.transitions import perform
from chalicelib.storage import dossiers as kept
from chalicelib.storage import lists
from chalicelib.storage import team as roster
from chalicelib.telemetry import logger

_TRIES = 4
_MOST_RECOUNTED = 1000


def acting(actor: Actor, dossier: Dossier, now: datetime) -> Actor:
    """The officer with what they may do for absent colleagues on this dossier; one read, and none for its assignee."""
    assignee = dossier.assignee
    if assignee is None or assignee == actor.id:
        return actor
    if Role.APPRAISER not in roles_on(actor, owner="", agency=dossier.agency):
        return actor
    return _standing(actor, roster.members(dossier.agency, [assignee]).get(assignee), now)


def acting_towards(actor: Actor, dossier: Dossier, colleague: str, now: datetime) -> tuple[Actor, Team]:
    """As `acting`, with the team as far as it is the assignee and the colleague; one read."""
    found = roster.members(dossier.agency, [one for one in (colleague, dossier.assignee) if one])
    return _standing(actor, found.get(dossier.assignee or ""), now), Team(dossier.agency, found)


def _standing(actor: Actor, assignee: Member | None, now: datetime) -> Actor:
    away = assignee.absence(day_of(now)) if assignee else None
    if assignee is None or away is None or away.substitute != actor.id:
        return actor
    return replace(actor, stands_for=frozenset({assignee.id}))


def given(to: Member) -> dict[str, Any]:
    """The facts of a dossier that is given to an officer."""
    return {"assignee": to.id, "assignee_name": to.name}


def assign(dossier_id: str, event_number: int, now: datetime) -> None:
    """Give a dossier that was just received to whom the agency's rule names, if it names anybody. Safe to repeat.

    Of two dossiers at once the second looks again: the load that the choice was made by must still be so.
    """
    for attempt in range(_TRIES):
        dossier = kept.head(dossier_id)
        if dossier.state is not State.RECEIVED:
            return
        chosen = _choose(dossier, now)
        if chosen is None:
            return
        key = f"assign-{event_number}"
        detail = {"to": chosen.member.id, "to_name": chosen.member.name}
        if chosen.instead_of:
            detail |= {"instead_of": chosen.instead_of.name}
        try:
            perform(
                dossier,
                Action.ASSIGN,
                SYSTEM,
                now,
                key=key,
                detail=detail,
                changes=given(chosen.member),
                least=chosen.member.open,
            )
        except (StaleWrite, TransitionRefused):
            if attempt == _TRIES - 1:
                raise  # the sweeper tries again
        else:
            logger.info("assigned", dossier=dossier_id, officer=chosen.member.id, open=chosen.member.open)
            return


def _choose(dossier: Dossier, now: datetime) -> Chosen | None:
    procedure = catalogue.procedure(dossier.procedure_code, dossier.procedure_version)
    return roster.of(dossier.agency).choose(procedure.field.code, day_of(now))


def enrol(officer: str, name: str, posts: Iterable[Post], before: Iterable[Post] = ()) -> None:
    """Let the roster of every agency say what the officer's posts say; of agencies of `before` alone they are struck.

    Fields, absences and loads stay. Safe to repeat.
    """
    roles: dict[str, set[Role]] = {post.agency: set() for post in before}
    for post in posts:
        roles.setdefault(post.agency, set()).add(post.role)
    for agency, held in roles.items():
        if not held:
            roster.remove(agency, officer)
            continue
        there = roster.members(agency, [officer]).get(officer) or Member(officer, name, frozenset(), version=0)
        fresh = replace(there, name=name, roles=frozenset(held))
        if fresh != there:
            roster.save(agency, replace(fresh, version=there.version + 1))


def recount(agency: str, now: datetime, *, repair: bool) -> Sequence[tuple[str, int, int]]:
    """(officer, counted, right) of every load that the queue does not bear out; set right if asked.

    Reads the agency's appraisal queue, at most 1,000 of it. A load that changes meanwhile is left to the next time.
    """
    counted = roster.loads(agency)
    found: dict[str, int] = dict.fromkeys(counted, 0)
    cursor = ""
    for _ in range(_MOST_RECOUNTED // 100):
        page = lists.of_queue(agency, "appraisal", None, now, 100, cursor)
        for dossier in page.dossiers:
            if dossier.assignee and dossier.state is not State.RECEIVED:
                found[dossier.assignee] = found.get(dossier.assignee, 0) + 1
        cursor = page.cursor or ""
        if not cursor:
            break
    wrong = [(one, counted.get(one, 0), right) for one, right in found.items() if counted.get(one, 0) != right]
    if repair:
        for officer, was, right in wrong:
            roster.correct(agency, officer, was, right)
    return wrong
