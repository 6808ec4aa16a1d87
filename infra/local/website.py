"""What the portal's origin serves without a function: the built site, and what was published to the site bucket.

As a distribution in front of S3 does it: a page's object has the page's path as its key; a path that is neither page
nor file is drawn by the site itself (`index.html`). Nothing here knows the API.

Whatever has no hash in its name is asked for anew each time, `/sw.js` above all: a service worker that some cache gave
out too long would keep an old site alive.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import re
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from botocore.exceptions import ClientError

Answer = tuple[int, dict[str, str], bytes]

PUBLISHED = re.compile(r"/(?:en/)?(?:tt|cq)/.*|/(?:catalogue|statistics)/.*|/sitemap\.xml|/robots\.txt")
_PAGES = ("/tt/", "/cq/", "/en/")  # of what is published; the rest are files
_LISTS = {"tt/": "tt/index.html", "en/tt/": "en/tt/index.html"}
_REFUSED = re.compile(r"[\\\x00-\x1f\x7f]")  # in no path of ours
_HASHED = re.compile(r"/assets/.*-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$")
_TEXT = re.compile(r"text/|application/(?:json|xml|javascript|manifest\+json)|image/svg\+xml")
_FOR_EVER, _ASK = "public, max-age=31536000, immutable", "no-cache"
_SMALL = 600  # bytes that are not worth compressing
_COMPRESSED = 200  # bodies kept compressed

# mimetypes reads the machine's own table as well: what the site is made of shall not depend on it.
KINDS = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
}


def security_headers(aws_origin: str) -> dict[str, str]:
    """For every page and file: nothing inline, nothing from elsewhere; papers go to and come from `aws_origin`."""
    policy = {
        "default-src": "'self'",
        "img-src": "'self' blob: data:",
        "connect-src": f"'self' {aws_origin}",
        "frame-src": "'self' blob:",  # an officer looks at a paper inside the page
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
        "object-src": "'none'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
        "Cross-Origin-Opener-Policy": "same-origin",
    }


def told(path: str) -> dict[str, str]:
    """Content-Type and Cache-Control of a file of the built site, wherever it is served from."""
    suffix = Path(path).suffix
    kind = KINDS.get(suffix.lower()) or mimetypes.guess_type(f"x{suffix}")[0] or "application/octet-stream"
    return {"Content-Type": kind, "Cache-Control": _FOR_EVER if _HASHED.fullmatch(path) else _ASK}


class Website:
    """GET of pages and files. `dist` is the folder of the built site; it may come and go while this runs."""

    def __init__(self, dist: Path, s3: Any, bucket: str, aws_origin: str) -> None:
        self._dist = dist.resolve()
        self._s3 = s3
        self._bucket = bucket
        self._security = security_headers(aws_origin)
        self._compressed: OrderedDict[str, bytes] = OrderedDict()

    @property
    def built(self) -> bool:
        return (self._dist / "index.html").is_file()

    def answer(self, path: str, environ: Mapping[str, Any]) -> Answer | None:
        """The page or file at `path`; None when there is none and none shall be drawn instead."""
        found = self._find(path)
        if found is None:
            return None
        status, headers, body = found
        return self._negotiate(status, {**self._security, **headers}, body, environ)

    def _find(self, path: str) -> Answer | None:
        if ".." in path.split("/") or _REFUSED.search(path):
            return None
        if path in ("/tt", "/en/tt"):
            return 301, {"Location": path + "/"}, b""
        if path.endswith("/") and path.strip("/") and path[1:] not in _LISTS:
            return 301, {"Location": "/" + quote(path.strip("/"))}, b""
        if PUBLISHED.fullmatch(path):
            found = self._published(_LISTS.get(path[1:], path[1:]))
            if found is not None or not path.startswith(_PAGES):
                return found
        if not self.built:
            return None
        file = self._file(path)
        if file is not None:
            return file
        if Path(path).suffix.lower() in KINDS:
            return None  # a file by its name: the site draws pages only
        # A page of the catalogue that was never published is missing; the site says so in its own words.
        status = 404 if PUBLISHED.fullmatch(path) else 200
        return status, told("/index.html"), (self._dist / "index.html").read_bytes()

    def _published(self, key: str) -> Answer | None:
        try:
            found = self._s3.get_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] in ("NoSuchKey", "404"):
                return None
            raise
        headers = {"Content-Type": found["ContentType"], "ETag": found["ETag"]}
        for name, header in (("CacheControl", "Cache-Control"), ("ContentEncoding", "Content-Encoding")):
            if found.get(name):
                headers[header] = found[name]
        return 200, headers, found["Body"].read()

    def _file(self, path: str) -> Answer | None:
        wanted = (self._dist / path.lstrip("/")).resolve()
        if path == "/":
            wanted = self._dist / "index.html"
        if not wanted.is_relative_to(self._dist) or not wanted.is_file():
            return None
        return 200, told("/index.html" if path == "/" else path), wanted.read_bytes()

    def _negotiate(self, status: int, headers: dict[str, str], body: bytes, environ: Mapping[str, Any]) -> Answer:
        """Validation and compression, as the distribution does both."""
        if status != 200:
            return status, headers, body
        digest = hashlib.sha256(body).hexdigest()[:32]
        headers["ETag"] = f'W/"{digest}"'  # weak: the same for every encoding
        headers["Vary"] = "Accept-Encoding"
        if _matches(environ.get("HTTP_IF_NONE_MATCH", ""), digest):
            return 304, {k: v for k, v in headers.items() if k not in ("Content-Type", "Content-Encoding")}, b""
        text = _TEXT.match(headers["Content-Type"]) is not None
        if text and len(body) > _SMALL and "Content-Encoding" not in headers and _takes_gzip(environ):
            headers["Content-Encoding"] = "gzip"
            body = self._gzip(digest, body)
        return status, headers, body

    def _gzip(self, digest: str, body: bytes) -> bytes:
        known = self._compressed.get(digest)
        if known is None:
            known = self._compressed[digest] = gzip.compress(body, 9, mtime=0)
            while len(self._compressed) > _COMPRESSED:
                self._compressed.pop(next(iter(self._compressed)), None)
        return known


def _takes_gzip(environ: Mapping[str, Any]) -> bool:
    offers = [offer.strip() for offer in str(environ.get("HTTP_ACCEPT_ENCODING", "")).split(",")]
    return any(offer.split(";")[0] == "gzip" and not re.search(r";\s*q=0(?:\.0*)?$", offer) for offer in offers)


def _matches(header: str, digest: str) -> bool:
    tags = [tag.strip().removeprefix("W/").strip('"') for tag in header.split(",")]
    return "*" in tags or digest in tags
