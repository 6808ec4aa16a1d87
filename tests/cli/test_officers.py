"""`motcua officers` on the embedded cloud, and the demo people of the seed."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from chalicelib import settings
from chalicelib.errors import Unauthenticated
from chalicelib.services import accounts, sessions
from chalicelib.services.sessions import Session
from chalicelib.storage import team as roster
from infra.cli import main
from infra.cli.officers import PEOPLE, plant
from infra.local.testing import Embedded

EMAIL = "tiep-nhan@tu-phap.example"
PASSWORD = "mot cua mo ra"
ADD = ["officers", "add", EMAIL, "--name", "Cao Thị Tiếp Nhận", "--post", "H34.05:reception"]


def run(*words: str, code: int = 0) -> str:
    result = CliRunner().invoke(main, list(words))
    assert result.exit_code == code, (result.output, result.stderr)
    return result.stdout if code == 0 else result.stderr


def told(*words: str, code: int = 0) -> Any:
    return json.loads(run(*words, "--json", code=code))


@pytest.mark.clause("A1")
def test_an_officer_is_made_once_and_set_again(cloud: Embedded) -> None:
    assert told(*ADD, "--password", PASSWORD) == {"username": EMAIL, "new": True, "invited": False}
    assert told(*ADD, "--post", "h34.05:clerk", "--password", PASSWORD)["new"] is False
    (officer,) = told("officers", "list")["officers"]
    assert officer == {
        "username": EMAIL,
        "name": "Cao Thị Tiếp Nhận",
        "posts": ["H34.05:clerk", "H34.05:reception"],
        "enabled": True,
        "status": "CONFIRMED",
    }
    session = sessions.log_in(EMAIL, PASSWORD)
    assert isinstance(session, Session) and session.kind == "officer"


def test_without_a_password_an_officer_is_invited(cloud: Embedded) -> None:
    assert "ba ngày" in run(*ADD)
    assert told("officers", "list")["officers"][0]["status"] == "FORCE_CHANGE_PASSWORD"
    (invitation,) = cloud.outbox.letters(EMAIL)
    assert "Mật khẩu tạm" in invitation.body


@pytest.mark.clause("A1")
def test_posts_are_replaced(cloud: Embedded) -> None:
    run(*ADD, "--password", PASSWORD)
    officer = told("officers", "posts", EMAIL, "--set", "H34.06:approver", "--set", "H34.06:cashier")
    assert officer["posts"] == ["H34.06:approver", "H34.06:cashier"]
    assert "30 phút" in run("officers", "posts", EMAIL, "--set", "H34.05:reception")


def test_a_disabled_officer_cannot_log_in(cloud: Embedded) -> None:
    run(*ADD, "--password", PASSWORD)
    assert told("officers", "disable", EMAIL) == {"username": EMAIL, "enabled": False}
    with pytest.raises(Unauthenticated):
        sessions.log_in(EMAIL, PASSWORD)
    assert "(disabled)" in run("officers", "list", "--lang", "en")


def test_the_rosters_say_what_the_posts_say(cloud: Embedded) -> None:
    run(*ADD, "--post", "H34.06:appraiser", "--password", PASSWORD)
    (member,) = roster.of("H34.06").members.values()
    assert (member.name, member.appraises, member.version) == ("Cao Thị Tiếp Nhận", True, 1)
    told("officers", "posts", EMAIL, "--set", "H34.06:approver")
    assert not roster.of("H34.05").members and not roster.of("H34.06").members[member.id].appraises
    roster.remove("H34.06", member.id)
    assert told("officers", "enrol") == {"officers": 1} and member.id in roster.of("H34.06").members
    assert "1 cán bộ" in run("officers", "enrol")
    run("officers", "disable", EMAIL)
    assert not roster.of("H34.06").members
    assert told("officers", "enrol") == {"officers": 0}


def test_a_wrong_count_is_told_and_set_right_when_asked(cloud: Embedded) -> None:
    assert "khớp với hàng chờ" in run("officers", "recount", "H34.05")
    assert roster.correct("H34.05", "an", 0, 3)
    found = {"agency": "H34.05", "wrong": [{"officer": "an", "counted": 3, "right": 0}]}
    assert told("officers", "recount", "H34.05") == {**found, "repaired": False}
    assert "--repair" in run("officers", "recount", "H34.05", "--lang", "en")
    assert "an: đang ghi 3, đúng là 0\nĐã sửa." in run("officers", "recount", "H34.05", "--repair")
    assert told("officers", "recount", "H34.05", "--repair")["wrong"] == []


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["officers", "add", "no address", "--name", "X Y", "--post", "H34.05:reception"], "Invalid"),
        (["officers", "add", EMAIL, "--name", "X Y", "--post", "H34.05:king"], "PostMalformed"),
        (["officers", "add", EMAIL, "--name", "X Y", "--post", "H34.05:applicant"], "PostMalformed"),
        (["officers", "add", EMAIL, "--name", "X Y", "--post", "sở tư pháp:clerk"], "Invalid"),
        (["officers", "add", EMAIL, "--name", " ", "--post", "H34.05:clerk"], "Invalid"),
        ([*ADD, "--password", "short"], "WeakPassword"),
        (["officers", "add", EMAIL, "--name", "X Y"], "Usage"),
        (["officers", "posts", EMAIL, "--set", "H34.05:clerk"], "OfficerUnknown"),
        (["officers", "disable", EMAIL], "OfficerUnknown"),
    ],
)
def test_refusals_name_what_is_wrong_and_change_nothing(cloud: Embedded, words: list[str], code: str) -> None:
    shape = told(*words, code=2)
    assert shape["Code"] == code and shape["Message"]
    assert told("officers", "list") == {"officers": []}


def test_a_citizen_is_no_officer(cloud: Embedded) -> None:
    plant(silent=True)
    pool = settings.user_pool_id()
    cloud.client("cognito-idp").admin_create_user(
        UserPoolId=pool,
        Username="citizen@example.com",
        UserAttributes=[{"Name": "custom:kind", "Value": "person"}],
    )
    for words in (["posts", "citizen@example.com", "--set", "H34.05:clerk"], ["disable", "citizen@example.com"]):
        assert told("officers", *words, code=2)["Code"] == "OfficerUnknown"
    assert told("officers", "add", "citizen@example.com", "--name", "X Y", "--post", "H34.05:clerk", code=2)


def test_officers_are_listed_beyond_one_page(cloud: Embedded) -> None:
    for number in range(65):
        accounts.ensure_officer(f"o{number:02d}@tu-phap.example", "Cán bộ Thử", ["H34.05:clerk"], PASSWORD)
    assert len(told("officers", "list")["officers"]) == 65


def test_the_cloud_must_be_named(cloud: Embedded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("USER_POOL_ID")
    assert "USER_POOL_ID" in run("officers", "list", code=1)


@pytest.mark.clause("A1")
def test_the_demo_people_are_planted_twice_without_harm(cloud: Embedded) -> None:
    rows = plant(silent=True)
    assert plant(silent=True) == rows
    people = json.loads(PEOPLE.read_text("utf-8"))
    assert len(rows) == len(people["officers"]) + len(people["citizens"])
    for row in rows:
        session = sessions.log_in(row["username"], row["password"])
        assert isinstance(session, Session) and (session.kind, session.name) == (row["who"], row["name"])
        if row["who"] != "officer":
            found = accounts.profile(row["username"].replace("-", ""))
            assert found.consents_due == ()


def test_the_demo_people_are_nobody() -> None:
    people = json.loads(PEOPLE.read_text("utf-8"))
    everybody = [*people["officers"], *people["citizens"]]
    assert all(re.fullmatch(r"[a-z-]+@[a-z-]+\.example", one["email"]) for one in everybody)
    assert len({one["email"] for one in everybody}) == len(everybody)
    assert all(one["identity"].startswith("99") for one in people["citizens"] if one["kind"] == "organisation")


def test_every_post_of_the_demo_is_at_an_agency_of_the_seed() -> None:
    agencies = json.loads(Path(PEOPLE).with_name("agencies.json").read_text("utf-8"))["agencies"]
    known = {agency["code"] for agency in agencies}
    people = json.loads(PEOPLE.read_text("utf-8"))
    assert {post.split(":")[0] for one in people["officers"] for post in one["posts"]} <= known
