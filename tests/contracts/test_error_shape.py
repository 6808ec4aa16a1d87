"""Every refusal has one body and a text in both languages; no code without a text, no text without a code."""

from __future__ import annotations

import ast
import json
import string
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from chalice.test import Client

from chalicelib import errors, messages
from chalicelib.api import bodies, http
from chalicelib.domain.life import TRANSITIONS

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [ROOT / "app.py", *sorted((ROOT / "chalicelib").rglob("*.py")), *sorted((ROOT / "infra").rglob("*.py"))]
CATALOGUES = {
    language: json.loads((ROOT / "chalicelib" / "messages" / f"{language}.json").read_text("utf-8"))
    for language in messages.LANGUAGES
}
# Errors that are made by a name, and the base classes whose own name is their code.
CLASSES = {
    name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, errors.ServiceError)
}


@cache
def _trees() -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text("utf-8")) for path in SOURCES}


def _called(node: ast.Call) -> str:
    """The last names of what is called: `FieldError.of`, `Invalid`."""
    if isinstance(node.func, ast.Attribute):
        inner = node.func.value
        return f"{inner.attr if isinstance(inner, ast.Attribute) else getattr(inner, 'id', '')}.{node.func.attr}"
    return getattr(node.func, "id", "")


def _texts(node: ast.AST | None) -> Iterator[str]:
    """The literal texts that an expression may come to."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)
    elif isinstance(node, ast.BoolOp):
        for one in node.values:
            yield from _texts(one)


def _codes(group: str) -> dict[str, str]:
    """Code → a place where it is made. Group: errors or fields."""
    found: dict[str, str] = {}
    for path, tree in _trees().items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            called = _called(node)
            last = called.rpartition(".")[2]
            if group == "errors" and last in CLASSES:
                given = list(_texts(node.args[0])) if node.args else [] if node.keywords else []
                codes = given or ([last] if not node.args else [])
            elif group == "fields" and (last == "FieldError" or called.endswith("FieldError.of")):
                codes = list(_texts(node.args[1])) if len(node.args) > 1 else []
            else:
                continue
            for code in codes:
                found.setdefault(code, f"{path.relative_to(ROOT)}:{node.lineno}")
    return found


@pytest.mark.parametrize("group", ["errors", "fields"])
def test_every_code_that_is_made_has_a_text(group: str) -> None:
    made = _codes(group)
    missing = {code: place for code, place in made.items() if code not in CATALOGUES["vi"][group]}
    assert len(made) > 20
    assert not missing


def test_every_code_of_a_guard_and_of_a_class_has_a_text() -> None:
    codes = {rule.guard.code for rule in TRANSITIONS if rule.guard} | CLASSES - {"ServiceError"}
    assert not codes - set(CATALOGUES["vi"]["errors"])
    assert not set(bodies._CODES.values()) - set(CATALOGUES["vi"]["fields"])


@cache
def _literals() -> frozenset[str]:
    return frozenset(
        node.value
        for tree in _trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def test_every_text_is_of_use() -> None:
    """A code is used when it stands somewhere as a literal, or is a class's own name."""
    used = _literals() | CLASSES
    for group in ("errors", "fields", "reasons", "answers"):
        assert not set(CATALOGUES["vi"][group]) - used, group


def _keys(catalogue: dict[str, dict[str, str]]) -> set[tuple[str, str]]:
    return {(group, key) for group, texts in catalogue.items() for key in texts}


def test_both_languages_have_the_same_keys_sorted() -> None:
    assert _keys(CATALOGUES["vi"]) == _keys(CATALOGUES["en"])
    for catalogue in CATALOGUES.values():
        assert list(catalogue) == sorted(catalogue)
        for group, texts in catalogue.items():
            assert list(texts) == sorted(texts), group


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_both_languages_say_the_same_values() -> None:
    for group, key in _keys(CATALOGUES["vi"]):
        vi, en = (CATALOGUES[language][group][key] for language in ("vi", "en"))
        assert _placeholders(vi) == _placeholders(en), (group, key)


def _diacritics(text: str) -> int:
    return sum(unicodedata.combining(c) > 0 for c in unicodedata.normalize("NFD", text)) + text.lower().count("đ")


NAMES = {"VNPay", "ZaloPay", "VNPT SmartCA", "Viettel MySign"}  # written alike everywhere


def test_vietnamese_is_written_with_its_marks_and_english_without() -> None:
    for group, key in _keys(CATALOGUES["vi"]):
        vi, en = (CATALOGUES[language][group][key] for language in ("vi", "en"))
        assert vi == unicodedata.normalize("NFC", vi), (group, key)
        assert _diacritics(vi) > 0 or vi in NAMES, (group, key, vi)
        assert _diacritics(en.replace("đồng", "")) == 0, (group, key, en)
        assert vi.strip() == vi and en.strip() == en and vi and en


def test_values_that_a_text_needs_are_given_where_its_error_is_made() -> None:
    """Where code and values stand in one call with literal names, every {placeholder} of the text is among them."""
    short = []
    for path, tree in _trees().items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or any(k.arg is None for k in node.keywords):
                continue
            called = _called(node)
            last = called.rpartition(".")[2]
            field = called.endswith("FieldError.of")
            if not field and last not in CLASSES:
                continue
            position, group = (1, "fields") if field else (0, "errors")
            given = {k.arg for k in node.keywords}
            for code in _texts(node.args[position]) if len(node.args) > position else ():
                needed = _placeholders(CATALOGUES["vi"][group].get(code, ""))
                if needed - given:
                    short.append(f"{path.relative_to(ROOT)}:{node.lineno} {code} needs {sorted(needed - given)}")
    assert not short


def test_every_kind_of_error_has_one_status() -> None:
    for name in CLASSES - {"ServiceError"}:
        kind = getattr(errors, name)
        answer = http.refusal(kind(), "vi")
        assert 400 <= answer.status_code < 600
        assert set(answer.body) == {"Code", "Message", "Fields"}
        assert answer.body["Code"] == name and answer.body["Message"]
    assert http.refusal(errors.ServiceError("InternalError"), "vi", 500).status_code == 500
    assert len({http.STATUS[k] for k in http.STATUS}) == len(http.STATUS)


def test_the_tree_of_errors_is_drawn_whole() -> None:
    drawn = {word for line in (errors.__doc__ or "").splitlines() for word in line.replace("─", " ").split()[:3]}
    assert drawn >= CLASSES


@pytest.mark.parametrize(
    ("method", "path", "headers", "body", "status", "code"),
    [
        ("GET", "/dossiers", {}, b"", 401, "LoginRequired"),
        ("POST", "/status", {"Content-Type": "text/plain"}, b"{}", 422, "NotJson"),
        ("POST", "/status", {"Content-Type": "application/x-www-form-urlencoded"}, b"a=1", 422, "NotJson"),
        ("POST", "/status", {"Content-Type": "application/json; charset=utf-8"}, b"[]", 422, "NotJson"),
        ("POST", "/status", {}, b'{"code": 1}', 422, "BadRequest"),
        ("POST", "/status", {}, b'{"code": NaN}', 422, "NotJson"),
        ("POST", "/status", {}, b'{"code": "a", "code": "b"}', 422, "NotJson"),
        ("POST", "/status", {}, b"[" * 100_000, 422, "NotJson"),
        ("POST", "/status", {}, b'{"code": "%s"}' % (b"a" * 300_000), 413, "BodyTooLarge"),
    ],
)
@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_one_shape_over_http(
    language: str, method: str, path: str, headers: dict[str, str], body: bytes, status: int, code: str
) -> None:
    from app import app

    with Client(app) as client:
        sent = {"Content-Type": "application/json", "Accept-Language": language, **headers}
        reply = client.http.request(method, path, headers=sent, body=body)
    shape: dict[str, Any] = json.loads(reply.body)
    assert (reply.status_code, shape["Code"]) == (status, code)
    assert set(shape) == {"Code", "Message", "Fields"}
    assert all(set(one) == {"Field", "Code", "Message"} for one in shape["Fields"])
    assert reply.headers["Content-Language"] == language and reply.headers["X-Request-Id"]
    assert (_diacritics(shape["Message"]) > 0) == (language == "vi")
