"""Sessions: log in, answer what is asked besides the password, go on, end.

Officers prove a second factor (an authenticator app) wherever real people's data is: `settings.officers_need_mfa()`.
An officer who has none yet gets no token from a login, only the secret to set the app up with.
"""

from __future__ import annotations

from chalicelib import settings
from chalicelib.domain import account as rules
from chalicelib.errors import FieldError, Invalid, Unauthenticated
from chalicelib.gateways import identity
from chalicelib.gateways.identity import Challenge, Tokens
from chalicelib.values import dataclass

NEW_PASSWORD, MFA, MFA_SETUP = "new_password", "mfa", "mfa_setup"
_ASKED = {"NEW_PASSWORD_REQUIRED": NEW_PASSWORD, "SOFTWARE_TOKEN_MFA": MFA}


@dataclass(frozen=True)
class Session:
    """`refresh_token` is for the cookie alone; None when the one there is goes on."""

    id_token: str
    seconds: int
    name: str
    kind: str
    refresh_token: str | None


@dataclass(frozen=True)
class Asked:
    """What is asked before there is a session; `session` goes back with the answer, `secret` into the app."""

    challenge: str
    session: str
    secret: str | None = None


def log_in(username: str, password: str) -> Session | Asked:
    """One call to Cognito. Raises Unauthenticated "LoginFailed", whatever the reason."""
    name = rules.username(username)
    if name is None:
        raise Unauthenticated("LoginFailed")
    return _begun(identity.log_in(name, rules.secret(password)))


def set_new_password(username: str, session: str, password: str) -> Session | Asked:
    """In place of a temporary one. Raises SessionEnded, WeakPassword."""
    name = _name(username)
    rules.check_password(password, name)
    return _begun(identity.answer_new_password(name, session, rules.secret(password)))


def answer_mfa(username: str, session: str, code: str) -> Session | Asked:
    """Raises SessionEnded, CodeWrong."""
    outcome = identity.answer_mfa(_name(username), session, code)
    return _session(outcome) if isinstance(outcome, Tokens) else _asked(outcome)


def set_up_mfa(session: str, code: str) -> None:
    """The app shows the right code: from now on it is asked for. Raises SessionEnded, CodeWrong."""
    identity.verify_mfa(session, code)


def refresh(token: str) -> Session:
    """Raises Unauthenticated "SessionEnded"."""
    return _session(identity.refresh(token))


def end(token: str) -> None:
    identity.revoke(token)


def _begun(outcome: Tokens | Challenge) -> Session | Asked:
    """After the password alone: tokens for an officer mean that no second factor is set up."""
    if isinstance(outcome, Challenge):
        return _asked(outcome)
    if outcome.claims.get("custom:kind") == rules.OFFICER and settings.officers_need_mfa():
        return Asked(MFA_SETUP, outcome.access_token, identity.associate_mfa(outcome.access_token))
    return _session(outcome)


def _asked(challenge: Challenge) -> Asked:
    return Asked(_ASKED[challenge.name], challenge.session)


def _session(tokens: Tokens) -> Session:
    claims = tokens.claims
    name, kind = str(claims.get("name", "")), str(claims.get("custom:kind", ""))
    return Session(tokens.id_token, tokens.seconds, name, kind, tokens.refresh_token)


def _name(username: str) -> str:
    name = rules.username(username)
    if name is None:
        raise Invalid("BadRequest", [FieldError("username", "BadFormat")])
    return name
