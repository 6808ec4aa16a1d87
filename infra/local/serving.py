"""A WSGI server on loopback in a thread, on the port that was asked for or, when that is taken, on a free one."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from threading import Thread
from typing import Any

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import BaseWSGIServer, make_server

HOST = "127.0.0.1"
Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


class _Quiet(MotoRequestHandler):
    """Says nothing per request; answers at once (Nagle's algorithm would hold back the body for 40 ms)."""

    disable_nagle_algorithm = True

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002  werkzeug's signature
        return


def reserve(wanted: int) -> socket.socket:
    """A bound socket: on the wanted port, or on a free one if it is taken or if 0 is wanted."""
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((HOST, wanted))
        bound.listen(128)
    except OSError:
        bound.close()
        if wanted == 0:
            raise
        return reserve(0)
    return bound


class Server:
    """Serves a WSGI application from `start` to `stop`."""

    def __init__(self, bound: socket.socket) -> None:
        self._bound = bound
        self.port: int = bound.getsockname()[1]
        self.url = f"http://{HOST}:{self.port}"
        self._server: BaseWSGIServer | None = None

    def start(self, application: Wsgi) -> None:
        self._server = make_server(
            HOST, self.port, application, threaded=True, request_handler=_Quiet, fd=self._bound.fileno()
        )
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None
        self._bound.close()
