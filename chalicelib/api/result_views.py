"""The results of a dossier as its applicant and its officers see them."""

from __future__ import annotations

from chalicelib import settings
from chalicelib.api import shapes
from chalicelib.domain.access import Actor, Role, roles_on
from chalicelib.domain.bundle import Bundle
from chalicelib.domain.dossier import iso
from chalicelib.domain.life import TRANSITIONS, Action
from chalicelib.domain.result import Result, Standing, may_ask, may_decide

PAGE = "/kiem-tra-ket-qua"
_BEFORE = frozenset({Standing.SEALING, Standing.RETURNED})


def of(bundle: Bundle, actor: Actor) -> list[shapes.ResultShape]:
    """By number; the applicant sees those that were issued."""
    seen = [one for one in bundle.results if actor.is_officer or one.state not in _BEFORE]
    return [_result(one, bundle, actor) for one in seen]


def _result(of: Result, bundle: Bundle, actor: Actor) -> shapes.ResultShape:
    file, asked = of.file, of.asked if actor.is_officer and of.state is Standing.VALID else None
    return {
        "number": of.number,
        "code": of.code,
        "secret": of.secret,
        "link": f"{settings.public_url()}{PAGE}/{of.fragment}",
        "reference": of.reference,
        "title": of.title,
        "issued_at": iso(of.issued_at),
        "way": of.way.value,
        "state": of.state.value,
        "sha256": file.sha256 if file else None,
        "size": file.size if file else None,
        "revoked_at": iso(of.revoked_at) if of.revoked_at else None,
        "reason": of.reason or None,
        "asked": {"name": asked.name, "at": asked.at, "reason": asked.reason, "mine": asked.by == actor.id}
        if asked
        else None,
        "may": _may(of, bundle, actor) if actor.is_officer else [],
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
