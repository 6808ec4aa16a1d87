"""Certification authorities for development: made at the start, trusted by this local cloud alone, gone with it.

Two trees, as in Vietnam: public authorities, under which citizens and organisations have their certificates, and the
government's for agencies. `sign` signs a PDF as anybody one names, which is the point: nobody else trusts these roots.
Keys exist in memory only.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from infra.local.environment import STAGE

MANIFEST = f"/motcua/{STAGE}/trust"
_AUTHORITY = ("key_cert_sign", "crl_sign")
_SIGNER = ("digital_signature", "content_commitment")
_USES = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
    "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip


@dataclass(frozen=True)
class Holder:
    """Somebody with a certificate and its private key; `chain` leads upwards to below the root."""

    certificate: x509.Certificate
    key: Any
    chain: tuple[x509.Certificate, ...] = ()

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)


class Authority:
    """A root and one authority below it, with their revocation lists; good for ten years before and after."""

    def __init__(self, side: str, name: str) -> None:
        self.side = side
        now = datetime.now(UTC).replace(microsecond=0)
        self._valid = (now - timedelta(days=3650), now + timedelta(days=3650))
        self.root = self._made(
            f"{name} (gốc thử nghiệm)", (), ec.generate_private_key(ec.SECP256R1()), None, _AUTHORITY
        )
        self.issuing = self._made(name, (), ec.generate_private_key(ec.SECP256R1()), self.root, _AUTHORITY)
        self._revoked: list[int] = []

    def issue(self, name: str, uids: Sequence[str], organisation: str = "", public_key: Any = None) -> Holder:
        """A signer's certificate; over `public_key` when the key is kept elsewhere, otherwise with a key of its own."""
        key = None if public_key is not None else rsa.generate_private_key(65537, 2048)
        return self._made(name, uids, key, self.issuing, _SIGNER, organisation, public_key)

    def revoke(self, certificate: x509.Certificate) -> None:
        self._revoked.append(certificate.serial_number)

    def crls(self) -> dict[str, bytes]:
        """The lists in force, DER, by name."""
        return {"root": self._crl(self.root, ()), "issuing": self._crl(self.issuing, self._revoked)}

    def _crl(self, issuer: Holder, serials: Sequence[int]) -> bytes:
        builder = x509.CertificateRevocationListBuilder().issuer_name(issuer.certificate.subject)
        builder = builder.last_update(self._valid[0]).next_update(self._valid[1])
        builder = builder.add_extension(x509.CRLNumber(len(serials) + 1), critical=False).add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), critical=False
        )
        for serial in serials:
            entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(self._valid[0])
            builder = builder.add_revoked_certificate(entry.build())
        return builder.sign(issuer.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    def _made(
        self,
        name: str,
        uids: Sequence[str],
        key: Any,
        issuer: Holder | None,
        uses: Sequence[str],
        organisation: str = "",
        public_key: Any = None,
    ) -> Holder:
        public = public_key if public_key is not None else key.public_key()
        subject = [x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"), x509.NameAttribute(NameOID.COMMON_NAME, name)]
        if organisation:
            subject.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation))
        subject += [x509.NameAttribute(NameOID.USER_ID, uid) for uid in uids]
        above = issuer.key if issuer else key
        certificate = (
            x509.CertificateBuilder()
            .subject_name(x509.Name(subject))
            .issuer_name(issuer.certificate.subject if issuer else x509.Name(subject))
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(self._valid[0])
            .not_valid_after(self._valid[1])
            .add_extension(x509.BasicConstraints(uses is _AUTHORITY, None), critical=True)
            .add_extension(x509.KeyUsage(**{use: use in uses for use in _USES}), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(above.public_key()), critical=False)
            .sign(above, hashes.SHA256())
        )
        chain = (issuer.certificate, *issuer.chain) if issuer else ()
        return Holder(certificate, key, chain)


@cache
def authorities() -> dict[str, Authority]:
    """The two trees of this process, by side."""
    named = {"citizen": "Motcua Public CA (thử nghiệm)", "agency": "Motcua Government CA (thử nghiệm)"}
    return {side: Authority(side, name) for side, name in named.items()}


def register(ssm: Any, s3: Any, bucket: str, url: str) -> None:
    """Let the local cloud trust them: certificates and lists into the bucket, the pins into Parameter Store."""
    manifest = {}
    for side, one in authorities().items():
        pins: dict[str, dict[str, str]] = {"roots": {}, "intermediates": {}, "crls": {}}
        for kind, name, holder in (("roots", "root", one.root), ("intermediates", "issuing", one.issuing)):
            sha256 = hashlib.sha256(holder.der).hexdigest()
            pins[kind][name] = sha256
            s3.put_object(Bucket=bucket, Key=f"certificates/{sha256}.crt", Body=holder.der)
        for name, crl in one.crls().items():
            pins["crls"][name] = f"{url}/sandbox/crl/{side}/{name}.crl"
            s3.put_object(Bucket=bucket, Key=f"crls/{side}/{name}.crl", Body=crl)
        manifest[side] = pins
    ssm.put_parameter(Name=MANIFEST, Value=json.dumps(manifest), Type="String", Overwrite=True)


@cache
def holder(side: str, name: str, uid: str) -> Holder:
    """Somebody's certificate, the same one each time; `uid` as authorities write it: CCCD:…, MST:…, or ""."""
    return authorities()[side].issue(name, [uid] if uid else [])


def sign(content: bytes, name: str, uid: str, side: str = "citizen") -> bytes:
    """The PDF with one more signature (PAdES B-B) of this person, whoever they are. ValueError for what is no PDF."""
    # Imported when somebody signs: nothing of the portal needs it, and it takes half a second.
    from asn1crypto import keys as asn1_keys
    from asn1crypto import x509 as asn1_x509
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.sign import signers
    from pyhanko.sign.fields import SigSeedSubFilter
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    by = holder(side, name, uid)
    store: Any = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    der = serialization.Encoding.DER
    store.register_multiple([asn1_x509.Certificate.load(one.public_bytes(der)) for one in by.chain])
    private = by.key.private_bytes(der, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    signer = signers.SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(by.der),
        signing_key=asn1_keys.PrivateKeyInfo.load(private),
        cert_registry=store,
    )
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(content))
        field = f"ChuKy{len(content)}"  # another one for each signature that is added
        meta = signers.PdfSignatureMetadata(
            field_name=field, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES, name=name
        )
        with ThreadPoolExecutor(1) as beside:  # it runs an event loop, and the caller's thread may have one
            out = beside.submit(signers.PdfSigner(meta, signer=signer).sign_pdf, writer).result()
    except PdfError as error:
        raise ValueError(f"the file cannot be signed: {error}") from error
    signed: bytes = out.getbuffer().tobytes()
    return signed
