"""Sign-up, confirmation, reset, profile and consents, through HTTP on the embedded cloud."""

from __future__ import annotations

import io
import logging
import re
import unicodedata
from datetime import timedelta
from typing import Any

import pytest

from chalicelib import settings
from chalicelib.domain import account as rules
from chalicelib.errors import Conflict
from chalicelib.services import present
from chalicelib.storage import people
from chalicelib.telemetry import logger
from infra.local.testing import Embedded
from tests.app.account_client import ORGANISATION, PASSWORD, PERSON, Browser, a_citizen, claims, counted, fields

# chalice.local cannot check a Cognito token and says so; the local gateway does, and is tested on its own.
pytestmark = pytest.mark.filterwarnings("ignore:.*is not a supported in local mode")


def users(cloud: Embedded) -> list[dict[str, Any]]:
    pool = settings.user_pool_id()
    listed: list[dict[str, Any]] = cloud.client("cognito-idp").list_users(UserPoolId=pool)["Users"]
    return listed


def consent_rows(cloud: Embedded) -> list[dict[str, Any]]:
    table = settings.registry_table()
    found: list[dict[str, Any]] = cloud.client("dynamodb").scan(TableName=table)["Items"]
    return [row for row in found if row["sk"]["S"].startswith("CONSENT#")]


@pytest.mark.clause("A4")
@pytest.mark.parametrize("form", [PERSON, ORGANISATION], ids=["person", "organisation"])
def test_from_sign_up_to_profile(cloud: Embedded, form: dict[str, Any]) -> None:
    browser = a_citizen(cloud, form)
    assert browser.token is not None
    told = claims(browser.token)
    assert (told["name"], told["email"], told["phone_number"]) == (form["name"], form["email"], "+84912345678")
    assert (told["custom:kind"], told["custom:identity"]) == (form["kind"], form["identity"])
    assert told["cognito:username"] == form["identity"].replace("-", "")
    profile = browser.send("GET", "/me").body
    assert profile == {
        "kind": form["kind"],
        "name": form["name"],
        "identity": form["identity"],
        "representative": form.get("representative"),
        "email": form["email"],
        "phone": "+84912345678",
        "posts": [],
        "consents_due": [],
    }


def test_a_tax_code_is_typed_as_people_type_it(cloud: Embedded) -> None:
    a_citizen(cloud, ORGANISATION)
    for typed in ("9900000016-001", "9900000016001", " 99 00 00 00 16 - 001 "):
        assert Browser().log_in(typed, PASSWORD).status == 200


@pytest.mark.clause("A4")
def test_an_existing_account_answers_like_none(cloud: Embedded) -> None:
    with counted() as first:
        absent = Browser().sign_up()
    Browser().confirm(cloud)
    sent, kept, known = len(cloud.outbox.letters()), users(cloud), consent_rows(cloud)
    with counted() as second:
        existing = Browser().sign_up(email="other@example.com", password="another good secret")
    assert (existing.status, existing.body) == (absent.status, absent.body) == (202, absent.body)
    assert second == first == ["AdminGetUser", "SignUp", "TransactWriteItems"]
    # The holder keeps everything, gets no code, and agreed to nothing new.
    assert len(cloud.outbox.letters()) == sent
    assert users(cloud) == kept
    holder = {row["pk"]["S"] for row in known}
    extra = [row for row in consent_rows(cloud) if row["pk"]["S"] not in holder]
    assert len(extra) == 1 and "expires_at" in extra[0]
    assert Browser().log_in(password="another good secret").status == 401
    assert Browser().log_in().status == 200


def test_every_other_answer_is_the_same_too(cloud: Embedded) -> None:
    a_citizen(cloud)
    absent = "062190000018"
    Browser().sign_up(identity="062290000019", email="waits@example.com")
    for path, rest in (
        ("/accounts/confirmation-code", {}),
        ("/accounts/password-reset", {}),
        ("/accounts/confirmation", {"code": "123456"}),
        ("/accounts/password", {"code": "123456", "password": PASSWORD}),
        ("/sessions", {"password": "a wrong password"}),
    ):
        answers = [
            Browser().send("POST", path, {"username": name, **rest})
            for name in (PERSON["identity"], "062290000019", absent, "chưa bao giờ")
        ]
        assert len({(a.status, str(a.body)) for a in answers}) == 1, path


def test_an_unconfirmed_account_is_nobodys_yet(cloud: Embedded) -> None:
    Browser().sign_up(email="mistyped@example.com", password="first password")
    browser = Browser()
    assert browser.sign_up().status == 202
    old_code, code = cloud.outbox.code("mistyped@example.com"), cloud.outbox.code(PERSON["email"])
    if old_code != code:
        assert fields(browser.send("POST", "/accounts/confirmation", _confirmation(old_code))) == {"code": "CodeWrong"}
    assert browser.send("POST", "/accounts/confirmation", _confirmation(code)).status == 200
    assert browser.log_in(password="first password").status == 401
    assert browser.log_in().status == 200


def _confirmation(code: str) -> dict[str, str]:
    return {"username": PERSON["identity"], "code": code}


def test_a_code_is_read_with_the_spaces_that_people_type(cloud: Embedded) -> None:
    browser = Browser()
    browser.sign_up()
    code = cloud.outbox.code(PERSON["email"])
    assert fields(browser.send("POST", "/accounts/confirmation", _confirmation("12345x"))) == {"code": "CodeWrong"}
    assert browser.send("POST", "/accounts/confirmation", _confirmation(f" {code[:3]} {code[3:]}")).status == 200
    assert browser.send("POST", "/accounts/password-reset", {"username": PERSON["identity"]}).status == 202
    code = cloud.outbox.code(PERSON["email"])
    reset = {**_confirmation(f"{code[:3]} {code[3:]}"), "password": "another password"}
    assert browser.send("POST", "/accounts/password", reset).status == 200


def test_a_second_code_and_a_second_confirmation(cloud: Embedded) -> None:
    browser = Browser()
    browser.sign_up()
    assert browser.send("POST", "/accounts/confirmation-code", {"username": PERSON["identity"]}).status == 202
    assert len(cloud.outbox.letters(PERSON["email"])) == 2
    assert browser.confirm(cloud).status == 200
    assert fields(browser.confirm(cloud)) == {"code": "CodeWrong"}


@pytest.mark.clause("A4")
@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"identity": "06209000001"}, {"identity": "BadIdentityNumber"}),
        ({"identity": "099090000017"}, {"identity": "BadIdentityNumber"}),
        ({"identity": "062290000017"}, {}),  # born in 2090? century digit 2 is the 2000s: refused below
        ({"identity": 62090000017}, {"identity": "WrongType"}),
        ({"kind": "organisation"}, {"identity": "BadTaxCode", "representative": "Required"}),
        ({"kind": "officer"}, {"kind": "NotOneOf"}),
        ({"name": "   "}, {"name": "Required"}),
        ({"name": "Nguyễn\u202eVăn"}, {"name": "BadFormat"}),
        ({"name": "x" * 130}, {"name": "TooLong"}),
        ({"representative": "Trần Thị Mẫu"}, {"representative": "Unknown"}),
        ({"email": "thu@example"}, {"email": "BadEmail"}),
        ({"email": "thu@@example.com"}, {"email": "BadEmail"}),
        ({"phone": "0612345678"}, {"phone": "BadPhone"}),
        ({"password": "short"}, {"password": "WeakPassword"}),
        ({"password": "aaaaaaaaaaaa"}, {"password": "WeakPassword"}),
        ({"password": "my 062090000017"}, {"password": "WeakPassword"}),
        ({"password": "x1y2z3w4" * 20}, {"password": "WeakPassword"}),
        ({"consents": []}, {"consents": "ConsentRequired"}),
        ({"consents": [{"purpose": "survey", "version": 1}]}, {"consents": "ConsentRequired"}),
        ({"consents": [{"purpose": "services", "version": 2}]}, {"consents[0].version": "ConsentVersionOld"}),
        ({"consents": [{"purpose": "sale", "version": 1}]}, {"consents[0].purpose": "NotOneOf"}),
        ({"consents": [{"purpose": "services"}]}, {"consents[0].version": "Required"}),
        ({"consents": [{"purpose": "services", "version": True}]}, {"consents[0].version": "WrongType"}),
        ({"consents": [{"purpose": "services", "version": 1}] * 2}, {"consents[1].purpose": "NotUnique"}),
        ({"posts": "H34.05:approver"}, {"posts": "Unknown"}),
        ({"email": "x", "phone": "x", "password": "x"}, {"email": "BadEmail", "phone": "BadPhone"}),
    ],
)
def test_a_sign_up_is_refused_naming_each_field(
    cloud: Embedded, changed: dict[str, Any], wrong: dict[str, str]
) -> None:
    if not wrong:
        wrong = {"identity": "BadIdentityNumber"}
    answer = Browser().sign_up(**changed)
    assert answer.status == 422
    assert wrong.items() <= fields(answer).items()
    assert all(f["Message"] for f in answer.body["Fields"])
    assert not users(cloud) and not consent_rows(cloud) and not cloud.outbox.letters()


def test_a_single_defect_speaks_for_the_whole(cloud: Embedded) -> None:
    assert Browser().sign_up(password="short").body["Code"] == "WeakPassword"
    assert Browser().sign_up(consents=[]).body["Code"] == "ConsentRequired"
    assert Browser().sign_up(consents=[], password="short").body["Code"] == "BadRequest"


@pytest.mark.parametrize("raw", [b"", b"[]", b"{", b'{"kind": NaN}', b'{"kind": "person", "kind": "person"}'])
def test_what_is_no_json_object_is_refused(cloud: Embedded, raw: bytes) -> None:
    answer = Browser().send("POST", "/accounts", raw=raw)
    assert answer.status == 422
    assert answer.body["Code"] in {"NotJson", "BadRequest"}


def test_an_oversized_body_is_refused(cloud: Embedded) -> None:
    assert Browser().sign_up(name="x" * 300_000).status == 413


@pytest.mark.clause("C7")
def test_consent_is_recorded_per_purpose_and_version(cloud: Embedded) -> None:
    asked = Browser().send("GET", "/consent-purposes").body["purposes"]
    assert [p["purpose"] for p in asked if p["mandatory"]] == ["services"]
    assert all(p["text"] and set(p) == {"purpose", "version", "mandatory", "text"} for p in asked)
    both = [{"purpose": "services", "version": 1}, {"purpose": "survey", "version": 1}]
    browser = a_citizen(cloud, {**PERSON, "consents": both})
    kept = browser.send("GET", "/me/consents").body["consents"]
    assert [(c["purpose"], c["version"], c["given"]) for c in kept] == [("services", 1, True), ("survey", 1, True)]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", kept[0]["history"][0]["at"])


@pytest.mark.clause("C7")
def test_consent_is_withdrawn_and_given_again(cloud: Embedded) -> None:
    browser = a_citizen(cloud)
    asked = {"purpose": "notices", "version": 1}
    for given, acts in ((False, 0), (True, 1), (True, 1), (False, 2), (True, 3)):
        answer = browser.send("POST", "/me/consents", {**asked, "given": given})
        assert (answer.status, answer.body["given"], len(answer.body["history"])) == (200, given, acts)
    kept = browser.send("GET", "/me/consents").body["consents"]
    assert [act["given"] for c in kept if c["purpose"] == "notices" for act in c["history"]] == [True, False, True]
    # Silence is no consent, and what the account rests on is not withdrawn by itself.
    assert fields(browser.send("POST", "/me/consents", asked)) == {"given": "Required"}
    refused = browser.send("POST", "/me/consents", {"purpose": "services", "version": 1, "given": False})
    assert (refused.status, refused.body["Code"]) == (409, "ConsentMandatory")
    assert browser.send("POST", "/me/consents", {"purpose": "notices", "version": 9, "given": False}).status == 422


@pytest.mark.clause("C7")
def test_two_acts_at_once_and_an_act_whose_reply_was_lost(cloud: Embedded) -> None:
    one = rules.Agreed("notices", 1)
    given = rules.acted(None, one, True, present.now())
    people.replace("somebody", None, given)
    people.replace("somebody", None, given)  # the same act again: it is there already
    later = rules.acted(None, one, True, present.now() + timedelta(seconds=1))
    with pytest.raises(Conflict):
        people.replace("somebody", None, later)
    assert people.consents("somebody") == [given]


@pytest.mark.clause("C7")
def test_a_new_text_of_a_mandatory_purpose_must_be_asked_for(cloud: Embedded) -> None:
    old = rules.Consent("services", 0, True, (("2026-01-01T00:00:00.000Z", True),))
    now = rules.Consent("services", 1, True, (("2026-01-01T00:00:00.000Z", True),))
    assert rules.due([old]) == ["services"]
    assert rules.due([old, now]) == []


@pytest.mark.clause("A4")
def test_a_forgotten_password(cloud: Embedded) -> None:
    browser = a_citizen(cloud)
    cloud.outbox.clear()
    visitor = Browser()
    assert visitor.send("POST", "/accounts/password-reset", {"username": PERSON["identity"]}).status == 202
    code = cloud.outbox.code(PERSON["email"])
    ask = {"username": PERSON["identity"], "code": code}
    wrong_code = {**ask, "code": "000000" if code != "000000" else "111111", "password": "brand new secret"}
    assert fields(visitor.send("POST", "/accounts/password", wrong_code)) == {"code": "CodeWrong"}
    assert fields(visitor.send("POST", "/accounts/password", {**ask, "password": "short"})) == {
        "password": "WeakPassword"
    }
    assert visitor.send("POST", "/accounts/password", {**ask, "password": "brand new secret"}).status == 200
    assert visitor.log_in().status == 401
    assert visitor.log_in(password="brand new secret").status == 200
    assert browser.refresh().status == 401  # whoever knew the old password is out


def test_a_password_is_one_however_the_keyboard_composes_it(cloud: Embedded) -> None:
    a_citizen(cloud)
    decomposed = unicodedata.normalize("NFD", PASSWORD)
    assert decomposed != PASSWORD
    assert Browser().log_in(password=decomposed).status == 200


def test_only_the_phone_can_be_changed(cloud: Embedded) -> None:
    browser = a_citizen(cloud)
    assert browser.send("PUT", "/me", {"phone": "+84 987.654.321"}).body == {"phone": "+84987654321"}
    assert browser.send("GET", "/me").body["phone"] == "+84987654321"
    assert fields(browser.send("PUT", "/me", {"phone": "1"})) == {"phone": "BadPhone"}
    refused = browser.send("PUT", "/me", {"phone": "0912345678", "name": "Ai Đó", "email": "else@example.com"})
    assert fields(refused) == {"name": "Unknown", "email": "Unknown"}
    assert browser.send("GET", "/me").body["phone"] == "+84987654321"


def test_without_a_token_there_is_no_me(cloud: Embedded) -> None:
    for method, path, body in (
        ("GET", "/me", None),
        ("PUT", "/me", {"phone": "0912345678"}),
        ("GET", "/me/consents", None),
        ("POST", "/me/consents", {"purpose": "notices", "version": 1, "given": True}),
    ):
        answer = Browser().send(method, path, body)
        assert (answer.status, answer.body["Code"]) == (401, "LoginRequired")


def test_nothing_personal_is_logged(cloud: Embedded, caplog: pytest.LogCaptureFixture) -> None:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logger.registered_formatter)
    logger.addHandler(handler)
    try:
        browser = a_citizen(cloud)
        browser.log_in(password="a wrong password")
        browser.send("GET", "/me")
        browser.send("PUT", "/me", {"phone": "0987654321"})
        browser.sign_up(email="thu@@example.com")
        browser.sign_up()
    finally:
        logger._logger.removeHandler(handler)
    text = written.getvalue() + caplog.text
    assert "answered" in text and "refused" in text
    for private in ("062090000017", "example.com", "912345678", "987654321", "Nguyễn", "Nguy\\u", PASSWORD, "eyJ"):
        assert private not in text
