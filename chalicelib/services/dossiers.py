"""What an applicant does: draft, file, supplement, follow."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from chalicelib.domain import check, codes
from chalicelib.domain.access import Actor, require_applicant_account
from chalicelib.domain.bundle import Bundle, Page
from chalicelib.domain.clock import ZONE
from chalicelib.domain.dossier import Dossier, Fee
from chalicelib.domain.event import iso
from chalicelib.domain.form_paper import FORM, LEAST_LEVEL
from chalicelib.domain.life import Action, State
from chalicelib.domain.paper import Paper, current
from chalicelib.domain.procedure import MOMENTS, Procedure
from chalicelib.errors import Conflict, FieldError, Forbidden, Invalid, NotFound, StaleWrite, TransitionRefused
from chalicelib.services import catalogue, deadlines, forms, papers, workflow
from chalicelib.services.transitions import perform
from chalicelib.storage import dossiers as kept
from chalicelib.storage import lists, shares
from chalicelib.values import dataclass

DRAFTS_ARE_KEPT = timedelta(days=30)
DELIVERY_BY_LEVEL = {3: ("counter",), 4: ("counter", "online", "post")}  # Decision 08/2018: level 3 at the agency only


@dataclass(frozen=True)
class Draft:
    """What a client sends of a draft; `version` is the one it was made from, 0 for a new draft."""

    version: int
    procedure: str
    procedure_version: int
    agency: str
    answers: Mapping[str, Any]
    delivery: str = "counter"


def save_draft(actor: Actor, applicant: Mapping[str, Any], dossier_id: str, draft: Draft, now: datetime) -> Dossier:
    """Keep a draft; the same save again is the same save.

    Raises Invalid (unknown or wrongly typed answers, agency or delivery not offered), Conflict when the id is taken,
    StaleWrite("StaleDraft") when another device saved in between.
    """
    require_applicant_account(actor)
    procedure = catalogue.procedure(draft.procedure, draft.procedure_version)
    _check_offer(procedure, actor, draft)
    if found := forms.defects(procedure.form, draft.answers, complete=False):
        raise Invalid("BadRequest", found)
    dossier = Dossier(
        id=dossier_id,
        owner=actor.id,
        agency=draft.agency,
        procedure_code=procedure.code,
        procedure_version=procedure.version,
        procedure_name=procedure.name.vi,
        level=procedure.level,
        state=State.DRAFT,
        created_at=now,
        applicant=dict(applicant),
        version=draft.version + 1,
        answers=dict(draft.answers),
        delivery=draft.delivery,
        # Whole days, so that an autosave seldom touches the index that lists drafts.
        draft_expires_at=(now + DRAFTS_ARE_KEPT).replace(hour=0, minute=0, second=0, microsecond=0),
    )
    try:
        if draft.version == 0:
            kept.create_draft(dossier)
        else:
            kept.save_draft(dossier, draft.version)
        return dossier
    except Conflict:
        return _saved_before(actor, dossier)


def _saved_before(actor: Actor, dossier: Dossier) -> Dossier:
    """The draft as kept, when it is this very save (a lost reply); otherwise the reason why not."""
    try:
        there = kept.head(dossier.id)
    except NotFound:
        raise NotFound("DossierNotFound") from None
    if there.owner != actor.id:
        if dossier.version == 1:
            raise Conflict("DraftTaken")
        raise NotFound("DossierNotFound")
    if there.state is not State.DRAFT:
        raise Conflict("NotADraft")
    same = ("version", "procedure_code", "procedure_version", "agency", "answers", "delivery")
    if all(getattr(there, name) == getattr(dossier, name) for name in same):
        return there
    if there.procedure_code != dossier.procedure_code:
        raise Conflict("DraftTaken")
    raise StaleWrite("StaleDraft", current=there.version)


def _check_offer(procedure: Procedure, actor: Actor, draft: Draft) -> None:
    if procedure.level < 3 or not procedure.form:
        raise Invalid("ProcedureNotOnline", [FieldError.of("procedure", "NotOffered")])
    if actor.kind not in procedure.audience:
        raise Forbidden("AudienceMismatch")
    if draft.agency not in procedure.agencies:
        raise Invalid("AgencyNotOffering", [FieldError.of("agency", "NotOffered")], agency=draft.agency)
    offered = set(procedure.delivery) & set(DELIVERY_BY_LEVEL[procedure.level])
    if draft.delivery not in offered:
        raise Invalid("BadRequest", [FieldError.of("delivery", "NotOffered")])


def discard(actor: Actor, dossier_id: str, now: datetime) -> None:
    """Delete a draft of one's own, with the papers uploaded for it."""
    dossier = own(actor, kept.head(dossier_id))
    if dossier.state is not State.DRAFT:
        raise Conflict("NotADraft")
    papers.take_back_all(dossier, now)
    kept.discard_draft(dossier)


def own(actor: Actor, dossier: Dossier) -> Dossier:
    """The dossier, when it is the actor's own; NotFound otherwise, as if it did not exist."""
    if dossier.owner != actor.id or actor.is_officer:
        raise NotFound("DossierNotFound")
    return dossier


def mine(actor: Actor, limit: int, cursor: str) -> Page:
    """The actor's dossiers, newest first."""
    return lists.of_owner(actor.id, limit, cursor)


def detail(actor: Actor, dossier_id: str) -> Bundle:
    """A dossier of one's own with all that belongs to it."""
    bundle = kept.load(dossier_id)
    own(actor, bundle.dossier)
    return bundle


def submit(actor: Actor, dossier_id: str, key: str, declared: bool, now: datetime) -> Dossier:
    """File a draft: every defect is named at once, else the dossier gets its code and its receipt.

    Raises Invalid("Incomplete") with the defects, TransitionRefused when it was filed before under another key.
    """
    bundle = kept.load(dossier_id)
    dossier = own(actor, bundle.dossier)
    if _done_before(bundle, key, Action.SUBMIT):
        return dossier
    if dossier.state is not State.DRAFT:
        raise TransitionRefused("NotADraft")
    procedure = catalogue.procedure(dossier.procedure_code, dossier.procedure_version)
    if catalogue.procedure(dossier.procedure_code).version != procedure.version:
        raise StaleWrite("ProcedureChanged")
    there = current(bundle.papers)
    found = forms.defects(procedure.form, dossier.answers, complete=True)
    found += _paper_defects(procedure, dossier.answers, there)
    if dossier.level >= LEAST_LEVEL:
        found += check.refusals(there, bundle.checks)
        found += check.form_refusals(there, bundle.checks, bundle.issued_form, dossier.version)
    if not declared:
        found.append(FieldError.of("declaration", "DeclarationRequired"))
    if found:
        raise Invalid("Incomplete", found)
    today = now.astimezone(ZONE).date()
    number = kept.next_number(dossier.agency, f"{today:%y%m%d}")
    code = codes.make_dossier_code(dossier.agency, today, number)
    fees = assess(procedure, dossier, today)
    reply_due = deadlines.reply(dossier.agency, now)
    changes = {
        "code": code,
        "receipt_secret": secrets.token_hex(16),
        "submitted_at": now,
        "reply_due_at": reply_due,
        "draft_expires_at": None,
        "papers": {component: paper.id for component, paper in there.items()},
        "fees": fees,
        "signed": dossier.level >= LEAST_LEVEL and check.is_signed(there, bundle.checks),
    }
    detail = {
        "code": code,
        "reply_due_at": iso(reply_due),
        "papers": {component: {"id": p.id, "sha256": p.sha256} for component, p in there.items()},
        "declaration": True,
        "signed": changes["signed"],
    }
    task = kept.new_task(dossier.id, State.SUBMITTED, now, workflow.watch_at(dossier.id, now, reply_due))
    return perform(
        dossier,
        Action.SUBMIT,
        actor,
        now,
        key=key,
        detail=detail,
        changes=changes,
        task=task,
        unchanged=tuple(there.values()),
    )


def _done_before(bundle: Bundle, key: str, action: Action) -> bool:
    """Whether this request was carried out before; Conflict("KeyReused") when its key stands for another step."""
    before = next((event for event in bundle.events if event.id == key), None)
    if before is not None and before.action != action:
        raise Conflict("KeyReused")
    return before is not None


def assess(procedure: Procedure, dossier: Dossier, on: date) -> tuple[Fee, ...]:
    """What a dossier filed on that day owes, and what a waiver takes off wholly: the applicant shall see that, too."""
    return tuple(
        Fee(
            code=due.code,
            amount=due.amount,
            moment=moment,
            refundable=due.rule.refundable,
            exception=due.rule.refund_uncollected,
            count=due.count,
            waiver=due.waiver.code if due.waiver else None,
        )
        for moment in MOMENTS
        for due in procedure.fees_due(moment, dossier.channel, on, dossier.answers)
        if due.amount > 0 or due.waiver
    )


def _paper_defects(procedure: Procedure, answers: Mapping[str, Any], there: Mapping[str, Paper]) -> list[FieldError]:
    found = []
    known = {FORM}  # asked for by no procedure; there is a slot for it at level 4 alone
    for rule, required in procedure.papers_for(answers):
        known.add(rule.code)
        paper = there.get(rule.code)
        if paper is None:
            if required:
                found.append(FieldError.of(f"papers.{rule.code}", "PaperMissing"))
        elif paper.status != "verified":
            found.append(FieldError.of(f"papers.{rule.code}", "PaperNotChecked"))
    if FORM in there and there[FORM].status != "verified":  # on its way; what counts as signed is known afterwards
        found.append(FieldError.of(f"papers.{FORM}", "PaperNotChecked"))
    found += [FieldError.of(f"papers.{code}", "NotComponent") for code in there if code not in known]
    return found


def supplement(
    actor: Actor, dossier_id: str, key: str, answers: Mapping[str, Any], note: str, now: datetime
) -> Dossier:
    """Answer a supplement request: the items asked for, all of them, and nothing else.

    Raises Invalid naming every item not answered, not asked for, or wrong; Conflict when nothing is asked.
    """
    bundle = kept.load(dossier_id)
    dossier = own(actor, bundle.dossier)
    if _done_before(bundle, key, Action.SUPPLEMENT):
        return dossier
    asked = dossier.supplement
    if asked is None or dossier.state not in {State.INTAKE_SUPPLEMENT, State.REVIEW_SUPPLEMENT}:
        raise TransitionRefused("NoSupplementAsked")
    procedure = catalogue.procedure(dossier.procedure_code, dossier.procedure_version)
    there = current(bundle.papers)
    merged = {**dossier.answers, **answers}
    found = [FieldError.of(f"answers.{f}", "NotAskedFor") for f in answers if f not in asked["fields"]]
    found += [
        FieldError.of(f"answers.{f}", "NotAnswered") for f in asked["fields"] if merged.get(f) == dossier.answers.get(f)
    ]
    for component in asked["papers"]:
        paper = there.get(component)
        if paper is None or paper.id == dossier.papers.get(component):
            found.append(FieldError.of(f"papers.{component}", "NotAnswered"))
        elif paper.status != "verified":
            found.append(FieldError.of(f"papers.{component}", "PaperNotChecked"))
    if dossier.level >= LEAST_LEVEL:
        found += check.refusals({c: there[c] for c in asked["papers"] if c in there}, bundle.checks)
    found += [d for d in forms.defects(procedure.form, merged, complete=True) if d not in found]
    if found:
        raise Invalid("Incomplete", found)
    new = {c: there[c] for c in asked["papers"]}
    changes: dict[str, Any] = {
        "answers": merged,
        "papers": {**dossier.papers, **{c: p.id for c, p in new.items()}},
        "supplement": None,
    }
    detail: dict[str, Any] = {
        "note": note,
        "before": {f: dossier.answers.get(f) for f in asked["fields"]},
        "after": {f: merged.get(f) for f in asked["fields"]},
        "papers": {c: {"id": p.id, "sha256": p.sha256, "was": dossier.papers.get(c)} for c, p in new.items()},
    }
    if dossier.state is State.REVIEW_SUPPLEMENT:
        asked_at = datetime.fromisoformat(asked["asked_at"])
        clock_changes, clock_detail = deadlines.resumed(dossier, bundle.events, procedure, asked_at, now)
        changes |= clock_changes
        detail |= clock_detail
    else:
        # A new dossier in effect: the agency has its eight working hours again.
        changes["reply_due_at"] = deadlines.reply(dossier.agency, now)
        detail["reply_due_at"] = iso(changes["reply_due_at"])
    unchanged = tuple(new.values())
    return perform(dossier, Action.SUPPLEMENT, actor, now, key=key, detail=detail, changes=changes, unchanged=unchanged)


@dataclass(frozen=True)
class Seen:
    """A dossier as far as its status shows it; `until` when it was opened by a link that expires."""

    dossier: Dossier
    until: datetime | None = None


def status(code: str, secret: str, now: datetime) -> Seen:
    """What anybody may see who holds the code and the receipt's secret, or that of a link given away.

    Raises NotFound, the same for every failure.
    """
    found = lists.by_code(code)
    own_secret = (found.receipt_secret or "") if found else ""
    if found and own_secret and hmac.compare_digest(own_secret.encode(), secret.strip().lower().encode()):
        return Seen(replace(found, receipt_secret=None))
    # Asked for a code that does not exist as well: whether it does shall not show in how long the answer takes.
    share = shares.of(found.id if found else "").opened_by(secret, now)
    if found is None or share is None:
        raise NotFound("StatusNotFound")
    return Seen(replace(found, receipt_secret=None), share.expires_at)
