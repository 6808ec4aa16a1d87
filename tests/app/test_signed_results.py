"""Results signed by the agency's key, or verified as the agency signed them elsewhere; what cannot be goes back."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from chalicelib.domain.signature import Verdict
from chalicelib.services import present, publishing, relay
from chalicelib.storage import dossiers
from chalicelib.storage.tables import OutboxRow, dossier_key
from infra.cli.verify import verify
from infra.local import authorities
from tests.app.issuing import Issuing
from tests.app.portal import AGENCY, TREE, Portal
from tests.files import make

pytestmark = pytest.mark.clause("A14")
SIGNER = ("Sở Tư pháp", "", "agency")


@pytest.fixture
def desk(portal: Portal) -> Issuing:
    portal.give_keys()
    return Issuing(portal)


def _by_agency(content: bytes | None = None) -> bytes:
    return authorities.sign(content or make.pdf(1), *SIGNER)


def _trust_folder(where: Path) -> Path:
    """What anybody has who trusts the government's authorities."""
    one = authorities.authorities()["agency"]
    files = {f"crls/{name}.crl": crl for name, crl in one.crls().items()}
    files |= {"roots/root.crt": one.root.der, "intermediates/issuing.crt": one.issuing.der}
    for name, content in files.items():
        (where / name).parent.mkdir(parents=True, exist_ok=True)
        (where / name).write_bytes(content)
    return where


def test_what_is_locked_is_signed_and_can_be_checked_without_the_portal(desk: Issuing, tmp_path: Path) -> None:
    dossier = desk.issued()
    (result,) = desk.results(dossier)
    assert result.file is not None and result.report is not None
    assert (result.report.verdict, result.report.sha256) == (Verdict.VALID, result.file.sha256)
    path = tmp_path / "ket-qua.pdf"
    path.write_bytes(desk.kept(result))
    trust = _trust_folder(tmp_path / "trust")
    at = present.now().isoformat()
    told = CliRunner().invoke(verify, [str(path), "--trust", str(trust), "--at", at, "--lang", "en"])
    assert told.exit_code == 0 and "Sở Tư pháp" in told.output, told.output
    path.write_bytes(make.tampered(desk.kept(result)))
    assert CliRunner().invoke(verify, [str(path), "--trust", str(trust), "--at", at]).exit_code == 1
    if shutil.which("pdfsig") is None:
        pytest.skip("poppler-utils is not here: not shown to another program")
    path.write_bytes(desk.kept(result))
    said = subprocess.run(["pdfsig", str(path)], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in said and "Total document signed" in said


def test_the_public_check_tells_who_signed_and_when(desk: Issuing) -> None:
    dossier = desk.issued()
    (result,) = desk.results(dossier)
    said = desk.check(result).body["signed"]
    (signer,) = said["signers"]
    assert (said["verdict"], signer["name"], signer["proven"], said["reasons"]) == ("VALID", "Sở Tư pháp", False, [])
    assert "Motcua Government CA" in signer["issuer"]
    assert signer["at"] == said["at"] == result.issued_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    desk.portal.nobody.language = "vi"
    assert desk.check(result).body["signed"]["text"] != said["text"]
    seal = next(e for e in dossiers.load(dossier).events if e.action == "seal")
    assert seal.detail["signed_by"] == "Sở Tư pháp"


def test_a_file_that_the_agency_signed_is_issued_as_it_is(desk: Issuing) -> None:
    dossier, content = desk.approved(4), _by_agency()
    shown = desk.signed_elsewhere(dossier, content)
    assert (shown["state"], shown["way"], shown["signed"]["verdict"]) == ("valid", "signed", "VALID")
    assert desk.portal.state(dossier) == "ready"
    (result,) = desk.results(dossier)
    assert desk.kept(result) == content
    assert desk.check(result).body["sha256"] == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    ("problem", "verdict", "make_file"),
    [
        ("NotSigned", "UNSIGNED", lambda: make.pdf(1)),
        ("BadSignature", "TAMPERED", lambda: make.tampered(_by_agency())),
        ("BadSignature", "UNTRUSTED", lambda: authorities.sign(make.pdf(1), "Công dân", "CCCD:062190000123")),
    ],
    ids=["unsigned", "tampered", "by a citizen"],
)
@pytest.mark.slow
def test_a_file_that_is_not_validly_signed_goes_back(desk: Issuing, problem: str, verdict: str, make_file: Any) -> None:
    dossier = desk.approved(4)
    shown = desk.signed_elsewhere(dossier, make_file())
    assert (shown["state"], shown["problem"]["code"], shown["signed"]["verdict"]) == ("refused", problem, verdict)
    assert bool(shown["signed"]["reasons"]) is (problem == "BadSignature")
    assert desk.portal.state(dossier) == "issuing"
    assert not desk.versions(dossier)
    assert desk.check(desk.results(dossier)[0]).status == 404
    assert desk.portal.citizen.get(f"/dossiers/{dossier}").body["results"] == []
    desk.portal.clerk.language = "vi"
    said = desk.portal.clerk.get(f"/desk/dossiers/{dossier}").body["results"][0]["problem"]["text"]
    assert said != shown["problem"]["text"]
    again = desk.signed_elsewhere(dossier, _by_agency())
    assert (again["state"], again["number"]) == ("valid", 2)


def test_another_agencys_signature_is_not_ours(desk: Issuing) -> None:
    ours = [{**one, "tax_code": "9900000016"} if one["code"] == AGENCY else one for one in TREE["agencies"]]
    publishing.publish_agencies({"agencies": ours})
    dossier = desk.approved(4)
    other = authorities.sign(make.pdf(1), "Sở khác", "MST:9900000023", "agency")
    assert desk.signed_elsewhere(dossier, other)["problem"]["code"] == "AnothersSignature"
    own = authorities.sign(make.pdf(1), "Sở Tư pháp", "MST:9900000016", "agency")
    assert desk.signed_elsewhere(dossier, own)["state"] == "valid"


def test_a_signed_file_is_not_signed_over(desk: Issuing) -> None:
    dossier = desk.approved(4)
    desk.enter(dossier, _by_agency(), way="file")
    desk.portal.relay()
    (result,) = desk.results(dossier)
    assert (result.state.value, result.problem) == ("refused", "AlreadySigned")


def test_an_agency_without_a_key_learns_what_to_do(desk: Issuing) -> None:
    ssm = desk.portal.cloud.client("ssm")
    ssm.delete_parameter(Name=f"/motcua/local/signing/{AGENCY}")
    dossier = desk.issued()
    (result,) = desk.results(dossier)
    assert (result.problem, desk.portal.state(dossier)) == ("NoSigningKey", "issuing")


def test_a_key_whose_certificate_is_revoked_issues_nothing(desk: Issuing) -> None:
    authority = authorities.Authority("agency", "Another CA")
    held = authorities.authorities()
    before = held["agency"]
    held["agency"] = authority  # signs with a certificate that nobody here trusts any more
    try:
        desk.portal.cloud.sign_for([(AGENCY, "Sở Tư pháp", "")])
    finally:
        held["agency"] = before
    desk.portal.cloud.trust()
    dossier = desk.issued()
    (result,) = desk.results(dossier)
    assert (result.problem, desk.portal.state(dossier)) == ("CertificateRefused", "issuing")
    assert result.report is not None and result.report.verdict is Verdict.UNTRUSTED
    assert not desk.versions(dossier)


@pytest.mark.slow
def test_nobody_waits_for_a_signature_without_end(desk: Issuing) -> None:
    portal, dossier = desk.portal, desk.approved(4)
    desk.enter(dossier)
    asked = 0
    for _ in range(20):
        portal.later(minutes=2, seconds=1)
        assert relay.sweep(present.now())["failed"] == 0
        asked += len(portal.cloud.invoked)
        portal.cloud.invoked.clear()  # the function never comes
        if portal.state(dossier) == "issuing":
            break
    (result,) = desk.results(dossier)
    assert (result.state.value, result.problem) == ("refused", "SigningUnavailable")
    assert 6 <= asked <= 16 and present.now() - result.issued_at < timedelta(minutes=35)
    left = OutboxRow.query(dossier_key(dossier), OutboxRow.sk.startswith("OUT#"), consistent_read=True)
    assert "seal" not in {row.effect for row in left}


@pytest.mark.parametrize(
    ("body", "field"),
    [({"way": "file"}, "paper"), ({"way": "signed"}, "paper"), ({"way": "template"}, "way"), ({"way": "x"}, "way")],
)
def test_each_way_has_what_it_needs(desk: Issuing, body: dict[str, Any], field: str) -> None:
    dossier = desk.approved(4)
    answer = desk.portal.clerk.post(f"/desk/dossiers/{dossier}/result", {"number": "1", "title": "Trích lục", **body})
    assert answer.status == 422 and [f["Field"] for f in answer.body["Fields"]] == [field], answer.body
