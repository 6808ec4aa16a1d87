"""Answers against a procedure's form, by JSON Schema 2020-12; every defect at once, by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from chalicelib.errors import FieldError

_CODES = {
    "type": "WrongType",
    "enum": "NotOneOf",
    "const": "NotOneOf",
    "minLength": "TooShort",
    "maxLength": "TooLong",
    "minimum": "TooSmall",
    "exclusiveMinimum": "TooSmall",
    "maximum": "TooBig",
    "exclusiveMaximum": "TooBig",
    "minItems": "TooFew",
    "maxItems": "TooMany",
    "uniqueItems": "NotUnique",
    "pattern": "BadFormat",
}
_FORMATS = {"date": "BadDate", "email": "BadEmail"}
# What is wrong with a draft already; everything else may still come.
_WRONG_IN_A_DRAFT = {"type", "additionalProperties", "maxLength", "maxItems"}


def defects(form: Mapping[str, Any], answers: Mapping[str, Any], *, complete: bool) -> list[FieldError]:
    """What is wrong with the answers, field paths under `answers`; a draft (not `complete`) may have gaps."""
    found: dict[tuple[str, str], FieldError] = {}
    for error in _validator(_Key(form)).iter_errors(dict(answers)):
        for leaf in _leaves(error):
            if complete or leaf.validator in _WRONG_IN_A_DRAFT:
                for defect in _named(leaf):
                    found.setdefault((defect.field, defect.code), defect)
    return sorted(found.values(), key=lambda d: d.field)


class _Key:
    """A schema as a cache key: published forms are immutable and live as long as the process."""

    def __init__(self, form: Mapping[str, Any]) -> None:
        self.form = form

    def __hash__(self) -> int:
        return id(self.form)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other.form is self.form


@lru_cache(maxsize=64)
def _validator(key: _Key) -> Any:
    # Imported at the first use: the library and its meta-schemas are no part of a cold start.
    from jsonschema import Draft202012Validator, FormatChecker

    return Draft202012Validator(dict(key.form), format_checker=FormatChecker(formats=["date", "email"]))


def _leaves(error: Any) -> Iterator[Any]:
    if error.context and error.validator in {"anyOf", "oneOf"}:
        yield error
    elif error.context:
        for inner in error.context:
            yield from _leaves(inner)
    else:
        yield error


def _named(error: Any) -> Iterator[FieldError]:
    path = "answers"
    for part in error.absolute_path:
        path += f"[{part}]" if isinstance(part, int) else f".{part}"
    if error.validator == "required":
        missing = [n for n in error.validator_value if n not in error.instance]
        yield from (FieldError.of(f"{path}.{name}", "Required") for name in missing)
    elif error.validator in {"additionalProperties", "unevaluatedProperties"}:
        known = error.schema.get("properties", {})
        extra = [name for name in error.instance if name not in known]
        yield from (FieldError.of(f"{path}.{name}", "NotFormField") for name in extra)
    elif error.validator == "format":
        yield FieldError.of(path, _FORMATS.get(error.validator_value, "BadFormat"))
    else:
        value = error.validator_value
        expected = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        code = _CODES.get(error.validator, "Mismatch")
        yield FieldError.of(path, code, expected=expected, least=value, most=value)
