"""The story's phone: a level-4 filing with its form signed on the phone and its paper signed goes on at once."""

from __future__ import annotations

import time
from typing import Any

import requests

from tests.files import make
from tests.story.signing import opened, send, signed, withdrawn
from tests.story.stage import Person, Stage, check, new_id


def play_phone(stage: Stage, citizen: Person, identity: str, name: str) -> None:
    dossier = opened(citizen, identity, name)
    paper = send(stage, citizen, dossier, "declaration", signed(stage, make.pdf(), name, identity))
    check(paper["verdict"] == "VALID", "the signed paper is taken", paper)
    form = signed_on_the_phone(stage, citizen, dossier)
    check(form["check"]["signatures"][0]["signer"].endswith(identity), "the report names the signer", form["check"])
    sent = {"declaration": True}
    filed = citizen.call("A11", "files: form and paper are signed", "POST", f"/dossiers/{dossier}/submission", sent)
    there = citizen.get(f"/dossiers/{dossier}")
    check(there["signed"] and filed["state"]["code"] == "submitted", "it goes to reception without a parcel", there)
    withdrawn(citizen, f"/dossiers/{dossier}")


def signed_on_the_phone(stage: Stage, citizen: Person, dossier: str) -> Any:
    """The signed form among the dossier's papers, once it was verified."""
    path = f"/dossiers/{dossier}/signing"
    citizen.call("A11", "has the form made, to sign it", "PUT", f"/dossiers/{dossier}/form", {})
    started = {"id": new_id(), "provider": "vnpt"}
    citizen.call("A11", "asks VNPT SmartCA for the signature", "POST", path, started, status=201)
    began = time.monotonic()

    def waits() -> Any:
        seen = citizen.get(path)["signing"]
        return seen if seen["state"] == "waiting" else None

    seen = stage.until("the request is on the phone", waits)
    listed = requests.get(f"{stage.url}/sandbox/sign?format=json", timeout=10).json()["requests"]
    (asked,) = [one for one in listed if seen["check_code"] in one["shown"]]
    stage.say("A11", "citizen", f"compares the code on the phone: {seen['check_code']}", "ok", time.monotonic() - began)
    began, address = time.monotonic(), f"{stage.url}/sandbox/sign/requests/{asked['transaction']}"
    told = requests.post(address, json={"do": "twice"}, timeout=30).json()
    check(told["hints"] == [200, 200], "the provider's hints are taken, twice as well as once", told)
    citizen.call("A11", "agrees on the phone; the portal asks whether it is so", "PUT", f"{path}/check", {})

    def verified() -> Any:
        papers = citizen.get(f"/dossiers/{dossier}")["papers"]
        forms = [p for p in papers if p["component"] == "_form" and p["check"]]
        return forms[0] if forms and forms[0]["check"]["verdict"] else None

    form = stage.until("the signed form is in the dossier", verified)
    check(form["check"]["verdict"] == "VALID", "the form's signature is believed", form["check"])
    stage.say("A11", "portal", "puts the signature in, verifies the form, keeps it", "VALID", time.monotonic() - began)
    return form
