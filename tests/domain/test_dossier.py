"""`apply`, the only writer of state: versions, events and their chain, refunds, effects; walks through the table."""

from __future__ import annotations

import random
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from chalicelib.domain.access import OFFICER_ROLES, SYSTEM, Actor, Post, Role
from chalicelib.domain.dossier import Dossier, Fee, Held, apply, owed_back, possible_actions
from chalicelib.domain.effects import effects
from chalicelib.domain.event import Event, iso
from chalicelib.domain.life import OVER, TRANSITIONS, Action, State
from chalicelib.domain.proof import chain_is_whole
from chalicelib.errors import TransitionRefused

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
AGENCY = "H34.05"
OWNER = Actor("owner", "Y Thị Hoa", "person")
OFFICERS = {
    role: Actor(f"an-{role}", f"Cán bộ {role}", "officer", frozenset({Post(AGENCY, role)})) for role in OFFICER_ROLES
}
ACTORS = (OWNER, SYSTEM, *(OFFICERS[role] for role in sorted(OFFICERS)))
COPY = Fee("copy", 8000, "acceptance", refundable=True)
FORM = Fee("form", 5000, "acceptance", refundable=False)

DRAFT = Dossier(
    id="d-0000000000000001",
    owner="owner",
    agency=AGENCY,
    procedure_code="2.000635",
    procedure_version=1,
    procedure_name="Cấp bản sao trích lục hộ tịch",
    level=3,
    state=State.DRAFT,
    created_at=NOW,
    applicant={"name": "Y Thị Hoa"},
    version=4,  # autosaved three times
)


def paid(*fees: Fee) -> tuple[Fee, ...]:
    return tuple(replace(fee, payment="p-1", via="cash") for fee in fees)


def life(*steps: tuple[Action, Actor, dict[str, Any]], start: Dossier = DRAFT) -> tuple[Dossier, tuple[Event, ...]]:
    dossier, events = start, []
    for number, (action, actor, changes) in enumerate(steps):
        at = NOW + timedelta(hours=number)
        dossier, event = apply(
            dossier, action, actor, at, event_id=f"e-{number}", detail={"n": number}, changes=changes
        )
        events.append(event)
    return dossier, tuple(events)


def officer(role: Role) -> Actor:
    return OFFICERS[role]


APPRAISER = officer(Role.APPRAISER)
WHOLE_LIFE: tuple[tuple[Action, Actor, dict[str, Any]], ...] = (
    (Action.SUBMIT, OWNER, {"code": "H34.05-261123-0001", "papers": {"cccd": "p1"}}),
    (Action.REQUEST_SUPPLEMENT, officer(Role.RECEPTION), {}),
    (Action.SUPPLEMENT, OWNER, {"papers": {"cccd": "p2"}}),
    (Action.RECEIVE, officer(Role.RECEPTION), {}),
    (Action.CLAIM, APPRAISER, {"assignee": APPRAISER.id}),
    (Action.PROPOSE, APPRAISER, {"appraised_by": APPRAISER.id}),
    (Action.APPROVE, officer(Role.APPROVER), {}),
    (Action.ENTER_RESULT, officer(Role.CLERK), {"result": {"number": "12/TL"}}),
    (Action.COMPARE, officer(Role.CLERK), {"originals": {"cccd": "matches"}, "form_signed": True}),
    (Action.DELIVER, officer(Role.CLERK), {}),
    (Action.CLOSE, officer(Role.CLERK), {}),
)


@pytest.mark.clause("B4")
@pytest.mark.clause("A5")
def test_a_level_3_life_from_draft_to_archive_leaves_a_line_for_every_step() -> None:
    dossier, events = life(*WHOLE_LIFE)
    assert dossier.state is State.CLOSED
    assert dossier.version == DRAFT.version + len(WHOLE_LIFE)
    assert dossier.event_count == len(events) and dossier.last_hash == events[-1].hash
    assert [e.action for e in events] == [action for action, _, _ in WHOLE_LIFE]
    assert [e.after for e in events[:-1]] == [e.before for e in events[1:]]
    assert [e.actor["name"] for e in events] == [actor.name for _, actor, _ in WHOLE_LIFE]
    assert chain_is_whole(events)
    assert dossier.refund is None


def test_an_event_says_who_in_which_role_when_and_what() -> None:
    dossier, event = apply(DRAFT, Action.SUBMIT, OWNER, NOW, event_id="key-1", detail={"code": "H34.05-261123-0001"})
    assert event.body() == {
        "id": "key-1",
        "number": 1,
        "action": "submit",
        "before": "draft",
        "after": "submitted",
        "at": "2026-11-23T02:00:00.000Z",
        "actor": {"id": "owner", "name": "Y Thị Hoa", "role": "applicant"},
        "detail": {"code": "H34.05-261123-0001"},
        "previous_hash": "",
    }
    assert (dossier.version, dossier.event_count, dossier.last_hash) == (5, 1, event.hash)


def test_of_several_posts_the_one_that_allowed_the_step_goes_on_the_timeline() -> None:
    both = Actor("both", "A", "officer", frozenset({Post(AGENCY, Role.CASHIER), Post(AGENCY, Role.RECEPTION)}))
    _, event = apply(replace(DRAFT, state=State.SUBMITTED), Action.RECEIVE, both, NOW, event_id="e")
    assert event.actor["role"] == "reception"


@pytest.mark.parametrize("actor", ACTORS, ids=lambda a: a.id)
@pytest.mark.parametrize("action", Action)
def test_only_the_applicant_files_a_draft(action: Action, actor: Actor) -> None:
    if (action, actor) == (Action.SUBMIT, OWNER):
        return
    with pytest.raises(TransitionRefused) as refusal:
        apply(DRAFT, action, actor, NOW, event_id="e")
    assert refusal.value.params == {"action": action.value, "state": "draft"}


def test_guards_see_the_facts_that_come_with_the_action() -> None:
    due = replace(DRAFT, state=State.ACCEPTANCE_FEE_DUE, fees=(COPY, FORM))
    cashier = officer(Role.CASHIER)
    assert apply(due, Action.PAY, cashier, NOW, event_id="e")[0].state is State.ACCEPTANCE_FEE_DUE
    half = apply(due, Action.PAY, cashier, NOW, event_id="e", changes={"fees": (*paid(COPY), FORM)})[0]
    assert (half.state, half.owes("acceptance")) == (State.ACCEPTANCE_FEE_DUE, 5000)
    whole = apply(half, Action.PAY, cashier, NOW, event_id="e", changes={"fees": paid(COPY, FORM)})[0]
    assert (whole.state, whole.owes("acceptance")) == (State.RECEIVED, 0)


@pytest.mark.parametrize("name", ["state", "version", "event_count", "last_hash", "id", "owner", "agency", "refund"])
def test_what_apply_itself_writes_or_asks_by_cannot_come_in_by_the_back_door(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        apply(DRAFT, Action.SUBMIT, OWNER, NOW, event_id="e", changes={name: getattr(DRAFT, name)})


def test_a_dossier_is_never_changed_in_place() -> None:
    before = {f.name: getattr(DRAFT, f.name) for f in fields(DRAFT)}
    life(*WHOLE_LIFE)
    assert {f.name: getattr(DRAFT, f.name) for f in fields(DRAFT)} == before


# The chain


EVENTS = life(*WHOLE_LIFE)[1]


@pytest.mark.parametrize("place", range(len(EVENTS)))
def test_an_altered_event_is_seen_wherever_it_stands(place: int) -> None:
    one = EVENTS[place]
    assert not chain_is_whole((*EVENTS[:place], replace(one, hash="0" * 64), *EVENTS[place + 1 :]))
    for altered in (
        replace(one, detail={**one.detail, "n": -1}),
        replace(one, actor={**one.actor, "name": "Người khác"}),
        replace(one, at=iso(NOW - timedelta(days=1))),
        replace(one, after=State.WITHDRAWN.value),
        replace(one, id="another"),
    ):
        assert not chain_is_whole((*EVENTS[:place], altered, *EVENTS[place + 1 :]))
        if place < len(EVENTS) - 1:  # sealed again by whoever altered it: the next event still knows
            assert not chain_is_whole((*EVENTS[:place], altered.sealed(), *EVENTS[place + 1 :]))


@pytest.mark.parametrize("place", range(len(EVENTS)))
def test_a_dropped_doubled_or_moved_event_is_seen(place: int) -> None:
    if place < len(EVENTS) - 1:
        assert not chain_is_whole((*EVENTS[:place], *EVENTS[place + 1 :]))
        assert not chain_is_whole((*EVENTS[:place], EVENTS[place + 1], EVENTS[place], *EVENTS[place + 2 :]))
    else:  # the last one missing: only the dossier's head knows
        assert EVENTS[place - 1].hash != life(*WHOLE_LIFE)[0].last_hash
    assert not chain_is_whole((*EVENTS[: place + 1], EVENTS[place], *EVENTS[place + 1 :]))


def test_no_events_are_a_whole_chain() -> None:
    assert chain_is_whole(())


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=7))])), st.integers(0, 10**7))
def test_moments_sort_as_text(moment: datetime, later: int) -> None:
    assert iso(moment).endswith("Z") and len(iso(moment)) == 24
    if moment.year < 9999:
        assert iso(moment) <= iso(moment + timedelta(milliseconds=later))


# Refunds


ENDINGS: list[tuple[State, Action, Actor]] = [
    (State.SUBMITTED, Action.REFUSE, officer(Role.RECEPTION)),
    (State.INTAKE_SUPPLEMENT, Action.LAPSE, SYSTEM),
    (State.REVIEW_SUPPLEMENT, Action.LAPSE, SYSTEM),
    (State.PARCEL_EXPECTED, Action.LAPSE, SYSTEM),
    (State.RECEIVED, Action.WITHDRAW, OWNER),
    (State.APPROVAL, Action.WITHDRAW, OWNER),
    (State.APPRAISAL, Action.STOP, officer(Role.APPROVER)),
    (State.ISSUING, Action.STOP, officer(Role.APPROVER)),
]


@pytest.mark.clause("A15")
@pytest.mark.parametrize(("state", "action", "actor"), ENDINGS, ids=lambda x: getattr(x, "id", x))
def test_a_procedure_not_performed_owes_the_fees_back(state: State, action: Action, actor: Actor) -> None:
    before = replace(DRAFT, state=state, fees=paid(COPY, FORM), event_count=6)
    after, event = apply(before, action, actor, NOW, event_id="e")
    assert after.refund == {
        "amount": 8000,
        "open": 8000,
        "reason": {"not_received": "refused"}.get(after.state, after.state.value),
        "opened_at": event.at,
        "event": 7,
        "paid_at": None,
    }


@pytest.mark.clause("A15")
@pytest.mark.parametrize("fees", [(), (COPY,), paid(FORM), (*paid(FORM), COPY)], ids=["none", "unpaid", "kept", "both"])
@pytest.mark.parametrize(("state", "action", "actor"), ENDINGS, ids=lambda x: getattr(x, "id", x))
def test_nothing_paid_or_nothing_refundable_owes_nothing(
    state: State, action: Action, actor: Actor, fees: tuple[Fee, ...]
) -> None:
    assert apply(replace(DRAFT, state=state, fees=fees), action, actor, NOW, event_id="e")[0].refund is None


@pytest.mark.clause("A16")
def test_a_procedure_performed_owes_nothing_back() -> None:
    dossier, _ = life(*WHOLE_LIFE[:3], start=replace(DRAFT, fees=paid(COPY)))
    for action, actor, changes in WHOLE_LIFE[3:]:
        dossier, _ = apply(dossier, action, actor, NOW, event_id="e", changes=changes)
        assert dossier.refund is None
    with pytest.raises(TransitionRefused):
        apply(replace(dossier, state=State.READY), Action.WITHDRAW, OWNER, NOW, event_id="e")


# Effects


@pytest.mark.parametrize(("state", "action", "actor"), ENDINGS, ids=lambda x: getattr(x, "id", x))
def test_an_ending_ends_the_workflow_and_is_told(state: State, action: Action, actor: Actor) -> None:
    event = apply(replace(DRAFT, state=state), action, actor, NOW, event_id="e")[1]
    desk = ("desk",) if action is Action.WITHDRAW else ()
    assert effects(event) == ("workflow", "notice", *desk, "sheet")


def test_effects_of_a_whole_life() -> None:
    _, events = life(*WHOLE_LIFE)
    assert {e.action: effects(e) for e in events} == {
        "submit": ("workflow", "notice", "sheet"),
        "request_supplement": ("workflow", "notice", "sheet"),
        "supplement": ("workflow", "notice", "desk", "sheet"),
        "receive": ("workflow", "notice", "sheet", "assign", "count"),
        "claim": ("workflow",),
        "propose": ("workflow",),
        "approve": ("workflow",),
        "enter_result": ("workflow", "notice", "count"),
        "compare": (),  # READY stays READY
        "deliver": ("workflow", "notice", "sheet"),
        "close": (),
    }


def test_a_dossier_opened_again_gets_a_review_of_its_own() -> None:
    for state in (State.STOPPED, State.NOT_RECEIVED):
        opened = replace(DRAFT, state=state)
        event = apply(opened, Action.REOPEN, officer(Role.ADMINISTRATOR), NOW, event_id="e")[1]
        assert effects(event) == ("restart", "notice", "sheet")


def test_a_result_with_a_file_is_sealed_first_and_told_when_it_is_there() -> None:
    clerk = officer(Role.CLERK)
    facts = {"result": {"number": "12/TL", "way": "file"}}
    sealing, entered = apply(
        replace(DRAFT, state=State.ISSUING), Action.ENTER_RESULT, clerk, NOW, event_id="e", changes=facts
    )
    assert (sealing.state, effects(entered)) == (State.SEALING, ("workflow", "seal"))
    ready, sealed = apply(sealing, Action.SEAL, SYSTEM, NOW, event_id="f")
    assert (ready.state, effects(sealed)) == (State.READY, ("workflow", "notice", "count"))
    back = apply(sealing, Action.RETURN_RESULT, clerk, NOW, event_id="g")[1]
    assert effects(back) == ("workflow",)


@pytest.mark.parametrize(("state", "follow"), [(State.READY, "workflow"), (State.CLOSED, "restart")])
def test_a_revoked_result_is_told_and_the_review_goes_on(state: State, follow: str) -> None:
    event = apply(replace(DRAFT, state=state), Action.REVOKE_RESULT, officer(Role.APPROVER), NOW, event_id="e")[1]
    assert event.after == State.ISSUING
    assert effects(event) == (follow, "notice")


# Walks

EDGES = {(rule.before, rule.action, rule.after, rule.role.value) for rule in TRANSITIONS}


def _facts(dice: random.Random, dossier: Dossier, actor: Actor) -> dict[str, Any]:
    """Facts such as requests bring, drawn at random."""
    changes: dict[str, Any] = {}
    if dice.random() < 0.5:
        changes["fees"] = tuple(
            replace(f, payment="p-1", via="cash") if dice.random() < 0.7 else f for f in dossier.fees
        )
    if dice.random() < 0.6:
        changes["assignee"] = actor.id
    if dice.random() < 0.5:
        changes["originals"] = {c: dice.choice(["matches", "matches", "differs"]) for c in dossier.papers}
        changes["form_signed"] = dice.random() < 0.8
    return changes


@pytest.mark.clause("B4")
@settings(phases=[Phase.explicit, Phase.generate])  # a walk made smaller is no easier to read
@given(st.randoms(use_true_random=False), st.sampled_from([3, 4]), st.booleans())
def test_any_walk_keeps_chain_and_versions_and_a_refusal_changes_nothing(
    dice: random.Random, level: int, signed: bool
) -> None:
    fees = (COPY, FORM, replace(COPY, moment="filing"), replace(COPY, moment="result"))
    dossier = replace(DRAFT, level=level, signed=signed, fees=fees, papers={"cccd": "p1"}, delivery="online")
    events: list[Event] = []
    for step in range(30):
        actor = dice.choice(ACTORS)
        offered = possible_actions(dossier, actor)
        action = dice.choice(offered or tuple(Action))
        if dice.random() < 0.2:
            action = dice.choice(tuple(Action))
        before = replace(dossier)
        try:
            after, event = apply(
                dossier, action, actor, NOW, event_id=f"e-{step}", changes=_facts(dice, dossier, actor)
            )
        except TransitionRefused:
            assert dossier == before
            continue
        assert (dossier.state, action, after.state, event.actor["role"]) in EDGES
        assert after.version == dossier.version + 1 and event.number == dossier.event_count + 1
        assert (event.before, event.after) == (dossier.state, after.state)
        assert after.refund is None or after.refund["amount"] > 0
        if level == 3 and after.state is State.DELIVERED:
            assert after.originals_match
        dossier = after
        events.append(event)
    assert chain_is_whole(tuple(events))
    assert dossier.event_count == len(events) and dossier.last_hash == (events[-1].hash if events else "")
    if len(events) > 1:
        place = dice.randrange(len(events) - 1)
        assert not chain_is_whole((*events[:place], *events[place + 1 :]))


def test_over_means_that_nobody_but_an_administrator_or_the_archive_moves_it() -> None:
    for state in OVER:
        for actor in ACTORS:
            offered = possible_actions(replace(DRAFT, state=state), actor)
            assert set(offered) <= {Action.REOPEN, Action.CLOSE, Action.COMPLAIN}


@pytest.mark.clause("A15")
def test_payments_that_paid_together_go_back_each_by_its_own_channel() -> None:
    """8.000 đồng: 3.000 by transfer first, then 5.000 by a gateway that can give back no more than it took."""
    fee = replace(COPY, payment="p-2", via="vnpay")
    held = Held("p-1", "vietqr", 3000, into="p-2")
    before = replace(DRAFT, state=State.RECEIVED, fees=(fee,), parts=(held,))
    owed = owed_back(before, State.WITHDRAWN, Action.WITHDRAW)
    assert [(o.payment, o.via, o.amount) for o in owed] == [("p-1", "vietqr", 3000), ("p-2", "vnpay", 5000)]
    assert apply(before, Action.WITHDRAW, OWNER, NOW, event_id="e")[0].refund["open"] == 8000  # type: ignore[index]
