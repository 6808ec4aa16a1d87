"""What requests bring: declared as models of pydantic, which is imported, and makes them, when the first one is read.

Importing it and making a hundred models takes a seventh of a cold start; most processes begin with a page that only
asks, and see few kinds of bodies ever.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from types import new_class
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar, cast

from chalicelib import errors
from chalicelib.errors import FieldError

MAX_BODY_BYTES = 256 * 1024


class _Field:
    """pydantic's Field, with its named arguments; as a default and in Annotated."""

    def __init__(self, **asked: Any) -> None:
        self.asked = asked

    def made(self) -> Any:
        from pydantic import Field

        return Field(**self.asked)

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        return handler.generate_schema(Annotated[source, self.made()])


if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic import Field as Field

    class Body(BaseModel):
        """What a write sends: unknown fields are refused, types are not coerced."""
else:
    Field = _Field

    class Body:
        """Stands for its model wherever pydantic meets it."""

        @classmethod
        def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
            return handler.generate_schema(_model(cls))


Asked = TypeVar("Asked", bound=Body)


@cache
def _model(body: type[Any]) -> type[BaseModel]:
    from pydantic import BaseModel, ConfigDict

    namespace: dict[str, Any] = {"__module__": body.__module__, "__qualname__": body.__qualname__}
    for name, what in body.__dict__.items():
        if name not in {"__dict__", "__weakref__"}:
            namespace[name] = what.made() if isinstance(what, _Field) else what
    (base,) = body.__bases__
    if base is Body:
        namespace["model_config"] = ConfigDict(extra="forbid", strict=True)
    parent = BaseModel if base is Body else _model(base)
    return cast("type[BaseModel]", new_class(body.__name__, (parent,), exec_body=lambda made: made.update(namespace)))


def read(raw: bytes | str, model: type[Asked]) -> Asked:
    """The body as `model`; raises TooLarge or Invalid with every defect named."""
    from pydantic import ValidationError

    raw = raw.encode() if isinstance(raw, str) else raw
    if len(raw) > MAX_BODY_BYTES:
        raise errors.TooLarge("BodyTooLarge", most=MAX_BODY_BYTES // 1024)
    try:
        loaded = json.loads(raw or b"{}", parse_constant=_refuse_constant, object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise errors.Invalid("NotJson") from error
    if not isinstance(loaded, dict):
        raise errors.Invalid("NotJson")
    try:
        # Through JSON mode: strict, yet dates and enums may be written as text.
        return cast("Asked", _model(model).model_validate_json(json.dumps(loaded)))
    except ValidationError as error:
        raise errors.Invalid("BadRequest", [_defect(d) for d in error.errors(include_url=False)]) from error


def _refuse_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is not JSON")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


_CODES = {
    "missing": "Required",
    "extra_forbidden": "Unknown",
    "string_too_short": "TooShort",
    "string_too_long": "TooLong",
    "too_short": "TooFew",
    "too_long": "TooMany",
    "greater_than_equal": "TooSmall",
    "greater_than": "TooSmall",
    "less_than_equal": "TooBig",
    "less_than": "TooBig",
    "string_pattern_mismatch": "BadFormat",
    "enum": "NotOneOf",
    "literal_error": "NotOneOf",
}


def _defect(found: Mapping[str, Any]) -> FieldError:
    path = ""
    for part in found["loc"]:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else str(part)
    code = _CODES.get(found["type"], "WrongType" if found["type"].endswith("_type") else "BadFormat")
    context = {k: v for k, v in (found.get("ctx") or {}).items() if isinstance(v, str | int | float)}
    least = context.get("min_length", context.get("ge", context.get("gt", "")))
    most = context.get("max_length", context.get("le", context.get("lt", "")))
    return FieldError.of(path, code, least=least, most=most, expected=context.get("expected", ""))
