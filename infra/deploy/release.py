"""Releases in the artefact bucket: packages under the hash of what they hold, and which release a stage runs.

    code/<sha256><suffix>           packages of functions, the workflow's definition, the built site
    releases/<stage>/<id>.json      a release: the templates as they were deployed, their parameters, its site
    releases/<stage>/state.json     {"current": id, "before": [ids, oldest first], "trying": id or ""}

The bucket is made when it is missing: private, by TLS only, with versions. Packages hold no secrets.
"""

from __future__ import annotations

import copy
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

Json = dict[str, Any]
_MOST_BEFORE = 50  # releases that can be gone back to


@dataclass(frozen=True)
class Release:
    """What was deployed together. Templates name their packages; parameters hold no secret."""

    id: str
    stage: str
    main: Json
    edge: Json
    site: str  # key of the built site, or "" if it was deployed without one
    main_parameters: Mapping[str, str] = field(default_factory=dict)
    edge_parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class State:
    """The release that runs, those before it, oldest first, and one whose deployment has not ended well (yet)."""

    current: str = ""
    before: tuple[str, ...] = ()
    trying: str = ""

    def after(self, release: str) -> State:
        """With this release running; the same one again changes nothing."""
        if release == self.current:
            return State(self.current, self.before)
        before = (*self.before, self.current) if self.current else self.before
        return State(release, before[-_MOST_BEFORE:])

    def back(self) -> State:
        """With the release before running. LookupError when there is none."""
        if self.trying and self.current:
            return State(self.current, self.before)
        if not self.before:
            raise LookupError("no release before this one")
        return State(self.before[-1], self.before[:-1])


def bucket_name(account: str, region: str) -> str:
    return f"motcua-artefacts-{account}-{region}"


def ensure_bucket(s3: Any, bucket: str, region: str) -> bool:
    """Make the artefact bucket what it must be; True when it was missing."""
    try:
        s3.head_bucket(Bucket=bucket)
        made = False
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("404", "NoSuchBucket"):
            raise  # 403: a bucket of somebody else's
        where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        s3.create_bucket(Bucket=bucket, **where)
        made = True
    s3.put_public_access_block(
        Bucket=bucket,
        PublicAccessBlockConfiguration={
            "BlockPublicAcls": True,
            "BlockPublicPolicy": True,
            "IgnorePublicAcls": True,
            "RestrictPublicBuckets": True,
        },
    )
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    denied = {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [denied]}))
    return made


def key_of(name: str, content: bytes) -> str:
    return f"code/{hashlib.sha256(content).hexdigest()}{Path(name).suffix}"


def local_files(template: Mapping[str, Any]) -> set[str]:
    """The files beside the template that it names: packages and the workflow's definition."""
    places = [template.get("Globals", {}).get("Function", {})]
    places += [resource.get("Properties", {}) for resource in template["Resources"].values()]
    found = {place[name] for place in places for name in ("CodeUri", "DefinitionUri") if name in place}
    return {str(each) for each in found if isinstance(each, str) and not each.startswith("s3://")}


def located(template: Mapping[str, Any], bucket: str, keys: Mapping[str, str]) -> Json:
    """The template with each of its local files where it was uploaded; `keys` by the name in the template."""
    found: Json = copy.deepcopy(dict(template))
    places = [found.get("Globals", {}).get("Function", {})]
    places += [resource.get("Properties", {}) for resource in found["Resources"].values()]
    for place in places:
        for name in ("CodeUri", "DefinitionUri"):
            if isinstance(place.get(name), str) and place[name] in keys:
                place[name] = f"s3://{bucket}/{keys[place[name]]}"
    return found


def upload(s3: Any, bucket: str, name: str, content: bytes) -> tuple[str, bool]:
    """(key, whether it was sent): what lies there under its hash is not sent again."""
    key = key_of(name, content)
    try:
        s3.head_object(Bucket=bucket, Key=key)
        return key, False
    except ClientError as error:
        if error.response["Error"]["Code"] != "404":
            raise
    s3.put_object(Bucket=bucket, Key=key, Body=content)
    return key, True


def pack_site(dist: Path) -> bytes:
    """The built site as one archive; the same files make the same bytes."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(dist.rglob("*")):
            if path.is_file():
                archive.writestr(zipfile.ZipInfo(path.relative_to(dist).as_posix()), path.read_bytes())
    return held.getvalue()


def unpack_site(content: bytes) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            yield name, archive.read(name)


def identify(release: Release, now: datetime | None = None) -> Release:
    """The release under an id that tells when it was made and what of: "20261128T231500Z-1f3c9a0b"."""
    told = json.dumps(asdict(replace(release, id="")), sort_keys=True, ensure_ascii=False)
    moment = now or datetime.now(UTC)
    return replace(release, id=f"{moment:%Y%m%dT%H%M%SZ}-{hashlib.sha256(told.encode()).hexdigest()[:8]}")


def keep(s3: Any, bucket: str, release: Release) -> None:
    body = json.dumps(asdict(release), ensure_ascii=False)
    s3.put_object(Bucket=bucket, Key=f"releases/{release.stage}/{release.id}.json", Body=body.encode())


def load(s3: Any, bucket: str, stage: str, release: str) -> Release:
    found = s3.get_object(Bucket=bucket, Key=f"releases/{stage}/{release}.json")["Body"].read()
    return Release(**json.loads(found))


def read_state(s3: Any, bucket: str, stage: str) -> State:
    try:
        found = json.loads(s3.get_object(Bucket=bucket, Key=f"releases/{stage}/state.json")["Body"].read())
    except ClientError as error:
        if error.response["Error"]["Code"] in ("NoSuchKey", "NoSuchBucket", "404"):
            return State()
        raise
    return State(found["current"], tuple(found["before"]), found["trying"])


def write_state(s3: Any, bucket: str, stage: str, state: State) -> None:
    s3.put_object(Bucket=bucket, Key=f"releases/{stage}/state.json", Body=json.dumps(asdict(state)).encode())
