"""Parcels: each table complete and as meant; whatever order the post tells things in, a shipment only moves on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import post
from chalicelib.domain.calendar import Calendar
from chalicelib.domain.post import (
    Check,
    Finding,
    Inbound,
    Outcome,
    Parcel,
    Report,
    Shipment,
    Step,
    Way,
)
from chalicelib.errors import Conflict, Invalid

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
ARRIVING = Parcel(Way.IN, "d-1", "H34.05", 1, Inbound.ANNOUNCED.value, NOW, "H34.05-261123-0001")
LEAVING = replace(ARRIVING, way=Way.OUT, state=Shipment.HANDED_IN.value, tracking="EB1", carrier="vnpost")

# Written by hand a second time: state | what each step makes of it; "-" is refused.
STEPS = "announce register open complete lack send_back give_up".split()
INBOUND = """
none      | announced received - - - - -
announced | announced received - - - - given_up
received  | - - opened - - sent_back -
opened    | - - - complete deficient sent_back -
complete  | - - - - - - -
deficient | - - - - - - -
sent_back | - - - - - - -
given_up  | - - - - - - -
"""
# state | what each word of the post makes of it: "=" was known or is overtaken, "!" contradicts
WORDS = "accepted in_transit lost returned delivered".split()
SHIPMENT = """
handed_in  | accepted in_transit lost returned delivered
accepted   | = in_transit lost returned delivered
in_transit | = = lost returned delivered
lost       | = = = returned delivered
returned   | = = = = !
delivered  | = = = ! =
"""


def _rows(table: str) -> dict[str, list[str]]:
    return {line.split("|")[0].strip(): line.split("|")[1].split() for line in table.strip().splitlines()}


@pytest.mark.clause("A12")
def test_the_inbound_table_is_complete_and_as_written() -> None:
    rows = _rows(INBOUND)
    assert set(rows) == {"none", *(s.value for s in Inbound)} and set(STEPS) == {s.value for s in Step}
    for state, goals in rows.items():
        before = None if state == "none" else Inbound(state)
        for step, goal in zip(STEPS, goals, strict=True):
            found = post.INBOUND.get((before, Step(step)))
            assert (found.value if found else "-") == goal, (state, step)
            if before is not None and found is None:
                with pytest.raises(Conflict):
                    post.stepped(replace(ARRIVING, state=state), Step(step), NOW)


@pytest.mark.clause("A14")
def test_the_shipment_table_is_complete_and_as_written() -> None:
    rows = _rows(SHIPMENT)
    assert set(rows) == {s.value for s in Shipment} and set(WORDS) == {r.value for r in Report}
    assert set(post.SHIPMENT) == {(s, r) for s in Shipment for r in Report}
    for state, goals in rows.items():
        for word, goal in zip(WORDS, goals, strict=True):
            outcome, after = post.SHIPMENT[Shipment(state), Report(word)]
            wanted = {"=": (Outcome.KNOWN, state), "!": (Outcome.CONTRADICTED, state)}
            assert (outcome, after.value) == wanted.get(goal, (Outcome.MOVED, goal)), (state, word)


def _after(reports: list[Report]) -> tuple[list[str], Parcel]:
    parcel, seen = LEAVING, [LEAVING.state]
    for number, report in enumerate(reports):
        _, parcel = post.told(parcel, report, NOW + timedelta(hours=number))
        seen.append(parcel.state)
    return seen, parcel


ORDER = ["handed_in", "accepted", "in_transit", "lost", "returned", "delivered"]


@pytest.mark.clause("A14")
@given(st.lists(st.sampled_from(Report), max_size=12))
def test_no_order_and_no_repetition_moves_a_shipment_backwards(reports: list[Report]) -> None:
    seen, parcel = _after(reports)
    assert [ORDER.index(s) for s in seen] == sorted(ORDER.index(s) for s in seen)
    ends = [r.value for r in reports if r in {Report.RETURNED, Report.DELIVERED}]
    if ends:  # of two ends the first stands
        assert parcel.state == ends[0]
    elif reports:
        assert parcel.state == max((r.value for r in reports), key=ORDER.index)
    assert parcel.version == 1 + len(set(seen)) - 1


@pytest.mark.clause("A14")
@given(st.permutations([Report.ACCEPTED, Report.IN_TRANSIT, Report.LOST, Report.DELIVERED]), st.data())
def test_the_end_is_the_same_whatever_the_order_and_however_often(reports: list[Report], data: st.DataObject) -> None:
    again = data.draw(st.lists(st.sampled_from(reports), max_size=6))
    mixed = data.draw(st.permutations([*reports, *again]))
    assert _after(list(mixed))[1].state == "delivered"


def test_a_parcel_is_kept_as_it_is() -> None:
    checks = {
        "identity": Check(Finding.CERTIFIED, "UBND phường", date(2026, 11, 20)),
        "x": Check(Finding.WRONG, note="-"),
    }
    full = replace(ARRIVING, checks=checks, posted_on=date(2026, 11, 20), received_at=NOW, note="đủ")
    for parcel in (
        full,
        replace(ARRIVING, way=Way.STRAY, number=0, code=""),
        replace(LEAVING, address={"name": "A", "line": "B"}, posted_at=NOW),
    ):
        assert Parcel.from_json(parcel.to_json()) == parcel


def _check(finding: Finding) -> Check:
    return Check(finding, "UBND", date(2026, 11, 20), "vì")


@pytest.mark.clause("A12")
@given(st.dictionaries(st.sampled_from("abc"), st.sampled_from(Finding)), st.sets(st.sampled_from("abc")))
def test_complete_is_when_every_paper_is_proven_and_nothing_proven_was_found_bad(
    findings: dict[str, Finding], before: set[str]
) -> None:
    checks = {component: _check(finding) for component, finding in findings.items()}
    if missing := set("abc") - set(findings) - before:
        with pytest.raises(Invalid) as refused:
            post.require_checks("abc", before, checks, date(2026, 11, 23))
        assert {f.field for f in refused.value.fields} == {f"checks.{c}" for c in missing}
        return
    lacking = post.require_checks("abc", before, checks, date(2026, 11, 23))
    assert lacking == {c for c, finding in findings.items() if finding is not Finding.CERTIFIED}


@pytest.mark.clause("A12")
def test_reminders_stand_at_openings_of_working_days_before_the_end() -> None:
    until = datetime(2026, 12, 23, 2, tzinfo=UTC)  # a Wednesday
    found = post.reminders(until, NOW, Calendar())
    assert {left: at.strftime("%d/%m %H:%M") for left, at in found.items()} == {
        1: "22/12 07:00",
        5: "16/12 07:00",
        10: "09/12 07:00",
    }
    assert set(post.reminders(until, datetime(2026, 12, 18, 2, tzinfo=UTC), Calendar())) == {1}
