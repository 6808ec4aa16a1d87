"""Files against the ledger: any split, order or repetition of them leads to the same books, even after every step."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import entry as rules
from chalicelib.domain import reconcile
from chalicelib.domain.entry import Entry, EntryState, Kind
from chalicelib.domain.money import Journal, Payment, balances, place_of, received
from chalicelib.domain.reconcile import Finding, Key, Line, Outcome, Sum

pytestmark = pytest.mark.clause("C6")
AT = datetime(2026, 11, 25, 2, tzinfo=UTC)
AGENCIES = ("H34.05", "H34.06", "H34")


def line(number: str, amount: int = 200_000, row: int = 2, **more: object) -> Line:
    said: dict[str, object] = {"kind": Kind.PAYMENT, "fee": 0, **more}
    return Line(row, "vnpay", number, amount=amount, **said)  # type: ignore[arg-type]


def paid(number: str, amount: int = 200_000, agency: str = "H34.05") -> tuple[Entry, Journal]:
    payment = Payment(f"p-{number}", "d-1", agency, amount, "vnpay", number, "paid", AT, place_of("vnpay"), "callback")
    return rules.of_payment(payment), received(payment)


@dataclass
class Ledger:
    """The books in memory, kept as the portal keeps them: batch by batch, with sums per file."""

    entries: dict[Key, Entry] = field(default_factory=dict)
    journals: list[Journal] = field(default_factory=list)
    closed: set[str] = field(default_factory=set)

    def book(self, entry: Entry, journal: Journal | None) -> None:
        assert entry.key not in self.entries
        self.entries[entry.key] = entry
        self.add(journal)

    def add(self, journal: Journal | None) -> None:
        if journal is not None:
            assert journal.id not in {known.id for known in self.journals}
            self.journals.append(journal)
        assert sum(balances(self.journals).values()) == 0

    def stray(self, line: Line, file: str) -> Entry:
        """What nobody knows becomes a stray of the province."""
        entry = Entry(
            line.via, line.number, line.kind, "H34", line.amount, place_of(line.via), AT, EntryState.STRAY,
            origin=reconcile.origin(file, line.row),
        )  # fmt: skip
        self.book(entry, rules.arrived(entry, AT))
        return entry

    def read(self, file: str, lines: Sequence[Line], size: int = 3) -> list[Finding]:
        """A file from its first row to its last; the same file again changes nothing."""
        if file in self.closed:
            return []
        found, sums = [], dict[str, Sum]()
        for at in range(0, len(lines), size):
            rows = lines[at : at + size]
            known = {key: self.entries[key] for one in rows for key in one.keys if key in self.entries}
            for finding in reconcile.batch(rows, known, file, AT, lambda one: self.stray(one, file)):
                found.append(finding)
                reconcile.add(sums, finding)
                if finding.after is not None:
                    before = self.entries[finding.after.key]
                    assert finding.after.version == before.version + 1
                    self.entries[finding.after.key] = finding.after
                self.add(finding.journal)
        for agency, total in sums.items():
            self.add(reconcile.settled(file, agency, place_of("vnpay"), total, AT))
        self.closed.add(file)
        return found

    def outcomes(self, file: str, lines: Sequence[Line]) -> list[str]:
        return [finding.outcome.value for finding in self.read(file, lines)]

    @property
    def balances(self) -> dict[str, int]:
        return {account: amount for account, amount in sorted(balances(self.journals).items()) if amount}

    @property
    def states(self) -> dict[Key, tuple[str, int | None, int]]:
        return {key: (entry.state.value, entry.found, entry.fee) for key, entry in sorted(self.entries.items())}


def test_what_is_in_both_reaches_the_bank_less_charges() -> None:
    books = Ledger()
    books.book(*paid("1"))
    books.book(*paid("2", 50_000, "H34.06"))
    assert books.outcomes("f", [line("1", fee=2_000), line("2", 50_000, row=3)]) == ["matched", "matched"]
    assert books.balances == {
        "H34.05:bank": 198_000,
        "H34.05:charges": 2_000,
        "H34.05:due": -200_000,
        "H34.06:bank": 50_000,
        "H34.06:due": -50_000,
    }
    assert {entry.state for entry in books.entries.values()} == {EntryState.MATCHED}


def test_another_amount_leaves_the_difference_where_it_was() -> None:
    books = Ledger()
    books.book(*paid("1"))
    (finding,) = books.read("f", [line("1", 150_000, fee=1_000)])
    assert (finding.outcome, books.entries[finding.line.key].unmatched) == (Outcome.DIFFERS, 50_000)
    assert books.balances["H34.05:clearing:vnpay"] == 50_000 and books.balances["H34.05:bank"] == 149_000


def test_what_only_the_file_has_is_a_stray_that_reaches_the_bank_too() -> None:
    books = Ledger()
    assert books.outcomes("f", [line("1", fee=500)]) == ["stray"]
    assert books.balances == {"H34:bank": 199_500, "H34:charges": 500, "H34:strays": -200_000}


def test_the_same_file_changes_nothing_and_the_same_line_counts_once() -> None:
    books = Ledger()
    books.book(*paid("1"))
    lines = [line("1"), line("1", row=3), line("2", row=4), line("1", row=5), line("2", row=6)]
    found = books.read("f", lines)
    assert [(f.outcome.value, f.first) for f in found] == [
        ("matched", None), ("twice", 2), ("stray", None), ("twice", 2), ("twice", 4),
    ]  # fmt: skip
    before = books.balances
    assert books.read("f", lines) == [] and books.balances == before
    assert books.outcomes("g", [line("1"), line("2", row=3)]) == ["known", "known"]
    assert books.balances == before


def test_a_refund_is_found_under_the_gateways_number_or_ours() -> None:
    books = Ledger()
    mine = Entry("vnpay", "REQ1", Kind.REFUND, "H34.05", 50_000, place_of("vnpay"), AT, EntryState.BOOKED)
    theirs = replace(mine, number="900")
    books.book(mine, None)
    books.book(theirs, None)
    lines = [
        line("901", 50_000, kind=Kind.REFUND, request="REQ1"),
        line("900", 50_000, row=3, kind=Kind.REFUND, request="REQ2"),
        line("900", 50_000, row=4, kind=Kind.PAYMENT),
    ]
    assert books.outcomes("f", lines) == ["matched", "matched", "twice"]
    assert books.balances == {"H34.05:bank": -100_000, "H34.05:clearing:vnpay": 100_000}
    assert books.outcomes("g", [line("900", 50_000, kind=Kind.PAYMENT)]) == ["contradicts"]


def test_what_people_gave_up_and_a_file_shows_is_found_again() -> None:
    books = Ledger()
    entry, journal = paid("1")
    given_up = rules.step(entry, rules.EntryEvent.DISMISS)
    books.book(given_up, journal)
    books.add(rules.journal(entry, rules.EntryEvent.DISMISS, given_up, AT))
    assert books.balances == {"H34.05:differences": 200_000, "H34.05:due": -200_000}
    assert books.outcomes("f", [line("1")]) == ["matched"]
    assert books.balances == {"H34.05:bank": 200_000, "H34.05:due": -200_000}


def test_a_line_that_was_written_before_a_crash_is_the_same_line() -> None:
    books = Ledger()
    books.book(*paid("1"))
    lines = [line("1", fee=1_000), line("2", row=3)]
    first = list(reconcile.batch(lines, books.entries, "f", AT, lambda one: books.stray(one, "f")))
    for finding in first:
        assert finding.after is not None
        books.entries[finding.after.key] = finding.after
    again = list(reconcile.batch(lines, books.entries, "f", AT, lambda one: None))
    assert [(f.outcome, f.counts, f.made) for f in again] == [(f.outcome, f.counts, f.made) for f in first]
    assert all(f.after is None and f.journal is None for f in again)


def test_missing_there_is_what_the_files_have_passed() -> None:
    entry, _ = paid("1")
    late = replace(entry, number="2", at=AT + timedelta(days=1))
    matched = replace(entry, number="3", state=EntryState.MATCHED)
    passed = {"vnpay": date(2026, 11, 26)}
    assert list(reconcile.missing_in_file([entry, late, matched], passed)) == [entry]
    assert list(reconcile.missing_in_file([entry], {"momo": date(2027, 1, 1)})) == []
    # The day is Vietnam's: 17:00 UTC is tomorrow there.
    evening = replace(entry, at=datetime(2026, 11, 25, 17, tzinfo=UTC))
    assert list(reconcile.missing_in_file([evening], passed)) == []


# Any split, order and repetition.


@dataclass(frozen=True)
class Day:
    """What a day had: payments that are booked here, and lines of the gateway's; some are in one of the two only."""

    booked: tuple[tuple[Entry, Journal], ...]
    lines: tuple[Line, ...]


@st.composite
def days(draw: st.DrawFn) -> Day:
    booked, lines = [], []
    for number in range(draw(st.integers(0, 12))):
        amount, agency = draw(st.integers(1_000, 10**9)), draw(st.sampled_from(AGENCIES))
        where = draw(st.sampled_from(["both", "both", "both", "here", "there", "differs"]))
        if where != "there":
            booked.append(paid(str(number), amount, agency))
        if where != "here":
            told = amount + draw(st.integers(1, 999)) if where == "differs" else amount
            kind = (
                draw(st.sampled_from([Kind.PAYMENT, Kind.PAYMENT, Kind.REFUND])) if where == "there" else Kind.PAYMENT
            )
            lines.append(line(str(number), told, kind=kind, fee=draw(st.integers(0, 900))))
    return Day(tuple(booked), tuple(lines))


def ledger_of(day: Day) -> Ledger:
    books = Ledger()
    for entry, journal in day.booked:
        books.book(entry, journal)
    return books


def numbered(lines: Iterable[Line]) -> Iterator[Line]:
    for row, one in enumerate(lines, 2):
        yield replace(one, row=row)


@given(days(), st.randoms(use_true_random=False), st.integers(1, 5), st.integers(1, 4))
def test_any_split_order_and_repetition_of_files_leads_to_the_same_books(
    day: Day, chance: random.Random, size: int, parts: int
) -> None:
    whole = ledger_of(day)
    whole.read("whole", list(numbered(day.lines)))

    pieces: list[list[Line]] = [[] for _ in range(parts)]
    for one in day.lines:
        for piece in chance.sample(pieces, chance.randint(1, parts)):  # in one file, or in several
            piece.append(one)
            if chance.random() < 0.2:
                piece.append(one)  # twice in the same
    files = [(f"file-{at}", piece) for at, piece in enumerate(pieces)]
    files += chance.choices(files, k=2)  # sent again
    chance.shuffle(files)
    shuffled = ledger_of(day)
    contents: dict[str, list[Line]] = {}
    for name, piece in files:
        if name not in contents:
            chance.shuffle(piece)
            contents[name] = list(numbered(piece))
        shuffled.read(name, contents[name], size)
    assert shuffled.balances == whole.balances
    assert shuffled.states == whole.states


@given(days())
def test_every_dong_of_a_file_is_accounted_for(day: Day) -> None:
    """What left the clearing account is what reached the bank and what was kept."""
    books = ledger_of(day)
    books.read("f", list(numbered(day.lines)))
    signs = [(one.amount if one.kind is Kind.PAYMENT else -one.amount, one.fee) for one in day.lines]
    at_bank = sum(amount for name, amount in books.balances.items() if name.endswith(":bank"))
    assert at_bank == sum(amount - fee for amount, fee in signs)
    on_clearing = sum(amount for name, amount in books.balances.items() if ":clearing:" in name)
    waiting = sum(e.amount - (e.found or 0) for e in books.entries.values() if e.state in rules.UNMATCHED)
    assert on_clearing == waiting
