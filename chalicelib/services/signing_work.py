"""What the portal does for a request to sign a form from afar, one step at a time.

Made ready, asked for, put in, and sent on as an upload: inspected, verified and kept like any other. Runs in the
function that has the library for it; nothing here may need what the others alone are deployed with.
"""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime

from chalicelib import settings
from chalicelib.domain import remote_signing as rules
from chalicelib.domain.access import Actor
from chalicelib.domain.form_paper import FORM, REASON
from chalicelib.domain.paper import File, Provenance, Status
from chalicelib.domain.remote_signing import Prepared, Signing, SigningEvent, SigningState, Why
from chalicelib.domain.sheet import Issued
from chalicelib.domain.upload import MAX_PDF_BYTES, PDF, upload_key
from chalicelib.errors import Conflict, NotFound, StaleWrite, UpstreamFailed
from chalicelib.gateways.remote_signing import connections
from chalicelib.gateways.remote_signing.contract import Outcome
from chalicelib.services import embedding, papers
from chalicelib.services.remote_signing import failed, form_is_current, moved, order_of, tell
from chalicelib.storage import dossiers, objects
from chalicelib.storage import signings as kept

NAME = "to-khai-da-ky.pdf"


def work(dossier_id: str, now: datetime) -> None:
    """Do the next step of a request, if it is ours. Safe to repeat at any time, also at the same moment.

    Raises UpstreamFailed when the provider gives no answer, and what storage raises: it is tried again.
    """
    signing = kept.get(dossier_id)
    if signing is None or signing.state not in rules.WORK:
        return
    if signing.state is SigningState.SIGNED:
        moved(signing, _embedded(signing, now))
    elif signing.state is SigningState.PREPARING:
        moved(signing, _prepared(signing, now))
    else:
        _send(signing, now)


def _current_form(signing: Signing) -> Issued | None:
    """The form that is to be signed, while it still says what the draft says; None when that is gone or changed."""
    try:
        bundle = dossiers.load(signing.dossier)
    except NotFound:  # the draft was deleted; this row goes later, by its time to live
        return None
    issued = bundle.issued_form
    same = issued is not None and issued.sha256 == signing.issued
    return issued if same and form_is_current(bundle) else None


def _prepared(signing: Signing, now: datetime) -> Signing:
    issued = _current_form(signing)
    if issued is None:
        return failed(signing, Why.OUTDATED, now)
    content = objects.read(settings.papers_bucket(), issued.key, issued.size, issued.version)
    if content is None or hashlib.sha256(content).hexdigest() != signing.issued:
        return failed(signing, Why.OUTDATED, now)
    found = connections.provider(signing.provider).certificates(signing.identity, signing.reference)
    try:
        credential, ders = embedding.choose([(one.credential, one.ders) for one in found], signing.identity, now)
    except embedding.Unusable as unusable:
        return failed(signing, Why(unusable.why), now)
    room = embedding.prepare(content, ders, REASON)
    key, digest = f"drafts/{signing.dossier}/{signing.reference}.pdf", hashlib.sha256(room.content).hexdigest()
    prepared = Prepared(
        key=key,
        version=objects.write(settings.papers_bucket(), key, room.content, PDF, digest),
        sha256=digest,
        size=len(room.content),
        start=room.start,
        end=room.end,
        attrs=_text(room.attrs),
        certificates=tuple(_text(der) for der in ders),
        credential=credential,
    )
    return rules.step(signing, SigningEvent.PREPARED, now, prepared=prepared)


def _send(signing: Signing, now: datetime) -> None:
    """Ask the provider. What is kept is kept before; an answer that was lost is asked for again."""
    word = connections.provider(signing.provider).sign(order_of(signing))
    if word.outcome is Outcome.TURNED_DOWN:
        moved(signing, failed(signing, Why.TURNED_DOWN, now, word.code))
        return
    if word.outcome is not Outcome.PENDING or not word.transaction:
        raise UpstreamFailed("ProviderFailed")
    after = rules.taken(signing, word.transaction, word.seconds, now)
    try:
        kept.save_named(after, now)
    except StaleWrite:  # taken back, or too late: what is agreed to now counts for nothing
        return
    tell(after)


def _embedded(signing: Signing, now: datetime) -> Signing:
    """Put the signature in and send the file the way of every upload: inspected, verified, kept as a paper."""
    prepared = signing.prepared
    if prepared is None or signing.signature is None:
        raise ValueError("nothing was signed")
    content = objects.read(settings.papers_bucket(), prepared.key, prepared.size, prepared.version)
    if content is None or hashlib.sha256(content).hexdigest() != prepared.sha256:
        raise OSError("the prepared file is not what it was")
    room = embedding.Room(content, prepared.start, prepared.end, _bytes(prepared.attrs))
    try:
        signed = embedding.embed(room, [_bytes(one) for one in prepared.certificates], _bytes(signing.signature))
    except embedding.NotASignature:
        return failed(signing, Why.BAD_SIGNATURE, now)
    if _current_form(signing) is None:
        return failed(signing, Why.OUTDATED, now)
    try:
        paper = _hand_in(signing, signed, now)
    except StaleWrite:
        raise
    except Conflict:  # filed, or taken back, meanwhile
        return failed(signing, Why.OUTDATED, now)
    return rules.step(signing, SigningEvent.EMBEDDED, now, paper=paper)


def _hand_in(signing: Signing, content: bytes, now: datetime) -> str:
    """The paper that the file becomes; the same file again is the same paper."""
    if len(content) > MAX_PDF_BYTES:
        raise ValueError("a form of this size was never issued")
    applicant, digest = Actor(signing.owner, "", "person"), hashlib.sha256(content).hexdigest()
    file = File(NAME, len(content), PDF, digest)
    slot = papers.open_slot(applicant, signing.dossier, signing.reference, FORM, Provenance.DIGITAL, [file], now)
    if slot.paper.status is Status.EXPECTED:
        key = upload_key(signing.dossier, slot.paper.id, 1)
        objects.write(settings.quarantine_bucket(), key, content, PDF, digest)
    return slot.paper.id


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text)
