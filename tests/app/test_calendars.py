"""Calendars of agencies: who may change them, and that a change reaches every open dossier once, also after a crash."""

from __future__ import annotations

import os
from typing import Any

import pytest

from chalicelib import events
from chalicelib.services import calendars, catalogue, present
from chalicelib.storage import outbox
from infra.local.testing import run
from tests.app.portal import AGENCY, ELSEWHERE, Portal, new_id

PATH = f"/desk/calendars/{AGENCY}"
WEDNESDAY = {"date": "2026-11-25", "name": {"vi": "Di chuyển trụ sở", "en": "Moving house"}}
REASON = "Cơ quan chuyển trụ sở."
DUE = "2026-11-25T02:00:00.000Z"  # Wednesday 09:00, where eight working hours from Monday 09:00 end
LATER = "2026-11-26T02:00:00.000Z"


def body(version: int = 0, **changes: Any) -> dict[str, Any]:
    return {"version": version, "hours": None, "off": [WEDNESDAY], "reason": REASON, **changes}


def change(portal: Portal, **changes: Any) -> None:
    answer = portal.administrator.post(PATH, body(**changes))
    assert answer.status == 200, answer.body


def settle(portal: Portal) -> None:
    """Until the work that a change asked for is done: the sweeper begins it, the stream goes on with it."""
    portal.relay()
    portal.later(minutes=10)
    run(events.sweep, {}, "sweep")
    portal.relay()


def due(portal: Portal, dossier: str) -> str:
    return str(portal.citizen.get(f"/dossiers/{dossier}").body["due_at"])


def left(portal: Portal) -> list[str]:
    rows = portal.cloud.client("dynamodb").scan(TableName=os.environ["DOSSIERS_TABLE"])["Items"]
    return [row["sk"]["S"] for row in rows if row["pk"]["S"].startswith("D#CAL-")]


@pytest.mark.clause("A5")
def test_a_day_off_moves_the_dates_of_open_dossiers_and_says_so(portal: Portal) -> None:
    open_, done, filed = portal.received(), portal.ready(), portal.filed()[0]
    portal.relay()
    before = portal.citizen.get(f"/dossiers/{done}").body["due_at"]
    change(portal)
    settle(portal)
    full = portal.citizen.get(f"/dossiers/{open_}").body
    step = full["timeline"][-1]
    assert (full["due_at"], step["action"], step["role"]) == (LATER, "recalculate", "system")
    assert (step["detail"]["was"], step["detail"]["note"]) == (DUE, REASON)
    said = [one["vi"] for one in full["due_explanation"]]
    assert any("Di chuyển trụ sở" in text for text in said) and any("thay cho 09:00 thứ Tư" in text for text in said)
    assert portal.citizen.get(f"/dossiers/{filed}").body["reply_due_at"] == LATER
    assert due(portal, done) == before, "nothing runs against the agency any more"
    mails = [m.body for m in portal.cloud.outbox.letters("citizen@example.invalid") if "thay cho" in m.body]
    assert len(mails) == 2 and all(REASON in mail for mail in mails)
    assert left(portal) == []


def test_a_date_that_was_promised_never_comes_earlier(portal: Portal) -> None:
    change(portal)
    portal.later(minutes=7)
    dossier = portal.received()
    promised = due(portal, dossier)
    change(portal, version=1, off=[])
    settle(portal)
    assert due(portal, dossier) == promised
    assert portal.citizen.get(f"/dossiers/{dossier}").body["timeline"][-1]["action"] == "receive"


def test_an_appointed_date_moves_only_off_a_day_without_work(portal: Portal) -> None:
    on_the_day, another = portal.received(), portal.received()
    for dossier, day in ((on_the_day, "2026-11-27"), (another, "2026-11-30")):
        portal.step(portal.approver, dossier, "appointment", {"reason": "Xin lỗi.", "day": day})
    change(portal, off=[WEDNESDAY, {**WEDNESDAY, "date": "2026-11-27"}])
    settle(portal)
    assert (due(portal, on_the_day), due(portal, another)) == ("2026-11-30T10:00:00.000Z", "2026-11-30T10:00:00.000Z")


def test_the_work_goes_page_by_page_survives_a_crash_and_counts_each_dossier_once(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calendars, "PAGE", 2)
    dossiers = [portal.received() for _ in range(5)]
    portal.relay()
    change(portal)
    portal.cloud.records()  # the relay never hears of it
    portal.later(minutes=10)
    (sk,) = left(portal)
    key = next(row for row in _pages(portal))
    effect = outbox.get(key, sk)
    assert effect is not None
    calendars.go_on(effect, present.now())
    calendars.go_on(effect, present.now())  # it died before it could say that the page was done
    assert [due(portal, one) for one in dossiers].count(LATER) == 2 + 2
    settle(portal)
    for one in dossiers:
        steps = [s["action"] for s in portal.citizen.get(f"/dossiers/{one}").body["timeline"]]
        assert steps.count("recalculate") == 1 and due(portal, one) == LATER
    assert left(portal) == []


def _pages(portal: Portal) -> list[str]:
    rows = portal.cloud.client("dynamodb").scan(TableName=os.environ["DOSSIERS_TABLE"])["Items"]
    return [row["pk"]["S"][2:] for row in rows if row["pk"]["S"].startswith("D#CAL-")]


def test_it_begins_only_when_no_process_can_remember_the_old_calendar(portal: Portal) -> None:
    dossier = portal.received()
    portal.relay()
    change(portal)
    portal.relay()
    run(events.sweep, {"all": True}, "sweep")
    assert due(portal, dossier) == DUE and len(left(portal)) == 1
    assert calendars.SETTLES > catalogue.FRESH


def test_the_calendar_of_an_agency_above_holds_below(portal: Portal) -> None:
    province = portal.officer("province", "administrator", agency="H34")
    here = portal.received()
    answer = province.post("/desk/calendars/H34", body())
    assert answer.status == 200
    settle(portal)
    assert due(portal, here) == LATER
    assert portal.administrator.post("/desk/calendars/H34", body()).status == 404, "not from below"
    assert province.post(PATH, body(off=[])).status == 200, "an administrator above may"


def test_hours_of_ones_own_and_back_to_those_above(portal: Portal) -> None:
    shown = portal.reception.get(PATH).body
    assert (shown["version"], shown["hours"], shown["may_edit"]) == (0, None, False)
    assert shown["in_force"]["mon"] == [["07:00", "11:30"], ["13:30", "17:00"]]
    assert "2026-11-24" in {day["date"] for day in shown["public"]}
    longer = {day: [["07:00", "19:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat")}
    change(portal, hours=longer, off=[])
    shown = portal.administrator.get(PATH).body
    assert (shown["version"], shown["may_edit"], shown["in_force"]["sat"]) == (1, True, [["07:00", "19:00"]])
    assert due(portal, portal.received()) == "2026-11-23T10:00:00.000Z"
    change(portal, version=1, off=[])
    assert portal.administrator.get(PATH).body["in_force"]["sat"] == []


def test_the_same_change_again_is_the_same_and_a_stale_one_is_refused(portal: Portal) -> None:
    key = new_id()
    for _ in range(2):
        assert portal.administrator.post(PATH, body(), key).body == {"version": 1}
    other = portal.administrator.post(PATH, body(off=[]), key)
    assert (other.status, other.body["Code"]) == (409, "KeyReused")
    stale = portal.administrator.post(PATH, body(off=[]))
    assert (stale.status, stale.body["Code"]) == (409, "StaleWrite")


def test_who_may_look_and_who_may_change(portal: Portal) -> None:
    for who, looks, changes in (
        (portal.approver, 200, 404),
        (portal.elsewhere, 404, 404),
        (portal.citizen, 403, 403),
        (portal.nobody, 401, 401),
    ):
        assert (who.get(PATH).status, who.post(PATH, body()).status) == (looks, changes)
    assert portal.administrator.get(f"/desk/calendars/{ELSEWHERE}").status == 404


@pytest.mark.parametrize(
    ("changes", "defects"),
    [
        ({"off": [WEDNESDAY, WEDNESDAY]}, {("off[1].date", "NotUnique")}),
        ({"off": [{"date": "2026-02-30", "name": {"vi": "A"}}]}, {("off[0].date", "BadDate")}),
        ({"off": [{"date": "2026-12-01", "name": {"vi": " "}}]}, {("off[0].name", "Required")}),
        ({"hours": {"mon": [["17:00", "07:00"]]}}, {("hours.mon[0]", "HoursOutOfOrder")}),
        ({"hours": {}}, {("hours", "NeverOpen")}),
    ],
)
def test_every_defect_is_named_and_nothing_is_changed(portal: Portal, changes: Any, defects: Any) -> None:
    answer = portal.administrator.post(PATH, body(**changes))
    assert answer.status == 422 and {(f["Field"], f["Code"]) for f in answer.body["Fields"]} == defects
    assert portal.administrator.get(PATH).body["version"] == 0 and left(portal) == []


def test_publishing_the_province_s_table_leaves_what_agencies_have(portal: Portal) -> None:
    import json

    from chalicelib.services import publishing
    from tests.app.portal import CALENDAR_FILE

    change(portal)
    publishing.publish_calendar(json.loads(CALENDAR_FILE.read_text("utf-8")))
    assert portal.administrator.get(PATH).body["off"] == [WEDNESDAY]
