"""What agencies are told by e-mail: that they are asked about a dossier, and that their answer is overdue.

Mails go to the agency's published address and carry nothing personal: a code, the procedure, a date, a link.
"""

from __future__ import annotations

from chalicelib import messages, settings
from chalicelib.domain import dates
from chalicelib.domain.bundle import Bundle
from chalicelib.domain.consultation import Question, Silence
from chalicelib.domain.dossier import Dossier
from chalicelib.domain.life import Action
from chalicelib.gateways import notices
from chalicelib.services import catalogue

LANGUAGE = "vi"


def tell(bundle: Bundle, event_number: int) -> None:
    """Tell the agencies that event `event_number` is about, as far as their questions are still open."""
    event = bundle.events[event_number - 1]
    if event.action == Action.CONSULT:
        key, wanted = "consult", {one["agency"] for one in event.detail["asked"]}
    else:
        key, wanted = "consult_late", set(event.detail["unheard"])
    for question in bundle.questions:
        if question.open and question.agency in wanted:
            _mail(bundle.dossier, question, key)


def _mail(dossier: Dossier, question: Question, key: str) -> None:
    agency = catalogue.agency(question.agency)
    if not agency.email:
        return
    agreed = question.silence is Silence.AGREED
    values = {
        "code": dossier.code or "",
        "procedure": dossier.procedure_name,
        "agency": catalogue.agency(dossier.agency).name.vi,
        "name": agency.name.vi,
        "until": dates.minute(question.due_at),
        "link": f"{settings.public_url()}/can-bo/y-kien/{question.agency}/{dossier.id}",
        "silence": f"\n{messages.text(LANGUAGE, 'agency_letters', 'consult.agreed')}\n" if agreed else "",
    }
    subject = messages.text(LANGUAGE, "agency_letters", f"{key}.subject", **values)
    notices.mail(agency.email, subject, messages.text(LANGUAGE, "agency_letters", f"{key}.body", **values))
