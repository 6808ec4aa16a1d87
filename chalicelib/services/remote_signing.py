"""Signing the form of a draft from afar: asked for, made ready, agreed to on a phone, put in, sent on as an upload.

What the portal has to do follows from the row alone: the stream tells of each of its versions, and the function that
signs (`services/signing_work.py`) does one step and writes the next. A step that was lost is found by the sweeper,
which touches the row.
What the provider says comes by questions only: the applicant's page asks, the sweeper asks, a callback makes us ask.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain import remote_signing as rules
from chalicelib.domain.access import Actor
from chalicelib.domain.bundle import Bundle
from chalicelib.domain.check import fingerprint
from chalicelib.domain.codes import plain
from chalicelib.domain.form_paper import LEAST_LEVEL
from chalicelib.domain.life import State
from chalicelib.domain.paper import current
from chalicelib.domain.remote_signing import Signing, SigningEvent, SigningState, Why
from chalicelib.errors import Conflict, NotFound, StaleWrite
from chalicelib.gateways.remote_signing import connections
from chalicelib.gateways.remote_signing.contract import Order, Outcome, Word
from chalicelib.services.dossiers import own
from chalicelib.storage import dossiers
from chalicelib.storage import signings as kept
from chalicelib.telemetry import count, logger

SWEPT_PER_SHARD = 25
LATE_WORDS = timedelta(hours=1)
"""How long after its end a provider is still asked about a request, when the applicant or a callback wants to know."""
_ENDS = {Outcome.REFUSED: Why.REFUSED, Outcome.TURNED_DOWN: Why.TURNED_DOWN}


def overview(actor: Actor, dossier_id: str) -> tuple[tuple[str, ...], Signing | None]:
    """The providers that the form of one's draft can be signed through now, and the request that there is."""
    bundle = dossiers.load(dossier_id)
    dossier = own(actor, bundle.dossier)
    offered = dossier.state is State.DRAFT and dossier.level >= LEAST_LEVEL
    return connections.names() if offered else (), bundle.signing


def start(actor: Actor, dossier_id: str, signing_id: str, provider: str, now: datetime) -> Signing:
    """Ask for the signature of the form that was issued last. The same `signing_id` again is the same request.

    Raises Conflict when there is nothing to sign (NotADraft, SigningNotNeeded below level 4, FormNotIssued for the
    draft as it is now) or another request is under way, NotFound for a provider that is not offered.
    """
    bundle = dossiers.load(dossier_id)
    dossier, there = own(actor, bundle.dossier), bundle.signing
    if there is not None and there.id == signing_id:
        return _same(there, provider)
    if dossier.state is not State.DRAFT:
        raise Conflict("NotADraft")
    if dossier.level < LEAST_LEVEL:
        raise Conflict("SigningNotNeeded")
    if provider not in connections.names():
        raise NotFound("ProviderNotOffered")
    if there is not None and there.state in rules.OPEN:
        raise Conflict("SigningUnderWay")
    issued = bundle.issued_form
    if issued is None or not form_is_current(bundle):
        raise Conflict("FormNotIssued")
    signing = rules.opened(
        id=signing_id,
        dossier=dossier.id,
        owner=dossier.owner,
        provider=provider,
        identity=str(dossier.applicant.get("identity", "")),
        issued=issued.sha256,
        revision=issued.revision,
        now=now,
    )
    try:
        kept.create(signing, there)
    except StaleWrite:  # the same request at the same moment, or another device's
        there = kept.get(dossier_id)
        if there is None or there.id != signing_id:
            raise Conflict("SigningUnderWay") from None
        return _same(there, provider)
    count("SigningsStarted", provider=provider, procedure=dossier.procedure_code)
    return signing


def form_is_current(bundle: Bundle) -> bool:
    """Whether the form that was issued last is that of the draft as it is: same answers, same papers, not filed."""
    dossier, issued = bundle.dossier, bundle.issued_form
    if issued is None or dossier.state is not State.DRAFT:
        return False
    return (issued.revision, issued.papers) == (dossier.version, fingerprint(current(bundle.papers)))


def _same(there: Signing, provider: str) -> Signing:
    if there.provider != provider:
        raise Conflict("KeyReused")
    return there


def check(actor: Actor, dossier_id: str, now: datetime) -> Signing:
    """The request of one's dossier as it is now; its provider is asked when that may help. Raises NotFound."""
    return _asked(_own(actor, dossier_id), now)


def cancel(actor: Actor, dossier_id: str, signing_id: str, now: datetime) -> Signing:
    """Take a request back: what is agreed to later counts for nothing. Conflict("SigningDone") when it was signed."""
    for attempt in range(3):
        signing = _own(actor, dossier_id)
        if signing.id != signing_id:
            raise NotFound("SigningNotFound")
        after = rules.step(signing, SigningEvent.CANCEL, now)
        if after is signing:
            return signing
        try:
            kept.save(after)
        except StaleWrite:  # it was decided at this moment
            if attempt == 2:
                raise
            continue
        tell(after)
        return after
    raise StaleWrite("StaleWrite")


def _own(actor: Actor, dossier_id: str) -> Signing:
    signing = kept.get(dossier_id)
    if signing is None or signing.owner != actor.id or actor.is_officer:
        raise NotFound("SigningNotFound")
    return signing


def description(signing: Signing) -> str:
    """What the phone shows, in ASCII as providers want it; the page shows the same to compare."""
    return plain(f"Ky to khai Dich vu cong, ma doi chieu {signing.check_code}", 100)


# What the provider says.


def hint(provider: str, body: bytes, now: datetime) -> None:
    """A provider calls: it may know something new of a request, so it is asked. Nothing else of the call counts.

    Raises NotFound for a provider that this stage does not have.
    """
    transaction = connections.provider(provider).read_hint(body)
    whose = kept.named(provider, transaction) if transaction else None
    signing = kept.get(whose.dossier) if whose else None
    known = signing is not None and whose is not None and signing.id == whose.id
    count("SigningHints", provider=provider, known=str(known).lower())
    if known and signing is not None:
        _asked(signing, now)


def _asked(signing: Signing, now: datetime) -> Signing:
    """The request after its provider was asked, if its word can still change anything."""
    askable = signing.state in rules.ASKABLE and now < signing.expires_at + LATE_WORDS
    if not askable or signing.transaction is None or signing.provider not in connections.names():
        return signing
    word = connections.provider(signing.provider).ask(order_of(signing), signing.transaction)
    return _settled(signing, word, now)


def _settled(signing: Signing, word: Word, now: datetime) -> Signing:
    """The request after a word of its provider, written when that moves it."""
    learnt: dict[str, Any] = {"code": word.code}
    event = SigningEvent.PENDING
    if word.outcome is Outcome.SIGNED and word.signature:
        event, learnt["signature"] = SigningEvent.SIGNED, base64.b64encode(word.signature).decode()
    elif word.outcome is Outcome.EXPIRED:
        event = SigningEvent.EXPIRED
    elif word.outcome in _ENDS:
        event, learnt["why"] = SigningEvent.FAILED, _ENDS[word.outcome]
    elif now >= signing.expires_at:
        event = SigningEvent.TIME_UP
    return moved(signing, rules.step(signing, event, now, **learnt))


def moved(before: Signing, after: Signing) -> Signing:
    """Write it; what somebody else wrote first is what counts."""
    if after is before:
        return before
    try:
        kept.save(after)
    except StaleWrite:
        return kept.get(before.dossier) or before
    tell(after)
    return after


def tell(signing: Signing) -> None:
    """Log where a request came to, and count its end."""
    state, why, provider = signing.state.value, signing.why.value if signing.why else "", signing.provider
    logger.info("signing moved", dossier=signing.dossier, provider=provider, state=state, why=why, code=signing.code)
    if signing.state not in rules.OPEN:
        count("SigningsEnded", provider=provider, state=state, why=why)


def failed(signing: Signing, why: Why, now: datetime, code: str | None = None) -> Signing:
    """The request when it has come to nothing."""
    return rules.step(signing, SigningEvent.FAILED, now, why=why, code=code)


def order_of(signing: Signing) -> Order:
    """What its provider is asked, the same each time."""
    if signing.prepared is None:
        raise ValueError("nothing was prepared")
    return Order(
        reference=signing.reference,
        identity=signing.identity,
        credential=signing.prepared.credential,
        digest=signing.prepared.digest,
        title="To khai dien tu",
        description=description(signing),
    )


# What was forgotten.


def sweep(now: datetime, shards: Sequence[int]) -> dict[str, int]:
    """Go on with what stands still: steps that were lost are done again, providers asked, what took too long ended."""
    done = {"looked at": 0, "failed": 0}
    for shard in shards:
        for dossier_id in kept.due(shard, now, SWEPT_PER_SHARD):
            try:
                _look_after(dossier_id, now)
                done["looked at"] += 1
            except Exception:  # whatever it is: the others are not to wait for it
                logger.exception("signing not swept", dossier=dossier_id)
                done["failed"] += 1
    return done


def _look_after(dossier_id: str, now: datetime) -> None:
    signing = kept.get(dossier_id)
    if signing is None or signing.look_at is None or signing.look_at > now:
        return  # the index lags behind
    try:
        kept.save(rules.looked_at(signing, now))  # put off first, for what follows may fail; this also brings `work`
    except StaleWrite:
        return
    signing = rules.looked_at(signing, now)
    if signing.state is SigningState.WAITING:
        signing = _asked(signing, now)
    if signing.state is SigningState.SIGNED and now >= signing.created_at + rules.GIVE_UP:
        moved(signing, failed(signing, Why.PORTAL_FAILED, now))
    elif signing.state in rules.OPEN and now >= signing.expires_at:
        moved(signing, rules.step(signing, SigningEvent.TIME_UP, now))
