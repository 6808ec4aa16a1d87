"""The developer's side door, under /sandbox: what was sent, what time it is, what shall go wrong.

GET  /sandbox                    the start page
GET  /sandbox/outbox             mails, SMS and codes; ?format=json, ?to=<address>, ?kind=, ?about=<code or words>
GET  /sandbox/clock              {"now", "shifted_by"}; seconds the portal lives ahead of the machine
POST /sandbox/clock              {"shift": seconds} or {"to": "2026-02-13T15:00:00+07:00"}, then a sweep
POST /sandbox/sweep              {"all": true} reconciles every open dossier; {} as the schedule does
POST /sandbox/reckon             {}: the books of the day before are reckoned, as every morning
POST /sandbox/statistics         the visits until now counted, the public statistics published
ANY  /sandbox/pay/<gateway>/…    the other side of a payment gateway (`sandboxes/bank.py`)
ANY  /sandbox/pay/post/…         fees paid at the post office, and its files of them (`sandboxes/counter.py`)
ANY  /sandbox/post/…             the post, which reports of its parcels (`sandboxes/post.py`)
ANY  /sandbox/sign/…             the providers of remote signing, and the phones (`sandboxes/phones.py`)
ANY  /sandbox/signing            a PDF signed as anybody, under authorities that only this cloud trusts
GET  /sandbox/crl/<side>/<name>  their revocation lists
ANY  /sandbox/national-portal/…  the national portal, which is told of dossiers (`sandboxes/national_portal.py`)
GET  /sandbox/calls              which permissions each function needed so far: [function, [action, resource, key]]
GET  /sandbox/dashboards         what operators see in the console, of this process; ?show=<dashboard>
GET  /sandbox/dead-letters       what failed for good, per queue
POST /sandbox/faults             {"duplicate": n} the next n deliveries of events come twice
"""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from chalicelib.services import present
from infra.local import dashboards, outbox_page, pages
from infra.local.calls import calls
from infra.local.outbox import Outbox
from infra.local.payments import Town
from infra.local.sandboxes import signing
from infra.local.template import Template

OPENAPI = Path(__file__).resolve().parents[2] / "docs" / "openapi.json"

Answer = tuple[int, dict[str, str], bytes]


class Refusal(Exception):
    """What was asked of the sandbox makes no sense; the text says why."""


class Sandbox:
    """Answers what is under /sandbox. What it does, and what it shows of queues, is given by the cloud."""

    def __init__(
        self,
        outbox: Outbox,
        sweep: Callable[[dict[str, Any]], Any],
        duplicate: Callable[[int], None],
        dead_letters: Callable[[], dict[str, list[Any]]],
        statistics: Callable[[], Any],
        reckon: Callable[[], Any],
        town: Town,
        template: Template,
    ) -> None:
        self._outbox = outbox
        self._sweep = sweep
        self._duplicate = duplicate
        self._dead_letters = dead_letters
        self._town = town
        self._template = template
        self._statistics = statistics
        self._reckon = reckon
        self.accounts: list[dict[str, str]] = []  # demo accounts, for the start page

    def answer(self, path: str, environ: dict[str, Any]) -> Answer:
        if path.startswith("pay/"):
            return self._town.answer(path.removeprefix("pay/"), environ)
        if path == "post" or path.startswith("post/"):
            return self._town.post.answer(path.removeprefix("post"), environ)
        if path == "national-portal" or path.startswith("national-portal/"):
            return self._town.national_portal.answer(path.removeprefix("national-portal"), environ)
        if path == "sign" or path.startswith("sign/"):
            return self._town.phones.answer(path.removeprefix("sign"), environ)
        if path == "signing" or path.startswith("crl/"):
            return signing.answer(path, environ)
        method = environ["REQUEST_METHOD"]
        query = {name: values[-1] for name, values in parse_qs(environ.get("QUERY_STRING", "")).items()}
        try:
            match method, path:
                case "GET", "":
                    return _page(self.start_page())
                case "GET", "openapi.json":
                    return 200, {"Content-Type": "application/json"}, OPENAPI.read_bytes()
                case "GET", "outbox":
                    return self._show_outbox(query)
                case "GET", "dashboards":
                    return _page(dashboards.page(query.get("show", ""), self._template))
                case "GET", "clock":
                    return _json(_clock())
                case "POST", "clock":
                    return _json(self._set_clock(_body(environ)))
                case "POST", "sweep":
                    return _json({"answer": self._sweep(_body(environ) or {"source": "sandbox"})})
                case "POST", "reckon":
                    _body(environ)
                    return _json({"answer": self._reckon()})
                case "POST", "statistics":
                    _body(environ)
                    return _json(self._statistics())
                case "GET", "calls":
                    return _json(calls.noted())
                case "GET", "dead-letters":
                    return _json(self._dead_letters())
                case "POST", "faults":
                    return _json(self._set_faults(_body(environ)))
        except Refusal as refused:
            return _json({"Code": "Invalid", "Message": str(refused), "Fields": []}, 422)
        return _json({"Code": "NotFound", "Message": "The sandbox has no such page.", "Fields": []}, 404)

    def _show_outbox(self, query: dict[str, str]) -> Answer:
        letters = self._outbox.letters()
        given = [query.get(name, "") for name in ("to", "about", "kind")]
        shown = outbox_page.wanted(letters, *given)
        if query.get("format") == "json":
            return _json({"letters": [asdict(letter) for letter in shown]})
        return _page(_html("Hộp thư đi / Outbox", outbox_page.body(letters, shown, *given)))

    def _set_clock(self, wanted: dict[str, Any]) -> dict[str, Any]:
        match wanted:
            case {"shift": int() | float() as seconds} if not isinstance(seconds, bool):
                present.shift(float(seconds))
            case {"to": str(text)}:
                present.shift(0)
                present.shift((_moment(text) - present.now()).total_seconds())
            case _:
                raise Refusal('give {"shift": seconds} or {"to": "<ISO 8601 with offset>"}')
        self._sweep({"source": "sandbox"})
        return _clock()

    def _set_faults(self, wanted: dict[str, Any]) -> dict[str, Any]:
        times = wanted.get("duplicate")
        if set(wanted) != {"duplicate"} or not isinstance(times, int) or isinstance(times, bool) or times < 0:
            raise Refusal('give {"duplicate": <how many deliveries come twice>}')
        self._duplicate(times)
        return {"duplicate": times}

    def start_page(self) -> bytes:
        return pages.start(self.accounts)


def _clock() -> dict[str, Any]:
    return {"now": present.now().isoformat(), "shifted_by": present.shifted_by()}


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refusal(f"{text!r} is no moment in ISO 8601") from error
    if moment.tzinfo is None:
        raise Refusal(f"{text!r} has no offset from UTC")
    return moment


def _body(environ: dict[str, Any]) -> dict[str, Any]:
    # A page of another origin cannot send this type without asking first, so it cannot move the clock by a form.
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if length and not environ.get("CONTENT_TYPE", "").startswith("application/json"):
        raise Refusal("send application/json")
    try:
        body = json.loads(environ["wsgi.input"].read(length) or b"{}")
    except ValueError as error:
        raise Refusal(f"no JSON: {error}") from error
    if not isinstance(body, dict):
        raise Refusal("send an object")
    return body


def _json(value: Any, status: int = 200) -> Answer:
    body = json.dumps(value, ensure_ascii=False, default=str).encode()
    return status, {"Content-Type": "application/json", "Cache-Control": "no-store"}, body


def _page(body: bytes) -> Answer:
    return 200, {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store"}, body


def _html(title: str, body: str) -> bytes:
    style = "body{font:16px system-ui;max-width:48rem;margin:2rem auto;padding:0 1rem}pre{white-space:pre-wrap}"
    style += "td{padding:.2rem 1rem .2rem 0}article{border-top:1px solid #999}"
    head = f'<meta charset="utf-8"><title>{html.escape(title)}</title><style>{style}</style>'
    text = f"<h1>{html.escape(title)}</h1>{body}"
    return f'<!doctype html><html lang="vi"><head>{head}</head><body>{text}</body></html>'.encode()
