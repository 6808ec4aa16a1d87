"""Who does what at an agency: assigned by rule, handed over, stood in for; notes and usual words; moto underneath."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chalicelib import events
from chalicelib.domain.access import Post
from chalicelib.errors import StaleWrite
from chalicelib.services import present, teams
from chalicelib.storage import dossiers as kept
from chalicelib.storage import team as roster
from infra.local.testing import run
from tests.app.portal import AGENCY, ELSEWHERE, Answer, Person, Portal, new_id

TEAM = f"/desk/teams/{AGENCY}"


class Office:
    """The agency with its roster: three who appraise (`hoa` approves as well), an approver, an administrator."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.an = portal.officer("an", "appraiser")
        self.binh = portal.officer("binh", "appraiser")
        self.hoa = portal.officer("hoa", "appraiser", "approver")
        for one in (self.an, self.binh, self.hoa, portal.approver, portal.administrator):
            enrol(one)

    def by_rule(self, on: bool = True) -> None:
        body = {"by_rule": on, "version": self.team()["rule_version"]}
        assert self.portal.administrator.put(f"{TEAM}/rule", body).status == 200

    def team(self) -> Any:
        return self.portal.approver.get(TEAM).body

    def open(self) -> dict[str, int]:
        return {one["id"]: one["open"] for one in self.team()["members"] if one["appraises"]}

    def received(self, officer: Person | None = None) -> str:
        dossier = self.portal.received()
        if officer:
            self.portal.step(officer, dossier, "claim", {})
        self.portal.relay()
        return dossier

    def holder(self, dossier: str) -> str | None:
        return kept.head(dossier).assignee

    def away(self, who: Person, days: tuple[str, str], stand_in: Person | None, by: Person | None = None) -> Answer:
        body = {"since": days[0], "until": days[1], "substitute": stand_in.sub if stand_in else None}
        return (by or who).post(f"{TEAM}/officers/{who.sub}/absences", body)

    def passing(self, who: Person, dossier: str, to: Person, step: str = "passing", key: str | None = None) -> Answer:
        body = {"to": to.sub, "reason": "Để kịp thời hạn."}
        return who.post(f"/desk/dossiers/{dossier}/{step}", body, key)


def enrol(who: Person) -> None:
    teams.enrol(who.sub, who.name, [Post.parse(one) for one in who.posts.split()])


@pytest.fixture
def office(portal: Portal) -> Office:
    return Office(portal)


def codes(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.body["Code"]


def test_dossiers_go_to_the_least_loaded_once_the_agency_says_so(office: Office) -> None:
    waiting = office.received()
    assert office.holder(waiting) is None
    office.by_rule()
    holders = [office.holder(office.received()) for _ in range(4)]
    assert sorted(str(one) for one in holders[:3]) == ["an", "binh", "hoa"] and holders[3] == holders[0]
    assert sorted(office.open().values()) == [1, 1, 2]
    dossier = office.received()
    (step,) = [one for one in office.portal.approver.get(f"/desk/dossiers/{dossier}").body["timeline"]][-1:]
    assert (step["action"], step["role"], step["detail"]["to"]) == ("assign", "system", office.holder(dossier))
    seen = office.portal.citizen.get(f"/dossiers/{dossier}").body["timeline"][-1]["detail"]
    assert set(seen) == {"to_name"}


def test_only_who_appraises_the_field_is_asked(office: Office) -> None:
    office.by_rule()
    members = {one["id"]: one for one in office.team()["members"]}
    for name, fields in (("an", ["dat-dai"]), ("binh", ["ho-tich", "dat-dai"]), ("hoa", ["dat-dai"])):
        body = {"fields": fields, "version": members[name]["version"]}
        path = f"{TEAM}/officers/{name}/fields"
        assert office.portal.administrator.put(path, body).status == 200
        assert codes(office.portal.administrator.put(path, body)) == (409, "StaleWrite")
        assert codes(office.an.put(path, body))[0] == 403
    assert [office.holder(office.received()) for _ in range(2)] == ["binh", "binh"]


def test_an_assignment_is_done_once_and_not_over_a_claim(office: Office) -> None:
    office.by_rule()
    dossier = office.portal.received()
    office.portal.step(office.hoa, dossier, "claim", {})
    office.portal.relay()
    assert office.holder(dossier) == "hoa" and office.open() == {"an": 0, "binh": 0, "hoa": 1}
    other = office.portal.received()
    number = kept.head(other).event_count
    for _ in range(3):
        teams.assign(other, number, present.now())
    assert sum(office.open().values()) == 2
    assert [e.action for e in kept.load(other).events].count("assign") == 1


def test_the_sweeper_assigns_what_the_relay_left(office: Office) -> None:
    office.by_rule()
    dossier = office.portal.received()
    office.portal.later(minutes=2)
    assert run(events.sweep, {}, "sweep")["failed"] == 0
    assert office.holder(dossier) is not None


def test_what_lies_with_an_officer_is_counted_through_the_whole_review(office: Office) -> None:
    dossier = office.received(office.an)
    assert office.open()["an"] == 1
    ask = {"papers": {}, "fields": {"copies": "Ghi lại số bản."}, "note": ""}
    office.portal.step(office.an, dossier, "supplement-request", ask)
    assert office.open()["an"] == 0
    assert office.portal.citizen.post(f"/dossiers/{dossier}/supplement", {"answers": {"copies": 2}}).status == 200
    assert office.open()["an"] == 1
    assert office.passing(office.an, dossier, office.binh).status == 200
    assert office.open() == {"an": 0, "binh": 1, "hoa": 0}
    office.portal.step(office.binh, dossier, "proposal", {"opinion": "Đủ."})
    assert office.open()["binh"] == 0
    office.portal.step(office.portal.approver, dossier, "return", {"reason": "Chưa rõ."})
    assert office.open()["binh"] == 1
    assert office.portal.citizen.post(f"/dossiers/{dossier}/withdrawal", {"reason": "Thôi."}).status == 200
    assert office.open() == {"an": 0, "binh": 0, "hoa": 0}


def test_a_wrong_count_is_found_by_the_queue_and_set_right(office: Office) -> None:
    office.received(office.an)
    office.received()
    now = present.now()
    assert teams.recount(AGENCY, now, repair=False) == []
    assert roster.correct(AGENCY, "an", 1, 7) and roster.correct(AGENCY, "binh", 0, 2)
    assert not roster.correct(AGENCY, "an", 1, 5)
    wrong = sorted(teams.recount(AGENCY, now, repair=True))
    assert wrong == [("an", 7, 1), ("binh", 2, 0)]
    assert office.open() == {"an": 1, "binh": 0, "hoa": 0}


def test_handing_over(office: Office) -> None:
    dossier = office.received(office.an)
    assert codes(office.passing(office.binh, dossier, office.hoa)) == (409, "NotAssigned")
    assert codes(office.passing(office.an, dossier, office.portal.approver)) == (409, "NotAppraiserHere")
    assert codes(office.passing(office.an, dossier, office.an)) == (409, "HeldAlready")
    assert codes(office.passing(office.portal.approver, dossier, office.binh))[0] == 403
    assert codes(office.passing(office.portal.elsewhere, dossier, office.binh))[0] == 404
    key = new_id()
    for _ in range(2):  # the same request again is the same hand-over
        assert office.passing(office.an, dossier, office.binh, key=key).status == 200
    full = office.binh.get(f"/desk/dossiers/{dossier}").body
    last = full["timeline"][-1]
    assert (last["action"], last["detail"]["to_name"], last["detail"]["reason"]) == (
        "hand_over",
        "Cán bộ binh",
        "Để kịp thời hạn.",
    )
    assert full["assignee_name"] == "Cán bộ binh" and "hand_over" in full["actions"]
    assert "hand_over" not in office.an.get(f"/desk/dossiers/{dossier}").body["actions"]


def test_the_administrator_reassigns_also_what_nobody_has_taken(office: Office) -> None:
    dossier = office.received()
    assert codes(office.passing(office.an, dossier, office.binh, "assignment"))[0] == 403
    for officer in (office.an, office.binh):
        assert office.passing(office.portal.administrator, dossier, officer, "assignment").status == 200
        assert office.holder(dossier) == officer.sub
    assert office.open() == {"an": 0, "binh": 1, "hoa": 0}


@pytest.mark.clause("B4")
def test_what_would_go_to_somebody_absent_goes_to_the_substitute_who_acts_in_their_name(office: Office) -> None:
    office.by_rule()
    before = office.received(office.an)
    made = office.away(office.an, ("2026-11-23", "2026-11-25"), office.hoa)
    assert made.status == 201 and made.body["absences"][0]["state"] == "now"
    assert codes(office.passing(office.portal.administrator, before, office.an, "assignment")) == (409, "HeldAlready")
    for officer in (office.binh,):
        body = {"fields": ["dat-dai"], "version": 1}
        assert office.portal.administrator.put(f"{TEAM}/officers/{officer.sub}/fields", body).status == 200
    assert office.holder(office.received()) == "hoa"
    assert "propose" in office.hoa.get(f"/desk/dossiers/{before}").body["actions"]
    assert "propose" not in office.binh.get(f"/desk/dossiers/{before}").body["actions"]
    office.portal.step(office.hoa, before, "proposal", {"opinion": "Đủ."})
    last = office.portal.citizen.get(f"/dossiers/{before}").body["timeline"][-1]
    assert (last["actor"], last["stands_for"]) == ("Cán bộ hoa", "Cán bộ an")
    assert codes(office.hoa.post(f"/desk/dossiers/{before}/approval", {})) == (409, "FourEyes")
    office.portal.step(office.portal.approver, before, "return", {"reason": "Chưa rõ."})
    office.portal.later(days=3)  # the absence has ended by itself
    answer = office.hoa.post(f"/desk/dossiers/{before}/proposal", {"opinion": "Đủ."})
    assert codes(answer) == (409, "NotAssigned")
    assert office.passing(office.an, before, office.binh).status == 200
    office.portal.step(office.binh, before, "proposal", {"opinion": "Đủ."})
    assert codes(office.hoa.post(f"/desk/dossiers/{before}/approval", {})) == (409, "FourEyes")
    office.portal.step(office.portal.approver, before, "approval", {})


def test_absences_are_ones_own_or_the_administrators_and_make_no_chain(office: Office) -> None:
    days = ("2026-11-24", "2026-11-26")
    assert codes(office.away(office.an, days, office.binh, by=office.hoa))[0] == 403
    assert codes(office.away(office.an, days, office.an)) == (422, "BadRequest")
    assert office.away(office.an, days, office.binh, by=office.portal.administrator).status == 201
    assert codes(office.away(office.binh, days, office.hoa)) == (409, "StandsInThen")
    assert codes(office.away(office.hoa, days, office.an)) == (409, "SubstituteAway")
    dossier = office.received(office.hoa)
    assert office.passing(office.hoa, dossier, office.an).status == 200  # still here
    office.portal.later(days=1)
    assert codes(office.passing(office.an, dossier, office.an)) == (409, "HeldAlready")
    assert office.passing(office.an, dossier, office.hoa).status == 200
    assert codes(office.passing(office.hoa, dossier, office.an)) == (409, "OfficerAway")
    (absence,) = next(one for one in office.team()["members"] if one["id"] == "an")["absences"]
    path = f"{TEAM}/officers/an/absences/{absence['id']}"
    assert codes(office.hoa.delete(path))[0] == 403
    assert office.an.delete(path).body["absences"] == []
    assert codes(office.an.delete(path)) == (404, "NotFound")


def test_an_absence_that_has_begun_ends_yesterday_and_a_request_made_twice_is_one(office: Office) -> None:
    body = {"since": "2026-11-23", "until": "2026-11-27", "substitute": "binh"}
    key = new_id()
    for _ in range(2):
        made = office.an.post(f"{TEAM}/officers/an/absences", body, key)
        assert (made.status, len(made.body["absences"])) == (201, 1)
    office.portal.later(days=2)
    ended = office.an.delete(f"{TEAM}/officers/an/absences/{key}").body
    assert [(one["since"], one["until"], one["state"]) for one in ended["absences"]] == [
        ("2026-11-23", "2026-11-24", "past")
    ]
    assert ended["away_until"] is None
    assert office.an.delete(f"{TEAM}/officers/an/absences/{key}").status == 200  # over and over


def test_two_who_name_each_other_at_once_cannot_both_be_away(office: Office) -> None:
    """Both looked before either wrote."""
    before = roster.of(AGENCY).members
    assert office.away(office.an, ("2026-11-24", "2026-11-24"), office.binh).status == 201
    back = replace(roster.of(AGENCY).members["an"].absences[0], substitute="an")
    with pytest.raises(StaleWrite):
        roster.save(AGENCY, replace(before["binh"], absences=(back,), version=2), touched=[before["an"]])
    assert roster.of(AGENCY).members["binh"].absences == ()


def test_the_board_says_who_holds_what(office: Office) -> None:
    mine, free = office.received(office.an), office.received()
    office.portal.later(days=4)
    board = office.portal.clerk.get(f"{TEAM}/board").body
    assert {one["id"]: one["assignee"] for one in board["dossiers"]} == {mine: "an", free: None}
    an = next(one for one in board["members"] if one["id"] == "an")
    assert (an["open"], an["overdue"], board["more"], board["administers"]) == (1, 1, False, False)
    assert codes(office.portal.elsewhere.get(f"{TEAM}/board"))[0] == 404
    assert codes(office.portal.citizen.get(TEAM))[0] == 403


def test_posts_make_the_roster_and_take_from_it(office: Office) -> None:
    both = [Post.parse(f"{AGENCY}:appraiser"), Post.parse(f"{ELSEWHERE}:clerk")]
    teams.enrol("moi", "Cán bộ Mới", both)
    assert roster.of(ELSEWHERE).members["moi"].name == "Cán bộ Mới"
    teams.enrol("moi", "Cán bộ Mới", both[1:], both)
    teams.enrol("moi", "Cán bộ Mới", both[1:], both)
    assert "moi" not in roster.of(AGENCY).members and "moi" in roster.of(ELSEWHERE).members


def test_notes_are_the_agencys_own(office: Office) -> None:
    dossier = office.received(office.an)
    path = f"/desk/dossiers/{dossier}/notes"
    note = {"id": new_id(), "text": "CANARYNOTE: hỏi lại phường."}
    assert [office.an.post(path, note).status for _ in range(2)] == [201, 201]
    assert codes(office.an.post(path, {**note, "text": "khác"})) == (409, "KeyReused")
    assert codes(office.hoa.post(path, note)) == (409, "KeyReused")
    for number in range(3):
        office.portal.later(minutes=1)
        assert office.hoa.post(path, {"id": new_id(), "text": f"Số {number}"}).status == 201
    first = office.portal.clerk.get(f"{path}?limit=2").body
    assert [one["text"] for one in first["items"]] == ["Số 2", "Số 1"]
    rest = office.an.get(f"{path}?limit=2&cursor={first['cursor']}").body
    assert [(one["text"], one["mine"]) for one in rest["items"]] == [("Số 0", False), (note["text"], True)]
    for stranger in (office.portal.citizen, office.portal.elsewhere):
        assert stranger.get(path).status in {403, 404}
        assert stranger.post(path, {"id": new_id(), "text": "?"}).status in {403, 404}
    for reader, address in ((office.portal.citizen, f"/dossiers/{dossier}"), (office.an, f"/desk/dossiers/{dossier}")):
        assert "CANARYNOTE" not in str(reader.get(address).body)
    assert "CANARYNOTE" not in str(kept.load(dossier))


def test_usual_words_are_everybodys_until_the_agency_has_its_own(office: Office) -> None:
    path = f"/desk/reasons/{AGENCY}"

    def stop(who: Person) -> Any:
        return next(one for one in who.get(path).body["items"] if one["kind"] == "stop")

    usual = stop(office.an)
    assert (usual["own"], usual["version"]) == (False, 0) and usual["texts"][0]["gloss"]
    own = {"texts": ["Hồ sơ {code} không đủ điều kiện.", "  "], "version": 0}
    refused = office.portal.administrator.put(f"{path}/stop", own)
    assert [one["Field"] for one in refused.body["Fields"]] == ["texts[1]"]
    wrong = office.portal.administrator.put(f"{path}/stop", {"texts": ["Ông {ten}"], "version": 0})
    assert wrong.body["Fields"][0]["Code"] == "UnknownPlaceholder"
    own["texts"] = ["Hồ sơ {code} không đủ điều kiện."]
    assert codes(office.an.put(f"{path}/stop", own))[0] == 403
    assert office.portal.administrator.put(f"{path}/stop", own).status == 200
    assert codes(office.portal.administrator.put(f"{path}/stop", own | {"texts": ["x"]})) == (409, "StaleWrite")
    assert [one["text"] for one in stop(office.an)["texts"]] == own["texts"]
    assert office.portal.administrator.put(f"{path}/stop", {"texts": [], "version": 1}).body["own"] is False
    assert stop(office.an)["texts"] == usual["texts"]
    assert codes(office.portal.elsewhere.get(path))[0] == 404
    assert codes(office.portal.administrator.put(f"{path}/party", own))[0] == 422
