"""The story's money: a fee paid online, told of by nobody, too late, refused, by post; the day closed, every đồng."""

from __future__ import annotations

import hashlib
import io
import re
import time
import unicodedata
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import requests
from pypdf import PdfReader

from tests.story.papers import scan, upload
from tests.story.stage import Person, Stage, check, new_id

POLICE = "H34.13"
LICENCE = "3.000347"
FEE = 135_000
PASSWORD = "mot buoi sang 2026"
STAFF = {
    "reception": f"{POLICE}:reception",
    "cashier": f"{POLICE}:cashier",
    "accountant": f"{POLICE}:accountant",
    "treasurer": "H34:accountant",  # transfers come to the province's account
}
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def play_money(stage: Stage, citizen: Person, identity: str) -> None:
    staff = officers(stage)
    paid = online(stage, citizen, identity)
    lost_callback(stage, citizen, identity)
    late_success(stage, citizen, identity)
    refused(stage, citizen, identity, staff)
    transfer(stage, citizen, identity)
    post_office(stage, citizen, identity, staff)
    counter(stage, citizen, identity, staff)
    receipt(stage, citizen, paid)
    close_the_day(stage, staff)


def officers(stage: Stage) -> dict[str, Person]:
    people = {}
    for name, post in STAFF.items():
        mail = f"{name}@cong-an.example"
        stage.command(
            "A1", f"makes an officer with the post {post}", "officers", "add", mail,
            "--name", f"Cán bộ {name}", "--post", post, "--password", PASSWORD,
        )  # fmt: skip
        people[name] = Person(stage, name)
        people[name].log_in(mail, PASSWORD)
    return people


def filed(stage: Stage, citizen: Person, identity: str) -> str:
    """A licence to exchange, filed; its fee is due."""
    dossier = new_id()
    answers = {
        "applicant_name": "Lê Thị Kể Chuyện",
        "applicant_identity": identity,
        "applicant_address": "Phường Quyết Thắng, thành phố Kon Tum",
        "applicant_phone": "0912000041",
        "licence_number": "620012345678",
        "licence_class": "A1",
        "issued_on": "2015-03-02",
        "reason": "damaged",
    }
    body = {"version": 0, "procedure": LICENCE, "procedure_version": 1, "agency": POLICE, "answers": answers}
    citizen.call("A11", "fills in a level-4 form", "PUT", f"/dossiers/{dossier}", body)
    check(upload(stage, citizen, dossier, "licence", scan("Giấy phép lái xe")) == "verified", "the scan is good")
    path = f"/dossiers/{dossier}/submission"
    seen = citizen.call("A13", "files it: the fee is due at once", "POST", path, {"declaration": True})
    check(seen["state"]["code"] == "filing_fee_due", "the review waits for the fee", seen)
    return dossier


def start(citizen: Person, dossier: str, way: str) -> dict[str, Any]:
    body = {"id": new_id(), "way": way}
    attempt: dict[str, Any] = citizen.call(
        "A13 B6", f"starts to pay by {way}", "POST", f"/dossiers/{dossier}/payments", body, status=201
    )
    if attempt["pay_url"]:
        page = requests.get(attempt["pay_url"], timeout=10)
        check(page.status_code == 200, "the gateway shows its page", page.text[:300])
    return attempt


def gateway(stage: Stage, way: str, attempt: dict[str, Any], **deed: Any) -> None:
    """What the payer (or the gateway) does at the other side."""
    began = time.monotonic()
    address = f"{stage.url}/sandbox/pay/{way}/orders/{attempt['reference']}"
    answer = requests.post(address, json={**deed, "wait": True}, timeout=30)
    check(answer.status_code == 200, f"{way} does it", answer.text)
    stage.say("B6", way, f"does: {deed.get('do', deed)}", answer.status_code, time.monotonic() - began)


def money(citizen: Person, dossier: str) -> dict[str, Any]:
    seen: dict[str, Any] = citizen.get(f"/dossiers/{dossier}/payments")
    return seen


def shift(stage: Stage, minutes: float) -> None:
    """Time passes, and the sweeper comes."""
    now = requests.get(f"{stage.url}/sandbox/clock", timeout=10).json()
    seconds = now["shifted_by"] + 60 * minutes
    answer = requests.post(f"{stage.url}/sandbox/clock", json={"shift": seconds}, timeout=60)
    check(answer.status_code == 200, "the clock is moved", answer.text)


def leave_midnight(stage: Stage) -> None:
    """The books are read by the day, and the story lasts most of an hour of the portal's time: not over midnight."""
    now = datetime.fromisoformat(requests.get(f"{stage.url}/sandbox/clock", timeout=10).json()["now"])
    if now.astimezone(VIETNAM).hour >= 22:
        shift(stage, 120)


def online(stage: Stage, citizen: Person, identity: str) -> str:
    dossier = filed(stage, citizen, identity)
    attempt = start(citizen, dossier, "vnpay")
    open_ = citizen.call("A13", "comes back before the callback: it says open, not paid", "POST",
                         f"/payment-attempts/{attempt['reference']}/check", {})  # fmt: skip
    check(open_["state"] == "open", "the portal tells the truth", open_)
    gateway(stage, "vnpay", attempt, do="duplicate")
    seen = stage.until("the callback is settled", lambda: money(citizen, dossier)["payments"])
    check([p["use"] for p in seen] == ["paid"] and seen[0]["amount"] == FEE, "two callbacks, one payment", seen)
    state = citizen.get(f"/dossiers/{dossier}")["state"]
    check(state["code"] == "parcel_expected", "the review goes on by itself", state)
    stage.say("A13 B4", "workflow", "goes on by itself after the fee", state["status"], 0)
    return dossier


def lost_callback(stage: Stage, citizen: Person, identity: str) -> None:
    dossier = filed(stage, citizen, identity)
    attempt = start(citizen, dossier, "momo")
    gateway(stage, "momo", attempt, do="silence")
    check(money(citizen, dossier)["attempts"][0]["state"] == "open", "nobody has told of the money")
    began = time.monotonic()
    shift(stage, 6)
    check(money(citizen, dossier)["attempts"][0]["state"] == "paid", "the sweep asked", money(citizen, dossier))
    stage.say("B6", "sweeper", "asks MoMo and finds the payment that nobody told of", "paid", time.monotonic() - began)


def late_success(stage: Stage, citizen: Person, identity: str) -> None:
    dossier = filed(stage, citizen, identity)
    attempt = start(citizen, dossier, "zalopay")
    citizen.call("A15", "withdraws while the payment is under way", "POST", f"/dossiers/{dossier}/withdrawal",
                 {"reason": "Đổi ý."})  # fmt: skip
    gateway(stage, "zalopay", attempt, do="succeed")
    refund_of(stage, citizen, dossier, "late", "zalopay")


def refused(stage: Stage, citizen: Person, identity: str, staff: dict[str, Person]) -> None:
    dossier = filed(stage, citizen, identity)
    attempt = start(citizen, dossier, "vnpay")
    gateway(stage, "vnpay", attempt, do="succeed")
    stage.until("it is paid", lambda: money(citizen, dossier)["payments"])
    desk = f"/desk/dossiers/{dossier}"
    staff["reception"].call("A12", "registers the parcel with the papers", "POST", f"{desk}/parcel",
                            {"tracking": "EK123456789VN", "sender": "Y Mẫu Thử Nghiệm"})  # fmt: skip
    staff["reception"].call("A12", "opens it", "POST", f"{desk}/parcel/opening", {})
    papers = {one["component"] for one in citizen.get(f"/dossiers/{dossier}")["papers"]}
    good = {"finding": "certified", "certified_by": "UBND phường Quyết Thắng", "certified_on": "2026-01-05"}
    staff["reception"].call("A12", "checks paper by paper: complete", "POST", f"{desk}/parcel/checks",
                            {"checks": {component: good for component in papers}})  # fmt: skip
    staff["reception"].call("A15", "refuses: the fee is owed back", "POST", f"{desk}/refusal",
                            {"reason": "Giấy phép đã bị thu hồi."})  # fmt: skip
    refund_of(stage, citizen, dossier, "refused", "vnpay")


def refund_of(stage: Stage, citizen: Person, dossier: str, rule: str, way: str) -> None:
    """It opens by itself and goes back through the channel that it came by."""
    began = time.monotonic()
    stage.until("the refund is with the gateway", lambda: [
        r for r in money(citizen, dossier)["refunds"] if r["state"] in {"sent", "done"}
    ])  # fmt: skip
    for _ in range(6):
        if money(citizen, dossier)["refunds"][0]["state"] == "done":
            break
        shift(stage, 6)
    (refund,) = money(citizen, dossier)["refunds"]
    check((refund["rule"], refund["amount"], refund["state"]) == (rule, FEE, "done"), "it was paid back", refund)
    stage.say("A15", way, f"pays back {FEE:,} đồng ({rule}), proof {refund['proof']}".replace(",", "."), "done",
              time.monotonic() - began)  # fmt: skip


def transfer(stage: Stage, citizen: Person, identity: str) -> None:
    """By VietQR; the payer types too little first."""
    dossier = filed(stage, citizen, identity)
    attempt = start(citizen, dossier, "vietqr")
    check(bool(attempt["qr"]), "there is a QR code to scan", attempt)
    transferred(stage, citizen, dossier, attempt, 100_000, "held")
    transferred(stage, citizen, dossier, attempt, 40_000, "paid")
    refunds = money(citizen, dossier)["refunds"]
    check([(r["rule"], r["amount"]) for r in refunds] == [("overpaid", 5_000)], "what was too much goes back", refunds)


def transferred(stage: Stage, citizen: Person, dossier: str, attempt: dict[str, Any], amount: int, use: str) -> None:
    """The payer types an amount and our reference; the bank tells of it."""
    began = time.monotonic()
    one = {"account": "0000000001", "amount": amount, "description": f"NOP PHI {attempt['reference']}"}
    body: Any = {"transfers": [one], "do": "send", "wait": True}
    sent = requests.post(f"{stage.url}/sandbox/pay/bank/transfers", json=body, timeout=30)
    check(sent.status_code == 200, "the bank transfers", sent.text)
    stage.until("the bank's notice is settled", lambda: [
        p for p in money(citizen, dossier)["payments"] if (p["use"], p["amount"]) == (use, amount)
    ])  # fmt: skip
    what = f"transfers {amount:,} đồng: {use}".replace(",", ".")
    stage.say("A13", "citizen", what, sent.status_code, time.monotonic() - began)


def post_office(stage: Stage, citizen: Person, identity: str, staff: dict[str, Person]) -> None:
    dossier = filed(stage, citizen, identity)
    code = citizen.get(f"/dossiers/{dossier}")["code"]
    paid = {"reference": code, "payer": "Lê Thị Kể Chuyện", "amount": FEE}
    for deed in ("take", "spoil"):
        requests.post(f"{stage.url}/sandbox/pay/post/slips", json={**paid, "do": deed}, timeout=10).raise_for_status()
    stage.say("A13", "citizen", "pays the fee at the commune's post office", code, 0)
    header, *rows = file_of(stage, "post", "slips", portal_day(stage))
    sent = read_file(staff["accountant"], "post-office", "buu-dien.csv", header, rows)
    check(sent["file"]["counts"] == {"booked": 1, "refused": 1}, "one row pays", sent)
    check([t["row"] for t in sent["told"] if t["fields"]] == [3], "the bad row is named with its defects", sent)
    again = read_file(staff["accountant"], "post-office", "buu-dien.csv", header, rows)
    check(again["known"] is True, "the same file again changes nothing", again)
    (payment,) = money(citizen, dossier)["payments"]
    check((payment["via"]["code"], payment["use"]) == ("post", "paid"), "the post office's money pays", payment)


def portal_day(stage: Stage) -> str:
    """The day in Vietnam, by the portal's clock."""
    now = datetime.fromisoformat(requests.get(f"{stage.url}/sandbox/clock", timeout=10).json()["now"])
    return now.astimezone(VIETNAM).date().isoformat()


def file_of(stage: Stage, way: str, which: str, day: str) -> list[str]:
    """The lines of a file that the other side gives of a day."""
    answer = requests.get(f"{stage.url}/sandbox/pay/{way}/{which}", params={"day": day}, timeout=10)
    answer.raise_for_status()
    return answer.text.strip().splitlines()


def read_file(
    who: Person, kind: str, name: str, header: str, rows: list[str], provider: str = "", agency: str = POLICE
) -> dict[str, Any]:
    digest = hashlib.sha256("\n".join([header, *rows]).encode()).hexdigest()
    body = {"name": name, "provider": provider, "header": header, "offset": 0, "rows": rows, "last": True}
    path = f"/desk/books/{agency}/files/{kind}.{digest}/rows"
    read: dict[str, Any] = who.call("A13 C6", f"reads the file {name}", "PUT", path, body)
    return read


def counter(stage: Stage, citizen: Person, identity: str, staff: dict[str, Person]) -> None:
    dossier = filed(stage, citizen, identity)
    cashier, accountant = staff["cashier"], staff["accountant"]
    drawers = f"/desk/drawers/{POLICE}"
    opened = cashier.call("A10", "opens the drawer with change", "PUT", f"{drawers}/mine", {"change": 200_000})
    fee = {"amount": FEE, "means": "cash"}
    cashier.call("A10", "takes the fee at the counter", "POST", f"/desk/dossiers/{dossier}/fee", fee)
    drawer = f"{drawers}/{opened['id']}"
    short = {"counted": 335_000, "note": ""}
    cashier.call("A10", "counts the drawer", "PUT", f"{drawer}/count", short)
    accountant.call("A10", "receives what was counted, with four eyes", "PUT", f"{drawer}/hand-in", {})


def receipt(stage: Stage, citizen: Person, dossier: str) -> None:
    paid = stage.until(
        "the receipt is issued", lambda: [p for p in money(citizen, dossier)["payments"] if p["receipt"]]
    )
    link = citizen.call("C6", f"downloads receipt {paid[0]['receipt']}", "GET",
                        f"/dossiers/{dossier}/receipts/{paid[0]['id']}")  # fmt: skip
    pdf = requests.get(link["url"], timeout=10)
    check(pdf.content.startswith(b"%PDF-"), "it is a PDF", pdf.headers)
    printed = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.content)).pages)
    said = unicodedata.normalize("NFC", printed).partition("Mã kiểm tra:")[2]
    secret = re.sub(r"[^0-9a-f]", "", said[:48])[:32]
    series, _, serial = paid[0]["receipt"].partition("/")
    body = {"agency": POLICE, "series": series, "serial": int(serial), "secret": secret}
    nobody = Person(stage, "anybody")
    good = nobody.call("C6", "checks the receipt by its QR code", "POST", "/receipts/check", body)
    check(good["amount"] == FEE, "the amount is right", good)
    nobody.call("C6", "checks a forged one", "POST", "/receipts/check", {**body, "secret": "0" * 32}, status=404)
    walk = ("receipts", "verify", "--agency", POLICE)
    # The receipt of the last payment may still be under way, and its PDF after it.
    stage.command("C6", "walks the receipts: no gap, no double, each with its PDF", *walk, patient=True)


def close_the_day(stage: Stage, staff: dict[str, Person]) -> None:
    accountant = staff["accountant"]
    day = portal_day(stage)
    for way in ("vnpay", "momo", "zalopay", "post"):
        header, *rows = file_of(stage, way, "settlement", day)
        if rows:
            read_file(accountant, "settlement", f"{way}-{day}.csv", header, rows, way)
    header, *rows = file_of(stage, "bank", "statement", day)
    read = read_file(staff["treasurer"], "statement", f"sao-ke-{day}.csv", header, rows, agency="H34")
    check(read["file"]["counts"] == {"matched": 2}, "both transfers are in the statement", [rows, read])
    seen = accountant.call("C6", "reads the day's report", "GET", f"/desk/books/{POLICE}/days/{day}")
    check(seen["proof"] == 0, "all accounts together are nought", seen["accounts"])
    check((seen["unmatched"], seen["closed"]) == (0, True), "the day is closed", seen)
    stage.say("C6", "accountant", f"closes the day: 0 đồng unmatched, {seen['journals']} journals, sum 0", day, 0)
