"""The shapes of answers about accounts, sessions and consents."""

from __future__ import annotations

from typing import Literal, NotRequired

from chalicelib.api.typed import TypedDict


class MessageView(TypedDict):
    message: str


class SessionView(TypedDict):
    """Either a session, or a challenge to be answered first."""

    id_token: NotRequired[str | None]
    expires_in: NotRequired[int | None]
    name: NotRequired[str | None]
    kind: NotRequired[str | None]
    challenge: NotRequired[Literal["new_password", "mfa", "mfa_setup"] | None]
    session: NotRequired[str | None]
    secret: NotRequired[str | None]


class ProfileView(TypedDict):
    kind: str
    name: str
    identity: str | None
    representative: str | None
    email: str
    phone: str | None
    posts: list[str]
    consents_due: list[str]


class PhoneView(TypedDict):
    phone: str


class PurposeView(TypedDict):
    purpose: str
    version: int
    mandatory: bool
    text: str


class PurposesView(TypedDict):
    purposes: list[PurposeView]


class ActView(TypedDict):
    at: str
    given: bool


class ConsentView(TypedDict):
    purpose: str
    version: int
    given: bool
    text: str
    history: list[ActView]


class ConsentsView(TypedDict):
    consents: list[ConsentView]
