"""Code 128: what is drawn can be read back by a reader that knows the standard's widths from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import code128
from chalicelib.domain.code128 import bars

pytestmark = pytest.mark.clause("A12")


def decoded(symbol: list[tuple[bool, int]]) -> str:
    """Reads as scanners do, by edges: a symbol's value follows from the sums of neighbouring elements (ISO/IEC 15417,
    annex B), not from a table of whole symbols. Checks parity of bars, the check symbol and the stop."""
    widths = [count for _, count in symbol]
    assert [dark for dark, _ in symbol] == [place % 2 == 0 for place in range(len(widths))]
    assert widths[-7:] == [2, 3, 3, 1, 1, 1, 2]
    groups = [widths[at : at + 6] for at in range(0, len(widths) - 7, 6)]
    for group in groups:
        assert sum(group) == 11 and sum(group[::2]) % 2 == 0
    values = [EDGES[tuple(a + b for a, b in zip(group, group[1:], strict=False))] for group in groups]
    start, *content, check = values
    assert start == 104
    assert (start + sum(place * value for place, value in enumerate(content, 1))) % 103 == check
    return "".join(chr(value + 32) for value in content)


def _symbols() -> dict[tuple[int, ...], int]:
    """Edge sums of the 106 symbols, from their patterns of 11 modules (1 for dark), not from the product's widths."""
    found = {}
    for value, pattern in enumerate(PATTERNS.split()):
        runs: list[int] = []
        last = ""
        for module in f"{int(pattern, 16):011b}":
            if module == last:
                runs[-1] += 1
            else:
                runs.append(1)
                last = module
        found[tuple(a + b for a, b in zip(runs, runs[1:], strict=False))] = value
    return found


PATTERNS = """
6CC 66C 666 498 48C 44C 4C8 4C4 464 648 644 624 59C 4DC 4CE 5CC 4EC 4E6 672 65C 64E 6E4 674 76E 74C 72C 726 764 734 732
6D8 6C6 636 518 458 446 588 468 462 688 628 622 5B8 58E 46E 5D8 5C6 476 776 68E 62E 6E8 6E2 6EE 758 746 716 768 762 71A
77A 642 78A 530 50C 4B0 486 42C 426 590 584 4D0 4C2 434 432 612 650 7BA 614 47A 53C 4BC 49E 5E4 4F4 4F2 7A4 794 792 6DE
6F6 7B6 578 51E 45E 5E8 5E2 7A8 7A2 5DE 5EE 75E 7AE 684 690 69C
"""
EDGES = _symbols()


def test_every_value_has_edges_of_its_own() -> None:
    assert sorted(EDGES.values()) == list(range(106))


@pytest.mark.parametrize("code", ["H34.05-261123-0001", "000.00.53.H48-220921-0099", "H15.50.05.13-261008-12345"])
def test_the_code_of_a_dossier_is_read_back(code: str) -> None:
    assert decoded(bars(code)) == code


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=40))
def test_whatever_it_takes_is_read_back(text: str) -> None:
    assert decoded(bars(text)) == text


@pytest.mark.parametrize("text", ["", "Hồ sơ", "a\nb", "\x7f"])
def test_what_the_set_has_not_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="ASCII"):
        bars(text)


def test_the_site_draws_with_the_same_table() -> None:
    """The page of the cover sheet draws its barcode in the browser; its table is this one, which is read back above."""
    drawn = (Path(__file__).parents[2] / "web" / "src" / "parts" / "Barcode.tsx").read_text("utf-8")
    assert re.findall(r"\b[1-4]{6,7}\b", drawn) == list(code128._WIDTHS)
