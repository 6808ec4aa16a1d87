"""Where HTTP begins and ends: the actor, the body, the language; errors to status codes, in one place.

A view is declared with what it takes and gives (`Api.view`), so that the OpenAPI document, the authorisation matrix
and the table of AWS calls are made from the routes themselves. Views receive a `Call` and the path's parameters and
return a plain value, answered with the route's status; None is an empty body.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any

from chalice.app import Blueprint, CognitoUserPoolAuthorizer, Request, Response

from chalicelib import errors, messages
from chalicelib.api.bodies import Body, read
from chalicelib.domain.access import Actor, Post
from chalicelib.errors import FieldError
from chalicelib.telemetry import logger, subsegment
from chalicelib.values import dataclass

STATUS: dict[type[errors.ServiceError], int] = {
    errors.Invalid: 422,
    errors.TooLarge: 413,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.TooMany: 429,
    errors.UpstreamFailed: 502,
}
KEY = r"^[A-Za-z0-9-]{16,40}$"  # ids and keys that clients make
JSON, CSV = "application/json", "text/csv; charset=utf-8"
SECURITY_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}

# The pool's ARN is merged into the packaged API by infra/template.yaml; locally the gateway checks the token itself.
authorizer = CognitoUserPoolAuthorizer(
    "accounts", provider_arns=["arn:aws:cognito-idp:ap-southeast-1:000000000000:userpool/merged-by-the-template"]
)


@dataclass
class Call:
    """One request, understood."""

    request: Request
    language: str
    request_id: str
    actor: Actor | None = None
    body: Any = None
    given_key: str = ""
    headers: dict[str, str] = field(default_factory=dict)  # of the answer

    @property
    def who(self) -> Actor:
        """The authenticated actor; views of authenticated routes only."""
        if self.actor is None:
            raise errors.Unauthenticated("LoginRequired")
        return self.actor

    @property
    def key(self) -> str:
        """The caller's idempotency key; keyed views only."""
        if not self.given_key:
            raise LookupError("the view is not declared keyed")
        return self.given_key

    def query(self, name: str, default: str = "") -> str:
        given: Mapping[str, str] = self.request.query_params or {}
        return given.get(name, default)

    def limit(self, most: int = 50) -> int:
        """The page size asked for, 1 to `most`; 20 when none is."""
        text = self.query("limit", "20")
        if not text.isdecimal() or not 1 <= int(text) <= most:
            raise errors.Invalid("BadQuery", [FieldError.of("limit", "OutOfRange", least=1, most=most)])
        return int(text)


@dataclass(frozen=True)
class Route:
    """What a view declares about itself."""

    method: str
    path: str
    name: str
    summary: str
    tag: str
    public: bool
    body: type[Body] | None
    gives: Any
    status: int
    query: Mapping[str, str]
    keyed: bool
    needs: Mapping[str, str]
    raw: bool
    media: str


ROUTES: list[Route] = []


class Api(Blueprint):
    """A blueprint whose views may raise ServiceError."""

    def __init__(self, import_name: str, tag: str) -> None:
        super().__init__(import_name)
        self.tag = tag

    def view(
        self,
        method: str,
        path: str,
        *,
        public: bool = False,
        body: type[Body] | None = None,
        gives: Any = None,
        status: int = 200,
        query: Mapping[str, str] | None = None,
        keyed: bool = False,
        needs: Mapping[str, str] | None = None,
        raw: bool = False,
        media: str = JSON,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Register a view. `public` views need no account; every other one fails closed without claims.

        `keyed` views are refused without an idempotency key; `needs` documents further headers that a view asks for.
        `raw` views read the request as it came, of any content type, and answer in the words of another system. A view
        of another `media` than JSON returns its answer as text.
        """

        def register(function: Callable[..., Any]) -> Callable[..., Any]:
            summary = (function.__doc__ or "").strip().split("\n")[0]
            route = Route(
                method=method,
                path=path,
                name=function.__name__,
                summary=summary,
                tag=self.tag,
                public=public,
                body=body,
                gives=gives,
                status=status,
                query=dict(query or {}),
                keyed=keyed,
                needs=dict(needs or {}),
                raw=raw,
                media=media,
            )
            ROUTES.append(route)

            @functools.wraps(function)
            def answer(**path_params: str) -> Response:
                return _answer(self.current_request, function, route, path_params)

            options = {} if public else {"authorizer": authorizer}
            # Any content type gets as far as _answer: Chalice's own refusal of one has not the one error shape.
            self.route(path, methods=[method], content_types=["*/*"], name=function.__name__, **options)(answer)
            return function

        return register


def _answer(request: Request, view: Callable[..., Any], route: Route, path_params: Mapping[str, str]) -> Response:
    headers: Mapping[str, str] = request.headers or {}
    call = Call(request, messages.language_of(headers.get("accept-language")), _request_id(request))
    logger.thread_safe_append_keys(request_id=call.request_id, route=f"{route.method} {route.path}")
    if "dossier_id" in path_params:
        logger.thread_safe_append_keys(dossier=path_params["dossier_id"])
    try:
        with subsegment(f"## {view.__name__}"):
            if not route.public:
                call.actor = actor_of(request)
            if not route.raw:
                _require_json(headers)
            if route.keyed:
                call.given_key = idempotency_key(headers)
            if route.body is not None:
                call.body = read(request.raw_body, route.body)
            value = view(call, **path_params)
        response = value if isinstance(value, Response) else Response(body=value, status_code=route.status)
        logger.info("answered", status=response.status_code)
    except errors.ServiceError as error:
        response = refusal(error, call.language)
        logger.info("refused", status=response.status_code, code=error.code)
    except Exception:
        logger.exception("failed")
        response = refusal(errors.ServiceError("InternalError"), call.language, 500)
    finally:
        logger.thread_safe_remove_keys(["route", "dossier", "request_id"])
    if route.raw and isinstance(response.body, str):
        response.headers = {**SECURITY_HEADERS, **response.headers, "X-Request-Id": call.request_id}
        return response
    if route.media != JSON and isinstance(response.body, str):
        about = {"Content-Language": call.language, "X-Request-Id": call.request_id}
        response.headers = {"Content-Type": route.media, **SECURITY_HEADERS, **call.headers, **about}
        return response
    # As it is written: Chalice would escape every Vietnamese letter.
    written = json.dumps(response.body, ensure_ascii=False, separators=(",", ":"))
    response.body = "" if response.body is None else written
    response.headers = {
        "Content-Type": JSON,
        **SECURITY_HEADERS,
        **call.headers,
        **(response.headers or {}),
        "Content-Language": call.language,
        "X-Request-Id": call.request_id,
    }
    return response


def _require_json(headers: Mapping[str, str]) -> None:
    """JSON only: what a form of another site can send without asking first (text/plain, form data) is refused."""
    kind = str(headers.get("content-type") or JSON).partition(";")[0].strip().lower()
    if kind != JSON:
        raise errors.Invalid("NotJson")


def _request_id(request: Request) -> str:
    return str(request.context.get("requestId") or "local")


def refusal(error: errors.ServiceError, language: str, status: int | None = None) -> Response:
    """The one error shape: `Code`, `Message` in the caller's language, `Fields`."""
    if status is None:
        status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    return Response(
        status_code=status,
        body={
            "Code": error.code,
            "Message": messages.text(language, "errors", error.text, **error.params),
            "Fields": [
                {"Field": f.field, "Code": f.code, "Message": messages.text(language, "fields", f.code, **f.params)}
                for f in error.fields
            ],
        },
    )


def actor_of(request: Request) -> Actor:
    """The actor that API Gateway's authorizer vouches for; Unauthenticated when the claims are missing or odd."""
    claims = (request.context.get("authorizer") or {}).get("claims")
    if not isinstance(claims, Mapping) or not claims.get("sub") or claims.get("token_use") != "id":
        raise errors.Unauthenticated("LoginRequired")
    kind = str(claims.get("custom:kind", ""))
    if kind not in {"person", "organisation", "officer"}:
        raise errors.Unauthenticated("LoginRequired")
    if kind != "officer" and str(claims.get("custom:identity", "")).replace("-", "") != claims.get("cognito:username"):
        # The pool's client is public: somebody may have signed up at Cognito itself with another's number.
        raise errors.Unauthenticated("LoginRequired")
    posts = str(claims.get("custom:posts", "")) if kind == "officer" else ""
    return Actor(
        id=str(claims["sub"]),
        name=str(claims.get("name", "")),
        kind=kind,
        posts=frozenset(Post.parse(p) for p in posts.split()),
    )


def idempotency_key(headers: Mapping[str, str]) -> str:
    """The `Idempotency-Key` header that every step needs: the same key again is the same request."""
    key = str(headers.get("idempotency-key", ""))
    if not re.fullmatch(KEY, key):
        code = "BadFormat" if key else "Required"
        raise errors.Invalid("BadRequest", [FieldError.of("Idempotency-Key", code)])
    return key


def path_id(text: str) -> str:
    """A dossier's id from the path; whatever is not of the shape of one does not exist."""
    if not re.fullmatch(KEY, text):
        raise errors.NotFound("DossierNotFound")
    return text


def claims_of(call: Call) -> Mapping[str, Any]:
    """The token's claims (name, email, phone_number, custom:identity) of an authenticated call."""
    claims: Mapping[str, Any] = call.request.context["authorizer"]["claims"]
    return claims
