"""From a certificate to a root that we trust: the chain, revocation, strength of algorithms, use of keys.

pyhanko-certvalidator builds and checks the path, in the mode where every certificate below the root needs a good
answer about its revocation. What it leaves open is decided here: which lists count, and a second look at all of them.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field
from datetime import datetime, timedelta
from typing import Any

from asn1crypto import crl as asn1_crl
from asn1crypto import x509
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.policy_decl import AlgorithmUsageConstraint, DisallowWeakAlgorithmsPolicy
from pyhanko_certvalidator.sig_validate import DefaultSignatureValidator

from chalicelib.services.verification.trust import Store
from chalicelib.values import dataclass

WEAK_HASHES = frozenset({"md2", "md5", "sha1"})
LEAST_RSA_BITS, LEAST_EC_BITS = 2048, 256  # Circular 15/2025/TT-BKHCN
CLOCK_SKEW = timedelta(minutes=5)  # of the clocks of authorities against ours

KEY_USAGE = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False)
# A certificate for these purposes alone was not made to sign documents with.
_OTHER_PURPOSES = {"server_auth", "code_signing", "time_stamping", "ocsp_signing"}

log = logging.getLogger(__name__)


class Strength(DisallowWeakAlgorithmsPolicy):
    """RSA from 2048 bits, ECDSA from 256, no DSA, no MD5 or SHA-1, in signatures and in the whole chain."""

    def __init__(self) -> None:
        super().__init__(weak_hash_algos=WEAK_HASHES, rsa_key_size_threshold=LEAST_RSA_BITS)

    def signature_algorithm_allowed(self, algo: Any, moment: Any, public_key: Any) -> AlgorithmUsageConstraint:
        if public_key is not None and not strong(public_key):
            return AlgorithmUsageConstraint(allowed=False, failure_reason="the key is too short or of a kind not used")
        return super().signature_algorithm_allowed(algo, moment, public_key)


def strong(key: Any) -> bool:
    """Whether a public key is long enough to be believed."""
    least = {"rsa": LEAST_RSA_BITS, "rsassa_pss": LEAST_RSA_BITS, "ec": LEAST_EC_BITS, "ed25519": 0, "ed448": 0}
    return key.algorithm in least and (not least[key.algorithm] or key.bit_size >= least[key.algorithm])


@dataclass(frozen=True)
class Trust:
    """A trust store, parsed, for one moment; `past` when that was asked for and lies before now."""

    roots: Sequence[x509.Certificate]
    intermediates: Sequence[x509.Certificate]
    crls: Sequence[asn1_crl.CertificateList]
    moment: datetime
    past: bool = False

    def contexts(self, others: Others) -> Iterator[tuple[bool, ValidationContext]]:
        """Fresh contexts to try in turn, each with whether it looks back from lists of a later time.

        Our own lists come first: what a document brings along only counts where ours say nothing. Contexts remember
        what they have validated, and must not from one signature to the next.
        """
        yield False, self._context(others, [], [])
        if others.crls or others.ocsps:
            yield False, self._context(others, others.crls, others.ocsps)
        if self.past:
            yield True, self._context(others, others.crls, [], later=True)

    def _context(self, others: Others, crls: Iterable[Any], ocsps: Iterable[Any], later: bool = False) -> Any:
        return ValidationContext(
            trust_roots=list(self.roots),
            other_certs=[*self.intermediates, *others.certificates],
            crls=[one for one in (*self.crls, *crls) if _soundly_signed(one)],
            ocsps=[one for one in ocsps if _answers(one)],
            moment=self.moment,
            revocation_mode="require",
            retroactive_revinfo=later,
            allow_fetching=False,
            algorithm_usage_policy=Strength(),
        )


@dataclass
class Others:
    """What a document brings along in order to be verified later: certificates and answers about revocation."""

    certificates: list[x509.Certificate] = field(default_factory=list)
    crls: list[asn1_crl.CertificateList] = field(default_factory=list)
    ocsps: list[Any] = field(default_factory=list)


def parse(store: Store, moment: datetime) -> Trust:
    """A store for a moment. ValueError when a root is no certificate; others that cannot be read are left out."""
    roots = [_certificate(der) for der in store.roots]
    intermediates = list(_readable(store.intermediates, _certificate))
    crls = list(_readable(store.crls, _crl))
    return Trust(roots, intermediates, crls, moment)


def _readable(ders: Iterable[bytes], load: Any) -> Iterable[Any]:
    for number, der in enumerate(ders, 1):
        try:
            yield load(der)
        except Exception as error:  # asn1crypto answers bad bytes with ValueError, TypeError, KeyError and others
            log.warning("number %d of the trust folder cannot be read: %s", number, error)


def _certificate(der: bytes) -> x509.Certificate:
    found = x509.Certificate.load(der, strict=True)
    _ = found.subject.native, found.public_key.algorithm, found.not_valid_after, found.key_usage_value
    return found


def _crl(der: bytes) -> asn1_crl.CertificateList:
    found = asn1_crl.CertificateList.load(der, strict=True)
    _ = found.issuer.native, found["tbs_cert_list"]["this_update"].native, found["tbs_cert_list"]["next_update"].native
    return found


def _soundly_signed(answer: Any) -> bool:
    """Whether a list or an OCSP answer is signed with a hash that is believed; certvalidator does not ask."""
    try:
        return answer["signature_algorithm"].hash_algo not in WEAK_HASHES
    except ValueError:  # an algorithm that implies its hash, such as Ed25519, or an unknown one, which will not verify
        return True


def _answers(response: Any) -> bool:
    """Whether an OCSP response holds an answer at all: what a responder says when it is busy may be kept, too."""
    return response["response_status"].native == "successful" and _soundly_signed(response.basic_ocsp_response)


# What certvalidator leaves open.


def reasons_against(path: Any, trust: Trust, others: Others, *, later: bool, signer: bool = True) -> list[str]:
    """Why a path that certvalidator found good is not, as keys of "signatures"; empty when it is.

    `signer` is False for a time-stamping authority, whose use of its key pyHanko has checked.
    """
    certificates = [c for c in path if isinstance(c, x509.Certificate)]
    found = []
    if not all(c.not_valid_before <= trust.moment <= c.not_valid_after for c in certificates):
        found.append("OutOfValidity")  # also of roots, which certvalidator takes for good for ever
    if not all(strong(c.public_key) for c in certificates):
        found.append("WeakAlgorithm")
    if signer and not may_sign(certificates[-1]):
        found.append("KeyUsage")
    lists = [*trust.crls, *others.crls]
    if revoked(certificates, lists, trust.moment):
        found.append("Revoked")
    elif later and not _told_in_time(certificates, lists):
        found.append("NoRevocationInfo")
    return found


def may_sign(certificate: x509.Certificate) -> bool:
    """Whether key usage and extended key usage let a certificate sign documents."""
    usage = certificate.key_usage_value
    if usage is None or not usage.native & {"digital_signature", "non_repudiation"}:
        return False
    purposes = certificate.extended_key_usage_value
    return purposes is None or not set(purposes.native) <= _OTHER_PURPOSES


def revoked(certificates: Sequence[x509.Certificate], crls: Sequence[Any], moment: datetime) -> bool:
    """Whether any list, fresh or stale, ours or brought along, says that one of them was revoked by then.

    certvalidator stops at the first good answer it finds, so that an older list or an OCSP answer inside the document
    could hide what a newer list in our store says. A certificate on hold is judged by the newest list alone.
    """
    for issuer, certificate in zip(certificates, certificates[1:], strict=False):
        serial = certificate["tbs_certificate"]["serial_number"].dump()
        for rank, one in enumerate(_lists_of(issuer, crls)):
            if serial not in one["tbs_cert_list"].dump():
                continue  # lists are long, and reading them entry by entry is slow
            for entry in one["tbs_cert_list"]["revoked_certificates"] or ():
                if entry["user_certificate"].native != certificate.serial_number:
                    continue
                reason = entry.crl_reason_value.native if entry.crl_reason_value else "unspecified"
                passing = reason in {"certificate_hold", "remove_from_crl"}
                if entry["revocation_date"].native <= moment and reason != "remove_from_crl" and not (passing and rank):
                    return True
    return False


def _told_in_time(certificates: Sequence[x509.Certificate], crls: Sequence[Any]) -> bool:
    """Looking back: whether each certificate has a list from before it expired; later ones may leave it out."""
    return all(
        any(
            one["tbs_cert_list"]["this_update"].native <= certificate.not_valid_after for one in _lists_of(issuer, crls)
        )
        for issuer, certificate in zip(certificates, certificates[1:], strict=False)
    )


def _lists_of(issuer: x509.Certificate, crls: Iterable[Any]) -> list[Any]:
    """The lists that this authority has really signed, newest first."""
    found = []
    for one in crls:
        if one.issuer != issuer.subject:
            continue
        try:
            DefaultSignatureValidator().validate_signature(
                signature=one["signature"].native,
                signed_data=one["tbs_cert_list"].dump(),
                public_key_info=issuer.public_key,
                signature_algorithm=one["signature_algorithm"],
            )
        except Exception:  # forged, or broken in any of the ways that a parser meets
            continue
        found.append(one)
    return sorted(found, key=lambda one: one["tbs_cert_list"]["this_update"].native, reverse=True)
