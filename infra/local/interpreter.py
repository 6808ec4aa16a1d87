"""moto's Step Functions interpreter, switched on and made to bear several threads. `install()` does both.

The interpreter runs each execution in a thread of its own. A token that is answered, or a name that is started,
while another execution is just being born makes moto stumble over its half-made parts; here they wait or are passed
over. The definition is parsed once and its Lambda client made once, not for each execution and step.
"""

from __future__ import annotations

import logging
import pickle
from collections.abc import Callable
from datetime import UTC, datetime
from threading import RLock
from typing import Any

import botocore.session
from botocore.config import Config
from moto.core.config import default_user_config
from moto.stepfunctions.parser.api import ExecutionStatus
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from moto.stepfunctions.parser.backend.execution import Execution
from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker
from moto.stepfunctions.parser.models import StepFunctionsParserBackend, stepfunctions_parser_backends
from moto.stepfunctions.parser.utils import TMP_THREADS

from infra.local import causes
from infra.local.environment import ACCOUNT, REGION
from infra.local.patching import replace

_lock = RLock()
_clients: dict[str, Any] = {}
_programs: dict[str, bytes] = {}
_endpoint = ""


def _born(original: Callable[..., Any]) -> Callable[..., Any]:
    def executions(self: StepFunctionsParserBackend, *args: Any) -> Any:
        found = original(self, *args)
        return [each for each in found if each.exec_worker is not None and each.exec_worker.env is not None]

    return executions


def _one_at_a_time(original: Callable[..., Any]) -> Callable[..., Any]:
    def start_execution(self: StepFunctionsParserBackend, *args: Any, **kwargs: Any) -> Any:
        with _lock:
            return original(self, *args, **kwargs)

    return start_execution


def _status(_: Callable[..., Any]) -> Any:
    def status(self: Execution) -> str:
        return (self.exec_status or ExecutionStatus.RUNNING).value

    return property(status)


def _parsed_once(original: Callable[..., Any]) -> Callable[..., Any]:
    """A fresh copy of the parsed program for each execution: parsing takes 70 ms, copying 2. It keeps retry counts."""

    def entrypoint(self: ExecutionWorker) -> Any:
        definition = self._evaluation_details.state_machine_details.definition
        with _lock:
            if definition not in _programs:
                _programs[definition] = pickle.dumps(original(self))
            return pickle.loads(_programs[definition])  # noqa: S301  our own, a line above

    return entrypoint


def _client(region: str, service: str, state_credentials: Any = None) -> Any:
    """The interpreter's own client; without retries, which are the state machine's affair."""
    with _lock:
        if service not in _clients:
            config = Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=120)
            session = botocore.session.Session()
            _clients[service] = session.create_client(
                service, region_name=region, endpoint_url=_endpoint, config=config
            )
        return _clients[service]


def install(endpoint_url: str) -> None:
    """Switch the interpreter on; its tasks call Lambda at `endpoint_url`."""
    global _endpoint
    _endpoint = endpoint_url
    # It logs every time-out with the whole parsed program; what an execution went through is in its history.
    logging.getLogger("moto.stepfunctions").setLevel(logging.CRITICAL)
    _clients.clear()
    default_user_config["stepfunctions"] = {"execute_state_machine": True}
    causes.install()
    replace(StepFunctionsParserBackend, "_get_executions", _born)
    replace(StepFunctionsParserBackend, "start_execution", _one_at_a_time)
    replace(Execution, "status", _status)
    replace(ExecutionWorker, "_get_evaluation_entrypoint", _parsed_once)
    setattr(lambda_eval_utils, "boto_client_for", _client)  # noqa: B010  a module's function, on purpose


def running() -> list[Any]:
    machines = stepfunctions_parser_backends[ACCOUNT][REGION].state_machines
    return [each for machine in machines for each in list(machine.executions) if each.status == "RUNNING"]


def stop() -> None:
    """End every open execution at once and switch the interpreter off; nothing of it may call a function any more."""
    for execution in running():
        env = execution.exec_worker.env if execution.exec_worker else None
        if env is None:
            continue
        env.set_stop(stop_date=datetime.now(UTC), cause="the local cloud stops", error="Stopped")
        for endpoint in list(env.callback_pool_manager._pool.values()):
            endpoint.interrupt_all()
    TMP_THREADS.clear()
    default_user_config["stepfunctions"] = {"execute_state_machine": False}
