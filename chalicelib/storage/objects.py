"""Objects in S3: forms and addresses for browsers, and what the functions read and write themselves."""

from __future__ import annotations

import base64
import gzip
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from chalicelib import aws
from chalicelib.domain.upload import DOWNLOAD_SECONDS
from chalicelib.values import dataclass


@dataclass(frozen=True)
class Written:
    """An object as it is kept; `about` has its SHA-256 as "sha256"."""

    version: str
    size: int
    about: Mapping[str, str]


LONGEST_LINE = 64 * 1024  # bytes; a log's longest request line and headers are less than half of it


def upload_form(bucket: str, key: str, size: int, media_type: str, sha256: str, seconds: int) -> dict[str, Any]:
    """{url, fields} of a POST that S3 takes for exactly this key, size, type and SHA-256 (hexadecimal)."""
    fields = {
        "Content-Type": media_type,
        "x-amz-checksum-algorithm": "SHA256",
        "x-amz-checksum-sha256": _base64(sha256),
    }
    conditions: list[Any] = [["content-length-range", size, size], *({name: value} for name, value in fields.items())]
    form: dict[str, Any] = aws.client("s3").generate_presigned_post(
        bucket, key, Fields=fields, Conditions=conditions, ExpiresIn=seconds
    )
    return form


def download_url(bucket: str, key: str, version: str, disposition: str, media_type: str) -> str:
    """An address that gives this version of the object for two minutes: the browser follows at once, and it must not
    outlive the look that was logged.
    """
    url: str = aws.client("s3").generate_presigned_url(
        "get_object",
        Params={
            "Bucket": bucket,
            "Key": key,
            "VersionId": version,
            "ResponseContentDisposition": disposition,
            "ResponseContentType": media_type,
        },
        ExpiresIn=DOWNLOAD_SECONDS,
    )
    return url


def read(bucket: str, key: str, most: int, version: str = "") -> bytes | None:
    """The object, at most `most` bytes of it and one more (so that the caller sees it is too long); None if absent."""
    which = {"VersionId": version} if version else {}
    try:
        answer = aws.client("s3").get_object(Bucket=bucket, Key=key, **which)
    except ClientError as error:
        if error.response["Error"]["Code"] in {"NoSuchKey", "NoSuchVersion"}:
            return None
        raise
    with answer["Body"] as body:
        content: bytes = body.read(most + 1)
    return content


def unpacked_lines(bucket: str, key: str) -> Iterator[str]:
    """The lines of a gzipped text, one at a time, whatever its size; one too long to be kept is an empty one.

    What is no UTF-8 is replaced. A file that ends in the middle raises EOFError.
    """
    answer = aws.client("s3").get_object(Bucket=bucket, Key=key)
    with answer["Body"] as body, gzip.GzipFile(fileobj=body, mode="rb") as text:
        while line := text.readline(LONGEST_LINE):
            if len(line) < LONGEST_LINE or line.endswith(b"\n"):
                yield line.decode("utf-8", "replace")
                continue
            while line and not line.endswith(b"\n"):
                line = text.readline(LONGEST_LINE)
            yield ""


def write(bucket: str, key: str, content: bytes, media_type: str, sha256: str) -> str:
    """Keep the object; S3 compares the hash with what arrives. Gives its version, "" of a bucket without versions."""
    answer = aws.client("s3").put_object(
        Bucket=bucket,
        Key=key,
        Body=content,
        ContentType=media_type,
        ChecksumAlgorithm="SHA256",  # named too: a bucket with Object Lock asks for it
        ChecksumSHA256=_base64(sha256),
    )
    version: str = answer.get("VersionId", "")
    return version


def write_once(bucket: str, key: str, content: bytes, media_type: str, about: Mapping[str, str]) -> Written:
    """Keep the object unless one is there: then that one stays, and is what is answered. `about` is kept with it."""
    sha256 = hashlib.sha256(content).hexdigest()
    kept = {**about, "sha256": sha256}
    try:
        answer = aws.client("s3").put_object(
            Bucket=bucket,
            Key=key,
            Body=content,
            ContentType=media_type,
            ChecksumAlgorithm="SHA256",
            ChecksumSHA256=_base64(sha256),
            Metadata=kept,
            IfNoneMatch="*",
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "PreconditionFailed":
            raise
        there = written(bucket, key)
        if there is None:  # locked objects do not go away
            raise
        return there
    return Written(answer["VersionId"], len(content), kept)


def written(bucket: str, key: str) -> Written | None:
    """What `write_once` kept under the key; None when there is nothing."""
    try:
        found = aws.client("s3").head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if error.response["Error"]["Code"] in {"404", "NoSuchKey"}:
            return None
        raise
    return Written(found["VersionId"], int(found["ContentLength"]), dict(found["Metadata"]))


def tags(bucket: str, key: str) -> dict[str, str]:
    """The tags of an object; none when it is not there."""
    try:
        answer = aws.client("s3").get_object_tagging(Bucket=bucket, Key=key)
    except ClientError as error:
        if error.response["Error"]["Code"] in {"404", "NoSuchKey"}:
            return {}
        raise
    return {tag["Key"]: tag["Value"] for tag in answer["TagSet"]}


def keys_under(bucket: str, prefix: str) -> dict[str, int]:
    """Keys and sizes of up to a thousand objects under a prefix; one call."""
    answer = aws.client("s3").list_objects_v2(Bucket=bucket, Prefix=prefix)
    return {found["Key"]: found["Size"] for found in answer.get("Contents", ())}


def delete(bucket: str, keys: Iterable[str]) -> None:
    """Delete up to a thousand objects of a bucket without versions; absent ones are no error."""
    _delete(bucket, [{"Key": key} for key in keys])


def erase(bucket: str, key: str) -> None:
    """Delete every version of the object, and the marks of its deletions."""
    for page in aws.client("s3").get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=key):
        found = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
        _delete(bucket, [{"Key": v["Key"], "VersionId": v["VersionId"]} for v in found if v["Key"] == key])


def _delete(bucket: str, objects: list[dict[str, str]]) -> None:
    if not objects:
        return
    answer = aws.client("s3").delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})
    if failed := answer.get("Errors"):
        raise OSError(f"{len(failed)} objects were not deleted: {failed[0].get('Code')}")


def _base64(hexadecimal: str) -> str:
    return base64.b64encode(bytes.fromhex(hexadecimal)).decode()
