"""`motcua trust`: only what is pinned comes into force, and only when all of it is there."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives import serialization

from chalicelib.domain.check import Side
from chalicelib.errors import Invalid
from chalicelib.services import present, trusted
from infra.cli import main
from infra.local.authorities import authorities
from infra.local.testing import Embedded

pytestmark = pytest.mark.clause("A11")
ONE = authorities()["citizen"]
ROOT, SUB = (hashlib.sha256(one.der).hexdigest() for one in (ONE.root, ONE.issuing))


@pytest.fixture
def folder(cloud: Embedded, tmp_path: Path) -> Path:
    (tmp_path / "root.crt").write_bytes(ONE.root.der)
    (tmp_path / "sub.crt").write_bytes(ONE.issuing.certificate.public_bytes(serialization.Encoding.PEM))
    return tmp_path


def manifest(**changes: Any) -> dict[str, Any]:
    crls = {"root": "http://crl.example.invalid/root.crl"}
    return {"citizen": {"roots": {"root": ROOT}, "intermediates": {"sub": SUB}, "crls": crls, **changes}}


def publish(folder: Path, wanted: Any, code: int = 0) -> Any:
    (folder / "manifest.json").write_text(json.dumps(wanted))
    words = ["trust", "publish", str(folder / "manifest.json"), "--certificates", str(folder), "--json"]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == code, (result.output, result.stderr)
    return json.loads(result.stderr if code else result.stdout)


def test_what_is_pinned_comes_into_force(folder: Path) -> None:
    assert publish(folder, manifest()) == manifest()
    shown = CliRunner().invoke(main, ["trust", "show", "--json"])
    assert json.loads(shown.stdout) == manifest()
    where, pinned = trusted.fresh().of(Side.CITIZEN, present.now())
    assert pinned == (ROOT,)
    assert (where / "roots" / "root.crt").read_bytes() == ONE.root.der
    assert (where / "intermediates" / "sub.crt").read_bytes() == ONE.issuing.der


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"roots": {"root": "00" * 32}}, "TrustCertificateMissing"),
        ({"roots": {}}, "TrustManifest"),
        ({"roots": {"../root": ROOT}}, "TrustManifest"),
        ({"roots": {"root": "abc"}}, "TrustManifest"),
        ({"crls": ["http://crl.example.invalid/"]}, "TrustManifest"),
        ({"others": {}}, "TrustManifest"),
    ],
)
def test_anything_else_changes_nothing(folder: Path, cloud: Embedded, changes: dict[str, Any], code: str) -> None:
    assert publish(folder, manifest(**changes), 2)["Code"] == code
    assert not cloud.client("s3").list_objects_v2(Bucket=os.environ["TRUST_BUCKET"]).get("Contents")


def test_a_certificate_that_was_exchanged_in_the_bucket_is_refused(folder: Path, cloud: Embedded) -> None:
    publish(folder, manifest())
    key = f"certificates/{SUB}.crt"
    cloud.client("s3").put_object(Bucket=os.environ["TRUST_BUCKET"], Key=key, Body=ONE.root.der)
    folders = trusted.fresh()
    with pytest.raises(Invalid) as caught:
        folders.of(Side.CITIZEN, present.now())
    assert caught.value.code == "TrustCertificateDiffers"
    with pytest.raises(Invalid) as caught:
        folders.of(Side.AGENCY, present.now())
    assert caught.value.code == "TrustManifest"


def test_folders_are_kept_a_while_and_then_follow(folder: Path, cloud: Embedded) -> None:
    publish(folder, manifest())
    folders, now = trusted.fresh(), present.now()
    where, _ = folders.of(Side.CITIZEN, now)
    publish(folder, manifest(intermediates={}))
    folders.of(Side.CITIZEN, now + trusted.KEPT_FOR / 2)
    assert (where / "intermediates" / "sub.crt").exists()
    folders.of(Side.CITIZEN, now + trusted.KEPT_FOR)
    assert not (where / "intermediates" / "sub.crt").exists()
