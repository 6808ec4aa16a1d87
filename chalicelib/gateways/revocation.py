"""Revocation lists, fetched from the addresses that the trust manifest names and from nowhere else.

Redirects are not followed: they would lead to hosts that nobody has pinned. What comes is worth nothing until its
signature was checked (services/revocation.py); http is enough, and what authorities offer.
"""

from __future__ import annotations

import time
from urllib.parse import urlsplit

import urllib3

from chalicelib.errors import UpstreamFailed

MAX_BYTES = 32 * 1024 * 1024  # the largest lists of public authorities have some ten megabytes
CONNECT_SECONDS, READ_SECONDS, SECONDS = 5.0, 10.0, 45.0
_PIECE = 64 * 1024


def fetch(url: str) -> bytes:
    """The list at an address; UpstreamFailed for anything but a whole answer of a sensible size in time."""
    if urlsplit(url).scheme not in {"http", "https"}:
        raise UpstreamFailed("UpstreamFailed")
    ends = time.monotonic() + SECONDS
    timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
    try:
        with urllib3.PoolManager(retries=False, timeout=timeout) as pool:
            answer = pool.request("GET", url, redirect=False, preload_content=False, headers={"Accept": "*/*"})
            try:
                if answer.status != 200:
                    raise UpstreamFailed("UpstreamFailed")
                found = bytearray()
                for piece in answer.stream(_PIECE, decode_content=False):
                    found += piece
                    if len(found) > MAX_BYTES or time.monotonic() > ends:
                        raise UpstreamFailed("UpstreamFailed")
                return bytes(found)
            finally:
                answer.close()
    except urllib3.exceptions.HTTPError as error:
        raise UpstreamFailed("UpstreamFailed") from error
