"""The table "how to file": one row per channel and fee, four cells each, run together.

    rows     = row, { row }
    row      = channel, duration, fee, [ "(" description of the fee ")" ], [ note ]
    channel  = "Trực tuyến" | "Dịch vụ bưu chính" | "Trực tiếp"
    duration = absent | number, " ", unit | number | words
    fee      = absent | "Miễn phí" | amount, " ", currency        amount: thousands parted by commas

A channel may have several rows, for cases with other times or fees: the rows are alternatives, told apart by fee
text and note. A number without a unit stays without a unit. Where digits of duration and amount touch ("1" and
"20,000" as "120,000"), only a cut that is the single possible one is made.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from enum import StrEnum

from infra.national import fees
from infra.national.page import ABSENT

CHANNELS = {"Trực tuyến": "online", "Dịch vụ bưu chính": "post", "Trực tiếp": "direct"}
# The portal says "hours" and "days" where it does not mean working time; "hours" is no unit of the legal clock.
UNITS = {
    "Ngày làm việc": "working days",
    "Ngày": "calendar days",
    "Giờ làm việc": "working hours",
    "Giờ": "hours",
    "Phút": "minutes",
    "Tuần": "weeks",
    "Tháng": "months",
    "Năm": "years",
}

_CHANNEL = f"(?P<channel>{'|'.join(CHANNELS)})"
_UNIT = "|".join(UNITS)
_DURATION = (
    rf"(?:(?P<absent>{ABSENT})|(?P<number>\d+(?:\.\d+)?) (?P<unit>{_UNIT})"
    r"|(?P<bare>\d+?)|(?P<words>[^\W\d_][^\d\n]{1,199}?))"
)
_FEE = rf"(?P<fee>{ABSENT}|Miễn phí|{fees.PRINTED})"
_ROW = re.compile(_CHANNEL + _DURATION + _FEE)
_NO_RESULT = re.compile(r"không phải trả kết quả\b.*", re.IGNORECASE)
_DIGITS = re.compile(r"[\d,.]+")


class Given(StrEnum):
    """What the portal's duration cell says."""

    NOTHING = "nothing"  # the portal has no information
    STATED = "stated"
    NO_UNIT = "no unit"  # a number alone
    NO_LIMIT = "no limit"  # the word "none"
    NO_RESULT = "no result"  # nothing is returned to the applicant, so nothing is due
    WORDS = "words"  # some other words
    UNCLEAR = "unclear"  # its digits cannot be told from the fee's


@dataclasses.dataclass(frozen=True)
class Duration:
    given: Given
    text: str
    amount: float | None = None  # whole, but for "1.5" days
    unit: str | None = None

    @property
    def understood(self) -> bool:
        return self.given not in (Given.WORDS, Given.UNCLEAR)


@dataclasses.dataclass(frozen=True)
class Row:
    channel: str  # online | post | direct
    duration: Duration
    fee: fees.Fee
    note: str


def read(table: str) -> tuple[Row, ...] | None:
    """The rows of the table; None when its text does not begin with a row, so that nothing in it can be trusted."""
    starts = list(_starts(table))
    if not starts or starts[0].start() != 0:
        return None
    ends = [m.start() for m in starts[1:]] + [len(table)]
    return tuple(_row(m, table[m.end() : end]) for m, end in zip(starts, ends, strict=True))


def _starts(table: str) -> Iterator[re.Match[str]]:
    """Where rows start. Words stand for a duration only in the first row, or where it has shown them already."""
    known: set[str] = set()
    for match in _ROW.finditer(table):
        words = match["words"]
        if words is not None:
            if match.start() != 0 and words.strip() not in known:
                continue
            known.add(words.strip())
        yield match


def _row(match: re.Match[str], rest: str) -> Row:
    description, note = fees.description(rest) if match["fee"] != ABSENT else (None, rest)
    printed = match["fee"]
    duration = _duration(match)
    if match["bare"] is not None:
        duration, printed = _part(match["bare"], match["fee"], description or "")
    return Row(
        CHANNELS[match["channel"]],
        duration,
        fees.read(printed, description, note),
        note.strip(),
    )


def _duration(match: re.Match[str]) -> Duration:
    if match["absent"]:
        return Duration(Given.NOTHING, "")
    if match["unit"]:
        number, unit = match["number"], match["unit"]
        return Duration(Given.STATED, f"{number} {unit}", float(number) if "." in number else int(number), UNITS[unit])
    words = (match["words"] or "").strip()
    if words.casefold() == "không":
        return Duration(Given.NO_LIMIT, words)
    return Duration(Given.NO_RESULT if _NO_RESULT.fullmatch(words) else Given.WORDS, words)


def _part(bare: str, fee: str, description: str) -> tuple[Duration, str]:
    """Tell a duration without a unit from the digits of the fee that follow it.

    The expression took one digit for the duration. Another cut is possible when the digits left still make a
    well-formed amount: no leading zero, groups of three. Then the description of the fee must decide, by naming
    the amount of exactly one of them (or a thousand times it: the portal drops thousands after a point).
    """
    digits = _DIGITS.match(fee)
    if digits is None:
        return Duration(Given.NO_UNIT, bare, int(bare)), fee
    joined, currency = bare + digits[0], fee[digits.end() :]
    cuts = [n for n in range(1, len(joined)) if joined[:n].isdigit() and fees.well_formed(joined[n:])]
    if len(cuts) > 1:
        named = {mention.amount for mention in fees.mentions(description) or ()}
        values = {n: fees.printed_value(joined[n:]) for n in cuts}
        cuts = [n for n in cuts if named & {values[n], values[n] * 1000}]
    if len(cuts) != 1:
        return Duration(Given.UNCLEAR, joined + currency), joined + currency + fees.UNPARTED
    cut = cuts[0]
    return Duration(Given.NO_UNIT, joined[:cut], int(joined[:cut])), joined[cut:] + currency
