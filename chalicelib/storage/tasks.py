"""The workflow's row of a dossier: which attempt waits, in which state, under which token."""

from __future__ import annotations

from datetime import datetime

from pynamodb.exceptions import UpdateError
from pynamodb.transactions import TransactWrite

from chalicelib.domain.dossier import State, iso
from chalicelib.storage.tables import HEAD, TASK, HeadRow, TaskRow, dossier_key, shard
from chalicelib.storage.transactions import transact


def waits(dossier_id: str, attempt: int, state: State, token: str, watch_at: datetime) -> bool:
    """Keep the token of a task that waits, if the dossier is in that state and the attempt is the current one."""
    pk = dossier_key(dossier_id)

    def write(transaction: TransactWrite) -> None:
        transaction.condition_check(HeadRow, pk, HEAD, condition=HeadRow.state == state.value)
        transaction.update(
            TaskRow(pk, TASK),
            [
                TaskRow.state.set(state.value),
                TaskRow.token.set(token),
                TaskRow.queue.set(f"watch#{shard(dossier_id)}"),
                TaskRow.queue_due.set(iso(watch_at)),
            ],
            condition=TaskRow.attempt == attempt,
        )

    return transact(write) is None


def answered(dossier_id: str, token: str) -> None:
    """Forget a token that was answered; a newer one stays."""
    _update(dossier_id, [TaskRow.token.remove()], TaskRow.token == token)


def started(dossier_id: str, attempt: int, execution: str) -> None:
    """Note that the attempt's execution was started."""
    _update(dossier_id, [TaskRow.execution.set(execution)], TaskRow.attempt == attempt)


def next_attempt(dossier_id: str, attempt: int) -> bool:
    """Give up `attempt` for the next one, not started yet; False when somebody else did so first."""
    return _update(
        dossier_id,
        [TaskRow.attempt.set(attempt + 1), TaskRow.execution.remove(), TaskRow.token.remove()],
        TaskRow.attempt == attempt,
    )


def watch(dossier_id: str, until: datetime) -> None:
    """Let the sweeper look again at `until`."""
    shard_key = f"watch#{shard(dossier_id)}"
    _update(dossier_id, [TaskRow.queue.set(shard_key), TaskRow.queue_due.set(iso(until))], TaskRow.pk.exists())


def unwatch(dossier_id: str) -> None:
    """Take the row out of the sweeper's sight: the dossier's life is over."""
    _update(dossier_id, [TaskRow.queue.remove(), TaskRow.queue_due.remove()], TaskRow.pk.exists())


def _update(dossier_id: str, actions: list[object], condition: object) -> bool:
    try:
        TaskRow(dossier_key(dossier_id), TASK).update(actions, condition=condition)  # type: ignore[arg-type]
        return True
    except UpdateError as error:
        if error.cause_response_code != "ConditionalCheckFailedException":
            raise
        return False
