"""What is said of the digital signatures of a file: who signed, whether it can be believed, and if not, why not.

Verdicts of a file, from the best to the worst; that of a file with several signatures is the worst of theirs. Only
VALID is a good one. A report is made once, when a file comes in, and stands: certificates expire and lists of revoked
ones grow, which makes nothing unsigned that was signed. Decision 08/2018/QĐ-UBND of Kon Tum asks for digital
signatures at level 4; Circular 15/2025/TT-BKHCN for signer, time and integrity in the answer.

Who signed is told by the number in the certificate (subject UID, as the public authorities of Vietnam write it), never
by the name, which many share.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from enum import StrEnum
from typing import Any

from chalicelib.values import dataclass

MB = 1024 * 1024
MAX_BYTES = 25 * MB  # of a file to be verified
MAX_SIGNATURES = 10
MAX_REVISIONS = 40  # versions of itself that a PDF may hold


class Verdict(StrEnum):
    """From best to worst; each has a text in the messages' "verdicts"."""

    VALID = "VALID"
    UNSIGNED = "UNSIGNED"
    UNCHECKED = "UNCHECKED"  # of a filing alone: nobody could verify it in time
    SIGNER_MISMATCH = "SIGNER_MISMATCH"  # of a filing alone: valid, and not of the person whose account sent it
    UNTRUSTED = "UNTRUSTED"  # no trusted chain at that moment, unknown revocation, weak algorithm, wrong key usage
    REVOKED = "REVOKED"
    INVALID = "INVALID"  # one signature can be believed and another cannot
    SIG_ERROR = "SIG_ERROR"  # the signature contradicts itself
    UNSUPPORTED = "UNSUPPORTED"  # of a kind that is not verified here
    FORM_CHANGED = "FORM_CHANGED"
    MODIFIED = "MODIFIED"
    TRAILING_DATA = "TRAILING_DATA"
    CONTENTS_GAP = "CONTENTS_GAP"  # the place left out of the signed bytes holds something else than the signature
    TAMPERED = "TAMPERED"
    TOO_MANY = "TOO_MANY"
    TOO_LARGE = "TOO_LARGE"
    ENCRYPTED = "ENCRYPTED"
    EMPTY = "EMPTY"
    NOT_PDF = "NOT_PDF"  # and no XML either
    MALFORMED = "MALFORMED"

    @property
    def badness(self) -> int:
        return list(Verdict).index(self)


class Kind(StrEnum):
    SIGNATURE = "signature"
    TIMESTAMP = "timestamp"  # of the whole document, by a time-stamping authority; signs for nobody


class Belongs(StrEnum):
    """Whose signature it is, seen from an account."""

    OURS = "ours"
    ANOTHERS = "anothers"
    UNKNOWN = "unknown"  # the certificate names no number that accounts have


_IDENTITIES = {
    "CCCD": re.compile(r"[0-9]{12}"),
    "CMND": re.compile(r"[0-9]{9}|[0-9]{12}"),
    "MST": re.compile(r"[0-9]{10}(-?[0-9]{3})?|[0-9]{12}"),
}


@dataclass(frozen=True)
class Signer:
    """The holder of a certificate: `identity` from CCCD:/CMND:, `tax_code` from MST:, empty when it names none."""

    name: str
    organisation: str = ""
    identity: str = ""
    tax_code: str = ""

    @classmethod
    def of(cls, name: str, organisation: str, uids: Iterable[str]) -> Signer:
        """From the subject of a certificate. A number that is named twice and differently is none."""
        found: dict[str, set[str]] = {"identity": set(), "tax_code": set()}
        for uid in uids:
            kind, _, number = uid.strip().partition(":")
            kind, number = kind.strip().upper(), number.strip()
            if kind in _IDENTITIES and _IDENTITIES[kind].fullmatch(number):
                found["tax_code" if kind == "MST" else "identity"].add(number.replace("-", ""))
        numbers = {key: values.pop() if len(values) == 1 else "" for key, values in found.items()}
        return cls(name, organisation, **numbers)

    def belongs_to(self, number: str) -> Belongs:
        """Compare with an account's identity number or tax code."""
        number = number.replace("-", "")
        named = {self.identity, self.tax_code} - {""}
        if not number or not named:
            return Belongs.UNKNOWN
        return Belongs.OURS if number in named else Belongs.ANOTHERS


@dataclass(frozen=True)
class Signature:
    """One signature. Moments are ISO 8601 in UTC; `claimed_at` is the signer's word, `proven_at` a trusted timestamp's.

    `reasons` are keys of texts in the messages' "signatures".
    """

    verdict: Verdict
    reasons: tuple[str, ...] = ()
    kind: Kind = Kind.SIGNATURE
    field: str = ""
    signer: Signer | None = None
    issuer: str = ""
    serial: str = ""  # hexadecimal
    algorithm: str = ""
    claimed_at: str | None = None
    proven_at: str | None = None

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Signature:
        signer = kept.get("signer")
        return cls(
            **{
                **kept,
                "verdict": Verdict(kept["verdict"]),
                "kind": Kind(kept["kind"]),
                "reasons": tuple(kept["reasons"]),
                "signer": Signer(**signer) if signer else None,
            }
        )


@dataclass(frozen=True)
class Report:
    """What was found about a file (`sha256`, `size` bytes) for the moment `at`."""

    verdict: Verdict
    signatures: tuple[Signature, ...] = ()
    reasons: tuple[str, ...] = ()
    sha256: str = ""
    size: int = 0
    at: str = ""

    @property
    def signers(self) -> tuple[Signer, ...]:
        """Who signed, of the signatures that can be believed."""
        good = (s for s in self.signatures if s.verdict is Verdict.VALID and s.kind is Kind.SIGNATURE)
        return tuple(s.signer for s in good if s.signer is not None)

    def belongs_to(self, number: str) -> Belongs:
        """Whether somebody with this identity number or tax code is among the signers."""
        found = {signer.belongs_to(number) for signer in self.signers}
        for answer in (Belongs.OURS, Belongs.ANOTHERS):
            if answer in found:
                return answer
        return Belongs.UNKNOWN

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Report:
        return cls(
            **{
                **kept,
                "verdict": Verdict(kept["verdict"]),
                "reasons": tuple(kept["reasons"]),
                "signatures": tuple(Signature.from_json(s) for s in kept["signatures"]),
            }
        )


def overall(signatures: Sequence[Signature]) -> Verdict:
    """The verdict of a file with these signatures: the worst of theirs.

    A document's timestamps alone sign for nobody. When some can be believed and the worst of the others is merely not
    to be trusted, the file is INVALID: what it shows is signed, but not by all who seem to have signed.
    """
    if all(one.kind is Kind.TIMESTAMP for one in signatures):
        return Verdict.UNSIGNED
    worst = max((one.verdict for one in signatures), key=lambda verdict: verdict.badness)
    believed = any(one.verdict is Verdict.VALID and one.kind is Kind.SIGNATURE for one in signatures)
    if worst is Verdict.UNTRUSTED and believed:
        return Verdict.INVALID
    return worst
