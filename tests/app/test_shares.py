"""The applicant shares the status of a dossier by a link that expires, and takes it back."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from chalicelib import aws
from chalicelib.domain.life import State
from chalicelib.services import present
from chalicelib.storage import heads
from chalicelib.storage.tables import HEAD, HeadRow, dossier_key
from tests.app.portal import Answer, Person, Portal, new_id
from tests.faults.wire import Crash, Fault, Plan, Wire

pytestmark = pytest.mark.clause("A5")


def hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def share(
    portal: Portal, dossier: str, secret: str, days: int = 7, label: str = "", who: Person | None = None
) -> Answer:
    return (who or portal.citizen).put(f"/dossiers/{dossier}/shares/{hashed(secret)}", {"days": days, "label": label})


def revoke(portal: Portal, dossier: str, secret: str, who: Person | None = None) -> Answer:
    return (who or portal.citizen).delete(f"/dossiers/{dossier}/shares/{hashed(secret)}")


def look(portal: Portal, code: str, secret: str) -> Answer:
    return portal.nobody.post("/status", {"code": code, "secret": secret})


def new_secret() -> str:
    return secrets.token_hex(16)


def row(portal: Portal, dossier: str) -> dict[str, Any]:
    """The row as the table has it."""
    key = {"pk": {"S": f"D#{dossier}"}, "sk": {"S": "SHARES"}}
    found = portal.cloud.client("dynamodb").get_item(TableName=os.environ["DOSSIERS_TABLE"], Key=key)
    return dict(found["Item"])


def test_a_link_shows_what_the_receipt_shows_and_nothing_more(portal: Portal) -> None:
    dossier, filed = portal.filed()
    secret, receipt = new_secret(), filed["receipt"]
    made = share(portal, dossier, secret, label="  gửi   anh Hai\n")
    assert made.status == 200
    (one,) = made.body["items"]
    assert one == {
        "id": hashed(secret),
        "label": "gửi anh Hai",
        "created_at": "2026-11-23T02:00:00.000Z",
        "expires_at": "2026-11-30T02:00:00.000Z",
    }
    by_link, by_receipt = look(portal, filed["code"], secret), look(portal, filed["code"], receipt["secret"])
    assert by_link.status == by_receipt.status == 200
    assert (by_link.body.pop("shared_until"), by_receipt.body.pop("shared_until")) == (one["expires_at"], None)
    assert by_link.body == by_receipt.body
    assert set(by_link.body) == {"code", "state", "procedure", "agency", "submitted_at", "reply_due_at", "due_at"}
    said = json.dumps(by_link.body, ensure_ascii=False)
    for hidden in ("Thử", "062190000123", "anh Hai", receipt["secret"], dossier, "birth"):
        assert hidden not in said


def test_only_the_hash_of_the_secret_is_kept(portal: Portal) -> None:
    dossier, _ = portal.filed()
    secret = new_secret()
    share(portal, dossier, secret, days=30)
    item = row(portal, dossier)
    assert hashed(secret) in item["body"]["S"] and secret not in json.dumps(item)
    assert int(item["expires_at"]["N"]) == int((present.now() + timedelta(days=30)).timestamp())


def test_it_follows_the_dossier(portal: Portal) -> None:
    dossier = portal.received()
    code, secret = portal.citizen.get(f"/dossiers/{dossier}").body["code"], new_secret()
    share(portal, dossier, secret)
    portal.step(portal.appraiser, dossier, "claim", {})
    assert look(portal, code, secret).body["state"]["code"] == "appraisal"


@pytest.mark.parametrize("state", [s for s in State if s is not State.DRAFT])
def test_every_state_after_filing_can_be_shared(portal: Portal, state: State) -> None:
    dossier, filed = portal.filed()
    head = HeadRow.get(dossier_key(dossier), HEAD)
    head.update([HeadRow.state.set(state.value)])
    assert heads.dossier_of(head).state is state
    secret = new_secret()
    assert share(portal, dossier, secret).status == 200
    assert look(portal, filed["code"], secret).body["state"]["code"] == state.value


def test_a_draft_has_nothing_to_share(portal: Portal) -> None:
    dossier = portal.draft()
    answer = share(portal, dossier, new_secret())
    assert (answer.status, answer.body["Code"]) == (409, "NothingToShare")
    assert portal.citizen.get(f"/dossiers/{dossier}").body["shares"] == []


def test_only_the_owner_shares_and_revokes(portal: Portal) -> None:
    dossier, filed = portal.filed()
    secret = new_secret()
    share(portal, dossier, secret)
    for who in (portal.stranger, portal.reception, portal.elsewhere):
        for act in (share, revoke):
            theirs, absent = act(portal, dossier, secret, who=who), act(portal, new_id(), secret, who=who)
            assert theirs.status == absent.status == 404
            assert theirs.body == absent.body
    for act in (share, revoke):
        assert act(portal, dossier, secret, who=portal.nobody).status == 401
    assert look(portal, filed["code"], secret).status == 200


def test_officers_are_not_told(portal: Portal) -> None:
    dossier, _ = portal.filed()
    before = portal.reception.get(f"/desk/dossiers/{dossier}").body
    share(portal, dossier, new_secret(), label="gửi anh Hai")
    after = portal.reception.get(f"/desk/dossiers/{dossier}").body
    assert after == before, "no event, no other version: an officer's write is not made stale"
    assert "shares" not in after
    assert [one["label"] for one in portal.citizen.get(f"/dossiers/{dossier}").body["shares"]] == ["gửi anh Hai"]


@pytest.mark.parametrize("days", [1, 7, 30])
def test_it_expires_by_the_clock_though_the_row_is_still_there(portal: Portal, days: int) -> None:
    dossier, filed = portal.filed()
    secret = new_secret()
    share(portal, dossier, secret, days)
    portal.later(days=days, seconds=-1)
    assert look(portal, filed["code"], secret).status == 200
    portal.later(seconds=1)
    assert row(portal, dossier)
    assert look(portal, filed["code"], secret).status == 404
    assert portal.citizen.get(f"/dossiers/{dossier}").body["shares"] == []


def test_every_failure_is_answered_alike(portal: Portal) -> None:
    dossier, filed = portal.filed()
    code, other = filed["code"], portal.filed()[1]["code"]
    live, revoked, expired = new_secret(), new_secret(), new_secret()
    share(portal, dossier, expired, days=1)
    portal.later(days=1)
    share(portal, dossier, live)
    share(portal, dossier, revoked)
    revoke(portal, dossier, revoked)
    wrong = [
        (code, expired),
        (code, revoked),
        (code, new_secret()),
        (code, "khong-phai-khoa"),
        (code, hashed(live)),
        (code, live[:-1]),
        (other, live),
        ("H34.05-261123-9999", live),
        ("khong phai ma", live),
    ]
    answers = [look(portal, *one) for one in wrong]
    assert {answer.status for answer in answers} == {404}
    assert all(answer.body == answers[0].body for answer in answers)
    assert look(portal, code, live).status == 200


def test_an_unknown_code_takes_as_many_calls_as_a_wrong_secret(portal: Portal) -> None:
    code = portal.filed()[1]["code"]
    wire = Wire()
    with wire.tapped():
        counted = []
        for asked in (code, "H34.05-261123-9999"):
            wire.reset()
            assert look(portal, asked, new_secret()).status == 404
            counted.append([call.operation for call in wire.calls])
    assert counted[0] == counted[1]


def test_a_link_made_twice_is_one(portal: Portal) -> None:
    dossier, _ = portal.filed()
    secret = new_secret()
    first = share(portal, dossier, secret)
    portal.later(hours=1)
    again = share(portal, dossier, secret)
    assert (again.status, again.body) == (200, first.body), "it does not live longer for it"
    other = share(portal, dossier, secret, days=30)
    assert (other.status, other.body["Code"]) == (409, "KeyReused")


@pytest.mark.parametrize("fault", [Fault.CRASH_AFTER, Fault.REPEATED, Fault.LOST])
def test_a_lost_reply_makes_no_second_link(portal: Portal, fault: Fault) -> None:
    """The function dies after its write; or the write's own reply is lost, and the SDK sends it again or gives up."""
    dossier, filed = portal.filed()
    secret = new_secret()
    wire = Wire()
    with wire.tapped():
        wire.reset(Plan("DynamoDB.PutItem", fault))
        try:
            first = share(portal, dossier, secret)
        except Crash:
            assert fault is Fault.CRASH_AFTER
        else:
            assert (first.status, fault) in {(200, Fault.REPEATED), (500, Fault.LOST)}
        assert wire.struck is not None
    again = share(portal, dossier, secret)
    assert [one["id"] for one in again.body["items"]] == [hashed(secret)]
    assert look(portal, filed["code"], secret).status == 200


def test_a_repetition_that_comes_late_does_not_revive_it(portal: Portal) -> None:
    dossier, filed = portal.filed()
    secret = new_secret()
    share(portal, dossier, secret)
    for _ in range(2):
        assert (answer := revoke(portal, dossier, secret)).status == 200
        assert answer.body["items"] == []
    late = share(portal, dossier, secret)
    assert (late.status, late.body["Code"]) == (409, "ShareRevoked")
    assert look(portal, filed["code"], secret).status == 404


def test_revoking_one_leaves_the_others(portal: Portal) -> None:
    dossier, filed = portal.filed()
    one, other = new_secret(), new_secret()
    share(portal, dossier, one)
    share(portal, dossier, other)
    assert [left["id"] for left in revoke(portal, dossier, one).body["items"]] == [hashed(other)]
    assert look(portal, filed["code"], other).status == 200
    assert portal.citizen.delete(f"/dossiers/{dossier}/shares/khong-co").status == 200


@contextmanager
def meanwhile(act: Any) -> Iterator[list[Answer]]:
    """Run `act` just before the first conditional write inside is sent."""
    came: list[Answer] = []
    begun: list[None] = []

    def first(model: Any, **_: Any) -> None:
        if model.name == "PutItem" and not begun:
            begun.append(None)
            came.append(act())

    events = aws.dynamodb().client.meta.events
    events.register_last("before-call", first)
    try:
        yield came
    finally:
        events.unregister("before-call", first)


def test_ten_are_live_at_most_also_when_two_are_made_at_once(portal: Portal) -> None:
    dossier, _ = portal.filed()
    for _ in range(9):
        assert share(portal, dossier, new_secret()).status == 200
    with meanwhile(lambda: share(portal, dossier, new_secret())) as came:
        answer = share(portal, dossier, new_secret())
    assert came[0].status == 200
    assert (answer.status, answer.body["Code"]) == (409, "TooManyShares")
    assert "10" in answer.body["Message"]
    assert len(portal.citizen.get(f"/dossiers/{dossier}").body["shares"]) == 10


def test_two_made_at_once_are_two(portal: Portal) -> None:
    dossier, _ = portal.filed()
    one, other = new_secret(), new_secret()
    with meanwhile(lambda: share(portal, dossier, other)):
        answer = share(portal, dossier, one)
    assert [made["id"] for made in answer.body["items"]] == [hashed(one), hashed(other)], "newest first"


@pytest.mark.parametrize(
    ("share_id", "body", "field"),
    [
        ("0" * 63, {"days": 7}, "share_id"),
        ("G" * 64, {"days": 7}, "share_id"),
        ("0" * 64, {"days": 2}, "days"),
        ("0" * 64, {"days": "7"}, "days"),
        ("0" * 64, {"days": 7, "label": "a" * 61}, "label"),
        ("0" * 64, {"days": 7, "secret": "0" * 32}, "secret"),
    ],
)
def test_what_is_wrong_is_named(portal: Portal, share_id: str, body: dict[str, Any], field: str) -> None:
    dossier, _ = portal.filed()
    answer = portal.citizen.put(f"/dossiers/{dossier}/shares/{share_id}", body)
    assert answer.status == 422
    assert [one["Field"] for one in answer.body["Fields"]] == [field]


def test_it_dies_with_the_dossier(portal: Portal) -> None:
    dossier, filed = portal.filed()
    secret = new_secret()
    share(portal, dossier, secret)
    HeadRow.get(dossier_key(dossier), HEAD).delete()
    assert look(portal, filed["code"], secret).status == 404
