"""The providers of remote signing and the phones of their customers, under /sandbox/sign.

GET  (nothing)                 the phones: every request, and a button for each thing one can do; ?format=json
POST (nothing)                 its forms: transaction=…, do=<deed>; or identity=…, certificate=<kind>
POST requests/<transaction>    {"do": <deed>} without a browser; {"transaction", "state", "hints": [HTTP statuses]}
POST people/<identity>         {"certificate": <kind>}: what certificate this person has from now on
POST vnpt/v1/…                 VNPT SmartCA's addresses, as `gateways.remote_signing.vnpt` asks them
POST viettel/vtss/service/…    Viettel MySign's, as `gateways.remote_signing.viettel` asks them

    approve   agreed, and told            twice    agreed, told twice at once      quiet   agreed, never told
    refuse    refused, and told           expire   the time is over at once        late    agreed after it was over
    silence   agreed, and no more answers forged   a value by another key, told

Certificates: own, anothers (of another number), expired, none. Everything is in memory; time is the portal's.
"""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import parse_qs
from urllib.request import Request, urlopen
from uuid import uuid4

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from chalicelib.services import present
from infra.local.sandboxes.pages import frame, say

Json = dict[str, Any]
Answer = tuple[int, dict[str, str], bytes]
WINDOW = timedelta(minutes=5)
DEEDS = {
    "approve": ("Đồng ý ký", "Agree"),
    "refuse": ("Từ chối", "Refuse"),
    "twice": ("Đồng ý, báo hai lần", "Agree, told twice"),
    "quiet": ("Đồng ý, không báo", "Agree, never told"),
    "expire": ("Để hết hạn", "Let it expire"),
    "late": ("Đồng ý sau khi hết hạn", "Agree after expiry"),
    "silence": ("Đồng ý, nhà cung cấp im lặng", "Agree, then silence"),
    "forged": ("Trả chữ ký của khóa khác", "A value by another key"),
}
CERTIFICATES = {
    "own": ("Của chính người này", "Their own"),
    "anothers": ("Của người khác", "Another person's"),
    "expired": ("Đã hết hạn", "Expired"),
    "none": ("Không có", "None"),
}
_STATES = {
    "waiting": ("Chờ xác nhận", "Waiting"),
    "signed": ("Đã ký", "Signed"),
    "refused": ("Đã từ chối", "Refused"),
    "expired": ("Hết hạn", "Expired"),
}


@dataclass(frozen=True)
class Holder:
    """A key and its certificate, followed by those above it (DER)."""

    key: rsa.RSAPrivateKey
    ders: Sequence[bytes]


Issue = Callable[[str, str, bool], Holder]
"""(number, name, whether it has expired) -> a holder; the number is written as CCCD: or MST:."""


@dataclass
class Asked:
    """A request as a provider keeps it."""

    provider: str
    transaction: str
    identity: str
    holder: Holder
    digest: bytes
    document: str
    shown: str
    created_at: datetime
    expires_at: datetime
    state: str = "waiting"
    value: bytes = b""
    silent: bool = False
    hints: list[int] = field(default_factory=list)


class Phones:
    """Both providers of one local cloud. `hint_url` is where they tell, with the provider's name behind it."""

    CLIENT = "motcua"

    def __init__(self, hint_url: str, issue: Issue, passwords: Mapping[str, str]) -> None:
        self.hint_url, self.passwords = hint_url, dict(passwords)
        self._issue = issue
        self.requests: dict[str, Asked] = {}
        self.kinds: dict[str, str] = {}  # identity -> kind of certificate; their own when it is not here
        self._holders: dict[tuple[str, str], Holder] = {}
        self._tokens: dict[str, str] = {}  # MySign's token -> identity

    # ---- people ----

    def holder(self, identity: str) -> Holder | None:
        kind = self.kinds.get(identity, "own")
        if kind == "none":
            return None
        if (identity, kind) not in self._holders:
            number = identity if kind != "anothers" else identity[:-1] + str((int(identity[-1]) + 1) % 10)
            self._holders[identity, kind] = self._issue(number, f"Người ký {number}", kind == "expired")
        return self._holders[identity, kind]

    # ---- what both providers do ----

    def ask(self, provider: str, identity: str, digest: bytes, document: str, shown: str, transaction: str) -> Asked:
        """Take a request; the same number again is the first one."""
        holder, now = self.holder(identity), present.now()
        if holder is None:
            raise LookupError(identity)
        new = Asked(provider, transaction, identity, holder, digest, document, shown, now, now + WINDOW)
        return self.requests.setdefault(transaction, new)

    def state(self, asked: Asked) -> str:
        waits = asked.state == "waiting" and present.now() < asked.expires_at
        return "expired" if asked.state == "waiting" and not waits else asked.state

    def happen(self, transaction: str, deed: str) -> Asked:
        """What the customer, or the provider, does. Raises LookupError for what cannot be done now."""
        asked = self.requests[transaction]
        if self.state(asked) not in {"waiting", "expired"} or deed not in DEEDS:
            raise LookupError(transaction)
        if (self.state(asked) == "expired") != (deed == "late") and deed != "expire":
            raise LookupError(transaction)
        if deed == "refuse":
            asked.state = "refused"
        elif deed == "expire":
            asked.expires_at = present.now()
        else:
            key = rsa.generate_private_key(65537, 2048) if deed == "forged" else asked.holder.key
            asked.value = key.sign(asked.digest, padding.PKCS1v15(), Prehashed(hashes.SHA256()))
            asked.state, asked.silent = "signed", deed == "silence"
        for _ in range({"quiet": 0, "silence": 0, "expire": 0, "twice": 2}.get(deed, 1)):
            asked.hints.append(self._tell(asked))
        return asked

    def _tell(self, asked: Asked) -> int:
        if asked.provider == "vnpt":
            signed = [{"doc_id": asked.document, "signature_value": base64.b64encode(asked.value).decode()}]
            word = {"sp_id": self.CLIENT, "status_code": 200, "message": "Success", "transaction_id": asked.transaction}
            told: Json = {**word, "signed_files": signed}
        else:
            told = {"transactionId": asked.transaction, "status": "1"}
        body, headers = json.dumps(told).encode(), {"Content-Type": "application/json"}
        try:
            url = f"{self.hint_url}/{asked.provider}"
            with urlopen(Request(url, data=body, headers=headers, method="POST"), timeout=15) as response:
                return int(response.status)
        except HTTPError as error:
            with error:
                return error.code
        except (URLError, OSError):
            return 0

    # ---- HTTP ----

    def answer(self, path: str, environ: Mapping[str, Any]) -> Answer:
        """Answer one request below /sandbox/sign."""
        method, path = environ["REQUEST_METHOD"], path.strip("/")
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        is_json = environ.get("CONTENT_TYPE", "").startswith("application/json")
        try:
            match method, path.split("/"):
                case "GET", [""]:
                    if "format=json" in environ.get("QUERY_STRING", ""):
                        return _json({"requests": [self._shown(one) for one in self.requests.values()]})
                    return 200, {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store"}, self._page()
                case "POST", [""]:
                    self._pressed({name: values[-1] for name, values in parse_qs(body.decode()).items()})
                    return 303, {"Location": "/sandbox/sign", "Cache-Control": "no-store"}, b""
                case "POST", ["requests", transaction] if is_json:
                    return _json(self._shown(self.happen(transaction, json.loads(body)["do"])))
                case "POST", ["people", identity] if is_json:
                    self._set(identity, json.loads(body)["certificate"])
                    return _json({"identity": identity, "certificate": self.kinds[identity]})
                case "POST", ["vnpt", "v1", *rest] if is_json:
                    return _json(self._vnpt("/".join(rest), json.loads(body)))
                case "POST", ["viettel", "vtss", "service", *rest] if is_json:
                    token = environ.get("HTTP_AUTHORIZATION", "").removeprefix("Bearer ")
                    return _json(self._viettel("/".join(rest), json.loads(body), token))
        except (LookupError, ValueError):
            return _json({"Code": "Refused", "Message": "that cannot be done", "Fields": []}, 409)
        except _Silence:
            return _json({}, 503)
        return _json({"Code": "NotFound", "Message": "no such address", "Fields": []}, 404)

    def _pressed(self, form: Mapping[str, str]) -> None:
        if "transaction" in form:
            self.happen(form["transaction"], form.get("do", ""))
        else:
            self._set(form.get("identity", "").strip(), form.get("certificate", ""))

    def _set(self, identity: str, kind: str) -> None:
        if kind not in CERTIFICATES or not identity.replace("-", "").isdecimal():
            raise ValueError(identity)
        self.kinds[identity] = kind

    def _shown(self, asked: Asked) -> Json:
        told = {"provider": asked.provider, "transaction": asked.transaction, "identity": asked.identity}
        return {**told, "state": self.state(asked), "shown": asked.shown, "hints": asked.hints}

    # ---- VNPT SmartCA ----

    def _vnpt(self, verb: str, sent: Json) -> Json:
        match verb.split("/"):
            case ["signatures", "sign", transaction, "status"]:
                return self._vnpt_status(transaction)
        if (sent.get("sp_id"), sent.get("sp_password")) != (self.CLIENT, self.passwords["vnpt"]):
            return {"status_code": 401, "message": "Unauthorized", "data": None}
        identity = str(sent["user_id"])
        holder = self.holder(identity)
        if verb == "credentials/get_certificate":
            return {"status_code": 200, "message": "Success", "data": {"user_certificates": self._vnpt_list(holder)}}
        if verb != "signatures/sign":
            return {"status_code": 404, "message": "Not found", "data": None}
        (document,) = sent["sign_files"]
        if holder is None or sent["serial_number"] != _serial(holder) or document["sign_type"] != "hash":
            return {"status_code": 400, "message": "Certificate not found", "data": None}
        asked = self.ask(
            "vnpt",
            identity,
            bytes.fromhex(document["data_to_be_signed"]),
            document["doc_id"],
            sent["transaction_desc"],
            f"SP_CA_{sent['transaction_id']}",
        )
        told = {"transaction_id": asked.transaction, "tran_code": asked.transaction[-6:], "expired_in": 300}
        return {"status_code": 200, "message": "Success", "data": told}

    def _vnpt_list(self, holder: Holder | None) -> list[Json]:
        if holder is None:
            return []
        leaf, *above = [base64.b64encode(der).decode() for der in holder.ders]
        chain = {"ca_cert": above[0] if above else None, "root_cert": above[1] if len(above) > 1 else None}
        return [{"serial_number": _serial(holder), "cert_status": "VALID", "cert_data": leaf, "chain_data": chain}]

    def _vnpt_status(self, transaction: str) -> Json:
        asked = self.requests.get(transaction)
        if asked is None:
            return {"status_code": 404, "message": "NOT_FOUND", "data": None}
        if asked.silent:
            raise _Silence
        state = self.state(asked)
        data: Json = {"transaction_id": transaction, "signatures": None}
        if state == "signed":
            value = base64.b64encode(asked.value).decode()
            data["signatures"] = [{"doc_id": asked.document, "signature_value": value, "timestamp_signature": None}]
        words = {"signed": (200, "SUCCESS"), "waiting": (4000, "PENDING")}
        code, word = words.get(state, (4002, "REJECTED") if state == "refused" else (4001, "EXPIRED"))
        return {"status_code": code, "message": word, "data": data}

    # ---- Viettel MySign ----

    def _viettel(self, verb: str, sent: Json, token: str) -> Json:
        if verb == "ras/v1/login":
            if (sent.get("client_id"), sent.get("client_secret")) != (self.CLIENT, self.passwords["viettel"]):
                return {"error": "invalid_client", "error_description": "Client authentication failed"}
            token = uuid4().hex
            self._tokens[token] = str(sent["user_id"]).removeprefix("MST_")
            return {"access_token": token, "token_type": "Bearer", "expires_in": "3600"}
        if token not in self._tokens:
            return {"error": "invalid_token"}
        identity = self._tokens[token]
        holder = self.holder(identity)
        if verb == "ras/csc/v1/credentials/list":
            return {"credentialIDs": [_serial(holder)] if holder else []}
        if verb == "ras/csc/v1/credentials/info" and holder:
            lines = [base64.encodebytes(der).decode().replace("\n", "\r\n") for der in holder.ders]
            return {"key": {"status": "enabled", "len": "2048"}, "cert": {"status": "valid", "certificates": lines}}
        if verb == "signHash":
            return self._viettel_sign(sent, identity, holder)
        if verb == "requests/status":
            return self._viettel_status(sent["transactionId"])
        return {"error": "invalid_request"}

    def _viettel_sign(self, sent: Json, identity: str, holder: Holder | None) -> Json:
        if holder is None or sent["credentialID"] != _serial(holder) or sent["async"] != 1:
            return {"error": "invalid_credential"}
        (digest,), (document,) = sent["hash"], sent["documents"]
        shown = f"{document['document_name']}: {sent['description']}"
        asked = self.ask("viettel", identity, base64.b64decode(digest), document["document_id"], shown, str(uuid4()))
        return {"transactionId": asked.transaction}

    def _viettel_status(self, transaction: str) -> Json:
        asked = self.requests.get(transaction)
        if asked is None:
            return {"status": "404", "message": "Không tìm thấy giao dịch"}
        if asked.silent:
            raise _Silence
        state = self.state(asked)
        if state == "signed":
            return {"status": "1", "signatures": [base64.encodebytes(asked.value).decode().replace("\n", "\r\n")]}
        return {"status": {"waiting": "0", "refused": "4002"}.get(state, "4001"), "signatures": None}

    # ---- the phones ----

    def _page(self) -> bytes:
        rows = "".join(self._card(one) for one in sorted(self.requests.values(), key=lambda o: o.created_at)[::-1])
        kinds = "".join(f'<option value="{kind}">{vi} / {en}</option>' for kind, (vi, en) in CERTIFICATES.items())
        person = (
            '<form method="post" action="/sandbox/sign"><fieldset><legend>Chứng thư số của một người '
            '<span lang="en">/ Somebody’s certificate</span></legend><p><label>Số định danh <span lang="en">/ Number'
            '</span> <input class="wide" name="identity" required inputmode="numeric"></label></p><p><label>Chứng thư '
            f'<span lang="en">/ Certificate</span> <select name="certificate">{kinds}</select></label></p>'
            '<p class="row"><button>Đặt <span lang="en">/ Set</span></button></p></fieldset></form>'
        )
        none = '<p>Chưa có yêu cầu ký nào. <span lang="en">/ No request yet.</span></p>'
        return frame("Điện thoại", "Yêu cầu ký / Requests", (rows or none) + person, english=False).encode()

    def _card(self, asked: Asked) -> str:
        state = self.state(asked)
        deeds = [d for d in DEEDS if (d == "late") == (state == "expired")] if state in {"waiting", "expired"} else []
        buttons = "".join(
            f'<button{" class=main" if deed == "approve" else ""} name="do" value="{deed}">'
            f'{DEEDS[deed][0]} <span lang="en">/ {DEEDS[deed][1]}</span></button>'
            for deed in deeds
        )
        return (
            f"<section><h2>{html.escape(asked.shown)}</h2><dl><dt>Người ký</dt><dd>{html.escape(asked.identity)}</dd>"
            f"<dt>Nhà cung cấp</dt><dd>{asked.provider}</dd>"
            f"<dt>Trạng thái</dt><dd>{say(_STATES[state], False)}</dd></dl>"
            f'<form method="post" action="/sandbox/sign"><input type="hidden" name="transaction" '
            f'value="{html.escape(asked.transaction)}"><p class="row">{buttons}</p></form></section>'
        )


class _Silence(Exception):
    """The provider does not answer."""


def _serial(holder: Holder | None) -> str:
    from cryptography.x509 import load_der_x509_certificate

    return f"{load_der_x509_certificate(holder.ders[0]).serial_number:x}" if holder else ""


def _json(value: Any, status: int = 200) -> Answer:
    headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
    return status, headers, json.dumps(value, ensure_ascii=False).encode()
