"""How much of what can be combined without end is tried: everything where $MOTCUA_THOROUGH is set (`make thorough`,
before a release), a sample elsewhere, the same one in every run.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")
THOROUGH = bool(os.environ.get("MOTCUA_THOROUGH"))


def few(options: Sequence[T], turn: int, most: int = 1) -> Sequence[T]:
    """All options, or as many as `most`, others at each turn, so that over the turns every one has its own."""
    if THOROUGH or len(options) <= most:
        return options
    start = turn * most % len(options)
    return [*options, *options][start : start + most]


def every(step: int, scenarios: Sequence[T]) -> Sequence[T]:
    """All scenarios, or one in `step`."""
    return scenarios if THOROUGH else scenarios[::step]
