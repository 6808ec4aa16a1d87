"""Files of other sides read into the ledger: piece by piece, each row once, whatever breaks on the way.

A piece is read in batches of what one transaction holds. A batch looks all its numbers up at once, books what the
ledger does not have, and then writes in one transaction what it found of each entry together with how far the file has
been read. What a row books by itself is known again by the row's origin, so that a batch that was broken is read again
to the same end. Memory is that of one batch; nothing is scanned.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import field, replace
from datetime import date, datetime

from chalicelib.domain import reconcile
from chalicelib.domain.access import Actor
from chalicelib.domain.entry import side_of
from chalicelib.domain.file import File, FileKind, Told, read_on
from chalicelib.domain.money import place_of
from chalicelib.domain.payment import BY_TRANSFER
from chalicelib.domain.reconcile import Finding
from chalicelib.errors import Conflict, FieldError, Invalid, NotFound, StaleWrite
from chalicelib.gateways import spreadsheet
from chalicelib.gateways.payments import settlements, slips, statement, transfers
from chalicelib.services import accounting, rows
from chalicelib.services.accounting import Clerk
from chalicelib.services.rows import Reader
from chalicelib.storage import entries, files, ledger
from chalicelib.storage.transactions import Also, write_all
from chalicelib.telemetry import count, logger
from chalicelib.values import dataclass

BATCH = 99
"""Rows read at a time: with the file's own row, what one transaction takes."""
MOST_ROWS = 200
"""Rows of one piece: what is read well within the time that an API has."""
_TRIES = 4


@dataclass(frozen=True)
class Piece:
    """Some rows of a file, each the text of a whole row; `offset` of them came before, `last` when none follow."""

    kind: FileKind
    provider: str
    sha256: str
    name: str
    header: str
    offset: int
    rows: Sequence[str]
    last: bool


@dataclass
class Read:
    """What became of a piece: the file as it is now, and what is to be said about the rows that were read just now."""

    file: File
    told: list[Told] = field(default_factory=list)
    known: bool = False  # the whole file was read before


def take(actor: Actor, agency: str, piece: Piece, now: datetime) -> Read:
    """Read a piece for an accountant of the agency. The same piece again changes nothing.

    Raises Conflict("FileOutOfOrder") when rows before it are missing, Invalid when the file is none of its kind or its
    pieces do not belong together.
    """
    return read(accounting.require(actor, agency, accounting.KEEPS), agency, piece, now)


def read(clerk: Clerk, agency: str, piece: Piece, now: datetime, *, dry: bool = False) -> Read:
    """As `take`, for whoever may; `dry` only looks: nothing is booked, written or remembered, and the counts are those
    of this piece."""
    names = check(piece)
    file = files.find(agency, piece.kind, piece.sha256) or _new(clerk, agency, piece, now)
    if file.ended_at is not None:
        return Read(file, known=True)
    if (file.provider, file.header) != (piece.provider, piece.header):
        raise Invalid("BadRequest", [FieldError("header", "Mismatch")])
    if piece.offset > file.rows and not dry:
        raise Conflict("FileOutOfOrder", expected=file.rows)
    reader = rows.reader(piece.kind, piece.provider, agency, clerk, file.key, now, dry=dry)
    done = Read(replace(_new(clerk, agency, piece, now), rows=piece.offset) if dry else file)
    while (at := done.file.rows - piece.offset) < len(piece.rows):
        _batch(done, reader, names, piece.rows[at : at + BATCH], now, dry)
    if piece.last and not dry:
        done.file = _finish(done.file, now)
    return done


def listed(actor: Actor, agency: str, limit: int, cursor: str) -> tuple[tuple[File, ...], str | None]:
    """A page of the files that the agency had read, the newest first."""
    accounting.require(actor, agency, accounting.SEES)
    return files.listed(agency, limit, cursor)


def look(actor: Actor, agency: str, kind: FileKind, sha256: str) -> File:
    """Raises NotFound("FileNotFound") for one that was never begun."""
    accounting.require(actor, agency, accounting.SEES)
    found = files.find(agency, kind, sha256)
    if found is None:
        raise NotFound("FileNotFound")
    return found


def check(piece: Piece) -> list[str]:
    """The columns of the file; raises Invalid for a kind, a provider or a first line that it cannot have."""
    match piece.kind:
        case FileKind.POST_OFFICE:
            _no_provider(piece)
            return spreadsheet.columns(piece.header, slips.FIELDS, slips.COLUMNS_CODE)
        case FileKind.STATEMENT:
            _no_provider(piece)
            return spreadsheet.columns(piece.header, transfers.FIELDS, statement.COLUMNS_CODE)
        case FileKind.SETTLEMENT:
            if piece.provider not in settlements.FORMATS:
                known = ", ".join(settlements.FORMATS)
                raise Invalid("BadRequest", [FieldError.of("provider", "NotOneOf", expected=known)])
            return spreadsheet.columns(piece.header, settlements.wanted(piece.provider), settlements.COLUMNS_CODE)


def _no_provider(piece: Piece) -> None:
    if piece.provider:
        raise Invalid("BadRequest", [FieldError("provider", "Unknown")])


def _new(clerk: Clerk, agency: str, piece: Piece, now: datetime) -> File:
    return File(
        agency=agency,
        kind=piece.kind,
        sha256=piece.sha256,
        name=piece.name,
        provider=piece.provider,
        header=piece.header,
        by=clerk.id,
        by_name=clerk.name,
        began_at=now,
    )


def _batch(done: Read, reader: Reader, names: Sequence[str], texts: Sequence[str], now: datetime, dry: bool) -> None:
    """Read some rows on; `done` has what came of them, or StaleWrite leaves it as it was."""
    file = done.file
    for _ in range(_TRIES):
        seen = _look(reader, file, names, texts, now)
        after = read_on(file, len(texts), seen.counts, seen.sums, seen.told, seen.days)
        if dry:
            done.file = after
            done.told += seen.told
            return
        try:
            write_all([*seen.marks, files.put(after)])
        except StaleWrite:
            there = files.find(file.agency, file.kind, file.sha256)
            if there is not None and there.version != file.version:
                raise  # somebody else reads the same file
            continue  # an entry moved: look again
        done.file = after
        done.told += seen.told
        return
    raise StaleWrite("StaleWrite")


@dataclass
class _Seen:
    """What a batch comes to."""

    counts: Counter[str]
    sums: dict[str, reconcile.Sum]
    told: list[Told]
    days: list[date]
    marks: list[Also]


def _look(reader: Reader, file: File, names: Sequence[str], texts: Sequence[str], now: datetime) -> _Seen:
    seen = _Seen(Counter(), dict(file.sums), [], [], [])
    lines = []
    for cells in spreadsheet.rows(names, texts, first=file.rows + 2):
        try:
            lines.append(reader.line(cells))
        except Invalid as refused:
            seen.counts["refused"] += 1
            seen.told.append(Told(cells.number, "RowRefused", {}, refused.fields))
    known = entries.many(key for line in lines for key in line.keys)
    for line, finding in zip(lines, reader.findings(lines, known), strict=True):
        _note(seen, finding, reader)
        if line.at is not None:
            seen.days.append(reconcile.day_of(line.at))
        if finding.after is None or reader.dry:
            continue
        if finding.journal is None:
            seen.marks.append(entries.changed(finding.after))
        else:  # seldom: an entry that people had given up is found after all
            write_all([entries.changed(finding.after), ledger.new_journal(finding.journal)])
    seen.told.sort(key=lambda one: one.row)
    return seen


def _note(seen: _Seen, finding: Finding, reader: Reader) -> None:
    outcome, told = reader.word(finding)
    seen.counts[outcome] += 1
    if told is not None:
        seen.told.append(told)
    if reader.counts:
        reconcile.add(seen.sums, finding)


def _finish(file: File, now: datetime) -> File:
    """The end of a file: what reaches the bank, one journal per agency; then the file is done for ever."""
    waiting = dict(file.sums)
    while True:
        booked = dict(list(waiting.items())[: BATCH - 1])
        waiting = {agency: total for agency, total in waiting.items() if agency not in booked}
        journals = [
            journal
            for agency, total in booked.items()
            if (journal := reconcile.settled(file.key, agency, place_of(file.provider), total, now)) is not None
        ]
        file = replace(
            file,
            version=file.version + 1,
            sums=waiting,
            net=file.net + sum(total.net for total in booked.values()),
            ended_at=None if waiting else now,
        )
        write_all([files.put(file), *map(ledger.new_journal, journals), *([] if waiting else _passed(file))])
        if not waiting:
            count("FilesRead", kind=file.kind.value, provider=file.provider or "bank")
            logger.info("file read", file=file.key, rows=file.rows, counts=dict(file.counts))
            return file


def _passed(file: File) -> list[Also]:
    """Files of a side that prove what it moved have been read up to the file's last day."""
    if file.kind is FileKind.POST_OFFICE or file.last_day is None:
        return []
    side = BY_TRANSFER if file.kind is FileKind.STATEMENT else side_of(file.provider)
    before = files.last_days(file.agency).get(side)
    return [files.passed(file.agency, side, file.last_day)] if before is None or before < file.last_day else []
