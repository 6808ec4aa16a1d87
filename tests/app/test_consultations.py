"""Other agencies asked about a dossier: in parallel, with dates of their own, by those concerned alone."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest

from chalicelib.domain.event import iso
from chalicelib.domain.life import State
from chalicelib.domain.proof import chain_is_whole
from chalicelib.services import present, relay, workflow
from chalicelib.storage import dossiers as kept
from tests.app.consulting import HEALTH, LAW, POLICE, Consulting, publish
from tests.app.portal import AGENCY, Portal, new_id

pytestmark = pytest.mark.clause("B4")


@pytest.fixture
def office(portal: Portal) -> Consulting:
    publish()
    return Consulting(portal)


@pytest.fixture
def by_law(portal: Portal) -> Consulting:
    publish(consultation=LAW)
    return Consulting(portal, 2)


def test_the_last_of_several_answers_returns_the_dossier(office: Consulting) -> None:
    dossier = office.asked(POLICE, HEALTH)
    assert office.portal.state(dossier) == "consultation"
    assert office.queue(office.police, POLICE) == office.queue(office.health, HEALTH) == [dossier]
    assert office.answer(office.police, POLICE, dossier, "disagree").body["state"]["code"] == "consultation"
    assert office.queue(office.police, POLICE) == []
    assert office.answer(office.health, HEALTH, dossier).body["state"]["code"] == "appraisal"
    found = office.questions(dossier)
    assert (found[POLICE]["answer"], found[HEALTH]["answer"]) == ("disagree", "agree")
    assert found[POLICE]["said"]["opinion"] == "Ý kiến của cơ quan."
    assert office.answer(office.police, POLICE, dossier).body["Code"] == "OpinionGiven"
    bundle = kept.load(dossier)
    assert chain_is_whole(bundle.events, bundle.dossier.last_hash)
    said = bundle.events[-1].detail["text_sha256"]
    assert said == hashlib.sha256("Ý kiến của cơ quan.".encode()).hexdigest()


def test_the_same_request_again_is_the_same(office: Consulting) -> None:
    dossier, keys = office.claimed(), (new_id(), new_id())
    for _ in range(2):
        assert office.ask(dossier, POLICE, key=keys[0]).status == 200
    for _ in range(2):
        assert office.answer(office.police, POLICE, dossier, key=keys[1]).body["state"]["code"] == "appraisal"
    assert [one.action for one in kept.load(dossier).events][-2:] == ["consult", "give_opinion"]


def test_what_cannot_be_asked_is_named(office: Consulting) -> None:
    dossier = office.claimed()
    refused = office.ask(dossier, AGENCY, "H99.99", POLICE, POLICE, hidden=["nothing"])
    found = {(one["Field"], one["Code"]) for one in refused.body["Fields"]}
    assert {("questions[0].agency", "NotConsultable"), ("questions[1].agency", "NotConsultable")} <= found
    assert ("questions[3].agency", "NotUnique") in found
    assert ("questions[0].hidden", "NotComponent") in found
    assert office.portal.state(dossier) == "appraisal"


def test_another_officer_of_the_agency_cannot_ask(office: Consulting) -> None:
    dossier = office.claimed()
    body = {"questions": [{"agency": POLICE, "question": "?"}]}
    other = office.portal.officer("another", "appraiser")
    assert other.post(f"/desk/dossiers/{dossier}/consultation", body).body["Code"] == "NotAssigned"
    assert office.portal.reception.post(f"/desk/dossiers/{dossier}/consultation", body).status == 403


def test_who_sees_a_dossier_before_while_and_after_it_is_asked_about(office: Consulting) -> None:
    """Nobody of another agency before; the agency asked while and after; nothing but answering; not once taken back."""
    portal, dossier = office.portal, office.claimed()
    paper = office.seen(dossier)["papers"][0]["id"]
    place = f"/desk/consultations/{POLICE}/{dossier}"
    clerk = portal.officer("police-clerk", "clerk", agency=POLICE)
    assert office.police.get(place).status == 404
    assert office.ask(dossier, POLICE).status == 200
    assert office.police.get(place).status == 200
    assert office.police.get(f"{place}/papers/{paper}").status == 200
    for other in (clerk, office.health, portal.elsewhere, portal.citizen, portal.approver):
        assert other.get(place).status in {403, 404}
        assert other.get(f"{place}/papers/{paper}").status in {403, 404}
        assert office.answer(other, POLICE, dossier).status in {403, 404}
    assert office.health.get(f"/desk/consultations/{HEALTH}/{dossier}").status == 404
    assert office.police.get(f"/desk/dossiers/{dossier}").status == 404
    assert office.police.get(f"/dossiers/{dossier}/papers/{paper}").status == 404
    for step, body in (("proposal", {"opinion": "x"}), ("stop", {"reason": "x"}), ("claim", {})):
        assert office.police.post(f"/desk/dossiers/{dossier}/{step}", body).status in {403, 404}
    assert office.answer(office.police, POLICE, dossier).status == 200
    assert office.police.get(place).body["open"] is False
    assert office.ask(dossier, HEALTH).status == 200
    assert office.take_back(dossier, HEALTH).status == 200
    assert office.health.get(f"/desk/consultations/{HEALTH}/{dossier}").status == 404
    assert office.police.get(place).status == 200


def test_what_is_hidden_from_an_agency_stays_hidden(office: Consulting) -> None:
    dossier = office.asked(POLICE, hidden=["identity"])
    paper = office.seen(dossier)["papers"][0]["id"]
    shown = office.police.get(f"/desk/consultations/{POLICE}/{dossier}").body
    assert (shown["papers"], shown["hidden"]) == ([], 1)
    assert office.police.get(f"/desk/consultations/{POLICE}/{dossier}/papers/{paper}").status == 404
    assert "062190000123" not in str(shown)


def test_the_applicant_sees_who_is_asked_until_when_and_not_what(office: Consulting) -> None:
    dossier = office.asked(POLICE)
    own = office.portal.citizen.get(f"/dossiers/{dossier}").body
    (question,) = own["questions"]
    assert question["agency"]["code"] == POLICE
    assert "said" not in question
    assert "cho ý kiến" not in str(own)


def test_silence_is_agreement_where_the_law_says_so(by_law: Consulting) -> None:
    portal, dossier = by_law.portal, by_law.asked(POLICE, HEALTH)
    due = by_law.questions(dossier)[POLICE]["due_at"]
    assert due == "2026-12-07T10:00:00.000Z"  # twelve days from Monday the 23rd end on a Saturday: Monday, at closing
    assert by_law.answer(by_law.health, HEALTH, dossier).body["state"]["code"] == "consultation"
    portal.later(days=14, hours=7)
    workflow.overdue(dossier, State.CONSULTATION, present.now())
    assert portal.state(dossier) == "consultation"
    portal.later(hours=2)
    after = workflow.overdue(dossier, State.CONSULTATION, present.now())
    again = workflow.overdue(dossier, State.CONSULTATION, present.now())
    assert (after.state, again.state) == (State.APPRAISAL, State.APPRAISAL)
    assert by_law.questions(dossier)[POLICE]["closed"] == "silence"
    assert by_law.queue(by_law.police, POLICE) == []
    late = by_law.answer(by_law.police, POLICE, dossier, "disagree")
    assert late.body["state"]["code"] == "appraisal"
    found = by_law.questions(dossier)[POLICE]
    assert (found["closed"], found["answer"], found["late"]) == ("silence", "disagree", True)


def test_silence_without_such_a_law_reminds_the_agency_and_waits(office: Consulting) -> None:
    portal, dossier = office.portal, office.asked(POLICE)
    portal.relay()
    (asked,) = portal.cloud.outbox.letters("h34.13@example.invalid")
    assert "Hạn trả lời: 09:00 01/12/2026" in asked.body
    portal.later(days=8)
    for _ in range(2):
        workflow.overdue(dossier, State.CONSULTATION, present.now())
    assert portal.state(dossier) == "consultation"
    event = kept.load(dossier).events[-1]
    assert (event.action, event.detail["unheard"]) == ("escalate", [POLICE])
    assert [one.action for one in kept.load(dossier).events].count("escalate") == 1
    portal.relay()
    late = portal.cloud.outbox.letters("h34.13@example.invalid")[-1]
    assert "Quá hạn cho ý kiến" in late.subject
    assert office.take_back(dossier).body["state"]["code"] == "appraisal"
    assert office.answer(office.police, POLICE, dossier).status == 404


def test_the_sweeper_finds_silence_by_itself(by_law: Consulting) -> None:
    portal, dossier = by_law.portal, by_law.asked(POLICE)
    portal.relay()
    portal.later(days=15)
    relay.sweep(present.now())
    assert portal.state(dossier) == "appraisal"


def test_a_review_that_begins_to_wait_after_the_date_is_looked_after_soon(by_law: Consulting) -> None:
    portal, dossier = by_law.portal, by_law.asked(POLICE)
    portal.relay()
    portal.later(days=17)
    workflow.wait_for(dossier, 1, State.CONSULTATION, "late", iso(present.now()), present.now())
    relay.sweep(present.now())
    assert portal.state(dossier) == "consultation", "the workflow has ten minutes to act"
    portal.later(minutes=11)
    relay.sweep(present.now())
    assert portal.state(dossier) == "appraisal"


def test_a_question_s_own_days_where_no_law_fixes_them(office: Consulting) -> None:
    dossier = office.asked(POLICE, days=2)
    assert office.questions(dossier)[POLICE]["due_at"] == "2026-11-26T02:00:00.000Z"  # the 24th is a holiday


def test_the_law_s_time_cannot_be_changed(by_law: Consulting) -> None:
    refused = by_law.ask(by_law.claimed(), POLICE, days=2)
    assert refused.body["Fields"][0]["Code"] == "TimeFixedByLaw"


def test_dates_are_shown_before_asking(office: Consulting) -> None:
    dossier = office.claimed()
    found = office.portal.appraiser.get(f"/desk/dossiers/{dossier}/consultation?days=2").body["items"]
    by_code = {one["agency"]["code"]: one for one in found}
    assert AGENCY not in by_code
    assert by_code[POLICE]["due_at"] == "2026-11-26T02:00:00.000Z"  # the 24th is a holiday
    assert office.police.get(f"/desk/dossiers/{dossier}/consultation").status == 404


def test_waiting_that_the_law_does_not_count_moves_the_due_date(portal: Portal) -> None:
    publish(consultation={**LAW, "clock": "not_counted"}, durations={"online": {"amount": 3, "unit": "working days"}})
    office = Consulting(portal, 2)
    dossier = office.claimed()
    before = office.seen(dossier)["due_at"]
    office.ask(dossier, POLICE)
    assert office.seen(dossier)["deadline"] is None
    portal.later(days=1)
    office.answer(office.police, POLICE, dossier)
    seen = office.seen(dossier)
    assert before == "2026-11-27T02:00:00.000Z"
    assert seen["due_at"] == "2026-11-27T10:00:00.000Z"  # three whole days from Wednesday the 25th
    assert any(one["kind"] == "pause" for one in seen["due_explanation"])


def test_an_appointed_date_does_not_come_earlier_when_the_questions_are_answered(portal: Portal) -> None:
    publish(consultation={**LAW, "clock": "not_counted"})
    office = Consulting(portal, 2)
    dossier = office.claimed()
    portal.step(portal.approver, dossier, "appointment", {"reason": "Cần xác minh thêm.", "day": "2026-12-04"})
    appointed = office.seen(dossier)["due_at"]
    office.ask(dossier, POLICE)
    portal.later(hours=2)
    assert office.answer(office.police, POLICE, dossier).status == 200
    seen = office.seen(dossier)
    assert (appointed, seen["due_at"]) == ("2026-12-04T10:00:00.000Z", "2026-12-07T02:00:00.000Z"), (
        "the two hours that the police had it"
    )
    assert [part["kind"] for part in seen["due_parts"]] == ["counted", "closed", "held", "reappointed"]


def test_a_withdrawn_dossier_leaves_no_question_behind(office: Consulting) -> None:
    dossier = office.asked(POLICE)
    assert office.portal.citizen.post(f"/dossiers/{dossier}/withdrawal", {"reason": "Thôi."}).status == 200
    assert office.queue(office.police, POLICE) == []
    assert office.answer(office.police, POLICE, dossier).body["Code"] == "QuestionWithdrawn"
    assert kept.head(dossier).consulted == {POLICE: ""}


def test_the_workflow_waits_until_the_first_date(office: Consulting) -> None:
    dossier = office.asked(POLICE, HEALTH)
    head = kept.head(dossier)
    assert workflow.deadline(head, present.now()) == head.due_at  # a working day; the questions have five
    later = present.now() + timedelta(days=2)
    assert workflow.deadline(head, later) - later <= timedelta(days=1)
