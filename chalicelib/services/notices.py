"""What the applicant is told: in their inbox at once, by mail and SMS as they chose.

Subjects and SMS carry the code and the state, nothing personal and no reasons. Whatever is told is composed once, in
the language that the person chose, when its effect is performed; the outbox carries it from there
(`services/notice_sending.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from chalicelib import messages, settings
from chalicelib.domain import dates, sms
from chalicelib.domain.bundle import Message
from chalicelib.domain.dossier import Dossier
from chalicelib.domain.event import Event
from chalicelib.domain.life import Action, State
from chalicelib.domain.notice import Channel, Delivery, Kind, Preferences, kind_of, masked
from chalicelib.domain.post import Parcel
from chalicelib.domain.refund import Refund
from chalicelib.domain.sheet import GIVEN, TITLES, forms_of
from chalicelib.gateways import notices as gateway
from chalicelib.services import catalogue
from chalicelib.services.desk import dotted
from chalicelib.storage import inboxes, preferences
from chalicelib.storage import notices as kept
from chalicelib.storage.notices import Outgoing

SETTINGS_PAGE = "/tai-khoan/thong-bao"


class _Telling:
    """A notice being composed for the applicant of a dossier, in the language that they chose."""

    def __init__(self, dossier: Dossier, number: int, what: str) -> None:
        self.dossier, self.number, self.what = dossier, number, what
        self.wishes: Preferences = preferences.get(dossier.owner)

    def say(self, key: str, /, **params: Any) -> str:
        return messages.text(self.wishes.language, "notices", key, **params)

    def word(self, group: str, key: str) -> str:
        return messages.text(self.wishes.language, group, key)

    def state(self, state: State) -> str:
        return state.about.vi if self.wishes.language == "vi" else state.about.en

    def send(self, kind: Kind, key: str, now: datetime, **params: str) -> None:
        """Keep the notice whose texts are `<key>.subject`, `.body` and `.sms`; what was kept before stays."""
        dossier, wishes = self.dossier, self.wishes
        link = f"{settings.public_url()}/ho-so/{dossier.id}"
        agency = catalogue.agency(dossier.agency).name
        values = {
            "code": dossier.code or "",
            "procedure": dossier.procedure_name,
            "agency": agency.vi if wishes.language == "vi" else agency.en,
            "name": str(dossier.applicant.get("name", "")),
            "link": link,
            **params,
        }
        subject, said = self.say(f"{key}.subject", **values), self.say(f"{key}.body", **values)
        short = sms.fitted(self.say(f"{key}.sms", **values), link)
        foot = self.say("foot", link=f"{settings.public_url()}{SETTINGS_PAGE}")
        ways, outgoing = {}, []
        # Of what waits for the same morning, the earlier step goes first.
        due = wishes.due(now)
        due = now if due == now else due + timedelta(milliseconds=self.number)
        for channel, state in wishes.ways(kind, dossier.applicant).items():
            to = wishes.address(channel, dossier.applicant)
            at = due if state is Delivery.WAITING else now
            ways[channel] = kept.entry(state, masked(to), at)
            if state is Delivery.WAITING:
                text = short if channel is Channel.SMS else f"{said}\n\n{foot}"
                outgoing.append(Outgoing(channel, to, "" if channel is Channel.SMS else subject, text, at))
        told = {"code": dossier.code or "", "subject": subject, "text": said, "kind": kind.value}
        inbox = inboxes.row(dossier.owner, dossier.id, self.number, self.what, told, now)
        log = {"subject": subject, "kind": kind.value}
        kept.plan(dossier.id, self.number, self.what, log, ways, outgoing, inbox, now)


def out(channel: Channel, to: str, subject: str, text: str) -> None:
    """Hand a composed notice to its channel. Raises UpstreamFailed, of that Undeliverable when it never will go."""
    if channel is Channel.SMS:
        gateway.sms(to, text)
    else:
        gateway.mail(to, subject, text)


def of_event(dossier: Dossier, event: Event, now: datetime, refunds: Sequence[Refund] = ()) -> None:
    """Tell the applicant that their dossier moved; of `refunds` those that this step opened, and what is needed."""
    telling = _Telling(dossier, event.number, "notice")
    kind = kind_of(event)
    if event.action == Action.REFUND:
        way, proof = telling.word("ways", str(event.detail["via"])), str(event.detail["proof"])
        telling.send(kind, "refund_paid", now, amount=dotted(int(event.detail["refunded"])), way=way, proof=proof)
        return
    if event.action == Action.REVOKE_RESULT:
        about = {"number": str(event.detail["number"]), "reason": str(event.detail["reason"])}
        telling.send(kind, "revoked", now, **about)
        return
    if event.action == Action.COMPLAIN:
        telling.send(kind, "complaint", now, until=dates.day(event.detail["answer_by"]))
        return
    if event.action == Action.ANSWER_COMPLAINT:
        outcome = telling.word("complaints", event.detail["outcome"])
        telling.send(kind, "complaint_answered", now, outcome=outcome, reason=str(event.detail["reason"]))
        return
    state = State(event.after)
    what = telling.word("told", event.action)
    reason = str(event.detail.get("reason") or event.detail.get("note") or "")
    opened = [refund for refund in refunds if refund.id.startswith(f"{event.number:04d}-")]
    paragraphs = [
        _lacking(telling, event),
        _date_moved(telling, event),
        reason,
        _transferred(telling, event),
        *(_owed(telling, refund) for refund in opened),
        _sent(telling, event),
        _sheets(telling, event),
    ]
    key = "event" if event.before != event.after else "event_stays"
    said = "".join(f"\n{text}\n" for text in paragraphs if text)
    telling.send(kind, key, now, state=telling.state(state), what=what, reason=said)


def _sheets(telling: _Telling, event: Event) -> str:
    """The agency's forms that came with the step; their names are Vietnamese, as the forms are."""
    given = [form for form in forms_of(event.action, event.before, event.after) if form in GIVEN]
    return telling.say("sheets", names="; ".join(TITLES[form] for form in given)) if given else ""


def _date_moved(telling: _Telling, event: Event) -> str:
    """The new date, and the one that it takes the place of."""
    if event.action not in (Action.REAPPOINT, Action.RECALCULATE):
        return ""
    moments = (str(event.detail.get("due_at") or event.detail["reply_due_at"]), str(event.detail["was"]))
    at, was = map(dates.minute, moments)
    return telling.say("due.moved", at=at, was=was)


def _transferred(telling: _Telling, event: Event) -> str:
    """From where to where a dossier was sent on, and by when the reply is due there."""
    if event.action != Action.TRANSFER:
        return ""
    due = dates.minute(event.detail["reply_due_at"])
    names = {"former": event.detail["from_name"], "agency": event.detail["recipient"]}
    return telling.say("transferred", due=due, **names)


def _owed(telling: _Telling, refund: Refund) -> str:
    due = dates.day(refund.due_at)
    because = telling.word("refunds", refund.rule.value)
    key = "refund.opened_account" if refund.refused_channel else "refund.opened"
    return telling.say(key, amount=dotted(refund.amount), due=due, because=because)


def _lacking(telling: _Telling, event: Event) -> str:
    """The papers that a parcel did not bring, each with its reason."""
    papers: Mapping[str, Mapping[str, str]] = event.detail.get("lacking") or {}
    if not papers:
        return ""
    procedure = catalogue.procedure(telling.dossier.procedure_code, telling.dossier.procedure_version)
    lines = []
    for component, found in papers.items():
        rule = procedure.paper(component)
        finding = telling.word("findings", found["finding"])
        lines.append(f"- {rule.name.vi if rule else component}: {finding}. {found.get('note', '')}")
    return "\n".join([telling.say("parcel.lacking"), *lines])


def _sent(telling: _Telling, event: Event) -> str:
    """Under which number the post carries the result."""
    if event.action != Action.POST:
        return ""
    return telling.say("parcel.sent", tracking=event.detail["tracking"])


def of_wait(dossier: Dossier, number: int, parcels: Sequence[Parcel], body: Mapping[str, Any], now: datetime) -> None:
    """Remind the applicant of the papers that have not come: before the wait ends, or long after they were posted."""
    telling = _Telling(dossier, number, f"reminder-{body['step']}")
    if body["step"] == "late":
        found = next(one for one in parcels if one.number == body["parcel"])
        day = found.posted_on.strftime("%d/%m/%Y") if found.posted_on else ""
        telling.send(Kind.REMINDER, "parcel_late", now, tracking=found.tracking, posted=day)
        return
    telling.send(Kind.REMINDER, "parcel_wait", now, until=dates.day(body["until"]))


def of_account(dossier: Dossier, number: int, refund: Refund, now: datetime) -> None:
    """Ask the applicant for an account: the channel that the money came through does not carry it back."""
    if refund.needs_account:
        telling = _Telling(dossier, number, f"account-{refund.id}")
        way = telling.word("ways", refund.via)
        telling.send(Kind.ACTION, "refund_account", now, amount=dotted(refund.amount), way=way)


def of_message(dossier: Dossier, number: int, message: Message, now: datetime) -> None:
    """Tell the applicant that the agency wrote; the text itself stays on the portal."""
    _Telling(dossier, number, f"message-{message.id}").send(Kind.MESSAGE, "message", now, author=message.actor["name"])
