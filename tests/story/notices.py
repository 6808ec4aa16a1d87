"""The story's night: a filing after nine is told of in the morning, by mail and SMS; messages carry files both ways."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from datetime import time as clock
from typing import Any

import requests

from chalicelib.domain.clock import ZONE
from tests.files import make
from tests.story.papers import scan
from tests.story.stage import Person, Stage, check, new_id

WAYS = {"action": ["mail", "sms"], "status": ["mail", "sms"], "message": ["mail"], "reminder": ["mail"]}
NIGHT = {"start": "21:00", "end": "07:00"}


def play_notices(
    stage: Stage,
    citizen: Person,
    officers: dict[str, Person],
    to: tuple[str, str],
    file: Callable[[Stage, Person], tuple[str, dict[str, Any]]],
    log_in: Callable[[Person, dict[str, Person]], None],
) -> None:
    """`to` is where mail and SMS go (+84…), `file` files a dossier: its id and the answer; `log_in` logs everybody in
    again after the clock was moved.
    """
    log_in(citizen, officers)
    mail, phone = to
    kept = citizen.get("/me/notices")["version"]
    wanted = {"version": kept, "language": "vi", "ways": WAYS, "quiet": NIGHT}
    citizen.call("A7", "wants mail and SMS, but not at night", "PUT", "/me/notices", wanted)
    now = datetime.fromisoformat(requests.get(f"{stage.url}/sandbox/clock", timeout=10).json()["now"])
    day = now.astimezone(ZONE).date() + timedelta(days=1)
    _move(stage, datetime.combine(day, clock(22), ZONE), "the clock is moved to ten in the evening")
    log_in(citizen, officers)
    dossier, filed = file(stage, citizen)
    code = filed["receipt"]["code"]
    stage.until("the inbox has it", lambda: [one for one in citizen.get("/me/inbox")["items"] if one["code"] == code])
    stage.say("A7", "citizen", "finds the notice in the inbox at once", "ok", 0)
    _letters(stage, citizen, officers["reception"], dossier)
    disturbed = [one for to in (mail, phone) for one in stage.letters(to) if code in one["subject"] + one["body"]]
    check(not disturbed, "nobody is disturbed at night", disturbed)
    _move(stage, datetime.combine(day + timedelta(days=1), clock(7, 2), ZONE), "the morning comes")
    log_in(citizen, officers)

    def came(to: str) -> list[dict[str, Any]]:
        return [one for one in stage.letters(to) if code in one["subject"] + one["body"]]

    told = stage.until("mail and SMS arrive", lambda: came(mail) and came(phone))[0]
    check(len(told["body"]) <= 160 and told["body"].isascii(), "the SMS is one segment", told)
    log = citizen.call("A7", "reads what was sent where and when", "GET", f"/dossiers/{dossier}/notices")["items"]
    sent = {(way["way"], way["state"]) for one in log if one["kind"] == "status" for way in one["deliveries"]}
    check(sent == {("mail", "sent"), ("sms", "sent")}, "the log has both as sent", log)


def _letters(stage: Stage, citizen: Person, officer: Person, dossier: str) -> None:
    own, desk = f"/dossiers/{dossier}", f"/desk/dossiers/{dossier}"
    _write(stage, citizen, own, own, "a photograph", scan("Giấy ủy quyền"), "image/jpeg")
    (theirs,) = officer.get(desk)["messages"]
    check(theirs["unread"] and theirs["files"][0]["status"] == "kept", "the agency sees a new message", theirs)
    _write(stage, officer, desk, desk, "a form to fill in", make.pdf(1), "application/pdf")
    answer = citizen.get(own)["messages"][-1]
    url = citizen.call("A7", "saves the officer's file", "GET", f"{own}/messages/{answer['id']}/files/1")["url"]
    saved = requests.get(url, timeout=30)
    check(saved.content[:5] == b"%PDF-" and "attachment" in saved.headers["Content-Disposition"], "it is the PDF")


def _write(stage: Stage, who: Person, path: str, page: str, what: str, content: bytes, kind: str) -> None:
    file = {"name": "tep.pdf" if kind.endswith("pdf") else "tep.jpg", "size": len(content), "type": kind}
    body = {"id": new_id(), "text": "Xin xem tệp.", "files": [{**file, "sha256": hashlib.sha256(content).hexdigest()}]}
    sent = who.call("A7", f"writes, with {what}", "POST", f"{path}/messages", body, status=201)
    (place,) = sent["uploads"]
    put = requests.post(place["url"], data=place["fields"], files={"file": content}, timeout=30)
    check(put.status_code in {200, 201, 204}, "the file is taken", put.text)
    stage.until("it was inspected", lambda: who.get(page)["messages"][-1]["files"][0]["status"] == "kept")


def _move(stage: Stage, to: datetime, what: str) -> None:
    began = time.monotonic()
    answer = requests.post(f"{stage.url}/sandbox/clock", json={"to": to.isoformat()}, timeout=120)
    check(answer.status_code == 200, "the clock is moved", answer.text)
    stage.say("A7", "clock", what, "ok", time.monotonic() - began)
