"""A result as it was issued: its file, who signed it, how anybody checks it, how a wrong one is taken back.

    sealing     the clerk entered it with a file, which is being signed (or its signature verified) and locked
    valid       issued: on paper, or as a signed file that can be neither changed nor deleted any more
    refused     its file could not be signed or is not validly signed: `problem` says why; another is entered
    returned    the clerk took it back before that; another is entered
    revoked     wrongly issued; the public check says so, with the reason

What lies under the lock is what was signed, byte for byte; the report about its signature is made then, and stands.

A dossier has one result that counts, its newest; after a revocation another may be issued, under a number of its own.
A revocation needs two people: one asks, another, who approves for the agency, decides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from chalicelib.domain.access import Actor
from chalicelib.domain.event import iso, moment
from chalicelib.domain.signature import Report, Verdict
from chalicelib.errors import Conflict, NotFound, TransitionRefused
from chalicelib.values import dataclass

_CODE = re.compile(r"(?P<dossier>[0-9A-Z.]+-[0-9]{6}-[0-9]{4,7})-KQ(?P<number>[1-9][0-9]?)", re.ASCII)
MOST = 99
"""Results of one dossier."""


class Standing(StrEnum):
    SEALING = "sealing"
    VALID = "valid"
    REFUSED = "refused"
    RETURNED = "returned"
    REVOKED = "revoked"


class Way(StrEnum):
    """How the result exists: on paper alone, or as a file too, and where that comes from."""

    PAPER = "paper"
    FILE = "file"  # uploaded, and signed here with the agency's key
    SIGNED = "signed"  # uploaded as the agency signed it elsewhere
    TEMPLATE = "template"  # made here of the procedure's template, and signed as a file is


@dataclass(frozen=True)
class File:
    """The one version of the object that is the result."""

    key: str
    version: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Asked:
    """Who wants the result revoked and why; `at` is ISO 8601 UTC."""

    by: str
    name: str
    at: str
    reason: str


@dataclass(frozen=True)
class Result:
    """`reference` and `title` are the document's own; `code` and `secret` are what the public check asks for.

    `paper` is the uploaded file's, `draft` the unsigned file that was made of a template. `report` says who signed,
    of a result that was refused for its signatures what is wrong with them; `problem` is a key of "result_problems".
    """

    dossier: str
    number: int
    code: str
    secret: str
    reference: str
    title: str
    issued_at: datetime
    way: Way
    state: Standing
    paper: str | None = None
    draft: File | None = None
    file: File | None = None
    report: Report | None = None
    problem: str = ""
    asked: Asked | None = None
    revoked_at: datetime | None = None
    reason: str = ""

    @property
    def fragment(self) -> str:
        """What the address of the public check says: the secret stands behind the #, which no server sees."""
        return f"{self.code}#{self.secret}"

    def to_json(self) -> dict[str, Any]:
        kept = asdict(self)
        kept["issued_at"] = iso(self.issued_at)
        kept["revoked_at"] = iso(self.revoked_at) if self.revoked_at else None
        return {k: v for k, v in kept.items() if v not in (None, "")}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Result:
        revoked = kept.get("revoked_at")
        return cls(
            **{
                **kept,
                "number": int(kept["number"]),
                "issued_at": moment(kept["issued_at"]),
                "revoked_at": moment(revoked) if revoked else None,
                "way": Way(kept["way"]),
                "state": Standing(kept["state"]),
                "draft": _file(kept["draft"]) if kept.get("draft") else None,
                "file": _file(kept["file"]) if kept.get("file") else None,
                "report": Report.from_json(kept["report"]) if kept.get("report") else None,
                "asked": Asked(**kept["asked"]) if kept.get("asked") else None,
            }
        )


def _file(kept: Mapping[str, Any]) -> File:
    return File(**{**kept, "size": int(kept["size"])})


def code_of(dossier_code: str, number: int) -> str:
    """H34.05-261123-0001-KQ1."""
    return f"{dossier_code}-KQ{number}"


def parse_code(text: str) -> tuple[str, int]:
    """(dossier code, number) of a code as people type it; NotFound for what is not one."""
    found = _CODE.fullmatch("".join(text.split()).upper()) if text.isascii() else None
    if found is None:
        raise NotFound("ResultNotFound")
    return found["dossier"], int(found["number"])


def current(results: Sequence[Result]) -> Result | None:
    """The result that counts: the newest, unless it was refused, returned or revoked."""
    newest = max(results, key=lambda one: one.number, default=None)
    return newest if newest and newest.state in {Standing.SEALING, Standing.VALID} else None


def key_of(result: Result) -> str:
    """Where its file is kept; the same for every try."""
    return f"results/{result.dossier}/{result.number}.pdf"


def sealed(result: Result, file: File, report: Report) -> Result:
    return replace(result, state=Standing.VALID, file=file, report=report)


def refused(result: Result, problem: str, report: Report | None = None) -> Result:
    """Its file cannot be issued. Raises Conflict unless that was still to be done."""
    _require_sealing(result)
    return replace(result, state=Standing.REFUSED, problem=problem, report=report)


def objection(report: Report, tax_code: str) -> str:
    """Why a file that the agency (with this tax code, "" when unknown) signed elsewhere is not issued; "" if it is.

    Officials sign with certificates of their own, which name no tax code; one that names another agency's is not ours.
    """
    if report.verdict is not Verdict.VALID:
        return "NotSigned" if report.verdict is Verdict.UNSIGNED else "BadSignature"
    named = {signer.tax_code for signer in report.signers if signer.tax_code}
    ours = any(not signer.tax_code or signer.tax_code == tax_code.replace("-", "") for signer in report.signers)
    return "" if ours or not tax_code or not named else "AnothersSignature"


def returned(result: Result) -> Result:
    """Raises Conflict unless its file is still to be sealed."""
    _require_sealing(result)
    return replace(result, state=Standing.RETURNED)


def may_ask(result: Result) -> bool:
    return result.state is Standing.VALID and result.asked is None


def may_decide(result: Result, actor: Actor) -> bool:
    return result.state is Standing.VALID and result.asked is not None and result.asked.by != actor.id


def ask(result: Result, actor: Actor, reason: str, now: datetime) -> Result:
    """Raises Conflict unless the result is valid and nobody asked before."""
    _require_valid(result)
    if result.asked is not None:
        raise Conflict("RevocationAsked")
    return replace(result, asked=Asked(actor.id, actor.name, iso(now), reason))


def keep(result: Result) -> Result:
    """The result stands; whoever asked may say so too."""
    _require_valid(result)
    if result.asked is None:
        raise Conflict("RevocationNotAsked")
    return replace(result, asked=None)


def revoke(result: Result, actor: Actor, now: datetime) -> Result:
    """Raises TransitionRefused("RevocationNeedsTwo") for whoever asked for it."""
    _require_valid(result)
    if result.asked is None:
        raise Conflict("RevocationNotAsked")
    if result.asked.by == actor.id:
        raise TransitionRefused("RevocationNeedsTwo")
    return replace(result, state=Standing.REVOKED, revoked_at=now, reason=result.asked.reason)


def _require_sealing(result: Result) -> None:
    if result.state is not Standing.SEALING:
        raise Conflict("ResultNotSealing")


def _require_valid(result: Result) -> None:
    if result.state is not Standing.VALID:
        raise Conflict("ResultNotValid")
