"""A deployment from beginning to end in an account of moto's, and the way back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import boto3
import pytest

from infra.deploy import EDGE_REGION, Refused, release, stack
from infra.deploy.steps import Deployment
from tests.deploy.account import REGION, Person, clients, deployment, distribution, edge, main, stage, table


@pytest.fixture
def person() -> Person:
    return Person()


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    return _site(tmp_path / "dist", "one")


def _site(folder: Path, text: str) -> Path:
    (folder / "assets").mkdir(parents=True, exist_ok=True)
    (folder / "index.html").write_text(f"<!doctype html>{text}")
    (folder / "assets" / f"core-{text.ljust(8, 'x')}.js").write_text(text)
    (folder / "assets" / "site.css").write_text(text)
    return folder


def _deploy(of: Deployment, body: Any, dist: Path, at: Any) -> dict[str, str]:
    return of.deploy(of.assemble(dist.parent, body, at, dist))


def _page(key: str = "index.html") -> str:
    text: str = boto3.client("s3", region_name=REGION).get_object(Bucket="site", Key=key)["Body"].read().decode()
    return text


def _state(of: Deployment) -> release.State:
    return release.read_state(of.client("s3"), of.bucket, of.stage.name)


def test_a_first_deployment_makes_everything_and_says_so(person: Person, dist: Path) -> None:
    of = deployment(person)
    found = _deploy(of, main(), dist, edge(distribution()))
    assert found["Address"] == "https://d1.example" and _page() == "<!doctype html>one"
    assert stack.parameters(clients("cloudformation", REGION), "motcua-dev")["PublicUrl"] == "https://d1.example"
    told = stack.parameters(clients("cloudformation", EDGE_REGION), "motcua-dev-edge")
    assert told["ApiDomain"] == "api.example" and told["Stage"] == "dev"
    assert any("+ AWS::DynamoDB::Table" in line for line in person.told)
    # Both stacks, and the main one again when the address is known.
    assert [question.split()[-1] for question in person.asked] == ["motcua-dev?", "motcua-dev-edge?", "motcua-dev?"]
    assert _state(of).current and not _state(of).trying


def test_a_stage_with_a_name_of_its_own_is_changed_once(person: Person, dist: Path) -> None:
    of = deployment(person, stage(main={"PublicUrl": "https://dichvucong.example"}))
    _deploy(of, main(), dist, edge(distribution(), "https://dichvucong.example"))
    assert len(person.asked) == 2


def test_who_says_no_has_deployed_nothing(dist: Path) -> None:
    person = Person(answer=False)
    of = deployment(person)
    with pytest.raises(Refused, match="nobody said yes"):
        _deploy(of, main(), dist, edge(distribution()))
    assert stack.describe(clients("cloudformation", REGION), "motcua-dev") is None
    assert not _state(of).current


@pytest.mark.clause("C7")
def test_a_template_that_lost_a_table_is_not_deployed_and_nobody_is_asked(person: Person, dist: Path) -> None:
    of = deployment(person)
    at = edge(distribution())
    _deploy(of, main(OtherTable=table("other")), dist, at)
    person.asked.clear()
    with pytest.raises(Refused, match="OtherTable"):
        _deploy(of, main(), dist, at)
    assert not person.asked
    assert set(boto3.client("dynamodb", region_name=REGION).list_tables()["TableNames"]) == {"dossiers", "other"}


def test_the_way_back_brings_site_template_and_parameters(person: Person, dist: Path) -> None:
    at = edge(distribution())
    first = deployment(person, stage(main={"PublicUrl": "https://one.example"}))
    _deploy(first, main(), dist, at)
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "new"}}
    second = deployment(person, stage(main={"PublicUrl": "https://two.example"}))
    _deploy(second, main(Queue=queue), _site(dist, "two"), at)
    assert _page() == "<!doctype html>two"
    second.rollback()
    assert _page() == "<!doctype html>one"
    cloudformation = clients("cloudformation", REGION)
    assert stack.parameters(cloudformation, "motcua-dev")["PublicUrl"] == "https://one.example"
    assert not boto3.client("sqs", region_name=REGION).list_queues().get("QueueUrls")
    assert _page("assets/core-twoxxxxx.js") == "two"  # tabs that are open still ask for it
    with pytest.raises(Refused, match="no release before"):
        second.rollback()


def test_after_a_deployment_that_broke_off_the_way_back_is_to_what_ran_until_then(person: Person, dist: Path) -> None:
    of = deployment(person)
    at = edge(distribution())
    _deploy(of, main(), dist, at)
    before = _state(of)
    broken = edge(distribution())
    broken["Outputs"].pop("Address")  # the edge does not say where it is
    with pytest.raises(KeyError):
        _deploy(of, main(OtherTable=table("other")), _site(dist, "two"), broken)
    assert _state(of).current == before.current and _state(of).trying
    with pytest.raises(Refused, match="OtherTable"):  # what holds data is not taken away on the way back either
        of.rollback()


def test_a_stage_of_real_people_cannot_be_deleted_by_a_slip(person: Person, dist: Path) -> None:
    of = deployment(person, stage(keeps=True))
    _deploy(of, main(), dist, edge(distribution()))
    for region, name in ((REGION, "motcua-dev"), (EDGE_REGION, "motcua-dev-edge")):
        found = stack.describe(clients("cloudformation", region), name)
        assert found is not None and found["EnableTerminationProtection"] is True


def test_the_word_between_distribution_and_api_is_made_once_and_kept_apart(person: Person) -> None:
    walled = deployment(person, stage(edge={"Firewall": "on"}))
    word = walled.secret()
    assert len(word) > 30 and walled.secret() == word
    about = boto3.client("ssm", region_name=REGION).describe_parameters()["Parameters"]
    assert [(each["Name"], each["Type"]) for each in about] == [("/motcua/dev/edge", "SecureString")]
    assert deployment(person).secret() == ""


def test_no_release_keeps_the_word(person: Person, dist: Path) -> None:
    of = deployment(person, stage(edge={"Firewall": "on"}))
    _deploy(of, main(), dist, edge(distribution()))
    s3 = of.client("s3")
    word = of.secret()
    for each in s3.list_objects_v2(Bucket=of.bucket)["Contents"]:
        assert word.encode() not in s3.get_object(Bucket=of.bucket, Key=each["Key"])["Body"].read(), each["Key"]


def test_large_templates_go_by_the_artefact_bucket(person: Person) -> None:
    of = deployment(person)
    release.ensure_bucket(of.client("s3"), of.bucket, REGION)
    assert set(of._template("s", {"Resources": {}})) == {"TemplateBody"}
    url = of._template("s", {"Resources": {"x": "y" * 60_000}})["TemplateURL"]
    assert url.startswith(f"https://{of.bucket}.s3.{REGION}.amazonaws.com/code/")
    body = of.client("s3").get_object(Bucket=of.bucket, Key=url.partition(".com/")[2])["Body"].read()
    assert json.loads(body)["Resources"]["x"].startswith("yyy")


def test_the_command_is_told_what_the_functions_are_told(person: Person) -> None:
    functions = boto3.client("lambda", region_name=REGION)
    trust = {"Version": "2012-10-17", "Statement": []}
    role = boto3.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    functions.create_function(
        FunctionName="motcua-dev-relay",
        Runtime="python3.11",
        Role=role,
        Handler="app.relay",
        Code={"ZipFile": release.pack_site(Path(__file__).parent)},
        Environment={"Variables": {"SITE_BUCKET": "site", "STAGE": "dev"}},
    )
    found = deployment(person).environment()
    assert found == {"SITE_BUCKET": "site", "STAGE": "dev", "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION}
