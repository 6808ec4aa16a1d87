"""Slots, downloads and taking back, through HTTP."""

from __future__ import annotations

import base64
import hashlib
import json
import logging
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.domain.paper import MAX_PAPERS
from chalicelib.domain.upload import PDF
from chalicelib.storage import papers as kept
from tests.app.bench import Bench, Crash, calls, described
from tests.app.portal import Answer, Portal, new_id
from tests.files import make


@pytest.fixture
def bench(portal: Portal) -> Bench:
    return Bench(portal)


def refusal(answer: Answer) -> tuple[int, str, dict[str, str]]:
    return answer.status, answer.body["Code"], {f["Field"]: f["Code"] for f in answer.body["Fields"]}


def supplement(portal: Portal, dossier_id: str) -> None:
    portal.step(
        portal.reception,
        dossier_id,
        "supplement-request",
        {"papers": {"identity": "Ảnh mờ."}, "note": "Gửi lại ảnh căn cước."},
    )


# The slot.


@pytest.mark.clause("A8")
def test_a_slot_is_a_form_for_exactly_this_file(bench: Bench) -> None:
    contents = [make.jpeg(text="1"), make.jpeg(text="2")]
    answer = bench.ask(contents)
    assert answer.status == 201
    paper = answer.body["paper"]
    assert (paper["status"], paper["component"], paper["provenance"]) == ("expected", "identity", "photo")
    assert [u["page"] for u in answer.body["uploads"]] == [1, 2]
    for upload, content in zip(answer.body["uploads"], contents, strict=True):
        fields = upload["fields"]
        policy = json.loads(base64.b64decode(fields["policy"]))
        key = f"quarantine/{bench.dossier}/{paper['id']}/{upload['page']}"
        checksum = base64.b64encode(hashlib.sha256(content).digest()).decode()
        assert ["content-length-range", len(content), len(content)] in policy["conditions"]
        for condition in (
            {"bucket": bench.quarantine},
            {"key": key},
            {"Content-Type": "image/jpeg"},
            {"x-amz-checksum-algorithm": "SHA256"},
            {"x-amz-checksum-sha256": checksum},
        ):
            assert condition in policy["conditions"]
        assert not [c for c in policy["conditions"] if isinstance(c, list) and c[0] == "starts-with"]
        # Every field that is sent is named in the policy, and nothing is left open.
        named = {name for c in policy["conditions"] if isinstance(c, dict) for name in c}
        assert set(fields) - named == {"policy", "x-amz-signature"}
        assert (fields["key"], fields["x-amz-checksum-sha256"]) == (key, checksum)
        assert upload["expires_at"] == "2026-11-23T02:15:00.000Z"
        assert upload["url"].startswith("https://") and "ap-southeast-1" in upload["url"]


def test_a_slot_costs_two_calls(bench: Bench) -> None:
    bench.ask([make.jpeg()])
    with calls() as made:
        assert bench.ask([make.jpeg()]).status == 201
    assert made == ["Query", "TransactWriteItems"]


def test_the_same_request_again_is_the_same_paper_with_fresh_forms(bench: Bench) -> None:
    contents = [make.jpeg(text="1"), make.jpeg(text="2")]
    paper_id = bench.slot(contents)
    again = bench.ask(contents, id=paper_id)
    assert (again.status, [u["page"] for u in again.body["uploads"]]) == (201, [1, 2])
    bench.put(paper_id, 2, contents[1])
    bench.arrive(paper_id, 2)
    assert [u["page"] for u in bench.ask(contents, id=paper_id).body["uploads"]] == [1]
    bench.put(paper_id, 1, contents[0])
    bench.arrive(paper_id, 1)
    done = bench.ask(contents, id=paper_id)
    assert (done.status, done.body["paper"]["status"], done.body["uploads"]) == (201, "verified", [])
    assert bench.rows() == {paper_id: "verified"}


def test_an_id_stands_for_one_paper(bench: Bench) -> None:
    paper_id = bench.slot([make.jpeg()])
    for changes in (
        {"files": described([make.jpeg(text="other")])},
        {"files": described([make.jpeg()] * 2)},
        {"provenance": "scan"},
        {"component": "mandate"},
    ):
        answer = bench.ask([make.jpeg()], id=paper_id, **changes)
        assert refusal(answer)[:2] == (409, "PaperIdTaken")
    assert len(bench.rows()) == 1


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("number", [1, 2])
def test_a_slot_asked_for_again_after_a_crash_is_one_slot(bench: Bench, number: int, after: bool) -> None:
    paper_id = new_id()
    with pytest.raises(Crash), calls(crash_at=number, after=after):
        bench.ask([make.jpeg()], id=paper_id)
    answer = bench.ask([make.jpeg()], id=paper_id)
    assert (answer.status, len(answer.body["uploads"]), bench.rows()) == (201, 1, {paper_id: "expected"})


@pytest.mark.clause("A8")
def test_a_certified_copy_is_refused_in_words(bench: Bench) -> None:
    answer = bench.ask([make.jpeg()], provenance="certified_copy")
    assert refusal(answer)[:2] == (422, "CertifiedCopyRefused")
    assert "from the original" in answer.body["Message"]
    assert bench.rows() == {}


PICTURE = described([make.jpeg()])[0]
BAD: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "unknown field": ({"note": "x"}, {"note": "Unknown"}),
    "id too short": ({"id": "abc"}, {"id": "BadFormat"}),
    "id with a path": ({"id": "../../../papers/x/y"}, {"id": "BadFormat"}),
    "no files": ({"files": []}, {"files": "TooFew"}),
    "files of a wrong type": ({"files": "x"}, {"files": "WrongType"}),
    "31 files": ({"files": [PICTURE] * 31}, {"files": "TooMany"}),
    "five pages of four": ({"files": [PICTURE] * 5}, {"files": "TooMany"}),
    "a size as text": ({"files": [{**PICTURE, "size": "9"}]}, {"files[0].size": "WrongType"}),
    "no bytes": ({"files": [{**PICTURE, "size": 0}]}, {"files[0].size": "TooSmall"}),
    "a fraction of bytes": ({"files": [{**PICTURE, "size": 1.5}]}, {"files[0].size": "WrongType"}),
    "11 MB picture": ({"files": [{**PICTURE, "size": 11 << 20}]}, {"files[0].size": "FileTooLarge"}),
    "21 MB PDF": ({"files": [{**PICTURE, "type": PDF, "size": 21 << 20}]}, {"files[0].size": "FileTooLarge"}),
    "a program": ({"files": [{**PICTURE, "type": "application/x-msdownload"}]}, {"files[0].type": "WrongFileType"}),
    "svg": ({"files": [{**PICTURE, "type": "image/svg+xml"}]}, {"files[0].type": "WrongFileType"}),
    "a hash in capitals": ({"files": [{**PICTURE, "sha256": "A" * 64}]}, {"files[0].sha256": "BadFormat"}),
    "a short hash": ({"files": [{**PICTURE, "sha256": "a" * 63}]}, {"files[0].sha256": "BadFormat"}),
    "an unknown field of a file": ({"files": [{**PICTURE, "key": "papers/x"}]}, {"files[0].key": "Unknown"}),
    "PDF and picture": ({"files": [PICTURE, {**PICTURE, "type": PDF}]}, {"files": "MixedFiles"}),
    "two PDFs": ({"files": [{**PICTURE, "type": PDF}] * 2}, {"files": "OnePdf"}),
    "unknown provenance": ({"provenance": "fax"}, {"provenance": "NotOneOf"}),
    "provenance of level four": ({"provenance": "digital"}, {"provenance": "NotOneOf"}),
    "unknown component": ({"component": "passport"}, {"component": "NotComponent"}),
    "component with a key in it": ({"component": "identity#x"}, {"component": "NotComponent"}),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_requests_name_the_field_and_change_nothing(bench: Bench, name: str) -> None:
    changes, fields = BAD[name]
    answer = bench.ask([make.jpeg()], **changes)
    assert answer.status == 422
    assert refusal(answer)[2] == fields
    assert all(f["Message"] for f in answer.body["Fields"])
    assert bench.rows() == {}


def test_the_file_of_a_result_is_not_the_applicants_to_send(bench: Bench) -> None:
    assert bench.ask([make.jpeg()], component="_result").status == 404
    body = {"id": new_id(), "files": described([make.jpeg()])}
    own = bench.portal.citizen.post(f"/desk/dossiers/{bench.dossier}/result-file", body)
    assert own.status == 403


@pytest.mark.clause("A4")
def test_only_the_applicant_gets_a_slot(bench: Bench) -> None:
    portal = bench.portal
    assert refusal(bench.ask([make.jpeg()], who=portal.stranger))[:2] == (404, "DossierNotFound")
    assert refusal(bench.ask([make.jpeg()], who=portal.reception))[:2] == (404, "DossierNotFound")  # a draft
    assert bench.ask([make.jpeg()], who=portal.nobody).status == 401
    other = Bench(portal, new_id())
    assert refusal(other.ask([make.jpeg()]))[:2] == (404, "DossierNotFound")
    filed = Bench(portal, portal.filed()[0])
    assert filed.ask([make.jpeg()], who=portal.reception).status == 403
    assert filed.ask([make.jpeg()], who=portal.elsewhere).status == 404
    assert bench.rows() == {}


def test_a_dossier_holds_so_many_papers(bench: Bench) -> None:
    first = bench.paper(bench.slot([make.jpeg()]))
    kept.save([replace(first, id=new_id()) for _ in range(MAX_PAPERS - 1)])
    assert refusal(bench.ask([make.jpeg()]))[:2] == (409, "TooManyPapers")


@pytest.mark.clause("A6")
def test_papers_are_closed_after_filing_and_open_only_as_asked(portal: Portal) -> None:
    bench = Bench(portal, portal.filed()[0])
    assert refusal(bench.ask([make.jpeg()]))[:2] == (409, "PapersClosed")
    supplement(portal, bench.dossier)
    assert refusal(bench.ask([make.jpeg()], component="mandate"))[:2] == (409, "ComponentClosed")
    assert bench.ask([make.jpeg()]).status == 201


# What is kept, and who may see it.


def address(answer: Answer) -> tuple[str, dict[str, list[str]]]:
    assert answer.status == 200, answer.body
    parts = urlsplit(answer.body["url"])
    return parts.path, parse_qs(parts.query)


@pytest.mark.clause("A5")
def test_a_kept_paper_is_downloaded_by_a_short_lived_address_under_its_name(bench: Bench) -> None:
    paper_id = bench.send([make.jpeg()])
    path = f"/dossiers/{bench.dossier}/papers/{paper_id}"
    with calls() as made:
        where, query = address(bench.portal.citizen.get(path))
    assert made == ["Query"]
    stored = bench.paper(paper_id).stored
    assert stored is not None and where.endswith(stored.key)
    assert query["versionId"] == [stored.version] and query["X-Amz-Expires"] == ["120"]
    assert query["response-content-type"] == ["application/pdf"]
    assert query["response-content-disposition"] == [
        "attachment; filename=\"Can cuoc.pdf\"; filename*=UTF-8''C%C4%83n%20c%C6%B0%E1%BB%9Bc.pdf"
    ]


@pytest.mark.clause("C7")
def test_papers_are_seen_by_the_owner_and_the_agency_alone(portal: Portal, caplog: pytest.LogCaptureFixture) -> None:
    draft = Bench(portal)
    paper_id = draft.send([make.jpeg()])
    path = f"/dossiers/{draft.dossier}/papers/{paper_id}"
    for who in (portal.stranger, portal.elsewhere, portal.reception, portal.clerk):
        assert refusal(who.get(path))[:2] == (404, "DossierNotFound")
    assert portal.nobody.get(path).status == 401
    assert portal.citizen.post(f"/dossiers/{draft.dossier}/submission", {"declaration": True}).status == 200
    with caplog.at_level(logging.INFO):
        assert portal.citizen.get(path).status == 200
        shown = "paper shown to an officer"
        assert shown not in caplog.text
        assert portal.reception.get(path).status == 200
    (record,) = [r for r in caplog.records if r.message == shown]
    assert (record.dossier, record.paper, record.officer) == (draft.dossier, paper_id, "reception")  # type: ignore[attr-defined]
    for who in (portal.stranger, portal.elsewhere):
        assert who.get(path).status == 404
    other = portal.filed()[0]
    assert refusal(portal.citizen.get(f"/dossiers/{other}/papers/{paper_id}"))[:2] == (404, "PaperNotFound")


def test_what_is_not_kept_cannot_be_downloaded(bench: Bench) -> None:
    waiting, bad = bench.slot([make.jpeg()]), bench.send([make.truncated_jpeg()])
    citizen = bench.portal.citizen
    assert refusal(citizen.get(f"/dossiers/{bench.dossier}/papers/{waiting}"))[:2] == (409, "NotReady")
    assert refusal(citizen.get(f"/dossiers/{bench.dossier}/papers/{bad}"))[:2] == (409, "PaperRefused")
    assert refusal(citizen.get(f"/dossiers/{bench.dossier}/papers/{new_id()}"))[:2] == (404, "PaperNotFound")


# Taking back.


def test_a_paper_of_a_draft_is_taken_back_and_then_erased(bench: Bench) -> None:
    paper_id = bench.send([make.jpeg()])
    path = f"/dossiers/{bench.dossier}/papers/{paper_id}"
    with calls() as made:
        assert bench.portal.citizen.delete(path).status == 204
    assert made == ["Query", "TransactWriteItems"]
    assert bench.portal.citizen.delete(path).status == 204
    assert bench.portal.citizen.get(path).status == 404
    assert refusal(bench.ask([make.jpeg()], id=paper_id))[:2] == (409, "PaperIdTaken")
    assert bench.sweep(minutes=20) == 0 and bench.versions()
    assert bench.sweep(minutes=11) == 1
    assert (bench.rows(), bench.versions()) == ({}, [])
    assert bench.portal.citizen.delete(path).status == 404


def test_others_take_nothing_back(bench: Bench) -> None:
    paper_id = bench.send([make.jpeg()])
    path = f"/dossiers/{bench.dossier}/papers/{paper_id}"
    for who in (bench.portal.stranger, bench.portal.reception):
        assert who.delete(path).status == 404
    assert bench.rows() == {paper_id: "verified"}


@pytest.mark.clause("A6")
def test_a_filed_paper_stays_beside_the_one_that_replaces_it(portal: Portal) -> None:
    bench = Bench(portal, portal.filed()[0])
    (old,) = bench.rows()
    assert portal.citizen.delete(f"/dossiers/{bench.dossier}/papers/{old}").status == 409
    supplement(portal, bench.dossier)
    assert refusal(portal.citizen.delete(f"/dossiers/{bench.dossier}/papers/{old}"))[:2] == (409, "PaperFiled")
    first = bench.send([make.jpeg(text="first")])
    assert bench.rows() == {old: "replaced", first: "verified"}
    assert portal.citizen.delete(f"/dossiers/{bench.dossier}/papers/{first}").status == 204
    assert bench.rows() == {old: "verified", first: "discarded"}
    second = bench.send([make.jpeg(text="second")])
    third = bench.send([make.jpeg(text="third")])
    assert bench.rows() == {old: "replaced", first: "discarded", second: "discarded", third: "verified"}
    answer = portal.citizen.post(f"/dossiers/{bench.dossier}/supplement", {"answers": {}, "note": ""})
    assert answer.status == 200, answer.body
    assert portal.citizen.delete(f"/dossiers/{bench.dossier}/papers/{third}").status == 409
    for paper_id in (old, third):
        assert portal.reception.get(f"/dossiers/{bench.dossier}/papers/{paper_id}").status == 200
    bench.sweep(days=2)
    assert bench.rows() == {old: "replaced", third: "verified"}


@pytest.mark.clause("A14")
def test_the_file_of_a_result_is_sent_by_the_clerk_while_it_is_issued(portal: Portal) -> None:
    bench = Bench(portal, portal.appraised())
    path = f"/desk/dossiers/{bench.dossier}/result-file"
    content = make.pdf(1)
    file_id = new_id()
    body = {"id": file_id, "files": described([content], PDF, "Trích lục.pdf")}
    assert refusal(portal.clerk.post(path, body))[:2] == (409, "ResultNotAwaited")
    portal.step(portal.approver, bench.dossier, "approval", {})
    assert portal.reception.post(path, body).status == 403
    assert portal.elsewhere.post(path, body).status == 404
    assert portal.clerk.post(path, body).status == 201
    bench.put(file_id, 1, content)
    bench.arrive(file_id)
    result = {"number": "12/TL", "title": "Trích lục khai sinh", "paper": file_id}
    portal.step(portal.clerk, bench.dossier, "result", result)
    assert bench.content(file_id) == content
    mine = portal.citizen.get(f"/dossiers/{bench.dossier}/papers/{file_id}")
    assert refusal(mine)[:2] == (409, "ResultByDelivery")
    assert portal.clerk.get(f"/dossiers/{bench.dossier}/papers/{file_id}").status == 200
    assert portal.clerk.delete(f"/dossiers/{bench.dossier}/papers/{file_id}").status == 409
