"""What people agreed to: one row of the registry per person, purpose and version, with every act in its history.

pk `PERSON#<sub>`, sk `CONSENT#<purpose>#<version>`; `flag` is whether it is agreed to now, `number` counts the acts
and guards the row against two writers.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from pynamodb.exceptions import PutError, TransactWriteError
from pynamodb.transactions import TransactWrite

from chalicelib import aws
from chalicelib.domain.account import Agreed, Consent, acted
from chalicelib.errors import Conflict, UpstreamFailed
from chalicelib.storage.tables import RegistryRow

_CONSENT = "CONSENT#"
_NOBODY_IS_KEPT = timedelta(hours=1)
MOST_ACTS = 200


def record(sub: str | None, agreed: Iterable[Agreed], now: datetime) -> None:
    """Keep what a sign-up agreed to, all or nothing.

    `sub` None keeps the same rows for nobody, to be forgotten within the hour: the answer to a sign-up for an existing
    account must not come sooner, and nobody may agree in the name of its holder.
    """
    expires = None if sub else int((now + _NOBODY_IS_KEPT).timestamp())
    person = sub or str(uuid.uuid4())
    transaction = TransactWrite(connection=aws.dynamodb())
    for one in agreed:
        transaction.save(_row(person, acted(None, one, True, now), expires), RegistryRow.pk.does_not_exist())
    try:
        transaction._commit()
    except TransactWriteError as error:
        raise UpstreamFailed("UpstreamFailed") from error


def consents(sub: str) -> list[Consent]:
    """Everything the person was asked and answered; one query. Few rows: purposes times versions."""
    rows = RegistryRow.query(_key(sub), RegistryRow.sk.startswith(_CONSENT), consistent_read=True)
    return [_consent(row) for row in rows]


def consent(sub: str, one: Agreed) -> Consent | None:
    try:
        return _consent(RegistryRow.get(_key(sub), _sort_key(one.purpose, one.version), consistent_read=True))
    except RegistryRow.DoesNotExist:
        return None


def replace(sub: str, before: Consent | None, after: Consent) -> None:
    """Write the consent after an act; raises Conflict when another act came first."""
    condition = RegistryRow.number == len(before.history) if before else RegistryRow.pk.does_not_exist()
    try:
        _row(sub, after, None).save(condition)
    except PutError as error:
        if error.cause_response_code != "ConditionalCheckFailedException":
            raise UpstreamFailed("UpstreamFailed") from error
        kept = consent(sub, Agreed(after.purpose, after.version))
        if kept is None or kept.history != after.history:  # after a lost reply it is ours
            raise Conflict("Conflict") from error


def _row(sub: str, one: Consent, expires: int | None) -> RegistryRow:
    return RegistryRow(
        _key(sub),
        _sort_key(one.purpose, one.version),
        flag=one.given,
        number=len(one.history),
        body={"history": [{"at": at, "given": given} for at, given in one.history]},
        created_at=one.history[0][0],
        expires_at=expires,
    )


def _consent(row: RegistryRow) -> Consent:
    _, purpose, version = row.sk.split("#")
    history = tuple((act["at"], bool(act["given"])) for act in (row.body or {})["history"])
    return Consent(purpose, int(version), bool(row.flag), history)


def _key(sub: str) -> str:
    return f"PERSON#{sub}"


def _sort_key(purpose: str, version: int) -> str:
    return f"{_CONSENT}{purpose}#{version}"
