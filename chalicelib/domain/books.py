"""An agency's day in the books: what moved, how it stands, what lies on which account, and whether the day is closed.

Daily reconciliation asks for the movements by agency, provider, type and state, and for what was not matched by its
age. All of it is counted in one pass over the day's rows, which are not kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import date
from typing import Any

from chalicelib.domain.drawer import Drawer, DrawerState
from chalicelib.domain.entry import Entry
from chalicelib.domain.money import Journal, Payment
from chalicelib.domain.reconcile import day_of
from chalicelib.values import dataclass

BUCKETS: tuple[tuple[int, int | None], ...] = ((0, 1), (2, 3), (4, 7), (8, None))
"""Ages in whole days, both ends included."""


@dataclass
class Tally:
    """How many, and đồng of them all; `fee` of that was kept by the other side."""

    count: int = 0
    amount: int = 0
    fee: int = 0

    def add(self, amount: int, fee: int = 0) -> None:
        self.count += 1
        self.amount += amount
        self.fee += fee


@dataclass
class Waiting:
    """What is not matched, at some moment: by age, and the oldest of it."""

    by_age: tuple[Tally, ...] = field(default_factory=lambda: tuple(Tally() for _ in BUCKETS))
    oldest: date | None = None

    def add(self, entry: Entry, today: date) -> None:
        if not entry.unmatched:
            return
        day = day_of(entry.at)
        self.by_age[bucket(max(0, (today - day).days))].add(entry.unmatched)
        self.oldest = day if self.oldest is None else min(self.oldest, day)

    @property
    def amount(self) -> int:
        return sum(tally.amount for tally in self.by_age)

    @property
    def count(self) -> int:
        return sum(tally.count for tally in self.by_age)

    def age(self, today: date) -> int:
        """Days of the oldest; 0 when there is nothing."""
        return max(0, (today - self.oldest).days) if self.oldest else 0


def bucket(days: int) -> int:
    """Which of BUCKETS an age falls into."""
    return next(at for at, (least, most) in enumerate(BUCKETS) if days >= least and (most is None or days <= most))


@dataclass
class Day:
    """What an agency's rows of a day come to, added one by one.

    `entries` by (via, kind, state), `uses` of the payments by (via, use), `moved` by account; `journals` counts them.
    """

    agency: str
    on: date
    entries: dict[tuple[str, str, str], Tally] = field(default_factory=dict)
    uses: dict[tuple[str, str], Tally] = field(default_factory=dict)
    moved: dict[str, int] = field(default_factory=dict)
    journals: int = 0

    def add_entry(self, entry: Entry) -> None:
        key = (entry.via, entry.kind.value, entry.state.value)
        self.entries.setdefault(key, Tally()).add(entry.amount, entry.fee)

    def add_payment(self, payment: Payment) -> None:
        self.uses.setdefault((payment.via, payment.use), Tally()).add(payment.amount)

    def add_journal(self, journal: Journal) -> None:
        self.journals += 1
        for posting in journal.postings:
            self.moved[posting.account] = self.moved.get(posting.account, 0) + posting.amount


def after(before: Mapping[str, int], moved: Mapping[str, int]) -> dict[str, int]:
    """The balances after these movements, accounts that are even left out."""
    totals = dict(before)
    for account, amount in moved.items():
        totals[account] = totals.get(account, 0) + amount
    return {account: amount for account, amount in sorted(totals.items()) if amount}


@dataclass(frozen=True)
class Closing:
    """What still keeps a day open: drawers that were not handed in, đồng that were not matched."""

    drawers: int
    unmatched: int

    @property
    def closed(self) -> bool:
        return not self.drawers and not self.unmatched


def closing(on: date, waiting: Iterable[Entry], drawers: Iterable[Drawer]) -> Closing:
    """Whether the day `on`, and all before it, are closed, from what still waits of any day."""
    late = sum(1 for drawer in drawers if drawer.state is not DrawerState.HANDED_IN and drawer.day <= on.isoformat())
    return Closing(late, sum(entry.unmatched for entry in waiting if day_of(entry.at) <= on))


def neutral(cell: Any) -> str:
    """A cell of a table for spreadsheets: what would begin a formula there is text."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} and not _is_number(text) else text


def _is_number(text: str) -> bool:
    return text.lstrip("-").isascii() and text.lstrip("-").isdecimal()


def read_day(text: str) -> date | None:
    """The day that `text` is, YYYY-MM-DD; None when it is none."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if text == found.isoformat() else None
