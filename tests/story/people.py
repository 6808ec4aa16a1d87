"""The story's people: assigned by rule, an absent officer's work with the substitute, a hand-over, four eyes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.story.stage import Person, Stage, check, new_id

AGENCY = "H34.05"
PASSWORD = "mot buoi sang 2026"
TEAM = f"/desk/teams/{AGENCY}"


def play_people(stage: Stage, citizen: Person, staff: dict[str, Person], filed: Callable[[], str]) -> None:
    an, hoa, head = hired(stage)
    ids = {one["name"]: one["id"] for one in head.get(TEAM)["members"]}
    turn(head, on=True)
    first, second, third = (received(staff, filed) for _ in range(3))
    holders = [holder(stage, head, one) for one in (first, second, third)]
    check(len(set(holders)) == 3, "three appraisers get one each", holders)
    stage.say("B4", "relay", "assigns three dossiers by rule, one to each of three appraisers", "ok", 0)
    days = {"since": "2026-01-01", "until": "2099-12-31", "substitute": ids["Cán bộ hoa"]}
    away = f"{TEAM}/officers/{ids['Cán bộ an']}/absences"
    an.call("B4", "goes away for a century", "POST", away, days, status=422, code="BadRequest")
    today = str(citizen.get(f"/dossiers/{first}")["timeline"][-1]["at"])[:10]
    days |= {"since": today, "until": today[:4] + "-12-31"}
    gone = an.call("B4", "goes away, with a substitute", "POST", away, days, status=201)
    back = {**days, "substitute": ids["Cán bộ an"]}
    path = f"{TEAM}/officers/{ids['Cán bộ hoa']}/absences"
    hoa.call("B4", "goes away herself: no chain", "POST", path, back, status=409, code="StandsInThen")
    of_an = (first, second, third)[holders.index("Cán bộ an")]
    proposal = {"opinion": "Đủ điều kiện."}
    instead = f"/desk/dossiers/{of_an}"
    staff["appraiser"].call("B4", "acts on it unasked", "POST", f"{instead}/proposal", proposal, status=409,
                            code="NotAssigned")  # fmt: skip
    hoa.call("B4", "proposes in place of the absent officer", "POST", f"{instead}/proposal", proposal)
    said = citizen.get(f"/dossiers/{of_an}")["timeline"][-1]
    check(said["stands_for"] == "Cán bộ an", "the timeline says in whose place", said)
    hoa.call("B4", "approves what she appraised", "POST", f"{instead}/approval", {}, status=409, code="FourEyes")
    staff["approver"].call("B4", "sends it back", "POST", f"{instead}/return", {"reason": "Ghi rõ số bản."})
    passed = {"to": ids["Cán bộ appraiser"], "reason": "Để kịp thời hạn."}
    hoa.call("B4", "hands it over for the absent officer", "POST", f"{instead}/passing", passed)
    staff["appraiser"].call("B4", "proposes in his own name", "POST", f"{instead}/proposal", proposal)
    hoa.call("B4", "approves now that another proposed", "POST", f"{instead}/approval", {}, status=409, code="FourEyes")
    staff["approver"].call("B4", "approves, with eyes of his own", "POST", f"{instead}/approval", {})
    note = {"id": new_id(), "text": "Đã gọi cho người nộp."}
    an.call("B4", "leaves a note for colleagues", "POST", f"{instead}/notes", note, status=201)
    check("Đã gọi" not in str(citizen.get(f"/dossiers/{of_an}")), "no applicant reads a note")
    an.call("B4", "comes back", "DELETE", f"{away}/{gone['absences'][0]['id']}")
    turn(head, on=False)
    found = stage.command("B7", "compares the counts with the queue", "officers", "recount", AGENCY, "--json")
    check('"wrong": []' in found, "what lies with each officer was counted right", found)


def hired(stage: Stage) -> tuple[Person, Person, Person]:
    """Two more appraisers, of whom one approves as well, and the agency's administrator."""
    people = []
    for name, posts in (("an", ("appraiser",)), ("hoa", ("appraiser", "approver")), ("head", ("administrator",))):
        mail = f"{name}@tu-phap.example"
        given = [word for role in posts for word in ("--post", f"{AGENCY}:{role}")]
        stage.command("A1", f"makes the officer {name}: {', '.join(posts)}", "officers", "add", mail,
                      "--name", f"Cán bộ {name}", *given, "--password", PASSWORD)  # fmt: skip
        people.append(Person(stage, name))
        people[-1].log_in(mail, PASSWORD)
    an, hoa, head = people
    return an, hoa, head


def turn(head: Person, *, on: bool) -> None:
    body = {"by_rule": on, "version": head.get(TEAM)["rule_version"]}
    head.call("B4", f"turns assignment by rule {'on' if on else 'off'}", "PUT", f"{TEAM}/rule", body)


def received(staff: dict[str, Person], filed: Callable[[], str]) -> str:
    dossier = filed()
    staff["reception"].call("C3", "accepts a dossier", "POST", f"/desk/dossiers/{dossier}/receive", {})
    return dossier


def holder(stage: Stage, head: Person, dossier: str) -> str:
    def there() -> Any:
        return head.get(f"/desk/dossiers/{dossier}")["assignee_name"]

    return str(stage.until("the dossier was assigned", there))
