"""Forms signed from afar: the whole way through two providers, every end, what is lost and found, what is believed."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator

import pytest

from chalicelib import signing_remotely
from chalicelib.domain.form_paper import FORM
from chalicelib.domain.sheet import begins_with
from chalicelib.domain.signature import Belongs, Verdict
from chalicelib.errors import UpstreamFailed
from chalicelib.services import present, signing_work
from chalicelib.storage import objects, signings
from chalicelib.storage.tables import HEAD, HeadRow, dossier_key
from infra.local.testing import context
from tests.app.bench import Crash, calls
from tests.app.phones import Phone, phone
from tests.app.portal import IDENTITY, Portal, new_id
from tests.app.signing import signed
from tests.app.test_sheet_paper import text
from tests.app.test_sheets import fetched
from tests.app.treasury import LEVEL_4
from tests.files import make
from tests.thorough import spread

pytestmark = pytest.mark.clause("A11")


@pytest.fixture
def mine(portal: Portal) -> Iterator[Phone]:
    with phone(portal) as opened:
        yield opened


@pytest.mark.parametrize("provider", ["vnpt", "viettel"])
def test_a_form_is_signed_on_the_phone_and_filed(provider: str, mine: Phone) -> None:
    mine.bench.send_pdf(signed())  # the paper is signed, too
    mine.bench.verify()
    issued = mine.issue()
    content = fetched(mine.portal, issued["url"])
    with calls() as made:
        asked = mine.ask(provider)
    assert asked.status == 201 and asked.body["state"] == "preparing" and not asked.body["over"]
    assert made == ["Query", "PutItem"]
    assert mine.work() == 2  # made ready, sent
    told = mine.check()
    assert (told["state"], told["paper"]) == ("waiting", None)
    assert told["check_code"] in told["shown"] and told["shown"] in mine.asked.shown
    mine.phones.happen(mine.asked.transaction, "quiet")
    with calls() as made:
        assert mine.check()["state"] == "signed"
    assert made == ["GetItem", "PutItem"]
    mine.work()
    mine.arrive()
    done = mine.check()
    assert (done["state"], done["over"], mine.forms()) == ("done", True, ["verified"])
    check = mine.bench.check(done["paper"])
    assert check.report is not None and check.report.verdict is Verdict.VALID
    assert check.report.belongs_to(IDENTITY) is Belongs.OURS
    assert begins_with(mine.bench.content(done["paper"]), issued["size"], issued["sha256"])
    assert mine.bench.content(done["paper"]).startswith(content)
    filed = mine.portal.citizen.post(f"/dossiers/{mine.dossier}/submission", {"declaration": True})
    assert filed.status == 200, filed.body
    seen = mine.portal.citizen.get(f"/dossiers/{mine.dossier}").body
    assert seen["signed"]  # form and papers were: it needs no parcel
    assert [p["id"] for p in seen["papers"] if p["component"] == FORM and p["counts"]] == [done["paper"]]
    mine.portal.relay()
    url = mine.portal.citizen.get(f"/dossiers/{mine.dossier}/sheets/1/form").body["url"]
    assert "Tờ khai đã ký số" in text(fetched(mine.portal, url))
    assert mine.portal.citizen.get(f"/dossiers/{mine.dossier}/signing").body["providers"] == []


def test_through_whom_is_said_before(mine: Phone) -> None:
    answer = mine.portal.citizen.get(f"/dossiers/{mine.dossier}/signing").body
    assert [one["name"] for one in answer["providers"]] == ["VNPT SmartCA", "Viettel MySign"]
    assert answer["signing"] is None
    mine.waiting()
    assert mine.portal.citizen.get(f"/dossiers/{mine.dossier}/signing").body["signing"]["state"] == "waiting"


# Every end.

ENDS = [
    ("refuse", "failed", "Refused"),
    ("expire", "expired", None),
    ("forged", "failed", "BadSignature"),
]


@pytest.mark.parametrize(("deed", "state", "why"), ENDS)
def test_what_the_phone_decides_ends_it(deed: str, state: str, why: str | None, mine: Phone) -> None:
    asked = mine.waiting()
    mine.phones.happen(asked.transaction, deed)
    mine.check()
    mine.work()
    told = mine.check()
    assert (told["state"], told["why"], told["over"]) == (state, why, True)
    assert mine.forms() == []
    # Named in both languages, and another request can be made.
    assert told["message"] != mine.check("vi")["message"] and told["provider"]["name"]
    assert mine.ask().status == 201


@pytest.mark.parametrize(
    ("kind", "why"), [("anothers", "WrongPerson"), ("expired", "NoCertificate"), ("none", "NoCertificate")]
)
def test_without_a_certificate_of_ones_own_nothing_is_sent(kind: str, why: str, mine: Phone) -> None:
    mine.phones.kinds[IDENTITY] = kind
    mine.issue()
    mine.ask()
    mine.work()
    assert (mine.check()["why"], mine.phones.requests) == (why, {})


def test_a_provider_that_turns_a_request_down(mine: Phone) -> None:
    mine.issue()
    mine.ask()
    mine.portal.relay()
    (event,) = [event for _, event in mine.portal.cloud.invoked]
    assert event == {"dossier": mine.dossier}  # ids, and nothing else
    mine.work()
    mine.portal.cloud.invoked.clear()
    mine.cancel(mine.check()["id"])
    mine.phones.requests.clear()
    mine.ask()
    signing = signings.get(mine.dossier)
    assert signing is not None
    mine.portal.relay()
    signing_remotely.sign(event, context("sign-remotely"))  # made ready with a certificate
    mine.phones.kinds[IDENTITY] = "none"  # which is gone when it shall sign
    mine.work()
    assert mine.check()["why"] == "TurnedDown"


def test_a_draft_that_changes_meanwhile_needs_a_new_form(mine: Phone) -> None:
    asked = mine.waiting()
    mine.portal.draft(mine.dossier, version=1, procedure=LEVEL_4, answers={"copies": 7})
    mine.phones.happen(asked.transaction, "approve")
    mine.hear()
    mine.work()
    assert (mine.check()["why"], mine.forms()) == ("Outdated", [])
    assert mine.ask().body["Code"] == "FormNotIssued"
    mine.issue()
    assert mine.ask().status == 201


def test_a_draft_that_is_deleted_ends_its_request(mine: Phone) -> None:
    mine.issue()
    mine.ask()
    assert mine.portal.citizen.delete(f"/dossiers/{mine.dossier}").status == 204
    mine.work()
    assert mine.check()["why"] == "Outdated"


def test_another_paper_needs_a_new_form_too(mine: Phone) -> None:
    mine.issue()
    mine.portal.upload(mine.dossier, content=make.jpeg(text="Mặt sau"))
    assert mine.ask().body["Code"] == "FormNotIssued"


def test_a_request_is_taken_back_until_it_is_signed(mine: Phone) -> None:
    asked = mine.waiting()
    id = mine.check()["id"]
    assert mine.cancel(new_id()).status == 404
    assert mine.cancel(id).body["state"] == mine.cancel(id).body["state"] == "cancelled"
    mine.phones.happen(asked.transaction, "approve")
    mine.hear()
    mine.work()
    assert (mine.check()["state"], mine.forms()) == ("cancelled", [])
    asked = mine.waiting()
    mine.phones.happen(asked.transaction, "approve")
    mine.hear()
    answer = mine.cancel(mine.check()["id"])
    assert (answer.status, answer.body["Code"]) == (409, "SigningDone")


# Callbacks.


def test_a_hint_makes_us_ask_and_twice_is_once(mine: Phone) -> None:
    asked = mine.waiting()
    mine.phones.happen(asked.transaction, "twice")
    assert len(mine.line.hints) == 2
    mine.hear()
    assert signings.get(mine.dossier).state == "signed"  # type: ignore[union-attr]  # it was just made
    mine.work()
    mine.arrive()
    assert mine.forms() == ["verified"]


def test_what_a_callback_says_is_not_believed(mine: Phone) -> None:
    asked = mine.waiting()
    word = {"sp_id": "motcua", "status_code": 200, "message": "Success", "transaction_id": asked.transaction}
    value = base64.b64encode(b"x" * 256).decode()
    told = {**word, "signed_files": [{"doc_id": asked.document, "signature_value": value}]}
    for body in (
        json.dumps(told).encode(),
        json.dumps({**told, "message": "REJECTED", "status_code": 4002}).encode(),
        json.dumps({**told, "transaction_id": "SP_CA_unknown"}).encode(),
        b"",
        b"\xff\x00",
        b"[]",
    ):
        answer = mine.tell("vnpt", body)
        assert (answer.status, answer.body) == (200, {})  # the same to all: nobody learns what there is
        assert mine.tell("viettel", body).status == 200
    assert mine.check()["state"] == "waiting"
    assert mine.tell("elsewhere", b"{}").status == 404


def test_a_hint_about_a_request_that_was_replaced_does_nothing(mine: Phone) -> None:
    first = mine.waiting()
    mine.cancel(mine.check()["id"])
    mine.waiting()
    mine.phones.happen(first.transaction, "approve")
    mine.hear()
    assert mine.check()["state"] == "waiting"


# What is lost, and found.


def test_a_silent_provider_is_waited_out_and_a_late_signature_counts(mine: Phone) -> None:
    asked = mine.waiting()
    mine.phones.happen(asked.transaction, "silence")
    assert mine.check()["state"] == "waiting"
    for _ in range(2):
        assert mine.sweep(minutes=3)["failed"] == 0
    assert mine.check()["state"] == "waiting"
    mine.sweep(minutes=3)
    assert (mine.check()["state"], mine.sweep(minutes=5)) == ("expired", {"looked at": 0, "failed": 0})
    asked.silent = False
    mine.hear()
    assert mine.check()["state"] == "signed"  # what was agreed to in time is told late
    mine.work()
    mine.arrive()
    assert mine.forms() == ["verified"]


def test_long_after_the_end_nobody_is_asked(mine: Phone) -> None:
    asked = mine.waiting()
    mine.portal.later(minutes=8)
    assert mine.check()["state"] == "expired"
    mine.phones.happen(asked.transaction, "late")
    mine.portal.later(hours=2)
    mine.hear()
    assert mine.check()["state"] == "expired"


@pytest.mark.parametrize("state", ["dead", "cut"])
def test_a_provider_that_cannot_be_reached_is_asked_again(state: str, mine: Phone) -> None:
    mine.issue()
    mine.ask()
    mine.line.state = state
    with pytest.raises(UpstreamFailed):
        mine.work()
    mine.line.state = "clear"
    mine.sweep(minutes=3)
    mine.work()
    assert mine.check()["state"] == "waiting"
    mine.line.state = "dead"
    assert mine.check()["state"] == "waiting"
    assert mine.sweep(minutes=30)["failed"] == 0
    assert mine.check()["state"] == "expired"


def test_an_answer_that_was_lost_is_the_same_request_again(mine: Phone) -> None:
    mine.issue()
    mine.ask()
    mine.portal.relay()
    mine.portal.cloud.invoked.clear()
    signing_work.work(mine.dossier, present.now())
    mine.line.state = "cut"
    with pytest.raises(UpstreamFailed):
        signing_work.work(mine.dossier, present.now())
    mine.line.state = "clear"
    mine.work()
    assert (mine.check()["state"], len(mine.phones.requests)) == ("waiting", 1)


def test_a_step_that_never_came_is_found_by_the_sweeper(mine: Phone) -> None:
    mine.issue()
    mine.ask()
    for state in ("asking", "waiting"):
        mine.portal.relay()
        mine.portal.cloud.invoked[:1] = []  # one event lost
        mine.sweep(minutes=3)
        mine.portal.relay()
        name, event = mine.portal.cloud.invoked[-1]
        mine.portal.cloud.invoked.clear()
        signing_remotely.sign(event, context("sign-remotely"))
        assert signings.get(mine.dossier).state == state  # type: ignore[union-attr]  # it was just made


@pytest.mark.parametrize("after", spread(2, [False, True]), ids=["before", "after"])
def test_a_crash_at_any_call_loses_nothing(after: bool, mine: Phone) -> None:
    """The process dies before each call of each step in turn, or after it with the reply lost."""
    mine.issue()
    mine.ask()
    crashed = 0
    for target in ("asking", "waiting", "signed", "done"):
        at = 1
        while signings.get(mine.dossier).state != target:  # type: ignore[union-attr]  # it is there
            if target == "signed" and mine.asked.state == "waiting":
                mine.phones.happen(mine.asked.transaction, "quiet")
            mine.portal.relay()
            mine.portal.cloud.invoked.clear()
            with calls(crash_at=at, after=after) as made:
                try:
                    mine.sweep(minutes=3) if target == "signed" else _step(mine)
                except Crash:
                    crashed += 1
            if len(made) < at:
                at = 0
            at += 1
            assert at < 25
    assert crashed >= 10
    mine.arrive()
    mine.work()
    assert mine.forms() == ["verified"]
    assert mine.bench.check(mine.check()["paper"]).report.verdict is Verdict.VALID  # type: ignore[union-attr]


def _step(mine: Phone) -> None:
    signing_work.work(mine.dossier, present.now())


def test_a_signature_that_cannot_be_put_in_for_a_day_is_given_up(mine: Phone) -> None:
    asked = mine.waiting()
    mine.phones.happen(asked.transaction, "approve")
    mine.hear()
    signing = signings.get(mine.dossier)
    assert signing is not None and signing.prepared is not None
    objects.erase(mine.bench.shelf, signing.prepared.key)
    with pytest.raises(OSError, match="prepared"):
        mine.work()
    assert mine.sweep(hours=1)["failed"] == 0
    assert mine.check()["state"] == "signed"
    mine.sweep(hours=24)
    assert mine.check()["why"] == "PortalFailed"


# Who may, and when.


def test_only_the_applicant_and_only_of_a_draft_of_level_4(mine: Phone, portal: Portal) -> None:
    assert mine.ask().body["Code"] == "FormNotIssued"
    mine.issue()
    id = new_id()
    for who in (portal.stranger, portal.reception):
        assert mine.ask(id=id, who=who).status == 404
    assert mine.ask("elsewhere").status == 422
    assert mine.ask(id=id).status == mine.ask(id=id).status == 201
    assert mine.ask("viettel", id=id).body["Code"] == "KeyReused"
    assert mine.ask().body["Code"] == "SigningUnderWay"
    path = f"/dossiers/{mine.dossier}/signing"
    for who in (portal.stranger, portal.reception):
        assert (who.get(path).status, who.put(f"{path}/check", {}).status) == (404, 404)
        assert who.delete(f"{path}/{id}").status == 404
    assert portal.nobody.get(path).status == 401
    level_3 = portal.draft()
    portal.citizen.put(f"/dossiers/{level_3}/form", {})
    body = {"id": new_id(), "provider": "vnpt"}
    assert portal.citizen.post(f"/dossiers/{level_3}/signing", body).body["Code"] == "SigningNotNeeded"
    assert portal.citizen.get(f"/dossiers/{level_3}/signing").body == {"providers": [], "signing": None}
    assert portal.citizen.put(f"/dossiers/{level_3}/signing/check", {}).status == 404


def test_a_dossier_filed_meanwhile_takes_no_form_any_more(mine: Phone) -> None:
    asked = mine.waiting()
    filed = mine.portal.citizen.post(f"/dossiers/{mine.dossier}/submission", {"declaration": True})
    assert filed.status == 200, filed.body
    mine.phones.happen(asked.transaction, "approve")
    mine.hear()
    mine.work()
    assert (mine.check()["why"], mine.ask().body["Code"]) == ("Outdated", "NotADraft")


def test_the_head_of_a_dossier_does_not_grow(mine: Phone) -> None:
    before = HeadRow.get(dossier_key(mine.dossier), HEAD).attribute_values
    mine.waiting()
    assert HeadRow.get(dossier_key(mine.dossier), HEAD).attribute_values == before
    row = signings.get(mine.dossier)
    assert row is not None and len(json.dumps(row.to_json())) < 12_000
