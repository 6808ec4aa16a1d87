"""The shapes of answers: moments are ISO 8601 UTC texts, amounts integer đồng, names in the caller's language."""

from __future__ import annotations

from typing import Any, NotRequired

from typing_extensions import TypedDict  # pydantic reads these for the OpenAPI document; on 3.11 it needs this one


class StateShape(TypedDict):
    """`status` is the national code 1–10, null for a draft."""

    code: str
    name: str
    status: int | None


class ProcedureShape(TypedDict):
    code: str
    name: str
    version: NotRequired[int]


class AgencyShape(TypedDict):
    code: str
    name: str


class SummaryShape(TypedDict):
    """A row of a list."""

    id: str
    code: str | None
    state: StateShape
    version: int
    procedure: ProcedureShape
    agency: AgencyShape
    level: int
    applicant_name: str
    created_at: str
    submitted_at: str | None
    reply_due_at: str | None
    due_at: str | None
    assignee_name: str | None
    draft_expires_at: str | None


class ListShape(TypedDict):
    items: list[SummaryShape]
    cursor: str | None


class FeeShape(TypedDict):
    code: str
    name: str
    amount: int
    moment: str
    refundable: bool
    paid: bool
    via: str | None


class PageShape(TypedDict):
    number: int
    name: str
    size: int
    type: str
    accepted: bool
    reason: str | None
    message: str | None


class PaperShape(TypedDict):
    """`counts`: it stands for its component; of a page, `reason` is why it was refused, `message` says so."""

    id: str
    component: str
    status: str
    provenance: str
    created_at: str
    sha256: str | None
    counts: bool
    pages: list[PageShape]


class StepShape(TypedDict):
    """One line of the timeline."""

    number: int
    action: str
    state: StateShape
    at: str
    actor: str
    role: str
    detail: dict[str, Any]


class MessageShape(TypedDict):
    id: str
    at: str
    author: str
    role: str
    text: str


class DossierShape(TypedDict):
    """A dossier in full, for its applicant or an officer of its agency."""

    id: str
    code: str | None
    state: StateShape
    version: int
    procedure: ProcedureShape
    agency: AgencyShape
    level: int
    channel: str
    delivery: str
    applicant: dict[str, Any]
    answers: dict[str, Any]
    created_at: str
    submitted_at: str | None
    received_at: str | None
    reply_due_at: str | None
    due_at: str | None
    due_explanation: list[dict[str, Any]]
    draft_expires_at: str | None
    assignee_name: str | None
    fees: list[FeeShape]
    papers: list[PaperShape]
    supplement: dict[str, Any] | None
    originals: dict[str, str]
    form_signed: bool
    result: dict[str, Any] | None
    refund: dict[str, Any] | None
    timeline: list[StepShape]
    messages: list[MessageShape]
    actions: list[str]
    receipt: NotRequired[ReceiptShape | None]


class ReceiptShape(TypedDict):
    """What the applicant needs to follow the dossier without logging in."""

    code: str
    secret: str
    submitted_at: str
    reply_due_at: str
    link: str


class MovedShape(TypedDict):
    """A dossier after a step."""

    id: str
    code: str | None
    state: StateShape
    version: int
    due_at: str | None
    reply_due_at: str | None


class FiledShape(MovedShape):
    receipt: ReceiptShape


class StatusShape(TypedDict):
    """What anybody with code and secret sees: no names, no answers."""

    code: str
    state: StateShape
    procedure: ProcedureShape
    agency: AgencyShape
    submitted_at: str | None
    reply_due_at: str | None
    due_at: str | None


class QueueShape(TypedDict):
    agency: AgencyShape
    queue: str


class PostShape(TypedDict):
    """A post of mine: a role at an agency."""

    agency: AgencyShape
    role: str


class QueuesShape(TypedDict):
    """`posts` say what else is mine to do there: drawers, refunds, books."""

    items: list[QueueShape]
    posts: list[PostShape]


class LinkShape(TypedDict):
    """A download that is good for `expires_in` seconds."""

    url: str
    expires_in: int


class HealthShape(TypedDict):
    status: str
    time: str
