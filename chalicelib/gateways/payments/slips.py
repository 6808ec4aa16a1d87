"""What a post office reports: fees paid at a commune's post office, or sent by the postal service (clause A13).

No form of it is public, so this one is ours, and whoever connects a post office translates into it. A table as `sheet`
reads it, with the columns

    office     code of the post office: 1 to 20 letters and digits
    slip       its number of the slip: 1 to 40 of A-Z a-z 0-9 . -; for ever the same for the same payment
    reference  the dossier's code or our reference, as the payer gave it; at most 60 characters, may be empty
    payer      name of who paid; at most 200 characters, may be empty
    amount     đồng, a whole number without separators
    paid_at    ISO 8601 with offset: 2026-03-02T10:15:00+07:00
    service    counter (at a post office) or postal (sent by the postal service)
"""

from __future__ import annotations

import re

from chalicelib.domain.entry import Kind
from chalicelib.domain.money import Means
from chalicelib.domain.reconcile import Line
from chalicelib.errors import FieldError, Invalid
from chalicelib.gateways import spreadsheet

FIELDS = ("office", "slip", "reference", "payer", "amount", "paid_at", "service")
COLUMNS_CODE = "SlipColumns"
SERVICES = ("counter", "postal")

OFFICE = re.compile(r"[0-9A-Za-z]{1,20}", re.ASCII)
SLIP = re.compile(r"[0-9A-Za-z.-]{1,40}", re.ASCII)


def number_of(office: str, slip: str) -> str:
    """The number under which the ledger knows a slip: slips are numbered by each office."""
    return f"{office.upper()}/{slip}"


def read(cells: spreadsheet.Cells) -> Line:
    """The payment of a row; raises Invalid with every defect, each named by its column."""
    defects: list[FieldError] = list(cells.defects)
    if defects:
        raise Invalid(fields=defects)
    values = cells.values
    office = spreadsheet.matched(values, "office", OFFICE, defects)
    slip = spreadsheet.matched(values, "slip", SLIP, defects)
    amount = spreadsheet.matched(values, "amount", spreadsheet.AMOUNT, defects)
    at = spreadsheet.moment(values.get("paid_at", ""), "paid_at", defects)
    reference = spreadsheet.words(values.get("reference", ""), "reference", 60, defects)
    payer = spreadsheet.words(values.get("payer", ""), "payer", 200, defects)
    service = values.get("service", "").strip().lower()
    if service not in SERVICES:
        defects.append(FieldError.of("service", "NotOneOf", expected=", ".join(SERVICES)))
    if defects:
        raise Invalid(fields=defects)
    return Line(
        row=cells.number,
        via=Means.POST.value,
        number=number_of(office, slip),
        kind=Kind.PAYMENT,
        amount=int(amount),
        reference=reference,
        merchant=office.upper(),
        at=at,
        text=service,
        payer=payer or None,
    )
