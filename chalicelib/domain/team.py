"""The officers of an agency: who they are there, what lies with each, who is away and who stands in.

A dossier is given to the least loaded of those who appraise its field: the one who holds the fewest open dossiers, of
several the one who was given one longest ago. What would go to somebody absent goes to the substitute, who may also
act on what the absent officer holds. A substitute stands in for the absent officer alone: whoever is away then, or has
a substitute, cannot be one, so that there are no chains.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from chalicelib.domain.access import Role
from chalicelib.domain.clock import ZONE
from chalicelib.domain.dossier import Dossier
from chalicelib.domain.life import State
from chalicelib.errors import Conflict, FieldError, Invalid
from chalicelib.values import dataclass

LONGEST_ABSENCE = timedelta(days=366)
MOST_ABSENCES = 12
MOST_FIELDS = 30
_WITH_AN_APPRAISER = frozenset({State.APPRAISAL, State.CONSULTATION})


@dataclass(frozen=True)
class Absence:
    """Days of Vietnam, both included. `by` recorded it, at `at` (ISO 8601 UTC)."""

    id: str
    since: date
    until: date
    substitute: str | None
    substitute_name: str
    by: str
    at: str

    def covers(self, day: date) -> bool:
        return self.since <= day <= self.until

    def overlaps(self, other: Absence) -> bool:
        return self.since <= other.until and other.since <= self.until


@dataclass(frozen=True)
class Member:
    """An officer at one agency.

    `fields` are the codes of the fields they appraise, all when there are none; `open` the dossiers that lie with them
    and `last` (ISO 8601 UTC, "" for never) when one was given to them; `version` guards everything but these two.
    """

    id: str
    name: str
    roles: frozenset[Role]
    fields: tuple[str, ...] = ()
    absences: tuple[Absence, ...] = ()
    version: int = 1
    open: int = 0
    last: str = ""

    @property
    def appraises(self) -> bool:
        return Role.APPRAISER in self.roles

    def suits(self, field: str) -> bool:
        return self.appraises and (not self.fields or field in self.fields)

    def absence(self, day: date) -> Absence | None:
        """The absence that covers the day."""
        return next((one for one in self.absences if one.covers(day)), None)


@dataclass(frozen=True)
class Chosen:
    """To whom a dossier goes; `instead_of` when they stand in for somebody whose it would be."""

    member: Member
    instead_of: Member | None = None


@dataclass(frozen=True)
class Team:
    """The officers of an agency, by id; `by_rule` when its dossiers are assigned by rule (`version` guards that)."""

    agency: str
    members: Mapping[str, Member]
    by_rule: bool = False
    version: int = 0

    def choose(self, field: str, day: date) -> Chosen | None:
        """Who gets a dossier of this field on this day; None when it stays in the queue to be claimed."""
        if not self.by_rule:
            return None
        suited = [member for member in self.members.values() if member.suits(field)]
        found = {one.id: Chosen(one) for one in suited if one.absence(day) is None}
        for away in suited:
            stand_in = self._substitute(away, day)
            if stand_in is not None:
                found.setdefault(stand_in.id, Chosen(stand_in, away))
        return min(found.values(), key=lambda one: (one.member.open, one.member.last, one.member.id), default=None)

    def _substitute(self, away: Member, day: date) -> Member | None:
        absence = away.absence(day)
        stand_in = self.members.get(absence.substitute or "") if absence else None
        return stand_in if stand_in and stand_in.appraises and stand_in.absence(day) is None else None

    def colleague(self, officer: str, day: date) -> Member:
        """Who may be given a dossier by name. Raises Conflict("NotAppraiserHere"), Conflict("OfficerAway")."""
        member = self.members.get(officer)
        if member is None or not member.appraises:
            raise Conflict("NotAppraiserHere")
        if away := member.absence(day):
            raise Conflict("OfficerAway", name=member.name, until=f"{away.until:%d/%m/%Y}")
        return member

    def check_absence(self, member: Member, new: Absence, today: date) -> None:
        """Raises Invalid for impossible days, Conflict for what would make a chain of substitutes or an overlap."""
        _check_days(new, today)
        if any(new.overlaps(one) for one in member.absences):
            raise Conflict("AbsenceOverlaps")
        if len(member.absences) >= MOST_ABSENCES:
            raise Conflict("TooManyAbsences", most=MOST_ABSENCES)
        for other in self.members.values():
            if any(one.substitute == member.id and one.overlaps(new) for one in other.absences):
                raise Conflict("StandsInThen", name=other.name)
        if new.substitute is None:
            return
        if new.substitute == member.id:
            raise Invalid("BadRequest", [FieldError.of("substitute", "OwnSubstitute")])
        stand_in = self.members.get(new.substitute)
        if stand_in is None or not stand_in.appraises:
            raise Conflict("NotAppraiserHere")
        if any(one.overlaps(new) for one in stand_in.absences):
            raise Conflict("SubstituteAway", name=stand_in.name)


def _check_days(of: Absence, today: date) -> None:
    if of.until < of.since:
        raise Invalid("BadRequest", [FieldError.of("until", "BeforeStart")])
    if of.until < today:
        raise Invalid("BadRequest", [FieldError.of("until", "DayPast")])
    if of.until - of.since > LONGEST_ABSENCE:
        raise Invalid("BadRequest", [FieldError.of("until", "TooFar", most=LONGEST_ABSENCE.days)])


def day_of(now: datetime) -> date:
    """The day in Vietnam."""
    return now.astimezone(ZONE).date()


def holder(dossier: Dossier) -> tuple[str, str] | None:
    """(agency, officer) with whom the dossier lies now; None while it lies with nobody in particular.

    What waits for the applicant or for approval lies with no appraiser: this is the queue `appraisal`, once taken.
    """
    if dossier.assignee is None or dossier.state not in _WITH_AN_APPRAISER:
        return None
    return dossier.agency, dossier.assignee
