"""Step Functions as the review needs it, played by hand: what moto stores, this carries out.

moto's backend without its interpreter keeps executions RUNNING for ever. Here `infra/review.asl.json` is read and
followed for the shape that the review has: a Choice on `$.state`, waiting tasks with a token, Retry by error name, the
failure that says where else to go, time-outs that lead to Escalate, failures for good that lead to a rest before it.
Error names follow the Step Functions developer guide, "Handling errors": what a function raised is its class's name, a
function that died is Lambda.Unknown, and States.TaskFailed stands for both.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from chalicelib import steps
from infra.local.testing import Embedded, context
from tests.faults.wire import Crash

ANSWERS = {"SFN.SendTaskSuccess", "SFN.SendTaskFailure"}
DEFINITION = Path(__file__).parents[2] / "infra" / "review.asl.json"
Json = dict[str, Any]


@dataclass
class Run:
    """One execution. `token` is set while a task waits or is about to be announced."""

    name: str
    data: Json
    status: str = "RUNNING"
    task: str = ""
    token: str | None = None
    announced: bool = False
    failures: int = 0
    ends: datetime | None = None
    since: str = ""
    error: str = ""
    entered: list[str] = field(default_factory=list)
    """Every state, as Step Functions bills them."""


class Review:
    """Carries the executions on; `now` gives the world's time, `moved` is told whenever a function is to be called."""

    def __init__(self, cloud: Embedded, now: Callable[[], datetime], around: Callable[[str, Callable[[], Any]], Any]):
        self.states: Json = json.loads(DEFINITION.read_text("utf-8"))["States"]
        self.cloud = cloud
        self.now = now
        self.around = around  # calls a function as the activity of that name
        self.runs: list[Run] = []
        self.said: list[Json] = []  # every input and output that Step Functions saw
        self._playing = False

    # What the wire tells.

    def before(self, operation: str, body: Json) -> None:
        """Let moto refuse the tokens that nobody waits under."""
        if operation in ANSWERS:
            token = body["taskToken"]
            if any(run.token == token and run.status == "RUNNING" for run in self.runs):
                self.cloud.dead_tokens.discard(token)
            else:
                self.cloud.dead_tokens.add(token)

    def after(self, operation: str, body: Json, status: int) -> None:
        """Take notice of an execution that was started or a task that was answered."""
        if status != 200:
            return
        if operation == "SFN.StartExecution" and all(run.name != body["name"] for run in self.runs):
            data = json.loads(body["input"])
            self.said.append(data)
            run = Run(body["name"], data)
            self.runs.append(run)
            self._enter(run, "Route")
        elif operation in ANSWERS:
            run = next(r for r in self.runs if r.token == body["taskToken"])
            self.said.append(json.loads(body.get("output") or body["cause"]))
            if operation == "SFN.SendTaskSuccess":
                run.data = json.loads(body["output"])
                self._enter(run, self.states[run.task]["Next"])
            else:
                run.data = {**run.data, "turn": {"Error": body["error"], "Cause": body["cause"]}}
                self._failed(run, body["error"])

    # What it does.

    def play(self) -> bool:
        """Call every function that an execution wants to call; whether there was any. Not from within itself."""
        if self._playing:
            return False
        self._playing = True
        try:
            busy = False
            while due := [run for run in self.runs if self._has_work(run)]:
                for run in due:
                    self._work(run)
                busy = True
            return busy
        finally:
            self._playing = False

    def kill(self) -> None:
        """Let every execution that runs die, as by an error of the machine's own."""
        for run in self.runs:
            if run.status == "RUNNING":
                self._end(run, "FAILED", "killed")

    @property
    def entered(self) -> int:
        """State transitions of all executions."""
        return sum(len(run.entered) for run in self.runs)

    def live(self, dossier: str) -> list[Run]:
        return [run for run in self.runs if run.status == "RUNNING" and run.data["dossier"] == dossier]

    def _has_work(self, run: Run) -> bool:
        if run.status != "RUNNING":
            return False
        due = run.ends is not None and self.now() >= run.ends
        return due if self.states[run.task]["Type"] == "Wait" else not run.announced or due

    def _work(self, run: Run) -> None:
        if self.states[run.task]["Type"] == "Wait":
            self._enter(run, self.states[run.task]["Next"])
        elif run.announced and run.task != "Escalate":
            # The task timed out: its token is void, Catch leads on.
            self._caught(run, "States.Timeout")
        named = ("dossier", "attempt", "state")
        event = {name: run.data[name] for name in named}
        if run.token is not None:
            event |= {"token": run.token, "entered": run.since}
        run.announced = True
        task, token, error = run.task, run.token, ""
        try:
            answer = self._call(run, event)
        except Crash:
            error = "Lambda.Unknown"
        except Exception as raised:
            error = type(raised).__name__
        if run.status != "RUNNING" or (run.task, run.token) != (task, token):
            return  # it was answered or died meanwhile: what became of the call matters no more
        if error:
            self._failed(run, error)
        elif task == "Escalate":
            run.data = answer
            self._enter(run, self.states[task]["Next"])

    def _call(self, run: Run, event: Json) -> Any:
        if run.task == "Escalate":
            return self.around("step", lambda: steps.escalate(event, context("escalate")))
        return self.around("step", lambda: steps.await_decision(event, context("await-decision")))

    def _failed(self, run: Run, error: str) -> None:
        rules = self.states[run.task].get("Retry", [])
        for rule in rules:
            named = rule["ErrorEquals"]
            if error in named or "States.TaskFailed" in named or "States.ALL" in named:
                run.failures += 1
                if run.failures <= rule["MaxAttempts"]:
                    run.announced = False
                    return
                break  # the first rule that names it, and no other
        if not self._caught(run, error) and not self._caught(run, "States.ALL"):
            self._end(run, "FAILED", error)

    def _caught(self, run: Run, error: str) -> bool:
        """Go where Catch leads on this error, if it leads anywhere."""
        goals = [c["Next"] for c in self.states[run.task].get("Catch", []) if c["ErrorEquals"] == [error]]
        if not goals:
            return False
        self._enter(run, goals[0])
        return True

    def _enter(self, run: Run, name: str) -> None:
        """Go through what decides by itself, up to a state that calls a function, waits or ends."""
        run.task, run.token, run.failures, run.announced, run.ends = name, None, 0, False, None
        run.entered.append(name)
        run.since = self.now().isoformat()
        state = self.states[name]
        if state["Type"] == "Choice":
            self._enter(run, self.task_for(run.data["state"]))
        elif state["Type"] == "Pass":
            run.data = json.loads(run.data["turn"]["Cause"])
            self._enter(run, state["Next"])
        elif state["Type"] == "Succeed":
            self._end(run, "SUCCEEDED")
        elif state["Type"] == "Fail":
            self._end(run, "FAILED", state["Error"])
        elif state["Type"] == "Wait":
            run.ends = self.now() + timedelta(seconds=state["Seconds"])
        elif "TimeoutSecondsPath" in state:
            run.token = f"{run.name}-{name}-{len(run.entered)}"
            run.ends = self.now() + timedelta(seconds=run.data["seconds"])

    def task_for(self, state: str) -> str:
        """Where Route leads."""
        for choice in self.states["Route"]["Choices"]:
            tests = choice.get("Or", [choice])
            if any(test["Variable"] == "$.state" and test["StringEquals"] == state for test in tests):
                return str(choice["Next"])
        return str(self.states["Route"]["Default"])

    def _end(self, run: Run, status: str, error: str = "") -> None:
        run.status, run.token, run.announced, run.error = status, None, True, error
        for execution in self.stored():
            if execution.name == run.name:
                execution.status = status

    def stored(self) -> list[Any]:
        """moto's own executions."""
        from moto.stepfunctions.models import stepfunctions_backends

        from infra.local.environment import ACCOUNT, REGION

        return [e for machine in stepfunctions_backends[ACCOUNT][REGION].state_machines for e in machine.executions]
