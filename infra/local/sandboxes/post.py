"""The post, under /sandbox/post: what it says of the parcels handed to it, signed as `gateways.post.hook` asks.

GET  (nothing)                  a page: a parcel's number, and a button for each thing that can happen to it
POST (nothing)                  its form: tracking=…, do=<deed>, and back to the page
POST parcels/<tracking>         {"do": <deed>} without a browser; {"calls": [{"status", "http", "result"}, …]}

    accept    it was taken in                    deliver     the recipient signed
    move      it is on its way                   return      it comes back
    duplicate the last thing is said again       lose        it is lost
    disorder  delivered, on its way, accepted: in this wrong order

Everything is in memory; time is the portal's.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import parse_qs
from urllib.request import Request, urlopen

from chalicelib.gateways.post import hook
from chalicelib.services import present
from infra.local.sandboxes.pages import frame

Json = dict[str, Any]
Answer = tuple[int, dict[str, str], bytes]
DEEDS: Mapping[str, tuple[tuple[str, ...], str, str]] = {
    "accept": (("accepted",), "Nhận gửi", "Accept"),
    "move": (("in_transit",), "Đang chuyển", "On its way"),
    "deliver": (("delivered",), "Phát, có ký nhận", "Deliver, signed for"),
    "return": (("returned",), "Chuyển hoàn", "Return"),
    "lose": (("lost",), "Thất lạc", "Lose"),
    "duplicate": ((), "Báo lại lần cuối", "Say the last again"),
    "disorder": (("delivered", "in_transit", "accepted"), "Báo sai thứ tự", "Tell out of order"),
}
_SAID: Mapping[str, Json] = {
    "delivered": {"recipient": "Người nhận ký", "signature": "PHAT-0001"},
    "returned": {"reason": "Không liên lạc được với người nhận"},
    "lost": {"reason": "Thất lạc khi vận chuyển"},
}


class PostOffice:
    """One carrier of a local cloud, which calls at `url` under `secret`."""

    def __init__(self, carrier: str, url: str, secret: str) -> None:
        self.carrier, self.url, self.secret = carrier, url, secret
        self.said: dict[str, list[Json]] = {}  # by the parcel's number, all that was said of it
        self.calls: dict[str, list[Json]] = {}

    def answer(self, path: str, environ: Mapping[str, Any]) -> Answer:
        """Answer one request below /sandbox/post."""
        method, path = environ["REQUEST_METHOD"], path.strip("/")
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        if method == "GET" and not path:
            tracking = parse_qs(environ.get("QUERY_STRING", "")).get("tracking", [""])[-1]
            return 200, {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store"}, self._page(tracking)
        if method == "POST" and not path:
            form = {name: values[-1] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
            tracking = form.get("tracking", "").strip().upper()
            if re.fullmatch("[0-9A-Z]{8,30}", tracking) and form.get("do") in DEEDS:
                self.happen(tracking, form["do"])
            where = f"/sandbox/post?tracking={tracking}" if tracking.isalnum() else "/sandbox/post"
            return 303, {"Location": where, "Cache-Control": "no-store"}, b""
        # A page of another origin cannot send this type without asking first.
        if method == "POST" and environ.get("CONTENT_TYPE", "").startswith("application/json"):
            wanted = json.loads(body)
            if path.startswith("parcels/") and wanted.get("do") in DEEDS:
                return _json({"calls": self.happen(path.removeprefix("parcels/"), wanted["do"])})
        return _json({"Code": "NotFound", "Message": f"deeds: {', '.join(DEEDS)}", "Fields": []}, 404)

    def happen(self, tracking: str, deed: str) -> list[Json]:
        """Say what the deed says, in its order; what was answered to each."""
        before = self.said.setdefault(tracking, [])
        statuses = DEEDS[deed][0]
        words = before[-1:] if deed == "duplicate" else [self._word(tracking, status) for status in statuses]
        if deed != "duplicate":
            before.extend(words)
        made = [self.call(word) for word in words]
        self.calls.setdefault(tracking, []).extend(made)
        return made

    def _word(self, tracking: str, status: str) -> Json:
        return {"tracking": tracking, "status": status, "at": present.now().isoformat(), **_SAID.get(status, {})}

    def signed(self, word: Json) -> tuple[bytes, dict[str, str]]:
        """The body and the headers of a call."""
        body = json.dumps(word, ensure_ascii=False).encode()
        stamp = str(int(present.now().timestamp()))
        signature = hook.sign(self.secret, stamp, body)
        headers = {"Content-Type": "application/json", "X-Post-Timestamp": stamp, "X-Post-Signature": signature}
        return body, headers

    def call(self, word: Json) -> Json:
        body, headers = self.signed(word)
        try:
            with urlopen(Request(self.url, data=body, headers=headers, method="POST"), timeout=15) as response:
                status, text = response.status, response.read().decode()
        except HTTPError as error:
            with error:
                status, text = error.code, error.read().decode("utf-8", "replace")
        except (URLError, OSError) as error:
            status, text = 0, str(error)
        return {"status": word["status"], "http": status, "result": text[:200]}

    def _page(self, tracking: str) -> bytes:
        buttons = "".join(
            f'<button name="do" value="{deed}">{vi} <span lang="en">/ {en}</span></button>'
            for deed, (_, vi, en) in DEEDS.items()
        )
        rows = "".join(
            f"<tr><td>{html.escape(one['status'])}</td><td>{one['http']}</td><td>{html.escape(one['result'])}</td></tr>"
            for one in self.calls.get(tracking, ())
        )
        table = "<table><thead><tr><th>Báo / Told</th><th>HTTP</th><th>Trả lời / Answer</th></tr></thead>"
        body = (
            '<form method="post" action="/sandbox/post"><p><label>Số hiệu bưu gửi <span lang="en">/ Number</span> '
            f'<input class="wide" name="tracking" required value="{html.escape(tracking)}"></label></p>'
            f'<p class="row">{buttons}</p></form>' + (f"{table}<tbody>{rows}</tbody></table>" if rows else "")
        )
        return frame("Bưu điện", "Bưu gửi / Parcels", body, english=False).encode()


def _json(value: Any, status: int = 200) -> Answer:
    headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
    return status, headers, json.dumps(value, ensure_ascii=False).encode()
