"""Entries of other sides: one row per number of a side, what people did with it beside it, lists of what still waits.

`unmatched#<agency>` has what no file of the other side has shown yet (or shows otherwise), `stray#<agency>` what
nothing of ours accounts for; both oldest first.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator

from chalicelib.domain.entry import UNCLEAR, UNMATCHED, Act, Entry, side_of
from chalicelib.domain.event import iso
from chalicelib.errors import Conflict, NotFound, StaleWrite
from chalicelib.storage import bodies, cursors
from chalicelib.storage.ledger_table import LedgerRow, book
from chalicelib.storage.transactions import Also
from chalicelib.values import dataclass

Key = tuple[str, str]
LISTS = ("unmatched", "stray")


@dataclass(frozen=True)
class History:
    """An entry with everything that people have done with it, oldest first."""

    entry: Entry
    acts: tuple[Act, ...]


def key(side: str, number: str) -> tuple[str, str]:
    return f"TXN#{side}#{number}", "TXN"


def new(entry: Entry) -> Also:
    """An entry of a number that its side has not used before: Conflict("TransactionKnown")."""
    return Also(_row(entry), LedgerRow.pk.does_not_exist(), lambda: Conflict("TransactionKnown"))


def changed(entry: Entry) -> Also:
    """An entry over the version before it."""
    return Also(_row(entry), LedgerRow.version == entry.version - 1, _stale)


def act(entry: Entry, done: Act) -> Also:
    """What was done; its number is the entry's version after it."""
    row = LedgerRow(
        key(*entry.key)[0],
        f"ACT#{done.version:06d}",
        kind="act",
        amount=entry.amount,
        body={k: v for k, v in dataclasses.asdict(done).items() if v not in ("", None)},
        created_at=done.at,
    )
    return Also(row, LedgerRow.pk.does_not_exist(), _stale)


def _stale() -> StaleWrite:
    return StaleWrite("StaleWrite")


def _row(entry: Entry) -> LedgerRow:
    waits = "unmatched" if entry.state in UNMATCHED else "stray" if entry.state in UNCLEAR else None
    return LedgerRow(
        *key(*entry.key),
        kind="entry",
        amount=entry.amount,
        version=entry.version,
        body=bodies.write(entry),
        created_at=iso(entry.at),
        work=f"{waits}#{entry.agency}" if waits else None,
        work_at=iso(entry.at) if waits else None,
        book=book(entry.agency, entry.at),
        book_at=f"{iso(entry.at)}#{entry.id}",
    )


def entry_of(row: LedgerRow) -> Entry:
    return bodies.read(Entry, row)


def get(via: str, number: str) -> Entry | None:
    """What a number of a side stands for; one read."""
    try:
        return entry_of(LedgerRow.get(*key(side_of(via), number), consistent_read=True))
    except LedgerRow.DoesNotExist:
        return None


def many(keys: Iterable[Key]) -> dict[Key, Entry]:
    """The entries of these names that there are; one call per hundred names."""
    wanted = sorted(set(keys))
    rows = LedgerRow.batch_get([key(*name) for name in wanted], consistent_read=True) if wanted else ()
    return {found.key: found for found in map(entry_of, rows)}


def history(side: str, number: str) -> History:
    """Raises NotFound("EntryNotFound"); one query."""
    rows = list(LedgerRow.query(key(side, number)[0], consistent_read=True))
    found = next((row for row in rows if row.kind == "entry"), None)
    if found is None:
        raise NotFound("EntryNotFound")
    return History(entry_of(found), tuple(Act(**row.body) for row in rows if row.kind == "act"))


def waiting(agency: str, which: str, limit: int, cursor: str) -> tuple[tuple[Entry, ...], str | None]:
    """A page of one of LISTS, oldest first, and the cursor of the next page; one query."""
    work, start = f"{which}#{agency}", None
    if cursor:
        at, pk = cursors.read(cursor, 2)
        start = {name: {"S": text} for name, text in {"work": work, "work_at": at, "pk": pk, "sk": "TXN"}.items()}
    rows = LedgerRow.by_work.query(work, limit=limit, page_size=limit, last_evaluated_key=start)
    found = tuple(entry_of(row) for row in rows)
    last = rows.last_evaluated_key
    return found, cursors.write(last["work_at"]["S"], last["pk"]["S"]) if last else None


def all_waiting(agency: str, which: str, until: str = "9999") -> Iterator[Entry]:
    """One of LISTS to its end, page by page; those from before `until` (ISO)."""
    for row in LedgerRow.by_work.query(f"{which}#{agency}", LedgerRow.work_at < until, page_size=200):
        yield entry_of(row)
