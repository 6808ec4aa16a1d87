"""The portal's origin: site and API on one port, as CloudFront and API Gateway make it in the cloud.

`/api` is the Chalice application behind a gateway that checks tokens for real: chalice's own local authorizer lets
everybody in. `/sandbox` is the developer's side door (`sandbox.py`); everything else is the built site and what was
published to the site bucket (`website.py`). Errors of the gateway have the API's shape: Code, Message, Fields.
"""

from __future__ import annotations

import base64
import json
import logging
import time
from collections.abc import Iterable
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote

from chalice.app import Chalice, CognitoUserPoolAuthorizer
from chalice.config import Config
from chalice.local import ForbiddenError, LocalChalice, LocalGateway, NotAuthorizedError

from infra.local.access_log import AccessLog
from infra.local.calls import made_by
from infra.local.environment import STAGE
from infra.local.metrics import metrics
from infra.local.sandbox import Sandbox
from infra.local.tokens import Refused, Verifier
from infra.local.website import Answer, Website

MAX_BODY = 6 * 1024 * 1024  # of a Lambda event
DIST = Path(__file__).resolve().parents[2] / "web" / "dist"

log = logging.getLogger("infra.local")

_HTML = "text/html; charset=utf-8"
# The side door's own pages carry their style and script with them; they are no pages of the portal.
_SIDE_DOOR = {
    "Content-Security-Policy": "default-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
}

_REFUSALS = {
    401: ("Unauthorized", "Hãy đăng nhập để tiếp tục. / Please sign in to continue."),
    404: ("NotFound", "Không tìm thấy. / Not found."),
    413: ("TooLarge", "Nội dung gửi lên quá lớn. / The request is too large."),
    500: ("InternalError", "Hệ thống gặp lỗi. / Something went wrong."),
}


def refusal(status: int) -> Answer:
    code, message = _REFUSALS[status]
    body = {"Code": code, "Message": message, "Fields": []}
    return status, {"Content-Type": "application/json"}, json.dumps(body, ensure_ascii=False).encode()


class _Authorizer:
    """Takes the place of chalice's; the same duty as API Gateway's Cognito authorizer."""

    def __init__(self, app: Chalice, verifier: Verifier) -> None:
        self._app = app
        self._verifier = verifier

    def authorize(self, raw_path: str, event: dict[str, Any], context: Any) -> tuple[dict[str, Any], Any]:
        about = event["requestContext"]
        about["requestId"] = context.aws_request_id
        about["stage"] = "api"
        about["identity"]["userAgent"] = event["headers"].get("user-agent")
        route = self._app.routes[about["resourcePath"]].get(about["httpMethod"])
        if route is None:  # API Gateway has no such method; Chalice would say so in its own words
            raise ForbiddenError({"x-amzn-RequestId": context.aws_request_id})
        if route.authorizer is None:
            return event, context
        if not isinstance(route.authorizer, CognitoUserPoolAuthorizer):
            raise NotImplementedError(f"the local gateway knows no {type(route.authorizer).__name__}")
        try:
            claims = self._verifier.claims(event["headers"].get("authorization", ""))
        except Refused as error:
            log.info("%s %s: token refused: %s", about["httpMethod"], raw_path, error)
            raise NotAuthorizedError({"x-amzn-RequestId": context.aws_request_id}) from error
        about["authorizer"] = {"claims": claims}
        return event, context


class Gateway:
    """The WSGI application of the portal's origin."""

    def __init__(
        self, app: Chalice, verifier: Verifier, sandbox: Sandbox, website: Website, access_log: AccessLog | None = None
    ) -> None:
        self._app, self._kind = app, type(app)
        app.__class__ = LocalChalice  # one current request per thread
        config = Config(
            user_provided_params={"lambda_timeout": 29},
            config_from_disk={"app_name": app.app_name},
            chalice_stage="local",
        )
        self._api = LocalGateway(app, config)
        # Chalice offers no other way in than its own attribute, typed as its own class.
        self._api._authorizer = _Authorizer(app, verifier)  # type: ignore[assignment]
        self._sandbox = sandbox
        self._website = website
        self._access_log = access_log

    def close(self) -> None:
        """Leave the application as it was."""
        self._app.__class__ = self._kind

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "/").encode("latin-1").decode("utf-8", "replace")
        began = time.monotonic()
        try:
            status, headers, body = self._route(path, environ)
        except Exception:  # the boundary of the server: a developer wants the trace, a caller an answer
            log.exception("%s %s", environ["REQUEST_METHOD"], path)
            status, headers, body = refusal(500)
        if environ["REQUEST_METHOD"] == "HEAD" or status in (204, 304):
            headers["Content-Length"] = headers.get("Content-Length", str(len(body)))
            body = b""
        else:
            headers["Content-Length"] = str(len(body))
        if path.startswith("/api/"):
            _measure(status, time.monotonic() - began)
        if self._access_log is not None and not _is_sandbox(path):
            self._access_log.note(path, environ, status, headers, time.monotonic() - began)
        start_response(f"{status} {HTTPStatus(status).phrase}", _lines(headers))
        return [body]

    def _route(self, path: str, environ: dict[str, Any]) -> Answer:
        if path == "/api" or path.startswith("/api/"):
            return self._call_api(path.removeprefix("/api") or "/", environ)
        if _is_sandbox(path):
            status, headers, body = self._sandbox.answer(path.removeprefix("/sandbox").strip("/"), environ)
            return status, {**_SIDE_DOOR, **headers}, body
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return refusal(404)
        found = self._website.answer(path, environ)
        if found is not None:
            return found
        if path == "/":  # no site was built
            return 200, {**_SIDE_DOOR, "Content-Type": _HTML}, self._sandbox.start_page()
        return refusal(404)

    # ---- API ----

    def _call_api(self, path: str, environ: dict[str, Any]) -> Answer:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        if length > MAX_BODY:
            return refusal(413)
        body = environ["wsgi.input"].read(length) if length else None
        target = quote(path, safe="/%:@!$&'()*+,;=~-._")
        if environ.get("QUERY_STRING"):
            target += "?" + environ["QUERY_STRING"]
        try:
            with made_by("APIHandler"):
                answer = self._api.handle_request(environ["REQUEST_METHOD"], target, _headers(environ), body)
        except NotAuthorizedError as error:
            status, headers, text = refusal(401)
            return status, headers | error.headers, text
        except ForbiddenError:  # API Gateway's way to say that there is no such route
            return refusal(404)
        return _from_lambda(answer)


def _measure(status: int, seconds: float) -> None:
    """What API Gateway measures of a request."""
    about = {"ApiName": f"motcua-{STAGE}", "Stage": "api"}
    metrics.note("AWS/ApiGateway", "Count", 1, **about)
    metrics.note("AWS/ApiGateway", "Latency", seconds * 1000, **about)
    metrics.note("AWS/ApiGateway", "4XXError", 400 <= status < 500, **about)
    metrics.note("AWS/ApiGateway", "5XXError", status >= 500, **about)


def _is_sandbox(path: str) -> bool:
    return path == "/sandbox" or path.startswith("/sandbox/")


def _headers(environ: dict[str, Any]) -> dict[str, str]:
    found = {k[5:].replace("_", "-").lower(): v for k, v in environ.items() if k.startswith("HTTP_")}
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if environ.get(name):
            found[name.replace("_", "-").lower()] = environ[name]
    return found


def _from_lambda(answer: dict[str, Any]) -> Answer:
    """API Gateway's reading of a function's answer."""
    headers = {"Content-Type": "application/json"}  # what API Gateway says when the function does not
    headers |= {name: str(value) for name, value in (answer.get("headers") or {}).items()}
    for name, values in (answer.get("multiValueHeaders") or {}).items():
        headers[name] = "\n".join(values)
    text = answer.get("body") or ""
    body = (
        base64.b64decode(text) if answer.get("isBase64Encoded") else text if isinstance(text, bytes) else text.encode()
    )
    return int(answer["statusCode"]), headers, body


def _lines(headers: dict[str, str]) -> list[tuple[str, str]]:
    return [(name, value) for name, values in headers.items() for value in values.split("\n")]
