"""The agency tree as data: its defects, merged agencies, the province's own tree."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.agency import Agency, read_tree
from chalicelib.errors import Invalid

SEED = Path(__file__).resolve().parents[2] / "infra/seed/agencies.json"


def agency(code: str, **changes: Any) -> dict[str, Any]:
    document: dict[str, Any] = {
        "code": code,
        "name": {"vi": "Sở", "en": "Department"},
        "kind": "department",
        "parent": "H34",
        "status": "active",
        "successor": None,
        "hours": None,
        "address": {"vi": "Kon Tum", "en": "Kon Tum"},
        "phone": "1",
        "email": "a@example.invalid",
        "accounts": [],
        "note": None,
    }
    return {**document, **changes}


ROOT = agency("H34", kind="province", parent=None)


def refused(*agencies: dict[str, Any]) -> set[tuple[str, str]]:
    with pytest.raises(Invalid) as caught:
        read_tree({"agencies": list(agencies)})
    return {(f.field, f.code) for f in caught.value.fields}


@pytest.mark.clause("A1")
def test_the_province_ships_as_data() -> None:
    tree = read_tree(json.loads(SEED.read_text("utf-8")))
    assert tree["H34"].parent is None and tree["H34.05"].name.vi == "Sở Tư pháp"
    assert {a.kind for a in tree.values()} == {"province", "department", "district", "commune", "unit"}
    assert any(a.hours and a.hours["sat"] for a in tree.values()), "one opens on Saturday morning"
    gone = [a for a in tree.values() if not a.active]
    assert gone and all(tree[str(a.successor)].active for a in gone)


@pytest.mark.clause("A1")
@pytest.mark.parametrize(
    ("agencies", "defect"),
    [
        ([], ("agencies", "TooFew")),
        ([ROOT, agency("H34")], ("agencies[1].code", "NotUnique")),
        ([ROOT, agency("H34.01", parent="H35")], ("agencies[1].parent", "AgencyUnknown")),
        ([ROOT, agency("H34.01", parent=None)], ("agencies[1].parent", "Required")),
        (
            [ROOT, agency("H34.01", parent="H34.02"), agency("H34.02", parent="H34.01")],
            ("agencies[1].parent", "AgencyUnknown"),
        ),
        ([ROOT, agency("H34.01", status="merged")], ("agencies[1].successor", "Required")),
        ([ROOT, agency("H34.01", status="merged", successor="H34.09")], ("agencies[1].successor", "AgencyUnknown")),
        ([ROOT, agency("H34.01", successor="H34")], ("agencies[1].successor", "NotOneOf")),
        ([ROOT, agency("h 34")], ("agencies[1].code", "BadAgencyCode")),
        ([ROOT, agency("H34.01", kind="club")], ("agencies[1].kind", "NotOneOf")),
        ([ROOT, agency("H34.01", hours={"mon": [["9", "10"]]})], ("agencies[1].hours.mon[0]", "HoursNotUnderstood")),
        ([ROOT, agency("H34.01", accounts=[{"bank": "x"}])], ("agencies[1].accounts[0].holder", "Required")),
        ([ROOT, agency("H34.01", boss="x")], ("agencies[1].boss", "Unknown")),
    ],
)
def test_defects_of_a_tree(agencies: list[dict[str, Any]], defect: tuple[str, str]) -> None:
    assert defect in refused(*agencies)


def test_an_agency_alone() -> None:
    read = Agency.from_json(agency("h34.05", status="abolished", successor="H34"))
    assert (read.code, read.active, read.successor) == ("H34.05", False, "H34")


@pytest.mark.clause("C6")
def test_a_tax_number_may_be_left_out_and_is_checked_when_it_is_there() -> None:
    """What stands on an agency's receipts."""
    tree = read_tree({"agencies": [ROOT, agency("H34.05", tax_code="9900000016")]})
    assert (tree["H34"].tax_code, tree["H34.05"].tax_code) == ("", "9900000016")
    assert read_tree({"agencies": [{**ROOT, "tax_code": None}]})["H34"].tax_code == ""
    ((field, _),) = refused(ROOT, agency("H34.05", tax_code="9900000017"))
    assert field == "agencies[1].tax_code"
