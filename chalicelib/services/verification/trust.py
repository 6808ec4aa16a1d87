"""Whom we trust: a folder of certificates and revocation lists, as an operator or the schedule lays it out.

    roots/*.crt            the authorities that everything must lead to
    intermediates/*.crt    authorities below them, for signers that embed only their own certificate
    crls/*.crl             lists of revoked certificates

Each file is DER or PEM; one PEM file may hold several. Nothing is ever fetched because a document names an address.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

from chalicelib.errors import Invalid
from chalicelib.values import dataclass

MAX_FILE_BYTES = 64 * 1024 * 1024  # the largest revocation lists of public authorities have some ten megabytes

_PEM = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----\s+(.+?)-----END \1-----", re.DOTALL)
_KINDS = {
    "roots": ("*.crt", {b"CERTIFICATE", b"TRUSTED CERTIFICATE", b"X509 CERTIFICATE"}),
    "intermediates": ("*.crt", {b"CERTIFICATE", b"TRUSTED CERTIFICATE", b"X509 CERTIFICATE"}),
    "crls": ("*.crl", {b"X509 CRL"}),
}


@dataclass(frozen=True)
class Store:
    """DER of what the folder holds, in the order of the files' names."""

    roots: tuple[bytes, ...]
    intermediates: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()


def read(folder: Path, pinned: Iterable[str] = ()) -> Store:
    """The folder's contents. With `pinned` (SHA-256 in hexadecimal), only these certificates are taken as roots.

    Raises Invalid: "TrustMissing" when there is no such folder, "TrustEmpty" when it holds no (pinned) root.
    """
    if not folder.is_dir():
        raise Invalid("TrustMissing", folder=folder)
    found = {kind: tuple(_contents(folder / kind, kind)) for kind in _KINDS}
    wanted = {digest.lower().replace(":", "") for digest in pinned}
    roots = found["roots"]
    if wanted:
        roots = tuple(der for der in roots if hashlib.sha256(der).hexdigest() in wanted)
    if not roots:
        raise Invalid("TrustEmpty", folder=folder / "roots")
    return Store(roots, found["intermediates"], found["crls"])


def stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Changes whenever a file of the folder does: name, bytes and time of each."""
    found = []
    for kind, (pattern, _) in _KINDS.items():
        for path in sorted((folder / kind).glob(pattern)):
            about = path.stat()
            found.append((f"{kind}/{path.name}", about.st_size, about.st_mtime_ns))
    return tuple(found)


def _contents(folder: Path, kind: str) -> Iterable[bytes]:
    pattern, labels = _KINDS[kind]
    for path in sorted(folder.glob(pattern)):
        if path.is_file() and path.stat().st_size <= MAX_FILE_BYTES:
            yield from _ders(path.read_bytes(), labels)


def _ders(content: bytes, labels: set[bytes]) -> Iterable[bytes]:
    if content[:1] == b"\x30":  # a DER sequence; PEM begins with a dash or with words
        yield content
        return
    for label, body in _PEM.findall(content):
        if label in labels:
            try:
                yield base64.b64decode(re.sub(rb"\s", b"", body), validate=True)
            except binascii.Error:
                continue  # no certificate; if it was to be the root, there is none
