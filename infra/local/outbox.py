"""Mails, SMS and codes that would have left the cloud; kept here, to be read at /sandbox/outbox and by the tests."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable
from dataclasses import asdict, dataclass
from itertools import count
from threading import Lock
from typing import Any

from moto.ses.models import SESBackend
from moto.sns.responses import SNSResponse

from chalicelib.services import present
from infra.local.patching import replace


@dataclass(frozen=True)
class Letter:
    """One message: `kind` is mail, sms or code (a code is a mail too, written by Cognito)."""

    number: int
    at: str  # ISO 8601, UTC, the portal's time
    kind: str
    to: str
    subject: str
    body: str
    code: str | None = None


class Outbox:
    """Letters in the order they were sent; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._letters: list[Letter] = []
        self._numbers = count(1)

    def send(self, kind: str, to: str, subject: str, body: str, code: str | None = None) -> Letter:
        with self._lock:
            at = present.now().isoformat(timespec="seconds")
            letter = Letter(next(self._numbers), at, kind, to, subject, body, code)
            self._letters.append(letter)
            return letter

    def letters(self, to: str | None = None) -> list[Letter]:
        with self._lock:
            return [letter for letter in self._letters if to is None or letter.to == to]

    def code(self, to: str) -> str:
        """The last code sent to an address; LookupError if there is none."""
        codes = [letter.code for letter in self.letters(to) if letter.code]
        if not codes:
            raise LookupError(f"no code was sent to {to}")
        return codes[-1]

    def clear(self) -> None:
        with self._lock:
            self._letters.clear()

    def dump(self) -> list[dict[str, Any]]:
        return [asdict(letter) for letter in self.letters()]

    def load(self, letters: list[dict[str, Any]]) -> None:
        with self._lock:
            self._letters = [Letter(**letter) for letter in letters]
            self._numbers = count(1 + max((letter.number for letter in self._letters), default=0))


outbox = Outbox()


def _mail(original: Callable[..., Any]) -> Callable[..., Any]:
    def send(self: SESBackend, source: str, subject: str, body: str, destinations: Any, *rest: Any) -> Any:
        answer = original(self, source, subject, body, destinations, *rest)
        for addresses in destinations.values():
            for address in addresses:
                outbox.send("mail", address, subject, body)
        return answer

    return send


def _raw_mail(original: Callable[..., Any]) -> Callable[..., Any]:
    def send(self: SESBackend, source: str, destinations: list[str], raw_data: str) -> Any:
        answer = original(self, source, destinations, raw_data)
        parsed = email.message_from_string(raw_data, policy=email.policy.default)
        text = parsed.get_body(preferencelist=("plain", "html"))
        for address in destinations or str(parsed["To"]).split(","):
            outbox.send("mail", address.strip(), str(parsed["Subject"]), text.get_content() if text else "")
        return answer

    return send


def _sms(original: Callable[..., Any]) -> Callable[..., Any]:
    def publish(self: SNSResponse) -> Any:
        answer = original(self)
        number = self._get_param("PhoneNumber")
        if number:
            outbox.send("sms", number, "", self._get_param("Message"))
        return answer

    return publish


def install() -> None:
    """Let moto's SES and SNS deliver here; once is enough."""
    replace(SESBackend, "send_email", _mail)
    replace(SESBackend, "send_raw_email", _raw_mail)
    replace(SNSResponse, "publish", _sms)
