"""`python -m infra.scan CHECKOV`: look over both templates with checkov; every finding that stays has its reason here.

A finding without a reason fails, and so does a reason without a finding: what was mended must not stay excused.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from infra.local.template import EDGE, load
from infra.monitoring.resources import whole

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Stays:
    """A finding that stays: the check, which resources (shell patterns of "<type>.<logical id>"), and why."""

    check: str
    resources: str
    why: str


STAYS = (
    Stays(
        "CKV_AWS_18",
        "AWS::S3::Bucket.*",
        "who read which object is for CloudTrail's data events, which the account keeps where this stack cannot "
        "delete them; server access logs come late, incomplete, and name people",
    ),
    Stays(
        "CKV_AWS_21",
        "AWS::S3::Bucket.QuarantineBucket",
        "an upload is moved on or thrown away, never changed; old versions of what was refused would be personal "
        "data kept for nothing",
    ),
    Stays(
        "CKV_AWS_21",
        "AWS::S3::Bucket.LogsBucket",
        "a log is written once and deleted after two weeks",
    ),
    Stays(
        "CKV_AWS_26",
        "AWS::SNS::Topic.PagesTopic",
        "alarms name resources, not people; CloudWatch could not publish under a key without a statement of its "
        "own in that key's policy",
    ),
    Stays(
        "CKV_AWS_26",
        "AWS::SNS::Topic.TicketsTopic",
        "as PagesTopic",
    ),
    Stays(
        "CKV_AWS_27",
        "AWS::SQS::Queue.*",
        "encrypted with SQS's own keys (SqsManagedSseEnabled), which the check does not count; letters hold ids "
        "and keys of objects, no personal data",
    ),
    Stays(
        "CKV_AWS_76",
        "AWS::Serverless::Api.RestAPI",
        "every request is logged by the function, refusals are counted by metrics; the log of the stage needs a "
        "role for API Gateway that is one for the whole account and region",
    ),
    Stays(
        "CKV_AWS_86",
        "AWS::CloudFront::Distribution.Distribution",
        "logs are delivered by AccessLogs and LogDelivery (standard logging v2), which the check does not know; "
        "the older way asks for a bucket with ACLs",
    ),
    Stays(
        "CKV_AWS_115",
        "AWS::Serverless::Function.*",
        "reserved are the functions that hostile files or one key could keep busy; a limit on the others would "
        "turn people away before the account's own limit does",
    ),
    Stays(
        "CKV_AWS_116",
        "AWS::Serverless::Function.APIHandler",
        "called and answered at once: nothing is left over",
    ),
    Stays(
        "CKV_AWS_116",
        "AWS::Serverless::Function.AwaitDecision",
        "the workflow calls it and tries again itself",
    ),
    Stays(
        "CKV_AWS_116",
        "AWS::Serverless::Function.Escalate",
        "the workflow calls it and tries again itself",
    ),
    Stays(
        "CKV_AWS_116",
        "AWS::Serverless::Function.Relay",
        "a stream's letters go to the source's own destination",
    ),
    Stays(
        "CKV_AWS_117",
        "AWS::Serverless::Function.*",
        "everything they speak with is an AWS service or on the Internet; a network of our own would add gateways"
        " to pay for and no wall: access is by role",
    ),
    Stays(
        "CKV_AWS_120",
        "AWS::Serverless::Api.RestAPI",
        "answers are people's own; what is public is static and kept by the distribution",
    ),
    Stays(
        "CKV_AWS_158",
        "AWS::Logs::LogGroup.*",
        "logs hold ids, no personal data, and the service encrypts them with its own key",
    ),
    Stays(
        "CKV_AWS_173",
        "AWS::Serverless::Function.*",
        "the variables are names of resources; no secret is among them",
    ),
    Stays(
        "CKV_AWS_174",
        "AWS::CloudFront::Distribution.Distribution",
        "1.2 is the minimum under our own name; CloudFront's own name, for trying out, takes no minimum",
    ),
    Stays(
        "CKV_AWS_192",
        "AWS::WAFv2::WebACL.ApiGuard",
        "it lets the distribution in and nobody else; the rules against bad inputs stand in the wall before the "
        "distribution",
    ),
)


def unexplained(found: Iterable[tuple[str, str]], stays: Iterable[Stays] = STAYS) -> list[str]:
    """What is wrong, in lines: (check, resource) findings without a reason, and reasons that nothing needs."""
    reasons, findings = tuple(stays), tuple(found)

    def explains(reason: Stays, check: str, resource: str) -> bool:
        return reason.check == check and fnmatchcase(resource, reason.resources)

    new = [f"{c} {r}: no reason" for c, r in findings if not any(explains(each, c, r) for each in reasons)]
    old = [each for each in reasons if not any(explains(each, c, r) for c, r in findings)]
    return new + [f"{each.check} {each.resources}: is no longer found; its reason can go" for each in old]


def _scan(checkov: str, templates: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(check, resource) of everything that checkov finds."""
    folder = ROOT / "build" / "scan"
    folder.mkdir(parents=True, exist_ok=True)
    for name, body in templates.items():
        (folder / f"{name}.json").write_text(json.dumps(body, ensure_ascii=False, indent=1), encoding="utf-8")
    words = [
        "-d",
        str(folder),
        "--framework",
        "cloudformation",
        "--output",
        "json",
        "--compact",
        "--quiet",
        "--soft-fail",
    ]
    done = subprocess.run([checkov, *words], check=True, capture_output=True, text=True)
    report = json.loads(done.stdout)
    if report["summary"]["parsing_errors"] or report["summary"]["passed"] < 100:
        raise RuntimeError(f"checkov did not read the templates: {report['summary']}")
    return [(each["check_id"], each["resource"]) for each in report["results"]["failed_checks"]]


def main() -> int:
    found = _scan(sys.argv[1], {"main": whole(load()), "edge": load(EDGE)})
    wrong = unexplained(found)
    for line in wrong:
        sys.stdout.write(f"{line}\n")
    sys.stdout.write(f"checkov: {len(found)} findings, {len(STAYS)} reasons, {len(wrong)} unexplained\n")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
