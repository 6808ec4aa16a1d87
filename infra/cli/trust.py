"""`motcua trust`: whom the portal trusts for digital signatures: pinned roots, put in force and shown."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import click

from chalicelib.errors import Invalid
from infra.cli.cloud import cloud

_language = click.option("--lang", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
_json = click.option("--json", "as_json", is_flag=True, help="For machines.")
_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----\s+(.+?)-----END CERTIFICATE-----", re.DOTALL)


@click.group()
def trust() -> None:
    """Authorities trusted for digital signatures: publish, show, export."""


@trust.command("publish")
@click.argument("manifest", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--certificates",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of *.crt, DER or PEM, in which every certificate that is pinned is found by its hash.",
)
@_language
@_json
def publish_command(manifest: Path, certificates: Path, lang: str, as_json: bool) -> None:
    """Put MANIFEST in force: a JSON object with the sides "citizen" and "agency", each with

    \b
      "roots":         {"<name>": "<SHA-256 of the DER>"}
      "intermediates": {"<name>": "<SHA-256 of the DER>"}
      "crls":          {"<name>": "<http address of the list>"}

    Take the hashes from what the authorities publish, not from the files in the folder. Names are of a-z, 0-9 and -.
    """
    try:
        wanted = json.loads(manifest.read_text("utf-8"))
    except ValueError as error:
        raise Invalid("TrustManifest", where=str(manifest)) from error
    with cloud():
        from chalicelib.services import trusted

        trusted.publish(wanted, _found(certificates))
    click.echo(json.dumps(wanted, ensure_ascii=False) if as_json else "\n".join(_lines(wanted)))


@trust.command("show")
@_language
@_json
def show_command(lang: str, as_json: bool) -> None:
    """What is in force."""
    with cloud():
        from chalicelib.storage import trust as kept

        found = kept.manifest()
    click.echo(json.dumps(found, ensure_ascii=False) if as_json else "\n".join(_lines(found)))


@trust.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--side", type=click.Choice(["agency", "citizen"]), default="agency", show_default=True)
@_language
@_json
def export_command(folder: Path, side: str, lang: str, as_json: bool) -> None:
    """Lay out what is in force under FOLDER/<side>, as `motcua verify --trust` takes it: roots, intermediates, lists.

    Whoever is to check a proof or a result elsewhere needs this once, from somebody they believe.
    """
    with cloud():
        from chalicelib.domain.check import Side
        from chalicelib.services import present, trusted

        where, _ = trusted.Folders(folder).of(Side(side), present.now())
    click.echo(json.dumps({"folder": str(where)}, ensure_ascii=False) if as_json else str(where))


def _lines(manifest: Any) -> list[str]:
    return [
        f"{side:<8} {kind:<14} {name:<24} {value}"
        for side, parts in manifest.items()
        for kind, named in parts.items()
        for name, value in named.items()
    ]


def _found(folder: Path) -> dict[str, bytes]:
    """DER of every certificate in the folder, by its hash."""
    ders = []
    for path in sorted(folder.glob("*.crt")):
        content = path.read_bytes()
        if content[:1] == b"\x30":
            ders.append(content)
        for body in _PEM.findall(content):
            try:
                ders.append(base64.b64decode(re.sub(rb"\s", b"", body), validate=True))
            except binascii.Error:
                continue  # if it is pinned, it will be missed
    return {hashlib.sha256(der).hexdigest(): der for der in ders}
