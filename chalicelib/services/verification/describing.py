"""What pyHanko and asn1crypto found, in the words of the domain: who, when, how, and what is against it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from asn1crypto.cms import CMSAttributes
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter

from chalicelib.domain.signature import Kind, Signature, Signer, Verdict
from chalicelib.services.verification.chain import CLOCK_SKEW, WEAK_HASHES, Trust

_REASONS = {
    "NO_CERTIFICATE_CHAIN_FOUND": "NoChain",
    "TRY_LATER": "StaleRevocationInfo",
    "CRYPTO_CONSTRAINTS_FAILURE": "WeakAlgorithm",
    "CRYPTO_CONSTRAINTS_FAILURE_NO_POE": "WeakAlgorithm",
}
_ALGORITHMS = {"rsassa_pkcs1v15": "RSA", "rsassa_pss": "RSA-PSS", "ecdsa": "ECDSA"}


def moment(when: datetime | None) -> str | None:
    """ISO 8601 in UTC, to the second."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if when else None


def signer(certificate: Any) -> Signer:
    """The holder of an asn1crypto certificate."""
    named = _named(certificate.subject)
    return Signer.of(
        "; ".join(named.get("common_name", [])),
        "; ".join(named.get("organization_name", [])),
        named.get("user_id", []),
    )


def _named(name: Any) -> dict[str, list[str]]:
    named: dict[str, list[str]] = {}
    for rdn in name.chosen:
        for pair in rdn:
            named.setdefault(pair["type"].native, []).append(str(pair["value"].native))
    return named


def _issuer(certificate: Any) -> str:
    """The authority by its name, and whose it is where that is said; names of fields are nobody's language."""
    named = _named(certificate.issuer)
    said = [*named.get("common_name", []), *named.get("organization_name", [])]
    return ", ".join(dict.fromkeys(said)) or str(certificate.issuer.human_friendly)


def about(certificate: Any) -> dict[str, Any]:
    """What a Signature says of its certificate."""
    return {
        "signer": signer(certificate),
        "issuer": _issuer(certificate),
        "serial": f"{certificate.serial_number:x}",
    }


def signature(one: Any) -> Signature:
    """What an embedded signature claims, not yet judged (MALFORMED until somebody did)."""
    algorithm = one.signer_info["signature_algorithm"]
    try:
        name = algorithm.signature_algo
    except ValueError:
        name = str(algorithm["algorithm"].native)
    key = one.signer_cert.public_key
    bits = f"-{key.bit_size}" if key.algorithm in {"rsa", "rsassa_pss", "ec"} else ""
    digest = str(one.signer_info["digest_algorithm"]["algorithm"].native).upper()
    timestamp = one.sig_object_type == "/DocTimeStamp"
    return Signature(
        verdict=Verdict.MALFORMED,
        kind=Kind.TIMESTAMP if timestamp else Kind.SIGNATURE,
        field=str(one.field_name),
        algorithm=f"{_ALGORITHMS.get(name, name)}{bits} {digest}",
        claimed_at=None if timestamp else moment(one.self_reported_timestamp),
        **about(one.signer_cert),
    )


def problems(status: Any, trust: Trust, one: Any) -> list[str]:
    """What speaks against trusting a signature that pyHanko has judged, as keys of "signatures"."""
    found = chain_problems(status.trust_problem_indic, status.signing_cert, trust)
    for stamp in (status.timestamp_validity, status.content_timestamp_validity):
        if stamp is not None:
            found += _timestamp_problems(stamp, status.signing_cert, trust)
    for signed in (False, True):
        for token in extract_tst_data_iter(one.signer_info, signed=signed):
            imprint = token["encap_content_info"]["content"].parsed["message_imprint"]
            if imprint["hash_algorithm"]["algorithm"].native in WEAK_HASHES:
                found.append("TimestampUntrusted")
    if not status.seed_value_ok:
        found.append("AgainstConstraints")
    return found if found or status.bottom_line else ["BadChain"]


def document_timestamp_problems(status: Any, trust: Trust, one: Any) -> list[str]:
    """The same for a timestamp of the whole document."""
    found = chain_problems(status.trust_problem_indic, status.signing_cert, trust)
    if status.timestamp > trust.moment + CLOCK_SKEW:
        found.append("TimestampInFuture")
    if one.external_md_algorithm in WEAK_HASHES:
        found.append("WeakAlgorithm")
    return found if found or status.trusted else ["BadChain"]


def chain_problems(indication: Any, certificate: Any, trust: Trust) -> list[str]:
    """What an indication of EN 319 102-1 about the chain of a certificate comes to; nothing for None."""
    if indication is None:
        return []
    if indication.name.startswith("REVOKED"):
        return ["Revoked"]
    if not certificate.not_valid_before <= trust.moment <= certificate.not_valid_after:
        return ["OutOfValidity"]
    if indication.name == "CHAIN_CONSTRAINTS_FAILURE":
        return ["NoChain" if certificate.self_signed != "no" else "KeyUsage"]
    return [_REASONS.get(indication.name, "BadChain")]


def _timestamp_problems(stamp: Any, certificate: Any, trust: Trust) -> list[str]:
    if not (stamp.intact and stamp.valid):
        return ["TimestampBroken"]
    if not stamp.trusted:
        return ["TimestampUntrusted"]
    if stamp.timestamp > trust.moment + CLOCK_SKEW:
        return ["TimestampInFuture"]
    if not certificate.not_valid_before <= stamp.timestamp <= certificate.not_valid_after:
        return ["TimestampOutOfValidity"]
    return []


def proven_at(status: Any, found: list[str]) -> str | None:
    """The moment that a trusted timestamp of the signature proves."""
    stamp = status.timestamp_validity
    if stamp is None or not stamp.trusted or any(reason.startswith("Timestamp") for reason in found):
        return None
    return moment(stamp.timestamp)


def kept_inside(one: Any) -> tuple[list[Any], list[Any]]:
    """Revocation lists and OCSP answers that Adobe's archival attribute holds inside a signature."""
    attributes = one.signer_info["signed_attrs"]
    for attribute in attributes if isinstance(attributes, CMSAttributes) else ():
        if attribute["type"].native == "adobe_revocation_info_archival":
            kept = attribute["values"][0]
            return list(kept["crl"] or ()), list(kept["ocsp"] or ())
    return [], []
