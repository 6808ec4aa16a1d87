"""The review's execution: started, resumed, restarted, reminded. It waits; the table of transitions decides.

The dossier is the truth. An execution that asks about a state the dossier has left is told the present one; an open
dossier whose execution has died gets a new one, attempt by attempt. A long life goes on in the next attempt before an
execution comes near what Step Functions bears (25,000 events of history, one year).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zlib import crc32

from chalicelib.domain import codes, consultation, urgency
from chalicelib.domain.access import SYSTEM, Role
from chalicelib.domain.bundle import Task
from chalicelib.domain.dossier import Dossier
from chalicelib.domain.event import moment
from chalicelib.domain.life import Action, State
from chalicelib.errors import TransitionRefused
from chalicelib.gateways import workflow as machine
from chalicelib.gateways.workflow import Execution
from chalicelib.services import consultations, deadlines
from chalicelib.services.transitions import perform
from chalicelib.storage import dossiers as kept
from chalicelib.storage import tasks
from chalicelib.telemetry import count, logger

LAPSES = {
    State.FILING_FEE_DUE: timedelta(days=30),
    State.PARCEL_EXPECTED: deadlines.PARCEL_WITHIN,
    State.ACCEPTANCE_FEE_DUE: timedelta(days=30),
    State.INTAKE_SUPPLEMENT: timedelta(days=30),
    State.REVIEW_SUPPLEMENT: timedelta(days=30),
}
"""Where the applicant holds the dossier, and how long when neither law nor procedure gives a date."""
USUAL = {
    State.FILING_FEE_DUE: State.SUBMITTED,
    State.PARCEL_EXPECTED: State.PARCEL_RECEIVED,
    State.PARCEL_RECEIVED: State.SUBMITTED,
    State.SUBMITTED: State.RECEIVED,
    State.INTAKE_SUPPLEMENT: State.SUBMITTED,
    State.ACCEPTANCE_FEE_DUE: State.RECEIVED,
    State.RECEIVED: State.APPRAISAL,
    State.APPRAISAL: State.APPROVAL,
    State.CONSULTATION: State.APPRAISAL,
    State.REVIEW_SUPPLEMENT: State.APPRAISAL,
    State.APPROVAL: State.ISSUING,
    State.ISSUING: State.SEALING,
    State.SEALING: State.READY,
    State.RESULT_FEE_DUE: State.READY,
    State.READY: State.DELIVERED,
    State.HANDOVER_STOPPED: State.READY,
    State.IN_POST: State.DELIVERED,
    State.POST_RETURNED: State.IN_POST,
}
"""Where most dossiers go from each wait: the execution goes there straight on, one state transition and no choice."""
UNCOLLECTED = timedelta(days=7)
OVERDUE_AGAIN = timedelta(days=1)
SHORTEST_WAIT, LONGEST_WAIT = 60, 80 * 24 * 3600
GRACE = timedelta(minutes=10)
"""How long the sweeper gives the workflow, after a deadline or for its next token, before it looks itself."""
LOOKED_AFTER, LOOKS_SPREAD = timedelta(hours=18), timedelta(hours=6)
SUPERSEDED = "superseded"
MOST_ROUNDS = 25
"""After so many waits and escalations the next attempt goes on: at most 2,500 events, were every call to fail as often
as it may (tests/contracts/test_workflow.py reckons it)."""
LONGEST_LIFE = timedelta(days=270)
"""With the longest wait after it still less than a year."""


def lapses_at(dossier: Dossier) -> datetime | None:
    """Until when the dossier waits for its applicant where no law names a date; None where it does not wait so."""
    waits = LAPSES.get(dossier.state)
    return (dossier.state_since or dossier.created_at) + waits if waits else None


def deadline(dossier: Dossier, now: datetime) -> datetime:
    """When the present state must have ended; after that moment, when to remind next."""
    state = dossier.state
    due: datetime | None
    if dossier.supplement and state in {State.INTAKE_SUPPLEMENT, State.REVIEW_SUPPLEMENT}:
        due = datetime.fromisoformat(dossier.supplement["due_at"])
    elif state in LAPSES:
        due = lapses_at(dossier)
    elif state in {State.SUBMITTED, State.PARCEL_RECEIVED}:
        due = dossier.reply_due_at
    elif state is State.CONSULTATION:
        # Whichever comes first: a question's date, or the dossier's own; each is reminded of by itself.
        return min((_ahead(one, now, OVERDUE_AGAIN) for one in consultation.dues(dossier)), default=now)
    else:
        due = dossier.due_at
    due = due or now
    if due > now or state in LAPSES:
        return due
    return _ahead(due, now, _reminded_every(state))


def _ahead(due: datetime, now: datetime, step: timedelta) -> datetime:
    return due if due > now else due + step * ((now - due) // step + 1)


def _reminded_every(state: State) -> timedelta:
    waits_for_the_applicant = state.about.held_by == "applicant" or state.about.queue == "handover"
    return UNCOLLECTED if waits_for_the_applicant else OVERDUE_AGAIN


def watch_at(dossier_id: str, now: datetime, due: datetime) -> datetime:
    """When the sweeper looks at a dossier: once the workflow should have dealt with the deadline, and within a day in
    any case, for an execution may have died while it waited. Each dossier has its own time between looks, from 18 to
    24 hours, so that what came at once does not stay together."""
    own = (crc32(dossier_id.encode()) % 1000 / 1000) * LOOKS_SPREAD
    return min(max(due, now) + GRACE, now + LOOKED_AFTER + own)


def answer(dossier: Dossier, now: datetime) -> dict[str, Any]:
    """What the workflow is told: the state to wait in and for how many seconds."""
    seconds = int((deadline(dossier, now) - now).total_seconds())
    return {"state": dossier.state.value, "seconds": min(max(seconds, SHORTEST_WAIT), LONGEST_WAIT)}


def advance(dossier_id: str, now: datetime) -> None:
    """After a transition: start the execution, or tell the one that waits. Safe to repeat."""
    bundle = kept.load(dossier_id)
    dossier, task = bundle.dossier, bundle.task
    if task is None:
        raise TransitionRefused("TransitionRefused", action="advance", state=dossier.state.value)
    if task.execution is None and not dossier.state.is_over:
        _start(dossier, task, now)
    elif task.token and task.state != dossier.state.value:
        # Also without a name: the one who started it may have died before saying so.
        ends = spent(task, now) and not dossier.state.is_over
        told = _superseded(dossier.id, task.attempt) if ends else _output(dossier, task, now)
        if _tell(task.token, State(task.state), told):
            if ends:
                _next_attempt(dossier, task, now)
            else:
                tasks.answered(dossier.id, task.token, now + GRACE)
        else:
            # Nobody waits under this token: the execution died, or a duplicate of this effect was quicker.
            tasks.answered(dossier.id, task.token, now + GRACE)
            reconcile(dossier_id, now)
    if dossier.state.is_over:
        tasks.unwatch(dossier.id)


def _start(dossier: Dossier, task: Task, now: datetime) -> None:
    name = codes.execution_name(str(dossier.code), task.attempt)
    machine.start(name, _output(dossier, task, now))
    tasks.started(dossier.id, task.attempt, name, now, now + GRACE)


def spent(task: Task, now: datetime) -> bool:
    """Whether the attempt's execution has lived long enough."""
    since = datetime.fromisoformat(task.since) if task.since else now
    return task.rounds >= MOST_ROUNDS or now - since > LONGEST_LIFE


def _next_attempt(dossier: Dossier, task: Task, now: datetime) -> bool:
    """Start the attempt after `task`'s; False when somebody else did."""
    if not tasks.next_attempt(dossier.id, task.attempt):
        return False
    logger.info("review goes on", dossier=dossier.id, attempt=task.attempt + 1)
    _start(dossier, Task(task.attempt + 1, task.state, None, None), now)
    return True


def _tell(token: str, waiting: State, output: dict[str, Any]) -> bool:
    """Answer the task that waits in state `waiting`; False when nobody waits for this token any more."""
    usual, told = USUAL[waiting], output["state"]
    over = told == SUPERSEDED or State(told).is_over
    straight_on = told == usual.value or (usual.is_over and over)
    return machine.succeed(token, output) if straight_on else machine.turn(token, output)


def _superseded(dossier_id: str, attempt: int) -> dict[str, Any]:
    return {"dossier": dossier_id, "attempt": attempt, "state": SUPERSEDED, "seconds": SHORTEST_WAIT}


def _output(dossier: Dossier, task: Task, now: datetime) -> dict[str, Any]:
    return {"dossier": dossier.id, "attempt": task.attempt, **answer(dossier, now)}


def reconcile(dossier_id: str, now: datetime) -> bool:
    """Make what runs agree with the dossier: an open one has exactly one live execution, a closed one none.

    True when it agreed: the execution waits in the dossier's state, under the token that is kept.
    """
    bundle = kept.load(dossier_id)
    dossier, task = bundle.dossier, bundle.task
    if task is None:
        return True
    if task.execution is None:
        if not dossier.state.is_over:
            _start(dossier, task, now)
        return dossier.state.is_over
    alive = machine.look(task.execution) is Execution.RUNNING
    if dossier.state.is_over:
        if alive and task.token and _tell(task.token, State(task.state), _output(dossier, task, now)):
            tasks.answered(dossier.id, task.token, now + GRACE)
        tasks.unwatch(dossier.id)
    elif alive:
        if task.token and task.state != dossier.state.value:
            _tell(task.token, State(task.state), _output(dossier, task, now))
            tasks.answered(dossier.id, task.token, now + GRACE)
    elif _next_attempt(dossier, task, now):
        logger.warning("review restarted", dossier=dossier.id, attempt=task.attempt + 1)
        count("ReviewsRestarted", agency=dossier.agency)
    return dossier.state.is_over or (alive and task.token is not None and task.state == dossier.state.value)


def watch(dossier: Dossier, now: datetime, *, waits: bool) -> None:
    """Let the sweeper look again by `watch_at`; soon, if its review does not wait yet."""
    tasks.watch(dossier.id, watch_at(dossier.id, now, deadline(dossier, now)) if waits else now + GRACE)


def _first_look(dossier: Dossier, now: datetime) -> datetime:
    """When the sweeper looks after a review that begins to wait: soon where the date has passed already, for whoever
    should have acted on it may not have been there."""
    passed = deadline(dossier, dossier.submitted_at or dossier.created_at) <= now
    return now + GRACE if passed else watch_at(dossier.id, now, deadline(dossier, now))


def wait_for(dossier_id: str, attempt: int, state: State, token: str, entered: str, now: datetime) -> None:
    """A task of the execution, in this state since `entered`, waits for people. If the dossier has moved on meanwhile,
    the task is answered at once.

    The token is written, then the dossier is read; a step writes the dossier, then reads the token: of two at the same
    moment one sees the other, or both do, and the second answer finds nobody waiting.
    """
    dossier = kept.head(dossier_id)
    keeps = dossier.state is state and tasks.waits(
        dossier_id, attempt, state, token, entered, _first_look(dossier, now)
    )
    if keeps and kept.head(dossier_id).state is state:
        return
    present = kept.load(dossier_id)
    task = present.task
    if task is None or task.attempt != attempt:
        _tell(token, state, _superseded(dossier_id, attempt))
        return
    if not keeps:
        tasks.went_round(dossier_id, attempt)
    _tell(token, state, _output(present.dossier, task, now))
    if keeps:
        tasks.answered(dossier_id, token, now + GRACE)


def escalate(dossier_id: str, attempt: int, state: State, now: datetime) -> dict[str, Any]:
    """A task of the execution timed out, or its function failed for good: act if the deadline has passed, and answer
    what to wait for next. An attempt that is not the current one any more, or is spent, is told to end."""
    dossier = overdue(dossier_id, state, now)
    if not tasks.went_round(dossier_id, attempt):
        reconcile(dossier_id, now)  # whoever gave the attempt up may have died before starting the next
        return _superseded(dossier_id, attempt)
    task = kept.task(dossier_id)
    if task is not None and spent(task, now) and not dossier.state.is_over:
        _next_attempt(dossier, task, now)
        return _superseded(dossier_id, attempt)
    return {"dossier": dossier_id, "attempt": attempt, **answer(dossier, now)}


def overdue(dossier_id: str, state: State, now: datetime) -> Dossier:
    """The deadline of `state` has passed: lapse what the applicant let lapse, else record that it is overdue.

    Does nothing when the dossier has moved on or the deadline lies ahead again. The key is made of what happened
    before, so workflow and sweeper may both say so.
    """
    dossier = kept.head(dossier_id)
    due = deadline(dossier, dossier.submitted_at or dossier.created_at)
    if dossier.state is not state or state.is_over or due > now:
        return dossier
    key = f"deadline-{state.value}-{dossier.event_count}"
    detail: dict[str, Any] = {"due_at": due.isoformat()}
    if state is State.CONSULTATION:
        heard = consultations.silence(dossier, key, now)
        if heard is not None:
            return heard
        detail["unheard"] = consultation.unheard(dossier, now)
    action = Action.LAPSE if state in LAPSES else Action.ESCALATE
    if action is Action.ESCALATE and _escalated_since(dossier, detail.get("unheard"), now):
        return dossier
    changes = {"supplement": None} if action is Action.LAPSE else {}
    runs_out = urgency.deadline(dossier)
    if action is Action.ESCALATE and runs_out is not None and runs_out <= now:
        detail["to"] = Role.APPROVER.value  # the agency itself is late: its head must know
    return perform(dossier, action, SYSTEM, now, key=key, detail=detail, changes=changes)


def _escalated_since(dossier: Dossier, unheard: list[str] | None, now: datetime) -> bool:
    """Whether the last event says so already, of the same agencies too, less than one reminder ago."""
    events = kept.load(dossier.id).events
    last = events[-1] if events else None
    if last is None or last.action != Action.ESCALATE or last.detail.get("unheard") != unheard:
        return False
    step = _reminded_every(dossier.state)
    return now - moment(last.at) < step - GRACE
