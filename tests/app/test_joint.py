"""A joint procedure: the parts of other agencies must be agreed before approval is proposed; the head stays small."""

from __future__ import annotations

import os
from typing import Any

import pytest

from chalicelib.domain.life import State
from chalicelib.errors import Invalid
from chalicelib.services import present, workflow
from tests.app.consulting import HEALTH, LAW, POLICE, WITHIN_12, Consulting, publish
from tests.app.portal import ELSEWHERE, Portal

pytestmark = pytest.mark.clause("B4")


def _part(code: str, agency: str, silence: str, condition: Any = None) -> dict[str, Any]:
    name = {"vi": f"Phần việc {code}", "en": f"Part {code}"}
    about = {"code": code, "name": name, "agency": agency, "procedure": None, "condition": condition}
    return {**about, "within": WITHIN_12, "silence": silence}


PARTS = [
    _part("security", POLICE, "escalate"),
    _part("health", HEALTH, "agreed"),
    _part("death", ELSEWHERE, "escalate", {"field": "event", "in": ["death"]}),
]


@pytest.fixture
def office(portal: Portal) -> Consulting:
    publish(consultation=LAW, parts=PARTS)
    return Consulting(portal, 2)


def propose(office: Consulting, dossier: str) -> Any:
    return office.portal.appraiser.post(f"/desk/dossiers/{dossier}/proposal", {"opinion": "Đủ."})


def test_approval_waits_for_every_part_that_the_answers_call_for(office: Consulting) -> None:
    dossier = office.claimed()
    refused = propose(office, dossier)
    assert (refused.status, refused.body["Code"]) == (409, "PartsOpen")
    assert "Công an tỉnh; Sở Y tế" in refused.body["Message"]
    office.ask(dossier, POLICE, HEALTH)
    office.answer(office.police, POLICE, dossier)
    office.portal.later(days=15)
    workflow.overdue(dossier, State.CONSULTATION, present.now())
    assert {one["part"] for one in office.questions(dossier).values()} == {"Part security", "Part health"}
    assert propose(office, dossier).status == 200


def test_a_part_that_was_refused_is_no_agreement(office: Consulting) -> None:
    dossier = office.asked(POLICE, HEALTH)
    office.answer(office.health, HEALTH, dossier)
    office.answer(office.police, POLICE, dossier, "disagree")
    assert propose(office, dossier).body["Code"] == "PartsOpen"
    office.ask(dossier, POLICE)
    office.answer(office.police, POLICE, dossier)
    assert propose(office, dossier).status == 200


def test_parts_come_first_where_agencies_are_chosen(office: Consulting) -> None:
    found = office.portal.appraiser.get(f"/desk/dossiers/{office.claimed()}/consultation").body["items"]
    parts = [(one["agency"]["code"], one["fixed"]) for one in found[:2] if one["part"]]
    assert parts == [(POLICE, False), (HEALTH, True)]


def test_two_parts_of_one_agency_are_refused(portal: Portal) -> None:
    with pytest.raises(Invalid) as refused:
        publish(parts=[_part("one", POLICE, "agreed"), _part("two", POLICE, "agreed")])
    assert [(f.field, f.code) for f in refused.value.fields] == [("test: parts[1].agency", "NotUnique")]


def test_a_part_of_an_agency_that_is_not_there_is_refused(portal: Portal) -> None:
    with pytest.raises(Invalid) as refused:
        publish(parts=[_part("one", "H34.77", "agreed")])
    assert [(f.field, f.code) for f in refused.value.fields] == [("test: parts[0].agency", "AgencyUnknown")]


def test_the_head_stays_small_whoever_is_asked(office: Consulting) -> None:
    dossier = office.asked(POLICE, HEALTH, ELSEWHERE, "H34")
    table = office.portal.cloud.client("dynamodb")
    key = {"pk": {"S": f"D#{dossier}"}, "sk": {"S": "HEAD"}}
    item = table.get_item(TableName=os.environ["DOSSIERS_TABLE"], Key=key)["Item"]
    for content in ("answers", "applicant", "identity"):
        item.pop(content)
    size = sum(len(name.encode()) + len(next(iter(value.values())).encode()) for name, value in item.items())
    assert size < 1024, size
