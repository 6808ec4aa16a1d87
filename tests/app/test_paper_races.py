"""Filing, taking back and inspecting at the same moment: between one's read and its write the other is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from chalicelib import aws
from chalicelib.domain.paper import Status
from tests.app.bench import Bench
from tests.app.portal import Answer, Portal, new_id
from tests.files import make


@contextmanager
def meanwhile(act: Callable[[], object]) -> Iterator[list[object]]:
    """Run `act` once, just before the first transaction inside is sent."""
    came: list[object] = []

    def first(model: Any, **_: Any) -> None:
        if model.name == "TransactWriteItems" and not came:
            came.append(None)
            came[0] = act()

    events = aws.dynamodb().client.meta.events
    events.register_last("before-call", first)
    try:
        yield came
    finally:
        events.unregister("before-call", first)


@pytest.fixture
def bench(portal: Portal) -> Bench:
    return Bench(portal)


def submit(bench: Bench, key: str = "") -> Answer:
    return bench.portal.citizen.post(f"/dossiers/{bench.dossier}/submission", {"declaration": True}, key or new_id())


def filed_papers(bench: Bench) -> dict[str, str]:
    """Of a filed dossier: component -> status of the paper it was filed with."""
    shown = bench.portal.citizen.get(f"/dossiers/{bench.dossier}").body["papers"]
    return {p["component"]: p["status"] for p in shown if p["counts"]}


def test_a_paper_taken_back_while_filing_is_not_filed(bench: Bench) -> None:
    paper_id = bench.send([make.jpeg()])
    with meanwhile(lambda: bench.portal.citizen.delete(f"/dossiers/{bench.dossier}/papers/{paper_id}")) as came:
        answer = submit(bench)
    assert came[0].status == 204  # type: ignore[attr-defined]
    assert (answer.status, answer.body["Code"]) == (409, "StaleWrite")
    assert bench.portal.state(bench.dossier) == "draft"
    assert submit(bench).body["Code"] == "Incomplete"


def test_a_paper_filed_while_it_is_taken_back_stays(bench: Bench) -> None:
    paper_id = bench.send([make.jpeg()])
    with meanwhile(lambda: submit(bench)) as came:
        answer = bench.portal.citizen.delete(f"/dossiers/{bench.dossier}/papers/{paper_id}")
    assert came[0].status == 200  # type: ignore[attr-defined]
    assert (answer.status, answer.body["Code"]) == (409, "PapersClosed")
    assert filed_papers(bench) == {"identity": "verified"}


def test_a_newer_paper_verified_while_filing_is_noticed(bench: Bench) -> None:
    """The dossier is filed with what its applicant saw, or not at all."""
    old = bench.send([make.jpeg()])
    new = new_id()

    def replace() -> None:
        content = make.jpeg(text="newer")
        assert bench.ask([content], id=new).status == 201
        bench.put(new, 1, content)
        bench.arrive(new)

    with meanwhile(replace):
        answer = submit(bench)
    assert (answer.status, answer.body["Code"]) == (409, "StaleWrite")
    assert bench.rows() == {old: "discarded", new: "verified"}
    assert submit(bench).status == 200
    assert filed_papers(bench) == {"identity": "verified"}


def test_a_paper_that_is_ready_just_as_the_dossier_was_filed_comes_too_late(bench: Bench) -> None:
    content = make.jpeg(text="late")
    late = bench.slot([content])
    bench.put(late, 1, content)
    filed = bench.send([make.jpeg()])
    with meanwhile(lambda: submit(bench)) as came:
        bench.arrive(late)
    assert came[0].status == 200  # type: ignore[attr-defined]
    assert bench.rows() == {late: "discarded", filed: "verified"}
    assert (filed_papers(bench), bench.waiting()) == ({"identity": "verified"}, [])


def test_two_papers_of_a_component_ready_at_once_leave_one_that_counts(bench: Bench) -> None:
    contents = [make.jpeg(text="a"), make.jpeg(text="b")]
    older, newer = (bench.slot([content]) for content in contents)
    bench.put(older, 1, contents[0])
    bench.put(newer, 1, contents[1])
    with meanwhile(lambda: bench.arrive(newer)):
        bench.arrive(older)
    assert bench.rows() == {older: "discarded", newer: "verified"}
    third, fourth = (bench.slot([content]) for content in contents)
    bench.put(third, 1, contents[0])
    bench.put(fourth, 1, contents[1])
    with meanwhile(lambda: bench.arrive(third)):
        bench.arrive(fourth)
    assert [p for p, status in bench.rows().items() if status == Status.VERIFIED] == [fourth]


def test_a_paper_taken_back_while_it_is_inspected_is_gone(bench: Bench) -> None:
    content = make.jpeg()
    paper_id = bench.slot([content])
    bench.put(paper_id, 1, content)
    with meanwhile(lambda: bench.portal.citizen.delete(f"/dossiers/{bench.dossier}/papers/{paper_id}")) as came:
        bench.arrive(paper_id)
    assert came[0].status == 204  # type: ignore[attr-defined]
    assert (bench.rows(), bench.waiting(), len(bench.versions())) == ({paper_id: "discarded"}, [], 1)
    assert bench.sweep(minutes=31) == 1
    assert (bench.rows(), bench.versions()) == ({}, [])


def test_a_slot_asked_for_while_the_dossier_is_filed_is_refused(bench: Bench) -> None:
    bench.send([make.jpeg()])
    with meanwhile(lambda: submit(bench)):
        answer = bench.ask([make.jpeg(text="more")])
    assert (answer.status, answer.body["Code"]) == (409, "StaleWrite")
    assert len(bench.rows()) == 1
