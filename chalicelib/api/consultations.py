"""Questions to other agencies, their answers, and dossiers that go to the right agency."""

from __future__ import annotations

from chalicelib.api import consultation_shapes as own
from chalicelib.api import consultation_views, shapes, views
from chalicelib.api.dossiers import PAGE
from chalicelib.api.http import Api, Call, path_id
from chalicelib.api.papers import DownloadShape
from chalicelib.domain.consultation import Answer
from chalicelib.errors import FieldError, Invalid
from chalicelib.services import consultations as service
from chalicelib.services import present, transfers

consultations_api = Api(__name__, "consultations")
DAYS = {"days": f"working days in place of the procedure's time, 1 to {service.LONGEST}"}


@consultations_api.view("GET", "/desk/dossiers/{dossier_id}/consultation", gives=own.ChoicesShape, query=DAYS)
def list_consultable(call: Call, dossier_id: str) -> own.ChoicesShape:
    """The agencies that can be asked about a dossier, each with its date."""
    text = call.query("days")
    if text and not (text.isdecimal() and 1 <= int(text) <= service.LONGEST):
        raise Invalid("BadQuery", [FieldError.of("days", "OutOfRange", least=1, most=service.LONGEST)])
    found = service.choices(call.who, path_id(dossier_id), int(text) if text else None, present.now())
    return {"items": [consultation_views.choice(one, call.language) for one in found]}


@consultations_api.view(
    "POST", "/desk/dossiers/{dossier_id}/consultation", body=own.ConsultBody, gives=shapes.MovedShape, keyed=True
)
def consult_agencies(call: Call, dossier_id: str) -> shapes.MovedShape:
    """Put a question to each of several agencies."""
    asked = [service.Ask(one.agency, one.question, tuple(one.hidden), one.days) for one in call.body.questions]
    return views.moved(service.ask(call.who, path_id(dossier_id), call.key, asked, present.now()), call.language)


@consultations_api.view(
    "POST",
    "/desk/dossiers/{dossier_id}/consultation/withdrawal",
    body=own.TakeBackBody,
    gives=shapes.MovedShape,
    keyed=True,
)
def withdraw_questions(call: Call, dossier_id: str) -> shapes.MovedShape:
    """Take questions back and go on without their answers."""
    body, now = call.body, present.now()
    after = service.withdraw(call.who, path_id(dossier_id), call.key, body.agencies, body.reason, now)
    return views.moved(after, call.language)


@consultations_api.view("GET", "/desk/consultations/{agency}", gives=own.AllWaitingShape, query=PAGE)
def list_questions(call: Call, agency: str) -> own.AllWaitingShape:
    """What my agency has been asked and has not answered, most urgent first."""
    found, cursor = service.waiting(call.who, agency, call.limit(), call.query("cursor"))
    return {"items": [consultation_views.waiting(one, call.language) for one in found], "cursor": cursor}


@consultations_api.view("GET", "/desk/consultations/{agency}/{dossier_id}", gives=own.ConsultedShape)
def get_consulted(call: Call, agency: str, dossier_id: str) -> own.ConsultedShape:
    """A dossier that my agency was asked about, as far as it may see it."""
    bundle, question = service.shown(call.who, agency, path_id(dossier_id))
    return consultation_views.consulted(bundle, question, call.who, call.language)


@consultations_api.view("GET", "/desk/consultations/{agency}/{dossier_id}/papers/{paper_id}", gives=DownloadShape)
def get_consulted_paper(call: Call, agency: str, dossier_id: str, paper_id: str) -> DownloadShape:
    """A short-lived address of a paper that my agency is shown."""
    return {"url": service.paper(call.who, agency, path_id(dossier_id), paper_id)}


@consultations_api.view(
    "POST",
    "/desk/consultations/{agency}/{dossier_id}/answer",
    body=own.ConsultAnswerBody,
    gives=shapes.MovedShape,
    keyed=True,
)
def answer_question(call: Call, agency: str, dossier_id: str) -> shapes.MovedShape:
    """Answer for my agency."""
    body, dossier = call.body, path_id(dossier_id)
    said = Answer(body.answer)
    after = service.answer(call.who, agency, dossier, call.key, said, body.opinion, body.number, present.now())
    return views.moved(after, call.language)


@consultations_api.view(
    "POST", "/desk/dossiers/{dossier_id}/transfer", body=own.TransferBody, gives=shapes.MovedShape, keyed=True
)
def transfer_dossier(call: Call, dossier_id: str) -> shapes.MovedShape:
    """Send a wrongly addressed dossier to the right agency."""
    body, now = call.body, present.now()
    after = transfers.transfer(call.who, path_id(dossier_id), call.key, body.agency, body.reason, now)
    return views.moved(after, call.language)
