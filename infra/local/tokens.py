"""Who may pass: Cognito ID tokens, verified as API Gateway's Cognito authorizer does.

RS256 and nothing else, by a key of the pool found by `kid`; issuer, audience, token_use, exp, nbf. A key that the
token itself brings or points to is never looked at: such a token is refused. Keys are fetched at most once in five
minutes, however many unknown kids come by.
"""

from __future__ import annotations

import base64
import binascii
import json
import time
from collections.abc import Callable
from threading import Lock
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

REFETCH_SECONDS = 300.0
MAX_TOKEN_BYTES = 16_384
_BRINGS_A_KEY = {"jku", "jwk", "x5u", "x5c", "crit", "b64"}

Json = dict[str, Any]


class Refused(Exception):
    """The token is not good; the reason is for the log of a developer, never for the caller."""


class Verifier:
    """Verifies the ID tokens of one user pool for one client."""

    def __init__(
        self,
        issuer: str,
        audience: str,
        fetch_keys: Callable[[], list[Json]],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._issuer = issuer
        self._audience = audience
        self._fetch_keys = fetch_keys
        self._clock = clock
        self._keys: dict[str, RSAKey] = {}
        self._fetched = float("-inf")
        self._fetching = Lock()

    def claims(self, authorization: str) -> dict[str, str]:
        """The claims of a bearer token as Lambda gets them, all of them strings; raises Refused."""
        token = authorization.removeprefix("Bearer ").strip()
        if not token or len(token) > MAX_TOKEN_BYTES or token.count(".") != 2:
            raise Refused("no token")
        header = _header(token)
        if header.get("alg") != "RS256":
            raise Refused(f"algorithm {header.get('alg')!r}")
        if _BRINGS_A_KEY & header.keys():
            raise Refused("the token brings its own key")
        key = self._key(header.get("kid"))
        try:
            payload = jws.deserialize_compact(token, key, algorithms=["RS256"]).payload
            claims = json.loads(payload)
        except (JoseError, ValueError) as error:
            raise Refused(f"signature: {error}") from error
        self._check(claims)
        return {name: _text(value) for name, value in claims.items()}

    def _key(self, kid: Any) -> RSAKey:
        if not isinstance(kid, str):
            raise Refused("no kid")
        with self._fetching:  # who comes meanwhile waits, and is not refused for a key that is on its way
            if kid not in self._keys and self._clock() - self._fetched >= REFETCH_SECONDS:
                self._fetched = self._clock()
                self._keys = {key["kid"]: RSAKey.import_key(key) for key in self._fetch_keys()}
        if kid not in self._keys:
            raise Refused("unknown kid")
        return self._keys[kid]

    def _check(self, claims: Any) -> None:
        if not isinstance(claims, dict):
            raise Refused("claims are no object")
        for name, wanted in (("iss", self._issuer), ("aud", self._audience), ("token_use", "id")):
            if claims.get(name) != wanted:
                raise Refused(f"{name} is {claims.get(name)!r}")
        if not isinstance(claims.get("sub"), str) or not claims["sub"]:
            raise Refused("no sub")
        now = self._clock()
        if not _moment(claims.get("exp")) or claims["exp"] <= now:
            raise Refused("expired")
        if "nbf" in claims and (not _moment(claims["nbf"]) or claims["nbf"] > now):
            raise Refused("not valid yet")


def _moment(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _header(token: str) -> Json:
    part = token.split(".", 1)[0]
    try:
        header = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (binascii.Error, ValueError) as error:
        raise Refused("the header cannot be read") from error
    if not isinstance(header, dict):
        raise Refused("the header is no object")
    return header


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ",".join(str(each) for each in value)
    return json.dumps(value)
