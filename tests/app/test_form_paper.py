"""The form as its applicant signed it: a paper of level 4 that no procedure names (`domain.form_paper`)."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.form_paper import FORM
from chalicelib.domain.upload import PDF
from tests.app.bench import Bench, described
from tests.app.portal import Portal, new_id
from tests.app.treasury import LEVEL_4, Treasury
from tests.files import make

pytestmark = pytest.mark.clause("A11")
SIGNED: dict[str, Any] = {"component": FORM, "provenance": "digital"}


def test_a_signed_form_does_not_change_the_form_that_was_signed(portal: Portal) -> None:
    Treasury(portal)
    dossier = portal.draft(procedure=LEVEL_4)
    portal.upload(dossier)
    before = portal.citizen.put(f"/dossiers/{dossier}/form", {}).body
    Bench(portal, dossier).send([make.pdf()], PDF, **SIGNED)
    assert portal.citizen.put(f"/dossiers/{dossier}/form", {}).body["sha256"] == before["sha256"]


def test_a_signed_form_that_is_being_checked_is_waited_for(portal: Portal) -> None:
    Treasury(portal)
    dossier = portal.draft(procedure=LEVEL_4)
    portal.upload(dossier)
    Bench(portal, dossier).slot([make.pdf()], PDF, **SIGNED)
    refused = portal.citizen.post(f"/dossiers/{dossier}/submission", {"declaration": True})
    assert [(f["Field"], f["Code"]) for f in refused.body["Fields"]] == [(f"papers.{FORM}", "PaperNotChecked")]


def test_below_level_4_and_as_a_photograph_there_is_none(portal: Portal) -> None:
    bench = Bench(portal)
    assert bench.ask(described([make.pdf()], PDF), **SIGNED).body["Code"] == "ComponentUnknown"
    Treasury(portal)
    bench = Bench(portal, portal.draft(new_id(), procedure=LEVEL_4))
    answer = bench.ask([make.jpeg()], component=FORM)
    assert [f["Field"] for f in answer.body["Fields"]] == ["provenance"]
