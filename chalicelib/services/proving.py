"""Makes the proof of a dossier and has it signed with the key of its agency; for the function `sign` alone.

The agency's own key signs, or that of the nearest agency above it that has one: the province answers for those below.
What goes in is what the applicant sees of the dossier, and hashes; no secret of a receipt or a result, no note that
officers keep to themselves, nobody else's dossier.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib import settings
from chalicelib.domain import paper as papers
from chalicelib.domain import proof as rules
from chalicelib.domain.agency import Agency
from chalicelib.domain.bundle import Bundle
from chalicelib.domain.event import iso
from chalicelib.domain.receipt import parse_number
from chalicelib.domain.sheet import INTERNAL
from chalicelib.gateways import signing_keys
from chalicelib.gateways.signing_keys import KeyUnusable, NoKey, SigningKey
from chalicelib.services import catalogue
from chalicelib.storage import dossiers, ledger, objects, outbox, proofs, receipts
from chalicelib.storage.outbox import Effect
from chalicelib.telemetry import count, logger

_BEFORE_FILING = 0  # the event that forms of drafts belong to


def perform(effect: Effect, now: datetime) -> None:
    """Make the proof that an effect asks for; one that is no longer wanted is forgotten. Safe to repeat."""
    asked = proofs.get(effect.dossier)
    if asked is not None and asked.id == effect.body["step"] and asked.state == "asked":
        bundle = dossiers.load(effect.dossier)
        try:
            content = made(bundle, now)
        except NoKey:
            done = replace(asked, state="failed", problem="NoSigningKey")
        except KeyUnusable:
            done = replace(asked, state="failed", problem="KeyUnusable")
        else:
            sha256 = hashlib.sha256(content).hexdigest()
            key = f"drafts/proofs/{effect.dossier}/{asked.id}.json"
            version = objects.write(settings.papers_bucket(), key, content, rules.TYPE, sha256)
            done = replace(
                asked,
                state="ready",
                events=len(bundle.events),
                made_at=iso(now),
                key=key,
                version=version,
                sha256=sha256,
                size=len(content),
            )
        proofs.settle(effect.dossier, done, now)
        count("ProofsMade", state=done.state)
        logger.info("proof made", dossier=effect.dossier, state=done.state, problem=done.problem)
    outbox.performed(effect)


def made(bundle: Bundle, now: datetime) -> bytes:
    """The proof of a dossier as it is now, signed. Raises NoKey, KeyUnusable, UpstreamFailed."""
    key = _key(catalogue.agency(bundle.dossier.agency))
    sections = _sections(bundle)
    chain = [base64.b64encode(der).decode() for der in key.chain]
    closing = rules.closing(_head(bundle), sections, iso(now), key.algorithm, chain)
    signature = signing_keys.sign(key, rules.message(closing))
    return rules.document(closing, sections, base64.b64encode(signature).decode())


def _key(agency: Agency) -> SigningKey:
    try:
        return signing_keys.of(agency.code)
    except NoKey:
        if agency.parent is None:
            raise
        return _key(catalogue.agency(agency.parent))


def _head(bundle: Bundle) -> dict[str, Any]:
    dossier = bundle.dossier
    return {
        "id": dossier.id,
        "code": dossier.code,
        "procedure": {
            "code": dossier.procedure_code,
            "version": dossier.procedure_version,
            "name": dossier.procedure_name,
        },
        "agency": {"code": dossier.agency, "name": catalogue.agency(dossier.agency).name.vi},
        "level": dossier.level,
        "state": dossier.state.value,
        "submitted_at": iso(dossier.submitted_at) if dossier.submitted_at else None,
        "due_at": iso(dossier.due_at) if dossier.due_at else None,
    }


def _sections(bundle: Bundle) -> dict[str, list[dict[str, Any]]]:
    shown = papers.shown(bundle.papers)
    names = {paper.id for paper in shown}
    return {
        "events": [rules.of_event(event) for event in bundle.events],
        "papers": [_paper(paper, bundle) for paper in shown],
        "checks": [
            {
                "paper": check.paper,
                "component": check.component,
                "sha256": check.sha256,
                "verdict": check.verdict.value if check.verdict else None,
                "reasons": list(check.reasons),
                "checked_at": iso(check.checked_at) if check.checked_at else None,
                "report": check.report.to_json() if check.report else None,
            }
            for check in sorted(bundle.checks, key=lambda one: (one.asked_at, one.paper))
            if check.paper in names
        ],
        "receipts": _receipts(bundle.dossier.id, bundle.dossier.agency),
        "results": [
            {
                "number": result.number,
                "code": result.code,
                "reference": result.reference,
                "title": result.title,
                "issued_at": iso(result.issued_at),
                "way": result.way.value,
                "state": result.state.value,
                "sha256": result.file.sha256 if result.file else None,
                "report": result.report.to_json() if result.report else None,
                "revoked_at": iso(result.revoked_at) if result.revoked_at else None,
                "reason": result.reason,
            }
            for result in bundle.results
        ],
        "forms": [
            {"event": one.event, "form": one.form.value, "sha256": one.sha256, "size": one.size}
            for one in sorted(bundle.sheets, key=lambda one: (one.event, one.form))
            if one.form not in INTERNAL and one.event != _BEFORE_FILING
        ],
    }


def _paper(paper: papers.Paper, bundle: Bundle) -> dict[str, Any]:
    return {
        "id": paper.id,
        "component": paper.component,
        "provenance": paper.provenance.value,
        "status": paper.status.value,
        "counts": bundle.dossier.papers.get(paper.component) == paper.id,
        "created_at": iso(paper.created_at),
        "sha256": paper.sha256,
        "files": [
            {"number": page.number, "name": page.name, "size": page.size, "sha256": page.sha256, "taken": page.accepted}
            for page in paper.pages
        ],
    }


def _receipts(dossier_id: str, agency: str) -> list[dict[str, Any]]:
    """Every payment, and the receipt that was issued for it."""
    found = []
    for payment in ledger.account(dossier_id).payments:
        receipt = receipts.get(agency, *parse_number(payment.receipt)) if payment.receipt else None
        found.append(
            {
                "payment": payment.id,
                "amount": payment.amount,
                "via": payment.via,
                "use": payment.use,
                "at": iso(payment.at),
                "code": payment.receipt,
                "sha256": receipt.file.sha256 if receipt and receipt.file else None,
            }
        )
    return found
