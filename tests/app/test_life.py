"""A level-3 dossier from draft to result, handler by handler."""

from __future__ import annotations

import os
import re
from typing import Any
from urllib.parse import urlsplit

import pytest

from chalicelib import events
from chalicelib.domain.money import balances
from chalicelib.storage import ledger
from infra.local.testing import run
from tests.app.portal import AGENCY, ANSWERS, ROOT, Portal, new_id


@pytest.mark.clause("A8")
@pytest.mark.clause("A9")
@pytest.mark.clause("A10")
@pytest.mark.clause("A14")
def test_the_whole_life_at_level_three(portal: Portal) -> None:
    dossier_id = portal.ready()
    assert portal.state(dossier_id) == "ready"
    hand_over = {"recipient": "Nguyễn Thị Thử", "signed": True}
    early = portal.clerk.post(f"/desk/dossiers/{dossier_id}/hand-over", hand_over)
    assert (early.status, early.body["Code"]) == (409, "OriginalsNotCompared")
    portal.step(portal.clerk, dossier_id, "originals", {"originals": {"identity": "differs"}, "form_signed": True})
    assert portal.state(dossier_id) == "handover_stopped"
    portal.step(portal.clerk, dossier_id, "originals", {"originals": {"identity": "matches"}, "form_signed": True})
    portal.step(portal.clerk, dossier_id, "hand-over", hand_over)
    portal.step(portal.clerk, dossier_id, "archive", {})
    full = portal.citizen.get(f"/dossiers/{dossier_id}").body
    assert full["state"]["status"] == 10
    assert [step["action"] for step in full["timeline"]] == [
        "submit", "receive", "claim", "propose", "approve", "enter_result", "pay", "compare", "compare", "deliver",
        "close",
    ]  # fmt: skip
    assert {step["actor"] for step in full["timeline"]} >= {"Nguyễn Thị Thử", "Cán bộ approver"}


@pytest.mark.clause("C1")
def test_filing_gives_a_code_a_receipt_and_a_reply_date(portal: Portal) -> None:
    _, answer = portal.filed()
    assert answer["code"] == f"{AGENCY}-261123-0001"
    assert answer["state"]["status"] == 1
    # Monday 09:00 + 8 working hours: 09:00-11:30, 13:30-17:00 are six; two more from Wednesday 07:00, for Tuesday
    # 24/11 is a day off (from 2026).
    assert answer["reply_due_at"] == "2026-11-25T02:00:00.000Z"
    assert len(answer["receipt"]["secret"]) == 32


def test_filing_names_every_defect_at_once(portal: Portal) -> None:
    dossier_id = portal.draft(answers={"subject_name": "A", "by_mandate": True})
    answer = portal.citizen.post(f"/dossiers/{dossier_id}/submission", {"declaration": False})
    assert (answer.status, answer.body["Code"]) == (422, "Incomplete")
    assert {(f["Field"], f["Code"]) for f in answer.body["Fields"]} == {
        ("answers.event", "Required"),
        ("answers.copies", "Required"),
        ("answers.subject_name", "TooShort"),
        ("papers.identity", "PaperMissing"),
        ("papers.mandate", "PaperMissing"),
        ("declaration", "DeclarationRequired"),
    }
    assert portal.state(dossier_id) == "draft"


def test_the_same_submission_again_is_the_same_submission(portal: Portal) -> None:
    dossier_id = portal.draft()
    portal.upload(dossier_id)
    key = new_id()
    first = portal.citizen.post(f"/dossiers/{dossier_id}/submission", {"declaration": True}, key)
    again = portal.citizen.post(f"/dossiers/{dossier_id}/submission", {"declaration": True}, key)
    assert first.status == again.status == 200
    assert first.body == again.body
    other = portal.citizen.post(f"/dossiers/{dossier_id}/submission", {"declaration": True})
    assert (other.status, other.body["Code"]) == (409, "NotADraft")


def test_a_repeated_step_counts_once_even_after_others(portal: Portal) -> None:
    dossier_id = portal.ready()
    key, differs = new_id(), {"originals": {"identity": "differs"}, "form_signed": True}
    portal.step(portal.clerk, dossier_id, "originals", differs, key)
    portal.step(portal.clerk, dossier_id, "originals", {"originals": {"identity": "matches"}, "form_signed": True})
    late = portal.step(portal.clerk, dossier_id, "originals", differs, key)
    assert late["state"]["code"] == "ready"
    reused = portal.clerk.post(f"/desk/dossiers/{dossier_id}/hand-over", {"recipient": "A", "signed": True}, key)
    assert (reused.status, reused.body["Code"]) == (409, "KeyReused")


@pytest.mark.clause("A6")
def test_a_supplement_opens_only_what_was_asked_for(portal: Portal) -> None:
    dossier_id, _ = portal.filed()
    ask: dict[str, Any] = {
        "papers": {"identity": "Ảnh mờ."},
        "fields": {"copies": "Ghi lại số bản."},
        "note": "Vui lòng bổ sung.",
    }
    portal.step(portal.reception, dossier_id, "supplement-request", ask)
    assert portal.state(dossier_id) == "intake_supplement"
    path = f"/dossiers/{dossier_id}/supplement"
    short = portal.citizen.post(path, {"answers": {"subject_name": "Người Khác"}})
    assert {(f["Field"], f["Code"]) for f in short.body["Fields"]} == {
        ("answers.subject_name", "NotAskedFor"),
        ("answers.copies", "NotAnswered"),
        ("papers.identity", "NotAnswered"),
    }
    portal.later(minutes=1)
    new = portal.upload(dossier_id)
    done = portal.citizen.post(path, {"answers": {"copies": 5}})
    assert done.status == 200, done.body
    full = portal.citizen.get(f"/dossiers/{dossier_id}").body
    assert full["state"]["code"] == "submitted"
    papers = {p["id"]: (p["status"], p["counts"]) for p in full["papers"]}
    assert papers[new] == ("verified", True)
    assert sorted(papers.values()) == [("replaced", False), ("verified", True)]
    change = full["timeline"][-1]["detail"]
    assert (change["before"], change["after"]) == ({"copies": 3}, {"copies": 5})
    second = portal.reception.post(f"/desk/dossiers/{dossier_id}/supplement-request", ask)
    assert (second.status, second.body["Code"]) == (409, "SupplementAskedBefore")


@pytest.mark.clause("A5")
def test_status_needs_the_code_and_the_secret(portal: Portal) -> None:
    _, answer = portal.filed()
    receipt = answer["receipt"]
    seen = portal.nobody.post("/status", {"code": receipt["code"], "secret": receipt["secret"]})
    assert seen.status == 200
    assert seen.body["state"]["code"] == "submitted"
    assert "Thử" not in str(seen.body)
    wrong = portal.nobody.post("/status", {"code": receipt["code"], "secret": "0" * 32})
    absent = portal.nobody.post("/status", {"code": f"{AGENCY}-261123-9999", "secret": receipt["secret"]})
    assert wrong.status == absent.status == 404
    assert wrong.body == absent.body


def test_others_and_absent_dossiers_are_answered_alike(portal: Portal) -> None:
    dossier_id, _ = portal.filed()
    for who, path in (
        (portal.stranger, "/dossiers/{}"),
        (portal.elsewhere, "/desk/dossiers/{}"),
        (portal.reception, "/dossiers/{}"),
        (portal.stranger, "/dossiers/{}/papers/" + new_id()),
    ):
        theirs, absent = who.get(path.format(dossier_id)), who.get(path.format(new_id()))
        assert theirs.status == absent.status == 404
        assert theirs.body == absent.body


@pytest.mark.clause("A10")
def test_the_counter_takes_exactly_what_is_due_once(portal: Portal) -> None:
    dossier_id = portal.issued()
    fee = {"amount": 8000, "means": "cash"}
    wrong = portal.cashier.post(f"/desk/dossiers/{dossier_id}/fee", fee)
    assert (wrong.status, wrong.body["Code"]) == (422, "WrongAmount")
    assert "24.000" in wrong.body["Message"]
    key = new_id()
    for _ in range(2):
        portal.step(portal.cashier, dossier_id, "fee", {**fee, "amount": 24000}, key)
    (paid,) = (account := ledger.account(dossier_id)).payments
    assert (paid.amount, paid.via, paid.use) == (24000, "cash", "paid")
    assert balances(account.journals) == {f"{AGENCY}:{paid.book}": 24000, f"{AGENCY}:due": -24000}


def test_a_slip_of_the_card_terminal_pays_once(portal: Portal) -> None:
    card = {"amount": 24000, "means": "card"}
    first, second = portal.issued(), portal.issued()
    nameless = portal.cashier.post(f"/desk/dossiers/{first}/fee", card)
    assert (nameless.status, nameless.body["Fields"][0]["Field"]) == (422, "reference")
    portal.step(portal.cashier, first, "fee", {**card, "reference": "SLIP-77"})
    again = portal.cashier.post(f"/desk/dossiers/{second}/fee", {**card, "reference": "SLIP-77"})
    assert (again.status, again.body["Code"]) == (409, "TransactionKnown")
    assert portal.state(second) == "result_fee_due"


def test_the_review_starts_and_goes_on_by_the_relay(portal: Portal) -> None:
    dossier_id, answer = portal.filed()
    portal.relay()
    (execution,) = portal.cloud.executions()
    assert execution["name"] == answer["code"].replace(".", "-") + "-a1"
    assert set(execution["input"]) == {"dossier", "attempt", "state", "seconds"}
    from chalicelib import steps

    waiting = {
        "dossier": dossier_id,
        "attempt": 1,
        "state": "submitted",
        "entered": "2026-11-23T02:00:00Z",
        "token": "token-1",
    }
    run(steps.await_decision, waiting, "await-decision")
    portal.step(portal.reception, dossier_id, "receive", {})
    portal.relay()
    ((token, output),) = portal.cloud.tokens
    assert (token, output["state"]) == ("token-1", "received")


def test_the_sweeper_does_what_the_relay_did_not(portal: Portal) -> None:
    portal.filed()
    portal.cloud.records()  # lost
    done = run(events.sweep, {"all": True}, "sweep")
    assert done["effects"] == 3  # workflow, notice, form
    assert len(portal.cloud.executions()) == 1
    assert run(events.sweep, {"all": True}, "sweep")["effects"] == 1  # the notice's mail
    assert run(events.sweep, {"all": True}, "sweep")["effects"] == 0


def test_a_poison_effect_lets_the_others_go_first(portal: Portal) -> None:
    portal.filed()
    table, client = os.environ["DOSSIERS_TABLE"], portal.cloud.client("dynamodb")
    (notice,) = [i for i in client.scan(TableName=table)["Items"] if i["sk"]["S"].endswith("#notice")]
    key = {"pk": notice["pk"], "sk": notice["sk"]}
    client.update_item(
        TableName=table, Key=key, UpdateExpression="SET effect = :e, event_number = :n",
        ExpressionAttributeValues={":e": {"S": "notice"}, ":n": {"N": "99"}},
    )  # fmt: skip
    first = run(events.sweep, {"all": True}, "sweep")
    assert (first["effects"], first["failed"]) == (2, 1)
    assert run(events.sweep, {"all": True}, "sweep")["failed"] == 0
    portal.later(minutes=16)
    assert run(events.sweep, {}, "sweep")["failed"] == 1


def test_the_same_supplement_again_is_the_same_even_when_asked_once_more(portal: Portal) -> None:
    dossier_id, _ = portal.filed()
    ask = {"fields": {"copies": "Ghi lại số bản."}}
    portal.step(portal.reception, dossier_id, "supplement-request", ask)
    key, body = new_id(), {"answers": {"copies": 5}}
    assert portal.citizen.post(f"/dossiers/{dossier_id}/supplement", body, key).status == 200
    portal.step(portal.reception, dossier_id, "supplement-request", {**ask, "exception": "Vẫn chưa đúng."})
    again = portal.citizen.post(f"/dossiers/{dossier_id}/supplement", body, key)
    assert (again.status, again.body["state"]["code"]) == (200, "intake_supplement")


def test_withdrawal_and_refusal_end_the_review(portal: Portal) -> None:
    first, _ = portal.filed()
    assert portal.citizen.post(f"/dossiers/{first}/withdrawal", {"reason": "Không cần nữa."}).status == 200
    assert portal.state(first) == "withdrawn"
    second, _ = portal.filed()
    portal.step(portal.reception, second, "refusal", {"reason": "Không thuộc thẩm quyền."})
    assert portal.citizen.get(f"/dossiers/{second}").body["state"]["status"] == 3
    late = portal.reception.post(f"/desk/dossiers/{second}/receive", {})
    assert (late.status, late.body["Code"]) == (409, "TransitionRefused")


def test_drafts_are_versioned_and_resumable(portal: Portal) -> None:
    dossier_id = portal.draft()
    body = {"procedure": "2.000635", "procedure_version": 1, "agency": AGENCY, "delivery": "counter"}
    one = portal.citizen.put(f"/dossiers/{dossier_id}", {**body, "version": 1, "answers": {**ANSWERS, "copies": 4}})
    again = portal.citizen.put(f"/dossiers/{dossier_id}", {**body, "version": 1, "answers": {**ANSWERS, "copies": 4}})
    assert one.status == again.status == 200
    assert one.body["version"] == again.body["version"] == 2
    stale = portal.citizen.put(f"/dossiers/{dossier_id}", {**body, "version": 1, "answers": ANSWERS})
    assert (stale.status, stale.body["Code"]) == (409, "StaleDraft")
    listed = portal.citizen.get("/dossiers").body["items"]
    assert [d["id"] for d in listed] == [dossier_id]
    assert portal.stranger.put(f"/dossiers/{dossier_id}", {**body, "version": 2, "answers": {}}).status == 404
    assert portal.citizen.delete(f"/dossiers/{dossier_id}").status == 204
    assert portal.citizen.get(f"/dossiers/{dossier_id}").status == 404


@pytest.mark.clause("A7")
def test_messages_go_both_ways_once(portal: Portal) -> None:
    dossier_id, _ = portal.filed()
    letter = {"id": new_id(), "text": "Khi nào có kết quả?"}
    for _ in range(2):
        assert portal.citizen.post(f"/dossiers/{dossier_id}/messages", letter).status == 201
    portal.later(minutes=1)
    reply = {"id": new_id(), "text": "Sáng thứ Tư."}
    assert portal.reception.post(f"/desk/dossiers/{dossier_id}/messages", reply).status == 201
    full = portal.reception.get(f"/desk/dossiers/{dossier_id}").body
    assert [m["text"] for m in full["messages"]] == ["Khi nào có kết quả?", "Sáng thứ Tư."]
    portal.relay()
    mails = portal.cloud.outbox.letters("citizen@example.invalid")
    assert any("cơ quan gửi tin nhắn" in mail.subject for mail in mails)
    assert not any("Thử" in mail.subject or "Sáng" in mail.body for mail in mails)
    links = {link for mail in mails for link in re.findall(r"https?://\S+", mail.body)}
    assert {urlsplit(link).path for link in links} == {f"/ho-so/{dossier_id}", "/tai-khoan/thong-bao"}, "the site's"
    routes = (ROOT / "web" / "src" / "routes.ts").read_text("utf-8")
    assert '"/ho-so/:id"' in routes and '"/tai-khoan/thong-bao"' in routes


def test_queues_show_the_most_urgent_first_and_only_to_their_posts(portal: Portal) -> None:
    first, _ = portal.filed()
    second, _ = portal.filed()
    page = portal.reception.get(f"/desk/queues/{AGENCY}/reception?limit=1").body
    rest = portal.reception.get(f"/desk/queues/{AGENCY}/reception?limit=1&cursor={page['cursor']}").body
    assert {page["items"][0]["id"], rest["items"][0]["id"]} == {first, second}
    assert portal.appraiser.get(f"/desk/queues/{AGENCY}/reception").status == 404
    assert portal.citizen.get("/desk/queues").status == 403
    mine = portal.clerk.get("/desk/queues").body
    assert [q["queue"] for q in mine["items"]] == ["issuing", "handover", "closing"]
    assert [(one["agency"]["code"], one["role"]) for one in mine["posts"]] == [(AGENCY, "clerk")]


def test_what_can_be_done_is_said(portal: Portal) -> None:
    dossier_id = portal.ready()
    path = f"/desk/dossiers/{dossier_id}"
    assert portal.clerk.get(path).body["actions"] == ["compare"]
    assert portal.citizen.get(f"/dossiers/{dossier_id}").body["actions"] == []
    portal.step(portal.clerk, dossier_id, "originals", {"originals": {"identity": "matches"}, "form_signed": True})
    assert portal.clerk.get(path).body["actions"] == ["compare", "deliver"]


def test_the_head_is_small_apart_from_answers_and_applicant(portal: Portal) -> None:
    dossier_id = portal.ready()
    table = portal.cloud.client("dynamodb")
    key = {"pk": {"S": f"D#{dossier_id}"}, "sk": {"S": "HEAD"}}
    item = table.get_item(TableName=os.environ["DOSSIERS_TABLE"], Key=key)["Item"]
    for content in ("answers", "applicant", "identity"):
        item.pop(content)
    size = sum(len(name.encode()) + len(next(iter(value.values())).encode()) for name, value in item.items())
    assert size < 1024, size  # with shorter ids than Cognito's; in the cloud it may take a second write unit


def test_what_is_no_json_is_refused_in_the_one_shape(portal: Portal) -> None:
    for body, headers, status in (
        (b"{}", {"Content-Type": "text/plain"}, 422),
        (b'{"version": NaN}', {}, 422),
        (b'{"version": 1, "version": 2}', {}, 422),
        (b"[1]", {}, 422),
        (b"\xff\xfe", {}, 422),
        (b"[" * 100_000, {}, 422),
        (b'{"note": "' + b"a" * 300_000 + b'"}', {}, 413),
    ):
        answer = portal.citizen.call("PUT", f"/dossiers/{new_id()}", body, **headers)
        assert (answer.status, set(answer.body)) == (status, {"Code", "Message", "Fields"}), body[:40]
