"""Results with a file: locked before they count, checked by whoever holds one, revoked by two people."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.domain.proof import chain_is_whole
from chalicelib.domain.result import Result
from chalicelib.services import present, relay, signing
from chalicelib.storage import dossiers
from chalicelib.storage.tables import OutboxRow, dossier_key
from tests.app.bench import Crash, calls
from tests.app.issuing import Issuing
from tests.app.portal import AGENCY, Person, Portal
from tests.thorough import few, spread

pytestmark = pytest.mark.clause("A14")
REASON = {"reason": "Ghi sai ngày sinh."}


@pytest.fixture
def desk(portal: Portal) -> Issuing:
    return Issuing(portal)


def _effects(dossier: str) -> list[OutboxRow]:
    rows = OutboxRow.query(dossier_key(dossier), OutboxRow.sk.startswith("OUT#"), consistent_read=True)
    return [row for row in rows if row.effect == "seal"]


def _second_approver(desk: Issuing) -> Person:
    return desk.portal.officer("approver2", "approver")


# Issuing.


def test_a_file_is_locked_before_the_result_is_there(desk: Issuing) -> None:
    dossier = desk.approved(4)
    entered = desk.enter(dossier)
    assert entered["state"]["code"] == "sealing"
    assert desk.portal.citizen.get(f"/dossiers/{dossier}").body["results"] == []
    desk.portal.relay()
    assert desk.portal.state(dossier) == "ready"
    (result,) = desk.results(dossier)
    assert result.file is not None
    assert hashlib.sha256(desk.kept(result)).hexdigest() == result.file.sha256
    shown = desk.portal.citizen.get(f"/dossiers/{dossier}").body
    assert shown["result"]["sha256"] == result.file.sha256
    assert [(one["state"], one["code"], one["may"]) for one in shown["results"]] == [("valid", result.code, [])]
    assert chain_is_whole(dossiers.load(dossier).events)


def test_the_kept_version_can_be_neither_replaced_nor_deleted(desk: Issuing) -> None:
    dossier = desk.issued()
    (result,) = desk.results(dossier)
    assert result.file is not None
    s3, bucket = desk.portal.cloud.client("s3"), os.environ["RESULTS_BUCKET"]
    held = s3.head_object(Bucket=bucket, Key=result.file.key, VersionId=result.file.version)
    assert held["ObjectLockMode"] == "GOVERNANCE"
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.delete_object(Bucket=bucket, Key=result.file.key, VersionId=result.file.version)
    s3.put_object(Bucket=bucket, Key=result.file.key, Body=b"another")  # a newer version is not the result
    assert hashlib.sha256(desk.kept(result)).hexdigest() == result.file.sha256


def test_a_result_on_paper_is_issued_at_once_and_can_be_checked(desk: Issuing) -> None:
    dossier = desk.portal.issued()
    (result,) = desk.results(dossier)
    assert (result.way.value, result.state.value, result.file) == ("paper", "valid", None)
    assert desk.check(result).body["sha256"] is None


def test_a_fee_of_the_result_is_due_once_it_is_sealed(desk: Issuing) -> None:
    dossier = desk.issued(3)
    assert desk.portal.state(dossier) == "result_fee_due"


@pytest.mark.clause("B3")
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.slow
def test_a_crash_at_any_call_neither_loses_nor_doubles_a_result(desk: Issuing, after: bool) -> None:
    desk.issued()  # so that whom to trust is read, and every try makes the same calls
    dossier = desk.approved(4)
    desk.enter(dossier)
    made = _seal(desk, dossier)
    assert made.count("Sign") == 1
    for number in few(range(1, len(made) + 1), int(after), most=4):
        dossier = desk.approved(4)
        desk.enter(dossier)
        _seal(desk, dossier, number, after)
        desk.portal.later(minutes=3)
        assert relay.sweep(present.now())["failed"] == 0
        desk.portal.relay()
        assert not _effects(dossier)
        assert desk.portal.state(dossier) == "ready"
        (result,) = desk.results(dossier)
        assert result.file is not None
        assert desk.versions(dossier) == [result.file.key]
        assert hashlib.sha256(desk.kept(result)).hexdigest() == result.file.sha256
        seals = [e for e in dossiers.load(dossier).events if e.action == "seal"]
        assert [e.detail["sha256"] for e in seals] == [result.file.sha256]


def _seal(desk: Issuing, dossier: str, crash_at: int | None = None, after: bool = False) -> list[str]:
    desk.portal.give_keys()
    (effect,) = _effects(dossier)
    with calls(crash_at, after) as made:
        if crash_at is None:
            signing.perform(dossier, effect.sk, present.now())
        else:
            with pytest.raises(Crash):
                signing.perform(dossier, effect.sk, present.now())
    return made


def test_an_effect_delivered_again_seals_nothing_more(desk: Issuing) -> None:
    dossier = desk.approved(4)
    desk.enter(dossier)
    (effect,) = _effects(dossier)
    desk.portal.relay()
    before = desk.results(dossier)
    OutboxRow(**effect.attribute_values).save()  # as if it had been performed and not forgotten
    signing.perform(dossier, effect.sk, present.now())
    relay.perform(dossier, effect.sk, present.now())
    assert not desk.portal.cloud.invoked and desk.results(dossier) == before and len(desk.versions(dossier)) == 1


def test_the_clerk_does_not_wait_for_the_seal(desk: Issuing) -> None:
    portal, dossier = desk.portal, desk.approved(4)
    desk.enter(dossier)
    assert portal.reception.post(f"/desk/dossiers/{dossier}/result-return", {}).status == 403
    assert portal.step(portal.clerk, dossier, "result-return", {})["state"]["code"] == "issuing"
    portal.relay()  # the effect finds nothing to do
    assert portal.state(dossier) == "issuing"
    desk.enter(dossier, number="13/TL")
    portal.relay()
    first, second = desk.results(dossier)
    assert (first.state.value, second.state.value) == ("returned", "valid")
    again = portal.clerk.post(f"/desk/dossiers/{dossier}/result-return", {})
    assert (again.status, again.body["Code"]) == (409, "ResultNotSealing")
    assert len(portal.clerk.get(f"/desk/dossiers/{dossier}").body["results"]) == 2
    assert len(portal.citizen.get(f"/dossiers/{dossier}").body["results"]) == 1


# The public check.


def test_whoever_holds_a_result_learns_that_it_is_real_and_nothing_about_the_applicant(desk: Issuing) -> None:
    dossier = desk.issued()
    (result,) = desk.results(dossier)
    assert result.file is not None
    said = desk.check(result)
    assert said.status == 200
    assert said.body == {
        "code": result.code,
        "state": "valid",
        "agency": {"code": AGENCY, "name": "Department of Justice"},
        "procedure": "Cấp bản sao trích lục hộ tịch",
        "number": "12/TL",
        "title": "Trích lục khai sinh",
        "issued_at": said.body["issued_at"],
        "sha256": result.file.sha256,
        "size": result.file.size,
        "signed": said.body["signed"],
        "revoked_at": None,
        "reason": None,
    }
    fours = " ".join(result.secret[at : at + 4] for at in range(0, 16, 4)).upper()
    assert desk.check(result, code=result.code.lower(), secret=fours).status == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"secret": "0" * 16},
        {"secret": "ộ"},
        {"code": "H34.05-261123-0001-KQ2"},
        {"code": "H34.05-261124-0001-KQ1"},
        {"code": "x"},
    ],
)
def test_what_does_not_fit_gets_one_answer(desk: Issuing, changes: dict[str, Any]) -> None:
    (result,) = desk.results(desk.issued())
    assert result.code == "H34.05-261123-0001-KQ1"
    refused = desk.check(result, **changes)
    assert (refused.status, refused.body["Code"]) == (404, "ResultNotFound")


def test_a_result_that_is_being_sealed_is_none_yet(desk: Issuing) -> None:
    dossier = desk.approved(4)
    desk.enter(dossier)
    (result,) = desk.results(dossier)
    assert desk.check(result).status == 404


# Revoking.


@pytest.mark.parametrize("state", spread(3, ["delivered", "ready", "closed"]))
def test_a_wrong_result_is_revoked_by_two_and_a_right_one_issued(desk: Issuing, state: str) -> None:
    portal, dossier = desk.portal, desk.issued()
    if state != "ready":
        assert desk.fetch(dossier).status == 200
    if state == "closed":
        portal.step(portal.clerk, dossier, "archive", {})
    portal.relay()
    assert portal.state(dossier) == state
    portal.step(portal.clerk, dossier, "revocation-request", REASON)
    (result,) = desk.results(dossier)
    assert desk.check(result).body["state"] == "valid"
    portal.step(portal.approver, dossier, "revocation", {})
    portal.relay()
    assert portal.state(dossier) == "issuing"
    said = desk.check(result).body
    assert (said["state"], said["reason"]) == ("revoked", REASON["reason"])
    assert said["revoked_at"]
    mail = portal.cloud.outbox.letters()[-1].body
    assert "12/TL" in mail and REASON["reason"] in mail
    assert desk.fetch(dossier).body["Code"] == "ResultNotReady"
    assert len(desk.versions(dossier)) == 1, "the revoked file stays as it was"
    desk.enter(dossier, number="12a/TL")
    portal.relay()
    assert portal.state(dossier) == "ready"
    first, second = desk.results(dossier)
    assert (desk.check(first).body["state"], desk.check(second).body["state"]) == ("revoked", "valid")
    assert desk.fetch(dossier).status == 200
    assert chain_is_whole(dossiers.load(dossier).events)


def test_nobody_revokes_alone(desk: Issuing) -> None:
    portal, dossier = desk.portal, desk.issued()
    path = f"/desk/dossiers/{dossier}"
    assert portal.approver.post(f"{path}/revocation", {}).body["Code"] == "RevocationNotAsked"
    portal.step(portal.approver, dossier, "revocation-request", REASON)
    alone = portal.approver.post(f"{path}/revocation", {})
    assert (alone.status, alone.body["Code"]) == (409, "RevocationNeedsTwo")
    assert portal.clerk.post(f"{path}/revocation", {}).status == 403
    assert portal.appraiser.post(f"{path}/revocation-request", REASON).status == 403
    assert portal.elsewhere.post(f"{path}/revocation", {}).status == 404
    assert portal.clerk.post(f"{path}/revocation-request", REASON).body["Code"] == "RevocationAsked"
    may = {who.sub: who.get(path).body["results"][0]["may"] for who in (portal.clerk, portal.approver)}
    other = _second_approver(desk)
    assert may == {"clerk": [], "approver": ["keep"]}
    seen = other.get(path).body["results"][0]
    assert seen["may"] == ["keep", "revoke"]
    assert (seen["asked"]["reason"], seen["asked"]["mine"]) == (REASON["reason"], False)
    assert "asked" in seen and portal.citizen.get(f"/dossiers/{dossier}").body["results"][0]["asked"] is None
    other_key = "one-and-the-same-key"
    once = other.post(f"{path}/revocation", {}, other_key)
    again = other.post(f"{path}/revocation", {}, other_key)
    assert (once.status, again.status) == (200, 200)
    assert len([e for e in dossiers.load(dossier).events if e.action == "revoke_result"]) == 1


def test_a_result_may_stand_after_all(desk: Issuing) -> None:
    portal, dossier = desk.portal, desk.issued()
    portal.step(portal.clerk, dossier, "revocation-request", REASON)
    kept = portal.step(portal.approver, dossier, "revocation-refusal", {"reason": "Đúng với sổ gốc."})
    assert kept["state"]["code"] == "ready"
    (result,) = desk.results(dossier)
    assert (result.asked, desk.check(result).body["state"]) == (None, "valid")
    assert portal.approver.post(f"/desk/dossiers/{dossier}/revocation", {}).body["Code"] == "RevocationNotAsked"


def test_officers_fetch_the_file_and_those_elsewhere_do_not(desk: Issuing) -> None:
    portal, dossier = desk.portal, desk.issued()
    path = f"/desk/dossiers/{dossier}/results"
    (result,) = desk.results(dossier)
    assert result.file is not None
    assert result.file.version in portal.clerk.get(f"{path}/1").body["url"]
    assert [portal.clerk.get(f"{path}/{number}").status for number in ("2", "0", "x", "01")] == [404] * 4
    assert portal.elsewhere.get(f"{path}/1").status == 404
    assert portal.citizen.get(f"{path}/1").status == 403


# Online.


@pytest.mark.clause("A12")
def test_the_first_download_is_the_receipt_and_there_is_one(desk: Issuing) -> None:
    portal, dossier = desk.portal, desk.issued()
    first = desk.fetch(dossier)
    assert (first.status, first.body["expires_in"]) == (200, 120)
    assert portal.state(dossier) == "delivered"
    (result,) = desk.results(dossier)
    assert result.file is not None
    assert f"versionId={result.file.version}" in first.body["url"] and "X-Amz-Expires=120" in first.body["url"]
    assert desk.fetch(dossier).status == 200
    delivered = [e for e in dossiers.load(dossier).events if e.action == "deliver"]
    assert [(e.actor["role"], e.detail["sha256"]) for e in delivered] == [("applicant", result.file.sha256)]


@pytest.mark.parametrize("minutes", spread(2, [10.1, 60, None, -2]))
def test_a_login_long_ago_does_not_open_a_result(desk: Issuing, minutes: float | None) -> None:
    dossier = desk.issued()
    refused = desk.fetch(dossier, minutes)
    assert (refused.status, refused.body["Code"]) == (403, "ProveAnew")
    assert desk.portal.state(dossier) == "ready", "nothing was delivered"
    assert desk.fetch(dossier, 9.9).status == 200


def test_a_login_that_says_no_moment_proves_nothing(desk: Issuing) -> None:
    dossier = desk.issued()
    odd = replace(desk.portal.citizen, claims={"auth_time": "soon"})
    assert odd.post(f"/dossiers/{dossier}/result", {}).body["Code"] == "ProveAnew"


def test_only_the_owner_of_a_level_4_dossier_fetches_online(desk: Issuing) -> None:
    portal, dossier = desk.portal, desk.issued()
    now = {"auth_time": str(int(present.now().timestamp()))}
    stranger, clerk = replace(portal.stranger, claims=now), replace(portal.clerk, claims=now)
    assert stranger.post(f"/dossiers/{dossier}/result", {}).status == 404
    assert clerk.post(f"/dossiers/{dossier}/result", {}).status in {403, 404}
    level_3 = desk.issued(3)
    assert desk.fetch(level_3).body["Code"] == "CounterOnly"
    assert desk.fetch(desk.issued(4, delivery="counter")).body["Code"] == "CounterOnly"
    assert desk.fetch(desk.approved(4)).body["Code"] == "ResultNotReady"


# The counter.


def _handed(desk: Issuing, dossier: str, **changes: Any) -> Any:
    body = {"recipient": "Nguyễn Thị Thử", "signed": True, **changes}
    return desk.portal.clerk.post(f"/desk/dossiers/{dossier}/hand-over", body)


def test_the_signature_is_kept_with_the_dossier(desk: Issuing) -> None:
    portal, dossier = desk.portal, desk.issued(4, delivery="counter")
    signature = desk.signature(dossier)
    answer = _handed(desk, dossier, relation="mandate", identity_end="0123", signature=signature)
    assert answer.status == 200, answer.body
    bundle = dossiers.load(dossier)
    (paper,) = [p for p in bundle.papers if p.id == signature]
    event = bundle.events[-1]
    assert event.detail == {
        "recipient": "Nguyễn Thị Thử",
        "signed": True,
        "relation": "mandate",
        "identity_end": "0123",
        "signature": signature,
        "signature_sha256": paper.sha256,
    }
    portal.later(days=3)
    relay.sweep(present.now())
    portal.later(days=3)
    relay.sweep(present.now())
    assert portal.clerk.get(f"/dossiers/{dossier}/papers/{signature}").status == 200
    assert portal.clerk.delete(f"/dossiers/{dossier}/papers/{signature}").status == 409


def test_a_signature_is_taken_by_a_clerk_while_the_result_waits(desk: Issuing) -> None:
    portal, dossier = desk.portal, desk.approved(4, delivery="counter")
    assert desk.ask_signature(dossier).body["Code"] == "SignatureNotAwaited"
    desk.enter(dossier)
    portal.relay()
    assert desk.ask_signature(dossier, portal.reception).status == 403
    assert desk.ask_signature(dossier, portal.citizen).status == 403
    sent = desk.ask_signature(dossier)
    assert sent.status == 201
    unchecked = _handed(desk, dossier, signature=sent.body["paper"]["id"])
    assert [f["Code"] for f in unchecked.body["Fields"]] == ["PaperNotChecked"]
    foreign = _handed(desk, dossier, signature=str(desk.results(dossier)[0].paper))
    assert [f["Code"] for f in foreign.body["Fields"]] == ["NotComponent"]
    assert _handed(desk, dossier, relation="friend").status == 422
    assert _handed(desk, dossier, identity_end="12").status == 422
    assert portal.state(dossier) == "ready"
    assert _handed(desk, dossier).status == 200, "signed on the sheet that the agency keeps"


def test_results_are_told_apart_by_their_secrets(desk: Issuing) -> None:
    both: list[Result] = [desk.results(desk.issued())[0] for _ in range(2)]
    assert both[0].secret != both[1].secret and len(both[0].secret) == 16
    assert desk.check(both[0], secret=both[1].secret).status == 404
    assert present.now() - both[0].issued_at < timedelta(minutes=1)
