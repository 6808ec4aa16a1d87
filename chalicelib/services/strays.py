"""Money that nothing of ours accounts for: whose books it is kept in, and the rows by which it comes and goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.domain import entry as rules
from chalicelib.domain.access import SYSTEM
from chalicelib.domain.agency import root_of
from chalicelib.domain.entry import Act, By, Entry, EntryEvent
from chalicelib.domain.event import iso
from chalicelib.domain.payment import BY_TRANSFER, Evidence
from chalicelib.gateways.payments import connections
from chalicelib.gateways.payments.contract import Verdict
from chalicelib.services import catalogue
from chalicelib.storage import entries, ledger
from chalicelib.storage.transactions import Also


def agency_of(account: str | None) -> str:
    """The agency whose bank account it is, by the transfers' settings or as published; otherwise the province."""
    tree = catalogue.agencies()
    if account and (own := connections.accounts().get(account)):
        return own
    published = (agency.code for agency in tree.values() if any(a.number == account for a in agency.accounts))
    return next(published, root_of(tree)) if account else root_of(tree)


def arriving(evidence: Evidence, verdict: Verdict, agency: str | None, now: datetime) -> list[Also]:
    """The rows of a new stray; Conflict("TransactionKnown") when its number is known.

    It is kept in the books of the agency whose account it is on; of other sides, of `agency` where that is known, of
    the province otherwise.
    """
    if evidence.gateway == BY_TRANSFER:
        agency, ours = agency_of(evidence.merchant), True  # it is on an account of ours, whichever
    else:
        agency = agency or root_of(catalogue.agencies())
        ours = verdict is not Verdict.WRONG_MERCHANT
    return new(rules.stray(evidence, verdict.value, agency, now, ours=ours), now)


def new(entry: Entry, now: datetime) -> list[Also]:
    """A stray with its journal."""
    booked = rules.arrived(entry, now)
    return [entries.new(entry), *([ledger.new_journal(booked)] if booked else [])]


def attaching(entry: Entry, by: By, dossier: str, now: datetime) -> list[Also]:
    """What comes with the payment (or refund) that a stray accounts for: it is no stray any more, and who said so."""
    after = replace(entry, state=rules.EntryState.BOOKED, version=entry.version + 1)
    moved = rules.journal(entry, EntryEvent.ATTACH, after, now)
    done = recorded(after, EntryEvent.ATTACH.value, by, {"dossier": dossier})
    return [entries.act(after, done), *([ledger.new_journal(moved)] if moved else [])]


def recorded(after: Entry, event: str, by: By, detail: Mapping[str, Any] | None = None) -> Act:
    """The act that led to `after`."""
    return Act(after.version, event, after.state.value, by.id, by.name, by.at, by.reason, by.key, detail)


def by_system(now: datetime, reason: str) -> By:
    return By(SYSTEM.id, SYSTEM.name, iso(now), reason)
