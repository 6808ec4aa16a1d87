"""A dossier taken back: what it would mean, what it means, and who is told that another was quicker."""

from __future__ import annotations

import io
from typing import Any

import pytest
from pypdf import PdfReader

from chalicelib.domain.life import State
from chalicelib.services import present, workflow
from infra.local.testing import environment
from tests.app.portal import PROCEDURE, Portal, new_id
from tests.app.treasury import FEE, Treasury, level_4

REASON = {"reason": "Không còn nhu cầu."}


def sheet(portal: Portal, dossier: str, form: str) -> str:
    """The text of the newest sheet of a form; blanks as one."""
    shown = portal.citizen.get(f"/dossiers/{dossier}").body["sheets"]
    event = next(one["event"] for one in shown if one["form"] == form and one["ready"])
    bucket, key = environment()["RESULTS_BUCKET"], f"sheets/H34.05/{dossier}/{event:06d}-{form}.pdf"
    body = portal.cloud.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages).split())


def means(portal: Portal, dossier: str) -> dict[str, Any]:
    answer = portal.citizen.get(f"/dossiers/{dossier}/withdrawal")
    assert answer.status == 200, answer.body
    return dict(answer.body)


@pytest.mark.clause("A15")
def test_what_comes_back_is_said_before_and_stands_on_the_form_afterwards(portal: Portal) -> None:
    fee = PROCEDURE["fees"][0]
    kept = {**fee, "code": "kept", "refundable": False, "moment": "acceptance", "per": None, "amount": 5000}
    document = {**PROCEDURE, "code": "2.000637", "fees": [{**fee, "moment": "acceptance"}, kept]}
    Treasury(portal).offer(document)
    dossier, _ = portal.filed(procedure="2.000637")
    before = means(portal, dossier)
    assert (before["may"], before["back"], before["kept"]) == (True, 0, 0) and "Nothing was paid" in before["texts"][1]
    portal.step(portal.reception, dossier, "receive", {})
    portal.step(portal.cashier, dossier, "fee", {"amount": 29_000, "means": "cash"})
    paid = means(portal, dossier)
    assert (paid["back"], paid["kept"]) == (24_000, 5_000)
    assert ["24.000" in paid["texts"][1], "5.000" in paid["texts"][2]] == [True, True]
    path = f"/dossiers/{dossier}/withdrawal"
    wrong = portal.citizen.post(path, {**REASON, "back": 0})
    assert (wrong.status, wrong.body["Code"]) == (409, "ConsequenceChanged") and "24.000" in wrong.body["Message"]
    key = new_id()
    for _ in range(2):  # the same request again is the same withdrawal
        assert portal.citizen.post(path, {**REASON, "back": 24_000}, key).body["state"]["code"] == "withdrawn"
    portal.relay()
    said = sheet(portal, dossier, "withdrawal")
    for words in ("RHS-1", "Không còn nhu cầu.", "24.000 đồng", "5.000 đồng", "Nguyễn Thị Thử"):
        assert words in said, said
    letter = portal.cloud.outbox.letters()[-1]
    assert "Phiếu đề nghị và xác nhận rút hồ sơ" in str(letter)
    (refund,) = portal.citizen.get(f"/dossiers/{dossier}/payments").body["refunds"]
    assert (refund["amount"], refund["rule"]) == (24_000, "withdrawn")
    assert means(portal, dossier)["may"] is False


def test_a_withdrawal_that_comes_too_late_is_told_what_was_decided_when_and_by_whom(portal: Portal) -> None:
    dossier = portal.appraised()
    portal.later(minutes=5)
    portal.step(portal.approver, dossier, "approval", {})
    assert "was approved" in means(portal, dossier)["texts"][0]
    portal.later(minutes=5)
    late = portal.citizen.post(f"/dossiers/{dossier}/withdrawal", REASON)
    assert (late.status, late.body["Code"]) == (409, "TransitionRefused")
    assert "09:05 23/11/2026" in late.body["Message"] and "Result being issued" in late.body["Message"]
    assert "by Cán bộ approver" in late.body["Message"]
    portal.citizen.language = "vi"
    again = portal.citizen.post(f"/dossiers/{dossier}/withdrawal", REASON)
    assert "«Đang phát hành kết quả», do Cán bộ approver thực hiện" in again.body["Message"]


def test_an_officer_who_comes_second_is_told_of_the_withdrawal(portal: Portal) -> None:
    dossier = portal.appraised()
    assert portal.citizen.post(f"/dossiers/{dossier}/withdrawal", REASON).status == 200
    for step, body in (("approval", {}), ("stop", REASON), ("return", REASON)):
        late = portal.approver.post(f"/desk/dossiers/{dossier}/{step}", body)
        assert (late.status, late.body["Code"]) == (409, "TransitionRefused")
        assert 'state "Withdrawn", by Nguyễn Thị Thử' in late.body["Message"]


def test_what_the_portal_did_itself_is_told_as_that(portal: Portal) -> None:
    treasury = Treasury(portal)
    dossier = treasury.due()
    portal.later(days=31)
    workflow.overdue(dossier, State.FILING_FEE_DUE, present.now())
    late = portal.citizen.post(f"/dossiers/{dossier}/withdrawal", REASON)
    assert 'state "Stopped", by the portal' in late.body["Message"]


def test_money_that_comes_between_the_question_and_the_answer_changes_the_question(portal: Portal) -> None:
    treasury = Treasury(portal)
    treasury.offer(level_4("filing", "2.000638"))
    dossier = treasury.due("2.000638")
    assert means(portal, dossier)["back"] == 0
    treasury.pay(dossier)
    now = means(portal, dossier)
    refused = portal.citizen.post(f"/dossiers/{dossier}/withdrawal", {**REASON, "back": 0})
    assert (now["back"], refused.body["Code"]) == (FEE, "ConsequenceChanged")


def test_only_the_applicant_asks_and_a_draft_has_nothing_to_take_back(portal: Portal) -> None:
    dossier, _ = portal.filed()
    for who in (portal.stranger, portal.reception):
        assert who.get(f"/dossiers/{dossier}/withdrawal").status == 404
    assert portal.citizen.get(f"/dossiers/{portal.draft()}/withdrawal").status == 404
