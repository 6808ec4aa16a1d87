"""What `chalice package --merge-template infra/template.yaml` writes, but for the archive: it fits and lints."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from chalice.awsclient import TypedAWSClient
from chalice.cli.factory import CLIFactory
from chalice.deploy import deployer
from chalice.deploy.appgraph import ApplicationGraphBuilder, DependencyBuilder
from chalice.deploy.swagger import CFNSwaggerGenerator
from chalice.package import (
    PackageOptions,
    ResourceBuilder,
    SAMTemplateGenerator,
    TemplateDeepMerger,
    YAMLTemplateSerializer,
)
from chalice.utils import UI, OSUtils
from samtranslator.translator.transform import transform

from infra.local.template import DEFINITION, TEMPLATE
from infra.monitoring.resources import whole

ROOT = TEMPLATE.parent.parent
Json = dict[str, Any]


class _Named(deployer.BaseDeployStep):
    """Takes the place of the step that would download and zip what the functions need."""

    def handle(self, config: Any, resource: Any) -> None:
        if hasattr(resource, "deployment_package"):
            resource.deployment_package.filename = "./deployment.zip"


@pytest.fixture(scope="module")
def merged() -> Json:
    stage = "prod"
    config = CLIFactory(str(ROOT)).create_config_obj(stage)
    build = deployer.create_build_stage(OSUtils(), UI(), CFNSwaggerGenerator(), config)
    build._steps = [_Named(), *(step for step in build._steps if type(step).__name__ != "DeploymentPackager")]
    resources = ResourceBuilder(ApplicationGraphBuilder(), DependencyBuilder(), build).construct_resources(
        config, stage
    )
    client = TypedAWSClient(botocore.session.get_session())
    generated = SAMTemplateGenerator(config, PackageOptions(client)).generate(resources)
    ours = YAMLTemplateSerializer().load_template(TEMPLATE.read_text(encoding="utf-8"))
    whole: Json = TemplateDeepMerger().merge(ours, generated)
    return whole


@pytest.mark.slow
@pytest.mark.clause("B1")
def test_the_merged_template_lints(merged: Json, tmp_path: Path) -> None:
    (tmp_path / "sam.json").write_text(json.dumps(merged), encoding="utf-8")
    (tmp_path / DEFINITION.name).write_bytes(DEFINITION.read_bytes())
    lint = Path(sys.executable).with_name("cfn-lint")
    done = subprocess.run([lint, str(tmp_path / "sam.json")], capture_output=True, text=True, check=False)
    assert done.stdout == "" and done.returncode == 0


@pytest.mark.clause("B1")
def test_template_and_application_name_the_same_functions(merged: Json) -> None:
    functions = {name: r["Properties"] for name, r in merged["Resources"].items() if "Function" in r["Type"]}
    functions = {name: p for name, p in functions.items() if "Handler" in p or "Role" in p}
    by_events = {"Relay", "Inspect", "Sweep", "Reckon", "CountVisits", "PublishStatistics", "Sync"}
    # Those that Chalice does not pack stand whole in our template (infra/packaging.py).
    apart = {"Verify", "FetchCrls", "Sign", "SignRemotely"}
    assert functions.keys() == {"APIHandler", "AwaitDecision", "Escalate", *by_events, *apart}
    assert {name for name, p in functions.items() if "deployment" not in p["CodeUri"]} == apart
    for name, properties in functions.items():
        assert set(properties["Role"]) == {"Fn::GetAtt"}, f"{name} has no role of its own"
        assert properties["Handler"] and properties["CodeUri"] and properties["MemorySize"] >= 1024
        assert properties["Timeout"] < 29 or name not in {"APIHandler"}
    assert "each-function-has-its-own" not in json.dumps(merged)


@pytest.mark.clause("A4")
def test_the_api_asks_our_pool(merged: Json) -> None:
    definition = merged["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]
    (authorizer,) = definition["securityDefinitions"].values()
    arns = authorizer["x-amazon-apigateway-authorizer"]["providerARNs"]
    assert arns == [{"Fn::GetAtt": ["UserPool", "Arn"]}]
    assert definition["paths"]


def test_table_names_of_the_configuration_are_those_of_the_template(merged: Json) -> None:
    config = json.loads((ROOT / ".chalice" / "config.json").read_text(encoding="utf-8"))
    for stage, settings in config["stages"].items():
        for logical, variable in (
            ("Dossiers", "DOSSIERS_TABLE"),
            ("Registry", "REGISTRY_TABLE"),
            ("Ledger", "LEDGER_TABLE"),
        ):
            name = merged["Resources"][f"{logical}Table"]["Properties"]["TableName"]["Fn::Sub"]
            assert settings["environment_variables"][variable] == name.replace("${Stage}", stage)


def test_loading_the_configuration_leaves_the_environment_alone() -> None:
    assert os.environ["DOSSIERS_TABLE"] == "motcua-local-dossiers"


class _NoPolicies:
    """Takes the place of IAM, which SAM asks for managed policies by name; our roles name none that way."""

    def load(self) -> dict[str, str]:
        return {}


@pytest.fixture(scope="module")
def translated(merged: Json) -> Json:
    """What CloudFormation makes of the merged template, monitoring and all: the same library as its SAM transform."""
    template: Json = json.loads(json.dumps(whole(merged)))
    for resource in template["Resources"].values():
        for name in ("CodeUri", "DefinitionUri"):
            if name in resource.get("Properties", {}):
                resource["Properties"][name] = "s3://artefacts/key"
    template["Globals"]["Function"]["CodeUri"] = "s3://artefacts/key"
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_DEFAULT_REGION", "ap-southeast-1")
        found: Json = transform(template, {"Stage": "prod"}, _NoPolicies())
    return found


def _of(template: Json, kind: str) -> dict[str, Json]:
    return {name: each["Properties"] for name, each in template["Resources"].items() if each["Type"] == kind}


@pytest.mark.clause("B1")
def test_sam_translates_all_of_it_within_cloudformations_limits(translated: Json) -> None:
    assert not [name for name, each in translated["Resources"].items() if "::Serverless::" in each["Type"]]
    assert len(translated["Resources"]) <= 450  # of 500
    assert len(translated["Outputs"]) <= 200 and len(translated["Parameters"]) <= 200
    assert len(json.dumps(translated, ensure_ascii=False).encode()) < 900_000  # of 1 MB, after the transform


def test_every_function_has_a_log_group_that_forgets(translated: Json) -> None:
    groups = {json.dumps(each["LogGroupName"]): each for each in _of(translated, "AWS::Logs::LogGroup").values()}
    assert all(each["RetentionInDays"] <= 365 for each in groups.values())
    for name, function in _of(translated, "AWS::Lambda::Function").items():
        own = function.get("FunctionName", {"Fn::Sub": ""})["Fn::Sub"]
        names = (f"/aws/lambda/${{{name}}}", f"/aws/lambda/{own}")
        assert any(json.dumps({"Fn::Sub": each}) in groups for each in names), name


def test_sam_adds_no_role_of_its_own(translated: Json, merged: Json) -> None:
    """A function without a role would get one with SAM's idea of what it needs."""
    assert _of(translated, "AWS::IAM::Role").keys() == _of(merged, "AWS::IAM::Role").keys()


def test_every_function_is_traced_and_runs_on_arm(translated: Json) -> None:
    for name, function in _of(translated, "AWS::Lambda::Function").items():
        assert function["TracingConfig"] == {"Mode": "Active"}, name
        assert function["Architectures"] == ["arm64"], name


def test_the_gateways_refusals_can_be_read_by_the_site(translated: Json) -> None:
    (body,) = [each["Body"] for each in _of(translated, "AWS::ApiGateway::RestApi").values()]
    for name, response in body["x-amazon-apigateway-gateway-responses"].items():
        headers = response["responseParameters"]
        assert headers["gatewayresponse.header.Access-Control-Allow-Origin"] == {"Fn::Sub": "'${PublicUrl}'"}, name
        assert headers["gatewayresponse.header.Cache-Control"] == "'no-store'"
        text = response["responseTemplates"]["application/json"].replace("$context.error.messageString", '"…"')
        assert json.loads(text).keys() == {"Code", "Message", "Fields"}, name


def test_callbacks_do_not_share_the_limit_of_the_rest(translated: Json) -> None:
    (stage,) = _of(translated, "AWS::ApiGateway::Stage").values()
    limits = {(each["ResourcePath"], each["HttpMethod"]) for each in stage["MethodSettings"]}
    assert ("/~1payments~1{gateway}", "POST") in limits and ("/*", "*") in limits
