"""What the applicant is told by e-mail. Subjects carry the code and the state, nothing personal."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib import messages, settings
from chalicelib.domain.bundle import Message
from chalicelib.domain.clock import ZONE
from chalicelib.domain.dossier import Action, Dossier, Event, State
from chalicelib.domain.refund import Refund
from chalicelib.gateways import notices
from chalicelib.services import catalogue
from chalicelib.services.desk import dotted

LANGUAGE = "vi"


def of_event(dossier: Dossier, event: Event, refunds: Sequence[Refund] = ()) -> None:
    """Tell the applicant that their dossier moved; of `refunds` those that this step opened, and what is needed."""
    if event.action == Action.REFUND:
        _paid_back(dossier, event)
        return
    state = State(event.after)
    reason = str(event.detail.get("reason") or event.detail.get("note") or "")
    opened = [refund for refund in refunds if refund.id.startswith(f"{event.number:04d}-")]
    paragraphs = [reason, *(_owed(refund) for refund in opened)]
    _send(dossier, "event", state=state.about.vi, reason="".join(f"\n{text}\n" for text in paragraphs if text))


def _owed(refund: Refund) -> str:
    due = refund.due_at.astimezone(ZONE).strftime("%d/%m/%Y")
    because = messages.text(LANGUAGE, "refunds", refund.rule.value)
    key = "refund.opened_account" if refund.refused_channel else "refund.opened"
    return messages.text(LANGUAGE, "notices", key, amount=dotted(refund.amount), due=due, because=because)


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
