"""The proof of a dossier as one file: asked for, made a moment later, fetched."""

from __future__ import annotations

from typing import Literal

from chalicelib import messages
from chalicelib.api.desk import NothingBody
from chalicelib.api.http import Api, Call, path_id
from chalicelib.api.typed import TypedDict
from chalicelib.services import present
from chalicelib.services import proofs as service
from chalicelib.services.proofs import Shown

proofs_api = Api(__name__, "papers")


class ProofShape(TypedDict):
    """`none` before anybody asked. When it is `ready`: made at (ISO 8601 UTC), up to which event, the file's bytes and
    SHA-256 (hexadecimal), and an address good for two minutes. `message` says why it `failed`."""

    state: Literal["none", "asked", "ready", "failed"]
    made_at: str | None
    events: int
    size: int
    sha256: str | None
    url: str | None
    message: str | None


@proofs_api.view("POST", "/dossiers/{dossier_id}/proof", body=NothingBody, gives=ProofShape, keyed=True)
def ask_for_my_proof(call: Call, dossier_id: str) -> ProofShape:
    """Have the proof of my dossier made as it is now: all events, all hashes, signed by the agency."""
    return _shape(service.ask_mine(call.who, path_id(dossier_id), call.key, present.now()), call.language)


@proofs_api.view("GET", "/dossiers/{dossier_id}/proof", gives=ProofShape)
def get_my_proof(call: Call, dossier_id: str) -> ProofShape:
    """The proof that was asked for last."""
    return _shape(service.mine(call.who, path_id(dossier_id)), call.language)


@proofs_api.view("POST", "/desk/dossiers/{dossier_id}/proof", body=NothingBody, gives=ProofShape, keyed=True)
def ask_for_desk_proof(call: Call, dossier_id: str) -> ProofShape:
    """The same for an officer of the dossier's agency."""
    return _shape(service.ask_at_desk(call.who, path_id(dossier_id), call.key, present.now()), call.language)


@proofs_api.view("GET", "/desk/dossiers/{dossier_id}/proof", gives=ProofShape)
def get_desk_proof(call: Call, dossier_id: str) -> ProofShape:
    """The proof that was asked for last, for an officer of the dossier's agency."""
    return _shape(service.at_desk(call.who, path_id(dossier_id)), call.language)


def _shape(shown: Shown, language: str) -> ProofShape:
    proof = shown.proof
    state: Literal["none", "asked", "ready", "failed"] = "none"
    if proof is not None:
        state = "ready" if proof.state == "ready" else "failed" if proof.state == "failed" else "asked"
    return {
        "state": state,
        "made_at": proof.made_at or None if proof else None,
        "events": proof.events if proof else 0,
        "size": proof.size if proof else 0,
        "sha256": proof.sha256 or None if proof else None,
        "url": shown.url,
        "message": messages.text(language, "proof_problems", proof.problem) if proof and proof.problem else None,
    }
