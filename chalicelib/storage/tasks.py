"""The workflow's row of a dossier: which attempt waits, in which state, under which token."""

from __future__ import annotations

from datetime import datetime

from pynamodb.exceptions import UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.domain.event import iso
from chalicelib.domain.life import State
from chalicelib.storage.tables import TASK, TaskRow, dossier_key, shard


def waits(dossier_id: str, attempt: int, state: State, token: str, entered: str, watch_at: datetime) -> bool:
    """Keep the token of a task that waits in `state` since `entered`, and count its round; False when another attempt
    is the current one, or the attempt has come to a later state meanwhile.

    Whoever keeps a token looks at the dossier afterwards: a step taken before that found no token to answer.
    """
    actions = [TaskRow.state.set(state.value), TaskRow.token.set(token), TaskRow.entered.set(entered)]
    newest = TaskRow.entered.does_not_exist() | (TaskRow.entered <= entered)
    return _update(
        dossier_id,
        [*actions, TaskRow.rounds.add(1), *_watched(dossier_id, watch_at)],
        (TaskRow.attempt == attempt) & newest,
    )


def answered(dossier_id: str, token: str, watch_at: datetime) -> None:
    """Forget a token that was answered; a newer one stays. By `watch_at` the execution must have sent the next."""
    _update(dossier_id, [TaskRow.token.remove(), *_watched(dossier_id, watch_at)], TaskRow.token == token)


def went_round(dossier_id: str, attempt: int) -> bool:
    """Count a round of the attempt's execution that did not come to wait; False when another attempt is the current."""
    return _update(dossier_id, [TaskRow.rounds.add(1)], TaskRow.attempt == attempt)


def started(dossier_id: str, attempt: int, execution: str, now: datetime, watch_at: datetime) -> None:
    """Note that the attempt's execution was started; by `watch_at` it must have sent a token."""
    since = TaskRow.since.set(iso(now))
    actions = [TaskRow.execution.set(execution), since, *_watched(dossier_id, watch_at)]
    _update(dossier_id, actions, TaskRow.attempt == attempt)


def next_attempt(dossier_id: str, attempt: int) -> bool:
    """Give up `attempt` for the next one, not started yet; False when somebody else did so first."""
    gone = (TaskRow.execution, TaskRow.token, TaskRow.rounds, TaskRow.since, TaskRow.entered)
    actions: list[Action] = [TaskRow.attempt.set(attempt + 1), *(name.remove() for name in gone)]
    return _update(dossier_id, actions, TaskRow.attempt == attempt)


def watch(dossier_id: str, until: datetime) -> None:
    """Let the sweeper look again at `until`."""
    _update(dossier_id, _watched(dossier_id, until), TaskRow.pk.exists())


def unwatch(dossier_id: str) -> None:
    """Take the row out of the sweeper's sight: the dossier's life is over."""
    _update(dossier_id, [TaskRow.queue.remove(), TaskRow.queue_due.remove()], TaskRow.pk.exists())


def _watched(dossier_id: str, until: datetime) -> list[Action]:
    return [TaskRow.queue.set(f"watch#{shard(dossier_id)}"), TaskRow.queue_due.set(iso(until))]


def _update(dossier_id: str, actions: list[Action], condition: Condition) -> bool:
    try:
        TaskRow(dossier_key(dossier_id), TASK).update(actions, condition=condition)
        return True
    except UpdateError as error:
        if error.cause_response_code != "ConditionalCheckFailedException":
            raise
        return False
