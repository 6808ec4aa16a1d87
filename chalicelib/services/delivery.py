"""Delivery of a result: at the counter against a signature, online after the applicant proved anew who they are.

Level 3 goes over the counter alone, after papers and originals were compared (Decision 08/2018/QĐ-UBND of Kon Tum).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain import result as rules
from chalicelib.domain.access import Actor, Role, require_role
from chalicelib.domain.bundle import Bundle
from chalicelib.domain.dossier import Dossier
from chalicelib.domain.life import Action, State
from chalicelib.domain.paper import Paper, Status
from chalicelib.domain.result import Standing
from chalicelib.errors import Conflict, FieldError, Forbidden, Invalid
from chalicelib.services import desk, results
from chalicelib.services.dossiers import own
from chalicelib.services.transitions import perform
from chalicelib.storage import dossiers as heads
from chalicelib.storage import papers as shelf
from chalicelib.telemetry import count
from chalicelib.values import dataclass

FRESH = timedelta(minutes=10)
"""How long after a login a result may be fetched without the password again (ASVS 5.0, 7.5.3)."""
_RECEIVED = frozenset({State.DELIVERED, State.CLOSED})


@dataclass(frozen=True)
class HandOver:
    """Who took the result and how that is proved.

    `relation`: self, mandate (by authorisation) or representative (of an organisation, a ward). `identity_end` are the
    last four digits of the number on the document shown. `signature` is the paper that the signature became, None
    when it stands on a sheet that the agency keeps.
    """

    recipient: str
    signed: bool
    relation: str = "self"
    identity_end: str = ""
    signature: str | None = None


def hand_over(actor: Actor, dossier_id: str, key: str, given: HandOver, now: datetime) -> Dossier:
    """Hand the result over at the counter to somebody who signed for it."""
    bundle = desk.detail(actor, dossier_id)
    dossier = bundle.dossier
    require_role(actor, dossier.agency, Role.CLERK)
    if not given.signed:
        raise Invalid("BadRequest", [FieldError.of("signed", "Required")])
    detail: dict[str, Any] = {"recipient": given.recipient, "signed": True, "relation": given.relation}
    if given.identity_end:
        detail["identity_end"] = given.identity_end
    also = []
    if given.signature is not None:
        paper = _signature(bundle, given.signature)
        detail |= {"signature": paper.id, "signature_sha256": paper.sha256}
        if paper.look_at is not None:  # the sweeper must not think that nobody wants it
            also.append(shelf.change(replace(paper, version=paper.version + 1, look_at=None)))
    return perform(dossier, Action.DELIVER, actor, now, key=key, detail=detail, also=also)


def _signature(bundle: Bundle, paper_id: str) -> Paper:
    paper = next((p for p in bundle.papers if p.id == paper_id and p.is_signature), None)
    if paper is None:
        raise Invalid("BadRequest", [FieldError.of("signature", "NotComponent")])
    if paper.status is not Status.VERIFIED:
        raise Invalid("BadRequest", [FieldError.of("signature", "PaperNotChecked")])
    return paper


def fetch(actor: Actor, dossier_id: str, key: str, proved_at: datetime | None, now: datetime) -> str:
    """A short-lived address of the file of a result of one's own; giving the first out is its delivery.

    `proved_at` is when the applicant last gave the password. Raises Forbidden("ProveAnew") when that is too long ago,
    Conflict("CounterOnly") unless the dossier is of level 4 and delivered online, Conflict("ResultNotReady") while
    there is no file that counts or a fee stands before it.
    """
    bundle = heads.load(dossier_id)
    dossier = own(actor, bundle.dossier)
    if dossier.level < 4 or dossier.delivery != "online":
        raise Conflict("CounterOnly")
    result = rules.current(bundle.results)
    ready = dossier.state is State.READY or dossier.state in _RECEIVED
    if result is None or result.file is None or result.state is not Standing.VALID or not ready:
        raise Conflict("ResultNotReady")
    if proved_at is None or not timedelta(minutes=-1) <= now - proved_at <= FRESH:
        raise Forbidden("ProveAnew", minutes=int(FRESH.total_seconds()) // 60)
    if dossier.state is State.READY:
        detail = {"result": result.number, "sha256": result.file.sha256}
        try:
            perform(dossier, Action.DELIVER, actor, now, key=key, detail=detail)
        except Conflict:
            if heads.head(dossier.id).state not in _RECEIVED:  # fetched a moment ago from another page
                raise
        count("ResultsFetched", agency=dossier.agency)
    return results.address(result)
