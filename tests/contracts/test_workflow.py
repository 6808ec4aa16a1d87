"""infra/review.asl.json and the code say the same: states, functions, errors, payloads; nothing can wait for ever."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest

from chalicelib import errors
from chalicelib.domain.access import Role
from chalicelib.domain.life import STATES, TRANSITIONS, State
from chalicelib.gateways.workflow import ELSEWHERE
from chalicelib.services import queues, workflow

ROOT = Path(__file__).resolve().parents[2]
MACHINE: dict[str, Any] = json.loads((ROOT / "infra" / "review.asl.json").read_text("utf-8"))
TASKS: dict[str, dict[str, Any]] = {n: s for n, s in MACHINE["States"].items() if s["Type"] == "Task"}
WAITING = {n: s for n, s in TASKS.items() if s["Resource"].endswith(".waitForTaskToken")}
ROUTE = MACHINE["States"]["Route"]


def _goals(state: dict[str, Any]) -> set[str]:
    return {state[k] for k in ("Next", "Default") if k in state} | {
        one["Next"] for k in ("Choices", "Catch") for one in state.get(k, [])
    }


def _routes() -> dict[str, str]:
    """State of the dossier → state of the machine."""
    found: dict[str, str] = {}
    for choice in ROUTE["Choices"]:
        for test in choice.get("Or", [choice]):
            assert test["Variable"] == "$.state"
            assert test["StringEquals"] not in found, f"{test['StringEquals']} is routed twice"
            found[test["StringEquals"]] = choice["Next"]
    return found


@pytest.mark.clause("B4")
def test_every_open_state_has_a_waiting_task_of_its_own_and_every_other_is_done() -> None:
    routes = _routes()
    for state in State:
        if state is State.DRAFT:
            assert state.value not in routes, "a draft has no review"
        elif state.is_over:
            assert routes[state.value] == "Done"
        else:
            assert routes[state.value] in WAITING
    assert set(routes) == {s.value for s in State} - {"draft"} | {workflow.SUPERSEDED}
    assert routes[workflow.SUPERSEDED] == "Done"
    tasks = [goal for goal in routes.values() if goal != "Done"]
    assert len(set(tasks)) == len(tasks) and set(tasks) == set(WAITING)
    assert MACHINE["States"][ROUTE["Default"]]["Type"] == "Fail"


@pytest.mark.clause("B4")
@pytest.mark.parametrize("name", WAITING)
def test_nothing_waits_for_ever_and_nothing_ends_by_accident(name: str) -> None:
    task = WAITING[name]
    assert task["TimeoutSecondsPath"] == "$.seconds"
    caught = {error: catch for catch in task["Catch"] for error in catch["ErrorEquals"]}
    assert caught["States.Timeout"]["Next"] == "Escalate" and caught["States.Timeout"]["ResultPath"] == "$.timeout"
    # A function that failed for good may say anything in its cause, and ends nothing: look again after a rest.
    assert caught["States.ALL"]["Next"] == "Rest" and caught["States.ALL"]["ResultPath"] is None
    assert list(caught)[-1] == "States.ALL" and set(caught) == {ELSEWHERE, "States.Timeout", "States.ALL"}
    # Told to go elsewhere is no failure: never tried again, and caught before the failures are.
    never, retry = task["Retry"]
    assert never == {"ErrorEquals": [ELSEWHERE], "MaxAttempts": 0}
    assert list(caught)[0] == ELSEWHERE and caught[ELSEWHERE]["Next"] == "Turn"
    assert retry["MaxAttempts"] >= 3 and retry["BackoffRate"] >= 1
    assert "States.Timeout" not in retry["ErrorEquals"], "waiting again is Escalate's business"


@pytest.mark.clause("B4")
def test_a_wait_leads_where_the_code_takes_its_usual_way_to_lead() -> None:
    routes = _routes()
    assert {routes[here.value]: routes[there.value] for here, there in workflow.USUAL.items()} == {
        name: task["Next"] for name, task in WAITING.items()
    }
    for here, there in workflow.USUAL.items():
        assert any(rule.before is here and rule.after is there for rule in TRANSITIONS), f"no step: {here} to {there}"


def test_whoever_is_told_to_go_elsewhere_is_routed_by_what_it_was_told() -> None:
    turn = MACHINE["States"]["Turn"]
    path = next(catch["ResultPath"] for catch in next(iter(WAITING.values()))["Catch"] if catch["Next"] == "Turn")
    assert turn["Parameters"] == {"told.$": f"States.StringToJson({path}.Cause)"}
    assert (turn["OutputPath"], turn["Next"]) == ("$.told", "Route")


def test_whoever_is_called_without_a_token_is_bound_in_time_too() -> None:
    for name, task in TASKS.items():
        if name not in WAITING:
            assert 0 < task["TimeoutSeconds"] <= 900
            assert "States.Timeout" in {error for retry in task["Retry"] for error in retry["ErrorEquals"]}


def test_every_state_leads_somewhere_and_is_reached() -> None:
    states = MACHINE["States"]
    assert all(goal in states for state in states.values() for goal in _goals(state))
    reached = {MACHINE["StartAt"]} | {goal for state in states.values() for goal in _goals(state)}
    assert reached == set(states)
    assert all(_goals(s) or s["Type"] in {"Succeed", "Fail"} for s in states.values())


def test_the_rest_before_looking_again_is_bound() -> None:
    rest = MACHINE["States"]["Rest"]
    assert (rest["Type"], rest["Next"]) == ("Wait", "Escalate") and 60 <= rest["Seconds"] <= 3600


def _most_events(task: dict[str, Any]) -> int:
    """In the history of one visit: entered, per failed call scheduled, started and failed, at last scheduled, started,
    submitted (where a token is waited for) and succeeded or timed out, exited."""
    failures: int = sum(retry["MaxAttempts"] for retry in task["Retry"])
    waits = task["Resource"].endswith(".waitForTaskToken")
    return 1 + 3 * failures + (4 if waits else 3) + 1


def test_no_execution_comes_near_the_most_events_that_there_may_be() -> None:
    """Every round that is counted (see workflow.spent) has at most a choice, a wait that fails for good, a rest and an
    escalation; the start and the end come once. Step Functions ends an execution at 25,000."""
    choice, rest, start_and_end = 2, 2, 1 + 2 + 2 + 1
    waiting = max(_most_events(task) for task in WAITING.values())
    turn = 2
    a_round = turn + choice + waiting + rest + _most_events(TASKS["Escalate"])
    assert workflow.MOST_ROUNDS * a_round + start_and_end <= 2_500
    assert workflow.LONGEST_LIFE.total_seconds() + workflow.LONGEST_WAIT < 365 * 24 * 3600
    # A plain life never needs a second one: a round for each state there is would still be within the first.
    assert workflow.MOST_ROUNDS > len(WAITING)


def test_every_state_says_in_vietnamese_what_it_is_for() -> None:
    for name, state in MACHINE["States"].items():
        assert re.fullmatch(r"[A-Z][A-Za-z]+", name)
        assert re.search(r"[à-ỹđ]", state["Comment"], re.IGNORECASE), name


OF_THE_SERVICE = {
    "States.ALL",
    "States.Timeout",
    "States.TaskFailed",  # whatever a task fails with, but for its time-out
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
}


def test_every_error_that_is_named_exists() -> None:
    """Lambda reports the class's name as errorType: a class renamed here would never be retried again."""
    for name, task in TASKS.items():
        for rule in [*task.get("Retry", []), *task.get("Catch", [])]:
            for error in set(rule["ErrorEquals"]) - OF_THE_SERVICE - {ELSEWHERE}:
                assert issubclass(getattr(errors, error, object), errors.ServiceError), f"{name}: {error}"


def test_what_the_code_may_raise_for_a_time_is_retried() -> None:
    for task in TASKS.values():
        retried = {error for retry in task["Retry"] for error in retry["ErrorEquals"]}
        assert retried & {"UpstreamFailed", "States.TaskFailed"}


def _functions() -> dict[str, ast.FunctionDef]:
    """Lambda's name → the function of steps.py."""
    tree = ast.parse((ROOT / "chalicelib" / "steps.py").read_text("utf-8"))
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "steps.lambda_function":
                    found[next(str(ast.literal_eval(k.value)) for k in mark.keywords if k.arg == "name")] = node
    return found


def test_every_function_that_is_called_is_ours_and_is_told_what_it_asks_for() -> None:
    functions = {"".join(part.title() for part in name.split("-")): node for name, node in _functions().items()}
    called = set()
    for name, task in TASKS.items():
        placeholder = re.fullmatch(r"\$\{(\w+)\}", task["Parameters"]["FunctionName"])
        assert placeholder, name
        called.add(placeholder[1])
        asked = set(re.findall(r"event\['(\w+)'\]", ast.unparse(functions[placeholder[1]])))
        given = {key.removesuffix(".$") for key in task["Parameters"]["Payload"]}
        assert asked == given, name
    assert called == set(functions)
    template = (ROOT / "infra" / "template.yaml").read_text("utf-8")
    assert all(re.search(rf"^\s+{name}: !", template, re.MULTILINE) for name in called)


def test_only_ids_travel_through_the_workflow() -> None:
    """Input and output are kept in clear for 90 days: no personal data."""
    for task in TASKS.values():
        given = {key.removesuffix(".$") for key in task["Parameters"]["Payload"]}
        assert given <= {"dossier", "attempt", "state", "entered", "token"}
        assert set(task.get("ResultSelector", {})) <= {"dossier.$", "attempt.$", "state.$", "seconds.$"}


def test_jsonpath_only_because_the_local_interpreter_knows_nothing_else() -> None:
    assert MACHINE["QueryLanguage"] == "JSONPath"
    assert "{%" not in json.dumps(MACHINE)


@pytest.mark.parametrize("state", [s for s in State if STATES[s].queue])
def test_whoever_opens_a_queue_can_do_something_with_what_lies_in_it(state: State) -> None:
    queue = STATES[state].queue
    assert queue is not None
    roles = queues.QUEUES[queue]
    assert roles & {r.role for r in TRANSITIONS if r.before is state}, f"{sorted(roles)} can only look at {state}"


def test_every_queue_has_states_and_every_wait_for_officers_has_a_queue() -> None:
    assert {about.queue for about in STATES.values()} - {None} == set(queues.QUEUES)
    officers = set(Role) - {Role.APPLICANT, Role.SYSTEM, Role.ADMINISTRATOR, Role.APPROVER}
    officers -= {Role.CONSULTANT}  # other agencies have a list of the questions put to them
    for state in State:
        if not state.is_over and state is not State.DRAFT and STATES[state].queue is None:
            acting = {
                r.role for r in TRANSITIONS if r.before is state and r.action != "refund"
            }  # has a list of its own
            assert not acting & officers, f"{state}: somebody must act and finds it in no queue"


def test_what_lapses_is_what_the_table_lets_lapse() -> None:
    assert set(workflow.LAPSES) == {r.before for r in TRANSITIONS if r.action == "lapse"}
    escalated = {r.before for r in TRANSITIONS if r.action == "escalate"}
    assert escalated == {s for s in State if not s.is_over and s is not State.DRAFT}
