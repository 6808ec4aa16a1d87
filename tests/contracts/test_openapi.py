"""docs/openapi.json is made from the routes, is valid, and says of each route what the code does."""

from __future__ import annotations

import ast
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from infra.docs import openapi

ROOT = Path(__file__).resolve().parents[2]


@cache
def document() -> dict[str, Any]:
    return openapi.document()


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    """Every operation but those that other systems call in words of their own (they have no shape of ours)."""
    found = [(path, method, op) for path, item in document()["paths"].items() for method, op in item.items()]
    return [(path, method, op) for path, method, op in found if set(op["responses"]) != {"default"}]


def test_the_committed_document_is_what_the_routes_say() -> None:
    committed = (ROOT / "docs" / "openapi.json").read_text("utf-8")
    assert committed == openapi.text(), "run python -m infra.docs.openapi"


def test_it_is_valid_openapi_31() -> None:
    assert [error.message for error in OpenAPIV31SpecValidator(document()).iter_errors()] == []


def test_every_route_of_the_application_is_in_it_and_nothing_else() -> None:
    from app import app

    served = {(path, method.lower()) for path, methods in app.routes.items() for method in methods}
    called = {("/payments/{gateway}", "get"), ("/payments/{gateway}", "post"), ("/post/{carrier}", "post")}
    called |= {("/signing-hints/{provider}", "post")}
    assert served == {(path, method) for path, method, _ in operations()} | called


def test_security_is_what_the_gateway_asks_for() -> None:
    from app import app

    for path, method, operation in operations():
        guarded = app.routes[path][method.upper()].authorizer is not None
        assert operation["security"] == ([{"account": []}] if guarded else [])
        assert ("401" in operation["responses"]) >= guarded


def test_the_public_routes_are_these() -> None:
    public = {(method, path) for path, method, operation in operations() if not operation["security"]}
    assert {path for _, path in public} == {
        "/accounts",
        "/accounts/confirmation",
        "/accounts/confirmation-code",
        "/accounts/password",
        "/accounts/password-reset",
        "/consent-purposes",
        "/health",
        "/ratings",
        "/receipts/check",
        "/results/check",
        "/sessions",
        "/sessions/mfa",
        "/sessions/mfa-setup",
        "/sessions/new-password",
        "/sessions/refresh",
        "/status",
    }


def test_every_operation_has_a_name_of_its_own_a_summary_and_a_known_tag() -> None:
    names = [operation["operationId"] for _, _, operation in operations()]
    assert len(set(names)) == len(names)
    known = {tag["name"] for tag in document()["tags"]}
    for path, method, operation in operations():
        assert operation["summary"] and not operation["summary"].endswith("."), (path, method)
        assert set(operation["tags"]) <= known


def test_every_refusal_has_the_one_shape() -> None:
    for path, method, operation in operations():
        for status, answer in operation["responses"].items():
            if status >= "400":
                assert answer == {"$ref": f"#/components/responses/Refused{status}"}, (path, method)
        assert {"429", "500", "502"} <= set(operation["responses"])
    for response in document()["components"]["responses"].values():
        assert response["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Error"}
        assert set(response["headers"]) == {"X-Request-Id", "Content-Language"}


def test_bodies_refuse_unknown_fields() -> None:
    for path, method, operation in operations():
        if "requestBody" in operation:
            reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
            schema = document()["components"]["schemas"][reference.rpartition("/")[2]]
            assert schema["additionalProperties"] is False, (path, method)
            assert {"413", "422"} <= set(operation["responses"])


def test_every_answer_that_is_no_204_has_a_body() -> None:
    for path, method, operation in operations():
        (done,) = [status for status in operation["responses"] if status < "400"]
        assert ("content" in operation["responses"][done]) == (done != "204"), (path, method)


def _views() -> dict[str, str]:
    """Name of the function → its source."""
    found = {}
    for path in (ROOT / "chalicelib" / "api").glob("*.py"):
        text = path.read_text("utf-8")
        for node in ast.parse(text).body:
            if isinstance(node, ast.FunctionDef):
                found[node.name] = ast.unparse(node)
    return found


KEY = {"$ref": "#/components/parameters/IdempotencyKey"}


def test_a_key_is_asked_for_where_it_is_used() -> None:
    """Also, every step of a dossier needs one, or names what it makes by an id of the client's."""
    views = _views()
    for path, method, operation in operations():
        uses = "call.key" in views[operation["operationId"]]
        assert (KEY in operation["parameters"]) == uses, (path, method)
        if method == "post" and re.search(r"/dossiers/\{dossier_id\}/", path) and not uses:
            reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
            assert "id" in document()["components"]["schemas"][reference.rpartition("/")[2]]["required"], path


@pytest.mark.parametrize("place", ["path", "query"])
def test_parameters_are_those_that_the_views_take(place: str) -> None:
    views = _views()
    for path, method, operation in operations():
        source = views[operation["operationId"]]
        given = {p["name"] for p in operation["parameters"] if p.get("in") == place}
        if place == "path":
            assert given == set(re.findall(r"{(\w+)}", path))
        else:
            asked = set(re.findall(r"call\.query\('(\w+)'", source)) | ({"limit"} if "call.limit(" in source else set())
            assert given == asked, (path, method)


def test_lists_come_in_pages() -> None:
    schemas = document()["components"]["schemas"]
    for path, method, operation in operations():
        content = operation["responses"].get("200", {}).get("content")
        if not content or "application/json" not in content:
            continue
        name = content["application/json"]["schema"]["$ref"].rpartition("/")[2]
        if "cursor" in schemas[name].get("properties", {}):
            given = {p["name"] for p in operation["parameters"] if p.get("in") == "query"}
            if method == "post":  # a search, whose terms may not stand in an address; its pages have one size
                reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
                given = set(schemas[reference.rpartition("/")[2]]["properties"]) | {"limit"}
            assert given >= {"cursor", "limit"}, (path, method)


def test_it_names_no_server_but_its_own_origin() -> None:
    assert document()["servers"] == [{"url": "/api"}]
    assert not re.search(r"https?://", json.dumps(document()).replace("http://127.0.0.1", ""))
