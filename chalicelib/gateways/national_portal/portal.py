"""The wire to the national portal: a session, then one record per request.

    POST <address>/<login>     {"username", "password"}                              -> {"session", "error_code"}
    POST <address>/<service>   {"session", "madonvi", "service", "data": [...]}      -> {"error_code", "message"}

Services DongBoHoSoMC (a whole dossier; `isUpdating` "False" the first time, "True" later) and CapNhatTienDoHoSoMC (one
step of it); error_code "00" or "0" is success. From public programs of provinces; not tried against the real service.
What is not known of it stands in the connection, /motcua/<stage>/national-portal/connection (SecureString):

    address, username, password, madonvi
    login, service        the last parts of the two addresses, "login" and "g"
    session_codes         error codes that mean that the session has ended
    known_codes           error codes that mean "I have this already"
    subjects              LoaiDoiTuong of a person and of an organisation (sources differ: 1 and 2, or 0 and 1)
    secrets               when there are any, each request carries X-Timestamp and X-Signature, an HMAC-SHA256 in
                          hexadecimal of "<timestamp>.<session>.<service>.<SHA-256 of the data>" under the first

Every record carries SoThuTu, the number of its event, and SoThuTuTruoc, of the event told before: names of ours, by
which a repeated record is known and a lost one missed; a service that does not know them reads over them.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import field
from functools import cache
from typing import Any

from chalicelib.gateways import parameters, wire
from chalicelib.values import dataclass

OK = frozenset({"00", "0"})
Record = Mapping[str, Any]


class Unavailable(Exception):
    """No word from the other side that could be believed; what was sent may have come there. `why` for the log."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Refused(Exception):
    """The other side has read a record and does not take it; sent again it will be refused again."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(code)
        self.code, self.text = code, text


@dataclass(frozen=True)
class Portal:
    """One connection; `secrets` the present one and during a rotation the one before."""

    address: str
    username: str
    password: str = field(repr=False)
    madonvi: str
    login: str = "login"
    service: str = "g"
    session_codes: Sequence[str] = ("401",)
    known_codes: Sequence[str] = ()
    subjects: Mapping[str, str] = field(default_factory=lambda: {"person": "1", "organisation": "2"})
    secrets: Sequence[str] = field(default=(), repr=False)
    seconds: float = 8

    def send_dossier(self, record: Record, *, first: bool, stamp: str) -> None:
        """Tell a whole dossier. Raises Unavailable, Refused."""
        self._send("DongBoHoSoMC", record, stamp, isUpdating="False" if first else "True")

    def send_step(self, record: Record, *, stamp: str) -> None:
        """Tell one step of a dossier. Raises Unavailable, Refused."""
        self._send("CapNhatTienDoHoSoMC", record, stamp)

    def _send(self, service: str, record: Record, stamp: str, **more: str) -> None:
        answer = self._asked(self._session(), service, record, stamp, more)
        if answer.status in (401, 403) or _said(answer, "error_code") in self.session_codes:
            _sessions().pop(self._account, None)
            answer = self._asked(self._session(), service, record, stamp, more)
        code = _said(answer, "error_code")
        if answer.status in (401, 403, 408, 429) or code in self.session_codes or not code:
            raise Unavailable(f"http {answer.status}, error_code {code or 'missing'}")
        if code not in OK and code not in self.known_codes:
            raise Refused(code[:20], (_said(answer, "message") or _said(answer, "error_message"))[:300])

    def _asked(self, session: str, service: str, record: Record, stamp: str, more: Mapping[str, str]) -> wire.Answer:
        data = [record]
        body = {"session": session, "madonvi": self.madonvi, "service": service, **more, "data": data}
        headers = {}
        if self.secrets:
            text = f"{stamp}.{session}.{service}.{digest(data)}"
            signature = hmac.new(self.secrets[0].encode(), text.encode(), hashlib.sha256).hexdigest()
            headers = {"X-Timestamp": stamp, "X-Signature": signature}
        return self._post(self.service, body, headers)

    @property
    def _account(self) -> tuple[str, str]:
        return self.address, self.username

    def _session(self) -> str:
        """The session of this process, opened when there is none."""
        there = _sessions().get(self._account)
        if there is None:
            answer = self._post(self.login, {"username": self.username, "password": self.password}, {})
            there = _said(answer, "session")
            if not there:
                raise Unavailable("not let in")
            _sessions()[self._account] = there
        return there

    def _post(self, path: str, body: Mapping[str, Any], headers: Mapping[str, str]) -> wire.Answer:
        try:
            return wire.post_json(f"{self.address}/{path}", body, headers, seconds=self.seconds)
        except wire.NoAnswer as none:
            raise Unavailable(none.why) from none


def connected() -> Portal:
    """The connection of this stage."""
    return Portal(**parameters.read("national-portal", "connection"))


def digest(data: Sequence[Record]) -> str:
    """SHA-256 of the data, names sorted, without blanks, as hexadecimal."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def _sessions() -> dict[tuple[str, str], str]:
    """Sessions that this process has opened: address and user -> session."""
    return {}


def _said(answer: wire.Answer, name: str) -> str:
    value = answer.fields.get(name)
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return "".join(char if char.isprintable() else " " for char in text)
