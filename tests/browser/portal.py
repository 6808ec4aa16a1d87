"""The running portal as a browser test sees it: addresses, demo accounts, what was sent, and its clock."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import Request, urlopen

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Portal:
    """A local cloud in a process of its own, with the seed's data and the built site."""

    process: subprocess.Popen[str]
    told: dict[str, Any]

    @classmethod
    def start(cls, log: Path, dist: Path, *options: str) -> Portal:
        """`options` are further ones of `python -m infra.local`."""
        command = [sys.executable, "-m", "infra.local", "--json", "--port", "0", "--aws-port", "0", "--dist", str(dist)]
        command += options
        with log.open("w") as errors:
            process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=errors, text=True)
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, f"the local cloud did not start:\n{log.read_text()[-2000:]}"
        return cls(process, json.loads(line))

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()

    @property
    def url(self) -> str:
        return str(self.told["url"])

    @property
    def aws_url(self) -> str:
        return str(self.told["aws_url"])

    @property
    def environment(self) -> dict[str, str]:
        """For a client of the same cloud, or `motcua` in a process of its own."""
        return {**os.environ, **self.told["environment"]}

    def account(self, who: str) -> tuple[str, str]:
        """User name and password of the first demo account whose description holds `who` ("H34.05:reception")."""
        found = next(each for each in self.told["accounts"] if who in each["who"])
        return found["username"], found["password"]

    def letters(self, to: str) -> list[dict[str, Any]]:
        """What was sent to an address, oldest first."""
        listed: list[dict[str, Any]] = self._call(f"/sandbox/outbox?format=json&to={quote(to)}")["letters"]
        return listed

    def code(self, to: str) -> str:
        """The last code that was sent to an address."""
        return str([letter["code"] for letter in self.letters(to) if letter.get("code")][-1])

    def motcua(self, *arguments: str) -> str:
        """What the operator's command says to this portal."""
        command = [sys.executable, "-m", "infra.cli", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"motcua {' '.join(arguments)}: {done.stdout}{done.stderr}"
        return done.stdout

    def shift(self, seconds: float) -> None:
        """Let the portal live that much ahead of the machine; the sweeper comes at once."""
        self._call("/sandbox/clock", {"shift": seconds})

    def _call(self, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = Request(self.url + path, data=data, headers={"Content-Type": "application/json"})
        with urlopen(request, timeout=30) as answer:
            return json.load(answer)
