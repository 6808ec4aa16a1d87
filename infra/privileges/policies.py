"""The roles of the functions as the template grants them, and whether one allows what was needed.

Read from the template, not asked of an emulator: moto decides nothing by policies. Known are the conditions that the
template uses; another one is an error.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from infra.local.environment import ACCOUNT, REGION
from infra.local.template import Template
from infra.privileges.needs import DATA_KEY, Need, table

LAMBDA = "lambda.amazonaws.com"


@dataclass(frozen=True)
class Grant:
    """One action on one resource, as a role has it; `where` names the resource of the template that it stands in."""

    role: str
    where: str
    action: str
    resource: str
    allows: bool = True
    leading: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()  # resources that it is not about: of a statement with NotResource

    def covers(self, need: Need) -> bool:
        action, resource, leading = need
        if self.leading and not any(fnmatch.fnmatchcase(leading, pattern) for pattern in self.leading):
            return False
        if any(fnmatch.fnmatchcase(resource, pattern) for pattern in self.besides):
            return False
        return self.action == action and fnmatch.fnmatchcase(resource, self.resource)

    def __str__(self) -> str:
        keys = f" (keys {', '.join(self.leading)})" if self.leading else ""
        by = "" if self.where == self.role else f" by {self.where}"
        return f"{self.role}{by}: {self.action} on {self.resource}{keys}"


@dataclass(frozen=True)
class Findings:
    """`missing` was needed by a function and is not allowed; `unused` is allowed and was needed by nobody."""

    missing: tuple[tuple[str, Need], ...]
    unused: tuple[Grant, ...]


def resolved(parameters: Mapping[str, str]) -> Template:
    """The template with what is otherwise known only after deployment."""
    template = Template(parameters)
    for name, properties in template.resources("AWS::DynamoDB::Table"):
        arn = table(str(template.resolve(properties["TableName"])))
        template.known |= {(name, "Arn"): arn, (name, "StreamArn"): f"{arn}/stream/*"}
    for name, _ in template.resources("AWS::SQS::Queue"):
        template.known[name, "Arn"] = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"
    template.known["DataKey", "Arn"] = DATA_KEY
    return template


def roles(template: Template) -> dict[str, str]:
    """Logical id of each function -> logical id of its role."""
    found = template.resources("AWS::Serverless::Function")
    return {name: properties["Role"]["Fn::GetAtt"][0] for name, properties in found}


def grants(template: Template) -> list[Grant]:
    """Everything that the roles of functions allow or deny, policies that they share included."""
    shared = dict(template.resources("AWS::IAM::ManagedPolicy"))
    found: list[Grant] = []
    for role, properties in template.resources("AWS::IAM::Role"):
        trusted = properties["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["Service"]
        if trusted != LAMBDA:
            continue
        for policy in properties.get("Policies", ()):
            found += _of(template, role, role, policy["PolicyDocument"])
        for attached in properties.get("ManagedPolicyArns", ()):
            if "Ref" in attached:
                found += _of(template, role, attached["Ref"], shared[attached["Ref"]]["PolicyDocument"])
    return found


def _of(template: Template, role: str, where: str, document: Mapping[str, Any]) -> Iterator[Grant]:
    for statement in document["Statement"]:
        leading = _leading(statement.get("Condition", {}))
        besides = tuple(_listed(template.resolve(statement.get("NotResource", []))))
        for action in _listed(statement["Action"]):
            for resource in _listed(template.resolve(statement.get("Resource", "*" if besides else []))):
                yield Grant(role, where, action, resource, statement["Effect"] == "Allow", leading, besides)


def _leading(condition: Mapping[str, Any]) -> tuple[str, ...]:
    found: tuple[str, ...] = ()
    for operator, tests in condition.items():
        for key, values in tests.items():
            if key == "dynamodb:LeadingKeys" and operator in ("ForAllValues:StringLike", "ForAnyValue:StringLike"):
                found = tuple(_listed(values))
            elif key != "kms:ResourceAliases":  # which keys are agencies' stands in their aliases, not in what is asked
                raise NotImplementedError(f"nobody has said how {operator} {key} is judged")
    return found


def _listed(value: Any) -> list[str]:
    return list(value) if isinstance(value, list) else [str(value)]


def compare(needed: Mapping[str, Sequence[Need]], granted: Sequence[Grant], role_of: Mapping[str, str]) -> Findings:
    """`needed` by logical id of the function. What a shared policy gives must be needed by each role that has it."""
    missing: list[tuple[str, Need]] = []
    used: set[Grant] = set()
    for function, asked in needed.items():
        mine = [grant for grant in granted if grant.role == role_of[function]]
        for need in asked:
            allowing = [grant for grant in mine if grant.allows and grant.covers(need)]
            denied = any(grant.covers(need) for grant in mine if not grant.allows)
            if denied or not allowing:
                missing.append((function, need))
            used.update(allowing)
    unused = dict.fromkeys(grant for grant in granted if grant.allows and grant not in used)
    return Findings(tuple(missing), tuple(unused))
