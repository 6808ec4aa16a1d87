"""Short messages: what a telephone gets, and what it costs.

A segment holds 160 characters of the GSM alphabet or 70 of any other, and every segment is paid for. Vietnamese with
its marks would take two or three; so it is written without them, as people and banks do.
"""

from __future__ import annotations

import unicodedata

GSM_SEGMENT, WIDE_SEGMENT = 160, 70
_GSM_PART, _WIDE_PART = 153, 67  # of one among several, which number themselves
_GSM = {"\n", *map(chr, range(ord(" "), ord("~")))} - set("`")
"""What of the alphabet is ASCII: we send nothing else of it."""
_GSM_TWICE = set("^{}\\[~]|")
_D, _d = chr(0x110), chr(0x111)  # with a stroke, which does not fall apart by itself


def plain(text: str) -> str:
    """Vietnamese without its marks."""
    apart = unicodedata.normalize("NFD", text.replace(_d, "d").replace(_D, "D"))
    return "".join(c for c in apart if not unicodedata.combining(c))


def segments(text: str) -> int:
    """How many are paid for."""
    if set(text) <= _GSM | _GSM_TWICE:
        length, one, part = len(text) + sum(c in _GSM_TWICE for c in text), GSM_SEGMENT, _GSM_PART
    else:
        length, one, part = len(text.encode("utf-16-le")) // 2, WIDE_SEGMENT, _WIDE_PART
    return 1 if length <= one else -(-length // part)


def fitted(said: str, link: str) -> str:
    """What is said, then the link, in one segment: a long text is cut, a link is whole or (one too long) left out."""
    text = plain(said).encode("ascii", "replace").decode()
    tail = f" {link}"
    if segments(text + tail) == 1:
        return text + tail
    if segments(f"{text[: len(text) // 2]}...{tail}") > 1:
        tail = ""
        if segments(text) == 1:
            return text
    while segments(f"{text}...{tail}") > 1:
        text = text[:-1].rstrip()
    return f"{text}...{tail}"
