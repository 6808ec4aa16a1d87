"""The portal with everything around it that can fail: callers, stream, relay, sweeper, Step Functions, and time.

All of it runs in one thread, in an order that the course decides, from a seed: the same plan gives the same run.
"""

from __future__ import annotations

import io
import logging
import pickle
import random
import secrets
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, redirect_stdout
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from functools import partial
from typing import Any

from botocore.retries import quota
from moto.dynamodb.models import dynamodb_backends
from moto.moto_api._internal import mock_random

from chalicelib import events
from chalicelib.services import catalogue, present
from chalicelib.storage import searches
from chalicelib.telemetry import logger
from infra.local import transactions
from infra.local.environment import ACCOUNT, REGION
from infra.local.testing import Embedded, context
from tests.app.portal import AGENCY, PROCEDURE, Answer, Person, Portal, open_portal
from tests.faults.review import Review
from tests.faults.wire import Crash, Wire, patched

Json = dict[str, Any]
DELIVERIES = 9  # infra/template.yaml: the first and MaximumRetryAttempts more
SWEEPS_EVERY = timedelta(minutes=5)
CANARIES = ("CANARYNAME", "062190000123", "canary-citizen@example.invalid", "+84912345678", "CANARYNOTE")


class Course(StrEnum):
    """Who is quick and who is slow."""

    PROMPT = "prompt"  # Step Functions calls its functions at once, before its caller has the reply; caches are cold
    LATE = "late"  # it calls them when the relay is through
    SWEPT = "swept"  # the stream is lost; the sweeper finds everything


@dataclass(frozen=True)
class Request:
    """What a person sends, and sends again under the same key until it is answered."""

    who: str  # an attribute of the portal
    path: str
    body: Json
    key: str


@dataclass
class World:
    """One portal and its surroundings; `keep` and `restore` bring it back to where a scenario starts."""

    cloud: Embedded
    portal: Portal
    wire: Wire
    review: Review
    course: Course = Course.LATE
    answers: list[Answer] = field(default_factory=list)  # what the person saw, in order
    log: io.StringIO = field(default_factory=io.StringIO)
    elapsed: float = 0.0
    crashes: int = 0
    _kept_position: int = 0  # of the stream: from there it is delivered again

    # Activities. Each is a delivery of work to a function of ours; a crash ends it.

    def around(self, activity: str, function: Callable[[], Any]) -> Any:
        """Run `function` as an activity; the fault TWICE runs it a second time, from the inside."""
        outer, again = self.wire.activity, self.wire.again
        self.wire.activity = activity

        def second() -> None:
            self.around(activity, function)

        self.wire.again = second
        try:
            # Metrics are printed; of the log's handlers only our own shall format (pytest hangs up two more).
            with redirect_stdout(self.log), patched(logger._logger, "handlers", [logger.registered_handler]):
                return function()
        except Crash:
            self.crashes += 1
            forget_process()
            raise
        finally:
            self.wire.activity, self.wire.again = outer, again

    def send(self, request: Request) -> Answer | None:
        """Deliver a request once; None when the connection broke before the answer came."""
        person: Person = getattr(self.portal, request.who)

        def call() -> Answer:
            answer = person.post(request.path, request.body, request.key)
            self.answers.append(answer)
            return answer

        try:
            answer: Answer = self.around("request", call)
        except Crash:
            return None
        return answer

    def insist(self, request: Request) -> Answer | None:
        """Send until there is an answer that is no failure of the server, as the site does."""
        answer = None
        for _ in range(5):
            answer = self.send(request)
            if answer is not None and answer.status < 500:
                return answer
            self.wait(5)
            if self.course is Course.LATE:
                self.stream()
        return answer

    def deliver(self, records: list[Json]) -> None:
        """Lambda's event source mapping: the batch again until nothing of it fails, then given up."""
        for _ in range(DELIVERIES):
            if not records:
                return
            batch = {"Records": records}
            try:
                answer = self.around("relay", partial(events.relay, batch, context("relay")))
            except Crash:
                continue
            failed = {f["itemIdentifier"] for f in answer["batchItemFailures"]}
            records = [r for r in records if r["dynamodb"]["SequenceNumber"] in failed]

    def stream(self) -> None:
        """Deliver what the stream has, and let the review go on, until both are dry."""
        for _ in range(20):
            records = self.cloud.records()
            if self.course is Course.SWEPT:
                records = []
            self.deliver(records)
            if not self.review.play() and not records:
                return

    def stream_again(self) -> None:
        """Every record a second time: the stream delivers at least once."""
        if self.course is not Course.SWEPT:
            self.cloud.streams["Relay"].position = self._kept_position
            self.deliver(self.cloud.records())
            self.review.play()

    def told(self) -> None:
        """What was delivered by now is not delivered again."""
        self._kept_position = self.cloud.streams["Relay"].position

    def sweep(self, everything: bool = False) -> None:
        """The schedule calls the sweeper; what it could not do it does the next time."""
        event = {"all": True} if everything else {"source": "schedule"}
        try:
            self.around("sweep", partial(events.sweep, event, context("sweep")))
        except Crash:
            pass
        except Exception:
            logger.exception("the sweeper failed")
        self.stream()

    def wait(self, seconds: float) -> None:
        self.elapsed += seconds
        present.shift(self.elapsed)

    def settle(self, right: Callable[[], bool]) -> bool:
        """What the cloud does by itself within twenty-five minutes, until all is `right`; whether it became so.

        What failed waits a quarter of an hour; without the stream a notice takes two turns: planned, then sent.
        """
        self.stream()
        self.stream_again()
        for _ in range(4):
            if right():
                return True
            self.wait(SWEEPS_EVERY.total_seconds())
            self.sweep()
        return right()

    # Back to the start.

    def keep(self) -> bytes:
        """Everything that a scenario may change."""
        forget_process()
        with self.wire.silent():
            catalogue.procedure(PROCEDURE["code"])
            catalogue.procedure(PROCEDURE["code"], 1)
            catalogue.calendar_of(AGENCY)
        self._remembered = dict(catalogue._versions()), dict(catalogue._memory())
        tables = dynamodb_backends[ACCOUNT][REGION].tables
        self._kept_position = self.cloud.streams["Relay"].position
        self._kept_executions = [(machine, list(machine.executions)) for machine in self._machines()]
        self._kept_statuses = {e.name: e.status for e in self.review.stored()}
        return pickle.dumps(
            {
                "items": {name: table.items for name, table in tables.items()},
                "streamed": {name: len(t.stream_shard.items) for name, t in tables.items() if t.stream_shard},
                "runs": self.review.runs,
                "said": self.review.said,
                "tokens": self.cloud.tokens,
                "elapsed": self.elapsed,
            }
        )

    def restore(self, kept: bytes, seed: int) -> None:
        state = pickle.loads(kept)  # noqa: S301  our own
        for name, table in dynamodb_backends[ACCOUNT][REGION].tables.items():
            table.items = state["items"][name]
            if table.stream_shard is not None:
                del table.stream_shard.items[state["streamed"][name] :]
        for machine, executions in self._kept_executions:
            machine.executions[:] = executions
            for execution in executions:
                execution.status = self._kept_statuses[execution.name]
        self.review.runs, self.review.said = state["runs"], state["said"]
        self.cloud.tokens[:] = state["tokens"]
        self.cloud.dead_tokens.clear()
        self.cloud.outbox.clear()
        self.cloud.streams["Relay"].position = self._kept_position
        transactions.tokens.clear()
        self.answers, self.crashes = [], 0
        self.log.seek(0)
        self.log.truncate()
        self.elapsed = 0.0
        self.wait(state["elapsed"])
        self.wire.reset()
        plant_seed(seed)
        forget_process()
        if self.course is not Course.PROMPT:
            catalogue._versions().update(self._remembered[0])
            catalogue._memory().update(self._remembered[1])

    def _machines(self) -> list[Any]:
        from moto.stepfunctions.models import stepfunctions_backends

        return list(stepfunctions_backends[ACCOUNT][REGION].state_machines)


def forget_process() -> None:
    """What dies with a process: its memory of the catalogue and of the searches' key."""
    catalogue._versions.cache_clear()
    catalogue._memory.cache_clear()
    searches.key.cache_clear()


_seeds = random.Random(0)


def plant_seed(seed: int) -> None:
    """Let everything random begin anew."""
    _seeds.seed(seed)
    random.seed(seed)
    mock_random.seed(seed)


@contextmanager
def world(cloud: Embedded) -> Iterator[World]:
    """A world on the embedded cloud, with its own time, randomness and log."""
    portal = open_portal(cloud)
    portal.citizen = Person(portal.client, "canary-citizen", "CANARYNAME")
    wire = Wire()
    made: list[World] = []
    review = Review(cloud, present.now, lambda activity, call: made[0].around(activity, call))
    self = World(cloud, portal, wire, review)
    made.append(self)

    def applied(operation: str, body: Json, status: int) -> None:
        review.after(operation, body, status)
        if self.course is Course.PROMPT and operation.startswith("SFN.") and status == 200:
            review.play()

    wire.asked, wire.applied, wire.death = review.before, applied, review.kill

    def uuid4() -> uuid.UUID:
        return uuid.UUID(int=_seeds.getrandbits(128), version=4)

    def token_hex(size: int = 32) -> str:
        return f"{_seeds.getrandbits(8 * size):0{2 * size}x}"

    handler = logger.registered_handler
    assert isinstance(handler, logging.StreamHandler)
    with ExitStack() as stack:
        stack.enter_context(patched(uuid, "uuid4", uuid4))
        stack.enter_context(patched(secrets, "token_hex", token_hex))
        stack.enter_context(patched(time, "sleep", self.wait))
        # The SDK's budget of repetitions belongs to a process; here thousands of scenarios share one.
        stack.enter_context(patched(quota.RetryQuota, "acquire", lambda *_: True))
        stack.enter_context(patched(transactions.tokens, "clock", lambda: present.now().timestamp()))
        stack.enter_context(patched(handler, "stream", self.log))
        stack.enter_context(wire.tapped())
        yield self
