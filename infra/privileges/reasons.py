"""What a role may do although neither a test nor a story asks for it, and why."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Sequence

from infra.privileges.policies import Grant

_EVENT_SOURCE = "Lambda reads the stream in the function's name before it calls it"
_DEAD_LETTERS = "Lambda writes the dead letter in the function's name"
_ABSENT = "who may list is told 'absent' of what is not there; others are told 'forbidden', and the function would fail"

UNUSED: tuple[tuple[str, str, str, str], ...] = (
    # role, action, resource (all with wildcards), reason
    ("*", "dynamodb:DescribeStream", "*/stream/*", _EVENT_SOURCE),
    ("*", "dynamodb:GetRecords", "*/stream/*", _EVENT_SOURCE),
    ("*", "dynamodb:GetShardIterator", "*/stream/*", _EVENT_SOURCE),
    ("*", "dynamodb:ListStreams", "*/stream/*", _EVENT_SOURCE),
    ("*", "sqs:SendMessage", "*DeadLetters", _DEAD_LETTERS),
    (
        "*",
        "ses:SendEmail",
        "*:configuration-set/*",
        "SES asks for it too where the sender's domain has settings of its own",
    ),
    ("*", "s3:ListBucket", "*-site-*", _ABSENT),
    ("*", "s3:ListBucket", "*-trust-*", _ABSENT),
    ("CountVisitsRole", "s3:ListBucket", "*-logs-*", _ABSENT),
    ("InspectRole", "s3:ListBucket", "*-quarantine-*", _ABSENT),
    ("VerifyRole", "s3:ListBucket", "*-papers-*", _ABSENT),
    ("SignRemotelyRole", "s3:ListBucket", "*-papers-*", _ABSENT),
    ("SignRole", "s3:ListBucket", "*", _ABSENT),
)


def _about(entry: tuple[str, str, str, str], grant: Grant) -> bool:
    asked = zip((grant.role, grant.action, grant.resource), entry, strict=False)
    return grant.allows and all(fnmatch.fnmatchcase(value, pattern) for value, pattern in asked)


def reason(grant: Grant) -> str:
    """Why it is allowed all the same; "" when nobody has said."""
    return next((entry[-1] for entry in UNUSED if _about(entry, grant)), "")


def idle(granted: Sequence[Grant], unused: Iterable[Grant]) -> list[str]:
    """What is wrong with the list itself: an entry about nothing that is granted, or about something that is used after
    all, which would hide the next one."""
    left, found = set(unused), list[str]()
    for entry in UNUSED:
        named = " ".join(entry[:3])
        about = [grant for grant in granted if _about(entry, grant)]
        if not about:
            found.append(f"{named}: nobody has it")
        found += [f"{named}: {grant} is used" for grant in about if grant not in left]
    return found
