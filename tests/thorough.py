"""How much of what can be combined without end is tried, the same in every run:

* `make test`, for every change: every rule once, level 3 in the browser, a few of each product of cases; ten minutes.
* `make slow`, with every run of CI: what `make test` leaves out because it takes long, marked `slow`.
* `make thorough`, before a release, where $MOTCUA_THOROUGH is set: the whole products.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, TypeVar

import pytest

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


def spread(step: int, scenarios: Sequence[Any], *, pairs: bool = False) -> list[Any]:
    """The scenarios as parameters, of which one in `step` is for every run and the others are slow; `pairs`: each is
    several parameters."""
    return [
        pytest.param(*(scenario if pairs else (scenario,)), marks=pytest.mark.slow if at % step else ())
        for at, scenario in enumerate(scenarios)
    ]


def with_examples(most: int) -> pytest.MarkDecorator:
    """A parameter `examples` of a test with Hypothesis: a fifth of them for every run, all where it is slow."""
    return pytest.mark.parametrize("examples", [most // 5, pytest.param(most, marks=pytest.mark.slow)])
