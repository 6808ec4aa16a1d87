"""Each guard of the table of transitions on both sides of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.access import Role
from chalicelib.domain.life import Action, State
from tests.domain.test_life import actor_of, happens
from tests.domain.world import PLAIN, World

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
consultation give_opinion consultant | questions_left, consultation | , appraisal
consultation withdraw_question appraiser | questions_left, consultation | assigned, NotAssigned
consultation consulted system | , appraisal | questions_left, consultation
submitted transfer reception | , submitted | transferred, TransferredBefore
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
