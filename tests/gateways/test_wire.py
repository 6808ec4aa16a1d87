"""HTTP to the gateways against real sockets: answers, silence, what is cut off, too long, or no JSON."""

from __future__ import annotations

import json
import logging
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from threading import Thread
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.gateways import wire
from infra.local import serving

Conversation = Callable[[socket.socket], None]


@contextmanager
def raw(talk: Conversation) -> Iterator[tuple[str, list[bytes]]]:
    """A server that is a few lines of socket code; its address, and the requests that came."""
    listening, requests = serving.reserve(0), list[bytes]()

    def serve() -> None:
        while True:
            try:
                caller, _ = listening.accept()
            except OSError:
                return  # closed: the test is over
            with caller:
                requests.append(_request(caller))
                talk(caller)

    Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/pay?token=s3cret", requests
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()


def _request(caller: socket.socket) -> bytes:
    got = b""
    while b"\r\n\r\n" not in got:
        got += caller.recv(65536)
    head, _, body = got.partition(b"\r\n\r\n")
    length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
    while len(body) < length:
        body += caller.recv(65536)
    return head + b"\r\n\r\n" + body


def saying(body: bytes, status: str = "200 OK", *headers: str, length: int | None = None) -> Conversation:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", *headers]
    return lambda caller: caller.sendall("\r\n".join([*lines, "Connection: close", "", ""]).encode() + body)


def test_a_json_object_comes_back_with_its_status() -> None:
    with raw(saying('{"message":"Thành công","amount":10}'.encode())) as (url, requests):
        assert wire.post_json(url, {"info": "Nộp phí", "amount": 5}) == wire.Answer(
            200, {"message": "Thành công", "amount": 10}
        )
    head, _, body = requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /pay?token=s3cret HTTP/1.1")
    assert b"application/json; charset=utf-8" in head and json.loads(body) == {"info": "Nộp phí", "amount": 5}


def test_a_refusal_with_a_body_is_an_answer() -> None:
    with raw(saying(b'{"resultCode":40}', "400 Bad Request")) as (url, _):
        assert wire.post_json(url, {}) == wire.Answer(400, {"resultCode": 40})


def test_a_form_is_sent_as_one() -> None:
    with raw(saying(b"{}")) as (url, requests):
        wire.post_form(url, {"data": "a&b =ế"})
    head, _, body = requests[0].partition(b"\r\n\r\n")
    assert b"application/x-www-form-urlencoded" in head and body == b"data=a%26b+%3D%E1%BA%BF"


@pytest.mark.parametrize(
    ("talk", "why"),
    [
        (saying(b'{"a":1}', "500 Internal Server Error"), "http 500"),
        (saying(b'{"a":1}', "502 Bad Gateway"), "http 502"),
        (saying(b"", "302 Found", "Location: http://127.0.0.1:1/elsewhere"), "http 302"),
        (saying("<html>bảo trì</html>".encode()), "no json"),
        (saying(b""), "no json"),
        (saying(b"[1]"), "no json"),
        (saying(b'{"a":1,"a":2}'), "no json"),
        (saying(b'{"a":NaN}'), "no json"),
        (saying(b'{"a":"\\ud800"}'), "no json"),
        (saying(b'{"a":"\xff"}'), "no json"),
        (saying('{"a":1}'.encode("utf-16")), "no json"),
        (saying(b"[" * 60_000), "no json"),
        (saying(b'{"a":"' + b"x" * wire.MOST_BYTES + b'"}'), "too large"),
        (saying(b'{"a":1}', length=100), "silence"),  # cut off
        (lambda caller: None, "silence"),  # hung up without a word
        (lambda caller: caller.sendall(b"SSH-2.0-nonsense\r\n"), "silence"),
    ],
)
def test_what_cannot_be_believed_is_no_answer_and_is_not_asked_again(talk: Conversation, why: str) -> None:
    with raw(talk) as (url, requests), pytest.raises(wire.NoAnswer) as none:
        wire.post_json(url, {"secret": "hush"})
    assert none.value.why.startswith(why) and len(requests) == 1
    assert "hush" not in str(none.value) and "s3cret" not in str(none.value)


def test_nobody_there() -> None:
    bound = serving.reserve(0)
    port = bound.getsockname()[1]
    bound.close()
    with pytest.raises(wire.NoAnswer, match="unreachable"):
        wire.post_json(f"http://127.0.0.1:{port}/", {})


def slowly(caller: socket.socket) -> None:
    caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{")
    for _ in range(40):
        time.sleep(0.05)
        try:
            caller.sendall(b" ")
        except OSError:
            return  # the other side had enough


@pytest.mark.parametrize("talk", [lambda caller: time.sleep(0.7), slowly], ids=["silent", "dripping"])
def test_a_slow_side_is_left_after_the_time_out(talk: Conversation) -> None:
    began = time.monotonic()
    with raw(talk) as (url, requests), pytest.raises(wire.NoAnswer, match="silence"):
        wire.post_json(url, {}, seconds=0.3)
    assert time.monotonic() - began < 1.5 and len(requests) == 1


def test_only_this_machine_may_be_asked_without_tls() -> None:
    with pytest.raises(ValueError, match="https"):
        wire.post_json("http://gateway.example/pay", {})


def test_nothing_secret_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with raw(saying(b'{"vnp_SecureHash":"feedface"}')) as (url, _):
        wire.post_json(url, {"MaXacThuc": "cafebabe"}, {"Authorization": "Bearer b34r3r"})
    told = [str(vars(record)) for record in caplog.records if record.name != "urllib3.connectionpool"]
    assert not [text for text in told for word in ("feedface", "cafebabe", "b34r3r", "s3cret") if word in text]


def test_numbers_with_a_fraction_are_kept_as_they_were_written() -> None:
    assert wire.read_object(b'{"a":0.1,"b":1e2,"c":100}') == {"a": Decimal("0.1"), "b": Decimal("1e2"), "c": 100}


@given(st.binary(max_size=200))
def test_any_bytes_are_an_object_or_a_value_error(body: bytes) -> None:
    try:
        assert isinstance(wire.read_object(body), dict)
    except ValueError:
        pass


@given(st.dictionaries(st.text(), st.none() | st.booleans() | st.integers() | st.text(), max_size=4))
def test_objects_come_back(value: dict[str, Any]) -> None:
    body = json.dumps(value).encode()
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        with pytest.raises(ValueError):
            wire.read_object(body)
    else:
        assert wire.read_object(body) == value
