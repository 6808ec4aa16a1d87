"""Joint procedures (liên thông): one dossier at the agency in the lead, and questions to the others."""

from __future__ import annotations

from chalicelib.domain import consultation
from chalicelib.domain.bundle import Bundle
from chalicelib.errors import Conflict
from chalicelib.services import catalogue


def require_settled(bundle: Bundle) -> None:
    """Raises Conflict("PartsOpen") naming the agencies that have not agreed to, or done, their part of a joint
    procedure; nothing for every other procedure."""
    dossier = bundle.dossier
    procedure = catalogue.procedure(dossier.procedure_code, dossier.procedure_version)
    left = []
    for part in procedure.parts_for(dossier.answers):
        question = consultation.latest(bundle.questions, part.agency)
        if question is None or not question.is_settled:
            left.append(catalogue.agency(part.agency).name.vi)
    if left:
        raise Conflict("PartsOpen", agencies="; ".join(left))
