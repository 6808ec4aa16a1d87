"""What notices, inboxes and preferences look like on the wire."""

from __future__ import annotations

from typing import Literal

from chalicelib.api.bodies import Body, Field
from chalicelib.api.typed import TypedDict

CLOCK = "^([01][0-9]|2[0-3]):[0-5][0-9]$"
Language = Literal["vi", "en"]
NoticeKind = Literal["action", "status", "message", "reminder", "record"]
Way = Literal["mail", "sms"]
WayState = Literal["waiting", "sent", "failed", "suppressed", "no_address"]


class HoursBody(Body):
    """By the clock of Vietnam; over midnight when the end is not later than the start."""

    start: str = Field(pattern=CLOCK)
    end: str = Field(pattern=CLOCK)


class WaysBody(Body):
    """By which ways each kind of notice goes out, besides the inbox where all of them lie."""

    action: list[Way] = Field(max_length=2)
    status: list[Way] = Field(max_length=2)
    message: list[Way] = Field(max_length=2)
    reminder: list[Way] = Field(max_length=2)
    record: list[Way] = Field(default_factory=list, max_length=2)


class PreferencesBody(Body):
    """`version` is the one that was read; without `quiet` nothing waits."""

    version: int = Field(ge=0)
    language: Language
    ways: WaysBody
    quiet: HoursBody | None


class SeenBody(Body):
    """`box` is "mine" or an agency's code, `until` the moment of the newest notice that was seen (ISO 8601)."""

    box: str = Field(min_length=1, max_length=35)
    until: str = Field(max_length=40)


class HoursShape(TypedDict):
    start: str
    end: str


class WaysShape(TypedDict):
    kind: NoticeKind
    required: bool
    ways: list[Way]


class PreferencesShape(TypedDict):
    version: int
    language: Language
    ways: list[WaysShape]
    quiet: HoursShape | None
    email: str
    phone: str


class InboxItemShape(TypedDict):
    """`kind` is null in what officers are told."""

    id: str
    at: str
    dossier: str
    code: str
    subject: str
    text: str
    kind: NoticeKind | None
    unread: bool


class InboxShape(TypedDict):
    items: list[InboxItemShape]
    cursor: str | None
    seen: str


class UnreadShape(TypedDict):
    """At most a hundred are counted."""

    count: int


class DeliveryShape(TypedDict):
    """`to` is masked; `at` when it was sent, is to be sent, or was given up; `error` the cause, in words."""

    way: Way
    state: WayState
    to: str
    at: str
    tries: int
    error: str | None


class LoggedShape(TypedDict):
    """The inbox has had it since `at`."""

    id: str
    at: str
    subject: str
    kind: NoticeKind
    deliveries: list[DeliveryShape]


class LogShape(TypedDict):
    items: list[LoggedShape]
    cursor: str | None
