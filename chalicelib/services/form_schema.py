"""Which JSON Schema a procedure's form may be: what the site can draw, no more.

    form      {"type": "object", "additionalProperties": false, "properties": {name: property}, "required": [name],
               "allOf": [{"if": {"properties": {name: {"const" | "enum"}}, "required": [name]},
                          "then": {"required": [name]}, "else": …}]}
    property  "title", "x-title-en" and, if wanted, "description", "x-description-en", "x-group" with
              "x-group-en", "x-prefill"; then
              string   maxLength and minLength, pattern, "x-multiline"; or format date | email; or
                       enum with its labels "x-enum-vi" and "x-enum-en"
              integer, number   minimum, maximum        boolean
              array    maxItems, minItems, items: a property of one of the kinds above, or
                       {"type": "object", "additionalProperties": false, "properties", "required"}: the rows of a table

Everything has a bound, so that no answer can be larger than a dossier; nothing refers to anything ($ref), so that the
form is complete in itself. `x-prefill` names what of the applicant's profile the field starts with.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.errors import FieldError

MOST_PROPERTIES = 120
MOST_BYTES = 100_000
MOST_ROWS = 50
LONGEST_ANSWER = 5000
LONGEST_PATTERN = 200

_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}", re.ASCII)
_EXPLOSIVE = re.compile(r"\([^()]*[+*}][^()]*\)[+*{]")  # a repetition of a repetition can take for ever to fail
_WORDS = {"title", "x-title-en", "description", "x-description-en", "x-group", "x-group-en", "x-prefill"}
_KEYWORDS = {
    "string": {"minLength", "maxLength", "pattern", "format", "enum", "x-enum-vi", "x-enum-en", "x-multiline"},
    "integer": {"minimum", "maximum"},
    "number": {"minimum", "maximum"},
    "boolean": set[str](),
    "array": {"minItems", "maxItems", "items"},
}
_PREFILLS = ("name", "identity", "representative", "phone", "email")
_FORMATS = ("date", "email")


def check(form: Mapping[str, Any], path: str = "form") -> list[FieldError]:
    """Every defect of a form, by path; none for a form that the site can draw and the validator can use."""
    if len(json.dumps(form, ensure_ascii=False).encode()) > MOST_BYTES:
        return [FieldError.of(path, "TooLong", most=MOST_BYTES)]
    if found := _invalid(form, path):
        return found
    return list(_Check().object(form, path, {"allOf"}))


def _invalid(form: Mapping[str, Any], path: str) -> list[FieldError]:
    """What the meta-schema of 2020-12 says."""
    # Imported at the first use: only publishing needs the library's meta-schemas.
    from jsonschema import Draft202012Validator

    meta = Draft202012Validator(Draft202012Validator.META_SCHEMA)
    return [
        FieldError.of(".".join([path, *map(str, error.absolute_path)]), "BadSchema", problem=error.message[:200])
        for error in meta.iter_errors(dict(form))
    ]


class _Check:
    def __init__(self) -> None:
        self._properties = 0

    def object(self, schema: Mapping[str, Any], path: str, more: set[str]) -> Iterable[FieldError]:
        yield from _unknown(schema, {"type", "additionalProperties", "properties", "required", "$schema"} | more, path)
        if schema.get("type") != "object":
            yield FieldError.of(f"{path}.type", "NotOneOf", expected="object")
        if schema.get("additionalProperties") is not False:
            yield FieldError.of(f"{path}.additionalProperties", "NotOneOf", expected="false")
        properties = schema.get("properties", {})
        if not properties:
            yield FieldError.of(f"{path}.properties", "Required")
        self._properties += len(properties)
        if self._properties > MOST_PROPERTIES:
            yield FieldError.of(f"{path}.properties", "TooMany", most=MOST_PROPERTIES)
            return
        for name, inner in properties.items():
            at = f"{path}.properties.{name}"
            if _NAME.fullmatch(name) is None:
                yield FieldError.of(at, "BadFormat")
            yield from self.property(inner, at, table=not more)
        yield from _fields(schema.get("required", ()), properties, f"{path}.required")
        for index, rule in enumerate(schema.get("allOf", ())):
            yield from _rule(rule, properties, f"{path}.allOf[{index}]")

    def property(self, schema: Any, path: str, table: bool = False, titled: bool = True) -> Iterable[FieldError]:
        if not isinstance(schema, Mapping):
            yield FieldError.of(path, "WrongType")
            return
        kind = schema.get("type")
        kinds = [k for k in _KEYWORDS if not (table and k == "array")]
        if kind not in kinds:
            yield FieldError.of(f"{path}.type", "NotOneOf", expected=", ".join(kinds))
            return
        yield from _unknown(schema, {"type"} | _WORDS | _KEYWORDS[kind], path)
        for word in ("title", "x-title-en") if titled else ():
            if not str(schema.get(word, "")).strip():
                yield FieldError.of(f"{path}.{word}", "Required")
        if "description" in schema and not str(schema.get("x-description-en", "")).strip():
            yield FieldError.of(f"{path}.x-description-en", "Required")
        if schema.get("x-prefill", "name") not in _PREFILLS:
            yield FieldError.of(f"{path}.x-prefill", "NotOneOf", expected=", ".join(_PREFILLS))
        if kind == "string":
            yield from _string(schema, path)
        elif kind in ("integer", "number"):
            yield from (FieldError.of(f"{path}.{k}", "Required") for k in ("minimum", "maximum") if k not in schema)
        elif kind == "array":
            yield from self._array(schema, path)

    def _array(self, schema: Mapping[str, Any], path: str) -> Iterable[FieldError]:
        if not isinstance(schema.get("maxItems"), int) or schema["maxItems"] > MOST_ROWS:
            yield FieldError.of(f"{path}.maxItems", "OutOfRange", least=1, most=MOST_ROWS)
        items = schema.get("items")
        if isinstance(items, Mapping) and items.get("type") == "object":
            yield from self.object(items, f"{path}.items", set())
        else:
            yield from self.property(items, f"{path}.items", table=True, titled=False)


def _string(schema: Mapping[str, Any], path: str) -> Iterable[FieldError]:
    if "enum" in schema:
        for labels in ("x-enum-vi", "x-enum-en"):
            value = schema.get(labels)
            if not isinstance(value, list) or len(value) != len(schema["enum"]) or not all(map(_said, value)):
                yield FieldError.of(f"{path}.{labels}", "Mismatch")
        if not all(map(_said, schema["enum"])):
            yield FieldError.of(f"{path}.enum", "WrongType")
    elif schema.get("format") not in (None, *_FORMATS):
        yield FieldError.of(f"{path}.format", "NotOneOf", expected=", ".join(_FORMATS))
    elif "format" not in schema and not 1 <= schema.get("maxLength", 0) <= LONGEST_ANSWER:
        yield FieldError.of(f"{path}.maxLength", "OutOfRange", least=1, most=LONGEST_ANSWER)
    if "pattern" in schema:
        yield from _pattern(schema["pattern"], f"{path}.pattern")


def _pattern(pattern: str, path: str) -> Iterable[FieldError]:
    try:
        re.compile(pattern)
    except re.error as error:
        yield FieldError.of(path, "BadSchema", problem=str(error))
        return
    if len(pattern) > LONGEST_PATTERN or _EXPLOSIVE.search(pattern):
        yield FieldError.of(path, "BadSchema", problem="too long, or a repeated group that repeats itself")


def _rule(rule: Any, properties: Mapping[str, Any], path: str) -> Iterable[FieldError]:
    """One conditional requirement: when some answers are given, others must be."""
    if not isinstance(rule, Mapping) or not isinstance(rule.get("if"), Mapping) or "then" not in rule:
        yield FieldError.of(path, "WrongType")
        return
    yield from _unknown(rule, {"if", "then", "else"}, path)
    given = rule["if"]
    yield from _unknown(given, {"properties", "required"}, f"{path}.if")
    conditions = given.get("properties", {})
    yield from _fields(conditions, properties, f"{path}.if.properties")
    for name, condition in conditions.items():
        at = f"{path}.if.properties.{name}"
        if not isinstance(condition, Mapping) or set(condition) not in ({"const"}, {"enum"}):
            yield FieldError.of(at, "NotOneOf", expected="const, enum")
        if name not in given.get("required", ()):  # else an answer not given would meet the condition
            yield FieldError.of(f"{path}.if.required", "Required")
    for branch in ("then", "else"):
        wanted = rule.get(branch)
        if isinstance(wanted, Mapping):
            yield from _unknown(wanted, {"required"}, f"{path}.{branch}")
            yield from _fields(wanted.get("required", ()), properties, f"{path}.{branch}.required")
        elif wanted is not None:
            yield FieldError.of(f"{path}.{branch}", "WrongType")


def _fields(names: Iterable[str], properties: Mapping[str, Any], path: str) -> Iterable[FieldError]:
    return [FieldError.of(f"{path}.{name}", "NotFormField") for name in names if name not in properties]


def _unknown(schema: Mapping[str, Any], known: set[str], path: str) -> Iterable[FieldError]:
    return [FieldError.of(f"{path}.{key}", "Unknown") for key in schema if key not in known]


def _said(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())
