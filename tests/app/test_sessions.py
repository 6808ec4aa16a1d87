"""Login, refresh, logout and the officers' second factor, through HTTP on the embedded cloud."""

from __future__ import annotations

import time
from typing import Any

import pytest

from chalicelib import settings
from chalicelib.api.http import actor_of
from chalicelib.domain.access import Post, Role
from chalicelib.services import accounts
from infra.local.testing import Embedded
from tests.app.account_client import PASSWORD, PERSON, Browser, a_citizen, claims, counted, fields
from tests.authenticator import totp

pytestmark = pytest.mark.filterwarnings("ignore:.*is not a supported in local mode")

OFFICER = "tiep.nhan@example.com"
POSTS = ("H34.05:reception", "H34.05:approver")


def an_officer(password: str | None = PASSWORD) -> None:
    accounts.ensure_officer(OFFICER, "Lê Văn Mẫu", POSTS, password)


@pytest.mark.clause("A4")
def test_a_login_gives_what_the_site_needs_in_one_call(cloud: Embedded) -> None:
    a_citizen(cloud)
    browser = Browser()
    with counted() as calls:
        answer = browser.log_in()
    assert calls == ["InitiateAuth"]
    assert set(answer.body) == {"id_token", "expires_in", "name", "kind"}
    assert (answer.body["name"], answer.body["kind"]) == (PERSON["name"], "person")
    told = claims(answer.body["id_token"])
    assert told["exp"] - told["iat"] == answer.body["expires_in"] == 1800
    assert told["aud"] == settings.user_pool_client_id()


@pytest.mark.clause("A4")
@pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "https://dichvucong.example"])
def test_the_refresh_token_is_a_cookie_that_no_script_and_no_other_site_has(
    cloud: Embedded, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("PUBLIC_URL", url)
    browser = a_citizen(cloud)
    answer = browser.log_in()
    cookie, *flags = answer.headers["Set-Cookie"].split("; ")
    secure = {"Secure"} if url.startswith("https") else set()
    assert set(flags) == {"Path=/api/sessions", "HttpOnly", "SameSite=Strict"} | secure
    assert browser.cookie and browser.cookie not in str(answer.body)
    assert cookie == f"refresh={browser.cookie}"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.clause("A4")
def test_login_fails_in_one_way(cloud: Embedded) -> None:
    a_citizen(cloud)
    Browser().sign_up(identity="062190000018", email="waits@example.com")
    an_officer()
    accounts.disable_officer(OFFICER)
    tries = [
        (PERSON["identity"], "a wrong password"),  # wrong password
        ("062190000019", PASSWORD),  # nobody
        ("062190000018", PASSWORD),  # not confirmed, right password
        ("062190000018", "a wrong password"),  # not confirmed, wrong password
        (OFFICER, PASSWORD),  # disabled
        ("chưa bao giờ", PASSWORD),  # no username at all
    ]
    answers = [Browser().log_in(name, password) for name, password in tries]
    assert {a.status for a in answers} == {401}
    assert len({str(a.body) for a in answers}) == 1
    assert answers[0].body["Code"] == "LoginFailed"
    assert all("Set-Cookie" not in a.headers for a in answers)


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"username": "062090000017"}, {"password": "Required"}),
        ({"username": 62090000017, "password": "x"}, {"username": "WrongType"}),
        ({"username": "", "password": ""}, {"username": "TooShort", "password": "TooShort"}),
        ({"username": "x", "password": "y" * 300}, {"password": "TooLong"}),
        ({"username": "x", "password": "y", "remember": True}, {"remember": "Unknown"}),
    ],
)
def test_a_malformed_login_names_its_fields(cloud: Embedded, body: dict[str, Any], wrong: dict[str, str]) -> None:
    answer = Browser().send("POST", "/sessions", body)
    assert (answer.status, fields(answer)) == (422, wrong)


@pytest.mark.clause("A4")
def test_refresh_and_logout(cloud: Embedded) -> None:
    browser = a_citizen(cloud)
    before = browser.cookie
    with counted() as calls:
        answer = browser.refresh()
    assert (answer.status, calls) == (200, ["InitiateAuth"])
    assert answer.body["name"] == PERSON["name"] and browser.cookie == before
    # Another site can send the cookie's owner here, but not the header.
    refused = browser.send("POST", "/sessions/refresh")
    assert (refused.status, refused.body["Code"]) == (403, "NotFromSite")
    assert browser.send("DELETE", "/sessions").status == 403
    with counted() as calls:
        ended = browser.send("DELETE", "/sessions", X_Requested_With="motcua")
    assert (ended.status, calls) == (200, ["RevokeToken"])
    assert browser.cookie is None and "Max-Age=0" in ended.headers["Set-Cookie"]
    browser.cookie = before
    again = browser.refresh()
    assert (again.status, again.body["Code"], browser.cookie) == (401, "SessionEnded", None)


def test_there_is_nothing_to_refresh_or_to_end(cloud: Embedded) -> None:
    browser = Browser()
    assert browser.refresh().status == 401
    assert browser.send("DELETE", "/sessions", X_Requested_With="motcua").status == 200
    for made_up in ("made-up", "a b;c", '"', "x" * 3000):
        browser.cookie = made_up
        answer = browser.refresh()
        assert (answer.status, answer.body["Code"]) == (401, "SessionEnded")
        browser.cookie = made_up
        assert browser.send("DELETE", "/sessions", X_Requested_With="motcua").status == 200


@pytest.mark.clause("A1")
def test_an_officers_posts_are_in_the_token(cloud: Embedded) -> None:
    an_officer()
    browser = Browser()
    answer = browser.log_in(" Tiep.Nhan@Example.com ")
    assert (answer.status, answer.body["kind"]) == (200, "officer")
    told = claims(answer.body["id_token"])
    assert told["custom:posts"] == "H34.05:approver H34.05:reception"
    assert told["cognito:groups"] == ["officers"]

    class Request:
        context = {"authorizer": {"claims": told}}

    actor = actor_of(Request())  # type: ignore[arg-type]  # all that it reads of a request
    assert actor.posts == {Post("H34.05", Role.RECEPTION), Post("H34.05", Role.APPROVER)}
    assert browser.send("GET", "/me").body["posts"] == ["H34.05:approver", "H34.05:reception"]
    assert browser.send("GET", "/me/consents").status == 403  # consents are the citizens'


def test_a_token_has_the_new_posts_after_a_refresh(cloud: Embedded) -> None:
    an_officer()
    browser = Browser()
    browser.log_in(OFFICER)
    accounts.set_posts(OFFICER, ["H34.06:cashier"])
    assert claims(browser.refresh().body["id_token"])["custom:posts"] == "H34.06:cashier"


def test_nobody_makes_themselves_an_officer(cloud: Embedded) -> None:
    """The pool's client may not write posts: what the public sign-up of Cognito is told of them is refused."""
    cognito = cloud.client("cognito-idp")
    given = {"name": "Kẻ Gian", "email": "x@example.com", "custom:kind": "officer", "custom:posts": POSTS[0]}
    with pytest.raises(cognito.exceptions.NotAuthorizedException):
        cognito.sign_up(
            ClientId=settings.user_pool_client_id(),
            Username="x@example.com",
            Password=PASSWORD,
            UserAttributes=[{"Name": name, "Value": value} for name, value in given.items()],
        )


def test_a_temporary_password_is_replaced_at_the_first_login(cloud: Embedded) -> None:
    an_officer(password=None)
    temporary = "temporary-secret"
    cloud.client("cognito-idp").admin_set_user_password(
        UserPoolId=settings.user_pool_id(), Username=OFFICER, Password=temporary, Permanent=False
    )
    browser = Browser()
    asked = browser.log_in(OFFICER, temporary).body
    assert asked["challenge"] == "new_password" and "id_token" not in asked and browser.cookie is None
    answer = {"username": OFFICER, "session": asked["session"]}
    weak = browser.send("POST", "/sessions/new-password", {**answer, "password": "short"})
    assert fields(weak) == {"password": "WeakPassword"}
    given = browser.send("POST", "/sessions/new-password", {**answer, "password": PASSWORD})
    assert given.status == 200 and given.body["kind"] == "officer" and browser.cookie
    assert browser.send("POST", "/sessions/new-password", {**answer, "password": PASSWORD}).status == 401
    assert browser.log_in(OFFICER).body["kind"] == "officer"


def test_officers_prove_a_second_factor_where_people_are_real(cloud: Embedded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAGE", "prod")
    monkeypatch.setenv("MOTO_COGNITO_IDP_USER_POOL_ENABLE_TOTP", "true")  # moto checks the code only then
    an_officer()
    browser = Browser()
    with counted() as calls:
        asked = browser.log_in(OFFICER).body
    assert calls == ["InitiateAuth", "AssociateSoftwareToken"]
    assert set(asked) == {"challenge", "session", "secret"} and asked["challenge"] == "mfa_setup"
    assert browser.cookie is None and browser.token is None

    def code(wrong: bool = False) -> str:
        return totp(asked["secret"], time.time() + (86400 if wrong else 0))

    setup = {"session": asked["session"]}
    assert fields(browser.send("POST", "/sessions/mfa-setup", {**setup, "code": code(True)})) == {"code": "CodeWrong"}
    assert browser.send("POST", "/sessions/mfa-setup", {**setup, "code": code()}).status == 200

    asked_again = browser.log_in(OFFICER).body
    assert set(asked_again) == {"challenge", "session"} and asked_again["challenge"] == "mfa"
    answer = {"username": OFFICER, "session": asked_again["session"]}
    assert fields(browser.send("POST", "/sessions/mfa", {**answer, "code": code(True)})) == {"code": "CodeWrong"}
    assert fields(browser.send("POST", "/sessions/mfa", {**answer, "code": "12345x"})) == {"code": "CodeWrong"}
    given = browser.send("POST", "/sessions/mfa", {**answer, "code": f"{code()[:3]} {code()[3:]}"})
    assert given.status == 200 and given.body["kind"] == "officer" and browser.cookie
    forged = browser.send("POST", "/sessions/mfa", {**answer, "session": "x" * 40, "code": code()})
    assert (forged.status, forged.body["Code"]) == (401, "SessionEnded")


def test_citizens_need_no_second_factor(cloud: Embedded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAGE", "prod")
    a_citizen(cloud)
    assert Browser().log_in().status == 200


def test_a_disabled_officer_gets_no_new_token(cloud: Embedded) -> None:
    an_officer()
    browser = Browser()
    browser.log_in(OFFICER)
    accounts.disable_officer(OFFICER)
    assert browser.refresh().status == 401
    assert browser.send("GET", "/me").status == 401
