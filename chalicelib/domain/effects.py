"""What must follow an event, and which events the applicant is told of."""

from __future__ import annotations

from chalicelib.domain.event import Event
from chalicelib.domain.life import OVER, Action, State
from chalicelib.domain.sheet import forms_of
from chalicelib.domain.sync import is_told

# What the applicant is told about by a notice, besides seeing it on the timeline.
_TOLD = frozenset(Action) - {
    Action.CLAIM,
    Action.ASSIGN,
    Action.REASSIGN,
    Action.HAND_OVER,
    Action.CONSULT,
    Action.CONSULTED,
    Action.PROPOSE,
    Action.SEND_BACK,
    Action.APPROVE,
    Action.COMPARE,
    Action.CLOSE,
    Action.ESCALATE,
    Action.WARN,
    Action.ANNOUNCE_PARCEL,
    Action.OPEN_PARCEL,
    Action.TRACK,
    Action.REFUSE_RESULT,
    Action.RETURN_RESULT,
    Action.ASK_REVOCATION,
    Action.KEEP_RESULT,
}

# What whoever has the dossier at the agency is told about, in their inbox: done by somebody else, or to be done now.
_DESK_TOLD = frozenset(
    {
        Action.REASSIGN,
        Action.CONSULTED,
        Action.SEND_BACK,
        Action.SUPPLEMENT,
        Action.ESCALATE,
        Action.WITHDRAW,
        Action.COMPLAIN,
        Action.ASK_REVOCATION,
        Action.CLAIM_REFUND,
    }
)


def tells_applicant(action: Action) -> bool:
    """Whether the applicant is told of the action; of what the post reports, only that a parcel is lost."""
    return action in _TOLD or action is Action.TRACK


def tells_desk(action: Action) -> bool:
    """Whether the officer who has the dossier is told of it."""
    return action in _DESK_TOLD


def is_counted(event: Event) -> bool:
    """Whether the public statistics know the event: the agency received the dossier, or issued its result."""
    return is_issue(event) or (event.after == State.RECEIVED and event.before != State.RECEIVED)


def is_issue(event: Event) -> bool:
    """Whether the result was there with this event: entered without a file, or its file sealed."""
    return event.action in {Action.ENTER_RESULT, Action.SEAL} and event.after != State.SEALING


def effects(event: Event, *, refunds: bool = False, national: bool = False) -> tuple[str, ...]:
    """What must follow an event: the workflow moves on, a result is sealed or the applicant is told, the statistics
    count it, a receipt is issued for a fee that was paid, its forms are made, a dossier received is assigned by the
    agency's rule, the `refunds` that it opened start on their way, and the `national` portal hears of it.
    """
    follow = []
    if event.before in OVER and event.after not in OVER:
        follow.append("restart")
    elif event.before != event.after and event.after != State.CLOSED:
        follow.append("workflow")
    if event.after == State.SEALING and event.action == Action.ENTER_RESULT:
        follow.append("seal")
    elif event.action in _TOLD or (event.action == Action.TRACK and event.detail.get("report") == "lost"):
        follow.append("notice")
    if event.action in _DESK_TOLD:
        follow.append("desk")
    if event.action == Action.PAY and event.detail.get("paid"):
        follow.append("receipt")
    if refunds:
        follow.append("refund")
    if forms_of(event.action, event.before, event.after):
        follow.append("sheet")
    if event.after == State.RECEIVED and event.before != State.RECEIVED:
        follow.append("assign")
    if is_counted(event):
        follow.append("count")
    if national and is_told(event):
        follow.append("sync")
    return tuple(follow)
