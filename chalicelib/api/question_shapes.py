"""Questions to other agencies, as a dossier in full carries them."""

from __future__ import annotations

from typing import Literal, NotRequired

from chalicelib.api.typed import TypedDict


class AskedShape(TypedDict):
    """The agency that was asked."""

    code: str
    name: str


class SaidShape(TypedDict):
    """What only officers read of a question: `hidden` counts the papers not shown, `reason` is why it was withdrawn."""

    text: str
    opinion: str
    number: str
    answered_by: str
    reason: str
    hidden: int


class QuestionShape(TypedDict):
    """What another agency was asked: `closed` when nothing is waited for any more, `late` when it was answered after
    `due_at`. `silence` says what no answer by then means. `said` is for officers."""

    agency: AskedShape
    asked_at: str
    due_at: str
    silence: Literal["agreed", "escalate"]
    part: str | None
    closed: Literal["answered", "silence", "withdrawn", "ended"] | None
    answer: Literal["agree", "disagree", "more", "not_competent"] | None
    answered_at: str | None
    late: bool
    said: NotRequired[SaidShape]
