"""Dataclasses whose methods wait: they behave as the standard library's do, from whichever side they are met first."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable
from dataclasses import field
from typing import Any

import pytest

from chalicelib import values

Make = Callable[..., Any]


def _classes(decorator: Any) -> tuple[Make, Make, Make]:
    """The same three classes under one decorator or the other: frozen, frozen with a check of its own, and not."""

    @decorator(frozen=True)
    class Point:
        """Where."""

        x: int
        y: int = 2
        tags: tuple[str, ...] = ()
        notes: list[str] = field(default_factory=list, compare=False)
        secret: str = field(default="", repr=False)

        @property
        def sum(self) -> int:
            return self.x + self.y

    @decorator(frozen=True)
    class Checked:
        n: int

        def __post_init__(self) -> None:
            if self.n < 0:
                raise ValueError("negative")
            object.__setattr__(self, "n", self.n + 1)

    @decorator
    class Tally:
        count: int = 0
        seen: dict[str, int] = field(default_factory=dict)

    return Point, Checked, Tally


@pytest.fixture(params=[values.dataclass, dataclasses.dataclass], ids=["ours", "standard"])
def classes(request: pytest.FixtureRequest) -> tuple[Make, Make, Make]:
    return _classes(request.param)


def test_a_frozen_value(classes: tuple[Make, Make, Make]) -> None:
    point = classes[0]
    one, same, other = point(1), point(1, 2, notes=["aside"]), point(1, y=3)
    assert one == same and hash(one) == hash(same) and one != other and one != (1, 2)
    assert {one, same, other} == {one, other}
    assert repr(other).endswith("Point(x=1, y=3, tags=(), notes=[])")
    assert (one.sum, other.sum) == (3, 4)
    assert one.notes is not point(1).notes
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.x = 5
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.anything = 5
    with pytest.raises(dataclasses.FrozenInstanceError):
        del one.x
    with pytest.raises(TypeError):
        point()
    with pytest.raises(TypeError):
        point(1, z=2)


def test_what_the_standard_library_does_with_one(classes: tuple[Make, Make, Make]) -> None:
    point = classes[0]
    assert dataclasses.replace(point(1), x=4, secret="s") == point(4, secret="s")
    assert dataclasses.asdict(point(1)) == {"x": 1, "y": 2, "tags": (), "notes": [], "secret": ""}
    assert dataclasses.is_dataclass(point(1)) and dataclasses.astuple(point(1))[:2] == (1, 2)
    match point(7, 8):
        case point(x, y):  # type: ignore[misc]  # a class by a name of its own
            assert (x, y) == (7, 8)
        case _:
            pytest.fail("not matched")


def test_the_class_may_be_asked_before_there_is_a_value(classes: tuple[Make, Make, Make]) -> None:
    point: Any = classes[0]
    is_one: bool = dataclasses.is_dataclass(point)
    assert is_one and point.__doc__ == "Where."
    assert [each.name for each in dataclasses.fields(point)] == ["x", "y", "tags", "notes", "secret"]
    assert point.y == 2 and point.secret == "" and not hasattr(point, "notes")
    assert point(1) == point(1)


def test_its_own_check_runs(classes: tuple[Make, Make, Make]) -> None:
    assert classes[1](3).n == 4
    with pytest.raises(ValueError, match="negative"):
        classes[1](-1)
    assert classes[1](3) == classes[1](3)


def test_one_that_changes(classes: tuple[Make, Make, Make]) -> None:
    tally = classes[2]
    one = tally()
    one.count += 1
    one.seen["a"] = 1
    assert one == tally(1, {"a": 1}) and tally().seen == {}
    with pytest.raises(TypeError, match="unhashable"):
        hash(one)


def test_many_threads_make_the_first_values_at_once() -> None:
    for _ in range(50):
        point, _, _ = _classes(values.dataclass)
        ready = threading.Barrier(8)
        made: list[Any] = []

        def make(point: Make = point, ready: threading.Barrier = ready, made: list[Any] = made) -> None:
            ready.wait()
            made.append(point(1, y=5))

        threads = [threading.Thread(target=make) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert made == [point(1, 5)] * 8


def test_a_class_with_bases_is_refused() -> None:
    with pytest.raises(TypeError, match="has bases"):

        @values.dataclass(frozen=True)
        class Wrong(dict):  # type: ignore[type-arg]
            x: int
