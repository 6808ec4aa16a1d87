"""What the story is played on: a local cloud in a process of its own, people with tokens, one printed line per step."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

ROOT = Path(__file__).resolve().parents[2]
WAIT = 20.0


class Lie(AssertionError):
    """The system did not do what the story says."""


def check(claim: bool, what: str, seen: Any = "") -> None:
    """Stop the story when a claim does not hold."""
    if not claim:
        raise Lie(f"{what}: {json.dumps(seen, ensure_ascii=False, default=str)[:800]}")


@dataclass
class Stage:
    """The running system as a story sees it: addresses only."""

    process: subprocess.Popen[str]
    url: str
    outbox: str
    environment: dict[str, str]
    log: Path
    lines: int = 0
    clauses: set[str] = field(default_factory=set)
    began: float = field(default_factory=time.monotonic)

    @classmethod
    def open(cls, folder: Path) -> Stage:
        """Start an empty local cloud on free ports."""
        log = folder / "cloud.log"
        command = [sys.executable, "-m", "infra.local", "--json", "--no-seed", "--port", "0", "--aws-port", "0"]
        with log.open("w") as errors:
            process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=errors, text=True)
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise Lie(f"the local cloud did not start:\n{log.read_text()[-2000:]}")
        told = json.loads(line)
        return cls(process, told["url"], told["outbox"], {**os.environ, **told["environment"]}, log)

    def close(self) -> None:
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise Lie("the local cloud did not stop within a minute of Ctrl-C") from None

    def say(self, clause: str, actor: str, what: str, status: object, seconds: float) -> None:
        """One line of the story."""
        self.lines += 1
        self.clauses.update(clause.split())
        sys.stdout.write(
            f"{self.lines:>3}  {clause:<8} {actor:<12} {what:<74.74} {status!s:>6} {seconds * 1000:>7.0f} ms\n"
        )
        sys.stdout.flush()

    def command(self, clause: str, what: str, *words: str, patient: bool = False) -> str:
        """The operator types a `motcua` command; its output. `patient`: again and again, while what it looks at may
        still be on its way."""
        began = time.monotonic()
        done = self._typed(*words)
        while patient and done.returncode and time.monotonic() < began + WAIT:
            done = self._typed(*words)
        check(done.returncode == 0, f"motcua {' '.join(words)[:80]} failed", done.stdout + done.stderr)
        self.say(clause, "operator", what, "exit 0", time.monotonic() - began)
        return done.stdout

    def refused(self, clause: str, what: str, *words: str) -> str:
        """The operator types a command that must end with 1; its output."""
        began = time.monotonic()
        done = self._typed(*words)
        check(done.returncode == 1, f"motcua {' '.join(words)[:80]} was not refused", done.stdout + done.stderr)
        self.say(clause, "operator", what, "exit 1", time.monotonic() - began)
        return done.stdout

    def asked(self, *words: str) -> str:
        """The output of a command, without a line."""
        return self._typed(*words).stdout

    def _typed(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "infra.cli", *words]
        return subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True)

    def letters(self, to: str) -> list[dict[str, Any]]:
        """What was sent to an address, oldest first."""
        seen = requests.get(self.outbox, params={"format": "json", "to": to}, timeout=10).json()
        letters: list[dict[str, Any]] = seen["letters"]
        return letters

    def until(self, what: str, found: Callable[[], Any]) -> Any:
        """Wait until something asynchronous has happened."""
        end = time.monotonic() + WAIT
        while time.monotonic() < end:
            value = found()
            if value:
                return value
            time.sleep(0.05)
        raise Lie(f"waited {WAIT:.0f} s in vain until {what}; {self.log.read_text()[-1500:]}")


@dataclass
class Person:
    """Somebody at a browser: calls the API with their token and speaks their language."""

    stage: Stage
    who: str
    token: str = ""
    language: str = "vi"
    http: requests.Session = field(default_factory=requests.Session)

    def call(
        self,
        clause: str,
        what: str,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        status: int = 200,
        code: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """One step: call, check status (and error code), print the line; the answer's body."""
        sent = {"Accept-Language": self.language, "Content-Type": "application/json", **(headers or {})}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        if method == "POST":
            sent.setdefault("Idempotency-Key", new_id())
        began = time.monotonic()
        answer = self.http.request(
            method,
            f"{self.stage.url}/api{path}",
            headers=sent,
            data=None if body is None else json.dumps(body).encode(),
            timeout=30,
        )
        seconds = time.monotonic() - began
        seen: Any = answer.json() if answer.content else None
        check(answer.status_code == status, f"{what}: expected {status}, got {answer.status_code}", seen)
        if status >= 400:
            check(set(seen) == {"Code", "Message", "Fields"}, f"{what}: not the one error shape", seen)
        if code:
            check(seen["Code"] == code, f"{what}: expected {code}", seen)
        # What the gateway itself refuses carries the gateway's name for it.
        request_id = answer.headers.get("X-Request-Id") or answer.headers.get("x-amzn-RequestId")
        check(bool(request_id), f"{what}: no request id", dict(answer.headers))
        self.stage.say(clause, self.who, what, answer.status_code, seconds)
        return seen

    def get(self, path: str) -> Any:
        """Look without a line."""
        sent = {"Accept-Language": self.language, "Authorization": f"Bearer {self.token}"}
        answer = self.http.get(f"{self.stage.url}/api{path}", headers=sent, timeout=30)
        check(answer.status_code == 200, f"GET {path}", answer.text)
        return answer.json()

    def log_in(self, username: str, password: str, clause: str = "A4") -> None:
        seen = self.call(clause, "logs in", "POST", "/sessions", {"username": username, "password": password})
        check(bool(seen.get("id_token")), "a session has a token", seen)
        self.token = seen["id_token"]


def new_id() -> str:
    return str(uuid.uuid4())
