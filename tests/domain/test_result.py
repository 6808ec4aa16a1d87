"""A result: what checks it, which one counts, and that no one alone takes it back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chalicelib.domain import result as rules
from chalicelib.domain.access import Actor
from chalicelib.domain.result import File, Result, Standing, Way
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
