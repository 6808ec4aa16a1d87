"""Hypothesis changes signed files at will: none is taken for valid unless every signed byte is as it was."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from chalicelib.domain.signature import Verdict
from chalicelib.services.verification.running import Verifier
from tests.signing import make
from tests.signing.pki import World

pytestmark = [pytest.mark.clause("A11"), pytest.mark.slow]

QUICK = settings(
    max_examples=70,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@cache
def _originals(world: World) -> tuple[bytes, ...]:
    one = make.signed(world.an)
    return one, make.signed(world.firm, make.form(), subfilter=make.DETACHED), make.signed(world.binh, one, "Ky2")


def _checked(original: bytes, changed: bytes, verifier: Verifier, trust: Path, where: Path) -> None:
    where.write_bytes(changed)
    verdict = verifier.verify(where, trust, datetime.now(UTC)).report.verdict
    if verdict is Verdict.VALID:
        # Inside the signature itself stand bytes that no signature covers: certificates that are not needed.
        start, again = make.gap(original)
        first, after = make.gap(original, last=False)
        kept = bytearray(changed)
        for left, right in ((start, again), (first, after)):
            kept[left:right] = original[left:right]
        assert bytes(kept) == original


@QUICK
@given(which=st.integers(0, 2), at=st.integers(0, 10**6), value=st.integers(0, 255))
def test_a_byte(world: World, verifier: Verifier, trust: Path, tmp_path: Path, which: int, at: int, value: int) -> None:
    original = _originals(world)[which]
    at %= len(original)
    _checked(original, make.swapped(original, at, bytes([value])), verifier, trust, tmp_path / "f")


@QUICK
@given(which=st.integers(0, 2), start=st.integers(0, 10**6), length=st.integers(0, 4000), new=st.binary(max_size=60))
def test_a_piece_taken_out_or_put_in(
    world: World, verifier: Verifier, trust: Path, tmp_path: Path, which: int, start: int, length: int, new: bytes
) -> None:
    original = _originals(world)[which]
    start %= len(original)
    changed = original[:start] + new + original[start + length :]
    _checked(original, changed, verifier, trust, tmp_path / "f")


@QUICK
@given(which=st.integers(0, 2), added=st.binary(min_size=1, max_size=300), ended=st.booleans())
@example(0, b"\n", False).via("a line's end")
@example(2, b" ", True).via("an end of its own")
def test_something_behind(
    world: World, verifier: Verifier, trust: Path, tmp_path: Path, which: int, added: bytes, ended: bool
) -> None:
    original = _originals(world)[which]
    tail = original[original.rindex(b"startxref") :] if ended else b""
    _checked(original, original + added + tail, verifier, trust, tmp_path / "f")


@QUICK
@given(one=st.integers(0, 2), other=st.integers(0, 2), cut=st.integers(0, 10**6), back=st.integers(0, 10**6))
def test_two_files_spliced(
    world: World, verifier: Verifier, trust: Path, tmp_path: Path, one: int, other: int, cut: int, back: int
) -> None:
    left, right = _originals(world)[one], _originals(world)[other]
    changed = left[: cut % len(left)] + right[back % len(right) :]
    if changed in _originals(world):
        return  # a revision of another, which is a good file by itself
    _checked(left, changed, verifier, trust, tmp_path / "f")


@QUICK
@given(content=st.binary(max_size=2000))
def test_anything_that_begins_like_a_pdf(verifier: Verifier, trust: Path, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "f").write_bytes(b"%PDF-1.7\n" + content + b"%%EOF")
    assert verifier.verify(tmp_path / "f", trust, datetime.now(UTC)).report.verdict is Verdict.MALFORMED
