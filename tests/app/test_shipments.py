"""Results by registered post (clause A14): posted, followed by calls and files, signed for, returned."""

from __future__ import annotations

import itertools
import json
from functools import partial

import pytest

from chalicelib import events
from chalicelib.domain.proof import chain_is_whole
from chalicelib.storage import dossiers as kept
from infra.local.testing import run
from tests.app.mail_room import ADDRESS, LIST, TRACKING, MailRoom
from tests.app.portal import Answer, Portal, new_id
from tests.app.test_paper_races import meanwhile

pytestmark = pytest.mark.clause("A14")
AT = "2026-11-23T10:00:00+07:00"


@pytest.fixture
def room(portal: Portal) -> MailRoom:
    return MailRoom(portal)


def test_from_the_desk_to_the_recipients_signature(room: MailRoom) -> None:
    dossier = room.posted()
    assert room.portal.state(dossier) == "in_post"
    assert [room.told(status) for status in ("accepted", "in_transit")] == ["moved", "moved"]
    assert room.portal.state(dossier) == "in_post"
    assert room.told("delivered") == "moved"
    full = room.full(dossier)
    assert full["state"]["code"] == "delivered"
    parcel = full["parcels"][-1]
    assert (parcel["way"], parcel["state"], parcel["address"]) == ("out", "delivered", ADDRESS)
    assert (parcel["recipient"], parcel["signature"]) == ("Người nhận ký", "PHAT-0001")
    bundle = kept.load(dossier)
    last = bundle.events[-1]
    assert (last.action, last.actor["role"], last.detail["signature"]) == ("deliver", "system", "PHAT-0001")
    assert [event.action for event in bundle.events[-4:]] == ["post", "track", "track", "deliver"]
    assert chain_is_whole(bundle.events, bundle.dossier.last_hash)
    assert room.portal.clerk.get(f"{LIST}?way=outgoing").body["items"] == []


@pytest.mark.parametrize("order", list(itertools.permutations(["accepted", "in_transit", "delivered"])))
def test_in_any_order_and_told_twice_it_ends_delivered(room: MailRoom, order: tuple[str, ...]) -> None:
    dossier = room.posted()
    seen = []
    for status in order:
        room.told(status)
        assert room.told(status) == "duplicate"
        seen.append(room.full(dossier)["parcels"][-1]["state"])
    ranks = [["handed_in", "accepted", "in_transit", "delivered"].index(state) for state in seen]
    assert ranks == sorted(ranks) and seen[-1] == "delivered"
    assert room.portal.state(dossier) == "delivered"
    assert sum(event.action == "deliver" for event in kept.load(dossier).events) == 1


def test_delivered_needs_the_recipients_signature(room: MailRoom) -> None:
    dossier = room.posted()
    for missing in ("recipient", "signature"):
        assert room.told("delivered", **{missing: ""}) == "malformed"
    rows = room.rows(f"{TRACKING},delivered,{AT},,,", f"{TRACKING},delivered,{AT},Người nhận,,").body["items"]
    assert [[field["Field"] for field in row["fields"]] for row in rows] == [["signature", "recipient"], ["signature"]]
    assert room.portal.state(dossier) == "in_post"


def test_a_returned_result_is_a_task_with_its_reason_and_the_citizen_is_told(room: MailRoom) -> None:
    dossier = room.posted()
    room.portal.relay()
    room.portal.cloud.outbox.clear()
    assert room.told("returned", reason="Không có người nhận") == "moved"
    room.portal.relay()
    letter, short = room.portal.cloud.outbox.letters()
    assert short.kind == "sms" and "buu chinh chuyen hoan" in short.body and "Không" not in short.body
    assert "Bưu chính chuyển hoàn kết quả" in letter.body and "Không có người nhận" in letter.body
    (row,) = room.portal.clerk.get("/desk/queues/H34.05/handover").body["items"]
    assert (row["id"], row["state"]["code"]) == (dossier, "post_returned")
    desk = room.portal.clerk.get(f"/desk/dossiers/{dossier}").body
    assert desk["parcels"][-1]["reason"] == "Không có người nhận"
    assert set(desk["actions"]) >= {"post", "deliver"}
    again = {"tracking": "EB000000999VN", "address": ADDRESS}
    assert room.step(dossier, "posting", again, room.portal.clerk)["state"]["code"] == "in_post"
    assert room.told("delivered") == "contradicted"  # of the first parcel, which came back
    assert room.portal.state(dossier) == "in_post"
    assert room.told("delivered", "EB000000999VN") == "moved"
    assert room.portal.state(dossier) == "delivered"


def test_a_returned_result_can_be_handed_over_at_the_counter(room: MailRoom) -> None:
    dossier = room.posted()
    room.step(dossier, "posting/return", {"reason": "Bưu cục trả lại."}, room.portal.clerk)
    assert room.portal.state(dossier) == "post_returned"
    room.step(dossier, "hand-over", {"recipient": "Nguyễn Thị Thử", "signed": True}, room.portal.clerk)
    assert room.told("returned") == "duplicate"
    assert room.portal.state(dossier) == "delivered"


def test_a_lost_parcel_is_told_of_and_may_still_turn_up(room: MailRoom) -> None:
    dossier = room.posted()
    room.portal.relay()
    room.portal.cloud.outbox.clear()
    assert room.told("lost") == "moved"
    room.portal.relay()
    assert len(room.portal.cloud.outbox.letters()) == 1
    (item,) = room.portal.clerk.get(f"{LIST}?way=outgoing").body["items"]
    assert (item["parcel"]["state"], item["parcel"]["reason"]) == ("lost", "Thất lạc khi vận chuyển")
    assert room.told("in_transit") == "duplicate"
    assert room.told("delivered") == "moved"
    assert room.portal.state(dossier) == "delivered"


def test_the_counter_and_the_post_deliver_at_once_and_one_wins(room: MailRoom) -> None:
    """Whoever commits between the other's reading and writing wins; the post's word is then recorded, not done."""
    for first in ("counter", "post"):
        tracking = {"counter": "EB000000001VN", "post": "EB000000002VN"}[first]
        dossier = room.posted(tracking)

        def hand_over(dossier: str = dossier) -> Answer:
            body = {"recipient": "Nguyễn Thị Thử", "signed": True}
            return room.portal.clerk.post(f"/desk/dossiers/{dossier}/hand-over", body)

        if first == "counter":
            with meanwhile(hand_over) as came:
                assert room.told("delivered", tracking) == "moved"
            assert came[0].status == 200  # type: ignore[attr-defined]
        else:
            with meanwhile(partial(room.told, "delivered", tracking)) as came:
                late = hand_over()
            assert came == ["moved"]
            assert (late.status, late.body["Code"]) == (409, "StaleWrite")
        actions = [event.action for event in kept.load(dossier).events]
        assert actions.count("deliver") == 1
        assert room.full(dossier)["parcels"][-1]["state"] == "delivered"


@pytest.mark.parametrize("delivery", ["counter", "online"])
def test_only_who_chose_the_post_gets_the_result_by_it(room: MailRoom, delivery: str) -> None:
    dossier = room.ready(delivery)
    answer = room.portal.clerk.post(f"/desk/dossiers/{dossier}/posting", {"tracking": TRACKING, "address": ADDRESS})
    assert (answer.status, answer.body["Code"]) == (409, "CounterOnly")


def test_at_level_3_nothing_is_posted(room: MailRoom) -> None:
    dossier = room.portal.ready()
    answer = room.portal.clerk.post(f"/desk/dossiers/{dossier}/posting", {"tracking": TRACKING, "address": ADDRESS})
    assert (answer.status, answer.body["Code"]) == (409, "CounterOnly")


def test_a_number_stands_for_one_parcel(room: MailRoom) -> None:
    room.posted()
    other = room.ready()
    body = {"tracking": TRACKING, "address": ADDRESS}
    taken = room.portal.clerk.post(f"/desk/dossiers/{other}/posting", body)
    assert (taken.status, taken.body["Code"]) == (409, "TrackingTaken")
    key, body = new_id(), {"tracking": "EB000000002VN", "address": ADDRESS}
    first = room.portal.clerk.post(f"/desk/dossiers/{other}/posting", body, key)
    again = room.portal.clerk.post(f"/desk/dossiers/{other}/posting", body, key)
    assert (first.status, again.body) == (200, first.body)


# Calls.


def test_a_call_that_is_not_the_posts_is_refused_and_kept(room: MailRoom) -> None:
    dossier = room.posted()
    word = room.office._word(TRACKING, "returned")
    forged = room.call(word, **{"X-Post-Signature": "0" * 64})
    unsigned = room.call(word, **{"X-Post-Signature": "", "X-Post-Timestamp": ""})
    odd = room.call(word, **{"X-Post-Signature": "ê", "X-Post-Timestamp": "١"})
    assert [one.status for one in (forged, unsigned, odd)] == [401] * 3
    body, headers = room.office.signed(word)
    other = json.dumps({**word, "tracking": "EB000000009VN"}).encode()
    assert room.portal.nobody.call("POST", "/post/vnpost", other, **headers).status == 401
    stamp = str(int(headers["X-Post-Timestamp"]) + 60)
    assert room.portal.nobody.call("POST", "/post/vnpost", body, **{**headers, "X-Post-Timestamp": stamp}).status == 401
    assert room.portal.state(dossier) == "in_post"
    room.portal.later(minutes=11)
    late = room.portal.nobody.call("POST", "/post/vnpost", body, **headers)
    assert (late.status, late.body) == (401, {"result": "bad_signature"})
    assert room.portal.nobody.call("POST", "/post/other", body, **headers).status == 404


def test_a_call_that_makes_no_sense_is_malformed_and_one_that_is_early_is_unknown(room: MailRoom) -> None:
    for word in (
        {"tracking": TRACKING, "status": "accepted"},
        {"tracking": TRACKING, "status": "sleeping", "at": AT},
        {"tracking": TRACKING, "status": "accepted", "at": AT, "more": "x"},
        {"tracking": 7, "status": "accepted", "at": AT},
    ):
        assert room.call(word).status == 400
    early = room.call(room.office._word("EB000000777VN", "accepted"))
    assert (early.status, early.body["result"]) == (404, "unknown")


# Files.


def test_a_file_is_read_row_by_row_and_again_changes_nothing(room: MailRoom) -> None:
    dossier = room.posted()
    rows = (
        f"{TRACKING},accepted,{AT},,,",
        f"{TRACKING},delivered,{AT},Trần Văn Nhận,S-7,",
        f"{TRACKING},in_transit,{AT},,,",
        "EB999999999VN,accepted,2026-11-23T10:00:00+07:00,,,",
        f"{TRACKING},returned,{AT},,,Trả lại",
        f"{TRACKING},accepted,hôm qua,,,",
        "chỉ một ô",
    )
    first = room.rows(*rows).body["items"]
    assert [(row["row"], row["outcome"]) for row in first] == [
        (2, "moved"), (3, "moved"), (4, "known"), (5, "refused"), (6, "contradicted"), (7, "refused"), (8, "refused"),
    ]  # fmt: skip
    assert first[3]["message"] and first[4]["message"] and first[5]["fields"][0]["Field"] == "at"
    events_before = len(kept.load(dossier).events)
    again = room.rows(*rows).body["items"]
    assert [row["outcome"] for row in again][:3] == ["known"] * 3
    assert len(kept.load(dossier).events) == events_before
    assert kept.load(dossier).events[-1].detail["recipient"] == "Trần Văn Nhận"


def test_a_file_is_read_by_clerks_of_the_agency_and_for_its_parcels_only(room: MailRoom) -> None:
    room.posted()
    row = f"{TRACKING},accepted,{AT},,,"
    assert room.rows(row, who=room.portal.reception).status == 403
    assert room.rows(row, who=room.portal.elsewhere).status == 404
    elsewhere = room.portal.elsewhere.post(
        "/desk/parcels/H34.06/reports", {"header": "tracking,status,at,recipient,signature,reason", "rows": [row]}
    )
    assert elsewhere.body["items"][0]["outcome"] == "refused"
    bad = room.rows(row, header="tracking,status")
    assert (bad.status, bad.body["Code"]) == (422, "ReportColumns")


def test_what_the_post_says_outlives_the_stream(room: MailRoom) -> None:
    """The relay never ran: the sweeper tells the citizen."""
    room.posted()
    room.portal.cloud.outbox.clear()
    room.told("returned")
    room.portal.later(minutes=5)
    for _ in range(2):  # to write the notice, and to send it
        run(events.sweep, {"source": "schedule"}, "sweep")
        room.portal.later(minutes=5)
    assert any("chuyển hoàn" in letter.subject for letter in room.portal.cloud.outbox.letters())
