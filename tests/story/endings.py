"""The story's endings: a withdrawal races an approval, a complaint reopens a dossier, an operator looks at it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

import requests

from tests.story.stage import Person, Stage, check, new_id

AGENCY, PASSWORD = "H34.05", "mot buoi sang 2026"
WHY = {"reason": "Đã tìm thấy bản cũ."}
File = Callable[[Stage, Person], tuple[str, Any]]


def play_endings(stage: Stage, citizen: Person, staff: Mapping[str, Person], file: File) -> None:
    _race(stage, citizen, staff, file)
    dossier = _complaint(stage, citizen, {**staff, "administrator": _administrator(stage)}, file)
    shown = json.loads(
        stage.command("B7", "looks at the reopened dossier wherever it is", "ops", "show", dossier, "--json")
    )
    check(shown["chain"] and shown["dossier"]["state"] == "submitted", "table and timeline agree", shown)
    uses = json.loads(stage.command("B7", "reads who used the command", "ops", "log", "--json"))["items"]
    check(any(dossier in one["about"] for one in uses), "the look is on record", uses)
    citizen.call("A5", "withdraws the reopened dossier", "POST", f"/dossiers/{dossier}/withdrawal", WHY)


def _administrator(stage: Stage) -> Person:
    mail, words = "quan-tri@tu-phap.example", ("--name", "Cán bộ quản trị", "--post", f"{AGENCY}:administrator")
    stage.command("A1", "makes an administrator", "officers", "add", mail, *words, "--password", PASSWORD)
    person = Person(stage, "administrator")
    person.log_in(mail, PASSWORD)
    return person


def _race(stage: Stage, citizen: Person, staff: Mapping[str, Person], file: File) -> None:
    """Both press their buttons at the same moment; each over a connection of their own."""
    dossier, _ = file(stage, citizen)
    desk = f"/desk/dossiers/{dossier}"
    staff["reception"].call("C3", "accepts a dossier to be raced for", "POST", f"{desk}/receive", {})
    staff["appraiser"].call("B4", "claims it", "POST", f"{desk}/claim", {})
    staff["appraiser"].call("B4", "proposes it", "POST", f"{desk}/proposal", {"opinion": "Đủ điều kiện."})
    told = citizen.call("A15", "asks what a withdrawal would mean", "GET", f"/dossiers/{dossier}/withdrawal")
    check(told["may"] and told["back"] == 0, "nothing was paid, so nothing comes back", told)
    came: dict[str, requests.Response] = {}
    gate = threading.Barrier(2)

    def press(name: str, who: Person, path: str, body: Any) -> None:
        headers = {"Authorization": f"Bearer {who.token}", "Idempotency-Key": new_id(), "Accept-Language": "vi"}
        gate.wait()
        came[name] = requests.post(f"{stage.url}/api{path}", json=body, headers=headers, timeout=30)

    acts: tuple[tuple[str, Person, str, dict[str, Any]], ...] = (
        ("withdrawn", citizen, f"/dossiers/{dossier}/withdrawal", WHY),
        ("issuing", staff["approver"], f"{desk}/approval", {}),
    )
    began = time.monotonic()
    threads = [threading.Thread(target=press, args=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    won = [name for name, answer in came.items() if answer.status_code == 200]
    check(
        len(won) == 1, "of a withdrawal and an approval at once exactly one wins", {n: a.text for n, a in came.items()}
    )
    (lost,) = (answer.json() for name, answer in came.items() if name not in won)
    winner = "Lê Thị Kể Chuyện" if won == ["withdrawn"] else "Cán bộ approver"
    check(winner in lost["Message"], "the other is told who was quicker", lost)
    check(citizen.get(f"/dossiers/{dossier}")["state"]["code"] == won[0], "the dossier is where the winner led it", won)
    stage.say(
        "B4", "both", f"withdraw and approve at once: {won[0]} wins, the other is told", "ok", time.monotonic() - began
    )
    if won == ["issuing"]:
        staff["approver"].call(
            "A5", "stops it after all", "POST", f"{desk}/stop", {"reason": "Người nộp không cần nữa."}
        )


def _complaint(stage: Stage, citizen: Person, staff: Mapping[str, Person], file: File) -> str:
    dossier, _ = file(stage, citizen)
    desk = f"/desk/dossiers/{dossier}"
    staff["reception"].call("A5", "refuses another one", "POST", f"{desk}/refusal", {"reason": "Thiếu thẩm quyền."})
    path, text = f"/dossiers/{dossier}/complaint", {"text": "Sự kiện đăng ký tại tỉnh, đề nghị xem xét lại."}
    citizen.call("A5", "complains", "POST", path, text)
    citizen.call("A5", "complains a second time", "POST", path, text, status=409, code="ComplainedBefore")
    administrator = staff["administrator"]
    listed = administrator.call("A5", "finds it, with its deadline", "GET", f"/desk/complaints?agency={AGENCY}")
    check([one["dossier"] for one in listed["items"]] == [dossier], "one complaint waits", listed)
    body = {"outcome": "reopened", "answer": "Khiếu nại đúng; hồ sơ được tiếp nhận lại."}
    opened = administrator.call("A5", "upholds it: the dossier is reopened", "POST", f"{desk}/complaint-answer", body)
    check(opened["state"]["code"] == "submitted" and opened["reply_due_at"], "it is received anew", opened)

    def answered() -> Any:
        return [
            one for one in citizen.get(f"/dossiers/{dossier}")["sheets"] if one["form"] == "answer" and one["ready"]
        ]

    stage.until("the written answer is there", answered)
    return dossier
