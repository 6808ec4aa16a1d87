"""The trust folders of this process: laid out from configuration, one for each side, and kept for a while.

The manifest (Parameter Store, storage/trust.py) pins every root by the SHA-256 of its certificate:

    {"citizen": {"roots": {"<name>": "<sha256>"}, "intermediates": {"<name>": "<sha256>"},
                 "crls": {"<name>": "<http address>"}},
     "agency": {…}}

The hashes are taken from what the authorities publish themselves, by a person. A certificate whose bytes have another
hash, or that is absent, is refused for its whole side, aloud: verifying against a part of what we trust would turn
good signatures into bad ones without anybody knowing why.
"""

from __future__ import annotations

import atexit
import hashlib
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from chalicelib.domain.check import Side
from chalicelib.errors import Invalid
from chalicelib.storage import trust as kept
from chalicelib.values import dataclass

KEPT_FOR = timedelta(minutes=5)

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_KINDS = ("roots", "intermediates", "crls")


@dataclass(frozen=True)
class Pins:
    """One side of the manifest: hashes by name, addresses of revocation lists by name."""

    roots: Mapping[str, str]
    intermediates: Mapping[str, str]
    crls: Mapping[str, str]


def read(manifest: Any) -> dict[Side, Pins]:
    """The manifest, checked. Raises Invalid("TrustManifest") naming what is wrong with it; a side may be absent."""
    if not isinstance(manifest, Mapping) or not set(manifest) <= {side.value for side in Side}:
        raise Invalid("TrustManifest", where="/")
    return {Side(name): _pins(name, found) for name, found in manifest.items()}


def _pins(side: str, found: Any) -> Pins:
    if not isinstance(found, Mapping) or not set(found) <= set(_KINDS) or not found.get("roots"):
        raise Invalid("TrustManifest", where=side)
    parts: dict[str, Mapping[str, str]] = {}
    for kind in _KINDS:
        part = found.get(kind, {})
        if not isinstance(part, Mapping):
            raise Invalid("TrustManifest", where=f"{side}.{kind}")
        for name, value in part.items():
            right = isinstance(value, str) and (kind == "crls" or _SHA256.fullmatch(value))
            if not right or not _NAME.fullmatch(name):
                raise Invalid("TrustManifest", where=f"{side}.{kind}.{name}")
        parts[kind] = part
    return Pins(**parts)


@dataclass
class Folders:
    """Trust folders in the temporary storage of a process. Use `of`; they are looked after when they are asked for."""

    where: Path
    _read_at: dict[Side, datetime] = field(default_factory=dict)
    _pins: dict[Side, Pins] = field(default_factory=dict)

    def of(self, side: Side, now: datetime) -> tuple[Path, tuple[str, ...]]:
        """The folder of a side and the hashes of its roots.

        Raises Invalid when the manifest is wrong, says nothing of the side, or a certificate is not what is pinned.
        """
        read_at = self._read_at.get(side)
        if read_at is None or not timedelta() <= now - read_at < KEPT_FOR:
            self._pins[side] = self._laid_out(side)
            self._read_at[side] = now
        return self.where / side.value, tuple(self._pins[side].roots.values())

    def _laid_out(self, side: Side) -> Pins:
        found = read(kept.manifest())
        if side not in found:
            raise Invalid("TrustManifest", where=side.value)
        pins = found[side]
        wanted: dict[str, bytes] = {}
        for kind, hashes in (("roots", pins.roots), ("intermediates", pins.intermediates)):
            for name, sha256 in hashes.items():
                wanted[f"{kind}/{name}.crt"] = _pinned(name, sha256)
        for name in pins.crls:
            content = kept.crl(side.value, name)
            if content is not None:
                wanted[f"crls/{name}.crl"] = content
        _write(self.where / side.value, wanted)
        return pins


def _pinned(name: str, sha256: str) -> bytes:
    der = kept.certificate(sha256)
    if der is None:
        raise Invalid("TrustCertificateMissing", name=name)
    if hashlib.sha256(der).hexdigest() != sha256:
        raise Invalid("TrustCertificateDiffers", name=name)
    return der


def _write(folder: Path, wanted: Mapping[str, bytes]) -> None:
    """Make the folder hold this and nothing else. What is unchanged is left alone: the verifier reads the rest anew."""
    for kind in _KINDS:
        (folder / kind).mkdir(parents=True, exist_ok=True)
        for path in (folder / kind).iterdir():
            if f"{kind}/{path.name}" not in wanted:
                path.unlink()
    for name, content in wanted.items():
        path = folder / name
        if not path.exists() or path.read_bytes() != content:
            path.write_bytes(content)


def publish(manifest: Any, certificates: Mapping[str, bytes]) -> dict[Side, Pins]:
    """Put a manifest in force with the certificates that it pins, DER by SHA-256.

    Raises Invalid, and nothing is changed, when the manifest is wrong or a certificate that it pins is not among them.
    """
    found = read(manifest)
    needed = {
        sha256: name
        for pins in found.values()
        for hashes in (pins.roots, pins.intermediates)
        for name, sha256 in hashes.items()
    }
    for sha256, name in needed.items():
        if sha256 not in certificates:
            raise Invalid("TrustCertificateMissing", name=name)
        if hashlib.sha256(certificates[sha256]).hexdigest() != sha256:
            raise Invalid("TrustCertificateDiffers", name=name)
    for sha256 in needed:
        kept.write_certificate(sha256, certificates[sha256])
    kept.write_manifest(manifest)
    return found


def fresh() -> Folders:
    """Folders of one's own, empty until they are asked for, gone with the process."""
    where = Path(tempfile.mkdtemp(prefix="trust-"))
    atexit.register(shutil.rmtree, where, ignore_errors=True)
    return Folders(where)
