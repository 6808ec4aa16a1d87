"""The shapes of withdrawals and complaints: moments are ISO 8601 UTC texts, amounts integer đồng."""

from __future__ import annotations

from typing import Literal

from chalicelib.api.shapes import StateShape
from chalicelib.api.typed import TypedDict


class ConsequenceShape(TypedDict):
    """What taking the dossier back would mean now: `back` comes back, `kept` of what was paid does not. `texts` say so,
    one sentence each, with the rule."""

    may: bool
    back: int
    kept: int
    texts: list[str]


class ComplaintShape(TypedDict):
    """`ending` is the number of the event that is complained of; `outcome_name` says what came of it."""

    dossier: str
    code: str
    procedure: str
    applicant: str
    ending: int
    ended_in: StateShape
    ended_at: str
    text: str
    filed_at: str
    decline_by: str
    answer_by: str
    outcome: Literal["open", "declined", "rejected", "reopened", "upheld"]
    outcome_name: str
    answer: str
    answered_at: str | None
    answered_by: str


class StandingShape(TypedDict):
    """The complaints of a dossier, the newest first. `until`: how long its ending may be complained of, null when it
    may not. `reopenable`, `may_decline`: what an answer could be."""

    items: list[ComplaintShape]
    until: str | None
    reopenable: bool
    may_decline: bool


class ComplaintsShape(TypedDict):
    items: list[ComplaintShape]
    cursor: str | None
