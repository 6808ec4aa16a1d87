"""Daily reconciliation: an agency's day reckoned, what still waits, and whether the day is closed.

A day is reckoned from its rows whenever somebody looks. Every morning the day before is reckoned for all agencies and
kept, so that balances are carried on without adding up everything that ever was, and days that were not closed are
reckoned again until they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from chalicelib.domain import books as reckoning
from chalicelib.domain.access import Actor
from chalicelib.domain.agency import is_within
from chalicelib.domain.books import Closing, Day, Tally, Waiting
from chalicelib.domain.drawer import Drawer
from chalicelib.domain.entry import Entry
from chalicelib.domain.money import Journal
from chalicelib.domain.reconcile import day_of, missing_in_file
from chalicelib.errors import FieldError, Invalid
from chalicelib.services import accounting, catalogue
from chalicelib.storage import days, drawers, entries, files, ledger
from chalicelib.telemetry import count, logger
from chalicelib.values import dataclass

CARRIED = timedelta(days=31)
"""How far back balances are looked for where no day was reckoned yet: the schedule begins with the portal itself."""
REOPENED = timedelta(days=62)
"""How long an open day is reckoned again every morning."""
MOST_DAYS = 2000
_AMOUNT = re.compile("[0-9]{1,15}", re.ASCII)
_PAGE, _MOST_PAGES = 100, 5


@dataclass(frozen=True)
class Report:
    """A day of an agency. `waiting` is what is unmatched now, whatever its day, `missing` what of it the files of its
    side have passed; `before` and `after` are the balances around the day."""

    day: Day
    waiting: Waiting
    missing: Tally
    before: Mapping[str, int]
    after: Mapping[str, int]
    closing: Closing
    drawers: tuple[Drawer, ...]

    @property
    def proof(self) -> int:
        """The sum over all accounts: nought, or the books are wrong."""
        return sum(self.after.values())


def report(actor: Actor, agency: str, on: date, now: datetime) -> Report:
    """The day as it stands now."""
    accounting.require(actor, agency, accounting.SEES)
    return reckon(agency, on, now)


def reckon(agency: str, on: date, now: datetime) -> Report:
    """The day from its rows, page by page; nothing of them is kept."""
    day, today = _added(agency, on), day_of(now)
    waiting, missing, open_until = Waiting(), Tally(), 0
    passed = _passed(agency)
    for entry in _all_waiting(agency):
        waiting.add(entry, today)
        if day_of(entry.at) <= on:
            open_until += entry.unmatched
        for gone in missing_in_file([entry], passed):
            missing.add(gone.amount)
    late = tuple(_drawers(agency, on))
    before = _before(agency, on)
    after = reckoning.after(before, day.moved)
    return Report(day, waiting, missing, before, after, Closing(len(late), open_until), late)


def _added(agency: str, on: date) -> Day:
    day = Day(agency, on)
    for row in ledger.day(agency, on):
        if row.kind == "entry":
            day.add_entry(entries.entry_of(row))
        elif row.kind == "payment":
            day.add_payment(ledger.payment_of(row))
        elif row.kind == "journal":
            day.add_journal(ledger.journal_of(row))
    return day


def _all_waiting(agency: str) -> Iterator[Entry]:
    for which in entries.LISTS:
        yield from entries.all_waiting(agency, which)


def _drawers(agency: str, on: date) -> Iterator[Drawer]:
    """Those of the day and before that were not handed in."""
    cursor: str | None = ""
    while cursor is not None:
        found, cursor = drawers.waiting(agency, 50, cursor)
        yield from (drawer for drawer in found if drawer.day <= on.isoformat())


def _passed(agency: str) -> dict[str, date]:
    """The latest day that files of each side have told of, at the agency or above it."""
    tree, found = catalogue.agencies(), dict[str, date]()
    at: str | None = agency
    while at is not None:
        for side, day in files.last_days(at).items():
            found[side] = max(day, found.get(side, day))
        at = tree[at].parent if at in tree else None
    return found


def _before(agency: str, on: date) -> dict[str, int]:
    """The balances before a day: those of the last day that was reckoned, and what moved since."""
    kept = days.before(agency, on)
    at, balances = (kept[0] + timedelta(days=1), kept[1]["balances"]) if kept else (on - CARRIED, {})
    while at < on:
        balances = reckoning.after(balances, _added(agency, at).moved)
        at += timedelta(days=1)
    return dict(balances)


def every_morning(now: datetime) -> dict[str, int]:
    """Reckon yesterday for every agency, and the days before that were left open; count what waits as metrics."""
    today = day_of(now)
    yesterday = today - timedelta(days=1)
    done = {"reckoned": 0, "closed": 0, "failed": 0}
    for agency in catalogue.agencies():
        found = _kept(agency, yesterday, now, done)
        if found is not None:
            count("UnmatchedAmount", found.waiting.amount, agency=agency)
            count("UnmatchedAge", found.waiting.age(today), agency=agency)
    for agency, on in list(days.still_open(yesterday - REOPENED, yesterday, MOST_DAYS)):
        _kept(agency, on, now, done)
    logger.info("days reckoned", extra=dict(done))
    return done


def _kept(agency: str, on: date, now: datetime, done: dict[str, int]) -> Report | None:
    try:
        found = reckon(agency, on, now)
        if found.proof != 0:
            count("BooksUneven", agency=agency)
            logger.error("books uneven", agency=agency, day=on.isoformat(), proof=found.proof)
        days.keep(agency, on, plain(found, now), closed=found.closing.closed, unmatched=found.closing.unmatched)
    except Exception:  # whatever it is: the other agencies are not to wait for it
        logger.exception("day not reckoned", agency=agency, day=on.isoformat())
        done["failed"] += 1
        return None
    done["reckoned"] += 1
    done["closed"] += found.closing.closed
    return found


def plain(found: Report, now: datetime) -> dict[str, Any]:
    """What is kept of a day."""
    return {
        "agency": found.day.agency,
        "day": found.day.on.isoformat(),
        "reckoned_at": now.isoformat(),
        "movements": sum(tally.count for tally in found.day.entries.values()),
        "amount": sum(tally.amount for (_, kind, _), tally in found.day.entries.items() if kind == "payment"),
        "unmatched": found.closing.unmatched,
        "drawers": found.closing.drawers,
        "closed": found.closing.closed,
        "balances": dict(found.after),
    }


# Lists.


def reckoned(actor: Actor, agency: str, limit: int, cursor: str) -> tuple[list[dict[str, Any]], str | None]:
    """A page of the days that were kept, the latest first."""
    accounting.require(actor, agency, accounting.SEES)
    return days.listed(agency, limit, cursor)


def below(actor: Actor, agency: str, on: date, limit: int, cursor: str) -> tuple[list[tuple[str, Any]], str | None]:
    """The day of the agency and of those below it, as it was kept (None: it was not), by code."""
    accounting.require(actor, agency, accounting.SEES)
    tree = catalogue.agencies()
    codes = sorted(code for code in tree if is_within(tree, code, agency) and code > cursor)
    page = codes[:limit]
    kept = days.of(page, on)
    return [(code, kept.get(code)) for code in page], page[-1] if len(codes) > limit else None


@dataclass(frozen=True)
class Waits:
    """An entry that waits, and whether files of its side have passed its day."""

    entry: Entry
    missing: bool


def waiting(actor: Actor, agency: str, which: str, limit: int, cursor: str) -> tuple[list[Waits], str | None]:
    """A page of what waits, the oldest first: `unmatched` or `stray`."""
    accounting.require(actor, agency, accounting.SEES)
    found, after = entries.waiting(agency, which, limit, cursor)
    passed = _passed(agency)
    return [Waits(entry, any(missing_in_file([entry], passed))) for entry in found], after


@dataclass(frozen=True)
class Filter:
    """Which movements of a day are wanted: "" for all, amounts in đồng from `least` to `most`."""

    via: str = ""
    kind: str = ""
    state: str = ""
    least: int = 0
    most: int | None = None

    @classmethod
    def typed(cls, via: str, kind: str, state: str, least: str, most: str) -> Filter:
        """As it was asked for; raises Invalid naming an amount that is none."""
        wrong = [name for name, text in (("least", least), ("most", most)) if text and not _AMOUNT.fullmatch(text)]
        if wrong:
            raise Invalid("BadQuery", [FieldError(name, "BadFormat") for name in wrong])
        return cls(via, kind, state, int(least or 0), int(most) if most else None)

    def wants(self, entry: Entry) -> bool:
        pairs = ((self.via, entry.via), (self.kind, entry.kind.value), (self.state, entry.state.value))
        between = self.least <= entry.amount and (self.most is None or entry.amount <= self.most)
        return between and all(wanted in ("", had) for wanted, had in pairs)


def movements(
    actor: Actor, agency: str, on: date, wanted: Filter, limit: int, cursor: str
) -> tuple[list[Entry], str | None]:
    """A page of a day's movements, in order of time; a page may have fewer than `limit` and go on all the same."""
    accounting.require(actor, agency, accounting.SEES)
    found: list[Entry] = []
    after: str | None = cursor
    for _ in range(_MOST_PAGES):
        rows, after = ledger.day_page(agency, on, _PAGE, after or "")
        for entry, its_cursor in rows:
            if wanted.wants(entry):
                found.append(entry)
                if len(found) == limit:
                    return found, its_cursor
        if after is None:
            break
    return found, after


def all_movements(actor: Actor, agency: str, on: date) -> Iterator[Entry]:
    """All movements of a day, page by page."""
    accounting.require(actor, agency, accounting.SEES)
    return (entries.entry_of(row) for row in ledger.day(agency, on) if row.kind == "entry")


def all_journals(actor: Actor, agency: str, on: date) -> Iterator[Journal]:
    """The journal of a day, page by page."""
    accounting.require(actor, agency, accounting.SEES)
    return (ledger.journal_of(row) for row in ledger.day(agency, on) if row.kind == "journal")


def day_named(text: str) -> date:
    """The day of a path; raises Invalid naming `day`."""
    found = reckoning.read_day(text)
    if found is None:
        raise Invalid("BadQuery", [FieldError("day", "BadDate")])
    return found
