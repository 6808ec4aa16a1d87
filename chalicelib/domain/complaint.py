"""A complaint about how a dossier ended: within which period, by when it is answered, by whom, and with what.

    open          filed; the agency's administrator has it in a list by its deadline
    declined      not taken up, within two working days: it is no complaint about this ending
    rejected      the ending stands
    reopened      the ending was wrong; the dossier is received anew
    upheld        the ending was wrong and the dossier cannot go on: the applicant files anew, with the reason in hand

One complaint per ending (a refusal, a stop, a time that ran out, a delivery); a dossier that was reopened and ended
again has another ending. What may be complained of is how it ended, so a withdrawal, which is the applicant's own, is
not. Periods, checked against no printed law: 90 days to complain (Luật Khiếu nại 2011, Điều 9); two working days to
decline and fifteen to answer (national code of PAKN, a secondary source).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from chalicelib.domain import dates
from chalicelib.domain.access import Actor
from chalicelib.domain.clock import Duration, Unit
from chalicelib.domain.event import Event, iso
from chalicelib.domain.life import Action, State
from chalicelib.errors import Conflict
from chalicelib.values import dataclass

WITHIN = timedelta(days=90)
DECLINE_WITHIN = Duration(2, Unit.WORKING_DAYS)
ANSWER_WITHIN = Duration(15, Unit.WORKING_DAYS)
ENDINGS = frozenset({State.NOT_RECEIVED, State.STOPPED, State.DELIVERED})


class Outcome(StrEnum):
    OPEN = "open"
    DECLINED = "declined"
    REJECTED = "rejected"
    REOPENED = "reopened"
    UPHELD = "upheld"


DECISIONS = tuple(outcome for outcome in Outcome if outcome is not Outcome.OPEN)


@dataclass(frozen=True)
class Complaint:
    """`ending` is the number of the event that it is about, `ended_in` the state that that led to."""

    dossier: str
    agency: str
    code: str
    procedure: str
    applicant: str
    ending: int
    ended_in: State
    ended_at: datetime
    ended_by: str  # the id of whoever decided; they do not decide about the complaint
    text: str
    filed_at: datetime
    decline_by: datetime
    answer_by: datetime
    outcome: Outcome = Outcome.OPEN
    version: int = 0
    answer: str = ""
    answered_at: datetime | None = None
    answered_by: str = ""

    @property
    def open(self) -> bool:
        return self.outcome is Outcome.OPEN

    def decided(self, outcome: Outcome, answer: str, actor: Actor, now: datetime) -> Complaint:
        """Raises Conflict when it was decided before, when the one who ended the dossier would decide about that, and
        when it is declined too late.
        """
        if not self.open:
            raise Conflict("ComplaintAnswered", who=self.answered_by, at=dates.minute(self.answered_at or now))
        if actor.id == self.ended_by:
            raise Conflict("OwnDecision")
        if outcome is Outcome.DECLINED and now > self.decline_by:
            raise Conflict("TooLateToDecline")
        answered: dict[str, Any] = {"answer": answer, "answered_at": now, "answered_by": actor.name}
        return replace(self, outcome=outcome, version=self.version + 1, **answered)

    def to_json(self) -> dict[str, Any]:
        said = {name: iso(value) if isinstance(value, datetime) else value for name, value in asdict(self).items()}
        return {name: value for name, value in said.items() if value not in (None, "")}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Complaint:
        said: dict[str, Any] = dict(body)
        for name in ("ended_at", "filed_at", "decline_by", "answer_by", "answered_at"):
            if said.get(name):
                said[name] = datetime.fromisoformat(said[name])
        return cls(**{**said, "outcome": Outcome(said["outcome"]), "ended_in": State(said["ended_in"])})


def ending(events: Sequence[Event]) -> Event | None:
    """The event that ended the dossier as it stands now; None while it goes on, and for its applicant's own ending."""
    for event in reversed(events):
        if event.before != event.after and event.action != Action.CLOSE:
            return event if State(event.after) in ENDINGS else None
    return None


def until(ended: Event) -> datetime:
    """The last moment at which this ending may be complained of."""
    return datetime.fromisoformat(ended.at) + WITHIN
