"""Deadlines: a supplement that is held over Tết, a warning, an apology with a new date, a calendar that changes.

The clock is moved, not waited for; each move is followed by a sweep. Alone: `python -m tests.story.review_deadlines`.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import requests

from tests.story.stage import Lie, Person, Stage, check

AGENCY = "H34.05"
PASSWORD = "mot buoi sang 2026"
ASK = {"papers": {}, "fields": {"register_number": "Ghi số, quyển."}, "note": "Vui lòng bổ sung.", "exception": ""}
File = Callable[[Stage, Person], tuple[str, dict[str, Any]]]
Staff = dict[str, Person]


def move(stage: Stage, to: str) -> None:
    """The portal's clock goes on to a moment of Vietnam, and the sweeper comes."""
    began = time.monotonic()
    answer = requests.post(f"{stage.url}/sandbox/clock", json={"to": f"{to}:00+07:00"}, timeout=120)
    check(answer.status_code == 200, "the clock is moved", answer.text)
    stage.say("A5", "clock", f"goes on to {to.replace('T', ' ')}", "ok", time.monotonic() - began)


def play_deadlines(stage: Stage, citizen: Person, staff: Staff, file: File, mail: str) -> None:
    move(stage, "2027-02-02T15:30")
    held_over_tet(stage, citizen, staff, file)
    late_and_excused(stage, citizen, staff, file, mail)
    answer = requests.post(f"{stage.url}/sandbox/clock", json={"shift": 0}, timeout=120)
    check(answer.status_code == 200, "the clock is put back", answer.text)


def held_over_tet(stage: Stage, citizen: Person, staff: Staff, file: File) -> None:
    """Tết 2027 is 4 to 10 February; the office closes on Wednesday the 3rd and opens on Thursday the 11th."""
    dossier, _ = file(stage, citizen)
    own, desk = f"/dossiers/{dossier}", f"/desk/dossiers/{dossier}"
    received = staff["reception"].call("C3", "accepts after 15:00: due the day after", "POST", f"{desk}/receive", {})
    check(received["due_at"].startswith("2027-02-03T10:00"), "due on the last working day", received)
    staff["appraiser"].call("B4", "claims it", "POST", f"{desk}/claim", {})
    move(stage, "2027-02-03T09:00")
    staff["appraiser"].call(
        "A6", "asks for a supplement, the day before Tết", "POST", f"{desk}/supplement-request", ASK
    )
    move(stage, "2027-02-11T10:00")
    full = citizen.get(own)
    check(full["state"]["code"] == "review_supplement", "nothing lapsed over Tết", full["state"])
    supply = {"answers": {"register_number": "12/2020"}, "note": "Đã bổ sung."}
    citizen.call("A6", "answers on the first day after Tết", "POST", f"{own}/supplement", supply)
    full = citizen.get(own)
    check(full["due_at"].startswith("2027-02-11T10:00"), "the same-day rule begins anew", full["due_at"])
    parts = {one["kind"]: one["seconds"] for one in full["due_parts"]}
    first = next(step["at"] for step in full["timeline"] if step["action"] == "receive")
    elapsed = datetime.fromisoformat(full["due_at"]) - datetime.fromisoformat(first)
    check(abs(sum(parts.values()) - elapsed.total_seconds()) < 2, "the parts add up", [parts, first])
    check(abs(parts["held"] - 8 * 86_400 - 3600) < 60, "eight days and an hour were the citizen's", parts)
    stage.say("A5 C3", "citizen", f"reads what the time was: {', '.join(sorted(parts))}; it adds up", "ok", 0)


def late_and_excused(stage: Stage, citizen: Person, staff: Staff, file: File, mail: str) -> None:
    move(stage, "2027-02-11T15:30")
    dossier, _ = file(stage, citizen)
    desk = f"/desk/dossiers/{dossier}"
    staff["reception"].call("C3", "accepts: due on Friday at 17:00", "POST", f"{desk}/receive", {})
    staff["appraiser"].call("B4", "claims it", "POST", f"{desk}/claim", {})
    move(stage, "2027-02-12T10:30")
    seen = stage.until("the warning", lambda: _last(staff["approver"].get(desk), "warn"))
    check(seen["detail"]["to"] == "Cán bộ appraiser", "whoever is at work is warned", seen)
    stage.say("B4", "system", "warns the appraiser, half of the time being over", "ok", 0)
    ahead = staff["approver"].call("A5", "looks what falls due", "GET", f"/desk/deadlines/{AGENCY}")
    check(dossier in [row["id"] for row in ahead["items"]], "it is on the list", ahead)
    sorry = {"reason": "Sổ hộ tịch năm 2020 đang được phục chế.", "day": "2027-02-13"}
    path = f"{desk}/appointment"
    staff["approver"].call("A5", "apologises, for a Saturday", "POST", path, sorry, status=422)
    sorry["day"] = "2027-02-15"
    moved = staff["approver"].call("A5", "apologises and appoints Monday", "POST", path, sorry)
    check(moved["due_at"].startswith("2027-02-15T10:00"), "Monday at closing", moved)
    staff["approver"].call("A5", "apologises again", "POST", path, sorry, status=409, code="AlreadyReappointed")
    stage.until(
        "the form of apology", lambda: "04" in [s["form"] for s in citizen.get(f"/dossiers/{dossier}")["sheets"]]
    )
    stage.until("the mail", lambda: any(sorry["reason"] in one["body"] for one in stage.letters(mail)))
    stage.say("A5", "citizen", "gets the apology (mẫu 04) and a mail with the new date", "ok", 0)
    closed_on_monday(stage, citizen, dossier)


def closed_on_monday(stage: Stage, citizen: Person, dossier: str) -> None:
    """The agency moves house on the appointed day."""
    stage.command(
        "A1", "makes an administrator of the agency", "officers", "add", "quan-tri@tu-phap.example",
        "--name", "Cán bộ quản trị", "--post", f"{AGENCY}:administrator", "--password", PASSWORD,
    )  # fmt: skip
    administrator = Person(stage, "administrator")
    administrator.log_in("quan-tri@tu-phap.example", PASSWORD)
    path = f"/desk/calendars/{AGENCY}"
    off = [{"date": "2027-02-15", "name": {"vi": "Di chuyển trụ sở", "en": "Moving house"}}]
    body = {"version": administrator.get(path)["version"], "hours": None, "off": off, "reason": "Chuyển trụ sở."}
    administrator.call("A5", "closes the agency on Monday", "POST", path, body)
    move(stage, "2027-02-12T10:45")
    stage.until("the date is counted again", lambda: _last(citizen.get(f"/dossiers/{dossier}"), "recalculate"))
    full = citizen.get(f"/dossiers/{dossier}")
    check(full["due_at"].startswith("2027-02-16T10:00"), "Tuesday at closing", full["due_at"])
    stage.say("A5", "citizen", "reads that the date moved to Tuesday, and why", "ok", 0)


def _last(full: dict[str, Any], action: str) -> dict[str, Any] | None:
    found = [step for step in full["timeline"] if step["action"] == action]
    return found[-1] if found else None


def main() -> int:
    from tests.story import __main__ as whole

    with tempfile.TemporaryDirectory() as folder:
        stage = Stage.open(Path(folder))
        try:
            whole.publish(stage)
            staff, citizen = whole.staff(stage), whole.register(stage)
            play_deadlines(stage, citizen, staff, whole.file_dossier, whole.MAIL)
        except Lie as lie:
            sys.stderr.write(f"\nThe story does not hold: {lie}\n")
            return 1
        finally:
            stage.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
