"""A dossier with everything that belongs to it, and a page of a list of dossiers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from chalicelib.domain.attachment import Attachment
from chalicelib.domain.check import Check
from chalicelib.domain.complaint import Complaint
from chalicelib.domain.consultation import Question
from chalicelib.domain.dossier import Dossier
from chalicelib.domain.event import Event
from chalicelib.domain.paper import Paper
from chalicelib.domain.post import Parcel
from chalicelib.domain.remote_signing import Signing
from chalicelib.domain.result import Result
from chalicelib.domain.share import Shares
from chalicelib.domain.sheet import Issued
from chalicelib.values import dataclass


@dataclass(frozen=True)
class Message:
    """Written between applicant and agency. `at` is ISO 8601 UTC; `actor` has id, name and role."""

    id: str
    at: str
    actor: dict[str, str]
    text: str


@dataclass(frozen=True)
class Task:
    """The workflow's open question: which attempt waits, in which state, under which token; how many rounds its
    execution has made, and since when (ISO)."""

    attempt: int
    state: str
    token: str | None
    execution: str | None
    rounds: int = 0
    since: str | None = None


@dataclass(frozen=True)
class Bundle:
    """Events, parcels and results by number; papers, their checks, messages and forms in no order."""

    dossier: Dossier
    events: tuple[Event, ...] = ()
    papers: tuple[Paper, ...] = ()
    messages: tuple[Message, ...] = ()
    task: Task | None = None
    shares: Shares = Shares()
    parcels: tuple[Parcel, ...] = ()
    results: tuple[Result, ...] = ()
    sheets: tuple[Issued, ...] = ()
    signing: Signing | None = None
    checks: tuple[Check, ...] = ()
    questions: tuple[Question, ...] = ()
    complaints: tuple[Complaint, ...] = ()  # by the ending that each is about
    attachments: tuple[Attachment, ...] = ()
    read: Mapping[str, str] = field(default_factory=dict)
    """Up to when "applicant" and "agency" have read each other's messages."""

    @property
    def issued_form(self) -> Issued | None:
        """The form of the draft that was issued last, to check a signed file by; None if none was."""
        return next((one for one in self.sheets if one.event == 0), None)


@dataclass(frozen=True)
class Listed:
    """A parcel with the head of its dossier, as they are now; a stray has none."""

    parcel: Parcel
    dossier: Dossier | None


@dataclass(frozen=True)
class Asked:
    """An open question of an agency with what lists show of its dossier."""

    question: Question
    dossier: Dossier


@dataclass(frozen=True)
class Page:
    """`cursor` asks for the next page; None when this is the last."""

    dossiers: tuple[Dossier, ...]
    cursor: str | None
