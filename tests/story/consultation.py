"""A joint procedure: one filing, two agencies asked, one of them silent until the law takes that for agreement."""

from __future__ import annotations

from typing import Any

from tests.story.money import shift
from tests.story.papers import scan, upload
from tests.story.stage import Person, Stage, check, new_id

PERMIT = "1.013225"  # building permit; works other than houses are handled with two other agencies
WARD, ELSEWHERE, BUILDERS, POLICE = "H34.31.01", "H34.31.02", "H34.03", "H34.13"
DAY = 24 * 60  # minutes
PASSWORD = "mot buoi sang 2026"
STAFF = {
    "nham": f"{ELSEWHERE}:reception",  # where it is filed by mistake
    "phuong": f"{WARD}:reception,{WARD}:appraiser",
    "lanh-dao": f"{WARD}:approver",
    "xay-dung": f"{BUILDERS}:appraiser",
    "pccc": f"{POLICE}:appraiser",
}


def play_consultation(stage: Stage, citizen: Person, identity: str, name: str) -> None:
    staff = {who: _officer(stage, who, posts.split(",")) for who, posts in STAFF.items()}
    dossier = _filed(stage, citizen, identity, name)
    own, desk = f"/dossiers/{dossier}", f"/desk/dossiers/{dossier}"
    _transferred(citizen, staff, own, desk)
    ward = staff["phuong"]
    ward.call("C3", "accepts it: the legal clock starts", "POST", f"{desk}/receive", {})
    ward.call("B4", "claims it", "POST", f"{desk}/claim", {})
    early = ward.call(
        "B4", "proposes approval alone", "POST", f"{desk}/proposal", {"opinion": "Đủ."}, status=409, code="PartsOpen"
    )
    check("Công an tỉnh" in early["Message"], "the parts of the others are named", early)
    choices = ward.get(f"{desk}/consultation")["items"]
    parts = {one["agency"]["code"]: one for one in choices if one["part"]}
    check(set(parts) == {BUILDERS, POLICE}, "the parts of the joint procedure come first", choices[:3])
    questions = [
        {"agency": BUILDERS, "question": "Đề nghị cho ý kiến về quy hoạch, kiến trúc."},
        {"agency": POLICE, "question": "Đề nghị cho ý kiến về phòng cháy.", "hidden": ["land-paper"]},
    ]
    asked = ward.call("B4", "asks two agencies at once", "POST", f"{desk}/consultation", {"questions": questions})
    check(asked["state"]["code"] == "consultation", "the dossier waits for both", asked)
    told = citizen.get(own)["questions"]
    check(len(told) == 2 and all("said" not in one for one in told), "the citizen sees who is asked until when", told)
    _answered(staff, dossier)
    _silent(stage, staff, dossier, desk)
    ward.call("B4", "proposes approval", "POST", f"{desk}/proposal", {"opinion": "Đủ điều kiện."})
    staff["lanh-dao"].call("B4", "approves", "POST", f"{desk}/approval", {})
    steps = [one["action"] for one in citizen.get(own)["timeline"]]
    expected = "submit transfer receive claim consult give_opinion consulted give_opinion propose approve"
    check([one for one in steps if one != "escalate"] == expected.split(), "every hand-over is recorded", steps)


def _officer(stage: Stage, who: str, posts: list[str]) -> Person:
    mail = f"{who}@lien-thong.example"
    words = [word for post in posts for word in ("--post", post)]
    stage.command(
        "A1", f"makes an officer with the post {posts[-1]}", "officers", "add", mail,
        "--name", f"Cán bộ {who}", *words, "--password", PASSWORD,
    )  # fmt: skip
    person = Person(stage, who)
    person.log_in(mail, PASSWORD)
    return person


def _filed(stage: Stage, citizen: Person, identity: str, name: str) -> str:
    dossier = new_id()
    answers = {
        "applicant_name": name,
        "applicant_identity": identity,
        "applicant_address": "Phường Quyết Thắng, thành phố Kon Tum",
        "applicant_phone": "0912000041",
        "work_kind": "works",
        "site_address": "Phường Quyết Thắng",
        "site_area": 500,
        "built_area": 200,
        "floor_area": 600,
        "height": 12,
        "floors": 3,
        "adjacent": False,
        "fire_review": True,
    }
    body = {"version": 0, "procedure": PERMIT, "procedure_version": 1, "agency": ELSEWHERE, "answers": answers}
    citizen.call("A8", "opens a draft of a joint procedure", "PUT", f"/dossiers/{dossier}", body)
    for component in ("land-paper", "drawings", "fire-approval"):
        check(upload(stage, citizen, dossier, component, scan(component)) == "verified", "the scan is good")
    citizen.call("A8", "files it, once for all three", "POST", f"/dossiers/{dossier}/submission", {"declaration": True})
    return dossier


def _transferred(citizen: Person, staff: dict[str, Person], own: str, desk: str) -> None:
    body = {"agency": WARD, "reason": "Công trình thuộc địa bàn phường Quyết Thắng."}
    code = citizen.get(own)["code"]
    moved = staff["nham"].call("B4", "sends it on to the right agency", "POST", f"{desk}/transfer", body)
    check(moved["code"] == code, "its code stays", moved)
    path = f"/desk/codes/{code}"
    staff["nham"].call("B4", "asks where it is", "GET", path, status=409, code="DossierTransferred")


def _answered(staff: dict[str, Person], dossier: str) -> None:
    place = f"/desk/consultations/{POLICE}/{dossier}"
    staff["nham"].call("B7", "looks into what others are asked", "GET", place, status=404)
    seen = staff["pccc"].call("B4", "opens what it is asked", "GET", place)
    components = {one["component"] for one in seen["papers"]}
    check("drawings" in components and "land-paper" not in components, "one paper is not shown", sorted(components))
    said = {"answer": "agree", "opinion": "Đạt yêu cầu về phòng cháy.", "number": "88/TD-PCCC"}
    after = staff["pccc"].call("B4", "agrees, with its number", "POST", f"{place}/answer", said)
    check(after["state"]["code"] == "consultation", "the other one is still waited for", after)


def _silent(stage: Stage, staff: dict[str, Person], dossier: str, desk: str) -> None:
    moved = 17 * DAY
    shift(stage, moved)
    try:
        ward = staff["phuong"]

        def back() -> Any:
            nonlocal moved
            found = ward.get(desk)
            if found["state"]["code"] == "appraisal":
                return found
            moved += 5  # the review may have begun to wait only after the sweeper had come
            shift(stage, 5)
            return None

        seen = stage.until("silence counts as agreement", back)
        closed = {one["agency"]["code"]: one["closed"] for one in seen["questions"]}
        check(closed == {POLICE: "answered", BUILDERS: "silence"}, "one answered, one was silent", closed)
        stage.say("B4", "portal", "takes twelve days of silence for agreement, as the law says", "ok", 0)
        said = {"answer": "disagree", "opinion": "Cần giảm một tầng."}
        place = f"/desk/consultations/{BUILDERS}/{dossier}"
        late = staff["xay-dung"].call("B4", "answers too late: kept", "POST", f"{place}/answer", said)
        check(late["state"]["code"] == "appraisal", "a late answer undoes nothing", late)
        (kept,) = [one for one in ward.get(desk)["questions"] if one["agency"]["code"] == BUILDERS]
        check(kept["late"] and kept["closed"] == "silence", "it is marked as late", kept)
    finally:
        shift(stage, -moved)
