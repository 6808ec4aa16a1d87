"""What a role may do although the story does not do it, and why."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable

from infra.privileges.policies import Grant

_EVENT_SOURCE = "Lambda reads the stream in the function's name before it calls it"
_LONG_LIFE = "a review that was escalated very often goes on in the next attempt (services/workflow.py)"
_DEAD_LETTERS = "Lambda writes the dead letter in the function's name"

UNUSED: tuple[tuple[str, str, str, str], ...] = (
    # role, action, resource (all with wildcards), reason
    ("*", "dynamodb:DescribeStream", "*/stream/*", _EVENT_SOURCE),
    ("*", "dynamodb:GetRecords", "*/stream/*", _EVENT_SOURCE),
    ("*", "dynamodb:GetShardIterator", "*/stream/*", _EVENT_SOURCE),
    ("*", "dynamodb:ListStreams", "*/stream/*", _EVENT_SOURCE),
    ("*", "sqs:SendMessage", "*DeadLetters", _DEAD_LETTERS),
    ("StepsRole", "states:StartExecution", "*", _LONG_LIFE),
    ("StepsRole", "states:DescribeExecution", "*", _LONG_LIFE),
    (
        "*",
        "ses:SendEmail",
        "*:configuration-set/*",
        "SES asks for it too where the sender's domain has settings of its own",
    ),
)


def reason(grant: Grant) -> str:
    """Why it is allowed all the same; "" when nobody has said."""
    for role, action, resource, why in UNUSED:
        asked = ((grant.role, role), (grant.action, action), (grant.resource, resource))
        if all(fnmatch.fnmatchcase(value, pattern) for value, pattern in asked):
            return why
    return ""


def idle(grants: Iterable[Grant]) -> list[str]:
    """The reasons that no unused grant needs any more: they would hide the next one."""
    left = list(grants)
    found = []
    for role, action, resource, _ in UNUSED:
        asked = ((role, "role"), (action, "action"), (resource, "resource"))
        if not any(all(fnmatch.fnmatchcase(getattr(g, name), pattern) for pattern, name in asked) for g in left):
            found.append(f"{role}: {action} on {resource}")
    return found
