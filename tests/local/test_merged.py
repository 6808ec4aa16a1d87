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

from infra.local.template import DEFINITION, TEMPLATE

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
    by_events = {"Relay", "Inspect", "Sweep", "Reckon", "CountVisits", "PublishStatistics"}
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
