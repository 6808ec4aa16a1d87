"""The site in its bucket: the right types, kept as long as it may be, pages last, the catalogue untouched."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

from infra.deploy import site
from infra.local.template import load
from infra.local.website import PUBLISHED
from tests.deploy.account import REGION, clients, distribution

SITE = [
    ("index.html", b"<!doctype html>"),
    ("sw.js", b"1"),
    ("assets/core-AbCd1234.js", b"2"),
    ("assets/site.css", b"3"),
    ("assets/be-vietnam-pro-400-AbCd1234.woff2", b"4"),
    ("icon.svg", b"<svg/>"),
]


@pytest.fixture
def s3() -> Any:
    client = clients("s3", REGION)
    client.create_bucket(Bucket="site", CreateBucketConfiguration={"LocationConstraint": REGION})
    return client


def test_every_file_has_its_type_and_what_has_no_hash_is_asked_for_anew(s3: Any) -> None:
    assert site.publish(s3, "site", SITE) == len(SITE)
    found = {key: s3.head_object(Bucket="site", Key=key) for key, _ in SITE}
    kept = {key for key, head in found.items() if "immutable" in head["CacheControl"]}
    assert kept == {"assets/core-AbCd1234.js", "assets/be-vietnam-pro-400-AbCd1234.woff2"}
    assert all(found[key]["CacheControl"] == "no-cache" for key in set(found) - kept)
    assert found["index.html"]["ContentType"] == "text/html; charset=utf-8"
    assert found["sw.js"]["ContentType"] == "text/javascript; charset=utf-8"
    assert found["icon.svg"]["ContentType"] == "image/svg+xml"
    assert found["assets/be-vietnam-pro-400-AbCd1234.woff2"]["ContentType"] == "font/woff2"


def test_pages_are_written_after_the_files_they_name() -> None:
    keys = [file.key for file in site.files(SITE)]
    assert keys[-1] == "index.html" and keys.index("assets/core-AbCd1234.js") < keys.index("sw.js")


def test_only_what_differs_is_written(s3: Any) -> None:
    site.publish(s3, "site", SITE)
    assert site.publish(s3, "site", SITE) == 0
    assert site.publish(s3, "site", [*SITE[1:], ("index.html", b"<!doctype html>new")]) == 1


def test_what_is_published_is_neither_written_over_nor_read(s3: Any) -> None:
    s3.put_object(Bucket="site", Key="catalogue/index.json", Body=b"{}")
    assert site.has_catalogue(s3, "site")
    site.publish(s3, "site", SITE)
    for name in (
        "catalogue/index.json",
        "tt/1.004227",
        "en/tt/index.html",
        "sitemap.xml",
        "robots.txt",
        "statistics/index.json",
    ):
        assert PUBLISHED.fullmatch("/" + name)
        with pytest.raises(ValueError, match="catalogue is published"):
            site.files([(name, b"")])
    assert s3.get_object(Bucket="site", Key="catalogue/index.json")["Body"].read() == b"{}"


def test_every_edge_is_told(s3: Any) -> None:
    at = distribution()
    made = site.invalidate(boto3.client("cloudfront", region_name=REGION), at)
    found = boto3.client("cloudfront", region_name=REGION).get_invalidation(DistributionId=at, Id=made)
    assert found["Invalidation"]["InvalidationBatch"]["Paths"]["Items"] == ["/*"]


def test_the_distribution_may_read_what_is_written() -> None:
    policy = load()["Resources"]["SiteBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"][0]
    assert policy["Principal"] == {"Service": "cloudfront.amazonaws.com"} and "s3:GetObject" in policy["Action"]
