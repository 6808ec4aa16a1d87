"""Attached files from the form of their upload to the shelf, by the same inspector as papers.

For whatever is written on a dossier under an id of its sender's: `places` with what is written, `uploads` in the
answer, `inspect` when S3 tells of an arrival, `download` for whoever may read what they hang on, `sweep` for what was
forgotten.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib import settings
from chalicelib.domain import attachment as rules
from chalicelib.domain import filename, upload
from chalicelib.domain.attachment import Attachment, Status, parse_key
from chalicelib.domain.paper import Stored
from chalicelib.errors import Conflict, NotFound, StaleWrite
from chalicelib.services import scanning
from chalicelib.services.papers import Upload
from chalicelib.services.scanning import Scan
from chalicelib.storage import attachments as kept
from chalicelib.storage import objects
from chalicelib.telemetry import count, logger

if TYPE_CHECKING:
    from chalicelib.services.inspection import Sound

SWEPT_PER_SHARD = 25


def uploads(files: Iterable[Attachment], now: datetime) -> list[Upload]:
    """The forms for the files that have not come; none for what was looked at already."""
    seconds = int(upload.UPLOAD_TIME.total_seconds())
    found = []
    for one in files:
        if one.status is Status.EXPECTED:
            form = objects.upload_form(
                settings.quarantine_bucket(), one.upload_key, one.size, one.type, one.sha256, seconds
            )
            found.append(Upload(one.number, form["url"], form["fields"], now + upload.UPLOAD_TIME))
    return found


def download(one: Attachment | None) -> str:
    """A short-lived address to save a kept file from; whether the reader may have it was asked before."""
    if one is None:
        raise NotFound("FileNotFound")
    if one.status is Status.REFUSED:
        raise Conflict("PaperRefused")
    if one.stored is None:
        raise Conflict("NotReady")
    name = filename.attachment(one.kept_name)
    return objects.download_url(settings.papers_bucket(), one.stored.key, one.stored.version, name, one.kept_type)


def inspect(bucket: str, key: str, now: datetime) -> bool:
    """Look at an object that arrived in the quarantine; safe to repeat. False for a key of something else.

    Raises what storage raises: the event is to be delivered again.
    """
    where = parse_key(key)
    if where is None or bucket != settings.quarantine_bucket():
        return False
    one = kept.get(*where)
    if one is None or one.status is not Status.EXPECTED:
        objects.delete(bucket, [key])  # of nothing, or again after it was settled
        return True
    look = _look(one)
    if look is None or isinstance(look, Scan):
        return True  # gone, or asked about again when the scanner has spoken
    try:
        if isinstance(look, str):
            kept.change(rules.refused(one, look))
        else:
            kept.change(rules.kept(one, _shelve(one, look)))
    except StaleWrite:
        return True  # another worker looked at the same bytes
    objects.delete(bucket, [key])
    outcome = Status.REFUSED if isinstance(look, str) else Status.KEPT
    reason = look if isinstance(look, str) else ""
    logger.info("an attachment was inspected", dossier=one.dossier, outcome=outcome.value, reason=reason, size=one.size)
    count("AttachmentsInspected", outcome=outcome.value, reason=reason)
    return True


def _look(one: Attachment) -> Sound | Scan | str | None:
    """What lies in the quarantine: sound, the reason why not, Scan.PENDING while it is scanned, None for nothing."""
    from chalicelib.services import inspection  # the API must not pay for it

    content = objects.read(settings.quarantine_bucket(), one.upload_key, most=one.size)
    if content is None:
        return None
    found = scanning.scan(settings.quarantine_bucket(), one.upload_key, content)
    if found is Scan.PENDING:
        return found
    if found is not Scan.CLEAN:
        return "Malware" if found is Scan.THREAT else "NotScanned"
    try:
        return inspection.inspect(content, one.page, rules.MOST_PAGES)
    except inspection.Unfit as unfit:
        return unfit.reason


def _shelve(one: Attachment, look: Sound) -> Stored:
    digest = hashlib.sha256(look.content).hexdigest()
    version = objects.write(settings.papers_bucket(), one.kept_key, look.content, one.kept_type, digest)
    return Stored(one.kept_key, version, digest, len(look.content), look.pages)


def sweep(now: datetime) -> int:
    """Files whose event was lost, that never came, or that nobody scanned; one that fails comes again later."""
    done = 0
    for shard in kept.SHARDS:
        for where in kept.waiting(shard, now, SWEPT_PER_SHARD):
            try:
                done += _look_after(kept.get(*where), now)
            except Exception:
                logger.exception("an attachment was not swept", dossier=where[0])
                count("PaperSweepsFailed")
    return done


def _look_after(one: Attachment | None, now: datetime) -> bool:
    if one is None or one.look_at is None or one.look_at > now:
        return False  # the index lags behind
    one = rules.looked_at(one, now)
    kept.change(one)  # put off first: what fails now must not stand in the way of the others
    bucket = settings.quarantine_bucket()
    there = one.upload_key in objects.keys_under(bucket, one.upload_key)
    if there:
        inspect(bucket, one.upload_key, now)
    waits = upload.SCAN_TIME if there else upload.ARRIVAL_TIME
    after = kept.get(one.dossier, one.to, one.number, one.on_note)
    if after is not None and after.status is Status.EXPECTED and now >= one.created_at + waits:
        kept.change(rules.refused(after, "NotScanned" if there else "NeverArrived"))
        objects.delete(bucket, [one.upload_key])
    return True
