"""An agency's usual words: registry REASONS#<agency> / <kind>, `number` the version, `body` {texts, by, at}."""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.event import iso
from chalicelib.domain.reasons import Reasons
from chalicelib.errors import StaleWrite
from chalicelib.storage.tables import RegistryRow
from chalicelib.storage.transactions import transact


def of(agency: str) -> dict[str, Reasons]:
    """By kind, those that the agency has decided on; one query."""
    rows = RegistryRow.query(_key(agency), consistent_read=True)
    return {row.sk: Reasons(row.sk, tuple((row.body or {})["texts"]), int(row.number or 0)) for row in rows}


def save(agency: str, reasons: Reasons, by: str, now: datetime) -> None:
    """Write over the version before; raises StaleWrite when somebody else wrote first."""
    body = {"texts": list(reasons.texts), "by": by, "at": iso(now)}
    row = RegistryRow(_key(agency), reasons.kind, number=reasons.version, body=body)
    condition = RegistryRow.number == reasons.version - 1 if reasons.version > 1 else RegistryRow.pk.does_not_exist()
    if (
        transact(lambda transaction: transaction.save(row, condition)) is not None
        and of(agency)[reasons.kind] != reasons
    ):
        raise StaleWrite("StaleWrite")


def _key(agency: str) -> str:
    return f"REASONS#{agency}"
