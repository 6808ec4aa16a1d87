"""Papers as a browser sends them: a slot, an upload straight to storage, the inspector's word."""

from __future__ import annotations

import hashlib
import time
from typing import Any

import requests

from tests.files import make
from tests.story.stage import Person, Stage, check, new_id


def upload(
    stage: Stage, who: Person, dossier_id: str, component: str, *scans: bytes, kind: str = "image/jpeg", path: str = ""
) -> str:
    paper_id = new_id()
    files = [
        {
            "name": f"trang-{n}.{'pdf' if kind.endswith('pdf') else 'jpg'}",
            "size": len(scan),
            "type": kind,
            "sha256": hashlib.sha256(scan).hexdigest(),
        }
        for n, scan in enumerate(scans, 1)
    ]
    body: dict[str, Any] = {"id": paper_id, "files": files}
    if not path:
        body |= {"component": component, "provenance": "photo"}
    what = f"asks for a slot for “{component}”, {len(scans)} page(s)"
    slot = who.call("A8", what, "POST", path or f"/dossiers/{dossier_id}/papers", body, status=201)
    began = time.monotonic()
    for upload, scan in zip(slot["uploads"], scans, strict=True):
        sent = requests.post(upload["url"], data=upload["fields"], files={"file": scan}, timeout=30)
        check(sent.status_code in {200, 201, 204}, "the upload is taken", sent.text)
    stage.say(
        "A8", who.who, "uploads straight to storage with the presigned form", sent.status_code, time.monotonic() - began
    )
    began = time.monotonic()
    desk = "/desk" if path else ""

    def settled() -> Any:
        papers = who.get(f"{desk}/dossiers/{dossier_id}")["papers"]
        return [p for p in papers if p["id"] == paper_id and p["status"] in {"verified", "refused"}]

    paper = stage.until("the inspector has looked", settled)[0]
    stage.say("A8", "inspector", f"looks at the file: {paper['status']}", "event", time.monotonic() - began)
    return str(paper["status"])


def sealed(stage: Stage, clerk: Person, desk: str) -> Any:
    """The dossier at the desk, once the portal has signed and locked the file of its result."""

    def there() -> Any:
        found = clerk.get(desk)
        return found if found["state"]["code"] != "sealing" else None

    return stage.until("the result is signed and sealed", there)


def scan(text: str) -> bytes:
    return make.jpeg(text=text)
