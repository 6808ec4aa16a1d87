"""Opens a file of records: .jsonl (one JSON object a line), the same compressed (.jsonl.xz), or .json (one array).

Records are handed on one by one: what is in memory does not grow with the file. A line or element that is no JSON
object is handed on as Broken, with where it is, and reading goes on where that is possible.
"""

from __future__ import annotations

import codecs
import json
import lzma
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

LONGEST_RECORD = 8_000_000  # bytes; the longest page seen has 0.3 million
_CHUNK = 1 << 18


@dataclass(frozen=True)
class Broken:
    """Something that is no record: line or element `number` (from 1)."""

    number: int


class Source:
    """A file being read; `position` of `size` bytes of the file have been read so far."""

    def __init__(self, raw: IO[bytes], stream: IO[bytes], size: int, array: bool) -> None:
        self._raw, self._stream, self.size, self._array = raw, stream, size, array

    @property
    def position(self) -> int:
        return self._raw.tell()

    def __iter__(self) -> Iterator[dict[str, Any] | Broken]:
        return _elements(self._stream) if self._array else _lines(self._stream)


@contextmanager
def opened(path: Path) -> Iterator[Source]:
    """The file's records. Raises OSError, or lzma.LZMAError while reading a file that is not what its name says."""
    with path.open("rb") as raw:
        size = path.stat().st_size
        if path.suffix == ".xz":
            with lzma.open(raw) as stream:
                yield Source(raw, stream, size, path.stem.endswith(".json"))
        else:
            yield Source(raw, raw, size, path.suffix == ".json")


def _lines(stream: IO[bytes]) -> Iterator[dict[str, Any] | Broken]:
    number = 0
    while line := stream.readline(LONGEST_RECORD):
        number += 1
        if not line.endswith(b"\n") and len(line) == LONGEST_RECORD:
            while rest := stream.readline(LONGEST_RECORD):
                if rest.endswith(b"\n"):
                    break
            yield Broken(number)
        elif line.strip():
            yield _record(line, number)


def _record(line: bytes, number: int) -> dict[str, Any] | Broken:
    try:
        value = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
    except (ValueError, RecursionError):
        return Broken(number)
    return value if isinstance(value, dict) else Broken(number)


def _elements(stream: IO[bytes]) -> Iterator[dict[str, Any] | Broken]:
    """The elements of one array; a file that holds a single object is an array of one."""
    # Not a text wrapper, which would close the stream when it is done with.
    text = codecs.getreader("utf-8-sig")(stream, "replace")
    decoder = json.JSONDecoder()
    buffer, number = text.read(_CHUNK).lstrip(), 0
    buffer = buffer[1:] if buffer.startswith("[") else buffer
    while True:
        buffer = buffer.lstrip(" \t\r\n,")
        more = text.read(_CHUNK) if len(buffer) < _CHUNK else ""
        buffer += more
        if buffer.startswith("]") or not buffer.strip():
            return
        try:
            value, end = decoder.raw_decode(buffer)
        except (ValueError, RecursionError):
            wider = text.read(_CHUNK)
            if not wider or len(buffer) > LONGEST_RECORD:
                yield Broken(number + 1)  # where the next element starts cannot be known
                return
            buffer += wider
            continue
        number += 1
        yield value if isinstance(value, dict) else Broken(number)
        buffer = buffer[end:]
