"""Complaints about how a dossier ended: filed by its applicant, answered by the administrator of its agency."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chalicelib.domain import clock, dates
from chalicelib.domain import complaint as rules
from chalicelib.domain.access import Actor, Role, require_officer, require_role
from chalicelib.domain.bundle import Bundle
from chalicelib.domain.complaint import Complaint, Outcome
from chalicelib.domain.dossier import Dossier
from chalicelib.domain.event import Event, iso
from chalicelib.domain.life import Action, State, reopenable
from chalicelib.errors import Conflict, NotFound, TransitionRefused
from chalicelib.services import catalogue, deadlines
from chalicelib.services.desk import visible
from chalicelib.services.dossiers import own
from chalicelib.services.transitions import perform, repeated
from chalicelib.storage import complaints as rows
from chalicelib.storage import dossiers as kept
from chalicelib.values import dataclass

_ANEW: dict[str, Any] = {
    "received_at": None,
    "due_at": None,
    "assignee": None,
    "assignee_name": None,
    "appraised_by": None,
    "supplement": None,
    "supplements": 0,
    "pauses": (),
    "reappointed": False,
    "counted_late": None,
}
"""What a dossier that is received anew does not bring along: it has its periods and its one supplement again."""


@dataclass(frozen=True)
class Standing:
    """The complaints of a dossier, the newest first; `until` when its ending may be complained of, None if it may not.

    `reopenable` and `may_decline`: what an answer could be, for whoever gives it.
    """

    complaints: tuple[Complaint, ...]
    until: datetime | None
    reopenable: bool
    may_decline: bool


def file(actor: Actor, dossier_id: str, key: str, text: str, now: datetime) -> Dossier:
    """Complain about how one's dossier ended: once per ending, within 90 days.

    Raises TransitionRefused where nothing has ended, Conflict when it was complained of before or is too late.
    """
    bundle = kept.load(dossier_id)
    dossier = own(actor, bundle.dossier)
    if repeated(bundle, key, Action.COMPLAIN, actor):
        return dossier
    ended = rules.ending(bundle.events)
    if ended is None:
        raise TransitionRefused("TransitionRefused", action=Action.COMPLAIN.value, state=dossier.state.value)
    if now > rules.until(ended):
        raise Conflict("ComplaintTooLate", until=dates.day(rules.until(ended)))
    made = _made(dossier, ended, text, now)
    detail = {"reason": text, "ending": ended.number, "answer_by": iso(made.answer_by)}
    return perform(dossier, Action.COMPLAIN, actor, now, key=key, detail=detail, also=[rows.put(made)])


def _made(dossier: Dossier, ended: Event, text: str, now: datetime) -> Complaint:
    calendar = catalogue.calendar_of(dossier.agency)
    return Complaint(
        dossier=dossier.id,
        agency=dossier.agency,
        code=str(dossier.code),
        procedure=dossier.procedure_name,
        applicant=str(dossier.applicant.get("name", "")),
        ending=ended.number,
        ended_in=State(ended.after),
        ended_at=datetime.fromisoformat(ended.at),
        ended_by=ended.actor["id"],
        text=text,
        filed_at=now,
        decline_by=clock.due(now, rules.DECLINE_WITHIN, calendar).at,
        answer_by=clock.due(now, rules.ANSWER_WITHIN, calendar).at,
    )


def answer(actor: Actor, dossier_id: str, key: str, outcome: Outcome, text: str, now: datetime) -> Dossier:
    """Decide about the complaint that waits; never by whoever ended the dossier.

    Reopened: the dossier is received anew, its periods begin again, and a fee that is due at acceptance is due then.
    That is refused (NotReopenable) once money is owed back or was paid back: then it is upheld, the money goes its way,
    and the applicant files anew.
    """
    bundle = kept.load(dossier_id)
    dossier = visible(actor, bundle.dossier)
    require_role(actor, dossier.agency, Role.ADMINISTRATOR)
    action = Action.REOPEN if outcome is Outcome.REOPENED else Action.ANSWER_COMPLAINT
    if repeated(bundle, key, action, actor):
        return dossier
    if not bundle.complaints:
        raise Conflict("NoComplaintOpen")
    found = max(bundle.complaints, key=lambda one: one.ending)
    decided = found.decided(outcome, text, actor, now)
    filed = next(e for e in bundle.events if e.action == Action.COMPLAIN and e.detail["ending"] == found.ending)
    changes: dict[str, Any] = {}
    detail: dict[str, Any] = {"reason": text, "outcome": outcome.value, "complaint": filed.number}
    if action is Action.REOPEN:
        reply = deadlines.reply(dossier.agency, now)
        changes = {**_ANEW, "reply_due_at": reply}
        detail["reply_due_at"] = iso(reply)
    return perform(dossier, action, actor, now, key=key, detail=detail, changes=changes, also=[rows.put(decided)])


def mine(actor: Actor, dossier_id: str, now: datetime) -> Standing:
    """The complaints of one's own dossier, and whether there may be one."""
    bundle = kept.load(dossier_id)
    own(actor, bundle.dossier)
    return _standing(bundle, actor, now)


def at_desk(actor: Actor, dossier_id: str, now: datetime) -> Standing:
    """As `mine`, for officers of the dossier's agency."""
    bundle = kept.load(dossier_id)
    visible(actor, bundle.dossier)
    return _standing(bundle, actor, now)


def _standing(bundle: Bundle, actor: Actor, now: datetime) -> Standing:
    dossier = bundle.dossier
    newest_first = tuple(sorted(bundle.complaints, key=lambda one: -one.ending))
    ended = rules.ending(bundle.events)
    until = rules.until(ended) if ended and dossier.complaint is None and now <= rules.until(ended) else None
    ended_so = dossier.state in {State.NOT_RECEIVED, State.STOPPED}
    open_one = next((one for one in newest_first if one.open), None)
    return Standing(
        newest_first,
        until,
        ended_so and reopenable.allows(dossier, actor),
        open_one is not None and now <= open_one.decline_by,
    )


def open_at(actor: Actor, agency: str, limit: int, cursor: str) -> tuple[tuple[Complaint, ...], str | None]:
    """A page of the open complaints of an agency, for its administrators; NotFound for everybody else."""
    require_officer(actor)
    if agency not in actor.agencies((Role.ADMINISTRATOR,)):
        raise NotFound("NotFound")
    return rows.open_at(agency, limit, cursor)
