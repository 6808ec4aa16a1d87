"""What is said about a stage is understood, and what must not go live with real people is named."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from infra.deploy import Refused
from infra.deploy.stages import FOLDER, read, unfit

NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))
READY = replace(
    read("prod"),
    main={
        "PublicUrl": "https://dichvucong.example",
        "MailFrom": "a@example",
        "MailDomain": "example",
        "PagesMail": "b@example",
    },
    edge={"DomainName": "dichvucong.example", "CertificateArn": "arn"},
)


@pytest.mark.parametrize("name", NAMES)
def test_every_stage_is_understood(name: str) -> None:
    found = read(name)
    assert found.name == name and found.tags.keys() >= {"Project", "Stage", "CostCentre"}
    assert read(name, "us-west-2").region == "us-west-2"


def test_stages_are_those_that_chalice_packages() -> None:
    config = json.loads((FOLDER.parents[1] / ".chalice" / "config.json").read_text("utf-8"))
    assert NAMES == sorted(config["stages"])


def test_dev_keeps_nothing_and_prod_everything() -> None:
    assert not read("dev").keeps and not unfit(read("dev"))
    assert read("prod").keeps and read("prod").walled and unfit(read("prod"))  # the file is an example


def test_a_stage_is_ready_when_nothing_is_an_example() -> None:
    assert unfit(READY) == []


@pytest.mark.clause("C7")
@pytest.mark.parametrize(
    ("part", "name", "value", "wrong"),
    [
        ("main", "MalwareScanner", "eicar", "MalwareScanner"),
        ("main", "MailFrom", "motcua@example.invalid", "MailFrom"),
        ("main", "PagesMail", "", "PagesMail"),
        ("main", "PublicUrl", "https://other.example", "same origin"),
        ("edge", "Firewall", "off", "Firewall"),
        ("edge", "CertificateArn", "", "CertificateArn"),
    ],
)
def test_what_must_not_meet_real_people_is_named(part: str, name: str, value: str, wrong: str) -> None:
    changed = {**getattr(READY, part), name: value}
    stage = replace(READY, main=changed) if part == "main" else replace(READY, edge=changed)
    assert any(wrong in sentence for sentence in unfit(stage))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"main": {"Colour": "red"}}, "no parameter Colour"),
        ({"main": {"EdgeSecret": "x"}}, "no parameter EdgeSecret"),  # secrets do not stand in files
        ({"edge": {"ApiDomain": "x"}}, "no parameter ApiDomain"),
        ({"colour": "red"}, "nobody reads colour"),
    ],
)
def test_what_nobody_understands_is_refused(tmp_path: Path, change: dict[str, object], words: str) -> None:
    said = json.loads((FOLDER / "dev.json").read_text("utf-8"))
    (tmp_path / "dev.json").write_text(json.dumps({**said, **change}))
    with pytest.raises(Refused, match=words):
        read("dev", folder=tmp_path)


def test_a_stage_without_a_file_is_refused() -> None:
    with pytest.raises(Refused, match="nowhere.json is not there"):
        read("nowhere")
