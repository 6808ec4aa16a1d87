"""What was found about the digital signatures of a paper that came in: asked once, answered once.

A check begins with the paper: when its file is kept, a row says that somebody shall look at it. What is found stands
from then on, for the file is kept in one version and certificates only grow older; only a check that was given up
(UNCHECKED) may still get its answer. Circular 15/2025/TT-BKHCN: the answer names signer, time and integrity.

Whose signature it must be: that of the account's holder on what an applicant sends, whoever signs for the agency on
its own papers. Each side has authorities of its own: public ones for citizens, the government's for agencies.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from chalicelib.domain.clerk_papers import RESULT
from chalicelib.domain.dossier import iso
from chalicelib.domain.paper import PDF, Paper
from chalicelib.domain.signature import Belongs, Report, Signature, Verdict

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
                "asked_at": _moment(kept["asked_at"]),
                "verdict": Verdict(kept["verdict"]) if kept["verdict"] else None,
                "reasons": tuple(kept["reasons"]),
                "checked_at": _moment(kept["checked_at"]) if kept["checked_at"] else None,
                "report": Report.from_json(kept["report"]) if kept["report"] else None,
            }
        )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)


def wanted(paper: Paper, now: datetime) -> Check | None:
    """The check that a paper just kept asks for. Pictures carry no signature, and the drawn one of a recipient is none."""
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
