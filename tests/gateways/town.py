"""A bank's sandbox and a merchant that it calls back, each a real server on loopback."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

from chalicelib.gateways.payments.contract import Message, Reply
from infra.local import serving
from infra.local.sandboxes.bank import Bank
from tests.gateways.stage import stage


@dataclass
class Merchant:
    """Gives every callback to `answer`; keeps what came."""

    answer: Callable[[Message], Reply]
    messages: list[Message] = field(default_factory=list)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        query = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        headers = {name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name[:5] == "HTTP_"}
        message = Message(environ["REQUEST_METHOD"], query, body, headers)
        self.messages.append(message)
        reply = self.answer(message)
        start_response(f"{reply.status} {HTTPStatus(reply.status).phrase}", [("Content-Type", reply.content_type)])
        return [(reply.body or "").encode()]


@dataclass
class Town:
    """`bank` listens at its terms' url; it calls `merchant`, which listens at `merchant_url`."""

    bank: Bank
    merchant: Merchant
    merchant_url: str


@contextmanager
def town(make: Callable[[str, str], Bank], answer: Callable[[Message], Reply]) -> Iterator[Town]:
    """`make` is given the address of the bank and of the merchant."""
    shop, house = stage("merchant"), stage("bank")
    merchant, bank = Merchant(answer), make(house.url, shop.url)
    with shop.showing(merchant), house.showing(mounted(bank)):
        try:
            yield Town(bank, merchant, shop.url)
        finally:
            bank.close()


def mounted(bank: Bank) -> serving.Wsgi:
    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        status, headers, body = bank.answer(environ["PATH_INFO"], environ)
        start_response(f"{status} {HTTPStatus(status).phrase}", list(headers.items()))
        return [body]

    return application


class _Stays(HTTPRedirectHandler):
    """A browser that does not follow a redirect, so that a test sees where it would go."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


_opener = build_opener(_Stays)


def visit(url: str, form: dict[str, str] | None = None, told: Any = None) -> tuple[int, dict[str, str], str]:
    """GET, or POST a form, or POST JSON; (status, headers, body) of whatever came."""
    data = urlencode(form).encode() if form is not None else None
    headers = {}
    if told is not None:
        data, headers = json.dumps(told).encode(), {"Content-Type": "application/json"}
    try:
        with _opener.open(Request(url, data=data, headers=headers), timeout=10) as response:
            return response.status, dict(response.headers), response.read().decode()
    except HTTPError as error:
        with error:
            return error.code, dict(error.headers), error.read().decode()


def until(happened: Callable[[], bool], seconds: float = 5.0) -> None:
    """Wait for something that another thread does."""
    ends = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < ends, "it did not happen in time"
        time.sleep(0.02)
