"""The code front of Cognito: codes are delivered, compared and grow old; nobody learns who has an account."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.local import codes as front
from infra.local.template import USER_POOL_CLIENT_ID as CLIENT
from infra.local.template import USER_POOL_ID as POOL
from infra.local.testing import Embedded

AN, MAIL, PASSWORD = "001085012345", "an@example.com", "mat khau dai hon 10"
Json = dict[str, Any]


@pytest.fixture
def now(embedded: Embedded) -> Iterator[list[float]]:
    moment = [time.time()]
    embedded.codes.clock = lambda: moment[0]
    yield moment
    embedded.codes.clock = time.time


def sign_up(cloud: Embedded, username: str = AN, **attributes: str) -> Json:
    given = {"email": MAIL, "name": "Nguyễn An", "custom:kind": "person", "custom:identity": username, **attributes}
    listed = [{"Name": name.replace("__", ":"), "Value": value} for name, value in given.items()]
    answer: Json = cloud.client("cognito-idp").sign_up(
        ClientId=CLIENT, Username=username, Password=PASSWORD, UserAttributes=listed
    )
    return answer


def confirm(cloud: Embedded, code: str, username: str = AN) -> None:
    cloud.client("cognito-idp").confirm_sign_up(ClientId=CLIENT, Username=username, ConfirmationCode=code)


def log_in(cloud: Embedded, username: str = AN, password: str = PASSWORD) -> Json:
    answer = cloud.client("cognito-idp").initiate_auth(
        ClientId=CLIENT, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": username, "PASSWORD": password}
    )
    return dict(answer["AuthenticationResult"])


def refused(code: str, act: Any, *args: Any, **kwargs: Any) -> None:
    with pytest.raises(ClientError) as caught:
        act(*args, **kwargs)
    assert caught.value.response["Error"]["Code"] == code


@pytest.mark.clause("A4")
def test_only_the_delivered_code_confirms(embedded: Embedded) -> None:
    delivered = sign_up(embedded)["CodeDeliveryDetails"]
    assert delivered["Destination"] == "a***@e***"
    code = embedded.outbox.code(MAIL)
    for wrong in ("000000" if code != "000000" else "111111", "", "abc", code + "0"):
        refused("CodeMismatchException", confirm, embedded, wrong or " ")
    refused("UserNotConfirmedException", log_in, embedded)
    confirm(embedded, code)
    user = embedded.client("cognito-idp").admin_get_user(UserPoolId=POOL, Username=AN)
    assert {"Name": "email_verified", "Value": "true"} in user["UserAttributes"]
    assert log_in(embedded)["ExpiresIn"] == 1800


def test_a_code_works_once_and_a_new_one_replaces_it(embedded: Embedded) -> None:
    sign_up(embedded)
    first = embedded.outbox.code(MAIL)
    embedded.client("cognito-idp").resend_confirmation_code(ClientId=CLIENT, Username=AN)
    second = embedded.outbox.code(MAIL)
    if first != second:
        refused("CodeMismatchException", confirm, embedded, first)
    confirm(embedded, second)
    refused("NotAuthorizedException", confirm, embedded, second)
    refused(
        "InvalidParameterException",
        embedded.client("cognito-idp").resend_confirmation_code,
        ClientId=CLIENT,
        Username=AN,
    )


@pytest.mark.parametrize(("purpose", "hours"), [(front.SIGN_UP, 24), (front.RESET, 1)])
def test_codes_grow_old(embedded: Embedded, now: list[float], purpose: str, hours: int) -> None:
    cognito = embedded.client("cognito-idp")
    sign_up(embedded)
    if purpose == front.RESET:
        confirm(embedded, embedded.outbox.code(MAIL))
        cognito.forgot_password(ClientId=CLIENT, Username=AN)
    code = embedded.outbox.code(MAIL)
    now[0] += hours * 3600 + 1
    if purpose == front.SIGN_UP:
        refused("ExpiredCodeException", confirm, embedded, code)
    else:
        given = {"ClientId": CLIENT, "Username": AN, "ConfirmationCode": code, "Password": PASSWORD}
        refused("ExpiredCodeException", cognito.confirm_forgot_password, **given)


def test_a_reset_needs_its_code_and_a_good_password(embedded: Embedded) -> None:
    cognito = embedded.client("cognito-idp")
    sign_up(embedded)
    confirm(embedded, embedded.outbox.code(MAIL))
    cognito.forgot_password(ClientId=CLIENT, Username=AN)
    code = embedded.outbox.code(MAIL)
    given = {"ClientId": CLIENT, "Username": AN}
    new = "mot mat khau khac"
    refused("CodeMismatchException", cognito.confirm_forgot_password, **given, ConfirmationCode="x", Password=new)
    refused(
        "InvalidPasswordException", cognito.confirm_forgot_password, **given, ConfirmationCode=code, Password="ngan"
    )
    cognito.confirm_forgot_password(**given, ConfirmationCode=code, Password=new)
    refused("NotAuthorizedException", log_in, embedded)
    assert log_in(embedded, password=new)["IdToken"]
    refused("CodeMismatchException", cognito.confirm_forgot_password, **given, ConfirmationCode=code, Password=new)


@pytest.mark.clause("A4")
def test_nobody_learns_who_has_an_account(embedded: Embedded) -> None:
    cognito = embedded.client("cognito-idp")
    sign_up(embedded)
    confirm(embedded, embedded.outbox.code(MAIL))
    letters = len(embedded.outbox.letters())
    answers = []
    for username in (AN, "001085099999"):
        with pytest.raises(ClientError) as caught:
            log_in(embedded, username, "wrong password")
        answers.append(caught.value.response["Error"])
        reset = cognito.forgot_password(ClientId=CLIENT, Username=username)["CodeDeliveryDetails"]
        assert reset["DeliveryMedium"] == "EMAIL"
    assert answers[0] == answers[1]
    assert len(embedded.outbox.letters()) == letters + 1  # and only the one who exists got a mail
    refused("CodeMismatchException", confirm, embedded, "123456", "001085099999")


@pytest.mark.clause("A4")
def test_nobody_gives_themselves_posts_or_another_number(embedded: Embedded) -> None:
    cognito = embedded.client("cognito-idp")
    refused("NotAuthorizedException", sign_up, embedded, custom__posts="H34.05:approver")
    sign_up(embedded)
    confirm(embedded, embedded.outbox.code(MAIL))
    token = log_in(embedded)["AccessToken"]

    def change(name: str, value: str) -> None:
        cognito.update_user_attributes(AccessToken=token, UserAttributes=[{"Name": name, "Value": value}])

    refused("NotAuthorizedException", change, "custom:posts", "H34.05:approver")
    refused("InvalidParameterException", change, "custom:identity", "001085054321")
    change("name", "Nguyễn Văn An")


def test_sessions_end_when_revoked_and_after_thirty_days(embedded: Embedded, now: list[float]) -> None:
    cognito = embedded.client("cognito-idp")
    sign_up(embedded)
    confirm(embedded, embedded.outbox.code(MAIL))

    def refresh(token: str) -> Json:
        given = {"AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": {"REFRESH_TOKEN": token}}
        return dict(cognito.initiate_auth(ClientId=CLIENT, **given)["AuthenticationResult"])

    first, second = log_in(embedded)["RefreshToken"], log_in(embedded)["RefreshToken"]
    assert refresh(first)["IdToken"]
    cognito.revoke_token(ClientId=CLIENT, Token=first)
    refused("NotAuthorizedException", refresh, first)
    now[0] += 29 * 86_400
    assert refresh(second)["IdToken"]
    now[0] += 2 * 86_400
    refused("NotAuthorizedException", refresh, second)


def test_tokens_live_thirty_minutes_and_carry_the_attributes(embedded: Embedded) -> None:
    sign_up(embedded)
    confirm(embedded, embedded.outbox.code(MAIL))
    part = log_in(embedded)["IdToken"].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(part + "=="))
    assert claims["exp"] - claims["iat"] == 1800
    assert (claims["token_use"], claims["aud"]) == ("id", CLIENT)
    assert (claims["custom:identity"], claims["custom:kind"], claims["email"]) == (AN, "person", MAIL)


def test_flows_that_the_client_does_not_allow_are_refused(embedded: Embedded) -> None:
    given = {"AuthFlow": "USER_SRP_AUTH", "AuthParameters": {"USERNAME": AN, "SRP_A": "aa"}}
    refused("InvalidParameterException", embedded.client("cognito-idp").initiate_auth, ClientId=CLIENT, **given)


def test_an_authenticator_app_must_give_the_right_code(embedded: Embedded) -> None:
    cognito = embedded.client("cognito-idp")
    sign_up(embedded)
    confirm(embedded, embedded.outbox.code(MAIL))
    token = log_in(embedded)["AccessToken"]
    cognito.associate_software_token(AccessToken=token)
    refused("CodeMismatchException", cognito.verify_software_token, AccessToken=token, UserCode="000000")
