"""A file of the other side that is read into the ledger: how far it has been read, and what became of its rows.

A file is known by its kind and the SHA-256 of its bytes: the same file again changes nothing. It is read in pieces, in
order; what was read is never read again, whoever sends it again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from chalicelib.domain.reconcile import Sum
from chalicelib.errors import FieldError
from chalicelib.values import dataclass

MOST_TOLD = 100
"""How many rows a file remembers that something is to be said about; all are counted."""


class FileKind(StrEnum):
    POST_OFFICE = "post-office"  # payments that a post office reports
    STATEMENT = "statement"  # of a bank
    SETTLEMENT = "settlement"  # of a gateway, the post office, a card acquirer


@dataclass(frozen=True)
class Told:
    """What is to be said about a row: `code` is the key of the text, `fields` the defects of a row that was refused."""

    row: int
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    fields: Sequence[FieldError] = ()


@dataclass(frozen=True)
class File:
    """`provider` is whose file it is (a gateway, post, card; "" for a bank), `rows` how many were read.

    `counts` says how many rows ended how; `sums` what is still to be booked at the end, by agency, `net` what has been
    booked as come to the bank, in đồng. `first_day` and `last_day` are of the movements in it.
    """

    agency: str
    kind: FileKind
    sha256: str
    name: str
    provider: str
    header: str
    by: str
    by_name: str
    began_at: datetime
    version: int = 0
    rows: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    sums: Mapping[str, Sum] = field(default_factory=dict)
    net: int = 0
    told: tuple[Told, ...] = ()
    first_day: date | None = None
    last_day: date | None = None
    ended_at: datetime | None = None

    @property
    def id(self) -> str:
        return f"{self.kind.value}.{self.sha256}"

    @property
    def key(self) -> str:
        """How entries name it."""
        return f"{self.agency}/{self.kind.value}/{self.sha256[:24]}"


def read_on(
    file: File,
    rows: int,
    counts: Mapping[str, int],
    sums: Mapping[str, Sum],
    told: Sequence[Told],
    days: Sequence[date],
) -> File:
    """The file with `rows` more of it read; `counts` and `told` are of these rows, `sums` are the new totals."""
    total = {name: file.counts.get(name, 0) + counts.get(name, 0) for name in {*file.counts, *counts}}
    spoken = (*file.told, *told)[:MOST_TOLD]
    around = sorted(day for day in (*days, file.first_day, file.last_day) if day is not None)
    first, last = (around[0], around[-1]) if around else (None, None)
    return replace(
        file,
        version=file.version + 1,
        rows=file.rows + rows,
        counts=total,
        sums=dict(sums),
        told=spoken,
        first_day=first,
        last_day=last,
    )
