"""Complaints: a row in the dossier's collection, in its agency's list until it is answered."""

from __future__ import annotations

from chalicelib.domain.complaint import Complaint
from chalicelib.domain.event import iso
from chalicelib.errors import Conflict, ServiceError, StaleWrite
from chalicelib.storage import lists
from chalicelib.storage.tables import ComplaintRow, dossier_key
from chalicelib.storage.transactions import Also


def put(complaint: Complaint) -> Also:
    """For a transaction: a new complaint (the only one of its ending), or the version after the one that is kept."""
    queue = f"{complaint.agency}#complaint" if complaint.open else None
    row = ComplaintRow(
        dossier_key(complaint.dossier),
        _sort(complaint.ending),
        id=complaint.dossier,
        version=complaint.version,
        body=complaint.to_json(),
        queue=queue,
        queue_due=iso(complaint.answer_by) if queue else None,
    )
    if complaint.version == 0:
        return Also(row, ComplaintRow.pk.does_not_exist(), _known)
    return Also(row, ComplaintRow.version == complaint.version - 1, _stale)


def of_row(row: ComplaintRow) -> Complaint:
    return Complaint.from_json(row.body)


def open_at(agency: str, limit: int, cursor: str) -> tuple[tuple[Complaint, ...], str | None]:
    """A page of an agency's open complaints, the most urgent first, and the cursor of the next page; two reads."""
    keys, more = lists.keys_of_queue(agency, "complaint", limit, cursor)
    bodies = {(row.pk, row.sk): row for row in ComplaintRow.batch_get(keys)} if keys else {}
    return tuple(of_row(bodies[key]) for key in keys if key in bodies), more


def _sort(ending: int) -> str:
    return f"COMPLAINT#{ending:06d}"


def _known() -> ServiceError:
    return Conflict("ComplainedBefore")


def _stale() -> ServiceError:
    return StaleWrite("StaleWrite")
