"""The forms of a dossier as PDF: made when their event happens, kept with their hash, given to who may see them.

The relay makes them (effect "sheet"): whatever happens between the file and its row, the next try makes the same form
again, and only one row is ever kept. The agency's own control sheet and register are made when they are asked for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from chalicelib import settings
from chalicelib.domain import sheet as rules
from chalicelib.domain import sheet_facts, sheet_forms, sheet_register
from chalicelib.domain.access import Actor, require_officer
from chalicelib.domain.agency import Agency
from chalicelib.domain.bundle import Bundle
from chalicelib.domain.check import fingerprint
from chalicelib.domain.clock import ZONE
from chalicelib.domain.event import Event
from chalicelib.domain.life import Action, State
from chalicelib.domain.paper import current
from chalicelib.domain.sheet import Form, Issued, Sheet
from chalicelib.domain.upload import PDF
from chalicelib.errors import Conflict, FieldError, Invalid, NotFound
from chalicelib.services import catalogue
from chalicelib.services.desk import visible
from chalicelib.services.dossiers import own
from chalicelib.storage import dossiers, objects
from chalicelib.storage import sheets as kept
from chalicelib.telemetry import count, logger
from chalicelib.values import dataclass

DRAFTS_ARE_KEPT = timedelta(days=60)  # what was signed comes back within days; the bucket deletes the file then, too
LONGEST_PERIOD = 31  # days of a register
LINES = 100  # of one part of a register: as many heads as one read gives
_ABSENT = "SheetNotFound"


def issue(bundle: Bundle, number: int) -> tuple[Issued, ...]:
    """Make the forms that event `number` brings, and its line in the register. Safe to repeat."""
    event = bundle.events[number - 1]
    there = {(one.event, one.form): one for one in bundle.sheets}
    forms = rules.forms_of(event.action, event.before, event.after)
    made = tuple(there.get((number, form)) or _make(bundle, number, form) for form in forms)
    _enter(bundle, event)
    return made


def _make(bundle: Bundle, number: int, form: Form) -> Issued:
    dossier = bundle.dossier
    content = pdf(sheet_forms.sheet(form, facts(bundle), number))
    key = f"sheets/{dossier.agency}/{dossier.id}/{number:06d}-{form.value}.pdf"
    issued = kept.keep(dossier.id, _write(settings.results_bucket(), key, content, number, form))
    count("SheetsMade", agency=dossier.agency, form=form.value)
    logger.info("sheet made", dossier=dossier.id, form=form.value, event=number)
    return issued


def _write(
    bucket: str, key: str, content: bytes, number: int, form: Form, revision: int = 0, papers: str = ""
) -> Issued:
    sha256 = hashlib.sha256(content).hexdigest()
    version = objects.write(bucket, key, content, PDF, sha256)
    return Issued(number, form, key, version, sha256, len(content), revision, papers)


def pdf(sheet: Sheet) -> bytes:
    """The sheet as A4 pages; the same sheet always makes the same bytes."""
    from chalicelib.services import sheet_paper  # imported when there is one to make: fonts and PDF cost a cold start

    return sheet_paper.document(sheet)


def facts(bundle: Bundle) -> sheet_facts.Facts:
    """What sheets of a dossier are made of."""
    dossier = bundle.dossier
    agency, above = _agency(dossier.agency)
    procedure = catalogue.procedure(dossier.procedure_code, dossier.procedure_version)
    origin = settings.public_url()
    return sheet_facts.Facts(dossier, procedure, agency, above, bundle.events, bundle.papers, origin)


def _agency(code: str) -> tuple[Agency, str]:
    agency = catalogue.agency(code)
    above = catalogue.agencies().get(agency.parent) if agency.parent else None
    return agency, above.name.vi if above else ""


def cover_sheet(bundle: Bundle) -> bytes:
    """The PDF to be laid on papers sent by post (clause A12): code, Code 128 barcode, QR, address, list of papers.

    Of the last event that led to waiting for the parcel; of the filing when there was none yet.
    """
    awaited = [e.number for e in bundle.events if Form.COVER in rules.forms_of(e.action, e.before, e.after)]
    return pdf(sheet_forms.sheet(Form.COVER, facts(bundle), awaited[-1] if awaited else 1))


@dataclass(frozen=True)
class Offered:
    """A form that there is or will be in a moment: `ready` when it can be fetched."""

    event: int
    form: Form
    at: str
    ready: bool


def offered(bundle: Bundle, actor: Actor) -> tuple[Offered, ...]:
    """The forms that this reader of the dossier may fetch, the latest event first."""
    there = {(one.event, one.form) for one in bundle.sheets}
    found = [
        Offered(event.number, form, event.at, (event.number, form) in there)
        for event in bundle.events
        for form in rules.forms_of(event.action, event.before, event.after)
        if actor.is_officer or form not in rules.INTERNAL
    ]
    return tuple(reversed(found))


def mine(actor: Actor, dossier_id: str, number: int, form: str) -> str:
    """An address to download a form of one's own dossier from.

    Raises NotFound for what no event brought or only the agency sees, Conflict("SheetBeingMade") until it is there.
    """
    bundle = dossiers.load(dossier_id)
    own(actor, bundle.dossier)
    return _given(bundle, actor, number, form)


def at_desk(actor: Actor, dossier_id: str, number: int, form: str) -> str:
    """As `mine`, for officers of the dossier's agency, with the agency's own forms."""
    bundle = dossiers.load(dossier_id)
    visible(actor, bundle.dossier)
    return _given(bundle, actor, number, form)


def _given(bundle: Bundle, actor: Actor, number: int, form: str) -> str:
    if not any((one.event, one.form.value) == (number, form) for one in offered(bundle, actor)):
        raise NotFound(_ABSENT)
    issued = next((one for one in bundle.sheets if (one.event, one.form.value) == (number, form)), None)
    if issued is None:
        raise Conflict("SheetBeingMade")
    return _address(settings.results_bucket(), issued, bundle.dossier.code or "")


def _address(bucket: str, issued: Issued, code: str) -> str:
    name = f"{_FILES[issued.form]}-{code}.pdf".replace("-.", ".")
    shown = f'attachment; filename="{name}"'
    return objects.download_url(bucket, issued.key, issued.version, shown, PDF)


_FILES = {
    Form.RECEIPT: "giay-tiep-nhan",
    Form.SUPPLEMENT: "phieu-bo-sung",
    Form.REFUSAL: "phieu-tu-choi",
    Form.APOLOGY: "phieu-xin-loi",
    Form.CONTROL: "phieu-kiem-soat",
    Form.REGISTER: "so-theo-doi",
    Form.STOP: "thong-bao-dung",
    Form.WITHDRAWAL: "phieu-rut-ho-so",
    Form.ANSWER: "tra-loi-khieu-nai",
    Form.FILED: "to-khai",
    Form.COVER: "phieu-gui",
}


def control(actor: Actor, dossier_id: str) -> str:
    """An address of the control sheet (mẫu 05) up to the last event, made when it is not there yet."""
    bundle = dossiers.load(dossier_id)
    visible(actor, bundle.dossier)
    number = len(bundle.events)
    there = (one for one in bundle.sheets if (one.event, one.form) == (number, Form.CONTROL))
    issued = next(there, None) or _make(bundle, number, Form.CONTROL)
    return _address(settings.results_bucket(), issued, bundle.dossier.code or "")


def draft(actor: Actor, dossier_id: str, now: datetime) -> tuple[str, Issued]:
    """The form of one's draft as it is filled in now: an address, and what exactly was issued.

    The bytes are those that a signed file must begin with; only what was issued last counts, and only for the version
    of the draft that it was made of (`Issued.revision`). Raises Conflict("NotADraft") once it was filed.
    """
    bundle = dossiers.load(dossier_id)
    dossier = own(actor, bundle.dossier)
    if dossier.state is not State.DRAFT:
        raise Conflict("NotADraft")
    content = pdf(sheet_forms.sheet(Form.FILED, facts(bundle), 0))
    issued = bundle.issued_form
    if issued is None or (issued.sha256, issued.revision) != (hashlib.sha256(content).hexdigest(), dossier.version):
        key = f"drafts/{dossier.id}.pdf"
        listed = fingerprint(current(bundle.papers))
        issued = _write(settings.papers_bucket(), key, content, 0, Form.FILED, dossier.version, listed)
        kept.keep_draft(dossier.id, issued, now + DRAFTS_ARE_KEPT)
    return _address(settings.papers_bucket(), issued, ""), issued


# The register (mẫu 06).


def _enter(bundle: Bundle, event: Event) -> None:
    """A dossier has its line from the day of its filing; it tells of the hand-over when that happened."""
    dossier = bundle.dossier
    if event.action not in (Action.SUBMIT, Action.DELIVER) or dossier.code is None or dossier.submitted_at is None:
        return
    handed = next((e for e in reversed(bundle.events) if e.action == Action.DELIVER), None)
    day = dossier.submitted_at.astimezone(ZONE).date()
    recipient = str(handed.detail.get("recipient") or handed.actor["name"]) if handed else ""
    kept.enter(dossier.agency, dossier.code, day, dossier.id, handed.at if handed else "", recipient)


@dataclass(frozen=True)
class Part:
    """A part of a register: an address of its PDF, how many lines it has, the cursor of the next part or None."""

    url: str
    lines: int
    cursor: str | None


def register(actor: Actor, agency: str, first: str, last: str, cursor: str, now: datetime) -> Part:
    """The register of an agency for days of one year (at most 31, both counted), a hundred dossiers at a time.

    For officers with a post there, NotFound for others; Invalid names what of the period cannot be.
    """
    require_officer(actor)
    if agency not in actor.agencies():
        raise NotFound("NotFound")
    start, end = _days(first, last)
    if cursor and not cursor.startswith(f"{agency}-"):
        raise Invalid("BadCursor", [FieldError.of("cursor", "BadFormat")])
    entries = kept.entries(agency, start, end, cursor, LINES)
    lines: Sequence[sheet_register.Entered] = [
        sheet_register.Entered(entry.dossier, entry.returned_at, entry.recipient) for entry in entries
    ]
    here, above = _agency(agency)
    content = pdf(sheet_register.sheet(here, above, start, end, lines, now))
    key = f"drafts/{agency}/register-{hashlib.sha256(content).hexdigest()}.pdf"
    issued = _write(settings.papers_bucket(), key, content, 0, Form.REGISTER)
    logger.info("register made", agency=agency, officer=actor.id, lines=len(lines))
    more = str(entries[-1].dossier.code) if len(entries) == LINES else None
    return Part(_address(settings.papers_bucket(), issued, f"{agency}-{start:%Y%m%d}"), len(lines), more)


def _days(first: str, last: str) -> tuple[date, date]:
    found = []
    for name, text in (("from", first), ("to", last)):
        try:
            found.append(date.fromisoformat(text))
        except ValueError as error:
            raise Invalid("BadQuery", [FieldError.of(name, "BadDate")]) from error
    start, end = found
    if not 0 <= (end - start).days < LONGEST_PERIOD or start.year != end.year:
        raise Invalid("PeriodTooLong", [FieldError.of("to", "OutOfRange", least=first, most=LONGEST_PERIOD)])
    return start, end
