"""What a visitor must see of a stage: asked over HTTP, from outside, with no account."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import urllib3

from infra.local.website import security_headers

TIMEOUT = 15.0  # seconds for one answer, a cold start included


@dataclass(frozen=True)
class Check:
    name: str
    wrong: str = ""  # empty: as it must be


@dataclass(frozen=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    def refusal(self) -> str:
        """The code of a refusal in our shape, or ""."""
        try:
            told = json.loads(self.body)
        except ValueError:
            return ""
        return str(told["Code"]) if isinstance(told, dict) and told.keys() == {"Code", "Message", "Fields"} else ""


class Visitor:
    """Asks one stage. `origins` are those that papers go to, as they stand in the content policy."""

    def __init__(self, address: str, origins: str, api: str = "") -> None:
        self._address = address.rstrip("/")
        self._headers = security_headers(origins)
        self._api = api  # the API's own name, which must not answer past the wall; "" when it may
        self._http = urllib3.PoolManager(timeout=TIMEOUT, retries=False)

    def look(self) -> Iterator[Check]:
        """Every check in turn, as it is made."""
        checks: tuple[tuple[str, Callable[[], str]], ...] = (
            ("the API is awake", self._health),
            ("the first page comes with its security headers", self._page),
            ("a page that the site draws itself comes as well", self._deep_page),
            ("who is not logged in is refused in our shape", self._refusal),
            ("an address that is not there is refused in our shape", self._absent),
            ("nothing is answered in the clear", self._transport),
            ("nobody goes around the wall", self._around),
        )
        for name, check in checks:
            try:
                yield Check(name, check())
            except urllib3.exceptions.HTTPError as error:
                yield Check(name, f"no answer: {error}")

    def _get(self, url: str) -> _Answer:
        found = self._http.request("GET", url, redirect=False)
        return _Answer(found.status, {name.lower(): value for name, value in found.headers.items()}, found.data)

    def _health(self) -> str:
        found = self._get(f"{self._address}/api/health")
        return "" if found.status == 200 else f"{found.status} instead of 200"

    def _page(self) -> str:
        found = self._get(f"{self._address}/")
        if found.status != 200 or not found.headers.get("content-type", "").startswith("text/html"):
            return f"{found.status} {found.headers.get('content-type')} instead of a page"
        for name, value in self._headers.items():
            if found.headers.get(name.lower()) != value:
                return f"{name} is {found.headers.get(name.lower())!r} instead of {value!r}"
        return ""

    def _deep_page(self) -> str:
        first, deep = self._get(f"{self._address}/"), self._get(f"{self._address}/tra-cuu")
        return "" if (deep.status, deep.body) == (200, first.body) else f"{deep.status}, not the first page's document"

    def _refusal(self) -> str:
        found = self._get(f"{self._address}/api/me")
        return "" if (found.status, found.refusal()) == (401, "Unauthorized") else _seen(found)

    def _absent(self) -> str:
        for path in ("/api/khong-co", "/khong-co.json"):
            found = self._get(f"{self._address}{path}")
            if (found.status, found.refusal()) != (404, "NotFound"):
                return f"{path}: {_seen(found)}"
        return ""

    def _transport(self) -> str:
        if not self._address.startswith("https://"):
            return ""  # the embedded cloud
        found = self._get(self._address.replace("https://", "http://", 1) + "/")
        if found.status != 301 or not found.headers.get("location", "").startswith("https://"):
            return f"{found.status} {found.headers.get('location')} instead of a redirect to https"
        told = self._get(f"{self._address}/api/health").headers.get("strict-transport-security", "")
        return "" if "max-age=" in told else "no Strict-Transport-Security"

    def _around(self) -> str:
        if not self._api:
            return ""
        found = self._get(f"https://{self._api}/api/health")
        return "" if found.status == 403 else f"the API's own name answers {found.status}"


def _seen(found: _Answer) -> str:
    return f"{found.status} {found.body[:120]!r}"
