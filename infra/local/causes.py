"""moto's SendTaskFailure hands on the error and drops the cause, in which the review says where to go. `install()`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.stepfunctions.responses import StepFunctionResponse

from infra.local.patching import replace


def _with_cause(_: Callable[..., Any]) -> Callable[..., Any]:
    def send_task_failure(self: StepFunctionResponse) -> ActionResult:
        given: dict[str, Any] = {name: self._get_param(name) for name in ("error", "cause")}
        self.stepfunction_backend.send_task_failure(self._get_param("taskToken"), **given)
        return EmptyResult()

    return send_task_failure


def install() -> None:
    replace(StepFunctionResponse, "send_task_failure", _with_cause)
