"""Whom the portal trusts, as configuration: which roots in Parameter Store, the certificates and lists in a bucket.

    /motcua/<stage>/trust              the manifest, JSON (services/trusted.py): the pins
    certificates/<sha256>.crt          DER, under the SHA-256 of its bytes
    crls/<side>/<name>.crl             DER or PEM, the last good one

Two places on purpose: who may write to the bucket alone can add no root.
"""

from __future__ import annotations

import json
from typing import Any

from chalicelib import aws, settings
from chalicelib.storage import objects

MAX_CERTIFICATE_BYTES = 64 * 1024
MAX_CRL_BYTES = 64 * 1024 * 1024


def manifest() -> Any:
    """The manifest as it is written; ClientError when there is none, ValueError when it is no JSON."""
    answer = aws.client("ssm").get_parameter(Name=f"/motcua/{settings.stage()}/trust")
    return json.loads(answer["Parameter"]["Value"])


def write_manifest(manifest: Any) -> None:
    text = json.dumps(manifest, ensure_ascii=False, separators=(",", ":"))
    name = f"/motcua/{settings.stage()}/trust"
    aws.client("ssm").put_parameter(Name=name, Value=text, Type="String", Overwrite=True)


def certificate(sha256: str) -> bytes | None:
    return objects.read(settings.trust_bucket(), f"certificates/{sha256}.crt", MAX_CERTIFICATE_BYTES)


def write_certificate(sha256: str, der: bytes) -> None:
    objects.write(settings.trust_bucket(), f"certificates/{sha256}.crt", der, "application/pkix-cert", sha256)


def crl(side: str, name: str) -> bytes | None:
    return objects.read(settings.trust_bucket(), f"crls/{side}/{name}.crl", MAX_CRL_BYTES)


def write_crl(side: str, name: str, content: bytes, sha256: str) -> None:
    objects.write(settings.trust_bucket(), f"crls/{side}/{name}.crl", content, "application/pkix-crl", sha256)
