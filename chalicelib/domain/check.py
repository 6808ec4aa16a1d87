"""What was found about the digital signatures of a paper that came in: asked once, answered once.

A check begins with the paper: when its file is kept, a row says that somebody shall look at it. What is found stands
from then on, for the file is kept in one version and certificates only grow older; only a check that was given up
(UNCHECKED) may still get its answer. Circular 15/2025/TT-BKHCN: the answer names signer, time and integrity.

Whose signature it must be: that of the account's holder on what an applicant sends, whoever signs for the agency on
its own papers. Each side has authorities of its own: public ones for citizens, the government's for agencies.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from chalicelib.domain.clerk_papers import RESULT
from chalicelib.domain.event import iso, moment
from chalicelib.domain.form_paper import FORM
from chalicelib.domain.paper import Paper, Provenance
from chalicelib.domain.sheet import Issued
from chalicelib.domain.signature import Belongs, Report, Signature, Verdict
from chalicelib.domain.upload import PDF
from chalicelib.errors import FieldError
from chalicelib.values import dataclass

CATCH_UP_AFTER = timedelta(minutes=2)  # what was told of and not looked at is looked for then
GIVEN_UP_AFTER = timedelta(minutes=15)  # no filing waits longer than this for an answer


class Side(StrEnum):
    """Whose authorities a signature must lead to; names a part of the trust manifest."""

    CITIZEN = "citizen"
    AGENCY = "agency"


@dataclass(frozen=True)
class Check:
    """Of the file of a paper, kept under `key` as `version` of the papers' bucket with this SHA-256.

    `verdict` is None while it is being checked. `report` is what the verifier found, None when nobody could look;
    `reasons` are keys of texts in the messages' "signatures" beside those of the report's signatures. `form` is the
    SHA-256 of the issued form that the file begins with, "" when it begins with none.
    """

    dossier: str
    paper: str
    component: str
    key: str
    version: str
    sha256: str
    asked_at: datetime
    verdict: Verdict | None = None
    reasons: tuple[str, ...] = ()
    checked_at: datetime | None = None
    report: Report | None = None
    form: str = ""

    @property
    def pending(self) -> bool:
        return self.verdict is None

    @property
    def side(self) -> Side:
        return Side.AGENCY if self.component == RESULT else Side.CITIZEN

    @property
    def signatures(self) -> tuple[Signature, ...]:
        return self.report.signatures if self.report else ()

    def is_of(self, paper: Paper) -> bool:
        """Whether this is about the file that the paper is kept as."""
        return paper.stored is not None and (paper.id, paper.stored.version) == (self.paper, self.version)

    def to_json(self) -> dict[str, Any]:
        return {
            "paper": self.paper,
            "component": self.component,
            "key": self.key,
            "version": self.version,
            "sha256": self.sha256,
            "asked_at": iso(self.asked_at),
            "verdict": self.verdict.value if self.verdict else None,
            "reasons": list(self.reasons),
            "checked_at": iso(self.checked_at) if self.checked_at else None,
            "report": self.report.to_json() if self.report else None,
            "form": self.form,
        }

    @classmethod
    def from_json(cls, dossier: str, kept: Mapping[str, Any]) -> Check:
        return cls(
            **{
                **kept,
                "dossier": dossier,
                "asked_at": moment(kept["asked_at"]),
                "verdict": Verdict(kept["verdict"]) if kept["verdict"] else None,
                "reasons": tuple(kept["reasons"]),
                "checked_at": moment(kept["checked_at"]) if kept["checked_at"] else None,
                "report": Report.from_json(kept["report"]) if kept["report"] else None,
            }
        )


def wanted(paper: Paper, now: datetime) -> Check | None:
    """The check that a paper just kept asks for. Pictures carry no signature, a recipient's drawn one is none."""
    if paper.stored is None or paper.pages[0].type != PDF or paper.is_signature:
        return None
    stored = paper.stored
    return Check(paper.dossier, paper.id, paper.component, stored.key, stored.version, stored.sha256, now)


def answered(check: Check, report: Report, number: str, form: str, now: datetime) -> Check:
    """The check with its answer; `number` is the identity number or tax code of the account that sent the file.

    A valid signature of somebody else is SIGNER_MISMATCH, and so is one whose certificate names no number: names are
    shared by many.
    """
    verdict, reasons = report.verdict, report.reasons
    if verdict is Verdict.VALID and check.side is Side.CITIZEN:
        whose = report.belongs_to(number)
        if whose is not Belongs.OURS:
            verdict = Verdict.SIGNER_MISMATCH
            reasons = (*reasons, "SignerAnother" if whose is Belongs.ANOTHERS else "SignerUnnamed")
    return replace(check, verdict=verdict, reasons=reasons, checked_at=now, report=report, form=form)


def given_up(check: Check, now: datetime) -> Check:
    """Nobody could look at the file in time."""
    return replace(check, verdict=Verdict.UNCHECKED, checked_at=now)


# What the answers mean for a filing of level 4.

_ALTERED: dict[Verdict, str] = {
    Verdict.SIG_ERROR: "SignatureContradicting",
    Verdict.FORM_CHANGED: "SignedFormChanged",
    Verdict.MODIFIED: "SignedModified",
    Verdict.TRAILING_DATA: "SignedTrailingData",
    Verdict.CONTENTS_GAP: "SignedContentsGap",
    Verdict.TAMPERED: "SignedTampered",
    Verdict.TOO_MANY: "SignedTooMany",
    Verdict.MALFORMED: "SignedMalformed",
}
"""Not what was signed, whatever the paper claims to be: refused when it is filed."""
_NOT_BELIEVED: dict[Verdict, str] = {
    Verdict.UNTRUSTED: "SignatureUntrusted",
    Verdict.REVOKED: "SignatureRevoked",
    Verdict.INVALID: "SignatureInvalid",
    Verdict.UNSUPPORTED: "SignatureUnsupported",
    Verdict.SIGNER_MISMATCH: "SignatureOfAnother",
}
"""Signed by somebody, and of no use as the applicant's signature: refused on what is sent as a signed file. On a scan
it is shown to officers and counts for nothing: programs that scan sign with certificates of their own."""


def of(paper: Paper, checks: Iterable[Check]) -> Check | None:
    """The check of the file that the paper is kept as, if it ever asked for one."""
    return next((check for check in checks if check.is_of(paper)), None)


def refusals(there: Mapping[str, Paper], checks: Sequence[Check]) -> list[FieldError]:
    """Why these papers (by component) cannot be filed because of their signatures; a check under way is waited for.

    One that nobody could answer in time holds up nothing: the paper counts as unsigned, and officers see why.
    """
    found = []
    for component, paper in there.items():
        check = of(paper, checks)
        if check is None:
            continue
        field = f"papers.{component}"
        signed_file = paper.provenance is Provenance.DIGITAL
        if check.verdict is None:
            found.append(FieldError.of(field, "SignatureBeingChecked"))
        elif check.verdict in _ALTERED:
            found.append(FieldError.of(field, _ALTERED[check.verdict]))
        elif check.verdict in _NOT_BELIEVED and signed_file:
            found.append(FieldError.of(field, _NOT_BELIEVED[check.verdict]))
        elif check.verdict is Verdict.UNSIGNED and component == FORM:
            found.append(FieldError.of(field, "FormNotSigned"))
    return found


def form_refusals(
    there: Mapping[str, Paper], checks: Sequence[Check], issued: Issued | None, revision: int
) -> list[FieldError]:
    """Why a signed form is not the form of this draft, whose version is `revision`: made of other bytes than those
    issued, or answers or papers were changed since."""
    paper = there.get(FORM)
    check = of(paper, checks) if paper else None
    if check is None or check.verdict is not Verdict.VALID:
        return []
    if issued is None or check.form != issued.sha256:
        return [FieldError.of(f"papers.{FORM}", "FormNotIssued")]
    if (issued.revision, issued.papers) != (revision, fingerprint(there)):
        return [FieldError.of(f"papers.{FORM}", "FormOutdated")]
    return []


def fingerprint(there: Mapping[str, Paper]) -> str:
    """Changes whenever a paper does that a form lists, which is each but the form itself."""
    files = sorted(f"{component} {paper.sha256}" for component, paper in there.items() if component != FORM)
    return hashlib.sha256("\n".join(files).encode()).hexdigest()


def proven(there: Mapping[str, Paper], checks: Sequence[Check]) -> frozenset[str]:
    """The components whose paper bears the applicant's valid signature; no certified copy of them is needed."""
    found = ((component, of(paper, checks)) for component, paper in there.items())
    return frozenset(component for component, check in found if check and check.verdict is Verdict.VALID)


def is_signed(there: Mapping[str, Paper], checks: Sequence[Check]) -> bool:
    """Whether a filing is signed as a whole, form and every paper: then nothing need come by post (Decision
    08/2018/QĐ-UBND, level 4)."""
    return FORM in there and proven(there, checks) == frozenset(there)
