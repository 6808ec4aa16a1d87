"""Cognito: accounts, codes, sessions. The only module that talks to it.

Nothing here lets a caller tell an absent account from another: what Cognito says about existence (UserNotFound,
NotConfirmed, UsernameExists, limits that only existing accounts can reach) becomes the answer that everybody gets, or
a value that the service must not pass on. Error messages of Cognito may quote the username and go nowhere.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib import aws, settings
from chalicelib.errors import Conflict, FieldError, Invalid, ServiceError, TooMany, Unauthenticated, UpstreamFailed
from chalicelib.values import dataclass

CONFIRMED, UNCONFIRMED = "CONFIRMED", "UNCONFIRMED"
OFFICERS = "officers"
Refusals = Mapping[str, Callable[[], ServiceError] | None]


@dataclass(frozen=True)
class Account:
    """A user of the pool; `attributes` by Cognito's names."""

    username: str
    status: str
    enabled: bool
    attributes: Mapping[str, str]

    @property
    def sub(self) -> str:
        return self.attributes["sub"]


@dataclass(frozen=True)
class Tokens:
    """`claims` are the ID token's; it comes from Cognito itself over TLS, so they are read without a check."""

    id_token: str
    access_token: str
    refresh_token: str | None
    seconds: int
    claims: Mapping[str, Any]


@dataclass(frozen=True)
class Challenge:
    """What Cognito asks before it gives tokens: NEW_PASSWORD_REQUIRED or SOFTWARE_TOKEN_MFA."""

    name: str
    session: str


def _login_failed() -> ServiceError:
    return Unauthenticated("LoginFailed")


def _session_ended() -> ServiceError:
    return Unauthenticated("SessionEnded")


def _code_wrong() -> ServiceError:
    return Invalid("CodeWrong", [FieldError("code", "CodeWrong")])


def _weak_password() -> ServiceError:
    return Invalid("WeakPassword", [FieldError.of("password", "WeakPassword", least=10, most=64)])


_LIMITED: Refusals = {"TooManyRequestsException": TooMany, "LimitExceededException": TooMany}
_PASSWORD: Refusals = {
    "InvalidPasswordException": _weak_password,
    "PasswordHistoryPolicyViolationException": _weak_password,
}
# An account that waits for its code says so without looking at the password, so that it must not say so here.
_LOGIN: Refusals = {
    "NotAuthorizedException": _login_failed,
    "UserNotFoundException": _login_failed,
    "UserNotConfirmedException": _login_failed,
    "PasswordResetRequiredException": _login_failed,
}
_CODE: Refusals = {
    "CodeMismatchException": _code_wrong,
    "ExpiredCodeException": _code_wrong,
    "UserNotFoundException": _code_wrong,
    "NotAuthorizedException": _code_wrong,
    "AliasExistsException": _code_wrong,
    "UserNotConfirmedException": _code_wrong,
    # Only somebody who exists can fail too often.
    "TooManyFailedAttemptsException": _code_wrong,
    "LimitExceededException": _code_wrong,
}
_SESSION: Refusals = {
    "NotAuthorizedException": _session_ended,
    "UserNotFoundException": _session_ended,
    "UserNotConfirmedException": _session_ended,
    "PasswordResetRequiredException": _session_ended,
    "ResourceNotFoundException": _session_ended,
    "InvalidParameterException": _session_ended,
}
# A code was asked for and cannot be sent: absent, confirmed already, disabled, no proven address, asked too often.
_SILENT: Refusals = {
    "UserNotFoundException": None,
    "InvalidParameterException": None,
    "NotAuthorizedException": None,
    "LimitExceededException": None,
    "CodeDeliveryFailureException": None,
}


def _call(operation: str, refusals: Refusals, **given: Any) -> dict[str, Any] | None:
    """The operation's answer; None for an error that `refusals` maps to None; otherwise the ServiceError it maps to.

    TooMany when Cognito is asked too often, UpstreamFailed for everything that is not foreseen.
    """
    try:
        answer: dict[str, Any] = getattr(aws.client("cognito-idp"), operation)(**given)
        return answer
    except ClientError as error:
        code = error.response["Error"]["Code"]
        known = {**_LIMITED, **refusals}
        if code not in known:
            raise UpstreamFailed("UpstreamFailed") from error
        make = known[code]
        if make is None:
            return None
        raise make() from error
    except BotoCoreError as error:
        raise UpstreamFailed("UpstreamFailed") from error


def _certain(operation: str, refusals: Refusals, **given: Any) -> dict[str, Any]:
    answer = _call(operation, refusals, **given)
    assert answer is not None, operation
    return answer


def _client() -> dict[str, str]:
    return {"ClientId": settings.user_pool_client_id()}


def _pool() -> dict[str, str]:
    return {"UserPoolId": settings.user_pool_id()}


def _attributes(given: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in given.items()]


def _account(user: Mapping[str, Any], key: str) -> Account:
    attributes = {a["Name"]: a["Value"] for a in user[key]}
    return Account(user["Username"], user["UserStatus"], user.get("Enabled", True), attributes)


# Accounts of citizens.


def sign_up(username: str, password: str, attributes: Mapping[str, str]) -> str | None:
    """Make an unconfirmed account and send its code; its sub, or None when the username is taken.

    An account whose code could not be sent exists all the same; another code can be asked for.
    """
    refusals: Refusals = {"UsernameExistsException": None, "CodeDeliveryFailureException": _undelivered, **_PASSWORD}
    given = {"Username": username, "Password": password, "UserAttributes": _attributes(attributes)}
    try:
        answer = _call("sign_up", refusals, **_client(), **given)
    except UpstreamFailed as error:
        if error.code != _UNDELIVERED:
            raise
        made = account(username)
        return made.sub if made is not None else None
    return str(answer["UserSub"]) if answer is not None else None


_UNDELIVERED = "CodeNotSent"


def _undelivered() -> ServiceError:
    return UpstreamFailed(_UNDELIVERED)


def confirm_sign_up(username: str, code: str) -> None:
    """Raises Invalid "CodeWrong", whatever the reason."""
    refusals = {**_CODE, "InvalidParameterException": _code_wrong}
    _call("confirm_sign_up", refusals, **_client(), Username=username, ConfirmationCode=code)


def resend_code(username: str) -> None:
    """Send the sign-up's code again, if there is somebody who waits for one."""
    _call("resend_confirmation_code", _SILENT, **_client(), Username=username)


def forgot_password(username: str) -> None:
    """Send a code for a new password, if there is somebody with a proven address."""
    _call("forgot_password", _SILENT, **_client(), Username=username)


def reset_password(username: str, code: str, password: str) -> None:
    """Raises Invalid "CodeWrong" or "WeakPassword"."""
    refusals = {**_CODE, **_PASSWORD, "InvalidParameterException": _code_wrong}
    _call("confirm_forgot_password", refusals, **_client(), Username=username, ConfirmationCode=code, Password=password)


def account(username: str) -> Account | None:
    found = _call("admin_get_user", {"UserNotFoundException": None}, **_pool(), Username=username)
    return _account(found, "UserAttributes") if found is not None else None


def update(username: str, attributes: Mapping[str, str]) -> None:
    """Set attributes; raises SessionEnded when the account is gone."""
    refusals: Refusals = {"UserNotFoundException": _session_ended}
    _call(
        "admin_update_user_attributes",
        refusals,
        **_pool(),
        Username=username,
        UserAttributes=_attributes(attributes),
    )


def delete(username: str) -> None:
    _call("admin_delete_user", {"UserNotFoundException": None}, **_pool(), Username=username)


def sign_out(username: str) -> None:
    """End every session of the account."""
    _call("admin_user_global_sign_out", {"UserNotFoundException": None}, **_pool(), Username=username)


# Sessions.


def log_in(username: str, password: str) -> Tokens | Challenge:
    """Raises Unauthenticated "LoginFailed" for every reason there is."""
    parameters = {"USERNAME": username, "PASSWORD": password}
    return _outcome(
        _certain("initiate_auth", _LOGIN, **_client(), AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters)
    )


def refresh(token: str) -> Tokens:
    """New tokens; raises Unauthenticated "SessionEnded"."""
    answer = _certain(
        "initiate_auth",
        _SESSION,
        **_client(),
        AuthFlow="REFRESH_TOKEN_AUTH",
        AuthParameters={"REFRESH_TOKEN": token},
    )
    tokens = _outcome(answer)
    if isinstance(tokens, Challenge):
        raise _session_ended()
    return tokens


def revoke(token: str) -> None:
    """End the session of a refresh token; one that is dead already stays so."""
    dead: Refusals = {
        "UnsupportedTokenTypeException": None,
        "UnauthorizedException": None,
        "InvalidParameterException": None,
    }
    _call("revoke_token", dead, **_client(), Token=token)


def answer_new_password(username: str, session: str, password: str) -> Tokens | Challenge:
    """Replace a temporary password; raises SessionEnded or WeakPassword."""
    responses = {"USERNAME": username, "NEW_PASSWORD": password}
    return _respond("NEW_PASSWORD_REQUIRED", session, responses, {**_SESSION, **_PASSWORD})


def answer_mfa(username: str, session: str, code: str) -> Tokens | Challenge:
    """Raises SessionEnded or CodeWrong."""
    responses = {"USERNAME": username, "SOFTWARE_TOKEN_MFA_CODE": code}
    wrong: Refusals = {"CodeMismatchException": _code_wrong, "ExpiredCodeException": _code_wrong}
    return _respond("SOFTWARE_TOKEN_MFA", session, responses, {**_SESSION, **wrong})


def _respond(challenge: str, session: str, responses: dict[str, str], refusals: Refusals) -> Tokens | Challenge:
    return _outcome(
        _certain(
            "respond_to_auth_challenge",
            refusals,
            **_client(),
            ChallengeName=challenge,
            Session=session,
            ChallengeResponses=responses,
        )
    )


def associate_mfa(access_token: str) -> str:
    """A new secret (base32) for the account's authenticator app; not in use before it is verified."""
    return str(_certain("associate_software_token", _SESSION, AccessToken=access_token)["SecretCode"])


def verify_mfa(access_token: str, code: str) -> None:
    """From now on the account is asked for a code at every login; raises CodeWrong or SessionEnded."""
    wrong: Refusals = {"EnableSoftwareTokenMFAException": _code_wrong, "CodeMismatchException": _code_wrong}
    answer = _certain("verify_software_token", {**_SESSION, **wrong}, AccessToken=access_token, UserCode=code)
    if answer["Status"] != "SUCCESS":
        raise _code_wrong()
    preferred = {"Enabled": True, "PreferredMfa": True}
    _call("set_user_mfa_preference", _SESSION, AccessToken=access_token, SoftwareTokenMfaSettings=preferred)


def _outcome(answer: Mapping[str, Any]) -> Tokens | Challenge:
    result = answer.get("AuthenticationResult")
    if result is None:
        name = str(answer.get("ChallengeName", ""))
        if name not in {"NEW_PASSWORD_REQUIRED", "SOFTWARE_TOKEN_MFA"}:
            raise UpstreamFailed("UpstreamFailed")  # a challenge that this pool is not set up for
        return Challenge(name, answer["Session"])
    return Tokens(
        result["IdToken"],
        result["AccessToken"],
        result.get("RefreshToken"),
        int(result["ExpiresIn"]),
        _claims(result["IdToken"]),
    )


def _claims(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return claims


# Accounts that an administrator makes; by the operator's command only, the API's role may not.


def create(username: str, attributes: Mapping[str, str], *, invite: bool) -> bool:
    """Make a confirmed account; with `invite` Cognito mails a temporary password. False when the username is taken."""
    given: dict[str, Any] = {} if invite else {"MessageAction": "SUPPRESS"}
    answer = _call(
        "admin_create_user",
        {"UsernameExistsException": None},
        **_pool(),
        Username=username,
        UserAttributes=_attributes(attributes),
        **given,
    )
    return answer is not None


def set_password(username: str, password: str) -> None:
    _call("admin_set_user_password", _PASSWORD, **_pool(), Username=username, Password=password, Permanent=True)


def join(username: str, group: str) -> None:
    _call("admin_add_user_to_group", {}, **_pool(), Username=username, GroupName=group)


def disable(username: str) -> None:
    """No login and no refresh any more; raises Conflict "OfficerUnknown"."""
    _call("admin_disable_user", {"UserNotFoundException": _unknown}, **_pool(), Username=username)


def _unknown() -> ServiceError:
    return Conflict("OfficerUnknown")


def members(group: str) -> Iterator[Account]:
    """The accounts of a group, page by page."""
    given: dict[str, Any] = {**_pool(), "GroupName": group, "Limit": 60}
    while True:
        page = _certain("list_users_in_group", {}, **given)
        for user in page["Users"]:
            yield _account(user, "Attributes")
        if not page.get("NextToken"):
            return
        given["NextToken"] = page["NextToken"]
