"""What people chose about notices: one row of the registry each, `PERSON#<sub>` NOTICES, guarded by its version."""

from __future__ import annotations

from datetime import time
from typing import Any

from pynamodb.exceptions import PutError

from chalicelib.domain.notice import USUAL, Channel, Kind, Preferences, Quiet
from chalicelib.errors import StaleWrite, UpstreamFailed
from chalicelib.storage.tables import RegistryRow

_NOTICES = "NOTICES"


def get(person: str) -> Preferences:
    """The person's choice; the usual one, of version 0, when they made none. One read."""
    try:
        row = RegistryRow.get(_key(person), _NOTICES, consistent_read=True)
    except RegistryRow.DoesNotExist:
        return Preferences()
    body: dict[str, Any] = row.body or {}
    quiet = [time.fromisoformat(text) for text in body["quiet"]] if body.get("quiet") else None
    chosen = {Kind(kind): frozenset(Channel(one) for one in ways) for kind, ways in body["channels"].items()}
    return Preferences(
        version=int(row.number or 0),
        language=body["language"],
        channels={**USUAL, **chosen},  # a kind that is younger than the choice goes as usual
        quiet=Quiet(*quiet) if quiet else None,
        email=body.get("email", ""),
        phone=body.get("phone", ""),
    )


def put(person: str, after: Preferences) -> None:
    """Over the version before it. Raises StaleWrite when another one was put meanwhile; the same again is no matter."""
    condition = RegistryRow.number == after.version - 1 if after.version > 1 else RegistryRow.pk.does_not_exist()
    body = {
        "language": after.language,
        "channels": {kind.value: sorted(one.value for one in ways) for kind, ways in after.channels.items()},
        "quiet": [after.quiet.start.isoformat("minutes"), after.quiet.end.isoformat("minutes")]
        if after.quiet
        else None,
        "email": after.email,
        "phone": after.phone,
    }
    try:
        RegistryRow(_key(person), _NOTICES, number=after.version, body=body).save(condition)
    except PutError as error:
        if error.cause_response_code != "ConditionalCheckFailedException":
            raise UpstreamFailed("UpstreamFailed") from error
        if get(person) != after:  # after a lost reply it is ours
            raise StaleWrite("StaleWrite") from error


def _key(person: str) -> str:
    return f"PERSON#{person}"
