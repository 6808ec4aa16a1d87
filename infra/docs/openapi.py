"""docs/openapi.json, made from the routes: `python -m infra.docs.openapi [--check]`.

Paths, headers and security come from what each view declares (chalicelib/api/http.py: ROUTES), bodies and answers
from the very models that read and type them. Refusals all have the one error shape.
"""

from __future__ import annotations

import json
import re
import sys
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from infra.docs import write_or_check
from infra.local.testing import prepare

if TYPE_CHECKING:
    from chalicelib.api.http import Route

JSON = "application/json"
Json = dict[str, Any]

DESCRIPTION = """The public-services portal of a province: accounts, dossiers, papers, the officers' desk.

Moments are ISO 8601 in UTC, amounts integer đồng. Bodies are JSON objects of at most 256 KiB; unknown fields are
refused and types are not coerced. Every refusal has one shape (Error): a machine-readable `Code`, a `Message` in the
language of the request and, where fields are at fault, each with its path and its own code. What is absent and what
is not yours get the same answer. A write that was sent twice under one key (or one client-made id) is one write.
Every answer carries `X-Request-Id`; tell it to the support."""

TAGS = {
    "public": "What needs no account",
    "accounts": "Accounts, sessions, consents",
    "dossiers": "The applicant's dossiers",
    "endings": "Dossiers taken back, complaints about how one ended",
    "papers": "Slots to upload to, papers kept",
    "messages": "Messages between applicant and agency, with files",
    "notices": "Notices: how somebody wants to be told, inboxes, what became of each",
    "results": "Results issued: entered, sealed, checked by anybody, revoked, delivered",
    "payments": "Fees, payments, refunds, receipts; gateways calling",
    "books": "Daily reconciliation: files of other sides, what is not matched, the books of a day",
    "desk": "The officers' desk",
    "consultations": "Other agencies asked about a dossier, and dossiers that go to the right one",
    "post": "Papers that come by post, results that go by registered post, what the post reports",
}
PATH_PARAMETERS = {
    "dossier_id": ("id that the client made", "^[A-Za-z0-9-]{16,40}$"),
    "paper_id": ("id that the client made", "^[A-Za-z0-9-]{16,40}$"),
    "message_id": ("id that its sender made", "^[A-Za-z0-9-]{16,40}$"),
    "note_id": ("id that its writer made", "^[A-Za-z0-9-]{16,40}$"),
    "share_id": (
        "SHA-256, in hexadecimal, of the secret that the client made: 32 hexadecimal digits of chance, as text",
        "^[0-9a-f]{64}$",
    ),
    "signing_id": ("id that the client made", "^[A-Za-z0-9-]{16,40}$"),
    "provider": ("name of a provider of remote signing: vnpt, viettel", "^[a-z]{2,20}$"),
    "agency": ("code of an agency", None),
    "officer": ("id of an officer, as the team of their agency has it", "^[A-Za-z0-9-]{1,64}$"),
    "absence": ("id of an absence, which is the key that it was recorded under", "^[A-Za-z0-9-]{16,40}$"),
    "kind": ("kind of act that words are for, as /desk/reasons/{agency} lists it", "^[a-z_]{2,20}$"),
    "carrier": ("code of a postal service: vnpost", "^[a-z]{2,20}$"),
    "stray_id": ("id of a parcel for nobody, as its answers have it", "^[A-Za-z0-9-]{16,40}$"),
    "event": ("number of an event of the dossier, from 1", "^[0-9]{1,6}$"),
    "form": ("number of a form (01 to 05, 07), form or cover", "^[a-z0-9]{2,10}$"),
    "drawer_id": ("id of a drawer, as its answers have it", None),
    "number": ("number of a result of the dossier, or of a file of a message, from 1", "^[1-9][0-9]?$"),
    "queue": ("name of a queue, as /desk/queues lists it", None),
    "code": ("code of a dossier", None),
    "reference": ("our reference of a payment attempt", "^MC[2-9A-HJKMNP-Z]{12}$"),
    "refund_id": ("number of a refund of the dossier", "^[0-9]{4,9}-[0-9]{1,3}$"),
    "payment_id": ("id of a payment, as the money of its dossier lists it", "^[0-9a-f]{20}$"),
    "gateway": ("name of a payment gateway", "^[a-z]{2,20}$"),
    "day": ("a day of Vietnam", "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
    "entry_id": ("id of a movement at another side, as its answers have it", None),
    "file_id": ("kind and SHA-256 of a file", "^(post-office|statement|settlement)\\.[0-9a-f]{64}$"),
}
REFUSALS = {
    401: "Nobody, or no longer somebody: log in",
    403: "Not for this account",
    404: "Absent or not yours",
    409: "Right in itself, but not in the present state: load again",
    413: "More than 256 KiB",
    422: "Wrong in itself; `Fields` names every defect",
    429: "Too often; wait",
    500: "A defect of ours; tell the request id to the support",
    502: "Another system did not do its part; try again",
}
_TELL_WHO = {f"POST /sessions{more}" for more in ("", "/mfa", "/mfa-setup", "/new-password", "/refresh")}
_SOMETHING_MAY_BE_ABSENT = {"POST /status", "POST /desk/searches", "GET /desk/counts"}
_MAY_CONFLICT = {"POST /me/consents", "POST /ratings"}


def refusals(route: Route) -> list[int]:
    """The statuses of refusal that can occur, from what the route declares."""
    name, writes = f"{route.method} {route.path}", route.method != "GET"
    found = {429, 500, 502}
    if not route.public or name in _TELL_WHO:
        found.add(401)
    if not route.public or route.needs:
        found.add(403)
    if "{" in route.path or name in _SOMETHING_MAY_BE_ABSENT:
        found.add(404)
    if (
        ("{" in route.path and writes)
        or "/papers/" in route.path
        or "/files/{number}" in route.path
        or name in _MAY_CONFLICT
    ):
        found.add(409)
    if route.body:
        found |= {413, 422}
    if route.query or route.keyed:
        found.add(422)
    return sorted(found)


def document() -> Json:
    """The whole document. Imports the application, so that every blueprint has declared its routes."""
    prepare()
    import app  # noqa: F401  importing it registers the routes
    from chalicelib.api.http import ROUTES

    bodies = sorted({r.body for r in ROUTES if r.body}, key=lambda m: m.__name__)
    answers = sorted({r.gives for r in ROUTES if r.gives}, key=lambda m: m.__name__)
    schemas = _schemas(bodies, answers)
    paths: dict[str, Json] = {}
    for route in sorted(ROUTES, key=lambda r: (list(TAGS).index(r.tag), r.path, r.method)):
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Motcua",
            "version": version("motcua"),
            "description": DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/api"}],
        "tags": [{"name": name, "description": about} for name, about in TAGS.items()],
        "paths": paths,
        "components": {
            "schemas": {**schemas, **ERROR},
            "parameters": PARAMETERS,
            "headers": HEADERS,
            "responses": {f"Refused{status}": _refusal(status) for status in REFUSALS},
            "securitySchemes": {
                "account": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "The ID token that POST /sessions answers with.",
                }
            },
        },
    }


def _schemas(bodies: list[Any], answers: list[Any]) -> dict[str, Json]:
    """Every model under its own name."""
    asked = [(m.__name__, "validation", TypeAdapter(m)) for m in bodies]
    given = [(m.__name__, "serialization", TypeAdapter(m)) for m in answers]
    refs, schema = TypeAdapter.json_schemas(
        [*asked, *given],  # type: ignore[list-item]  # of different types, which the library's signature has no word for
        ref_template="#/components/schemas/{model}",
    )
    for (name, _), reference in refs.items():
        if reference != {"$ref": f"#/components/schemas/{name}"}:
            raise ValueError(f"{name} is no name of its own: {reference}")
    found: dict[str, Json] = {name: _plain(model) for name, model in sorted(schema["$defs"].items())}
    return found


def _plain(schema: Any) -> Any:
    """Without the titles that only repeat the names of fields."""
    if isinstance(schema, dict):
        return {k: _plain(v) for k, v in schema.items() if not (k == "title" and isinstance(v, str))}
    return [_plain(one) for one in schema] if isinstance(schema, list) else schema


def _operation(route: Route) -> Json:
    operation: Json = {
        "operationId": route.name,
        "summary": route.summary.rstrip("."),
        "tags": [route.tag],
        "security": [] if route.public else [{"account": []}],
        "parameters": _parameters(route),
    }
    if route.body:
        operation["requestBody"] = {"required": True, "content": _json(route.body.__name__)}
    done: Json = {"description": STATUS_WORDS[route.status], "headers": _headers(route)}
    if route.raw:  # in the other system's own words, whatever was sent
        return operation | {"responses": {"default": {"description": "The gateway's own dialect"}}}
    if route.gives:
        done["content"] = _json(route.gives.__name__)
    elif route.media != JSON:
        done["content"] = {route.media.partition(";")[0]: {"schema": {"type": "string"}}}
    operation["responses"] = {
        str(route.status): done,
        **{str(status): {"$ref": f"#/components/responses/Refused{status}"} for status in refusals(route)},
    }
    return operation


def _json(model: str) -> Json:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{model}"}}}


def _parameters(route: Route) -> list[Json]:
    found: list[Json] = []
    for name in re.findall(r"{(\w+)}", route.path):
        about, pattern = PATH_PARAMETERS[name]
        schema = {"type": "string", **({"pattern": pattern} if pattern else {})}
        found.append({"name": name, "in": "path", "required": True, "description": about, "schema": schema})
    for name, about in route.query.items():
        kind: Json = {"type": "string"}
        if name == "limit":  # its words end with how many at most
            kind = {"type": "integer", "minimum": 1, "maximum": int(about.split()[-1]), "default": 20}
        found.append({"name": name, "in": "query", "description": about, "schema": kind})
    for name, about in route.needs.items():
        header = {"name": name, "in": "header", "required": True, "description": about, "schema": {"type": "string"}}
        found.append(header)
    if route.keyed:
        found.append({"$ref": "#/components/parameters/IdempotencyKey"})
    return [*found, {"$ref": "#/components/parameters/AcceptLanguage"}]


def _headers(route: Route) -> Json:
    found = {name: {"$ref": f"#/components/headers/{name}"} for name in ("X-Request-Id", "Content-Language")}
    if route.path.startswith("/sessions"):
        found["Set-Cookie"] = {"$ref": "#/components/headers/Set-Cookie"}
    return found


def _refusal(status: int) -> Json:
    headers = {name: {"$ref": f"#/components/headers/{name}"} for name in ("X-Request-Id", "Content-Language")}
    return {"description": REFUSALS[status], "headers": headers, "content": _json("Error")}


STATUS_WORDS = {200: "Done", 201: "Made", 202: "Taken; the rest happens by e-mail", 204: "Done; nothing to say"}
_TEXT = {"type": "string"}
ERROR: dict[str, Json] = {
    "Error": {
        "type": "object",
        "description": "The one shape of every refusal.",
        "required": ["Code", "Message", "Fields"],
        "properties": {
            "Code": {"type": "string", "pattern": "^[A-Z][A-Za-z]+$", "description": "for programs"},
            "Message": {"type": "string", "description": "for people, in the language of the request"},
            "Fields": {"type": "array", "items": {"$ref": "#/components/schemas/FieldError"}},
        },
    },
    "FieldError": {
        "type": "object",
        "description": "One defect of one field; `Field` is a path such as `files[2].sha256`.",
        "required": ["Field", "Code", "Message"],
        "properties": {"Field": _TEXT, "Code": _TEXT, "Message": _TEXT},
    },
}
PARAMETERS: dict[str, Json] = {
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "required": True,
        "description": "Made by the client for one act; the same key again is the same request.",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9-]{16,40}$"},
    },
    "AcceptLanguage": {
        "name": "Accept-Language",
        "in": "header",
        "description": "vi (when nothing else is asked for) or en",
        "schema": {"type": "string", "default": "vi"},
    },
}
HEADERS: dict[str, Json] = {
    "X-Request-Id": {"description": "names this request in the logs", "schema": _TEXT},
    "Content-Language": {"description": "of the messages and names", "schema": {"enum": ["vi", "en"]}},
    "Set-Cookie": {
        "description": "the refresh token, for /api/sessions alone; out of reach of scripts",
        "schema": _TEXT,
    },
}


def text() -> str:
    return json.dumps(document(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    sys.exit(write_or_check("openapi.json", text(), sys.argv[1:]))
