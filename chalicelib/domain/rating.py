"""What visitors think of a page: three levels (TT 32/2017/TT-BTTTT, Điều 12), and when they say something.

Under ten answers a score says more about chance than about the page: then only their number is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from chalicelib.values import dataclass

LEAST_ANSWERS = 10


class Level(StrEnum):
    VERY_SATISFIED = "very_satisfied"
    SATISFIED = "satisfied"
    UNSATISFIED = "unsatisfied"


@dataclass(frozen=True)
class Score:
    """`count` is the number of answers; `levels` how many gave each level, None while there are too few."""

    count: int
    levels: Mapping[Level, int] | None

    def to_json(self) -> dict[str, object]:
        return {"count": self.count, "levels": dict(self.levels) if self.levels is not None else None}


def score(given: Mapping[Level, int]) -> Score:
    """What may be told of these answers."""
    count = sum(given.values())
    return Score(count, {level: given.get(level, 0) for level in Level} if count >= LEAST_ANSWERS else None)
