"""`motcua signing`: an agency signs with a key only when its certificate is over that very key."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives import serialization

from infra.cli import main
from infra.local.authorities import authorities
from infra.local.testing import Embedded
from tests.app.portal import AGENCY, Portal, open_portal

pytestmark = pytest.mark.clause("A14")


@pytest.fixture
def portal(cloud: Embedded) -> Portal:
    return open_portal(cloud)


def _key(portal: Portal, spec: str = "RSA_2048", usage: str = "SIGN_VERIFY") -> str:
    made: str = portal.cloud.client("kms").create_key(KeySpec=spec, KeyUsage=usage)["KeyMetadata"]["Arn"]
    return made


def _certificate(portal: Portal, key: str, folder: Path) -> list[str]:
    """Options with a certificate over the key, PEM, and what is above it, DER."""
    public: Any = serialization.load_der_public_key(portal.cloud.client("kms").get_public_key(KeyId=key)["PublicKey"])
    holder = authorities()["agency"].issue("Sở Tư pháp", [], public_key=public)
    (folder / "own.crt").write_bytes(holder.certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "above.crt").write_bytes(authorities()["agency"].issuing.der)
    return ["--certificate", str(folder / "own.crt"), "--above", str(folder / "above.crt")]


def _run(*words: str, code: int = 0) -> Any:
    result = CliRunner().invoke(main, ["signing", *words, "--json"])
    assert result.exit_code == code, (result.output, result.stderr)
    return json.loads(result.stderr if code else result.stdout)


@pytest.mark.parametrize(
    ("spec", "algorithm"), [("RSA_2048", "RSASSA_PKCS1_V1_5_SHA_256"), ("ECC_NIST_P256", "ECDSA_SHA_256")]
)
def test_a_key_is_connected_and_shown(portal: Portal, tmp_path: Path, spec: str, algorithm: str) -> None:
    key = _key(portal, spec)
    made = _run("connect", AGENCY, "--key", key, *_certificate(portal, key, tmp_path))
    assert (made["algorithm"], "Sở Tư pháp" in made["subject"]) == (algorithm, True)
    assert _run("show", AGENCY) == made


def test_what_does_not_fit_is_refused_and_nothing_is_kept(portal: Portal, tmp_path: Path) -> None:
    key = _key(portal)
    fitting = _certificate(portal, key, tmp_path)
    (tmp_path / "text").write_text("x")
    data = portal.cloud.client("kms").create_key()["KeyMetadata"]["Arn"]
    for words, field, why in (
        (["--key", _key(portal), *fitting], "--certificate", "SigningKeyDiffers"),
        (["--key", key, "--certificate", str(tmp_path / "text")], "--certificate", "NotCertificate"),
        (["--key", "alias/none", *fitting], "--key", "KeyUnusable"),
        (["--key", data, *fitting], "--key", "KeyUnusable"),
    ):
        refused = _run("connect", AGENCY, *words, code=2)
        assert [(f["Field"], f["Code"]) for f in refused["Fields"]] == [(field, why)]
    assert _run("connect", "H34.99", "--key", key, *fitting, code=2)["Code"] == "AgencyNotFound"
    assert _run("show", AGENCY, code=2)["Fields"][0]["Code"] == "NoSigningKey"
