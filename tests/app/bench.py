"""One citizen's dossier and the hands to send papers to it: slot, upload, the event of its arrival."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from chalicelib import aws
from chalicelib.domain.paper import Paper
from chalicelib.domain.upload import JPEG, upload_key
from chalicelib.services import papers as service
from chalicelib.services import present
from chalicelib.storage import papers as kept
from infra.local.calls import made_by
from tests.app.portal import Answer, Person, Portal, new_id


class Crash(BaseException):
    """The process ends here: no handler of the service's may catch it."""


def described(contents: Sequence[bytes], media_type: str = JPEG, name: str = "Căn cước.jpg") -> list[dict[str, Any]]:
    return [
        {"name": name, "size": len(c), "type": media_type, "sha256": hashlib.sha256(c).hexdigest()} for c in contents
    ]


class Bench:
    def __init__(self, portal: Portal, dossier_id: str = "") -> None:
        self.portal = portal
        self.dossier = dossier_id or portal.draft()
        self.s3 = portal.cloud.client("s3")
        self.quarantine, self.shelf = os.environ["QUARANTINE_BUCKET"], os.environ["PAPERS_BUCKET"]

    def ask(self, files: Any, /, *, who: Person | None = None, **changes: Any) -> Answer:
        """Ask for a slot over HTTP; `files` are contents of JPEGs or descriptions."""
        if files and isinstance(files[0], bytes):
            files = described(files)
        body = {"id": new_id(), "component": "identity", "provenance": "photo", "files": files, **changes}
        return (who or self.portal.citizen).post(f"/dossiers/{self.dossier}/papers", body)

    def slot(self, contents: Sequence[bytes], media_type: str = JPEG, **changes: Any) -> str:
        answer = self.ask(described(contents, media_type), **changes)
        assert answer.status == 201, answer.body
        return str(answer.body["paper"]["id"])

    def put(self, paper_id: str, number: int, content: bytes) -> None:
        key = upload_key(self.dossier, paper_id, number)
        self.s3.put_object(Bucket=self.quarantine, Key=key, Body=content)

    def arrive(self, paper_id: str, number: int = 1) -> None:
        self.portal.arrived(self.quarantine, upload_key(self.dossier, paper_id, number), 1)

    def send(self, contents: Sequence[bytes], media_type: str = JPEG, **changes: Any) -> str:
        """A whole paper: slot, uploads, events, in order."""
        paper_id = self.slot(contents, media_type, **changes)
        for number, content in enumerate(contents, 1):
            self.put(paper_id, number, content)
            self.arrive(paper_id, number)
        return paper_id

    def paper(self, paper_id: str) -> Paper:
        return next(p for p in kept.of(self.dossier) if p.id == paper_id)

    def rows(self) -> dict[str, str]:
        """Paper id -> status."""
        return {p.id: p.status.value for p in kept.of(self.dossier)}

    def waiting(self) -> list[str]:
        """Keys in the quarantine."""
        return [o["Key"] for o in self.s3.list_objects_v2(Bucket=self.quarantine).get("Contents", ())]

    def versions(self) -> list[str]:
        """Keys on the shelf, one for each version."""
        return [v["Key"] for v in self.s3.list_object_versions(Bucket=self.shelf).get("Versions", ())]

    def content(self, paper_id: str) -> bytes:
        stored = self.paper(paper_id).stored
        assert stored is not None
        found = self.s3.get_object(Bucket=self.shelf, Key=stored.key, VersionId=stored.version)["Body"].read()
        assert hashlib.sha256(found).hexdigest() == stored.sha256 and len(found) == stored.size
        return bytes(found)

    def sweep(self, **later: float) -> int:
        """Let time pass, then sweep."""
        present.freeze(present.now() + timedelta(**later))
        with made_by("motcua-local-sweep"):
            return service.sweep_uploads(present.now())


@contextmanager
def calls(crash_at: int | None = None, after: bool = False) -> Iterator[list[str]]:
    """The AWS calls made inside, by operation; the process may crash before or after (reply lost) one of them."""
    made: list[str] = []

    def before(model: Any, **_: Any) -> None:
        made.append(model.name)
        if len(made) == crash_at and not after:
            raise Crash

    def behind(**_: Any) -> None:
        if len(made) == crash_at and after:
            raise Crash

    emitters = [aws.client("s3").meta.events, aws.client("kms").meta.events, aws.dynamodb().client.meta.events]
    for emitter in emitters:
        emitter.register_last("before-call", before)
        emitter.register_last("after-call", behind)
    try:
        yield made
    finally:
        for emitter in emitters:
            emitter.unregister("before-call", before)
            emitter.unregister("after-call", behind)
