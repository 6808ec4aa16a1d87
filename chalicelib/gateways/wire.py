"""HTTP to other systems: one request, one answer or none.

Nothing is sent a second time by itself: after a time-out the other side may well have done what it was asked, and only
a question about it may follow. Whatever is not a JSON object in an honest HTTP answer is no answer. Bodies, answers
and queries never go into a log or an error text; they carry signatures and names.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any
from urllib.parse import urlencode, urlsplit

import urllib3
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

from chalicelib.telemetry import logger
from chalicelib.values import dataclass

CONNECT_SECONDS, READ_SECONDS = 2.0, 8.0
"""Both together are the most that one call takes: an answer that drips in byte by byte cannot hold us longer."""
MOST_BYTES = 64 * 1024
"""Of an answer or a callback; the longest of any gateway is under 8 kB."""

Json = dict[str, Any]


class NoAnswer(Exception):
    """Nothing that could be believed came back; `why` is one of the words below, or "http 502".

    `unreachable` (nothing was sent), `silence` (sent, no whole answer in time, or cut off), `too large`, `no json`.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Answer:
    """A JSON object with the HTTP status that it came under: 2xx or 4xx, everything else is NoAnswer."""

    status: int
    fields: Json


def post_json(
    url: str, fields: Mapping[str, Any], headers: Mapping[str, str] | None = None, seconds: float = READ_SECONDS
) -> Answer:
    """Send one JSON object, once, and wait `seconds` at most for the whole answer. Raises NoAnswer."""
    body = json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
    return _post(url, body, {"Content-Type": "application/json; charset=utf-8", **(headers or {})}, seconds)


def post_form(url: str, fields: Mapping[str, str], seconds: float = READ_SECONDS) -> Answer:
    """Send a form, once, and wait `seconds` at most for the whole answer. Raises NoAnswer."""
    return _post(url, urlencode(fields).encode(), {"Content-Type": "application/x-www-form-urlencoded"}, seconds)


def read_object(body: bytes) -> Json:
    """The one JSON object in `body`; numbers with a fraction are Decimal, so that no amount is ever a float.

    Raises ValueError for whatever two readers could read differently: a name that comes twice, NaN, another encoding
    than UTF-8, half a character; also for more than MOST_BYTES and for nesting without end.
    """
    if len(body) > MOST_BYTES:
        raise ValueError("more bytes than any message has")
    try:
        value = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_unique,
            parse_float=Decimal,
            parse_constant=_refuse_constant,
        )
        json.dumps(value, ensure_ascii=False, default=str).encode()  # a lone surrogate has no bytes to sign
    except RecursionError as error:
        raise ValueError("nested without end") from error
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> Json:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name comes twice")
    return found


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


@cache
def _pool() -> urllib3.PoolManager:
    return urllib3.PoolManager(num_pools=8, maxsize=4)


def _post(url: str, body: bytes, headers: Mapping[str, str], seconds: float) -> Answer:
    where = urlsplit(url)
    if where.scheme != "https" and where.hostname not in {"127.0.0.1", "localhost"}:
        raise ValueError(f"{where.hostname}: other systems are spoken with over https only")
    began = time.monotonic()
    status, why = 0, ""
    try:
        status, content = _exchange(url, body, headers, seconds)
        if not (200 <= status < 300 or 400 <= status < 500):
            raise NoAnswer(f"http {status}")
        return Answer(status, _object(content))
    except NoAnswer as none:
        why = none.why
        raise
    finally:
        took = round((time.monotonic() - began) * 1000)
        told = {"host": where.hostname, "path": where.path, "status": status, "milliseconds": took}
        logger.info("asked another system", extra={**told, "no_answer": why} if why else told)


def _exchange(url: str, body: bytes, headers: Mapping[str, str], seconds: float) -> tuple[int, bytes]:
    ends = time.monotonic() + seconds
    try:
        response = _pool().request(
            "POST",
            url,
            body=body,
            headers={"Accept": "application/json", "Accept-Encoding": "identity", **headers},
            timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=seconds),
            retries=False,
            redirect=False,
            preload_content=False,
            decode_content=False,
        )
        try:
            return response.status, _read(response, ends)
        finally:
            response.close()
    except (NewConnectionError, ConnectTimeoutError) as error:
        raise NoAnswer("unreachable") from error
    except HTTPError as error:
        raise NoAnswer("silence") from error


def _read(response: urllib3.BaseHTTPResponse, ends: float) -> bytes:
    content = b""
    while piece := response.read1(MOST_BYTES):
        content += piece
        if len(content) > MOST_BYTES:
            raise NoAnswer("too large")
        if time.monotonic() > ends:
            raise NoAnswer("silence")
    return content


def _object(content: bytes) -> Json:
    try:
        return read_object(content)
    except ValueError:
        # Not chained: the parser's error holds the whole text.
        raise NoAnswer("no json") from None
