"""The officers of an agency among themselves: who holds what, hand-overs, absences, usual words."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from chalicelib.api import people_shapes as given
from chalicelib.api import shapes, views
from chalicelib.api.bodies import Body, Field
from chalicelib.api.http import Api, Call, path_id
from chalicelib.domain import reasons as words
from chalicelib.domain.access import Actor, Role, roles_on
from chalicelib.domain.team import Absence, Member, Team, day_of
from chalicelib.services import people, present, reasons

people_api = Api(__name__, "desk")
OFFICER = r"^[A-Za-z0-9-]{1,64}$"


class PassingBody(Body):
    """`to` is the id of the colleague, as the team names it."""

    to: str = Field(pattern=OFFICER)
    reason: str = Field(min_length=1, max_length=2000)


class AbsenceBody(Body):
    """Days of Vietnam, both included; `substitute` is a colleague's id."""

    since: date
    until: date
    substitute: str | None = Field(default=None, pattern=OFFICER)


class FieldsBody(Body):
    """Codes of the fields that the officer appraises, all when there are none; over this `version` of the officer."""

    fields: list[str] = Field(max_length=30)
    version: int = Field(ge=1)


class RuleBody(Body):
    by_rule: bool
    version: int = Field(ge=0)


class UsualWordsBody(Body):
    """The agency's texts over this `version`; none to go back to everybody's."""

    texts: list[str] = Field(max_length=words.MOST_TEXTS)
    version: int = Field(ge=0)


@people_api.view("POST", "/desk/dossiers/{dossier_id}/passing", body=PassingBody, gives=shapes.MovedShape, keyed=True)
def pass_dossier(call: Call, dossier_id: str) -> shapes.MovedShape:
    """Hand what lies with me to a colleague."""
    body = call.body
    after = people.hand_over(call.who, path_id(dossier_id), call.key, body.to, body.reason, present.now())
    return views.moved(after, call.language)


@people_api.view(
    "POST", "/desk/dossiers/{dossier_id}/assignment", body=PassingBody, gives=shapes.MovedShape, keyed=True
)
def reassign_dossier(call: Call, dossier_id: str) -> shapes.MovedShape:
    """Give a dossier of an agency that I administer to one of its officers."""
    body = call.body
    after = people.reassign(call.who, path_id(dossier_id), call.key, body.to, body.reason, present.now())
    return views.moved(after, call.language)


@people_api.view("GET", "/desk/teams/{agency}", gives=given.TeamShape)
def get_team(call: Call, agency: str) -> given.TeamShape:
    """The officers of an agency of mine, and how many dossiers lie with each."""
    return _team(people.team(call.who, agency), call)


@people_api.view("GET", "/desk/teams/{agency}/board", gives=given.BoardShape)
def get_board(call: Call, agency: str) -> given.BoardShape:
    """Who holds what at an agency of mine, most urgent first."""
    now = present.now()
    board = people.board(call.who, agency, now)
    team = _team(board.team, call)
    for member in team["members"]:
        member["overdue"] = board.late(member["id"], now)
    dossiers: list[given.HeldShape] = [
        {**views.summary(one, call.language), "assignee": one.assignee} for one in board.dossiers
    ]
    return {**team, "dossiers": dossiers, "more": board.more}


@people_api.view("PUT", "/desk/teams/{agency}/rule", body=RuleBody, gives=given.TeamShape)
def set_rule(call: Call, agency: str) -> given.TeamShape:
    """Let an agency that I administer assign its dossiers by rule, or not."""
    return _team(people.set_rule(call.who, agency, call.body.by_rule, call.body.version, present.now()), call)


@people_api.view("PUT", "/desk/teams/{agency}/officers/{officer}/fields", body=FieldsBody, gives=given.MemberShape)
def set_fields(call: Call, agency: str, officer: str) -> given.MemberShape:
    """Say which fields an officer of an agency that I administer appraises."""
    return _member(people.set_fields(call.who, agency, officer, call.body.fields, call.body.version), present.now())


@people_api.view(
    "POST",
    "/desk/teams/{agency}/officers/{officer}/absences",
    body=AbsenceBody,
    gives=given.MemberShape,
    status=201,
    keyed=True,
)
def record_absence(call: Call, agency: str, officer: str) -> given.MemberShape:
    """Record that I am away, or an officer of an agency that I administer, and who stands in."""
    body, now = call.body, present.now()
    after = people.record_absence(call.who, agency, officer, call.key, body.since, body.until, body.substitute, now)
    return _member(after, now)


@people_api.view("DELETE", "/desk/teams/{agency}/officers/{officer}/absences/{absence}", gives=given.MemberShape)
def end_absence(call: Call, agency: str, officer: str, absence: str) -> given.MemberShape:
    """End an absence as of today, or strike one that lies ahead."""
    now = present.now()
    return _member(people.end_absence(call.who, agency, officer, absence, now), now)


@people_api.view("GET", "/desk/reasons/{agency}", gives=given.AllReasonsShape)
def get_reasons(call: Call, agency: str) -> given.AllReasonsShape:
    """The usual words of an agency of mine, by kind of act."""
    own = reasons.of(call.who, agency)
    return {
        "items": [_reasons(own.get(kind) or words.Reasons(kind), call.language) for kind in words.KINDS],
        "placeholders": list(words.PLACEHOLDERS),
        "administers": _administers(call.who, agency),
    }


@people_api.view("PUT", "/desk/reasons/{agency}/{kind}", body=UsualWordsBody, gives=given.ReasonsShape)
def set_reasons(call: Call, agency: str, kind: str) -> given.ReasonsShape:
    """Decide on the usual words of an agency that I administer."""
    body = call.body
    return _reasons(reasons.decide(call.who, agency, kind, body.texts, body.version, present.now()), call.language)


def _administers(actor: Actor, agency: str) -> bool:
    return Role.ADMINISTRATOR in roles_on(actor, owner="", agency=agency)


def _team(team: Team, call: Call) -> given.TeamShape:
    now = present.now()
    return {
        "agency": views.agency(team.agency, call.language),
        "by_rule": team.by_rule,
        "rule_version": team.version,
        "members": [_member(one, now) for one in sorted(team.members.values(), key=lambda one: (one.name, one.id))],
        "me": call.who.id,
        "administers": _administers(call.who, team.agency),
    }


def _member(of: Member, now: datetime) -> given.MemberShape:
    away = of.absence(day_of(now))
    return {
        "id": of.id,
        "name": of.name,
        "roles": sorted(of.roles),
        "appraises": of.appraises,
        "fields": list(of.fields),
        "absences": [_absence(one, day_of(now)) for one in of.absences],
        "away_until": away.until.isoformat() if away else None,
        "open": of.open,
        "last_given_at": of.last or None,
        "version": of.version,
    }


def _absence(of: Absence, today: date) -> given.AbsenceShape:
    state: Literal["past", "now", "ahead"] = "now" if of.covers(today) else "past" if of.until < today else "ahead"
    return {
        "id": of.id,
        "since": of.since.isoformat(),
        "until": of.until.isoformat(),
        "state": state,
        "substitute": of.substitute,
        "substitute_name": of.substitute_name,
        "recorded_by": of.by,
        "recorded_at": of.at,
    }


def _reasons(of: words.Reasons, language: str) -> given.ReasonsShape:
    usual = reasons.usual().get(of.kind, ())
    texts: list[given.TextShape] = [{"text": text, "gloss": None} for text in of.texts]
    if not texts:
        texts = [{"text": one["vi"], "gloss": one[language] if language != "vi" else None} for one in usual]
    return {"kind": of.kind, "own": bool(of.texts), "version": of.version, "texts": texts}
