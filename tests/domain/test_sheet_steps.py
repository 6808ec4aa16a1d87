"""The control sheet has words for whatever may happen to a dossier."""

from __future__ import annotations

import pytest

from chalicelib.domain.life import TRANSITIONS, Action
from chalicelib.domain.sheet_steps import ROLES, STEPS

pytestmark = pytest.mark.clause("C4")


def test_every_step_of_the_table_has_its_words() -> None:
    assert set(STEPS) == set(Action)
    assert all(STEPS.values()) and len(set(STEPS.values())) == len(STEPS)


def test_every_role_that_acts_is_named() -> None:
    assert {rule.role.value for rule in TRANSITIONS} - {"system"} == set(ROLES)
