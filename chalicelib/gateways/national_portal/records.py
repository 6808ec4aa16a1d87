"""A dossier and its steps as the national portal's records: field names and codes of its services, everything text.

A record tells what was true with its event: what came later (acceptance, results, the end) is left out of it, so that
records made again from the events are the records that were made then. Moments are yyyyMMddHHmmss of Vietnam, what is
not there is "". Codes that the public sources do not agree on, or that stand in none, are marked `unverified`.
Files are named by the address of the page where whoever may see them finds them; no address here opens anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib.domain.bundle import Bundle
from chalicelib.domain.clock import ZONE
from chalicelib.domain.event import Event, iso
from chalicelib.domain.life import Action, State
from chalicelib.domain.paper import Paper
from chalicelib.domain.procedure import Procedure
from chalicelib.domain.result import Result, Standing
from chalicelib.domain.sheet_steps import BY_ITSELF, ROLES, STEPS
from chalicelib.domain.sync import Step, status_of
from chalicelib.values import dataclass

CHANNELS = {"direct": "1", "online": "2", "post": "3"}
DELIVERIES = {"counter": "0", "post": "1", "online": "2"}  # unverified
MOMENTS = {"filing": "1", "acceptance": "1", "result": "3"}
IDENTITY_CARD = "1"  # LoaiDinhDanh: căn cước công dân
LOCAL_SYSTEM = "2"  # NoiNopHoSo: filed with the province's own system; unverified
_ENDED = frozenset({State.NOT_RECEIVED, State.WITHDRAWN, State.STOPPED, State.READY})
_NATIONAL, _COUNTER = "national", frozenset({"cash", "card", "post", "transfer"})


@dataclass(frozen=True)
class Subject:
    """What a record needs besides the dossier: its procedure, the agency's name, the site, and LoaiDoiTuong by kind."""

    procedure: Procedure
    agency: str
    site: str
    subjects: Mapping[str, str]


def dossier_record(bundle: Bundle, step: Step, of: Subject) -> dict[str, Any]:
    """The record of DongBoHoSoMC: the whole dossier as it was with the step."""
    dossier, past = bundle.dossier, _past(bundle, step)
    applicant, now = dossier.applicant, step.event
    organisation = bool(applicant.get("kind") == "organisation" or applicant.get("representative"))
    received = next((e for e in past if e.after == State.RECEIVED and e.before != e.after), None)
    promised = _promised(past)
    ended = next((e for e in past if State(e.after) in _ENDED and e.before != e.after), None)
    refused = next((e for e in past if e.after == State.NOT_RECEIVED), None)
    delivered = next((e for e in past if e.after == State.DELIVERED and e.before != e.after), None)
    identity = str(applicant.get("identity", ""))
    papers = [paper for paper in bundle.papers if _by(paper.created_at, now) and paper.stored and not paper.is_result]
    return {
        "MaHoSo": dossier.code or "",
        "MaTTHC": of.procedure.code,
        "TenTTHC": of.procedure.name.vi,
        "MaLinhVuc": of.procedure.field.code,
        "TenLinhVuc": of.procedure.field.name.vi,
        "KenhThucHien": CHANNELS.get(dossier.channel, "2"),
        "ChuHoSo": str(applicant.get("name", "")),
        "LoaiDoiTuong": of.subjects["organisation" if organisation else "person"],
        "MaDoiTuong": identity,
        "ThongTinKhac": "",
        "Email": str(applicant.get("email") or ""),
        "Fax": "",
        "SoDienThoai": str(applicant.get("phone") or ""),
        "TrichYeuHoSo": dossier.procedure_name,
        "NgayNopHoSo": stamp(dossier.submitted_at),
        "NgayTiepNhan": _at(received),
        "NgayHenTra": promised,
        "TrangThaiHoSo": str(status_of(now)),
        "NgayTra": _at(delivered),
        "ThongTinTra": str(delivered.detail.get("recipient", "")) if delivered else "",
        "HinhThuc": DELIVERIES.get(dossier.delivery, "0"),
        "NgayKetThucXuLy": _at(ended),
        "NgayTuChoi": _at(refused),
        "DonViXuLy": of.agency,
        "GhiChu": _reason(now),
        "NoiNopHoSo": LOCAL_SYSTEM,
        "HoSoCoThanhPhanSoHoa": "1" if papers else "0",
        "TaiKhoanDuocXacThucVoiVNeID": "0",
        "DuocThanhToanTrucTuyen": _online(dossier.fees),
        "DinhDanhCHS": {"LoaiDinhDanh": "" if organisation else IDENTITY_CARD, "SoDinhDanh": identity},
        "TaiLieuNop": [_paper(paper, dossier.papers, dossier.id, of) for paper in sorted(papers, key=lambda p: p.age)],
        "DanhSachLePhi": [_fee(fee, of.procedure) for fee in dossier.fees],
        "DanhSachHoSoBoSung": _supplements(past, of.procedure),
        "DanhSachGiayToKetQua": [_result(r, of) for r in bundle.results if _counts(r, now)],
        **_numbers(step),
    }


def step_record(bundle: Bundle, step: Step, of: Subject) -> dict[str, Any]:
    """The record of CapNhatTienDoHoSoMC: who did what, when, and until when it was to be done."""
    event = step.event
    reason = _reason(event)
    what = STEPS.get(Action(event.action), event.action)
    due = _day(event, "due_at") or _promised(_past(bundle, step)) or _day(event, "reply_due_at")
    return {
        "MaHoSo": bundle.dossier.code or "",
        "NguoiXuLy": event.actor["name"],
        "ChucDanh": ROLES.get(event.actor["role"], BY_ITSELF),
        "ThoiDiemXuLy": _at(event),
        "PhongBanXuLy": of.agency,
        "NoiDungXuLy": f"{what}: {reason}" if reason else what,
        "TrangThai": str(status_of(event)),
        "NgayBatDau": _at(step.before) or _at(event),
        "NgayKetThucTheoQuyDinh": due,
        **_numbers(step),
    }


def stamp(moment: datetime | None) -> str:
    """yyyyMMddHHmmss of Vietnam."""
    return moment.astimezone(ZONE).strftime("%Y%m%d%H%M%S") if moment else ""


def _numbers(step: Step) -> dict[str, int]:
    return {"SoThuTu": step.event.number, "SoThuTuTruoc": step.before.number if step.before else 0}


def _past(bundle: Bundle, step: Step) -> Sequence[Event]:
    return bundle.events[: step.event.number]


def _by(moment: datetime | None, event: Event) -> bool:
    return moment is not None and iso(moment) <= event.at


def _at(event: Event | None) -> str:
    return stamp(datetime.fromisoformat(event.at)) if event else ""


def _day(event: Event, name: str) -> str:
    """A moment of an event's detail."""
    said = event.detail.get(name)
    return stamp(datetime.fromisoformat(str(said))) if said else ""


def _promised(past: Sequence[Event]) -> str:
    """The day of the result in force: what the last event that reckoned it, or put it off, says."""
    reckoned = (e for e in reversed(past) if "due_explanation" in e.detail or e.action == Action.REAPPOINT)
    return next((day for e in reckoned if (day := _day(e, "due_at"))), "")


def _reason(event: Event) -> str:
    """What is said to the applicant with a step; opinions among officers are the agency's own."""
    return str(event.detail.get("reason") or "")[:500] if event.action != Action.SEND_BACK else ""


def _online(fees: Sequence[Any]) -> str:
    """DuocThanhToanTrucTuyen: 0 not, 1 through the national gateway, 2 through one of ours."""
    ways = {fee.via for fee in fees if fee.paid and fee.via} - _COUNTER
    return "1" if _NATIONAL in ways else "2" if ways else "0"


def _paper(paper: Paper, counting: Mapping[str, str], dossier_id: str, of: Subject) -> dict[str, str]:
    rule = of.procedure.paper(paper.component)
    return {
        "TepDinhKemId": paper.id,
        "TenTepDinhKem": paper.pages[0].name if len(paper.pages) == 1 else rule.name.vi if rule else paper.component,
        "IsDeleted": "False" if counting.get(paper.component) == paper.id else "True",
        "MaThanhPhanHoSo": paper.component,
        "DuongDanTaiTepTin": f"{of.site}/ho-so/{dossier_id}",
        "DuocSoHoa": "1",
        "DuocTaiSuDung": "0",
        "DuocLayTuKhoDMQG": "0",
        "MaKetQuaThayThe": "",
    }


def _fee(fee: Any, procedure: Procedure) -> dict[str, str]:
    rule = next((rule for rule in procedure.fees if rule.code == fee.code), None)
    return {
        "TenPhiLePhi": rule.name.vi if rule else fee.code,
        "MaPhiLePhi": fee.code,
        "HinhThucThu": MOMENTS.get(fee.moment, "1"),
        "Gia": str(fee.amount),
        "LoaiPhiLePhi": "1",  # unverified
    }


def _supplements(past: Sequence[Event], procedure: Procedure) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for number, event in enumerate(past):
        if event.action == Action.REQUEST_SUPPLEMENT:
            papers = dict(event.detail.get("papers", {}))
            asked = [*papers.values(), *dict(event.detail.get("fields", {})).values(), event.detail.get("note")]
            found.append(
                {
                    "HoSoBoSungId": event.id,
                    "NguoiYeuCauBoSung": event.actor["name"],
                    "NoiDungBoSung": "; ".join(str(text) for text in asked if text)[:1000],
                    "NgayBoSung": _at(event),
                    "NgayTiepNhanBoSung": "",
                    "TrangThaiBoSung": "0",
                    "DanhSachGiayToBoSung": [_asked(code, procedure) for code in papers],
                    "DanhSachLePhiBoSung": [],
                    "NgayHenTraTruoc": _promised(past[:number]),
                    "NgayHenTraMoi": "",
                }
            )
        elif event.action == Action.SUPPLEMENT and found:
            came = {"NgayTiepNhanBoSung": _at(event), "TrangThaiBoSung": "1"}
            found[-1] |= {**came, "NgayHenTraMoi": _day(event, "due_at")}
    return found


def _asked(component: str, procedure: Procedure) -> dict[str, str]:
    rule = procedure.paper(component)
    return {"MaThanhPhanHoSo": component, "TenGiayTo": rule.name.vi if rule else component}


def _counts(result: Result, event: Event) -> bool:
    if result.state not in (Standing.VALID, Standing.REVOKED) or not _by(result.issued_at, event):
        return False
    return result.revoked_at is None or not _by(result.revoked_at, event)


def _result(result: Result, of: Subject) -> dict[str, str]:
    return {
        "TenGiayTo": result.title,
        "MaThanhPhanHoSo": of.procedure.result.code,
        "GiayToId": result.code,
        "DuongDanTepTinKetQua": f"{of.site}/kiem-tra-ket-qua/{result.code}",
        "MaGiayToKetQua": result.reference,
    }
