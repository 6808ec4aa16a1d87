"""Who does what at an agency: dossiers handed over and reassigned, absences, the rule, and the board of it all.

Every officer of an agency sees its team. An officer decides about what is theirs (their dossiers, their absences), the
agency's administrator about everybody's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from chalicelib.domain.access import Actor, Role, require_officer, require_role, roles_on
from chalicelib.domain.dossier import Dossier
from chalicelib.domain.event import iso
from chalicelib.domain.life import Action
from chalicelib.domain.team import MOST_FIELDS, Absence, Member, Team, day_of
from chalicelib.domain.urgency import Urgency, deadline, urgency
from chalicelib.errors import Conflict, FieldError, Forbidden, Invalid, NotFound, StaleWrite
from chalicelib.services import desk, teams
from chalicelib.services.transitions import perform
from chalicelib.storage import dossiers as kept
from chalicelib.storage import lists
from chalicelib.storage import team as roster
from chalicelib.values import dataclass

MOST_ON_BOARD = 200
"""Dossiers on a board, the most urgent ones; what lies with each officer is counted for all of them."""


@dataclass(frozen=True)
class Board:
    """Everybody at the agency, and what is being appraised there, most urgent first; `more`: not all of it is shown."""

    team: Team
    dossiers: tuple[Dossier, ...]
    more: bool

    def late(self, officer: str, now: datetime) -> int:
        """How many of the officer's dossiers on the board are overdue."""
        return sum(d.assignee == officer and urgency(deadline(d), now) is Urgency.OVERDUE for d in self.dossiers)


def team(actor: Actor, agency: str) -> Team:
    """The team of an agency where the officer has a post; NotFound elsewhere. One read."""
    _here(actor, agency)
    return roster.of(agency)


def board(actor: Actor, agency: str, now: datetime) -> Board:
    """Who holds what; two reads."""
    found = team(actor, agency)
    page = lists.of_queue(agency, "appraisal", None, now, MOST_ON_BOARD, "")
    return Board(found, page.dossiers, page.cursor is not None)


def _here(actor: Actor, agency: str) -> None:
    require_officer(actor)
    if not roles_on(actor, owner="", agency=agency):
        raise NotFound("NotFound")


def hand_over(actor: Actor, dossier_id: str, key: str, to: str, reason: str, now: datetime) -> Dossier:
    """Give what lies with me, or with whom I stand in for, to a colleague who appraises.

    Raises Conflict("NotAppraiserHere"), Conflict("OfficerAway"), TransitionRefused("NotAssigned").
    """
    return _give(Action.HAND_OVER, Role.APPRAISER, actor, dossier_id, key, to, reason, now)


def reassign(actor: Actor, dossier_id: str, key: str, to: str, reason: str, now: datetime) -> Dossier:
    """Give a dossier, also one that nobody has taken yet, to an officer; the administrator's act. Raises as above."""
    return _give(Action.REASSIGN, Role.ADMINISTRATOR, actor, dossier_id, key, to, reason, now)


def _give(
    action: Action, role: Role, actor: Actor, dossier_id: str, key: str, to: str, reason: str, now: datetime
) -> Dossier:
    dossier = desk.visible(actor, kept.head(dossier_id))
    require_role(actor, dossier.agency, role)
    if to == dossier.assignee:
        if kept.was_done(dossier.id, key, action.value, actor.id):
            return dossier
        raise Conflict("HeldAlready")
    who, found = teams.acting_towards(actor, dossier, to, now)
    colleague = found.colleague(to, day_of(now))
    detail = {"to": colleague.id, "to_name": colleague.name, "from_name": dossier.assignee_name or "", "reason": reason}
    return perform(dossier, action, who, now, key=key, detail=detail, changes=teams.given(colleague))


def record_absence(
    actor: Actor, agency: str, officer: str, key: str, since: date, until: date, substitute: str | None, now: datetime
) -> Member:
    """Somebody is away on these days; `key` names the absence, so that it is recorded once.

    The officer's own act or the administrator's. Raises what `Team.check_absence` raises.
    """
    found, member = _member(actor, agency, officer)
    if any(one.id == key for one in member.absences):
        return member
    stand_in = found.members.get(substitute or "")
    new = Absence(key, since, until, substitute, stand_in.name if stand_in else "", actor.name, iso(now))
    today = day_of(now)
    current = replace(member, absences=tuple(one for one in member.absences if one.until >= today))
    found.check_absence(current, new, today)
    after = replace(
        current,
        absences=tuple(sorted((*current.absences, new), key=lambda one: one.since)),
        version=member.version + 1,
    )
    # The substitute's own row is touched: two who name each other at the same moment cannot both succeed.
    roster.save(agency, after, touched=[stand_in] if stand_in else [])
    return after


def end_absence(actor: Actor, agency: str, officer: str, absence: str, now: datetime) -> Member:
    """Somebody is back as of today, or never left: the days from today on are struck.

    Nothing changes when it has ended already. Raises NotFound when there is no such absence.
    """
    _, member = _member(actor, agency, officer)
    one = next((each for each in member.absences if each.id == absence), None)
    if one is None:
        raise NotFound("NotFound")
    today = day_of(now)
    if one.until < today:
        return member
    rest = tuple(each for each in member.absences if each.id != absence)
    if one.since < today:
        rest = tuple(sorted((*rest, replace(one, until=today - timedelta(days=1))), key=lambda each: each.since))
    after = replace(member, absences=rest, version=member.version + 1)
    roster.save(agency, after)
    return after


def set_fields(actor: Actor, agency: str, officer: str, fields: Sequence[str], version: int) -> Member:
    """Which fields (codes) an officer appraises, all when none is named; the administrator's act."""
    require_officer(actor)
    require_role(actor, agency, Role.ADMINISTRATOR)
    _, member = _member(actor, agency, officer)
    if len(fields) > MOST_FIELDS:
        raise Invalid("BadRequest", [FieldError.of("fields", "TooMany", most=MOST_FIELDS)])
    if member.version != version:
        raise StaleWrite("StaleWrite")
    after = replace(member, fields=tuple(sorted(set(fields))), version=version + 1)
    roster.save(agency, after)
    return after


def set_rule(actor: Actor, agency: str, on: bool, version: int, now: datetime) -> Team:
    """Let the agency's dossiers be assigned by rule, or not; the administrator's act."""
    _here(actor, agency)
    require_role(actor, agency, Role.ADMINISTRATOR)
    roster.decide_rule(agency, on, version, actor.name, now)
    return roster.of(agency)


def _member(actor: Actor, agency: str, officer: str) -> tuple[Team, Member]:
    """The team and an officer of it whom the actor may decide about. Raises Forbidden for others' affairs."""
    _here(actor, agency)
    if actor.id != officer and Role.ADMINISTRATOR not in roles_on(actor, owner="", agency=agency):
        raise Forbidden("NoSuchPost", role=Role.ADMINISTRATOR.value)
    found = roster.of(agency)
    member = found.members.get(officer)
    if member is None:
        raise NotFound("NotFound")
    return found, member
