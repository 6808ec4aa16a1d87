"""Settlement files: what a gateway, the post office or a card acquirer says that it moved, and what it kept.

A table as `sheet` reads it. The real gateways' files are in their merchant portals and none of them publishes a form,
so the columns below are ours; `FORMATS` says per provider under which name each is found and by which words a movement
is a payment or a refund, so that connecting one is a matter of data.

    merchant     who was paid, by the provider's code
    reference    our reference of the order (post: the dossier's code); may be empty
    transaction  the provider's number of this movement: 1 to 64 of A-Z a-z 0-9 . _ : / -
    kind         payment, or refund
    amount       đồng, a whole number without separators, never negative
    fee          đồng that the provider keeps of it; 0 where it keeps nothing
    currency     VND
    at           ISO 8601 with offset
    request      our number of a refund; empty for a payment
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field

from chalicelib.domain.entry import Kind
from chalicelib.domain.money import Means
from chalicelib.domain.payment import CURRENCY
from chalicelib.domain.reconcile import Line
from chalicelib.errors import FieldError, Invalid, NotFound
from chalicelib.gateways import spreadsheet
from chalicelib.gateways.payments import slips
from chalicelib.values import dataclass

COLUMNS_CODE = "SettlementColumns"
FIELDS = ("merchant", "reference", "transaction", "kind", "amount", "fee", "currency", "at", "request")
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_MERCHANT = re.compile(r"[0-9A-Za-z._-]{1,64}", re.ASCII)


@dataclass(frozen=True)
class Format:
    """How a provider writes. `columns` maps our names to theirs, `kinds` their words to ours.

    `always` are values that its files do not carry because they are the same in every row. `by_agency`: its numbers
    are those of each agency's own terminal.
    """

    columns: Mapping[str, str] = field(default_factory=lambda: {name: name for name in FIELDS})
    kinds: Mapping[str, Kind] = field(default_factory=lambda: {kind.value: kind for kind in Kind})
    always: Mapping[str, str] = field(default_factory=dict)
    by_agency: bool = False


_POST = Format(
    columns={"merchant": "office", "transaction": "slip", "reference": "reference", "amount": "amount"}
    | {"fee": "fee", "at": "paid_at"},
    always={"kind": Kind.PAYMENT.value, "currency": CURRENCY, "request": ""},
)
FORMATS: Mapping[str, Format] = {
    "national": Format(),
    "vnpay": Format(),
    "momo": Format(),
    "zalopay": Format(),
    Means.POST.value: _POST,
    Means.CARD.value: Format(by_agency=True),
}


def format_of(provider: str) -> Format:
    """Raises NotFound("ProviderUnknown")."""
    if provider not in FORMATS:
        raise NotFound("ProviderUnknown", known=", ".join(FORMATS))
    return FORMATS[provider]


def wanted(provider: str) -> tuple[str, ...]:
    """The columns that a provider's file must have."""
    return tuple(format_of(provider).columns.values())


def read(provider: str, cells: spreadsheet.Cells, agency: str) -> Line:
    """The movement of a row; raises Invalid with every defect, each named by the provider's own column.

    `agency` is whose terminal it is, where numbers are each agency's own.
    """
    form = format_of(provider)
    defects: list[FieldError] = list(cells.defects)
    if defects:
        raise Invalid(fields=defects)
    theirs = {**{name: name for name in form.always}, **form.columns}
    values = {theirs[name]: text for name, text in form.always.items()}
    values |= {column: cells.values.get(column, "") for column in form.columns.values()}
    merchant = spreadsheet.matched(values, theirs["merchant"], _MERCHANT, defects)
    number = spreadsheet.matched(values, theirs["transaction"], spreadsheet.NUMBER, defects)
    amount = spreadsheet.matched(values, theirs["amount"], spreadsheet.AMOUNT, defects)
    fee = spreadsheet.matched(values, theirs["fee"], spreadsheet.FEE, defects)
    currency = spreadsheet.matched(values, theirs["currency"], _CURRENCY, defects)
    at = spreadsheet.moment(values[theirs["at"]], theirs["at"], defects)
    reference = spreadsheet.words(values[theirs["reference"]], theirs["reference"], 60, defects)
    request = spreadsheet.matched(values, theirs["request"], spreadsheet.NUMBER, defects, optional=True)
    kind = form.kinds.get(values[theirs["kind"]].strip())
    if kind is None:
        defects.append(FieldError.of(theirs["kind"], "NotOneOf", expected=", ".join(form.kinds)))
    if currency and currency != CURRENCY:
        defects.append(FieldError.of(theirs["currency"], "NotOneOf", expected=CURRENCY))
    if defects or kind is None:
        raise Invalid(fields=defects)
    if provider == Means.POST:
        number = slips.number_of(merchant, number)
    return Line(
        row=cells.number,
        via=provider,
        number=f"{agency}/{number}" if form.by_agency else number,
        kind=kind,
        amount=int(amount),
        fee=int(fee),
        reference=reference,
        request=request,
        merchant=merchant,
        currency=currency,
        at=at,
    )
