"""What every provider of remote signing does: show certificates, take a hash to be signed, say how it stands.

A provider knows the other side's protocol and nothing of dossiers. It is asked over TLS under one of its live secrets
(two during a rotation); what it calls back with carries no signature and is only a reason to ask.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Protocol

from chalicelib.errors import UpstreamFailed
from chalicelib.gateways import wire
from chalicelib.telemetry import logger
from chalicelib.values import dataclass

MOST_CERTIFICATES = 20
"""Of one person; whoever shows more is not read further."""


class Outcome(StrEnum):
    """What a provider says of a request."""

    PENDING = "pending"  # taken, the phone has not decided
    SIGNED = "signed"
    REFUSED = "refused"  # on the phone
    EXPIRED = "expired"
    TURNED_DOWN = "turned_down"  # it will not be done
    UNKNOWN = "unknown"  # no word that could be trusted: ask again


@dataclass(frozen=True)
class Certificate:
    """`credential` is the provider's name of the key; `ders` the certificate and those above it, as it gave them."""

    credential: str
    ders: Sequence[bytes]


@dataclass(frozen=True)
class Order:
    """A hash to be signed: `digest` is SHA-256 in hexadecimal, `reference` ours (the same for the same request).

    `identity` is the number of whoever shall agree (identity number or tax code), `title` and `description` are ASCII
    and shown on the phone.
    """

    reference: str
    identity: str
    credential: str
    digest: str
    title: str
    description: str


@dataclass(frozen=True)
class Word:
    """`transaction` is the provider's number, `seconds` how long it waits, `signature` the raw value, `code` for us."""

    outcome: Outcome
    transaction: str | None = None
    seconds: int | None = None
    signature: bytes | None = None
    code: str | None = None


class Provider(Protocol):
    """One provider. `sign` and `ask` never raise for what the other side does: what is not known is UNKNOWN."""

    name: str

    def certificates(self, identity: str, reference: str) -> Sequence[Certificate]:
        """Those of whoever has this number; none for somebody that it does not know. Raises UpstreamFailed."""

    def sign(self, order: Order) -> Word:
        """Ask for a signature. PENDING with its number when it was taken; asked again, it may be asked twice."""

    def ask(self, order: Order, transaction: str) -> Word:
        """How the request stands."""

    def read_hint(self, body: bytes) -> str | None:
        """The number of the request that a callback speaks of; None when it names none. Nothing else of it counts."""


def failed(why: str) -> UpstreamFailed:
    """The provider did not do its part; `why` for the log alone."""
    logger.warning("no word from a provider of remote signing", why=why)
    return UpstreamFailed("ProviderFailed")


def post(
    url: str, sent: Mapping[str, Any], seconds: float, headers: Mapping[str, str] | None = None
) -> tuple[Mapping[str, Any], str]:
    """What a provider answers; nothing, and why, when that is no answer."""
    try:
        return wire.post_json(url, sent, headers, seconds=seconds).fields, ""
    except wire.NoAnswer as none:
        return {}, none.why


def hinted(body: bytes, name: str) -> str | None:
    """The number that a callback has under `name`; None when it names none."""
    try:
        return said(wire.read_object(body).get(name)) or None
    except ValueError:
        return None


def unpacked(text: Any) -> bytes | None:
    """Bytes in base64, with or without line ends; None for everything else."""
    if not isinstance(text, str):
        return None
    try:
        return base64.b64decode("".join(text.split()), validate=True) or None
    except (ValueError, binascii.Error):
        return None


def whole(value: Any) -> int | None:
    """A whole number from zero on that comes as a number or in digits."""
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else None


def said(value: Any, most: int = 80) -> str:
    """A short printable text or number; "" for everything else. What others send goes no further than this."""
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return text if len(text) <= most and text.isascii() and text.isprintable() else ""


def part(fields: Any, name: str) -> dict[str, Any]:
    """A member that is an object; an empty one for everything else."""
    found = fields.get(name) if isinstance(fields, dict) else None
    return found if isinstance(found, dict) else {}


def parts(fields: Any, name: str) -> list[dict[str, Any]]:
    """The objects of a member that is a list; none for everything else."""
    found = fields.get(name) if isinstance(fields, dict) else None
    return [one for one in found[:MOST_CERTIFICATES] if isinstance(one, dict)] if isinstance(found, list) else []
