"""Dossiers counted once each, and what is published: nothing before there is something, nothing about few."""

from __future__ import annotations

import csv
import io
import json
import os
from collections import Counter
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from chalicelib import events, messages
from chalicelib.domain.rating import Level
from chalicelib.services import present, publishing
from chalicelib.storage import catalogue
from chalicelib.storage import statistics as kept
from chalicelib.storage.tables import RegistryRow
from infra.local.testing import context, run
from tests.app.logs import arrive, deliver, line
from tests.app.portal import AGENCY, ELSEWHERE, PROCEDURE, TREE, Portal, new_id
from tests.faults.invariants import rows_of
from tests.faults.wire import Wire
from tests.faults.world import forget_process

GUIDANCE = f"/tt/{PROCEDURE['code']}"
ZONE = timezone(timedelta(hours=7))
Json = dict[str, Any]
Years = dict[int, dict[str, dict[str, int]]]  # year -> figure -> agency -> dossiers


def publish() -> None:
    run(events.publish_statistics, {"source": "schedule"}, "publish-statistics")


def published(portal: Portal, name: str = "index.json") -> Any:
    publish()
    answer = portal.cloud.client("s3").get_object(Bucket=os.environ["SITE_BUCKET"], Key=f"statistics/{name}")
    assert answer["CacheControl"] == "public, max-age=300" and "charset=utf-8" in answer["ContentType"]
    text = answer["Body"].read().decode()
    return json.loads(text) if name.endswith(".json") else text


def counted() -> Years:
    """What the counters say, by year."""
    told: Years = {}
    for year in (2025, 2026, 2027):
        cells = {str(figure): dict(found) for figure, found in kept.dossiers(year).items() if found}
        told |= {year: cells} if cells else {}
    return told


def recomputed() -> Years:
    """The same from the dossiers' own events, as somebody else would do it."""
    told: Years = {}
    rows = rows_of("DOSSIERS_TABLE")
    agencies = {row["pk"]: row["agency"] for row in rows if row["sk"] == "HEAD"}
    found = sorted((row["pk"], row["number"], row["body"]) for row in rows if row["sk"].startswith("EVENT#"))
    due: dict[str, str] = {}
    for dossier, _, event in found:
        if event["action"] in ("receive", "pay", "supplement") and "due_at" in event["detail"]:
            due[dossier] = event["detail"]["due_at"]
        if event["action"] == "enter_result":
            figure = "on_time" if event["at"] <= due[dossier] else "late"
        elif event["after"] == "received" and event["before"] != "received":
            figure = "received"
        else:
            continue
        year = datetime.fromisoformat(event["at"].replace("Z", "+00:00")).astimezone(ZONE).year
        cell = told.setdefault(year, {}).setdefault(figure, {})
        cell[agencies[dossier]] = cell.get(agencies[dossier], 0) + 1
    return told


@pytest.mark.clause("C8")
def test_dossiers_are_counted_when_received_and_when_decided(portal: Portal) -> None:
    portal.filed()
    portal.appraised()
    portal.issued()
    late = portal.appraised()
    portal.relay()
    portal.later(days=40)  # into the next year, and beyond every date
    portal.step(portal.approver, late, "approval", {})
    portal.step(portal.clerk, late, "result", {"number": "13/TL", "title": "Trích lục"})
    portal.relay()
    assert counted() == {
        2026: {"received": {AGENCY: 3}, "on_time": {AGENCY: 1}},
        2027: {"late": {AGENCY: 1}},
    }
    assert counted() == recomputed()


@pytest.mark.clause("C8")
@pytest.mark.clause("B3")
def test_whatever_the_stream_repeats_a_dossier_is_counted_once(portal: Portal) -> None:
    portal.issued()
    for _ in range(3):
        portal.cloud.streams["Relay"].position = 0
        portal.relay()
    events.sweep({"all": True}, context("sweep"))
    assert counted() == recomputed() == {2026: {"received": {AGENCY: 1}, "on_time": {AGENCY: 1}}}


def test_what_the_stream_lost_the_sweeper_counts(portal: Portal) -> None:
    portal.issued()
    portal.cloud.records()  # lost
    portal.later(minutes=5)
    events.sweep({"source": "schedule"}, context("sweep"))
    assert counted() == recomputed() != {}


@pytest.mark.clause("A17")
@pytest.mark.clause("C8")
def test_at_first_there_is_nothing_and_that_is_said(portal: Portal) -> None:
    told = published(portal)
    assert told["updated_at"] == "2026-11-23T02:00:00.000Z"
    assert (told["visits"]["total"], told["visits"]["since"], told["visits"]["pages"]) == (0, None, [])
    days = [one["day"] for one in told["visits"]["days"]]
    assert (len(days), days[0], days[-1]) == (30, "2026-10-25", "2026-11-23")
    assert told["ratings"] == {
        "least": 10,
        "overall": {"count": 0, "levels": None},
        "pages": [],
        "pages_rated": 0,
    }
    nothing = {"least": 0, "most": 0}
    assert told["dossiers"] == {
        "least": 5,
        "years": [
            {
                "year": 2026,
                "total": {"received": nothing, "on_time": nothing, "late": nothing, "overdue": nothing},
                "agencies": [],
            }
        ],
    }


def rated(page: str, very: int, satisfied: int, not_satisfied: int) -> None:
    for level, number in zip(Level, (very, satisfied, not_satisfied), strict=True):
        for _ in range(number):
            kept.rate(new_id(), page, level, present.now())


@pytest.mark.clause("A17")
@pytest.mark.clause("C8")
def test_scores_are_told_from_ten_answers_on(portal: Portal) -> None:
    rated(GUIDANCE, 6, 3, 1)
    rated("/tim", 0, 0, 3)
    told = published(portal)["ratings"]
    assert told["overall"] == {"count": 13, "levels": {"very_satisfied": 6, "satisfied": 3, "unsatisfied": 4}}
    assert told["pages"] == [
        {
            "page": GUIDANCE,
            "name": PROCEDURE["name"],
            "count": 10,
            "levels": {"very_satisfied": 6, "satisfied": 3, "unsatisfied": 1},
        },
        {"page": "/tim", "name": None, "count": 3, "levels": None},
    ]


@pytest.mark.clause("A17")
def test_views_of_thirty_days_and_the_pages_seen_most(portal: Portal) -> None:
    seen = [line("/")] * 3 + [line(GUIDANCE)] * 2 + [line(f"/cq/{AGENCY}", "2026-10-02"), line("/tim", "2026-09-30")]
    arrive(deliver(portal.cloud, seen))
    told = published(portal)["visits"]
    assert (told["total"], told["since"], told["pages_since"]) == (7, "2026-09-30", "2026-10-01")
    assert {one["day"]: one["views"] for one in told["days"] if one["views"]} == {"2026-11-23": 5}
    assert told["pages"] == [
        {"page": "/", "name": None, "views": 3},
        {"page": GUIDANCE, "name": PROCEDURE["name"], "views": 2},
        {"page": f"/cq/{AGENCY}", "name": {"vi": "Sở Tư pháp", "en": "Department of Justice"}, "views": 1},
    ]


def received(agency: str, number: int) -> None:
    """Counters alone: how they come about is shown above."""
    row = RegistryRow(f"DOSSIERS#2026#{number % 4}", f"{agency}#received")
    row.update([RegistryRow.number.add(number)])


@pytest.mark.clause("C8")
def test_cells_of_few_dossiers_are_not_told_nor_can_they_be_reckoned(portal: Portal) -> None:
    received(AGENCY, 40)
    received(ELSEWHERE, 3)
    (year,) = published(portal)["dossiers"]["years"]
    assert year["total"]["received"] == {"least": 41, "most": 44}
    assert {row["agency"]: row["received"] for row in year["agencies"]} == {AGENCY: 40, ELSEWHERE: None}
    assert year["agencies"][0]["name"] == {"vi": "Sở Tư pháp", "en": "Department of Justice"}


@pytest.mark.clause("C8")
def test_overdue_is_who_waits_for_the_agency_after_the_date_now(portal: Portal) -> None:
    for _ in range(5):
        portal.received()
    asked = portal.received()
    portal.step(portal.appraiser, asked, "claim", {})
    items = {"papers": {}, "fields": {"copies": "Ghi lại số bản."}, "note": "Bổ sung."}
    portal.step(portal.appraiser, asked, "supplement-request", items)
    issued = portal.issued()
    assert portal.state(issued) == "result_fee_due"
    portal.filed()  # not received yet
    assert published(portal)["dossiers"]["years"][0]["total"]["overdue"] == {"least": 0, "most": 0}
    portal.later(days=20)
    (year,) = published(portal)["dossiers"]["years"]
    assert year["total"]["overdue"] == {"least": 5, "most": 5}, "not whom the applicant keeps waiting, nor the decided"
    heads = [row for row in rows_of("DOSSIERS_TABLE") if row["sk"] == "HEAD"]
    reviewing = ("received", "appraisal", "consultation", "approval", "issuing")
    now = present.now().isoformat()[:19]
    assert sum(row["state"] in reviewing and row["due_at"] < now for row in heads) == 5


@pytest.mark.clause("C8")
def test_what_is_published_is_what_the_events_say(portal: Portal) -> None:
    for _ in range(6):
        portal.issued()
    portal.relay()
    (year,) = published(portal)["dossiers"]["years"]
    (row,) = year["agencies"]
    events_say = recomputed()[2026]
    assert {figure: row[figure] for figure in events_say} == {f: cells[AGENCY] for f, cells in events_say.items()}
    assert row == {
        "agency": AGENCY,
        "name": {"vi": "Sở Tư pháp", "en": "Department of Justice"},
        "received": 6,
        "on_time": 6,
        "late": 0,
        "overdue": 0,
    }


def test_the_last_year_is_shown_beside_this_one(portal: Portal) -> None:
    received(AGENCY, 8)
    portal.later(days=45)
    this, last = published(portal)["dossiers"]["years"]
    assert (this["year"], this["agencies"]) == (2027, [])
    assert (last["year"], last["total"]["received"]) == (2026, {"least": 8, "most": 8})
    assert "overdue" not in last["total"], "overdue is a matter of now"


def table(portal: Portal, name: str) -> list[list[str]]:
    text = published(portal, name)
    assert text.startswith("\ufeff") and text.count("\r\n") > 0
    return list(csv.reader(io.StringIO(text[1:], newline="")))


@pytest.mark.clause("C8")
@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_the_same_for_spreadsheets(portal: Portal, language: str) -> None:
    received(AGENCY, 40)
    received(ELSEWHERE, 3)
    rated(GUIDANCE, 0, 10, 0)
    rated("/tim", 1, 0, 0)
    arrive(deliver(portal.cloud, [line("/")] * 2))
    end = "csv" if language == "vi" else "en.csv"

    def said(key: str, **params: Any) -> str:
        return messages.text(language, "statistics", key, **params)

    visits = table(portal, f"visits.{end}")
    assert visits[0] == [said("day"), said("views")] and visits[-1] == ["2026-11-23", "2"] and len(visits) == 31
    assert table(portal, f"ratings.{end}")[1:] == [
        [GUIDANCE, PROCEDURE["name"][language], "10", "0", "10", "0"],
        ["/tim", "", "1", "", "", ""],
    ]
    names = {one["code"]: one["name"][language] for one in TREE["agencies"]}
    assert table(portal, f"dossiers.{end}")[1:] == [
        ["2026", AGENCY, names[AGENCY], "40", "0", "0", "0"],
        ["2026", ELSEWHERE, names[ELSEWHERE], said("few", least=5), "0", "0", "0"],
    ]


def test_no_cell_is_a_formula(portal: Portal) -> None:
    evil = {**PROCEDURE, "name": {"vi": '=HYPERLINK("http://x.invalid")', "en": "+1"}}
    publishing.publish([publishing.Sourced("evil", evil)])
    rated(GUIDANCE, 1, 0, 0)
    assert table(portal, "ratings.csv")[1][1] == '\'=HYPERLINK("http://x.invalid")'
    assert table(portal, "ratings.en.csv")[1][1] == "'+1"


def test_lists_have_an_end(portal: Portal) -> None:
    codes = [f"1.{n:06d}" for n in range(150)]
    catalogue.point_all({code: catalogue.Pointer(1, "digest", 1) for code in codes}, "2026-11-23T02:00:00Z")
    arrive(deliver(portal.cloud, [line(f"/tt/{code}") for code in codes]))
    for n in range(120):
        rated(f"/tt/1.{n:06d}", 1, 0, 0)
    told = published(portal)
    assert len(told["visits"]["pages"]) == 20
    assert (len(told["ratings"]["pages"]), told["ratings"]["pages_rated"]) == (100, 120)


def test_publishing_reads_a_few_partitions_and_scans_nothing(portal: Portal) -> None:
    for _ in range(3):
        portal.issued()
    portal.relay()
    rated(GUIDANCE, 1, 0, 0)
    forget_process()
    wire = Wire()
    with wire.tapped():
        publish()
    made = Counter(call.operation for call in wire.calls)
    agencies, queues = len(TREE["agencies"]), 3
    ratings_days_months_years = 4 + 1 + 2 + 2 * 4
    assert made == {
        "DynamoDB.Query": ratings_days_months_years + agencies * queues,
        "S3.GET": 2,  # the agencies, the one page that has a name
        "S3.PUT": 7,
    }
