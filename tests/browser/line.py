"""A line between a browser and everything it asks for, which can be cut: for its pages, its workers, its dying tabs.

What the browser's tools call offline ends with the page that it was said of, and says nothing to a service worker's own
requests. This is a SOCKS proxy (RFC 1928, no authentication, CONNECT to an IPv4 address or a name).
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading


class Line:
    """Listens on a port of its own; every connection of the browser passes here."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._whole = True
        self._flowing = threading.Event()
        self._flowing.set()
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def server(self) -> str:
        return f"socks5://127.0.0.1:{self._listening.getsockname()[1]}"

    def cut(self) -> None:
        """No byte passes any more, and nobody gets a connection."""
        with self._lock:
            self._whole = False
            for one in self._open:
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)

    def stall(self) -> None:
        """Connections stand, and carry nothing."""
        self._flowing.clear()

    def mend(self) -> None:
        with self._lock:
            self._whole = True
        self._flowing.set()

    def close(self) -> None:
        self.cut()
        self._flowing.set()
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                browser, _ = self._listening.accept()
            except OSError:
                return  # closed
            threading.Thread(target=self._serve, args=(browser,), daemon=True).start()

    def _serve(self, browser: socket.socket) -> None:
        with browser, contextlib.suppress(OSError, EOFError):
            _, methods = _read(browser, 2)
            _read(browser, methods)
            browser.sendall(b"\x05\x00")
            _, _, _, kind = _read(browser, 4)
            host = socket.inet_ntoa(_read(browser, 4)) if kind == 1 else _read(browser, _read(browser, 1)[0]).decode()
            (port,) = struct.unpack("!H", _read(browser, 2))
            if not self._whole:
                browser.sendall(b"\x05\x03\x00\x01" + bytes(6))  # network unreachable
                return
            with socket.create_connection((host, port)) as portal:
                browser.sendall(b"\x05\x00\x00\x01" + bytes(6))
                self._join(browser, portal)

    def _join(self, browser: socket.socket, portal: socket.socket) -> None:
        with self._lock:
            if not self._whole:
                return
            self._open |= {browser, portal}
        back = threading.Thread(target=self._pipe, args=(portal, browser), daemon=True)
        back.start()
        self._pipe(browser, portal)
        back.join()
        with self._lock:
            self._open -= {browser, portal}

    def _pipe(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                self._flowing.wait()
                sink.sendall(data)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)


def _read(end: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        more = end.recv(count - len(data))
        if not more:
            raise EOFError
        data += more
    return data
