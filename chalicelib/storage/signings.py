"""The request of a dossier to sign its form from afar: one row, written under the version that was read.

A request that is over makes room for the next. By a provider's number it is found through a row of the registry, so
that what a provider says of a number that we do not know costs one read and no more.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from pynamodb.exceptions import PutError
from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from chalicelib.domain.event import iso
from chalicelib.domain.remote_signing import WORK, Signing
from chalicelib.errors import StaleWrite
from chalicelib.storage.tables import SIGNING, RegistryRow, Row, SigningRow, dossier_key, shard
from chalicelib.storage.transactions import transact
from chalicelib.values import dataclass

KEPT = timedelta(days=60)  # as long as the form of a draft, which it is about
_OWNER = "OWNER"


@dataclass(frozen=True)
class Named:
    """Whose request a provider's number is."""

    dossier: str
    id: str


def get(dossier_id: str) -> Signing | None:
    """The request as it is now; one read."""
    try:
        return of_row(SigningRow.get(dossier_key(dossier_id), SIGNING, consistent_read=True))
    except SigningRow.DoesNotExist:
        return None


def of_row(row: SigningRow) -> Signing:
    return Signing.from_json(row.body)


def create(signing: Signing, over: Signing | None) -> None:
    """Keep a new request, in the place of `over`. Raises StaleWrite when something else is there by now."""
    condition = SigningRow.pk.does_not_exist()
    if over is not None:
        condition = (SigningRow.id == over.id) & (SigningRow.version == over.version)
    _save(_row(signing), condition)


def save(signing: Signing) -> None:
    """Keep the next version of a request. Raises StaleWrite when somebody else was first."""
    _save(_row(signing), _as_before(signing))


def save_named(signing: Signing, now: datetime) -> None:
    """The same, findable by its provider's number from now on; one transaction."""
    named = RegistryRow(
        _named(signing.provider, str(signing.transaction)),
        _OWNER,
        body={"dossier": signing.dossier, "id": signing.id},
        expires_at=int((now + KEPT).timestamp()),
    )

    def write(transaction: TransactWrite) -> None:
        transaction.save(_row(signing), _as_before(signing))
        transaction.save(named)

    if transact(write) is not None:
        raise StaleWrite("StaleWrite")


def named(provider: str, transaction: str) -> Named | None:
    """Whose request a provider's number is; one read."""
    try:
        body = RegistryRow.get(_named(provider, transaction), _OWNER).body
    except RegistryRow.DoesNotExist:
        return None
    return Named(body["dossier"], body["id"])


def due(number: int, now: datetime, limit: int) -> list[str]:
    """Dossiers whose requests the sweeper has business with, of one of its shards, the longest due first; one query."""
    rows = Row.by_queue.query(f"signing#{number}", Row.queue_due <= iso(now), limit=limit)
    return [row.pk.removeprefix("D#") for row in rows]


def _named(provider: str, transaction: str) -> str:
    return f"SIGNING#{provider}#{transaction}"


def _as_before(signing: Signing) -> Condition:
    condition: Condition = (SigningRow.id == signing.id) & (SigningRow.version == signing.version - 1)
    return condition


def _row(signing: Signing) -> SigningRow:
    return SigningRow(
        dossier_key(signing.dossier),
        SIGNING,
        id=signing.id,
        version=signing.version,
        body=signing.to_json(),
        work="yes" if signing.state in WORK else None,
        queue=f"signing#{shard(signing.dossier)}" if signing.look_at else None,
        queue_due=iso(signing.look_at) if signing.look_at else None,
        expires_at=int((signing.created_at + KEPT).timestamp()),
    )


def _save(row: SigningRow, condition: Condition) -> None:
    try:
        row.save(condition)
    except PutError as error:
        if error.cause_response_code != "ConditionalCheckFailedException":
            raise
        raise StaleWrite("StaleWrite") from error
