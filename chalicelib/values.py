"""Dataclasses whose methods are written when the first of their values is made.

The standard decorator writes and compiles up to six methods for each class, half a millisecond; a function that starts
imports two hundred such classes and makes values of twenty. `dataclass` of this module gives what the standard one
gives (fields, equality, hash, representation, `replace`, `asdict`, matching), for classes without bases.
"""

from __future__ import annotations

import dataclasses
from threading import RLock
from typing import TYPE_CHECKING, Any, NoReturn

_lock = RLock()  # the local cloud has many threads

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(kind: type | None = None, *, frozen: bool = False) -> Any:
        """As the standard library's, with the one option that is used here."""
        return _later(kind, frozen) if kind is not None else lambda kind: _later(kind, frozen)


class _Fields:
    """`__dataclass_fields__` until there are some: whoever asks for them has the methods written."""

    def __init__(self, frozen: bool) -> None:
        self.frozen = frozen

    def __get__(self, value: object | None, kind: type) -> dict[str, Any]:
        _write(kind)
        found: dict[str, Any] = kind.__dict__["__dataclass_fields__"]
        return found


def _later(kind: Any, frozen: bool) -> Any:
    if kind.__bases__ != (object,):
        raise TypeError(f"{kind.__qualname__} has bases")

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        _write(kind)
        kind.__init__(self, *args, **kwargs)  # the one that was just written

    kind.__init__ = __init__
    if frozen:  # these two name the class they were written for, which a twin is not
        kind.__setattr__, kind.__delattr__ = _set, _delete
    kind.__dataclass_fields__ = _Fields(frozen)
    return kind


def _write(kind: Any) -> None:
    """Let the standard decorator write the methods of a twin, and take them over; the constructor last, so that no
    other thread finds half a class."""
    with _lock:
        asked = kind.__dict__["__dataclass_fields__"]
        if not isinstance(asked, _Fields):
            return
        ours = {"__dict__", "__weakref__", "__init__", "__setattr__", "__delattr__", "__dataclass_fields__"}
        twin = type(kind.__name__, (), {name: what for name, what in kind.__dict__.items() if name not in ours})
        written = dict(dataclasses.dataclass(frozen=asked.frozen)(twin).__dict__)
        fields, constructor = written.pop("__dataclass_fields__"), written.pop("__init__")
        for name, what in written.items():
            if name not in ours and what is not kind.__dict__.get(name, ...):  # `__hash__` may be None
                setattr(kind, name, what)
        for name in fields.keys() & kind.__dict__.keys() - written.keys():
            delattr(kind, name)  # a field() that stood there to say how a default is made
        kind.__dataclass_fields__ = fields
        kind.__init__ = constructor


def _set(self: object, name: str, value: object) -> NoReturn:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _delete(self: object, name: str) -> NoReturn:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
