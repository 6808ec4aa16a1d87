"""Messages with files, written, uploaded and inspected as the site and S3 would."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from typing import Any

from tests.app.portal import Answer, Person, Portal, new_id

PDF, JPEG = "application/pdf", "image/jpeg"
File = tuple[str, bytes, str]


def letter(text: str, files: Sequence[File] = (), id: str = "") -> dict[str, Any]:
    """The body of a message; each file is its name, its bytes and its media type."""
    said = [
        {"name": name, "size": len(content), "type": kind, "sha256": hashlib.sha256(content).hexdigest()}
        for name, content, kind in files
    ]
    return {"id": id or new_id(), "text": text, "files": said}


def write(person: Person, dossier: str, body: dict[str, Any]) -> Answer:
    desk = "/desk" if person.kind == "officer" else ""
    return person.post(f"{desk}/dossiers/{dossier}/messages", body)


def upload(portal: Portal, answer: Answer, files: Sequence[File], tell: bool = True) -> list[str]:
    """Put the files where the answer says; with `tell`, S3 tells of each. Gives their keys."""
    assert answer.status == 201, answer.body
    bucket, keys = os.environ["QUARANTINE_BUCKET"], []
    for place in answer.body["uploads"]:
        key, (_, content, kind) = place["fields"]["key"], files[place["page"] - 1]
        portal.cloud.client("s3").put_object(Bucket=bucket, Key=key, Body=content, ContentType=kind)
        keys.append(key)
        if tell:
            portal.arrived(bucket, key, len(content))
    return keys


def shown(person: Person, dossier: str) -> list[dict[str, Any]]:
    desk = "/desk" if person.kind == "officer" else ""
    return list(person.get(f"{desk}/dossiers/{dossier}").body["messages"])
