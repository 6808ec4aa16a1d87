"""The access log of the portal's origin, as the distribution in front of it would deliver it: gzipped files of
tab-separated lines in the logs bucket, all of CloudFront's standard fields, every few seconds instead of every hour.

The same function counts the views from them (`count-visits`). Moments are the portal's own, so that a day that was
moved to is a day of the statistics.
"""

from __future__ import annotations

import gzip
import logging
import secrets
from collections.abc import Mapping
from threading import Event, Lock, Thread
from typing import Any
from urllib.parse import quote

from chalicelib.services import present

PREFIX = "cloudfront/"
DELIVERED_EVERY = 5.0  # seconds
FIELDS = (
    "date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) "
    "cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken "
    "x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version fle-status "
    "fle-encrypted-fields c-port time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len "
    "sc-range-start sc-range-end"
).split()
_HEAD = f"#Version: 1.0\n#Fields: {' '.join(FIELDS)}\n"
_SAFE = "/:;,()+._-=*'!~@&?[]{}|"  # what the log writes as it is

log = logging.getLogger("infra.local")


class AccessLog:
    """Takes down requests; `deliver` writes what there is as one file, `start` does so again and again."""

    def __init__(self, s3: Any, bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._lines: list[str] = []
        self._lock = Lock()
        self._delivering = Lock()
        self._stop = Event()
        self._thread: Thread | None = None

    def note(
        self, path: str, environ: Mapping[str, Any], status: int, headers: Mapping[str, str], seconds: float
    ) -> None:
        """One request and how it was answered."""
        line = _line(path, environ, status, headers, seconds)
        with self._lock:
            self._lines.append(line)

    def deliver(self) -> int:
        """Write what was taken down since the last file; how many lines. They are kept when that fails."""
        with self._delivering:
            with self._lock:
                lines = list(self._lines)
            if lines:
                name = f"{PREFIX}EMOTCUALOCAL.{present.now():%Y-%m-%d-%H}.{secrets.token_hex(4)}.gz"
                body = gzip.compress((_HEAD + "".join(lines)).encode())
                self._s3.put_object(Bucket=self._bucket, Key=name, Body=body, ContentType="application/x-gzip")
                with self._lock:
                    del self._lines[: len(lines)]
            return len(lines)

    def start(self) -> None:
        self._thread = Thread(target=self._again_and_again, daemon=True)
        self._thread.start()

    def _again_and_again(self) -> None:
        while not self._stop.wait(DELIVERED_EVERY):
            try:
                self.deliver()
            except Exception:  # a thread has nobody to raise to; the lines come with the next file
                log.exception("the access log was not delivered")

    def stop(self) -> int:
        """End, and deliver the rest; how many lines that was."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=DELIVERED_EVERY)
        return self.deliver()


def _line(path: str, environ: Mapping[str, Any], status: int, headers: Mapping[str, str], seconds: float) -> str:
    now = present.now()
    length = headers.get("Content-Length", "0")
    known = {
        "date": f"{now:%Y-%m-%d}",
        "time": f"{now:%H:%M:%S}",
        "x-edge-location": "LOCAL-P1",
        "sc-bytes": length,
        "c-ip": str(environ.get("REMOTE_ADDR", "-")),
        "cs-method": str(environ["REQUEST_METHOD"]),
        "cs(Host)": str(environ.get("HTTP_HOST", "-")),
        "cs-uri-stem": quote(path, safe=_SAFE),
        "sc-status": str(status),
        "cs(User-Agent)": quote(str(environ.get("HTTP_USER_AGENT") or "-"), safe=_SAFE),
        "x-edge-result-type": "Error" if status >= 400 else "Miss",
        "x-host-header": str(environ.get("HTTP_HOST", "-")),
        "x-edge-request-id": secrets.token_urlsafe(40),
        "cs-protocol": "http",
        "cs-bytes": str(environ.get("CONTENT_LENGTH") or "0"),
        "time-taken": f"{seconds:.3f}",
        "cs-protocol-version": str(environ.get("SERVER_PROTOCOL", "HTTP/1.1")),
        "c-port": str(environ.get("REMOTE_PORT", "-")),
        "time-to-first-byte": f"{seconds:.3f}",
        "sc-content-type": quote(headers.get("Content-Type", "-"), safe=_SAFE),
        "sc-content-len": length,
    }
    return "\t".join(known.get(field, "-") for field in FIELDS) + "\n"
