"""A long life of a review goes on in the next attempt, at every place where it can be handed over; nothing ends."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.stub import Stubber

from chalicelib import aws, steps
from chalicelib.errors import UpstreamFailed
from chalicelib.gateways import workflow as machine
from chalicelib.services import present, workflow
from chalicelib.storage import dossiers as kept
from chalicelib.storage import ledger, tasks
from infra.local.testing import run
from tests.app.portal import Portal
from tests.app.treasury import FEE, Treasury, level_4


def waiting(portal: Portal, rounds: int = 1) -> str:
    """A filed dossier whose execution has made so many rounds and waits."""
    dossier, _ = portal.filed()
    portal.relay()
    for number in range(rounds):
        wait(dossier, 1, f"token-{number}")
    return dossier


ENTERED = "2026-11-23T02:00:00.000Z"


def wait(dossier: str, attempt: int, token: str, state: str = "submitted", entered: str = ENTERED) -> None:
    event = {"dossier": dossier, "attempt": attempt, "state": state, "entered": entered, "token": token}
    run(steps.await_decision, event, "await-decision")


def escalate(dossier: str, attempt: int = 1, state: str = "submitted") -> dict[str, Any]:
    event = {"dossier": dossier, "attempt": attempt, "state": state}
    answer: dict[str, Any] = run(steps.escalate, event, "escalate")
    return answer


def names(portal: Portal) -> list[str]:
    return [one["name"][-3:] for one in portal.cloud.executions()]


@pytest.mark.clause("B4")
def test_after_the_most_rounds_the_next_attempt_goes_on_where_the_dossier_is(portal: Portal) -> None:
    dossier = waiting(portal, workflow.MOST_ROUNDS)
    portal.step(portal.reception, dossier, "receive", {})
    portal.relay()
    assert names(portal) == ["-a1", "-a2"]
    assert portal.cloud.executions()[1]["input"]["state"] == "received"
    ((_, told),) = portal.cloud.tokens
    assert told["state"] == workflow.SUPERSEDED
    task = kept.task(dossier)
    assert task is not None and (task.attempt, task.rounds, task.token) == (2, 0, None)
    wait(dossier, 2, "token-of-2", "received")
    portal.step(portal.appraiser, dossier, "claim", {})
    portal.relay()
    assert portal.cloud.tokens[-1][1]["state"] == "appraisal" and len(names(portal)) == 2


def test_an_old_attempt_that_wakes_up_tells_the_current_one_where_the_dossier_is(portal: Portal) -> None:
    """The relay that should have told it died; whoever comes by next does, and ends itself."""
    dossier = waiting(portal, workflow.MOST_ROUNDS)
    portal.step(portal.reception, dossier, "receive", {})
    portal.relay()
    wait(dossier, 2, "token-of-2", "received")
    portal.step(portal.appraiser, dossier, "claim", {})
    assert escalate(dossier, 1, "received")["state"] == workflow.SUPERSEDED
    assert portal.cloud.tokens[-1][0] == "token-of-2" and portal.cloud.tokens[-1][1]["state"] == "appraisal"


def test_before_that_the_execution_goes_on_itself(portal: Portal) -> None:
    dossier = waiting(portal, workflow.MOST_ROUNDS - 1)
    portal.step(portal.reception, dossier, "receive", {})
    portal.relay()
    assert names(portal) == ["-a1"] and portal.cloud.tokens[-1][1]["state"] == "received"


@pytest.mark.clause("B4")
@pytest.mark.parametrize("at", [1, 2], ids=["before the second look", "before the token is kept"])
def test_a_step_taken_while_a_task_begins_to_wait_is_told_to_it(portal: Portal, at: int) -> None:
    """At every moment between the task's first look and its last one of two finds the other."""
    dossier, _ = portal.filed()
    portal.relay()
    seen: list[str] = []

    def step(model: Any, **_: Any) -> None:
        seen.append(model.name)
        if seen == ["GetItem", "UpdateItem", "GetItem"][: len(seen)] and len(seen) == 4 - at:
            portal.step(portal.reception, dossier, "receive", {})
            portal.relay()

    events = aws.dynamodb().client.meta.events
    events.register_last("before-call.dynamodb", step)
    try:
        wait(dossier, 1, "token")
    finally:
        events.unregister("before-call.dynamodb", step)
    assert len(seen) > 3
    assert [told["state"] for token, told in portal.cloud.tokens if token == "token"] == ["received"]
    task = kept.task(dossier)
    assert task is not None and (task.token, task.attempt) == (None, 1)


@pytest.mark.clause("B4")
def test_a_task_announced_late_does_not_take_the_place_of_the_one_that_waits(portal: Portal) -> None:
    dossier = waiting(portal)
    portal.step(portal.reception, dossier, "receive", {})
    portal.relay()
    wait(dossier, 1, "live", "received", "2026-11-23T03:00:00.000Z")
    portal.cloud.dead_tokens.add("void")
    wait(dossier, 1, "void", "received", "2026-11-23T02:30:00.000Z")
    task = kept.task(dossier)
    assert task is not None and task.token == "live"
    wait(dossier, 1, "tried again", "received", "2026-11-23T03:00:00.000Z")
    task = kept.task(dossier)
    assert task is not None and task.token == "tried again"


def test_an_old_execution_hands_over_before_its_year_is_over(portal: Portal) -> None:
    dossier = waiting(portal)
    portal.later(days=workflow.LONGEST_LIFE.days + 1)
    assert escalate(dossier)["state"] == workflow.SUPERSEDED
    assert names(portal) == ["-a1", "-a2"]


def test_a_dossier_overdue_for_ever_is_handed_over_and_reported_on(portal: Portal) -> None:
    dossier, attempts = waiting(portal), set()
    attempt = 1
    for _ in range(2 * workflow.MOST_ROUNDS):
        portal.later(days=1)
        answer = escalate(dossier, attempt)
        if answer["state"] == workflow.SUPERSEDED:
            attempt += 1
        else:
            wait(dossier, attempt, f"token-{present.now():%j}-{attempt}")
        attempts.add(attempt)
    assert len(attempts) >= 4 and len(names(portal)) == len(attempts)
    steps_ = [s["action"] for s in portal.citizen.get(f"/dossiers/{dossier}").body["timeline"]]
    assert steps_.count("escalate") > workflow.MOST_ROUNDS


def test_an_attempt_that_is_not_the_current_one_ends_and_the_current_one_is_started(portal: Portal) -> None:
    """Whoever gave the attempt up died before it started the next."""
    dossier = waiting(portal)
    assert tasks.next_attempt(dossier, 1)
    assert escalate(dossier)["state"] == workflow.SUPERSEDED
    assert names(portal) == ["-a1", "-a2"]
    assert escalate(dossier)["state"] == workflow.SUPERSEDED and len(names(portal)) == 2


def test_a_function_that_failed_for_good_ends_nothing_and_counts(portal: Portal) -> None:
    """Its execution comes to Escalate after a rest, long before the deadline: nothing is reported, it waits again."""
    dossier = waiting(portal)
    for _ in range(3):
        assert escalate(dossier)["state"] == "submitted"
    assert [s["action"] for s in portal.citizen.get(f"/dossiers/{dossier}").body["timeline"]] == ["submit"]
    task = kept.task(dossier)
    assert task is not None and task.rounds == 4


def test_what_is_over_is_not_started_again(portal: Portal) -> None:
    dossier = waiting(portal, workflow.MOST_ROUNDS)
    portal.step(portal.reception, dossier, "refusal", {"reason": "Không thuộc thẩm quyền."})
    portal.relay()
    assert names(portal) == ["-a1"] and portal.cloud.tokens[-1][1]["state"] == "not_received"


def test_what_the_applicant_let_lapse_is_owed_back_and_no_other_attempt_waits_on(portal: Portal) -> None:
    treasury = Treasury(portal)
    treasury.offer(level_4("filing", "2.000638"))
    dossier = treasury.due("2.000638")
    treasury.pay(dossier)
    assert tasks.next_attempt(dossier, 1)
    assert escalate(dossier, state="parcel_expected")["state"] == workflow.SUPERSEDED
    wait(dossier, 2, "second", "parcel_expected")
    portal.later(days=31)
    assert escalate(dossier, 2, "parcel_expected")["state"] == "stopped"
    (refund,) = ledger.account(dossier).refunds
    assert refund.amount == FEE
    assert escalate(dossier, state="parcel_expected")["state"] == workflow.SUPERSEDED
    token, said = portal.cloud.tokens[-1]
    assert (token, said["state"]) == ("second", "stopped")


def test_the_appointed_date_is_waited_for_anew(portal: Portal) -> None:
    """The wait was for the old date: it times out, finds the date ahead, and waits for the rest."""
    dossier = portal.received()
    portal.relay()
    portal.step(portal.approver, dossier, "appointment", {"reason": "Xin lỗi.", "day": "2026-11-27"})
    portal.later(days=2, minutes=1)  # Wednesday 09:01, past the first date
    answer = escalate(dossier, state="received")
    left = timedelta(days=2, hours=8) - timedelta(minutes=1)  # until Friday 17:00
    assert answer["seconds"] == left.total_seconds()
    assert [s["action"] for s in portal.citizen.get(f"/dossiers/{dossier}").body["timeline"]][-1] == "reappoint"


def test_a_redrive_says_whether_it_could_be(portal: Portal) -> None:
    """The service's answers by its API reference; moto has no such call."""
    arn = "arn:aws:states:ap-southeast-1:123456789012:execution:motcua-local-review:H34-05-261123-0001-a1"
    with Stubber(aws.client("stepfunctions")) as service:
        service.add_response("redrive_execution", {"redriveDate": present.now()}, {"executionArn": arn})
        service.add_client_error("redrive_execution", "ExecutionNotRedrivable")
        service.add_client_error("redrive_execution", "AccessDeniedException")
        assert machine.redrive("H34-05-261123-0001-a1")
        assert not machine.redrive("H34-05-261123-0001-a1")
        with pytest.raises(UpstreamFailed):
            machine.redrive("H34-05-261123-0001-a1")
