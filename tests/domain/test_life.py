"""The table of transitions against what regulation and practice say, written here by hand a second time.

`LIFE` must never be derived from `TRANSITIONS`: two tables written apart only agree when both say what was meant.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.access import OFFICER_ROLES, SYSTEM, Actor, Post, Role
from chalicelib.domain.dossier import apply, possible_actions
from chalicelib.domain.life import OVER, STATES, Action, State
from chalicelib.errors import TransitionRefused
from tests.domain.life_of_people import PEOPLE
from tests.domain.world import AGENCY, NOW, PAIRS, PLAIN, WORLDS, World

# states | action | roles | what happens: alternatives `condition:state` in order, then a state (= is the same), or
# `!code` of a refusal.
LIFE = """
received appraisal consultation approval issuing sealing | warn recalculate | system | =
submitted parcel_received | recalculate | system | =
filing_fee_due parcel_expected parcel_received submitted intake_supplement acceptance_fee_due | escalate | system | =
received appraisal consultation review_supplement approval issuing | escalate | system | =
sealing result_fee_due ready handover_stopped in_post post_returned | escalate | system | =

draft | submit | applicant | filing_owed:filing_fee_due parcel_needed:parcel_expected submitted

filing_fee_due | pay | cashier system | filing_owed:filing_fee_due parcel_needed:parcel_expected submitted
filing_fee_due | lapse | system | stopped
filing_fee_due | withdraw | applicant | withdrawn

parcel_expected | announce_parcel | applicant | parcel_expected
parcel_expected | register_parcel | reception | parcel_received
parcel_expected | lapse | system | stopped
parcel_expected | withdraw | applicant | withdrawn

parcel_received | open_parcel | reception | parcel_received
parcel_received | check_parcel | reception | all_certified:submitted parcel_expected
parcel_received | return_parcel | reception | parcel_expected
parcel_received | withdraw | applicant | withdrawn

withdrawn | return_parcel | reception | parcel_lies_here:withdrawn !NoParcelHere

submitted | receive | reception | acceptance_owed:acceptance_fee_due received
submitted | request_supplement | reception | intake_supplement
submitted | refuse | reception | not_received
submitted | withdraw | applicant | withdrawn

intake_supplement | supplement | applicant | submitted
intake_supplement | lapse | system | not_received
intake_supplement | withdraw | applicant | withdrawn

acceptance_fee_due | pay | cashier system | acceptance_owed:acceptance_fee_due received
acceptance_fee_due | lapse | system | not_received
acceptance_fee_due | withdraw | applicant | withdrawn

received | claim | appraiser | appraisal
received | withdraw | applicant | withdrawn
received | stop | approver | stopped
received | reappoint | approver | never_reappointed:received !AlreadyReappointed

appraisal | consult | appraiser | mine:consultation !NotAssigned
appraisal | request_supplement | appraiser | mine:review_supplement !NotAssigned
appraisal | propose | appraiser | mine:approval !NotAssigned
appraisal | withdraw | applicant | withdrawn
appraisal | stop | approver | stopped
appraisal | reappoint | approver | never_reappointed:appraisal !AlreadyReappointed

consultation | consulted | appraiser system | appraisal
consultation | withdraw | applicant | withdrawn
consultation | stop | approver | stopped
consultation | reappoint | approver | never_reappointed:consultation !AlreadyReappointed

review_supplement | supplement | applicant | appraisal
review_supplement | lapse | system | stopped
review_supplement | withdraw | applicant | withdrawn
review_supplement | stop | approver | stopped

approval | approve | approver | another_appraised:issuing !FourEyes
approval | send_back | approver | appraisal
approval | withdraw | applicant | withdrawn
approval | stop | approver | stopped
approval | reappoint | approver | never_reappointed:approval !AlreadyReappointed

issuing | enter_result | clerk | with_a_file:sealing result_owed:result_fee_due ready
issuing | stop | approver | stopped
issuing | reappoint | approver | never_reappointed:issuing !AlreadyReappointed

sealing | seal | system | result_owed:result_fee_due ready
sealing | refuse_result | system | issuing
sealing | return_result | clerk | issuing

result_fee_due | ask_revocation | clerk approver | result_fee_due
result_fee_due | keep_result | approver | result_fee_due
result_fee_due | revoke_result | approver | issuing
ready | ask_revocation | clerk approver | ready
ready | keep_result | approver | ready
ready | revoke_result | approver | issuing
handover_stopped | ask_revocation | clerk approver | handover_stopped
handover_stopped | keep_result | approver | handover_stopped
handover_stopped | revoke_result | approver | issuing
delivered | ask_revocation | clerk approver | delivered
delivered | keep_result | approver | delivered
delivered | revoke_result | approver | issuing
closed | ask_revocation | clerk approver | closed
closed | keep_result | approver | closed
closed | revoke_result | approver | issuing

result_fee_due | pay | cashier system | result_owed:result_fee_due ready

ready | compare | clerk | originals_differ:handover_stopped ready
ready | deliver | clerk | may_be_handed_over:delivered !OriginalsNotCompared
ready | deliver | applicant | online_at_level_4:delivered !CounterOnly
ready | post | clerk | post_at_level_4:in_post !CounterOnly

handover_stopped | compare | clerk | originals_differ:handover_stopped ready
handover_stopped | stop | approver | stopped

in_post | deliver | clerk system | delivered
in_post | track | clerk system | in_post
in_post | parcel_returned | clerk system | post_returned

post_returned | track | clerk system | post_returned
post_returned | post | clerk | post_at_level_4:in_post !CounterOnly
post_returned | deliver | clerk | delivered

delivered | track | clerk system | delivered
closed | track | clerk system | closed

delivered | close | clerk | no_refund_open:closed !RefundOpen

not_received | reopen | administrator | kept:submitted !NotReopenable
stopped | reopen | administrator | kept:submitted !NotReopenable

not_received | complain | applicant | no_complaint:not_received !ComplainedBefore
stopped | complain | applicant | no_complaint:stopped !ComplainedBefore
delivered | complain | applicant | no_complaint:delivered !ComplainedBefore
closed | complain | applicant | no_complaint:closed !ComplainedBefore

ready | claim_refund | applicant | law_gives_it_back:ready !NoRefundAfterResult
post_returned | claim_refund | applicant | law_gives_it_back:post_returned !NoRefundAfterResult

"""

NATIONAL_STATUS = {  # the portal's ten, and the states of ours that report each
    None: {"draft"},
    1: {"submitted", "parcel_expected", "parcel_received"},
    2: {"received"},
    3: {"not_received"},
    4: {"appraisal", "consultation", "approval", "issuing", "sealing"},
    5: {"intake_supplement", "review_supplement"},
    6: {"filing_fee_due", "acceptance_fee_due", "result_fee_due"},
    7: {"withdrawn"},
    8: {"stopped"},
    9: {"ready", "handover_stopped", "in_post", "post_returned"},
    10: {"delivered", "closed"},
}

# Wherever a filed dossier is, money may come that is not owed and go back, and a complaint that waits is answered.
LIFE += "".join(
    f"{state} | surplus | system | {state}\n{state} | refund | system accountant cashier | {state}\n"
    f"{state} | answer_complaint | administrator | complaint_waits:{state} !NoComplaintOpen\n"
    for state in State
    if state is not State.DRAFT
)

Cell = tuple[State, Action, Role]


def _read() -> dict[Cell, list[str]]:
    cells: dict[Cell, list[str]] = {}
    for line in filter(None, (LIFE + PEOPLE).splitlines()):
        states, actions, roles, outcome = (part.strip() for part in line.split("|"))
        for state, action, role in itertools.product(states.split(), actions.split(), roles.split()):
            cell = State(state), Action(action), Role(role)
            assert cell not in cells, f"{line} stands twice"
            cells[cell] = [state] if outcome == "=" else outcome.split()
    return cells


CELLS = _read()


def actor_of(role: Role) -> Actor:
    if role is Role.SYSTEM:
        return SYSTEM
    if role is Role.APPLICANT:
        return Actor("owner", "Y Thị Hoa", "person")
    return Actor(f"an-{role}", "A Văn Bình", "officer", frozenset({Post(AGENCY, role)}))


def expected(cell: Cell, world: World) -> State | str:
    """The state after, or the code of the refusal."""
    for alternative in CELLS.get(cell, ["!TransitionRefused"]):
        condition, colon, after = alternative.rpartition(":")
        if alternative.startswith("!"):
            return alternative[1:]
        if not colon or getattr(world, condition):
            return State(after)
    raise AssertionError(f"{cell} has no last alternative")


def happens(state: State, action: Action, actor: Actor, world: World) -> State | str:
    dossier = world.dossier(state, actor)
    try:
        return apply(dossier, action, actor, NOW, event_id="e-0000000000000001")[0].state
    except TransitionRefused as refusal:
        assert refusal.params == {"action": action.value, "state": state.value}
        return refusal.code


@pytest.mark.clause("B4")
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("state", State)
def test_every_state_and_role_against_every_action(state: State, role: Role) -> None:
    actor = actor_of(role)
    for action in Action:
        cell = state, action, role
        for world in PAIRS if cell in CELLS else WORLDS:
            assert happens(state, action, actor, world) == expected(cell, world), (cell, world)


def test_what_is_offered_can_be_done() -> None:
    """Of what the table has, what its guards allow now; where the request brings the facts, all of it."""
    brings_facts = {Action.SUBMIT, Action.PAY, Action.COMPARE, Action.CHECK_PARCEL}
    for state in State:
        for role in Role:
            actor = actor_of(role)
            offered = set(possible_actions(PLAIN.dossier(state, actor), actor))
            listed = {a for s, a, r in CELLS if s is state and r is role}
            done = {a for a in listed if isinstance(happens(state, a, actor, PLAIN), State)}
            elsewhere = {Action.SURPLUS, Action.REFUND, Action.TRACK}  # from the pages of money, and from the post
            elsewhere |= {Action.ASK_REVOCATION, Action.KEEP_RESULT, Action.REVOKE_RESULT}  # beside the result
            assert offered == (done | (listed & brings_facts)) - elsewhere


def test_every_action_is_someones() -> None:
    assert {action for _, action, _ in CELLS} == set(Action)


# One line per guard: state action role | a world on one side, what happens | a world on the other side, what happens.
# A world is told by what is not plain in it: a fact turned round by its name, others as name=value.
GUARDS = """
draft submit applicant | filing_owed, filing_fee_due | , submitted
draft submit applicant | level=4, parcel_expected | level=4 signed, submitted
draft submit applicant | level=4, parcel_expected | level=3, submitted
filing_fee_due pay cashier | level=4 filing_owed, filing_fee_due | level=4, parcel_expected
parcel_received check_parcel reception | all_certified, submitted | , parcel_expected
withdrawn return_parcel reception | parcel_lies_here, withdrawn | , NoParcelHere
post_returned post clerk | level=4 delivery=post, in_post | level=4, CounterOnly
submitted receive reception | acceptance_owed, acceptance_fee_due | , received
acceptance_fee_due pay cashier | acceptance_owed, acceptance_fee_due | , received
issuing enter_result clerk | result_owed, result_fee_due | , ready
issuing enter_result clerk | with_a_file, sealing | , ready
sealing seal system | result_owed, result_fee_due | , ready
result_fee_due pay cashier | result_owed, result_fee_due | , ready
approval approve approver | , issuing | another_appraised, FourEyes
appraisal propose appraiser | , approval | assigned, NotAssigned
appraisal reappoint approver | , appraisal | never_reappointed, AlreadyReappointed
ready deliver clerk | , delivered | originals=differs, OriginalsNotCompared
ready deliver clerk | , delivered | originals=not_shown, OriginalsNotCompared
ready deliver clerk | , delivered | form_signed, OriginalsNotCompared
ready compare clerk | originals=differs, handover_stopped | , ready
handover_stopped compare clerk | , ready | originals=differs, handover_stopped
ready deliver applicant | level=4 delivery=online, delivered | level=4, CounterOnly
ready deliver applicant | level=4 delivery=online, delivered | delivery=online, CounterOnly
ready post clerk | level=4 delivery=post, in_post | level=4, CounterOnly
ready post clerk | level=4 delivery=post, in_post | delivery=post, CounterOnly
stopped reopen administrator | , submitted | refund=open, NotReopenable
not_received reopen administrator | , submitted | filing_owed, NotReopenable
stopped reopen administrator | , submitted | with_a_file, NotReopenable
stopped complain applicant | , stopped | complaint=open, ComplainedBefore
stopped complain applicant | , stopped | complaint=answered, ComplainedBefore
submitted answer_complaint administrator | complaint=open, submitted | complaint=answered, NoComplaintOpen
delivered close clerk | refund=paid, closed | refund=open, RefundOpen
"""


def _world(words: str) -> World:
    turned: dict[str, Any] = {}
    for word in words.split():
        name, _, value = word.partition("=")
        turned[name] = (int(value) if value.isdecimal() else value) if value else not getattr(PLAIN, name)
    return replace(PLAIN, **turned)


@pytest.mark.parametrize("line", GUARDS.strip().splitlines())
def test_each_guard_on_both_sides(line: str) -> None:
    cell, *sides = line.split("|")
    state, action, role = cell.split()
    for side in sides:
        words, _, then = side.partition(",")
        assert happens(State(state), Action(action), actor_of(Role(role)), _world(words)) == then.strip()


@pytest.mark.clause("A9")
@pytest.mark.clause("A14")
def test_a_level_3_result_leaves_ready_only_by_hand_after_the_comparison() -> None:
    ways = [(a, r) for s, a, r in CELLS if s is State.READY and a is not Action.COMPARE]
    for world in (w for w in PAIRS if w.level == 3):
        for action, role in ways:
            after = happens(State.READY, action, actor_of(role), world)
            if after in {State.DELIVERED, State.IN_POST}:
                assert (action, role) == (Action.DELIVER, Role.CLERK) and not world.originals_differ


@pytest.mark.clause("B4")
def test_nobody_approves_what_they_appraised_whatever_else_they_are() -> None:
    everything = Actor("one", "A", "officer", frozenset(Post(AGENCY, role) for role in OFFICER_ROLES))
    assert happens(State.APPROVAL, Action.APPROVE, everything, World(another_appraised=False)) == "FourEyes"
    assert happens(State.APPROVAL, Action.APPROVE, everything, PLAIN) is State.ISSUING


@pytest.mark.clause("C1")
def test_every_state_reports_its_national_status_and_all_ten_are_reported() -> None:
    assert {s.value: s.about.status for s in State} == {s: n for n, names in NATIONAL_STATUS.items() for s in names}
    assert set(STATES) == set(State)
    assert {about.status for about in STATES.values()} - {None} == set(range(1, 11))


def test_every_state_is_named_in_both_languages() -> None:
    for names in ([a.vi for a in STATES.values()], [a.en for a in STATES.values()]):
        assert all(names) and len(set(names)) == len(names)


def _graph() -> dict[State, set[State]]:
    graph: dict[State, set[State]] = {state: set() for state in State}
    for (state, _, _), alternatives in CELLS.items():
        graph[state] |= {State(a.rpartition(":")[2]) for a in alternatives if not a.startswith("!")}
    return graph


def _reached(start: State) -> Iterator[State]:
    graph, waiting, seen = _graph(), [start], {start}
    while waiting:
        state = waiting.pop()
        yield state
        new = graph[state] - seen
        seen |= new
        waiting.extend(new)


@pytest.mark.clause("B4")
def test_every_state_is_reached_and_every_dossier_can_come_to_an_end() -> None:
    assert set(_reached(State.DRAFT)) == set(State)
    for state in State:
        assert OVER & set(_reached(state)), f"{state} is a trap"
    assert {s for s, after in _graph().items() if after <= {s}} == {State.WITHDRAWN}


def test_the_portal_itself_decides_nothing_and_assigns_by_the_rule_alone() -> None:
    of_the_system = {action for _, action, role in CELLS if role is Role.SYSTEM}
    theirs = "pay lapse consulted deliver parcel_returned track escalate surplus refund seal refuse_result assign"
    theirs += " warn recalculate"
    assert of_the_system == set(theirs.split())
