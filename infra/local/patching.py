"""Replacing what moto has by ours, once per process and visibly: every replacement is listed in one place."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

REPLACED: dict[str, Callable[..., Any]] = {}  # "Class.method", "module.function" -> what moto had


def replace(owner: type | ModuleType, name: str, make: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
    """Let `owner.name` be `make(original)`. A second call for the same method changes nothing."""
    label = f"{owner.__name__}.{name}"
    if label in REPLACED:
        return
    original = getattr(owner, name, None)
    REPLACED[label] = original if original is not None else _absent
    setattr(owner, name, make(REPLACED[label]))


def _absent(*_: Any, **__: Any) -> Any:
    raise NotImplementedError("moto has no such method")
