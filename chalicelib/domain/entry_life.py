"""The table of an entry's life: every state, every event, and where it leads; what an entry is stands in `entry`."""

from __future__ import annotations

from enum import StrEnum


class EntryState(StrEnum):
    BOOKED = "booked"  # made a payment or a refund of ours; no file of the other side has it yet
    MATCHED = "matched"  # a file has it, with the same amount
    DIFFERS = "differs"  # a file has it, with another amount
    ADJUSTED = "adjusted"  # that difference was booked
    WRITTEN_OFF = "written_off"  # the other side never had it
    STRAY = "stray"  # the other side has it, and nothing of ours accounts for it
    OWED = "owed"  # a stray that goes back, to an account that was approved
    RETURNED = "returned"
    DISMISSED = "dismissed"  # a stray that was never ours: an error of the other side
    COVERED = "covered"  # a stray that is booked under another name: a gateway's pay-out, cash brought to the bank


class EntryEvent(StrEnum):
    FOUND = "found"  # in a file, with the amount that we have
    FOUND_OTHERWISE = "found_otherwise"  # in a file, with another amount
    ATTACH = "attach"  # to a dossier, as its payment; or to the refund that it carried out
    OWE = "owe"
    PAY_OUT = "pay_out"
    DISMISS = "dismiss"
    COVER = "cover"
    REOPEN = "reopen"


S, E = EntryState, EntryEvent
ENTRIES: dict[tuple[EntryState, EntryEvent], EntryState | None] = {
    (S.BOOKED, E.FOUND): S.MATCHED,
    (S.BOOKED, E.FOUND_OTHERWISE): S.DIFFERS,
    (S.BOOKED, E.ATTACH): None,
    (S.BOOKED, E.OWE): None,
    (S.BOOKED, E.PAY_OUT): None,
    (S.BOOKED, E.DISMISS): S.WRITTEN_OFF,
    (S.BOOKED, E.COVER): None,
    (S.BOOKED, E.REOPEN): None,
    (S.MATCHED, E.FOUND): S.MATCHED,
    (S.MATCHED, E.FOUND_OTHERWISE): S.MATCHED,
    (S.MATCHED, E.ATTACH): None,
    (S.MATCHED, E.OWE): None,
    (S.MATCHED, E.PAY_OUT): None,
    (S.MATCHED, E.DISMISS): None,
    (S.MATCHED, E.COVER): None,
    (S.MATCHED, E.REOPEN): None,
    (S.DIFFERS, E.FOUND): S.DIFFERS,
    (S.DIFFERS, E.FOUND_OTHERWISE): S.DIFFERS,
    (S.DIFFERS, E.ATTACH): None,
    (S.DIFFERS, E.OWE): None,
    (S.DIFFERS, E.PAY_OUT): None,
    (S.DIFFERS, E.DISMISS): S.ADJUSTED,
    (S.DIFFERS, E.COVER): None,
    (S.DIFFERS, E.REOPEN): None,
    (S.ADJUSTED, E.FOUND): S.ADJUSTED,
    (S.ADJUSTED, E.FOUND_OTHERWISE): S.ADJUSTED,
    (S.ADJUSTED, E.ATTACH): None,
    (S.ADJUSTED, E.OWE): None,
    (S.ADJUSTED, E.PAY_OUT): None,
    (S.ADJUSTED, E.DISMISS): None,
    (S.ADJUSTED, E.COVER): None,
    (S.ADJUSTED, E.REOPEN): S.DIFFERS,
    (S.WRITTEN_OFF, E.FOUND): S.MATCHED,
    (S.WRITTEN_OFF, E.FOUND_OTHERWISE): S.DIFFERS,
    (S.WRITTEN_OFF, E.ATTACH): None,
    (S.WRITTEN_OFF, E.OWE): None,
    (S.WRITTEN_OFF, E.PAY_OUT): None,
    (S.WRITTEN_OFF, E.DISMISS): None,
    (S.WRITTEN_OFF, E.COVER): None,
    (S.WRITTEN_OFF, E.REOPEN): S.BOOKED,
    (S.STRAY, E.FOUND): S.STRAY,
    (S.STRAY, E.FOUND_OTHERWISE): S.STRAY,
    (S.STRAY, E.ATTACH): S.BOOKED,
    (S.STRAY, E.OWE): S.OWED,
    (S.STRAY, E.PAY_OUT): None,
    (S.STRAY, E.DISMISS): S.DISMISSED,
    (S.STRAY, E.COVER): S.COVERED,
    (S.STRAY, E.REOPEN): None,
    (S.OWED, E.FOUND): S.OWED,
    (S.OWED, E.FOUND_OTHERWISE): S.OWED,
    (S.OWED, E.ATTACH): None,
    (S.OWED, E.OWE): None,
    (S.OWED, E.PAY_OUT): S.RETURNED,
    (S.OWED, E.DISMISS): None,
    (S.OWED, E.COVER): None,
    (S.OWED, E.REOPEN): S.STRAY,
    (S.RETURNED, E.FOUND): S.RETURNED,
    (S.RETURNED, E.FOUND_OTHERWISE): S.RETURNED,
    (S.RETURNED, E.ATTACH): None,
    (S.RETURNED, E.OWE): None,
    (S.RETURNED, E.PAY_OUT): None,
    (S.RETURNED, E.DISMISS): None,
    (S.RETURNED, E.COVER): None,
    (S.RETURNED, E.REOPEN): None,
    (S.DISMISSED, E.FOUND): S.STRAY,
    (S.DISMISSED, E.FOUND_OTHERWISE): S.STRAY,
    (S.DISMISSED, E.ATTACH): None,
    (S.DISMISSED, E.OWE): None,
    (S.DISMISSED, E.PAY_OUT): None,
    (S.DISMISSED, E.DISMISS): None,
    (S.DISMISSED, E.COVER): None,
    (S.DISMISSED, E.REOPEN): S.STRAY,
    (S.COVERED, E.FOUND): S.COVERED,
    (S.COVERED, E.FOUND_OTHERWISE): S.COVERED,
    (S.COVERED, E.ATTACH): None,
    (S.COVERED, E.OWE): None,
    (S.COVERED, E.PAY_OUT): None,
    (S.COVERED, E.DISMISS): None,
    (S.COVERED, E.COVER): None,
    (S.COVERED, E.REOPEN): S.STRAY,
}
"""Complete; None is refused. What a file shows is never refused: a file is evidence."""
