"""Asking other agencies about a dossier, and what they answer: questions in parallel, each with its own date.

Exactly one of the acts that close the last open question returns the dossier to its appraiser; the head's version
decides which. Officers of an agency that was asked see the dossier as far as they need it, and nobody else there does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from chalicelib.domain import consultation
from chalicelib.domain.access import CONSULTED_BY, SYSTEM, Actor, Role, require_officer, require_role
from chalicelib.domain.bundle import Asked, Bundle
from chalicelib.domain.clock import Duration, Unit
from chalicelib.domain.consultation import Answer, Closed, Question, Silence
from chalicelib.domain.dossier import Dossier
from chalicelib.domain.event import iso
from chalicelib.domain.life import Action
from chalicelib.domain.procedure import Consultation, Part, Procedure
from chalicelib.errors import Conflict, FieldError, Invalid, NotFound, StaleWrite
from chalicelib.services import catalogue, deadlines, desk, papers, teams
from chalicelib.services.transitions import perform, repeated
from chalicelib.storage import consultations as rows
from chalicelib.storage import dossiers as kept
from chalicelib.values import dataclass

# What the province promises itself where no law names a time; silence then says nothing, and the clock runs on.
DEFAULT = Consultation(Duration(5, Unit.WORKING_DAYS), Silence.ESCALATE, True, "")
LONGEST = 60  # working days
_TRIES = 5


@dataclass(frozen=True)
class Ask:
    """A question to be put to `agency`; `days` (working days) in place of the rule's time."""

    agency: str
    text: str
    hidden: tuple[str, ...] = ()
    days: int | None = None


@dataclass(frozen=True)
class Choice:
    """An agency that can be asked: by when it would have to answer, what its silence would mean, and for which part."""

    agency: str
    due_at: datetime
    silence: Silence
    part: Part | None
    fixed: bool  # the time is the law's: no other can be chosen
    asked: bool  # and has not answered yet


def _rule(procedure: Procedure, dossier: Dossier, agency: str) -> tuple[Duration, Silence, Part | None]:
    part = next((one for one in procedure.parts_for(dossier.answers) if one.agency == agency), None)
    if part is not None:
        return part.within, part.silence, part
    general = procedure.consultation or DEFAULT
    return general.within, general.silence, None


def _procedure(dossier: Dossier) -> Procedure:
    return catalogue.procedure(dossier.procedure_code, dossier.procedure_version)


def choices(actor: Actor, dossier_id: str, days: int | None, now: datetime) -> list[Choice]:
    """Every agency that can be asked about a dossier now, those of a joint procedure's parts first."""
    dossier = desk.visible(actor, kept.head(dossier_id))
    require_role(actor, dossier.agency, Role.APPRAISER)
    procedure = _procedure(dossier)
    found = []
    for code, agency in catalogue.agencies().items():
        if not agency.active or code == dossier.agency:
            continue
        within, silence, part = _rule(procedure, dossier, code)
        fixed = silence is Silence.AGREED
        if days is not None and not fixed:
            within = Duration(days, Unit.WORKING_DAYS)
        due = deadlines.consulted(code, now, within)
        found.append(Choice(code, due, silence, part, fixed, bool(dossier.consulted.get(code))))
    return sorted(found, key=lambda one: one.part is None)


def ask(actor: Actor, dossier_id: str, key: str, asked: Sequence[Ask], now: datetime) -> Dossier:
    """Put a question to each of several agencies; the dossier waits until all are answered, silent or taken back."""
    bundle = kept.load(dossier_id)
    dossier = desk.visible(actor, bundle.dossier)
    require_role(actor, dossier.agency, Role.APPRAISER)
    if repeated(bundle, key, Action.CONSULT, actor):
        return dossier
    actor = teams.acting(actor, dossier, now)
    procedure = _procedure(dossier)
    _refuse_defects(dossier, procedure, asked)
    number = dossier.event_count + 1
    questions = [_question(dossier, procedure, one, number, actor, now) for one in asked]
    rule = procedure.consultation or DEFAULT
    changes = {
        "consulted": {**dossier.consulted, **{one.agency: one.due_at for one in questions}},
        "consult_pauses": not rule.counted,
    }
    # The texts stand in the questions' own rows, for those concerned; the chain of events has their hashes.
    detail = {"asked": [_told(one) | {"text_sha256": _hash(one.text)} for one in questions]}
    also = [rows.put(dossier.id, one) for one in questions]
    return perform(dossier, Action.CONSULT, actor, now, key=key, detail=detail, changes=changes, also=also)


def _refuse_defects(dossier: Dossier, procedure: Procedure, asked: Sequence[Ask]) -> None:
    agencies, seen = catalogue.agencies(), set[str]()
    found = []
    for index, one in enumerate(asked):
        at = f"questions[{index}]"
        agency = agencies.get(one.agency)
        if agency is None or not agency.active or one.agency == dossier.agency:
            found.append(FieldError.of(f"{at}.agency", "NotConsultable"))
        elif one.agency in seen:
            found.append(FieldError.of(f"{at}.agency", "NotUnique"))
        seen.add(one.agency)
        found += [FieldError.of(f"{at}.hidden", "NotComponent") for c in one.hidden if c not in dossier.papers]
        if one.days is not None and _rule(procedure, dossier, one.agency)[1] is Silence.AGREED:
            found.append(FieldError.of(f"{at}.days", "TimeFixedByLaw"))
    most = consultation.MOST_OF_A_DOSSIER
    if len(seen | set(dossier.consulted)) > most:
        found.append(FieldError.of("questions", "TooMany", most=most))
    if found:
        raise Invalid("BadRequest", found)


def _question(dossier: Dossier, procedure: Procedure, one: Ask, number: int, actor: Actor, now: datetime) -> Question:
    within, silence, part = _rule(procedure, dossier, one.agency)
    if one.days is not None:
        within = Duration(one.days, Unit.WORKING_DAYS)
    return Question(
        round=number,
        agency=one.agency,
        name=catalogue.agency(one.agency).name.vi,
        text=one.text,
        asked_at=iso(now),
        asked_by=actor.name,
        due_at=iso(deadlines.consulted(one.agency, now, within)),
        silence=silence,
        hidden=one.hidden,
        part=part.code if part else None,
    )


def _told(question: Question) -> dict[str, str]:
    """What of a question every reader of the timeline is told."""
    return {"agency": question.agency, "name": question.name, "until": question.due_at}


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# The agency that is asked.


def waiting(actor: Actor, agency: str, limit: int, cursor: str) -> tuple[list[Asked], str | None]:
    """What an agency has been asked and has not answered. Raises NotFound without a post there that may answer."""
    _require_post(actor, agency)
    return rows.listed(agency, limit, cursor)


def _require_post(actor: Actor, agency: str) -> None:
    require_officer(actor)
    if agency not in actor.agencies(CONSULTED_BY):
        raise NotFound("DossierNotFound")


def shown(actor: Actor, agency: str, dossier_id: str) -> tuple[Bundle, Question]:
    """A dossier for an agency that was asked about it, and what it was asked last. NotFound for everybody else, and
    once the question was taken back."""
    _require_post(actor, agency)
    bundle = kept.load(dossier_id)
    question = consultation.latest(bundle.questions, agency)
    if question is None or agency not in bundle.dossier.consulted:
        raise NotFound("DossierNotFound")
    return bundle, question


def paper(actor: Actor, agency: str, dossier_id: str, paper_id: str) -> str:
    """A short-lived address of a paper that the agency is shown."""
    bundle, question = shown(actor, agency, dossier_id)
    visible = {paper for component, paper in bundle.dossier.papers.items() if component not in question.hidden}
    found = next((one for one in bundle.papers if one.id == paper_id and one.id in visible), None)
    if found is None:
        raise NotFound("PaperNotFound")
    return papers.address(actor, bundle, found)


def answer(
    actor: Actor, agency: str, dossier_id: str, key: str, said: Answer, opinion: str, number: str, now: datetime
) -> Dossier:
    """Answer for an agency. The last answer returns the dossier; after silence it is kept and is late.

    Raises NotFound when the agency was not asked, Conflict("OpinionGiven") when it has answered already.
    """

    def once() -> Dossier:
        bundle, question = shown(actor, agency, dossier_id)
        dossier = bundle.dossier
        if repeated(bundle, key, Action.GIVE_OPINION, actor):
            return dossier
        told = consultation.answered(question, said, opinion, number, actor.name, now)
        changes, detail = _closing(bundle, {agency: ""}, now)
        detail |= {
            **_told(told),
            "answer": said.value,
            "document": number,
            "text_sha256": _hash(opinion),
            "late": told.late,
        }
        also = [rows.put(dossier.id, told)]
        return perform(dossier, Action.GIVE_OPINION, actor, now, key=key, detail=detail, changes=changes, also=also)

    return _again_when_stale(once)


def _again_when_stale(act: Callable[[], Dossier]) -> Dossier:
    """Several agencies answer at once: the slower one looks again."""
    for attempt in range(_TRIES):
        try:
            return act()
        except StaleWrite:
            if attempt == _TRIES - 1:
                raise
    raise AssertionError("unreachable")


def _closing(bundle: Bundle, closed: dict[str, str], now: datetime) -> tuple[dict[str, Any], dict[str, Any]]:
    """Changes and event detail when some questions are closed; with the last one the clock goes on, where it paused."""
    dossier = bundle.dossier
    consulted = {**dossier.consulted, **closed}
    changes: dict[str, Any] = {"consulted": consulted}
    ends = not any(consulted.values()) and any(dossier.consulted.values())
    if not ends or not dossier.consult_pauses or dossier.received_at is None or dossier.state_since is None:
        return changes, {}
    clock, detail = deadlines.paused(dossier, bundle.events, _procedure(dossier), dossier.state_since, now)
    return changes | clock | {"consult_pauses": False}, detail


# Questions that end without an answer.


def withdraw(actor: Actor, dossier_id: str, key: str, agencies: Iterable[str], reason: str, now: datetime) -> Dossier:
    """Take questions back, all open ones when none is named: the review goes on without these answers."""

    def once() -> Dossier:
        bundle = kept.load(dossier_id)
        dossier = desk.visible(actor, bundle.dossier)
        require_role(actor, dossier.agency, Role.APPRAISER)
        if repeated(bundle, key, Action.WITHDRAW_QUESTION, actor):
            return dossier
        substitute = teams.acting(actor, dossier, now)
        wanted = set(agencies) or {one.agency for one in bundle.questions if one.open}
        found = [one for one in bundle.questions if one.open and one.agency in wanted]
        if len(found) != len(wanted) or not found:
            raise Conflict("NoQuestionOpen")
        changes, detail = _closing(bundle, {one.agency: "" for one in found}, now)
        # Who is not asked any more does not see the dossier any more, unless an earlier answer of theirs is part of it.
        heard = {one.agency for one in bundle.questions if not one.open}
        for one in found:
            if one.agency not in heard:
                del changes["consulted"][one.agency]
        detail |= {"withdrawn": [_told(one) for one in found], "reason": reason}
        also = [rows.put(dossier.id, consultation.closed(one, Closed.WITHDRAWN, now, reason)) for one in found]
        act = Action.WITHDRAW_QUESTION
        return perform(dossier, act, substitute, now, key=key, detail=detail, changes=changes, also=also)

    return _again_when_stale(once)


def silence(dossier: Dossier, key: str, now: datetime) -> Dossier | None:
    """Close what counts as agreed by silence; None when there is nothing of that kind. For workflow and sweeper."""
    bundle = kept.load(dossier.id)
    if bundle.dossier.version != dossier.version:
        return bundle.dossier  # it moved meanwhile
    silent = [one for one in bundle.questions if one.is_silent(now)]
    if not silent:
        return None
    changes, detail = _closing(bundle, {one.agency: "" for one in silent}, now)
    detail |= {"silent": [_told(one) for one in silent]}
    also = [rows.put(dossier.id, consultation.closed(one, Closed.SILENCE, now)) for one in silent]
    return perform(dossier, Action.CONSULTED, SYSTEM, now, key=key, detail=detail, changes=changes, also=also)
