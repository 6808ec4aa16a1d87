"""Notices on their ways: quiet hours, tries, one channel down, duplicates, preferences, the log, the inboxes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib import aws, events
from chalicelib.domain.notice import MOST_TRIES
from chalicelib.services import present
from infra.local.testing import context, run
from tests.app.portal import AGENCY, Portal, new_id

WAYS = {"action": ["mail", "sms"], "status": ["mail", "sms"], "message": ["mail"], "reminder": []}
NIGHT = {"start": "21:00", "end": "07:00"}


def choose(portal: Portal, **changes: Any) -> dict[str, Any]:
    body = {"version": 0, "language": "vi", "ways": WAYS, "quiet": NIGHT, **changes}
    answer = portal.citizen.put("/me/notices", body)
    assert answer.status == 200, answer.body
    return dict(answer.body)


def sweep(portal: Portal) -> None:
    run(events.sweep, {"source": "schedule"}, "sweep")


def kinds(portal: Portal) -> list[str]:
    return [letter.kind for letter in portal.cloud.outbox.letters()]


def log(portal: Portal, dossier: str) -> list[dict[str, Any]]:
    answer = portal.citizen.get(f"/dossiers/{dossier}/notices")
    assert answer.status == 200, answer.body
    return list(answer.body["items"])


@contextmanager
def down(service: str, operation: str, code: str) -> Iterator[list[str]]:
    """The service refuses an operation with an error of this code; the list grows with every try."""
    tries: list[str] = []

    def refuse(**_: Any) -> None:
        tries.append(code)
        raise ClientError({"Error": {"Code": code, "Message": ""}}, operation)

    events_of = aws.client(service).meta.events
    events_of.register(f"before-call.{service}.{operation}", refuse, unique_id="down")
    try:
        yield tries
    finally:
        events_of.unregister(f"before-call.{service}.{operation}", unique_id="down")


@pytest.mark.clause("A7")
def test_what_happens_at_night_is_told_in_the_morning_in_order(portal: Portal) -> None:
    choose(portal)
    portal.later(hours=13)  # 22:00 of Vietnam
    dossier, filed = portal.filed()
    portal.step(portal.reception, dossier, "receive", {})
    portal.relay()
    assert kinds(portal) == []
    inbox = portal.citizen.get("/me/inbox").body["items"]
    assert [one["subject"] for one in inbox] == [
        f"Hồ sơ {filed['code']}: Được tiếp nhận", f"Hồ sơ {filed['code']}: Mới đăng ký",
    ]  # fmt: skip
    waiting = {(d["way"], d["state"], d["at"][:19]) for one in log(portal, dossier) for d in one["deliveries"]}
    assert waiting == {("mail", "waiting", "2026-11-24T00:00:00"), ("sms", "waiting", "2026-11-24T00:00:00")}
    portal.later(hours=8, minutes=55)
    sweep(portal)
    assert kinds(portal) == []
    portal.later(minutes=10)
    sweep(portal)
    mails = [letter.subject for letter in portal.cloud.outbox.letters() if letter.kind == "mail"]
    assert [subject.rpartition(": ")[2] for subject in mails] == ["Mới đăng ký", "Được tiếp nhận"]
    assert sorted(kinds(portal)) == ["mail", "mail", "sms", "sms"]
    (first, second) = [letter for letter in portal.cloud.outbox.letters() if letter.kind == "sms"]
    assert first.to == second.to == "+84912345678"
    assert first.body.startswith(f"Ho so {filed['code']}: ho so da duoc nop. http") and first.body.endswith(dossier)
    sent = [d for one in log(portal, dossier) for d in one["deliveries"]]
    assert {(d["way"], d["state"], d["to"]) for d in sent} == {
        ("mail", "sent", "c****@example.invalid"), ("sms", "sent", "******678"),
    }  # fmt: skip
    sweep(portal)
    assert len(kinds(portal)) == 4


def test_a_channel_that_is_down_holds_up_nothing_and_is_tried_again(portal: Portal) -> None:
    choose(portal)
    dossier, _ = portal.filed()
    with down("ses", "SendEmail", "Throttling") as tries:
        portal.relay()
        assert kinds(portal) == ["sms"] and tries
        (one,) = log(portal, dossier)
        mail = next(d for d in one["deliveries"] if d["way"] == "mail")
        assert (mail["state"], mail["tries"]) == ("waiting", 1) and "temporarily" not in mail["error"]
        sweep(portal)
        before = len(tries)
        sweep(portal)
        assert len(tries) == before, "not before its time"
        portal.step(portal.reception, dossier, "receive", {})
        portal.relay()
        assert kinds(portal) == ["sms", "sms"]
    portal.later(minutes=5)
    sweep(portal)
    assert kinds(portal) == ["sms", "sms", "mail", "mail"]
    assert {d["state"] for one in log(portal, dossier) for d in one["deliveries"]} == {"sent"}


def test_what_cannot_be_sent_is_given_up_and_the_agency_told(portal: Portal) -> None:
    choose(portal)
    dossier, _ = portal.filed()
    with down("ses", "SendEmail", "ServiceUnavailable"):
        portal.relay()
        for _ in range(MOST_TRIES):
            portal.later(hours=13)
            sweep(portal)
    mail = next(d for d in log(portal, dossier)[-1]["deliveries"] if d["way"] == "mail")
    assert (mail["state"], mail["tries"]) == ("failed", MOST_TRIES) and mail["error"]
    told = portal.reception.get(f"/me/inbox?box={AGENCY}").body["items"]
    assert any("could not be sent" in one["subject"] and one["dossier"] == dossier for one in told)
    portal.later(hours=13)
    sweep(portal)
    subjects = [letter.subject for letter in portal.cloud.outbox.letters()]
    assert not any("Mới đăng ký" in subject for subject in subjects)


def test_a_refused_address_is_not_tried_again(portal: Portal) -> None:
    choose(portal)
    dossier, _ = portal.filed()
    with down("sns", "Publish", "OptedOut") as tries:
        portal.relay()
    assert tries == ["OptedOut"] and kinds(portal) == ["mail"]
    sms = next(d for d in log(portal, dossier)[0]["deliveries"] if d["way"] == "sms")
    assert (sms["state"], sms["error"]) == ("failed", "The address or number was refused.")


def test_the_stream_twice_and_the_sweeper_besides_send_once(portal: Portal) -> None:
    choose(portal)
    portal.filed()
    records = []
    while found := portal.cloud.records():
        records += found
        events.relay({"Records": found}, context("relay"))
    portal.later(minutes=5)
    for _ in range(2):
        events.relay({"Records": records}, context("relay"))
        sweep(portal)
    assert sorted(kinds(portal)) == ["mail", "sms"]


@pytest.mark.clause("A7")
def test_preferences_are_kept_by_version_and_hold_for_open_dossiers(portal: Portal) -> None:
    usual = portal.citizen.get("/me/notices").body
    assert (usual["version"], usual["quiet"], usual["phone"]) == (0, NIGHT, "+84912345678")
    assert {one["kind"]: one["ways"] for one in usual["ways"]}["action"] == ["mail", "sms"]
    dossier, filed = portal.filed()
    portal.relay()
    portal.cloud.outbox.clear()
    mute = {**WAYS, "status": ["mail"], "message": []}
    assert choose(portal, language="en", ways=mute, quiet=None)["version"] == 1
    stale = portal.citizen.put("/me/notices", {"version": 0, "language": "vi", "ways": WAYS, "quiet": None})
    assert (stale.status, stale.body["Code"]) == (409, "StaleWrite")
    off = portal.citizen.put(
        "/me/notices", {"version": 1, "language": "vi", "ways": {**WAYS, "action": []}, "quiet": None}
    )
    assert (off.status, [f["Field"] for f in off.body["Fields"]]) == (422, ["channels.action"])
    portal.later(hours=13)
    portal.step(portal.reception, dossier, "receive", {})
    portal.relay()
    portal.later(minutes=1)
    portal.reception.post(f"/desk/dossiers/{dossier}/messages", {"id": new_id(), "text": "Chào."})
    portal.relay()
    (letter,) = portal.cloud.outbox.letters()
    assert letter.subject == f"Dossier {filed['code']}: Accepted" and "Dear" in letter.body
    (written,) = [one for one in log(portal, dossier) if one["kind"] == "message"]
    assert {d["state"] for d in written["deliveries"]} == {"suppressed"}
    assert portal.citizen.get("/me/inbox").body["items"][0]["subject"].endswith("a message from the agency")
    assert portal.reception.get("/me/notices").status == 403


@pytest.mark.clause("A7")
def test_the_inbox_counts_what_was_not_seen_and_goes_page_by_page(portal: Portal) -> None:
    dossier = portal.received()
    portal.relay()
    unread = portal.citizen.get("/me/inbox/unread").body["count"]
    first = portal.citizen.get("/me/inbox?limit=1").body
    assert unread == 2 and first["items"][0]["unread"] and first["cursor"]
    second = portal.citizen.get(f"/me/inbox?limit=1&cursor={first['cursor']}").body
    assert second["items"][0]["id"] != first["items"][0]["id"]
    seen = {"box": "mine", "until": second["items"][0]["at"]}
    portal.later(minutes=1)
    assert portal.citizen.call("PUT", "/me/inbox/seen", {"box": "mine", "until": "morgen"}).status == 422
    assert portal.citizen.call("PUT", "/me/inbox/seen", seen).status == 204
    portal.step(portal.appraiser, dossier, "claim", {})
    portal.step(portal.appraiser, dossier, "supplement-request", {"fields": {"copies": "Ghi lại."}})
    portal.relay()
    after = portal.citizen.get("/me/inbox").body["items"]
    assert [one["unread"] for one in after][0] and not after[-1]["unread"]
    assert portal.citizen.get("/me/inbox/unread").body["count"] == sum(one["unread"] for one in after)
    assert portal.stranger.get("/me/inbox").body["items"] == []
    assert portal.stranger.get(f"/dossiers/{dossier}/notices").status == 404
    assert portal.elsewhere.get(f"/dossiers/{dossier}/notices").status == 404
    assert len(portal.reception.get(f"/dossiers/{dossier}/notices").body["items"]) == 3


@pytest.mark.clause("A7")
def test_officers_are_told_what_others_did_to_their_dossiers(portal: Portal) -> None:
    dossier, _ = portal.filed()
    letter = {"id": new_id(), "text": "Khi nào có kết quả?"}
    portal.citizen.post(f"/dossiers/{dossier}/messages", letter)
    portal.relay()
    shared = portal.reception.get(f"/me/inbox?box={AGENCY}").body["items"]
    assert [(one["dossier"], one["kind"]) for one in shared] == [(dossier, None)] and "Khi nào" not in str(shared)
    assert portal.reception.get(f"/me/inbox/unread?box={AGENCY}").body["count"] == 1
    assert portal.elsewhere.get(f"/me/inbox?box={AGENCY}").status == 404
    assert portal.citizen.get(f"/me/inbox?box={AGENCY}").status == 404
    portal.step(portal.reception, dossier, "receive", {})
    portal.step(portal.appraiser, dossier, "claim", {})
    portal.step(portal.appraiser, dossier, "proposal", {"opinion": "Đủ."})
    portal.step(portal.approver, dossier, "return", {"reason": "Xem lại."})
    portal.relay()
    assert [one["subject"] for one in portal.appraiser.get("/me/inbox").body["items"]][0].endswith("by the head")
    assert portal.approver.get("/me/inbox").body["items"] == []


def test_a_notice_keeps_no_text_once_it_was_sent(portal: Portal) -> None:
    portal.filed()
    portal.relay()
    rows = portal.cloud.client("dynamodb").scan(TableName=os.environ["DOSSIERS_TABLE"])["Items"]
    assert not [row for row in rows if row["sk"]["S"].startswith("OUT#")]
    assert not [row for row in rows if row["sk"]["S"].startswith("NOTICE#") and "citizen@" in str(row)]
    assert present.now()
