"""A dossier that was addressed to the wrong agency goes to the right one, before it is accepted.

It stays the same dossier under the same code. The right agency has not seen it yet, so its eight working hours start
with the transfer, by its own calendar; the law on replies (NĐ 61/2018) says nothing else, and the event says so.
"""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.access import Actor, Role, require_role
from chalicelib.domain.dossier import Dossier
from chalicelib.domain.event import iso
from chalicelib.domain.life import Action
from chalicelib.errors import Conflict, FieldError, Invalid
from chalicelib.services import catalogue, deadlines, desk
from chalicelib.services.transitions import perform, repeated
from chalicelib.storage import consultations as rows
from chalicelib.storage import dossiers as kept


def transfer(actor: Actor, dossier_id: str, key: str, agency: str, reason: str, now: datetime) -> Dossier:
    """Send a filed dossier on to `agency`, with the reason.

    Raises Invalid for an agency that is unknown, gone or this one; Conflict("MoneyPaidHere") when the first agency was
    paid (refusing the dossier gives that back, and it can be filed anew), Conflict("PapersHere") when papers came
    there by post; TransitionRefused("TransferredBefore") for a second transfer by reception.
    """
    bundle = kept.load(dossier_id)
    # Who sent it on sees it no more; the same request again is still answered.
    if repeated(bundle, key, Action.TRANSFER, actor):
        return bundle.dossier
    dossier = desk.visible(actor, bundle.dossier)
    require_role(actor, dossier.agency, Role.RECEPTION, Role.ADMINISTRATOR)
    target = catalogue.agencies().get(agency)
    if target is None or not target.active or agency == dossier.agency:
        raise Invalid("BadRequest", [FieldError.of("agency", "NotTransferable")])
    if dossier.held or any(fee.paid and fee.amount for fee in dossier.fees):
        raise Conflict("MoneyPaidHere")
    if dossier.parcel is not None or dossier.certified:
        raise Conflict("PapersHere")
    reply_due = deadlines.reply(agency, now)
    offered = agency in catalogue.procedure(dossier.procedure_code, dossier.procedure_version).agencies
    detail = {
        "from": dossier.agency,
        "from_name": catalogue.agency(dossier.agency).name.vi,
        "to": agency,
        "recipient": target.name.vi,
        "offered": offered,
        "reason": reason,
        "reply_due_at": iso(reply_due),
    }
    changes = {"agency": agency, "reply_due_at": reply_due}
    also = [] if (dossier.code or "").startswith(f"{agency}-") else rows.moved(dossier, agency)
    return perform(dossier, Action.TRANSFER, actor, now, key=key, detail=detail, changes=changes, also=also)
