"""A complaint about how a dossier ended: filed once and in time, seen in a list, answered by somebody else."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.life import State
from chalicelib.services import present, workflow
from chalicelib.storage import dossiers as kept
from tests.app.portal import AGENCY, ELSEWHERE, Answer, Person, Portal, new_id
from tests.app.test_endings import sheet
from tests.app.test_paper_races import meanwhile
from tests.app.treasury import Treasury

pytestmark = pytest.mark.clause("A15")
TEXT = {"text": "Giấy tờ của tôi hợp lệ, đề nghị xem xét lại."}


def refused(portal: Portal) -> str:
    dossier, _ = portal.filed()
    portal.step(portal.reception, dossier, "refusal", {"reason": "Không thuộc thẩm quyền."})
    return dossier


def complain(portal: Portal, dossier: str, key: str = "") -> Answer:
    return portal.citizen.post(f"/dossiers/{dossier}/complaint", TEXT, key or new_id())


def answer(portal: Portal, dossier: str, outcome: str, who: Person | None = None, key: str = "") -> Answer:
    body = {"outcome": outcome, "answer": "Đã xem xét lại hồ sơ."}
    return (who or portal.administrator).post(f"/desk/dossiers/{dossier}/complaint-answer", body, key or new_id())


def waiting(portal: Portal, who: Person | None = None) -> list[dict[str, Any]]:
    return list((who or portal.administrator).get(f"/desk/complaints?agency={AGENCY}").body["items"])


def codes(*answers: Answer) -> list[tuple[int, str]]:
    return [(one.status, one.body.get("Code", one.body.get("state", {}).get("code"))) for one in answers]


def test_a_refused_dossier_is_reopened_and_starts_anew(portal: Portal) -> None:
    dossier = refused(portal)
    portal.relay()
    assert portal.citizen.get(f"/dossiers/{dossier}").body["actions"] == ["complain"]
    key = new_id()
    assert codes(complain(portal, dossier, key), complain(portal, dossier, key)) == [(200, "not_received")] * 2
    (listed,) = waiting(portal)
    assert (listed["dossier"], listed["text"], listed["outcome"]) == (dossier, TEXT["text"], "open")
    # Filed on Monday 23/11 at nine. Tuesday is a day off in 2026: two working days end on Thursday, fifteen on 15/12.
    assert (listed["decline_by"][:10], listed["answer_by"][:10]) == ("2026-11-26", "2026-12-15")
    portal.later(days=3)
    key = new_id()
    for _ in range(2):
        assert codes(answer(portal, dossier, "reopened", key=key)) == [(200, "submitted")]
    portal.relay()
    full = portal.citizen.get(f"/dossiers/{dossier}").body
    assert (full["state"]["code"], full["reply_due_at"] > full["timeline"][-1]["at"]) == ("submitted", True)
    assert waiting(portal) == []
    running = [e["name"] for e in portal.cloud.executions() if e["input"]["dossier"] == dossier]
    assert len(running) == 1, "the review never started before; its first attempt runs"
    said = sheet(portal, dossier, "answer")
    for words in ("TLKN-1", "mở lại", "Không thuộc thẩm quyền.", TEXT["text"], "Đã xem xét lại hồ sơ."):
        assert words in said, said
    portal.step(portal.reception, dossier, "refusal", {"reason": "Vẫn không thuộc thẩm quyền."})
    assert codes(complain(portal, dossier)) == [(200, "not_received")], "another ending may have its complaint"


def test_both_are_told_by_mail(portal: Portal) -> None:
    dossier = refused(portal)
    complain(portal, dossier)
    answer(portal, dossier, "rejected")
    portal.relay()
    subjects = [letter.subject for letter in portal.cloud.outbox.letters()]
    assert [s.partition(": ")[2] for s in subjects[-2:]] == ["đã nhận khiếu nại", "trả lời khiếu nại"]
    letter = portal.cloud.outbox.letters()[-1]
    assert "Không chấp nhận khiếu nại" in letter.body and "Đã xem xét lại hồ sơ." in letter.body


def test_where_money_goes_back_the_dossier_is_filed_anew(portal: Portal) -> None:
    treasury = Treasury(portal)
    dossier = treasury.due()
    treasury.pay(dossier)
    portal.later(days=40)
    workflow.overdue(dossier, State(portal.state(dossier)), present.now())
    assert portal.state(dossier) == "stopped"
    complain(portal, dossier)
    shown = portal.administrator.get(f"/desk/dossiers/{dossier}/complaint").body
    assert (shown["reopenable"], shown["may_decline"]) == (False, True)
    assert codes(answer(portal, dossier, "reopened")) == [(409, "NotReopenable")]
    assert codes(answer(portal, dossier, "upheld")) == [(200, "stopped")]
    (refund,) = portal.citizen.get(f"/dossiers/{dossier}/payments").body["refunds"]
    assert refund["rule"] == "stopped", "the money goes its way all the same"


def test_one_complaint_for_each_ending_and_only_in_time(portal: Portal) -> None:
    going, withdrawn, dossier, late = portal.filed()[0], portal.filed()[0], refused(portal), refused(portal)
    portal.citizen.post(f"/dossiers/{withdrawn}/withdrawal", {"reason": "Đổi ý."})
    assert codes(complain(portal, going), complain(portal, withdrawn)) == [(409, "TransitionRefused")] * 2
    complain(portal, dossier)
    assert codes(complain(portal, dossier)) == [(409, "ComplainedBefore")]
    assert codes(answer(portal, dossier, "rejected")) == [(200, "not_received")]
    assert codes(complain(portal, dossier)) == [(409, "ComplainedBefore")], "answered, and that was it"
    mine = portal.citizen.get(f"/dossiers/{dossier}/complaint").body
    assert (mine["until"], mine["items"][0]["answered_by"]) == (None, "Cán bộ administrator")
    portal.later(days=89)
    assert portal.citizen.get(f"/dossiers/{late}/complaint").body["until"] == "2027-02-21T02:00:00.000Z"
    portal.later(days=2)
    refusal = complain(portal, late)
    assert refusal.body["Code"] == "ComplaintTooLate" and "21/02/2027" in refusal.body["Message"]
    assert portal.citizen.get(f"/dossiers/{late}/complaint").body["until"] is None


def test_who_may_see_and_decide(portal: Portal) -> None:
    dossier, _ = portal.filed()
    assert codes(answer(portal, dossier, "upheld")) == [(409, "NoComplaintOpen")]
    both = portal.officer("reception", "reception", "administrator")
    portal.step(both, dossier, "refusal", {"reason": "Sai."})
    assert codes(portal.stranger.post(f"/dossiers/{dossier}/complaint", TEXT)) == [(404, "DossierNotFound")]
    complain(portal, dossier)
    assert codes(answer(portal, dossier, "rejected", both)) == [(409, "OwnDecision")]
    assert codes(answer(portal, dossier, "rejected", portal.approver)) == [(403, "NoSuchPost")]
    assert codes(answer(portal, dossier, "rejected", portal.elsewhere)) == [(404, "DossierNotFound")]
    for who in (portal.approver, portal.elsewhere, portal.citizen):
        assert who.get(f"/desk/complaints?agency={AGENCY}").status in {403, 404}
    assert portal.administrator.get(f"/desk/complaints?agency={ELSEWHERE}").status == 404
    portal.later(days=4)
    assert codes(answer(portal, dossier, "declined")) == [(409, "TooLateToDecline")]


def test_of_two_who_decide_at_once_one_wins_and_the_other_is_told(portal: Portal) -> None:
    dossier = refused(portal)
    complain(portal, dossier)
    second = portal.officer("second", "administrator")
    with meanwhile(lambda: answer(portal, dossier, "reopened", second)) as came:
        late = answer(portal, dossier, "rejected")
    assert codes(came[0], late) == [(200, "submitted"), (409, "StaleWrite")]  # type: ignore[arg-type]
    assert "Cán bộ second" in late.body["Message"] and '"Filed"' in late.body["Message"]
    again = answer(portal, dossier, "rejected")
    assert again.body["Code"] == "ComplaintAnswered" and "Cán bộ second answered" in again.body["Message"]
    assert [one.outcome for one in kept.load(dossier).complaints] == ["reopened"]


def test_a_list_goes_on_where_the_page_ended(portal: Portal) -> None:
    dossiers = [refused(portal) for _ in range(3)]
    for dossier in dossiers:
        complain(portal, dossier)
        portal.later(days=1)
    path = f"/desk/complaints?agency={AGENCY}&limit=2"
    first = portal.administrator.get(path).body
    rest = portal.administrator.get(f"{path}&cursor={first['cursor']}").body
    assert [one["dossier"] for one in (*first["items"], *rest["items"])] == dossiers
    assert rest["cursor"] is None
    assert portal.administrator.get(f"{path}&cursor=x").body["Code"] == "BadCursor"
