"""What each kind of file makes of its rows: a line, what is booked when the ledger has none, what is said of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from chalicelib.domain import reconcile
from chalicelib.domain.agency import is_within
from chalicelib.domain.entry import Entry, EntryState, Kind
from chalicelib.domain.file import FileKind, Told
from chalicelib.domain.money import HELD, SURPLUS, Means, place_of
from chalicelib.domain.payment import BY_TRANSFER, Evidence, Outcome, Source, find_reference
from chalicelib.domain.reconcile import Finding, Key, Line
from chalicelib.domain.reconcile import Outcome as Found
from chalicelib.errors import Conflict, FieldError, Invalid
from chalicelib.gateways import spreadsheet
from chalicelib.gateways.payments import connections, settlements, slips, transfers
from chalicelib.services import catalogue, strays
from chalicelib.services import slips as counter
from chalicelib.services.accounting import Clerk
from chalicelib.services.desk import dotted
from chalicelib.services.settlement import settle
from chalicelib.services.slips import Taken
from chalicelib.storage import entries, ledger
from chalicelib.storage.transactions import write_all
from chalicelib.values import dataclass

BY_HAND = frozenset({Means.POST.value, Means.CARD.value})
"""Sides without a callback: their slips name the dossier."""


class Reader(Protocol):
    """`counts` when the file says what reaches the bank; `dry` when nothing is to be booked."""

    counts: bool
    dry: bool

    def line(self, cells: spreadsheet.Cells) -> Line:
        """Raises Invalid with every defect."""

    def findings(self, lines: Sequence[Line], known: Mapping[Key, Entry]) -> Iterator[Finding]: ...

    def word(self, finding: Finding) -> tuple[str, Told | None]:
        """The name under which the row is counted, and what is to be said about it."""


@dataclass(frozen=True)
class Desk:
    """Whose file is read, by whom, at what moment."""

    agency: str
    clerk: Clerk
    file: str
    now: datetime


def reader(kind: FileKind, provider: str, agency: str, clerk: Clerk, file: str, now: datetime, *, dry: bool) -> Reader:
    desk = Desk(agency, clerk, file, now)
    if kind is FileKind.POST_OFFICE:
        return Slips(desk, dry)
    if kind is FileKind.STATEMENT:
        return Statement(desk, dry)
    return Settlement(desk, provider, dry)


class _Books(ABC):
    """What all kinds share."""

    counts = False

    def __init__(self, desk: Desk, dry: bool) -> None:
        self.desk, self.dry = desk, dry
        self._taken: dict[int, Taken] = {}  # what the rows of this batch booked

    def findings(self, lines: Sequence[Line], known: Mapping[Key, Entry]) -> Iterator[Finding]:
        return reconcile.batch(lines, known, self.desk.file, self.desk.now, self._missing)

    def _missing(self, line: Line) -> Entry | None:
        """The entry that was made of a line; None when it must not be, or in a trial."""
        return None if self.dry else self._book(line)

    @abstractmethod
    def _book(self, line: Line) -> Entry | None:
        """Book what a line tells of and nobody knew; every kind of file has its own way."""

    def _origin(self, line: Line) -> str:
        return reconcile.origin(self.desk.file, line.row)

    def _is_ours(self, agency: str) -> bool:
        return is_within(catalogue.agencies(), agency, self.desk.agency)

    def word(self, finding: Finding) -> tuple[str, Told | None]:
        line, entry = finding.line, finding.entry
        if finding.made and entry is not None and entry.document is not None and line.row not in self._taken:
            self._taken[line.row] = counter.recalled(entry)
        taken = self._taken.get(line.row)
        if taken is not None and finding.outcome in {Found.MATCHED, Found.STRAY}:
            return self._taken_word(line, taken)
        match finding.outcome:
            case Found.TWICE:
                code = "RowTwice" if finding.alike else "RowTwiceOther"
                return "twice", Told(line.row, code, {"first": finding.first})
            case Found.CONTRADICTS:
                return "contradicts", Told(line.row, "DirectionDiffers", {"number": line.number})
            case Found.MISSING:
                return ("new", None) if self.dry else ("missing", Told(line.row, "NotOurs", {"number": line.number}))
            case Found.DIFFERS if entry is not None:
                amounts = {"ours": dotted(entry.amount), "theirs": dotted(line.amount)}
                return "differs", Told(line.row, "AmountDiffers", amounts)
            case Found.STRAY if entry is not None:
                code = "RefundUnknown" if entry.kind is Kind.REFUND else "BecameStray"
                return "stray", Told(line.row, code, {"number": line.number})
        return ("booked" if finding.made else finding.outcome.value), None

    def _slip(self, line: Line) -> Entry | None:
        """Book a slip on the dossier that it names, or keep it as a stray."""
        try:
            taken = counter.take(
                line, self.desk.agency, self.desk.clerk, Source.FILE, self.desk.now, self._origin(line)
            )
        except Conflict as known:
            if known.code != "TransactionKnown":
                raise
            return entries.get(*line.key)
        self._taken[line.row] = taken
        return taken.entry

    def _taken_word(self, line: Line, taken: Taken) -> tuple[str, Told | None]:
        if taken.dossier is None:
            return "stray", Told(line.row, "DossierUnknown", {"text": line.reference[:40]})
        code = str(taken.dossier.code)
        if taken.use == SURPLUS:
            return "surplus", Told(line.row, "NothingDue", {"dossier": code, "amount": dotted(line.amount)})
        if taken.use == HELD:
            due = dotted(taken.dossier.owes_now()[1])
            return "held", Told(line.row, "NotEnough", {"dossier": code, "due": due})
        if taken.over:
            return "booked", Told(line.row, "TooMuch", {"dossier": code, "amount": dotted(taken.over)})
        return "booked", None


class Slips(_Books):
    """What a post office reports: it books, and proves nothing of what reached the bank."""

    def line(self, cells: spreadsheet.Cells) -> Line:
        line = slips.read(cells)
        counter.check_moment(line.at, self.desk.now, "paid_at")
        return line

    def findings(self, lines: Sequence[Line], known: Mapping[Key, Entry]) -> Iterator[Finding]:
        seen: dict[Key, Line] = {}
        for line in lines:
            if before := seen.get(line.key):
                repeated = (before.amount, before.reference) == (line.amount, line.reference)
                yield Finding(line, Found.TWICE if repeated else Found.CONTRADICTS, first=before.row)
                continue
            seen[line.key] = line
            entry = known.get(line.key)
            if entry is not None:
                yield self._known(line, entry)
            else:
                entry = self._missing(line)
                outcome = Found.MISSING if entry is None else Found.STRAY if _is_stray(entry) else Found.MATCHED
                yield Finding(line, outcome, entry, made=entry is not None)

    def _known(self, line: Line, entry: Entry) -> Finding:
        if entry.origin == self._origin(line):  # booked before a crash
            return Finding(line, Found.STRAY if _is_stray(entry) else Found.MATCHED, entry, made=True)
        if not counter.same(line, entry):
            return Finding(line, Found.CONTRADICTS, entry)
        file, _, row = (entry.origin or "").rpartition(":")
        if file == self.desk.file:
            return Finding(line, Found.TWICE, entry, first=int(row))
        return Finding(line, Found.KNOWN, entry)

    def _book(self, line: Line) -> Entry | None:
        return self._slip(line)

    def word(self, finding: Finding) -> tuple[str, Told | None]:
        if finding.outcome is Found.CONTRADICTS:
            return "contradicts", Told(finding.line.row, "SlipTaken", {"number": finding.line.number})
        return super().word(finding)


class Statement(_Books):
    """A bank's statement: the payments of its notices, and all else that came in."""

    def line(self, cells: spreadsheet.Cells) -> Line:
        if cells.defects:
            raise Invalid(fields=cells.defects)
        said = transfers.read(cells.values, Source.FILE)
        counter.check_moment(said.at, self.desk.now, "at")
        if not self._is_ours(strays.agency_of(said.merchant)):
            raise Invalid("BadRequest", [FieldError("account", "AccountUnknown")])
        return Line(
            row=cells.number,
            via=BY_TRANSFER,
            number=str(said.transaction),
            kind=Kind.PAYMENT,
            amount=said.amount or 0,
            reference=said.reference,
            merchant=said.merchant,
            currency=str(said.currency),
            at=said.at,
            text=said.text,
        )

    def _book(self, line: Line) -> Entry | None:
        settle(_evidence(line, self._origin(line)), self.desk.now)
        return entries.get(*line.key)


class Settlement(_Books):
    """A settlement file: what it shows reaches the bank."""

    counts = True

    def __init__(self, desk: Desk, provider: str, dry: bool) -> None:
        super().__init__(desk, dry)
        self.provider = provider
        offered = provider in connections.names()
        self._merchant = connections.gateway(provider).merchant if offered else None

    def line(self, cells: spreadsheet.Cells) -> Line:
        line = settlements.read(self.provider, cells, self.desk.agency)
        counter.check_moment(line.at, self.desk.now, settlements.format_of(self.provider).columns["at"])
        if self._merchant is not None and line.merchant != self._merchant:
            raise Invalid("BadRequest", [FieldError("merchant", "MerchantUnknown")])
        return line

    def findings(self, lines: Sequence[Line], known: Mapping[Key, Entry]) -> Iterator[Finding]:
        # What belongs to agencies elsewhere is none of this one's business: as if it were not there.
        hidden = {key for key, entry in known.items() if not self._is_ours(entry.agency)}
        seen = super().findings([line for line in lines if not hidden & set(line.keys)], known)
        for line in lines:
            yield Finding(line, Found.MISSING) if hidden & set(line.keys) else next(seen)

    def _book(self, line: Line) -> Entry | None:
        if self.provider in BY_HAND:
            return self._slip(line)
        reference = find_reference(line.reference) or ""
        owner = ledger.agency_of(reference) if reference else None
        if owner is not None and not self._is_ours(owner):
            return None
        if line.kind is Kind.REFUND:
            return self._unknown_refund(line, owner or self.desk.agency)
        settle(_evidence(line, self._origin(line)), self.desk.now, home=self.desk.agency)
        return entries.get(*line.key)

    def _unknown_refund(self, line: Line, agency: str) -> Entry:
        """Money went out there that we have not heard of (yet): kept until a refund of ours accounts for it."""
        entry = Entry(
            via=line.via,
            number=line.number,
            kind=Kind.REFUND,
            agency=agency,
            amount=line.amount,
            place=place_of(line.via),
            at=self.desk.now,
            state=EntryState.STRAY,
            reference=line.reference or None,
            why="unknown_refund",
            merchant=line.merchant,
            currency=line.currency,
            paid_at=line.at,
            origin=self._origin(line),
        )
        write_all(strays.new(entry, self.desk.now))
        return entry


def _evidence(line: Line, origin: str) -> Evidence:
    return Evidence(
        gateway=line.via,
        source=Source.FILE,
        reference=find_reference(line.reference) or "",
        outcome=Outcome.PAID,
        amount=line.amount,
        merchant=line.merchant,
        currency=line.currency,
        transaction=line.number,
        at=line.at,
        text=line.text,
        origin=origin,
    )


def _is_stray(entry: Entry) -> bool:
    return entry.state is EntryState.STRAY
