"""Papers by post (clause A12): announced, registered, opened, checked; what is missing, late, lost or for nobody."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib import events
from chalicelib.domain.event import Event
from chalicelib.domain.proof import chain_is_whole
from chalicelib.services import present, workflow
from chalicelib.storage import dossiers as kept
from infra.local.testing import run
from tests.app.mail_room import LIST, TRACKING, MailRoom, certified
from tests.app.portal import ELSEWHERE, Portal, new_id

pytestmark = pytest.mark.clause("A12")


@pytest.fixture
def room(portal: Portal) -> MailRoom:
    return MailRoom(portal)


def mails(room: MailRoom) -> list[str]:
    return [letter.subject for letter in room.portal.cloud.outbox.letters() if letter.kind == "mail"]


def sweep(room: MailRoom) -> None:
    run(events.sweep, {"source": "schedule"}, "sweep")


def test_from_an_unsigned_filing_to_complete_papers(room: MailRoom) -> None:
    dossier = room.waiting()
    assert room.portal.state(dossier) == "parcel_expected"
    assert room.announce(dossier).body["state"]["code"] == "parcel_expected"
    (parcel,) = room.full(dossier)["parcels"]
    assert (parcel["way"], parcel["state"], parcel["tracking"], parcel["days"]) == ("in", "announced", TRACKING, 0)
    room.portal.later(days=3)  # Thursday
    arrived = room.step(dossier, "parcel", {"sender": "Nguyễn Thị Thử"})
    assert arrived["state"]["code"] == "parcel_received"
    assert arrived["reply_due_at"] == "2026-11-27T02:00:00.000Z"  # to be checked within one working day
    room.step(dossier, "parcel/opening", {})
    done = room.step(dossier, "parcel/checks", {"checks": {"identity": certified()}, "note": "Đủ."})
    assert done["state"]["code"] == "submitted"
    # Complete on Thursday 09:00: eight working hours from now, not from the filing on Monday.
    assert done["reply_due_at"] == "2026-11-27T02:00:00.000Z"
    received = room.step(dossier, "receive", {})
    full = room.full(dossier)
    assert full["received_at"] == "2026-11-26T02:00:00.000Z" and received["due_at"] > full["received_at"]
    (parcel,) = full["parcels"]
    assert (parcel["state"], parcel["received_by"], parcel["opened_by"]) == (
        "complete", "Cán bộ reception", "Cán bộ reception",
    )  # fmt: skip
    assert parcel["checks"]["identity"]["certified_by"] == "UBND phường Quyết Thắng"
    bundle = kept.load(dossier)
    assert [event.action for event in bundle.events] == [
        "submit", "announce_parcel", "register_parcel", "open_parcel", "check_parcel", "receive",
    ]  # fmt: skip
    assert chain_is_whole(bundle.events, bundle.dossier.last_hash)


def test_what_is_missing_is_asked_for_and_another_parcel_brings_it(room: MailRoom) -> None:
    answers = {"subject_name": "Nguyễn Thị Thử", "event": "birth", "copies": 3, "by_mandate": True}
    dossier = room.portal.draft(procedure="2.000637", answers=answers)
    room.portal.upload(dossier)
    room.portal.upload(dossier, "mandate")
    filed = room.portal.citizen.post(f"/dossiers/{dossier}/submission", {"declaration": True})
    assert filed.body["state"]["code"] == "parcel_expected"
    room.step(dossier, "parcel", {"tracking": TRACKING})
    room.step(dossier, "parcel/opening", {})
    checks = {"identity": certified(), "mandate": {"finding": "wrong", "note": "Chưa chứng thực."}}
    asked = room.step(dossier, "parcel/checks", {"checks": checks})
    assert asked["state"]["code"] == "parcel_expected"
    room.portal.relay()
    (letter,) = [one for one in room.portal.cloud.outbox.letters() if "Văn bản ủy quyền" in one.body]
    assert "không hợp lệ. Chưa chứng thực." in letter.body and "Thẻ căn cước" not in letter.body
    room.portal.later(days=2)
    room.step(dossier, "parcel", {})
    room.step(dossier, "parcel/opening", {})
    done = room.step(dossier, "parcel/checks", {"checks": {"mandate": certified()}})
    assert done["state"]["code"] == "submitted"
    assert [one["state"] for one in room.full(dossier)["parcels"]] == ["deficient", "complete"]
    ask = {"papers": {"identity": "Ảnh mờ."}, "fields": {}, "note": ""}
    again = room.portal.reception.post(f"/desk/dossiers/{dossier}/supplement-request", ask)
    assert (again.status, again.body["Code"]) == (409, "SupplementAskedBefore")  # it was asked once, by post


DEFECTS: list[tuple[dict[str, Any], set[tuple[str, str]]]] = [
    ({}, {("checks.identity", "Required")}),
    ({"identity": {"finding": "missing"}}, {("checks.identity.note", "Required")}),
    (
        {"identity": {"finding": "certified"}},
        {("checks.identity.certified_by", "Required"), ("checks.identity.certified_on", "Required")},
    ),
    ({"identity": {**certified(), "certified_on": "2026-11-24"}}, {("checks.identity.certified_on", "InFuture")}),
    ({"identity": certified(), "mandate": certified()}, {("checks.mandate", "NotComponent")}),
]


@pytest.mark.parametrize(("checks", "fields"), DEFECTS)
def test_every_defect_of_a_check_is_named(room: MailRoom, checks: dict[str, Any], fields: set[tuple[str, str]]) -> None:
    dossier = room.opened()
    answer = room.portal.reception.post(f"/desk/dossiers/{dossier}/parcel/checks", {"checks": checks})
    assert answer.status == 422
    assert {(f["Field"], f["Code"]) for f in answer.body["Fields"]} == fields
    assert room.portal.state(dossier) == "parcel_received"


def test_an_unopened_parcel_is_not_checked_and_no_parcel_is_not_opened(room: MailRoom) -> None:
    dossier = room.arrived()
    path = f"/desk/dossiers/{dossier}/parcel"
    early = room.portal.reception.post(f"{path}/checks", {"checks": {"identity": certified()}})
    assert (early.status, early.body["Code"]) == (409, "ParcelStep")
    other = room.waiting()
    none = room.portal.reception.post(f"/desk/dossiers/{other}/parcel/opening", {})
    assert (none.status, none.body["Code"]) == (409, "TransitionRefused")


@pytest.mark.parametrize("who", ["clerk", "elsewhere", "citizen"])
def test_only_reception_of_the_agency_handles_parcels(room: MailRoom, who: str) -> None:
    dossier = room.waiting()
    person = getattr(room.portal, who)
    answer = person.post(f"/desk/dossiers/{dossier}/parcel", {})
    assert answer.status in {403, 404}
    assert room.portal.state(dossier) == "parcel_expected"


def test_each_step_sent_again_is_the_same_step(room: MailRoom) -> None:
    dossier, citizen, reception = room.waiting(), room.portal.citizen, room.portal.reception
    desk = f"/desk/dossiers/{dossier}/parcel"
    steps: list[tuple[Any, str, dict[str, Any]]] = [
        (citizen, f"/dossiers/{dossier}/parcel", {"tracking": TRACKING, "posted_on": "2026-11-23"}),
        (reception, desk, {}),
        (reception, f"{desk}/opening", {}),
        (reception, f"{desk}/checks", {"checks": {"identity": certified()}}),
    ]
    for who, path, body in steps:
        key = new_id()
        first, again = who.post(path, body, key), who.post(path, body, key)
        assert first.status == again.status == 200, again.body
        assert first.body == again.body
    late = reception.post(desk, {}, new_id())
    assert (late.status, late.body["Code"]) == (409, "TransitionRefused")
    assert len(kept.load(dossier).events) == 5


def test_a_parcel_goes_back_to_its_sender_and_another_may_come(room: MailRoom) -> None:
    dossier = room.arrived()
    back = room.step(dossier, "parcel/return", {"reason": "Gửi nhầm hồ sơ của người khác."})
    assert back["state"]["code"] == "parcel_expected"
    (parcel,) = room.full(dossier)["parcels"]
    assert (parcel["state"], parcel["reason"]) == ("sent_back", "Gửi nhầm hồ sơ của người khác.")
    room.step(dossier, "parcel", {})
    assert [one["number"] for one in room.full(dossier)["parcels"]] == [1, 2]


def test_papers_of_a_withdrawn_dossier_are_still_sent_back(room: MailRoom) -> None:
    dossier = room.arrived()
    assert room.portal.citizen.post(f"/dossiers/{dossier}/withdrawal", {"reason": "Đổi ý."}).status == 200
    assert "return_parcel" in room.portal.reception.get(f"/desk/dossiers/{dossier}").body["actions"]
    room.step(dossier, "parcel/return", {"reason": "Hồ sơ đã rút."})
    assert room.portal.state(dossier) == "withdrawn"
    assert room.portal.reception.get(f"{LIST}?way=incoming").body["items"] == []
    again = room.portal.reception.post(f"/desk/dossiers/{dossier}/parcel/return", {"reason": "x"})
    assert (again.status, again.body["Code"]) == (409, "NoParcelHere")


@pytest.mark.parametrize(("day", "code"), [("2026-11-24", "InFuture"), ("2026-09-01", "BadDate")])
def test_the_day_of_posting_is_believable(room: MailRoom, day: str, code: str) -> None:
    answer = room.announce(room.waiting(), day=day)
    assert (answer.status, answer.body["Fields"][0]["Code"]) == (422, code)


# Late, lost, for nobody.


def test_what_is_announced_and_does_not_come_is_seen_by_its_age(room: MailRoom) -> None:
    old, young = room.waiting(), room.waiting()
    room.announce(young, "EB000000002VN")
    room.announce(old, "EB000000001VN", "2026-11-20")
    room.portal.later(days=8)
    first = room.portal.reception.get(f"{LIST}?limit=1").body
    (one,) = first["items"]
    assert (one["id"], one["parcel"]["days"], one["dossier"]["state"]["code"]) == (old, 11, "parcel_expected")
    second = room.portal.reception.get(f"{LIST}?limit=1&cursor={first['cursor']}").body
    assert [item["id"] for item in second["items"]] == [young]
    for who, status in ((room.portal.clerk, 403), (room.portal.elsewhere, 404), (room.portal.citizen, 403)):
        assert who.get(f"{LIST}?way=incoming").status == status


def test_the_applicant_is_reminded_before_the_wait_ends_and_it_ends(room: MailRoom) -> None:
    dossier = room.waiting()
    room.announce(dossier)
    room.portal.relay()
    room.portal.cloud.outbox.clear()
    seen: dict[int, list[str]] = {}
    for day in range(1, 31):
        room.portal.later(days=1)
        sweep(room)
        room.portal.relay()
        if found := mails(room):
            seen[day] = found
            room.portal.cloud.outbox.clear()
    # Filed on Monday 23/11, so the wait ends on Wednesday 23/12: ten, five and one working days before it, and once
    # when the announced parcel is five working days late (24/11 is a day off).
    assert {day: len(found) for day, found in seen.items()} == {9: 1, 16: 1, 23: 1, 29: 1, 30: 1}
    assert TRACKING in seen[9][0] and all("chưa nhận được hồ sơ giấy" in seen[day][0] for day in (16, 23, 29))
    assert seen[30][0].endswith("Dừng xử lý")
    room.portal.later(days=1)
    workflow.overdue(dossier, kept.head(dossier).state, present.now())
    assert room.portal.state(dossier) == "stopped"
    assert room.full(dossier)["parcels"][0]["state"] == "given_up"
    assert room.portal.reception.get(f"{LIST}?way=incoming").body["items"] == []


def test_who_has_sent_the_papers_is_reminded_no_more(room: MailRoom) -> None:
    room.complete()
    room.portal.relay()
    room.portal.cloud.outbox.clear()
    room.portal.later(days=29)
    sweep(room)
    assert [subject for subject in mails(room) if "hồ sơ giấy" in subject] == []


def test_a_parcel_for_nobody_is_kept_as_a_stray_and_sent_back(room: MailRoom) -> None:
    body = {"code": "H34.05-261123-9999", "tracking": TRACKING, "sender": "Không rõ", "reason": "Mã không có."}
    key = new_id()
    first = room.portal.reception.post(f"{LIST}/strays", body, key)
    again = room.portal.reception.post(f"{LIST}/strays", body, key)
    assert first.status == again.status == 201 and first.body == again.body
    reused = room.portal.reception.post(f"{LIST}/strays", {**body, "sender": "Khác"}, key)
    assert (reused.status, reused.body["Code"]) == (409, "KeyReused")
    (item,) = room.portal.reception.get(f"{LIST}?way=strays").body["items"]
    assert (item["id"], item["dossier"], item["parcel"]["received_by"]) == (key, None, "Cán bộ reception")
    path = f"{LIST}/strays/{key}/return"
    other = room.portal.elsewhere.post(f"/desk/parcels/{ELSEWHERE}/strays/{key}/return", {"reason": "x"})
    assert other.status == 404
    for _ in range(2):
        back = room.portal.reception.post(path, {"reason": "Trả người gửi."})
        assert (back.status, back.body["parcel"]["state"]) == (200, "sent_back")
    assert room.portal.reception.get(f"{LIST}?way=strays").body["items"] == []


def test_the_head_knows_no_more_than_it_must(room: MailRoom) -> None:
    dossier = room.waiting()
    room.announce(dossier)
    event: Event = kept.load(dossier).events[-1]
    assert event.detail == {"parcel": 1, "tracking": TRACKING, "posted_on": "2026-11-23"}
    assert kept.head(dossier).parcel == 1
