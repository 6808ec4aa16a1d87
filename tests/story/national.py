"""The story's day without the national portal: work goes on, then it hears everything, in order; and the proof."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import requests

from tests.story.money import shift
from tests.story.stage import Person, Stage, check

DAY = 24 * 60


def play_national(stage: Stage, staff: Mapping[str, Person], dossier: str, code: str) -> None:
    """`dossier` was filed a moment ago. Ends a day later."""
    stage.until("the national portal knows of the filing", lambda: told(stage, code) == [1])
    stage.say("C5", "portal", f"has told the national portal of {code}", "status 1", 0)
    switched = requests.post(address(stage), json={"down": DAY * 60}, timeout=10)
    check(switched.status_code == 200, "the national portal can be taken down", switched.text)
    stage.say("C5", "operator", "takes the national portal down for a day", "503", 0)
    desk = f"/desk/dossiers/{dossier}"
    staff["reception"].call("C5", "accepts all the same", "POST", f"{desk}/receive", {"note": ""})
    staff["appraiser"].call("C5", "claims", "POST", f"{desk}/claim", {})
    staff["appraiser"].call("C5", "proposes", "POST", f"{desk}/proposal", {"opinion": "Đủ điều kiện."})
    staff["approver"].call("C5", "approves", "POST", f"{desk}/approval", {"note": ""})
    result = {"number": "77/TLKS-BS", "title": "Bản sao Trích lục khai sinh"}
    staff["clerk"].call("C5", "enters the result, on paper", "POST", f"{desk}/result", result)
    stage.until("the dossier is behind", lambda: behind(stage))
    check(told(stage, code) == [1], "nothing was told meanwhile", told(stage, code))
    stage.say("C5", "operator", f"sees with motcua sync status: {behind(stage)} behind", "waits", 0)
    shift(stage, DAY + 60)
    began = time.monotonic()
    stage.until("everything was told", lambda: told(stage, code) == [1, 2, 4, 6])
    seen = requests.get(f"{address(stage)}/dossiers/{code}", timeout=10).json()
    numbers = [step["SoThuTu"] for step in seen["steps"]]
    check(numbers == sorted(set(numbers)), "each step once, in order", numbers)
    stage.say("C5", "national", "has heard every step, once, in order", "1 2 4 6", time.monotonic() - began)
    stage.until("nothing waits", lambda: not behind(stage))
    refusals = requests.get(f"{address(stage)}?format=json", timeout=10).json()["refusals"]
    check(refusals == [], "no record of the whole story was refused", refusals)


def play_proof(stage: Stage, citizen: Person, dossier: str, code: str) -> None:
    path = f"/dossiers/{dossier}/proof"
    citizen.call("A5", "asks for the dossier's proof", "POST", path, {})
    ready = stage.until("the proof is signed", lambda: (seen := citizen.get(path))["state"] == "ready" and seen)
    content = requests.get(ready["url"], timeout=10).content
    stage.say("A5", "citizen", f"downloads it: {ready['events']} events, {len(content)} bytes", 200, 0)
    with tempfile.TemporaryDirectory() as folder:
        good, bad = Path(folder) / "good.json", Path(folder) / "bad.json"
        good.write_bytes(content)
        changed: Any = json.loads(content)
        del changed["events"][1]
        bad.write_text(json.dumps(changed, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n", "utf-8")
        stage.command("A5", "lays out whom to trust, once", "trust", "export", folder)
        words = ("--trust", f"{folder}/agency", "--lang", "en")
        out = stage.command("A5", "verifies the proof without the portal", "verify", str(good), *words)
        check("Every record is as it was made" in out and code in out, "the proof is whole", out)
        refused = stage.refused("A5", "verifies a copy in which a step was dropped", "verify", str(bad), *words)
        check("Event 2: was dropped" in refused, "the step is named", refused)
    stage.command("A5", "audits the chain of events in the table", "audit", code)


def address(stage: Stage) -> str:
    return f"{stage.url}/sandbox/national-portal"


def told(stage: Stage, code: str) -> list[int]:
    """The statuses that the national portal has had of a dossier."""
    answer = requests.get(f"{address(stage)}/dossiers/{code}", timeout=10)
    return list(answer.json()["statuses"]) if answer.status_code == 200 else []


def behind(stage: Stage) -> int:
    """Dossiers that the national portal is still to be told of, by the operator's command."""
    said = json.loads(stage.asked("sync", "status", "--json"))
    return sum(shard["behind"] for shard in said["shards"])
