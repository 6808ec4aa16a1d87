"""The barcode that scanners at counters and post offices read: Code 128 (ISO/IEC 15417), code set B.

Set B has the letters, digits, points and hyphens of a dossier's code, so no change of sets is needed.
"""

from __future__ import annotations

QUIET = 10  # modules of white on each side, at least
_START_B, _STOP = 104, 106
# Widths of bar, space, bar, space, bar, space of each symbol; ISO/IEC 15417, table 1. The stop has one bar more.
_WIDTHS = (
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 "
    "123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 "
    "232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 "
    "313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 "
    "111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 "
    "111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 "
    "114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112"
).split()


def bars(text: str) -> list[tuple[bool, int]]:
    """The symbol from left to right as (dark, modules), without its quiet zones.

    Raises ValueError for what set B has not: anything but the printable characters of ASCII.
    """
    if not text or any(not 32 <= ord(letter) <= 126 for letter in text):
        raise ValueError("a barcode has printable ASCII")
    values = [_START_B, *(ord(letter) - 32 for letter in text)]
    check = (values[0] + sum(place * value for place, value in enumerate(values[1:], 1))) % 103
    widths = "".join(_WIDTHS[value] for value in (*values, check, _STOP))
    return [(place % 2 == 0, int(width)) for place, width in enumerate(widths)]
