"""Where fees are paid at the post office, under /sandbox/pay/post: slips, and the two files the post sends of them.

GET  (nothing)               the counter, as a page: take a payment, the day's slips; ?day=…, ?lang=en; ?format=json
POST (nothing)               its form: reference, payer, amount, service, office, do=<deed>; then back to the page
POST slips                   the same as JSON, without a browser: the slip
GET  slips?day=<day>         the day's slips, as `gateways.payments.slips` reads them
GET  settlement?day=<day>    what the post says that it paid out, as `gateways.payments.settlements` reads it

    take      a slip for the money                  mangle    the reference stands on it as nobody can read it
    twice     its row stands in the file twice      spoil     a row that no program can read; no money moved

Everything is in memory; time is the portal's, the day is Vietnam's.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from itertools import count
from threading import Lock
from typing import Any
from urllib.parse import urlencode

from chalicelib.gateways.payments import settlements, slips
from chalicelib.services import present
from infra.local.sandboxes import counter_page
from infra.local.sandboxes.bank import Answer, Request, as_json, as_page
from infra.local.sandboxes.orders import Refused
from infra.local.sandboxes.pages import VIETNAM

DEEDS = ("take", "twice", "mangle", "spoil")
FIELDS = ("office", "reference", "payer", "amount", "service")
FEE = 3_300
"""Đồng that the post keeps of a slip."""


@dataclass(frozen=True)
class Slip:
    """One slip, as it was written; `amount` đồng."""

    office: str
    slip: str
    reference: str
    payer: str
    amount: int
    paid_at: datetime
    service: str
    deed: str


class Counter:
    """The post office's counter of a local cloud, at `url`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._lock = Lock()
        self._slips: list[Slip] = []
        self._numbers = count(1)

    def answer(self, path: str, environ: Mapping[str, Any]) -> Answer:
        """Answer one request at `path` below the counter's address."""
        request = Request.of(path, environ)
        try:
            match request.method, request.path:
                case "GET", "":
                    return self._show(request)
                case "POST", "":
                    return self._pressed(request)
                case "POST", "slips":
                    return as_json(_shown(self.write(_typed(_posted(request)))))
                case "GET", ("slips" | "settlement") as which:
                    return self._file(which, _day(request))
        except Refused as refused:
            return as_json({"Code": "Refused", "Message": str(refused), "Fields": []}, refused.status)
        return as_json({"Code": "NotFound", "Message": "the counter has no such address", "Fields": []}, 404)

    def write(self, typed: Mapping[str, str]) -> Slip:
        """A slip of what was typed. Its number is new for ever, also after a start with the portal's old data.

        Raises Refused 422 naming what is wrong.
        """
        now = present.now()
        local = now.astimezone(VIETNAM)
        reference = typed["reference"]
        with self._lock:
            slip = Slip(
                office=typed["office"],
                slip=f"P{local:%y%m%d.%H%M%S}.{next(self._numbers)}",
                reference=reference[: len(reference) // 2] + "?" if typed["do"] == "mangle" else reference,
                payer=typed["payer"],
                amount=int(typed["amount"]),
                paid_at=now,
                service=typed["service"],
                deed=typed["do"],
            )
            self._slips.append(slip)
        return slip

    def slips(self, day: date) -> list[Slip]:
        """The slips of a day, the oldest first."""
        with self._lock:
            return [one for one in self._slips if one.paid_at.astimezone(VIETNAM).date() == day]

    def _file(self, which: str, day: date) -> Answer:
        found = self.slips(day)
        content = _slips(found) if which == "slips" else _settlement(found)
        named = f'attachment; filename="{which}-{day.isoformat()}.csv"'
        return 200, {"Content-Type": "text/csv; charset=utf-8", "Content-Disposition": named}, content

    def _show(self, request: Request, values: Mapping[str, str] | None = None, wrong: str = "") -> Answer:
        english = request.query.get("lang") == ["en"] or request.form().get("lang") == "en"
        day = _day(request)
        found = self.slips(day)
        if request.query.get("format") == ["json"]:
            return as_json({"slips": [_shown(one) for one in found]})
        body = counter_page.counter(self.url, day, found, values or {}, wrong, english)
        return as_page(body, 422 if wrong else 200)

    def _pressed(self, request: Request) -> Answer:
        form = request.form()
        try:
            self.write(_typed(form))
        except Refused as refused:
            return self._show(request, form, str(refused))
        where = self.url + ("?" + urlencode({"lang": "en"}) if form.get("lang") == "en" else "")
        return 303, {"Location": where, "Cache-Control": "no-store"}, b""


def _posted(request: Request) -> Mapping[str, Any]:
    if not request.content_type.startswith("application/json"):
        raise Refused(422, "send application/json")  # a page of another origin cannot, by a form
    return request.json()


def _typed(given: Mapping[str, Any]) -> Mapping[str, str]:
    """What the post's own program lets through; whether the reference is any dossier's it cannot know."""
    typed = {name: " ".join(str(given.get(name, "")).split()) for name in FIELDS}
    typed["office"] = typed["office"] or "580000"
    typed["service"] = typed["service"] or slips.SERVICES[0]
    typed["do"] = str(given.get("do", "take"))
    typed["amount"] = re.sub(r"[.\s]", "", typed["amount"])
    if not slips.OFFICE.fullmatch(typed["office"]):
        raise Refused(422, "office: 1 to 20 letters and digits / mã bưu cục: 1 đến 20 chữ cái, chữ số")
    if not re.fullmatch(r"[1-9][0-9]{0,11}", typed["amount"], re.ASCII):
        raise Refused(422, "amount: a number of đồng / số tiền: số đồng, không có phần lẻ")
    if typed["service"] not in slips.SERVICES:
        raise Refused(422, f"service: one of {', '.join(slips.SERVICES)}")
    if typed["do"] not in DEEDS:
        raise Refused(422, f"do: one of {', '.join(DEEDS)}")
    return typed


def _day(request: Request) -> date:
    text = request.query.get("day", [""])[-1]
    if not text:
        return present.now().astimezone(VIETNAM).date()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refused(422, "say which: ?day=YYYY-MM-DD") from error


def _shown(slip: Slip) -> dict[str, Any]:
    return {**asdict(slip), "paid_at": slip.paid_at.isoformat()}


def _moment(slip: Slip) -> str:
    return slip.paid_at.astimezone(VIETNAM).isoformat(timespec="seconds")


def _slips(found: Iterable[Slip]) -> bytes:
    rows: list[Sequence[object]] = []
    for one in found:
        amount = f"{one.amount:,} VND" if one.deed == "spoil" else one.amount
        row = (one.office, one.slip, one.reference, one.payer, amount, _moment(one), one.service)
        rows += [row, row] if one.deed == "twice" else [row]
    return _table(slips.FIELDS, rows)


def _settlement(found: Iterable[Slip]) -> bytes:
    """Of every slip with money behind it, what the post keeps and when it was paid; the rest it pays out."""
    rows = (
        (one.office, one.slip, one.reference, one.amount, min(FEE, one.amount), _moment(one))
        for one in found
        if one.deed != "spoil"
    )
    return _table(settlements.wanted("post"), rows)


def _table(names: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows(rows)
    return text.getvalue().encode()
