"""Cognito in moto, made right where it is wrong for us. `install()` replaces these methods for the whole process.

moto confirms a sign-up and resets a password with any code at all, so the codes are made here, delivered to the
local outbox and compared; a code of a sign-up lives 24 hours, of a password reset one hour. Unknown users are
answered as PreventUserExistenceErrors demands (Cognito developer guide, "Managing error responses"): sign-in says
NotAuthorizedException, a reset or another code looks as if it were sent, a code for nobody is wrong. What a client
may not write (WriteAttributes, immutable attributes) is refused. Tokens live as long as the client's settings say.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any

from moto.cognitoidp.exceptions import (
    CodeMismatchException,
    ExpiredCodeException,
    InvalidParameterException,
    NotAuthorizedError,
    ResourceNotFoundError,
    UserNotFoundError,
)
from moto.cognitoidp.models import (
    CognitoIdpBackend,
    CognitoIdpUser,
    CognitoIdpUserPool,
    CognitoIdpUserPoolClient,
    UserStatus,
    cognitoidp_backends,
)
from moto.cognitoidp.responses import CognitoIdpResponse
from moto.core.responses import ActionResult, EmptyResult

from infra.local.outbox import outbox
from infra.local.patching import replace

SIGN_UP, RESET = "sign-up", "reset"
LIVES = {SIGN_UP: 24 * 3600.0, RESET: 3600.0}
_SUBJECTS = {SIGN_UP: "Mã xác nhận đăng ký / Your sign-up code", RESET: "Mã đặt lại mật khẩu / Your reset code"}

Json = dict[str, Any]


@dataclass(frozen=True)
class _Code:
    digits: str
    ends: float


class Codes:
    """The codes that are good now. `clock` gives the machine's seconds: Cognito does not follow the portal's time."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self._codes: dict[tuple[str, str], _Code] = {}  # (purpose, user's sub)
        self.signed_in: dict[str, float] = {}  # refresh token -> when it was made
        self.proved: dict[str, float] = {}  # origin_jti -> when its session began with a password

    def send(self, purpose: str, user: CognitoIdpUser) -> None:
        digits = f"{secrets.randbelow(1_000_000):06d}"
        self._codes[purpose, user.id] = _Code(digits, self.clock() + LIVES[purpose])
        address = user.attribute_lookup["email"]
        outbox.send("code", address, _SUBJECTS[purpose], f"{_SUBJECTS[purpose]}: {digits}", digits)

    def use(self, purpose: str, user: CognitoIdpUser | None, digits: str) -> None:
        """Take the code; raises CodeMismatchException or ExpiredCodeException as Cognito does."""
        code = self._codes.get((purpose, user.id)) if user is not None else None
        if user is None or code is None or not compare_digest(code.digits.encode(), str(digits).encode()):
            raise CodeMismatchException("Invalid verification code provided, please try again.")
        if code.ends < self.clock():
            raise ExpiredCodeException("Invalid code provided, please request a code again.")
        del self._codes[purpose, user.id]

    def clear(self) -> None:
        self._codes.clear()
        self.signed_in.clear()
        self.proved.clear()


codes = Codes()


def _portal(client_id: str) -> tuple[CognitoIdpBackend, CognitoIdpUserPool, CognitoIdpUserPoolClient]:
    for _, _, backend in cognitoidp_backends.iter_backends():
        assert isinstance(backend, CognitoIdpBackend)
        for pool in backend.user_pools.values():
            if client_id in pool.clients:
                return backend, pool, pool.clients[client_id]
    raise ResourceNotFoundError(f"User pool client {client_id} does not exist.")


def _delivery(username: str, user: CognitoIdpUser | None) -> Json:
    """Where a code went; for nobody an answer that looks the same."""
    address = (user.attribute_lookup.get("email") if user else None) or f"{username}@example.invalid"
    name, _, host = address.partition("@")
    masked = f"{name[:1]}***@{host[:1]}***"
    return {"Destination": masked, "DeliveryMedium": "EMAIL", "AttributeName": "email"}


def _refuse_unwritable(pool: CognitoIdpUserPool, client: Any, attributes: list[Json], updating: bool) -> None:
    writable = client.extended_config.get("WriteAttributes")
    for attribute in attributes:
        name = attribute["Name"]
        if writable is not None and name not in writable:
            raise NotAuthorizedError("A client attempted to write unauthorized attribute")
        schema = pool.schema_attributes.get(name)
        if updating and schema is not None and not schema.mutable:
            raise InvalidParameterException(f"user.{name}: Attribute cannot be updated.")


def _sign_up(original: Callable[..., Any]) -> Callable[..., Any]:
    def sign_up(self: CognitoIdpBackend, client_id: str, username: str, password: str, attributes: Any) -> Any:
        _, pool, client = _portal(client_id)
        _refuse_unwritable(pool, client, attributes or [], updating=False)
        user, _ = original(self, client_id, username, password, attributes)
        codes.send(SIGN_UP, user)
        return user, _delivery(username, user)

    return sign_up


def _resend_confirmation_code(_: Callable[..., Any]) -> Callable[..., Any]:
    def resend_confirmation_code(self: CognitoIdpResponse) -> ActionResult:
        username = self._get_param("Username")
        _, pool, _ = _portal(self._get_param("ClientId"))
        user = pool._get_user(username)
        if user is not None and user.status is not UserStatus.UNCONFIRMED:
            raise InvalidParameterException("User is already confirmed.")
        if user is not None:
            codes.send(SIGN_UP, user)
        return ActionResult({"CodeDeliveryDetails": _delivery(username, user)})

    return resend_confirmation_code


def _confirm_sign_up(original: Callable[..., Any]) -> Callable[..., Any]:
    def confirm_sign_up(self: CognitoIdpResponse) -> Any:
        _, pool, _ = _portal(self._get_param("ClientId"))
        user = pool._get_user(self._get_param("Username"))
        if user is not None and user.status is UserStatus.CONFIRMED:
            raise NotAuthorizedError("User cannot be confirmed. Current status is CONFIRMED")
        codes.use(SIGN_UP, user, self._get_param("ConfirmationCode"))
        user.update_attributes([{"Name": "email_verified", "Value": "true"}])
        return original(self)

    return confirm_sign_up


def _forgot_password(_: Callable[..., Any]) -> Callable[..., Any]:
    def forgot_password(self: CognitoIdpResponse) -> ActionResult:
        username = self._get_param("Username")
        _, pool, _ = _portal(self._get_param("ClientId"))
        user = pool._get_user(username)
        reachable = user is not None and user.enabled and user.attribute_lookup.get("email_verified") == "true"
        if reachable:
            codes.send(RESET, user)
        return ActionResult({"CodeDeliveryDetails": _delivery(username, user)})

    return forgot_password


def _confirm_forgot_password(_: Callable[..., Any]) -> Callable[..., Any]:
    def confirm_forgot_password(self: CognitoIdpResponse) -> EmptyResult:
        backend, pool, _ = _portal(self._get_param("ClientId"))
        password = self._get_param("Password")
        backend._validate_password(pool.id, password)  # before the code is used up
        user = pool._get_user(self._get_param("Username"))
        codes.use(RESET, user, self._get_param("ConfirmationCode"))
        user.password = password
        user.status = UserStatus.CONFIRMED
        return EmptyResult()

    return confirm_forgot_password


def _initiate_auth(original: Callable[..., Any]) -> Callable[..., Any]:
    def initiate_auth(self: CognitoIdpBackend, client_id: str, auth_flow: str, auth_parameters: Json) -> Any:
        _, _, client = _portal(client_id)
        flows = client.extended_config.get("ExplicitAuthFlows", [])
        flow = "REFRESH_TOKEN_AUTH" if auth_flow == "REFRESH_TOKEN" else auth_flow
        if flows and f"ALLOW_{flow}" not in flows:
            raise InvalidParameterException(f"{auth_flow} flow not enabled for this client")
        token = auth_parameters.get("REFRESH_TOKEN", "")
        if flow == "REFRESH_TOKEN_AUTH":
            life = int(client.extended_config.get("RefreshTokenValidity", 30)) * 86400
            if codes.signed_in.get(token, codes.clock()) + life < codes.clock():
                raise NotAuthorizedError("Refresh Token has expired")
        try:
            answer = original(self, client_id, auth_flow, auth_parameters)
        except UserNotFoundError as error:
            raise NotAuthorizedError("Incorrect username or password.") from error
        issued = answer.get("AuthenticationResult", {}).get("RefreshToken")
        if issued:
            codes.signed_in[issued] = codes.clock()
        return answer

    return initiate_auth


def _update_user_attributes(original: Callable[..., Any]) -> Callable[..., Any]:
    def update(self: CognitoIdpBackend, access_token: str, attributes: list[Json]) -> Any:
        for pool in self.user_pools.values():
            if access_token in pool.access_tokens:
                client = pool.clients[pool.access_tokens[access_token][0]]
                _refuse_unwritable(pool, client, attributes, updating=True)
        return original(self, access_token, attributes)

    return update


def _revoke_token(_: Callable[..., Any]) -> Callable[..., Any]:
    def revoke_token(self: CognitoIdpResponse) -> EmptyResult:
        _, pool, _ = _portal(self._get_param("ClientId"))
        token = self._get_param("Token")
        if token in pool.refresh_tokens:  # an unknown token is answered with success, as on AWS
            pool.refresh_tokens[token] = None
        return EmptyResult()

    return revoke_token


_UNITS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}


def _create_jwt(original: Callable[..., Any]) -> Callable[..., Any]:
    def create_jwt(
        self: CognitoIdpUserPool,
        client_id: str,
        username: str,
        token_use: str,
        expires_in: int = 3600,
        extra_data: Json | None = None,
    ) -> Any:
        settings = self.clients[client_id].extended_config
        name = "IdToken" if token_use == "id" else "AccessToken"
        unit = settings.get("TokenValidityUnits", {}).get(name, "hours")
        seconds = int(settings.get(f"{name}Validity", 1)) * _UNITS[unit]
        extra = dict(extra_data or {})
        # Cognito keeps the moment of the login through every refresh; moto would take each for a login.
        extra["auth_time"] = int(codes.proved.setdefault(str(extra.get("origin_jti")), codes.clock()))
        return original(self, client_id, username, token_use, seconds, extra)

    return create_jwt


def _admin_create_user(original: Callable[..., Any]) -> Callable[..., Any]:
    """Cognito makes up a temporary password when none is given, and mails it unless told to be silent."""

    def create(
        self: CognitoIdpBackend, pool: str, username: str, action: str, password: str | None, attributes: Any
    ) -> CognitoIdpUser:
        password = password or secrets.token_urlsafe(12)
        user: CognitoIdpUser = original(self, pool, username, action, password, attributes)
        if action != "SUPPRESS":
            text = f"Tên đăng nhập / Username: {username}\nMật khẩu tạm / Temporary password: {password}\n"
            address = next((a["Value"] for a in attributes or [] if a["Name"] == "email"), username)
            outbox.send("mail", address, "Tài khoản cán bộ / Officer account", text)
        return user

    return create


def install() -> None:
    """Replace moto's methods by these; once is enough."""
    replace(CognitoIdpBackend, "sign_up", _sign_up)
    replace(CognitoIdpBackend, "admin_create_user", _admin_create_user)
    replace(CognitoIdpBackend, "initiate_auth", _initiate_auth)
    replace(CognitoIdpBackend, "update_user_attributes", _update_user_attributes)
    replace(CognitoIdpResponse, "resend_confirmation_code", _resend_confirmation_code)
    replace(CognitoIdpResponse, "confirm_sign_up", _confirm_sign_up)
    replace(CognitoIdpResponse, "forgot_password", _forgot_password)
    replace(CognitoIdpResponse, "confirm_forgot_password", _confirm_forgot_password)
    replace(CognitoIdpResponse, "revoke_token", _revoke_token)
    replace(CognitoIdpUserPool, "create_jwt", _create_jwt)
