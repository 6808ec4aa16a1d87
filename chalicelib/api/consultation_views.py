"""Questions to other agencies as their readers see them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chalicelib.api import consultation_shapes as own
from chalicelib.api import shapes
from chalicelib.api.question_shapes import QuestionShape
from chalicelib.domain import urgency
from chalicelib.domain.access import Actor
from chalicelib.domain.bundle import Asked, Bundle
from chalicelib.domain.consultation import Closed, Question
from chalicelib.domain.document import Text
from chalicelib.domain.event import iso
from chalicelib.domain.life import STILL_HEARD, State
from chalicelib.domain.paper import shown
from chalicelib.domain.procedure import Procedure
from chalicelib.services import catalogue, present
from chalicelib.services.consultations import Choice


def _in(text: Text, language: str) -> str:
    return text.vi if language == "vi" else text.en


def _agency(code: str, language: str) -> shapes.AgencyShape:
    return {"code": code, "name": _in(catalogue.agency(code).name, language)}


def _deadline(of: Question) -> shapes.DeadlineShape:
    at, now = datetime.fromisoformat(of.due_at), present.now()
    how: Any = urgency.urgency(at, now).value
    return {"at": of.due_at, "urgency": how, "days": urgency.days_left(at, now)}


def question(of: Question, procedure: Procedure, actor: Actor, language: str) -> QuestionShape:
    part = next((one for one in procedure.parts if one.code == of.part), None)
    silence: Any = of.silence.value
    closed: Any = of.closed.value if of.closed else None
    answer: Any = of.answer.value if of.answer else None
    view: QuestionShape = {
        "agency": _agency(of.agency, language),
        "asked_at": of.asked_at,
        "due_at": of.due_at,
        "silence": silence,
        "part": _in(part.name, language) if part else None,
        "closed": closed,
        "answer": answer,
        "answered_at": of.answered_at,
        "late": of.late,
    }
    if actor.is_officer:
        view["said"] = {
            "text": of.text,
            "opinion": of.opinion,
            "number": of.number,
            "answered_by": of.answered_by,
            "reason": of.reason,
            "hidden": len(of.hidden),
        }
    return view


def choice(of: Choice, language: str) -> own.ChoiceShape:
    silence: Any = of.silence.value
    part = of.part
    return {
        "agency": _agency(of.agency, language),
        "due_at": iso(of.due_at),
        "silence": silence,
        "part": {"code": part.code, "name": _in(part.name, language), "procedure": part.procedure} if part else None,
        "fixed": of.fixed,
        "asked": of.asked,
    }


def waiting(of: Asked, language: str) -> own.WaitingShape:
    dossier = of.dossier
    return {
        "id": dossier.id,
        "code": dossier.code or "",
        "agency": _agency(dossier.agency, language),
        "procedure": {"code": dossier.procedure_code, "name": dossier.procedure_name},
        "applicant_name": str(dossier.applicant.get("name", "")),
        "asked_at": of.question.asked_at,
        "deadline": _deadline(of.question),
    }


def _is_personal(procedure: Procedure, name: str) -> bool:
    """Whether an answer is what the applicant's account filled in: who they are and how they are reached."""
    schema = procedure.form.get("properties", {}).get(name, {})
    return isinstance(schema, dict) and schema.get("x-prefill") in {"identity", "phone", "email"}


def consulted(bundle: Bundle, of: Question, actor: Actor, language: str) -> own.ConsultedShape:
    from chalicelib.api import views  # which shows questions itself

    dossier = bundle.dossier
    procedure = catalogue.procedure(dossier.procedure_code, dossier.procedure_version)
    state: State = dossier.state
    ids = {paper for component, paper in dossier.papers.items() if component not in of.hidden}
    answerable = (
        of.answer is None
        and of.closed not in {Closed.WITHDRAWN, Closed.ENDED}
        and state in {State.CONSULTATION, *STILL_HEARD}
    )
    view: own.ConsultedShape = {
        "id": dossier.id,
        "code": dossier.code or "",
        "state": views.state(state, language),
        "agency": _agency(dossier.agency, language),
        "procedure": {
            "code": procedure.code,
            "name": _in(procedure.name, language),
            "version": procedure.version,
        },
        "applicant_name": str(dossier.applicant.get("name", "")),
        "submitted_at": iso(dossier.submitted_at) if dossier.submitted_at else None,
        "answers": {name: value for name, value in dossier.answers.items() if not _is_personal(procedure, name)},
        "papers": [
            views.paper(one, dossier.papers, bundle.checks, language) for one in shown(bundle.papers) if one.id in ids
        ],
        "hidden": len(of.hidden),
        "question": question(of, procedure, actor, language),
        "open": answerable,
    }
    if of.open:
        view["deadline"] = _deadline(of)
    return view
