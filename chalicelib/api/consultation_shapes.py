"""What is sent and answered about questions to other agencies."""

from __future__ import annotations

from typing import Any, Literal, NotRequired

from chalicelib.api import shapes
from chalicelib.api.bodies import Body, Field
from chalicelib.api.question_shapes import QuestionShape
from chalicelib.api.typed import TypedDict
from chalicelib.services.consultations import LONGEST

AGENCY = r"^[0-9A-Z.]{3,22}$"
Text = Field(min_length=1, max_length=2000)


class QuestionBody(Body):
    """A question to one agency; `hidden` are the papers (components) that it is not to be shown, `days` its working
    days in place of the procedure's time, where no law fixes that."""

    agency: str = Field(pattern=AGENCY)
    question: str = Text
    hidden: list[str] = Field(default_factory=list, max_length=50)
    days: int | None = Field(default=None, ge=1, le=LONGEST)


class ConsultBody(Body):
    questions: list[QuestionBody] = Field(min_length=1, max_length=8)


class ConsultAnswerBody(Body):
    """`number` is that of the agency's own document or result, if it has one."""

    answer: Literal["agree", "disagree", "more", "not_competent"]
    opinion: str = Text
    number: str = Field(default="", max_length=100)


class TakeBackBody(Body):
    """Which agencies need not answer any more; all that are open when none is named."""

    agencies: list[str] = Field(default_factory=list, max_length=20)
    reason: str = Text


class TransferBody(Body):
    agency: str = Field(pattern=AGENCY)
    reason: str = Text


class PartShape(TypedDict):
    """A part of a joint procedure; `procedure` when it is one of the agency's own."""

    code: str
    name: str
    procedure: str | None


class ChoiceShape(TypedDict):
    """An agency that can be asked; `fixed` when the law sets the time, `asked` while it has not answered."""

    agency: shapes.AgencyShape
    due_at: str
    silence: Literal["agreed", "escalate"]
    part: PartShape | None
    fixed: bool
    asked: bool


class ChoicesShape(TypedDict):
    items: list[ChoiceShape]


class WaitingShape(TypedDict):
    """A question that waits for the agency's answer; `agency` is the one that asks."""

    id: str
    code: str
    agency: shapes.AgencyShape
    procedure: shapes.ProcedureShape
    applicant_name: str
    asked_at: str
    deadline: shapes.DeadlineShape


class AllWaitingShape(TypedDict):
    items: list[WaitingShape]
    cursor: str | None


class ConsultedShape(TypedDict):
    """A dossier as an agency sees it that was asked about it: what is in it, without who the applicant is beyond the
    name, and without the papers it is not to be shown. `open` when it may answer."""

    id: str
    code: str
    state: shapes.StateShape
    agency: shapes.AgencyShape
    procedure: shapes.ProcedureShape
    applicant_name: str
    submitted_at: str | None
    answers: dict[str, Any]
    papers: list[shapes.PaperShape]
    hidden: int
    question: QuestionShape
    open: bool
    deadline: NotRequired[shapes.DeadlineShape]
