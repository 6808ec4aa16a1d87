"""Receipts: numbered without gaps when a fee is paid, made as a PDF, given out, and checked by anybody who holds one.

The relay issues them (effect "receipt"). Number and PDF are two steps: whatever happens between them, the next try of
the effect finds the number and makes the same file again.
"""

from __future__ import annotations

import hashlib
import hmac
import random
import secrets
import time
from collections.abc import Mapping, Sequence
from datetime import datetime

from chalicelib import settings
from chalicelib.domain import receipt as rules
from chalicelib.domain.access import Actor, Role, require_officer
from chalicelib.domain.bundle import Bundle
from chalicelib.domain.document import Text
from chalicelib.domain.dossier import Dossier
from chalicelib.domain.event import Event
from chalicelib.domain.life import Action, State
from chalicelib.domain.money import PAID, Payment
from chalicelib.domain.receipt import File, Issuer, Line, Part, Payer, Receipt
from chalicelib.domain.upload import PDF
from chalicelib.errors import Conflict, FieldError, Invalid, NotFound, StaleWrite, UpstreamFailed
from chalicelib.services import catalogue
from chalicelib.services.desk import visible
from chalicelib.services.dossiers import own
from chalicelib.storage import objects
from chalicelib.storage import receipts as kept
from chalicelib.telemetry import count, logger
from chalicelib.values import dataclass

ADDRESS_FIELD = "applicant_address"
"""The field of a procedure's form that is the payer's address, where the form asks for one."""
_READERS = (Role.CASHIER, Role.ACCOUNTANT, Role.ADMINISTRATOR)
_TRIES = 20
_ABSENT = "ReceiptNotFound"


def issue(bundle: Bundle, payment_id: str, now: datetime) -> Receipt:
    """The receipt for the fees that this payment completed: numbered once, its file kept. Safe to repeat.

    Raises NotFound when the payment completed nothing, UpstreamFailed when the series was never free: try again.
    """
    receipt = _numbered(bundle, payment_id, now)
    if receipt.file is not None:
        return receipt
    from chalicelib.services import receipt_paper  # imported when there is one to make: fonts and PDF cost a cold start

    content = receipt_paper.document(receipt, settings.public_url())
    key = f"receipts/{receipt.issuer.code}/{receipt.number}.pdf"
    sha256 = hashlib.sha256(content).hexdigest()
    version = objects.write(settings.results_bucket(), key, content, PDF, sha256)
    receipt = kept.filed(receipt, File(key, version, sha256))
    count("ReceiptsIssued", agency=receipt.issuer.code)
    logger.info("receipt issued", dossier=receipt.dossier, receipt=receipt.number)
    return receipt


def _numbered(bundle: Bundle, payment_id: str, now: datetime) -> Receipt:
    """The payment's receipt as it is kept, or with the next number of the series; others at it mean another try."""
    dossier = bundle.dossier
    event = next((e for e in bundle.events if _completed(e, payment_id)), None)
    if event is None:
        raise NotFound(_ABSENT)
    series = rules.series_of(now)
    for attempt in range(_TRIES):
        payment, last = kept.payment_and_last(dossier.id, payment_id, dossier.agency, series)
        if payment.receipt:
            receipt = kept.get(dossier.agency, *rules.parse_number(payment.receipt))
            if receipt is None:
                raise LookupError(f"receipt {payment.receipt} of a payment is not kept")
            return receipt
        receipt = _made_out(bundle, event, series, last + 1, now)
        try:
            kept.give(receipt, payment)
            return receipt
        except StaleWrite:  # the serial is taken, or this very payment has its receipt
            time.sleep(random.uniform(0, 0.02) * (attempt + 1))
    raise UpstreamFailed("UpstreamFailed")


def _completed(event: Event, payment_id: str) -> bool:
    return event.action == Action.PAY and event.detail.get("payment") == payment_id and "paid" in event.detail


def _made_out(bundle: Bundle, event: Event, series: str, serial: int, now: datetime) -> Receipt:
    dossier = bundle.dossier
    procedure = catalogue.procedure(dossier.procedure_code, dossier.procedure_version)
    names = {rule.code: rule.name for rule in procedure.fees}
    applicant: Mapping[str, object] = dossier.applicant
    return Receipt(
        issuer=_issuer(dossier.agency),
        series=series,
        serial=serial,
        dossier=dossier.id,
        code=str(dossier.code),
        procedure=procedure.name,
        procedure_code=procedure.code,
        payer=Payer(
            name=str(applicant.get("name", "")),
            kind=str(applicant.get("kind", "person")),
            identity=str(applicant.get("identity", "")),
            address=str(dossier.answers.get(ADDRESS_FIELD, "")),
        ),
        lines=tuple(
            Line(fee.code, names.get(fee.code, Text(fee.code, fee.code)), fee.amount)
            for fee in dossier.fees
            if fee.payment == event.detail["payment"]
        ),
        parts=_parts(bundle.events, event),
        officer=event.actor["name"] if event.actor["role"] == Role.CASHIER else "",
        issued_at=now,
        secret=secrets.token_hex(16),
    )


def _issuer(code: str) -> Issuer:
    agency = catalogue.agency(code)
    above = catalogue.agencies().get(agency.parent) if agency.parent else None
    return Issuer(code, agency.name.vi, above.name.vi if above else "", agency.address.vi, agency.tax_code)


def _parts(events: Sequence[Event], last: Event) -> tuple[Part, ...]:
    """What `last` completed: itself, less what was too much, and what had been held since the fees before were paid."""
    parts: list[Part] = []
    paid_before = False
    for event in events[: last.number]:
        if paid_before or State(event.after).is_over:
            parts = []  # paid what was due then, or went back
        paid_before = event.action == Action.PAY and "paid" in event.detail
        if event.action != Action.PAY:
            continue
        detail = event.detail
        amount = int(detail["amount"]) - int(detail.get("over", 0))
        parts.append(Part(detail["payment"], detail["via"], amount, datetime.fromisoformat(event.at)))
    return tuple(parts)


def mine(actor: Actor, dossier_id: str, payment_id: str) -> str:
    """An address to download the receipt of a payment of one's own from.

    Raises NotFound when the payment completed nothing, Conflict("ReceiptBeingMade") until its file is there.
    """
    head, payment = kept.head_and_payment(dossier_id, payment_id)
    return _download(own(actor, head), payment)


def at_desk(actor: Actor, dossier_id: str, payment_id: str) -> str:
    """As `mine`, for officers of the dossier's agency."""
    require_officer(actor)
    head, payment = kept.head_and_payment(dossier_id, payment_id)
    return _download(visible(actor, head), payment)


def _download(dossier: Dossier, payment: Payment | None) -> str:
    if payment is None or payment.use != PAID:
        raise NotFound(_ABSENT)
    receipt = kept.get(dossier.agency, *rules.parse_number(payment.receipt)) if payment.receipt else None
    if receipt is None or receipt.file is None:
        raise Conflict("ReceiptBeingMade")
    name = f"bien-lai-{receipt.number.replace('/', '-')}.pdf"
    return objects.download_url(
        settings.results_bucket(), receipt.file.key, receipt.file.version, f'attachment; filename="{name}"', PDF
    )


@dataclass(frozen=True)
class Checked:
    """A receipt that is real, with what of its fees went back and is on its way back, in đồng."""

    receipt: Receipt
    returned: int
    returning: int

    @property
    def standing(self) -> rules.Standing:
        return rules.standing(self.receipt, self.returned)


def check(agency: str, series: str, serial: int, secret: str) -> Checked:
    """What the receipt says, to whoever knows its secret; one NotFound for everything that does not fit."""
    receipt = kept.get(agency, series, serial)
    if receipt is None or not hmac.compare_digest(receipt.secret.encode(), secret.encode()):
        raise NotFound(_ABSENT)
    return Checked(receipt, *rules.returns(receipt, kept.refunds(receipt.dossier)))


@dataclass(frozen=True)
class Page:
    receipts: tuple[Receipt, ...]
    cursor: str | None


def listed(actor: Actor, agency: str, series: str, limit: int, cursor: str, now: datetime) -> Page:
    """A page of an agency's receipts, the latest first; `series` "" is this year's.

    For its cashiers, accountants and administrators; NotFound for others, as for a queue that is not theirs.
    """
    require_officer(actor)
    if agency not in actor.agencies(_READERS):
        raise NotFound("NotFound")
    series = series or rules.series_of(now)
    if not rules.is_series(series):
        raise Invalid("BadQuery", [FieldError.of("series", "BadFormat")])
    if cursor and not (cursor.isascii() and cursor.isdecimal() and len(cursor) <= 7):
        raise Invalid("BadCursor", [FieldError.of("cursor", "BadFormat")])
    found = kept.page(agency, series, limit, int(cursor) if cursor else rules.MOST_PER_YEAR + 1)
    more = len(found) == limit and found[-1].serial > 1
    return Page(tuple(found), str(found[-1].serial) if more else None)


@dataclass(frozen=True)
class Audit:
    """What an operator's walk through a series found; sound when the last four are empty.

    `last` is the counter, `gaps` runs of serials that are missing, `beyond` serials above the counter, `twice` payments
    with more than one receipt, `unfiled` numbers whose PDF was not kept (yet).
    """

    series: str
    count: int
    last: int
    amount: int
    gaps: tuple[tuple[int, int], ...]
    beyond: tuple[int, ...]
    twice: tuple[str, ...]
    unfiled: tuple[str, ...]

    @property
    def sound(self) -> bool:
        return not (self.gaps or self.beyond or self.twice or self.unfiled)


def audit(agency: str, series: str = "") -> list[Audit]:
    """Walk the series of an agency, or one of them, from 1 to the last serial given."""
    counters = kept.series(agency)
    return [_audited(agency, name, last) for name, last in counters.items() if not series or name == series]


def _audited(agency: str, series: str, last: int) -> Audit:
    serials: list[int] = []
    payments: dict[str, int] = {}
    unfiled: list[str] = []
    amount = 0
    for receipt in kept.every(agency, series):
        serials.append(receipt.serial)
        amount += receipt.amount
        for part in receipt.parts:
            payments[part.payment] = payments.get(part.payment, 0) + 1
        if receipt.file is None:
            unfiled.append(receipt.number)
    counted = kept.series(agency)[series]  # again: receipts may have been given meanwhile
    return Audit(
        series=series,
        count=len(serials),
        last=last,
        amount=amount,
        gaps=tuple(rules.gaps(serials, last)),
        beyond=tuple(s for s in serials if s > counted),
        twice=tuple(p for p, times in payments.items() if times > 1),
        unfiled=tuple(unfiled),
    )
