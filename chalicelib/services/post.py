"""Parcels to the agency (clause A12): announced by the applicant, registered, opened, checked, sent back.

Whatever happens to a parcel is an event of its dossier, in one transaction with the parcel's own row. Strays, parcels
for nobody, have no dossier; their rows say who did what when.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from chalicelib.domain import check as check_rules
from chalicelib.domain import post
from chalicelib.domain.access import Actor, Role, require_officer, require_role, roles_on
from chalicelib.domain.bundle import Bundle, Listed
from chalicelib.domain.clock import ZONE
from chalicelib.domain.dossier import Dossier
from chalicelib.domain.event import iso
from chalicelib.domain.form_paper import FORM
from chalicelib.domain.life import Action, State
from chalicelib.domain.post import MAX_PARCELS, Check, Inbound, Parcel, Step, Way
from chalicelib.errors import Conflict, FieldError, Invalid, NotFound, StaleWrite
from chalicelib.services import deadlines, desk, dossiers
from chalicelib.services.transitions import perform, repeated
from chalicelib.storage import parcels
from chalicelib.storage.transactions import write_all

EARLIEST = timedelta(days=30)
"""How long before it is announced a parcel can have been posted: longer than that, no dossier waits."""


def announce(actor: Actor, dossier_id: str, key: str, tracking: str, posted_on: date, now: datetime) -> Dossier:
    """The applicant has posted the papers; announced again, the announcement is corrected.

    Raises Invalid for a day of posting that has not come or is too long ago.
    """
    bundle = dossiers.detail(actor, dossier_id)
    dossier = bundle.dossier
    today = now.astimezone(ZONE).date()
    if not today - EARLIEST <= posted_on <= today:
        code = "InFuture" if posted_on > today else "BadDate"
        raise Invalid("BadRequest", [FieldError.of("posted_on", code)])
    if repeated(bundle, key, Action.ANNOUNCE_PARCEL, actor):
        return dossier
    if dossier.state is not State.PARCEL_EXPECTED:
        return perform(dossier, Action.ANNOUNCE_PARCEL, actor, now, key=key)  # which refuses
    since = datetime.combine(posted_on, datetime.min.time(), ZONE)
    facts = {"tracking": tracking, "posted_on": posted_on, "announced_at": now, "since": since}
    parcel = _next(bundle, Step.ANNOUNCE, now, **facts)
    detail = {"parcel": parcel.number, "tracking": tracking, "posted_on": posted_on.isoformat()}
    return _perform(bundle, Action.ANNOUNCE_PARCEL, actor, now, key, detail, parcel)


def register(actor: Actor, dossier_id: str, key: str, tracking: str, sender: str, note: str, now: datetime) -> Dossier:
    """The parcel of a dossier that waits for one has come; its papers must be checked within a working day."""
    bundle = _open(actor, dossier_id)
    dossier = bundle.dossier
    if repeated(bundle, key, Action.REGISTER_PARCEL, actor):
        return dossier
    if dossier.state is not State.PARCEL_EXPECTED:
        return perform(dossier, Action.REGISTER_PARCEL, actor, now, key=key)  # which refuses
    facts = {"sender": sender, "received_at": now, "received_by": actor.name, "note": note}
    parcel = _next(bundle, Step.REGISTER, now, **facts, **({"tracking": tracking} if tracking else {}))
    due = deadlines.papers(dossier.agency, now)
    detail = {
        "parcel": parcel.number,
        "tracking": parcel.tracking,
        "sender": sender,
        "note": note,
        "reply_due_at": iso(due),
    }
    return _perform(bundle, Action.REGISTER_PARCEL, actor, now, key, detail, parcel, reply_due_at=due)


def open_(actor: Actor, dossier_id: str, key: str, now: datetime) -> Dossier:
    """The parcel is opened."""
    bundle = _open(actor, dossier_id)
    if repeated(bundle, key, Action.OPEN_PARCEL, actor):
        return bundle.dossier
    if bundle.dossier.state is not State.PARCEL_RECEIVED:
        return perform(bundle.dossier, Action.OPEN_PARCEL, actor, now, key=key)  # which refuses
    parcel = _next(bundle, Step.OPEN, now, opened_at=now, opened_by=actor.name)
    return _perform(bundle, Action.OPEN_PARCEL, actor, now, key, {"parcel": parcel.number}, parcel)


def check(actor: Actor, dossier_id: str, key: str, checks: Mapping[str, Check], note: str, now: datetime) -> Dossier:
    """The papers of an opened parcel were checked, all that are not proven yet.

    Complete, the dossier goes to reception and the reply time starts now; otherwise each missing or wrong paper is
    named with its reason, and another parcel is waited for.
    """
    bundle = _open(actor, dossier_id)
    dossier = bundle.dossier
    if repeated(bundle, key, Action.CHECK_PARCEL, actor):
        return dossier
    if dossier.state is not State.PARCEL_RECEIVED:
        return perform(dossier, Action.CHECK_PARCEL, actor, now, key=key)  # which refuses
    there = {paper.component: paper for paper in bundle.papers if paper.id == dossier.papers.get(paper.component)}
    signed = check_rules.proven(there, bundle.checks)
    before = post.proven(bundle.parcels) | (signed - checks.keys())
    wanted = [component for component in dossier.papers if component != FORM]
    lacking = post.require_checks(wanted, before, checks, now.astimezone(ZONE).date())
    step = Step.LACK if lacking else Step.COMPLETE
    parcel = _next(bundle, step, now, checks=dict(checks), note=note)
    said = parcel.to_json().get("checks", {})
    detail: dict[str, Any] = {"parcel": parcel.number, "checks": said, "note": note}
    changes: dict[str, Any] = {"parcel": None, "certified": not lacking}
    if lacking:
        detail["lacking"] = {c: said[c] for c in sorted(lacking)}
        changes["supplements"] = max(dossier.supplements, 1)  # asked once, in writing; what is still wrong is excepted
    else:
        changes["reply_due_at"] = deadlines.reply(dossier.agency, now)
        detail["reply_due_at"] = iso(changes["reply_due_at"])
    return _perform(bundle, Action.CHECK_PARCEL, actor, now, key, detail, parcel, **changes)


def send_back(actor: Actor, dossier_id: str, key: str, reason: str, tracking: str, now: datetime) -> Dossier:
    """The parcel goes back to its sender as it came; of a dossier that is not withdrawn another one may follow."""
    bundle = _open(actor, dossier_id)
    dossier = bundle.dossier
    if repeated(bundle, key, Action.RETURN_PARCEL, actor):
        return dossier
    if dossier.state not in {State.PARCEL_RECEIVED, State.WITHDRAWN} or dossier.parcel is None:
        return perform(dossier, Action.RETURN_PARCEL, actor, now, key=key)  # which refuses
    parcel = _next(bundle, Step.SEND_BACK, now, reason=reason, ended_at=now)
    detail = {"parcel": parcel.number, "reason": reason, "tracking": tracking}
    return perform(dossier, Action.RETURN_PARCEL, actor, now, key=key, detail=detail, also=[parcels.put(parcel)])


def listed(actor: Actor, agency: str, way: Way, limit: int, cursor: str) -> tuple[list[Listed], str | None]:
    """A page of the agency's parcels under way, the longest first."""
    require_at(actor, agency, Role.CLERK if way is Way.OUT else Role.RECEPTION)
    return parcels.listed(agency, way, limit, cursor)


def register_stray(
    actor: Actor, agency: str, key: str, code: str, tracking: str, sender: str, reason: str, now: datetime
) -> Parcel:
    """Something has come that is for no dossier which waits: `code` is what it bears, `reason` why it is for nobody."""
    require_at(actor, agency, Role.RECEPTION)
    stray = Parcel(
        way=Way.STRAY,
        id=key,
        agency=agency,
        number=0,
        state=Inbound.RECEIVED.value,
        since=now,
        code=code,
        tracking=tracking,
        sender=sender,
        received_at=now,
        received_by=actor.name,
        note=reason,
    )
    try:
        write_all([parcels.put(stray)])
    except StaleWrite:
        there = parcels.stray(key)
        if (there.agency, there.code, there.tracking, there.sender) != (agency, code, tracking, sender):
            raise Conflict("KeyReused") from None
        return there
    return stray


def return_stray(actor: Actor, agency: str, stray_id: str, reason: str, now: datetime) -> Parcel:
    """A stray goes back to its sender; once more is the same as once."""
    require_at(actor, agency, Role.RECEPTION)
    stray = parcels.stray(stray_id)
    if stray.agency != agency:
        raise NotFound("ParcelNotFound")
    if stray.state == Inbound.SENT_BACK:
        return stray
    after = post.stepped(stray, Step.SEND_BACK, now, reason=reason, ended_at=now, opened_by=actor.name)
    write_all([parcels.put(after)])
    return after


def require_at(actor: Actor, agency: str, role: Role) -> None:
    """Raises NotFound for an agency where the officer has no post, Forbidden when none of them is of `role`."""
    require_officer(actor)
    if not roles_on(actor, owner="", agency=agency):
        raise NotFound("NotFound")
    require_role(actor, agency, role)


def _open(actor: Actor, dossier_id: str) -> Bundle:
    bundle = desk.detail(actor, dossier_id)
    require_at(actor, bundle.dossier.agency, Role.RECEPTION)
    return bundle


def _next(bundle: Bundle, step: Step, now: datetime, **facts: Any) -> Parcel:
    """The parcel under way after the step, or a new one."""
    dossier = bundle.dossier
    under_way = next((one for one in bundle.parcels if one.number == dossier.parcel), None)
    if under_way is not None:
        return post.stepped(under_way, step, now, **facts)
    if len(bundle.parcels) >= MAX_PARCELS:
        raise Conflict("TooManyParcels", most=MAX_PARCELS)
    after = post.INBOUND.get((None, step))
    if after is None:
        raise Conflict("ParcelStep", state="none", step=step.value)
    new = Parcel(
        way=Way.IN,
        id=dossier.id,
        agency=dossier.agency,
        number=len(bundle.parcels) + 1,
        state=after.value,
        since=now,
        code=dossier.code or "",
    )
    return replace(new, **facts)


def _perform(
    bundle: Bundle,
    action: Action,
    actor: Actor,
    now: datetime,
    key: str,
    detail: Mapping[str, Any],
    after: Parcel,
    **changes: Any,
) -> Dossier:
    changed = {"parcel": after.number, **changes}
    return perform(
        bundle.dossier, action, actor, now, key=key, detail=detail, changes=changed, also=[parcels.put(after)]
    )
