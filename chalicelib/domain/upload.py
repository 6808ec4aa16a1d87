"""Files on their way in and out: how large, of what kind, how long they are waited for, under which keys they lie."""

from __future__ import annotations

import re
from datetime import timedelta

MB = 1024 * 1024
MAX_PDF_BYTES = 20 * MB  # thirty scanned pages at 300 dpi; the inspector holds the file in memory
MAX_PICTURE_BYTES = 10 * MB  # what telephones of today make, with room
MAX_PAGES = 30  # the longest paper of the seed procedures has far fewer; joining thirty pictures takes seconds
MIN_PICTURE_SIDE = 300  # pixels; below, an A4 page has under 37 dots per inch and cannot be read
MAX_PICTURE_PIXELS = 60_000_000  # 60 MP: the largest telephones' full resolution, and 180 MB when decoded

DOWNLOAD_SECONDS = 120  # how long an address to save a file from is good: the browser follows at once
UPLOAD_TIME = timedelta(minutes=15)  # how long a form for uploading is good
ARRIVAL_TIME = timedelta(hours=24)  # how long a slot waits for its files
SCAN_TIME = timedelta(hours=1)  # how long a slot whose files have come waits for the malware scan

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
PICTURES = frozenset({JPEG, PNG})
_ID = "[A-Za-z0-9-]{16,40}"
ID_PATTERN = f"^{_ID}$"
_QUARANTINE = re.compile(f"quarantine/({_ID})/({_ID})/([1-9][0-9]?)")


def upload_key(dossier_id: str, paper_id: str, number: int) -> str:
    """Where page `number` of a paper is to be uploaded; ValueError for parts that are not of our shape."""
    key = f"quarantine/{dossier_id}/{paper_id}/{number}"
    if parse_upload_key(key) is None:
        raise ValueError("not a key of an upload")
    return key


def parse_upload_key(key: str) -> tuple[str, str, int] | None:
    """(dossier, paper, page) of an upload's key; None unless it is exactly of the shape that `upload_key` gives."""
    match = _QUARANTINE.fullmatch(key)
    if match is None or not key.isascii() or int(match[3]) > MAX_PAGES:
        return None
    return match[1], match[2], int(match[3])


def paper_key(dossier_id: str, paper_id: str) -> str:
    return f"papers/{dossier_id}/{paper_id}.pdf"
