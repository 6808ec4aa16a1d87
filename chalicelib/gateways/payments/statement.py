"""A bank's statement as a file: the payments that its notices tell of, for the day on which a notice was lost.

UTF-8, comma-separated (RFC 4180), one header line with the names of `transfers.FIELDS` in any order; other columns are
passed over. Rows are read one by one, and a bad one stops nothing: it is named by its number (the header is 1, as
spreadsheets count) with everything that is wrong in it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from chalicelib.domain.payment import Evidence, Source
from chalicelib.errors import FieldError, Invalid
from chalicelib.gateways.payments import transfers

BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"


@dataclass(frozen=True)
class Row:
    """Row `number` of a file: the evidence of a payment, or the defects for which it was passed over."""

    number: int
    evidence: Evidence | None = None
    defects: tuple[FieldError, ...] = ()


def read(lines: Iterable[str]) -> Iterator[Row]:
    """The rows of a file, from its lines, as they come; nothing is kept.

    Raises Invalid("StatementColumns") at once when the header does not name every field just once.
    """
    records = csv.reader(lines, strict=True)
    try:
        header = [name.strip().removeprefix(BYTE_ORDER_MARK).lower() for name in next(records, [])]
    except csv.Error:
        header = []
    if any(header.count(field) != 1 for field in transfers.FIELDS):
        raise Invalid("StatementColumns", expected=", ".join(transfers.FIELDS))
    return _rows(records, header)


def _rows(records: Iterator[list[str]], header: list[str]) -> Iterator[Row]:
    number = 1
    while True:
        number += 1
        try:
            cells = next(records)
        except StopIteration:
            return
        except csv.Error:  # a quote that never ends, or text after one
            yield Row(number, defects=(FieldError("row", "BadFormat"),))
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            yield Row(number, defects=(FieldError.of("row", "WrongNumberOfCells", expected=len(header)),))
            continue
        try:
            evidence = transfers.read(dict(zip(header, cells, strict=True)), Source.FILE)
        except Invalid as refused:
            yield Row(number, defects=refused.fields)
        else:
            yield Row(number, evidence)
