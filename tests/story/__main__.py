"""`python -m tests.story`: from an empty cloud to a result in a citizen's hands; ends non-zero on the first lie."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import botocore.session
import requests

from chalicelib.domain.clerk_papers import RESULT
from tests.files import make
from tests.story.consultation import play_consultation
from tests.story.endings import play_endings
from tests.story.money import leave_midnight, play_money
from tests.story.national import play_national, play_proof
from tests.story.notices import play_notices
from tests.story.papers import scan, sealed, upload
from tests.story.people import play_people
from tests.story.phone import play_phone
from tests.story.privileges import privileges
from tests.story.review_deadlines import play_deadlines
from tests.story.signing import play_signing
from tests.story.stage import ROOT, Lie, Person, Stage, check, new_id

AGENCY = "H34.05"
PROCEDURE = "2.000635"
PASSWORD = "mot buoi sang 2026"
IDENTITY = "062120000041"
MAIL = "nguoi-ke-chuyen@nguoi-dan.example"
NATIONAL = ROOT.parent / "shared" / "data" / "national-procedures.jsonl.xz"
STAFF = ("reception", "appraiser", "approver", "cashier", "clerk")


def main() -> int:
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage.open(Path(folder))
        try:
            stage.say("B1", "operator", f"starts the local cloud at {stage.url}", "ready", time.monotonic() - began)
            play(stage)
            privileges(stage)
        except Lie as lie:
            sys.stderr.write(f"\nThe story does not hold: {lie}\n")
            return 1
        finally:
            stage.close()
    told = " ".join(sorted(stage.clauses, key=lambda c: (c[0], int(c[1:]))))
    sys.stdout.write(f"\n{stage.lines} steps in {time.monotonic() - began:.1f} s; clauses: {told}\n")
    return 0


def play(stage: Stage) -> None:
    leave_midnight(stage)
    publish(stage)
    officers = staff(stage)
    citizen = register(stage)
    procedure = read_guidance(stage)
    main_dossier(stage, citizen, officers, procedure)
    refused_dossier(stage, citizen, officers)
    withdrawn_dossier(stage, citizen, officers)
    strangers(stage, citizen)
    workflows(stage)
    play_endings(stage, citizen, officers, file_dossier)
    play_signing(stage, citizen, IDENTITY, "Lê Thị Kể Chuyện")
    play_phone(stage, citizen, IDENTITY, "Lê Thị Kể Chuyện")
    play_consultation(stage, citizen, IDENTITY, "Lê Thị Kể Chuyện")
    play_money(stage, citizen, IDENTITY)
    log_in_again(citizen, officers)
    play_people(stage, citizen, officers, lambda: file_dossier(stage, citizen)[0])
    nation(stage, citizen, officers)
    play_notices(stage, citizen, officers, (MAIL, "+84912000041"), file_dossier, log_in_again)
    play_deadlines(stage, citizen, officers, file_dossier, MAIL)
    letters = stage.letters(MAIL)
    check(len([one for one in letters if one["kind"] == "mail"]) >= 8, "the citizen was told of each step", letters)
    check(not any("Chuyện" in one["subject"] for one in letters), "no name stands in a subject", letters)
    stage.say(
        "A7", "citizen", f"finds {len(letters)} mails and codes in the outbox, none personal in its subject", "ok", 0
    )


def nation(stage: Stage, citizen: Person, officers: dict[str, Person]) -> None:
    """The last scene: it ends a day later."""
    log_in_again(citizen, officers)
    dossier, filed = file_dossier(stage, citizen)
    code = filed["receipt"]["code"]
    play_national(stage, officers, dossier, code)
    log_in_again(citizen, officers)
    play_proof(stage, citizen, dossier, code)


def log_in_again(citizen: Person, officers: dict[str, Person]) -> None:
    """After the clock was moved: a session lives half an hour."""
    citizen.log_in(IDENTITY, PASSWORD)
    for role, person in officers.items():
        person.log_in(f"{role}@tu-phap.example", PASSWORD)


def publish(stage: Stage) -> None:
    seed = ROOT / "infra" / "seed"
    stage.command("A1", "publishes the tree of agencies", "agencies", "publish", str(seed / "agencies.json"))
    files = sorted(str(path) for path in (seed / "procedures").glob("*.json"))
    stage.command("A3", f"publishes the {len(files)} procedures of the province", "catalogue", "publish", *files)
    if NATIONAL.exists():
        out = stage.command(
            "A3", "imports the national catalogue", "catalogue", "import-national", str(NATIONAL), "--json"
        )
        report = json.loads(out)
        rates = "  ".join(
            f"{name} {one['understood']}/{one['present']}" for name, one in sorted(report["understood"].items())
        )
        check(report["published"] > 1900, "the national catalogue was published", report["published"])
        stage.say("A3", "operator", f"reads: {report['published']} published; {rates}", "ok", 0)
    else:
        stage.say("A3", "operator", "has no national file at hand: that import is not played", "skip", 0)


def staff(stage: Stage) -> dict[str, Person]:
    people = {}
    for role in STAFF:
        mail = f"{role}@tu-phap.example"
        stage.command(
            "A1", f"makes an officer with the post {AGENCY}:{role}", "officers", "add", mail,
            "--name", f"Cán bộ {role}", "--post", f"{AGENCY}:{role}", "--password", PASSWORD,
        )  # fmt: skip
        people[role] = Person(stage, role)
    for role, person in people.items():
        person.log_in(f"{role}@tu-phap.example", PASSWORD)
    return people


def register(stage: Stage) -> Person:
    citizen = Person(stage, "citizen")
    account = {
        "kind": "person",
        "identity": IDENTITY,
        "name": "Lê Thị Kể Chuyện",
        "email": MAIL,
        "phone": "0912000041",
        "password": PASSWORD,
        "consents": [{"purpose": "services", "version": 1}],
    }
    wrong = {**account, "identity": "999999999999"}
    citizen.call("A4", "registers with a wrong identity number", "POST", "/accounts", wrong, status=422)
    first = citizen.call("A4", "registers, agreeing to what is needed", "POST", "/accounts", account, status=202)
    letter = stage.until("the code arrives", lambda: [one for one in stage.letters(MAIL) if one["code"]])[-1]
    confirmation = {"username": IDENTITY, "code": "000000" if letter["code"] != "000000" else "111111"}
    path = "/accounts/confirmation"
    citizen.call("A4", "types a wrong code", "POST", path, confirmation, status=422, code="CodeWrong")
    citizen.call("A4", "types the code from the mail", "POST", path, {**confirmation, "code": letter["code"]})
    again = citizen.call("A4", "registers again: the answer tells nothing", "POST", "/accounts", account, status=202)
    check(first == again, "sign-up answers alike for old and new", [first, again])
    login = {"username": IDENTITY, "password": "khong phai mat khau"}
    citizen.call("A4", "logs in with a wrong password", "POST", "/sessions", login, status=401, code="LoginFailed")
    citizen.log_in(IDENTITY, PASSWORD)
    renewed = citizen.call(
        "A4", "renews the session by cookie", "POST", "/sessions/refresh", {}, headers={"X-Requested-With": "motcua"}
    )
    citizen.token = renewed["id_token"]
    return citizen


def read_guidance(stage: Stage) -> dict[str, Any]:
    began = time.monotonic()
    index = requests.get(f"{stage.url}/catalogue/index.json", timeout=10)
    found = "trich luc ho tich" in index.text
    check(index.status_code == 200 and found, "search finds the procedure without diacritics", index.text[:300])
    page = requests.get(f"{stage.url}/catalogue/procedures/{PROCEDURE}.json", timeout=10)
    procedure: dict[str, Any] = page.json()
    check(page.status_code == 200 and bool(procedure["steps"]), "the guidance is there without an account", procedure)
    stage.say(
        "A3", "citizen", "searches and reads the guidance, static, without an account", 200, time.monotonic() - began
    )
    return procedure


def answers(**changes: Any) -> dict[str, Any]:
    return {
        "applicant_name": "Lê Thị Kể Chuyện",
        "applicant_identity": IDENTITY,
        "applicant_address": "Phường Quyết Thắng, thành phố Kon Tum",
        "applicant_phone": "0912000041",
        "relation": "self",
        "extract_kind": "birth",
        "person_name": "Lê Thị Kể Chuyện",
        "person_birth_date": "1920-02-29",
        "registered_at": "UBND phường Quyết Thắng",
        "copies": 2,
        **changes,
    }


def draft(citizen: Person, **changes: Any) -> str:
    dossier_id = new_id()
    body = {"version": 0, "procedure": PROCEDURE, "procedure_version": 1, "agency": AGENCY, "answers": {}}
    citizen.call("A8", "opens a draft", "PUT", f"/dossiers/{dossier_id}", body)
    filled = {**body, "version": 1, "answers": answers(**changes)}
    citizen.call("A8", "fills in the form; it is saved by version", "PUT", f"/dossiers/{dossier_id}", filled)
    return dossier_id


def file_dossier(stage: Stage, citizen: Person) -> tuple[str, dict[str, Any]]:
    dossier_id = draft(citizen)
    check(upload(stage, citizen, dossier_id, "identity-paper", scan("Căn cước")) == "verified", "the scan is good")
    path = f"/dossiers/{dossier_id}/submission"
    filed = citizen.call("A8 C1", "files the dossier", "POST", path, {"declaration": True})
    return dossier_id, filed


def main_dossier(stage: Stage, citizen: Person, staff: dict[str, Person], procedure: dict[str, Any]) -> None:
    dossier_id = draft(citizen)
    own, desk = f"/dossiers/{dossier_id}", f"/desk/dossiers/{dossier_id}"
    early = citizen.call("A8", "files too early: every defect at once", "POST", f"{own}/submission",
                         {"declaration": False}, status=422, code="Incomplete")  # fmt: skip
    check({f["Field"] for f in early["Fields"]} == {"papers.identity-paper", "declaration"}, "both are named", early)
    copy = {
        "id": new_id(), "component": "identity-paper", "provenance": "certified_copy",
        "files": [{"name": "a.pdf", "size": 10, "type": "application/pdf", "sha256": "0" * 64}],
    }  # fmt: skip
    citizen.call(
        "A8", "offers a certified copy", "POST", f"{own}/papers", copy, status=422, code="CertifiedCopyRefused"
    )
    check(upload(stage, citizen, dossier_id, "identity-paper", b"Khong phai anh") == "refused", "a fake is refused")
    front, back = scan("Mặt trước"), scan("Mặt sau")
    check(upload(stage, citizen, dossier_id, "identity-paper", front, back) == "verified", "two photos, one paper")
    key = {"Idempotency-Key": new_id()}
    body = {"declaration": True}
    filed = citizen.call("A8 C1", "files the dossier", "POST", f"{own}/submission", body, headers=key)
    again = citizen.call("B3", "the phone sends the same filing again", "POST", f"{own}/submission", body, headers=key)
    check(filed == again, "a repeated filing is the same filing", [filed, again])
    code, secret = filed["receipt"]["code"], filed["receipt"]["secret"]
    check(code.startswith(f"{AGENCY}-"), "the code has the form of the law", code)
    check(filed["state"]["status"] == 1, "national status 1", filed)
    public = Person(stage, "anybody")
    seen = public.call(
        "A5", f"looks {code} up with the receipt's secret", "POST", "/status", {"code": code, "secret": secret}
    )
    check(seen["state"]["code"] == "submitted", "the status is public with the secret", seen)
    public.call("A5", "guesses a secret", "POST", "/status", {"code": code, "secret": "0" * 32}, status=404)

    queue = staff["reception"].call("A1", "opens the reception queue", "GET", f"/desk/queues/{AGENCY}/reception")
    check([d["code"] for d in queue["items"]] == [code], "the dossier is in the queue", queue)
    ask = {
        "papers": {"identity-paper": "Ảnh mặt sau bị mờ, không đọc được ngày cấp."},
        "fields": {"register_number": "Vui lòng ghi số và quyển số."},
        "note": "Vui lòng bổ sung trong thời hạn.",
    }
    staff["reception"].call(
        "A6 C3", "asks for a supplement, once, with reasons", "POST", f"{desk}/supplement-request", ask
    )
    open_items = citizen.get(own)["supplement"]
    check(set(open_items["papers"]) == {"identity-paper"}, "only the named paper is open", open_items)
    other = {**copy, "component": "mandate", "provenance": "photo"}
    citizen.call(
        "A6", "tries to change another paper", "POST", f"{own}/papers", other, status=409, code="ComponentClosed"
    )
    check(
        upload(stage, citizen, dossier_id, "identity-paper", front, scan("Mặt sau rõ")) == "verified", "the new photo"
    )
    supplement = {"answers": {"register_number": "12/2020"}, "note": "Đã bổ sung."}
    citizen.call("A6", "answers the supplement", "POST", f"{own}/supplement", supplement)
    papers = staff["reception"].get(desk)["papers"]
    check(
        sorted(p["status"] for p in papers) == ["refused", "replaced", "verified"], "old and new side by side", papers
    )
    letter = {"id": new_id(), "text": "Tôi có thể nhận kết quả vào buổi sáng không?"}
    citizen.call("A7", "writes to the agency", "POST", f"{own}/messages", letter, status=201)
    reply = {"id": new_id(), "text": "Được ạ. Xin mang theo bản chính."}
    staff["reception"].call("A7", "answers", "POST", f"{desk}/messages", reply, status=201)

    received = staff["reception"].call("C3", "accepts: the legal clock starts", "POST", f"{desk}/receive", {"note": ""})
    check(received["state"]["status"] == 2, "national status 2", received)
    explained = citizen.get(own)["due_explanation"]
    check(bool(explained) and explained[-1]["kind"] == "due", "the due date is explained item by item", explained)
    stage.say("A5 C3", "citizen", f"reads why: {explained[-1]['vi']}", "ok", 0)
    staff["approver"].call("B4", "approves what was not appraised", "POST", f"{desk}/approval", {}, status=409)
    staff["appraiser"].call("B4", "claims the dossier", "POST", f"{desk}/claim", {})
    staff["appraiser"].call("B4", "proposes approval", "POST", f"{desk}/proposal", {"opinion": "Đủ điều kiện."})
    staff["approver"].call("B4", "sends it back once", "POST", f"{desk}/return", {"reason": "Ghi rõ số bản."})
    staff["appraiser"].call("B4", "proposes again", "POST", f"{desk}/proposal", {"opinion": "Cấp 02 bản."})
    staff["approver"].call("B4", "approves", "POST", f"{desk}/approval", {"note": ""})
    scanned = make.pdf(text="Trich luc khai sinh")
    result_slot = f"{desk}/result-file"
    status = upload(stage, staff["clerk"], dossier_id, "result", scanned, kind="application/pdf", path=result_slot)
    check(status == "verified", "the result's file is inspected like any other", status)
    file_id = next(p["id"] for p in staff["clerk"].get(desk)["papers"] if p["component"] == RESULT)
    result = {"number": "12/TLKS-BS", "title": "Bản sao Trích lục khai sinh", "paper": file_id}
    entered = staff["clerk"].call("A14", "enters the result with its file", "POST", f"{desk}/result", result)
    check(entered["state"]["code"] == "sealing", "its file is signed and locked before it is there", entered)
    due = sealed(stage, staff["clerk"], desk)
    check(due["state"]["status"] == 6, "the fee is due before the result", due["state"])
    (issued,) = due["results"]
    proof = {"code": issued["code"], "secret": issued["secret"]}
    said = Person(stage, "anybody").call("A14", "checks the result by its code", "POST", "/results/check", proof)
    same = (said["state"], said["sha256"]) == ("valid", issued["sha256"])
    check(same, "the public check names the hash of the locked file", said)
    signed = said["signed"]["verdict"] == "VALID" and [one["name"] for one in said["signed"]["signers"]]
    check(bool(signed), "the public check says that the agency signed it", said["signed"])
    fee = {"amount": 1, "means": "cash"}
    staff["cashier"].call("A10", "takes the wrong amount", "POST", f"{desk}/fee", fee, status=422, code="WrongAmount")
    staff["cashier"].call("A10", "takes 16.000 đồng in cash", "POST", f"{desk}/fee", {**fee, "amount": 16000})
    hand_over = {"recipient": "Lê Thị Kể Chuyện", "signed": True}
    staff["clerk"].call("A9", "hands over before comparing", "POST", f"{desk}/hand-over", hand_over, status=409,
                        code="OriginalsNotCompared")  # fmt: skip
    differs = {"originals": {"identity-paper": "differs"}, "form_signed": True, "note": "Khác ngày cấp."}
    stopped = staff["clerk"].call(
        "A9", "compares: the paper differs, hand-over stops", "POST", f"{desk}/originals", differs
    )
    check(stopped["state"]["code"] == "handover_stopped", "a mismatch stops the hand-over", stopped)
    matches = {"originals": {"identity-paper": "matches"}, "form_signed": True}
    staff["clerk"].call("A9", "compares again: all match, form signed", "POST", f"{desk}/originals", matches)
    done = staff["clerk"].call(
        "A14", "hands the result over against a signature", "POST", f"{desk}/hand-over", hand_over
    )
    check(done["state"]["status"] == 10, "national status 10", done)
    staff["clerk"].call("A14", "archives the dossier", "POST", f"{desk}/archive", {})
    full = citizen.call("A5", "reads the whole timeline", "GET", own)
    actors = {step["actor"] for step in full["timeline"]}
    check({f"Cán bộ {role}" for role in STAFF} <= actors, "every officer's name is on the timeline", sorted(actors))
    steps = [step["action"] for step in full["timeline"]]
    expected = (
        "submit request_supplement supplement receive claim propose send_back propose approve enter_result seal pay"
    )
    check(steps == f"{expected} compare compare deliver close".split(), "every step is on the timeline", steps)


def refused_dossier(stage: Stage, citizen: Person, staff: dict[str, Person]) -> None:
    dossier_id, _ = file_dossier(stage, citizen)
    reason = {"reason": "Sự kiện hộ tịch đăng ký tại tỉnh khác."}
    path = f"/desk/dossiers/{dossier_id}/refusal"
    refused = staff["reception"].call("A5", "refuses a second dossier, with the reason", "POST", path, reason)
    check(refused["state"]["status"] == 3, "national status 3", refused)
    seen = citizen.get(f"/dossiers/{dossier_id}")["timeline"][-1]["detail"]
    check(seen["reason"] == reason["reason"], "the citizen reads why", seen)
    late = f"/desk/dossiers/{dossier_id}/receive"
    staff["reception"].call("B4", "accepts it after all", "POST", late, {}, status=409, code="TransitionRefused")


def withdrawn_dossier(stage: Stage, citizen: Person, staff: dict[str, Person]) -> None:
    dossier_id, filed = file_dossier(stage, citizen)
    desk = f"/desk/dossiers/{dossier_id}"
    staff["reception"].call("C3", "accepts a third dossier", "POST", f"{desk}/receive", {})
    path = f"/dossiers/{dossier_id}/withdrawal"
    gone = citizen.call("A5", "withdraws it", "POST", path, {"reason": "Đã tìm thấy bản cũ."})
    check(gone["state"]["status"] == 7, "national status 7", gone)
    staff["appraiser"].call("B4", "claims what was withdrawn", "POST", f"{desk}/claim", {}, status=409)


def workflows(stage: Stage) -> None:
    """Every review that was started ended by itself, as the console would show it.

    A dossier refused or withdrawn within moments may have been over before its review was to start: then none is.
    """
    client: Any = botocore.session.get_session().create_client(
        "stepfunctions",
        region_name="ap-southeast-1",
        endpoint_url=stage.environment["AWS_ENDPOINT_URL"],
        aws_access_key_id="story",
        aws_secret_access_key="story",
    )
    arn = stage.environment["REVIEW_MACHINE_ARN"]
    began = time.monotonic()

    def ended() -> Any:
        found = client.list_executions(stateMachineArn=arn)["executions"]
        return found if found and all(e["status"] == "SUCCEEDED" for e in found) else None

    found = stage.until("all reviews have ended", ended)
    names = ", ".join(sorted(e["name"] for e in found))
    stage.say("B4", "workflow", f"ended by itself for {names}", "ok", time.monotonic() - began)


def strangers(stage: Stage, citizen: Person) -> None:
    listed = citizen.call("A5", "lists my dossiers", "GET", "/dossiers?limit=2")
    rest = citizen.call("A5", "turns the page", "GET", f"/dossiers?limit=2&cursor={listed['cursor']}")
    codes = [d["code"] for d in (*listed["items"], *rest["items"])]
    check(len(set(codes)) == 3, "three dossiers on two pages", codes)
    nobody = Person(stage, "nobody")
    nobody.call("B3", "asks without a token", "GET", "/dossiers", status=401)
    forged = Person(stage, "forger", token=citizen.token[:-8] + "AAAAAAAA")
    forged.call("B3", "asks with a forged token", "GET", "/dossiers", status=401)


if __name__ == "__main__":
    sys.exit(main())
