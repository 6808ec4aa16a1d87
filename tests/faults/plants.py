"""Bugs that people make, planted one at a time: the harness is worth something only if it finds each of them.

Functions of the code under test are exchanged here and nowhere else, and put back at once.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pynamodb.transactions import TransactWrite

from chalicelib.domain import codes
from chalicelib.domain.life import State
from chalicelib.errors import ServiceError, UpstreamFailed
from chalicelib.gateways import workflow as machine
from chalicelib.services import receipts, relay, workflow
from chalicelib.storage import dossiers, lists, outbox, statistics, tasks, team, transactions
from chalicelib.storage import receipts as kept_receipts
from chalicelib.storage.tables import HeadRow
from chalicelib.storage.transactions import Also
from chalicelib.telemetry import logger
from tests.faults import cases
from tests.faults.cases import Case
from tests.faults.wire import Fault, patched
from tests.faults.world import Course


class _Recorder:
    """Takes down what a transaction would write."""

    def __init__(self) -> None:
        self.done: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *args, **kwargs: self.done.append((name, args, kwargs))


Operation = tuple[str, tuple[Any, ...], dict[str, Any]]


def _replay(operations: list[Operation]) -> Callable[[TransactWrite], None]:
    def write(transaction: TransactWrite) -> None:
        for name, args, kwargs in operations:
            getattr(transaction, name)(*args, **kwargs)

    return write


def _recorded(write: Callable[[Any], None]) -> list[Operation]:
    recorder = _Recorder()
    write(recorder)
    return recorder.done


@contextmanager
def no_conditions() -> Iterator[None]:
    """A transition is written over whatever is there."""
    transact = transactions.transact

    def careless(write: Callable[[TransactWrite], None]) -> Any:
        return transact(_replay([(name, args[:1], {}) for name, args, _ in _recorded(write) if name == "save"]))

    with patched(dossiers, "transact", careless):
        yield


@contextmanager
def two_writes() -> Iterator[None]:
    """The head first, then its event, key and effects."""
    transact = transactions.transact

    def split(write: Callable[[TransactWrite], None]) -> Any:
        operations = _recorded(write)
        head = [each for each in operations if each[1] and isinstance(each[1][0], HeadRow)]
        rest = [each for each in operations if each not in head]
        return transact(_replay(head)) or transact(_replay(rest))

    with patched(dossiers, "transact", split):
        yield


def no_read_back() -> AbstractContextManager[None]:
    """A refused condition is a conflict; nobody asks whose write was there before."""
    return patched(dossiers, "was_done", lambda *_: False)


@contextmanager
def forgotten_first() -> Iterator[None]:
    """The relay deletes the effect before it performs it, and lives with errors."""
    perform = outbox.performed
    original = relay.perform

    def hasty(dossier_id: str, sk: str, now: datetime) -> None:
        effect = outbox.get(dossier_id, sk)
        if effect is None:
            return
        perform(effect)
        try:
            with patched(outbox, "get", lambda *_: effect), patched(outbox, "performed", lambda _: None):
                original(dossier_id, sk, now)
        except ServiceError:
            logger.warning("an effect was not performed")

    with patched(relay, "perform", hasty):
        yield


@contextmanager
def counted_apart() -> Iterator[None]:
    """The statistics count a dossier, and forget the effect that asked for it afterwards."""

    def apart(effect: outbox.Effect, agency: str, figure: Any, year: int) -> None:
        transactions.transact(
            lambda transaction: statistics._add(transaction, f"DOSSIERS#{year}#0", f"{agency}#{figure}", 1)
        )
        outbox.performed(effect)

    with patched(statistics, "count_dossier", apart):
        yield


@contextmanager
def loads_apart() -> Iterator[None]:
    """What lies with an officer is counted when the dossier has moved, in a transaction of its own."""
    commit = dossiers.commit

    def apart(*given: Any, loads: Any = (), **more: Any) -> bool:
        moved = commit(*given, **more)
        if moved and loads:
            transactions.transact(lambda transaction: team.count(transaction, loads))
        return moved

    with patched(dossiers, "commit", apart):
        yield


@contextmanager
def random_names() -> Iterator[None]:
    """Every start of the review is a new execution."""
    name = codes.execution_name
    with patched(codes, "execution_name", lambda *args: f"{name(*args)}-{random.getrandbits(32):08x}"):
        yield


def state_unchecked() -> AbstractContextManager[None]:
    """A task's token is kept without a look at where the dossier is by now."""

    def trusting(dossier_id: str, attempt: int, state: State, token: str, entered: str, now: datetime) -> None:
        tasks.waits(dossier_id, attempt, state, token, entered, now + workflow.GRACE)

    return patched(workflow, "wait_for", trusting)


@contextmanager
def outbox_unswept() -> Iterator[None]:
    """The sweeper looks after deadlines only."""
    pending = lists.pending

    def blind(kind: str, *args: Any) -> Any:
        return iter(()) if kind == "outbox" else pending(kind, *args)

    with patched(lists, "pending", blind):
        yield


@contextmanager
def unknown_token_fails() -> Iterator[None]:
    """A token that nobody waits under any more is an error to be tried again."""
    succeed = machine.succeed

    def strict(token: str, output: dict[str, Any]) -> bool:
        if not succeed(token, output):
            raise UpstreamFailed("UpstreamFailed")
        return True

    with patched(machine, "succeed", strict):
        yield


def never_restarted() -> AbstractContextManager[None]:
    """An execution that died stays dead."""
    return patched(tasks, "next_attempt", lambda *_: False)


@contextmanager
def names_in_the_workflow() -> Iterator[None]:
    """The applicant's name travels with the ids."""
    output = workflow._output

    def talkative(dossier: Any, *args: Any) -> dict[str, Any]:
        return {**output(dossier, *args), "applicant": dossier.applicant["name"]}

    with patched(workflow, "_output", talkative):
        yield


@contextmanager
def answers_in_the_log() -> Iterator[None]:
    """Somebody logs what the applicant wrote."""
    commit = dossiers.commit

    def chatty(before: Any, after: Any, *args: Any, **kwargs: Any) -> bool:
        logger.info("committing", answers=dict(after.answers))
        return commit(before, after, *args, **kwargs)

    with patched(dossiers, "commit", chatty):
        yield


@contextmanager
def numbered_in_two_writes() -> Iterator[None]:
    """The serial is taken first, then the receipt and its payment are written."""

    def split(rows: list[Also]) -> None:
        for row in (rows[1:2], [rows[0], *rows[2:]]):
            transactions.write_all(row)

    with patched(kept_receipts, "write_all", split):
        yield


@contextmanager
def numbered_is_enough() -> Iterator[None]:
    """Whoever finds the number given believes the PDF to be made."""
    issue, numbered = receipts.issue, receipts._numbered

    def hasty(bundle: Any, payment: str, now: datetime) -> Any:
        paid, _ = kept_receipts.payment_and_last(bundle.dossier.id, payment, bundle.dossier.agency, "BL-26E")
        return numbered(bundle, payment, now) if paid.receipt else issue(bundle, payment, now)

    with patched(receipts, "issue", hasty):
        yield


@dataclass(frozen=True)
class Planted:
    """A bug, where to look for it, and the invariants of which it breaks at least one."""

    plant: Callable[[], AbstractContextManager[None]]
    case: Case
    course: Course
    faults: tuple[Fault, ...]
    breaks: frozenset[str]


def _bug(plant: Callable[[], Any], case: Case, course: Course, breaks: str, *faults: Fault) -> Planted:
    return Planted(plant, case, course, faults, frozenset(breaks.split()))


BUGS = (
    _bug(no_conditions, cases.SUBMIT, Course.LATE, "I1 I9", Fault.TWICE),
    _bug(two_writes, cases.APPROVAL, Course.LATE, "I6 I9", Fault.CRASH_AFTER),
    _bug(no_read_back, cases.APPROVAL, Course.LATE, "I9", Fault.LOST),
    _bug(forgotten_first, cases.SUBMIT, Course.LATE, "I2 I7", Fault.CRASH_BEFORE, Fault.TIMEOUT),
    _bug(counted_apart, cases.RECEPTION, Course.LATE, "I10", Fault.CRASH_AFTER),
    _bug(loads_apart, cases.IN_REVIEW, Course.LATE, "I12", Fault.CRASH_AFTER),
    _bug(random_names, cases.SUBMIT, Course.LATE, "I2", Fault.CRASH_AFTER),
    _bug(state_unchecked, cases.UNANNOUNCED, Course.LATE, "I2", Fault.CRASH_AFTER),
    _bug(outbox_unswept, cases.IN_REVIEW, Course.SWEPT, "I2 I7", Fault.CRASH_AFTER),
    _bug(unknown_token_fails, cases.APPROVAL, Course.LATE, "I7", Fault.LOST, Fault.DEATH),
    _bug(never_restarted, cases.APPROVAL, Course.LATE, "I2", Fault.DEATH),
    _bug(numbered_in_two_writes, cases.FEE, Course.LATE, "I11", Fault.CRASH_AFTER),
    _bug(numbered_is_enough, cases.FEE, Course.LATE, "I11", Fault.CRASH_AFTER),
    _bug(names_in_the_workflow, cases.AT_INTAKE, Course.LATE, "I8", Fault.CRASH_AFTER),
    _bug(answers_in_the_log, cases.AT_INTAKE, Course.LATE, "I8", Fault.CRASH_AFTER),
)
