"""The proof of a dossier (domain/proof.py): asked for by its owner or its agency, made and signed a moment later.

The function `sign`, whose role alone may use the agencies' keys, makes it (services/proving.py); the effect "proof"
asks it to, and asks again until it did, or for half an hour. Here too is what an operator checks: the chain of events.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib import settings
from chalicelib.domain import proof as rules
from chalicelib.domain.access import Actor
from chalicelib.domain.dossier import Dossier
from chalicelib.domain.event import iso
from chalicelib.domain.filename import attachment
from chalicelib.domain.life import State
from chalicelib.domain.proof import Finding
from chalicelib.errors import Conflict, NotFound, StaleWrite
from chalicelib.gateways import functions
from chalicelib.services.desk import visible
from chalicelib.services.dossiers import own
from chalicelib.storage import dossiers, lists, objects, outbox
from chalicelib.storage import proofs as kept
from chalicelib.storage.outbox import Effect
from chalicelib.storage.proofs import Proof
from chalicelib.values import dataclass

ASKED_AGAIN = timedelta(minutes=2)
GIVEN_UP_AFTER = timedelta(minutes=30)


@dataclass(frozen=True)
class Shown:
    """A proof, and an address good for two minutes when it is there."""

    proof: Proof | None
    url: str | None


def ask_mine(actor: Actor, dossier_id: str, key: str, now: datetime) -> Shown:
    """Have the proof of one's own dossier made, as it is now. While one is being made, that is the one."""
    return _asked(own(actor, dossiers.head(dossier_id)), key, now)


def ask_at_desk(actor: Actor, dossier_id: str, key: str, now: datetime) -> Shown:
    """As `ask_mine`, for officers of the dossier's agency."""
    return _asked(visible(actor, dossiers.head(dossier_id)), key, now)


def mine(actor: Actor, dossier_id: str) -> Shown:
    """The proof of one's own dossier that was asked for last."""
    return _shown(own(actor, dossiers.head(dossier_id)), kept.get(dossier_id))


def at_desk(actor: Actor, dossier_id: str) -> Shown:
    """As `mine`, for officers of the dossier's agency."""
    return _shown(visible(actor, dossiers.head(dossier_id)), kept.get(dossier_id))


def _asked(dossier: Dossier, key: str, now: datetime) -> Shown:
    if dossier.state is State.DRAFT:
        raise Conflict("NothingToProve")
    there = kept.get(dossier.id)
    made_now = there is not None and there.state == "asked" and there.asked_at > iso(now - ASKED_AGAIN)
    if there is not None and (there.id == key or made_now):
        return _shown(dossier, there)
    proof = Proof(key, iso(now))
    try:
        kept.ask(dossier, proof, now)
    except StaleWrite:  # the same request at the same moment
        return _shown(dossier, kept.get(dossier.id))
    return Shown(proof, None)


def _shown(dossier: Dossier, proof: Proof | None) -> Shown:
    if proof is None or proof.state != "ready":
        return Shown(proof, None)
    name = attachment(f"bang-chung-{dossier.code}.json")
    bucket = settings.papers_bucket()
    return Shown(proof, objects.download_url(bucket, proof.key, proof.version, name, rules.TYPE))


def hand_on(effect: Effect, now: datetime) -> None:
    """Let the function that signs make it; the effect is performed there. Safe to repeat."""
    proof = kept.get(effect.dossier)
    if proof is None or proof.id != effect.body["step"] or proof.state != "asked":
        outbox.performed(effect)
    elif proof.asked_at < iso(now - GIVEN_UP_AFTER):
        kept.settle(effect.dossier, replace(proof, state="failed", problem="SigningUnavailable"), now)
        outbox.performed(effect)
    else:
        outbox.postpone(effect.dossier, effect.sk, now + ASKED_AGAIN)
        functions.call_later(settings.sign_function(), {"dossier": effect.dossier, "effect": effect.sk})


@dataclass(frozen=True)
class Audit:
    """Of a dossier's chain: how many events there are, the hash of the last, and what is wrong."""

    code: str
    dossier: str
    events: int
    last_hash: str
    findings: tuple[Finding, ...]


def audit(code: str) -> Audit:
    """Whether a dossier's events are what was written, all of them; two reads. Raises NotFound."""
    found = lists.by_code(code)
    if found is None:
        raise NotFound("DossierNotFound")
    bundle = dossiers.load(found.id)
    head = bundle.dossier
    findings = rules.broken_links([rules.of_event(event) for event in bundle.events], head.last_hash)
    if head.event_count != len(bundle.events) and not findings:
        findings = [Finding("CutOff", f"events {len(bundle.events)}")]
    return Audit(code, head.id, len(bundle.events), head.last_hash, tuple(findings))
