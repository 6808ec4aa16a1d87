"""The last scene is the operator's: whether the roles of the functions allow what they did, and no less."""

from __future__ import annotations

import subprocess
import sys

import requests

from tests.story.stage import ROOT, Stage, check


def privileges(stage: Stage) -> None:
    """Everything that the functions asked of AWS in this story is allowed to them (`make privileges` asks for more)."""
    noted = ROOT / "build" / "calls" / "story.json"
    noted.parent.mkdir(parents=True, exist_ok=True)
    noted.write_text(requests.get(f"{stage.url}/sandbox/calls", timeout=60).text, "utf-8")
    command = [sys.executable, "-m", "infra.privileges", "--missing", str(noted)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    check(done.returncode == 0, "roles allow what the story needed", done.stdout + done.stderr)
    stage.say("B7", "operator", f"compares the roles with what was asked: {done.stdout.strip()}", "ok", 0)
