"""Uploads arriving: in any order, twice, late, overwritten, with the process ending at any call."""

from __future__ import annotations

import io
import itertools
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader

from chalicelib.domain.paper import Status
from chalicelib.domain.upload import PDF, upload_key
from chalicelib.services import papers as service
from chalicelib.services import present
from tests.app.bench import Bench, Crash, calls
from tests.app.portal import Portal, new_id
from tests.files import make
from tests.thorough import spread

COLOURS = [make.RED, make.GREEN, make.BLUE]
SET = [make.jpeg((600, 800), colour) for colour in COLOURS]


@pytest.fixture
def bench(portal: Portal) -> Bench:
    return Bench(portal)


def colours(content: bytes) -> list[tuple[int, int, int]]:
    """The corner of each page's picture, rounded to the colours that the tests paint."""
    found = []
    for page in PdfReader(io.BytesIO(content)).pages:
        (image,) = page.images
        assert image.image is not None
        pixel: Any = image.image.getpixel((20, 20))
        found.append(min(COLOURS, key=lambda c: sum(abs(a - b) for a, b in zip(c, pixel, strict=True))))
    return found


def settled(bench: Bench, paper_id: str) -> None:
    """Verified, kept once, three pages in order, nothing left in the quarantine."""
    paper = bench.paper(paper_id)
    assert (paper.status, paper.is_complete) == (Status.VERIFIED, True)
    assert colours(bench.content(paper_id)) == COLOURS
    assert paper.stored is not None and paper.stored.pages == 3
    assert bench.waiting() == []


@pytest.mark.clause("A8")
def test_a_pdf_is_kept_as_it_came(bench: Bench) -> None:
    content = make.pdf(3)
    paper_id = bench.send([content], PDF)
    paper = bench.paper(paper_id)
    assert paper.stored is not None
    assert (paper.status, paper.stored.pages, bench.content(paper_id)) == (Status.VERIFIED, 3, content)
    assert paper.stored.key == f"papers/{bench.dossier}/{paper_id}.pdf"
    assert bench.waiting() == []


@pytest.mark.clause("A8")
@pytest.mark.parametrize("order", list(itertools.permutations([1, 2, 3])))
def test_pictures_become_one_pdf_in_the_order_declared_whatever_order_they_arrive_in(
    bench: Bench, order: tuple[int, ...]
) -> None:
    paper_id = bench.slot(SET)
    for number in order:
        bench.put(paper_id, number, SET[number - 1])
    for number in order:
        assert bench.paper(paper_id).status is Status.EXPECTED
        bench.arrive(paper_id, number)
    settled(bench, paper_id)
    assert len(bench.versions()) == 1


def test_place_and_camera_do_not_reach_the_shelf(bench: Bench) -> None:
    paper_id = bench.send([make.jpeg(text="with a place")])
    content = bench.content(paper_id)
    for trace in (b"Exif", b"Camera of An", b"taken at home"):
        assert trace not in content


def test_an_event_that_comes_again_changes_nothing(bench: Bench) -> None:
    paper_id = bench.slot(SET)
    for number, content in enumerate(SET, 1):
        bench.put(paper_id, number, content)
        bench.arrive(paper_id, number)
        before = bench.paper(paper_id)
        bench.arrive(paper_id, number)
        assert bench.paper(paper_id) == before
    settled(bench, paper_id)
    assert len(bench.versions()) == 1


def test_an_upload_over_a_verified_paper_changes_nothing_and_is_deleted(bench: Bench) -> None:
    paper_id = bench.send(SET)
    before = bench.paper(paper_id), bench.content(paper_id), bench.versions()
    for content in (make.jpeg(text="another"), SET[0], b"", make.pdf_with_script()):
        bench.put(paper_id, 1, content)
        bench.arrive(paper_id, 1)
        assert (bench.paper(paper_id), bench.content(paper_id), bench.versions()) == before
        assert bench.waiting() == []


def test_a_page_overwritten_after_it_was_accepted_is_found_out(bench: Bench) -> None:
    paper_id = bench.slot(SET)
    bench.put(paper_id, 1, SET[0])
    bench.arrive(paper_id, 1)
    bench.put(paper_id, 1, make.jpeg(text="another"))
    bench.arrive(paper_id, 1)
    for number in (2, 3):
        bench.put(paper_id, number, SET[number - 1])
        bench.arrive(paper_id, number)
    paper = bench.paper(paper_id)
    assert (paper.status, [p.reason for p in paper.pages]) == (Status.REFUSED, ["SizeDiffers", None, None])
    assert (bench.waiting(), bench.versions()) == ([], [])


def test_a_wrong_upload_put_right_before_it_is_looked_at_is_right(bench: Bench) -> None:
    paper_id = bench.slot([SET[0]])
    bench.put(paper_id, 1, b"wrong")
    bench.put(paper_id, 1, SET[0])
    bench.arrive(paper_id, 1)  # of the first upload
    assert bench.paper(paper_id).status is Status.VERIFIED
    bench.arrive(paper_id, 1)
    assert bench.waiting() == []


@pytest.mark.clause("A8")
@pytest.mark.parametrize(
    ("sent", "uploaded", "media_type", "why"),
    [
        (make.jpeg(), make.jpeg(text="other"), "image/jpeg", "SizeDiffers"),
        (b"a" * 500, b"b" * 500, "image/jpeg", "HashDiffers"),
        (make.jpeg(), make.jpeg() + b"more", "image/jpeg", "SizeDiffers"),
        (make.jpeg(), b"", "image/jpeg", "Empty"),
        (make.pdf(), None, "image/jpeg", "NotWhatItClaims"),
        (make.truncated_jpeg(), None, "image/jpeg", "Unreadable"),
        (make.bomb_png(), None, "image/png", "ImageTooLarge"),
        (make.encrypted_pdf(), None, PDF, "Encrypted"),
        (make.pdf_with_script(), None, PDF, "ActiveContent"),
        (make.pdf(5), None, PDF, "TooManyPages"),
    ],
)
def test_bad_files_are_refused_deleted_and_explained(
    bench: Bench, sent: bytes, uploaded: bytes | None, media_type: str, why: str
) -> None:
    paper_id = bench.slot([sent], media_type)
    bench.put(paper_id, 1, sent if uploaded is None else uploaded)
    bench.arrive(paper_id)
    assert (bench.rows(), bench.waiting(), bench.versions()) == ({paper_id: "refused"}, [], [])
    (shown,) = bench.portal.citizen.get(f"/dossiers/{bench.dossier}").body["papers"]
    assert shown["pages"][0]["reason"] == why
    filing = bench.portal.citizen.post(f"/dossiers/{bench.dossier}/submission", {"declaration": True})
    assert (filing.status, filing.body["Code"]) == (422, "Incomplete")
    bench.put(paper_id, 1, sent)
    bench.arrive(paper_id)
    assert (bench.rows(), bench.waiting()) == ({paper_id: "refused"}, [])


def test_one_bad_page_refuses_the_paper_and_the_rest_is_not_kept(bench: Bench) -> None:
    contents = [SET[0], make.truncated_jpeg(), SET[2]]
    paper_id = bench.slot(contents)
    for number, content in enumerate(contents, 1):
        bench.put(paper_id, number, content)
    for number in (1, 2, 3):
        bench.arrive(paper_id, number)
    assert [p.reason for p in bench.paper(paper_id).pages] == [None, "Unreadable", None]
    assert (bench.waiting(), bench.versions()) == ([], [])


def test_keys_that_are_nobodys_are_left_alone_and_said(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    keys = ["x", f"quarantine/{bench.dossier}/../../papers/1", f"quarantine/{bench.dossier}/{new_id()}/99", "papers/a"]
    with caplog.at_level(logging.WARNING), calls() as made:
        for key in keys:
            service.inspect(bench.quarantine, key, 1, present.now())
        service.inspect("another-bucket", upload_key(bench.dossier, new_id(), 1), 1, present.now())
    assert made == []
    assert [r.message for r in caplog.records] == ["an upload of no paper was left alone"] * 5
    assert bench.dossier not in caplog.text


def test_uploads_to_slots_that_were_never_given_are_deleted(bench: Bench) -> None:
    paper_id = bench.slot([SET[0]])
    for dossier, paper, number in (
        (bench.dossier, new_id(), 1),  # no such paper
        (bench.dossier, paper_id, 2),  # no such page
        (new_id(), paper_id, 1),  # another dossier
    ):
        key = upload_key(dossier, paper, number)
        bench.s3.put_object(Bucket=bench.quarantine, Key=key, Body=SET[0])
        bench.portal.arrived(bench.quarantine, key, 1)
    assert (bench.waiting(), bench.rows()) == ([], {paper_id: "expected"})


def test_an_upload_that_comes_after_filing_does_not_count(bench: Bench) -> None:
    late = bench.slot([make.jpeg(text="late")])
    filed = bench.send([make.jpeg()])
    assert bench.portal.citizen.post(f"/dossiers/{bench.dossier}/submission", {"declaration": True}).status == 200
    bench.put(late, 1, make.jpeg(text="late"))
    bench.arrive(late)
    assert bench.rows() == {late: "discarded", filed: "verified"}
    assert bench.waiting() == []


@pytest.mark.clause("A6")
def test_an_upload_that_comes_after_a_supplement_was_closed_replaces_nothing(portal: Portal) -> None:
    bench = Bench(portal, portal.filed()[0])
    (filed,) = bench.rows()
    ask = {"papers": {"identity": "Ảnh mờ."}, "note": "Gửi lại."}
    portal.step(portal.reception, bench.dossier, "supplement-request", ask)
    late = bench.slot([SET[0]])
    withdrawn = portal.citizen.post(f"/dossiers/{bench.dossier}/withdrawal", {"reason": "Không cần nữa."})
    assert withdrawn.status == 200, withdrawn.body
    bench.put(late, 1, SET[0])
    bench.arrive(late)
    assert (bench.rows(), bench.waiting()) == ({filed: "verified", late: "discarded"}, [])
    assert len(bench.versions()) == 1


def test_the_newer_of_two_papers_counts_whichever_arrives_first(bench: Bench) -> None:
    older = bench.slot([SET[0]])
    newer = bench.slot([SET[1]])
    for paper_id, content in ((newer, SET[1]), (older, SET[0])):
        bench.put(paper_id, 1, content)
        bench.arrive(paper_id)
    assert bench.rows() == {older: "discarded", newer: "verified"}


def test_an_upload_of_a_draft_that_is_gone_is_deleted(bench: Bench) -> None:
    paper_id = bench.slot([SET[0]])
    assert bench.portal.citizen.delete(f"/dossiers/{bench.dossier}").status == 204
    bench.put(paper_id, 1, SET[0])
    bench.arrive(paper_id)
    assert (bench.rows().get(paper_id, "discarded"), bench.waiting()) == ("discarded", [])
    bench.sweep(hours=1)
    assert (bench.rows(), bench.versions()) == ({}, [])


def test_pages_that_arrive_at_once_and_twice_make_one_paper(portal: Portal) -> None:
    """Four workers at a time: every write of one makes the others read again."""
    bench = Bench(portal)
    contents = [make.jpeg((300, 400), text=str(n)) for n in range(4)]
    paper_id = bench.slot(contents)
    for number, content in enumerate(contents, 1):
        bench.put(paper_id, number, content)
    keys = [upload_key(bench.dossier, paper_id, n) for n in (1, 2, 3, 4)] * 2
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda key: service.inspect(bench.quarantine, key, 1, present.now()), keys))
    paper = bench.paper(paper_id)
    assert paper.status is Status.VERIFIED and len(PdfReader(io.BytesIO(bench.content(paper_id))).pages) == 4
    assert bench.waiting() == []


def test_pictures_of_a_telephone_are_kept_at_300_dpi(portal: Portal) -> None:
    bench = Bench(portal)
    big = [make.jpeg((4000, 3000), text=str(n)) for n in range(4)]
    paper_id = bench.send(big)
    pages = PdfReader(io.BytesIO(bench.content(paper_id))).pages
    sizes = {Image.open(io.BytesIO(page.images[0].data)).size for page in pages}
    assert (len(pages), sizes) == (4, {(3508, 2631)})


# The process may end at any call, before it or after it (the reply lost); S3 delivers the event again.


@pytest.mark.parametrize("after", spread(2, [False, True]), ids=["before", "after"])
def test_a_crash_at_any_call_of_the_last_page_is_made_good(portal: Portal, after: bool) -> None:
    reached = 0
    for number in itertools.count(1):
        bench = Bench(portal)
        paper_id = bench.slot(SET)
        for page, content in enumerate(SET, 1):
            bench.put(paper_id, page, content)
        bench.arrive(paper_id, 1)
        bench.arrive(paper_id, 2)
        try:
            with calls(crash_at=number, after=after) as made:
                bench.arrive(paper_id, 3)
            break
        except Crash:
            reached += 1
        bench.arrive(paper_id, 3)
        settled(bench, paper_id)
        bench.sweep(days=1)
        assert bench.rows() == {paper_id: "verified"}
    assert reached == len(made) == 8, made


@pytest.mark.parametrize("after", spread(2, [False, True]), ids=["before", "after"])
def test_a_crash_at_any_call_of_a_refusal_is_made_good(portal: Portal, after: bool) -> None:
    for number in itertools.count(1):
        bench = Bench(portal)
        paper_id = bench.slot([make.truncated_jpeg()])
        bench.put(paper_id, 1, make.truncated_jpeg())
        try:
            with calls(crash_at=number, after=after) as made:
                bench.arrive(paper_id)
            break
        except Crash:
            bench.arrive(paper_id)
        assert (bench.rows(), bench.waiting(), bench.versions()) == ({paper_id: "refused"}, [], [])
    assert made == ["Query", "GetObject", "PutItem", "DeleteObjects"]
