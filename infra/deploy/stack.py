"""Change sets: made, shown, refused where data would be lost, carried out with progress.

A change set is what CloudFormation says it would do. Two things it may say are never carried out: to remove or to
replace something that holds data. What it *may* replace ("Conditional": it cannot tell before) is carried out only for
resources that are named.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from infra.deploy import Refused, Tell

HOLDS_DATA = frozenset(
    {
        "AWS::DynamoDB::Table",
        "AWS::S3::Bucket",
        "AWS::KMS::Key",
        "AWS::Cognito::UserPool",
        "AWS::Backup::BackupVault",
    }
)
_UNCHANGED = ("didn't contain changes", "No updates are to be performed")
_POLL = 5.0  # seconds between two looks

Sleep = Callable[[float], None]


@dataclass(frozen=True)
class Change:
    """What would happen to one resource. `replaced`: "True", "False", "Conditional", or "" (added, removed)."""

    action: str  # Add, Modify, Remove, Import, Dynamic
    name: str  # logical id
    kind: str  # AWS::…
    replaced: str = ""
    parts: tuple[str, ...] = ()  # properties that change

    @property
    def loses(self) -> str:
        """Why this may not be done ("removed", "replaced"), "maybe" if nobody can tell, or nothing."""
        if self.kind not in HOLDS_DATA:
            return ""
        if self.action == "Remove":
            return "removed"
        return {"True": "replaced", "Conditional": "maybe"}.get(self.replaced, "")


@dataclass(frozen=True)
class ChangeSet:
    stack: str
    name: str
    creates: bool  # the stack is new
    changes: tuple[Change, ...]


def describe(cloudformation: Any, stack: str) -> Mapping[str, Any] | None:
    """The stack as CloudFormation describes it, or None."""
    try:
        (found,) = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":  # its way to say that there is none
            return None
        raise
    result: Mapping[str, Any] = found
    return result


def outputs(cloudformation: Any, stack: str) -> dict[str, str]:
    found = describe(cloudformation, stack) or {}
    return {each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", ())}


def parameters(cloudformation: Any, stack: str) -> dict[str, str]:
    found = describe(cloudformation, stack) or {}
    return {each["ParameterKey"]: each.get("ParameterValue", "") for each in found.get("Parameters", ())}


def prepare(
    cloudformation: Any,
    stack: str,
    template: Mapping[str, str],
    values: Mapping[str, str],
    tags: Mapping[str, str],
    sleep: Sleep = time.sleep,
) -> ChangeSet | None:
    """A change set of `template` ({"TemplateURL": …} or {"TemplateBody": …}); None when nothing would change."""
    known = describe(cloudformation, stack)
    status = known["StackStatus"] if known else "REVIEW_IN_PROGRESS"
    if status in ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED"):
        raise Refused(
            f"{stack} is {status}: its first deployment failed. Look at its events, then make remove, and deploy again"
        )
    if status.endswith("_IN_PROGRESS") and status != "REVIEW_IN_PROGRESS":
        raise Refused(f"{stack} is {status}: somebody else is at work on it")
    creates = status == "REVIEW_IN_PROGRESS"
    name = f"motcua-{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
    cloudformation.create_change_set(
        StackName=stack,
        ChangeSetName=name,
        ChangeSetType="CREATE" if creates else "UPDATE",
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in sorted(values.items())],
        Tags=[{"Key": key, "Value": value} for key, value in sorted(tags.items())],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        **template,
    )
    while True:
        about = cloudformation.describe_change_set(StackName=stack, ChangeSetName=name)
        if about["Status"] == "CREATE_COMPLETE":
            return ChangeSet(stack, name, creates, tuple(_changes(cloudformation, stack, name)))
        if about["Status"] == "FAILED":
            discard(cloudformation, ChangeSet(stack, name, creates, ()))
            reason = about.get("StatusReason", "")
            if any(words in reason for words in _UNCHANGED):
                return None
            raise Refused(f"{stack}: CloudFormation refuses the template: {reason}")
        sleep(_POLL)


def _changes(cloudformation: Any, stack: str, name: str) -> Iterator[Change]:
    token: dict[str, str] = {}
    while True:
        page = cloudformation.describe_change_set(StackName=stack, ChangeSetName=name, **token)
        for each in page["Changes"]:
            about = each["ResourceChange"]
            yield Change(
                action=about["Action"],
                name=about["LogicalResourceId"],
                kind=about["ResourceType"],
                replaced=about.get("Replacement", ""),
                parts=tuple(
                    sorted({str(d["Target"].get("Name", d["Target"]["Attribute"])) for d in about.get("Details", ())})
                ),
            )
        if not page.get("NextToken"):
            return
        token = {"NextToken": page["NextToken"]}


def show(change_set: ChangeSet) -> Iterator[str]:
    """A line for every change, what is lost first, then removals, replacements, changes, additions."""
    signs = {"Add": "+", "Remove": "-", "Modify": "~"}

    def weight(change: Change) -> tuple[bool, int, bool, str, str]:
        order = ["Remove", "Modify", "Dynamic", "Import", "Add"]
        place = order.index(change.action) if change.action in order else 0
        return not change.loses, place, change.replaced == "False", change.kind, change.name

    for change in sorted(change_set.changes, key=weight):
        note = {"True": "  REPLACED", "Conditional": "  may be replaced"}.get(change.replaced, "")
        what = f"  ({', '.join(change.parts)})" if change.parts else ""
        yield f"  {signs.get(change.action, '?')} {change.kind:<44} {change.name}{what}{note}"
    counts = [(word, sum(c.action == word for c in change_set.changes)) for word in ("Add", "Modify", "Remove")]
    replaced = sum(c.replaced == "True" for c in change_set.changes)
    told = ", ".join(f"{number} {word.lower()}" for word, number in counts)
    yield f"  {change_set.stack}: {told}, {replaced} replaced"


def refusals(change_set: ChangeSet, accepted: Collection[str] = ()) -> list[str]:
    """Why the change set may not be carried out, in sentences."""
    found = []
    for change in change_set.changes:
        if change.loses in ("removed", "replaced"):
            found.append(f"{change.name} ({change.kind}) would be {change.loses}, and what it holds with it")
        elif change.loses == "maybe" and change.name not in accepted:
            found.append(
                f"{change.name} ({change.kind}) may be replaced ({', '.join(change.parts) or 'nothing named'}); "
                f"look at it in the console, and if it will not be: ACCEPT={change.name}"
            )
    return found


def discard(cloudformation: Any, change_set: ChangeSet) -> None:
    """Delete a change set that will not be carried out, and the empty stack that it made."""
    cloudformation.delete_change_set(StackName=change_set.stack, ChangeSetName=change_set.name)
    known = describe(cloudformation, change_set.stack)
    if change_set.creates and known and known["StackStatus"] == "REVIEW_IN_PROGRESS":
        cloudformation.delete_stack(StackName=change_set.stack)


def execute(cloudformation: Any, change_set: ChangeSet, tell: Tell, sleep: Sleep = time.sleep) -> None:
    """Carry it out and wait; every event of a resource is told. Refused when CloudFormation rolled it back."""
    seen = {event["EventId"] for event in _events(cloudformation, change_set.stack)}
    cloudformation.execute_change_set(StackName=change_set.stack, ChangeSetName=change_set.name)
    wait(cloudformation, change_set.stack, tell, seen, sleep)


def wait(cloudformation: Any, stack: str, tell: Tell, seen: set[str], sleep: Sleep = time.sleep) -> None:
    failures: list[str] = []
    while True:
        for event in reversed(list(_events(cloudformation, stack))):
            if event["EventId"] in seen:
                continue
            seen.add(event["EventId"])
            status, reason = event.get("ResourceStatus", ""), event.get("ResourceStatusReason", "")
            tell(f"  {status:<28} {event['LogicalResourceId']}{'  ' + reason if 'FAILED' in status else ''}")
            if status.endswith("FAILED") and "cancelled" not in reason:
                failures.append(f"{event['LogicalResourceId']}: {reason}")
        known = describe(cloudformation, stack)
        status = known["StackStatus"] if known else "DELETE_COMPLETE"
        if not status.endswith("_IN_PROGRESS"):
            break
        sleep(_POLL)
    if "ROLLBACK" in status or status.endswith("FAILED"):
        raise Refused(f"{stack} is {status}: " + "; ".join(failures[:5] or ["see its events in the console"]))


def _events(cloudformation: Any, stack: str) -> Iterable[Mapping[str, Any]]:
    """The newest events, one page: what happens between two looks is less."""
    try:
        found: Iterable[Mapping[str, Any]] = cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":
            return []
        raise
    return found
