"""Tables that other systems send as text: UTF-8, comma-separated (RFC 4180), one header line, read row by row.

Columns may stand in any order, and others among them are passed over. A bad row stops nothing: it is named by its
number (the header is 1, as spreadsheets count) with everything that is wrong in it. A cell may be quoted and have line
breaks in it, but a quote that never ends takes only its own line with it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from chalicelib.errors import FieldError, Invalid
from chalicelib.values import dataclass

BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
MOST_LINES = 20
"""What one row may go over; a longer one has a quote that was never closed."""

AMOUNT = re.compile(r"[1-9][0-9]{0,14}", re.ASCII)
FEE = re.compile(r"0|[1-9][0-9]{0,14}", re.ASCII)
NUMBER = re.compile(r"[0-9A-Za-z._:/-]{1,64}", re.ASCII)


@dataclass(frozen=True)
class Cells:
    """Row `number` by its columns, or the defects for which it cannot be read."""

    number: int
    values: Mapping[str, str]
    defects: tuple[FieldError, ...] = ()


def records(lines: Iterable[str]) -> Iterator[str]:
    """The text of each row, from the lines of a file; nothing is kept but the row itself."""
    waiting: list[str] = []
    for line in lines:
        waiting.append(line)
        while waiting:
            ends = _end(waiting)
            if not ends:
                break
            yield "".join(waiting[:ends])
            del waiting[:ends]
    while waiting:  # the file ends within a quote
        yield waiting.pop(0)


def _end(waiting: Sequence[str]) -> int:
    """How many of these lines are one row; 0 when more of them are needed to know."""
    open_quotes = 0
    for at, line in enumerate(waiting, 1):
        open_quotes += line.count('"')
        if open_quotes % 2 == 0:
            return at
    return 1 if len(waiting) >= MOST_LINES else 0


def columns(header: str, wanted: Sequence[str], code: str) -> list[str]:
    """The names in the first line; raises Invalid(`code`) when it does not name every one of `wanted` just once."""
    found = [name.strip().removeprefix(BYTE_ORDER_MARK).strip().lower() for name in _cells(header) or []]
    if any(found.count(name) != 1 for name in wanted):
        raise Invalid(code, expected=", ".join(wanted))
    return found


def rows(names: Sequence[str], texts: Iterable[str], first: int = 2) -> Iterator[Cells]:
    """The rows of these texts, numbered from `first`; blank ones are counted and passed over."""
    for number, text in enumerate(texts, first):
        cells = _cells(text)
        if cells is None:
            yield Cells(number, {}, (FieldError("row", "BadFormat"),))
        elif not any(cell.strip() for cell in cells):
            continue
        elif len(cells) != len(names):
            yield Cells(number, {}, (FieldError.of("row", "WrongNumberOfCells", expected=len(names)),))
        else:
            yield Cells(number, dict(zip(names, cells, strict=True)))


def _cells(text: str) -> list[str] | None:
    """The cells of one row; None for a quote that does not end, or text after one."""
    try:
        found = list(csv.reader([text], strict=True))
    except csv.Error:
        return None
    return [cell for row in found for cell in row] if len(found) <= 1 else None


def matched(
    cells: Mapping[str, str], field: str, pattern: re.Pattern[str], defects: list[FieldError], *, optional: bool = False
) -> str:
    """The cell `field`, which must be of the form of `pattern`; otherwise a defect is noted."""
    value = cells.get(field, "").strip()
    if not value and not optional:
        defects.append(FieldError(field, "Required"))
    elif value and not pattern.fullmatch(value):
        defects.append(FieldError(field, "BadFormat"))
    return value


def moment(text: str, field: str, defects: list[FieldError]) -> datetime | None:
    """ISO 8601 with offset; otherwise a defect is noted."""
    text = text.strip()
    if not text:
        defects.append(FieldError(field, "Required"))
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        defects.append(FieldError.of(field, "BadMoment", text=text[:40]))
        return None
    if found.tzinfo is None:
        defects.append(FieldError(field, "MomentWithoutZone"))
        return None
    if found.year < 2000:
        defects.append(FieldError.of(field, "BadMoment", text=text[:40]))
        return None
    return found


def words(text: str, field: str, longest: int, defects: list[FieldError]) -> str:
    """Free text, blanks squeezed."""
    text = " ".join(text.split())
    if len(text) > longest:
        defects.append(FieldError.of(field, "TooLong", most=longest))
    return text
