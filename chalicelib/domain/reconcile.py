"""A file of the other side against the ledger: line by line, in any order, read once, nothing kept but sums.

Decision on daily reconciliation (of the national payment platform's rules): every day the provider's file is compared
with what was booked. A line meets an entry by the number that the other side gave it; whichever file shows a movement
first counts, and no other does, so that files may overlap, be split, be sent twice, and come in any order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum

from chalicelib.domain import entry as entries
from chalicelib.domain.clock import ZONE
from chalicelib.domain.entry import Entry, EntryEvent, EntryState, Kind, side_of, step
from chalicelib.domain.money import Journal, Posting
from chalicelib.domain.payment import CURRENCY
from chalicelib.values import dataclass

Key = tuple[str, str]


@dataclass(frozen=True)
class Line:
    """Row `row` of a file (the header is 1): `amount` đồng moved by `via` under `number`, `fee` of them kept there.

    `reference` is our reference of the order or a dossier's code, as far as the line names one, `request` our number of
    a refund, `merchant` whom it was paid to there.
    """

    row: int
    via: str
    number: str
    kind: Kind
    amount: int
    fee: int = 0
    reference: str = ""
    request: str = ""
    merchant: str | None = None
    currency: str = CURRENCY
    at: datetime | None = None
    text: str | None = None
    payer: str | None = None

    @property
    def key(self) -> Key:
        return side_of(self.via), self.number

    @property
    def keys(self) -> tuple[Key, ...]:
        """Where its entry may be: a refund may be known here by our own number only."""
        ours = (side_of(self.via), self.request)
        return (self.key, ours) if self.kind is Kind.REFUND and self.request else (self.key,)


class Outcome(StrEnum):
    MATCHED = "matched"  # in both, with the same amount
    DIFFERS = "differs"  # in both, with another amount
    MISSING = "missing"  # not in the ledger, and nothing could be made of it
    STRAY = "stray"  # nothing of ours accounts for it
    KNOWN = "known"  # an earlier file has shown it
    TWICE = "twice"  # it stands in this file before
    CONTRADICTS = "contradicts"  # the ledger has the other direction under this number


@dataclass(frozen=True)
class Finding:
    """What became of a line. `after` is the entry to be written (None: it is as it was), with `journal`.

    `counts` when the file is the first that shows the movement: it is in the sum that reaches the bank; `made` when the
    line itself made the entry; `first` is the row that a doubled line repeats, `alike` whether it says the same.
    """

    line: Line
    outcome: Outcome
    entry: Entry | None = None
    after: Entry | None = None
    journal: Journal | None = None
    counts: bool = False
    made: bool = False
    first: int | None = None
    alike: bool = True


def batch(
    lines: Iterable[Line],
    known: Mapping[Key, Entry],
    file: str,
    now: datetime,
    missing: Callable[[Line], Entry | None],
) -> Iterator[Finding]:
    """The findings of some lines of `file`, in order. `known` are the entries that their keys name.

    `missing` makes an entry of a line that has none (or answers None when it cannot), and has then written it.
    """
    seen: dict[Key, Line] = {}
    for line in lines:
        entry = next((known[key] for key in line.keys if key in known), None)
        names = {line.key, entry.key} if entry else {line.key}  # a refund may stand there under our number and theirs
        before = next((seen[name] for name in names if name in seen), None)
        if before is not None:
            yield Finding(line, Outcome.TWICE, entry, first=before.row, alike=before.amount == line.amount)
            continue
        seen |= dict.fromkeys(names, line)
        entry = entry or missing(line)
        yield Finding(line, Outcome.MISSING) if entry is None else compare(line, entry, file, now)


def compare(line: Line, entry: Entry, file: str, now: datetime) -> Finding:
    """A line of `file` and the entry of its number."""
    if entry.kind is not line.kind:
        return Finding(line, Outcome.CONTRADICTS, entry)
    made = entry.origin == origin(file, line.row)
    if entry.file is not None and (entry.file, entry.row) != (file, line.row):
        if entry.file != file:
            return Finding(line, Outcome.KNOWN, entry)
        return Finding(line, Outcome.TWICE, entry, first=entry.row, alike=entry.found == line.amount)
    if entry.file is not None:  # this very line, written before a crash
        return Finding(line, _outcome(entry), entry, counts=entry.booked, made=made)
    theirs_alone = entry.state in {EntryState.STRAY, EntryState.DISMISSED}
    same_amount = entry.amount == line.amount
    event = EntryEvent.FOUND if same_amount else EntryEvent.FOUND_OTHERWISE
    after = step(entry, event, file=file, row=line.row, found=line.amount, fee=line.fee, found_at=now)
    if theirs_alone:
        after = replace(after, amount=line.amount, booked=entry.booked or line.currency == CURRENCY)
    moved = entries.journal(entry, event, after, now)
    return Finding(line, _outcome(after), after, after, moved, counts=after.booked, made=made)


def origin(file: str, row: int) -> str:
    """How a payment or an entry names the line that made it."""
    return f"{file}:{row}"


def _outcome(entry: Entry) -> Outcome:
    if entry.state is EntryState.STRAY:
        return Outcome.STRAY
    return Outcome.DIFFERS if entry.found != entry.amount else Outcome.MATCHED


@dataclass(frozen=True)
class Sum:
    """Đồng of an agency in a file: paid in, paid back, and kept by the other side."""

    paid: int = 0
    back: int = 0
    fee: int = 0

    def plus(self, line: Line) -> Sum:
        came = line.kind is Kind.PAYMENT
        return Sum(self.paid + line.amount * came, self.back + line.amount * (not came), self.fee + line.fee)

    @property
    def net(self) -> int:
        """What reaches the bank (or, below nought, is taken from it)."""
        return self.paid - self.back - self.fee


def add(sums: dict[str, Sum], finding: Finding) -> None:
    """Count a line for the agency of its entry, when it is to be counted."""
    if finding.counts and finding.entry is not None:
        agency = finding.entry.agency
        sums[agency] = sums.get(agency, Sum()).plus(finding.line)


def settled(file: str, agency: str, place: str, total: Sum, at: datetime) -> Journal | None:
    """Money of `place` (a gateway's clearing, the post office, the terminal) has come to the bank, less charges.

    One journal per agency and file, named by both. None when the file moved nothing.
    """
    postings = (("bank", total.net), ("charges", total.fee), (place, total.back - total.paid))
    moved = tuple(Posting(f"{agency}:{account}", amount) for account, amount in postings if amount)
    return Journal(f"file-{file}-{agency}", agency, "", "settled", at, moved) if moved else None


def missing_in_file(waiting: Iterable[Entry], last_day: Mapping[str, date]) -> Iterator[Entry]:
    """Of the entries that wait for a file, those of a day that the files of their side have passed.

    `last_day` is the latest day of the files that were read, by side.
    """
    for entry in waiting:
        until = last_day.get(side_of(entry.via))
        if entry.state is EntryState.BOOKED and until is not None and day_of(entry.at) < until:
            yield entry


def day_of(moment: datetime) -> date:
    """The day of Vietnam."""
    return moment.astimezone(ZONE).date()
