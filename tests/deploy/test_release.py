"""Packages lie under the hash of what they hold; a release names all that was deployed together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from infra.deploy import release
from infra.deploy.release import Release, State
from tests.deploy.account import REGION, S3

BUCKET = "artefacts"
TEMPLATE: dict[str, Any] = {
    "Globals": {"Function": {"CodeUri": "./deployment.zip"}},
    "Resources": {
        "A": {"Type": "AWS::Serverless::Function", "Properties": {"CodeUri": "./deployment.zip"}},
        "B": {"Type": "AWS::Serverless::Function", "Properties": {"CodeUri": "./verify.zip"}},
        "C": {"Type": "AWS::Serverless::StateMachine", "Properties": {"DefinitionUri": "review.asl.json"}},
        "D": {"Type": "AWS::SQS::Queue"},
    },
}


@pytest.fixture
def s3() -> S3:
    client = S3()
    assert release.ensure_bucket(client, BUCKET, REGION) is True
    return client


@pytest.mark.clause("C7")
def test_the_artefact_bucket_is_private_and_by_tls_only(s3: S3) -> None:
    assert release.ensure_bucket(s3, BUCKET, REGION) is False
    blocked = s3.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"]
    assert set(blocked.values()) == {True}
    (statement,) = s3.policies[BUCKET]["Statement"]
    assert statement["Effect"] == "Deny" and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert s3.get_bucket_versioning(Bucket=BUCKET)["Status"] == "Enabled"


def test_what_is_there_is_not_sent_again(s3: S3) -> None:
    key, sent = release.upload(s3, BUCKET, "a.zip", b"one")
    assert sent and key.endswith(".zip")
    assert release.upload(s3, BUCKET, "b.zip", b"one") == (key, False)
    assert release.upload(s3, BUCKET, "a.zip", b"two")[0] != key


def test_every_local_file_of_the_template_is_found_and_located() -> None:
    names = release.local_files(TEMPLATE)
    assert names == {"./deployment.zip", "./verify.zip", "review.asl.json"}
    found = release.located(TEMPLATE, BUCKET, {name: f"code/{len(name)}" for name in names})
    assert release.local_files(found) == set()
    assert found["Resources"]["B"]["Properties"]["CodeUri"] == "s3://artefacts/code/12"
    assert TEMPLATE["Resources"]["B"]["Properties"]["CodeUri"] == "./verify.zip"  # left as it was


def test_releases_are_kept_and_read_again(s3: S3) -> None:
    made = release.identify(Release("", "dev", {"Resources": {}}, {}, "code/x.zip", {"PublicUrl": "u"}))
    release.keep(s3, BUCKET, made)
    assert release.load(s3, BUCKET, "dev", made.id) == made


def test_a_stage_without_a_state_has_run_nothing(s3: S3) -> None:
    assert release.read_state(s3, BUCKET, "dev") == State()
    release.write_state(s3, BUCKET, "dev", State("b", ("a",), "c"))
    assert release.read_state(s3, BUCKET, "dev") == State("b", ("a",), "c")


def test_going_back_goes_further_each_time() -> None:
    state = State().after("a").after("b").after("c").after("c")
    assert state == State("c", ("a", "b"))
    assert state.back() == State("b", ("a",)) and state.back().back() == State("a", ())
    with pytest.raises(LookupError):
        state.back().back().back()
    many = State()
    for number in range(80):
        many = many.after(str(number))
    assert len(many.before) == 50


def test_going_back_from_what_broke_off_is_to_what_ran() -> None:
    assert State("b", ("a",), trying="c").back() == State("b", ("a",))


def test_the_site_is_packed_the_same_way_each_time(tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    for name in ("index.html", "assets/a-12345678.js"):
        (tmp_path / name).write_text(name)
    first = release.pack_site(tmp_path)
    (tmp_path / "index.html").touch()
    assert release.pack_site(tmp_path) == first
    assert dict(release.unpack_site(first)) == {n: n.encode() for n in ("index.html", "assets/a-12345678.js")}
