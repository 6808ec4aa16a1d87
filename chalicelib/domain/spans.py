"""Spans of time: pairs of moments (whole seconds of local time), the start included and the end not."""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.domain.calendar import Period


def cut(spans: Iterable[Period], first: int, last: int) -> list[Period]:
    """What of the spans lies from `first` to `last`."""
    found = ((max(start, first), min(end, last)) for start, end in spans)
    return [(start, end) for start, end in found if start < end]


def without(spans: Iterable[Period], held: Iterable[Period]) -> list[Period]:
    """What of the spans lies in none of `held`."""
    left = list(spans)
    for start, end in held:
        left = [piece for a, b in left for piece in ((a, min(b, start)), (max(a, end), b)) if piece[0] < piece[1]]
    return left


def merged(spans: Iterable[Period]) -> list[Period]:
    """In order, those that touch or overlap made one."""
    found: list[Period] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def length(spans: Iterable[Period]) -> int:
    return sum(end - start for start, end in spans)
