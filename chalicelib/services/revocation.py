"""Revocation lists fetched ahead of time, so that a document never decides what is asked of whom.

Of each list the last good one is kept: signed by an authority that the manifest pins, still in force, and not older
than the one there is. Everything else changes nothing and is counted; a list that is about to run out is told of
loudly, for then every signature under its authority stops being believed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.domain.check import Side
from chalicelib.errors import UpstreamFailed
from chalicelib.gateways import revocation
from chalicelib.services import trusted
from chalicelib.storage import trust as kept
from chalicelib.telemetry import count, logger
from chalicelib.values import dataclass

if TYPE_CHECKING:
    from cryptography import x509

RUNS_OUT = timedelta(hours=12)  # then somebody must know: four turns of the clock are left
FUTURE = timedelta(minutes=10)  # of the clocks of authorities against ours


class Unusable(Exception):
    """What was fetched is no list to be kept; the text says why."""


@dataclass(frozen=True)
class Of:
    """A list that the manifest names."""

    side: Side
    name: str
    url: str


def fetch_all(now: datetime) -> dict[str, int]:
    """Fetch every list of the manifest; what became of them: new, same, failed. One that fails stops no other.

    It also tells for how long the certificates that are pinned will still be in force.
    """
    done = {"new": 0, "same": 0, "failed": 0}
    for side, pins in trusted.read(kept.manifest()).items():
        issuers = _issuers(pins)
        for one in issuers:
            count("CertificateDaysLeft", (one.not_valid_after_utc - now) // timedelta(days=1), side=side.value)
        for name, url in pins.crls.items():
            outcome = _fetched(Of(side, name, url), issuers, now)
            count("CrlsFetched", outcome=outcome)
            done[outcome] += 1
    return done


def _fetched(one: Of, issuers: Sequence[x509.Certificate], now: datetime) -> str:
    before = kept.crl(one.side.value, one.name)
    good = before
    outcome = "failed"
    try:
        content = revocation.fetch(one.url)
        after = _read(content, issuers, now)
        if before is None or _is_newer(after, before, issuers, now):
            kept.write_crl(one.side.value, one.name, content, hashlib.sha256(content).hexdigest())
            good, outcome = content, "new"
        else:
            outcome = "same"
    except (UpstreamFailed, Unusable) as error:
        logger.warning("a revocation list was not fetched", side=one.side.value, crl=one.name, why=str(error))
    if good is None or _runs_out(good, now):
        logger.error("a revocation list is missing or about to run out", side=one.side.value, crl=one.name)
        count("CrlsRunningOut", side=one.side.value)
    return outcome


def _issuers(pins: trusted.Pins) -> list[x509.Certificate]:
    from cryptography import x509

    ders = [kept.certificate(sha256) for sha256 in (*pins.roots.values(), *pins.intermediates.values())]
    return [x509.load_der_x509_certificate(der) for der in ders if der is not None]


def _read(content: bytes, issuers: Sequence[x509.Certificate], now: datetime) -> x509.CertificateRevocationList:
    """The list, good for now. Raises Unusable."""
    found = _parsed(content)
    signed = any(one.subject == found.issuer and _signs(one, found) for one in issuers)
    if not signed:
        raise Unusable("signed by nobody who is pinned")
    if found.next_update_utc is None or found.next_update_utc <= now:
        raise Unusable("out of date")
    if found.last_update_utc > now + FUTURE:
        raise Unusable("of the future")
    return found


def _parsed(content: bytes) -> x509.CertificateRevocationList:
    from cryptography import x509

    load = x509.load_pem_x509_crl if content.startswith(b"-----BEGIN") else x509.load_der_x509_crl
    try:
        return load(content)
    except ValueError as error:
        raise Unusable("no revocation list") from error


def _signs(issuer: x509.Certificate, crl: x509.CertificateRevocationList) -> bool:
    try:
        return crl.is_signature_valid(issuer.public_key())  # type: ignore[arg-type]  # a kind of key it does not know
    except (TypeError, ValueError):
        return False


def _is_newer(
    after: x509.CertificateRevocationList, before: bytes, issuers: Sequence[x509.Certificate], now: datetime
) -> bool:
    """Whether a list takes the place of the one there is; one that is no good any more always yields."""
    try:
        return after.last_update_utc > _read(before, issuers, now).last_update_utc
    except Unusable:
        return True


def _runs_out(content: bytes, now: datetime) -> bool:
    try:
        ends = _parsed(content).next_update_utc
    except Unusable:
        return True
    return ends is None or ends.astimezone(UTC) <= now + RUNS_OUT
