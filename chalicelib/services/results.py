"""Results: entered by the clerk, signed and locked, checked by anybody who holds one, revoked by two people.

There are four ways: on paper alone; a file that is signed here with the agency's key; a file that the agency signed
elsewhere, which is verified; a document that is made here of the procedure's template and signed. All but the first go
through the outbox (effect "seal") to a function of its own: services/sealing.py asks it, services/signing.py is it.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib import settings
from chalicelib.domain import filename, result_sheet, result_template
from chalicelib.domain import result as rules
from chalicelib.domain.access import Actor, Role, require_role
from chalicelib.domain.bundle import Bundle
from chalicelib.domain.dossier import Dossier
from chalicelib.domain.event import iso
from chalicelib.domain.life import Action, State
from chalicelib.domain.paper import Paper
from chalicelib.domain.result import File, Result, Standing, Way
from chalicelib.domain.upload import PDF
from chalicelib.errors import Conflict, FieldError, Invalid, NotFound
from chalicelib.services import desk, sheets
from chalicelib.services.transitions import perform, repeated
from chalicelib.storage import objects
from chalicelib.storage import results as kept
from chalicelib.telemetry import logger
from chalicelib.values import dataclass


@dataclass(frozen=True)
class Entry:
    """What the clerk enters: number and title of the document, how it exists, and what that way needs.

    `paper` is the uploaded file, `texts` what the officer wrote for the template, by name.
    """

    reference: str
    title: str
    way: Way
    paper: str | None = None
    texts: Mapping[str, str] | None = None


def enter(actor: Actor, dossier_id: str, key: str, entry: Entry, now: datetime) -> Dossier:
    """Record the result. One with a file is issued when that is signed and locked; one on paper at once."""
    bundle = desk.detail(actor, dossier_id)
    dossier = bundle.dossier
    require_role(actor, dossier.agency, Role.CLERK)
    result = _entered_now(bundle, entry, now)
    said = _said(result)
    if entry.paper is not None:
        said["sha256"] = _checked(bundle, entry.paper).sha256
    if entry.way is Way.TEMPLATE and dossier.state is State.ISSUING:
        result = replace(result, draft=_drafted(bundle, result, entry, preview=False))
    detail = {**said, "result": result.number}
    return perform(
        dossier,
        Action.ENTER_RESULT,
        actor,
        now,
        key=key,
        detail=detail,
        changes={"result": said},
        also=[kept.new(result)],
    )


def _entered_now(bundle: Bundle, entry: Entry, now: datetime) -> Result:
    uploaded = entry.way in {Way.FILE, Way.SIGNED}
    if uploaded is not (entry.paper is not None):
        raise Invalid("BadRequest", [FieldError.of("paper", "Required" if uploaded else "Unknown")])
    number = len(bundle.results) + 1
    if number > rules.MOST:
        raise Conflict("TooManyResults")
    return Result(
        dossier=bundle.dossier.id,
        number=number,
        code=rules.code_of(str(bundle.dossier.code), number),
        secret=secrets.token_hex(8),
        reference=entry.reference,
        title=entry.title,
        issued_at=now,
        way=entry.way,
        state=Standing.VALID if entry.way is Way.PAPER else Standing.SEALING,
        paper=entry.paper,
    )


def preview(actor: Actor, dossier_id: str, entry: Entry, now: datetime) -> str:
    """An address of the document as the template makes it now, marked as a preview, without code and QR code."""
    bundle = desk.detail(actor, dossier_id)
    require_role(actor, bundle.dossier.agency, Role.CLERK)
    if bundle.dossier.state is not State.ISSUING:
        raise Conflict("NotIssuing")
    drafted = _drafted(bundle, _entered_now(bundle, entry, now), entry, preview=True)
    shown = filename.attachment("xem-truoc.pdf")
    return objects.download_url(settings.papers_bucket(), drafted.key, drafted.version, shown, PDF)


def _drafted(bundle: Bundle, result: Result, entry: Entry, *, preview: bool) -> File:
    """The document made of the template, unsigned, kept where drafts are; written again when the request is."""
    facts = sheets.facts(bundle)
    template = facts.procedure.result_template
    if template is None:
        raise Invalid("BadRequest", [FieldError.of("way", "NotOffered")])
    texts = result_template.checked(template, entry.texts or {})
    content = sheets.pdf(result_sheet.sheet(template, facts, result, texts, preview=preview))
    key = f"drafts/results/{bundle.dossier.id}/{'preview' if preview else result.number}.pdf"
    sha256 = hashlib.sha256(content).hexdigest()
    version = objects.write(settings.papers_bucket(), key, content, PDF, sha256)
    return File(key, version, sha256, len(content))


def _said(result: Result) -> dict[str, Any]:
    """What the head and the timeline say of it."""
    said: dict[str, Any] = {"number": result.reference, "title": result.title, "issued_at": iso(result.issued_at)}
    if result.way is not Way.PAPER:
        said |= {"way": result.way.value, "paper": result.paper}
    return said


def _checked(bundle: Bundle, paper_id: str) -> Paper:
    file = next((p for p in bundle.papers if p.id == paper_id and p.is_result), None)
    if file is None:
        raise Invalid("BadRequest", [FieldError.of("paper", "NotComponent")])
    if file.status != "verified":
        raise Invalid("BadRequest", [FieldError.of("paper", "PaperNotChecked")])
    return file


def take_back(actor: Actor, dossier_id: str, key: str, now: datetime) -> Dossier:
    """The clerk does not wait until the file is signed: another result is entered, and this one is none."""
    bundle, result = _entered(actor, dossier_id, "ResultNotSealing")
    require_role(actor, bundle.dossier.agency, Role.CLERK)
    if repeated(bundle, key, Action.RETURN_RESULT, actor):
        return bundle.dossier
    return _step(bundle, Action.RETURN_RESULT, actor, key, rules.returned(result), {}, now, {"result": None})


# Revoking.


def ask_revocation(actor: Actor, dossier_id: str, key: str, reason: str, now: datetime) -> Dossier:
    """Ask that the result be revoked as wrongly issued; another person decides."""
    bundle, result = _entered(actor, dossier_id)
    require_role(actor, bundle.dossier.agency, Role.CLERK, Role.APPROVER)
    if repeated(bundle, key, Action.ASK_REVOCATION, actor):
        return bundle.dossier
    after = rules.ask(result, actor, reason, now)
    return _step(bundle, Action.ASK_REVOCATION, actor, key, after, {"reason": reason}, now)


def keep(actor: Actor, dossier_id: str, key: str, reason: str, now: datetime) -> Dossier:
    """Decide that the result stands."""
    bundle, result = _entered(actor, dossier_id)
    require_role(actor, bundle.dossier.agency, Role.APPROVER)
    if repeated(bundle, key, Action.KEEP_RESULT, actor):
        return bundle.dossier
    return _step(bundle, Action.KEEP_RESULT, actor, key, rules.keep(result), {"reason": reason}, now)


def revoke(actor: Actor, dossier_id: str, key: str, now: datetime) -> Dossier:
    """Revoke the result for the reason that somebody else gave; another one is to be issued, or the dossier stopped."""
    bundle, result = _entered(actor, dossier_id)
    require_role(actor, bundle.dossier.agency, Role.APPROVER)
    if repeated(bundle, key, Action.REVOKE_RESULT, actor):
        return bundle.dossier
    after = rules.revoke(result, actor, now)
    detail = {"reason": after.reason, "number": after.reference}
    return _step(bundle, Action.REVOKE_RESULT, actor, key, after, detail, now, {"result": None})


def _entered(actor: Actor, dossier_id: str, otherwise: str = "ResultNotValid") -> tuple[Bundle, Result]:
    bundle = desk.detail(actor, dossier_id)
    if not bundle.results:
        raise Conflict(otherwise)
    return bundle, bundle.results[-1]


def _step(
    bundle: Bundle,
    action: Action,
    actor: Actor,
    key: str,
    after: Result,
    detail: dict[str, Any],
    now: datetime,
    changes: dict[str, Any] | None = None,
) -> Dossier:
    detail = {**detail, "result": after.number}
    also = [kept.changed(after)]
    return perform(bundle.dossier, action, actor, now, key=key, detail=detail, changes=changes, also=also)


# Looking.


def at_desk(actor: Actor, dossier_id: str, number: int) -> str:
    """An address to download the file of a result from, for officers of the agency; their looks are logged."""
    bundle = desk.detail(actor, dossier_id)
    result = next((one for one in bundle.results if one.number == number), None)
    if result is None or result.file is None:
        raise NotFound("ResultNotFound")
    logger.info("result shown to an officer", dossier=dossier_id, result=result.code, officer=actor.id)
    return address(result)


def address(result: Result) -> str:
    """A short-lived address of the result's file: of the one version that it is."""
    if result.file is None:
        raise NotFound("ResultNotFound")
    name = filename.attachment(f"ket-qua-{result.code}.pdf")
    return objects.download_url(settings.results_bucket(), result.file.key, result.file.version, name, PDF)


def check(code: str, secret: str) -> tuple[Dossier, Result]:
    """The result behind code and secret, with its dossier as the index has it; one NotFound for what does not fit."""
    dossier, result = kept.check(*rules.parse_code(code))
    given = "".join(secret.split()).lower()
    if result.state not in {Standing.VALID, Standing.REVOKED} or not hmac.compare_digest(
        result.secret.encode(), given.encode()
    ):
        raise NotFound("ResultNotFound")
    return dossier, result
