"""A gateway that says what a test tells it to say, over real HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from tests.gateways.stage import stage

Json = dict[str, Any]
Says = Callable[[str, Json], "Json | Said"]


@dataclass(frozen=True)
class Said:
    """An answer that is not just a JSON object with status 200; `length` lies about it."""

    body: bytes
    status: int = 200
    length: int | None = None


@dataclass
class Puppet:
    """`says` is given the path and the JSON that was sent."""

    says: Says
    url: str = ""
    asked: list[tuple[str, Json]] = field(default_factory=list)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        path, told = environ["PATH_INFO"], json.loads(body)
        self.asked.append((path, told))
        said = self.says(path, told)
        if not isinstance(said, Said):
            said = Said(json.dumps(said, ensure_ascii=False).encode())
        length = len(said.body) if said.length is None else said.length
        headers = [("Content-Type", "application/json"), ("Content-Length", str(length)), ("Connection", "close")]
        start_response(f"{said.status} {HTTPStatus(said.status).phrase}", headers)
        return [said.body]


@contextmanager
def puppet(says: Says) -> Iterator[Puppet]:
    place = stage("puppet")
    made = Puppet(says, place.url)
    with place.showing(made):
        yield made


NO_ANSWERS = {
    "500": Said(b'{"resultCode":0,"return_code":1}', 500),
    "503": Said(b"", 503),
    "redirect": Said(b"", 302),
    "html": Said("<html><body>Bảo trì</body></html>".encode()),
    "html 404": Said(b"<html>404</html>", 404),
    "empty": Said(b""),
    "list": Said(b"[]"),
    "cut off": Said(b'{"resultCode":0', length=400),
    "twice": Said(b'{"resultCode":0,"return_code":1,"resultCode":0,"return_code":1}'),
    "no utf-8": Said(b'{"message":"\xff"}'),
    "no code": Said(b"{}"),
    "code is a list": Said(b'{"resultCode":[0],"return_code":[1]}'),
    "code is true": Said(b'{"resultCode":false,"return_code":true}'),
    "code is a fraction": Said(b'{"resultCode":0.0,"return_code":1.0}'),
    "code is words": Said(b'{"resultCode":"zero","return_code":"one"}'),
}
"""Answers of which nothing may be believed, by any gateway."""
