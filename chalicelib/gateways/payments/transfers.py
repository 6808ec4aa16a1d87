"""One payment into the agency's account, as a bank tells of it. Notices and statements have the same fields:

    id           the bank's number of the entry: 1 to 64 of A-Z a-z 0-9 . _ : / -; for ever the same for the same entry
    account      the agency's account: 1 to 19 letters and digits
    amount       đồng that came in; entries that went out do not belong here
    currency     three capital letters; other money than VND is kept and never settled
    at           ISO 8601 with offset: 2026-03-02T10:15:00+07:00
    description  what the payer wrote, perhaps with what banks put around it; at most 500 characters, may be empty

The payer's name and account are not asked for: money is matched by the reference in the description.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from chalicelib.domain.payment import Evidence, Outcome, Source, find_reference
from chalicelib.errors import FieldError, Invalid
from chalicelib.gateways import spreadsheet

GATEWAY = "vietqr"
FIELDS = ("id", "account", "amount", "currency", "at", "description")
LONGEST_DESCRIPTION = 500

_ACCOUNT = re.compile(r"[0-9A-Za-z]{1,19}", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)


def read(entry: Mapping[str, str], source: Source) -> Evidence:
    """The evidence of one entry; `reference` is "" when none that holds, or more than one, is in its description.

    Raises Invalid with every defect, each named by its field.
    """
    defects: list[FieldError] = []
    identity = spreadsheet.matched(entry, "id", spreadsheet.NUMBER, defects)
    account = spreadsheet.matched(entry, "account", _ACCOUNT, defects)
    amount = spreadsheet.matched(entry, "amount", spreadsheet.AMOUNT, defects)
    currency = spreadsheet.matched(entry, "currency", _CURRENCY, defects)
    at = spreadsheet.moment(entry.get("at", ""), "at", defects)
    description = spreadsheet.words(entry.get("description", ""), "description", LONGEST_DESCRIPTION, defects)
    if defects:
        raise Invalid(fields=defects)
    return Evidence(
        gateway=GATEWAY,
        source=source,
        reference=find_reference(description) or "",
        outcome=Outcome.PAID,
        amount=int(amount),
        merchant=account,
        currency=currency,
        transaction=identity,
        at=at,
        text=description,
    )
