"""The shapes of answers about an agency's officers: days are dates of Vietnam, moments ISO 8601 UTC."""

from __future__ import annotations

from typing import Literal, NotRequired

from chalicelib.api.shapes import AgencyShape, SummaryShape
from chalicelib.api.typed import TypedDict


class AbsenceShape(TypedDict):
    """Both days included; `state` as of today. `substitute` is null when nobody stands in."""

    id: str
    since: str
    until: str
    state: Literal["past", "now", "ahead"]
    substitute: str | None
    substitute_name: str
    recorded_by: str
    recorded_at: str


class MemberShape(TypedDict):
    """An officer at the agency; `fields` are codes of fields, none for all; `open` the dossiers that lie with them.

    `overdue` counts those of the board that are overdue.
    """

    id: str
    name: str
    roles: list[str]
    appraises: bool
    fields: list[str]
    absences: list[AbsenceShape]
    away_until: str | None
    open: int
    last_given_at: str | None
    version: int
    overdue: NotRequired[int]


class TeamShape(TypedDict):
    """The officers, by name. `by_rule`: dossiers are assigned by rule; `rule_version` guards that decision."""

    agency: AgencyShape
    by_rule: bool
    rule_version: int
    members: list[MemberShape]
    me: str
    administers: bool


class HeldShape(SummaryShape):
    """`assignee` is the id of the officer with whom it lies; null while nobody has taken it."""

    assignee: str | None


class BoardShape(TeamShape):
    """The dossiers being appraised, most urgent first; `more`: there are more than are shown."""

    dossiers: list[HeldShape]
    more: bool


class TextShape(TypedDict):
    """A text as it goes into a dossier; `gloss` says it in the caller's language where that is another."""

    text: str
    gloss: str | None


class ReasonsShape(TypedDict):
    """`own`: the agency decided on these; else they are what every agency is offered."""

    kind: str
    own: bool
    version: int
    texts: list[TextShape]


class AllReasonsShape(TypedDict):
    items: list[ReasonsShape]
    placeholders: list[str]
    administers: bool
