"""A throw-away application for the local cloud's own tests: functions that do what a test tells them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalice.app import Blueprint, Chalice, CognitoUserPoolAuthorizer

CALLS: dict[str, list[Any]] = {}  # function -> the events it got
ACTS: dict[str, Callable[[Any], Any]] = {}  # function -> what it does and answers

tiny = Blueprint(__name__)
accounts = CognitoUserPoolAuthorizer("accounts", provider_arns=["arn:aws:cognito-idp:::userpool/x"])


class StaleWrite(Exception):
    """An error of ours, for its name."""


def forget() -> None:
    CALLS.clear()
    ACTS.clear()


def called(name: str) -> list[Any]:
    return CALLS.get(name, [])


def _run(name: str, event: Any) -> Any:
    CALLS.setdefault(name, []).append(event)
    return ACTS[name](event) if name in ACTS else None


@tiny.lambda_function(name="relay")
def relay(event: Any, context: Any) -> Any:
    return _run("relay", event)


@tiny.lambda_function(name="inspect")
def inspect(event: Any, context: Any) -> Any:
    return _run("inspect", event)


@tiny.lambda_function(name="sweep")
def sweep(event: Any, context: Any) -> Any:
    return _run("sweep", event)


@tiny.lambda_function(name="reckon")
def reckon(event: Any, context: Any) -> Any:
    return _run("reckon", event)


@tiny.lambda_function(name="await-decision")
def await_decision(event: Any, context: Any) -> Any:
    return _run("await-decision", event)


@tiny.lambda_function(name="escalate")
def escalate(event: Any, context: Any) -> Any:
    CALLS.setdefault("context", []).append(context)
    return _run("escalate", event)


@tiny.route("/open")
def anybody() -> Any:
    return {"claims": (tiny.current_request.context.get("authorizer") or {}).get("claims")}


@tiny.route("/echo/{word}", methods=["POST"], content_types=["application/json"])
def echo(word: str) -> Any:
    return {"word": word, "bytes": len(tiny.current_request.raw_body)}


@tiny.route("/me", authorizer=accounts)
def me() -> Any:
    return tiny.current_request.context["authorizer"]["claims"]


@tiny.route("/broken")
def broken() -> Any:
    raise StaleWrite("not a Chalice error")


def make() -> Chalice:
    app = Chalice(app_name="motcua", configure_logs=False)
    app.register_blueprint(tiny)
    return app


ASL = """{
  "StartAt": "Wait",
  "States": {
    "Wait": {
      "Type": "Task",
      "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
      "Parameters": {
        "FunctionName": "${AwaitDecision}",
        "Payload": {"dossier.$": "$.dossier", "token.$": "$$.Task.Token"}
      },
      "TimeoutSecondsPath": "$.seconds",
      "Catch": [{"ErrorEquals": ["States.Timeout"], "ResultPath": "$.late", "Next": "Escalate"}],
      "End": true
    },
    "Escalate": {
      "Type": "Task",
      "Resource": "arn:aws:states:::lambda:invoke",
      "Parameters": {"FunctionName": "${Escalate}", "Payload": {"dossier.$": "$.dossier"}},
      "TimeoutSeconds": 60,
      "Retry": [{"ErrorEquals": ["StaleWrite"], "IntervalSeconds": 1, "MaxAttempts": 2, "BackoffRate": 1}],
      "ResultSelector": {"told.$": "$.Payload"},
      "End": true
    }
  }
}"""
