"""Dossiers as their readers see them: applicant, officer, anybody with the receipt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib import messages, settings
from chalicelib.api import check_views, message_views, post_views, result_views, shapes
from chalicelib.domain import check as rules
from chalicelib.domain import urgency
from chalicelib.domain.access import Actor
from chalicelib.domain.bundle import Bundle, Page
from chalicelib.domain.check import Check
from chalicelib.domain.document import Text
from chalicelib.domain.dossier import Dossier, possible_actions
from chalicelib.domain.event import Event, iso
from chalicelib.domain.life import Action, State
from chalicelib.domain.paper import Paper, shown
from chalicelib.domain.search import SearchRecord
from chalicelib.domain.share import Share
from chalicelib.services import catalogue, present, sheets


def state(of: State, language: str) -> shapes.StateShape:
    about = of.about
    return {"code": of.value, "name": about.vi if language == "vi" else about.en, "status": about.status}


def agency(code: str, language: str) -> shapes.AgencyShape:
    return {"code": code, "name": _in(catalogue.agency(code).name, language)}


def _in(text: Text, language: str) -> str:
    return text.vi if language == "vi" else text.en


def _at(moment: datetime | None) -> str | None:
    return iso(moment) if moment else None


def deadline(of: Dossier) -> shapes.DeadlineShape | None:
    """What runs against the agency now, as near as it is now."""
    at, now = urgency.deadline(of), present.now()
    if at is None:
        return None
    how: Any = urgency.urgency(at, now).value  # a deadline's, so never "none"
    return {"at": iso(at), "urgency": how, "days": urgency.days_left(at, now)}


def waiting(of: urgency.Waiting) -> shapes.CountShape:
    kinds, counts = urgency.Urgency, of.counts
    return {
        "agency": of.agency,
        "queue": of.queue,
        "overdue": counts[kinds.OVERDUE],
        "today": counts[kinds.TODAY],
        "soon": counts[kinds.SOON],
        "later": counts[kinds.LATER],
        "none": counts[kinds.NONE],
        "more": of.more,
    }


def summary(dossier: Dossier, language: str) -> shapes.SummaryShape:
    return {
        "id": dossier.id,
        "code": dossier.code,
        "state": state(dossier.state, language),
        "version": dossier.version,
        "procedure": {"code": dossier.procedure_code, "name": dossier.procedure_name},
        "agency": agency(dossier.agency, language),
        "level": dossier.level,
        "applicant_name": str(dossier.applicant.get("name", "")),
        "created_at": iso(dossier.created_at),
        "submitted_at": _at(dossier.submitted_at),
        "reply_due_at": _at(dossier.reply_due_at),
        "due_at": _at(dossier.due_at),
        "deadline": deadline(dossier),
        "assignee_name": dossier.assignee_name,
        "draft_expires_at": _at(dossier.draft_expires_at),
    }


def hit(dossier: Dossier, language: str) -> shapes.HitShape:
    return {**summary(dossier, language), "identity_end": str(dossier.applicant.get("identity", ""))[-4:]}


def search_record(of: SearchRecord) -> shapes.SearchRecordShape:
    kind: Any = of.kind
    purpose: Any = of.purpose
    return {
        "at": of.at,
        "officer_name": of.officer_name,
        "kind": kind,
        "purpose": purpose,
        "mark": of.term_hash[:8],
        "page": of.page,
        "hits": of.hits,
        "request": of.request,
    }


def listed(page: Page, language: str) -> shapes.ListShape:
    return {"items": [summary(d, language) for d in page.dossiers], "cursor": page.cursor}


def moved(dossier: Dossier, language: str) -> shapes.MovedShape:
    return {
        "id": dossier.id,
        "code": dossier.code,
        "state": state(dossier.state, language),
        "version": dossier.version,
        "due_at": _at(dossier.due_at),
        "reply_due_at": _at(dossier.reply_due_at),
    }


def filed(dossier: Dossier, language: str) -> shapes.FiledShape:
    return {**moved(dossier, language), "receipt": receipt(dossier)}


def receipt(dossier: Dossier) -> shapes.ReceiptShape:
    if dossier.code is None or dossier.receipt_secret is None:
        raise ValueError("a draft has no receipt")
    return {
        "code": dossier.code,
        "secret": dossier.receipt_secret,
        "submitted_at": _at(dossier.submitted_at) or "",
        "reply_due_at": _at(dossier.reply_due_at) or "",
        # The secret stands behind the #, which no server and no log ever sees.
        "link": f"{settings.public_url()}/tra-cuu#{dossier.code}/{dossier.receipt_secret}",
    }


def status(dossier: Dossier, until: datetime | None, language: str) -> shapes.StatusShape:
    return {
        "code": dossier.code or "",
        "state": state(dossier.state, language),
        "procedure": {"code": dossier.procedure_code, "name": dossier.procedure_name},
        "agency": agency(dossier.agency, language),
        "submitted_at": _at(dossier.submitted_at),
        "reply_due_at": _at(dossier.reply_due_at),
        "due_at": _at(dossier.due_at),
        "shared_until": _at(until),
    }


def shares(live: tuple[Share, ...]) -> list[shapes.ShareShape]:
    """Newest first."""
    return [
        {
            "id": one.id,
            "label": one.label,
            "created_at": iso(one.created_at),
            "expires_at": iso(one.expires_at),
        }
        for one in reversed(live)
    ]


def in_full(bundle: Bundle, actor: Actor, language: str) -> shapes.DossierShape:
    """Everything, for the applicant or an officer; only the applicant sees the receipt's secret and the links made."""
    dossier = bundle.dossier
    procedure = catalogue.procedure(dossier.procedure_code, dossier.procedure_version)
    name = _in(procedure.name, language)
    fee_names = {rule.code: _in(rule.name, language) for rule in procedure.fees}
    letters = message_views.page(bundle, actor, language)
    full: shapes.DossierShape = {
        "id": dossier.id,
        "code": dossier.code,
        "state": state(dossier.state, language),
        "version": dossier.version,
        "procedure": {"code": procedure.code, "name": name, "version": procedure.version},
        "agency": agency(dossier.agency, language),
        "level": dossier.level,
        "channel": dossier.channel,
        "delivery": dossier.delivery,
        "signed": dossier.signed,
        "applicant": dict(dossier.applicant),
        "answers": dict(dossier.answers),
        "created_at": iso(dossier.created_at),
        "submitted_at": _at(dossier.submitted_at),
        "received_at": _at(dossier.received_at),
        "reply_due_at": _at(dossier.reply_due_at),
        "due_at": _at(dossier.due_at),
        "deadline": deadline(dossier),
        "due_explanation": _of_the_date(bundle.events, "due_explanation"),
        "due_parts": [
            {
                "kind": part["kind"],
                "name": messages.text(language, "due_parts", part["kind"]),
                "seconds": part["seconds"],
            }
            for part in _of_the_date(bundle.events, "due_parts")
        ],
        "counted_late": dossier.counted_late,
        "reappointed": dossier.reappointed,
        "draft_expires_at": _at(dossier.draft_expires_at),
        "assignee_name": dossier.assignee_name,
        "fees": [
            {
                "code": f.code,
                "name": fee_names.get(f.code, f.code),
                "amount": f.amount,
                "moment": f.moment,
                "refundable": f.refundable,
                "paid": f.paid,
                "via": f.via,
            }
            for f in dossier.fees
        ],
        "papers": [paper(p, dossier.papers, bundle.checks, language) for p in shown(bundle.papers)],
        "supplement": dict(dossier.supplement) if dossier.supplement else None,
        "originals": dict(dossier.originals),
        "form_signed": dossier.form_signed,
        "result": dict(dossier.result) if dossier.result else None,
        "results": result_views.of(bundle, actor, language),
        "refund": dict(dossier.refund) if dossier.refund else None,
        "sheets": [
            {
                "event": one.event,
                "form": one.form.value,
                "name": messages.text(language, "sheets", one.form.value),
                "at": one.at,
                "ready": one.ready,
            }
            for one in sheets.offered(bundle, actor)
        ],
        "timeline": [step(event, actor, language) for event in bundle.events],
        "messages": letters["items"],
        "messages_earlier": letters["earlier"],
        "parcels": [post_views.parcel(one, present.now()) for one in bundle.parcels],
        "actions": [action.value for action in possible_actions(dossier, actor)],
    }
    if actor.is_officer:
        full["assignee"] = dossier.assignee
    else:
        full["receipt"] = receipt(dossier) if dossier.code else None
        full["shares"] = shares(bundle.shares.live(present.now()))
    return full


_INTERNAL = frozenset({Action.ASSIGN, Action.REASSIGN, Action.HAND_OVER})
_OF_THE_DATE = frozenset({"due_explanation", "due_parts"})


def _of_the_date(events: tuple[Event, ...], what: str) -> list[Any]:
    """What the last event that set the date of the result says about it."""
    for event in reversed(events):
        if "due_explanation" in event.detail:
            return list(event.detail.get(what, ()))
    return []


def paper(of: Paper, counting: Mapping[str, str], checks: Sequence[Check], language: str) -> shapes.PaperShape:
    return {
        "id": of.id,
        "component": of.component,
        "status": of.status.value,
        "provenance": of.provenance.value,
        "created_at": iso(of.created_at),
        "sha256": of.sha256,
        "counts": counting.get(of.component) == of.id,
        "pages": [
            {
                "number": p.number,
                "name": p.name,
                "size": p.size,
                "type": p.type,
                "accepted": p.accepted,
                "reason": p.reason,
                "message": messages.text(language, "reasons", p.reason) if p.reason else None,
            }
            for p in of.pages
        ],
        "check": check_views.check(rules.of(of, checks), language),
    }


def step(event: Event, actor: Actor, language: str) -> shapes.StepShape:
    """A line of the timeline; the long explanation of a due date stands once, on the dossier itself.

    To whom a dossier was given is everybody's to see; why, and instead of whom, is the agency's own affair.
    """
    told = actor.is_officer or event.action not in _INTERNAL
    hidden = _OF_THE_DATE if told else set(event.detail) - {"to_name"}
    detail = {k: v for k, v in event.detail.items() if k not in hidden}
    return {
        "number": event.number,
        "action": event.action,
        "state": state(State(event.after), language),
        "at": event.at,
        "actor": event.actor["name"],
        "role": event.actor["role"],
        "stands_for": event.actor.get("for"),
        "detail": detail,
    }
