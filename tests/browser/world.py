"""Dossiers in every state, made by calls of the API as the pages' own requests would make them."""

from __future__ import annotations

import hashlib
import json
import tempfile
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import requests

from tests.browser.portal import Portal
from tests.files import make
from tests.national.records import record

PROCEDURE, AGENCY, PAPER = "2.000635", "H34.05", "identity-paper"  # copies of civil-status extracts, level 3
CITIZEN, OTHER_CITIZEN, ORGANISATION = "062022000025", "062120000017", "9900000016"
OFFICERS = {
    "reception": "tiep-nhan@tu-phap.example",
    "appraiser": "tham-dinh@tu-phap.example",
    "approver": "phe-duyet@tu-phap.example",
    "cashier": "thu-phi@tu-phap.example",
    "clerk": "van-thu@tu-phap.example",
    "several": "mot-cua@quyet-thang.example",
    "administrator": "quan-tri@tinh.example",
    "supervisor": "giam-sat@tu-phap.example",
    "accountant": "ke-toan@tu-phap.example",
}
REASON, WISH = "Ảnh mặt sau bị mờ, không đọc được ngày cấp.", "Vui lòng ghi số và quyển số."
ANSWERS: Mapping[str, Any] = {
    "applicant_name": "Y Mẫu Thử Nghiệm",
    "applicant_identity": CITIZEN,
    "applicant_address": "Phường Quyết Thắng, thành phố Kon Tum",
    "applicant_phone": "0912000002",
    "relation": "self",
    "extract_kind": "birth",
    "person_name": "Y Mẫu Thử Nghiệm",
    "person_birth_date": "1922-02-28",
    "registered_at": "UBND phường Quyết Thắng",
    "copies": 2,
}


@dataclass
class World:
    """`call` speaks for a person by user name, or for an officer of AGENCY by role."""

    portal: Portal
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def password(self) -> str:
        """All demo people have the same."""
        return str(self.portal.told["accounts"][0]["password"])

    def username(self, who: str) -> str:
        return OFFICERS.get(who, who)

    def token(self, who: str) -> str:
        if who not in self.tokens:
            body = {"username": self.username(who), "password": self.password}
            answer = requests.post(f"{self.portal.url}/api/sessions", json=body, timeout=30)
            assert answer.ok, answer.text
            self.tokens[who] = answer.json()["id_token"]
        return self.tokens[who]

    def call(self, who: str, method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {self.token(who)}", "Idempotency-Key": str(uuid.uuid4())}
        answer = requests.request(method, f"{self.portal.url}/api{path}", headers=headers, json=body, timeout=30)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def act(self, who: str, dossier: str, step: str, body: Any = None) -> None:
        """A step of an officer."""
        self.call(who, "POST", f"/desk/dossiers/{dossier}/{step}", {} if body is None else body)

    def upload(self, who: str, dossier: str, file: bytes, kind: str, path: str = "", wanted: str = "verified") -> str:
        """A paper of the dossier, or at `path` the file of a result, until the inspector says `wanted`."""
        paper = str(uuid.uuid4())
        name = "ket-qua.pdf" if path else "trang-1.jpg"
        about = {"name": name, "size": len(file), "type": kind, "sha256": hashlib.sha256(file).hexdigest()}
        body: dict[str, Any] = {"id": paper, "files": [about]}
        if not path:
            body |= {"component": PAPER, "provenance": "photo"}
        for slot in self.call(who, "POST", path or f"/dossiers/{dossier}/papers", body)["uploads"]:
            requests.post(slot["url"], data=slot["fields"], files={"file": file}, timeout=30).raise_for_status()
        where = f"{'/desk' if path else ''}/dossiers/{dossier}"
        for _ in range(200):
            papers = self.call(who, "GET", where)["papers"]
            if any(one["id"] == paper and one["status"] == wanted for one in papers):
                return paper
            time.sleep(0.1)
        raise AssertionError(f"the paper is not {wanted}")

    def photograph(self, dossier: str, text: str = "Mặt trước", who: str = CITIZEN) -> str:
        return self.upload(who, dossier, make.jpeg(text=text), "image/jpeg")

    def until_paper(self, who: str, path: str, paper: str) -> None:
        for _ in range(300):
            papers = self.call(who, "GET", path)["papers"]
            if any(one["id"] == paper and one["status"] == "verified" for one in papers):
                return
            time.sleep(0.1)
        raise AssertionError("the paper was not inspected")

    # A dossier as far as its name says.

    def draft(
        self,
        who: str = CITIZEN,
        answers: Mapping[str, Any] = ANSWERS,
        procedure: str = PROCEDURE,
        agency: str = AGENCY,
        version: int = 0,
        dossier: str = "",
    ) -> str:
        """A new draft, or with `version` and `dossier` a further save of one."""
        dossier = dossier or str(uuid.uuid4())
        about = {"procedure": procedure, "procedure_version": 1, "agency": agency}
        self.call(who, "PUT", f"/dossiers/{dossier}", {**about, "version": version, "answers": answers})
        return dossier

    def empty(self) -> str:
        return self.draft(answers={})

    def business(self) -> str:
        """A form with a table, of level 4 with three ways to get the result."""
        row = {"name": "Bán lẻ lương thực, thực phẩm trong các cửa hàng tổng hợp", "code": "4711", "main": True}
        answers = {
            "founder": "family",
            "business_name": "Tạp hóa Ví Dụ",
            "activities": [row, {}],
            "capital": 150_000_000,
        }
        return self.draft(answers=answers, procedure="1.001612", agency="H34.31.01")

    with_photo = with_fake = contested = draft

    def photographed(self) -> str:
        dossier = self.draft()
        self.photograph(dossier)
        return dossier

    def filed(self) -> tuple[str, dict[str, Any]]:
        """The dossier and its receipt (code, secret)."""
        dossier = self.photographed()
        return dossier, self.call(CITIZEN, "POST", f"/dossiers/{dossier}/submission", {"declaration": True})["receipt"]

    def asked(self) -> str:
        """A supplement is asked for: one paper and one answer."""
        dossier, _ = self.filed()
        items = {"papers": {PAPER: REASON}, "fields": {"register_number": WISH}, "note": "Trong thời hạn."}
        self.act("reception", dossier, "supplement-request", items)
        return dossier

    def supplied(self) -> str:
        dossier = self.asked()
        self.photograph(dossier, "Rõ hơn")
        given = {"answers": {"register_number": "12/2020"}, "note": "Đã chụp lại."}
        self.call(CITIZEN, "POST", f"/dossiers/{dossier}/supplement", given)
        return dossier

    def refused(self) -> str:
        dossier, _ = self.filed()
        reason = "Sự kiện hộ tịch đăng ký tại tỉnh khác; đề nghị nộp tại nơi đã đăng ký."
        self.act("reception", dossier, "refusal", {"reason": reason})
        return dossier

    def complained(self) -> str:
        """Refused, and complained of."""
        dossier = self.refused()
        text = "Sự kiện hộ tịch của tôi đăng ký tại tỉnh, có trích lục kèm theo. Đề nghị cơ quan xem xét lại."
        self.call(CITIZEN, "POST", f"/dossiers/{dossier}/complaint", {"text": text})
        return dossier

    def answered(self) -> str:
        """As `complained`, and the administrator has answered."""
        dossier = self.complained()
        answer = "Trích lục đã nộp do tỉnh khác cấp; sổ hộ tịch của tỉnh không có sự kiện này."
        self.act("supervisor", dossier, "complaint-answer", {"outcome": "rejected", "answer": answer})
        return dossier

    def withdrawn(self) -> str:
        dossier, _ = self.filed()
        self.call(CITIZEN, "POST", f"/dossiers/{dossier}/withdrawal", {"reason": "Đã tìm thấy bản cũ."})
        return dossier

    def received(self) -> str:
        dossier, _ = self.filed()
        self.act("reception", dossier, "receive")
        return dossier

    def overdue(self) -> str:
        """Received and claimed two weeks ago; the portal's clock is put back afterwards."""
        self.portal.shift(-14 * 86400)
        try:
            return self.appraised()
        finally:
            self.portal.shift(0)

    def appraised(self) -> str:
        """Being appraised by the appraiser."""
        dossier = self.received()
        self.act("appraiser", dossier, "claim")
        return dossier

    def proposed(self) -> str:
        dossier = self.appraised()
        self.act("appraiser", dossier, "proposal", {"opinion": "Đủ điều kiện."})
        return dossier

    def approved(self) -> str:
        dossier = self.proposed()
        self.act("approver", dossier, "approval")
        return dossier

    def issued(self) -> str:
        """The result is there, its fee is due."""
        dossier = self.approved()
        desk = f"/desk/dossiers/{dossier}"
        paper = self.upload("clerk", dossier, make.pdf(text="Trich luc"), "application/pdf", f"{desk}/result-file")
        result = {"number": "12/TLKS-BS", "title": "Bản sao Trích lục khai sinh", "paper": paper}
        self.act("clerk", dossier, "result", result)
        self.until("clerk", desk, "result_fee_due")
        return dossier

    def until(self, who: str, path: str, state: str) -> None:
        """Wait for what the portal does by itself."""
        for _ in range(300):
            if self.call(who, "GET", path)["state"]["code"] == state:
                return
            time.sleep(0.1)
        raise AssertionError(f"the dossier is not {state}")

    def paid(self) -> str:
        dossier = self.issued()
        self.act("cashier", dossier, "fee", {"amount": 16000, "means": "cash"})
        return dossier

    def differing(self) -> str:
        """The papers sent are not those shown at the counter: the hand-over is stopped."""
        dossier = self.paid()
        found = {"originals": {PAPER: "differs"}, "form_signed": True, "note": "Ngày cấp trên ảnh khác bản chính."}
        self.act("clerk", dossier, "originals", found)
        return dossier

    def closed(self) -> str:
        dossier = self.paid()
        self.act("clerk", dossier, "originals", {"originals": {PAPER: "matches"}, "form_signed": True})
        self.act("clerk", dossier, "hand-over", {"recipient": "Y Mẫu Thử Nghiệm", "signed": True})
        self.act("clerk", dossier, "archive")
        return dossier

    def imported(self) -> str:
        """The code of a procedure that the national portal describes and the province does not receive."""
        channels = "Trực tuyến3 Ngày làm việc50,000 VNĐTrực tiếp5Miễn phíDịch vụ bưu chínhNgay khi ong vềMiễn phí"
        bees = record(channels, "Đơn theo mẫuMau 01.docx1 bản chính")
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
            file.write(json.dumps(bees, ensure_ascii=False) + "\n")
            file.flush()
            self.portal.motcua("catalogue", "import-national", file.name)
        return str(bees["ma_thu_tuc"])

    def told(self, who: str, box: str = "mine") -> None:
        """Wait until there is something in the inbox."""
        for _ in range(100):
            if self.call(who, "GET", f"/me/inbox?box={box}")["items"]:
                return
            time.sleep(0.1)
        raise AssertionError("nobody was told of anything")

    def write(self, dossier: str) -> str:
        """A message from each side."""
        question = {"id": str(uuid.uuid4()), "text": "Tôi có thể nhận kết quả vào buổi sáng không?"}
        self.call(CITIZEN, "POST", f"/dossiers/{dossier}/messages", question)
        answer = {"id": str(uuid.uuid4()), "text": "Được ạ. Xin mang theo bản chính giấy tờ tùy thân."}
        self.act("reception", dossier, "messages", answer)
        return dossier
