"""`motcua receipts verify` on the embedded cloud: silent about what is right, loud about every kind of wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner

from chalicelib.storage.ledger_table import LedgerRow
from infra.cli import main
from infra.local.testing import Embedded
from tests.app.portal import AGENCY, open_portal
from tests.app.takings import FEE, Till

pytestmark = pytest.mark.clause("C6")


@pytest.fixture
def till(cloud: Embedded) -> Till:
    return Till(open_portal(cloud))


def run(*words: str, code: int = 0) -> str:
    result = CliRunner().invoke(main, ["receipts", "verify", *words])
    assert result.exit_code == code, (result.output, result.stderr)
    return result.stderr if code == 2 else result.stdout


def told(*words: str, code: int = 0) -> Any:
    return json.loads(run("--agency", AGENCY, *words, "--json", code=code))


def test_a_series_without_defect(till: Till) -> None:
    for _ in range(3):
        till.receipted()
    assert told() == {
        "agency": AGENCY,
        "sound": True,
        "series": [
            {
                "series": "BL-26E",
                "count": 3,
                "last": 3,
                "amount": 3 * FEE,
                "gaps": [],
                "beyond": [],
                "twice": [],
                "unfiled": [],
            }
        ],
    }
    assert "3 biên lai, 72000 đồng, số 1 đến 3, liên tục" in run("--agency", AGENCY)
    assert "no gap" in run("--agency", AGENCY, "--series", "BL-26E", "--lang", "en")


def test_an_agency_without_receipts_and_slips_of_the_pen(till: Till) -> None:
    assert "chưa lập biên lai nào" in run("--agency", AGENCY)
    assert "H34.99" in run("--agency", "H34.99", code=2)
    run("--agency", AGENCY, "--series", "BL-20E", code=2)


def test_every_defect_is_named(till: Till) -> None:
    for _ in range(5):
        till.receipted()
    key = f"RECEIPT#{AGENCY}"
    rows = {n: LedgerRow.get(key, f"BL-26E#{n:07d}") for n in range(1, 6)}
    rows[2].delete()
    rows[4].body = {**rows[4].body, "parts": rows[1].body["parts"], "file": None}
    rows[4].save()
    counter = LedgerRow.get(f"SERIES#{AGENCY}", "BL-26E")
    counter.version = 4
    counter.save()
    payment = rows[1].body["parts"][0]["payment"]
    (found,) = told(code=1)["series"]
    assert (found["gaps"], found["beyond"]) == ([[2, 2]], [5])
    assert (found["twice"], found["unfiled"]) == ([payment], ["BL-26E/0000004"])
    said = run("--agency", AGENCY, "--lang", "en", code=1)
    for line in ("serials 2 to 2 are missing", "serial 5 is above", f"payment {payment} has", "0000004 has no PDF"):
        assert line in said
