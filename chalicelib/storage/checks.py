"""Rows of checks: in the index `check#n` by when they were asked for, until they have a verdict."""

from __future__ import annotations

from datetime import datetime

from pynamodb.exceptions import PutError

from chalicelib.domain.check import Check
from chalicelib.domain.event import iso
from chalicelib.domain.paper import Paper
from chalicelib.domain.signature import Verdict
from chalicelib.storage.tables import CheckRow, Row, dossier_key, shard

PREFIX = "CHECK#"
SHARDS = range(4)


def get(dossier_id: str, sk: str) -> Check | None:
    try:
        return of_row(CheckRow.get(dossier_key(dossier_id), sk, consistent_read=True))
    except CheckRow.DoesNotExist:
        return None


def answer(check: Check) -> bool:
    """Write the verdict; False, and nothing is written, when there is one already or the check is gone.

    One that was given up is no verdict: a verifier that comes late may still give it.
    """
    open_still = CheckRow.verdict.does_not_exist()
    if check.verdict is not Verdict.UNCHECKED:
        open_still |= CheckRow.verdict == Verdict.UNCHECKED.value
    try:
        row_of(check).save(CheckRow.pk.exists() & open_still)
    except PutError as error:
        if error.cause_response_code != "ConditionalCheckFailedException":
            raise
        return False
    return True


def remove(paper: Paper) -> None:
    """Delete the check of an erased paper, if there was one."""
    if paper.stored is not None:
        CheckRow(dossier_key(paper.dossier), _sk(paper.id, paper.stored.version)).delete()


def pending(number: int, asked_before: datetime, limit: int) -> list[tuple[str, str]]:
    """(dossier, sort key) of up to `limit` checks of one shard that wait, the longest waiting first; one query."""
    due = Row.by_queue.query(f"check#{number}", Row.queue_due <= iso(asked_before), limit=limit)
    return [(row.pk.removeprefix("D#"), row.sk) for row in due]


def of_row(row: CheckRow) -> Check:
    return Check.from_json(row.pk.removeprefix("D#"), row.body)


def row_of(check: Check) -> CheckRow:
    return CheckRow(
        dossier_key(check.dossier),
        _sk(check.paper, check.version),
        id=check.paper,
        verdict=check.verdict.value if check.verdict else None,
        body=check.to_json(),
        queue=f"check#{shard(check.dossier)}" if check.pending else None,
        queue_due=iso(check.asked_at) if check.pending else None,
    )


def _sk(paper_id: str, version: str) -> str:
    return f"{PREFIX}{paper_id}#{version}"
