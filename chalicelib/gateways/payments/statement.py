"""A bank's statement as a file: the payments that its notices tell of, for the day on which a notice was lost.

A table as `sheet` reads it, whose columns are `transfers.FIELDS`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from chalicelib.domain.payment import Evidence, Source
from chalicelib.errors import FieldError, Invalid
from chalicelib.gateways import spreadsheet
from chalicelib.gateways.payments import transfers
from chalicelib.values import dataclass

COLUMNS_CODE = "StatementColumns"


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
    texts = spreadsheet.records(lines)
    names = spreadsheet.columns(next(texts, ""), transfers.FIELDS, COLUMNS_CODE)
    return map(row, spreadsheet.rows(names, texts))


def row(cells: spreadsheet.Cells) -> Row:
    """One row as evidence."""
    if cells.defects:
        return Row(cells.number, defects=cells.defects)
    try:
        return Row(cells.number, transfers.read(cells.values, Source.FILE))
    except Invalid as refused:
        return Row(cells.number, defects=refused.fields)
