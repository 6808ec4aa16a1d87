"""The caller's side of verification: a child process that is kept, and one question at a time.

The child gets none of the environment: no credentials, no addresses. It is started anew when it has died.
"""

from __future__ import annotations

import hashlib
import json
import select
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any

from chalicelib import settings
from chalicelib.domain.signature import Report, Verdict
from chalicelib.errors import Invalid
from chalicelib.values import dataclass

SECONDS = 45  # the first question includes starting; a fork gets 25

_CHILD = "chalicelib.services.verification.child"


@dataclass(frozen=True)
class Looked:
    """A report and what it cost: peak memory of the fork in kB, seconds by the clock."""

    report: Report
    rss: int
    seconds: float


class Unsignable(Exception):
    """A file cannot be signed; `reason` is a key of the messages' "signatures"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Prepared:
    """A file with room for a signature: whoever has the key signs `attributes` (DER), SHA-256."""

    path: Path
    chain: tuple[bytes, ...]
    attributes: bytes
    start: int
    end: int


class Verifier:
    """A child process that verifies files one after the other. Use as a context, or `close` it."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._lock = Lock()

    def __enter__(self) -> Verifier:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        with self._lock:
            self._stop()

    def verify(
        self, path: Path, trust: Path, now: datetime, at: datetime | None = None, pinned: Iterable[str] = ()
    ) -> Looked:
        """Verify a file against a trust folder, for the moment `at` (now when left out).

        Raises Invalid when the trust folder is missing, empty or unreadable. A file never makes it raise.
        """
        moment = at or now
        question = {
            "path": str(path.absolute()),
            "trust": str(trust.absolute()),
            "pinned": list(pinned),
            "at": moment.astimezone(UTC).isoformat(),
            "past": moment < now,
        }
        with self._lock:
            answer = self._ask(question)
        if answer is None:
            lost = Report(Verdict.MALFORMED, reasons=("TooCostly",), size=path.stat().st_size)
            answer = {"report": lost.to_json(), "rss": 0, "seconds": float(SECONDS)}
        if "error" in answer:
            raise Invalid(answer["error"]["code"], folder=answer["error"]["folder"])
        report = replace(
            Report.from_json(answer["report"]),
            sha256=_digest(path),
            at=moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        )
        return Looked(report, answer["rss"], answer["seconds"])

    def prepare(
        self, path: Path, out: Path, chain: Sequence[bytes], when: datetime, *, field: str, final: bool, name: str = ""
    ) -> Prepared:
        """Write `path` with room for a signature to `out`; see `preparing`. Raises Unsignable."""
        asked = {
            "path": str(path.absolute()),
            "out": str(out.absolute()),
            "chain": [der.hex() for der in chain],
            "field": field,
            "when": when.astimezone(UTC).isoformat(),
            "final": final,
            "name": name,
        }
        made = self._made("prepare", asked)
        return Prepared(out, tuple(chain), bytes.fromhex(made["attributes"]), made["start"], made["end"])

    def complete(self, prepared: Prepared, signature: bytes) -> None:
        """Put a signature of the attributes into the prepared file, in place. Raises Unsignable."""
        asked = {
            "out": str(prepared.path.absolute()),
            "chain": [der.hex() for der in prepared.chain],
            "attributes": prepared.attributes.hex(),
            "start": prepared.start,
            "end": prepared.end,
            "signature": signature.hex(),
        }
        self._made("complete", asked)

    def _made(self, step: str, asked: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            answer = self._ask({step: asked})
        if answer is None or "problem" in answer:
            raise Unsignable(answer["problem"] if answer else "TooCostly")
        return answer

    def _ask(self, question: dict[str, Any]) -> dict[str, Any] | None:
        """What the child answers; None when it died of the question or took too long."""
        child = self._started()
        assert child.stdin is not None and child.stdout is not None
        try:
            child.stdin.write(json.dumps(question).encode() + b"\n")
            child.stdin.flush()
            ready, _, _ = select.select([child.stdout], [], [], SECONDS)
            line = child.stdout.readline() if ready else b""
        except BrokenPipeError:
            line = b""
        if line:
            answer: dict[str, Any] = json.loads(line)
            return answer
        failed = child.poll()
        self._stop()
        if failed == 1:
            raise RuntimeError("the verifying process failed to start, or by itself")
        return None

    def _started(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self._stop()
            self._child = subprocess.Popen(
                [sys.executable, "-m", _CHILD],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=Path(__file__).parents[3],
                env=settings.bare_environment() | {"PYTHONPATH": ":".join(path for path in sys.path if path)},
            )
        return self._child

    def _stop(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
