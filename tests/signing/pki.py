"""Authorities of our own: their signers, time stamps and revocation lists, and what may be wrong with each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from asn1crypto import crl as asn1_crl
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)
AN, CTY = "CCCD:062120000017", "MST:9900000016"

_SIGNING = {"digital_signature": True, "content_commitment": True}
_ISSUING = {"key_cert_sign": True, "crl_sign": True}


@cache
def key(kind: str, name: str) -> Any:
    """The private key of somebody, always the same one: rsa2048, rsa1024, p256, p384, p192."""
    if kind.startswith("rsa"):
        return rsa.generate_private_key(65537, int(kind[3:]))
    curves: dict[str, ec.EllipticCurve] = {"p256": ec.SECP256R1(), "p384": ec.SECP384R1(), "p192": ec.SECP192R1()}
    return ec.generate_private_key(curves[kind])


def _usage(**wanted: bool) -> x509.KeyUsage:
    names = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{name: wanted.get(name, False) for name in names})


def _name(common: str, uids: Sequence[str]) -> x509.Name:
    parts = [x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"), x509.NameAttribute(NameOID.COMMON_NAME, common)]
    return x509.Name([*parts, *(x509.NameAttribute(NameOID.USER_ID, uid) for uid in uids)])


@dataclass(eq=False)
class Party:
    """Somebody with a key and a certificate; `chain` leads upwards, itself first, the root last."""

    name: str
    key: Any
    certificate: x509.Certificate
    issuer: Party | None = None
    revoked: list[tuple[x509.Certificate, datetime, x509.ReasonFlags | None]] = field(default_factory=list)

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def asn1(self) -> asn1_x509.Certificate:
        return asn1_x509.Certificate.load(self.der)

    @property
    def asn1_key(self) -> asn1_keys.PrivateKeyInfo:
        return asn1_keys.PrivateKeyInfo.load(
            self.key.private_bytes(
                serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )

    def issue(
        self,
        name: str,
        uids: Sequence[str] = (),
        kind: str = "rsa2048",
        valid: tuple[datetime, datetime] = (NOW - 365 * DAY, NOW + 365 * DAY),
        usage: dict[str, bool] | None = None,
        purposes: Sequence[Any] = (),
        authority: bool = False,
        distribution: str = "",
        over: Any = None,
    ) -> Party:
        """A party below this one; `over` is a public key whose private half is elsewhere."""
        own = over or key(kind, name)
        wanted = usage if usage is not None else _ISSUING if authority else _SIGNING
        builder = _builder(name, uids, own, valid, wanted, authority).issuer_name(self.certificate.subject)
        if purposes:
            builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=True)
        if distribution:
            point = x509.DistributionPoint([x509.UniformResourceIdentifier(distribution)], None, None, None)
            builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
        builder = builder.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False
        )
        certificate = builder.sign(self.key, hashes.SHA256())
        return Party(name, own, certificate, self)

    def revoke(self, other: Party, when: datetime = NOW - 5 * DAY, reason: Any = None) -> None:
        self.revoked.append((other.certificate, when, reason))

    def crl(
        self,
        issued: datetime = NOW - DAY,
        until: datetime = NOW + 30 * DAY,
        signed_by: Any = None,
        empty: bool = False,
        number: int = 1,
    ) -> bytes:
        """Its revocation list in DER; forged when signed by another key."""
        builder = x509.CertificateRevocationListBuilder().issuer_name(self.certificate.subject)
        builder = builder.last_update(issued).next_update(until)
        builder = builder.add_extension(x509.CRLNumber(number), critical=False).add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False
        )
        for certificate, when, reason in [] if empty else self.revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(certificate.serial_number).revocation_date(when)
            if reason is not None:
                entry = entry.add_extension(x509.CRLReason(reason), critical=False)
            builder = builder.add_revoked_certificate(entry.build())
        made = builder.sign(signed_by or self.key, hashes.SHA256())
        return made.public_bytes(serialization.Encoding.DER)


def _builder(
    name: str, uids: Sequence[str], own: Any, valid: tuple[datetime, datetime], usage: dict[str, bool], authority: bool
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_name(name, uids))
        .public_key(_public(own))
        .serial_number(x509.random_serial_number())
        .not_valid_before(valid[0])
        .not_valid_after(valid[1])
        .add_extension(x509.BasicConstraints(authority, None), critical=True)
        .add_extension(_usage(**usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(_public(own)), critical=False)
    )


def _public(own: Any) -> Any:
    return own.public_key() if hasattr(own, "public_key") else own


def root(
    name: str = "Thử Nghiệm Root CA",
    kind: str = "rsa2048",
    valid: tuple[datetime, datetime] = (NOW - 3650 * DAY, NOW + 3650 * DAY),
    usage: dict[str, bool] | None = None,
    uids: Sequence[str] = (),
    secret: str = "",
) -> Party:
    """A self-signed certificate; another `secret` makes another key under the same name."""
    own = key(kind, f"{name}{secret}")
    builder = _builder(name, uids, own, valid, usage or _ISSUING, usage is None)
    return Party(name, own, builder.issuer_name(_name(name, uids)).sign(own, hashes.SHA256()))


class World:
    """An authority tree and the signers under it; `folder` writes what a verifier is to trust."""

    def __init__(self) -> None:
        self.root = root()
        self.sub = self.root.issue("Thử Nghiệm Sub CA", kind="p256", authority=True)
        self.other = self.root.issue("Thử Nghiệm Sub CA 2", authority=True)
        self.tsa = self.root.issue(
            "Thử Nghiệm TSA", usage={"digital_signature": True}, purposes=[ExtendedKeyUsageOID.TIME_STAMPING]
        )
        self.an = self.sub.issue("Trần Thị Thử", [AN])
        self.firm = self.sub.issue("Công ty Ví Dụ", [CTY], kind="p256")
        self.binh = self.other.issue("Lê Văn Ví Dụ", ["CCCD:051018000033"])
        self.revoked = self.sub.issue("Người Bị Thu Hồi", ["CCCD:000000000001"])
        self.sub.revoke(self.revoked, reason=x509.ReasonFlags.key_compromise)

    def crls(self) -> list[bytes]:
        return [self.root.crl(), self.sub.crl(), self.other.crl()]

    def folder(
        self,
        where: Path,
        roots: Sequence[Party] | None = None,
        intermediates: Sequence[Party] | None = None,
        crls: Sequence[bytes] | None = None,
    ) -> Path:
        """A trust folder: DER and PEM by turns, as operators have both."""
        for kind, found in {
            "roots": [p.der for p in (roots if roots is not None else [self.root])],
            "intermediates": [p.der for p in (intermediates if intermediates is not None else [self.sub, self.other])],
            "crls": list(crls if crls is not None else self.crls()),
        }.items():
            (where / kind).mkdir(parents=True, exist_ok=True)
            for number, der in enumerate(found):
                suffix = "crl" if kind == "crls" else "crt"
                (where / kind / f"{number}.{suffix}").write_bytes(der if number % 2 else pem(der, kind == "crls"))
        return where


def by_sha1(der: bytes, signing: Any, crl: bool = False) -> bytes:
    """A certificate or list signed anew with an RSA key by SHA-1, which the library that made it refuses to do."""
    made = (asn1_crl.CertificateList if crl else asn1_x509.Certificate).load(der)
    inner = made["tbs_cert_list" if crl else "tbs_certificate"]
    inner["signature"] = {"algorithm": "sha1_rsa"}
    made["signature_algorithm"] = {"algorithm": "sha1_rsa"}
    value = signing.sign(inner.dump(force=True), padding.PKCS1v15(), hashes.SHA1())
    made["signature" if crl else "signature_value"] = value
    return bytes(made.dump(force=True))


def pem(der: bytes, crl: bool = False) -> bytes:
    if crl:
        return x509.load_der_x509_crl(der).public_bytes(serialization.Encoding.PEM)
    return x509.load_der_x509_certificate(der).public_bytes(serialization.Encoding.PEM)
