"""One word of the post about a parcel. Files and calls have the same fields; no form of them is public: this is ours.

    tracking   the post's number of the parcel: 8 to 30 of A-Z 0-9; for ever the same for the same parcel
    status     accepted, in_transit, delivered, returned or lost
    at         ISO 8601 with offset: 2026-03-02T10:15:00+07:00
    recipient  who signed for it; of a delivery only, at most 200 characters
    signature  reference of the signed slip: 1 to 64 of A-Z a-z 0-9 . _ : / -; of a delivery only
    reason     why it came back or was lost; of these two only, at most 500 characters

A file is a table as `gateways.spreadsheet` reads it: UTF-8, comma-separated, the columns above in any order. The same
row again is the same word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from chalicelib.domain.post import Report, Word
from chalicelib.errors import FieldError, Invalid
from chalicelib.gateways import spreadsheet

FIELDS = ("tracking", "status", "at", "recipient", "signature", "reason")
COLUMNS_CODE = "ReportColumns"
CLOCKS_DIFFER = timedelta(days=1)
TRACKING = re.compile(r"[0-9A-Z]{8,30}", re.ASCII)
STATUSES = ", ".join(Report)


def read(carrier: str, said: Mapping[str, str], now: datetime) -> Word:
    """The word; raises Invalid with every defect, each named by its field."""
    defects: list[FieldError] = []
    folded = {**said, "tracking": said.get("tracking", "").upper().replace(" ", "")}
    tracking = spreadsheet.matched(folded, "tracking", TRACKING, defects)
    at = spreadsheet.moment(said.get("at", ""), "at", defects)
    recipient = spreadsheet.words(said.get("recipient", ""), "recipient", 200, defects)
    reason = spreadsheet.words(said.get("reason", ""), "reason", 500, defects)
    status = said.get("status", "").strip().lower()
    if status not in list(Report):
        defects.append(FieldError.of("status", "NotOneOf", expected=STATUSES))
    signature = spreadsheet.matched(said, "signature", spreadsheet.NUMBER, defects, optional=status != Report.DELIVERED)
    if status == Report.DELIVERED and not recipient:
        defects.append(FieldError("recipient", "Required"))
    if status in {Report.RETURNED, Report.LOST} and not reason:
        defects.append(FieldError("reason", "Required"))
    if at is not None and at > now + CLOCKS_DIFFER:
        defects.append(FieldError("at", "InFuture"))
    if defects or at is None:
        raise Invalid("BadRequest", defects)
    return Word(carrier, tracking, Report(status), at, recipient, signature, reason)
