"""The results of a dossier as its applicant and its officers see them."""

from __future__ import annotations

from chalicelib import messages, settings
from chalicelib.api import shapes
from chalicelib.domain import result_sheet
from chalicelib.domain.access import Actor, Role, roles_on
from chalicelib.domain.bundle import Bundle
from chalicelib.domain.event import iso
from chalicelib.domain.life import TRANSITIONS, Action
from chalicelib.domain.result import Result, Standing, may_ask, may_decide
from chalicelib.domain.signature import Kind

_BEFORE = frozenset({Standing.SEALING, Standing.REFUSED, Standing.RETURNED})


def of(bundle: Bundle, actor: Actor, language: str) -> list[shapes.ResultShape]:
    """By number; the applicant sees those that were issued."""
    seen = [one for one in bundle.results if actor.is_officer or one.state not in _BEFORE]
    return [_result(one, bundle, actor, language) for one in seen]


def _result(of: Result, bundle: Bundle, actor: Actor, language: str) -> shapes.ResultShape:
    file, asked = of.file, of.asked if actor.is_officer and of.state is Standing.VALID else None
    return {
        "number": of.number,
        "code": of.code,
        "secret": of.secret,
        "link": f"{settings.public_url()}{result_sheet.PAGE}/{of.fragment}",
        "reference": of.reference,
        "title": of.title,
        "issued_at": iso(of.issued_at),
        "way": of.way.value,
        "state": of.state.value,
        "signed": signed(of, language),
        "problem": {"code": of.problem, "text": messages.text(language, "result_problems", of.problem)}
        if of.problem
        else None,
        "sha256": file.sha256 if file else None,
        "size": file.size if file else None,
        "revoked_at": iso(of.revoked_at) if of.revoked_at else None,
        "reason": of.reason or None,
        "asked": {"name": asked.name, "at": asked.at, "reason": asked.reason, "mine": asked.by == actor.id}
        if asked
        else None,
        "may": _may(of, bundle, actor) if actor.is_officer else [],
    }


def signed(of: Result, language: str) -> shapes.SignedShape | None:
    """Who signed the file, by name: numbers of people and organisations are nobody's business here."""
    report = of.report
    if report is None:
        return None
    signatures = [one for one in report.signatures if one.kind is Kind.SIGNATURE]
    reasons = dict.fromkeys((*report.reasons, *(reason for one in signatures for reason in one.reasons)))
    return {
        "verdict": report.verdict.value,
        "text": messages.text(language, "verdicts", report.verdict.value),
        "at": report.at,
        "signers": [
            {
                "name": one.signer.name,
                "organisation": one.signer.organisation,
                "issuer": one.issuer,
                "at": one.proven_at or one.claimed_at,
                "proven": one.proven_at is not None,
            }
            for one in signatures
            if one.signer is not None
        ],
        "reasons": [messages.text(language, "signatures", reason) for reason in reasons],
    }


def _may(result: Result, bundle: Bundle, actor: Actor) -> list[str]:
    """What the actor can do about the result now, as the table of steps and the result itself have it."""
    dossier = bundle.dossier
    roles = roles_on(actor, owner="", agency=dossier.agency)
    open_to = {rule.action for rule in TRANSITIONS if rule.before is dossier.state and rule.role in roles}
    found = []
    if Action.ASK_REVOCATION in open_to and may_ask(result):
        found.append("ask")
    if Action.KEEP_RESULT in open_to and result.state is Standing.VALID and result.asked is not None:
        found.append("keep")
    if Action.REVOKE_RESULT in open_to and Role.APPROVER in roles and may_decide(result, actor):
        found.append("revoke")
    return found
