"""What Cognito may answer, and what the caller is told: each of its errors, put in at the client."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError
from botocore.stub import Stubber

from chalicelib import aws
from infra.local.testing import Embedded
from tests.app.account_client import PASSWORD, PERSON, Browser, a_citizen

NAME = PERSON["identity"]
LOGIN = ("POST", "/sessions", {"username": NAME, "password": PASSWORD})
CONFIRM = ("POST", "/accounts/confirmation", {"username": NAME, "code": "123456"})
RESEND = ("POST", "/accounts/confirmation-code", {"username": NAME})
FORGET = ("POST", "/accounts/password-reset", {"username": NAME})
RESET = ("POST", "/accounts/password", {"username": NAME, "code": "123456", "password": PASSWORD})
MFA = ("POST", "/sessions/mfa", {"username": NAME, "session": "s" * 30, "code": "123456"})
SETUP = ("POST", "/sessions/mfa-setup", {"session": "s" * 30, "code": "123456"})
NEW = ("POST", "/sessions/new-password", {"username": NAME, "session": "s" * 30, "password": PASSWORD})


@contextmanager
def cognito() -> Iterator[Stubber]:
    with Stubber(aws.client("cognito-idp")) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


@pytest.mark.clause("A4")
@pytest.mark.parametrize(
    ("request_", "operation", "error", "status", "code"),
    [
        (LOGIN, "initiate_auth", "NotAuthorizedException", 401, "LoginFailed"),
        (LOGIN, "initiate_auth", "UserNotFoundException", 401, "LoginFailed"),
        (LOGIN, "initiate_auth", "UserNotConfirmedException", 401, "LoginFailed"),
        (LOGIN, "initiate_auth", "PasswordResetRequiredException", 401, "LoginFailed"),
        (LOGIN, "initiate_auth", "TooManyRequestsException", 429, "TooMany"),
        (LOGIN, "initiate_auth", "InvalidParameterException", 502, "UpstreamFailed"),
        (LOGIN, "initiate_auth", "ThrottlingException", 502, "UpstreamFailed"),
        (LOGIN, "initiate_auth", "InternalErrorException", 502, "UpstreamFailed"),
        (CONFIRM, "confirm_sign_up", "CodeMismatchException", 422, "CodeWrong"),
        (CONFIRM, "confirm_sign_up", "ExpiredCodeException", 422, "CodeWrong"),
        (CONFIRM, "confirm_sign_up", "UserNotFoundException", 422, "CodeWrong"),
        (CONFIRM, "confirm_sign_up", "NotAuthorizedException", 422, "CodeWrong"),
        (CONFIRM, "confirm_sign_up", "TooManyFailedAttemptsException", 422, "CodeWrong"),
        (CONFIRM, "confirm_sign_up", "LimitExceededException", 422, "CodeWrong"),
        (CONFIRM, "confirm_sign_up", "TooManyRequestsException", 429, "TooMany"),
        (RESEND, "resend_confirmation_code", "UserNotFoundException", 202, None),
        (RESEND, "resend_confirmation_code", "InvalidParameterException", 202, None),
        (RESEND, "resend_confirmation_code", "LimitExceededException", 202, None),
        (RESEND, "resend_confirmation_code", "CodeDeliveryFailureException", 202, None),
        (FORGET, "forgot_password", "UserNotFoundException", 202, None),
        (FORGET, "forgot_password", "InvalidParameterException", 202, None),
        (FORGET, "forgot_password", "NotAuthorizedException", 202, None),
        (FORGET, "forgot_password", "LimitExceededException", 202, None),
        (FORGET, "forgot_password", "TooManyRequestsException", 429, "TooMany"),
        (FORGET, "forgot_password", "InternalErrorException", 502, "UpstreamFailed"),
        (RESET, "confirm_forgot_password", "CodeMismatchException", 422, "CodeWrong"),
        (RESET, "confirm_forgot_password", "UserNotConfirmedException", 422, "CodeWrong"),
        (RESET, "confirm_forgot_password", "InvalidPasswordException", 422, "WeakPassword"),
        (RESET, "confirm_forgot_password", "PasswordHistoryPolicyViolationException", 422, "WeakPassword"),
        (MFA, "respond_to_auth_challenge", "CodeMismatchException", 422, "CodeWrong"),
        (MFA, "respond_to_auth_challenge", "NotAuthorizedException", 401, "SessionEnded"),
        (NEW, "respond_to_auth_challenge", "InvalidPasswordException", 422, "WeakPassword"),
        (NEW, "respond_to_auth_challenge", "NotAuthorizedException", 401, "SessionEnded"),
        (SETUP, "verify_software_token", "EnableSoftwareTokenMFAException", 422, "CodeWrong"),
        (SETUP, "verify_software_token", "NotAuthorizedException", 401, "SessionEnded"),
    ],
)
def test_an_error_of_cognito_becomes_ours(
    cloud: Embedded, request_: tuple[str, str, Any], operation: str, error: str, status: int, code: str | None
) -> None:
    with cognito() as stubber:
        stubber.add_client_error(operation, error, f"about {NAME}")
        answer = Browser().send(*request_)
    assert (answer.status, answer.body.get("Code")) == (status, code)
    assert NAME not in str(answer.body)


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        ("NotAuthorizedException", 401, "SessionEnded"),
        ("UserNotFoundException", 401, "SessionEnded"),
        ("TooManyRequestsException", 429, "TooMany"),
        ("InternalErrorException", 502, "UpstreamFailed"),
    ],
)
def test_a_failed_refresh_keeps_the_cookie_unless_the_session_has_ended(
    cloud: Embedded, error: str, status: int, code: str
) -> None:
    browser = Browser(cookie="a-refresh-token")
    with cognito() as stubber:
        stubber.add_client_error("initiate_auth", error)
        answer = browser.refresh()
    assert (answer.status, answer.body["Code"]) == (status, code)
    assert ("Set-Cookie" in answer.headers) == (status == 401)


def test_logout_takes_the_cookie_even_when_cognito_fails(cloud: Embedded) -> None:
    for error, status in (("UnauthorizedException", 200), ("UnsupportedTokenTypeException", 200), ("Other", 502)):
        browser = Browser(cookie="a-refresh-token")
        with cognito() as stubber:
            stubber.add_client_error("revoke_token", error)
            answer = browser.send("DELETE", "/sessions", X_Requested_With="motcua")
        assert (answer.status, browser.cookie) == (status, None)


@pytest.mark.clause("A4")
def test_a_code_that_cannot_be_delivered_looks_like_one_that_was(cloud: Embedded) -> None:
    usual = Browser().sign_up(identity="062190000018", email="else@example.com")
    made = {
        "Username": NAME,
        "UserStatus": "UNCONFIRMED",
        "UserAttributes": [{"Name": "sub", "Value": "00000000-0000-4000-8000-000000000001"}],
    }
    with cognito() as stubber:
        stubber.add_client_error("admin_get_user", "UserNotFoundException")
        stubber.add_client_error("sign_up", "CodeDeliveryFailureException")
        stubber.add_response("admin_get_user", made)
        answer = Browser().sign_up()
    assert (answer.status, answer.body) == (usual.status, usual.body)


def test_somebody_signing_up_at_the_same_moment_looks_like_an_existing_account(cloud: Embedded) -> None:
    with cognito() as stubber:
        stubber.add_client_error("admin_get_user", "UserNotFoundException")
        stubber.add_client_error("sign_up", "UsernameExistsException")
        assert Browser().sign_up().status == 202


def test_a_password_that_only_cognito_refuses_is_named(cloud: Embedded) -> None:
    with cognito() as stubber:
        stubber.add_client_error("admin_get_user", "UserNotFoundException")
        stubber.add_client_error("sign_up", "InvalidPasswordException")
        answer = Browser().sign_up()
    assert (answer.status, answer.body["Code"], answer.body["Fields"][0]["Field"]) == (422, "WeakPassword", "password")


def test_a_challenge_that_the_pool_is_not_set_up_for_is_no_session(cloud: Embedded) -> None:
    with cognito() as stubber:
        stubber.add_response("initiate_auth", {"ChallengeName": "SMS_MFA", "Session": "s" * 30})
        answer = Browser().send(*LOGIN)
    assert (answer.status, answer.body["Code"]) == (502, "UpstreamFailed")


def test_a_time_out_is_told_as_such(cloud: Embedded) -> None:
    def late(**_: Any) -> None:
        raise ReadTimeoutError(endpoint_url="cognito")

    events = aws.client("cognito-idp").meta.events
    events.register("before-call", late)
    try:
        answer = Browser().send(*LOGIN)
    finally:
        events.unregister("before-call", late)
    assert (answer.status, answer.body["Code"]) == (502, "UpstreamFailed")


@pytest.mark.filterwarnings("ignore:.*is not a supported in local mode")
def test_an_account_that_is_gone_has_no_session(cloud: Embedded) -> None:
    browser = a_citizen(cloud)
    with cognito() as stubber:
        stubber.add_client_error("admin_get_user", "UserNotFoundException")
        assert browser.send("GET", "/me").body["Code"] == "SessionEnded"
        stubber.add_client_error("admin_update_user_attributes", "UserNotFoundException")
        assert browser.send("PUT", "/me", {"phone": "0912345678"}).body["Code"] == "SessionEnded"
