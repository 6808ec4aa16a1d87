"""What nobody finished: events lost, slots left empty, papers that nobody filed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.domain.upload import PDF
from chalicelib.services import papers as service
from chalicelib.services import present
from chalicelib.storage import dossiers, papers, tables
from chalicelib.storage.tables import PaperRow, dossier_key
from tests.app.bench import Bench, Crash, calls
from tests.app.portal import Portal, new_id
from tests.files import make
from tests.thorough import spread

SET = [make.jpeg(text="1"), make.jpeg(text="2")]


@pytest.fixture
def bench(portal: Portal) -> Bench:
    return Bench(portal)


def queued(bench: Bench) -> int:
    """Rows of papers in the sweeper's index."""
    found = bench.portal.cloud.client("dynamodb").scan(TableName="motcua-local-dossiers", IndexName="queue-index")
    return sum(row["queue"]["S"].startswith("upload#") for row in found["Items"])


def test_uploads_whose_events_were_lost_are_inspected(bench: Bench) -> None:
    paper_id = bench.slot(SET)
    for number, content in enumerate(SET, 1):
        bench.put(paper_id, number, content)
    assert bench.sweep(minutes=4) == 0
    assert bench.rows() == {paper_id: "expected"}
    assert bench.sweep(minutes=2) == 1
    assert (bench.rows(), bench.waiting()) == ({paper_id: "verified"}, [])


def test_a_slot_is_looked_at_ever_more_seldom_and_refused_after_a_day(bench: Bench) -> None:
    paper_id = bench.slot(SET)
    bench.put(paper_id, 1, SET[0])
    looks = [bench.sweep(minutes=5) for _ in range(12 * 24 - 1)]
    assert bench.rows() == {paper_id: "expected"}
    assert looks[:8] == [1, 1, 0, 1, 0, 0, 0, 1] and sum(looks) < 12
    assert [p.accepted for p in bench.paper(paper_id).pages] == [True, False]
    assert bench.sweep(minutes=5) == 1
    paper = bench.paper(paper_id)
    assert (paper.status.value, [p.reason for p in paper.pages]) == ("refused", [None, "NeverArrived"])
    assert bench.waiting() == []


def test_a_file_that_arrives_in_the_last_moment_is_not_refused(bench: Bench) -> None:
    paper_id = bench.slot(SET[:1])
    bench.put(paper_id, 1, SET[0])
    assert bench.sweep(hours=25) == 1
    assert bench.rows() == {paper_id: "verified"}


def test_a_filed_paper_leaves_the_sweepers_queue_for_good(portal: Portal) -> None:
    bench = Bench(portal, portal.filed()[0])
    assert queued(bench) == 1
    bench.sweep(days=40)
    assert queued(bench) == 0 and list(bench.rows().values()) == ["verified"]


def test_a_draft_that_lives_on_keeps_its_papers(bench: Bench) -> None:
    paper_id, bad = bench.send(SET), bench.send([make.truncated_jpeg()])
    bench.sweep(days=20)
    assert bench.rows() == {paper_id: "verified", bad: "refused"}


def test_a_draft_that_expired_leaves_nothing_behind(bench: Bench) -> None:
    bench.send([make.pdf()], PDF)
    bench.send([make.truncated_jpeg()])
    bench.slot(SET)
    key = {"pk": {"S": f"D#{bench.dossier}"}, "sk": {"S": "HEAD"}}
    bench.portal.cloud.client("dynamodb").delete_item(TableName="motcua-local-dossiers", Key=key)  # its time to live
    for _ in range(4):
        bench.sweep(days=16)
    assert (bench.rows(), bench.versions(), queued(bench)) == ({}, [], 0)


def test_a_draft_deleted_with_its_papers_leaves_nothing_behind(bench: Bench) -> None:
    bench.send([make.pdf()], PDF)
    bench.slot(SET)
    service.take_back_all(dossiers.head(bench.dossier), present.now())
    assert set(bench.rows().values()) == {"discarded"}
    bench.sweep(hours=1)
    assert (bench.rows(), bench.versions()) == ({}, [])


@pytest.mark.clause("A6")
def test_when_a_supplement_was_never_sent_the_filed_paper_counts_again(portal: Portal) -> None:
    bench = Bench(portal, portal.filed()[0])
    (filed,) = bench.rows()
    ask = {"papers": {"identity": "Ảnh mờ."}, "note": "Gửi lại."}
    portal.step(portal.reception, bench.dossier, "supplement-request", ask)
    unsent = bench.send(SET)
    assert bench.rows() == {filed: "replaced", unsent: "verified"}
    bench.sweep(days=2)
    assert bench.rows() == {filed: "replaced", unsent: "verified"}
    withdrawn = portal.citizen.post(f"/dossiers/{bench.dossier}/withdrawal", {"reason": "Không cần nữa."})
    assert withdrawn.status == 200, withdrawn.body
    bench.sweep(days=2)
    assert bench.rows() == {filed: "verified", unsent: "discarded"}
    bench.sweep(hours=1)
    assert bench.rows() == {filed: "verified"} and len(bench.versions()) == 1


def test_one_paper_that_fails_does_not_stop_the_others(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    sound = bench.slot(SET[:1])
    bench.put(sound, 1, SET[0])
    pk, shard = dossier_key("0" * 16), tables.shard(bench.dossier)
    row = PaperRow(pk, "PAPER#identity#unreadable", version=1, component="identity", status="expected", body={})
    row.created_at, row.queue, row.queue_due = "2026", f"upload#{shard}", "2026"
    row.save()
    assert bench.sweep(minutes=6) == 1
    assert bench.rows() == {sound: "verified"}
    assert "a paper was not swept" in caplog.text


def test_a_sweep_looks_at_so_many_and_the_next_at_the_rest(portal: Portal) -> None:
    bench = Bench(portal)
    first = bench.paper(bench.slot(SET[:1]))
    papers.save([replace(first, id=new_id()) for _ in range(2 * service.SWEPT_PER_SHARD + 2)])
    assert [bench.sweep(minutes=m) for m in (6, 0, 0, 0)] == [service.SWEPT_PER_SHARD] * 2 + [3, 0]


def test_an_idle_sweep_is_four_queries(portal: Portal) -> None:
    with calls() as made:
        service.sweep_uploads(present.now())
    assert made == ["Query"] * 4


@pytest.mark.parametrize("after", spread(2, [False, True]), ids=["before", "after"])
@pytest.mark.parametrize("what", ["arrived", "never", "erased"])
def test_a_crash_at_any_call_of_a_sweep_is_made_good(portal: Portal, what: str, after: bool) -> None:
    crashes = 0
    for number in range(1, 40):
        bench = Bench(portal)
        paper_id = bench.slot(SET)
        if what != "never":
            for page, content in enumerate(SET, 1):
                bench.put(paper_id, page, content)
        if what == "erased":
            for page in (1, 2):
                bench.arrive(paper_id, page)
            bench.portal.citizen.delete(f"/dossiers/{bench.dossier}/papers/{paper_id}")
        try:
            with calls(crash_at=number, after=after):
                bench.sweep(hours=25)
            break
        except Crash:
            crashes += 1
        for _ in range(3):
            bench.sweep(hours=1)
        expected = {"arrived": {paper_id: "verified"}, "never": {paper_id: "refused"}, "erased": {}}[what]
        assert bench.rows() == expected
        assert len(set(bench.versions())) == (what == "arrived")  # a repeated write is a second version of the same
        bench.portal.citizen.delete(f"/dossiers/{bench.dossier}/papers/{paper_id}")
        bench.sweep(hours=1)
        assert bench.versions() == []
    assert crashes >= 9
