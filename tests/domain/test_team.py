"""The officers of an agency: least loaded first, substitutes without chains, and four eyes whatever way it went."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.access import SYSTEM, Actor, Post, Role
from chalicelib.domain.dossier import Dossier, apply, possible_actions
from chalicelib.domain.life import Action, State
from chalicelib.domain.sheet_steps import control_rows
from chalicelib.domain.team import MOST_ABSENCES, Absence, Member, Team, day_of, holder
from chalicelib.errors import Conflict, Invalid, ServiceError, TransitionRefused
from tests.domain.world import AGENCY, PLAIN

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
DAY = date(2026, 11, 23)
APPRAISER = frozenset({Role.APPRAISER})


def away(officer_days: tuple[int, int], substitute: str | None = None, name: str = "vang-1") -> Absence:
    since, until = (DAY + timedelta(days=days) for days in officer_days)
    return Absence(name, since, until, substitute, substitute or "", "Quản trị", "2026-11-20T00:00:00.000Z")


def officer(name: str, *, open: int = 0, last: str = "", **changes: object) -> Member:
    return replace(Member(name, f"Cán bộ {name}", APPRAISER, open=open, last=last), **changes)  # type: ignore[arg-type]


def team(*members: Member, by_rule: bool = True) -> Team:
    return Team(AGENCY, {one.id: one for one in members}, by_rule)


def chosen(of: Team, field: str = "ho-tich", day: date = DAY) -> tuple[str, str] | str | None:
    found = of.choose(field, day)
    if found is None:
        return None
    return (found.member.id, found.instead_of.id) if found.instead_of else found.member.id


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ((officer("a", open=2), officer("b", open=1)), "b"),
        ((officer("a", last="2026-11-20"), officer("b", last="2026-11-19")), "b"),
        ((officer("a", last="2026-11-20"), officer("b")), "b"),  # never given one
        ((officer("b"), officer("a")), "a"),
        ((officer("a", fields=("dat-dai",)), officer("b", open=9)), "b"),
        ((officer("a", fields=("dat-dai", "ho-tich"), open=1), officer("b", open=9)), "a"),
        ((officer("a", fields=("dat-dai",)),), None),
        ((officer("a", roles=frozenset({Role.CLERK})),), None),
        ((), None),
        ((officer("a", absences=(away((0, 3)),)), officer("b", open=9)), "b"),
        ((officer("a", absences=(away((0, 3)),)),), None),
        ((officer("a", absences=(away((0, 0), "b"),)), officer("b", fields=("dat-dai",))), ("b", "a")),
        ((officer("a", absences=(away((1, 3), "b"),)), officer("b", open=1)), "a"),  # not away yet
        ((officer("a", absences=(away((-3, -1), "b"),)), officer("b", open=1)), "a"),  # back by itself
        ((officer("a", absences=(away((0, 3), "b"),)), officer("b", open=1), officer("c", open=2)), "b"),
        ((officer("a", absences=(away((0, 3), "b"),)), officer("b", roles=frozenset({Role.CLERK}))), None),
        ((officer("a", absences=(away((0, 3), "gone"),)),), None),
    ],
)
def test_who_gets_a_dossier(members: tuple[Member, ...], expected: object) -> None:
    assert chosen(team(*members)) == expected
    assert chosen(team(*members, by_rule=False)) is None


@given(
    st.lists(st.tuples(st.integers(0, 6), st.sampled_from(["", "1", "2", "3"])), min_size=1, max_size=6),
    st.integers(1, 40),
)
def test_whoever_it_is_given_to_the_load_is_shared_fairly(start: list[tuple[int, str]], dossiers: int) -> None:
    """After many dossiers nobody holds two more than another who could have had one, unless they held them before."""
    here = {f"o{n}": officer(f"o{n}", open=held, last=last) for n, (held, last) in enumerate(start)}
    before = {name: one.open for name, one in here.items()}
    for number in range(dossiers):
        found = Team(AGENCY, here, True).choose("ho-tich", DAY)
        assert found is not None
        least = min(one.open for one in here.values())
        assert found.member.open == least
        assert found.member.last == min(one.last for one in here.values() if one.open == least)
        got = here[found.member.id]
        here[got.id] = replace(got, open=got.open + 1, last=f"9{number:04d}")
    given_any = [name for name, one in here.items() if one.open > before[name]]
    assert max(here[name].open for name in given_any) <= min(one.open for one in here.values()) + 1


@pytest.mark.parametrize(
    ("members", "new", "error"),
    [
        ((), away((3, 2)), "until: BeforeStart"),
        ((), away((-5, -1)), "until: DayPast"),
        ((), away((0, 400)), "until: TooFar"),
        ((), away((1, 2), "a"), "substitute: OwnSubstitute"),
        ((), away((1, 2), "nobody"), "NotAppraiserHere"),
        ((officer("b", roles=frozenset({Role.APPROVER})),), away((1, 2), "b"), "NotAppraiserHere"),
        ((officer("b", absences=(away((2, 9)),)),), away((1, 2), "b"), "SubstituteAway"),
        ((officer("b", absences=(away((2, 9), "a"),)),), away((1, 2), "c"), "StandsInThen"),
        ((officer("b", absences=(away((2, 9), "a"),)),), away((1, 2)), "StandsInThen"),
        ((officer("b", absences=(away((2, 9), "a"),)),), away((1, 2), "b"), "StandsInThen"),
    ],
)
def test_an_absence_that_cannot_be(members: tuple[Member, ...], new: Absence, error: str) -> None:
    a = officer("a")
    with pytest.raises(ServiceError, match=error):
        team(a, *members).check_absence(a, new, DAY)


def test_absences_do_not_overlap_and_are_not_endless() -> None:
    a = officer("a", absences=(away((3, 5)),))
    for days in ((5, 6), (1, 3), (4, 4), (1, 9)):
        with pytest.raises(Conflict, match="AbsenceOverlaps"):
            team(a).check_absence(a, away(days), DAY)
    team(a).check_absence(a, away((6, 6)), DAY)
    team(a).check_absence(a, away((1, 2)), DAY)
    full = officer("a", absences=tuple(away((n, n)) for n in range(MOST_ABSENCES)))
    with pytest.raises(Conflict, match="TooManyAbsences"):
        team(full).check_absence(full, away((50, 50)), DAY)


@given(st.lists(st.tuples(*[st.integers(0, 3)] * 2, st.integers(0, 6), st.integers(0, 4)), max_size=12))
def test_whatever_is_recorded_no_substitute_is_away_and_nobody_stands_in_twice_removed(
    wishes: list[tuple[int, ...]],
) -> None:
    here = {name: officer(name) for name in "abcd"}
    for number, (who, stand_in, since, days) in enumerate(wishes):
        member = here["abcd"[who]]
        new = away((since, since + days), "abcd"[stand_in], f"v{number}")
        try:
            Team(AGENCY, here, True).check_absence(member, new, DAY)
        except (Conflict, Invalid):
            continue
        here[member.id] = replace(member, absences=(*member.absences, new))
    for day in (DAY + timedelta(days=n) for n in range(12)):
        out = {name: one.absence(day) for name, one in here.items()}
        assert all(out[gone.substitute or ""] is None for gone in out.values() if gone)


def test_a_day_is_vietnams() -> None:
    assert day_of(datetime(2026, 11, 23, 16, 59, tzinfo=UTC)) == date(2026, 11, 23)
    assert day_of(datetime(2026, 11, 23, 17, 0, tzinfo=UTC)) == date(2026, 11, 24)


def test_only_what_is_being_appraised_lies_with_somebody() -> None:
    dossier = replace(PLAIN.dossier(State.APPRAISAL, SYSTEM), assignee="a")
    held = {state for state in State if holder(replace(dossier, state=state))}
    assert held == {State.APPRAISAL, State.CONSULTATION}
    assert holder(dossier) == (AGENCY, "a")
    assert holder(replace(dossier, assignee=None)) is None


# Four eyes


def person(name: str, *roles: Role, stands_for: str = "") -> Actor:
    posts = frozenset(Post(AGENCY, role) for role in roles or (Role.APPRAISER, Role.APPROVER))
    return Actor(name, f"Cán bộ {name}", "officer", posts, frozenset({stands_for} if stands_for else ()))


def step(dossier: Dossier, action: Action, actor: Actor, **changes: object) -> Dossier:
    return apply(dossier, action, actor, NOW, event_id="e", changes=changes)[0]


RECEIVED = replace(PLAIN.dossier(State.RECEIVED, SYSTEM), assignee=None, appraised_by=None)
ADMINISTRATOR = person("quan-tri", Role.ADMINISTRATOR)


def test_a_substitute_acts_in_the_others_name_and_neither_approves() -> None:
    a, b = person("a"), person("b", stands_for="a")
    dossier = step(step(RECEIVED, Action.CLAIM, a, assignee="a", assignee_name=a.name), Action.REASSIGN, ADMINISTRATOR)
    with pytest.raises(TransitionRefused, match="NotAssigned"):
        step(dossier, Action.PROPOSE, person("b"), appraised_by="b")
    assert Action.PROPOSE in possible_actions(dossier, b) and Action.PROPOSE not in possible_actions(
        dossier, person("b")
    )
    proposed, event = apply(dossier, Action.PROPOSE, b, NOW, event_id="e", changes={"appraised_by": "b"})
    assert event.actor == {"id": "b", "name": "Cán bộ b", "role": "appraiser", "for": "Cán bộ a"}
    assert control_rows([event])[0][2] == "Cán bộ b thay Cán bộ a (thẩm định)"
    for one in (a, b, person("b")):
        with pytest.raises(TransitionRefused, match="FourEyes"):
            step(proposed, Action.APPROVE, one)
    assert step(proposed, Action.APPROVE, person("c")).state is State.ISSUING


def test_an_officer_from_whom_it_was_taken_untouched_may_approve() -> None:
    given_to_a = step(RECEIVED, Action.ASSIGN, SYSTEM, assignee="a", assignee_name="a")
    taken = step(given_to_a, Action.REASSIGN, ADMINISTRATOR, assignee="b", assignee_name="b")
    proposed = step(taken, Action.PROPOSE, person("b"), appraised_by="b")
    assert proposed.appraisers == ()
    assert step(proposed, Action.APPROVE, person("a")).state is State.ISSUING


def test_a_new_round_begins_with_nobody() -> None:
    submitted = replace(RECEIVED, state=State.SUBMITTED, assignee="a", appraised_by="a", appraisers=("b",))
    again = step(submitted, Action.RECEIVE, person("r", Role.RECEPTION))
    assert (again.assignee, again.assignee_name, again.hands) == (None, None, frozenset())
    assert step(replace(again, appraisers=("b",)), Action.SURPLUS, SYSTEM).appraisers == ("b",)


PEOPLE = ("a", "b", "c", "d")
MOVES = st.lists(
    st.tuples(
        st.sampled_from(
            (Action.CLAIM, Action.ASSIGN, Action.HAND_OVER, Action.REASSIGN, Action.PROPOSE, Action.SEND_BACK)
            + (Action.REQUEST_SUPPLEMENT, Action.SUPPLEMENT, Action.APPROVE, Action.APPROVE)
        ),
        st.sampled_from(PEOPLE),
        st.sampled_from(PEOPLE),
        st.sampled_from(("", *PEOPLE)),
    ),
    max_size=40,
)


def test_hand_over_is_its_holders_and_counts_as_a_hand_in_it() -> None:
    held = step(RECEIVED, Action.CLAIM, person("a"), assignee="a")
    with pytest.raises(TransitionRefused, match="NotAssigned"):
        step(held, Action.HAND_OVER, person("b"), assignee="b")
    passed = step(held, Action.HAND_OVER, person("a"), assignee="b")
    assert passed.assignee == "b" and passed.hands == {"a"}


@pytest.mark.clause("B4")
@given(MOVES)
def test_nobody_who_had_a_hand_in_the_appraisal_ever_approves(moves: list[tuple[Action, str, str, str]]) -> None:
    dossier, hands = RECEIVED, set[str]()
    for action, who, to, stands_for in moves:
        actor = person(who, stands_for=stands_for)
        changes: dict[str, object] = {}
        if action is Action.ASSIGN:
            actor, changes = SYSTEM, {"assignee": to}
        elif action is Action.SUPPLEMENT:
            actor = Actor(dossier.owner, "Y Thị Hoa", "person")
        elif action is Action.REASSIGN:
            actor, changes = ADMINISTRATOR, {"assignee": to}
        elif action in {Action.CLAIM, Action.HAND_OVER}:
            changes = {"assignee": who if action is Action.CLAIM else to}
        elif action is Action.PROPOSE:
            changes = {"appraised_by": who}
        try:
            after = step(dossier, action, actor, **changes)
        except TransitionRefused:
            continue
        if action is Action.APPROVE:
            assert who not in hands
            return
        if action in {Action.CLAIM, Action.HAND_OVER, Action.PROPOSE, Action.REQUEST_SUPPLEMENT}:
            hands.add(who)
        if action is Action.PROPOSE:
            hands.add(str(dossier.assignee))
        dossier = after
        assert hands <= dossier.hands
