"""Entry: the functions that the review's state machine calls. It passes ids; they ask the dossier."""

from __future__ import annotations

from typing import Any

from chalice.app import Blueprint

from chalicelib.domain.life import State
from chalicelib.services import present, workflow
from chalicelib.telemetry import logger, traced

steps = Blueprint(__name__)


@steps.lambda_function(name="await-decision")
@logger.inject_lambda_context(clear_state=True)
@traced
def await_decision(event: dict[str, Any], context: Any) -> None:
    """Keep the task's token on the dossier until people have decided.

    Event: {"dossier", "attempt", "state", "entered", "token"}. The token is answered later by the relay, or at once
    when the dossier has moved on.
    """
    logger.append_keys(dossier=event["dossier"], attempt=event["attempt"])
    state, entered = State(event["state"]), event["entered"]
    workflow.wait_for(event["dossier"], event["attempt"], state, event["token"], entered, present.now())


@steps.lambda_function(name="escalate")
@logger.inject_lambda_context(clear_state=True)
@traced
def escalate(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """A task timed out or failed for good: record what is overdue, or lapse what the applicant let lapse; returns the
    state to wait in next.

    Event: {"dossier", "attempt", "state"}.
    """
    logger.append_keys(dossier=event["dossier"], attempt=event["attempt"])
    return workflow.escalate(event["dossier"], event["attempt"], State(event["state"]), present.now())
