"""The books as their readers see them: in answers, and as tables for spreadsheets."""

from __future__ import annotations

import base64
import binascii
import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from chalicelib import messages, settings
from chalicelib.api import book_shapes as shapes
from chalicelib.api import money_views
from chalicelib.domain.banks import BANKS
from chalicelib.domain.books import BUCKETS, neutral
from chalicelib.domain.clock import ZONE
from chalicelib.domain.entry import Act, Entry, EntryEvent, Proposal, allows
from chalicelib.domain.event import iso
from chalicelib.domain.file import File, Told
from chalicelib.domain.money import Journal
from chalicelib.domain.reconcile import day_of
from chalicelib.errors import NotFound
from chalicelib.services import catalogue
from chalicelib.services.books import Report, Waits
from chalicelib.services.imports import Read
from chalicelib.services.resolutions import History
from chalicelib.services.slips import Taken

BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""Without it spreadsheets take Vietnamese for another encoding."""


def day(found: Report, language: str) -> shapes.DayShape:
    counted = found.day
    return {
        "agency": counted.agency,
        "day": counted.on.isoformat(),
        "closed": found.closing.closed,
        "unmatched": found.closing.unmatched,
        "drawers": [money_views.drawer(one) for one in found.drawers],
        "movements": [
            {
                "via": money_views.way(via, language),
                "kind": kind,
                "state": state,
                "count": tally.count,
                "amount": tally.amount,
                "fee": tally.fee,
            }
            for (via, kind, state), tally in sorted(counted.entries.items())
        ],
        "payments": [
            {"via": money_views.way(via, language), "use": use, "count": tally.count, "amount": tally.amount}
            for (via, use), tally in sorted(counted.uses.items())
        ],
        "waiting": [
            {"least": least, "most": most, "count": tally.count, "amount": tally.amount}
            for (least, most), tally in zip(BUCKETS, found.waiting.by_age, strict=True)
        ],
        "oldest": found.waiting.oldest.isoformat() if found.waiting.oldest else None,
        "missing_count": found.missing.count,
        "missing": found.missing.amount,
        "accounts": [_account(name, found, language) for name in sorted({*found.before, *counted.moved})],
        "journals": counted.journals,
        "proof": found.proof,
    }


def _account(name: str, found: Report, language: str) -> shapes.AccountShape:
    _, _, account = name.partition(":")
    return {
        "account": account,
        "name": account_name(account, language),
        "before": found.before.get(name, 0),
        "moved": found.day.moved.get(name, 0),
        "after": found.after.get(name, 0),
    }


def account_name(account: str, language: str) -> str:
    """`clearing:vnpay` in words."""
    head, _, detail = account.partition(":")
    detail = money_views.way(detail, language)["name"] if head == "clearing" else detail
    name = messages.text(language, "accounts", head)
    return f"{name}: {detail}" if detail else name


def kept_days(page: tuple[Sequence[dict[str, Any]], str | None], language: str) -> shapes.KeptDaysShape:
    items = [_kept(str(said["agency"]), str(said["day"]), said, language) for said in page[0]]
    return {"items": items, "cursor": page[1]}


def agencies(
    on: date, page: tuple[Sequence[tuple[str, dict[str, Any] | None]], str | None], language: str
) -> shapes.KeptDaysShape:
    """Agencies whose day was not reckoned (yet) have nothing to show and are not closed."""
    items = [_kept(code, on.isoformat(), said or {}, language) for code, said in page[0]]
    return {"items": items, "cursor": page[1]}


def _kept(agency: str, on: str, said: dict[str, Any], language: str) -> shapes.KeptDayShape:
    return {
        "agency": agency,
        "name": str(getattr(catalogue.agency(agency).name, language)),
        "day": on,
        "reckoned_at": said.get("reckoned_at"),
        "movements": said.get("movements", 0),
        "amount": said.get("amount", 0),
        "unmatched": said.get("unmatched", 0),
        "open_drawers": said.get("drawers", 0),
        "closed": bool(said.get("closed")),
    }


# Entries.


def entry_id(of: Entry) -> str:
    side, number = of.key
    return f"{side}.{base64.urlsafe_b64encode(number.encode()).decode().rstrip('=')}"


def read_entry_id(text: str) -> tuple[str, str]:
    """Side and number; whatever is not of the shape of an id does not exist."""
    side, _, coded = text.partition(".")
    try:
        number = base64.urlsafe_b64decode(coded + "=" * (-len(coded) % 4)).decode()
    except (binascii.Error, ValueError) as error:
        raise NotFound("EntryNotFound") from error
    if not side or not number:
        raise NotFound("EntryNotFound")
    return side, number


def entry(of: Entry, language: str, now: datetime, missing: bool = False) -> shapes.EntryShape:
    return {
        "id": entry_id(of),
        "version": of.version,
        "agency": of.agency,
        "via": money_views.way(of.via, language),
        "number": of.number,
        "kind": of.kind.value,
        "amount": of.amount,
        "unmatched": of.unmatched,
        "state": of.state.value,
        "missing": missing,
        "booked": of.booked,
        "at": iso(of.at),
        "age": max(0, (day_of(now) - day_of(of.at)).days),
        "paid_at": iso(of.paid_at) if of.paid_at else None,
        "dossier": of.dossier,
        "reference": of.reference,
        "why": messages.text(language, "strays", of.why) if of.why else None,
        "text": of.text,
        "file": of.file,
        "row": of.row,
        "found": of.found,
        "fee": of.fee,
        "proposal": _proposal(of, of.proposal) if of.proposal else None,
        "payee": money_views.payee(of.payee, whole=True) if of.payee else None,
        "proof": of.proof,
        "can": [event.value for event in EntryEvent if not event.value.startswith("found") and allows(of, event)],
    }


def _proposal(of: Entry, wish: Proposal) -> shapes.ProposalShape:
    return {
        "act": wish.act,
        "by_name": wish.by_name,
        "at": wish.at,
        "reason": wish.reason,
        "payee": money_views.payee(wish.payee, whole=True) if wish.payee else None,
        "second_person": wish.act == EntryEvent.DISMISS or of.amount > settings.refund_threshold(),
    }


def waiting(page: tuple[Sequence[Waits], str | None], language: str, now: datetime) -> shapes.EntriesShape:
    items = [entry(one.entry, language, now, one.missing) for one in page[0]]
    return {"items": items, "cursor": page[1]}


def entries(page: tuple[Sequence[Entry], str | None], language: str, now: datetime) -> shapes.EntriesShape:
    return {"items": [entry(one, language, now) for one in page[0]], "cursor": page[1]}


def history(of: History, language: str, now: datetime) -> shapes.EntryHistoryShape:
    back = allows(of.entry, EntryEvent.OWE)
    return {
        "entry": entry(of.entry, language, now),
        "acts": [_act(one) for one in of.acts],
        "banks": [{"code": code, "name": name} for code, name in BANKS.items()] if back else [],
    }


def _act(of: Act) -> shapes.ActShape:
    return {"event": of.event, "state": of.state, "by_name": of.by_name, "at": of.at, "reason": of.reason}


def slip(of: Taken, language: str, now: datetime) -> shapes.SlipShape:
    dossier = of.dossier
    return {
        "entry": entry(of.entry, language, now),
        "dossier": of.entry.dossier or "",
        "code": dossier.code if dossier else None,
        "use": of.use,
        "due": max(0, dossier.owes_now()[1]) if dossier else 0,
        "over": of.over,
    }


# Files.


def told(of: Told, language: str) -> shapes.ToldShape:
    return {
        "row": of.row,
        "code": of.code,
        "message": messages.text(language, "rows", of.code, **of.params),
        "fields": [
            {"field": f.field, "code": f.code, "message": messages.text(language, "fields", f.code, **f.params)}
            for f in of.fields
        ],
    }


def file(of: File, language: str) -> shapes.FileShape:
    return {
        "id": of.id,
        "agency": of.agency,
        "kind": of.kind.value,
        "provider": money_views.way(of.provider, language) if of.provider else None,
        "name": of.name,
        "by_name": of.by_name,
        "began_at": iso(of.began_at),
        "ended_at": iso(of.ended_at) if of.ended_at else None,
        "rows": of.rows,
        "counts": dict(sorted(of.counts.items())),
        "net": of.net,
        "first_day": of.first_day.isoformat() if of.first_day else None,
        "last_day": of.last_day.isoformat() if of.last_day else None,
        "told": [told(one, language) for one in of.told],
    }


def files(page: tuple[Sequence[File], str | None], language: str) -> shapes.FilesShape:
    return {"items": [file(one, language) for one in page[0]], "cursor": page[1]}


def read(of: Read, language: str) -> shapes.ReadShape:
    return {"file": file(of.file, language), "told": [told(one, language) for one in of.told], "known": of.known}


# Tables for spreadsheets.

_MOVEMENTS = ("at", "agency", "via", "kind", "state", "number", "amount", "fee", "reference", "dossier", "file", "row")
_JOURNAL = ("at", "agency", "journal", "cause", "dossier", "account", "amount")


def movements_csv(found: Iterable[Entry], language: str) -> str:
    rows = (
        (
            _local(one.at),
            one.agency,
            money_views.way(one.via, language)["name"],
            messages.text(language, "kinds", one.kind.value),
            messages.text(language, "entry_states", one.state.value),
            one.number,
            one.amount,
            one.fee,
            one.reference,
            one.dossier,
            one.file,
            one.row,
        )
        for one in found
    )
    return _table(_MOVEMENTS, rows, language)


def journal_csv(found: Iterable[Journal], language: str) -> str:
    """A line per posting; the amounts of each journal, and so of the table, sum to zero."""
    rows = (
        (
            _local(one.at),
            one.agency,
            one.id,
            messages.text(language, "causes", one.cause),
            one.dossier,
            posting.account,
            posting.amount,
        )
        for one in found
        for posting in one.postings
    )
    return _table(_JOURNAL, rows, language)


def _local(moment: datetime) -> str:
    return moment.astimezone(ZONE).isoformat(timespec="seconds")


def _table(names: Sequence[str], rows: Iterable[Sequence[Any]], language: str) -> str:
    text = io.StringIO()
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([messages.text(language, "columns", name) for name in names])
    for row in rows:
        writer.writerow([neutral(cell) for cell in row])
    return text.getvalue()
