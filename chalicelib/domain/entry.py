"""An entry: one movement of money at another side, under the number which that side gave it, and what became of it.

The other side is a gateway, a bank, the post office, the acquirer of a card terminal. What it moved must meet what we
booked. Entries that made a payment or a refund of ours wait for a file of the other side that has them; entries that
nothing of ours accounts for are strays, and wait for people. One table decides; nobody edits. What was proposed by one
person and needs another stays with the entry until it is approved or declined.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from chalicelib.domain import money
from chalicelib.domain.entry_life import ENTRIES, EntryEvent, EntryState
from chalicelib.domain.money import Journal, Means, Payment
from chalicelib.domain.payment import BY_TRANSFER, CURRENCY, Evidence
from chalicelib.domain.refund import Payee, Refund
from chalicelib.errors import Conflict
from chalicelib.values import dataclass

__all__ = ["ENTRIES", "Act", "By", "Entry", "EntryEvent", "EntryState", "Kind", "Proposal"]


class Kind(StrEnum):
    PAYMENT = "payment"  # came in
    REFUND = "refund"  # went out


S, E = EntryState, EntryEvent
UNMATCHED = frozenset({S.BOOKED, S.DIFFERS})
"""Ours, and not (or not so) with the other side."""
UNCLEAR = frozenset({S.STRAY, S.OWED})
"""Theirs, and not dealt with to the end."""


@dataclass(frozen=True)
class Proposal:
    """What one person wants and another must approve: `act` is `owe` (to `payee`) or `dismiss`."""

    act: str
    by: str
    by_name: str
    at: str
    reason: str
    payee: Payee | None = None


@dataclass(frozen=True)
class Entry:
    """`via` and `number` name it; `amount` đồng are never negative, `kind` says in which direction they moved.

    `place` is the account, without the agency, on which the other side has it. `booked` is False for a stray that can
    be no money of ours (another currency, another merchant): nothing of it is in the journal. `document` is the id of
    the payment or refund that it made, `why` what makes it a stray, `text` what came with it for whoever looks into it.
    `file` and `row` say where it was found, `found` how much of it there and `fee` what was kept of it; `origin` is the
    file and row that made it.
    """

    via: str
    number: str
    kind: Kind
    agency: str
    amount: int
    place: str
    at: datetime
    state: EntryState
    version: int = 0
    booked: bool = True
    document: str | None = None
    dossier: str | None = None
    reference: str | None = None
    why: str | None = None
    text: str | None = None
    merchant: str | None = None
    currency: str | None = None
    paid_at: datetime | None = None  # there
    origin: str | None = None
    file: str | None = None
    row: int | None = None
    found: int | None = None
    fee: int = 0
    found_at: datetime | None = None
    proposal: Proposal | None = None
    payee: Payee | None = None
    proof: str | None = None

    @property
    def key(self) -> tuple[str, str]:
        """Nothing else of that side has it."""
        return side_of(self.via), self.number

    @property
    def id(self) -> str:
        return hashlib.sha256("/".join(("entry", *self.key)).encode()).hexdigest()[:20]

    @property
    def unmatched(self) -> int:
        """Đồng of it that no other side answers for, or that nothing of ours does."""
        if self.state is EntryState.DIFFERS:
            return abs(self.amount - (self.found or 0))
        return self.amount if self.state in {EntryState.BOOKED, EntryState.STRAY} else 0


def side_of(via: str) -> str:
    """Who gives the numbers: the same bank, whether a notice, a statement or a cashier tells of a transfer."""
    return BY_TRANSFER if via == Means.TRANSFER else via


@dataclass(frozen=True)
class Act:
    """What was done to an entry, for ever on record: the entry's `version` after it, and the request's `key`."""

    version: int
    event: str
    state: str
    by: str
    by_name: str
    at: str
    reason: str = ""
    key: str = ""
    detail: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class By:
    """Who acts, when (ISO 8601), why, and under which key of the request."""

    id: str
    name: str
    at: str
    reason: str = ""
    key: str = ""


def of_payment(payment: Payment) -> Entry:
    """The entry that waits for its file; cash is counted in its drawer, and no file tells of it."""
    return Entry(
        via=payment.via,
        number=payment.transaction,
        kind=Kind.PAYMENT,
        agency=payment.agency,
        amount=payment.amount,
        place=payment.book,
        at=payment.at,
        state=EntryState.MATCHED if payment.via == Means.CASH else EntryState.BOOKED,
        document=payment.id,
        dossier=payment.dossier,
        reference=payment.reference,
        paid_at=payment.paid_at,
        origin=payment.origin,
    )


def of_refund(refund: Refund, at: datetime) -> Entry:
    """The entry of a refund that its gateway has carried out, under the gateway's number or, failing one, ours."""
    return Entry(
        via=refund.via,
        number=str(refund.transaction or refund.request),
        kind=Kind.REFUND,
        agency=refund.agency,
        amount=refund.amount,
        place=money.place_of(refund.via),
        at=at,
        state=EntryState.BOOKED,
        document=refund.id,
        dossier=refund.dossier,
    )


def stray(evidence: Evidence, why: str, agency: str, at: datetime, *, ours: bool = True) -> Entry:
    """The entry of money that nothing of ours accounts for; not `ours` when the other side says whose it is."""
    return Entry(
        via=evidence.gateway,
        number=str(evidence.transaction),
        kind=Kind.PAYMENT,
        agency=agency,
        amount=evidence.amount or 0,
        place=money.place_of(evidence.gateway),
        at=at,
        state=EntryState.STRAY,
        booked=ours and bool(evidence.amount) and evidence.currency in {None, CURRENCY},
        reference=evidence.reference or None,
        why=why,
        text=evidence.text or None,
        merchant=evidence.merchant,
        currency=evidence.currency,
        paid_at=evidence.at,
        origin=evidence.origin,
    )


def attached(entry: Entry, made: Entry) -> Entry:
    """A stray that accounts for what `made` would be the entry of; where a file has shown it, it is matched."""
    after = step(
        entry,
        EntryEvent.ATTACH,
        via=made.via,
        agency=made.agency,
        at=made.at,
        document=made.document,
        dossier=made.dossier,
        reference=made.reference or entry.reference,
        proposal=None,
    )
    return replace(after, state=EntryState.MATCHED) if entry.file else after


def allows(entry: Entry, event: EntryEvent) -> bool:
    """Whether the table, and what the entry is, let `event` happen now."""
    if event in {E.OWE, E.PAY_OUT, E.COVER} and entry.kind is not Kind.PAYMENT:
        return False
    if event in {E.ATTACH, E.OWE, E.COVER} and not entry.booked:
        return False
    return ENTRIES[entry.state, event] is not None


def step(entry: Entry, event: EntryEvent, **changes: Any) -> Entry:
    """The entry after `event`; raises Conflict("EntryStep") when it is not allowed now."""
    after = ENTRIES[entry.state, event]
    if after is None or not allows(entry, event):
        raise Conflict("EntryStep", state=entry.state.value)
    return replace(entry, **changes, state=after, version=entry.version + 1)


def propose(entry: Entry, event: EntryEvent, by: By, payee: Payee | None = None) -> Entry:
    """One person's wish for `event`, to be approved; raises Conflict("ProposalWaits") beside another one."""
    if event not in {E.OWE, E.DISMISS} or not allows(entry, event):
        raise Conflict("EntryStep", state=entry.state.value)
    if entry.proposal is not None:
        raise Conflict("ProposalWaits")
    wish = Proposal(event.value, by.id, by.name, by.at, by.reason, payee)
    return replace(entry, proposal=wish, version=entry.version + 1)


def approve(entry: Entry, by: By, threshold: int) -> Entry:
    """What was proposed, done. Raises Conflict("SecondPerson") when it needs somebody else than `by`.

    Money that goes back needs a second person above `threshold` đồng, as every refund does; to declare that money is
    not ours, or that it never came, always does.
    """
    wish = entry.proposal
    if wish is None:
        raise Conflict("NothingProposed")
    alone = wish.act == E.OWE and entry.amount <= threshold
    if wish.by == by.id and not alone:
        raise Conflict("SecondPerson")
    changes: dict[str, Any] = {"payee": wish.payee} if wish.act == E.OWE else {}
    return step(entry, EntryEvent(wish.act), proposal=None, **changes)


def decline(entry: Entry) -> Entry:
    """What was proposed, dropped."""
    if entry.proposal is None:
        raise Conflict("NothingProposed")
    return replace(entry, proposal=None, version=entry.version + 1)


def arrived(entry: Entry, at: datetime) -> Journal | None:
    """The journal by which a new stray is booked: it lies somewhere, and we do not know for whom."""
    return _moved(entry, entry, "strays", entry.place, _signed(entry), at) if entry.booked else None


def journal(before: Entry, event: EntryEvent, after: Entry, at: datetime) -> Journal | None:
    """What `event` moves between the accounts of the entry's agency; None when it moves nothing."""
    if not before.booked:
        return _moved(before, after, "strays", before.place, _signed(after), at) if after.booked else None
    place, x = before.place, _signed(before)
    match before.state, event:
        case S.STRAY, E.FOUND_OTHERWISE:  # nobody but the file knew how much
            return _moved(before, after, "strays", place, _signed(after) - x, at)
        case S.DISMISSED, E.FOUND | E.FOUND_OTHERWISE | E.REOPEN:
            return _moved(before, after, "strays", place, _signed(after), at)
        case S.STRAY, E.ATTACH | E.DISMISS | E.COVER:
            return _moved(before, after, place, "strays", x, at)
        case S.STRAY, E.OWE:
            return _moved(before, after, "refunds", "strays", x, at)
        case S.OWED, E.REOPEN:
            return _moved(before, after, "strays", "refunds", x, at)
        case S.OWED, E.PAY_OUT:
            return _moved(before, after, "bank", "refunds", x, at)
        case S.COVERED, E.REOPEN:
            return _moved(before, after, "strays", place, x, at)
        case S.BOOKED, E.DISMISS:
            return _moved(before, after, place, "differences", x, at)
        case S.WRITTEN_OFF, E.FOUND | E.FOUND_OTHERWISE | E.REOPEN:
            return _moved(before, after, "differences", place, x, at)
        case S.DIFFERS, E.DISMISS:
            return _moved(before, after, place, "differences", _difference(before), at)
        case S.ADJUSTED, E.REOPEN:
            return _moved(before, after, "differences", place, _difference(before), at)
    return None


def _signed(entry: Entry) -> int:
    return entry.amount if entry.kind is Kind.PAYMENT else -entry.amount


def _difference(entry: Entry) -> int:
    missing = entry.amount - (entry.found or 0)
    return missing if entry.kind is Kind.PAYMENT else -missing


def _moved(before: Entry, after: Entry, source: str, target: str, amount: int, at: datetime) -> Journal | None:
    """From `source` to `target`; named by the entry and its version, so that no act is booked twice."""
    if amount == 0:
        return None
    name = f"{before.id}-{after.version}"
    return money.moved(name, before.agency, "entry", source, target, amount, at)
