"""Hostile tokens at the gateway's door."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, hmac
from joserfc import jws
from joserfc.jwk import RSAKey

from infra.local.tokens import REFETCH_SECONDS, Refused, Verifier

ISSUER, AUDIENCE, NOW = "https://cognito-idp.ap-southeast-1.amazonaws.com/pool", "client", 1_800_000_000.0
OURS = RSAKey.generate_key(2048, {"kid": "ours"})
THEIRS = RSAKey.generate_key(2048, {"kid": "ours"})
Json = dict[str, Any]

GOOD: Json = {
    "iss": ISSUER,
    "aud": AUDIENCE,
    "token_use": "id",
    "sub": "5b1c",
    "exp": NOW + 60,
    "iat": NOW,
    "cognito:groups": ["officers", "x"],
    "email_verified": True,
}


class Fetch:
    """The pool's JWKS, counting how often it is asked."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> list[Json]:
        self.times += 1
        return [OURS.as_dict(private=False)]


def verifier(fetch: Fetch | None = None, clock: Callable[[], float] = lambda: NOW) -> Verifier:
    return Verifier(ISSUER, AUDIENCE, fetch or Fetch(), clock)


def token(claims: Json | None = None, key: RSAKey = OURS, **header: Any) -> str:
    payload = json.dumps({**GOOD, **(claims or {})}).encode()
    return jws.serialize_compact({"alg": "RS256", "kid": "ours", **header}, payload, key, registry=_ANY)


_ANY = jws.JWSRegistry(algorithms=["RS256", "RS512", "PS256"], strict_check_header=False)


def part(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def by_hand(header: Json, claims: Json, signature: bytes = b"") -> str:
    return f"{part(header)}.{part(claims)}.{part(signature)}"


def hs256_with_the_public_key() -> str:
    signed = f"{part({'alg': 'HS256', 'kid': 'ours'})}.{part(GOOD)}"
    mac = hmac.HMAC(OURS.as_pem(private=False), hashes.SHA256())
    mac.update(signed.encode())
    return f"{signed}.{part(mac.finalize())}"


def without(name: str) -> str:
    payload = json.dumps({key: value for key, value in GOOD.items() if key != name}).encode()
    return jws.serialize_compact({"alg": "RS256", "kid": "ours"}, payload, OURS)


def altered() -> str:
    head, _, signature = token().split(".")
    return f"{head}.{part({**GOOD, 'sub': 'somebody else'})}.{signature}"


HOSTILE: dict[str, str] = {
    "empty": "",
    "no token": "abc",
    "two parts": "a.b",
    "five parts": "a.b.c.d.e",
    "not base64": "!!!.@@@.###",
    "header is a list": f"{part([1])}.{part(GOOD)}.{part(b'x')}",
    "none": by_hand({"alg": "none", "kid": "ours"}, GOOD),
    "None": by_hand({"alg": "None", "kid": "ours"}, GOOD),
    "nOnE with a signature": by_hand({"alg": "nOnE", "kid": "ours"}, GOOD, b"x"),
    "no alg": by_hand({"kid": "ours"}, GOOD),
    "HS256 with the public key": hs256_with_the_public_key(),
    "RS512": token(alg="RS512"),
    "PS256": token(alg="PS256"),
    "another's key, our kid": token(key=THEIRS),
    "unknown kid": token(kid="other"),
    "no kid": by_hand({"alg": "RS256"}, GOOD, b"x"),
    "kid is a number": by_hand({"alg": "RS256", "kid": 7}, GOOD, b"x"),
    "kid is a path": token(kid="../../etc/passwd"),
    "jku": token(jku="https://evil.example/jwks.json"),
    "x5u": token(x5u="https://evil.example/cert.pem"),
    "own jwk": token(key=THEIRS, jwk=THEIRS.as_dict(private=False)),
    "x5c": token(x5c=["MIIB"]),
    "crit": by_hand({"alg": "RS256", "kid": "ours", "crit": ["exp"]}, GOOD, b"x"),
    "altered claims": altered(),
    "no signature": token().rsplit(".", 1)[0] + ".",
    "cut signature": token()[:-10],
    "foreign issuer": token({"iss": ISSUER + "x"}),
    "issuer as list": token({"iss": [ISSUER]}),
    "foreign audience": token({"aud": "other"}),
    "audience as list": token({"aud": [AUDIENCE]}),
    "access token": token({"token_use": "access"}),
    "no token_use": without("token_use"),
    "expired": token({"exp": NOW - 1}),
    "expires now": token({"exp": NOW}),
    "no exp": without("exp"),
    "exp is text": token({"exp": str(NOW + 60)}),
    "exp is true": token({"exp": True}),
    "not valid yet": token({"nbf": NOW + 1}),
    "nbf is text": token({"nbf": "0"}),
    "no sub": without("sub"),
    "empty sub": token({"sub": ""}),
    "claims are a list": jws.serialize_compact({"alg": "RS256", "kid": "ours"}, b"[]", OURS),
    "claims are no JSON": jws.serialize_compact({"alg": "RS256", "kid": "ours"}, b"{", OURS),
    "huge": "a" * 20_000 + ".b.c",
    "basic": "Basic dXNlcjpwYXNz",
}


@pytest.mark.clause("A4")
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_token_is_refused(name: str) -> None:
    with pytest.raises(Refused):
        verifier().claims(f"Bearer {HOSTILE[name]}")


def test_a_good_token_passes_and_all_claims_are_text() -> None:
    claims = verifier().claims(f"Bearer {token({'nbf': NOW})}")
    assert claims["sub"] == "5b1c" and claims["cognito:groups"] == "officers,x"
    assert claims["email_verified"] == "true" and all(isinstance(value, str) for value in claims.values())
    assert verifier().claims(token()) == verifier().claims(f"Bearer {token()}")


def test_ten_thousand_unknown_kids_cause_one_fetch_in_five_minutes() -> None:
    fetch, now = Fetch(), [NOW]
    door = verifier(fetch, lambda: now[0])
    door.claims(token())
    for number in range(10_000):
        with pytest.raises(Refused):
            door.claims(by_hand({"alg": "RS256", "kid": f"k{number}"}, GOOD, b"x"))
    assert fetch.times == 1
    now[0] += REFETCH_SECONDS
    with pytest.raises(Refused):
        door.claims(token(kid="new"))
    assert fetch.times == 2


def test_who_comes_while_the_keys_are_fetched_waits_for_them() -> None:
    class Slow(Fetch):
        def __call__(self) -> list[Json]:
            self.started.set()
            time.sleep(0.2)
            return super().__call__()

        started = Event()

    fetch = Slow()
    door = verifier(fetch)
    with ThreadPoolExecutor(2) as visitors:
        first = visitors.submit(door.claims, token())
        assert fetch.started.wait(5)
        second = visitors.submit(door.claims, token())
        assert first.result()["sub"] == second.result()["sub"] == "5b1c"
    assert fetch.times == 1


def test_the_clock_is_the_machines_by_default() -> None:
    with pytest.raises(Refused):
        Verifier(ISSUER, AUDIENCE, Fetch()).claims(token({"exp": time.time() - 5}))
