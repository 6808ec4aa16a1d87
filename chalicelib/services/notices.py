"""What the applicant is told by e-mail. Subjects carry the code and the state, nothing personal."""

from __future__ import annotations

from chalicelib import messages, settings
from chalicelib.domain.bundle import Message
from chalicelib.domain.dossier import Dossier, Event, State
from chalicelib.gateways import notices
from chalicelib.services import catalogue

LANGUAGE = "vi"


def of_event(dossier: Dossier, event: Event) -> None:
    """Tell the applicant that their dossier moved."""
    state = State(event.after)
    reason = str(event.detail.get("reason") or event.detail.get("note") or "")
    _send(dossier, "event", state=state.about.vi, reason=f"\n{reason}\n" if reason else "")


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
        "link": f"{settings.public_url()}/dossiers/{dossier.id}",
        **params,
    }
    subject = messages.text(LANGUAGE, "notices", f"{key}.subject", **values)
    notices.mail(address, subject, messages.text(LANGUAGE, "notices", f"{key}.body", **values))
