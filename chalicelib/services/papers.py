"""Papers from the slot to the shelf: asked for, uploaded to the quarantine, inspected, kept; swept when forgotten.

What arrives in the quarantine may be anything, at any time, twice, in any order. Only what the row of the paper says
decides: every step reads it, does its work, and writes under the version that it read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from chalicelib import settings
from chalicelib.domain import filename, upload
from chalicelib.domain import paper as rules
from chalicelib.domain.access import Actor, Role, roles_on
from chalicelib.domain.bundle import Bundle
from chalicelib.domain.check import wanted
from chalicelib.domain.clerk_papers import BY_CLERK
from chalicelib.domain.dossier import Dossier
from chalicelib.domain.form_paper import FORM, FORM_RULE, LEAST_LEVEL
from chalicelib.domain.life import State
from chalicelib.domain.paper import File, Paper, Provenance, Status, Stored
from chalicelib.domain.procedure import PaperRule
from chalicelib.errors import Conflict, FieldError, Forbidden, Invalid, NotFound, StaleWrite
from chalicelib.services import catalogue, scanning
from chalicelib.services.scanning import Scan
from chalicelib.storage import checks, dossiers, objects
from chalicelib.storage import papers as kept
from chalicelib.telemetry import count, logger
from chalicelib.values import dataclass

if TYPE_CHECKING:
    from chalicelib.services.inspection import Sound

SWEPT_PER_SHARD = 25  # of four shards; a sweep every five minutes looks at 28,800 rows a day
_TRIES = 2 * upload.MAX_PAGES  # as many pages may arrive at once, and each write makes the others read again


@dataclass(frozen=True)
class Upload:
    """Where the browser posts page `page`: `url` with `fields`, then the file; good until `expires_at`."""

    page: int
    url: str
    fields: dict[str, str]
    expires_at: datetime


@dataclass(frozen=True)
class Slot:
    """A paper and the forms for its files that are still to come."""

    paper: Paper
    uploads: tuple[Upload, ...]


def open_slot(
    actor: Actor,
    dossier_id: str,
    paper_id: str,
    component: str,
    provenance: Provenance,
    files: Sequence[File],
    now: datetime,
) -> Slot:
    """A slot for a paper; the same request again is the same paper, with fresh forms for what has not come.

    Raises Invalid naming every file that cannot be taken, Conflict when the dossier or the component is closed, the
    id stands for another paper, or there are too many.
    """
    bundle = dossiers.load(dossier_id)
    dossier = bundle.dossier
    _require_sender(actor, dossier, component)
    asked = rules.slot(dossier, _rule(dossier, component), paper_id, provenance, files, now, bundle.papers)
    there = _find(bundle.papers, paper_id)
    if there is None:
        if len(bundle.papers) >= rules.MAX_PAPERS:
            raise Conflict("TooManyPapers", most=rules.MAX_PAPERS)
        try:
            kept.save([asked], dossier=dossier)
        except StaleWrite:
            # A reply may have been lost: was it ours? Otherwise the dossier moved on, or the id was taken.
            there = _find(kept.of(dossier_id), paper_id)
            if there is None:
                raise
    if there is None:
        count("PaperSlots", procedure=dossier.procedure_code)
        there = asked
    elif not there.is_slot_of(asked) or there.status is Status.DISCARDED:
        raise Conflict("PaperIdTaken")
    return Slot(there, tuple(_uploads(there, now)))


def _rule(dossier: Dossier, component: str) -> PaperRule:
    if component in BY_CLERK:
        return BY_CLERK[component]
    if component == FORM and dossier.level >= LEAST_LEVEL:
        return FORM_RULE
    rule = catalogue.procedure(dossier.procedure_code, dossier.procedure_version).paper(component)
    if rule is None:
        field = FieldError.of("component", "NotComponent")
        raise Invalid("ComponentUnknown", [field], component=filename.clean(component))
    return rule


def _uploads(paper: Paper, now: datetime) -> list[Upload]:
    if paper.status is not Status.EXPECTED:
        return []
    bucket, seconds = settings.quarantine_bucket(), int(upload.UPLOAD_TIME.total_seconds())
    found = []
    for page in paper.pages:
        if not page.accepted:
            key = upload.upload_key(paper.dossier, paper.id, page.number)
            form = objects.upload_form(bucket, key, page.size, page.type, page.sha256, seconds)
            found.append(Upload(page.number, form["url"], form["fields"], now + upload.UPLOAD_TIME))
    return found


def take_back(actor: Actor, dossier_id: str, paper_id: str, now: datetime) -> None:
    """Take back a paper that was not filed; what was kept of it is erased. Taking it back twice is once."""
    for attempt in range(3):
        bundle = dossiers.load(dossier_id)
        paper = _visible(actor, bundle, paper_id, even_discarded=True)
        _require_sender(actor, bundle.dossier, paper.component)
        if paper.status is Status.DISCARDED:
            return
        rules.require_open(bundle.dossier, paper.component)
        try:
            kept.save(rules.discarded(paper, bundle.papers, bundle.dossier, now), dossier=bundle.dossier)
            return
        except StaleWrite:  # the inspector was at it
            if attempt == 2:
                raise


def take_back_all(dossier: Dossier, now: datetime) -> None:
    """Take back every paper of a draft that is about to be deleted. Raises StaleWrite when something just changed."""
    live = [p for p in kept.of(dossier.id) if p.status is not Status.DISCARDED]
    changed = [rules.discarded(paper, (), dossier, now)[0] for paper in live]
    if changed:
        kept.save(changed, dossier=dossier)


def download(actor: Actor, dossier_id: str, paper_id: str) -> str:
    """A short-lived address of a kept paper, for its owner or an officer of the agency; officers' looks are logged."""
    bundle = dossiers.load(dossier_id)
    return address(actor, bundle, _visible(actor, bundle, paper_id))


def address(actor: Actor, bundle: Bundle, paper: Paper) -> str:
    """The short-lived address of a paper that the actor may see; officers' looks are logged."""
    dossier_id = bundle.dossier.id
    if paper.is_result and not actor.is_officer:  # theirs is the issued file, with its own way to it
        raise Conflict("ResultByDelivery")
    if paper.status is Status.REFUSED:
        raise Conflict("PaperRefused")
    if paper.stored is None:
        raise Conflict("NotReady")
    if actor.is_officer:
        logger.info("paper shown to an officer", dossier=dossier_id, paper=paper.id, officer=actor.id)
        count("PapersShown", agency=bundle.dossier.agency)
    name = filename.attachment(filename.as_pdf(paper.pages[0].name))
    stored = paper.stored
    return objects.download_url(settings.papers_bucket(), stored.key, stored.version, name, upload.PDF)


def _require_sender(actor: Actor, dossier: Dossier, component: str) -> None:
    """The applicant sends papers, a clerk results and signatures; NotFound for who is nothing to the dossier."""
    roles = roles_on(actor, owner=dossier.owner, agency=dossier.agency)
    if not roles or (actor.is_officer and dossier.state is State.DRAFT):
        raise NotFound("DossierNotFound")
    wanted = Role.CLERK if component in BY_CLERK else Role.APPLICANT
    if wanted not in roles:
        raise Forbidden("Forbidden")


def _visible(actor: Actor, bundle: Bundle, paper_id: str, *, even_discarded: bool = False) -> Paper:
    dossier = bundle.dossier
    roles = roles_on(actor, owner=dossier.owner, agency=dossier.agency)
    if not roles or (actor.is_officer and dossier.state is State.DRAFT):
        raise NotFound("DossierNotFound")
    paper = _find(bundle.papers, paper_id)
    if paper is None or (paper.status is Status.DISCARDED and not even_discarded):
        raise NotFound("PaperNotFound")
    return paper


def _find(papers: Sequence[Paper], paper_id: str) -> Paper | None:
    return next((paper for paper in papers if paper.id == paper_id), None)


# What arrived.


def inspect(bucket: str, key: str, size: int, now: datetime) -> None:
    """Look at an object that arrived in the quarantine; safe to repeat at any time.

    Keys that are not of our making are logged and left to the bucket's lifecycle. Raises what storage raises, and
    StaleWrite when others write all the time: the event is to be delivered again.
    """
    where = upload.parse_upload_key(key)
    if where is None or bucket != settings.quarantine_bucket():
        logger.warning("an upload of no paper was left alone", size=size)
        return
    dossier_id, paper_id, number = where
    look: Sound | Literal[Scan.PENDING] | str | None = None
    for _ in range(_TRIES):
        papers = kept.of(dossier_id)
        paper = _find(papers, paper_id)
        page = paper.page(number) if paper else None
        if paper is None or page is None:
            objects.delete(bucket, [key])
            return
        if paper.status is not Status.EXPECTED:
            # Again, or late, or a second upload after the paper was settled: nothing of it may count.
            objects.delete(bucket, {key, *paper.upload_keys})
            return
        if page.accepted:
            return
        if look is None:
            look = _look(paper, number)
        if look is Scan.PENDING:
            logger.info("an upload waits for its scan", dossier=dossier_id, paper=paper_id, page=number)
            return
        if look is None:
            logger.warning("an upload was gone", dossier=dossier_id, paper=paper_id, size=size)
            return
        try:
            outcome = _settle(paper, papers, number, look, now)
        except StaleWrite:
            continue
        logger.info("inspected", dossier=dossier_id, paper=paper_id, page=number, outcome=outcome, size=size)
        found, _, why = outcome.partition(": ")
        count("PapersInspected", outcome=found, why=why)
        return
    raise StaleWrite("StaleWrite")


def _look(paper: Paper, number: int) -> Sound | Literal[Scan.PENDING] | str | None:
    """What page `number` of the quarantine is: sound, the reason why not, Scan.PENDING while it is being scanned for
    malware, or None when nothing is there."""
    from chalicelib.services import inspection  # the API must not pay for it

    page = paper.pages[number - 1]
    key = upload.upload_key(paper.dossier, paper.id, number)
    content = objects.read(settings.quarantine_bucket(), key, most=page.size)
    if content is None:
        return None
    # Of these bytes: the upload's policy takes no others under the key, and the inspection compares their hash.
    found = scanning.scan(settings.quarantine_bucket(), key, content)
    if found is Scan.PENDING:
        return found
    if found is not Scan.CLEAN:
        return "Malware" if found is Scan.THREAT else "NotScanned"
    try:
        return inspection.inspect(content, page, paper.max_pages)
    except inspection.Unfit as unfit:
        return unfit.reason


def _settle(paper: Paper, papers: Sequence[Paper], number: int, look: Sound | str, now: datetime) -> str:
    """Write what the look at a page came to; the last good page makes the paper. Raises StaleWrite: look again."""
    if isinstance(look, str):
        return _refuse(paper, {number: look}, now)
    marked = rules.accepted(paper, number)
    if not marked.is_complete:
        kept.save([marked])
        return "accepted"
    dossier = _dossier(paper)
    if dossier is None or not rules.is_open(dossier, paper.component):
        kept.save(rules.discarded(paper, papers, dossier, now), dossier=dossier)
        objects.delete(settings.quarantine_bucket(), paper.upload_keys)
        return "late"
    from chalicelib.services import inspection

    looks = {number: look}
    for page in paper.pages:
        if page.number not in looks:
            # Looked at anew: what was accepted earlier may have been overwritten since.
            again = _look(paper, page.number)
            if again is Scan.PENDING:
                return "waiting"  # sent once more meanwhile; the sweeper asks again
            if isinstance(again, inspection.Sound):
                looks[page.number] = again
                continue
            if kept.of(paper.dossier) != tuple(papers):
                raise StaleWrite("StaleWrite")  # another worker finished the paper and cleared its uploads away
            return _refuse(paper, {page.number: str(again or "NeverArrived")}, now)
    stored = _shelve(paper, [looks[n] for n in sorted(looks)])
    changed = rules.verified(paper, papers, dossier, stored, now)
    touched = {p.id for p in changed}
    unchanged = [p for p in rules.rivals(paper, papers) if p.id not in touched]
    kept.save(changed, unchanged, dossier, check=wanted(changed[0], now))
    objects.delete(settings.quarantine_bucket(), paper.upload_keys)
    return changed[0].status.value


def _refuse(paper: Paper, reasons: dict[int, str], now: datetime) -> str:
    kept.save([rules.refused(paper, reasons, now)])
    objects.delete(settings.quarantine_bucket(), paper.upload_keys)
    return "refused: " + ", ".join(reasons.values())


def _shelve(paper: Paper, looks: Sequence[Sound]) -> Stored:
    """Keep the paper as one PDF. Written from the bytes that were looked at: the upload may change any time."""
    from chalicelib.services import inspection

    if paper.pages[0].type == upload.PDF:
        content, pages = looks[0].content, looks[0].pages
    else:
        content, pages = inspection.join([look.content for look in looks], paper.created_at), len(looks)
    key, digest = upload.paper_key(paper.dossier, paper.id), hashlib.sha256(content).hexdigest()
    version = objects.write(settings.papers_bucket(), key, content, upload.PDF, digest)
    return Stored(key, version, digest, len(content), pages)


def _dossier(paper: Paper) -> Dossier | None:
    try:
        return dossiers.head(paper.dossier)
    except NotFound:
        return None


# What was forgotten.


def sweep_uploads(now: datetime) -> int:
    """Finish what nobody finished: uploads whose event was lost, slots that stay empty, papers that nobody filed.

    Gives the number of papers that it looked after. One that fails is logged and comes again later, for it was put
    off before it was touched.
    """
    done = 0
    for shard in kept.SHARDS:
        for row in kept.waiting(shard, now, SWEPT_PER_SHARD):
            try:
                done += _look_after(row, now)
            except Exception:
                logger.exception("a paper was not swept", dossier=row.dossier, paper=row.paper)
                count("PaperSweepsFailed")
    return done


def _look_after(row: kept.Waiting, now: datetime) -> bool:
    papers = kept.of(row.dossier)
    paper = _find(papers, row.paper)
    if paper is None or paper.look_at is None or paper.look_at > now:
        return False  # the index lags behind
    if paper.status is Status.EXPECTED:
        _look_for_uploads(paper, now)
    elif paper.status is Status.DISCARDED:
        _erase(rules.looked_at(paper, now))
    else:
        dossier = _dossier(paper)
        wanted = dossier and (paper.id in rules.filed_ids(dossier) or rules.is_open(dossier, paper.component))
        if dossier and wanted:
            kept.save([rules.settled(paper, dossier, now)])
        else:
            kept.save(rules.discarded(paper, papers, dossier, now), dossier=dossier)
    return True


def _look_for_uploads(paper: Paper, now: datetime) -> None:
    paper = rules.looked_at(paper, now)
    kept.save([paper])
    bucket = settings.quarantine_bucket()
    there = objects.keys_under(bucket, upload.upload_key(paper.dossier, paper.id, 1).rpartition("/")[0] + "/")
    missing = {}
    for page, key in zip(paper.pages, paper.upload_keys, strict=True):
        if key in there:
            if not page.accepted:
                inspect(bucket, key, there[key], now)
        else:
            missing[page.number] = "NeverArrived"
    if missing and now < paper.created_at + upload.ARRIVAL_TIME:
        return
    after = _find(kept.of(paper.dossier), paper.id)
    if after is None or after.status is not Status.EXPECTED:
        return
    if missing:
        _refuse(after, missing, now)
    elif now >= paper.created_at + upload.SCAN_TIME:
        # All files lie here, and still nobody has said that they are clean: nobody waits for that for ever.
        _refuse(after, {page.number: "NotScanned" for page in after.pages if not page.accepted}, now)


def _erase(paper: Paper) -> None:
    kept.save([paper])  # put off first: what fails now must not stand in the way of the others
    objects.delete(settings.quarantine_bucket(), paper.upload_keys)
    objects.erase(settings.papers_bucket(), upload.paper_key(paper.dossier, paper.id))
    checks.remove(paper)
    kept.remove(paper)
