"""Level 4 by signature (clause A11): what was altered is refused, what is signed as a whole needs no parcel."""

from __future__ import annotations

import hashlib
import time
from typing import Any

import requests

from chalicelib.domain.form_paper import FORM
from tests.files import make
from tests.story.stage import Person, Stage, check, new_id

RESIDENCE, POLICE = "1.004194", "H34.13"


def play_signing(stage: Stage, citizen: Person, identity: str, name: str) -> None:
    dossier = new_id()
    own = f"/dossiers/{dossier}"
    answers = {
        "applicant_name": name,
        "applicant_identity": identity,
        "applicant_address": "Phường Quyết Thắng, thành phố Kon Tum",
        "applicant_phone": "0912000041",
        "temporary_address": "Phường Thống Nhất, thành phố Kon Tum",
        "from_date": "2027-01-01",
        "to_date": "2028-01-01",
        "reason": "Đi làm",
        "dwelling": "owned",
        "minor": False,
    }
    body = {"version": 0, "procedure": RESIDENCE, "procedure_version": 1, "agency": POLICE, "answers": answers}
    citizen.call("A11", "opens a draft of level 4", "PUT", own, body)
    good = _signed(stage, make.pdf(), name, identity)
    bad = _send(stage, citizen, dossier, "declaration", make.tampered(good))
    check(bad["verdict"] == "TAMPERED", "what was altered after signing is seen", bad)
    filing = ("POST", f"{own}/submission", {"declaration": True})
    refused = citizen.call("A11", "files what was altered", *filing, status=422, code="Incomplete")
    check([f["Code"] for f in refused["Fields"]] == ["SignedTampered"], "it is refused with its reason", refused)
    check(_send(stage, citizen, dossier, "declaration", good)["verdict"] == "VALID", "the paper as it was signed")
    issued = citizen.call("A11", "asks for the form to sign", "PUT", f"{own}/form")
    form = requests.get(issued["url"], timeout=30).content
    check(hashlib.sha256(form).hexdigest() == issued["sha256"], "the form is what was issued")
    sent = _send(stage, citizen, dossier, FORM, _signed(stage, form, name, identity))
    check(sent["verdict"] == "VALID" and sent["signatures"][0]["signer"] == name, "the form tells who signed", sent)
    filed = citizen.call("A11", "files form and paper, both signed", *filing)
    check(filed["state"]["code"] == "submitted", "no parcel is waited for", filed["state"])
    gone = citizen.call(
        "A5", "withdraws it: nothing is left open", "POST", f"{own}/withdrawal", {"reason": "Đã thử xong."}
    )
    check(gone["state"]["status"] == 7, "national status 7", gone)


def _signed(stage: Stage, content: bytes, name: str, identity: str) -> bytes:
    """The file as a signing program would give it back, under the development authority of this cloud."""
    answer = requests.post(
        f"{stage.url}/sandbox/signing",
        params={"name": name, "uid": f"CCCD:{identity}"},
        data=content,
        headers={"Content-Type": "application/pdf"},
        timeout=60,
    )
    check(answer.ok, "the sandbox signs", answer.text[:200] if not answer.ok else "")
    return answer.content


def _send(stage: Stage, who: Person, dossier: str, component: str, content: bytes) -> Any:
    """Upload a signed file; what was found about its signatures."""
    paper = new_id()
    sha256 = hashlib.sha256(content).hexdigest()
    file = {"name": "ky-so.pdf", "size": len(content), "type": "application/pdf", "sha256": sha256}
    body = {"id": paper, "component": component, "provenance": "digital", "files": [file]}
    what = f"sends a signed file for “{component}”"
    slot = who.call("A11", what, "POST", f"/dossiers/{dossier}/papers", body, status=201)
    (place,) = slot["uploads"]
    sent = requests.post(place["url"], data=place["fields"], files={"file": content}, timeout=30)
    check(sent.ok, "the upload is taken", sent.text)
    began = time.monotonic()

    def answered() -> Any:
        papers = who.get(f"/dossiers/{dossier}")["papers"]
        return [p["check"] for p in papers if p["id"] == paper and p["check"] and p["check"]["verdict"]]

    found = stage.until("the signature is verified", answered)[0]
    stage.say("A11", "verifier", f"finds: {found['verdict']}", "event", time.monotonic() - began)
    return found
