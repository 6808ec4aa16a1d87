"""What officers do: each step of a dossier at the counter and on the desk.

Every act asks the table by the officer's posts at the dossier's agency; somebody without a post there gets the
answer of a dossier that does not exist. The officer's name goes on the timeline.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.domain.access import Actor, Role, require_officer, require_role, roles_on
from chalicelib.domain.bundle import Bundle
from chalicelib.domain.dossier import Dossier
from chalicelib.domain.event import iso
from chalicelib.domain.life import Action, State
from chalicelib.domain.money import PAID, Means, Payment, place_of
from chalicelib.errors import Conflict, FieldError, Invalid, NotFound, StaleWrite
from chalicelib.services import catalogue, deadlines, drawers, takings, teams
from chalicelib.services.transitions import perform
from chalicelib.storage import dossiers as kept
from chalicelib.storage import lists

_TRIES = 3
COMPARISONS = ("matches", "differs", "not_shown")


def detail(actor: Actor, dossier_id: str) -> Bundle:
    """A dossier of an agency where the officer has a post, with all that belongs to it."""
    bundle = kept.load(dossier_id)
    visible(actor, bundle.dossier)
    return bundle


def visible(actor: Actor, dossier: Dossier) -> Dossier:
    """The dossier, for an officer of its agency and once it was filed; NotFound otherwise."""
    require_officer(actor)
    if dossier.state is State.DRAFT or not roles_on(actor, owner="", agency=dossier.agency):
        raise NotFound("DossierNotFound")
    return dossier


def find(actor: Actor, code: str) -> Dossier:
    """The dossier behind a code, for an officer of its agency."""
    require_officer(actor)
    found = lists.by_code(code)
    if found is None:
        raise NotFound("DossierNotFound")
    return replace(visible(actor, found), receipt_secret=None)


def _open(actor: Actor, dossier_id: str, role: Role) -> Dossier:
    """The head, for an officer of its agency; Forbidden when none of their posts there is of `role`."""
    dossier = visible(actor, kept.head(dossier_id))
    require_role(actor, dossier.agency, role)
    return dossier


def receive(actor: Actor, dossier_id: str, key: str, note: str, now: datetime) -> Dossier:
    """Accept a dossier; the legal clock starts, unless a fee due at acceptance must be paid first."""
    dossier = _open(actor, dossier_id, Role.RECEPTION)
    changes: dict[str, Any] = {}
    detail: dict[str, Any] = {"note": note}
    if not dossier.owes("acceptance"):
        changes, due = _clock(dossier, now)
        detail |= due
    return perform(dossier, Action.RECEIVE, actor, now, key=key, detail=detail, changes=changes)


def _clock(dossier: Dossier, now: datetime) -> tuple[dict[str, Any], dict[str, Any]]:
    return deadlines.result(dossier, catalogue.procedure(dossier.procedure_code, dossier.procedure_version), now)


def request_supplement(
    actor: Actor,
    dossier_id: str,
    key: str,
    items: Mapping[str, Mapping[str, str]],
    note: str,
    exception: str,
    now: datetime,
) -> Dossier:
    """Ask for a supplement: `items` maps `papers` and `fields` to {name: reason}; once, fully, in writing.

    A second request needs the legal exception (what was supplied is still wrong), else Conflict.
    """
    dossier = visible(actor, kept.head(dossier_id))
    actor = teams.acting(actor, dossier, now)
    procedure = catalogue.procedure(dossier.procedure_code, dossier.procedure_version)
    papers, fields = dict(items.get("papers", {})), dict(items.get("fields", {}))
    found = [FieldError.of(f"papers.{c}", "NotComponent") for c in papers if procedure.paper(c) is None]
    known = procedure.form.get("properties", {})
    found += [FieldError.of(f"fields.{f}", "NotFormField") for f in fields if f not in known]
    if not papers and not fields:
        found.append(FieldError.of("papers", "TooFew", least=1))
    if found:
        raise Invalid("BadRequest", found)
    if dossier.supplements and not exception and not kept.was_done(dossier.id, key, "request_supplement", actor.id):
        raise Conflict("SupplementAskedBefore")
    due = deadlines.supplement(dossier, procedure, now)
    asked = {
        "papers": papers,
        "fields": fields,
        "note": note,
        "asked_at": iso(now),
        "due_at": iso(due),
        "asked_by": actor.name,
    }
    changes: dict[str, Any] = {"supplement": asked, "supplements": dossier.supplements + 1}
    detail = {**asked, "exception": exception}
    if dossier.supplements:  # lawful or not: the index of Decision 766/QĐ-TTg counts it as late
        changes["counted_late"] = detail["counted_late"] = "second_supplement"
    return perform(dossier, Action.REQUEST_SUPPLEMENT, actor, now, key=key, detail=detail, changes=changes)


def refuse(actor: Actor, dossier_id: str, key: str, reason: str, now: datetime) -> Dossier:
    """Refuse to receive, with the reason."""
    dossier = _open(actor, dossier_id, Role.RECEPTION)
    return perform(dossier, Action.REFUSE, actor, now, key=key, detail={"reason": reason})


def claim(actor: Actor, dossier_id: str, key: str, now: datetime) -> Dossier:
    """Take an accepted dossier to appraise it."""
    dossier = _open(actor, dossier_id, Role.APPRAISER)
    changes = {"assignee": actor.id, "assignee_name": actor.name}
    return perform(dossier, Action.CLAIM, actor, now, key=key, changes=changes)


def propose(actor: Actor, dossier_id: str, key: str, opinion: str, now: datetime) -> Dossier:
    """Close the appraisal with an opinion and pass the dossier to approval."""
    dossier = _open(actor, dossier_id, Role.APPRAISER)
    actor = teams.acting(actor, dossier, now)
    changes = {"appraised_by": actor.id}
    return perform(dossier, Action.PROPOSE, actor, now, key=key, detail={"opinion": opinion}, changes=changes)


def send_back(actor: Actor, dossier_id: str, key: str, reason: str, now: datetime) -> Dossier:
    """Send a proposal back to its appraiser."""
    dossier = _open(actor, dossier_id, Role.APPROVER)
    return perform(dossier, Action.SEND_BACK, actor, now, key=key, detail={"reason": reason})


def approve(actor: Actor, dossier_id: str, key: str, note: str, now: datetime) -> Dossier:
    """Approve; never by the officer who appraised."""
    dossier = _open(actor, dossier_id, Role.APPROVER)
    return perform(dossier, Action.APPROVE, actor, now, key=key, detail={"note": note})


def stop(actor: Actor, dossier_id: str, key: str, reason: str, now: datetime) -> Dossier:
    """Stop the procedure during the review, with the reason; fees paid become a refund obligation."""
    dossier = _open(actor, dossier_id, Role.APPROVER)
    return perform(dossier, Action.STOP, actor, now, key=key, detail={"reason": reason}, changes={"supplement": None})


def take_fee(
    actor: Actor, dossier_id: str, key: str, amount: int, means: Means, reference: str, now: datetime
) -> Dossier:
    """The counter takes what is due now, all of it. `reference` is the slip of the terminal or the bank's number.

    Raises Invalid("WrongAmount") naming what is due, Invalid when card or transfer come without a reference,
    Conflict("TransactionKnown") when that reference was booked before, Conflict("DrawerStillOpen") for a cashier
    whose drawer of an earlier day was not counted.
    """
    for attempt in range(_TRIES):
        try:
            return _take_fee(actor, dossier_id, key, amount, means, reference, now)
        except StaleWrite:  # the cashier's drawer went on with another dossier
            if attempt == _TRIES - 1:
                raise
    raise AssertionError("unreachable")


def _take_fee(
    actor: Actor, dossier_id: str, key: str, amount: int, means: Means, reference: str, now: datetime
) -> Dossier:
    dossier = _open(actor, dossier_id, Role.CASHIER)
    moment, due = dossier.owes_now()
    if moment and amount != due:
        raise Invalid("WrongAmount", [FieldError.of("amount", "NotOneOf", expected=due)], due=dotted(due))
    if means in {Means.CARD, Means.TRANSFER} and not reference:
        raise Invalid("BadRequest", [FieldError.of("reference", "Required")])
    if not moment or due <= 0:
        # Cash that is not owed is not taken; a repeated request finds its own step.
        return perform(dossier, Action.PAY, actor, now, key=key)
    via = means.value
    # A bank numbers its transfers for everybody; slips are numbered by each agency's terminal.
    number = reference if means is Means.TRANSFER else f"{dossier.agency}/{reference}" if reference else key
    payment = Payment(
        id=takings.payment_id(via, number),
        dossier=dossier.id,
        agency=dossier.agency,
        amount=amount,
        via=via,
        transaction=number,
        use=PAID,
        at=now,
        book=place_of(via, actor.id),
        source="cashier",
        received_by=actor.id,
    )
    also = [drawers.taking(actor, dossier.agency, means, amount, now)]
    return takings.take(dossier, payment, actor, now, key=key, also=also)


def dotted(amount: int) -> str:
    """Đồng as people write them: 1.250.000."""
    return f"{amount:,}".replace(",", ".")


def compare(
    actor: Actor,
    dossier_id: str,
    key: str,
    originals: Mapping[str, str],
    form_signed: bool,
    note: str,
    now: datetime,
) -> Dossier:
    """Compare the papers sent with their originals, all in one go (level 3, Decision 08/2018).

    A paper that differs or was not shown stops the hand-over; that is recorded and may be compared again.
    """
    dossier = _open(actor, dossier_id, Role.CLERK)
    found = [FieldError.of(f"originals.{c}", "Required") for c in dossier.papers if c not in originals]
    found += [FieldError.of(f"originals.{c}", "NotComponent") for c in originals if c not in dossier.papers]
    if found:
        raise Invalid("BadRequest", found)
    changes = {"originals": dict(originals), "form_signed": form_signed}
    detail = {**changes, "note": note}
    return perform(dossier, Action.COMPARE, actor, now, key=key, detail=detail, changes=changes)


def close(actor: Actor, dossier_id: str, key: str, now: datetime) -> Dossier:
    """Archive a delivered dossier."""
    dossier = _open(actor, dossier_id, Role.CLERK)
    return perform(dossier, Action.CLOSE, actor, now, key=key)
