"""The portal in one process for tests of handlers: the API, the functions, people with accounts, one procedure."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import os
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from chalice.test import Client

from app import app
from chalicelib import events, signing
from chalicelib.services import present, publishing
from infra.local.calls import made_by
from infra.local.testing import Embedded, run
from tests.files import make

AGENCY = "H34.05"
ELSEWHERE = "H34.06"
IDENTITY = "062190000123"


def token(**claims: Any) -> str:
    """An unsigned ID token: Chalice's test client reads the claims as the authorizer would pass them on."""

    def part(value: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'RS256', 'kid': 'test'})}.{part({'token_use': 'id', **claims})}.c2lnbmF0dXJl"


@dataclass
class Answer:
    status: int
    body: Any
    headers: dict[str, str]


@dataclass
class Person:
    """Somebody with an account, calling the API."""

    client: Client
    sub: str
    name: str
    kind: str = "person"
    posts: str = ""
    language: str = "en"
    claims: dict[str, str] = field(default_factory=dict)
    keys: Any = field(default_factory=lambda: itertools.count())

    @property
    def token(self) -> str:
        return token(
            sub=self.sub,
            name=self.name,
            email=f"{self.sub}@example.invalid",
            phone_number="+84912345678",
            **{"cognito:username": IDENTITY, "custom:kind": self.kind, "custom:posts": self.posts},
            **{"custom:identity": IDENTITY},
            **self.claims,
        )

    def call(self, method: str, path: str, body: Any = None, key: str | None = None, **headers: str) -> Answer:
        sent = {"Content-Type": "application/json", "Accept-Language": self.language, **headers}
        if self.sub:
            sent["Authorization"] = self.token
        if method == "POST":
            sent.setdefault("Idempotency-Key", key or new_id())
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        with made_by("APIHandler"):
            reply = self.client.http.request(method, path, headers=sent, body=raw)
        parsed = json.loads(reply.body) if reply.body else None
        return Answer(reply.status_code, parsed, {k: str(v) for k, v in reply.headers.items()})

    def get(self, path: str) -> Answer:
        return self.call("GET", path)

    def post(self, path: str, body: Any, key: str | None = None) -> Answer:
        return self.call("POST", path, body, key)

    def put(self, path: str, body: Any) -> Answer:
        return self.call("PUT", path, body)

    def delete(self, path: str) -> Answer:
        return self.call("DELETE", path)


def new_id() -> str:
    return str(uuid.uuid4())


PROCEDURE: dict[str, Any] = {
    "code": "2.000635",
    "name": {"vi": "Cấp bản sao trích lục hộ tịch", "en": "Copy of a civil-status extract"},
    "field": {"code": "ho-tich", "vi": "Hộ tịch", "en": "Civil status"},
    "agencies": [AGENCY],
    "level": 3,
    "audience": ["person"],
    "form": {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "additionalProperties": False,
        "required": ["subject_name", "event", "copies"],
        "properties": {
            "subject_name": {
                "type": "string",
                "title": "Họ và tên",
                "x-title-en": "Full name",
                "minLength": 2,
                "maxLength": 100,
            },
            "event": {
                "type": "string",
                "title": "Việc hộ tịch",
                "x-title-en": "Event",
                "enum": ["birth", "marriage", "death"],
                "x-enum-vi": ["Khai sinh", "Kết hôn", "Khai tử"],
                "x-enum-en": ["Birth", "Marriage", "Death"],
            },
            "copies": {"type": "integer", "title": "Số bản", "x-title-en": "Copies", "minimum": 1, "maximum": 50},
            "by_mandate": {"type": "boolean", "title": "Làm theo ủy quyền", "x-title-en": "By mandate"},
        },
    },
    "papers": [
        {
            "code": "identity",
            "name": {"vi": "Thẻ căn cước", "en": "Identity card"},
            "required": True,
            "condition": None,
            "originals": 1,
            "copies": 0,
            "provenance": ["photo", "scan"],
            "max_pages": 4,
        },
        {
            "code": "mandate",
            "name": {"vi": "Văn bản ủy quyền", "en": "Mandate"},
            "required": True,
            "condition": {"field": "by_mandate", "in": [True]},
            "originals": 1,
            "copies": 0,
            "provenance": ["photo", "scan"],
            "max_pages": 4,
        },
    ],
    "fees": [
        {
            "code": "copy",
            "name": {"vi": "Phí cấp bản sao", "en": "Copy fee"},
            "amount": 8000,
            "per": "copies",
            "moment": "result",
            "refundable": True,
            "channel": None,
            "effective_from": "2017-01-01",
            "effective_to": None,
            "source": "TT 281/2016/TT-BTC",
        }
    ],
    "durations": {"online": {"amount": 1, "unit": "working days"}},
    "same_day_until": None,
    "delivery": ["counter"],
    "supplement": {"within": {"amount": 30, "unit": "calendar days"}, "clock": "pause"},
    "result": {"code": "KQ", "vi": "Bản sao trích lục", "en": "Extract"},
    "legal_basis": [{"number": "60/2014/QH13", "title": "Luật Hộ tịch"}],
    "steps": [{"vi": "Nộp hồ sơ", "en": "File"}],
    "conditions": [],
    "source": None,
}
ANSWERS = {"subject_name": "Nguyễn Thị Thử", "event": "birth", "copies": 3}

ROOT = Path(__file__).parents[2]
CALENDAR_FILE = ROOT / "infra" / "seed" / "calendar.json"
TREE: dict[str, Any] = {
    "agencies": [
        {
            "code": code,
            "name": {"vi": vi, "en": en},
            "kind": kind,
            "parent": parent,
            "status": "active",
            "successor": None,
            "hours": None,
            "address": {"vi": "Số 1 đường Thử", "en": "1 Test Street"},
            "phone": "0260 0000 000",
            "email": "mot-cua@example.invalid",
            "accounts": [],
            "note": None,
        }
        for code, vi, en, kind, parent in (
            ("H34", "Ủy ban nhân dân tỉnh", "Provincial committee", "province", None),
            (AGENCY, "Sở Tư pháp", "Department of Justice", "department", "H34"),
            (ELSEWHERE, "Sở Xây dựng", "Department of Construction", "department", "H34"),
        )
    ]
}


class Portal:
    """The embedded cloud with its people: a citizen, a stranger, officers of the agency and one of another."""

    def __init__(self, cloud: Any, client: Client) -> None:
        self.cloud = cloud
        self.signs = False  # whether the agencies have keys: tests without results need none
        self.client = client

        self.citizen = Person(client, "citizen", "Nguyễn Thị Thử")
        self.stranger = Person(client, "stranger", "Trần Văn Lạ")
        self.reception = self.officer("reception", "reception")
        self.appraiser = self.officer("appraiser", "appraiser")
        self.approver = self.officer("approver", "approver")
        self.cashier = self.officer("cashier", "cashier")
        self.clerk = self.officer("clerk", "clerk")
        self.accountant = self.officer("accountant", "accountant")
        self.administrator = self.officer("administrator", "administrator")
        self.elsewhere = self.officer("elsewhere", "reception", "appraiser", "approver", "clerk", agency=ELSEWHERE)
        self.nobody = Person(client, "", "")

    def officer(self, name: str, *roles: str, agency: str = AGENCY) -> Person:
        posts = " ".join(f"{agency}:{role}" for role in roles)
        return Person(self.client, name, f"Cán bộ {name}", "officer", posts)

    def draft(self, dossier_id: str = "", **changes: Any) -> str:
        dossier_id = dossier_id or new_id()
        body = {
            "version": 0,
            "procedure": PROCEDURE["code"],
            "procedure_version": 1,
            "agency": AGENCY,
            "answers": ANSWERS,
            "delivery": "counter",
            **changes,
        }
        answer = self.citizen.put(f"/dossiers/{dossier_id}", body)
        assert answer.status == 200, answer.body
        return dossier_id

    def upload(self, dossier_id: str, component: str = "identity", content: bytes | None = None) -> str:
        """A paper uploaded as the browser would and inspected as S3 would ask."""
        content = content or make.jpeg()
        paper_id = new_id()
        file = {"name": "anh.jpg", "size": len(content), "type": "image/jpeg"}
        body = {
            "id": paper_id,
            "component": component,
            "provenance": "photo",
            "files": [{**file, "sha256": hashlib.sha256(content).hexdigest()}],
        }
        answer = self.citizen.post(f"/dossiers/{dossier_id}/papers", body)
        assert answer.status in {200, 201}, answer.body
        key = f"quarantine/{dossier_id}/{paper_id}/1"
        bucket = os.environ["QUARANTINE_BUCKET"]
        self.cloud.client("s3").put_object(Bucket=bucket, Key=key, Body=content, ContentType="image/jpeg")
        self.arrived(bucket, key, len(content))
        return paper_id

    def arrived(self, bucket: str, key: str, size: int) -> None:
        record = {"s3": {"bucket": {"name": bucket}, "object": {"key": key, "size": size}}}
        run(events.inspect, {"Records": [record]}, "inspect")

    def filed(self, **changes: Any) -> tuple[str, dict[str, Any]]:
        """A dossier filed with everything it needs: its id and the answer with code and receipt."""
        dossier_id = self.draft(**changes)
        self.upload(dossier_id)
        answer = self.citizen.post(f"/dossiers/{dossier_id}/submission", {"declaration": True})
        assert answer.status == 200, answer.body
        return dossier_id, answer.body

    def step(self, who: Person, dossier_id: str, step: str, body: dict[str, Any], key: str | None = None) -> Any:
        answer = who.post(f"/desk/dossiers/{dossier_id}/{step}", body, key)
        assert answer.status == 200, (step, answer.body)
        return answer.body

    def papers_came(self, dossier_id: str) -> None:
        """The certified copies came by post, all of them."""
        good = {"finding": "certified", "certified_by": "UBND phường", "certified_on": "2026-11-20"}
        self.step(self.reception, dossier_id, "parcel", {})
        self.step(self.reception, dossier_id, "parcel/opening", {})
        self.step(self.reception, dossier_id, "parcel/checks", {"checks": {"identity": good}})

    def received(self) -> str:
        dossier_id, _ = self.filed()
        self.step(self.reception, dossier_id, "receive", {})
        return dossier_id

    def appraised(self) -> str:
        dossier_id = self.received()
        self.step(self.appraiser, dossier_id, "claim", {})
        self.step(self.appraiser, dossier_id, "proposal", {"opinion": "Đủ điều kiện."})
        return dossier_id

    def issued(self) -> str:
        dossier_id = self.appraised()
        self.step(self.approver, dossier_id, "approval", {})
        self.step(self.clerk, dossier_id, "result", {"number": "12/TL", "title": "Trích lục khai sinh"})
        return dossier_id

    def ready(self) -> str:
        dossier_id = self.issued()
        fee = {"amount": 24000, "means": "cash"}
        self.step(self.cashier, dossier_id, "fee", fee)
        return dossier_id

    def later(self, **duration: float) -> None:
        """Let time pass: minutes=1, days=3."""
        present.freeze(present.now() + timedelta(**duration))

    def relay(self) -> None:
        """Deliver the stream until it is dry, and what was asked of the function that signs results meanwhile."""
        while self.cloud.deliver(events.relay) is not None or self.sign():
            self.sign()

    def sign(self) -> bool:
        """Call the function that signs results for whatever it was asked; whether it was. Others wait for a test."""
        asked = [event for name, event in self.cloud.invoked if name == os.environ["SIGN_FUNCTION"]]
        self.cloud.invoked[:] = [one for one in self.cloud.invoked if one[0] != os.environ["SIGN_FUNCTION"]]
        if asked:
            self.give_keys()
        for event in asked:
            run(signing.sign, event, "sign")
        return bool(asked)

    def give_keys(self) -> None:
        """Let the agencies sign, unless they can; tests without results need no keys."""
        if not self.signs:
            agencies = TREE["agencies"]
            self.cloud.sign_for([(one["code"], one["name"]["vi"], one.get("tax_code", "")) for one in agencies])
            self.signs = True

    def state(self, dossier_id: str) -> str:
        return str(self.citizen.get(f"/dossiers/{dossier_id}").body["state"]["code"])


_published: dict[Embedded, Callable[[], None]] = {}


def open_portal(cloud: Any) -> Portal:
    """Publish the tree, the calendar and the procedure; stop the clock on a Monday morning at nine.

    Once per process: then the catalogue that was published is put back, a thousand times in a run.
    """
    present.freeze(datetime(2026, 11, 23, 2, 0, tzinfo=UTC))
    if cloud not in _published:
        publishing.publish_agencies(TREE)
        publishing.publish_calendar(json.loads(CALENDAR_FILE.read_text("utf-8")))
        publishing.publish([publishing.Sourced("test", PROCEDURE)])
        _published[cloud] = cloud.kept()
    else:
        _published[cloud]()
    cloud.client("ses").verify_email_identity(EmailAddress=os.environ["MAIL_FROM"])
    return Portal(cloud, Client(app, stage_name="dev", project_dir=str(ROOT)))
