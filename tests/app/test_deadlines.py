"""The date of the result while a dossier is open: warned of, appointed anew with an apology, paused, seen ahead."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from chalicelib import events
from chalicelib.services import publishing
from infra.local.testing import run
from tests.app.portal import AGENCY, ELSEWHERE, PROCEDURE, Portal, new_id

APOLOGY = {"reason": "Cần xác minh thêm tại nơi đăng ký trước đây.", "day": "2026-11-27"}
ASK: dict[str, Any] = {"papers": {}, "fields": {"copies": "Ghi lại số bản."}, "note": "Vui lòng bổ sung."}


def claimed(portal: Portal) -> str:
    """Received on Monday 23/11/2026 at 09:00; one working day is over on Wednesday at 09:00, for the 24th is off."""
    dossier = portal.received()
    portal.step(portal.appraiser, dossier, "claim", {})
    return dossier


def sweep() -> None:
    run(events.sweep, {}, "sweep")


def timeline(portal: Portal, dossier: str) -> list[str]:
    return [step["action"] for step in portal.approver.get(f"/desk/dossiers/{dossier}").body["timeline"]]


def elapsed(full: dict[str, Any]) -> float:
    first = next(s["at"] for s in full["timeline"] if s["state"]["code"] == "received")
    return (datetime.fromisoformat(full["due_at"]) - datetime.fromisoformat(first)).total_seconds()


@pytest.mark.clause("A5")
def test_an_apology_with_a_new_date_is_given_once_with_its_form_and_its_notice(portal: Portal) -> None:
    dossier = claimed(portal)
    path, key = f"/desk/dossiers/{dossier}/appointment", new_id()
    for _ in range(2):
        moved = portal.approver.post(path, APOLOGY, key)
        assert (moved.status, moved.body["due_at"]) == (200, "2026-11-27T10:00:00.000Z"), moved.body
    again = portal.approver.post(path, {**APOLOGY, "day": "2026-11-30"})
    assert (again.status, again.body["Code"]) == (409, "AlreadyReappointed")
    portal.relay()
    full = portal.citizen.get(f"/dossiers/{dossier}").body
    assert [s["form"] for s in full["sheets"] if s["ready"]] == ["04", "01", "form"]
    assert (full["reappointed"], full["counted_late"]) == (True, None)
    assert [one["kind"] for one in full["due_explanation"][-2:]] == ["reappointed", "due"]
    assert sum(part["seconds"] for part in full["due_parts"]) == elapsed(full)
    assert [part["kind"] for part in full["due_parts"]] == ["counted", "closed", "reappointed"]
    (mail,) = [m for m in portal.cloud.outbox.letters("citizen@example.invalid") if "thay cho" in m.body]
    assert "17:00 27/11/2026, thay cho 09:00 25/11/2026" in mail.body and APOLOGY["reason"] in mail.body


def test_after_the_date_an_apology_marks_the_dossier_as_late(portal: Portal) -> None:
    dossier = claimed(portal)
    portal.later(days=3)
    portal.step(portal.approver, dossier, "appointment", {"reason": "Xin lỗi.", "working_days": 2})
    full = portal.citizen.get(f"/dossiers/{dossier}").body
    assert (full["counted_late"], full["due_at"]) == ("late_apology", "2026-11-30T02:00:00.000Z")


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"day": "2026-11-28"}, "day", "NotWorkingDay"),  # a Saturday
        ({"day": "2026-11-24"}, "day", "NotWorkingDay"),  # a holiday
        ({"day": "2026-11-23"}, "day", "NotLaterThanDue"),
        ({"day": "2028-11-23"}, "day", "TooFarAhead"),
        ({"day": "27/11/2026"}, "day", "BadDate"),
        ({}, "day", "Required"),
        ({"day": "2026-11-27", "working_days": 3}, "day", "Required"),
        ({"working_days": 0}, "working_days", "TooSmall"),
    ],
)
def test_a_new_date_is_a_working_moment_later_than_the_old_one(
    portal: Portal, body: dict[str, Any], field: str, code: str
) -> None:
    answer = portal.approver.post(f"/desk/dossiers/{claimed(portal)}/appointment", {"reason": "Xin lỗi.", **body})
    assert (answer.status, [(f["Field"], f["Code"]) for f in answer.body["Fields"]]) == (422, [(field, code)])


def test_only_the_head_apologises_and_only_while_it_is_at_work(portal: Portal) -> None:
    filed, _ = portal.filed()
    dossier = claimed(portal)
    for who, status in ((portal.appraiser, 403), (portal.citizen, 403), (portal.elsewhere, 404)):
        assert who.post(f"/desk/dossiers/{dossier}/appointment", APOLOGY).status == status
    early = portal.approver.post(f"/desk/dossiers/{filed}/appointment", APOLOGY)
    assert (early.status, early.body["Code"]) == (409, "TransitionRefused")


def test_an_appointed_date_goes_on_by_the_time_that_the_applicant_holds_the_dossier(portal: Portal) -> None:
    dossier = claimed(portal)
    portal.step(portal.approver, dossier, "appointment", APOLOGY)
    portal.step(portal.appraiser, dossier, "supplement-request", ASK)
    portal.later(days=2)  # Wednesday 09:00: six working hours of Monday and two of Wednesday are gone
    assert portal.citizen.post(f"/dossiers/{dossier}/supplement", {"answers": {"copies": 5}}).status == 200
    full = portal.citizen.get(f"/dossiers/{dossier}").body
    # 17:00 on Friday the 27th and eight working hours more: 17:00 on Monday the 30th.
    assert full["due_at"] == "2026-11-30T10:00:00.000Z"
    assert sum(part["seconds"] for part in full["due_parts"]) == elapsed(full)


@pytest.mark.clause("A6")
def test_a_second_supplement_is_asked_for_by_exception_only_and_counts_as_late(portal: Portal) -> None:
    dossier = claimed(portal)
    portal.step(portal.appraiser, dossier, "supplement-request", ASK)
    assert portal.citizen.post(f"/dossiers/{dossier}/supplement", {"answers": {"copies": 5}}).status == 200
    path = f"/desk/dossiers/{dossier}/supplement-request"
    assert portal.appraiser.post(path, ASK).body["Code"] == "SupplementAskedBefore"
    assert portal.citizen.get(f"/dossiers/{dossier}").body["counted_late"] is None
    portal.step(portal.appraiser, dossier, "supplement-request", {**ASK, "exception": "Số bản vẫn chưa rõ."})
    assert portal.citizen.post(f"/dossiers/{dossier}/supplement", {"answers": {"copies": 6}}).status == 200
    assert portal.citizen.get(f"/dossiers/{dossier}").body["counted_late"] == "second_supplement"
    # Issued well within its time, the statistics count it as late.
    portal.step(portal.appraiser, dossier, "proposal", {"opinion": "Đủ điều kiện."})
    portal.step(portal.approver, dossier, "approval", {})
    portal.step(portal.clerk, dossier, "result", {"number": "12/TL", "title": "Trích lục"})
    portal.relay()
    from chalicelib.storage import statistics

    assert {figure.value: cells for figure, cells in statistics.dossiers(2026).items()}["late"] == {AGENCY: 1}


@pytest.mark.clause("B4")
def test_whoever_is_at_work_is_warned_once_before_the_date(portal: Portal) -> None:
    dossier = claimed(portal)
    portal.relay()
    portal.later(hours=5, minutes=59)  # at 15:00 half of the eight hours have passed: 09:00-11:30, 13:30-15:00
    sweep()
    assert "warn" not in timeline(portal, dossier)
    portal.later(minutes=3)  # the sweeper leaves the first minute to the relay
    for _ in range(2):
        sweep()
    assert timeline(portal, dossier)[-1] == "warn" and timeline(portal, dossier).count("warn") == 1
    warned = portal.approver.get(f"/desk/dossiers/{dossier}").body["timeline"][-1]
    assert warned["detail"] == {"due_at": "2026-11-25T02:00:00.000Z", "to": "Cán bộ appraiser"}


@pytest.mark.clause("B4")
def test_what_is_overdue_is_reported_to_the_head(portal: Portal) -> None:
    dossier = claimed(portal)
    portal.relay()
    portal.later(days=3)
    sweep()
    last = portal.approver.get(f"/desk/dossiers/{dossier}").body["timeline"][-1]
    assert (last["action"], last["detail"]["to"]) == ("escalate", "approver")


def test_a_date_that_moved_is_warned_of_anew_and_what_is_done_is_not_warned_of(portal: Portal) -> None:
    longer = {**PROCEDURE, "durations": {"online": {"amount": 5, "unit": "working days"}}}
    publishing.publish([publishing.Sourced("test", longer)])
    moved, done = portal.draft(procedure_version=2), portal.draft(procedure_version=2)
    for one in (moved, done):
        portal.upload(one)
        assert portal.citizen.post(f"/dossiers/{one}/submission", {"declaration": True}).status == 200
        portal.step(portal.reception, one, "receive", {})
        portal.step(portal.appraiser, one, "claim", {})
    portal.step(portal.approver, moved, "appointment", {"reason": "Xin lỗi.", "working_days": 5})
    portal.step(portal.appraiser, done, "proposal", {"opinion": "Đủ."})
    portal.step(portal.approver, done, "approval", {})
    portal.step(portal.clerk, done, "result", {"number": "12/TL", "title": "Trích lục"})
    portal.relay()
    portal.later(days=7, minutes=3)  # Monday 30th, 09:03: one working day before the first date, Tuesday 09:00
    sweep()
    assert "warn" not in timeline(portal, moved) + timeline(portal, done)
    portal.later(days=7, minutes=3)  # Monday 7/12 09:03: less than a working day before 8/12 09:00
    sweep()
    assert timeline(portal, moved).count("warn") == 1 and "warn" not in timeline(portal, done)


def test_what_falls_due_in_a_week_is_listed_for_whoever_has_a_post_there(portal: Portal) -> None:
    filed, _ = portal.filed()
    received = portal.received()
    late = claimed(portal)
    portal.step(portal.appraiser, late, "proposal", {"opinion": "Đủ điều kiện."})
    path = f"/desk/deadlines/{AGENCY}"
    listed = portal.clerk.get(path).body
    assert {one["id"] for one in listed["items"]} == {filed, received, late}
    assert (listed["days"], listed["more"]) == (7, False)
    portal.step(portal.approver, late, "appointment", {"reason": "Xin lỗi.", "working_days": 9})
    assert {one["id"] for one in portal.clerk.get(path).body["items"]} == {filed, received}
    portal.later(days=3)
    assert {one["deadline"]["urgency"] for one in portal.clerk.get(path).body["items"]} == {"overdue"}
    assert portal.clerk.get(f"/desk/deadlines/{ELSEWHERE}").status == portal.elsewhere.get(path).status == 404
    assert portal.citizen.get(path).status == 403
