"""Access logs as the distribution delivers them, and their arrival."""

from __future__ import annotations

import gzip
import itertools
from collections.abc import Iterable
from typing import Any

from chalicelib import events
from infra.local.access_log import FIELDS
from infra.local.template import Template
from infra.local.testing import PARAMETERS, run

BUCKET = Template(PARAMETERS).properties("LogsBucket")["BucketName"]
PHONE = "Mozilla/5.0%20(Linux;%20Android%2014)%20AppleWebKit/537.36%20Chrome/130.0%20Mobile%20Safari/537.36"
_numbers = itertools.count(1)


def line(path: str = "/tim", day: str = "2026-11-23", **changes: str) -> str:
    known = {
        "date": day,
        "time": "02:00:00",
        "c-ip": "203.0.113.9",
        "cs-method": "GET",
        "cs-uri-stem": path,
        "sc-status": "200",
        "cs(User-Agent)": PHONE,
        "sc-content-type": "text/html;charset=utf-8",
        **changes,
    }
    return "\t".join(known.get(field, "-") for field in FIELDS)


def deliver(cloud: Any, lines: Iterable[str], raw: bytes | None = None) -> str:
    """Put a log into the bucket; its key."""
    text = "\n".join(["#Version: 1.0", f"#Fields: {' '.join(FIELDS)}", *lines, ""])
    key = f"cloudfront/E2EXAMPLE.2026-11-23-02.{next(_numbers):08x}.gz"
    cloud.client("s3").put_object(Bucket=BUCKET, Key=key, Body=gzip.compress(text.encode()) if raw is None else raw)
    return key


def arrive(key: str) -> None:
    """What S3 tells the function."""
    record = {"s3": {"bucket": {"name": BUCKET}, "object": {"key": key.replace("+", "%2B"), "size": 1}}}
    run(events.count_visits, {"Records": [record]}, "count-visits")
