"""The built site into the site bucket, beside what is published there.

New files first, the pages that name them last, so that nobody gets a page whose files are not there yet. Files with a
hash in their name stay when a later site no longer has them: tabs that are open still ask for them.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from infra.local.website import PUBLISHED, told


@dataclass(frozen=True)
class File:
    key: str
    content: bytes
    kind: str  # Content-Type
    cache: str  # Cache-Control


def files(named: Iterable[tuple[str, bytes]]) -> list[File]:
    """What is to be written, in order; ValueError for a name where published pages lie."""
    found = []
    for name, content in named:
        if PUBLISHED.fullmatch("/" + name):
            raise ValueError(f"{name} lies where the catalogue is published")
        headers = told("/" + name)
        found.append(File(name, content, headers["Content-Type"], headers["Cache-Control"]))
    return sorted(found, key=lambda file: ("immutable" not in file.cache, file.key == "index.html", file.key))


def publish(s3: Any, bucket: str, named: Iterable[tuple[str, bytes]]) -> int:
    """Write what differs; the number of files written."""
    there, written = dict(_there(s3, bucket)), 0
    for file in files(named):
        if there.get(file.key) == hashlib.md5(file.content, usedforsecurity=False).hexdigest():
            continue
        s3.put_object(Bucket=bucket, Key=file.key, Body=file.content, ContentType=file.kind, CacheControl=file.cache)
        written += 1
    return written


def _there(s3: Any, bucket: str) -> Iterator[tuple[str, str]]:
    """(key, MD5) of the site's own files: those at the top and below assets/."""
    for prefix in ("", "assets/"):
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix, Delimiter="/"):
            for each in page.get("Contents", ()):
                yield each["Key"], each["ETag"].strip('"')


def has_catalogue(s3: Any, bucket: str) -> bool:
    return bool(s3.list_objects_v2(Bucket=bucket, Prefix="catalogue/", MaxKeys=1).get("KeyCount"))


def invalidate(cloudfront: Any, distribution: str) -> str:
    """Let every edge ask anew; the invalidation's id. One path, whatever it matches, counts as one."""
    made = cloudfront.create_invalidation(
        DistributionId=distribution,
        InvalidationBatch={"Paths": {"Quantity": 1, "Items": ["/*"]}, "CallerReference": str(time.time_ns())},
    )
    return str(made["Invalidation"]["Id"])
