"""What an authenticator app on a telephone shows."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct


def totp(secret: str, seconds: float) -> str:
    """RFC 6238, as an authenticator app shows it."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8), casefold=True)
    digest = hmac.new(key, struct.pack(">Q", int(seconds) // 30), hashlib.sha1).digest()
    at = digest[-1] & 15
    number: int = struct.unpack(">I", digest[at : at + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"
