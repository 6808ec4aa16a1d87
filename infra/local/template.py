"""infra/template.yaml, read and resolved for the local cloud: names, ARNs and environment as CloudFormation makes them.

moto's CloudFormation knows tables, buckets, queues and keys, but no Cognito and no SAM. Those are made by API calls
from the same properties (`deploy.py`); this module answers every !Ref, !GetAtt and !Sub in them.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from infra.local.environment import ACCOUNT, REGION

FOLDER = Path(__file__).resolve().parent.parent
TEMPLATE = FOLDER / "template.yaml"
EDGE = FOLDER / "edge.yaml"
DEFINITION = FOLDER / "review.asl.json"

USER_POOL_ID = f"{REGION}_Motcua000"
USER_POOL_CLIENT_ID = "motcualocalportal000000000"

Json = dict[str, Any]
NO_VALUE = object()
"""What `AWS::NoValue` resolves to; it is left out of the map or list it stands in."""


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms."""


def _intrinsic(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> Json:
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        text = loader.construct_scalar(node)
        return {name: text.split(".", 1) if suffix == "GetAtt" else text}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    assert isinstance(node, yaml.MappingNode)
    return {name: loader.construct_mapping(node, deep=True)}


_Loader.add_multi_constructor("!", _intrinsic)


@cache
def _parsed(path: Path) -> Json:
    loaded: Json = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506  a SafeLoader
    return loaded


def load(path: Path = TEMPLATE) -> Json:
    """The template as plain data, long forms only. A copy: callers may change it."""
    return copy.deepcopy(_parsed(path))


class Unresolvable(Exception):
    """The template refers to something that the local cloud does not know."""


class Template:
    """The template with its parameters set; resolves what refers to names that the template itself decides."""

    def __init__(self, parameters: Mapping[str, str], path: Path = TEMPLATE) -> None:
        self.body = load(path)
        declared = self.body.get("Parameters", {})
        unknown = set(parameters) - set(declared)
        if unknown:
            raise Unresolvable(f"the template has no parameters {sorted(unknown)}")
        self.parameters = {name: str(spec.get("Default", "")) for name, spec in declared.items()} | dict(parameters)
        self.known: dict[tuple[str, str], Any] = {}  # (logical id, attribute or "Ref") -> value, from deployment

    @property
    def stage(self) -> str:
        return self.parameters["Stage"]

    def resources(self, *types: str) -> Iterator[tuple[str, Json]]:
        """(logical id, properties unresolved) of the resources of these types that the parameters ask for, in the order
        of the file."""
        for name, resource in self.body["Resources"].items():
            if resource["Type"] in types and ("Condition" not in resource or self.holds(resource["Condition"])):
                yield name, resource.get("Properties", {})

    def properties(self, name: str) -> Json:
        """The properties of one resource, resolved."""
        resolved: Json = self.resolve(self.body["Resources"][name].get("Properties", {}))
        return resolved

    def environment(self) -> dict[str, str]:
        """The variables that every function gets."""
        variables = self.body["Globals"]["Function"]["Environment"]["Variables"]
        return {name: str(self.resolve(value)) for name, value in variables.items()}

    def function_name(self, logical_id: str) -> str:
        """motcua-<stage>-<name>, the name a function has in the cloud."""
        properties = self.body["Resources"][logical_id].get("Properties", {})
        return str(self.resolve(properties.get("FunctionName", {"Fn::Sub": f"motcua-${{Stage}}-{logical_id}"})))

    def own_functions(self) -> dict[str, str]:
        """The functions that are none of the Chalice application's, by name: "module.function" of each."""
        found = self.resources("AWS::Serverless::Function")
        prefix = f"motcua-{self.stage}-"
        return {
            self.function_name(logical_id).removeprefix(prefix): properties["Handler"]
            for logical_id, properties in found
            if "Handler" in properties
        }

    def holds(self, condition: str) -> bool:
        """Whether a condition of the template is true with these parameters."""
        return bool(self.resolve(self.body["Conditions"][condition]))

    def resolve(self, value: Any) -> Any:
        if isinstance(value, list):
            return [found for found in map(self.resolve, value) if found is not NO_VALUE]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            (function, argument), *_ = value.items()
            if function == "Ref":
                return self._ref(argument)
            if function == "Fn::GetAtt":
                return self._attribute(*argument)
            if function == "Fn::Sub":
                return self._sub(argument)
            if function == "Fn::Join":
                return str(argument[0]).join(str(self.resolve(part)) for part in argument[1])
            if function == "Fn::If":
                return self.resolve(argument[1] if self.holds(argument[0]) else argument[2])
            if function == "Fn::Not":
                return not self.resolve(argument[0])
            if function == "Fn::Equals":
                return self.resolve(argument[0]) == self.resolve(argument[1])
            if function == "Fn::And":
                return all(self.resolve(argument))
            if function == "Condition" and isinstance(argument, str):
                return self.holds(argument)
            if function.startswith("Fn::"):
                raise Unresolvable(f"{function} is not used by the local cloud")
        resolved = {key: self.resolve(item) for key, item in value.items()}
        return {key: item for key, item in resolved.items() if item is not NO_VALUE}

    def _sub(self, argument: Any) -> str:
        text, values = argument if isinstance(argument, list) else (argument, {})

        def found(match: re.Match[str]) -> str:
            name = match.group(1)
            if name in values:
                return str(self.resolve(values[name]))
            return str(self._attribute(*name.split(".", 1)) if "." in name else self._ref(name))

        return re.sub(r"\$\{([\w.:]+)\}", found, text)

    def _ref(self, name: str) -> Any:
        pseudo = {"AWS::AccountId": ACCOUNT, "AWS::Region": REGION, "AWS::Partition": "aws", "AWS::NoValue": NO_VALUE}
        if name in pseudo:
            return pseudo[name]
        if name in self.parameters:
            return self.parameters[name]
        return self._attribute(name, "Ref")

    def _attribute(self, name: str, attribute: str) -> Any:
        if (name, attribute) in self.known:
            return self.known[name, attribute]
        resource = self.body["Resources"].get(name)
        if resource is None:
            raise Unresolvable(f"the template has no resource {name}")
        properties = resource.get("Properties", {})
        match resource["Type"], attribute:
            case "AWS::Serverless::Function", "Ref":
                return self.function_name(name)
            case "AWS::Serverless::Function", "Arn":
                return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{self.function_name(name)}"
            case "AWS::Serverless::StateMachine", ("Ref" | "Arn"):
                return f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{self.resolve(properties['Name'])}"
            case "AWS::IAM::Role", "Arn":
                return f"arn:aws:iam::{ACCOUNT}:role/motcua-{self.stage}-{name}"
            case "AWS::Logs::LogGroup", "Arn":
                return f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{self.resolve(properties['LogGroupName'])}:*"
            case "AWS::DynamoDB::Table", "Ref":
                return self.resolve(properties["TableName"])
            case "AWS::S3::Bucket", "Ref":
                return self.resolve(properties["BucketName"])
            case "AWS::S3::Bucket", "Arn":
                return f"arn:aws:s3:::{self.resolve(properties['BucketName'])}"
            case "AWS::Cognito::UserPool", "Ref":
                return USER_POOL_ID
            case "AWS::Cognito::UserPool", "Arn":
                return f"arn:aws:cognito-idp:{REGION}:{ACCOUNT}:userpool/{USER_POOL_ID}"
            case "AWS::Cognito::UserPoolClient", "Ref":
                return USER_POOL_CLIENT_ID
        raise Unresolvable(f"{name}.{attribute} ({resource['Type']}) is known only after deployment")
