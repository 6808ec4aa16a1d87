"""`motcua verify`: what it prints and how it ends, in the form that operators and their scripts rely on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from infra.cli import main
from tests.signing import make
from tests.signing.pki import DAY, NOW, World

pytestmark = pytest.mark.clause("A11")


@pytest.fixture(scope="module")
def world() -> World:
    return World()


@pytest.fixture(scope="module")
def trust(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return world.folder(tmp_path_factory.mktemp("trust"))


@pytest.fixture(scope="module")
def signed(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("files") / "don.pdf"
    path.write_bytes(make.signed(world.an))
    return path


def run(*words: Any) -> Result:
    return CliRunner().invoke(main, ["verify", *(str(word) for word in words)])


def test_valid(signed: Path, trust: Path) -> None:
    result = run(signed, "--trust", trust, "--json")
    told = json.loads(result.stdout)
    assert result.exit_code == 0 and told["verdict"] == "VALID"
    (one,) = told["signatures"]
    assert one["verdict"] == "VALID" and one["signer"]["identity"] == "062120000017"
    assert set(told["texts"]) == {"vi", "en"} and len(told["sha256"]) == 64


def test_any_other_verdict_fails(signed: Path, trust: Path, tmp_path: Path) -> None:
    (tmp_path / "x.pdf").write_bytes(signed.read_bytes() + b"x")
    result = run(tmp_path / "x.pdf", "--trust", trust, "--json")
    assert result.exit_code == 1 and json.loads(result.stdout)["verdict"] == "TRAILING_DATA"
    (tmp_path / "x.pdf").write_bytes(make.plain())
    result = run(tmp_path / "x.pdf", "--trust", trust, "--json")
    assert result.exit_code == 1 and json.loads(result.stdout) | {"signatures": []} == json.loads(result.stdout)
    assert json.loads(result.stdout)["verdict"] == "UNSIGNED"


@pytest.mark.parametrize(
    ("at", "verdict"),
    [
        (NOW.isoformat(), "VALID"),
        ((NOW - DAY).strftime("%Y-%m-%dT%H:%M:%SZ"), "VALID"),
        ((NOW - DAY).strftime("%Y-%m-%d"), "VALID"),
        ((NOW + 400 * DAY).isoformat(), "UNTRUSTED"),
        ((NOW - 400 * DAY).isoformat(), "UNTRUSTED"),
    ],
    ids=["now", "zulu", "a day", "expired", "not yet valid"],  # not the moments: workers must agree on the names
)
def test_another_moment(at: str, verdict: str, signed: Path, trust: Path) -> None:
    result = run(signed, "--trust", trust, "--at", at, "--json")
    assert json.loads(result.stdout)["verdict"] == verdict and result.exit_code == (0 if verdict == "VALID" else 1)


def test_for_people(signed: Path, trust: Path) -> None:
    vietnamese, english = run(signed, "--trust", trust), run(signed, "--trust", trust, "--lang", "en")
    assert "Trần Thị Thử" in vietnamese.stdout and "Chữ ký 1: VALID" in vietnamese.stdout
    assert "Signer " in english.stdout and "062120000017" in english.stdout


def test_wrong_input_is_refused_and_said(signed: Path, trust: Path, tmp_path: Path) -> None:
    for words, code in (
        ((signed, "--trust", tmp_path / "none", "--json"), "TrustMissing"),
        ((signed, "--trust", tmp_path, "--json"), "TrustEmpty"),
        ((signed, "--trust", trust, "--at", "tomorrow", "--json"), "BadRequest"),
        ((tmp_path / "none.pdf", "--trust", trust, "--json"), "Usage"),
    ):
        result = run(*words)
        assert result.exit_code == 2 and not result.stdout
        assert json.loads(result.stderr)["Code"] == code
