"""A result: what checks it, which one counts, and that no one alone takes it back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chalicelib.domain import result as rules
from chalicelib.domain.access import Actor
from chalicelib.domain.result import File, Result, Standing, Way
from chalicelib.domain.signature import Report, Signature, Signer, Verdict
from chalicelib.errors import Conflict, NotFound, TransitionRefused

pytestmark = pytest.mark.clause("A14")
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
ANNA, BINH = Actor("anna", "Anna", "officer"), Actor("binh", "Bình", "officer")
VALID = Result(
    dossier="d-0000000000000001",
    number=1,
    code="H34.05-261123-0001-KQ1",
    secret="0123456789abcdef",
    reference="12/TL",
    title="Trích lục",
    issued_at=NOW,
    way=Way.FILE,
    state=Standing.VALID,
    paper="p-1",
    file=File("results/d-0000000000000001/1.pdf", "v1", "0" * 64, 1000),
)


def test_it_comes_back_from_json_as_it_was() -> None:
    asked = rules.ask(VALID, ANNA, "Sai tên.", NOW)
    draft = File("drafts/1.pdf", "v0", "1" * 64, 900)
    good = Report(Verdict.VALID, (Signature(Verdict.VALID, signer=Signer("Sở Tư pháp")),), sha256="0" * 64, size=1000)
    waits = replace(VALID, way=Way.TEMPLATE, state=Standing.SEALING, paper=None, file=None, draft=draft)
    signed = rules.sealed(waits, File("k", "v", "0" * 64, 1000), good)
    refused = rules.refused(waits, "BadSignature", Report(Verdict.REVOKED, reasons=("Revoked",)))
    for one in (waits, signed, refused):
        assert Result.from_json(json.loads(json.dumps(one.to_json()))) == one
    for one in (VALID, asked, rules.revoke(asked, BINH, NOW), replace(VALID, way=Way.PAPER, paper=None, file=None)):
        assert Result.from_json(one.to_json()) == one


@pytest.mark.parametrize(
    "typed", ["H34.05-261123-0001-KQ1", " h34.05-261123-0001-kq1 ", "H34.05 - 261123 - 0001 - KQ1"]
)
def test_a_code_is_read_as_people_type_it(typed: str) -> None:
    assert rules.parse_code(typed) == ("H34.05-261123-0001", 1)
    assert rules.code_of("H34.05-261123-0001", 1) == VALID.code


@pytest.mark.parametrize(
    "typed", ["", "H34.05-261123-0001", "H34.05-261123-0001-KQ0", "x-KQ1", "H34.05-261123-0001-KQ100"]
)
def test_what_is_no_code_is_no_result(typed: str) -> None:
    with pytest.raises(NotFound, match="ResultNotFound"):
        rules.parse_code(typed)


def test_the_newest_counts_unless_it_was_returned_or_revoked() -> None:
    second = replace(VALID, number=2)
    assert rules.current([]) is None
    assert rules.current([second, VALID]) == second
    assert rules.current([VALID, rules.returned(replace(second, state=Standing.SEALING, file=None))]) is None
    revoked = rules.revoke(rules.ask(second, ANNA, "Sai.", NOW), BINH, NOW)
    assert rules.current([VALID, revoked]) is None


def test_one_asks_and_another_revokes() -> None:
    assert rules.may_ask(VALID) and not rules.may_decide(VALID, BINH)
    asked = rules.ask(VALID, ANNA, "Sai tên.", NOW)
    assert not rules.may_ask(asked)
    assert (rules.may_decide(asked, ANNA), rules.may_decide(asked, BINH)) == (False, True)
    with pytest.raises(TransitionRefused, match="RevocationNeedsTwo"):
        rules.revoke(asked, ANNA, NOW)
    revoked = rules.revoke(asked, BINH, NOW)
    assert (revoked.state, revoked.reason, revoked.revoked_at) == (Standing.REVOKED, "Sai tên.", NOW)
    assert rules.keep(asked) == VALID


@pytest.mark.parametrize("state", [s for s in Standing if s is not Standing.VALID])
def test_only_a_valid_result_can_be_revoked(state: Standing) -> None:
    other = replace(VALID, state=state)
    assert not rules.may_ask(other)
    with pytest.raises(Conflict, match="ResultNotValid"):
        rules.ask(other, ANNA, "Sai.", NOW)


def test_only_what_is_still_to_be_sealed_is_taken_back() -> None:
    with pytest.raises(Conflict, match="ResultNotSealing"):
        rules.returned(VALID)


def test_nothing_is_decided_that_nobody_asked_for() -> None:
    asked = rules.ask(VALID, ANNA, "Sai.", NOW)
    with pytest.raises(Conflict, match="RevocationAsked"):
        rules.ask(asked, BINH, "Sai.", NOW)
    with pytest.raises(Conflict, match="RevocationNotAsked"):
        rules.revoke(VALID, BINH, NOW)
    with pytest.raises(Conflict, match="RevocationNotAsked"):
        rules.keep(VALID)


SCHOOL = Signer("Trường", tax_code="9900000023")
OURS = Signer("Sở Tư pháp", tax_code="9900000016")
OFFICIAL = Signer("Phê Thị Duyệt", identity="062190000123")


@pytest.mark.parametrize(
    ("signers", "tax_code", "problem"),
    [
        ([OURS], "9900000016", ""),
        ([OFFICIAL], "9900000016", ""),
        ([SCHOOL, OFFICIAL], "9900000016", ""),
        ([SCHOOL], "9900000016", "AnothersSignature"),
        ([SCHOOL], "", ""),
    ],
)
def test_a_certificate_that_names_another_agency_is_not_ours(
    signers: list[Signer], tax_code: str, problem: str
) -> None:
    report = Report(Verdict.VALID, tuple(Signature(Verdict.VALID, signer=one) for one in signers))
    assert rules.objection(report, tax_code) == problem


def test_only_a_valid_signature_is_issued() -> None:
    assert rules.objection(Report(Verdict.UNSIGNED), "") == "NotSigned"
    assert {rules.objection(Report(one), "") for one in Verdict} == {"", "NotSigned", "BadSignature"}


def test_what_is_signed_or_refused_already_is_not_refused() -> None:
    with pytest.raises(Conflict, match="ResultNotSealing"):
        rules.refused(VALID, "KeyUnusable")
    refused = rules.refused(replace(VALID, state=Standing.SEALING, file=None), "KeyUnusable")
    assert rules.current([refused]) is None
