"""A browser for the tests of accounts: a cookie jar of one cookie, a call counter."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from chalice.test import Client

from app import app
from chalicelib import aws
from infra.local.calls import made_by

PASSWORD = "bốn mùa hoa nở"
PERSON: dict[str, Any] = {
    "kind": "person",
    "identity": "062090000017",
    "name": "Nguyễn Văn Thử",
    "email": "thu@example.com",
    "phone": "0912 345 678",
    "password": PASSWORD,
    "consents": [{"purpose": "services", "version": 1}],
}
ORGANISATION: dict[str, Any] = {
    **PERSON,
    "kind": "organisation",
    "identity": "9900000016-001",
    "name": "Hợp tác xã Thử Nghiệm",
    "representative": "Trần Thị Mẫu",
    "email": "htx@example.com",
}


@dataclass
class Answer:
    status: int
    body: Any
    headers: dict[str, Any]


@dataclass
class Browser:
    """Sends JSON; keeps the refresh cookie as a browser would, and the ID token as the site does."""

    cookie: str | None = None
    token: str | None = None

    def send(self, method: str, path: str, body: Any = None, raw: bytes | None = None, **headers: str) -> Answer:
        given = {"Content-Type": "application/json", "Accept-Language": "en"}
        if self.cookie and path.startswith("/sessions"):
            given["Cookie"] = f"refresh={self.cookie}"
        if self.token:
            given["Authorization"] = self.token
        given.update({name.replace("_", "-"): value for name, value in headers.items()})
        payload = raw if raw is not None else json.dumps(body).encode() if body is not None else b""
        with Client(app) as client:
            with made_by("APIHandler"):
                got = client.http.request(method, path, headers=given, body=payload)
        cookie = got.headers.get("Set-Cookie")
        if cookie is not None:
            value = cookie.split(";")[0].removeprefix("refresh=")
            self.cookie = value or None
        answer = Answer(got.status_code, got.json_body, dict(got.headers))
        if answer.status == 200 and isinstance(answer.body, dict) and "id_token" in answer.body:
            self.token = answer.body["id_token"]
        return answer

    def sign_up(self, form: dict[str, Any] = PERSON, **changed: Any) -> Answer:
        return self.send("POST", "/accounts", {**form, **changed})

    def confirm(self, cloud: Any, form: dict[str, Any] = PERSON) -> Answer:
        code = cloud.outbox.code(form["email"])
        return self.send("POST", "/accounts/confirmation", {"username": form["identity"], "code": code})

    def log_in(self, username: str = PERSON["identity"], password: str = PASSWORD) -> Answer:
        return self.send("POST", "/sessions", {"username": username, "password": password})

    def refresh(self) -> Answer:
        return self.send("POST", "/sessions/refresh", X_Requested_With="motcua")


def a_citizen(cloud: Any, form: dict[str, Any] = PERSON) -> Browser:
    """Somebody signed up, confirmed and logged in."""
    browser = Browser()
    assert browser.sign_up(form).status == 202
    assert browser.confirm(cloud, form).status == 200
    assert browser.log_in(form["identity"], form["password"]).status == 200
    return browser


def claims(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    read: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return read


def fields(answer: Answer) -> dict[str, str]:
    """Field -> code of a refusal."""
    return {f["Field"]: f["Code"] for f in answer.body["Fields"]}


@contextmanager
def counted() -> Iterator[list[str]]:
    """The AWS calls made inside, in order, by operation."""
    calls: list[str] = []

    def note(model: Any, **_: Any) -> None:
        calls.append(model.name)

    emitters = [aws.client("cognito-idp").meta.events, aws.dynamodb().client.meta.events]
    for emitter in emitters:
        emitter.register("before-call", note)
    try:
        yield calls
    finally:
        for emitter in emitters:
            emitter.unregister("before-call", note)
