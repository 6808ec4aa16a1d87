"""Queues by urgency: one rule for their ranges, their counts and the tags of their rows; pages that lose nothing."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.dossier import Dossier
from chalicelib.domain.life import State
from chalicelib.services import present, queues
from chalicelib.storage import heads
from tests.app.portal import AGENCY, ELSEWHERE, Person, Portal, new_id
from tests.faults.wire import Wire

RECEPTION = f"/desk/queues/{AGENCY}/reception"
URGENCIES = ("overdue", "today", "soon", "later", "none")


def plant(state: State, due: datetime | None, *, agency: str = AGENCY, count: int = 1) -> list[str]:
    """Dossiers that wait in a queue until `due`; their own ids."""
    ids = [new_id() for _ in range(count)]
    for one in ids:
        dossier = Dossier(
            id=one,
            owner="somebody",
            agency=agency,
            procedure_code="2.000635",
            procedure_version=1,
            procedure_name="Cấp bản sao trích lục hộ tịch",
            level=3,
            state=state,
            created_at=present.now(),
            applicant={"name": "Trần Thị Thử"},
            state_since=present.now(),
            reply_due_at=due,
            due_at=due,
        )
        heads.row_of(dossier).save()
    return ids


def spread() -> dict[str, list[str]]:
    """Ids in the reception's queue by the urgency that they must have; it is Monday, nine o'clock."""
    now = present.now()
    hour, day = timedelta(hours=1), timedelta(days=1)
    submitted = State.SUBMITTED
    return {
        "overdue": plant(submitted, now - timedelta(milliseconds=1)) + plant(submitted, now - 9 * day),
        "today": plant(submitted, now) + plant(submitted, now + 14 * hour),
        "soon": plant(submitted, now + 15 * hour) + plant(submitted, now + 15 * hour + 3 * day - hour),
        "later": plant(submitted, now + 15 * hour + 3 * day) + plant(submitted, now + 400 * day, count=3),
        "none": plant(State.PARCEL_EXPECTED, now - day, count=2),
    }


def pages(who: Person, path: str, limit: int) -> list[dict[str, Any]]:
    """Every row, page by page."""
    found, cursor = [], ""
    for _ in range(40):
        answer = who.get(f"{path}{'&' if '?' in path else '?'}limit={limit}" + (f"&cursor={cursor}" if cursor else ""))
        assert answer.status == 200, answer.body
        assert len(answer.body["items"]) <= limit
        found += answer.body["items"]
        cursor = answer.body["cursor"]
        if not cursor:
            return found
    raise AssertionError("the pages do not end")


def test_each_urgency_is_a_range_of_the_queue_page_by_page(portal: Portal) -> None:
    planted = spread()
    for urgency, ids in planted.items():
        for limit in (1, 2, 50):
            rows = pages(portal.reception, f"{RECEPTION}?urgency={urgency}", limit)
            assert Counter(row["id"] for row in rows) == Counter(ids), (urgency, limit)
            assert {(row["deadline"] or {"urgency": "none"})["urgency"] for row in rows} == {urgency}


def test_the_whole_queue_has_the_most_urgent_first_and_what_nothing_runs_for_last(portal: Portal) -> None:
    planted = spread()
    order = [next(u for u, ids in planted.items() if row["id"] in ids) for row in pages(portal.reception, RECEPTION, 3)]
    assert order == sorted(order, key=URGENCIES.index) and len(order) == 12


def test_the_counts_say_what_the_ranges_hold(portal: Portal) -> None:
    planted = spread()
    plant(State.SUBMITTED, present.now(), agency=ELSEWHERE)
    (counted,) = portal.reception.get("/desk/counts").body["items"]
    assert counted == {
        "agency": AGENCY,
        "queue": "reception",
        "more": False,
        **{urgency: len(ids) for urgency, ids in planted.items()},
    }


def test_what_waits_for_the_applicant_or_the_archive_is_never_overdue(portal: Portal) -> None:
    dossier = portal.ready()
    portal.later(days=60)
    counted = {one["queue"]: one for one in portal.clerk.get("/desk/counts").body["items"]}
    assert (counted["handover"]["overdue"], counted["handover"]["none"]) == (0, 1)
    (row,) = portal.clerk.get(f"/desk/queues/{AGENCY}/handover").body["items"]
    assert row["id"] == dossier and row["deadline"] is None and row["due_at"] < "2027"


def test_a_step_moves_a_dossier_from_one_count_to_the_next(portal: Portal) -> None:
    dossier, _ = portal.filed()
    assert portal.reception.get("/desk/counts").body["items"][0]["soon"] == 1
    portal.step(portal.reception, dossier, "receive", {})
    assert portal.reception.get("/desk/counts").body["items"][0]["soon"] == 0
    assert portal.appraiser.get("/desk/counts").body["items"][0]["soon"] == 1


def test_a_range_that_moved_on_between_two_pages_goes_on(portal: Portal) -> None:
    now = present.now()
    early = plant(State.SUBMITTED, now + timedelta(minutes=5), count=2)
    late = plant(State.SUBMITTED, now + timedelta(hours=3), count=2)
    first = portal.reception.get(f"{RECEPTION}?urgency=today&limit=1").body
    portal.later(hours=1)
    rest = portal.reception.get(f"{RECEPTION}?urgency=today&limit=9&cursor={first['cursor']}").body
    assert first["items"][0]["id"] in early
    assert {row["id"] for row in rest["items"]} == set(late) and rest["cursor"] is None


def test_a_cursor_of_another_range_is_refused(portal: Portal) -> None:
    spread()
    later = portal.reception.get(f"{RECEPTION}?urgency=later&limit=1").body["cursor"]
    answer = portal.reception.get(f"{RECEPTION}?urgency=overdue&cursor={later}")
    assert (answer.status, answer.body["Code"]) == (422, "BadCursor")


def test_an_unknown_urgency_is_named(portal: Portal) -> None:
    answer = portal.reception.get(f"{RECEPTION}?urgency=soonish")
    assert (answer.status, answer.body["Code"], answer.body["Fields"][0]["Field"]) == (422, "BadQuery", "urgency")
    assert "overdue" in answer.body["Fields"][0]["Message"]


def test_a_full_queue_is_counted_to_a_hundred_and_says_that_there_is_more(portal: Portal) -> None:
    plant(State.SUBMITTED, present.now() - timedelta(days=1), count=60)
    plant(State.SUBMITTED, present.now() + timedelta(hours=1), count=60)
    (counted,) = portal.reception.get("/desk/counts").body["items"]
    assert (counted["overdue"], counted["today"], counted["more"]) == (60, 40, True)


def test_only_the_queues_of_ones_own_posts_are_counted(portal: Portal) -> None:
    assert [one["queue"] for one in portal.clerk.get("/desk/counts").body["items"]] == [
        "issuing",
        "handover",
        "closing",
    ]
    assert portal.reception.get(f"/desk/counts?agency={ELSEWHERE}").status == 404
    assert portal.citizen.get("/desk/counts").status == 403
    assert portal.nobody.get("/desk/counts").status == 401


def test_many_posts_cost_a_bounded_number_of_reads_and_the_rest_is_named(portal: Portal) -> None:
    agencies = [f"H34.{n:02d}" for n in range(30)]
    many = Person(portal.client, "many", "Quản trị", "officer", " ".join(f"{a}:administrator" for a in agencies))
    wire = Wire()
    with wire.tapped():
        answer = many.get("/desk/counts").body
    assert len(wire.calls) == len(answer["items"]) == queues.MOST_COUNTED
    assert answer["left_out"] == 30 * len(queues.QUEUES) - queues.MOST_COUNTED
    one = many.get("/desk/counts?agency=H34.29").body
    assert {each["agency"] for each in one["items"]} == {"H34.29"} and one["left_out"] == 0
