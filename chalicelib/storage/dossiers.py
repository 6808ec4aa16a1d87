"""Dossiers kept: one item collection each, written in one transaction per use case.

A transaction carries the head (guarded by its version), the event, the caller's key and the effects that must follow.
After a lost reply the same write fails on its own earlier success: `commit` reads the key back and asks whose it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from pynamodb.exceptions import DeleteError, PutError, UpdateError
from pynamodb.transactions import TransactWrite

from chalicelib.domain.bundle import Bundle, Message, Task
from chalicelib.domain.consultation import Question
from chalicelib.domain.dossier import Dossier
from chalicelib.domain.event import Event, iso
from chalicelib.domain.life import State
from chalicelib.domain.paper import Paper
from chalicelib.domain.post import Parcel
from chalicelib.domain.result import Result
from chalicelib.domain.share import Shares
from chalicelib.errors import Conflict, NotFound, StaleWrite
from chalicelib.storage import attachments as attached_rows
from chalicelib.storage import checks as check_rows
from chalicelib.storage import complaints as complaint_rows
from chalicelib.storage import heads
from chalicelib.storage import papers as paper_rows
from chalicelib.storage import shares as share_rows
from chalicelib.storage import sheets as sheet_rows
from chalicelib.storage import signings as signing_rows
from chalicelib.storage import team as team_rows
from chalicelib.storage.tables import (
    HEAD,
    TASK,
    AttachedRow,
    CheckRow,
    ComplaintRow,
    ConsultRow,
    EventRow,
    HeadRow,
    KeyRow,
    MessageRow,
    OutboxRow,
    PaperRow,
    ParcelRow,
    ReadRow,
    RegistryRow,
    ResultRow,
    Row,
    SharesRow,
    SheetRow,
    SigningRow,
    TaskRow,
    dossier_key,
    shard,
)
from chalicelib.storage.team import Load
from chalicelib.storage.transactions import Also, transact
from chalicelib.values import dataclass

KEYS_ARE_KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Done:
    """What a caller's key stands for."""

    action: str
    actor: str
    event_number: int


def head(dossier_id: str) -> Dossier:
    """The dossier without its collection; one read. Raises NotFound."""
    try:
        return heads.dossier_of(HeadRow.get(dossier_key(dossier_id), HEAD, consistent_read=True))
    except HeadRow.DoesNotExist as error:
        raise NotFound("DossierNotFound") from error


def load(dossier_id: str) -> Bundle:
    """The whole collection; one query (more only beyond 1 MB). Raises NotFound."""
    rows = list(Row.query(dossier_key(dossier_id), consistent_read=True))
    top = next((r for r in rows if isinstance(r, HeadRow)), None)
    if top is None:
        raise NotFound("DossierNotFound")
    task = next((r for r in rows if isinstance(r, TaskRow)), None)
    shares = next((r for r in rows if isinstance(r, SharesRow)), None)
    return Bundle(
        heads.dossier_of(top),
        tuple(Event(**r.body, hash=r.hash) for r in rows if isinstance(r, EventRow)),
        tuple(Paper.from_json(r.body) for r in rows if isinstance(r, PaperRow)),
        tuple(Message(**r.body) for r in rows if isinstance(r, MessageRow)),
        _task(task) if task else None,
        share_rows.of_row(shares) if shares else Shares(),
        tuple(Parcel.from_json(r.body) for r in rows if isinstance(r, ParcelRow)),
        tuple(Result.from_json(r.body) for r in rows if isinstance(r, ResultRow)),
        tuple(sheet_rows.of_row(r) for r in rows if isinstance(r, SheetRow)),
        next((signing_rows.of_row(r) for r in rows if isinstance(r, SigningRow)), None),
        tuple(check_rows.of_row(r) for r in rows if isinstance(r, CheckRow)),
        questions=tuple(Question.from_json(r.body) for r in rows if isinstance(r, ConsultRow)),
        complaints=tuple(complaint_rows.of_row(r) for r in rows if isinstance(r, ComplaintRow)),
        attachments=tuple(attached_rows.of_row(r) for r in rows if isinstance(r, AttachedRow)),
        read={r.sk.removeprefix("READ#"): r.created_at for r in rows if isinstance(r, ReadRow)},
    )


def _task(row: TaskRow) -> Task:
    return Task(int(row.attempt), row.state, row.token, row.execution, int(row.rounds or 0), row.since)


def task(dossier_id: str) -> Task | None:
    try:
        return _task(TaskRow.get(dossier_key(dossier_id), TASK, consistent_read=True))
    except TaskRow.DoesNotExist:
        return None


def done(dossier_id: str, key: str) -> Done | None:
    """What was done under the caller's key, if anything."""
    try:
        row = KeyRow.get(dossier_key(dossier_id), f"KEY#{key}", consistent_read=True)
    except KeyRow.DoesNotExist:
        return None
    return Done(row.action, row.actor, int(row.event_number))


def was_done(dossier_id: str, key: str, action: str, actor: str) -> bool:
    """Whether this very request was carried out before; raises Conflict when its key stands for another one."""
    before = done(dossier_id, key)
    if before is None:
        return False
    if (before.action, before.actor) != (action, actor):
        raise Conflict("KeyReused")
    return True


# Drafts: saved by their owner alone, without events.


def create_draft(dossier: Dossier) -> None:
    """Keep a new draft; raises Conflict when its id is in use."""
    try:
        heads.row_of(dossier).save(HeadRow.pk.does_not_exist())
    except PutError as error:
        _only_condition(error)
        raise Conflict("DraftTaken") from error


def save_draft(dossier: Dossier, expected_version: int) -> None:
    """Write the answers of a draft over `expected_version`; raises StaleWrite when that is not what is kept."""
    row = HeadRow(dossier_key(dossier.id), HEAD)
    fresh = heads.row_of(dossier)
    try:
        row.update(
            [
                HeadRow.answers.set(fresh.answers),
                HeadRow.facts.set(fresh.facts),
                HeadRow.agency.set(dossier.agency),
                HeadRow.procedure_version.set(dossier.procedure_version),
                HeadRow.version.set(dossier.version),
                HeadRow.draft_expires_at.set(fresh.draft_expires_at),
                HeadRow.expires_at.set(fresh.expires_at),
            ],
            condition=(HeadRow.version == expected_version)
            & (HeadRow.owner == dossier.owner)
            & (HeadRow.state == State.DRAFT.value)
            & (HeadRow.procedure_code == dossier.procedure_code),
        )
    except UpdateError as error:
        _only_condition(error)
        raise StaleWrite("StaleWrite") from error


def discard_draft(dossier: Dossier) -> None:
    """Delete the head of a draft; its other rows go by their time to live. Raises StaleWrite when it moved on."""
    try:
        HeadRow(dossier_key(dossier.id), HEAD).delete(
            (HeadRow.version == dossier.version) & (HeadRow.state == State.DRAFT.value)
        )
    except DeleteError as error:
        _only_condition(error)
        raise StaleWrite("StaleWrite") from error


def _only_condition(error: PutError | UpdateError | DeleteError) -> None:
    if error.cause_response_code != "ConditionalCheckFailedException":
        raise error


# Transitions.


def commit(
    before: Dossier,
    after: Dossier,
    event: Event,
    effects: Sequence[str],
    *,
    now: datetime,
    also: Sequence[Also] = (),
    task: TaskRow | None = None,
    unchanged: Sequence[Paper] = (),
    loads: Sequence[Load] = (),
) -> bool:
    """Write a transition, all or nothing: head, event, key, effects, what comes with it (`also`: money) and `loads`.

    True when this is the state now; False when an earlier request under the same key had made its change already (a
    lost reply, a repeated request). `unchanged` papers must still be what they were when they were read. Raises
    StaleWrite when somebody else changed the dossier, a paper or a load first, Conflict when the key was used for
    something else (KeyReused), the refusal of an `also` whose condition does not hold.
    """
    pk = dossier_key(after.id)

    def write(transaction: TransactWrite) -> None:
        paper_rows.check_unchanged(transaction, unchanged)
        transaction.save(heads.row_of(after), HeadRow.version == before.version)
        transaction.save(_event_row(pk, event), EventRow.pk.does_not_exist())
        transaction.save(_key_row(pk, event, now), KeyRow.pk.does_not_exist())
        for effect in effects:
            transaction.save(outbox_row(after.id, event.number, effect, now))
        for one in also:
            transaction.save(one.row, one.condition)
        if task is not None:
            transaction.save(task)
        team_rows.count(transaction, loads)

    reasons = transact(write)
    if reasons is None:
        return True
    if was_done(after.id, event.id, event.action, event.actor["id"]):
        return False
    head = len(unchanged)
    first = head + 3 + len(effects)
    if not reasons[head]:
        for one, failed in zip(also, reasons[first:], strict=False):
            if failed:
                raise one.refusal()
    raise StaleWrite("StaleWrite")


def _event_row(pk: str, event: Event) -> EventRow:
    return EventRow(
        pk, f"EVENT#{event.number:06d}", event_id=event.id, number=event.number, body=event.body(), hash=event.hash
    )


def _key_row(pk: str, event: Event, now: datetime) -> KeyRow:
    expires = int((now + KEYS_ARE_KEPT).timestamp())
    return KeyRow(
        pk,
        f"KEY#{event.id}",
        action=event.action,
        actor=event.actor["id"],
        event_number=event.number,
        expires_at=expires,
    )


def outbox_row(
    dossier_id: str,
    number: int,
    effect: str,
    now: datetime,
    body: dict[str, Any] | None = None,
    due: datetime | None = None,
) -> OutboxRow:
    """An effect that must still follow, at `due` if it is given; in the sweeper's sight until it was done.

    Effects of one event and kind are told apart by the `message` or the `step` that their body names.
    """
    moment = iso(now)
    named = (body or {}).get("message") or (body or {}).get("step")
    tail = f"#{named}" if named else ""
    return OutboxRow(
        dossier_key(dossier_id),
        f"OUT#{number:06d}#{effect}{tail}",
        id=dossier_id,
        event_number=number,
        effect=effect,
        body=body or {},
        created_at=moment,
        queue=f"outbox#{shard(dossier_id)}",
        queue_due=iso(due) if due else moment,
    )


def new_task(dossier_id: str, state: State, now: datetime, watch_at: datetime) -> TaskRow:
    """The workflow's row of a dossier just filed: attempt 1, not started yet."""
    return TaskRow(
        dossier_key(dossier_id),
        TASK,
        id=dossier_id,
        attempt=1,
        state=state.value,
        created_at=iso(now),
        queue=f"watch#{shard(dossier_id)}",
        queue_due=iso(watch_at),
    )


def next_number(agency: str, day: str) -> int:
    """The next of an agency's numbers of the day (`YYMMDD`); atomic, gaps are allowed."""
    row = RegistryRow(f"COUNTER#{agency}", day)
    row.update([RegistryRow.number.add(1)])
    return int(row.number)


def numbers_given(agency: str, day: str) -> int:
    """How many numbers an agency gave on a day (`YYMMDD`); one read."""
    try:
        return int(RegistryRow.get(f"COUNTER#{agency}", day).number)
    except RegistryRow.DoesNotExist:
        return 0
