"""Signing with a key in KMS: what is signed validates in our verifier and in another program; what cannot is named."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils import generic

from chalicelib.domain.signature import Verdict
from chalicelib.gateways import parameters, signing_keys
from chalicelib.gateways.signing_keys import KeyUnusable, NoKey, SigningKey
from chalicelib.services.verification.running import Unsignable, Verifier
from infra.local.testing import Embedded
from tests.files import make as files
from tests.signing import make
from tests.signing.pki import Party, World

pytestmark = pytest.mark.clause("A14")
ALGORITHMS = {"RSA_2048": "RSASSA_PKCS1_V1_5_SHA_256", "ECC_NIST_P256": "ECDSA_SHA_256"}


def key_of(cloud: Embedded, issuer: Party, spec: str = "ECC_NIST_P256") -> SigningKey:
    """A key of KMS with a certificate over it."""
    kms = cloud.client("kms")
    made = kms.create_key(KeySpec=spec, KeyUsage="SIGN_VERIFY")["KeyMetadata"]["Arn"]
    public: Any = serialization.load_der_public_key(kms.get_public_key(KeyId=made)["PublicKey"])
    certificate = issuer.issue("Sở Tư pháp", ["MST:9900000016"], over=public)
    return SigningKey(made, ALGORITHMS[spec], (certificate.der, issuer.der))


def signed(key: SigningKey, verifier: Verifier, content: bytes, folder: Path) -> Path:
    (folder / "plain.pdf").write_bytes(content)
    out = folder / "signed.pdf"
    prepared = verifier.prepare(
        folder / "plain.pdf", out, key.chain, datetime.now(UTC), field="KetQua", final=True, name="Sở Tư pháp"
    )
    verifier.complete(prepared, signing_keys.sign(key, prepared.attributes))
    return out


@pytest.mark.parametrize("spec", ALGORITHMS)
@pytest.mark.parametrize("content", [make.plain, make.streamed], ids=["table", "streams"])
def test_a_key_of_kms_signs_what_the_verifier_believes(
    spec: str, content: Any, cloud: Embedded, world: World, verifier: Verifier, trust: Path, tmp_path: Path
) -> None:
    made = signed(key_of(cloud, world.sub, spec), verifier, content(), tmp_path)
    report = verifier.verify(made, trust, datetime.now(UTC)).report
    assert report.verdict is Verdict.VALID
    assert [(one.name, one.tax_code) for one in report.signers] == [("Sở Tư pháp", "9900000016")]
    assert made.read_bytes().startswith(content()), "what was issued is what was signed"
    if shutil.which("pdfsig") is None:
        pytest.skip("poppler-utils is not here: not shown to another program")
    said = subprocess.run(["pdfsig", str(made)], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in said and "Total document signed" in said


def test_nothing_may_be_done_to_it_afterwards(
    cloud: Embedded, world: World, verifier: Verifier, trust: Path, tmp_path: Path
) -> None:
    made = signed(key_of(cloud, world.sub), verifier, make.form(), tmp_path)

    def annotate(writer: Any) -> None:
        writer.root["/More"] = generic.NumberObject(1)
        writer.update_root()

    for worse in (make.updated(made.read_bytes(), annotate), made.read_bytes().replace(b"Lan", b"Lon")):
        made.write_bytes(worse)
        assert verifier.verify(made, trust, datetime.now(UTC)).report.verdict in {Verdict.MODIFIED, Verdict.TAMPERED}


def test_a_signature_by_another_key_is_not_believed(
    cloud: Embedded, world: World, verifier: Verifier, trust: Path, tmp_path: Path
) -> None:
    one, other = key_of(cloud, world.sub), key_of(cloud, world.sub)
    made = signed(SigningKey(other.key, other.algorithm, one.chain), verifier, make.plain(), tmp_path)
    assert verifier.verify(made, trust, datetime.now(UTC)).report.verdict is Verdict.TAMPERED


def test_what_cannot_be_signed_is_named(world: World, verifier: Verifier, tmp_path: Path) -> None:
    cases = {
        "AlreadySigned": make.signed(world.an),
        "Encrypted": files.encrypted_pdf(""),
        "Unsignable": make.plain()[:-300],
    }
    for reason, content in cases.items():
        (tmp_path / "plain.pdf").write_bytes(content)
        with pytest.raises(Unsignable) as caught:
            chain = (world.firm.der, world.sub.der)
            verifier.prepare(
                tmp_path / "plain.pdf", tmp_path / "out.pdf", chain, datetime.now(UTC), field="a", final=True
            )
        assert caught.value.reason == reason


def test_a_key_that_does_not_sign_is_no_passing_trouble(cloud: Embedded, world: World) -> None:
    key = key_of(cloud, world.sub)
    for bad in (
        SigningKey("arn:aws:kms:ap-southeast-1:123456789012:key/none", key.algorithm, key.chain),
        SigningKey(key.key, "RSASSA_PSS_SHA_256", key.chain),
    ):
        with pytest.raises(KeyUnusable):
            signing_keys.sign(bad, b"x")
    with pytest.raises(ValueError, match="4097"):
        signing_keys.sign(key, b"x" * 4097)


def test_an_agency_without_a_key_is_told_apart_from_trouble(cloud: Embedded) -> None:
    parameters.forget()
    with pytest.raises(NoKey):
        signing_keys.of("H34.99")
