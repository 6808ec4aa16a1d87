"""What forms are made of: the facts of a dossier, and the words that several forms have for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib.domain.agency import Agency
from chalicelib.domain.clock import ZONE, Unit
from chalicelib.domain.dossier import Dossier
from chalicelib.domain.event import Event
from chalicelib.domain.life import Action
from chalicelib.domain.paper import Paper, Provenance
from chalicelib.domain.procedure import Procedure
from chalicelib.domain.sheet import Block, Letterhead, Line
from chalicelib.values import dataclass

UNITS = {
    Unit.WORKING_HOURS: "giờ làm việc",
    Unit.WORKING_DAYS: "ngày làm việc",
    Unit.CALENDAR_DAYS: "ngày",
    Unit.MONTHS: "tháng",
}
PROVENANCES = {
    Provenance.PHOTO: "Ảnh chụp từ bản chính",
    Provenance.SCAN: "Bản quét từ bản chính",
    Provenance.DIGITAL: "Bản điện tử",
    Provenance.CERTIFIED_COPY: "Bản sao có chứng thực",
}
CHANNELS = {"online": "Trực tuyến", "direct": "Trực tiếp", "post": "Qua bưu chính"}
DELIVERIES = {"counter": "Tại {desk}", "online": "Bản điện tử trên Cổng dịch vụ công", "post": "Qua dịch vụ bưu chính"}
ADDRESS_FIELD = "applicant_address"
"""The field of a procedure's form that is the applicant's address, where the form asks for one."""


@dataclass(frozen=True)
class Facts:
    """Everything that a form may say. `papers` are all papers of the dossier; `origin` is the site's address."""

    dossier: Dossier
    procedure: Procedure
    agency: Agency
    above: str
    events: Sequence[Event]
    papers: Sequence[Paper]
    origin: str

    @property
    def name(self) -> str:
        return str(self.dossier.applicant.get("name", ""))

    @property
    def code(self) -> str:
        return self.dossier.code or ""

    def event(self, number: int) -> Event:
        return self.events[number - 1]


def at(moment: datetime | str | None) -> str:
    """09 giờ 15 phút, ngày 23/11/2026, in Vietnam; "" when there is none."""
    if not moment:
        return ""
    when = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return f"{when.astimezone(ZONE):%H giờ %M phút, ngày %d/%m/%Y}"


def phone_of(applicant: Mapping[str, Any]) -> str:
    """As people write it: 0912345678."""
    phone = str(applicant.get("phone") or "")
    return f"0{phone.removeprefix('+84')}" if phone.startswith("+84") else phone


def letterhead(agency: Agency, above: str, *, desk: bool = True) -> Letterhead:
    place = agency.address.vi.rsplit(",", 1)[-1].strip()
    return Letterhead(agency.name.vi, above, place.removeprefix("tỉnh ").removeprefix("thành phố "), desk)


def owner(facts: Facts, label: str = "Chủ hồ sơ") -> list[Block]:
    """Who it is about and how to reach them."""
    applicant: Mapping[str, Any] = facts.dossier.applicant
    company = applicant.get("kind") == "organisation"
    representative = str(applicant.get("representative") or "")
    return [
        Line(label, facts.name, strong=True),
        *([Line("Người đại diện", representative)] if representative else []),
        Line("Mã số thuế" if company else "Số định danh cá nhân", str(applicant.get("identity") or "")),
        Line("Địa chỉ", str(facts.dossier.answers.get(ADDRESS_FIELD) or "")),
        Line("Số điện thoại", phone_of(applicant)),
        Line("Thư điện tử", str(applicant.get("email") or "")),
    ]


def matter(facts: Facts) -> Line:
    return Line("Nội dung yêu cầu giải quyết", f"{facts.procedure.name.vi} ({facts.procedure.code})")


_LAPSED = "Đã hết thời hạn mà người nộp hồ sơ chưa bổ sung giấy tờ, chưa nộp phí hoặc chưa gửi hồ sơ giấy theo yêu cầu."


def reason(event: Event) -> str:
    return str(event.detail.get("reason") or (_LAPSED if event.action == Action.LAPSE else ""))
