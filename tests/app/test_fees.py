"""Fees explained before they are paid: counted, capped, waived, by which rule; drafts see what they would owe."""

from __future__ import annotations

from typing import Any

import pytest

from tests.app.portal import ANSWERS, PROCEDURE, Portal
from tests.app.treasury import FEE, Treasury, level_4

pytestmark = pytest.mark.clause("A10")
CODE = "2.000650"


def waiver(percent: int, code: str = "child", **changes: Any) -> dict[str, Any]:
    return {
        "code": code,
        "name": {"vi": "Trẻ em", "en": "Children"},
        "percent": percent,
        "when": {"field": "event", "in": ["birth"]},
        "effective_from": "2017-01-01",
        "effective_to": None,
        "source": f"Rule of {code}",
        **changes,
    }


@pytest.fixture
def treasury(portal: Portal) -> Treasury:
    return Treasury(portal)


def offered(treasury: Treasury, moment: str = "filing", **fee: Any) -> None:
    treasury.offer(level_4(moment, CODE, **fee))


def test_a_draft_sees_what_it_would_owe(treasury: Treasury) -> None:
    offered(treasury, amount=8000, per="copies", most=20_000, waivers=[waiver(50)])
    dossier = treasury.portal.draft(procedure=CODE)
    (line,) = treasury.money(dossier)["fees"]
    assert line == {
        "code": "copy",
        "name": "Copy fee",
        "amount": 10_000,
        "each": 8000,
        "count": 3,
        "per": "Copies",
        "most": 20_000,
        "waiver": {"code": "child", "name": "Children", "percent": 50, "source": "Rule of child"},
        "moment": "filing",
        "kept_anyway": False,
        "refund_uncollected": False,
        "paid": False,
        "via": None,
        "source": "TT 281/2016/TT-BTC",
    }
    treasury.portal.citizen.put(
        f"/dossiers/{dossier}",
        {
            "version": 1,
            "procedure": CODE,
            "procedure_version": 1,
            "agency": PROCEDURE["agencies"][0],
            "answers": {**ANSWERS, "event": "death", "copies": 1},
            "delivery": "counter",
        },
    )
    (line,) = treasury.money(dossier)["fees"]
    assert (line["amount"], line["count"], line["waiver"]) == (8000, 1, None)
    assert treasury.money(dossier)["due"] is None  # nothing is owed before it is filed


def test_what_was_assessed_at_filing_is_paid_and_stays_explained(treasury: Treasury) -> None:
    offered(treasury, waivers=[waiver(25, "small"), waiver(50, "large")])
    dossier = treasury.due(CODE)
    assert treasury.money(dossier)["due"]["amount"] == FEE // 2
    treasury.portal.later(days=400)
    (line,) = treasury.money(dossier)["fees"]
    assert (line["amount"], line["each"], line["waiver"]["code"]) == (FEE // 2, FEE, "large")


def test_what_is_waived_wholly_is_told_and_not_waited_for(treasury: Treasury) -> None:
    offered(treasury, waivers=[waiver(100)])
    dossier = treasury.due(CODE)
    assert treasury.portal.state(dossier) == "parcel_expected"
    money = treasury.money(dossier)
    assert [(f["amount"], f["waiver"]["percent"], f["paid"]) for f in money["fees"]] == [(0, 100, False)]
    assert (money["due"], money["payments"]) == (None, [])
    answer = treasury.portal.citizen.post(f"/dossiers/{dossier}/withdrawal", {"reason": "Đổi ý."})
    assert answer.status == 200 and treasury.money(dossier)["refunds"] == []


@pytest.mark.clause("A15")
def test_only_what_was_paid_goes_back(treasury: Treasury) -> None:
    document = level_4(code=CODE, waivers=[waiver(100)], refundable=True)
    document["fees"].append({**document["fees"][0], "code": "other", "amount": 30_000, "waivers": []})
    treasury.offer(document)
    dossier = treasury.due(CODE)
    treasury.pay(dossier)
    assert [(f["amount"], f["paid"]) for f in treasury.money(dossier)["fees"]] == [(0, False), (30_000, True)]
    treasury.portal.citizen.post(f"/dossiers/{dossier}/withdrawal", {"reason": "Đổi ý."})
    assert [r["amount"] for r in treasury.money(dossier)["refunds"]] == [30_000]


def test_a_rule_of_the_channel_is_the_one_that_is_explained(treasury: Treasury) -> None:
    document = level_4(code=CODE)
    online = {**document["fees"][0], "amount": 150_000, "channel": "online", "source": "Online rule"}
    document["fees"].append(online)
    treasury.offer(document)
    (line,) = treasury.money(treasury.due(CODE))["fees"]
    assert (line["amount"], line["each"], line["source"]) == (150_000, 150_000, "Online rule")
