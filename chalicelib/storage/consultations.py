"""Questions to other agencies, each a row of its dossier's collection, and the list of those an agency must answer."""

from __future__ import annotations

from chalicelib.domain.bundle import Asked
from chalicelib.domain.consultation import Question
from chalicelib.domain.dossier import Dossier
from chalicelib.errors import StaleWrite
from chalicelib.storage import heads, lists
from chalicelib.storage.tables import HEAD, LISTED, ConsultRow, HeadRow, MovedRow, Row, dossier_key
from chalicelib.storage.transactions import Also

QUEUE = "consultation"


def put(dossier_id: str, question: Question) -> Also:
    """The question as it is now; written only with the dossier's head, whose version guards it."""
    row = ConsultRow(
        dossier_key(dossier_id),
        f"CONSULT#{question.round:06d}#{question.agency}",
        id=dossier_id,
        body=question.to_json(),
        queue=f"{question.agency}#{QUEUE}" if question.open else None,
        queue_due=question.due_at if question.open else None,
    )
    return Also(row, None, lambda: StaleWrite("StaleWrite"))


def moved(dossier: Dossier, agency: str) -> list[Also]:
    """The key under which a transferred dossier is found by identity at `agency`; none without an identity."""
    identity = dossier.applicant.get("identity")
    if not identity:
        return []
    row = MovedRow(
        dossier_key(dossier.id),
        f"MOVED#{agency}",
        identity=identity,
        # The index sorts by code and asks for what begins with the agency's own.
        code=f"{agency}-{(dossier.code or '').partition('-')[2]}#{dossier.id}",
    )
    return [Also(row, None, lambda: StaleWrite("StaleWrite"))]


def of(dossier_id: str) -> list[Question]:
    """What other agencies were asked about a dossier; one read."""
    rows = Row.query(dossier_key(dossier_id), Row.sk.startswith("CONSULT#"), consistent_read=True)
    return [Question.from_json(row.body) for row in rows if isinstance(row, ConsultRow)]


def listed(agency: str, limit: int, cursor: str) -> tuple[list[Asked], str | None]:
    """A page of what an agency has been asked and has not answered, the most urgent first; two reads."""
    keys, after = lists.keys_of_queue(agency, QUEUE, limit, cursor)
    if not keys:
        return [], after
    wanted = [*keys, *dict.fromkeys((pk, HEAD) for pk, _ in keys)]
    shown = ["pk", "sk", "body", "owner_sort", *LISTED]
    found = {(row.pk, row.sk): row for row in Row.batch_get(wanted, attributes_to_get=shown)}
    items = []
    for pk, sk in keys:
        row, top = found.get((pk, sk)), found.get((pk, HEAD))
        if isinstance(row, ConsultRow) and isinstance(top, HeadRow):
            items.append(Asked(Question.from_json(row.body), heads.dossier_of(top)))
    return items, after
