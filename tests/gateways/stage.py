"""Servers that stay for the whole run: starting and stopping one takes longer than most tests that need it."""

from __future__ import annotations

import atexit
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from infra.local import serving


class Stage:
    """A server on loopback with whatever application is on at the moment."""

    def __init__(self) -> None:
        self.server = serving.Server(serving.reserve(0))
        self.url = self.server.url
        self.on: serving.Wsgi | None = None
        self.server.start(self)
        atexit.register(self.server.stop)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        assert self.on is not None, "nobody is on the stage"
        return self.on(environ, start_response)

    @contextmanager
    def showing(self, application: serving.Wsgi) -> Iterator[None]:
        """Within another one's turn it takes the stage until its own is over."""
        before, self.on = self.on, application
        try:
            yield
        finally:
            self.on = before


@cache
def stage(name: str) -> Stage:
    """The process's stage of that name."""
    return Stage()
