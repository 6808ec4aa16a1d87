"""What the applicant is told by e-mail. Subjects carry the code and the state, nothing personal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib import messages, settings
from chalicelib.domain.bundle import Message
from chalicelib.domain.clock import ZONE
from chalicelib.domain.dossier import Dossier
from chalicelib.domain.event import Event
from chalicelib.domain.life import Action, State
from chalicelib.domain.post import Parcel
from chalicelib.domain.refund import Refund
from chalicelib.domain.sheet import GIVEN, TITLES, forms_of
from chalicelib.gateways import notices
from chalicelib.services import catalogue
from chalicelib.services.desk import dotted

LANGUAGE = "vi"


def of_event(dossier: Dossier, event: Event, refunds: Sequence[Refund] = ()) -> None:
    """Tell the applicant that their dossier moved; of `refunds` those that this step opened, and what is needed."""
    if event.action == Action.REFUND:
        _paid_back(dossier, event)
        return
    if event.action == Action.REVOKE_RESULT:
        about = {"number": str(event.detail["number"]), "reason": str(event.detail["reason"])}
        _send(dossier, "revoked", **about)
        return
    if event.action == Action.COMPLAIN:
        _send(dossier, "complaint", until=_day(event.detail["answer_by"]))
        return
    if event.action == Action.ANSWER_COMPLAINT:
        outcome = messages.text(LANGUAGE, "complaints", event.detail["outcome"])
        _send(dossier, "complaint_answered", outcome=outcome, reason=str(event.detail["reason"]))
        return
    state = State(event.after)
    reason = str(event.detail.get("reason") or event.detail.get("note") or "")
    opened = [refund for refund in refunds if refund.id.startswith(f"{event.number:04d}-")]
    paragraphs = [
        _lacking(dossier, event),
        reason,
        _transferred(event),
        *(_owed(refund) for refund in opened),
        _sent(event),
    ]
    if given := [form for form in forms_of(event.action, event.before, event.after) if form in GIVEN]:
        names = "; ".join(TITLES[form] for form in given)
        paragraphs.append(messages.text(LANGUAGE, "notices", "sheets", names=names))
    _send(dossier, "event", state=state.about.vi, reason="".join(f"\n{text}\n" for text in paragraphs if text))


def _transferred(event: Event) -> str:
    """From where to where a dossier was sent on, and by when the reply is due there."""
    if event.action != Action.TRANSFER:
        return ""
    due = datetime.fromisoformat(event.detail["reply_due_at"]).astimezone(ZONE).strftime("%H:%M %d/%m/%Y")
    names = {"former": event.detail["from_name"], "agency": event.detail["recipient"]}
    return messages.text(LANGUAGE, "notices", "transferred", due=due, **names)


def _day(moment: str) -> str:
    return datetime.fromisoformat(moment).astimezone(ZONE).strftime("%d/%m/%Y")


def _owed(refund: Refund) -> str:
    due = refund.due_at.astimezone(ZONE).strftime("%d/%m/%Y")
    because = messages.text(LANGUAGE, "refunds", refund.rule.value)
    key = "refund.opened_account" if refund.refused_channel else "refund.opened"
    return messages.text(LANGUAGE, "notices", key, amount=dotted(refund.amount), due=due, because=because)


def _lacking(dossier: Dossier, event: Event) -> str:
    """The papers that a parcel did not bring, each with its reason."""
    papers: Mapping[str, Mapping[str, str]] = event.detail.get("lacking") or {}
    if not papers:
        return ""
    procedure = catalogue.procedure(dossier.procedure_code, dossier.procedure_version)
    lines = []
    for component, found in papers.items():
        rule = procedure.paper(component)
        finding = messages.text(LANGUAGE, "findings", found["finding"])
        lines.append(f"- {rule.name.vi if rule else component}: {finding}. {found.get('note', '')}")
    return "\n".join([messages.text(LANGUAGE, "notices", "parcel.lacking"), *lines])


def _sent(event: Event) -> str:
    """Under which number the post carries the result."""
    if event.action != Action.POST:
        return ""
    return messages.text(LANGUAGE, "notices", "parcel.sent", tracking=event.detail["tracking"])


def of_wait(dossier: Dossier, parcels: Sequence[Parcel], body: Mapping[str, Any]) -> None:
    """Remind the applicant of the papers that have not come: before the wait ends, or long after they were posted."""
    if body["step"] == "late":
        found = next(one for one in parcels if one.number == body["parcel"])
        day = found.posted_on.strftime("%d/%m/%Y") if found.posted_on else ""
        _send(dossier, "parcel_late", tracking=found.tracking, posted=day)
        return
    until = datetime.fromisoformat(body["until"]).astimezone(ZONE).strftime("%d/%m/%Y")
    _send(dossier, "parcel_wait", until=until)


def _paid_back(dossier: Dossier, event: Event) -> None:
    via, proof = str(event.detail["via"]), str(event.detail["proof"])
    way = messages.text(LANGUAGE, "ways", via)
    _send(dossier, "refund_paid", amount=dotted(int(event.detail["refunded"])), way=way, proof=proof)


def of_account(dossier: Dossier, refund: Refund) -> None:
    """Ask the applicant for an account: the channel that the money came through does not carry it back."""
    if refund.needs_account:
        _send(dossier, "refund_account", amount=dotted(refund.amount), way=messages.text(LANGUAGE, "ways", refund.via))


def of_message(dossier: Dossier, message: Message) -> None:
    """Tell the applicant that the agency wrote; the text itself stays on the portal."""
    _send(dossier, "message", author=message.actor["name"])


def _send(dossier: Dossier, key: str, **params: str) -> None:
    address = str(dossier.applicant.get("email") or "")
    if not address:
        return
    values = {
        "code": dossier.code or "",
        "procedure": dossier.procedure_name,
        "agency": catalogue.agency(dossier.agency).name.vi,
        "name": str(dossier.applicant.get("name", "")),
        "link": f"{settings.public_url()}/ho-so/{dossier.id}",
        **params,
    }
    subject = messages.text(LANGUAGE, "notices", f"{key}.subject", **values)
    notices.mail(address, subject, messages.text(LANGUAGE, "notices", f"{key}.body", **values))
