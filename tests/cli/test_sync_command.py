"""`motcua sync`, `motcua audit` and `motcua trust export` on the embedded cloud, as operators rely on them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from chalicelib.storage import dossiers
from chalicelib.storage.tables import EventRow, dossier_key
from infra.cli import main
from infra.local.testing import Embedded
from tests.app.national import National, national_portal
from tests.app.portal import open_portal

pytestmark = pytest.mark.clause("C5")


@pytest.fixture
def national(cloud: Embedded) -> Iterator[National]:
    with national_portal(open_portal(cloud)) as opened:
        yield opened


def run(*words: str, code: int = 0) -> str:
    result = CliRunner().invoke(main, list(words))
    assert result.exit_code == code, (result.output, result.stderr)
    return result.stderr if code == 2 else result.stdout


def told(*words: str, code: int = 0) -> Any:
    return json.loads(run("sync", *words, "--json", code=code))


def code_of(dossier: str) -> str:
    return dossiers.head(dossier).code or ""


def test_what_waits_is_shown_and_goes_on(national: National) -> None:
    portal = national.portal
    assert {one["behind"] for one in told("status")["shards"]} == {0}
    good, bad = portal.received(), portal.received()
    national.there.switch(refuse=code_of(bad))
    portal.relay()
    waiting = told("status")["shards"]
    assert sum(one["behind"] for one in waiting) == 2 and any(one["oldest"] for one in waiting)
    national.asked()
    status = told("status", code=1)
    assert [one["dossier"] for one in status["refused"]] == [bad] and status["refused"][0]["refusal"]["code"] == "20"
    assert "bị từ chối" in run("sync", "status", code=1)
    assert told("show", code_of(good)) | {"told": 2, "wanted": 2, "refusal": None} == told("show", code_of(good))
    assert "0/2" in run("sync", "show", code_of(bad)) and "công bố" in run("sync", "show", code_of(bad))
    national.there.switch(accept=code_of(bad))
    national.there.refusals.clear()
    assert "within a minute" in run("sync", "retry", code_of(bad), "--lang", "en")
    national.schedule()
    assert national.wrong(bad) == [] and told("status")["refused"] == []


def test_one_dossier_or_a_period_is_told_anew_when_that_is_meant(national: National) -> None:
    portal = national.portal
    first = portal.received()
    portal.later(days=1)
    second, third = portal.received(), portal.received()
    national.relay()
    assert told("replay", code_of(first)) == {"dossiers": [first], "done": False}
    found = told("replay", "--from", "2026-11-24", "--to", "2026-11-25", "--yes")
    assert set(found["dossiers"]) == {second, third} and found["done"]
    national.schedule()
    assert [set(national.told(one).times.values()) for one in (first, second, third)] == [{1}, {2}, {2}]
    assert [national.wrong(one) for one in (first, second, third)] == [[], [], []]
    assert "3 hồ sơ" in run("sync", "replay", "--from", "2026-11-23", "--to", "2026-11-25")
    for wrong in (["replay"], ["replay", "x", "--from", "2026-11-23"], ["replay", "--from", "hôm qua"]):
        run("sync", *wrong, code=2)
    run("sync", "replay", "--from", "2026-11-25", "--to", "2026-11-23", code=2)
    run("sync", "show", "H34.05-261123-9999", code=2)


@pytest.mark.clause("A5")
def test_the_chain_of_a_dossier_is_audited(national: National) -> None:
    dossier = national.portal.received()
    assert "2 diễn biến nối liền" in run("audit", code_of(dossier))
    row = EventRow.get(dossier_key(dossier), "EVENT#000001")
    row.update([EventRow.body.set({**row.body, "at": "2026-11-01T00:00:00.000Z"})])
    assert "Event 1 (submit): is not what was sealed" in run("audit", code_of(dossier), "--lang", "en", code=1)
    found = json.loads(run("audit", code_of(dossier), "--json", code=1))
    assert found["findings"] == [{"code": "Unsealed", "record": "events 1", "name": "submit"}]
    run("audit", "H34.05-261123-9999", code=2)


def test_whom_to_trust_is_laid_out_for_others(national: National, tmp_path: Path) -> None:
    national.portal.cloud.trust()
    folder = Path(run("trust", "export", str(tmp_path)).strip())
    assert folder == tmp_path / "agency"
    assert {path.parent.name for path in folder.rglob("*.cr*")} == {"roots", "intermediates", "crls"}
