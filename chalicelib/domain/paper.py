"""The papers of a dossier: what may be sent, which one counts, what becomes of the others.

A component is one kind of paper that the procedure asks for. Decision 08/2018/QĐ-UBND of Kon Tum, level 3: each paper
is photographed or scanned from the original, one file per paper. So a component has at most one paper that counts;
pictures of several pages are joined into one file.

    expected    a slot was given; files may be on their way
    verified    all files arrived, were inspected and are kept as one PDF
    refused     a file was not what it should be; the page says why
    replaced    it was filed, and a newer one was sent for it in a supplement; kept, so that officers see both
    discarded   never filed, and nobody wants it any more; it will be erased
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from chalicelib.domain import filename
from chalicelib.domain.clerk_papers import RESULT, SIGNATURE
from chalicelib.domain.dossier import Dossier
from chalicelib.domain.event import iso, moment
from chalicelib.domain.life import State
from chalicelib.domain.procedure import PaperRule
from chalicelib.domain.upload import (
    ARRIVAL_TIME,
    MAX_PAGES,
    MAX_PDF_BYTES,
    MAX_PICTURE_BYTES,
    MB,
    PDF,
    PICTURES,
    upload_key,
)
from chalicelib.errors import Conflict, FieldError, Invalid
from chalicelib.values import dataclass

MAX_PAPERS = 90  # rows of a dossier: one transaction (100 operations) can see a paper and all others

FIRST_LOOK = timedelta(minutes=5)  # S3 tells of a file within seconds; after this the sweeper looks by itself
LONGEST_LOOK = timedelta(hours=6)
UNFILED_LOOK = timedelta(days=1)  # after a draft's end, and daily in a supplement: was the verified paper filed?
# Longer than an upload form is good and than a function can run: nothing can arrive or be written after it.
ERASE_AFTER = timedelta(minutes=30)

_AT_THE_COUNTER = frozenset({State.READY})
_SUPPLEMENTS = frozenset({State.INTAKE_SUPPLEMENT, State.REVIEW_SUPPLEMENT})


class Provenance(StrEnum):
    PHOTO = "photo"
    SCAN = "scan"
    DIGITAL = "digital"  # made and signed as a file: level 4
    CERTIFIED_COPY = "certified_copy"


class Status(StrEnum):
    EXPECTED = "expected"
    VERIFIED = "verified"
    REFUSED = "refused"
    REPLACED = "replaced"
    DISCARDED = "discarded"


@dataclass(frozen=True)
class File:
    """A file as its sender declares it: size in bytes, SHA-256 in hexadecimal."""

    name: str
    size: int
    type: str
    sha256: str


@dataclass(frozen=True)
class Page:
    """One file of a paper, numbered from 1; `reason` is the key of a text in the messages' "reasons"."""

    number: int
    name: str
    size: int
    type: str
    sha256: str
    accepted: bool = False
    reason: str | None = None


@dataclass(frozen=True)
class Stored:
    """The one PDF that a paper became: object key and version in the papers' bucket, hash, bytes, pages."""

    key: str
    version: str
    sha256: str
    size: int
    pages: int


@dataclass(frozen=True)
class Paper:
    """A paper of a dossier, the `number`th asked for (clocks differ; a later slot must be the newer one).

    `version` guards the row, `look_at` is when the sweeper has business with it.
    """

    dossier: str
    id: str
    component: str
    provenance: Provenance
    max_pages: int
    created_at: datetime
    number: int = 1
    pages: tuple[Page, ...] = field(default=())
    status: Status = Status.EXPECTED
    version: int = 1
    stored: Stored | None = None
    look_at: datetime | None = None

    @property
    def is_result(self) -> bool:
        return self.component == RESULT

    @property
    def is_signature(self) -> bool:
        return self.component == SIGNATURE

    @property
    def sha256(self) -> str | None:
        """Hash of the PDF that is kept."""
        return self.stored.sha256 if self.stored else None

    @property
    def age(self) -> tuple[int, datetime, str]:
        """Sorts papers from the first asked for to the newest, the same way everywhere."""
        return self.number, self.created_at, self.id

    @property
    def is_complete(self) -> bool:
        return all(page.accepted for page in self.pages)

    @property
    def upload_keys(self) -> tuple[str, ...]:
        return tuple(upload_key(self.dossier, self.id, page.number) for page in self.pages)

    def page(self, number: int) -> Page | None:
        return next((page for page in self.pages if page.number == number), None)

    def is_slot_of(self, other: Paper) -> bool:
        """Whether both are the same request: what was asked is equal, whatever became of it since."""

        def asked(paper: Paper) -> Any:
            files = [(p.number, p.name, p.size, p.type, p.sha256) for p in paper.pages]
            return paper.dossier, paper.id, paper.component, paper.provenance, files

        return bool(asked(self) == asked(other))

    def to_json(self) -> dict[str, Any]:
        kept = asdict(self)
        kept["created_at"] = iso(self.created_at)
        kept["look_at"] = iso(self.look_at) if self.look_at else None
        kept["pages"] = [{k: v for k, v in page.items() if v not in (None, False)} for page in kept["pages"]]
        return {k: v for k, v in kept.items() if v is not None}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Paper:
        look_at = kept.get("look_at")
        return cls(
            dossier=kept["dossier"],
            id=kept["id"],
            component=kept["component"],
            provenance=Provenance(kept["provenance"]),
            max_pages=int(kept["max_pages"]),
            created_at=moment(kept["created_at"]),
            number=int(kept["number"]),
            pages=tuple(Page(**page) for page in kept["pages"]),
            status=Status(kept["status"]),
            version=int(kept["version"]),
            stored=Stored(**kept["stored"]) if kept.get("stored") else None,
            look_at=moment(look_at) if look_at else None,
        )


def require_open(dossier: Dossier, component: str) -> None:
    """Raises Conflict unless a paper of the component may be sent or taken back now."""
    if component == RESULT:
        if dossier.state is not State.ISSUING:
            raise Conflict("ResultNotAwaited")
        return
    if component == SIGNATURE:
        if dossier.state not in _AT_THE_COUNTER:
            raise Conflict("SignatureNotAwaited")
        return
    if dossier.state is State.DRAFT:
        return
    if dossier.state not in _SUPPLEMENTS:
        raise Conflict("PapersClosed")
    if component not in ((dossier.supplement or {}).get("papers") or {}):
        raise Conflict("ComponentClosed", [FieldError.of("component", "NotAskedFor")])


def is_open(dossier: Dossier, component: str) -> bool:
    try:
        require_open(dossier, component)
    except Conflict:
        return False
    return True


def slot(
    dossier: Dossier,
    rule: PaperRule,
    paper_id: str,
    provenance: Provenance,
    files: Sequence[File],
    now: datetime,
    papers: Iterable[Paper] = (),
) -> Paper:
    """The paper that these files shall become, newer than `papers`, those there are.

    Raises Invalid with every defect at once, Conflict when closed.
    """
    require_open(dossier, rule.code)
    if provenance is Provenance.CERTIFIED_COPY and dossier.level <= 3:
        raise Invalid("CertifiedCopyRefused", [FieldError.of("provenance", "NotOneOf", expected="photo, scan")])
    found = _file_defects(files, min(rule.max_pages, MAX_PAGES))
    if provenance not in rule.provenance:
        found.append(FieldError.of("provenance", "NotOneOf", expected=", ".join(rule.provenance)))
    if found:
        raise Invalid("BadRequest", found)
    return Paper(
        dossier=dossier.id,
        id=paper_id,
        component=rule.code,
        provenance=provenance,
        max_pages=min(rule.max_pages, MAX_PAGES),
        created_at=now,
        number=1 + max((paper.number for paper in papers), default=0),
        pages=tuple(Page(n, filename.clean(f.name), f.size, f.type, f.sha256) for n, f in enumerate(files, 1)),
        look_at=now + FIRST_LOOK,
    )


def _file_defects(files: Sequence[File], most_pages: int) -> list[FieldError]:
    found = []
    for index, file in enumerate(files):
        most = MAX_PDF_BYTES if file.type == PDF else MAX_PICTURE_BYTES
        if file.type != PDF and file.type not in PICTURES:
            found.append(FieldError.of(f"files[{index}].type", "WrongFileType"))
        elif file.size > most:
            found.append(FieldError.of(f"files[{index}].size", "FileTooLarge", most=most // MB))
    types = {file.type for file in files}
    if PDF in types and len(types) > 1:
        found.append(FieldError.of("files", "MixedFiles"))
    elif PDF in types and len(files) > 1:
        found.append(FieldError.of("files", "OnePdf"))
    elif len(files) > most_pages:
        found.append(FieldError.of("files", "TooMany", most=most_pages))
    return found


# Which one counts.


def current(papers: Iterable[Paper]) -> dict[str, Paper]:
    """Per component the paper that counts, or will when it is verified: the newest not refused, replaced, discarded."""
    found: dict[str, Paper] = {}
    for paper in sorted(papers, key=lambda p: p.age):
        if paper.status in {Status.EXPECTED, Status.VERIFIED}:
            found[paper.component] = paper
    return found


def shown(papers: Iterable[Paper]) -> list[Paper]:
    """The papers that people see, oldest first."""
    return sorted((p for p in papers if p.status is not Status.DISCARDED), key=lambda p: p.age)


def rivals(paper: Paper, papers: Iterable[Paper]) -> list[Paper]:
    """The other papers of its component that count or may come to."""
    live = {Status.EXPECTED, Status.VERIFIED}
    return [p for p in papers if p.component == paper.component and p.id != paper.id and p.status in live]


# What becomes of them. Each gives the rows to write; the first is the paper itself.


def accepted(paper: Paper, number: int) -> Paper:
    """Page `number` was inspected and is good."""
    pages = tuple(replace(p, accepted=True) if p.number == number else p for p in paper.pages)
    return _next(paper, pages=pages)


def refused(paper: Paper, reasons: Mapping[int, str], now: datetime) -> Paper:
    """The pages of these numbers are no good, and so the paper is not. Kept while its sender may want to know why."""
    pages = tuple(replace(p, accepted=False, reason=reasons.get(p.number, p.reason)) for p in paper.pages)
    return _next(paper, status=Status.REFUSED, pages=pages, look_at=now + UNFILED_LOOK)


def verified(
    paper: Paper, papers: Iterable[Paper], dossier: Dossier, stored: Stored, now: datetime
) -> tuple[Paper, ...]:
    """The paper is good and kept at `stored`: of its component only the newest goes on to count.

    Papers that the dossier was filed with are kept when they are replaced; the others were never anybody's business.
    """
    filed = filed_ids(dossier)
    others = [p for p in rivals(paper, papers) if p.status is Status.VERIFIED]
    pages = tuple(replace(p, accepted=True) for p in paper.pages)
    if any(other.age > paper.age for other in others):
        return (_discard(replace(paper, pages=pages), now),)
    good = _next(paper, pages=pages, status=Status.VERIFIED, stored=stored, look_at=_unfiled_look(dossier, now))
    return (good, *(_replaced(p) if p.id in filed else _discard(p, now) for p in others))


def discarded(paper: Paper, papers: Iterable[Paper], dossier: Dossier | None, now: datetime) -> tuple[Paper, ...]:
    """The paper is taken back; the filed one that it was to replace counts again. Raises Conflict for a filed paper.

    Without a dossier (a draft that expired) nothing was filed.
    """
    filed = filed_ids(dossier) if dossier else frozenset()
    if paper.status is Status.REPLACED or paper.id in filed:
        raise Conflict("PaperFiled")
    restored = [
        _next(p, status=Status.VERIFIED, look_at=None)
        for p in papers
        if paper.status is Status.VERIFIED
        and p.component == paper.component
        and p.status is Status.REPLACED
        and p.id in filed
    ]
    return (_discard(paper, now), *restored)


def looked_at(paper: Paper, now: datetime) -> Paper:
    """When to look again for files that have not come: after as long again as it has waited, up to six hours."""
    wait = min(max(now - paper.created_at, FIRST_LOOK), LONGEST_LOOK)
    return _next(paper, look_at=min(now + wait, max(paper.created_at + ARRIVAL_TIME, now + FIRST_LOOK)))


def settled(paper: Paper, dossier: Dossier, now: datetime) -> Paper:
    """A verified or refused paper when the sweeper asks: filed, it is left alone; not yet, it is asked about again."""
    return _next(paper, look_at=None if paper.id in filed_ids(dossier) else _unfiled_look(dossier, now))


def _unfiled_look(dossier: Dossier, now: datetime) -> datetime:
    return max(now, dossier.draft_expires_at or now) + UNFILED_LOOK


def filed_ids(dossier: Dossier) -> frozenset[str]:
    """The papers that the dossier stands on, its result among them."""
    return frozenset(dossier.papers.values()) | {str((dossier.result or {}).get("paper"))}


def _discard(paper: Paper, now: datetime) -> Paper:
    return _next(paper, status=Status.DISCARDED, look_at=now + ERASE_AFTER)


def _replaced(paper: Paper) -> Paper:
    return _next(paper, status=Status.REPLACED, look_at=None)


def _next(paper: Paper, **changes: Any) -> Paper:
    return replace(paper, version=paper.version + 1, **changes)
