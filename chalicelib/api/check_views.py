"""What was found about the signatures of a paper, as its readers see it: applicant and officers alike."""

from __future__ import annotations

from chalicelib import messages
from chalicelib.api.typed import TypedDict
from chalicelib.domain.check import Check
from chalicelib.domain.event import iso
from chalicelib.domain.signature import Signature


class SignatureShape(TypedDict):
    """One signature: who signed, as the certificate names them, under which authority; `claimed_at` is the signer's own
    word, `proven_at` a trusted timestamp's (ISO 8601). `reasons` say in words why it cannot be believed."""

    verdict: str
    kind: str
    signer: str
    organisation: str
    issuer: str
    claimed_at: str | None
    proven_at: str | None
    reasons: list[str]


class CheckShape(TypedDict):
    """`verdict` is a code, null while the file is being checked; `message` and `reasons` say it in words."""

    verdict: str | None
    message: str
    reasons: list[str]
    checked_at: str | None
    signatures: list[SignatureShape]


def check(of: Check | None, language: str) -> CheckShape | None:
    if of is None:
        return None
    verdict = of.verdict.value if of.verdict else None
    return {
        "verdict": verdict,
        "message": messages.text(language, "verdicts", verdict or "PENDING"),
        "reasons": [messages.text(language, "signatures", reason) for reason in of.reasons],
        "checked_at": iso(of.checked_at) if of.checked_at else None,
        "signatures": [_signature(one, language) for one in of.signatures],
    }


def _signature(of: Signature, language: str) -> SignatureShape:
    return {
        "verdict": of.verdict.value,
        "kind": of.kind.value,
        "signer": of.signer.name if of.signer else "",
        "organisation": of.signer.organisation if of.signer else "",
        "issuer": of.issuer,
        "claimed_at": of.claimed_at,
        "proven_at": of.proven_at,
        "reasons": [messages.text(language, "signatures", reason) for reason in of.reasons],
    }
