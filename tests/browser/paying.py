"""Dossiers of level 4 that wait for money, made by calls of the API, and the other side of the gateways."""

from __future__ import annotations

import hashlib
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import requests

from tests.browser.world import CITIZEN, World
from tests.files import make

RECORD, POLICE = "3.000333", "H34.13"  # judicial record: 200.000 đồng at filing
KARAOKE, CULTURE = "1.001029", "H34.06"  # 1.000.000 đồng a room, at most 6.000.000, at acceptance
COUNTER, ACCOUNTANT, TREASURY = "mot-cua@van-hoa.example", "ke-toan@van-hoa.example", "ke-toan@tinh.example"
PROVINCE = "H34"
FEE, ROOM = 200_000, 1_000_000

PERSON: Mapping[str, Any] = {
    "applicant_name": "Y Mẫu Thử Nghiệm",
    "applicant_identity": CITIZEN,
    "applicant_address": "Phường Quyết Thắng, thành phố Kon Tum",
    "applicant_phone": "0912000002",
}
RECORD_ANSWERS: Mapping[str, Any] = {
    **PERSON,
    "relation": "self",
    "birth_date": "1922-02-28",
    "birth_place": "Kon Tum",
    "nationality": "Việt Nam",
    "certificate_number": "1",
    "show_ban": False,
    "purpose": "Xin việc làm",
    "copies": 1,
    "exemption": "none",
    "residences": [
        {"from": "1936-02-28", "to": "2026-01-31", "address": "Phường Quyết Thắng", "work": "Làm rẫy"},
    ],
}
KARAOKE_ANSWERS: Mapping[str, Any] = {
    "organisation_name": "Hộ kinh doanh Hát Thử",
    "head_office": "Phường Quyết Thắng, thành phố Kon Tum",
    "representative": "Y Mẫu Thử Nghiệm",
    "applicant_phone": "0912000002",
    "venue_address": "Phường Quyết Thắng, thành phố Kon Tum",
    "rooms": 2,
    "smallest_room": 22.5,
    "school_distance": 250,
    "security_certificate": "12/GCN",
    "fire_acceptance": "34/NT-PCCC",
}


@dataclass
class Payers(World):
    """`due` and `accepted` wait for their fee; `tell` is the other side of a gateway."""

    def _filed(self, procedure: str, agency: str, answers: Mapping[str, Any], papers: tuple[str, ...], who: str) -> str:
        dossier = str(uuid.uuid4())
        body = {"version": 0, "procedure": procedure, "procedure_version": 1, "agency": agency, "answers": answers}
        self.call(who, "PUT", f"/dossiers/{dossier}", body)
        for component in papers:
            self._paper(who, dossier, component)
        self.call(who, "POST", f"/dossiers/{dossier}/submission", {"declaration": True})
        return dossier

    def _paper(self, who: str, dossier: str, component: str) -> None:
        scan, paper = make.jpeg(text=component), str(uuid.uuid4())
        about = {"name": "trang-1.jpg", "size": len(scan), "type": "image/jpeg"}
        files = [{**about, "sha256": hashlib.sha256(scan).hexdigest()}]
        body = {"id": paper, "component": component, "provenance": "photo", "files": files}
        for slot in self.call(who, "POST", f"/dossiers/{dossier}/papers", body)["uploads"]:
            requests.post(slot["url"], data=slot["fields"], files={"file": scan}, timeout=30).raise_for_status()
        for _ in range(200):
            papers = self.call(who, "GET", f"/dossiers/{dossier}")["papers"]
            if any(one["id"] == paper and one["status"] == "verified" for one in papers):
                return
            time.sleep(0.1)
        raise AssertionError(f"{component} was not inspected")

    def due(self, who: str = CITIZEN, **answers: Any) -> str:
        """A judicial record whose 200.000 đồng are due before the agency looks at it."""
        return self._filed(RECORD, POLICE, {**RECORD_ANSWERS, **answers}, ("identity-paper",), who)

    def accepted(self, rooms: int = 2, who: str = CITIZEN) -> str:
        """A karaoke licence, accepted: its fee starts the clock."""
        papers = ("application", "security-certificate", "fire-acceptance", "officer-record")
        dossier = self._filed(KARAOKE, CULTURE, {**KARAOKE_ANSWERS, "rooms": rooms}, papers, who)
        self.act(COUNTER, dossier, "parcel", {"number": "EX123456789VN"})
        self.act(COUNTER, dossier, "receive")
        return dossier

    def money(self, dossier: str, who: str = CITIZEN) -> dict[str, Any]:
        found: dict[str, Any] = self.call(who, "GET", f"/dossiers/{dossier}/payments")
        return found

    def start(self, dossier: str, way: str, who: str = CITIZEN) -> dict[str, Any]:
        """An attempt, opened at its gateway as the payer's browser would."""
        body = {"id": str(uuid.uuid4()), "way": way}
        attempt: dict[str, Any] = self.call(who, "POST", f"/dossiers/{dossier}/payments", body)
        if attempt["pay_url"]:
            requests.get(attempt["pay_url"], timeout=30).raise_for_status()
        return attempt

    def tell(self, way: str, reference: str, deed: str, **more: Any) -> None:
        """What the payer does at the gateway; answers after what is told at once was told."""
        address = f"{self.portal.url}/sandbox/pay/{way}/orders/{reference}"
        requests.post(address, json={"do": deed, "wait": True, **more}, timeout=60).raise_for_status()

    def transfer(self, account: str, amount: int, text: str, do: str = "send") -> None:
        """A transfer; answers after the bank's notice of it was told."""
        made = {"account": account, "amount": str(amount), "description": text}
        body: Any = {"do": do, "wait": True, "transfers": [made]}
        requests.post(f"{self.portal.url}/sandbox/pay/bank/transfers", json=body, timeout=60).raise_for_status()

    def pay(self, dossier: str, way: str = "vnpay", who: str = CITIZEN) -> dict[str, Any]:
        attempt = self.start(dossier, way, who)
        self.tell(way, attempt["reference"], "succeed")
        assert self.money(dossier, who)["due"] is None
        return attempt

    def attempt(self) -> str:
        """The reference of a transfer that is waited for."""
        return str(self.start(self.due(), "vietqr")["reference"])

    def refunded(self) -> str:
        """Paid, withdrawn, on its way back."""
        dossier = self.due()
        self.pay(dossier)
        self.withdraw(dossier)
        return dossier

    def withdraw(self, dossier: str, who: str = CITIZEN) -> None:
        self.call(who, "POST", f"/dossiers/{dossier}/withdrawal", {"reason": "Không cần nữa."})

    def large(self) -> str:
        """The path of a refund that two people decide on."""
        dossier = self.accepted(rooms=2)
        self.pay(dossier)
        self.withdraw(dossier)
        (refund,) = self.money(dossier)["refunds"]
        return f"{dossier}/{refund['id']}"

    def day(self) -> str:
        """The date of a day on which money moved at CULTURE."""
        self.pay(self.accepted(rooms=1))
        return datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).date().isoformat()

    def stray(self) -> str:
        """The entry of a transfer that nobody waits for, at the province's account."""
        self.transfer("0000000001", 123_000, "khong ghi gi")
        return str(self.call(TREASURY, "GET", f"/desk/books/{PROVINCE}/strays")["items"][0]["id"])

    def pending(self) -> str:
        """The reference of an attempt whose payer has not said anything yet."""
        return str(self.start(self.due(), "vnpay")["reference"])

    def failed(self) -> str:
        reference = self.pending()
        self.tell("vnpay", reference, "fail")
        return reference

    def settled(self) -> str:
        return str(self.pay(self.due())["reference"])
