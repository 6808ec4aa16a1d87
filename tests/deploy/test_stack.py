"""Change sets against moto's CloudFormation; what may not be done is refused by what CloudFormation's documents say."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infra.deploy import Refused, stack
from infra.deploy.stack import Change, ChangeSet
from tests.deploy.account import REGION, clients, main, table

VALUES = {"Stage": "dev"}


@pytest.fixture
def cloudformation() -> Any:
    return clients("cloudformation", REGION)


def _body(template: Any) -> dict[str, str]:
    return {"TemplateBody": json.dumps(template)}


def _made(cloudformation: Any, template: Any) -> ChangeSet:
    found = stack.prepare(cloudformation, "s", _body(template), VALUES, {"Stage": "dev"}, sleep=lambda _: None)
    assert found is not None
    return found


def test_a_new_stack_is_shown_and_made(cloudformation: Any) -> None:
    made = _made(cloudformation, main())
    assert made.creates and {(c.action, c.name) for c in made.changes} == {
        ("Add", "SiteBucket"),
        ("Add", "DossiersTable"),
    }
    assert not stack.refusals(made)
    told: list[str] = []
    stack.execute(cloudformation, made, told.append, sleep=lambda _: None)
    assert stack.outputs(cloudformation, "s")["SiteBucketName"] == "site"
    assert stack.parameters(cloudformation, "s")["Stage"] == "dev"
    assert any("CREATE_COMPLETE" in line for line in told)


def test_a_change_set_that_nobody_wants_leaves_nothing_behind(cloudformation: Any) -> None:
    stack.discard(cloudformation, _made(cloudformation, main()))
    assert stack.describe(cloudformation, "s") is None


def test_removing_a_table_is_refused(cloudformation: Any) -> None:
    stack.execute(cloudformation, _made(cloudformation, main()), lambda _: None, sleep=lambda _: None)
    less = main()
    del less["Resources"]["DossiersTable"]
    made = _made(cloudformation, less)
    (sentence,) = stack.refusals(made)
    assert sentence.startswith("DossiersTable (AWS::DynamoDB::Table) would be removed")
    assert any(line.startswith("  - AWS::DynamoDB::Table") for line in stack.show(made))


def test_another_table_is_no_reason_to_refuse(cloudformation: Any) -> None:
    stack.execute(cloudformation, _made(cloudformation, main()), lambda _: None, sleep=lambda _: None)
    made = _made(cloudformation, main(OtherTable=table("other")))
    assert not made.creates and not stack.refusals(made)


KINDS = sorted(stack.HOLDS_DATA)


@pytest.mark.clause("C7")
@pytest.mark.parametrize("kind", KINDS)
def test_what_holds_data_is_neither_removed_nor_replaced(kind: str) -> None:
    for change in (Change("Remove", "A", kind), Change("Modify", "A", kind, "True", ("Name",))):
        assert stack.refusals(ChangeSet("s", "c", False, (change,)), accepted=["A"])


def test_what_may_be_replaced_is_done_for_resources_that_are_named() -> None:
    change = Change("Modify", "A", "AWS::DynamoDB::Table", "Conditional", ("SSESpecification",))
    found = ChangeSet("s", "c", False, (change,))
    (sentence,) = stack.refusals(found)
    assert "SSESpecification" in sentence and "ACCEPT=A" in sentence
    assert not stack.refusals(found, accepted=["A"])


def test_functions_may_come_and_go() -> None:
    changes = (
        Change("Remove", "A", "AWS::Lambda::Function"),
        Change("Modify", "B", "AWS::Lambda::Function", "True"),
        Change("Modify", "C", "AWS::DynamoDB::Table", "False"),
    )
    assert not stack.refusals(ChangeSet("s", "c", False, changes))


def test_what_is_lost_is_shown_first_and_counted() -> None:
    changes = (
        Change("Add", "New", "AWS::SQS::Queue"),
        Change("Modify", "Pool", "AWS::Cognito::UserPool", "True", ("Schema",)),
        Change("Remove", "Old", "AWS::SQS::Queue"),
    )
    first, *_, last = stack.show(ChangeSet("s", "c", False, changes))
    assert "Pool" in first and "REPLACED" in first and "Schema" in first
    assert last == "  s: 1 add, 1 modify, 1 remove, 1 replaced"


class _Fake:
    """CloudFormation's answers as its documents give them, where moto has none: refusals, pages, failures.

    Recorded from the documentation, not from an account."""

    def __init__(self, **answers: Any) -> None:
        self._answers = answers
        self.calls: list[str] = []

    def __getattr__(self, name: str) -> Any:
        def call(**_: Any) -> Any:
            self.calls.append(name)
            answer = self._answers[name]
            return (
                answer.pop(0)
                if isinstance(answer, list) and len(answer) > 1
                else answer[0]
                if isinstance(answer, list)
                else answer
            )

        return call


def _stacks(*statuses: str) -> list[Any]:
    return [{"Stacks": [{"StackName": "s", "StackStatus": status}]} for status in statuses]


def test_nothing_to_change_is_no_failure() -> None:
    reason = "The submitted information didn't contain changes. Submit different information to create a change set."
    fake = _Fake(
        describe_stacks=_stacks("UPDATE_COMPLETE"),
        create_change_set={},
        describe_change_set=[{"Status": "CREATE_PENDING"}, {"Status": "FAILED", "StatusReason": reason}],
        delete_change_set={},
    )
    assert stack.prepare(fake, "s", {}, {}, {}, sleep=lambda _: None) is None
    assert "delete_change_set" in fake.calls


def test_a_template_that_cloudformation_refuses_is_told_with_its_reason() -> None:
    fake = _Fake(
        describe_stacks=_stacks("UPDATE_COMPLETE"),
        create_change_set={},
        describe_change_set={"Status": "FAILED", "StatusReason": "Transform AWS::Serverless-2016-10-31 failed with: …"},
        delete_change_set={},
    )
    with pytest.raises(Refused, match="Transform"):
        stack.prepare(fake, "s", {}, {}, {}, sleep=lambda _: None)


@pytest.mark.parametrize("status", ["ROLLBACK_COMPLETE", "UPDATE_IN_PROGRESS", "DELETE_FAILED"])
def test_a_stack_that_cannot_be_changed_is_left_alone(status: str) -> None:
    fake = _Fake(describe_stacks=_stacks(status))
    with pytest.raises(Refused, match=status):
        stack.prepare(fake, "s", {}, {}, {})
    assert fake.calls == ["describe_stacks"]


def _change(name: str) -> Any:
    about = {"Action": "Add", "LogicalResourceId": name, "ResourceType": "AWS::SQS::Queue"}
    return {"Type": "Resource", "ResourceChange": about}


def test_change_sets_of_several_pages_are_read_to_the_end() -> None:
    fake = _Fake(
        describe_stacks=_stacks("UPDATE_COMPLETE"),
        create_change_set={},
        describe_change_set=[
            {"Status": "CREATE_COMPLETE"},
            {"Changes": [_change("A")], "NextToken": "more"},
            {"Changes": [_change("B")]},
        ],
    )
    found = stack.prepare(fake, "s", {}, {}, {}, sleep=lambda _: None)
    assert found is not None and [change.name for change in found.changes] == ["A", "B"]


def test_a_deployment_that_was_rolled_back_names_what_failed_first() -> None:
    failed = {
        "EventId": "2",
        "LogicalResourceId": "Verify",
        "ResourceStatus": "UPDATE_FAILED",
        "ResourceStatusReason": "Specified ReservedConcurrentExecutions …",
    }
    cancelled = {
        **failed,
        "EventId": "3",
        "LogicalResourceId": "Sign",
        "ResourceStatusReason": "Resource update cancelled",
    }
    fake = _Fake(
        describe_stacks=_stacks("UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE"),
        describe_stack_events=[{"StackEvents": []}, {"StackEvents": [cancelled, failed]}, {"StackEvents": []}],
        execute_change_set={},
    )
    told: list[str] = []
    with pytest.raises(Refused, match="UPDATE_ROLLBACK_COMPLETE: Verify: Specified"):
        stack.execute(fake, ChangeSet("s", "c", False, ()), told.append, sleep=lambda _: None)
    assert [line.split()[1] for line in told] == ["Verify", "Sign"]
