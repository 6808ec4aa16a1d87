"""Accounts and sessions over HTTP.

The site keeps the ID token in memory and sends it as bearer. The refresh token never reaches a script: it is a cookie
for /api/sessions alone, gone with the browser, because many people file from a shared machine. What only the cookie
authorises also asks for a header that a foreign page cannot set. Answers to questions about accounts are the same
whether or not there is one.
"""

from __future__ import annotations

from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Any, Literal

from chalicelib import messages, settings
from chalicelib.api import account_shapes as shapes
from chalicelib.api.bodies import Body, Field
from chalicelib.api.http import Api, Call, claims_of
from chalicelib.domain.access import require_applicant_account
from chalicelib.domain.account import PURPOSES, Agreed, Consent
from chalicelib.domain.account import sign_up as checked
from chalicelib.errors import FieldError, Forbidden, Invalid, Unauthenticated
from chalicelib.services import accounts, notice_preferences, sessions
from chalicelib.services.sessions import Asked, Session

accounts_api = Api(__name__, "accounts")

COOKIE, COOKIE_PATH = "refresh", "/api/sessions"
_OWN_HEADER, _OWN_VALUE = "x-requested-with", "motcua"
_FROM_THE_SITE = {"X-Requested-With": f"{_OWN_VALUE}: a header that a page of another site cannot send"}


class ConsentBody(Body):
    purpose: str = Field(max_length=40)
    version: int = Field(ge=1, le=10_000)


class SignUpBody(Body):
    kind: Literal["person", "organisation"]
    identity: str = Field(max_length=40)
    name: str = Field(max_length=200)
    representative: str | None = Field(default=None, max_length=200)
    email: str = Field(max_length=254)
    phone: str = Field(max_length=30)
    password: str = Field(max_length=256)
    consents: list[ConsentBody] = Field(max_length=10)


class UsernameBody(Body):
    username: str = Field(min_length=1, max_length=254)


class ConfirmationBody(UsernameBody):
    code: str = Field(min_length=1, max_length=20)


class LoginBody(UsernameBody):
    password: str = Field(min_length=1, max_length=256)


class MfaBody(ConfirmationBody):
    session: str = Field(min_length=20, max_length=4096)


class MfaSetupBody(Body):
    session: str = Field(min_length=20, max_length=4096)
    code: str = Field(min_length=1, max_length=20)


class NewPasswordBody(LoginBody):
    session: str = Field(min_length=20, max_length=4096)


class ResetBody(ConfirmationBody):
    password: str = Field(min_length=1, max_length=256)


class PhoneBody(Body):
    phone: str = Field(max_length=30)


class DecisionBody(ConsentBody):
    given: bool


@accounts_api.view("GET", "/consent-purposes", public=True, gives=shapes.PurposesView)
def consent_purposes(call: Call) -> dict[str, Any]:
    """What personal data may be used for, in the words that are agreed to."""
    return {
        "purposes": [
            {
                "purpose": purpose.code,
                "version": purpose.version,
                "mandatory": purpose.mandatory,
                "text": _consent_text(call, purpose.code, purpose.version),
            }
            for purpose in PURPOSES
        ]
    }


@accounts_api.view("POST", "/accounts", public=True, body=SignUpBody, gives=shapes.MessageView, status=202)
def sign_up(call: Call) -> dict[str, str]:
    """Ask for an account; a code is mailed if the number has none yet."""
    body: SignUpBody = call.body
    given = body.model_dump(exclude={"consents"})
    agreed = [_agreed(one) for one in body.consents]
    accounts.sign_up(checked(**given, consents=agreed, today=accounts.today()))
    return _said(call, "SignedUp")


@accounts_api.view("POST", "/accounts/confirmation", public=True, body=ConfirmationBody, gives=shapes.MessageView)
def confirm_account(call: Call) -> dict[str, str]:
    """Prove the address of a sign-up with the code that was mailed there."""
    accounts.confirm(call.body.username, _digits(call.body.code))
    return _said(call, "Confirmed")


@accounts_api.view(
    "POST", "/accounts/confirmation-code", public=True, body=UsernameBody, gives=shapes.MessageView, status=202
)
def resend_code(call: Call) -> dict[str, str]:
    """Mail another code for a sign-up that waits for one."""
    accounts.resend(call.body.username)
    return _said(call, "CodeSent")


@accounts_api.view(
    "POST", "/accounts/password-reset", public=True, body=UsernameBody, gives=shapes.MessageView, status=202
)
def forget_password(call: Call) -> dict[str, str]:
    """Mail a code for a new password."""
    accounts.forget(call.body.username)
    return _said(call, "CodeSent")


@accounts_api.view("POST", "/accounts/password", public=True, body=ResetBody, gives=shapes.MessageView)
def reset_password(call: Call) -> dict[str, str]:
    """Set a new password with the code; every session of the account ends."""
    accounts.reset(call.body.username, _digits(call.body.code), call.body.password)
    return _said(call, "PasswordSet")


@accounts_api.view("POST", "/sessions", public=True, body=LoginBody, gives=shapes.SessionView)
def log_in(call: Call) -> dict[str, Any]:
    """Log in with identity number, tax code or (officers) address, and password."""
    return _session(call, sessions.log_in(call.body.username, call.body.password))


@accounts_api.view("POST", "/sessions/mfa", public=True, body=MfaBody, gives=shapes.SessionView)
def answer_mfa(call: Call) -> dict[str, Any]:
    """Answer the challenge "mfa" with the code of the authenticator app."""
    body: MfaBody = call.body
    return _session(call, sessions.answer_mfa(body.username, body.session, _digits(body.code)))


@accounts_api.view("POST", "/sessions/mfa-setup", public=True, body=MfaSetupBody, gives=shapes.MessageView)
def set_up_mfa(call: Call) -> dict[str, str]:
    """Answer the challenge "mfa_setup": the app has the secret and shows this code. Log in again afterwards."""
    sessions.set_up_mfa(call.body.session, _digits(call.body.code))
    return _said(call, "MfaSet")


@accounts_api.view("POST", "/sessions/new-password", public=True, body=NewPasswordBody, gives=shapes.SessionView)
def set_new_password(call: Call) -> dict[str, Any]:
    """Answer the challenge "new_password": replace the temporary password."""
    body: NewPasswordBody = call.body
    return _session(call, sessions.set_new_password(body.username, body.session, body.password))


@accounts_api.view("POST", "/sessions/refresh", public=True, gives=shapes.SessionView, needs=_FROM_THE_SITE)
def refresh_session(call: Call) -> dict[str, Any]:
    """A new ID token for the refresh cookie; needs the header X-Requested-With: motcua."""
    _from_our_site(call)
    token = _refresh_token(call)
    try:
        if token is None:
            raise Unauthenticated("SessionEnded")
        return _session(call, sessions.refresh(token))
    except Unauthenticated:
        _keep_cookie(call, None)
        raise


@accounts_api.view("DELETE", "/sessions", public=True, gives=shapes.MessageView, needs=_FROM_THE_SITE)
def log_out(call: Call) -> dict[str, str]:
    """End the session of the refresh cookie; needs the header X-Requested-With: motcua."""
    _from_our_site(call)
    _keep_cookie(call, None)
    token = _refresh_token(call)
    if token is not None:
        sessions.end(token)
    return _said(call, "LoggedOut")


@accounts_api.view("GET", "/me", gives=shapes.ProfileView)
def my_profile(call: Call) -> dict[str, Any]:
    """My account as it is now."""
    found = accounts.profile(_username(call))
    return {**vars(found), "posts": list(found.posts), "consents_due": list(found.consents_due)}


@accounts_api.view("PUT", "/me", body=PhoneBody, gives=shapes.PhoneView)
def change_profile(call: Call) -> dict[str, str]:
    """Change my phone number; tokens name the new one from the next refresh on."""
    phone = accounts.change_phone(_username(call), call.body.phone)
    if not call.who.is_officer:
        notice_preferences.telephone(call.who, phone)
    return {"phone": phone}


@accounts_api.view("GET", "/me/consents", gives=shapes.ConsentsView)
def my_consents(call: Call) -> dict[str, Any]:
    """What I agreed to or withdrew, per purpose and version, with every act."""
    require_applicant_account(call.who)
    return {"consents": [_consent(call, one) for one in accounts.consents(call.who.id)]}


@accounts_api.view("POST", "/me/consents", body=DecisionBody, gives=shapes.ConsentView)
def decide_consent(call: Call) -> dict[str, Any]:
    """Agree to a purpose, or withdraw."""
    require_applicant_account(call.who)
    return _consent(call, accounts.decide_consent(call.who.id, _agreed(call.body), call.body.given))


def _said(call: Call, key: str) -> dict[str, str]:
    return {"message": messages.text(call.language, "answers", key)}


def _agreed(body: ConsentBody) -> Agreed:
    return Agreed(body.purpose, body.version)


def _consent_text(call: Call, purpose: str, version: int) -> str:
    return messages.text(call.language, "consents", f"{purpose}-{version}")


def _consent(call: Call, one: Consent) -> dict[str, Any]:
    history = [{"at": at, "given": given} for at, given in one.history]
    text = _consent_text(call, one.purpose, one.version)
    return {"purpose": one.purpose, "version": one.version, "given": one.given, "text": text, "history": history}


def _username(call: Call) -> str:
    """The account's username by the token; it is no field of a request."""
    name = claims_of(call).get("cognito:username")
    if not isinstance(name, str) or not name:
        raise Unauthenticated("LoginRequired")
    return name


def _digits(code: str) -> str:
    """Six digits, typed with or without spaces."""
    digits = "".join(code.split())
    if len(digits) != 6 or not (digits.isascii() and digits.isdecimal()):
        raise Invalid("CodeWrong", [FieldError("code", "CodeWrong")])
    return digits


def _session(call: Call, outcome: Session | Asked) -> dict[str, Any]:
    if isinstance(outcome, Asked):
        return {key: value for key, value in vars(outcome).items() if value is not None}
    if outcome.refresh_token is not None:
        _keep_cookie(call, outcome.refresh_token)
    return {
        "id_token": outcome.id_token,
        "expires_in": outcome.seconds,
        "name": outcome.name,
        "kind": outcome.kind,
    }


def _from_our_site(call: Call) -> None:
    """A form or a link of another site can carry no such header, and a script of one would be asked by CORS first."""
    if _header(call, _OWN_HEADER) != _OWN_VALUE:
        raise Forbidden("NotFromSite")


def _header(call: Call, name: str) -> str:
    given: Mapping[str, str] = call.request.headers or {}
    return given.get(name, "")


def _refresh_token(call: Call) -> str | None:
    try:
        jar = SimpleCookie(_header(call, "cookie"))
    except CookieError:
        return None
    morsel = jar.get(COOKIE)
    return morsel.value if morsel is not None and morsel.value else None


def _keep_cookie(call: Call, token: str | None) -> None:
    """Give the browser the refresh token, or take it away."""
    parts = [f"{COOKIE}={token or ''}", f"Path={COOKIE_PATH}", "HttpOnly", "SameSite=Strict"]
    if token is None:
        parts.append("Max-Age=0")
    if settings.secure_cookies():
        parts.append("Secure")
    call.headers["Set-Cookie"] = "; ".join(parts)
