"""Searches for people: only at one's own agency, page by page to a bound, never without a record of it."""

from __future__ import annotations

import base64
import json
import os
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.dossier import Dossier
from chalicelib.domain.life import State
from chalicelib.domain.search import MOST_PAGES, PAGE
from chalicelib.services import present
from chalicelib.storage import heads, searches
from tests.app.portal import AGENCY, ELSEWHERE, IDENTITY, Answer, Person, Portal, new_id
from tests.faults.wire import Fault, Plan, Wire

pytestmark = pytest.mark.clause("C7")
SEARCHES = "/desk/searches"


def plant(name: str, identity: str = "062120000017", *, agency: str = AGENCY, number: int = 1, days: int = 0) -> str:
    """A dossier that somebody filed `days` ago; its id."""
    at = present.now() - timedelta(days=days)
    dossier = Dossier(
        id=new_id(),
        owner="somebody",
        agency=agency,
        procedure_code="2.000635",
        procedure_version=1,
        procedure_name="Cấp bản sao trích lục hộ tịch",
        level=3,
        state=State.CLOSED,
        created_at=at,
        submitted_at=at,
        applicant={"name": name, "identity": identity, "email": "an@example.invalid"},
        code=f"{agency}-{at:%y%m%d}-{number:04d}",
        receipt_secret="0" * 32,
    )
    heads.row_of(dossier).save()
    return dossier.id


def search(who: Person, term: str, kind: str = "name", **more: str) -> Answer:
    return who.post(SEARCHES, {"agency": AGENCY, "kind": kind, "term": term, "purpose": "counter", **more})


def ids(answer: Answer) -> list[str]:
    assert answer.status == 200, answer.body
    return [one["id"] for one in answer.body["items"]]


def every_page(who: Person, term: str) -> tuple[list[list[str]], Answer]:
    """Ids by page, and the last answer."""
    found, cursor = [], ""
    while True:
        answer = search(who, term, **({"cursor": cursor} if cursor else {}))
        found.append(ids(answer))
        cursor = answer.body["cursor"]
        if cursor is None:
            return found, answer


def records(portal: Portal, agency: str = AGENCY) -> list[dict[str, Any]]:
    """What is kept, as it is kept; oldest first."""
    table = portal.cloud.client("dynamodb")
    found = table.query(
        TableName=os.environ["REGISTRY_TABLE"],
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": f"SEARCHES#{agency}"}},
    )["Items"]
    return [{**json.loads(item["body"]["S"]), "expires_at": int(item["expires_at"]["N"])} for item in found]


def administrator(portal: Portal, agency: str) -> Person:
    return Person(portal.client, "administrator", "Quản trị", "officer", f"{agency}:administrator")


@pytest.mark.parametrize("typed", ["Nguyễn Thị Thử", "nguyen thi thu", "NGUYỄN  thị", "ng"])
def test_a_filed_dossier_is_found_by_the_beginning_of_the_name(portal: Portal, typed: str) -> None:
    filed, told = portal.filed()
    portal.draft()
    answer = search(portal.reception, typed)
    assert ids(answer) == [filed]
    (hit,) = answer.body["items"]
    assert (hit["code"], hit["applicant_name"], hit["identity_end"]) == (told["code"], "Nguyễn Thị Thử", IDENTITY[-4:])
    assert hit["state"]["code"] == "submitted" and hit["deadline"]["urgency"] == "soon"
    assert "secret" not in json.dumps(answer.body) and IDENTITY not in json.dumps(answer.body)


def test_what_stands_later_in_a_name_is_no_beginning(portal: Portal) -> None:
    portal.filed()
    assert ids(search(portal.reception, "Thử")) == []


def test_a_dossier_is_found_whatever_becomes_of_it(portal: Portal) -> None:
    dossier = portal.ready()
    (hit,) = search(portal.reception, "nguyễn").body["items"]
    assert (hit["id"], hit["state"]["code"]) == (dossier, "ready")


def test_of_one_name_the_newest_comes_first_and_names_are_in_order(portal: Portal) -> None:
    old, new = plant("Lê Văn Ví", days=30), plant("LÊ VĂN VÍ", days=2)
    other, longer = plant("Lê Văn An", days=9), plant("Lê Văn Ví Dụ")
    assert ids(search(portal.reception, "le van")) == [other, new, old, longer]


def test_by_number_the_newest_comes_first_and_only_the_whole_number_finds(portal: Portal) -> None:
    old, new = plant("Trần Thị Thử", days=5), plant("Trần Thị Thử", days=1, number=2)
    plant("Trần Thị Thử", "062120000018")
    company = plant("Công ty", "0100109106-001")
    assert ids(search(portal.reception, "062 120 000 017", "identity")) == [new, old]
    assert ids(search(portal.reception, "0100109106001", "identity")) == [company]
    short = search(portal.reception, "06212000001", "identity")
    assert (short.status, short.body["Fields"][0]["Code"]) == (422, "BadIdentityOrTaxCode")
    assert "06212000001" not in json.dumps(short.body)


def test_what_the_portal_filed_itself_is_found_by_number(portal: Portal) -> None:
    filed, _ = portal.filed()
    assert ids(search(portal.reception, IDENTITY, "identity")) == [filed]


@pytest.mark.parametrize(("kind", "term"), [("name", "Trần"), ("identity", "062120000017")])
def test_nothing_of_another_agency_is_found(portal: Portal, kind: str, term: str) -> None:
    plant("Trần Thị Thử", agency=ELSEWHERE)
    plant("Trần Thị Thử", agency=f"{AGENCY}.01")  # its code begins with ours
    here = plant("Trần Thị Thử")
    assert ids(search(portal.reception, term, kind)) == [here]
    refused = search(portal.reception, term, kind, agency=ELSEWHERE)
    absent = search(portal.reception, term, kind, agency="H99.99")
    assert refused.status == 404 and refused.body == absent.body
    assert records(portal, ELSEWHERE) == []


def test_only_officers_search_and_what_is_asked_is_not_looked_at_before(portal: Portal) -> None:
    for who, status in ((portal.citizen, 403), (portal.stranger, 403), (portal.nobody, 401)):
        assert search(who, "x", "identity").status == status
    without = Person(portal.client, "without", "Không vị trí", "officer", "")
    assert search(without, "Nguyễn").status == 403
    assert records(portal) == []


def test_a_search_needs_its_purpose(portal: Portal) -> None:
    body = {"agency": AGENCY, "kind": "name", "term": "Nguyễn"}
    for purpose in ({}, {"purpose": ""}, {"purpose": "curiosity"}):
        answer = portal.reception.post(SEARCHES, {**body, **purpose})
        assert (answer.status, answer.body["Fields"][0]["Field"]) == (422, "purpose")
    assert records(portal) == []


def test_every_page_is_on_record_without_the_term(portal: Portal) -> None:
    for number in range(PAGE + 1):
        plant("Trần Thị Thử", number=number + 1)
    every_page(portal.reception, "Trần Thị")
    search(portal.clerk, "không ai cả", purpose="phone")
    search(portal.clerk, "tran thi", purpose="supervision")
    search(portal.clerk, "062120000017", "identity", purpose="handling")
    kept = records(portal)
    assert sorted((r["officer"], r["kind"], r["purpose"], r["page"], r["hits"]) for r in kept) == [
        ("clerk", "identity", "handling", 1, PAGE),
        ("clerk", "name", "phone", 1, 0),
        ("clerk", "name", "supervision", 1, PAGE),
        ("reception", "name", "counter", 1, PAGE),
        ("reception", "name", "counter", 2, 1),
    ]
    told = json.dumps(kept, ensure_ascii=False)
    assert not any(term in told.lower() for term in ("trần", "tran thi", "không ai", "062120000017"))
    by_hash = sorted(sum(r["term_hash"] == one for r in kept) for one in {r["term_hash"] for r in kept})
    assert by_hash == [1, 1, 3]  # the same name has the same mark, whoever asks
    for one in kept:
        assert one["officer_name"].startswith("Cán bộ") and one["request"]
        assert one["expires_at"] == int((present.now() + timedelta(days=730)).timestamp())


@pytest.mark.parametrize("fault", [Fault.TIMEOUT, Fault.CRASH_BEFORE])
def test_what_cannot_be_recorded_is_not_answered(portal: Portal, fault: Fault) -> None:
    plant("Trần Thị Thử")
    search(portal.reception, "Lê")  # the key is there
    wire = Wire()
    wire.reset(Plan("DynamoDB.PutItem", fault))
    with wire.tapped():
        if fault is Fault.TIMEOUT:
            answer = search(portal.reception, "Trần")
            assert (answer.status, answer.body["Code"]) == (502, "UpstreamFailed")
            assert "Trần" not in json.dumps(answer.body, ensure_ascii=False)
        else:
            with pytest.raises(BaseException, match="PutItem"):
                search(portal.reception, "Trần")
    assert [call.operation for call in wire.calls][-1] == "DynamoDB.PutItem"
    assert len(records(portal)) == 1


def test_a_record_whose_reply_was_lost_is_one_record_and_there_is_an_answer(portal: Portal) -> None:
    here = plant("Trần Thị Thử")
    search(portal.reception, "Lê")
    wire = Wire()
    wire.reset(Plan("DynamoDB.PutItem", Fault.REPEATED))
    with wire.tapped():
        assert ids(search(portal.reception, "Trần")) == [here]
    assert wire.struck is not None and len(records(portal)) == 2


@pytest.mark.parametrize("fault", [Fault.REPEATED, Fault.LOST])
def test_the_key_of_the_marks_is_made_once(portal: Portal, fault: Fault) -> None:
    """Also when the reply to its making is lost: what was kept counts, not what this process thought of."""
    plant("Trần Thị Thử")
    wire = Wire()
    wire.reset(Plan("DynamoDB.PutItem", fault))
    with wire.tapped():
        first = search(portal.reception, "Trần")
        assert wire.struck is not None and wire.struck.site == "storage/searches.py:_make_key"
    assert first.status == 200
    search(portal.reception, "tran")
    searches.key.cache_clear()  # another process
    search(portal.reception, "TRẦN")
    assert len({one["term_hash"] for one in records(portal)}) == 1


def test_pages_hold_each_dossier_once_and_end_at_the_bound(portal: Portal) -> None:
    few = {plant("Lê Văn Ví Dụ", number=n + 1, days=n % 3) for n in range(PAGE * 2)}
    pages, last = every_page(portal.reception, "Lê Văn")
    assert [len(page) for page in pages[:2]] == [PAGE, PAGE] and {one for page in pages for one in page} == few
    assert last.body["cut"] is False
    for n in range(PAGE * MOST_PAGES + 1):
        plant("Trần Thị Thử", number=n + 1)
    pages, last = every_page(portal.reception, "Trần")
    assert len(pages) == MOST_PAGES and len({one for page in pages for one in page}) == PAGE * MOST_PAGES
    assert last.body["cut"] is True


def test_a_cursor_serves_only_the_search_it_came_from_and_no_page_beyond(portal: Portal) -> None:
    for n in range(PAGE + 1):
        plant("Trần Thị Thử", number=n + 1)
    cursor = search(portal.reception, "Trần").body["cursor"]
    page, at, dossier, seal = json.loads(base64.urlsafe_b64decode(cursor + "=="))
    forged = [cursor[:-2], "e30", "bm9uc2Vuc2U"]
    for changed in (
        [1, at, dossier, seal],
        [page, at + "0", dossier, seal],
        [page, at, "x" * 20, seal],
        [page, at, 7, seal],
    ):
        forged.append(base64.urlsafe_b64encode(json.dumps(changed).encode()).decode())
    for one in forged:
        answer = search(portal.reception, "Trần", cursor=one)
        assert (answer.status, answer.body["Code"]) == (422, "BadCursor")
    for changed_search in ({"term": "Trần Thị"}, {"term": "062120000017", "kind": "identity"}):
        body = {"term": "Trần", "kind": "name", **changed_search}
        assert search(portal.reception, body["term"], body["kind"], cursor=cursor).body["Code"] == "BadCursor"
    assert len(ids(search(portal.reception, " TRẦN", cursor=cursor))) == 1  # the same search, typed otherwise


def test_the_administrator_reads_the_records_page_by_page_and_nobody_else(portal: Portal) -> None:
    for n in range(5):
        portal.later(minutes=1)
        search(portal.reception, f"Người thứ {n}", purpose="phone")
    admin = portal.administrator
    seen, cursor = [], ""
    for _ in range(3):
        answer = admin.get(f"{SEARCHES}/{AGENCY}?limit=2" + (f"&cursor={cursor}" if cursor else ""))
        assert answer.status == 200, answer.body
        seen += answer.body["items"]
        cursor = answer.body["cursor"]
    assert cursor is None and len(seen) == 5
    assert [one["at"] for one in seen] == sorted((one["at"] for one in seen), reverse=True)
    assert set(seen[0]) == {"at", "officer_name", "kind", "purpose", "mark", "page", "hits", "request"}
    assert (seen[0]["officer_name"], seen[0]["purpose"], seen[0]["hits"]) == ("Cán bộ reception", "phone", 0)
    for who in (portal.reception, portal.elsewhere, administrator(portal, ELSEWHERE), administrator(portal, "H34")):
        assert who.get(f"{SEARCHES}/{AGENCY}").status == 404
    assert portal.citizen.get(f"{SEARCHES}/{AGENCY}").status == 403
    bad = admin.get(f"{SEARCHES}/{AGENCY}?cursor=%C4%91")
    assert (bad.status, bad.body["Code"]) == (422, "BadCursor")


def test_who_administers_is_told_where(portal: Portal) -> None:
    assert portal.reception.get("/desk/queues").body["administers"] == []
    (agency,) = portal.administrator.get("/desk/queues").body["administers"]
    assert agency == {"code": AGENCY, "name": "Department of Justice"}
