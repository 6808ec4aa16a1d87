"""Results: entered by the clerk, locked, checked by anybody who holds one, revoked by two people.

A result with a file goes through the outbox (effect "seal"): the file is kept once, under Object Lock, at a key that
only this result has; then the dossier moves on in one transaction. Whatever happens between the two, the next try finds
the file that is there.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib import settings
from chalicelib.domain import filename
from chalicelib.domain import result as rules
from chalicelib.domain.access import SYSTEM, Actor, Role, require_role
from chalicelib.domain.bundle import Bundle
from chalicelib.domain.dossier import Action, Dossier, State, iso
from chalicelib.domain.paper import MAX_PDF_BYTES, PDF, Paper
from chalicelib.domain.result import File, Result, Standing, Way
from chalicelib.errors import Conflict, FieldError, Invalid, NotFound
from chalicelib.services import desk
from chalicelib.services.transitions import perform, repeated
from chalicelib.storage import objects
from chalicelib.storage import results as kept
from chalicelib.telemetry import count, logger

DOWNLOAD_SECONDS = 120


@dataclass(frozen=True)
class Entry:
    """What the clerk enters: number and title of the document, and the uploaded file, if there is one."""

    reference: str
    title: str
    paper: str | None


def enter(actor: Actor, dossier_id: str, key: str, entry: Entry, now: datetime) -> Dossier:
    """Record the result. One with a file is issued when that is locked; one on paper at once."""
    bundle = desk.detail(actor, dossier_id)
    dossier = bundle.dossier
    require_role(actor, dossier.agency, Role.CLERK)
    number = len(bundle.results) + 1
    if number > rules.MOST:
        raise Conflict("TooManyResults")
    way = Way.PAPER if entry.paper is None else Way.FILE
    result = Result(
        dossier=dossier.id,
        number=number,
        code=rules.code_of(str(dossier.code), number),
        secret=secrets.token_hex(8),
        reference=entry.reference,
        title=entry.title,
        issued_at=now,
        way=way,
        state=Standing.VALID if way is Way.PAPER else Standing.SEALING,
        paper=entry.paper,
    )
    said = _said(result)
    if entry.paper is not None:
        said["sha256"] = _checked(bundle, entry.paper).sha256
    detail = {**said, "result": number}
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


# Sealing.


def seal(bundle: Bundle, now: datetime) -> None:
    """Keep the file of the result that waits for it, and let the dossier move on. Safe to repeat."""
    dossier, result = bundle.dossier, rules.current(bundle.results)
    if dossier.state is not State.SEALING or result is None or result.state is not Standing.SEALING:
        return
    file = _kept(bundle, result)
    after = rules.sealed(result, file)
    said = {**_said(after), "sha256": file.sha256}
    detail = {"result": after.number, "sha256": file.sha256, "version": file.version}
    perform(
        dossier,
        Action.SEAL,
        SYSTEM,
        now,
        key=f"seal-{result.number:02d}",
        detail=detail,
        changes={"result": said},
        also=[kept.changed(after)],
    )
    count("ResultsSealed", agency=dossier.agency)
    logger.info("result sealed", dossier=dossier.id, result=result.code)


def _kept(bundle: Bundle, result: Result) -> File:
    key, bucket = rules.key_of(result), settings.results_bucket()
    paper = next(p for p in bundle.papers if p.id == result.paper)
    if paper.stored is None:
        raise LookupError("a result was entered with a paper that is not kept")
    content = objects.read(settings.papers_bucket(), paper.stored.key, 2 * MAX_PDF_BYTES, paper.stored.version)
    if content is None:
        raise LookupError("the file of a result is gone")
    there = objects.write_once(bucket, key, content, PDF, {"result": result.code})
    return File(key, there.version, there.about["sha256"], there.size)


def take_back(actor: Actor, dossier_id: str, key: str, now: datetime) -> Dossier:
    """The clerk does not wait until the file is sealed: another result is entered, and this one is none."""
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
    return objects.download_url(
        settings.results_bucket(), result.file.key, result.file.version, name, PDF, DOWNLOAD_SECONDS
    )


def check(code: str, secret: str) -> tuple[Dossier, Result]:
    """The result behind code and secret, with its dossier as the index has it; one NotFound for what does not fit."""
    dossier, result = kept.check(*rules.parse_code(code))
    given = "".join(secret.split()).lower()
    if result.state not in {Standing.VALID, Standing.REVOKED} or not hmac.compare_digest(
        result.secret.encode(), given.encode()
    ):
        raise NotFound("ResultNotFound")
    return dossier, result
