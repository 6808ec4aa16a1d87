"""The national portal of public services, under /sandbox/national-portal: takes what a province tells it and checks it.

POST mapi/login            {"username", "password"} -> {"session"}; a session lives half an hour
POST mapi/g                {"session", "madonvi", "service", "data": [...]} -> {"error_code": "00"} or why not
GET  (nothing)             a page: every dossier with what was told of it; ?format=json
GET  dossiers/<code>       one dossier as JSON
POST (nothing)             what goes wrong from now on, as JSON or from the page's form:
    {"down": seconds}      503 until then, by the portal's clock; 0 ends it
    {"slow": seconds}      every answer takes so long, at most ten
    {"expire": true}       all sessions end
    {"refuse": code}       records of this dossier are refused; {"accept": code} ends it

Written from the description of the services (their fields, codes and order), not from our gateway. Everything is in
memory, as long as the process lives. A record that came before is taken and changes nothing; one that skips another, or
that no dossier can be told after what was told before, is refused.
"""

from __future__ import annotations

import hashlib
import hmac
import html
import json
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any
from urllib.parse import parse_qs

from chalicelib.services import present
from infra.local.sandboxes.pages import frame

Json = dict[str, Any]
Answer = tuple[int, dict[str, str], bytes]
LIVES, EXPIRED = timedelta(minutes=30), "401"
STATUSES = {
    1: "Mới đăng ký",
    2: "Được tiếp nhận",
    3: "Không được tiếp nhận",
    4: "Đang xử lý",
    5: "Yêu cầu bổ sung giấy tờ",
    6: "Yêu cầu thực hiện nghĩa vụ tài chính",
    7: "Công dân yêu cầu rút hồ sơ",
    8: "Dừng xử lý",
    9: "Đã xử lý xong",
    10: "Đã trả kết quả",
}
# What can follow what. 3 and 8 can be opened again after a complaint; a wrong result takes 6, 9 and 10 back to 4.
_AFTER: Mapping[int, frozenset[int]] = {
    1: frozenset({2, 3, 5, 6, 7, 8}),
    2: frozenset({4, 7, 8}),
    3: frozenset({1}),
    4: frozenset({5, 6, 7, 8, 9}),
    5: frozenset({1, 3, 4, 7, 8}),
    6: frozenset({1, 2, 3, 4, 7, 8, 9}),
    7: frozenset(),
    8: frozenset({1}),
    9: frozenset({4, 8, 10}),
    10: frozenset({4}),
}
_DOSSIER = (
    "MaHoSo MaTTHC TenTTHC MaLinhVuc TenLinhVuc KenhThucHien ChuHoSo LoaiDoiTuong MaDoiTuong ThongTinKhac Email Fax "
    "SoDienThoai TrichYeuHoSo NgayNopHoSo NgayTiepNhan NgayHenTra TrangThaiHoSo NgayTra ThongTinTra HinhThuc "
    "NgayKetThucXuLy NgayTuChoi DonViXuLy GhiChu NoiNopHoSo HoSoCoThanhPhanSoHoa TaiKhoanDuocXacThucVoiVNeID "
    "DuocThanhToanTrucTuyen DinhDanhCHS TaiLieuNop DanhSachLePhi DanhSachHoSoBoSung DanhSachGiayToKetQua"
).split()
_NEEDED = "MaHoSo MaTTHC TenTTHC ChuHoSo LoaiDoiTuong NgayNopHoSo TrangThaiHoSo DonViXuLy".split()
_LISTS = {
    "TaiLieuNop": "TepDinhKemId TenTepDinhKem IsDeleted MaThanhPhanHoSo DuongDanTaiTepTin DuocSoHoa DuocTaiSuDung "
    "DuocLayTuKhoDMQG MaKetQuaThayThe",
    "DanhSachLePhi": "TenPhiLePhi MaPhiLePhi HinhThucThu Gia LoaiPhiLePhi",
    "DanhSachHoSoBoSung": "HoSoBoSungId NguoiYeuCauBoSung NoiDungBoSung NgayBoSung NgayTiepNhanBoSung TrangThaiBoSung "
    "DanhSachGiayToBoSung DanhSachLePhiBoSung NgayHenTraTruoc NgayHenTraMoi",
    "DanhSachGiayToKetQua": "TenGiayTo MaThanhPhanHoSo GiayToId DuongDanTepTinKetQua MaGiayToKetQua",
}
_STEP = (
    "MaHoSo NguoiXuLy ChucDanh ThoiDiemXuLy PhongBanXuLy NoiDungXuLy TrangThai NgayBatDau NgayKetThucTheoQuyDinh"
).split()
_STEP_NEEDED = "MaHoSo NguoiXuLy ThoiDiemXuLy NoiDungXuLy TrangThai".split()
_CODE = re.compile(r"[0-9A-Z.]{1,35}-[0-9]{6}-[0-9]{4,7}", re.ASCII)
_ONE_OF = {"KenhThucHien": "123", "LoaiDoiTuong": "012", "DuocThanhToanTrucTuyen": "012", "HoSoCoThanhPhanSoHoa": "01"}


class _No(Exception):
    """A record that is not taken: the error's code and what is wrong with it."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(why)
        self.code = code


@dataclass
class Told:
    """What is known of one dossier: its last record, and every step in the order in which it came."""

    record: Json
    number: int
    base: int  # the number before its first step: 0, or where this sandbox came in
    steps: list[Json] = field(default_factory=list)
    times: dict[str, int] = field(default_factory=dict)  # "<service> <number>" -> how often it came

    @property
    def statuses(self) -> list[int]:
        """The dossier's statuses, each once when it changed."""
        found: list[int] = []
        for step in self.steps:
            if not found or found[-1] != int(step["TrangThai"]):
                found.append(int(step["TrangThai"]))
        return found


class NationalPortal:
    """One national portal, which knows one province; `secret`, if any, signs what it gets."""

    def __init__(self, username: str, password: str, unit: str, secret: str = "") -> None:
        self.username, self.password, self.unit, self.secret = username, password, unit, secret
        self.dossiers: dict[str, Told] = {}
        self.refusals: list[str] = []  # why records were not taken, for tests
        self.heard = 0  # requests that reached it, also while it was down
        self.forgot = False  # this process is younger than the portal's data: dossiers may come in the middle
        self.down_until: datetime | None = None
        self.slow = 0.0
        self.refuse: set[str] = set()
        self._sessions: dict[str, datetime] = {}
        self._lock = Lock()

    def answer(self, path: str, environ: Mapping[str, Any]) -> Answer:
        """Answer one request below /sandbox/national-portal."""
        method, path = environ["REQUEST_METHOD"], path.strip("/")
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        if method == "POST" and path in ("mapi/login", "mapi/g"):
            return self._service(path, body, environ)
        query = {name: values[-1] for name, values in parse_qs(environ.get("QUERY_STRING", "")).items()}
        if method == "GET" and not path:
            return self._shown(query.get("format") == "json")
        if method == "GET" and path.removeprefix("dossiers/") in self.dossiers:
            return _json(self._about(path.removeprefix("dossiers/")))
        if method == "POST" and not path:
            return self._switched(body, environ.get("CONTENT_TYPE", ""))
        return _json({"Code": "NotFound", "Message": "The national portal has no such page.", "Fields": []}, 404)

    # ---- what provinces call ----

    def _service(self, path: str, body: bytes, environ: Mapping[str, Any]) -> Answer:
        with self._lock:
            self.heard += 1
        if self.slow:
            time.sleep(self.slow)
        if self.down_until is not None and present.now() < self.down_until:
            return 503, {"Content-Type": "text/plain"}, b"Service Unavailable"
        try:
            said = json.loads(body)
        except ValueError:
            return _json({"error_code": "98", "message": "Không phải JSON"})
        with self._lock:
            if path == "mapi/login":
                return self._login(said)
            try:
                self._checked_call(said, environ)
                for record in said["data"]:
                    self._take(said["service"], record, said.get("isUpdating"))
            except _No as no:
                self.refusals += [str(no)] if no.code != EXPIRED else []
                return _json({"error_code": no.code, "message": str(no)})
        return _json({"error_code": "00", "message": "Thành công"})

    def _login(self, said: Json) -> Answer:
        if (said.get("username"), said.get("password")) != (self.username, self.password):
            return _json({"error_code": "97", "message": "Sai tài khoản"}, 401)
        session = secrets.token_hex(16)
        self._sessions[session] = present.now() + LIVES
        return _json({"error_code": "00", "session": session})

    def _checked_call(self, said: Json, environ: Mapping[str, Any]) -> None:
        session = said.get("session")
        if self._sessions.get(session or "", present.now()) <= present.now():
            raise _No(EXPIRED, "Phiên làm việc không hợp lệ hoặc đã hết hạn")
        if said.get("madonvi") != self.unit:
            raise _No("96", "Sai mã đơn vị")
        if said.get("service") not in ("DongBoHoSoMC", "CapNhatTienDoHoSoMC"):
            raise _No("95", "Không có dịch vụ này")
        data = said.get("data")
        if not isinstance(data, list) or not data or not all(isinstance(one, dict) for one in data):
            raise _No("94", "data phải là danh sách bản ghi")
        if self.secret:
            text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
            signed = f"{environ.get('HTTP_X_TIMESTAMP')}.{session}.{said['service']}.{hashlib.sha256(text).hexdigest()}"
            wanted = hmac.new(self.secret.encode(), signed.encode(), hashlib.sha256).hexdigest()
            if not hmac.compare_digest(wanted, str(environ.get("HTTP_X_SIGNATURE"))):
                raise _No("93", "Chữ ký của yêu cầu không đúng")

    def _take(self, service: str, record: Json, updating: Any) -> None:
        code = record.get("MaHoSo")
        if not isinstance(code, str) or not _CODE.fullmatch(code):
            raise _No("10", f"Mã hồ sơ không đúng định dạng: {code!r:.60}")
        if code in self.refuse:
            raise _No("20", "Thủ tục chưa được công bố trên Cổng Dịch vụ công quốc gia")
        number = record.get("SoThuTu")
        if not isinstance(number, int) or number < 1:
            raise _No("11", f"{code}: thiếu số thứ tự")
        if service == "DongBoHoSoMC":
            _check_dossier(record)
            told = self._dossier(code, number, record, updating)
        else:
            _check_step(record)
            told = self._step(code, number, record)
        seen = f"{service} {number}"
        told.times[seen] = told.times.get(seen, 0) + 1

    def _dossier(self, code: str, number: int, record: Json, updating: Any) -> Told:
        told = self.dossiers.get(code)
        if updating not in ("True", "False"):
            raise _No("12", f"{code}: isUpdating phải là True hoặc False")
        if told is None:
            base = record.get("SoThuTuTruoc")
            if not isinstance(base, int) or ((updating == "True" or base) and not self.forgot):
                raise _No("13", f"{code}: cập nhật hồ sơ chưa có")
            told = self.dossiers[code] = Told(record, number, base)
            return told
        if number <= told.number or (told.steps and number <= told.steps[-1]["SoThuTu"]):
            return told  # it came before
        if updating == "False":
            raise _No("14", f"{code}: hồ sơ đã có")
        _check_follows(code, record, told)
        told.record, told.number = record, number
        return told

    def _step(self, code: str, number: int, record: Json) -> Told:
        told = self.dossiers.get(code)
        if told is None:
            raise _No("13", f"{code}: tiến độ của hồ sơ chưa có")
        if told.steps and number <= told.steps[-1]["SoThuTu"]:
            before = next((step for step in told.steps if step["SoThuTu"] == number), None)
            if before is None or before["TrangThai"] != record["TrangThai"]:
                raise _No("15", f"{code}: bước {number} gửi lại khác lần trước")
            return told
        _check_follows(code, record, told)
        if record["TrangThai"] != told.record["TrangThaiHoSo"]:
            raise _No("16", f"{code}: trạng thái của bước {number} khác trạng thái hồ sơ")
        told.steps.append(record)
        return told

    # ---- what the developer sees and does ----

    def _about(self, code: str) -> Json:
        told = self.dossiers[code]
        return {"code": code, "statuses": told.statuses, "record": told.record, "steps": told.steps}

    def _shown(self, as_json: bool) -> Answer:
        with self._lock:
            down = self.down_until if self.down_until and self.down_until > present.now() else None
            if as_json:
                known = [self._about(code) for code in sorted(self.dossiers)]
                until = down.isoformat() if down else None
                return _json({"down_until": until, "refusals": self.refusals[-50:], "dossiers": known})
            rows = "".join(_row(code, self.dossiers[code]) for code in sorted(self.dossiers, reverse=True))
        state = f"Ngừng đến {down:%H:%M %d/%m/%Y} UTC / down" if down else "Đang hoạt động / up"
        table = "<table><thead><tr><th>Hồ sơ / Dossier</th><th>Tiến độ / Steps</th></tr></thead>"
        body = (
            f'<p class="note" role="status">{state}</p><form method="post" action="/sandbox/national-portal">'
            '<p class="row">'
            '<button name="down" value="3600">Ngừng một giờ <span lang="en">/ An hour down</span></button>'
            '<button name="down" value="86400">Ngừng một ngày <span lang="en">/ A day down</span></button>'
            '<button name="down" value="0">Hoạt động lại <span lang="en">/ Up again</span></button>'
            '<button name="expire" value="1">Hết phiên <span lang="en">/ End sessions</span></button></p></form>'
            f'<div class="wide">{table}<tbody>{rows}</tbody></table></div>'
        )
        page = frame("Cổng Dịch vụ công quốc gia", "Hồ sơ đồng bộ / Dossiers told of", body, english=False)
        return 200, {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store"}, page.encode()

    def _switched(self, body: bytes, kind: str) -> Answer:
        # A page of another origin cannot send JSON without asking first; the form can only switch this sandbox.
        if kind.startswith("application/json"):
            self.switch(**json.loads(body or b"{}"))
            return self._shown(True)
        form = {name: values[-1] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
        self.switch(down=float(form["down"]) if "down" in form else None, expire="expire" in form)
        return 303, {"Location": "/sandbox/national-portal", "Cache-Control": "no-store"}, b""

    def switch(
        self,
        down: float | None = None,
        slow: float | None = None,
        expire: bool = False,
        refuse: str = "",
        accept: str = "",
    ) -> None:
        """What goes wrong from now on, as the module's text says."""
        with self._lock:
            if down is not None:
                self.down_until = present.now() + timedelta(seconds=down) if down else None
            if slow is not None:
                self.slow = min(float(slow), 10.0)
            if expire:
                self._sessions.clear()
            self.refuse = (self.refuse | {refuse}) - {accept, ""}


def _check_follows(code: str, record: Json, told: Told) -> None:
    """Nothing was left out before it, and its status can come after the one before."""
    last = told.steps[-1] if told.steps else None
    if record.get("SoThuTuTruoc") != (last["SoThuTu"] if last else told.base):
        raise _No("17", f"{code}: thiếu bước trước bước {record['SoThuTu']}")
    if last is None:
        return
    before, after = int(last["TrangThai"]), int(record.get("TrangThai") or record["TrangThaiHoSo"])
    if before != after and after not in _AFTER[before]:
        raise _No("18", f"{code}: trạng thái {after} không thể đến sau {before}")


def _check_dossier(record: Json) -> None:
    code = record["MaHoSo"]
    if missing := [name for name in _DOSSIER if name not in record]:
        raise _No("30", f"{code}: thiếu trường {', '.join(missing)}")
    if empty := [name for name in _NEEDED if not record[name]]:
        raise _No("31", f"{code}: trường bắt buộc để trống: {', '.join(empty)}")
    for name, allowed in _ONE_OF.items():
        if len(str(record[name])) != 1 or str(record[name]) not in allowed:
            raise _No("32", f"{code}: {name} không hợp lệ")
    _check_status(code, record["TrangThaiHoSo"])
    _check_days(code, record)
    identity = record["DinhDanhCHS"]
    if not isinstance(identity, dict) or set(identity) != {"LoaiDinhDanh", "SoDinhDanh"}:
        raise _No("33", f"{code}: DinhDanhCHS không hợp lệ")
    for name, fields in _LISTS.items():
        rows = record[name]
        if not isinstance(rows, list) or any(set(row) != set(fields.split()) for row in rows):
            raise _No("34", f"{code}: {name} không đúng cấu trúc")
        for row in rows:
            _check_days(code, row)
    if (record["TrangThaiHoSo"] == "2") and not record["NgayTiepNhan"]:
        raise _No("35", f"{code}: được tiếp nhận mà không có ngày tiếp nhận")
    if record["TrangThaiHoSo"] == "5" and not record["DanhSachHoSoBoSung"]:
        raise _No("36", f"{code}: yêu cầu bổ sung mà không có nội dung bổ sung")


def _check_step(record: Json) -> None:
    code = record["MaHoSo"]
    if missing := [name for name in _STEP if name not in record]:
        raise _No("30", f"{code}: thiếu trường {', '.join(missing)}")
    if empty := [name for name in _STEP_NEEDED if not record[name]]:
        raise _No("31", f"{code}: trường bắt buộc để trống: {', '.join(empty)}")
    _check_status(code, record["TrangThai"])
    _check_days(code, record)


def _check_status(code: str, status: Any) -> None:
    if not isinstance(status, str) or not status.isdecimal() or int(status) not in STATUSES:
        raise _No("37", f"{code}: trạng thái không hợp lệ")


def _check_days(code: str, record: Json) -> None:
    for name, value in record.items():
        if not name.startswith(("Ngay", "ThoiDiem")) or not value:
            continue
        try:
            datetime.strptime(value, "%Y%m%d%H%M%S")
        except (ValueError, TypeError):
            raise _No("38", f"{code}: {name} không đúng định dạng yyyyMMddHHmmss") from None


def _row(code: str, told: Told) -> str:
    steps = "<br>".join(
        f"{html.escape(step['ThoiDiemXuLy'])} · {html.escape(STATUSES[int(step['TrangThai'])])} · "
        f"{html.escape(step['NoiDungXuLy'])}"
        for step in told.steps
    )
    link = f'<a href="/sandbox/national-portal/dossiers/{html.escape(code)}">{html.escape(code)}</a>'
    return f"<tr><td>{link}</td><td>{steps}</td></tr>"


def _json(value: Any, status: int = 200) -> Answer:
    headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
    return status, headers, json.dumps(value, ensure_ascii=False).encode()
