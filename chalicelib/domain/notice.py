"""Notices: of what kind, by which way, and when they may disturb somebody.

Every notice lies in the person's inbox on the portal at once. Mail and SMS go besides, by the person's choice: of the
notices that the law asks for (NĐ 61/2018, 107/2021: what became of the dossier, what is asked of the applicant) at
least one of the two stays on. Neither disturbs the quiet hours; the inbox, which disturbs nobody, does not wait.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime, time, timedelta
from enum import StrEnum

from chalicelib.domain.access import Role
from chalicelib.domain.clock import ZONE
from chalicelib.domain.event import Event
from chalicelib.domain.life import STATES, Action, State
from chalicelib.errors import FieldError, Invalid
from chalicelib.values import dataclass

LANGUAGES = ("vi", "en")
BACKOFF = tuple(timedelta(minutes=m) for m in (2, 10, 60, 240, 720))
"""How long after each try that failed the next one is made."""
MOST_TRIES = len(BACKOFF) + 1
INBOX_KEPT = timedelta(days=365)


class Channel(StrEnum):
    """The ways out of the portal."""

    MAIL = "mail"
    SMS = "sms"


class Kind(StrEnum):
    ACTION = "action"  # something is asked of the applicant, or waits for them
    STATUS = "status"  # what became of the dossier
    MESSAGE = "message"  # the agency wrote
    REMINDER = "reminder"  # of what was asked before
    RECORD = "record"  # of what the applicant did just now or was there for, and of steps that lead to the next notice


REQUIRED = frozenset({Kind.ACTION, Kind.STATUS})
"""What the law asks for: the inbox and one way more."""


class Delivery(StrEnum):
    """What became of a notice on one way."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    SUPPRESSED = "suppressed"  # the person does not want it this way
    NO_ADDRESS = "no_address"


@dataclass(frozen=True)
class Quiet:
    """Hours of the day, by the clock of Vietnam, from `start` up to `end`; over midnight when `end` is not later."""

    start: time
    end: time

    def over(self, now: datetime) -> datetime:
        """`now` when it disturbs nobody, otherwise the end of the quiet hours."""
        local = now.astimezone(ZONE)
        at = local.time()
        overnight = self.start >= self.end
        if not (at >= self.start or at < self.end if overnight else self.start <= at < self.end):
            return now
        day = local.date() + timedelta(days=1 if overnight and at >= self.start else 0)
        return datetime.combine(day, self.end, ZONE)


NIGHT = Quiet(time(21), time(7))
USUAL: Mapping[Kind, frozenset[Channel]] = {
    Kind.ACTION: frozenset({Channel.MAIL, Channel.SMS}),
    Kind.STATUS: frozenset({Channel.MAIL}),
    Kind.MESSAGE: frozenset({Channel.MAIL}),
    Kind.REMINDER: frozenset({Channel.MAIL}),
    Kind.RECORD: frozenset(),
}


@dataclass(frozen=True)
class Preferences:
    """A person's choice; version 0 is nobody's yet. `email` and `phone` (+84…) are the account's when it was made;
    without them a notice goes where the dossier's applicant was reached when it was filed.
    """

    version: int = 0
    language: str = "vi"
    channels: Mapping[Kind, frozenset[Channel]] = field(default_factory=lambda: dict(USUAL))
    quiet: Quiet | None = NIGHT
    email: str = ""
    phone: str = ""

    def address(self, channel: Channel, applicant: Mapping[str, str]) -> str:
        """Where the channel reaches the person; "" when it does not."""
        if channel is Channel.MAIL:
            return self.email or str(applicant.get("email") or "")
        return self.phone or str(applicant.get("phone") or "")

    def ways(self, kind: Kind, applicant: Mapping[str, str]) -> dict[Channel, Delivery]:
        """What is done on each channel: WAITING where the notice goes. What must reach the person goes by any way that
        there is when none that they chose does.
        """
        chosen = self.channels.get(kind, USUAL[kind])
        there = {channel for channel in Channel if self.address(channel, applicant)}
        if kind in REQUIRED and not chosen & there:
            chosen = frozenset(there)
        return {
            channel: Delivery.SUPPRESSED
            if channel not in chosen
            else Delivery.WAITING
            if channel in there
            else Delivery.NO_ADDRESS
            for channel in Channel
        }

    def due(self, now: datetime) -> datetime:
        """When mail and SMS may go."""
        return self.quiet.over(now) if self.quiet else now


def checked(preferences: Preferences) -> Preferences:
    """Raises Invalid when a notice that the law asks for would go nowhere but to the inbox."""
    found = [
        FieldError.of(f"channels.{kind.value}", "TooFew", least=1)
        for kind in sorted(REQUIRED)
        if not preferences.channels.get(kind)
    ]
    if preferences.quiet and preferences.quiet.start == preferences.quiet.end:
        found.append(FieldError.of("quiet.end", "BadFormat"))
    if found:
        raise Invalid("BadRequest", found)
    return preferences


def kind_of(event: Event) -> Kind:
    """Of what kind the notice of an event is.

    What the applicant took away or paid at the counter, or fetched on the portal, they need not be written to about; a
    result that somebody else took on their behalf or that the post brought, they hear of. Papers by post that are in
    order are received within the day (8 working hours), and the receipt is written about.
    """
    action, state = event.action, State(event.after)
    by, handed = event.actor.get("role"), event.detail.get("relation") == "self"
    recorded = {
        Action.DELIVER: by == Role.APPLICANT or handed,
        Action.PAY: by == Role.CASHIER,
        Action.CHECK_PARCEL: state is State.SUBMITTED,
    }
    if recorded.get(Action(action)):
        return Kind.RECORD
    asks = STATES[state].held_by == "applicant" or state in {State.READY, State.POST_RETURNED}
    return Kind.ACTION if asks and action not in {Action.SURPLUS, Action.REFUND} else Kind.STATUS


def masked(address: str) -> str:
    """An address as the log shows it: a****@example.org, ******017."""
    local, at, host = address.partition("@")
    if at:
        return f"{local[:1]}{'*' * 4}@{host}"
    return f"{'*' * 6}{address[-3:]}" if address else ""
