"""Questions that the agency of a dossier puts to other agencies, in parallel, and what came of each.

A question is open until its agency answers, is silent past the date where the law counts that as agreement
(NP 1.013225: twelve days), is told that its answer is no longer needed, or the dossier ends. An answer that comes after
silence is kept and is late; it does not undo what followed. The dossier's head knows of every agency asked only until
when it may answer (`Dossier.consulted`), which is all that the table of transitions and the clocks need.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from chalicelib.domain.event import iso, moment
from chalicelib.domain.life import State
from chalicelib.errors import Conflict
from chalicelib.values import dataclass

if TYPE_CHECKING:
    from chalicelib.domain.dossier import Dossier

MOST_AT_ONCE = 8
MOST_OF_A_DOSSIER = 12
"""Agencies asked in one go, and in the whole life of a dossier: the head names each."""


class Silence(StrEnum):
    AGREED = "agreed"  # no answer by the date is an agreement; only where the law says so
    ESCALATE = "escalate"  # the agency is reminded, the asking one told


class Closed(StrEnum):
    ANSWERED = "answered"
    SILENCE = "silence"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"  # the dossier ended first


class Answer(StrEnum):
    AGREE = "agree"
    DISAGREE = "disagree"
    MORE = "more"
    NOT_COMPETENT = "not_competent"


@dataclass(frozen=True)
class Question:
    """One question to one agency. `round` is the number of the event that asked, `hidden` the components of papers
    that the agency is not shown, `part` the part of a joint procedure that it is about. Moments are ISO 8601 UTC.
    """

    round: int
    agency: str
    name: str
    text: str
    asked_at: str
    asked_by: str
    due_at: str
    silence: Silence
    hidden: tuple[str, ...] = ()
    part: str | None = None
    closed: Closed | None = None
    closed_at: str | None = None
    reason: str = ""  # why it was withdrawn
    answer: Answer | None = None
    opinion: str = ""
    number: str = ""  # of the agency's own document or result
    answered_at: str | None = None
    answered_by: str = ""

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Question:
        values = dict(body)
        values["silence"] = Silence(values["silence"])
        values["closed"] = Closed(values["closed"]) if values.get("closed") else None
        values["answer"] = Answer(values["answer"]) if values.get("answer") else None
        values["hidden"] = tuple(values.get("hidden") or ())
        return cls(**values)

    def to_json(self) -> dict[str, Any]:
        """Without what says nothing."""
        found = {k: list(v) if isinstance(v, tuple) else v for k, v in dataclasses.asdict(self).items()}
        return {k: v for k, v in found.items() if v not in (None, "", [])}

    @property
    def open(self) -> bool:
        return self.closed is None

    @property
    def late(self) -> bool:
        """Whether it was answered after its date."""
        return self.answered_at is not None and self.answered_at > self.due_at

    def is_silent(self, now: datetime) -> bool:
        """Open past its date, which counts as agreement."""
        return self.open and self.silence is Silence.AGREED and self.due_at <= iso(now)

    @property
    def is_settled(self) -> bool:
        """Whether there is an agreement to build on, said or by silence; what is said later does not undo it."""
        return self.answer is Answer.AGREE or self.closed is Closed.SILENCE


def latest(questions: Sequence[Question], agency: str) -> Question | None:
    """What an agency was asked last."""
    return max((q for q in questions if q.agency == agency), key=lambda q: q.round, default=None)


def answered(question: Question, answer: Answer, opinion: str, number: str, by: str, now: datetime) -> Question:
    """The question with its answer; after silence it stays closed by that. Raises Conflict when there is one already,
    when it was withdrawn, or when the dossier ended before."""
    if question.answer is not None:
        raise Conflict("OpinionGiven")
    if question.closed in {Closed.WITHDRAWN, Closed.ENDED}:
        raise Conflict("QuestionWithdrawn")
    closed = question.closed or (Closed.SILENCE if question.is_silent(now) else Closed.ANSWERED)
    return dataclasses.replace(
        question,
        answer=answer,
        opinion=opinion,
        number=number,
        answered_at=iso(now),
        answered_by=by,
        closed=closed,
        closed_at=question.closed_at or iso(now),
    )


def closed(question: Question, how: Closed, now: datetime, reason: str = "") -> Question:
    return dataclasses.replace(question, closed=how, closed_at=iso(now), reason=reason)


# What the head knows.


def asked_until(dossier: Dossier) -> list[datetime]:
    """The dates of the open questions."""
    return [moment(at) for at in dossier.consulted.values() if at]


def dues(dossier: Dossier) -> list[datetime]:
    """The moments that a dossier in consultation waits for: its questions' dates and, while it runs, its own."""
    own = [dossier.due_at] if dossier.due_at and not dossier.consult_pauses else []
    return [*asked_until(dossier), *own]


def unheard(dossier: Dossier, now: datetime) -> list[str]:
    """The agencies whose date passed without an answer, in order."""
    return sorted(agency for agency, at in dossier.consulted.items() if at and at <= iso(now))


def left_open(after: Dossier) -> bool:
    """Whether the dossier went on while questions are open: nobody needs their answers any more."""
    return after.state is not State.CONSULTATION and any(after.consulted.values())


def after_closing(dossier: Dossier, agencies: Iterable[str]) -> dict[str, str]:
    """`Dossier.consulted` once these agencies' questions are closed."""
    return {**dossier.consulted, **dict.fromkeys(agencies, "")}
