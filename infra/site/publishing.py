"""Writes the pages into the site bucket, from what is published there.

Two publishers at once: who has written a page looks again whether what it shows is still the latest, and writes it
once more if not, so that the last page written shows the last publication.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from chalicelib import aws, settings
from chalicelib.domain.procedure import Procedure
from chalicelib.services import catalogue, publishing
from chalicelib.storage import catalogue as kept
from infra.site import pages
from infra.site.words import LANGUAGES

CONTENTS, EVERYTHING, FIELDS = "tt/index.html", "tt/tat-ca", "tt/linh-vuc/"
SITEMAP, ROBOTS = "sitemap.xml", "robots.txt"
_HTML, _XML, _PLAIN = "text/html; charset=utf-8", "application/xml", "text/plain; charset=utf-8"
_CACHE = "public, max-age=300"  # as the catalogue's own objects of fixed names
_WRITERS = 8
_ROUNDS = 20  # of pages overtaken by another publisher


def key(path: str, language: str) -> str:
    """The object of a page: its path without the slash in front."""
    return f"en/{path}" if language == "en" else path


def publish(codes: Iterable[str] | None = None, tell: Callable[[int], None] = lambda done: None) -> int:
    """Write the pages of these procedures (all that are published, by default) and every page that may show them.

    `tell` hears how many procedures are done since it was told last. Returns the number of procedures."""
    listed = [entry["code"] for entry in publishing.listed()]
    wanted = listed if codes is None else [code for code in listed if code in set(codes)]
    publish_procedures(wanted, tell)
    publish_lists()
    return len(wanted)


def there() -> bool:
    """Whether pages were ever published."""
    found = aws.client("s3").list_objects_v2(Bucket=settings.site_bucket(), Prefix=CONTENTS, MaxKeys=1)
    return bool(found.get("KeyCount"))


def publish_procedures(
    codes: Sequence[str],
    tell: Callable[[int], None] = lambda done: None,
    known: Mapping[str, Procedure] | None = None,
) -> None:
    """Write the guidance pages of published procedures, but not the lists that name them.

    `known` are those whose latest version the caller has at hand (`latest`); the others are read."""
    tree = catalogue.agencies()
    at_hand = dict(known or {})

    def one(code: str) -> tuple[str, int]:
        procedure = at_hand.pop(code, None) or Procedure.from_json(kept.read(kept.latest_key(code)))
        for language in LANGUAGES:
            _write(key(f"tt/{code}", language), pages.procedure(procedure, tree, language))
        tell(1)
        return code, procedure.version

    waiting: Sequence[str] = codes
    before: dict[str, int] = {}
    with ThreadPoolExecutor(_WRITERS) as pool:
        for _ in range(_ROUNDS):
            written = dict(pool.map(one, waiting))
            newest = {code: pointer.version for code, pointer in kept.pointers(written).items()}
            # What did not change since the last look is another publisher's, who writes its page after its JSON.
            waiting = [c for c, version in written.items() if newest.get(c, version) > version != before.get(c)]
            if not waiting:
                return
            before = written


def latest(published: Iterable[publishing.Published], documents: Mapping[str, Any]) -> dict[str, Procedure]:
    """The latest versions that were written just now, of the documents they were made of: they need not be read."""
    return {
        one.code: Procedure.from_json({**documents[one.code], "version": one.version, "published_at": one.published_at})
        for one in published
        if one.published_at
    }


def publish_lists() -> None:
    """Write the pages that list: the contents, the fields, everything, the agencies; for search engines the sitemap and
    robots.txt."""
    for _ in range(_ROUNDS):
        entries = publishing.listed()
        _write_lists(entries)
        if publishing.listed() == entries:
            return


def _write_lists(entries: Sequence[pages.Entry]) -> None:
    tree = catalogue.agencies()
    own = [entry for entry in entries if entry["online"]]
    fields = pages.fields(entries)

    def made() -> Iterator[tuple[str, str]]:
        for language in LANGUAGES:
            yield key(CONTENTS, language), pages.contents(own, fields, tree, language)
            yield key(EVERYTHING, language), pages.everything(fields, language)
            for field in fields:
                yield key(FIELDS + field.code, language), pages.field(field, language)
            for agency in tree.values():
                offered = [entry for entry in own if agency.code in entry["agencies"]]
                calendar = catalogue.calendar_of(agency.code)
                yield key(f"cq/{agency.code}", language), pages.agency(agency, tree, calendar, offered, language)

    with ThreadPoolExecutor(_WRITERS) as pool:
        list(pool.map(lambda page: _write(*page), made()))
    paths = ["/tt/", *(f"/{FIELDS}{field.code}" for field in fields), *(f"/cq/{code}" for code in tree)]
    paths += [f"/tt/{entry['code']}" for entry in entries]
    _write(SITEMAP, pages.sitemap(settings.public_url(), paths), _XML)
    _write(ROBOTS, pages.robots(settings.public_url()), _PLAIN)
    _forget_fields({field.code for field in fields})


def _forget_fields(there: set[str]) -> None:
    """Delete the pages of fields that have no procedure any more."""
    s3, bucket = aws.client("s3"), settings.site_bucket()
    for language in LANGUAGES:
        prefix = key(FIELDS, language)
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
            for found in page.get("Contents", ()):
                if found["Key"].removeprefix(prefix) not in there:
                    s3.delete_object(Bucket=bucket, Key=found["Key"])


def _write(key: str, text: str, kind: str = _HTML) -> None:
    about: dict[str, Any] = {"ContentType": kind, "CacheControl": _CACHE}
    aws.client("s3").put_object(Bucket=settings.site_bucket(), Key=key, Body=text.encode(), **about)
