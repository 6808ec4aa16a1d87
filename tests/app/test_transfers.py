"""A dossier that was addressed to the wrong agency goes to the right one, once, before it is accepted."""

from __future__ import annotations

import pytest

from chalicelib.storage import dossiers as kept
from tests.app.consulting import HEALTH, POLICE, publish
from tests.app.portal import AGENCY, ELSEWHERE, IDENTITY, PROCEDURE, Answer, Person, Portal, new_id

pytestmark = pytest.mark.clause("B4")


def transfer(who: Person, dossier: str, agency: str, key: str | None = None) -> Answer:
    body = {"agency": agency, "reason": "Thuộc thẩm quyền của Sở Xây dựng."}
    return who.post(f"/desk/dossiers/{dossier}/transfer", body, key)


def test_the_right_agency_goes_on_under_the_same_code(portal: Portal) -> None:
    dossier, filed = portal.filed()
    portal.later(hours=3)
    key = new_id()
    for _ in range(2):
        answer = transfer(portal.reception, dossier, ELSEWHERE, key)
        assert (answer.status, answer.body["code"]) == (200, filed["code"])
    assert answer.body["reply_due_at"] == "2026-11-25T04:30:00.000Z"  # eight hours from 13:30; the 24th is a holiday
    queue = portal.elsewhere.get(f"/desk/queues/{ELSEWHERE}/reception").body["items"]
    assert [one["id"] for one in queue] == [dossier]
    assert portal.reception.get(f"/desk/queues/{AGENCY}/reception").body["items"] == []
    portal.step(portal.elsewhere, dossier, "receive", {})
    own = portal.citizen.get(f"/dossiers/{dossier}").body
    assert own["agency"]["code"] == ELSEWHERE
    assert [one["action"] for one in own["timeline"]] == ["submit", "transfer", "receive"]


def test_the_first_agency_is_told_where_it_is_and_no_more(portal: Portal) -> None:
    dossier, filed = portal.filed()
    assert transfer(portal.reception, dossier, ELSEWHERE).status == 200
    for path in (f"/desk/codes/{filed['code']}", f"/desk/dossiers/{dossier}"):
        answer = portal.reception.get(path)
        assert (answer.status, answer.body["Code"]) == (409, "DossierTransferred")
        assert "Department of Construction" in answer.body["Message"] or "Sở Xây dựng" in answer.body["Message"]
    assert portal.reception.post(f"/desk/dossiers/{dossier}/receive", {}).status == 409
    stranger = portal.officer("far", "reception", agency=POLICE)
    assert stranger.get(f"/desk/codes/{filed['code']}").status == 404


def test_searches_find_it_where_it_is(portal: Portal) -> None:
    dossier, _ = portal.filed()
    assert transfer(portal.reception, dossier, ELSEWHERE).status == 200

    def found(who: Person, agency: str, kind: str, term: str) -> list[str]:
        body = {"agency": agency, "kind": kind, "term": term, "purpose": "handling", "cursor": ""}
        answer = who.call("POST", "/desk/searches", body)
        assert answer.status == 200, answer.body
        return [one["id"] for one in answer.body["items"]]

    for kind, term in (("name", "Nguyễn Thị Thử"), ("identity", IDENTITY)):
        assert found(portal.elsewhere, ELSEWHERE, kind, term) == [dossier], kind
        assert found(portal.reception, AGENCY, kind, term) == [], kind


def test_the_applicant_is_told(portal: Portal) -> None:
    dossier, _ = portal.filed()
    transfer(portal.reception, dossier, ELSEWHERE)
    portal.relay()
    letter = portal.cloud.outbox.letters("citizen@example.invalid")[-1]
    assert "được chuyển từ Sở Tư pháp đến Sở Xây dựng" in letter.body
    assert "Thuộc thẩm quyền" in letter.body


def test_no_to_and_fro_without_an_administrator(portal: Portal) -> None:
    dossier, _ = portal.filed()
    assert transfer(portal.reception, dossier, ELSEWHERE).status == 200
    assert transfer(portal.elsewhere, dossier, AGENCY).body["Code"] == "TransferredBefore"
    head = portal.officer("head", "administrator", agency=ELSEWHERE)
    assert transfer(head, dossier, AGENCY).status == 200
    assert portal.reception.get(f"/desk/dossiers/{dossier}").status == 200
    assert transfer(portal.reception, dossier, ELSEWHERE).body["Code"] == "TransferredBefore"


def test_only_reception_and_before_acceptance(portal: Portal) -> None:
    dossier, _ = portal.filed()
    assert transfer(portal.appraiser, dossier, ELSEWHERE).status == 403
    assert transfer(portal.elsewhere, dossier, ELSEWHERE).status == 404
    for wrong in (AGENCY, "H99.99"):
        assert transfer(portal.reception, dossier, wrong).body["Fields"][0]["Code"] == "NotTransferable"
    portal.step(portal.reception, dossier, "receive", {})
    assert transfer(portal.reception, dossier, ELSEWHERE).status == 409


def test_not_once_the_first_agency_was_paid(portal: Portal) -> None:
    fees = [{**PROCEDURE["fees"][0], "moment": "filing"}]
    publish(fees=fees)
    dossier, _ = portal.filed(procedure_version=2)
    portal.step(portal.cashier, dossier, "fee", {"amount": 24_000, "means": "cash"})
    assert portal.state(dossier) == "submitted"
    answer = transfer(portal.reception, dossier, HEALTH)
    assert answer.body["Code"] == "MoneyPaidHere"
    assert kept.head(dossier).agency == AGENCY
