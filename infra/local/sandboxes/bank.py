"""What the other side of every gateway does alike: keep orders, do as the payer says, call back, settle the day.

A gateway's sandbox is a `Bank` with its protocol: `serve` answers the gateway's own addresses, `call` writes the
callback, `accepted` reads the merchant's reply to it, `back` is where the payer's browser goes. Below its address
every bank also has:

GET  (nothing)              the orders, as a page; ?format=json
GET  pay/<reference>        the page to pay on; a gateway may have another one
POST pay/<reference>        its form: do=<deed>, seconds=<n>; then the browser goes back to the merchant
GET  orders/<reference>     {"reference", "state", "amount", "paid", "transaction", "calls", "refunds", ...}
POST orders/<reference>     {"do": <deed>, "seconds": n, "amount": đồng, "wait": true} without a browser: `wait` answers
                            after the callbacks that are due at once; {"refunds": "done" | "refused" | "pending"} says
                            what becomes of this order's refunds
GET  settlement?day=<day>   the day's file (`settlement.py`)

Everything is in memory. Time is the portal's (`present.now`), so that a moved clock makes orders expire and refunds
arrive; only the pauses between calls are seconds of this machine.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from threading import Event, RLock, Thread
from time import time
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import parse_qs
from urllib.request import Request as HttpRequest
from urllib.request import urlopen

from chalicelib.services import present
from infra.local.sandboxes import pages, settlement
from infra.local.sandboxes.orders import Call, Called, Deed, Order, Payback, Refused, State, Terms

LATE_BY = timedelta(minutes=6)
"""How long after its expiry a late success is told: the portal waits five minutes longer than the gateway."""

Answer = tuple[int, dict[str, str], bytes]


@dataclass(frozen=True)
class Request:
    """One request below a bank's address; `path` without slashes at its ends, `raw_query` as it was sent."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    raw_query: str
    body: bytes
    content_type: str

    @classmethod
    def of(cls, path: str, environ: Mapping[str, Any]) -> Request:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        raw = environ.get("QUERY_STRING", "")
        query = parse_qs(raw, keep_blank_values=True)
        return cls(environ["REQUEST_METHOD"], path.strip("/"), query, raw, body, environ.get("CONTENT_TYPE", ""))

    def form(self) -> dict[str, str]:
        return {name: values[-1] for name, values in parse_qs(self.body.decode()).items()}

    def json(self) -> dict[str, Any]:
        try:
            value = json.loads(self.body or b"{}")
        except ValueError as error:
            raise Refused(422, "no JSON") from error
        if not isinstance(value, dict):
            raise Refused(422, "send an object")
        return value


class Bank(ABC):
    """One gateway's other side. Threads may call everything."""

    name: str
    title: str  # on its pages
    deeds: tuple[Deed, ...] = tuple(Deed)
    tells_of_failure = True  # some gateways call for payments only

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.lock = RLock()
        self.orders: dict[str, Order] = {}
        self._number = int(time())  # never one of an earlier start, whose payments the portal may still have
        self._closed = Event()
        self._deliveries: list[Thread] = []

    # ---- the protocol ----

    @abstractmethod
    def serve(self, request: Request) -> Answer | None:
        """The answer at one of the gateway's own addresses; None: it has no such address."""

    @abstractmethod
    def call(self, order: Order) -> Call:
        """The callback that tells what became of the order, signed."""

    @abstractmethod
    def accepted(self, status: int, body: str) -> bool:
        """Whether the merchant's reply ends the calls."""

    @abstractmethod
    def back(self, order: Order) -> str:
        """Where the payer's browser goes afterwards."""

    # ---- what all do alike ----

    def answer(self, path: str, environ: Mapping[str, Any]) -> Answer:
        """Answer one request at `path` below the bank's address."""
        request = Request.of(path, environ)
        try:
            match request.method, request.path.split("/"):
                case "GET", [""]:
                    with self.lock:
                        orders = list(self.orders.values())
                    if request.query.get("format") == ["json"]:
                        return as_json({"orders": [self.shown(order) for order in orders]})
                    return as_page(pages.orders(self.title, orders, self.terms.url))
                case "GET", ["pay", reference]:
                    return self.page(self.order(reference))
                case "POST", ["pay", reference]:
                    return self._pressed(reference, request.form())
                case "GET", ["orders", reference]:
                    return as_json(self.shown(self.order(reference)))
                case "POST", ["orders", reference]:
                    return as_json(self._drive(reference, request))
                case "GET", ["settlement"]:
                    return self._day(request.query.get("day", [""])[-1])
            answer = self.serve(request)
        except Refused as refused:
            return as_json({"Code": "Refused", "Message": str(refused), "Fields": []}, refused.status)
        if answer is None:
            return as_json({"Code": "NotFound", "Message": f"{self.title} has no such address", "Fields": []}, 404)
        return answer

    def page(self, order: Order) -> Answer:
        """The page on which the payer decides."""
        back = self.back(order) if order.state is not State.WAITING else None
        action = f"{self.terms.url}/pay/{order.reference}"
        return as_page(pages.pay(self.title, order, action, self.deeds, present.now(), back))

    def order(self, reference: str) -> Order:
        """Raises Refused 404."""
        with self.lock:
            found = self.orders.get(reference)
        if found is None:
            raise Refused(404, f"{self.title} knows no order {reference}")
        return found

    def take(self, order: Order) -> Order:
        """Keep an order; the same reference again is the first one."""
        with self.lock:
            return self.orders.setdefault(order.reference, order)

    def number(self) -> str:
        """A new transaction number."""
        with self.lock:
            self._number += 1
            return str(self._number)

    def perform(self, reference: str, deed: Deed, seconds: float = 5.0, amount: int | None = None) -> Order:
        """Do it; callbacks go out from threads. Raises Refused when the order does not allow it."""
        order = self.order(reference)
        with self.lock:
            if order.state in (State.PAID, State.SUSPECT):
                if deed is not Deed.DUPLICATE:
                    raise Refused(409, f"{reference} is {order.state.value} already; it can only be told again")
                self._send(order)
                return order
            if deed is Deed.LATE:
                due = order.expires_at + LATE_BY
                self._start(lambda: self._pay_late(order, due), keep=False)
                return order
            if present.now() >= order.expires_at:
                raise Refused(409, f"{reference} has expired; only a late success is possible")
            self._settle(order, deed, amount)
            if deed is Deed.FAIL and not self.tells_of_failure:
                return order
            if deed is not Deed.SILENCE:
                self._send(order, after=seconds if deed is Deed.DELAY else 0.0)
            if deed is Deed.DUPLICATE:
                self._send(order)
            return order

    def refund(self, order: Order, request: str, amount: int, kind: str = "") -> Payback:
        """Take a refund; it is done, or not, after the terms' seconds of the portal's clock."""
        now = present.now()
        due = now + timedelta(seconds=self.terms.refund_seconds)
        back = Payback(request, amount, self.number(), now, due, order.refund_fate, kind)
        with self.lock:
            order.refunds.append(back)
        return back

    def settle(self, seconds: float = 10.0) -> bool:
        """Wait until every callback that is due at once was accepted or given up; False if that takes longer."""
        with self.lock:
            waited = list(self._deliveries)
        for thread in waited:
            thread.join(seconds)
        return not any(thread.is_alive() for thread in waited)

    def close(self) -> None:
        """No more callbacks."""
        self._closed.set()
        self.settle()

    def shown(self, order: Order) -> dict[str, Any]:
        """The order as JSON."""
        now = present.now()
        return {
            "reference": order.reference,
            "merchant": order.merchant,
            "state": order.state.value,
            "amount": order.amount,
            "paid": order.paid,
            "transaction": order.transaction,
            "info": order.info,
            "expires_at": order.expires_at.isoformat(),
            "calls": [
                {"at": c.at.isoformat(), "status": c.status, "body": c.body, "ok": c.accepted} for c in order.calls
            ],
            "refunds": [{"request": r.request, "amount": r.amount, "state": r.state(now)} for r in order.refunds],
        }

    def _day(self, text: str) -> Answer:
        try:
            day = date.fromisoformat(text)
        except ValueError as error:
            raise Refused(422, "say which: ?day=YYYY-MM-DD") from error
        with self.lock:
            content = settlement.of(day, list(self.orders.values()), self.terms.fee, present.now())
        named = f'attachment; filename="{self.name}-{day.isoformat()}.csv"'
        return 200, {"Content-Type": "text/csv; charset=utf-8", "Content-Disposition": named}, content

    def _pressed(self, reference: str, form: Mapping[str, str]) -> Answer:
        order = self.perform(reference, _deed(form.get("do")), seconds_of(form.get("seconds", "5")))
        if order.state is State.WAITING:
            return as_page(pages.waits(self.title, order, self.back(order)))
        return 303, {"Location": self.back(order), "Cache-Control": "no-store"}, b""

    def _drive(self, reference: str, request: Request) -> dict[str, Any]:
        if not request.content_type.startswith("application/json"):
            raise Refused(422, "send application/json")  # a page of another origin cannot, by a form
        wanted, order = request.json(), self.order(reference)
        fate = wanted.get("refunds")
        if fate is not None:
            if fate not in ("done", "refused", "pending"):
                raise Refused(422, "refunds are done, refused or pending")
            order.refund_fate = fate
        if "do" in wanted:
            amount = wanted.get("amount")
            if amount is not None and (not isinstance(amount, int) or isinstance(amount, bool) or amount <= 0):
                raise Refused(422, "amount is a number of đồng")
            self.perform(reference, _deed(wanted["do"]), seconds_of(wanted.get("seconds", 5)), amount)
        if wanted.get("wait"):
            self.settle()
        return self.shown(order)

    def _settle(self, order: Order, deed: Deed, amount: int | None) -> None:
        order.settled_at = present.now()
        order.transaction = self.number()
        if deed is Deed.FAIL:
            order.state, order.paid = State.FAILED, 0
            return
        order.state = State.SUSPECT if deed is Deed.SUSPICIOUS else State.PAID
        order.paid = (amount or order.amount + 1_000) if deed is Deed.WRONG_AMOUNT else order.amount

    def _pay_late(self, order: Order, due: datetime) -> None:
        while present.now() < due:
            if self._closed.wait(0.2):
                return
        with self.lock:
            self._settle(order, Deed.LATE, None)
        self._deliver(order, 0.0)

    def _send(self, order: Order, after: float = 0.0) -> None:
        self._start(lambda: self._deliver(order, after), keep=True)

    def _start(self, run: Callable[[], None], *, keep: bool) -> None:
        thread = Thread(target=run, daemon=True, name=f"{self.name} sandbox")
        if keep:
            with self.lock:
                self._deliveries = [*(t for t in self._deliveries if t.is_alive()), thread]
        thread.start()

    def _deliver(self, order: Order, after: float) -> None:
        """Call until the merchant accepts, at most as often as the terms say."""
        pause = after
        for _ in range(self.terms.most_calls):
            if self._closed.wait(pause):
                return
            called = self._ring(self.call(order))
            with self.lock:
                order.calls.append(called)
            if called.accepted:
                return
            pause = self.terms.repeat_seconds

    def _ring(self, call: Call) -> Called:
        headers = {"Content-Type": call.content_type} if call.body is not None else {}
        headers |= call.headers
        request = HttpRequest(call.url, data=call.body, headers=headers, method=call.method)
        try:
            with urlopen(request, timeout=15) as response:
                status, body = response.status, response.read().decode("utf-8", "replace")
        except HTTPError as error:
            with error:
                status, body = error.code, error.read().decode("utf-8", "replace")
        except (URLError, OSError) as error:
            status, body = 0, str(error)
        return Called(present.now(), status, body[:500], bool(status) and self.accepted(status, body))


def _deed(text: Any) -> Deed:
    try:
        return Deed(text)
    except ValueError as error:
        raise Refused(422, f"do one of {', '.join(Deed)}") from error


def seconds_of(value: Any) -> float:
    try:
        seconds = float(value)
    except (TypeError, ValueError) as error:
        raise Refused(422, "seconds is a number") from error
    if not 0 <= seconds <= 3600:
        raise Refused(422, "seconds is from 0 to 3600")
    return seconds


def as_json(value: Any, status: int = 200) -> Answer:
    body = json.dumps(value, ensure_ascii=False).encode()
    return status, {"Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store"}, body


def as_page(body: str, status: int = 200) -> Answer:
    return status, {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store"}, body.encode()
