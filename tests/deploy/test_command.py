"""`python -m infra.deploy`: what it says without an account, and what it never does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from infra.deploy import Refused
from infra.deploy.__main__ import parser, plan, run
from infra.deploy.stages import read

ROOT = Path(__file__).resolve().parents[2]


def _run(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "infra.deploy", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.clause("C7")
def test_prod_is_not_removed_even_by_who_says_yes() -> None:
    words = ["remove", "prod", "--region", "", "--accept", "", "--yes"]
    with pytest.raises(Refused, match="keeps data of people"):
        run(parser().parse_args(words))


def test_a_stage_that_is_still_an_example_is_not_deployed() -> None:
    done = _run("deploy", "prod", "--yes")
    assert done.returncode == 1 and "still an example" in done.stderr and "Traceback" not in done.stderr


def test_a_stage_that_nobody_described_is_refused() -> None:
    done = _run("deploy", "nowhere")
    assert done.returncode == 1 and "nowhere.json is not there" in done.stderr


def test_a_dry_run_says_what_would_be_done(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "deployment.zip").write_bytes(b"x" * 2_000_000)
    (tmp_path / "index.html").write_text("<!doctype html>")
    main = {"Globals": {"Function": {"CodeUri": "deployment.zip"}}, "Resources": {"A": {"Type": "AWS::SQS::Queue"}}}
    plan(read("prod"), tmp_path, main, tmp_path)
    told = capsys.readouterr().out
    assert "would upload    2.0 MB  deployment.zip as code/" in told
    assert "not ready: main.PublicUrl is still an example" in told
    assert "would change the stack motcua-prod: 1 resources" in told and "motcua-prod-edge" in told
    assert "would publish 2 files" in told and "nothing was done" in told
