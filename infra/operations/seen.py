"""One dossier wherever it leaves traces, without what is personal about it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from chalicelib import aws, settings
from chalicelib.domain.bundle import Bundle
from chalicelib.domain.dossier import Dossier
from chalicelib.domain.event import Event, iso
from chalicelib.domain.proof import chain_is_whole
from chalicelib.errors import NotFound
from chalicelib.services import appointments, catalogue, deadlines
from chalicelib.storage import dossiers, ledger, lists
from chalicelib.storage.tables import OutboxRow, Row, TaskRow, dossier_key

Json = dict[str, Any]
EVENTS, STEPS = 8, 10
"""How many of the last events and of the last steps of the workflow are shown."""


@dataclass(frozen=True)
class Execution:
    """A run of the workflow: `status` as Step Functions has it, `absent` for one that never was."""

    name: str
    status: str
    started_at: str = ""
    stopped_at: str = ""
    error: str = ""
    steps: tuple[str, ...] = ()

    @property
    def running(self) -> bool:
        return self.status == "RUNNING"


def find(text: str) -> Dossier:
    """The dossier behind a code or an id. Raises NotFound."""
    by_code = lists.by_code(text)
    return dossiers.head(by_code.id if by_code else text)


def arn_of(execution: str) -> str:
    return settings.review_machine_arn().replace(":stateMachine:", ":execution:") + f":{execution}"


def look(name: str, steps: int = 0) -> Execution:
    """A run by its name, with its last `steps` steps (newest first) where the cloud tells of them."""
    machine = aws.client("stepfunctions")
    try:
        found = machine.describe_execution(executionArn=arn_of(name))
    except ClientError as error:
        if error.response["Error"]["Code"] != "ExecutionDoesNotExist":
            raise
        return Execution(name, "absent")
    stopped = found.get("stopDate")
    return Execution(
        name,
        str(found["status"]),
        iso(found["startDate"]),
        iso(stopped) if stopped else "",
        " ".join(filter(None, (found.get("error"), found.get("cause")))),
        _steps(machine, name, steps) if steps else (),
    )


def _steps(machine: Any, name: str, most: int) -> tuple[str, ...]:
    try:
        history = machine.get_execution_history(executionArn=arn_of(name), maxResults=most, reverseOrder=True)
    except (ClientError, NotImplementedError):  # an emulator without its interpreter has none
        return ()
    return tuple(_step(one) for one in history["events"])


def _step(event: Json) -> str:
    entered = event.get("stateEnteredEventDetails") or event.get("stateExitedEventDetails") or {}
    return " ".join(filter(None, (str(event["type"]), entered.get("name"))))


def everything(dossier_id: str) -> Json:
    """Head, events, task, run, outbox, refunds, parcels, complaints, and how many rows of each kind there are."""
    bundle = dossiers.load(dossier_id)
    rows = list(Row.query(dossier_key(dossier_id), consistent_read=True))
    task = next((row for row in rows if isinstance(row, TaskRow)), None)
    outbox = [row for row in rows if isinstance(row, OutboxRow)]
    execution = look(task.execution, STEPS) if task and task.execution else None
    return {
        "dossier": _head(bundle.dossier),
        "chain": chain_is_whole(bundle.events, bundle.dossier.last_hash),
        "events": [_event(event) for event in bundle.events[-EVENTS:]],
        "task": {
            "attempt": int(task.attempt),
            "state": task.state,
            "token": task.token is not None,
            "watched_at": task.queue_due,
        }
        if task
        else None,
        "execution": vars(execution) if execution else None,
        "outbox": [
            {"effect": row.sk.removeprefix("OUT#"), "due": row.queue_due, "tries": int(row.tries)} for row in outbox
        ],
        "refunds": [
            {"id": one.id, "amount": one.amount, "state": one.state.value, "via": one.via, "due_at": iso(one.due_at)}
            for one in ledger.account(dossier_id).refunds
        ],
        "parcels": [{"number": one.number, "state": str(one.state)} for one in bundle.parcels],
        "complaints": [
            {"ending": one.ending, "outcome": one.outcome.value, "answer_by": iso(one.answer_by)}
            for one in bundle.complaints
        ],
        "rows": dict(sorted(Counter(row.sk.partition("#")[0] for row in rows).items())),
        "wrong": wrong(bundle, execution),
    }


def wrong(bundle: Bundle, execution: Execution | None) -> list[str]:
    """What does not agree: the names of it, none when all is well."""
    dossier, task = bundle.dossier, bundle.task
    found = []
    if not chain_is_whole(bundle.events, dossier.last_hash):
        found.append("chain")
    if dossier.submitted_at is None:
        return found
    running = execution is not None and execution.running
    if dossier.state.is_over and running:
        found.append("runs-though-over")
    if not dossier.state.is_over and not running:
        found.append("not-running")
    elif running and task and task.token and task.state != dossier.state.value:
        found.append("waits-elsewhere")
    return found


def _head(dossier: Dossier) -> Json:
    names = "id code agency channel level version event_count supplements".split()
    moments = "created_at submitted_at received_at reply_due_at due_at state_since".split()
    return {
        **{name: getattr(dossier, name) for name in names},
        "procedure": f"{dossier.procedure_code}/{dossier.procedure_version}",
        "state": dossier.state.value,
        "status": dossier.state.about.status,
        **{name: iso(at) if (at := getattr(dossier, name)) else None for name in moments},
        "refund": dict(dossier.refund) if dossier.refund else None,
    }


def _event(event: Event) -> Json:
    return {
        "number": event.number,
        "at": event.at,
        "action": event.action,
        "before": event.before,
        "after": event.after,
        "role": event.actor["role"],
    }


def recomputed(dossier_id: str) -> Json:
    """The date that runs (`of`: `due_at`, before acceptance `reply_due_at`) as it is kept, as the present calendar of
    the agency makes it, and where counting again would move it; None when it stands: a date never comes earlier, nor
    moves where none runs against the agency. Raises NotFound("NoClockRuns")."""
    bundle = dossiers.load(dossier_id)
    dossier = bundle.dossier
    if dossier.received_at is not None and dossier.due_at is not None:
        procedure = catalogue.procedure(dossier.procedure_code, dossier.procedure_version)
        changes, _ = deadlines.result(dossier, procedure, dossier.received_at, dossier.pauses)
        name, kept, computed = "due_at", dossier.due_at, changes["due_at"]
    elif dossier.reply_due_at is not None and (reply := appointments.reply_by(dossier)) is not None:
        name, kept, computed = "reply_due_at", dossier.reply_due_at, reply
    else:
        raise NotFound("NoClockRuns")
    found = appointments.counted_again(bundle)
    moves_to = iso(found[0][name]) if found else None
    return {"of": name, "kept": iso(kept), "computed": iso(computed), "moves_to": moves_to}
