"""A postal service calls: one JSON object with the fields of `words`, all texts, signed over the bytes of the body.

    X-Post-Timestamp   seconds since 1970, when the call was signed
    X-Post-Signature   HMAC-SHA256, hexadecimal, of "<timestamp>." and the body, under the carrier's secret

A call that was signed more than ten minutes ago, or as long ahead, is refused: one that was overheard is soon worth
nothing, and within that time it says only what was said before. `secrets` in the carrier's setting has the present one
and, during a rotation, the one before. Answers: {"result": …} with 200 moved, duplicate or contradicted; 400 malformed,
401 bad_signature, 404 unknown (the parcel's number may not be entered yet: call again), 503 fault (call again).
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from chalicelib import settings
from chalicelib.domain.post import CARRIERS, Word
from chalicelib.errors import Invalid, NotFound
from chalicelib.gateways import parameters
from chalicelib.gateways.post import words
from chalicelib.gateways.wire import read_object

GOOD_FOR = 600
STATUS = {
    "moved": 200,
    "duplicate": 200,
    "contradicted": 200,
    "malformed": 400,
    "bad_signature": 401,
    "unknown": 404,
    "fault": 503,
}


class BadCall(Exception):
    """A call that must change nothing; `result` is what is answered, `why` for our own inbox."""

    def __init__(self, result: str, why: str) -> None:
        super().__init__(f"{result}: {why}")
        self.result, self.why = result, why


def secrets_of(carrier: str) -> tuple[str, ...]:
    """The carrier's live secrets; raises NotFound for one that does not report to this stage."""
    if carrier not in CARRIERS or carrier not in settings.post_carriers():
        raise NotFound("CarrierNotConnected")
    return tuple(parameters.read("post", carrier)["secrets"])


def sign(secret: str, timestamp: str, body: bytes) -> str:
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def read(carrier: str, secrets: Iterable[str], headers: Mapping[str, str], body: bytes, now: datetime) -> Word:
    """What a call says, when it is the carrier's; raises BadCall. `headers` have their names in small letters."""
    timestamp, signature = headers.get("x-post-timestamp", ""), headers.get("x-post-signature", "")
    if not re.fullmatch("[0-9]{1,12}", timestamp, re.ASCII):
        raise BadCall("bad_signature", "no timestamp")
    given = signature.lower().encode()
    # Every secret is tried, so that the time taken says nothing of which one was right.
    if not any([hmac.compare_digest(sign(one, timestamp, body).encode(), given) for one in secrets]):
        raise BadCall("bad_signature", "the signature does not hold")
    if abs(now.timestamp() - int(timestamp)) > GOOD_FOR:
        raise BadCall("bad_signature", "signed too long ago, or ahead of time")
    try:
        said = read_object(body)
    except ValueError as error:
        raise BadCall("malformed", str(error)) from error
    if unknown := set(said) - set(words.FIELDS):
        raise BadCall("malformed", f"unknown fields: {len(unknown)}")
    if not all(isinstance(value, str) for value in said.values()):
        raise BadCall("malformed", "all fields are texts")
    try:
        return words.read(carrier, said, now)
    except Invalid as error:
        raise BadCall("malformed", str(error)) from error
