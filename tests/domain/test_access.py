"""Who is asking, what they are to a dossier, and what strangers learn: nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.access import (
    OFFICER_ROLES,
    SYSTEM,
    Actor,
    Post,
    Role,
    require_applicant_account,
    require_officer,
    roles_on,
)
from chalicelib.domain.dossier import Dossier, apply, possible_actions
from chalicelib.domain.life import Action, State
from chalicelib.errors import Forbidden, Invalid, NotFound

AGENCY = "H34.05"
EVERY_POST = frozenset(Post(AGENCY, role) for role in OFFICER_ROLES)
ROLES = sorted(OFFICER_ROLES)


def roles(actor: Actor) -> frozenset[Role]:
    return roles_on(actor, owner="owner", agency=AGENCY)


def test_the_owner_is_the_applicant_as_a_person_or_an_organisation() -> None:
    for kind in ("person", "organisation"):
        assert roles(Actor("owner", "A", kind)) == {Role.APPLICANT}


@given(st.sets(st.sampled_from(ROLES)), st.sets(st.sampled_from(ROLES)))
def test_an_officer_is_what_the_posts_at_this_agency_say(here: set[Role], elsewhere: set[Role]) -> None:
    posts = {Post(AGENCY, r) for r in here} | {Post("H34.06", r) for r in elsewhere}
    assert roles(Actor("an officer", "A", "officer", frozenset(posts))) == here


def test_the_portal_itself_is_the_system_everywhere() -> None:
    assert roles(SYSTEM) == {Role.SYSTEM}


STRANGERS = {
    "another person": Actor("another", "B", "person"),
    "another organisation": Actor("another", "B", "organisation"),
    "a person whose token names posts": Actor("another", "B", "person", EVERY_POST),
    "an officer without posts": Actor("an officer", "B", "officer"),
    "an officer with the owner's id": Actor("owner", "B", "officer"),
    "an officer of the agency above": Actor("x", "B", "officer", frozenset(Post("H34", r) for r in OFFICER_ROLES)),
    "an officer of the agency below": Actor("x", "B", "officer", frozenset(Post("H34.05.1", r) for r in OFFICER_ROLES)),
    "somebody of no known kind": Actor("another", "B", ""),
}


@pytest.mark.clause("A5")
@pytest.mark.parametrize("who", STRANGERS)
def test_a_stranger_gets_the_answer_of_a_dossier_that_does_not_exist(who: str) -> None:
    actor = STRANGERS[who]
    assert roles(actor) == frozenset()
    for state in State:
        dossier = Dossier(
            id="d-0000000000000001",
            owner="owner",
            agency=AGENCY,
            procedure_code="2.000635",
            procedure_version=1,
            procedure_name="Cấp bản sao trích lục hộ tịch",
            level=3,
            state=state,
            created_at=datetime(2026, 11, 23, tzinfo=UTC),
            applicant={},
        )
        assert possible_actions(dossier, actor) == ()
        for action in Action:
            with pytest.raises(NotFound) as refusal:
                apply(dossier, action, actor, dossier.created_at, event_id="e")
            assert (refusal.value.code, refusal.value.params) == ("DossierNotFound", {})


@pytest.mark.parametrize("role", ROLES)
def test_a_post_is_written_and_read_back(role: Role) -> None:
    assert Post.parse(f"{AGENCY}:{role.value}") == Post(AGENCY, role)
    assert str(Post(AGENCY, role)) == f"{AGENCY}:{role.value}"


@pytest.mark.parametrize(
    "text",
    ["", ":", "H34.05", "H34.05:", ":approver", "H34.05:Approver", "H34.05:applicant", "H34.05:system", "H34.05:a:b"],
)
def test_what_is_no_post_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        Post.parse(text)
    assert (refusal.value.code, refusal.value.params) == ("PostMalformed", {"post": text})


def test_agencies_of_an_officer_by_role() -> None:
    posts = frozenset({Post("H34.05", Role.RECEPTION), Post("H34.05", Role.CLERK), Post("H34.06", Role.APPROVER)})
    actor = Actor("an officer", "A", "officer", posts)
    assert actor.agencies() == {"H34.05", "H34.06"}
    assert actor.agencies([Role.CLERK, Role.CASHIER]) == {"H34.05"}
    assert actor.agencies([Role.CASHIER]) == frozenset()


def test_the_desk_is_for_officers_with_a_post() -> None:
    require_officer(Actor("an officer", "A", "officer", EVERY_POST))
    for actor in (Actor("an officer", "A", "officer"), Actor("owner", "A", "person", EVERY_POST), SYSTEM):
        with pytest.raises(Forbidden, match="OfficersOnly"):
            require_officer(actor)


@pytest.mark.clause("A4")
def test_filing_is_for_citizens_and_organisations() -> None:
    for kind in ("person", "organisation"):
        require_applicant_account(Actor("owner", "A", kind))
    for actor in (Actor("an officer", "A", "officer", EVERY_POST), SYSTEM, Actor("x", "A", "")):
        with pytest.raises(Forbidden, match="CitizensOnly"):
            require_applicant_account(actor)
