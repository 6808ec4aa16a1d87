"""The AWS endpoint: moto's server, and before it Lambda's Invoke API, answered by our own functions.

moto would run functions in Docker. Here `POST /2015-03-31/functions/<name>/invocations` calls them in this process
and answers as Lambda does, so that the workflow's tasks and the SDK see no difference.
"""

from __future__ import annotations

import io
import json
import re
import uuid
from collections.abc import Callable, Iterable
from threading import RLock
from typing import Any
from urllib.parse import unquote

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from infra.local.environment import REGION
from infra.local.functions import Functions, invoke

MAX_PAYLOAD = 6 * 1024 * 1024
_INVOKE = re.compile(r"/2015-03-31/functions/([^/]+)/invocations")
_STATUS = {200: "200 OK", 202: "202 Accepted", 204: "204 No Content", 400: "400 Bad Request"}
_STATUS |= {404: "404 Not Found", 413: "413 Request Entity Too Large", 503: "503 Service Unavailable"}

_READS = ("Get", "BatchGet", "TransactGet", "Query", "Scan", "List", "Describe", "AdminGet", "AdminList")

Answer = tuple[int, dict[str, str], bytes]


class AwsEndpoint:
    """The WSGI application behind AWS_ENDPOINT_URL."""

    def __init__(self, invoke_later: Callable[[str, Any], None]) -> None:
        self.functions: Functions | None = None  # set when the application is loaded
        self.closed = False
        self.gate = RLock()  # one request to moto at a time: it is not made for threads, and snapshots need the quiet
        self.changes = 0
        self._invoke_later = invoke_later
        self._moto = DomainDispatcherApplication(create_backend_app)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if self.closed:
            return _respond(start_response, _refusal(503, "ServiceUnavailableException", "The local cloud stops"))
        path = environ.get("PATH_INFO", "")
        match = _INVOKE.fullmatch(path)
        if match and environ["REQUEST_METHOD"] == "POST":
            return _respond(start_response, self._invoke(unquote(match.group(1)), environ))
        target = environ.get("HTTP_X_AMZ_TARGET", "")
        if target.startswith("AWSCognitoIdentityProviderService.") and "HTTP_AUTHORIZATION" not in environ:
            # Unsigned by design; moto would look for the user in us-east-1.
            scope = f"local/20260101/{REGION}/cognito-idp/aws4_request"
            environ["HTTP_AUTHORIZATION"] = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"
        _read_first(environ)
        with self.gate:
            if not _only_reads(environ["REQUEST_METHOD"], target):
                self.changes += 1
            return list(self._moto(environ, start_response))

    def _invoke(self, name: str, environ: dict[str, Any]) -> Answer:
        found = self.functions.find(name) if self.functions else None
        if found is None:
            return _refusal(404, "ResourceNotFoundException", f"Function not found: {name}")
        length = int(environ.get("CONTENT_LENGTH") or 0)
        if length > MAX_PAYLOAD:
            return _refusal(413, "RequestTooLargeException", f"{length} byte payload is too large")
        try:
            event = json.loads(environ["wsgi.input"].read(length) or b"{}")
        except ValueError as error:
            return _refusal(400, "InvalidRequestContentException", f"Could not parse request body: {error}")
        kind = environ.get("HTTP_X_AMZ_INVOCATION_TYPE", "RequestResponse")
        if kind == "DryRun":
            return 204, {}, b""
        if kind == "Event":
            self._invoke_later(name, event)
            return 202, {}, b""
        outcome = invoke(*found, event)
        headers = {"X-Amz-Executed-Version": "$LATEST"}
        if outcome.failed:
            headers["X-Amz-Function-Error"] = "Unhandled"
        return 200, headers, json.dumps(outcome.payload).encode()


def _read_first(environ: dict[str, Any]) -> None:
    """Take the body off the wire before the gate: a slow sender must not hold up everybody else."""
    chunked = environ.get("HTTP_TRANSFER_ENCODING", "").lower() == "chunked"
    stream = environ["wsgi.input"]
    body = stream.read() if chunked else stream.read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"], environ["CONTENT_LENGTH"] = io.BytesIO(body), str(len(body))


def _only_reads(method: str, target: str) -> bool:
    action = target.rpartition(".")[2]
    if action:
        return action.startswith(_READS)
    return method in ("GET", "HEAD", "OPTIONS")


def _refusal(status: int, kind: str, message: str) -> Answer:
    body = {"Type": "User" if status < 500 else "Service", "Message": message}
    return status, {"x-amzn-ErrorType": kind}, json.dumps(body).encode()


def _respond(start_response: Any, answer: Answer) -> Iterable[bytes]:
    status, headers, body = answer
    headers = {"x-amzn-RequestId": str(uuid.uuid4()), "Content-Type": "application/json", **headers}
    headers["Content-Length"] = str(len(body))
    start_response(_STATUS[status], list(headers.items()))
    return [body]
