"""What people do about money that was not matched: named acts, each on record for ever and in one transaction.

A stray is attached to a dossier, sent back, declared not ours, or recognised as money that is booked under another
name. A payment of ours that the other side never had (or had otherwise) is declared so. What gives money away or up
waits for a second person. Nothing is ever edited.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib import settings
from chalicelib.domain import entry as rules
from chalicelib.domain import money
from chalicelib.domain.access import SYSTEM, Actor
from chalicelib.domain.drawer import DrawerState
from chalicelib.domain.entry import By, Entry, EntryEvent, EntryState, Kind
from chalicelib.domain.event import iso
from chalicelib.domain.file import FileKind
from chalicelib.domain.money import Payment
from chalicelib.domain.payment import Source
from chalicelib.domain.refund import Payee
from chalicelib.errors import Conflict, FieldError, Invalid, NotFound, StaleWrite, UpstreamFailed
from chalicelib.services import accounting, strays, takings
from chalicelib.services.desk import dotted
from chalicelib.storage import covers, drawers, entries, files, ledger
from chalicelib.storage.entries import History as History
from chalicelib.storage.transactions import Also, write_all
from chalicelib.telemetry import count
from chalicelib.values import dataclass

PROPOSE, DECLINE = "propose", "decline"
BY_FILE, BY_DRAWER = "file", "drawer"
_TRIES = 4


@dataclass(frozen=True)
class Wish:
    """One request of an officer: which entry of which agency, as it was seen (`version`), under which key, and why."""

    agency: str
    side: str
    number: str
    version: int
    key: str
    reason: str = ""


def look(actor: Actor, agency: str, side: str, number: str) -> History:
    """An entry of the agency with what was done about it. Raises NotFound("EntryNotFound")."""
    accounting.require(actor, agency, accounting.SEES)
    return _of(agency, entries.history(side, number))


def attach(actor: Actor, wish: Wish, reference: str, now: datetime) -> Entry:
    """The stray is the payment of the dossier that `reference` (its code, or our reference) names: it is booked there.

    What the dossier does not need goes back from there. Raises Invalid naming `reference` when the agency has no such
    dossier.
    """
    for _ in range(_TRIES):
        before, by, done = _begin(actor, wish, EntryEvent.ATTACH.value, now)
        if done:
            return before
        if before.kind is not Kind.PAYMENT or not rules.allows(before, EntryEvent.ATTACH):
            raise Conflict("EntryStep", state=before.state.value)
        dossier = accounting.dossier_for(reference, wish.agency)
        if dossier is None:
            raise Invalid("BadRequest", [FieldError("reference", "DossierUnknown")])
        payment = Payment(
            id=takings.payment_id(before.via, before.number),
            dossier=dossier.id,
            agency=dossier.agency,
            amount=before.amount,
            via=before.via,
            transaction=before.number,
            use=money.PAID,
            at=now,
            book=before.place,
            source=Source.CASHIER.value,
            reference=before.reference,
            received_by=actor.id,
            paid_at=before.paid_at,
            origin=before.origin,
        )
        also = strays.attaching(before, by, dossier.id, now)
        try:
            takings.take(dossier, payment, SYSTEM, now, over=before, also=also)
        except StaleWrite:  # the dossier moved, or the entry: look again
            continue
        return _after(before, EntryEvent.ATTACH.value)
    raise UpstreamFailed("UpstreamFailed")


def propose_return(actor: Actor, wish: Wish, payee: Payee, now: datetime) -> Entry:
    """The stray shall go back by transfer to `payee`; that waits for approval."""
    before, by, done = _begin(actor, wish, PROPOSE, now)
    if done:
        return before
    return _write(before, rules.propose(before, EntryEvent.OWE, by, payee), PROPOSE, by)


def declare(actor: Actor, wish: Wish, now: datetime) -> Entry:
    """It is no money of ours: an error of the other side, or one that it never had; that waits for a second person."""
    before, by, done = _begin(actor, wish, PROPOSE, now)
    if done:
        return before
    return _write(before, rules.propose(before, EntryEvent.DISMISS, by), PROPOSE, by)


def approve(actor: Actor, wish: Wish, now: datetime) -> Entry:
    """What was proposed is done. Raises Conflict("SecondPerson") when this is the first person, and needs another."""
    before, by, done = _begin(actor, wish, "approve", now)
    if done:
        return before
    after = rules.approve(before, by, settings.refund_threshold())
    event = EntryEvent.OWE if after.state is EntryState.OWED else EntryEvent.DISMISS
    return _write(before, after, "approve", by, moves=event, now=now)


def decline(actor: Actor, wish: Wish, now: datetime) -> Entry:
    """What was proposed is dropped; by whoever proposed it, too."""
    before, by, done = _begin(actor, wish, DECLINE, now)
    if done:
        return before
    return _write(before, rules.decline(before), DECLINE, by)


def pay_out(actor: Actor, wish: Wish, reference: str, now: datetime) -> Entry:
    """It was transferred back; `reference` is the bank's number of that."""
    return _step(actor, wish, EntryEvent.PAY_OUT, now, {"proof": reference})


def cover(actor: Actor, wish: Wish, kind: str, document: str, now: datetime) -> Entry:
    """The bank's entry is money that is booked already: what a file says reached the bank, or a drawer's cash.

    Raises Invalid when there is no such file (`kind` file, read to its end) or drawer (`kind` drawer, handed in), or
    when its amount is another one; Conflict("CoveredBefore") when it has an entry of the bank already.
    """
    before, by, done = _begin(actor, wish, EntryEvent.COVER.value, now)
    if done:
        return before
    expected = _booked(wish.agency, kind, document)
    if before.place != "bank":
        raise Conflict("EntryStep", state=before.state.value)
    if expected != before.amount:
        fields = [FieldError.of("document", "AmountIsAnother", ours=dotted(expected), theirs=dotted(before.amount))]
        raise Invalid("BadRequest", fields)
    name = f"{kind}:{document}"
    after = rules.step(before, EntryEvent.COVER, proof=name, proposal=None)
    also = [covers.take(wish.agency, name, after.id, now)]
    return _write(before, after, EntryEvent.COVER.value, by, moves=EntryEvent.COVER, now=now, also=also)


def reopen(actor: Actor, wish: Wish, now: datetime) -> Entry:
    """What was decided was wrong: it stands again as it stood before; what was booked for it is taken back."""
    before, by, done = _begin(actor, wish, EntryEvent.REOPEN.value, now)
    if done:
        return before
    after = rules.step(before, EntryEvent.REOPEN, proof=None, payee=None)
    covered = before.state is EntryState.COVERED
    also = [covers.release(wish.agency, str(before.proof), now)] if covered else []
    return _write(before, after, EntryEvent.REOPEN.value, by, moves=EntryEvent.REOPEN, now=now, also=also)


def _booked(agency: str, kind: str, document: str) -> int:
    try:
        if kind == BY_FILE:
            file = files.get(agency, document)
            if file.kind is FileKind.SETTLEMENT and file.ended_at is not None:
                return file.net
        else:
            drawer = drawers.get(agency, document)
            if drawer.state is DrawerState.HANDED_IN:
                return (drawer.counted or 0) - drawer.change
    except NotFound:
        pass  # one answer for what is absent and what is not ready
    raise Invalid("BadRequest", [FieldError("document", "NothingBooked")])


def _step(actor: Actor, wish: Wish, event: EntryEvent, now: datetime, changes: Mapping[str, Any]) -> Entry:
    before, by, done = _begin(actor, wish, event.value, now)
    if done:
        return before
    return _write(before, rules.step(before, event, **changes), event.value, by, moves=event, now=now)


def _begin(actor: Actor, wish: Wish, event: str, now: datetime) -> tuple[Entry, By, bool]:
    """The entry as it was seen, who acts, and whether this very request was carried out before; one query.

    Raises StaleWrite when somebody else has acted since, Conflict("KeyReused") when the key stands for another act.
    """
    clerk = accounting.require(actor, wish.agency, accounting.KEEPS)
    seen = entries.history(wish.side, wish.number)
    by = By(clerk.id, clerk.name, iso(now), wish.reason, wish.key)
    before = next((act for act in seen.acts if act.key == wish.key), None)
    if before is not None:
        if (before.event, before.by) != (event, clerk.id):
            raise Conflict("KeyReused")
        return seen.entry, by, True
    _of(wish.agency, seen)
    if seen.entry.version != wish.version:
        raise StaleWrite("StaleWrite")
    return seen.entry, by, False


def _of(agency: str, seen: History) -> History:
    if seen.entry.agency != agency:
        raise NotFound("EntryNotFound")
    return seen


def _write(
    before: Entry,
    after: Entry,
    event: str,
    by: By,
    *,
    moves: EntryEvent | None = None,
    now: datetime | None = None,
    also: Sequence[Also] = (),
) -> Entry:
    """The entry, the act and what it moves, all or nothing."""
    moved = rules.journal(before, moves, after, now) if moves and now else None
    detail = {"proof": after.proof} if after.proof else None
    rows = [entries.changed(after), entries.act(after, strays.recorded(after, event, by, detail))]
    write_all([*rows, *([ledger.new_journal(moved)] if moved else []), *also])
    count("EntriesResolved", event=event, agency=before.agency)
    return after


def _after(before: Entry, event: str) -> Entry:
    count("EntriesResolved", event=event, agency=before.agency)
    return entries.get(before.via, before.number) or before
