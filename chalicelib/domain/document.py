"""Reads a JSON document field by field and keeps every defect, so that its author hears of all of them at once.

A reader is asked for each field by what it should be. A field that is missing or wrong is noted as a FieldError under
its path (`papers[2].name.vi`) and a harmless value is answered in its place, so that reading goes on; `done()` notes
the fields nobody asked for and raises Invalid when anything was noted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import date
from typing import Any, TypeVar

from chalicelib.errors import FieldError, Invalid
from chalicelib.values import dataclass

LONGEST_NAME = 500
LONGEST_TEXT = 20_000
MANY = 1000

_KEY = re.compile(r"[a-z][a-z0-9_-]{0,59}", re.ASCII)
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,59}", re.ASCII)
_BREAKS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")  # control characters but tab and line end
T = TypeVar("T")


@dataclass(frozen=True)
class Text:
    """The same said in Vietnamese and English. The national portal has no English: its records leave `en` empty."""

    vi: str
    en: str

    def to_json(self) -> dict[str, str]:
        return {"vi": self.vi, "en": self.en}


class Reader:
    """One JSON object of a document. `english` tells whether texts must be there in English too."""

    def __init__(
        self, value: Any, path: str = "", defects: list[FieldError] | None = None, english: bool = True
    ) -> None:
        self.path = path
        self.defects = [] if defects is None else defects
        self.english = english
        self._asked: set[str] = set()
        self._inner: list[Reader] = []
        self._value: Mapping[str, Any] = value if isinstance(value, Mapping) else {}
        if not isinstance(value, Mapping):
            self.defects.append(FieldError.of(path or "document", "WrongType"))

    def done(self) -> None:
        """Raise Invalid("CatalogueInvalid") if anything was wrong anywhere below this reader."""
        self._refuse_unknown()
        if self.defects:
            raise Invalid("CatalogueInvalid", self.defects)

    def _refuse_unknown(self) -> None:
        self.defects += [FieldError.of(self._at(k), "Unknown") for k in self._value if k not in self._asked]
        for inner in self._inner:
            inner._refuse_unknown()

    def note(self, key: str, code: str, **params: Any) -> None:
        self.defects.append(FieldError.of(self._at(key), code, **params))

    def _at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else str(key)

    def raw(self, key: str) -> Any:
        """The field as it is, unread; None when absent."""
        self._asked.add(key)
        return self._value.get(key)

    def text(self, key: str, longest: int = LONGEST_NAME, optional: bool = False) -> str:
        value = self.raw(key)
        if optional and value in (None, ""):
            return ""
        if value is None:
            self.note(key, "Required")
        elif not isinstance(value, str) or _BREAKS.search(value):
            self.note(key, "WrongType")
        elif not value.strip():
            self.note(key, "Required")
        elif len(value) > longest:
            self.note(key, "TooLong", most=longest)
        else:
            return value.strip()
        return ""

    def key(self, key: str) -> str:
        """A name for machines: small letters, digits, `_` and `-`, at most 60."""
        value = self.text(key)
        if value and _KEY.fullmatch(value) is None:
            self.note(key, "BadFormat")
        return value

    def identifier(self, key: str) -> str:
        """A code as authorities give them: letters, digits, `.`, `_` and `-`, at most 60."""
        value = self.text(key)
        if value and _IDENTIFIER.fullmatch(value) is None:
            self.note(key, "BadFormat")
        return value

    def both(self, key: str, longest: int = LONGEST_NAME) -> Text:
        inner = self.inner(key)
        return inner.here(longest) if inner else Text("", "")

    def both_or_none(self, key: str, longest: int = LONGEST_NAME) -> Text | None:
        return None if self.raw(key) is None else self.both(key, longest)

    def here(self, longest: int = LONGEST_NAME) -> Text:
        """This object's own `vi` and `en`."""
        return Text(self.text("vi", longest), self.text("en", longest, optional=not self.english))

    def whole(self, key: str, least: int, most: int, default: int | None = None) -> int:
        value = self.raw(key)
        if value is None and default is not None:
            return default
        if value is None:
            self.note(key, "Required")
        elif type(value) is not int:
            self.note(key, "WrongType")
        elif not least <= value <= most:
            self.note(key, "OutOfRange", least=least, most=most)
        else:
            return value
        return least

    def flag(self, key: str) -> bool:
        value = self.raw(key)
        if not isinstance(value, bool):
            self.note(key, "Required" if value is None else "WrongType")
        return value is True

    def one_of(self, key: str, options: Iterable[str]) -> str:
        allowed = list(options)
        value = self.raw(key)
        if value is None:
            self.note(key, "Required")
        elif value not in allowed:
            self.note(key, "NotOneOf", expected=", ".join(allowed))
        else:
            return str(value)
        return allowed[0]

    def some_of(self, key: str, options: Iterable[str], least: int = 1) -> tuple[str, ...]:
        allowed = list(options)
        return self.several(key, lambda value: str(value) if value in allowed else None, ", ".join(allowed), least)

    def several(
        self, key: str, read: Callable[[Any], str | None], expected: str = "", least: int = 0
    ) -> tuple[str, ...]:
        """A list of different texts, each accepted by `read`."""
        found: list[str] = []
        for index, value in enumerate(self._list(key, least)):
            one = read(value)
            if one is None:
                self.note(f"{key}[{index}]", "NotOneOf" if expected else "WrongType", expected=expected)
            elif one in found:
                self.note(f"{key}[{index}]", "NotUnique")
            else:
                found.append(one)
        return tuple(found)

    def day(self, key: str) -> date | None:
        """A date as YYYY-MM-DD; None when absent."""
        value = self.raw(key)
        if value is None:
            return None
        if isinstance(value, str) and len(value) == 10:
            with suppress(ValueError):
                return date.fromisoformat(value)
        self.note(key, "BadDate")
        return None

    def inner(self, key: str) -> Reader | None:
        value = self.raw(key)
        if value is None:
            self.note(key, "Required")
            return None
        return self._child(value, self._at(key))

    def inner_or_none(self, key: str) -> Reader | None:
        return None if self.raw(key) is None else self.inner(key)

    def each(self, key: str, read: Callable[[Reader], T], least: int = 0) -> tuple[T, ...]:
        """A list of objects, each read by `read`."""
        values = self._list(key, least)
        return tuple(read(self._child(value, f"{self._at(key)}[{i}]")) for i, value in enumerate(values))

    def checked(self, key: str, check: Callable[[str], T], otherwise: T) -> T:
        """The text as `check` returns it; what `check` refuses (raising Invalid) is noted at this field."""
        value = self.text(key)
        if not value:
            return otherwise
        try:
            return check(value)
        except Invalid as refused:
            self.defects += [FieldError(self._at(key), f.code, f.params) for f in refused.fields]
            return otherwise

    def _list(self, key: str, least: int) -> list[Any]:
        value = self.raw(key)
        if value is None:
            if least:
                self.note(key, "Required")
            return []
        if not isinstance(value, list):
            self.note(key, "WrongType")
            return []
        if len(value) < least:
            self.note(key, "TooFew", least=least)
        if len(value) > MANY:
            self.note(key, "TooMany", most=MANY)
        return value[:MANY]

    def _child(self, value: Any, path: str) -> Reader:
        child = Reader(value, path, self.defects, self.english)
        self._inner.append(child)
        return child
