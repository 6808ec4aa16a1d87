"""What an operator does about a stuck dossier. Each is what the portal would do by itself, only now."""

from __future__ import annotations

from datetime import datetime

from botocore.exceptions import ClientError

from chalicelib import aws
from chalicelib.domain.effects import effects
from chalicelib.errors import Conflict, NotFound
from chalicelib.services import appointments, relay, workflow
from chalicelib.storage import dossiers
from chalicelib.storage.tables import OutboxRow, Row, dossier_key
from infra.operations import seen

ONCE = frozenset({"count"})
"""Effects that must not be asked for again once they were performed: statistics would count twice."""


def waiting(dossier_id: str, kind: str = "") -> list[str]:
    """The effects of a dossier that lie in the outbox, as `000003#notice`; of one kind, or all."""
    rows = Row.query(dossier_key(dossier_id), Row.sk.startswith("OUT#"), consistent_read=True)
    found = [row for row in rows if isinstance(row, OutboxRow) and kind in ("", row.effect)]
    return [row.sk.removeprefix("OUT#") for row in found]


def again(dossier_id: str, kind: str, number: int) -> str:
    """The name of an effect that was performed and is to be asked for again.

    Raises NotFound for an event that is not there or never asked for it, Conflict for what must not happen twice.
    """
    events = dossiers.load(dossier_id).events
    event = events[number - 1] if 0 < number <= len(events) else None
    if event is None or kind not in effects(event, refunds=True):
        raise NotFound("EffectNotFound", effect=kind, event=number)
    if kind in ONCE:
        raise Conflict("EffectOnce", effect=kind)
    return f"{number:06d}#{kind}"


def requeue(dossier_id: str, names: list[str], now: datetime, *, anew: bool = False) -> list[str]:
    """Perform effects now; what is left of them waits for the sweeper as before. The names of those left.

    `anew` asks first for what was performed already; without it, what is gone by now stays gone.
    """
    for name in names:
        if anew:
            number, _, kind = name.partition("#")
            dossiers.outbox_row(dossier_id, int(number), kind, now).save()
        relay.perform(dossier_id, f"OUT#{name}", now)
    return [name for name in waiting(dossier_id) if name in names]


def run_of(dossier_id: str) -> seen.Execution:
    """The run that the dossier's attempt stands for. Raises NotFound when none was started."""
    task = dossiers.task(dossier_id)
    if task is None or task.execution is None:
        raise NotFound("NeverStarted")
    return seen.look(task.execution)


def redrive(dossier_id: str) -> None:
    """Let a run that failed go on from where it failed, with its history.

    Raises Conflict("NotRedrivable") for a run that goes on or ended well, Conflict("NoRedriveHere") on a cloud that
    cannot; a restart does the same with a run of its own.
    """
    run = run_of(dossier_id)
    if run.status not in {"FAILED", "TIMED_OUT", "ABORTED"}:
        raise Conflict("NotRedrivable", status=run.status)
    try:
        aws.client("stepfunctions").redrive_execution(executionArn=seen.arn_of(run.name))
    except NotImplementedError as error:
        raise Conflict("NoRedriveHere") from error
    except ClientError as error:
        if error.response["Error"]["Code"] == "ExecutionNotRedrivable":
            raise Conflict("NotRedrivable", status=run.status) from error
        if error.response["ResponseMetadata"]["HTTPStatusCode"] in {404, 501}:  # an emulator
            raise Conflict("NoRedriveHere") from error
        raise


def restart(dossier_id: str, now: datetime, *, force: bool) -> str:
    """Give the dossier a run of the next attempt; the name of the one that stands for it now.

    Raises Conflict("StillRuns") for a run that goes on, unless `force` ends it first, and Conflict("DossierOver").
    """
    if dossiers.head(dossier_id).state.is_over:
        raise Conflict("DossierOver")
    task = dossiers.task(dossier_id)
    run = seen.look(task.execution) if task and task.execution else None
    if run and run.running:
        if not force:
            raise Conflict("StillRuns", name=run.name)
        aws.client("stepfunctions").stop_execution(executionArn=seen.arn_of(run.name), cause="restarted by an operator")
    workflow.reconcile(dossier_id, now)
    after = dossiers.task(dossier_id)
    return after.execution or "" if after else ""


def recompute(dossier_id: str, now: datetime) -> bool:
    """Count the date again as after a change of the calendar; whether it moved. Safe to repeat.

    The operator's reason is in the operators' record; the applicant, who is told of the date, is not shown it.
    """
    return appointments.recalculate(dossier_id, "operator", "", now)
