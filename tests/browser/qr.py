"""Reads the QR code that a page draws (ISO/IEC 18004, byte mode, correction level M, versions 1 to 10).

The picture is exact, so nothing is corrected: the modules are taken as they are.
"""

from __future__ import annotations

import re
from itertools import zip_longest

from playwright.sync_api import Locator

# Data codewords per block, by version; ISO/IEC 18004, table 9, level M.
_BLOCKS: dict[int, list[int]] = {
    1: [16], 2: [28], 3: [44], 4: [32] * 2, 5: [43] * 2, 6: [27] * 4, 7: [31] * 4, 8: [38] * 2 + [39] * 2,
    9: [36] * 3 + [37] * 2, 10: [43] * 4 + [44],
}  # fmt: skip
_ALIGNED: dict[int, list[int]] = {
    1: [], 2: [6, 18], 3: [6, 22], 4: [6, 26], 5: [6, 30], 6: [6, 34], 7: [6, 22, 38], 8: [6, 24, 42],
    9: [6, 26, 46], 10: [6, 28, 50],
}  # fmt: skip
_MASKS = (
    lambda y, x: (y + x) % 2 == 0,
    lambda y, x: y % 2 == 0,
    lambda y, x: x % 3 == 0,
    lambda y, x: (y + x) % 3 == 0,
    lambda y, x: (y // 2 + x // 3) % 2 == 0,
    lambda y, x: y * x % 2 + y * x % 3 == 0,
    lambda y, x: (y * x % 2 + y * x % 3) % 2 == 0,
    lambda y, x: ((y + x) % 2 + y * x % 3) % 2 == 0,
)


def text_of(svg: Locator) -> str:
    """What the code says; the picture is one path of unit squares."""
    path = svg.locator("path").get_attribute("d") or ""
    dark = {(int(y), int(x)) for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", path)}
    side = max(max(place) for place in dark) + 1
    version = (side - 17) // 4
    assert side == 17 + 4 * version, f"no QR code has {side} modules"
    bits = _bits(dark, side, version)
    words = [int("".join(map(str, bits[at : at + 8])), 2) for at in range(0, len(bits) - 7, 8)]
    return _said(_in_order(words, _BLOCKS[version]), version)


def _bits(dark: set[tuple[int, int]], side: int, version: int) -> list[int]:
    """The modules that carry data, unmasked, in the order in which they are laid: up and down in columns of two."""
    level, mask = _format(dark)
    assert level == 0, "level M is 0"
    fixed = _fixed(side, version)
    found = []
    upwards = True
    for right in range(side - 1, 0, -2):
        column = right - (right <= 6)  # the column of the timing pattern is left out
        for row in range(side - 1, -1, -1) if upwards else range(side):
            for x in (column, column - 1):
                if (row, x) not in fixed:
                    found.append(int(((row, x) in dark) != _MASKS[mask](row, x)))
        upwards = not upwards
    return found


def _format(dark: set[tuple[int, int]]) -> tuple[int, int]:
    """Correction level and mask, from beside the upper left corner."""
    places = [(8, x) for x in (0, 1, 2, 3, 4)]
    five = int("".join(str(int(place in dark)) for place in places), 2) ^ 0b10101
    return five >> 3, five & 7


def _fixed(side: int, version: int) -> set[tuple[int, int]]:
    """The modules that are the same in every code of the version, and those of format and version."""
    corners = {(y, x) for y in range(9) for x in range(9)}
    corners |= {(y, side - 1 - x) for y in range(9) for x in range(8)}
    corners |= {(side - 1 - y, x) for y in range(8) for x in range(9)}
    timing = {(6, n) for n in range(side)} | {(n, 6) for n in range(side)}
    centres = _ALIGNED[version]
    inside = [(y, x) for y in centres for x in centres if (y, x) not in corners]
    aligned = {(y + dy, x + dx) for y, x in inside for dy in range(-2, 3) for dx in range(-2, 3)}
    versions = {(n, side - 11 + m) for n in range(6) for m in range(3)} if version >= 7 else set()
    return corners | timing | aligned | versions | {(x, y) for y, x in versions}


def _in_order(words: list[int], blocks: list[int]) -> list[int]:
    """The blocks' codewords were laid in turns; the codewords of correction that follow are left out."""
    turns = [[block for block, size in enumerate(blocks) if at < size] for at in range(max(blocks))]
    order = [block for turn in turns for block in turn]
    parts: list[list[int]] = [[] for _ in blocks]
    for word, block in zip_longest(words[: len(order)], order):
        parts[block].append(word)
    return [word for part in parts for word in part]


def _said(words: list[int], version: int) -> str:
    bits = "".join(f"{word:08b}" for word in words)
    assert bits[:4] == "0100", "bytes"
    long = 8 if version < 10 else 16
    size = int(bits[4 : 4 + long], 2)
    data = bits[4 + long : 4 + long + 8 * size]
    return bytes(int(data[at : at + 8], 2) for at in range(0, len(data), 8)).decode()
