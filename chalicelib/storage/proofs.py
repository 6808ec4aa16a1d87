"""The proof of a dossier as it was asked for last: one row, `PROOF`; the file itself is an object that goes in time."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.dossier import Dossier
from chalicelib.errors import StaleWrite
from chalicelib.storage.dossiers import outbox_row
from chalicelib.storage.tables import PROOF, OutboxRow, ProofRow, dossier_key
from chalicelib.storage.transactions import Also, transact, write_all
from chalicelib.values import dataclass

KEPT = timedelta(days=60)
"""As long as the bucket keeps what lies under drafts/."""


@dataclass(frozen=True)
class Proof:
    """`id` is the caller's key, `state` asked, ready or failed; moments are ISO 8601 UTC. When it is ready: up to which
    event it goes, where the file is and what its bytes are. `problem` is a key of "proof_problems"."""

    id: str
    asked_at: str
    state: str = "asked"
    events: int = 0
    made_at: str = ""
    key: str = ""
    version: str = ""
    sha256: str = ""
    size: int = 0
    problem: str = ""


def get(dossier_id: str) -> Proof | None:
    """What was asked for last; one read."""
    try:
        return Proof(**_body(ProofRow.get(dossier_key(dossier_id), PROOF, consistent_read=True)))
    except ProofRow.DoesNotExist:
        return None


def ask(dossier: Dossier, proof: Proof, now: datetime) -> None:
    """Ask for a proof, over what was asked for before; one transaction. Raises StaleWrite when this very one was."""
    effect = outbox_row(dossier.id, dossier.event_count, "proof", now, {"step": proof.id})
    rows = [Also(_row(dossier.id, proof, now), None, _stale), Also(effect, OutboxRow.pk.does_not_exist(), _stale)]
    write_all(rows)


def settle(dossier_id: str, proof: Proof, now: datetime) -> bool:
    """Write what became of it; False when another was asked for in the meantime, which is what counts then."""

    def write(transaction: Any) -> None:
        transaction.save(_row(dossier_id, proof, now), ProofRow.request == proof.id)

    return transact(write) is None


def _row(dossier_id: str, proof: Proof, now: datetime) -> ProofRow:
    expires = int((now + KEPT).timestamp())
    return ProofRow(dossier_key(dossier_id), PROOF, request=proof.id, body=asdict(proof), expires_at=expires)


def _body(row: ProofRow) -> dict[str, Any]:
    return {**row.body, "events": int(row.body["events"]), "size": int(row.body["size"])}


def _stale() -> StaleWrite:
    return StaleWrite("StaleWrite")
