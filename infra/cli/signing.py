"""`motcua signing`: the keys with which agencies sign their results: connected, shown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from chalicelib.errors import FieldError, Invalid
from infra.cli.cloud import cloud

_language = click.option("--lang", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
_json = click.option("--json", "as_json", is_flag=True, help="For machines.")
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def signing() -> None:
    """Keys with which agencies sign results: connect, show."""


@signing.command("connect")
@click.argument("agency")
@click.option("--key", required=True, help="ARN or alias of an asymmetric KMS key that signs and verifies.")
@click.option("--certificate", required=True, type=_FILE, help="Of the agency, issued over this key; DER or PEM.")
@click.option("--above", multiple=True, type=_FILE, help="Of the authorities above it, the nearest first.")
@_language
@_json
def connect(agency: str, key: str, certificate: Path, above: tuple[Path, ...], lang: str, as_json: bool) -> None:
    """Let AGENCY sign results with a key; over what it had before.

    The key must be RSA of 2048 bits or more, or ECDSA on P-256, and carry an alias that begins with
    motcua-<stage>-signing-, which is what the function that signs may use.
    """
    from cryptography.hazmat.primitives import serialization

    chain = [_read(path) for path in (certificate, *above)]
    der = serialization.Encoding.DER
    with cloud():
        from chalicelib.gateways import signing_keys
        from chalicelib.services import catalogue

        code = catalogue.agency(agency).code
        public, algorithm = signing_keys.public_key(key)
        if chain[0].public_key().public_bytes(der, serialization.PublicFormat.SubjectPublicKeyInfo) != public:
            raise Invalid("BadRequest", [FieldError.of("--certificate", "SigningKeyDiffers")])
        made = signing_keys.SigningKey(key, algorithm, tuple(one.public_bytes(der) for one in chain))
        signing_keys.connect(code, made)
    _tell(code, key, algorithm, chain[0], as_json)


@signing.command("show")
@click.argument("agency")
@_language
@_json
def show(agency: str, lang: str, as_json: bool) -> None:
    """The key of AGENCY and the certificate over it."""
    from cryptography import x509

    with cloud():
        from chalicelib.gateways import signing_keys

        try:
            kept = signing_keys.of(agency)
        except signing_keys.NoKey as error:
            raise Invalid("BadRequest", [FieldError.of("agency", "NoSigningKey")]) from error
    _tell(agency, kept.key, kept.algorithm, x509.load_der_x509_certificate(kept.chain[0]), as_json)


def _read(path: Path) -> Any:
    from cryptography import x509

    content = path.read_bytes()
    try:
        if content.startswith(b"-----BEGIN"):
            return x509.load_pem_x509_certificate(content)
        return x509.load_der_x509_certificate(content)
    except ValueError as error:
        raise Invalid("BadRequest", [FieldError.of("--certificate", "NotCertificate")]) from error


def _tell(agency: str, key: str, algorithm: str, certificate: Any, as_json: bool) -> None:
    told = {
        "agency": agency,
        "key": key,
        "algorithm": algorithm,
        "subject": certificate.subject.rfc4514_string(),
        "issuer": certificate.issuer.rfc4514_string(),
        "valid_until": certificate.not_valid_after_utc.isoformat(),
    }
    click.echo(json.dumps(told, ensure_ascii=False) if as_json else "\n".join(f"{k}: {v}" for k, v in told.items()))
