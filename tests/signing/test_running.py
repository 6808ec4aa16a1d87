"""The process around the verifier: kept warm, started anew, bare of secrets; the API never loads its libraries."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chalicelib.domain.signature import Verdict
from chalicelib.errors import Invalid
from chalicelib.services.verification.running import Verifier
from tests.signing import make, pki
from tests.signing.pki import World

ROOT = Path(__file__).resolve().parents[2]
LIBRARIES = ("pyhanko", "pyhanko_certvalidator", "signxml", "asn1crypto", "lxml")


@pytest.fixture
def signed(world: World, tmp_path: Path) -> Path:
    path = tmp_path / "signed.pdf"
    path.write_bytes(make.signed(world.an))
    return path


def verdict(verifier: Verifier, path: Path, trust: Path) -> Verdict:
    return verifier.verify(path, trust, datetime.now(UTC)).report.verdict


def test_a_child_that_died_is_started_anew(signed: Path, trust: Path) -> None:
    with Verifier() as verifier:
        assert verdict(verifier, signed, trust) is Verdict.VALID
        assert verifier._child is not None
        verifier._child.kill()
        verifier._child.wait()
        assert verdict(verifier, signed, trust) is Verdict.VALID


def test_a_change_of_the_folder_is_seen(signed: Path, world: World, tmp_path: Path, verifier: Verifier) -> None:
    folder = world.folder(tmp_path / "trust")
    assert verdict(verifier, signed, folder) is Verdict.VALID
    for path in (folder / "crls").iterdir():
        path.unlink()
    assert verdict(verifier, signed, folder) is Verdict.UNTRUSTED


def test_only_pinned_roots_count(signed: Path, world: World, trust: Path, verifier: Verifier) -> None:
    import hashlib

    now, right = datetime.now(UTC), hashlib.sha256(world.root.der).hexdigest()
    assert verifier.verify(signed, trust, now, pinned=[right.upper()]).report.verdict is Verdict.VALID
    with pytest.raises(Invalid) as caught:
        verifier.verify(signed, trust, now, pinned=["00" * 32])
    assert caught.value.code == "TrustEmpty"


@pytest.mark.parametrize("what", ["missing", "empty", "broken"])
def test_what_is_wrong_with_the_trust_folder_is_said(
    what: str, signed: Path, world: World, tmp_path: Path, verifier: Verifier
) -> None:
    folder = tmp_path / "trust"
    if what != "missing":
        world.folder(folder, roots=[])
    if what == "broken":
        (folder / "roots" / "0.crt").write_bytes(b"\x30\x03abc")
    with pytest.raises(Invalid) as caught:
        verdict(verifier, signed, folder)
    assert caught.value.code == {"missing": "TrustMissing", "empty": "TrustEmpty", "broken": "TrustUnreadable"}[what]


def test_lists_and_intermediates_that_cannot_be_read_are_left_out(
    signed: Path, world: World, tmp_path: Path, verifier: Verifier
) -> None:
    folder = world.folder(tmp_path / "trust")
    (folder / "crls" / "x.crl").write_bytes(b"\x30\x03abc")
    (folder / "crls" / "y.crl").write_bytes(b"-----BEGIN X509 CRL-----\n!!\n-----END X509 CRL-----\n")
    (folder / "intermediates" / "x.crt").write_bytes(b"no certificate")
    (folder / "roots" / "both.crt").write_bytes(pki.pem(world.root.der) + pki.pem(pki.root("Khác", "p256").der))
    assert verdict(verifier, signed, folder) is Verdict.VALID


def test_the_child_gets_no_secrets(signed: Path, trust: Path) -> None:
    with Verifier() as verifier:
        verdict(verifier, signed, trust)
        assert verifier._child is not None
        environment = Path(f"/proc/{verifier._child.pid}/environ")
        if not environment.exists():
            pytest.skip("no /proc")
        names = {line.partition(b"=")[0].decode() for line in environment.read_bytes().split(b"\0") if line}
    assert names <= {"PATH", "LD_LIBRARY_PATH", "PYTHONPATH"} and os.environ.keys() - names


_ONLY_OF_OTHERS = """
import sys, chalicelib.signing, chalicelib.signing_remotely, chalicelib.verifying
loaded = {m.split('.')[0] for m in sys.modules}
print(sorted(loaded & set('chalice pydantic jsonschema fpdf PIL pypdf segno boto3'.split())))
"""


def test_the_functions_that_verify_and_sign_import_nothing_that_they_are_not_deployed_with() -> None:
    from infra.local.testing import prepare

    prepare()
    done = subprocess.run(
        [sys.executable, "-c", _ONLY_OF_OTHERS],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ},
        check=True,
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.clause("B3")
def test_the_api_and_the_callers_side_load_none_of_the_libraries() -> None:
    script = (
        "import sys, app, chalicelib.services.verification.running;"
        f"print([m for m in sys.modules if m.split('.')[0] in {LIBRARIES!r}])"
    )
    from infra.local.testing import prepare

    prepare()
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, env={**os.environ}, check=True
    )
    assert done.stdout.strip() == "[]"
